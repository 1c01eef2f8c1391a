"""Signs, monotonicity and convexity that are claimed hold at every index tested, and from the first one."""

from itertools import pairwise

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.signs import convex_from, decreasing_from, sign_from

X = sympy.Symbol("x", positive=True)
TERMS = [
    1 / n**2,
    1 / (n * sympy.log(n) ** 2),
    sympy.log(n) / n,
    sympy.log(n) / n**2,
    1 / sympy.sqrt(n),
    n / (n**2 + 50),
    1 / (n**2 - 7),
    sympy.log(1 + 1 / n),
    sympy.atan(1 / n**2),
    sympy.exp(-n) * n**3,
    (2 * n + 1) / (n**3 - 5 * n + 1),
    sympy.log(n) ** 3 / sympy.sqrt(n),
]


def at(expr: sympy.Expr, x: float) -> mpmath.mpf:
    with mpmath.workdps(40):
        return sympy.lambdify(X, expr.subs(n, X), "mpmath")(mpmath.mpf(x))


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_signs_hold_from_their_threshold(term: sympy.Expr) -> None:
    found = sign_from(term)
    assert found is not None
    sign, start = found
    assert all(at(term, k) * sign > 0 for k in range(max(start, 1), start + 60))


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_decrease_and_convexity_hold_from_their_threshold(term: sympy.Expr) -> None:
    start, bend = decreasing_from(term), convex_from(term)
    assert start is not None and bend is not None
    values = [at(term, k) for k in range(bend, bend + 60)]
    assert all(a > b for a, b in pairwise(values))
    slopes = [a - b for a, b in pairwise(values)]
    assert all(a > b for a, b in pairwise(slopes))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6))
def test_the_threshold_of_a_polynomial_is_proved_and_close(coefficients: list[int]) -> None:
    polynomial = sympy.Poly(coefficients, n).as_expr()
    found = sign_from(polynomial)
    assert found is not None
    sign, start = found
    values = [polynomial.subs(n, k) for k in range(start + 100)]
    assert all(sympy.sign(v) == sign for v in values[start:])


@pytest.mark.parametrize("term", [sympy.sin(n), (-1) ** n / n, n - sympy.Symbol("a"), sympy.cos(n) + 1], ids=str)
def test_what_is_not_seen_is_none(term: sympy.Expr) -> None:
    assert sign_from(term) is None


def test_growing_terms_are_not_decreasing() -> None:
    assert decreasing_from(n**2) is None
    assert decreasing_from(-1 / n) is None
    assert convex_from(sympy.log(n)) is None


def test_a_threshold_is_not_before_the_sign_or_the_slope_settles() -> None:
    assert decreasing_from(n / (n**2 + 50)) == 8
    assert decreasing_from(sympy.log(n) / n) == 3
    bend = convex_from(n / (n**2 + 50))
    assert bend is not None and bend >= 12  # the inflection is at sqrt(150) = 12.2...


@pytest.mark.parametrize(
    ("term", "sign"),
    [
        ((1 - n) ** 3, -1),
        ((1 - n) ** 2, 1),
        ((3 - n) ** -3 / n, -1),
        (sympy.atan(1 - n), -1),
        (sympy.sinh(2 - sympy.sqrt(n)), -1),
        (sympy.Abs(2 - n), 1),
        (sympy.log(n / (n + 1)), -1),
        (n / -3 - sympy.Rational(1, 2), -1),
        ((1 - n) / sympy.Integer(-7), 1),
        (sympy.factorial(n + 2), 1),
    ],
    ids=str,
)
def test_the_sign_is_the_right_one(term: sympy.Expr, sign: int) -> None:
    found = sign_from(term)
    assert found is not None and found[0] == sign
    assert all(at(term, k) * sign > 0 for k in range(max(found[1], 1), found[1] + 40))


def test_a_constant_argument_has_to_lie_in_the_domain_of_the_sign() -> None:
    assert sign_from(sympy.sin(sympy.Rational(7, 2) - 1 / n)) is None
    assert sign_from(sympy.sin(3 - 1 / n)) == (1, 1)
    assert sign_from(sympy.harmonic(1 - n)) is None
    assert sign_from(sympy.gamma(sympy.Rational(1, 2) - n)) is None
