"""Enclosures against constants of Arb, the midpoint Abel-Plana formula, and each other; divergence never passes."""

import time
from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import acb, arb, ctx, fmpq
from sympy import (
    Rational,
    atan,
    binomial,
    catalan,
    cos,
    exp,
    fibonacci,
    floor,
    harmonic,
    log,
    pi,
    sin,
    sqrt,
    tanh,
    zeta,
)

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.enclosures.enclosure import enclose, enclose_ball, tail_ball
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.summand import Summand

EULER = sympy.EulerGamma

KNOWN = [
    (1 / n**2, 1, pi**2 / 6),
    (n ** Rational(-6, 5), 1, zeta(Rational(6, 5))),
    (n ** Rational(-3, 2), 1, zeta(Rational(3, 2))),
    (n**-pi, 1, zeta(pi)),
    (3 ** -log(n), 1, zeta(log(3))),
    ((-1) ** (n + 1) / n, 1, log(2)),
    ((-1) ** (n + 1) / sqrt(n), 1, (1 - sqrt(2)) * zeta(Rational(1, 2))),
    ((-1) ** n * log(n) / n, 1, EULER * log(2) - log(2) ** 2 / 2),
    (sin(n) / n, 1, (pi - 1) / 2),
    (cos(n) / n, 1, -log(2 - 2 * cos(1)) / 2),
    (cos(n) / n**2, 1, pi**2 / 6 - pi / 2 + Rational(1, 4)),
    (cos(n * pi / 3) / n, 1, sympy.Integer(0)),
    (harmonic(n) / n**2, 1, 2 * zeta(3)),
    (harmonic(n, 2) / n**2, 1, (zeta(4) + zeta(2) ** 2) / 2),
    (harmonic(n) ** 2 / n**2, 1, 17 * zeta(4) / 4),
    (harmonic(n) / 2**n, 1, 2 * log(2)),
    (log(1 + 1 / n) - 1 / n, 1, -EULER),
    (log(1 - 1 / n**2), 2, -log(2)),
    (log(1 + 1 / n**2), 1, log(sympy.sinh(pi) / pi)),
    (1 / sqrt(n) - 1 / sqrt(n + 1), 1, sympy.Integer(1)),
    (atan(1 / (n**2 + n + 1)), 0, pi / 2),
    (n * log((2 * n + 1) / (2 * n - 1)) - 1, 1, (1 - log(2)) / 2),
    (binomial(2 * n, n) / (4**n * n), 1, 2 * log(2)),
    (catalan(n) / 4**n, 0, sympy.Integer(2)),
    (zeta(n) - 1, 2, sympy.Integer(1)),
    ((zeta(n) - 1) / n, 2, 1 - EULER),
    (floor(n / 2) / 3**n, 0, Rational(3, 16)),
    ((-1) ** floor(n / 2) / (2 * n + 1), 0, pi / (2 * sqrt(2))),
    ((-1) ** (n * (n - 1) / 2) / n, 1, pi / 4 - log(2) / 2),
    (1 / fibonacci(2**n), 0, (7 - sqrt(5)) / 2),
    (2**n / (2 ** (2**n) + 1), 0, sympy.Integer(1)),
    (1 / sympy.cosh(pi * n), 1, sympy.gamma(Rational(1, 4)) ** 2 / (4 * pi ** Rational(3, 2)) - Rational(1, 2)),
    (sympy.coth(pi * n) / n**3, 1, 7 * pi**3 / 180),
    ((-1) ** n / n + 1 / n**pi, 1, zeta(pi) - log(2)),
    (1 / (n**2 + 10**30), 0, pi * sympy.coth(pi * 10**15) / (2 * 10**15) + Rational(1, 2 * 10**30)),
    (cos(710 * n) / n, 1, -log(2 - 2 * cos(710)) / 2),
    (sin(n / 1000) / n, 1, (pi - Rational(1, 1000)) / 2),
]


@pytest.mark.parametrize(("term", "start", "limit"), KNOWN, ids=lambda part: str(part))
def test_known_sums_lie_inside(term: sympy.Expr, start: int, limit: sympy.Expr) -> None:
    found = enclose_ball(Summand(term, start), 170)
    with ctx.workprec(400):
        assert found.overlaps(ball(limit, 300).real)
        assert found.rad() <= arb(2) ** -170


