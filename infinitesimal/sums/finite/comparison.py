"""The last word on a closed form of a finite sum: its difference, its values, and exceptions at first values."""

from __future__ import annotations

import sympy

from infinitesimal.sums.finite.check import FURTHER, LAST, Mismatch, add_up, agrees, failures
from infinitesimal.sums.finite.elementary_proof import proved
from infinitesimal.sums.finite.induction import Induction
from infinitesimal.sums.finite.proof import proved_by_difference
from infinitesimal.sums.summands.factorial_products import Expr

MAX_EXCEPTIONS = 4
"""At how many first values of the bound a closed form may need a value of its own."""


def compared(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> Expr | None:
    """The result when it is the sum, with branches for exceptional first values; None when it is not."""
    # By induction a proved difference leaves nothing to compare beyond the first values.
    exact = proved_by_difference(expr, k, first, last, result, step)
    if not exact and Induction.of(expr, k, first, last, step) and not proved(expr, k, first, last, result, step):
        return None
    try:
        bad = sorted(failures(expr, k, first, last, result, step, LAST if exact else FURTHER))
    except Mismatch:
        return None
    if not bad:
        return result
    if len(bad) > MAX_EXCEPTIONS or bad[-1] > 2 * MAX_EXCEPTIONS:
        return None
    branches = []
    for value in bad:
        low, high = first.subs(step, value), last.subs(step, value)
        if not (low.is_Integer and high.is_Integer):
            return None
        branches.append((add_up(expr.subs(step, value), k, int(low), int(high)), sympy.Eq(step, value)))
    patched = sympy.Piecewise(*branches, (result, True))
    try:
        return None if failures(expr, k, first, last, patched, step) else patched
    except Mismatch:
        return None


def compared_values(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, found: Expr, step: sympy.Symbol
) -> Expr | None:
    """A closed form that is right by its construction, if it is the sum at all values that are tried; or None."""
    try:
        return None if failures(expr, k, first, last, found, step, FURTHER) else found
    except Mismatch:
        return None


def confirmed(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, found: Expr | None, step: sympy.Symbol
) -> Expr | None:
    """The closed form with irrational values if it has those of the sum, and is proved by its difference; or None."""
    if found is None or not agrees(expr, k, first, last, found, step):
        return None
    return found if proved(expr, k, first, last, found, step) else None
