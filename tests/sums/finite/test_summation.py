"""Finite sums in closed form against the sums themselves, added up term by term in fractions."""

import time
from fractions import Fraction
from math import comb

import pytest
import sympy
from sympy import (
    Integer,
    Mod,
    Rational,
    atan,
    binomial,
    cos,
    cosh,
    exp,
    factorial,
    fibonacci,
    floor,
    gamma,
    harmonic,
    log,
    lucas,
    pi,
    rf,
    sin,
    sqrt,
    tan,
)

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.finite.summation import antidifference, summation_expr
from infinitesimal.sums.summands.summand import Summand

k, m, r, j, x, y, a = sympy.symbols("k m r j x y a")
C, F, L, H = binomial, fibonacci, lucas, harmonic

DEFINITE = [
    (C(n, k), 0, n),
    (k * C(n, k), 0, n),
    (k**2 * C(n, k), 0, n),
    (C(n, k) ** 2, 0, n),
    (k * C(n, k) ** 2, 0, n),
    (k**2 * C(n, k) ** 2, 0, n),
    ((-1) ** k * C(n, k) ** 2, 0, n),
    ((-1) ** k * C(n, k), 0, n),
    ((-1) ** k * C(n, k), 0, m),
    (C(n, k) * x**k, 0, n),
    (k * C(n, k) * x**k, 0, n),
    (C(n, k) * x**k * y ** (n - k), 0, n),
    (C(m, k) * C(r, n - k), 0, n),
    (C(n, k) * C(m, k), 0, n),
    (C(n, k) * C(m, j + k), 0, n),
    (C(n, 2 * k), 0, floor(n / 2)),
    (C(n, 2 * k + 1), 0, floor((n - 1) / 2)),
    (C(n - k, k), 0, floor(n / 2)),
    ((-1) ** k * C(n - k, k), 0, floor(n / 2)),
    (C(k, m), 0, n),
    (C(k, m), m, n),
    (C(m + k, k), 0, n),
    (C(n, k) * C(k, m), m, n),
    (C(n, k) / (k + 1), 0, n),
    ((-1) ** k * C(n, k) / (k + 1), 0, n),
    ((-1) ** (k + 1) * C(n, k) / k, 1, n),
    ((-1) ** k * C(n, k) / (x + k), 0, n),
    ((-1) ** k * C(n, k) * 4**k / C(2 * k, k), 0, n),
    (C(2 * k, k) / 4**k, 0, n),
    (C(2 * k, k) * C(2 * n - 2 * k, n - k), 0, n),
    (C(n, k) * C(2 * k, k) * Rational(-1, 2) ** k, 0, n),
    (C(n, k) / C(m, k), 0, n),
    ((-1) ** k * C(2 * n, k) ** 3, 0, 2 * n),
    ((-1) ** k * C(2 * n, n + k) ** 3, -n, n),
    (C(2 * n, k), 0, n),
    (C(2 * n + 1, k), 0, n),
    (C(n + k, k) / 2**k, 0, n),
    (C(n, k) * C(n, k + 1), 0, n),
    ((-1) ** k * C(n, k) * C(2 * n - 2 * k, n), 0, floor(n / 2)),
    ((-1) ** k / C(n, k), 0, n),
    (C(n, k) * C(n, k + j), 0, n),
    (C(n, k) * C(n - k, m), 0, n),
    (k**2 * C(n, k) * a**k * (1 - a) ** (n - k), 0, n),
    (C(n, 4 * k), 0, n),
    (C(n + k, 2 * k), 0, n),
    (C(n + k, 2 * k) * C(2 * k, k) * (-1) ** k / (k + 1), 0, n),
]

GOSPER = [
    (k * factorial(k), 0, n),
    (k / factorial(k + 1), 0, n),
    ((k**2 + 1) * factorial(k), 1, n),
    ((k - 1) / factorial(k), 1, n),
    (4**k / C(2 * k, k), 0, n),
    (k**4 * 4**k / C(2 * k, k), 0, n),
    (C(2 * k, k) / ((k + 1) * 4**k), 0, n),
    (1 / C(k + 4, 4), 0, n),
    (2**k * (k - 1) / (k * (k + 1)), 1, n),
    (k**2 * 4**k / ((k + 1) * (k + 2)), 1, n),
    (rf(k, 3), 1, n),
    (rf(a, k) / factorial(k), 0, n),
    (gamma(k + Rational(1, 2)) / factorial(k), 0, n),
    (factorial(k) / factorial(k + 3), 0, n),
    (factorial(k) / factorial(k + m), 0, n),
]

