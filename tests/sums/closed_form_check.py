"""A closed form beside an independent sum of the same series: the distance must be nothing to 25 digits."""

from collections.abc import Callable

import sympy
from flint import arb
from mpmath import mp

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.summand import Summand
from tests.oracles.summation import infinite_sum, oscillating_sum

DIGITS = 25

ClosedForm = Callable[[Summand], sympy.Expr | None]


def summand(term: str, start: int) -> Summand:
    """The term that a text in SymPy's spelling means."""
    return Summand(sympy.sympify(term, locals={"n": n}), start)


def check(closed_form: ClosedForm, term: str, start: int, method: str) -> None:
    """Asserts that a closed form is found, is real, and is the sum that the oracle finds by `method`."""
    value = closed_form(summand(term, start))
    assert value is not None, f"no closed form of {term}"
    enclosed = ball(value, 140)
    assert enclosed.imag.contains(0)
    if method.startswith("re: "):
        expected = oscillating_sum(method[4:], start, DIGITS)
    else:
        expected = infinite_sum(term, start, method, DIGITS)
    with mp.workdps(DIGITS + 10):
        around = arb(mp.nstr(expected, DIGITS + 8), f"1e-{DIGITS}")
    assert enclosed.real.overlaps(around), f"{term}: {value} is {enclosed.real}, the sum is {expected}"
