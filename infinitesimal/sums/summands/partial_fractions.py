"""Partial fractions over Q in the shape that sums need: poles n = h + x with x**2 = -beta, and real rational poles."""

from dataclasses import dataclass

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.waves import multiplied_out

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
        x = sympy.Poly(n + self.centre, n, domain=self.factor.domain)
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
            return _decompose_real(expr)
        whole, rest = divmod(quotient[0], quotient[1])
        if not whole.is_zero:
            polynomials[constant] = polynomials.get(constant, sympy.Poly(0, n, domain="QQ")) + whole
        fractions += [(constant, fraction) for fraction in _fractions(rest, quotient[1])]
    return polynomials, fractions


def _decompose_real(expr: sympy.Expr) -> Decomposition | None:
    """The same over the reals, where the denominator is written as a product of linear and quadratic factors.

    Irrational coefficients are constants without parameters; a whole part is not split off.
    """
    numerator, denominator = sympy.fraction(sympy.together(expr))
    if (expr.free_symbols - {n}) or not (numerator.is_polynomial(n) and denominator.is_polynomial(n)):
        return None
    bases: dict[sympy.Poly, int] = {}
    scale = sympy.S.One
    for factor, power in denominator.as_powers_dict().items():
        base = sympy.Poly(factor, n, domain="EX")
        if base.degree() > 2 or not power.is_Integer:
            return None
        scale *= base.LC() ** power
        if base.degree():
            bases[base.monic()] = bases.get(base.monic(), 0) + int(power)
    if sum(base.degree() * power for base, power in bases.items()) > MAX_DEGREE:
        return None
    top = sympy.Poly(numerator / scale, n, domain="EX")
    bottom = sympy.Poly(1, n, domain="EX")
    for base, power in bases.items():
        bottom *= base**power
    if top.degree() >= bottom.degree() or not all(c.is_real for c in bottom.all_coeffs()):
        return None
    fractions = _over_factors(top, bottom, list(bases.items()))
    return {}, [(sympy.S.One, fraction) for fraction in fractions]


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
    leading, factors = denominator.factor_list()
    lead = leading
    for factor, power in factors:
        lead *= factor.LC() ** power
    return _over_factors(
        numerator.mul_ground(1 / lead), denominator.monic(), [(f.monic(), power) for f, power in factors]
    )


def _over_factors(
    numerator: sympy.Poly, denominator: sympy.Poly, factors: list[tuple[sympy.Poly, int]]
) -> list[Fraction]:
    """The same for given monic factors without common roots, with their multiplicities."""
    result: list[Fraction] = []
    if numerator.is_zero:
        return result
    for base, power in factors:
        modulus = base**power
        # By the Chinese remainder theorem the part over base**power has this numerator.
        part = (numerator * denominator.quo(modulus).invert(modulus)).rem(modulus)
        for i in range(power, 0, -1):
            part, digit = divmod(part, base)
            if not digit.is_zero:
                result.append(Fraction(digit, base, i))
    return result
