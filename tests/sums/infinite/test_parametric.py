"""Closed forms with a parameter: power series coefficients, generating functions, points of the region."""

import pytest
import sympy
from sympy import Abs, And, Ne, asin, atan, cosh, exp, log, sqrt, symbols

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.parametric import closed_form_parametric
from infinitesimal.sums.summands.summand import Summand
from tests.sums.closed_form_checks import NAMES, meets_partial_sum

x, a, s, t = symbols("x a s t")

FORMS = [
    ("x**n/factorial(n)", 0, exp(x), sympy.true),
    ("x**n", 0, 1 / (1 - x), Abs(x) < 1),
    ("n*x**n", 1, x / (1 - x) ** 2, Abs(x) < 1),
    ("x**n/n", 1, -log(1 - x), And(Abs(x) <= 1, Ne(x, 1))),
    ("(-1)**n*x**(2*n+1)/(2*n+1)", 0, atan(x), None),
    ("binomial(2*n,n)*x**n", 0, 1 / sqrt(1 - 4 * x), None),
    ("x**(2*n)/factorial(2*n)", 0, cosh(x), sympy.true),
    ("fibonacci(n)*x**n", 0, x / (1 - x - x**2), Abs(x) < (sqrt(5) - 1) / 2),
    ("harmonic(n)*x**n", 1, -log(1 - x) / (1 - x), Abs(x) < 1),
    ("x**n/n**s", 1, sympy.polylog(s, x), Abs(x) < 1),
    ("1/n**s", 1, sympy.zeta(s), sympy.re(s) > 1),
    ("binomial(a,n)*x**n", 0, (1 + x) ** a, Abs(x) < 1),
    ("exp(-a*n)", 0, exp(a) / (exp(a) - 1), sympy.re(a) > 0),
    ("binomial(2*n,n)*x**(2*n+1)/(4**n*(2*n+1))", 0, asin(x), Abs(x) <= 1),
    ("x**n/((1-x**n)*(1-x**(n+1)))", 1, x / (1 - x) ** 2, And(Abs(x) < 1, Ne(x, 0))),
    ("x**(2**n)/(1-x**(2**(n+1)))", 0, x / (1 - x), And(Abs(x) < 1, Ne(x, 0))),
]

SERIES = [
    "n**2*x**n",
    "x**n/(n+1)",
    "x**n/(n*(n+1))",
    "catalan(n)*x**n",
    "harmonic(n)*x**n/n",
    "harmonic(n)*x**n/(n+1)",
    "lucas(n)*x**n",
    "x**(2*n)/binomial(2*n,n)",
    "x**(4*n+1)/(4*n+1)",
    "n**3*x**n/factorial(n)",
    "x**(3*n)/factorial(3*n)",
    "x**n/factorial(n)**2",
]


def read(text: str, start: int) -> Summand:
    return Summand(sympy.sympify(text, locals={**NAMES, "x": x, "a": a, "s": s, "t": t}), start)


@pytest.mark.parametrize(("text", "start", "value", "condition"), FORMS)
def test_values_and_regions(text: str, start: int, value: sympy.Expr, condition: sympy.Basic | None) -> None:
    cases = closed_form_parametric(read(text, start))
    assert cases is not None
    ((found, where),) = cases
    assert sympy.simplify(found - value) == 0
    assert condition is None or where == condition


@pytest.mark.parametrize("text", SERIES)
def test_the_taylor_series_is_the_series(text: str) -> None:
    summand = read(text, 1)
    cases = closed_form_parametric(summand)
    assert cases is not None
    point = sympy.Rational(1, 20)
    assert cases[0][1].subs(x, point) == sympy.true
    assert meets_partial_sum(Summand(summand.expr.subs(x, point), 1), cases[0][0].subs(x, point), 60, "1e-35")


@pytest.mark.parametrize(
    ("text", "point"), [("1/(n**2+a**2)", 2), ("1/(n**2-a**2)", sympy.Rational(1, 2)), ("(-1)**n/(n**2+a**2)", 3)]
)
def test_sums_over_quadratics(text: str, point: sympy.Expr) -> None:
    for start in (0, 1, 3):
        cases = closed_form_parametric(read(text, start))
        assert cases is not None
        value = cases[0][0].subs(a, point)
        assert meets_partial_sum(Summand(read(text, start).expr.subs(a, point), start), value, 1000, "1.1e-3")


@pytest.mark.parametrize(
    ("text", "start"), [("x**(n**2)", 0), ("x**n/(x**n+1)", 1), ("sin(x*n)/(n**2+x)", 1), ("factorial(n)*x**n", 0)]
)
def test_none_where_no_form_is_known(text: str, start: int) -> None:
    assert closed_form_parametric(read(text, start)) is None


def test_waves_need_a_real_angle() -> None:
    ((value, condition),) = closed_form_parametric(read("cos(n*t)/2**n", 0)) or []
    assert sympy.simplify(value - (4 - 2 * sympy.cos(t)) / (5 - 4 * sympy.cos(t))) == 0
    assert condition == sympy.Contains(t, sympy.S.Reals)
    assert n not in value.free_symbols


FOURIER = [
    ("sin(n*t)/n", 1, (sympy.pi - t) / 2, (0, 2)),
    ("cos(n*t)/n", 1, -log(2 * sympy.sin(t / 2)), (0, 2)),
    ("cos(n*t)/n**2", 1, sympy.pi**2 / 6 - sympy.pi * t / 2 + t**2 / 4, (0, 2)),
    ("(-1)**(n+1)*sin(n*t)/n", 1, t / 2, (-1, 1)),
    ("sin(2*n*t)/n**3", 2, 2 * t**3 / 3 - sympy.pi * t**2 + sympy.pi**2 * t / 3 - sympy.sin(2 * t), (0, 1)),
]
"""Gradshteyn & Ryzhik 1.441-1.443; the ends of the interval in units of pi."""


@pytest.mark.parametrize(("text", "start", "value", "ends"), FOURIER)
def test_fourier_series_on_one_period(text: str, start: int, value: sympy.Expr, ends: tuple[int, int]) -> None:
    ((found, where),) = closed_form_parametric(read(text, start)) or []
    assert sympy.simplify(sympy.expand_log(found - value, force=True)) == 0
    low, high = ends
    for place, inside in ((low + sympy.Rational(1, 9), True), (low - sympy.Rational(1, 9), False), (high + 1, False)):
        assert where.subs(t, place * sympy.pi) == (sympy.true if inside else sympy.false)


def test_polynomials_in_the_parameters() -> None:
    assert closed_form_parametric(read("(1+a/n)**2/n**2", 1)) == [
        (sympy.pi**4 * a**2 / 90 + 2 * a * sympy.zeta(3) + sympy.pi**2 / 6, sympy.true)
    ]
    assert closed_form_parametric(read("(a+n)/(n*(n+1))", 1)) is None
    assert closed_form_parametric(read("1/(n**2+2*a*n+a**2)", 1)) is not None
