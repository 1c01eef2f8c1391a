"""Oscillating tails against polylogarithms and against the difference of two tails."""

from functools import partial

import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from sympy import Rational, pi

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.scale import Monomial, Scale
from infinitesimal.sums.enclosures import small_angles
from infinitesimal.sums.enclosures.euler_maclaurin import derivative_bound, truncation
from infinitesimal.sums.enclosures.oscillating import _factor, tail
from infinitesimal.sums.summands.evaluation import ball

NOTHING = arb(0)
ANGLES = [pi, pi / 3, pi * Rational(7, 5), sympy.Integer(1), sympy.sqrt(2)]
NEAR_TURNS = [Rational(1, 4), -Rational(1, 1000), sympy.Integer(710), pi / 40, sympy.Integer(22)]


def wave(angle: sympy.Expr, index: int) -> acb:
    return (acb(0, 1) * ball(angle, ctx.prec).real * index).exp()


@pytest.mark.parametrize("angle", ANGLES + NEAR_TURNS, ids=str)
@pytest.mark.parametrize(("s", "mesh"), [(1, 1), (1, 2), (2, 1), (7, 3)])
def test_powers_are_polylogarithms(angle: sympy.Expr, s: int, mesh: int) -> None:
    with ctx.workprec(320):
        found = tail(angle, {Monomial(angle, s, 0, 0): fmpq(1)}, Scale(600, mesh), NOTHING, 120)
        z = wave(angle, 1)
        head = sum((wave(angle, k) * arb(k) ** arb(fmpq(-s, mesh)) for k in range(1, 600)), acb(0))
        assert (found + head).overlaps(z.polylog(acb(fmpq(s, mesh))))
        assert found.rad() < arb(2) ** -100


@pytest.mark.parametrize("angle", ANGLES + NEAR_TURNS, ids=str)
@pytest.mark.parametrize(("s", "a", "b"), [(0, 1, 0), (0, 0, 1), (1, -2, 0), (1, 1, -1), (0, 2, -1)])
def test_two_tails_differ_by_the_terms_between(angle: sympy.Expr, s: int, a: int, b: int) -> None:
    with ctx.workprec(320):
        term = {Monomial(angle, s, a, b): fmpq(1)}
        early, late = (tail(angle, term, Scale(first), NOTHING, 100) for first in (500, 700))
        between = acb(0)
        for k in range(500, 700):
            log = arb(k).log()
            between += wave(angle, k) / (arb(k) ** s * log**a * log.log() ** b)
        assert (early - late).overlaps(between)
        assert early.rad() < arb(2) ** -90


def test_terms_that_do_not_vanish_are_refused() -> None:
    with ctx.workprec(60):
        for s, a, b in [(0, 0, 0), (-1, 5, 0), (0, -1, 3), (0, 0, -1)]:
            with pytest.raises(Undecided):
                tail(pi, {Monomial(pi, s, a, b): fmpq(1)}, Scale(100), NOTHING, 50)


def test_a_full_turn_is_refused() -> None:
    with ctx.workprec(60), pytest.raises(Undecided):
        tail(2 * pi, {Monomial(2 * pi, 1, 0, 0): fmpq(1)}, Scale(100), NOTHING, 50)


@pytest.mark.parametrize("angle", ANGLES, ids=str)
def test_the_rest_is_the_one_of_the_transform(angle: sympy.Expr) -> None:
    """K!/|1 - z|^K times the bound of f^(K)/K!, for every precision that is asked for."""
    m = Monomial(angle, 1, 0, 0)
    for bits in (1, 40, 120):
        with ctx.workprec(200):
            z = wave(angle, 1)
            factors = partial(_factor, abs(1 - z))
            count, rest = truncation({m: fmpq(-3)}, Scale(600), NOTHING, bits, factors, 600)
            factor = arb(count + 1).gamma() / abs(1 - z) ** count
            assert rest > 3 * factor * derivative_bound(m, Scale(600), NOTHING, count) * (1 - arb(2) ** -30)


def test_a_low_accuracy_is_as_wide_as_it_has_to_be() -> None:
    with ctx.workprec(400):
        found = tail(pi, {Monomial(pi, 1, 0, 0): fmpq(1)}, Scale(16), NOTHING, 5)
        head = sum((arb(-1) ** k / k for k in range(1, 16)), arb(0))
        assert (found.real + head).overlaps(-arb.const_log2())
        assert found.real.rad() > arb(2) ** -300


def test_a_bounded_wave_with_an_offset_is_refused() -> None:
    with ctx.workprec(60), pytest.raises(Undecided):
        tail(pi, {Monomial(pi, -1, 0, 0): fmpq(1)}, Scale(100), arb(1), 50)


@pytest.mark.parametrize("theta", [fmpq(1, 2), fmpq(-3, 2), fmpq(3)])
@pytest.mark.parametrize(("s", "a", "b"), [(1, 0, 0), (0, 1, 0), (1, -2, 0), (1, 1, -1)])
def test_the_two_formulas_agree(theta: fmpq, s: int, a: int, b: int) -> None:
    """Euler's transform and the one with an integral, at angles where both are good."""
    angle = Rational(int(theta.p), int(theta.q))
    with ctx.workprec(320):
        term = {Monomial(angle, s, a, b): fmpq(1)}
        one = small_angles.tail(arb(theta), term, Scale(900), NOTHING, 80)
        other = tail(angle if abs(angle) > Rational(1, 2) else angle + 2 * pi, term, Scale(900), NOTHING, 80)
        assert one.overlaps(other)
        assert one.rad() < arb(2) ** -70


@pytest.mark.parametrize("theta", [fmpq(1, 100), fmpq(-1, 3)])
def test_the_rest_of_a_small_angle_is_the_one_of_the_theorem(theta: fmpq) -> None:
    """Sum over k != 0 of |2 pi k + theta|^-J, times J!, times the bound of f^(J)/J!."""
    m = Monomial(sympy.S.One, 1, 0, 0)
    with ctx.workprec(100):
        distance = 2 * arb.pi() - abs(arb(theta))
        for bits in (1, 40, 120):
            factors = partial(small_angles._factor, distance)
            order, rest = truncation({m: fmpq(-3)}, Scale(60), NOTHING, bits, factors, 400)
            inverses = sum((abs(2 * arb.pi() * k + theta) ** -order for k in range(-50, 51) if k), arb(0))
            factor = arb(order + 1).gamma() * inverses
            assert rest > 3 * factor * derivative_bound(m, Scale(60), NOTHING, order) * (1 - arb(2) ** -30)
