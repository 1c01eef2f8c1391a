"""Binomial sums of powers that depend on the bound: sum of (-1)**k binomial(n, k) (x + b k)**(n + c) and their kin.

The n-th difference of (x + b k)**(n + c) is (n + c)! times the coefficient of t**(n + c) in e**(x t) (e**(b t) - 1)**n,
that is b**n (n + c)! times the coefficient of t**c in e**(x t) ((e**(b t) - 1)/(b t))**n: a polynomial in n and x, zero
for c < 0. Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 5.3 (N-th differences) and 6.1.
"""

from __future__ import annotations

import sympy
from sympy import Integer

from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import tidy

MAX_EXCESS = 8
"""The largest power beyond the number of differences."""


def power_difference(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum over 0 <= k <= last of (-1)**k binomial(last, k) (x + b k)**(last + c) times a polynomial in k, or None.

    >>> n, k, x = sympy.symbols("n k x")
    >>> power_difference((-1) ** k * sympy.binomial(n, k) * (x - k) ** n, k, Integer(0), n)
    factorial(n)
    """
    choice = sympy.binomial(last, k)
    factors = list(sympy.Mul.make_args(sympy.powsimp(expr)))
    powers = [f for f in factors if f.is_Pow and f.base.has(k) and (f.exp.free_symbols & last.free_symbols)]
    signs = [f for f in factors if f.is_Pow and f.base == -1]
    if first != 0 or choice not in factors or len(powers) != 1 or len(signs) != 1:
        return None
    parity = sympy.expand(signs[0].exp).coeff(k)
    if not (parity.is_Integer and parity % 2):
        return None
    base, exponent = powers[0].as_base_exp()
    excess, slope = sympy.expand(exponent - last), sympy.expand(base).coeff(k)
    start = sympy.expand(base - slope * k)
    rest = sympy.Mul(*(f for f in factors if f not in (choice, powers[0], signs[0])))
    if not excess.is_Integer or slope == 0 or start.has(k) or not rest.is_polynomial(k):
        return None
    u = sympy.Dummy("u")
    polynomial = sympy.Poly(sympy.expand(rest.subs(k, (u - start) / slope)), u)
    if int(excess) + polynomial.degree() > MAX_EXCESS:
        return None
    total = sympy.Add(*(c * _difference(start, slope, last, int(excess) + int(j)) for (j,), c in polynomial.terms()))
    # the n-th difference has the sign (-1)**(n - k)
    outside = Integer(-1) ** sympy.expand(signs[0].exp - parity * k)
    return outside * (-slope) ** last * tidy(total)


def _difference(start: Expr, slope: Expr, count: Expr, excess: int) -> Expr:
    """(count + excess)! times the coefficient of t**excess in e**(start t) ((e**(slope t) - 1)/(slope t))**count."""
    if excess < 0:
        return Integer(0)
    t = sympy.Dummy("t")
    # with L = log((e**(b t) - 1)/(b t)) the series of e**(start t + count L) by f' = g' f
    plain = [slope**i / sympy.factorial(i + 1) for i in range(excess + 2)]
    logarithm = sympy.series(sympy.log(sympy.Add(*(c * t**i for i, c in enumerate(plain)))), t, 0, excess + 1)
    exponent = sympy.Poly(sympy.expand(logarithm.removeO()) * count + start * t, t)
    series = [Integer(1)]
    for m in range(1, excess + 1):
        parts = (i * exponent.coeff_monomial(t**i) * series[m - i] for i in range(1, m + 1))
        series.append(sympy.expand(sympy.Add(*parts) / m))
    return sympy.factorial(count + excess) * sympy.factor(series[excess])
