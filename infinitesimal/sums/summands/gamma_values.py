"""Gamma values of rational arguments in few generators: reflection, and duplication for the denominators 6 and 8."""

from collections.abc import Callable

import sympy
from sympy import S, pi, sqrt

MARGIN = 3
"""A factored form is preferred when it is shorter by more than this many operations."""


def tidy_gamma(value: sympy.Expr) -> sympy.Expr:
    """The same number, expanded, with gamma in (0, 1/2) only, and logarithms for asinh and atanh of numbers.

    The gamma values left are over independent generators where that is known.

    >>> tidy_gamma(sympy.gamma(S(1)/3) * sympy.gamma(S(2)/3))
    2*sqrt(3)*pi/3
    >>> tidy_gamma(sympy.asinh(S(1)/2))
    log(1/2 + sqrt(5)/2)
    """
    value = value.replace(sympy.gamma, gamma_value)
    value = value.replace(
        _of_number(sympy.asinh), lambda e: sympy.log(sympy.expand(e.args[0] + sqrt(e.args[0] ** 2 + 1)))
    )
    value = value.replace(
        _of_number(sympy.atanh), lambda e: sympy.log(sympy.radsimp((1 + e.args[0]) / (1 - e.args[0]))) / 2
    )
    return _short(value)


def _of_number(kind: type[sympy.Function]) -> Callable[[sympy.Expr], bool]:
    return lambda e: isinstance(e, kind) and bool(e.args[0].is_algebraic)


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
    """Expanded, numeric roots out of denominators; sinh and cosh by exp where that is shorter."""
    terms = [_rational_denominator(t) for t in sympy.Add.make_args(sympy.expand(value))]
    expanded = sympy.expand(sympy.Add(*terms))
    if expanded.has(sympy.sinh, sympy.cosh):
        expanded = min(
            expanded, sympy.expand(expanded.rewrite([sympy.sinh, sympy.cosh], sympy.exp)), key=sympy.count_ops
        )
    factored = sympy.factor_terms(expanded)
    return factored if sympy.count_ops(factored) + MARGIN < sympy.count_ops(expanded) else expanded


def _rational_denominator(term: sympy.Expr) -> sympy.Expr:
    bottom = sympy.fraction(term)[1]
    return sympy.radsimp(term, max_terms=3) if bottom.has(sympy.Add) and bottom.is_algebraic else term
