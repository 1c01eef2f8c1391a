"""Oscillating tails against polylogarithms and against the difference of two tails."""

import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from sympy import Rational, pi

from infinitesimal.errors import Undecided
from infinitesimal.sums.evaluation import ball
from infinitesimal.sums.oscillating import tail
from infinitesimal.sums.scale import Monomial, Scale

NOTHING = arb(0)
ANGLES = [pi, pi / 3, pi * Rational(7, 5), sympy.Integer(1), sympy.sqrt(2), Rational(1, 4)]


def wave(angle: sympy.Expr, index: int) -> acb:
    return (acb(0, 1) * ball(angle, ctx.prec).real * index).exp()


@pytest.mark.parametrize("angle", ANGLES, ids=str)
@pytest.mark.parametrize(("s", "mesh"), [(1, 1), (1, 2), (2, 1), (7, 3)])
def test_powers_are_polylogarithms(angle: sympy.Expr, s: int, mesh: int) -> None:
    with ctx.workprec(320):
        found = tail(angle, {Monomial(angle, s, 0, 0): fmpq(1)}, Scale(600, mesh), NOTHING, 120)
        z = wave(angle, 1)
        head = sum((wave(angle, k) * arb(k) ** arb(fmpq(-s, mesh)) for k in range(1, 600)), acb(0))
        assert (found + head).overlaps(z.polylog(acb(fmpq(s, mesh))))
        assert found.rad() < arb(2) ** -100


@pytest.mark.parametrize("angle", ANGLES, ids=str)
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
