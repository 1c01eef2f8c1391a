"""Values of the parameters at which a closed form has a pole, though the sum is defined: each has a form of its own.

The sum of x**k is (x**(n + 1) - 1)/(x - 1), but for x = 1.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy

from infinitesimal.sums.finite.harmonic_sums import settled
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import counted_symbols

Sum = Callable[[Expr, sympy.Symbol, Expr, Expr, sympy.Symbol], Expr | None]
"""A summation of (term, index, first, last, step)."""


def with_special_parameters(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, result: Expr, add: Sum
) -> Expr:
    """The result with a branch for each zero of a denominator that is free of the step; `add` sums the term there.

    >>> x, k, n = sympy.symbols("x k n")
    >>> general = (x ** (n + 1) - 1) / (x - 1)
    >>> count = lambda term, i, low, high, step: high - low + 1
    >>> with_special_parameters(x**k, k, sympy.Integer(0), n, n, general, count)
    Piecewise((n + 1, Eq(x, 1)), ((x**(n + 1) - 1)/(x - 1), True))
    """
    branches = []
    counted = counted_symbols(expr)
    for factor in _parameter_poles(result, step):
        symbol = next((s for s in sorted(factor.free_symbols, key=str) if sympy.degree(factor, s) == 1), None)
        if symbol is None:
            continue
        root = sympy.cancel(symbol - factor / factor.coeff(symbol)) if factor.coeff(symbol) else None
        if root is None or root.has(symbol) or (root.is_negative and symbol in counted):
            continue
        inner = [part.subs(symbol, root) for part in (expr, first, last)]
        special = add(inner[0], k, inner[1], inner[2], step)
        if special is not None and not special.has(sympy.nan, sympy.zoo, sympy.oo):
            branches.append((settled(special), sympy.Eq(symbol, root)))
    return sympy.Piecewise(*branches, (result, True)) if branches else result


def _parameter_poles(result: Expr, step: sympy.Symbol) -> list[Expr]:
    """The irreducible denominators of the result in the parameters alone."""
    factors: list[Expr] = []
    for power in result.atoms(sympy.Pow):
        base, exponent = power.as_base_exp()
        if not (exponent.is_Integer and exponent < 0) or base.has(step) or not base.free_symbols:
            continue
        if not base.is_polynomial():
            continue
        factors += [f for f, _ in sympy.factor_list(base)[1] if f not in factors]
    return factors
