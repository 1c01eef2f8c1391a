"""Digamma and Hurwitz zeta values at rationals against Arb, which computes them from their own series."""

import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from sympy import Rational

from infinitesimal.sums.infinite.digamma import hurwitz, log_sine, psi
from infinitesimal.sums.summands.evaluation import ball

POINTS = [Rational(p, q) for q in range(1, 14) for p in range(-q, 2 * q + 1) if sympy.igcd(p, q) == 1]


@pytest.mark.parametrize("a", [a for a in POINTS if not (a.is_Integer and a <= 0)])
def test_digamma(a: sympy.Rational) -> None:
    with ctx.workprec(128):
        assert ball(psi(a), 100).overlaps(acb(fmpq(int(a.p), int(a.q))).digamma())


@pytest.mark.parametrize("a", [a for a in POINTS if a > 0])
@pytest.mark.parametrize("m", [2, 3, 4, 5])
def test_hurwitz(a: sympy.Rational, m: int) -> None:
    with ctx.workprec(128):
        assert ball(hurwitz(sympy.Integer(m), a), 100).overlaps(acb(m).zeta(fmpq(int(a.p), int(a.q))))


@pytest.mark.parametrize("q", range(2, 14))
def test_log_sine(q: int) -> None:
    for p in range(1, q):
        with ctx.workprec(128):
            assert ball(log_sine(p, q), 100).real.overlaps(arb.sin_pi_fmpq(fmpq(p, q)).log())


def test_what_is_known_is_simplified() -> None:
    assert hurwitz(sympy.Integer(2), Rational(3, 4)) == sympy.pi**2 - 8 * sympy.Catalan
    assert psi(Rational(1, 2)) == -sympy.EulerGamma - 2 * sympy.log(2)
    assert not hurwitz(sympy.Integer(3), Rational(1, 6)).has(sympy.zeta(3, Rational(1, 6)))
