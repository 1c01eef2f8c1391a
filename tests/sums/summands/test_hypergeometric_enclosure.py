"""Enclosures of hypergeometric series against closed forms evaluated by arb, and against long partial sums."""

import pytest
import sympy
from flint import arb, ctx, fmpq, fmpq_poly
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, binomial, cosh, coth, exp, factorial, gamma, log, pi, rf, sqrt, zeta

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum
from infinitesimal.sums.summands.approximate_telescoping import Telescope, telescoped_sum
from infinitesimal.sums.summands.evaluation import real_ball
from infinitesimal.sums.summands.hypergeometric_enclosure import enclose_hypergeometric, hypergeometric_tail
from infinitesimal.sums.summands.ratios import term_ratio
from infinitesimal.sums.summands.summand import Summand

HALF, THIRD = Rational(1, 2), Rational(1, 3)

SUMS = [
    (1 / n**2, 1, pi**2 / 6),
    (1 / n**3, 1, zeta(3)),
    (1 / (n**2 + 1), 0, (1 + pi * coth(pi)) / 2),
    (1 / (n + 100) ** 2, 0, zeta(2, 100)),
    (1 / n**2 - 1 / (n + 1) ** 2, 1, sympy.Integer(1)),
    ((-1) ** n / (2 * n + 1), 0, pi / 4),
    ((-1) ** (n + 1) / n, 1, log(2)),
    ((-1) ** n * (2 * n + 1) / (n * (n + 1)), 1, sympy.Integer(-1)),
    (binomial(2 * n, n) / 4**n / (2 * n + 1), 0, pi / 2),
    (binomial(2 * n, n) / (-4) ** n, 0, 1 / sqrt(2)),
    ((-1) ** n * (4 * n + 1) * binomial(2 * n, n) ** 3 / 64**n, 0, 2 / pi),
    (gamma(n + HALF) / gamma(n + Rational(8, 5)) / (n + 1), 0, None),
    (
        rf(THIRD, n) * rf(HALF, n) / rf(Rational(7, 5), n) / factorial(n),
        0,
        gamma(Rational(7, 5)) * gamma(Rational(17, 30)) / gamma(Rational(9, 10)) / gamma(Rational(16, 15)),
    ),
    (1 / factorial(n), 0, sympy.E),
    ((-50) ** n / factorial(n), 0, exp(-50)),
    (pi**n / factorial(n), 0, exp(pi)),
    (1 / 2**n, 0, sympy.Integer(2)),
    ((n - 5) / 2**n, 0, sympy.Integer(-8)),
    (binomial(5, n), 0, sympy.Integer(32)),
    (1 / binomial(2 * n, n), 0, Rational(4, 3) + 2 * sqrt(3) * pi / 27),
    ((pi / 4) ** n / n, 1, -log(1 - pi / 4)),
    (exp(-n), 0, 1 / (1 - exp(-1))),
    (Rational(999, 1000) ** n / n, 1, log(1000)),
    (cosh(1) / 2**n + pi / 3**n, 0, 2 * cosh(1) + 3 * pi / 2),
    (1 / factorial(n) + (-1) ** n / (n + 1), 0, sympy.E + log(2)),
]


@pytest.mark.parametrize(("expr", "start", "limit"), SUMS, ids=lambda case: str(case)[:40])
@pytest.mark.parametrize("bits", [60, 170, 500])
def test_the_enclosure_holds_the_limit(expr, start, limit, bits):
    if bits == 500 and expr.has(Rational(999, 1000)):
        return
    value = enclose_hypergeometric(Summand(expr, start), bits)
    assert value is not None
    assert value.rel_accuracy_bits() >= bits
    if limit is not None:
        expected = real_ball(limit, 2 * bits)
        with ctx.workprec(2 * bits):
            assert value.overlaps(expected)


@pytest.mark.parametrize(("expr", "start", "_limit"), SUMS[:20], ids=lambda case: str(case)[:40])
def test_a_partial_sum_and_its_tail_make_the_whole(expr, start, _limit):
    head = exact_partial_sum(Summand(expr, start), start + 29)
    whole, tail = (
        enclose_hypergeometric(Summand(expr, start), 150),
        hypergeometric_tail(Summand(expr, start), start + 30, 150),
    )
    assert whole is not None
    if head is None or tail is None:
        return
    with ctx.workprec(300):
        assert whole.overlaps(tail + arb(head))


def test_a_sum_that_is_zero_is_a_narrow_ball_around_zero():
    for expr, start in ((n - 2) / 2**n, 1), (binomial(2 * n, n) / 4**n / (2 * n - 1), 0):
        value = enclose_hypergeometric(Summand(expr, start), 100)
        assert value is not None
        assert value.contains(0)
        assert value.rad() < arb(2) ** -100


def test_divergent_and_foreign_series_are_left_alone():
    for expr in (1 / n, 1 / sqrt(n), 2**n, factorial(n), (-1) ** n, n**2, sympy.harmonic(n) / 2**n, 1 / (n - 3) ** 2):
        assert enclose_hypergeometric(Summand(expr, 1), 60) is None
    assert enclose_hypergeometric(Summand(sympy.Symbol("x") ** n, 1), 60) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.fractions(Rational(5, 4), 6, max_denominator=6))
def test_beta_sums_agree_with_gauss(a, b, gap):
    """2F1(a/3, b/4; c; 1) by the theorem of Gauss, with c - a - b = gap - 1 > 0."""
    x, y, s = Rational(a, 3), Rational(b, 4), Rational(gap.numerator, gap.denominator) - 1
    c = x + y + s
    value = enclose_hypergeometric(Summand(rf(x, n) * rf(y, n) / rf(c, n) / factorial(n), 0), 80)
    assert value is not None
    expected = real_ball(gamma(c) * gamma(s) / gamma(c - x) / gamma(c - y), 120)
    with ctx.workprec(120):
        assert value.overlaps(expected)


def test_the_residual_is_below_its_bound():
    """The bound of the rest against the true rest: 1/n**2 from 20 on is known by the trigamma function."""
    ratio = term_ratio(1 / n**2)
    assert ratio is not None
    with ctx.workprec(300):
        telescope = Telescope.of(*ratio, fmpq(1), 12)
        bound = telescope.rest(20, arb(1))
        exact = real_ball(sympy.polygamma(1, 20), 300)
        error = abs(exact * 400 - telescope.at(20))
    assert bound is not None
    assert error < bound
    assert error > 0


def test_a_sum_of_plain_ratios_is_refused_when_it_diverges():
    assert telescoped_sum(fmpq_poly([0, 1]), fmpq_poly([1, 1]), 1, 60) is None
