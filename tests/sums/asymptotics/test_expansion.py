"""Expansions with a rest against the terms themselves: at every n >= N the ball of the expansion contains the term."""

import pytest
import sympy
from flint import acb, acb_series, arb, ctx, fmpq
from sympy import Rational, Symbol

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.asymptotic_reader import expand
from infinitesimal.sums.asymptotics.dominant import factored_exponentials
from infinitesimal.sums.asymptotics.expansion import Expansion, factored, monomial, multiply, value
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Restart, Scale
from infinitesimal.sums.asymptotics.stirling import _stirling
from infinitesimal.sums.enclosures.enclosure import tail_of
from infinitesimal.sums.summands.evaluation import value_ball

TERMS = """
1/n**2; n**Rational(-6,5); n**(-pi); sqrt(sqrt(n) + 1); 1/sqrt(n) - 1/sqrt(n + 1); 1/(n**Rational(3,2) + sin(n))
sin(1/n) - 1/n; cos(1 + 1/n); tan(1/n); atan((n + 1)/(2*n)); atan(n) - pi/2; asin(1/n); atanh(1/n); cot(1/n)
log(1 + 1/n**2); n*log((2*n + 1)/(2*n - 1)) - 1; log(n + log(n)); log(log(n + 1)) - log(log(n)); log(n)**3/n
1/(n*log(n)**2); 1/(n*log(2*n)**2); 1/(n*harmonic(n)**2); 1/(n*log(n)*log(log(n))**2); sqrt(log(n))/n
(n**(1/n) - 1)**2; (1 + 1/n)**n - E + E/(2*n); exp(1/n) - 1 - 1/n; exp(cos(n)/n); 3**(-log(n))
harmonic(n)/n**2; harmonic(2*n + 1); harmonic(n, 2)/n; polygamma(1, n); digamma(n + Rational(1,2)) - log(n)
loggamma(n + Rational(1,3)) - loggamma(n); binomial(2*n, n)/4**n; gamma(n + Rational(1,2))/gamma(n)
(-1)**n/(sqrt(n) + (-1)**n); cos(n)/(n + sin(n)); sin(pi*sqrt(n**2 + 1)); cos(n*pi/3)**2; cos(log(n)/n)
exp(-sqrt(n)); exp(-log(n)**2); 1/(2**n + 1); n/(3**n - 1); 1/fibonacci(n); tanh(n)/n; coth(n); 1/cosh(n)
2**(-2**n); zeta(n); rf(Rational(1,3), n)/factorial(n)
sinh(1/n); cosh(1/n); tanh(1/n); abs(3 - n)/n**3; log(n)**(-n); n**(-n); catalan(n)/4**n; (2**n + n)/(3**n + n**2)
"""
NAMES = {"n": n, "Rational": Rational, "rf": sympy.rf, "catalan": sympy.catalan}


def terms() -> list[sympy.Expr]:
    return [sympy.sympify(text, locals=NAMES) for line in TERMS.split("\n") for text in line.split(";") if text.strip()]


def read(term: sympy.Expr, scale: Scale) -> Expansion:
    while True:
        try:
            return expand(term, scale)
        except Restart as again:
            scale = again.scale


@pytest.mark.parametrize("term", terms(), ids=str)
def test_the_expansion_contains_the_term(term: sympy.Expr) -> None:
    with ctx.workprec(160):
        found = read(factored_exponentials(term), Scale(400, depth=8))
        scale = found.scale
        for index in (scale.first, scale.first + 1, 3 * scale.first, 50 * scale.first):
            ball, exact = value(found, index), value_ball(term, index, 160)
            assert ball.overlaps(exact)
            assert ball.rad() < 1e-7


def test_cancellation_is_exact() -> None:
    with ctx.workprec(100):
        for term, lead in [(sympy.sin(1 / n) - 1 / n, 3), (n * sympy.log((2 * n + 1) / (2 * n - 1)) - 1, 2)]:
            assert expand(term, Scale(100)).lead == lead


@pytest.mark.parametrize(
    "term",
    [
        2**n,
        sympy.factorial(n),
        sympy.cos(sympy.sqrt(n)),
        sympy.Abs(sympy.sin(n)),
        sympy.floor(n / 2),
        sympy.log(-n),
        sympy.cos(n**2),
    ],
    ids=str,
)
def test_terms_outside_the_class_are_refused(term: sympy.Expr) -> None:
    with ctx.workprec(100), pytest.raises(Undecided):
        read(term, Scale(100))


