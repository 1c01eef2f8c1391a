"""Finite sums with floor(sqrt(k)): the index runs through blocks on which the root is constant.

The sum over j**2 <= k < (j + 1)**2 of a polynomial in k and j is a polynomial in j; the last block is cut at the end of
the range. Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 3.5.
"""

from __future__ import annotations

import sympy
from sympy import Integer

from infinitesimal.sums.summands.factorial_products import Expr

MAX_DEGREE = 12


def floor_root_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of a polynomial in k and floor(sqrt(k)) from 0 or 1 on, or None.

    >>> n, k = sympy.symbols("n k", integer=True, nonnegative=True)
    >>> total = floor_root_sum(sympy.floor(sympy.sqrt(k)), k, Integer(1), n)
    >>> [total.subs(n, last) for last in (3, 4, 100)]
    [3, 5, 625]
    """
    root, j, end = sympy.floor(sympy.sqrt(k)), sympy.Dummy("j"), sympy.Dummy("a")
    term = expr.subs(root, j)
    if first not in (0, 1) or not expr.has(root) or not term.is_polynomial(k, j):
        return None
    if sympy.total_degree(term, k, j) > MAX_DEGREE:
        return None
    block = _power_sums(term, k, j**2, (j + 1) ** 2 - 1)
    whole = _power_sums(block, j, Integer(0), end - 1)
    rest = _power_sums(term.subs(j, end), k, end**2, last)
    total = sympy.factor(sympy.expand(whole + rest)) - (term.subs({k: 0, j: 0}) if first == 1 else 0)
    return total.subs(end, sympy.floor(sympy.sqrt(last)))


def _power_sums(term: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr:
    """The sum of a polynomial over the range, by Bernoulli polynomials."""
    total: Expr = Integer(0)
    for (power,), c in sympy.Poly(term, k).terms():
        m = power + 1
        total += c * (sympy.bernoulli(m, last + 1) - sympy.bernoulli(m, first)) / m
    return sympy.expand(total)
