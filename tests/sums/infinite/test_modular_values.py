"""Every row of the table of theta and hyperbolic series against a sum of its terms by mpmath to 40 digits."""

import mpmath
import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.modular_values import _known, closed_form
from infinitesimal.sums.summands.summand import Summand


def direct(term: sympy.Expr, first: int) -> mpmath.mpf:
    """The sum by Euler and Maclaurin where it decays like a power, else the first terms."""
    f = sympy.lambdify(n, term, "mpmath")
    if term.has(sympy.tanh, sympy.coth):
        return mpmath.nsum(lambda k: f(mpmath.mpf(k)), [first, mpmath.inf], method="e")
    return mpmath.fsum(f(mpmath.mpf(k)) for k in range(first, first + 60))


@pytest.mark.parametrize(("term", "first", "value"), list(_known()), ids=lambda x: str(x)[:40])
def test_the_table(term: sympy.Expr, first: int, value: sympy.Expr) -> None:
    with mpmath.workdps(50):
        size = direct(abs(term) if term.has(sympy.S.NegativeOne**n) else term, first)
        assert abs(direct(term, first) - mpmath.mpf(sympy.N(value, 50))) < mpmath.mpf(10) ** -40 * (1 + abs(size))


def test_starts_and_factors() -> None:
    e = sympy.exp
    later = closed_form(Summand(3 * n**5 / (e(2 * sympy.pi * n) - 1), 2))
    assert later is not None
    assert sympy.expand(later - sympy.Rational(3, 504) + 3 / (e(2 * sympy.pi) - 1)) == 0
    assert closed_form(Summand(1 / (e(sympy.pi * n) + e(-sympy.pi * n)), 0)) is not None
    assert closed_form(Summand(1 / sympy.cosh(2 * n), 0)) is None