POWERS = [
    (2**k, 0, n),
    (x**k, 0, n),
    (x**k, 1, n),
    (a * x**k, 0, n - 1),
    (k * x**k, 1, n),
    (k**2 * x**k, 0, n),
    (x ** (2 * k), 0, n),
    (k * 2**k, 1, n),
    (k**2 / 3**k, 1, n),
    ((-1) ** k * k**2, 1, n),
    (2**k + 3**k + k, 0, n),
    (x**k * y ** (n - k), 0, n),
    (2**k / ((2**k + 1) * (2 ** (k + 1) + 1)), 0, n),
]

RATIONAL = [
    (1 / (k * (k + 1)), 1, n),
    (1 / (k * (k + 2)), 1, n),
    (1 / (k * (k + 1) * (k + 2)), 1, n),
    (1 / (4 * k**2 - 1), 1, n),
    ((2 * k + 1) / (k**2 * (k + 1) ** 2), 1, n),
    (k / (k**4 + k**2 + 1), 1, n),
    (1 / ((3 * k - 2) * (3 * k + 1)), 1, n),
    (1 / ((k + a) * (k + a + 1)), 0, n),
    (1 / (k**2 - 1), 2, n),
    (1 / k**2, 1, n),
    (1 / (2 * k - 1), 1, n),
    (1 / (k * (k + 1) * (k + 3) ** 2), 1, n),
    (1 / (k * (2 * k + 1)), 1, n),
    ((-1) ** (k + 1) / k, 1, 2 * n),
]

POLYNOMIAL = [
    (k, 1, n),
    (k**2, m, n),
    (k**5, 1, n),
    (k**10, 0, n),
    ((2 * k - 1) ** 3, 1, n),
    (k * (n - k), 0, n),
    (a + y * k, 0, n - 1),
    (floor(k / 2), 0, n),
    (k * floor(k / 3), 0, n),
    (Mod(k, 3), 1, n),
    ((-1) ** (k * (k + 1) / 2), 0, n),
]

HARMONIC = [
    (H(k), 1, n),
    (k * H(k), 1, n),
    (k**3 * H(k), 1, n),
    (H(k) / k, 1, n),
    (H(k) ** 2, 1, n),
    (H(k) ** 3, 1, n),
    (k * H(k, 2), 1, n),
    (H(k) / (k * (k + 1)), 1, n),
    (H(k, 2) / k + H(k) / k**2, 1, n),
    ((-1) ** (k + 1) * C(n, k) * H(k), 1, n),
    (C(k, m) * H(k), m, n),
    (H(n - k), 0, n),
]

FIBONACCI = [
    (F(k), 1, n),
    (F(2 * k), 1, n),
    (F(k) ** 2, 1, n),
    (F(k) ** 3, 1, n),
    (k * F(k), 1, n),
    (L(k), 0, n),
    (L(k) ** 2, 0, n),
    (F(k) * F(k + 1), 1, n),
    (F(k) / 2**k, 0, n),
    (x**k * F(k), 0, n),
    (F(k + m), 0, n),
    (F(k) * F(n - k), 0, n),
    (C(n, k) * F(k), 0, n),
    ((-1) ** k * F(k), 1, n),
    (1 / (F(k) * F(k + 2)), 1, n),
    (F(k + 1) / (F(k) * F(k + 2)), 1, n),
]

HARMONIC_ELSEWHERE = [
    ((-1) ** k * H(k), 1, n),
    ((-1) ** k * k * H(k), 1, n),
    (H(2 * k), 0, n),
    (k * H(2 * k + 1), 0, n),
    (H(2 * k, 2), 0, n),
    ((-1) ** k * H(2 * k), 1, n),
    (H(k) * H(n - k), 0, n),
    (H(n - k) / k, 1, n),
    (C(n, k) ** 2 * H(k), 0, n),
    (k * C(n, k) ** 2 * H(k), 0, n),
    ((-1) ** k * C(n, k) * H(n + k), 0, n),
    ((-1) ** k * C(n, k) * C(n + k, k) * H(k), 0, n),
    ((-1) ** k / k, 1, n),
    ((-1) ** k * k / (k + 2) ** 2, 0, n),
]

DIFFERENCES = [
    ((-1) ** k * C(n, k) * (x - k) ** (n + 1), 0, n),
    ((-1) ** (n - k) * C(n, k) * (x + 3 * k) ** n * k, 0, n),
    ((-1) ** k * C(2 * n, k) * (n - k) ** (2 * n), 0, 2 * n),
    ((-1) ** (k + 1) * C(n, k) / k**2, 1, n),
    ((-1) ** k * C(n, k) / (k + 2) ** 2, 0, n),
    ((-1) ** k * C(n, k) / ((k + 1) ** 2 * (k + 3)), 0, n),
    ((-1) ** k * C(n, k) * C(2 * n - k, m), 0, n),
    ((-1) ** k * C(n, k) * C(x + k, n), 0, n),
    (n * C(n - k, k) / (n - k), 0, floor(n / 2)),
    (n * C(n + k, 2 * k) * (-4) ** k / (n + k), 0, n),
]

