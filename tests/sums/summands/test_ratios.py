"""Term ratios against quotients of exact terms, and exact partial sums against plain addition."""

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq, fmpz
from sympy import Rational, binomial, factorial, gamma, rf

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum, zeta_three
from infinitesimal.sums.summands.binary_splitting import Ratio
from infinitesimal.sums.summands.ratios import rated_ratio, symbolic_ratio, term_ratio
from infinitesimal.sums.summands.summand import Summand

k, m, x = sympy.symbols("k m x")

TERMS = [
    1 / n**2,
    binomial(2 * n, n) / 4**n / (2 * n + 1),
    2**n + n * 2**n,
    factorial(n) + factorial(n + 1),
    n * factorial(n) / factorial(2 * n + 1) + factorial(n) / factorial(2 * n - 1),
    rf(Rational(1, 3), n) / factorial(n) ** 2 * (-3) ** n,
    1 / factorial(n) + 1 / factorial(n + 2),
    3 ** (2 * n + 1) * (n**2 + 1) / binomial(3 * n, n),
    binomial(n, 3),
    sympy.catalan(n) / 8**n,
    (1 + 1 / n) ** 2 / 2**n,
    3 ** (n / 2) * 3 ** (n / 2),
]


@pytest.mark.parametrize("expr", TERMS, ids=str)
def test_the_ratio_is_the_quotient_of_neighbours(expr):
    ratio = term_ratio(expr)
    assert ratio is not None
    top, bottom = ratio
    assert bottom[bottom.degree()] == 1
    assert top.gcd(bottom).degree() == 0
    for index in range(4, 9):
        quotient = expr.subs(n, index + 1) / expr.subs(n, index)
        assert top(index) / bottom(index) == fmpq(int(quotient.p), int(quotient.q))


def test_irrational_rates_are_kept_apart_and_other_terms_refused():
    found = rated_ratio((sympy.pi / 4) ** n / n)
    assert found is not None
    assert found[2] == sympy.pi / 4
    half = rated_ratio(gamma(n + Rational(1, 2)) * sympy.exp(-2 * n) / factorial(n))
    assert half is not None
    assert half[2] == sympy.exp(-2)
    for expr in (sympy.harmonic(n), 2**n + 3**n, sympy.sqrt(n), sympy.sin(n), 2 ** (n**2), factorial(n / 2), n**n):
        assert rated_ratio(expr) is None


@pytest.mark.parametrize(
    "expr",
    [
        binomial(m, k) ** 2 * x**k,
        (-1) ** k * binomial(m, k) / (k + x),
        binomial(m + k, 2 * k) * x ** (m * k),
        factorial(m - k) * rf(x, k),
        k * x**k + x ** (k + 1),
        binomial(2 * k, k) * binomial(2 * m - 2 * k, m - k),
    ],
    ids=str,
)
def test_symbolic_ratios_hold_at_points(expr):
    ratio = symbolic_ratio(expr, k)
    assert ratio is not None
    point = {m: Rational(37, 3), x: Rational(5, 7)}
    for index in (2, 3):
        quotient = (expr.subs(k, index + 1) / expr.subs(k, index)).subs(point)
        assert abs(sympy.N(quotient / ratio.subs(k, index).subs(point), 30) - 1) < 1e-25


@pytest.mark.parametrize(
    ("expr", "start"),
    [
        (1 / n, 1),
        (3 / (n * (n + 2)), 1),
        (1 / (n - Rational(1, 2)) / (n + 3), 0),
        (n**2, 0),
        (1 / factorial(n), 0),
        (1 / n**2, 2),
        ((-1) ** n / (2 * n + 1), 0),
        (binomial(5, n), 0),
        ((n - 3) * 2**n, 0),
        ((n**2 - 5) / (n**2 + 1) * 3**n, 0),
        (sympy.harmonic(n) / 2**n, 0),
        (sympy.fibonacci(n), 0),
        (sympy.floor(n / 3), 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("last", [0, 1, 2, 9, 60])
def test_partial_sums_are_those_of_plain_addition(expr, start, last):
    expected = Fraction(0)
    for index in range(start, last + 1):
        value = expr.subs(n, index)
        expected += Fraction(int(value.p), int(value.q))
    assert exact_partial_sum(Summand(expr, start), last) == fmpq(expected.numerator, expected.denominator)


@pytest.mark.parametrize("expr", TERMS[:9], ids=str)
@pytest.mark.parametrize("last", [6, 30])
def test_a_sum_and_the_term_after_it(expr, last):
    parts = Ratio.of(*term_ratio(expr))
    (top, bottom), (above, below) = parts.sum_and_term(5, last)
    values = [
        Fraction(int(v.p), int(v.q)) / Fraction(int(w.p), int(w.q))
        for v in (expr.subs(n, i) for i in range(5, last + 1))
        for w in [expr.subs(n, 5)]
    ]
    assert fmpq(top, bottom) == fmpq(sum(values[:-1]).numerator, sum(values[:-1]).denominator)
    assert fmpq(above, below) == fmpq(values[-1].numerator, values[-1].denominator)
    assert fmpq(*parts.sum(5, last)) == fmpq(top, bottom)


def test_a_partial_sum_with_an_irrational_term_is_refused():
    assert exact_partial_sum(Summand(sympy.sqrt(n), 0), 5) is None
    assert exact_partial_sum(Summand(1 / (n - 3), 0), 5) is None


def test_the_fast_series_is_zeta_of_three():
    for terms in (1, 5, 100):
        top, bottom = zeta_three(terms)
        with ctx.workprec(10 * terms + 100):
            assert abs(arb(top) / arb(bottom) - arb(3).zeta()) < arb(2) ** (10 - 10 * terms)
    assert isinstance(top, fmpz)
