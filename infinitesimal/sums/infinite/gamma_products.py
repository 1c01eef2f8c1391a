"""Sums of log Gamma at rational points and at the roots of polynomials, closed by reflection and duplication."""

import sympy
from sympy import Rational, cos, cosh, log, pi, sin, sinh, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.digamma import log_integer, log_sine


def log_gamma(x: sympy.Rational) -> sympy.Expr:
    """Log Gamma(x) of a rational x > 0, over log Gamma at base points in (0, 1/2).

    >>> log_gamma(Rational(5, 2))
    -2*log(2) + log(pi)/2 + log(3)
    """
    shift = int(sympy.ceiling(x)) - 1
    base = x - shift
    return _log_gamma_in_unit(base) + sympy.Add(*(log_of(base + j) for j in range(shift)))


def _log_gamma_in_unit(x: sympy.Rational) -> sympy.Expr:
    if x == 1:
        return sympy.S.Zero
    if x == Rational(1, 2):
        return log(pi) / 2
    if x > Rational(1, 2):
        return log(pi) - log_sine(int(x.p), int(x.q)) - _log_gamma_in_unit(1 - x)
    if x == Rational(1, 6):
        # Duplication at 1/6 and reflection at 1/3.
        return -log(2) / 3 + log(3) / 2 - log(pi) / 2 + 2 * log(sympy.gamma(Rational(1, 3)))
    return log(sympy.gamma(x))


def log_gamma_roots(factor: sympy.Poly, centre: sympy.Rational, start: int) -> sympy.Expr | None:
    """The sum of log Gamma(start - root) over the roots of the factor; None for degree 3 and more without symmetry.

    Roots symmetric about a multiple of 1/2 close by Gamma(1+z) Gamma(1-z) = pi z/sin(pi z) and
    Gamma(1/2+z) Gamma(1/2-z) = pi/cos(pi z).
    """
    x = factor.compose(sympy.Poly(n + centre, n, domain="QQ"))
    begin = start - centre
    if (2 * centre).q != 1 or any(c != 0 for c in x.all_coeffs()[1::2]):
        if factor.degree() > 2:
            return None
        root = sqrt(-x.nth(0))
        return sympy.loggamma(begin + root) + sympy.loggamma(begin - root)
    half = centre.q == 2
    first = Rational(1, 2) if half else sympy.S.One
    value = _reflected(x, half)
    low, high = int(min(begin - first, 0)), int(max(begin - first, 0))
    steps = sympy.Add(*(log_of(abs(x.eval(first + j))) for j in range(low, high)))
    return value + steps if begin >= first else value - steps


def _reflected(x: sympy.Poly, half: bool) -> sympy.Expr:
    """The sum of log |Gamma(1 - z)| (or of 1/2 - z) over the roots z of an even polynomial of degree 2 or 4."""
    if x.degree() == 2:
        return _reflected_pair(x.nth(0), half)
    p, q = x.nth(2), x.nth(0)
    discriminant = p**2 - 4 * q
    if discriminant > 0:
        return sympy.Add(*(_reflected_pair((p + s * sqrt(discriminant)) / 2, half) for s in (1, -1)))
    # z = +-u +- i v, and |sin(pi z)|**2 = (cosh(2 pi v) - cos(2 pi u))/2.
    u, v = sqrt((sqrt(q) - p / 2) / 2), sqrt((sqrt(q) + p / 2) / 2)
    wave = cosh(2 * pi * v) + (1 if half else -1) * cos(2 * pi * u)
    return 2 * log(pi) + log(2) - log(wave) + (0 if half else log_of(q) / 2)


def _reflected_pair(beta: sympy.Expr, half: bool) -> sympy.Expr:
    """The same for x**2 + beta."""
    root = sqrt(abs(beta))
    if beta > 0:
        return log(pi) - log(cosh(pi * root)) if half else log(pi) + log_of(root) - log(sinh(pi * root))
    wave = cos(pi * root) if half else sin(pi * root)
    wave = wave if wave.evalf(30) > 0 else -wave
    return log(pi) - log(wave) + (0 if half else log_of(root))


def log_of(x: sympy.Expr) -> sympy.Expr:
    """log(x) of a positive number; rationals and their roots over the primes."""
    if x.is_Rational:
        return log_integer(int(x.p)) - log_integer(int(x.q))
    square = sympy.expand(x**2)
    return log_of(square) / 2 if square.is_Rational else log(x)