PARTS = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]


def abel_plana(term: sympy.Expr, start: int, antiderivative: sympy.Expr | None = None) -> mpmath.mpf:
    """sum_{n>=N} f = integral_M^oo f - i integral_0^oo (f(M+iy) - f(M-iy))/(e^(2 pi y) + 1) dy, M = N - 1/2."""
    f = sympy.lambdify(n, term, "mpmath")
    m = mpmath.mpf(23) / 2
    head = mpmath.fsum(f(mpmath.mpf(k)) for k in range(start, 12))
    if antiderivative is None:
        along = mpmath.quad(lambda u: f(m * mpmath.exp(u)) * m * mpmath.exp(u), PARTS)
    else:
        along = -sympy.lambdify(n, antiderivative, "mpmath")(m)
    up = mpmath.quad(lambda y: (f(m + 1j * y) - f(m - 1j * y)) / (mpmath.exp(2 * mpmath.pi * y) + 1), PARTS[:6])
    return mpmath.re(head + along - 1j * up)


@pytest.mark.parametrize(
    ("term", "start"),
    [
        (log(n) ** 3 / n**3, 1),
        (1 / (n**2 * log(n)), 2),
        (log(log(n)) / n**2, 3),
        (1 / (n**2 * log(log(n))), 3),
        (sqrt(log(n)) / n**2, 1),
        ((n ** (1 / n) - 1) ** 2, 1),
        (1 / (n**2 + log(n)), 1),
        (sqrt(n) / (n**3 + n + 1), 1),
        (1 / (n * sqrt(n**2 + 1) * log(n + 1)), 1),
        (sin(log(n) / n) ** 2, 1),
        (1 / (n**2 * (log(n) + sin(1 / n))), 2),
        (sympy.loggamma(n) / n**4, 1),
    ],
    ids=str,
)
def test_abel_plana_agrees(term: sympy.Expr, start: int) -> None:
    with mpmath.workdps(35):
        oracle = abel_plana(term, start)
        found = enclose(Summand(term, start), 28)
        middle = (found.lower + found.upper) / 2
        assert abs(oracle - mpmath.mpf(middle.numerator) / middle.denominator) < mpmath.mpf(10) ** -27


@pytest.mark.parametrize(
    ("term", "start", "antiderivative"),
    [
        (1 / (n * log(n) ** 2), 2, -1 / log(n)),
        (1 / (n * log(n) ** Rational(3, 2)), 2, -2 / sqrt(log(n))),
        (1 / (n * log(n) * log(log(n)) ** 2), 3, -1 / log(log(n))),
        (1 / ((n + 1) * log(n + 1) ** 2), 1, -1 / log(n + 1)),
        (n ** Rational(-101, 100), 1, -100 / n ** Rational(1, 100)),
    ],
    ids=str,
)
def test_log_scale_series_with_exact_integrals(term: sympy.Expr, start: int, antiderivative: sympy.Expr) -> None:
    with mpmath.workdps(40):
        oracle = abel_plana(term, start, antiderivative)
        found = enclose(Summand(term, start), 30)
        middle = (found.lower + found.upper) / 2
        assert abs(oracle - mpmath.mpf(middle.numerator) / middle.denominator) < mpmath.mpf(10) ** -29


@pytest.mark.parametrize(
    ("term", "start", "digits"),
    [(1 / (n * log(n) ** 2), 2, "2.10974280123689197447"), (1 / (n * log(n) * log(log(n)) ** 2), 3, "38.4067680928")],
    ids=str,
)
def test_published_constants_of_log_scale_series(term: sympy.Expr, start: int, digits: str) -> None:
    """Baxley, "Euler's constant, Taylor's formula, and slowly converging series" (1992); OEIS A115563."""
    found = enclose(Summand(term, start), 30)
    assert 0 <= found.lower - Fraction(digits) < Fraction(1, 10 ** (len(digits.split(".")[1])))


