"""Gamma values of rational arguments in few generators: reflection, and duplication for the denominators 6 and 8."""

import sympy
from sympy import S, pi, sqrt


def tidy_gamma(value: sympy.Expr) -> sympy.Expr:
    """The same number with gamma of arguments in (0, 1/2) only, over independent generators where that is known.

    >>> tidy_gamma(sympy.gamma(S(1)/3) * sympy.gamma(S(2)/3))
    2*sqrt(3)*pi/3
    """
    if not value.has(sympy.gamma):
        return _short(value)
    return _short(value.replace(sympy.gamma, gamma_value))


def gamma_value(x: sympy.Expr) -> sympy.Expr:
    """Gamma(x) with a rational x moved into (0, 1/2)."""
    if not x.is_Rational or x.is_Integer or x.q == 2:
        return sympy.gamma(x)
    if abs(x) > 60:
        return sympy.gamma(x)
    if x > 1:
        return (x - 1) * gamma_value(x - 1)
    if x < 0:
        return gamma_value(x + 1) / x
    if x > S.Half:
        return pi / (sympy.sin(pi * x) * gamma_value(1 - x))
    if x == sympy.Rational(1, 6):
        return S(2) ** sympy.Rational(-1, 3) * sqrt(3 / pi) * sympy.gamma(sympy.Rational(1, 3)) ** 2
    if x == sympy.Rational(3, 8):
        # the duplication formula at 1/8, with Gamma(5/8) reflected
        return (
            sympy.gamma(sympy.Rational(1, 8))
            * sqrt(pi)
            / (S(2) ** sympy.Rational(3, 4) * sympy.sin(3 * pi / 8) * sympy.gamma(sympy.Rational(1, 4)))
        )
    return sympy.gamma(x)


def _short(value: sympy.Expr) -> sympy.Expr:
    """Expanded, numeric roots out of denominators."""
    expanded = sympy.expand(value)
    terms = [_rational_denominator(t) for t in sympy.Add.make_args(expanded)]
    expanded = sympy.expand(sympy.Add(*terms))
    return min(expanded, sympy.factor_terms(expanded), key=sympy.count_ops)


def _rational_denominator(term: sympy.Expr) -> sympy.Expr:
    bottom = sympy.fraction(term)[1]
    return sympy.radsimp(term, max_terms=3) if bottom.has(sympy.Add) and bottom.is_algebraic else term
