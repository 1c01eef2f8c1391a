"""What the general term of a series is to a proof: a rational function of the index, or a polynomial times a power."""

from fractions import Fraction
from typing import Any

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.limits.infinite import summand
from infinitesimal.proofs.families.polynomials import Polynomial
from infinitesimal.recurrences.series import Series
from infinitesimal.sums.finite.gosper import gosper
from infinitesimal.sums.infinite.geometric import read

MAX_DEGREE = 40

Quotient = tuple[Polynomial, Polynomial]


def rational_term(series: Series) -> Quotient | None:
    """The term as numerator and denominator in k = 0, 1, ..., None where it is no rational function of the index."""
    a = summand(series)
    if a.parameters or not a.expr.is_rational_function(n):
        return None
    return _quotient(a.expr.subs(n, n + a.start))


def rational_sum(series: Series) -> Quotient | None:
    """The sum of the first n rational terms as a rational function of n; None where it is none."""
    a = summand(series)
    found = gosper(a.expr, n)
    if found is None:
        return None
    whole = sympy.cancel(found.factor * a.expr)
    return _quotient(whole.subs(n, n + a.start) - whole.subs(n, a.start))


def polynomial_times_power(series: Series) -> tuple[Polynomial, Fraction] | None:
    """The term as p(k)*r**k in k = 0, 1, ..., with a rational r; None where it is not of that form."""
    a = summand(series)
    waves = None if a.parameters else read(a.expr)
    if waves is None or len(waves) != 1:
        return None
    ((base, angle), polynomial) = next(iter(waves.items()))
    if angle != 0 or not base.is_Rational:
        return None
    p = _coefficients(sympy.expand(polynomial.subs(n, n + a.start) * base**a.start))
    return None if p is None or not p else (p, Fraction(int(base.p), int(base.q)))


def _quotient(expr: Any) -> Quotient | None:
    top, bottom = (_coefficients(part) for part in sympy.fraction(sympy.cancel(expr)))
    return None if top is None or not top or not bottom else (top, bottom)


def _coefficients(expr: Any) -> Polynomial | None:
    try:
        whole = sympy.Poly(expr, n)
    except sympy.PolynomialError:
        return None
    if whole.degree() > MAX_DEGREE or not all(c.is_Rational for c in whole.all_coeffs()):
        return None
    found = [Fraction(int(c.p), int(c.q)) for c in reversed(whole.all_coeffs())]
    return tuple(found) if any(found) else ()
