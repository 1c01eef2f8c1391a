"""Finite sums with floors, remainders and signs: one sum for each class of the index modulo a period."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Integer

from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.residue_classes import STEPS, period_of_steps

MAX_PERIOD = 12


def period(expr: Expr, k: sympy.Symbol) -> int | None:
    """A q such that floors, remainders and signs become polynomial on each class modulo q; None if there is none.

    >>> k = sympy.Symbol("k", integer=True)
    >>> period(sympy.floor(k / 3) * (-1) ** k, k)
    6
    """
    found = [period_of_steps(part, k) for part in expr.atoms(*STEPS, sympy.Pow) if part.has(k)]
    result = int(sympy.ilcm(1, 1, *(q or 0 for q in found)))
    return result if 1 < result <= MAX_PERIOD else None


def by_classes(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, q: int, add: Callable[[Expr, Expr, Expr], Expr | None]
) -> Expr | None:
    """The sum over k = q k' + r for each r; `add` sums a term in k between bounds. The first index is a number."""
    if not first.is_Integer:
        return None
    bound = sympy.Dummy("m", integer=True, nonnegative=True)
    total: Expr = Integer(0)
    for r in range(q):
        term = expand_signs(expr.subs(k, q * k + r), k)
        low = sympy.ceiling((first - r) / Integer(q))
        part = add(term, low, bound)
        if part is None:
            return None
        total += part.subs(bound, sympy.floor((last - r) / Integer(q)))
    return total


def expand_signs(expr: Expr, k: sympy.Symbol) -> Expr:
    """Powers of -1 with the even part of the exponent dropped, and floors and remainders evaluated."""

    def sign(power: Expr) -> Expr:
        polynomial = sympy.Poly(sympy.expand(power.exp), k)
        # An integer-valued polynomial: even differences at 0, 1, 2, ... make the sign constant.
        values = [polynomial.eval(i) for i in range(polynomial.degree() + 1)]
        if all(v.is_Integer and (v - values[0]) % 2 == 0 for v in values):
            return Integer(-1) ** values[0]
        return power

    def remainder(f: Expr) -> Expr:
        argument, q = sympy.expand(f.args[0]), f.args[1]
        slope = argument.coeff(k)
        return sympy.Mod(argument - slope * k, q) if (slope / q).is_Integer else f

    expr = expr.replace(lambda e: e.is_Pow and e.base == -1 and e.exp.has(k) and e.exp.is_polynomial(k), sign)
    expr = expr.replace(lambda e: isinstance(e, sympy.floor | sympy.ceiling), lambda e: e.func(sympy.expand(e.args[0])))
    return expr.replace(lambda e: isinstance(e, sympy.Mod), remainder)