DIVERGENT = [
    (1 / n, 1),
    (1 / (n * log(n)), 2),
    (1 / (n * log(n) * log(log(n))), 3),
    ((-1) ** n, 0),
    ((-1) ** n / (sqrt(n) + (-1) ** n), 2),
    ((-1) ** n / n ** (1 / n), 1),
    (sin(n) ** 2 / n, 1),
    (n ** (-1 - 1 / n), 1),
    (n ** (1 / n) - 1, 1),
    (sin(1 / n), 1),
    (1 - n * log((n + 1) / n), 1),
    ((-1) ** floor(n / 3), 0),
    (floor(n / 2) / n**2, 1),
    (cos(n * pi / 3) + cos(n * pi / 3 + pi / 3), 0),
    (2**n / (1 + 2**n), 0),
    (sympy.factorial(n) / 5**n, 0),
    (harmonic(n) / n, 1),
    (binomial(2 * n, n) / 4**n, 0),
    (1 / log(n) ** 5, 2),
    (1 / sqrt(n) + (-1) ** n / n, 1),
    (exp(cos(n)), 0),
]


@pytest.mark.parametrize(("term", "start"), DIVERGENT, ids=lambda part: str(part))
def test_divergent_series_have_no_enclosure(term: sympy.Expr, start: int) -> None:
    with pytest.raises(Undecided):
        enclose(Summand(term, start), 10)


@pytest.mark.parametrize("digits", [5, 30, 60])
def test_the_width_is_kept_and_precisions_agree(digits: int) -> None:
    for term, start in [
        (1 / (n * log(n + 1) ** 2), 1),
        (cos(n / 10) / n, 1),
        (1 / (n**2 + sin(n)), 1),
        (tanh(n) / n**2, 1),
    ]:
        fine = enclose(Summand(term, start), digits + 7)
        coarse = enclose(Summand(term, start), digits)
        assert coarse.width <= Fraction(1, 10**digits)
        assert coarse.lower <= fine.upper and fine.lower <= coarse.upper


def test_tails_add_up() -> None:
    for term in [1 / (n * log(n) ** 2), log(n) / n**2, (-1) ** n / log(n), sin(n) / n]:
        a = Summand(term, 2)
        with ctx.workprec(200):
            head = sum((acb(ball(term.subs(n, k), 190)).real for k in range(2, 501)), arb(0))
            assert (head + tail_ball(a, 500, 150)).overlaps(enclose_ball(a, 150))


def test_a_far_tail_is_relative() -> None:
    found = tail_ball(Summand(1 / n**3 + 1 / n**4 * log(n), 1), 10**9, 100)
    assert found.rel_accuracy_bits() >= 98
    assert abs(found * 2 * arb(10) ** 18 - 1) < arb(fmpq(1, 10**7))


def test_undefined_and_complex_terms_are_refused() -> None:
    for term, start in [(1 / (n - 3) ** 2 + log(n) / n**3, 1), (log(n - 5) / n**2, 1), (sqrt(3 - n) / n**3, 1)]:
        with pytest.raises(Undecided):
            enclose(Summand(term, start), 10)


def test_parameters_and_budget() -> None:
    with pytest.raises(Undecided):
        enclose(Summand(sympy.Symbol("x") ** n / n**2, 1), 10)
    begin = time.monotonic()
    with pytest.raises(Undecided):
        enclose(Summand(exp(-(n ** Rational(1, 6))), 1), 2000, Budget(seconds=0.5))
    assert time.monotonic() - begin < 5


def test_a_large_shift_of_the_logarithm() -> None:
    """log(n/5000) is negative up to n = 5000: the expansion has to begin later."""
    term = 1 / (n * log(n / 5000) ** 2)
    with pytest.raises(Undecided):
        enclose(Summand(term, 2), 20)
    found, later = enclose(Summand(term, 5001), 20), enclose(Summand(term, 40000), 25)
    between = sum(1 / (k * mpmath.log(mpmath.mpf(k) / 5000) ** 2) for k in range(5001, 40000))
    assert abs(float(found.lower - later.lower) - between) < 1e-6 * between


def test_budget_ends_a_long_expansion() -> None:
    begin = time.monotonic()
    with pytest.raises(Undecided):
        enclose(Summand(1 / (n * log(n + 1) ** 2), 1), 400, Budget(seconds=1))
    assert time.monotonic() - begin < 8
