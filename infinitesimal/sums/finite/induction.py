"""What a closed form of a finite sum has to satisfy: the first value, and the terms that a step of the bound adds.

S is the sum over first <= k <= last, with terms free of the step and both ends linear in it. It is proved for every
range that is not empty by its value at the first such step, and by S(n) - S(n - 1) = the terms that come in minus those
that go out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import sympy
from sympy import Eq

from infinitesimal.sums.finite.classes import expand_signs
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.residue_classes import STEPS, period_of_steps

MAX_ADDED = 12
"""The largest number of terms that one step of the bound adds or takes away."""

MAX_CLASSES = 12
"""Longer periods of floors and remainders are not split."""

Case = tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]]
"""A value, the equations under which it is taken, and expressions that do not vanish then."""


@dataclass(frozen=True)
class Induction:
    """The sum is `base` at the first step that has a term, `start`, and grows by `added` from step - 1 to step.

    >>> n, k, m = sympy.symbols("n k m")
    >>> Induction.of(k**2, k, m, 2 * n, n) is None  # no first step
    True
    >>> Induction.of(k**2, k, sympy.Integer(1), 2 * n, n)
    Induction(start=1, base=5, added=4*n**2 + (2*n - 1)**2)
    """

    start: Expr
    base: Expr
    added: Expr

    @classmethod
    def of(cls, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> Induction | None:
        """For terms free of the step, perhaps after the order is turned; None for others and for other bounds."""
        if expr.has(step):
            expr = expr.subs(k, first + last - k).replace(lambda e: e.is_Add, sympy.expand)
            if expr.has(step):
                return None
        up, down = (sympy.expand(bound - bound.subs(step, step - 1)) for bound in (last, first))
        if not (up.is_Integer and down.is_Integer and max(abs(up), abs(down)) <= MAX_ADDED and up > down):
            return None
        width = sympy.expand(last - first)
        if width.free_symbols <= {step}:
            start = sympy.ceiling(-width.subs(step, 0) / (up - down))
        elif up - down == 1:
            start = sympy.expand(step - width)
        else:
            return None
        low, count = first.subs(step, start), int(sympy.expand(width.subs(step, start))) + 1
        base = sympy.Add(*(expr.subs(k, low + i) for i in range(count)))
        behind, before = (bound.subs(step, step - 1) for bound in (first, last))
        added = sympy.Add(*(expr.subs(k, sympy.expand(before + i)) for i in range(1, int(up) + 1)))
        added -= sympy.Add(*(expr.subs(k, sympy.expand(before - i)) for i in range(int(-up))))
        added -= sympy.Add(*(expr.subs(k, sympy.expand(behind + i)) for i in range(int(down))))
        added += sympy.Add(*(expr.subs(k, sympy.expand(behind - i)) for i in range(1, int(-down) + 1)))
        return cls(start, base, added)


def cases(result: Expr) -> Iterator[Case]:
    """The values of an expression with a `Piecewise`, or of a sum of several, without choices that exclude each other.

    >>> x = sympy.Symbol("x")
    >>> one = sympy.Piecewise((1, Eq(sympy.sin(x), 0)), (2, True))
    >>> [value for value, _, _ in cases(one + sympy.Piecewise((10, Eq(sympy.sin(2 * x), 0)), (20, True)))]
    [11, 12, 22]
    """
    constant: list[Expr] = []
    choices: list[list[Case]] = []
    for part in sympy.Add.make_args(result):
        if isinstance(part, sympy.Piecewise):
            choices.append(list(_branches(part)))
        else:
            constant.append(part)
    if any(part.has(sympy.Piecewise) for part in constant):
        constant, choices = [], [list(_branches(sympy.piecewise_fold(result)))]
    for chosen in product(*choices):
        equations = tuple(dict.fromkeys(eq for _, eqs, _ in chosen for eq in eqs))
        nonzero = tuple(dict.fromkeys(part for _, _, parts in chosen for part in parts))
        if not any(_implied(part, equations) for part in nonzero):
            yield sympy.Add(*constant, *(value for value, _, _ in chosen)), equations, nonzero


def _branches(result: Expr) -> Iterator[Case]:
    earlier: list[Expr] = []
    for value, condition in result.args if isinstance(result, sympy.Piecewise) else ((result, sympy.true),):
        for case in sympy.Or.make_args(condition):
            # A condition that is not an equation only takes places away.
            yield value, tuple(part for part in sympy.And.make_args(case) if isinstance(part, Eq)), tuple(earlier)
        if isinstance(condition, Eq) and condition.rhs == 0:
            earlier.append(condition.lhs)


def _implied(wave: Expr, equations: tuple[Expr, ...]) -> bool:
    """Whether it vanishes by one of the equations: sin(3 x) where sin(x) = 0, and cos(3 x) where cos(x) = 0."""
    for equation in equations:
        if equation.rhs != 0:
            continue
        if equation.lhs == wave:
            return True
        if isinstance(wave, sympy.sin | sympy.cos) and equation.lhs.func == wave.func:
            times = sympy.cancel(wave.args[0] / equation.lhs.args[0])
            if times.is_Integer and (times % 2 or isinstance(wave, sympy.sin)):
                return True
    return False


def classes_of_steps(expr: Expr, step: sympy.Symbol) -> Iterator[Expr]:
    """The expression at q m + r for r = 0, ..., q - 1, with `step` for m, where its floors are polynomials.

    >>> n = sympy.Symbol("n", integer=True)
    >>> list(classes_of_steps(sympy.floor(n / 2), n))
    [n, n]
    """
    found = [period_of_steps(part, step) for part in expr.atoms(*STEPS) if part.has(step)]
    q = int(sympy.ilcm(1, 1, *(p or 0 for p in found)))
    if not found or not 1 < q <= MAX_CLASSES:
        yield expr
        return
    for r in range(q):
        yield expand_signs(expr.subs(step, q * step + r), step)
