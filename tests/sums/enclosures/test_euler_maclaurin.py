"""Tails of members of the scale against Hurwitz zeta functions and against the difference of two tails."""

import pytest
import sympy
from flint import acb, acb_series, arb, ctx, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Scale
from infinitesimal.sums.enclosures.euler_maclaurin import (
    _factor,
    converges,
    derivative_bound,
    exponential_integral,
    integral,
    integrals,
    tail,
    truncation,
)

NOTHING = arb(0)


def single(s: int, a: int = 0, b: int = 0) -> dict[Monomial, fmpq]:
    return {Monomial(ZERO_ANGLE, s, a, b): fmpq(1)}


@pytest.mark.parametrize("bits", [60, 200, 600])
@pytest.mark.parametrize(("s", "mesh"), [(2, 1), (3, 2), (6, 5), (7, 1)])
def test_powers_are_hurwitz_zeta(bits: int, s: int, mesh: int) -> None:
    first = max(40, bits)
    with ctx.workprec(bits + 40):
        found = tail(single(s), Scale(first, mesh), NOTHING, bits)
        assert found.overlaps(acb(fmpq(s, mesh)).zeta(first).real)
        assert found.rad() < arb(2) ** -bits


@pytest.mark.parametrize("k", [1, 2, 3])
def test_logarithms_are_derivatives_of_the_hurwitz_zeta_function(k: int) -> None:
    with ctx.workprec(200):
        series = acb_series([2, 1], prec=k + 1).zeta(acb(100))
        derivative = series[k].real * arb(k + 1).gamma() * (-1) ** k
        found = tail(single(2, -k), Scale(100), NOTHING, 150)
        assert found.overlaps(derivative)
        assert found.rad() < arb(2) ** -140


@pytest.mark.parametrize(
    ("s", "a", "b"),
    [(1, 2, 0), (1, 1, 2), (1, 2, -1), (1, 3, 1), (2, 1, 0), (2, -3, 2), (2, 0, 1), (3, 2, -2), (5, 4, 4)],
)
@pytest.mark.parametrize("shift", [sympy.S.Zero, sympy.log(3)])
def test_two_tails_differ_by_the_terms_between(s: int, a: int, b: int, shift: sympy.Expr) -> None:
    with ctx.workprec(220):
        early, late = (tail(single(s, a, b), Scale(first, shift=shift), NOTHING, 170) for first in (100, 200))
        between = arb(0)
        for k in range(100, 200):
            log = arb(k).log() + (arb(3).log() if shift else 0)
            between += 1 / (arb(k) ** s * log**a * log.log() ** b)
        assert (early - late).overlaps(between)
        assert early.rad() < arb(2) ** -150


def test_the_integral_has_the_right_derivative() -> None:
    """The integral from N to N + 1 lies between the values of the decreasing integrand."""
    with ctx.workprec(100):
        for s, a, b in [(1, 2, 0), (1, 1, 2), (1, 2, 1), (2, 1, 1), (2, 0, 0), (2, -1, 0), (2, -1, -1)]:
            m = Monomial(ZERO_ANGLE, s, a, b)
            step = integral(m, Scale(1000), NOTHING) - integral(m, Scale(1001), NOTHING)
            values = []
            for x in (1000, 1001):
                log = arb(x).log()
                values.append(1 / (arb(x) ** s * log**a * log.log() ** b))
            assert values[1] < step < values[0]


def test_incomplete_gamma_by_parts() -> None:
    with ctx.workprec(100):
        rate, a, u = arb(2), arb(fmpq(3, 2)), arb(5)
        left = exponential_integral(rate, a, u)
        right = (-rate * u).exp() * u**-a / rate - a / rate * exponential_integral(rate, a + 1, u)
        assert left.overlaps(right)


@pytest.mark.parametrize(("s", "a", "b"), [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 5), (0, 9, 9), (1, -1, 0)])
def test_what_is_not_summable_is_refused(s: int, a: int, b: int) -> None:
    assert not converges(Monomial(ZERO_ANGLE, s, a, b), Scale(100), NOTHING)
    with ctx.workprec(60), pytest.raises(Undecided):
        tail(single(s, a, b), Scale(100), NOTHING, 50)


@pytest.mark.parametrize("shift", [sympy.S.Zero, sympy.log(3)])
def test_integrals_by_recurrence_agree(shift: sympy.Expr) -> None:
    scale = Scale(300, shift=shift)
    terms = [Monomial(ZERO_ANGLE, s, a, 0) for s in (1, 2, 5, 30) for a in range(2 if s == 1 else -2, 25)]
    with ctx.workprec(200):
        for m, value in integrals(set(terms), scale, NOTHING).items():
            assert value.overlaps(integral(m, scale, NOTHING))
            assert value.rad() < arb(2) ** -170


@pytest.mark.parametrize("first", [10, 1000, 10**6])
@pytest.mark.parametrize("s", [1, 2, 9])
@pytest.mark.parametrize("order", [2, 3, 8, 40])
def test_the_bound_of_the_derivatives_of_a_power(first: int, s: int, order: int) -> None:
    """The sum over n >= N of |f^(k)(n)|/k! is the rising factorial (s)_k/k! times zeta(s + k, N)."""
    m = Monomial(ZERO_ANGLE, s, 0, 0)
    with ctx.workprec(100):
        exact = arb(s).rising(order) / arb(order + 1).gamma() * acb(s + order).zeta(first).real
        assert derivative_bound(m, Scale(first), NOTHING, order) > exact


@pytest.mark.parametrize("offset", [fmpq(0), fmpq(1, 3)])
def test_the_rest_is_the_one_of_the_theorem(offset: fmpq) -> None:
    """2 zeta(2K)/(2 pi)^(2K) (2K)! times the bound of f^(2K)/(2K)!, for every precision that is asked for."""
    m = Monomial(ZERO_ANGLE, 2, 0, 0)
    for bits in (1, 30, 200):
        order, rest = truncation({m: fmpq(-3)}, Scale(40), arb(offset), bits, _factor, 800)
        with ctx.workprec(100):
            factor = 2 * arb(order).zeta() / (2 * arb.pi()) ** order * arb(order + 1).gamma()
            assert rest > 3 * factor * derivative_bound(m, Scale(40), arb(offset), order) * (1 - arb(2) ** -30)


@pytest.mark.parametrize("bits", [1, 10, 25])
def test_a_low_accuracy_is_as_wide_as_it_has_to_be(bits: int) -> None:
    with ctx.workprec(400):
        found = tail(single(2), Scale(8), NOTHING, bits)
        assert found.overlaps(acb(2).zeta(8).real)
        assert found.rad() > arb(2) ** -300


def test_powers_with_an_offset() -> None:
    with ctx.workprec(200):
        assert not converges(Monomial(ZERO_ANGLE, 0, 0, 0), Scale(100), arb(1))
        found = tail(single(1), Scale(100), arb(fmpq(1, 3)), 120)
        assert found.overlaps(acb(fmpq(4, 3)).zeta(100).real)
