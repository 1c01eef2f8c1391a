"""Infinite sums as the limits of their partial sums, where those have a closed form."""

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germs_of_terms import germ
from infinitesimal.sums.finite.summation import antidifference
from infinitesimal.sums.summands.summand import Summand


def closed_form(a: Summand) -> sympy.Expr | None:
    """The limit of the partial sums; None where they have no closed form, or its limit is not found.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> closed_form(Summand(1 / (n * (n + 1) * (n + 2))))
    1/4
    """
    partial = antidifference(a)
    if partial is None:
        return None
    return limit_at_infinity(partial)


def limit_at_infinity(expr: sympy.Expr) -> sympy.Expr | None:
    """The finite limit of an expression for n -> oo, from its germ; None if it is not found."""
    if isinstance(expr, sympy.Piecewise):
        expr = expr.args[-1].expr
    try:
        large, constant, _ = germ(expr).parts()
    except Undecided:
        return None
    return constant if not large else None
