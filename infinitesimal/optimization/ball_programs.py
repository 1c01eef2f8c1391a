"""Terms as Python functions on balls, at flint's present precision: as fast as code written by hand.

Callers set the precision with `flint.ctx.workprec`; every result contains the exact value.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any

from flint import arb, fmpq

from infinitesimal.arithmetics.balls import FUNCTIONS, NARROW, narrow_power, power
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.terms.program import compile_terms, source
from infinitesimal.terms.term import Term

BallFunction = Callable[..., tuple[arb, ...]]

_INFIX = MappingProxyType({"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"})
_FUNCTION = re.compile(r"function\('(\w+)', ")
"""A call as `source` writes it; here each function is called directly."""


def ball_function(terms: tuple[Term, ...], names: tuple[str, ...], narrow: bool = False) -> BallFunction:
    """The function of the variables `names` that encloses all of `terms` at once.

    Its constants have the present precision. With `narrow` it is faster, and loose on wide balls. A quotient by a
    ball around 0, or a function outside its domain, gives a ball that is not finite.

    >>> from infinitesimal.terms.parse import read_loss
    >>> (value,) = ball_function((read_loss("exp(x) - 1/3"),), ("x",))(arb(0))
    >>> value.contains(fmpq(2, 3))
    True
    """
    code, constants = _compiled(terms, names)
    scope: dict[str, Any] = {f"c{i}": arb(value) for i, value in enumerate(constants)}
    scope |= {"pow": narrow_power if narrow else power, "ball": arb}
    scope |= {f"of_{name}": f for name, f in (NARROW if narrow else FUNCTIONS).items()}
    exec(code, scope)
    found: BallFunction = scope["enclosed"]
    return found


@lru_cache(maxsize=128)
def _compiled(terms: tuple[Term, ...], names: tuple[str, ...]) -> tuple[CodeType, tuple[fmpq, ...]]:
    program = compile_terms(terms, names)
    arguments = [f"x{i}" for i in range(len(names))]
    lines, outputs = source(program, arguments, _INFIX, "    ")
    lines = [_FUNCTION.sub(r"of_\1(", line) for line in lines]
    for i, name in enumerate(names):  # an integer: 1/3 and 3**-1 of integers would be floats
        if name == STEP_NUMBER:
            lines.insert(0, f"    x{i} = ball(x{i})")
    results = [_FUNCTION.sub(r"of_\1(", text) for text in outputs]
    for i in {i for i in program.outputs if i < len(names)}:  # a step number is an integer until it meets a ball
        results = [f"ball({text})" if text == f"x{i}" else text for text in results]
    text = "\n".join([f"def enclosed({', '.join(arguments)}):", *lines, f"    return ({', '.join(results)},)"])
    constants = tuple(to_fmpq(value) for value in program.constants)
    return compile(text, "<generated enclosure>", "exec"), constants


def jacobian(terms: Sequence[Term], names: Sequence[str]) -> tuple[Term, ...]:
    """The partial derivatives of each of the terms by each of the names, row by row."""
    from infinitesimal.terms.differentiate import differentiate

    return tuple(differentiate(t, name) for t in terms for name in names)
