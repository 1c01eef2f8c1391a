"""Ranges of a finite sum that the factorials of its term give: narrower ones, and the sum over all integers."""

from __future__ import annotations

import sympy

from infinitesimal.sums.summands.factorial_products import Expr, read


def natural_ranges(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> list[tuple[Expr, Expr]]:
    """Ranges with ends that the factorials of the term give, where the sum is the same; the narrowest first.

    A factor 1/(k - m)! moves a first index that is not positive to m, and 1/(n - r - k)! an upper end n to n - r; an
    upper end such as floor(n/2) becomes oo where all terms beyond it vanish.
    """
    numbers = [f for f in sympy.Mul.make_args(expr) if f.has(sympy.harmonic)]
    term = read(expr / sympy.Mul(*numbers), (k, step))
    if term is None:
        return [(first, last)]
    if first.is_nonpositive and not first.has(step):
        for argument, exponent in term.factorials:
            start = k - argument
            if exponent < 0 and start.is_Symbol and start != step:
                first = start
    ends = [sympy.expand(k + argument) for argument, exponent in term.factorials if exponent < 0]
    # 1/(last - r - k)! vanishes from k = last - r + 1 on
    narrow = [(first, end) for end in ends if not end.has(k) and (last - end).is_Symbol]
    if last.has(sympy.floor, sympy.ceiling) or not last.is_polynomial(step):
        last = next((end for end in (sympy.oo, step, step - 1) if _vanishes(expr, k, last, end, step)), last)
    return [*narrow, (first, last)]


def _vanishes(expr: Expr, k: sympy.Symbol, last: Expr, end: Expr, step: sympy.Symbol) -> bool:
    """Whether the terms after `last` and up to `end` are zero, for the first values of the step."""
    for value in range(8):
        low = last.subs(step, value) + 1
        high = low + 4 + value if end is sympy.oo else end.subs(step, value)
        if not (low.is_Integer and high.is_Integer):
            return False
        for i in range(int(low), int(high) + 1):
            if expr.subs(step, value).subs(k, i) != 0:
                return False
    return True
