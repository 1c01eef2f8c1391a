"""Terms with periodic parts and floors, on the classes n = q m + r."""

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.waves import period_of as period_of_sequence

MOST_CLASSES = 48
ROUNDED = (sympy.floor, sympy.ceiling)


def period(expr: sympy.Expr) -> int | None:
    """A number of classes on which the periodic parts and floors of the term are constant and linear.

    None when there is a floor of something that is not linear with rational coefficients, or a period that
    is not seen; 1 when there is nothing periodic.

    >>> period(1 / (n + sympy.floor(n / 3)))
    3
    """
    found = 1
    for part in _parts(expr):
        if isinstance(part, ROUNDED):
            slope = part.args[0].expand().coeff(n)
            if not slope.is_Rational or (part.args[0] - slope * n).expand().has(n):
                return None
            own: int | None = int(slope.q)
        else:
            own = period_of_sequence(part)
        if own is None:
            return None
        found = int(sympy.ilcm(found, own))
    return found if found <= MOST_CLASSES else None


def _parts(expr: sympy.Expr) -> list[sympy.Expr]:
    """The largest parts that are periodic by nature, and the floors."""
    if not expr.has(n):
        return []
    if isinstance(expr, (*ROUNDED, sympy.Mod)) or _is_wave(expr):
        return [expr]
    return [part for arg in expr.args for part in _parts(arg)]


def _is_wave(expr: sympy.Expr) -> bool:
    """Whether the expression is a sign or a sine or cosine of a rational part of pi times a polynomial."""
    if expr.is_Pow:
        return bool(expr.base == -1)
    return isinstance(expr, sympy.sin | sympy.cos | sympy.tan) and period_of_sequence(expr) is not None


def on_class(expr: sympy.Expr, q: int, r: int) -> sympy.Expr:
    """The term at n = q m + r, written in n for m.

    >>> on_class((-1) ** (n * (n - 1) / 2) * sympy.floor(n / 2), 4, 3)
    -2*n - 1
    """
    if not expr.has(n):
        return expr
    if expr == n:
        return q * n + r
    if isinstance(expr, ROUNDED):
        slope = expr.args[0].expand().coeff(n)
        return slope * q * n + expr.subs(n, r)
    if isinstance(expr, sympy.Mod) or _is_wave(expr):
        return expr.subs(n, r)
    return expr.func(*(on_class(arg, q, r) for arg in expr.args))
