"""Sums that telescope: rational and exponential terms, arctangents, radicals, angle multiplication.

A term is written as F(n+1) - F(n) by an identity that is solved or known exactly; the sum is lim F - F(start).
Sources: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6; Boros and Moll, "Sums of arctangents and some
formulas of Ramanujan" (2005).
"""

from collections.abc import Iterator

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.finite.exponential_differences import (
    MAX_DEGREE,
    MAX_SHIFT,
    exponential_difference,
    in_powers,
    trial_denominator,
)
from infinitesimal.sums.infinite import angle_multiples, arctangents, radicals, shifted_functions
from infinitesimal.sums.infinite.difference_ansatz import solve_difference
from infinitesimal.sums.infinite.geometric import below_one, tidy
from infinitesimal.sums.summands.summand import Summand


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term that telescopes, exact; None for other terms.

    >>> closed_form(Summand(n / (n**4 + n**2 + 1), 1))
    1/2
    >>> closed_form(Summand(2**n / ((2**n - 1) * (2 ** (n + 1) - 1)), 1))
    1
    >>> closed_form(Summand(sympy.atan(1 / (n**2 + n + 1)), 0))
    pi/2
    """
    families = (arctangents, radicals, angle_multiples, shifted_functions)
    for family in (_rational, exponential, _exponential_angles, *(module.closed_form for module in families)):
        value = family(a)
        if value is not None:
            return value
    return None


def _rational(a: Summand) -> sympy.Expr | None:
    """The sum of a rational function that is a difference of another one."""
    if not a.expr.is_rational_function(n):
        return None
    top, bottom = sympy.fraction(sympy.cancel(a.expr))
    if sympy.degree(bottom, n) < sympy.degree(top, n) + 2 or sympy.degree(bottom, n) > MAX_DEGREE:
        return None
    denominator = trial_denominator(bottom, n, lambda f, k: f.subs(n, n + k))
    if denominator is None:
        return None
    r = solve_difference(a.expr, n, n + 1, denominator, max(0, sympy.degree(denominator, n)))
    if r is None:
        return None
    top, bottom = sympy.fraction(sympy.cancel(r))
    if any(bottom.subs(n, k) == 0 for k in _integer_roots(bottom) if k >= a.start):
        return None
    equal = sympy.degree(top, n) == sympy.degree(bottom, n)
    at_infinity = sympy.LC(top, n) / sympy.LC(bottom, n) if equal else S.Zero
    return sympy.cancel(at_infinity - r.subs(n, a.start))


def _integer_roots(polynomial: sympy.Expr) -> Iterator[int]:
    if polynomial.has(n):
        for factor, _ in sympy.factor_list(polynomial)[1]:
            if factor.has(n) and sympy.degree(factor, n) == 1:
                root = sympy.solve(factor, n)
                yield from (int(r) for r in root if r.is_Integer)


def exponential(a: Summand) -> sympy.Expr | None:
    """The sum of a rational function of x = rho**n (or of several bases, homogeneous) that telescopes.

    >>> exponential(Summand(6**n / ((3**n - 2**n) * (3 ** (n + 1) - 2 ** (n + 1))), 1))
    2
    """
    found = exponential_difference(a.expr)
    if found is None:
        return None
    r, x, rho = found
    top, bottom = sympy.fraction(sympy.cancel(r))
    at_infinity = _at_zero(top, bottom, x) if rho.free_symbols or below_one(rho) else _far_out(top, bottom, x)
    if at_infinity is None or any(bottom.subs(x, rho**k) == 0 for k in range(a.start, a.start + MAX_SHIFT)):
        return None
    return tidy(at_infinity - r.subs(x, rho**a.start))


def _exponential_angles(a: Summand) -> sympy.Expr | None:
    """Arctangents of rational functions of x = rho**n that are differences of atan(c x)."""
    found = in_powers(a.expr) if a.expr.has(sympy.atan) and not a.parameters else None
    if found is None:
        return None
    term, x, rho = found
    expr = arctangents.differences(term, x, rho**n)
    return None if expr is None else shifted_functions.closed_form(Summand(expr, a.start))


def _at_zero(top: sympy.Expr, bottom: sympy.Expr, x: sympy.Symbol) -> sympy.Expr | None:
    below = bottom.subs(x, 0)
    return None if below == 0 else top.subs(x, 0) / below


def _far_out(top: sympy.Expr, bottom: sympy.Expr, x: sympy.Symbol) -> sympy.Expr | None:
    difference = sympy.degree(top, x) - sympy.degree(bottom, x)
    if difference > 0:
        return None
    return S.Zero if difference < 0 else sympy.LC(top, x) / sympy.LC(bottom, x)
