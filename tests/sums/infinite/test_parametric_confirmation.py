"""Forms with parameters are believed only where enclosures at points of their region agree: mutants are refused."""

import pytest
import sympy
from sympy import Abs, And, Ne, S, acos, asin, atan, exp, log, re, sqrt, symbols, zeta

from infinitesimal.sums.infinite.parametric_confirmation import confirmed
from infinitesimal.sums.summands.summand import Summand
from tests.sums.closed_form_checks import NAMES

x, a, s = symbols("x a s")

RIGHT = [
    ("x**n", 0, 1 / (1 - x), Abs(x) < 1),
    ("x**n/n", 1, -log(1 - x), And(Abs(x) <= 1, Ne(x, 1))),
    ("1/n**s", 1, zeta(s), re(s) > 1),
    ("(-1)**n*x**(2*n+1)/(2*n+1)", 0, atan(x), Abs(x) <= 1),
    ("1/((n+a)*(n+a+1))", 1, 1 / (a + 1), sympy.Not(sympy.Contains(-a - 1, S.Naturals0))),
    ("a**n*x**n/factorial(n)", 0, exp(a * x), sympy.true),
]

WRONG = [
    ("x**n", 0, 1 / (1 - x), Abs(x) <= 1),
    ("x**n", 0, 1 / (1 - x), Abs(x) < 2),
    ("x**n", 0, 1 / (1 - x), Ne(x, 1)),
    ("x**n", 1, 1 / (1 - x), Abs(x) < 1),
    ("x**n/n", 1, -log(1 - x), Abs(x) <= 1),
    ("x**n/n", 1, -log(Abs(1 - x) + x / 10**30), And(Abs(x) <= 1, Ne(x, 1))),
    ("x**(2*n)", 0, 1 / (1 - Abs(x)), Abs(x) < 1),
    ("x**(2*n+1)/(4*n**2-1)*0 + x**n", 0, S.One / (1 + x), Abs(x) < 1),
    ("binomial(2*n,n)*x**(2*n+1)/(4**n*(2*n+1))", 0, sympy.pi / 2 - acos(Abs(x)), Abs(x) <= 1),
    ("binomial(2*n,n)*x**(2*n+1)/(4**n*(2*n+1))", 0, asin(x), Abs(x) <= S(3) / 2),
    ("1/n**s", 1, zeta(s), re(s) > 0),
    ("1/n**s", 1, zeta(s), re(s) >= 1),
    ("binomial(2*n,n)*x**n", 0, 1 / sqrt(1 - 4 * x), Abs(x) <= S(1) / 4),
    ("a**n*x**n/factorial(n)", 0, exp(a + x), sympy.true),
    ("sin(n)*x", 0, x, sympy.true),
]


def read(text: str, start: int) -> Summand:
    return Summand(sympy.sympify(text, locals={**NAMES, "x": x, "a": a, "s": s}), start)


@pytest.mark.parametrize(("text", "start", "value", "condition"), RIGHT)
def test_a_right_form_is_confirmed(text: str, start: int, value: sympy.Expr, condition: sympy.Basic) -> None:
    assert confirmed(read(text, start), value, condition)


@pytest.mark.parametrize(("text", "start", "value", "condition"), WRONG)
def test_a_wrong_value_or_region_is_not(text: str, start: int, value: sympy.Expr, condition: sympy.Basic) -> None:
    assert not confirmed(read(text, start), value, condition)