def test_bounds_of_the_scale_hold() -> None:
    scale = Scale(50, shift=sympy.log(2))
    for s, a, b in [(1, -7, 0), (1, -3, -2), (2, 1, -5), (0, 1, -4), (0, 2, 0), (3, 0, 0), (1, 5, 5), (0, 0, 1)]:
        bound = scale.sup(s, a, b)
        for index in (50, 60, 1000, 10**5, 10**9):
            x = sympy.log(2 * index)
            exact = acb(1) / index**s / value_ball(x, 0, 80) ** a / value_ball(sympy.log(x), 0, 80) ** b
            assert not exact.real > bound


def test_parameters_are_refused() -> None:
    with ctx.workprec(60), pytest.raises(Undecided):
        expand(1 / (n + Symbol("x")), Scale(100))


def test_products_keep_what_they_drop() -> None:
    """(1 + w + ... + w^7)^2 at w = 1/50, cut at w^8: the missing part is in the rest and not much less than it."""
    scale = Scale(50, depth=8)
    with ctx.workprec(200):
        x = Expansion(scale, {Monomial(ZERO_ANGLE, j, 0, 0): fmpq(1) for j in range(8)})
        for product in (multiply(x, x), multiply(multiply(x, x), x)):
            power = 2 if product.terms[Monomial(ZERO_ANGLE, 1, 0, 0)] == 2 else 3
            exact = sum((fmpq(1, 50**j) for j in range(8)), fmpq(0)) ** power
            kept = sum((c * fmpq(1, 50**m.s) for m, c in product.terms.items()), fmpq(0))
            assert exact - kept > 0
            assert value(product, 50).overlaps(acb(exact))
            assert value(product, 50).rad() < 2 * float(exact - kept)


def test_a_rest_at_the_cut_is_summed_from_its_bound() -> None:
    """The sum of 2 log(n)/n**3 over n >= N lies below the radius, and the radius below three times it."""
    for first in (50, 1000):
        found = tail_of(Expansion(Scale(first), {}, 3, 1, arb(2)), 60)
        with ctx.workprec(100):
            true = -2 * acb_series([3, 1], prec=2).zeta(acb(first))[1].real
            assert true < found.real.rad() and found.real.rad() < 3 * true
            assert found.real.contains(true) and found.real.contains(-true)


def test_a_rest_that_is_not_summable_is_refused() -> None:
    with pytest.raises(Undecided):
        tail_of(Expansion(Scale(50), {}, 2, 0, arb(2)), 60)


@pytest.mark.parametrize("lead", [(0, 0, 0), (1, 0, 0), (-2, 1, 0), (1, -1, 1), (0, 2, -1), (1, 1, 2)])
def test_the_rest_after_the_leading_term_is_taken_out(lead: tuple[int, int, int]) -> None:
    """With x = 3 m + r, abs(r) <= 5 n**-(s+2) L: the quotient r/(3 m) is within the rest of v, from N on."""
    m = Monomial(ZERO_ANGLE, *lead)
    c, found, v = factored(Expansion(Scale(60), {m: fmpq(3)}, lead[0] + 2, 1, arb(5)))
    assert (c, found, v.terms) == (3, m, {})
    with ctx.workprec(100):
        for index in (60, 10**3, 10**9, 10**30):
            log = arb(index).log()
            leading = arb(index) ** -lead[0] * log ** -lead[1] * log.log() ** -lead[2]
            quotient = 5 * arb(index) ** -(lead[0] + 2) * log / (3 * leading)
            allowed = v.bound * arb(index) ** -v.order * log**v.growth
            assert quotient <= allowed * (1 + arb(2) ** -30)


@pytest.mark.parametrize("depth", [4, 6, 12])
def test_the_rest_of_stirling_is_the_first_term_left_out(depth: int) -> None:
    """The series itself: B_2k/(2k(2k - 1)) n**(1 - 2k), with the k that the order of the rest tells (DLMF 5.11.10)."""

    def coefficient(k: int) -> fmpq:
        return fmpq.bernoulli(2 * k) / (2 * k * (2 * k - 1))

    found = _stirling(monomial(Scale(60, depth=depth), Monomial(ZERO_ANGLE, -1, 0, 0)), coefficient, 1)
    k = (found.order + 1) // 2
    assert found.order == 2 * k - 1 and found.growth == 0 and len(found.terms) == k - 1
    with ctx.workprec(60):
        assert abs(arb(coefficient(k))) * (1 - arb(2) ** -30) < found.bound
        assert found.bound < abs(arb(coefficient(k))) * fmpq(3, 2)
