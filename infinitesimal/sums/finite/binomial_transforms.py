"""Sums of binomial(n, k) f(k) with poles of f at -a: the factor k + a is taken out by a step of n.

T(n) = sum of binomial(n, k) f(k) satisfies (n + a) T(n) - n T(n - 1) = sum of binomial(n, k) (k + a) f(k), because
n binomial(n - 1, k) = (n - k) binomial(n, k). Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 5.3 and 6.
"""

from __future__ import annotations

import sympy
from sympy import Integer

from infinitesimal.sums.finite.zeilberger import Antidifference, DefiniteRecurrence, order_one
from infinitesimal.sums.summands.factorial_products import Expr

MAX_PLACE = 20
"""The largest a."""


def without_pole(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, add: Antidifference
) -> Expr | None:
    """The sum over first <= k <= step with one linear factor k + a of the denominator taken out, or None.

    `add` sums what is left. The first index is 0 or 1, and a is a natural number that is no pole of the range.

    >>> n, k = sympy.symbols("n k")
    >>> term = -((-1) ** k) * sympy.binomial(n, k) / k
    >>> without_pole(term, k, Integer(1), n, n, lambda t, i, low, high: Integer(1) if i == k else sympy.harmonic(n))
    harmonic(n)
    """
    choice = sympy.binomial(step, k)
    factors = list(sympy.Mul.make_args(expr))
    if factors.count(choice) != 1 or first not in (0, 1) or last != step:
        return None
    rest = sympy.Mul(*(f for f in factors if f != choice))
    if rest.has(step):
        return None
    for base, exponent in (f.as_base_exp() for f in factors):
        if not (exponent.is_Integer and exponent < 0 and base.has(k) and base.is_polynomial(k)):
            continue
        slope = sympy.expand(base).coeff(k)
        place = sympy.cancel(base / slope - k) if slope != 0 and sympy.degree(base, k) == 1 else sympy.nan
        if not (place.is_Integer and 0 < place + first <= MAX_PLACE):
            continue
        inner = add(choice * rest * (k + place), k, first, last)
        if inner is None:
            return None
        right = inner.subs(step, step + 1)
        value = rest.subs(k, 0) if first == 0 else Integer(0)
        return order_one(DefiniteRecurrence((-(step + 1), step + 1 + place), right), step, Integer(0), value, add)
    return None