BLOCKS = [
    (floor(sqrt(k)), 0, n),
    (k * floor(sqrt(k)), 1, n),
    (sympy.Abs(k), -n, n),
    (C(2 * n, n + k) * sympy.Abs(k), -n, n),
    (C(n, k) * F(2 * k), 0, n),
    (C(n, k) * (-1) ** k * L(2 * k), 0, n),
    (1 / (F(2 * k - 1) * F(2 * k + 1)), 1, n),
    (6**k / ((3**k - 2**k) * (3 ** (k + 1) - 2 ** (k + 1))), 1, n),
    (2**k / (3 ** (2**k) + 1), 0, n),
]

EXACT = DEFINITE + GOSPER + POWERS + RATIONAL + POLYNOMIAL + HARMONIC + FIBONACCI
EXACT += HARMONIC_ELSEWHERE + DIFFERENCES + BLOCKS

PARAMETERS = (
    {m: 2, r: 5, j: 1, x: Rational(2, 3), y: Rational(-1, 5), a: Rational(7, 2)},
    {m: 9, r: 8, j: 0, x: Integer(1), y: Integer(1), a: Integer(4)},
    {m: 0, r: 3, j: 3, x: Integer(-1), y: Integer(-1), a: Integer(1)},
)


def total(term: sympy.Expr, first: sympy.Expr, last: sympy.Expr, values: dict) -> sympy.Expr | None:
    """The sum by plain substitution, or None where a term has no value."""
    low, high = (sympy.sympify(bound).subs(values) for bound in (first, last))
    terms = [term.subs({**values, k: i}, simultaneous=True) for i in range(int(low), int(high) + 1)]
    return None if any(t.has(sympy.zoo, sympy.nan) for t in terms) else sympy.Add(*terms)


@pytest.mark.parametrize(("term", "first", "last"), EXACT, ids=str)
def test_closed_form_is_the_sum(term: sympy.Expr, first: sympy.Expr, last: sympy.Expr) -> None:
    closed = summation_expr(term, k, first, last)
    assert closed is not None and not closed.has(sympy.Sum) and k not in closed.free_symbols
    compared = 0
    free = term.free_symbols | sympy.sympify(last).free_symbols
    for parameters in PARAMETERS if free & set(PARAMETERS[0]) else PARAMETERS[:1]:
        for upper in (0, 1, 2, 4):
            values = {**parameters, n: upper}
            low, high = (sympy.sympify(bound).subs(values) for bound in (first, last))
            expected = None if low > high else total(term, first, last, values)
            if expected is None:
                continue
            compared += 1
            difference = closed.subs(parameters).subs(n, upper) - expected
            assert sympy.expand_func(difference).expand() == 0, (values, closed)
    assert compared >= 2


IRRATIONAL = [
    (sin(k * x), 1, n),
    (cos(k * x), 0, n),
    (cos(k * x) ** 2, 1, n),
    (k * sin(k * x), 1, n),
    (sin((2 * k - 1) * x), 1, n),
    (sin(k * x) * sin(2 * k * x), 1, n),
    ((-1) ** k * cos(k * x), 0, n),
    (cos(pi * k / 3), 0, n),
    (cos(k * x) / 2**k, 0, n),
    (cosh(k * x), 0, n),
    (exp(-k), 0, n),
    (log(1 + 1 / k), 1, n),
    (log(1 - 1 / k**2), 2, n),
    (sqrt(k + 1) - sqrt(k), 0, n),
    (1 / (sqrt(k) + sqrt(k + 1)), 1, n),
    (1 / (k * sqrt(k + 1) + (k + 1) * sqrt(k)), 1, n),
    (atan(1 / (k**2 + k + 1)), 0, n),
    (atan(2 / k**2), 1, n),
    (1 / (3 * k + 1), 0, n),
    (cos(pi * k / 4), 0, n),
    (C(n, k) * cos(k * x), 0, n),
    (C(n, k) * sin(k * x) ** 2, 0, n),
    ((-1) ** k * C(n, k) * sin(k * x), 0, n),
    (k * C(n, k) * cos(k * x), 0, n),
    (C(2 * n, k) * cos(2 * (n - k) * x), 0, 2 * n),
    (sqrt(1 + 1 / k**2 + 1 / (k + 1) ** 2), 1, n),
    ((sqrt(k + 1) - sqrt(k)) / sqrt(k**2 + k), 1, n),
]


