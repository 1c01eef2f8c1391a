"""Balls and exact values of expressions, against mpmath, SymPy's exact evaluation and brute force."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import ball, is_zero, rational_at, real_ball, value_ball
from infinitesimal.truth import Truth

X = Rational(1, 3)

CONSTANTS = [
    (sympy.zeta(3), lambda: mpmath.zeta(3)),
    (sympy.zeta(2, X), lambda: mpmath.zeta(2, mpmath.mpf(1) / 3)),
    (sympy.polygamma(2, X), lambda: mpmath.polygamma(2, mpmath.mpf(1) / 3)),
    (sympy.loggamma(X), lambda: mpmath.loggamma(mpmath.mpf(1) / 3)),
    (sympy.polylog(3, -X), lambda: mpmath.polylog(3, -mpmath.mpf(1) / 3)),
    (sympy.lerchphi(X, 2, X), lambda: mpmath.lerchphi(mpmath.mpf(1) / 3, 2, mpmath.mpf(1) / 3)),
    (sympy.Ei(X), lambda: mpmath.ei(mpmath.mpf(1) / 3)),
    (sympy.expint(2, X), lambda: mpmath.expint(2, mpmath.mpf(1) / 3)),
    (sympy.erf(X), lambda: mpmath.erf(mpmath.mpf(1) / 3)),
    (sympy.besseli(0, 2), lambda: mpmath.besseli(0, 2)),
    (sympy.besselj(1, 3), lambda: mpmath.besselj(1, 3)),
    (sympy.EulerGamma + sympy.Catalan * sympy.GoldenRatio, lambda: mpmath.euler + mpmath.catalan * mpmath.phi),
    (sympy.stieltjes(1), lambda: mpmath.stieltjes(1)),
    (sympy.dirichlet_eta(X), lambda: mpmath.altzeta(mpmath.mpf(1) / 3)),
    (sympy.elliptic_k(X), lambda: mpmath.ellipk(mpmath.mpf(1) / 3)),
    (sympy.airyai(X), lambda: mpmath.airyai(mpmath.mpf(1) / 3)),
    (sympy.hyper([X, 1], [2], X), lambda: mpmath.hyp2f1(mpmath.mpf(1) / 3, 1, 2, mpmath.mpf(1) / 3)),
    (sympy.hyper([1, 1, 1], [2, 2], -1), lambda: mpmath.pi**2 / 12),
    (sympy.hyper([1, 1, 1], [2, 2], 1), lambda: mpmath.pi**2 / 6),
    (sympy.harmonic(X), lambda: mpmath.harmonic(mpmath.mpf(1) / 3)),
    (sympy.LambertW(X), lambda: mpmath.lambertw(mpmath.mpf(1) / 3)),
    (sympy.log(-3) + sympy.I**X, lambda: mpmath.log(-3) + mpmath.mpc(0, 1) ** (mpmath.mpf(1) / 3)),
    (sympy.binomial(X, Rational(1, 7)), lambda: mpmath.binomial(mpmath.mpf(1) / 3, mpmath.mpf(1) / 7)),
    (sympy.floor(100 * sympy.pi), lambda: mpmath.mpf(314)),
    (sympy.Subs(sympy.Derivative(sympy.zeta(n), n), n, 2), lambda: mpmath.zeta(2, 1, 1)),
    (sympy.exp(-1000), lambda: mpmath.exp(-1000)),
]


@pytest.mark.parametrize(("expr", "oracle"), CONSTANTS)
def test_a_ball_holds_the_value_of_mpmath_and_is_as_narrow_as_asked(expr, oracle):
    enclosure = ball(expr, 120)
    assert enclosure.rel_accuracy_bits() >= 120
    with mpmath.workdps(50):
        value = mpmath.mpmathify(oracle())
        parts = str(value.real), str(value.imag)
    with ctx.workprec(200):
        difference = enclosure - acb(arb(parts[0]), arb(parts[1]))
        assert abs(difference) <= abs(enclosure) * acb(2).real ** -115


def test_what_cannot_be_enclosed_is_refused():
    divergent = sympy.hyper([1, 1, 3], [2, 2], 1)
    for expr in (divergent, sympy.Symbol("x"), sympy.Function("f")(1), sympy.zeta(1, evaluate=False), sympy.S.NaN):
        with pytest.raises(Undecided):
            ball(expr, 53)
    with pytest.raises(Undecided):
        real_ball(sympy.log(-2), 53)


def test_the_precision_in_scope_is_left_alone():
    before = ctx.prec
    ball(sympy.sin(10**30), 300)
    assert ctx.prec == before


def test_zero_is_decided_by_exact_arithmetic_and_by_balls():
    assert is_zero(Rational(1, 3) - X) is Truth.TRUE
    assert is_zero(sympy.pi - Rational(355, 113)) is Truth.FALSE
    assert is_zero((1 + sympy.sqrt(2)) ** 2 - 3 - 2 * sympy.sqrt(2)) is Truth.TRUE
    assert is_zero(sympy.exp(-600)) is Truth.FALSE
    assert is_zero(sympy.atan(X) + sympy.atan(Rational(1, 2)) - sympy.pi / 4 + X - X) in (Truth.FALSE, Truth.UNKNOWN)
    assert is_zero(sympy.sqrt(5 + 2 * sympy.sqrt(6)) - sympy.sqrt(2) - sympy.sqrt(3)) is not Truth.FALSE


EXACT_TERMS = [
    sympy.binomial(2 * n, n) / 4**n,
    sympy.factorial(n) * 2**n / (n + 1),
    sympy.harmonic(n),
    sympy.harmonic(n, 2),
    sympy.fibonacci(2 * n) - sympy.lucas(n),
    sympy.rf(Rational(1, 2), n),
    sympy.floor(n / 3) - sympy.ceiling(n / 2),
    sympy.floor(sympy.sqrt(n)),
    (-1) ** n * n**3 / 7**n,
    sympy.binomial(-Rational(1, 2), n),
    sympy.factorial2(n),
    abs(n - 5),
    sympy.Mod(n, 3),
]


@pytest.mark.parametrize("expr", EXACT_TERMS, ids=str)
def test_exact_values_are_those_of_sympy_and_lie_in_the_ball(expr):
    for k in range(12):
        expected = expr.subs(n, k)
        value = rational_at(expr, k)
        assert value == fmpq(int(expected.p), int(expected.q))
        with ctx.workprec(300):
            assert value_ball(expr, k, 80).real.overlaps(arb(value))


@given(st.integers(0, 60), st.fractions(max_denominator=50), st.integers(-8, 8))
def test_powers_of_fractions_are_exact(k, base, exponent):
    if base == 0 and exponent < 0:
        return
    expr = Rational(base.numerator, base.denominator) ** exponent + n
    value = rational_at(expr, k)
    assert value is not None
    assert Fraction(int(value.p), int(value.q)) == Fraction(base) ** exponent + k


def test_poles_and_irrational_values_have_no_exact_value():
    assert rational_at(1 / (n - 3), 3) is None
    assert rational_at(sympy.sqrt(n), 2) is None
    assert rational_at(sympy.gamma(n + Rational(1, 2)), 2) is None
    assert rational_at(2 ** (2**n), 80) is None
