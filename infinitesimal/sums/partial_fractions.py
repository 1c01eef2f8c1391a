"""Partial fractions over Q in the shape that sums need: poles n = h + x with x**2 = -beta, and real rational poles."""

from dataclasses import dataclass

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.waves import multiplied_out

MAX_DEGREE = 120


@dataclass(frozen=True)
class Fraction:
    """`numerator` / `factor`**`power`: `factor` monic and irreducible over Q, numerator of lower degree."""

    numerator: sympy.Poly
    factor: sympy.Poly
    power: int

    @property
    def centre(self) -> sympy.Rational:
        """The mean of the roots of the factor."""
        coefficients = self.factor.all_coeffs()
        return -coefficients[1] / self.factor.degree()

    def centred(self) -> tuple[sympy.Poly, sympy.Poly]:
        """Numerator and factor in x = n - centre."""
        x = sympy.Poly(n + self.centre, n, domain="QQ")
        return self.numerator.compose(x), self.factor.compose(x)


Decomposition = tuple[dict[sympy.Expr, sympy.Poly], list[tuple[sympy.Expr, Fraction]]]
"""Polynomial parts by their constant factor, and fractions with their constant factors."""


def decompose(expr: sympy.Expr) -> Decomposition | None:
    """The expression as constants times polynomials and fractions over Q; None if it is not of that kind.

    >>> [(c, f.numerator.as_expr(), f.factor.as_expr(), f.power) for c, f in decompose(1 / (n * (n + 1)))[1]]
    [(1, 1, n, 1), (1, -1, n + 1, 1)]
    """
    direct = _quotient(expr)
    groups = [(sympy.S.One, direct)] if direct else [(c, _quotient(r)) for c, r in _by_constant(expr)]
    polynomials: dict[sympy.Expr, sympy.Poly] = {}
    fractions: list[tuple[sympy.Expr, Fraction]] = []
    for constant, quotient in groups:
        if quotient is None:
            return None
        whole, rest = divmod(quotient[0], quotient[1])
        if not whole.is_zero:
            polynomials[constant] = polynomials.get(constant, sympy.Poly(0, n, domain="QQ")) + whole
        fractions += [(constant, fraction) for fraction in _fractions(rest, quotient[1])]
    return polynomials, fractions


def _by_constant(expr: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """The terms of the expression grouped by their irrational constant factors."""
    groups: dict[sympy.Expr, sympy.Expr] = {}
    for term in multiplied_out(expr):
        constant, rest = term.as_independent(n, as_Add=False)
        number, irrational = constant.as_coeff_Mul()
        groups[irrational] = groups.get(irrational, sympy.S.Zero) + number * rest
    return list(groups.items())


def _quotient(expr: sympy.Expr) -> tuple[sympy.Poly, sympy.Poly] | None:
    """Numerator and denominator over Q, without common factor."""
    if not expr.is_rational_function(n):
        return None
    numerator, denominator = (_polynomial(part) for part in sympy.fraction(sympy.together(expr)))
    if numerator is None or denominator is None or max(numerator.degree(), denominator.degree()) > MAX_DEGREE:
        return None
    top, bottom = numerator.cancel(denominator, include=True)
    return top, bottom


def _polynomial(expr: sympy.Expr) -> sympy.Poly | None:
    try:
        return sympy.Poly(expr, n, domain="QQ")
    except (sympy.PolynomialError, sympy.CoercionFailed):
        return None


def _fractions(numerator: sympy.Poly, denominator: sympy.Poly) -> list[Fraction]:
    """The proper fraction as a sum over the powers of the irreducible factors of its denominator."""
    result: list[Fraction] = []
    leading, factors = denominator.factor_list()
    lead = leading
    for factor, power in factors:
        lead *= factor.LC() ** power
    if numerator.is_zero:
        return result
    monic = denominator.monic()
    for factor, power in factors:
        base = factor.monic()
        modulus = base**power
        # By the Chinese remainder theorem the part over base**power has this numerator.
        part = (
            (numerator.mul_ground(1 / lead) * monic.quo(modulus).invert(modulus)).rem(modulus)
            if not numerator.is_zero
            else numerator
        )
        for i in range(power, 0, -1):
            part, digit = divmod(part, base)
            if not digit.is_zero:
                result.append(Fraction(digit, base, i))
    return result