@pytest.mark.parametrize(("term", "first", "last"), IRRATIONAL, ids=str)
def test_closed_form_with_irrational_values(term: sympy.Expr, first: int, last: sympy.Expr) -> None:
    closed = summation_expr(term, k, first, last)
    assert closed is not None
    angles = (Rational(5, 7), pi, Integer(0), 2 * pi) if x in term.free_symbols else (Integer(0),)
    for angle in angles:
        for upper in (2, 5):
            expected = total(term, first, last, {x: angle, n: upper})
            difference = closed.subs(x, angle).subs(n, upper) - expected
            assert abs(sympy.N(difference, 30)) < Rational(1, 10**25), (angle, upper, closed)


@pytest.mark.parametrize(
    ("term", "first"),
    [
        (2**k * tan(x * 2**k), 0),
        (tan(x / 2**k) / 2**k, 1),
        (3**k * sin(x / 3**k) ** 3, 1),
        (tan(k * x) * tan((k + 1) * x), 1),
        (1 / (sin(k * x) * sin((k + 1) * x)), 1),
        (1 / (cos(k * x) * cos((k + 1) * x)), 0),
    ],
    ids=str,
)
def test_telescopes_of_angles_have_no_value_where_their_form_has_none(term: sympy.Expr, first: int) -> None:
    closed = summation_expr(term, k, first, n)
    assert closed is not None
    compared = 0
    for angle in (Rational(5, 7), Rational(1, 9), Integer(0), pi):
        for upper in (2, 5):
            there, expected = closed.subs(x, angle).subs(n, upper), total(term, first, n, {x: angle, n: upper})
            if expected is not None and there is not sympy.nan:
                compared += 1
                assert abs(sympy.N(there - expected, 30)) < Rational(1, 10**25), (angle, upper, closed)
    assert compared >= 4


@pytest.mark.parametrize(
    "term",
    [C(n, k) ** 3, 1 / C(n, k), C(n, k) * H(k), 2**k * H(k), factorial(k), 2**k / (k + 1), 1 / sqrt(k + 1), k**k],
    ids=str,
)
def test_no_closed_form_is_none(term: sympy.Expr) -> None:
    started = time.monotonic()
    assert summation_expr(term, k, 0, n) is None
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("term", "first", "last", "expected"),
    [
        (C(n, k), 0, n, 2**n),
        (C(n, k) ** 2, 0, n, C(2 * n, n)),
        (C(m, k) * C(r, n - k), 0, n, C(m + r, n)),
        (C(n - k, k), 0, floor(n / 2), F(n + 1)),
        (C(n, k) * F(k), 0, n, F(2 * n)),
        (F(k), 1, n, F(n + 2) - 1),
        (F(k) ** 2, 1, n, F(n) * F(n + 1)),
        (k * factorial(k), 1, n, factorial(n + 1) - 1),
        (H(k) / k, 1, n, H(n) ** 2 / 2 + H(n, 2) / 2),
        ((-1) ** (k + 1) * C(n, k) / k, 1, n, H(n)),
        ((-1) ** k * C(2 * n, k) ** 3, 0, 2 * n, (-1) ** n * factorial(3 * n) / factorial(n) ** 3),
    ],
    ids=str,
)
def test_the_form_a_textbook_gives(term: sympy.Expr, first: int, last: sympy.Expr, expected: sympy.Expr) -> None:
    assert summation_expr(term, k, first, last) == expected


def test_special_values_of_a_parameter_have_a_branch() -> None:
    closed = summation_expr(x**k, k, 0, n)
    assert closed.subs(x, 1) == n + 1
    assert closed.subs(x, 2).subs(n, 9) == 1023
    assert summation_expr(sin(k * x), k, 1, n).subs(x, 2 * pi) == 0


def test_exceptional_first_values_have_a_branch() -> None:
    # binomial(0, 0) = 1, but the even binomials add up to half of 2**n only from n = 1 on
    closed = summation_expr(C(n, 2 * k), k, 0, floor(n / 2))
    assert [closed.subs(n, i) for i in range(5)] == [sum(comb(i, 2 * j) for j in range(i + 1)) for i in range(5)]


def test_numeric_bounds_are_added_up() -> None:
    expected = sum((Fraction(1, i) for i in range(1, 31)), Fraction(0))
    assert summation_expr(1 / k, k, 1, 30) == Rational(expected.numerator, expected.denominator)
    assert summation_expr(k**2, k, 1, 10**9) == 10**9 * (10**9 + 1) * (2 * 10**9 + 1) // 6
    assert summation_expr(1 / k, k, 0, 30) is None


def test_antidifference_telescopes() -> None:
    for term, start in [(n * 2**n, 0), (1 / (n * (n + 1)), 1), (H(n), 1), (n**3 / 5**n, 2), (F(n) ** 2, 3)]:
        closed = antidifference(Summand(term, start))
        assert closed is not None
        for i in range(4, 12):
            assert sympy.expand(closed.subs(n, i) - closed.subs(n, i - 1) - term.subs(n, i)) == 0
        assert closed.subs(n, start) == term.subs(n, start)
