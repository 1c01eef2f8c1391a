"""The values psi(a) and zeta(m, a) at rational a, in the simplest constants known.

Gauss's digamma theorem, the reflection formula and the distribution relation. What has no
simpler form is kept: zeta(2, 1/3), zeta(4, 1/4).
"""

from functools import cache

import sympy
from sympy import Rational, cos, cot, log, pi, sqrt

MAX_SHIFT = 2000
MAX_ORDER = 80
MAX_DENOMINATOR = 120
"""Beyond these the function itself is the simpler answer."""

GOLDEN_LOG = log((1 + sqrt(5)) / 2)


def psi(a: sympy.Rational) -> sympy.Expr:
    """The digamma function at a real number that is no pole, by Gauss's theorem where that is rational.

    Source: Abramowitz & Stegun 6.3.5-6.3.8; Knuth, *The Art of Computer Programming* 1, exercise 1.2.9-19.

    >>> psi(Rational(1, 3))
    -3*log(3)/2 - sqrt(3)*pi/6 - EulerGamma
    """
    if not a.is_Rational:
        return sympy.polygamma(0, a)
    base, shift = _into_unit(a)
    if abs(shift) > MAX_SHIFT or base.q > MAX_DENOMINATOR:
        return sympy.polygamma(0, a, evaluate=False)
    return sympy.expand(_psi_in_unit(base) + shift_sum(base, shift, 1))


def hurwitz(s: sympy.Expr, a: sympy.Rational) -> sympy.Expr:
    """The Hurwitz zeta function zeta(s, a) for rational a > 0 and real s other than 1.

    For integers s >= 2 the reflection a -> 1 - a and the relations among thirds, quarters and sixths are used,
    and negative a that are no poles are allowed.

    >>> hurwitz(sympy.Integer(2), Rational(5, 4))
    -16 + 8*Catalan + pi**2
    """
    if not a.is_Rational:
        return sympy.zeta(s, a, evaluate=False)
    base, shift = _into_unit(a)
    if abs(shift) > MAX_SHIFT or (s.is_Integer and s > MAX_ORDER and base.q > 2):
        return sympy.zeta(s, a, evaluate=False)
    value = _hurwitz_in_unit(int(s), base) if s.is_Integer and s >= 2 else _hurwitz_real(s, base)
    return sympy.expand(value - shift_sum(base, shift, s))


def shift_sum(base: sympy.Rational, shift: int, s: sympy.Expr | int) -> sympy.Expr:
    """The sum of (base + j)**-s for 0 <= j < shift; for a negative shift minus that for shift <= j < 0."""
    if shift >= 0:
        return sympy.Add(*((base + j) ** (-s) for j in range(shift)))
    return -sympy.Add(*((base + j) ** (-s) for j in range(shift, 0)))


def log_integer(k: int) -> sympy.Expr:
    """log(k) over the logarithms of primes, k >= 1."""
    return sympy.Add(*(e * log(sympy.Integer(p)) for p, e in sympy.factorint(k, limit=1 << 20).items()))


def log_sine(p: int, q: int) -> sympy.Expr:
    """log(sin(pi p/q)) for 0 < p < q, over logs of primes and of units where q is small.

    >>> log_sine(1, 12)
    -log(2) - log(sqrt(3) + 2)/2
    """
    angle = Rational(min(p, q - p), q)
    known = {
        Rational(1, 2): sympy.S.Zero,
        Rational(1, 3): log(3) / 2 - log(2),
        Rational(1, 4): -log(2) / 2,
        Rational(1, 5): log(5) / 4 - GOLDEN_LOG / 2 - log(2),
        Rational(2, 5): log(5) / 4 + GOLDEN_LOG / 2 - log(2),
        Rational(1, 6): -log(2),
        Rational(1, 8): -3 * log(2) / 4 - log(1 + sqrt(2)) / 2,
        Rational(3, 8): -3 * log(2) / 4 + log(1 + sqrt(2)) / 2,
        Rational(1, 10): -GOLDEN_LOG - log(2),
        Rational(3, 10): GOLDEN_LOG - log(2),
        Rational(1, 12): -log(2 + sqrt(3)) / 2 - log(2),
        Rational(5, 12): log(2 + sqrt(3)) / 2 - log(2),
    }
    return known.get(angle, log(sympy.sin(pi * angle)))


def _into_unit(a: sympy.Rational) -> tuple[sympy.Rational, int]:
    """The number b in (0, 1] and the integer k with a = b + k."""
    shift = int(sympy.ceiling(a)) - 1
    return a - shift, shift


@cache
def _psi_in_unit(a: sympy.Rational) -> sympy.Expr:
    q = int(a.q)
    if q == 1:
        return -sympy.EulerGamma
    if q == 2:
        return -sympy.EulerGamma - 2 * log(2)
    waves = sympy.Add(*(cos(2 * pi * k * a) * log_sine(k, q) for k in range(1, (q - 1) // 2 + 1)))
    return sympy.expand(-sympy.EulerGamma - log_integer(2 * q) - pi / 2 * cot(pi * a) + 2 * waves)


def _hurwitz_real(s: sympy.Expr, a: sympy.Rational) -> sympy.Expr:
    if a == 1:
        return sympy.zeta(s)
    if a == Rational(1, 2):
        return (2**s - 1) * sympy.zeta(s)
    return sympy.zeta(s, a)


@cache
def _hurwitz_in_unit(m: int, a: sympy.Rational) -> sympy.Expr:
    """zeta(m, a) for an integer m >= 2 and 0 < a <= 1, expressed through a base with a < 1/2."""
    zeta_m = sympy.zeta(m)
    if a == 1:
        return zeta_m
    if a == Rational(1, 2):
        return (2**m - 1) * zeta_m
    if a > Rational(1, 2):
        return sympy.expand(cotangent_derivative(m, a) - (-1) ** m * _hurwitz_in_unit(m, 1 - a))
    if a == Rational(1, 6):
        third = _hurwitz_in_unit(m, Rational(1, 3))
        return sympy.expand(2**m * third - _hurwitz_in_unit(m, Rational(2, 3)))
    if m % 2 and a in (Rational(1, 3), Rational(1, 4)):
        # zeta(m, a) + zeta(m, 1-a) is known by distribution, their difference by reflection.
        total = (3**m - 1) * zeta_m if a.q == 3 else (4**m - 2**m) * zeta_m
        return sympy.expand((total + cotangent_derivative(m, a)) / 2)
    if m == 2 and a == Rational(1, 4):
        return pi**2 + 8 * sympy.Catalan
    return sympy.zeta(m, a)


def cotangent_derivative(m: int, a: sympy.Expr) -> sympy.Expr:
    """zeta(m, a) + (-1)**m zeta(m, 1 - a), by the reflection formula of the polygamma functions.

    It is (-1)**(m-1)/(m-1)! times the derivative of order m-1 of pi cot(pi a).
    """
    # The coefficients of the derivative as a polynomial in c = cot(pi a): c' = -pi (1 + c**2).
    coefficients = [0, 1]
    for _ in range(m - 1):
        slope = [i * c for i, c in enumerate(coefficients)][1:]
        coefficients = [-(x + y) for x, y in zip([*slope, 0, 0], [0, 0, *slope], strict=True)]
    c = cot(pi * a)
    value = sympy.Add(*(coefficient * sympy.expand(c**i) for i, coefficient in enumerate(coefficients) if coefficient))
    return sympy.expand(sympy.Rational((-1) ** (m - 1), sympy.factorial(m - 1)) * value * pi**m)
