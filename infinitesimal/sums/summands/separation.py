"""How near to zero a radical expression can be without being zero.

For an expression of integers, + - * / and real roots, with u and l as below and D the product of the
degrees of its distinct roots, E = 0 or |E| >= 1/(l u**(D-1)). A ball narrower than that decides.
Source: Burnikel, Funke, Mehlhorn, Schirra & Schmitt, "A separation bound for real algebraic
expressions" (ESA 2001), theorem 1.
"""

import math

import sympy


def separation_bits(expr: sympy.Expr) -> int | None:
    """A number of bits b such that the value is zero or at least 2**-b in absolute value.

    None when the expression is not made of rationals and roots of nonnegative numbers.

    >>> separation_bits(sympy.sqrt(2) - 1) < 10
    True
    """
    degrees: dict[sympy.Expr, int] = {}
    sizes = _logarithms(expr, degrees)
    if sizes is None:
        return None
    top, bottom = sizes
    return math.ceil(bottom + (math.prod(degrees.values()) - 1) * top) + 2


def _logarithms(expr: sympy.Expr, degrees: dict[sympy.Expr, int]) -> tuple[float, float] | None:
    """Upper bounds of (log2 u, log2 l), neither negative: for the conjugates of a numerator and a denominator.

    The degrees of the roots that occur are collected in `degrees`.
    """
    if expr.is_Rational:
        return _log2(abs(int(expr.p))), _log2(int(expr.q))
    if not (expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.exp.is_Rational)):
        return None
    parts = [_logarithms(arg, degrees) for arg in (expr.args[:1] if expr.is_Pow else expr.args)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    bottom = sum(below for _, below in known)
    if expr.is_Mul:
        return sum(above for above, _ in known), bottom
    if expr.is_Add:
        return max(above + bottom - below for above, below in known) + _log2(len(known)), bottom
    return _power(expr, *known[0], degrees)


def _power(expr: sympy.Expr, u: float, v: float, degrees: dict[sympy.Expr, int]) -> tuple[float, float] | None:
    """The same for a power with the logarithms u and v of its base."""
    k, times = int(expr.exp.q), int(expr.exp.p)
    if k > 1:
        if not expr.base.is_nonnegative:
            return None
        degrees[expr.base ** sympy.Rational(1, k)] = k
        # the larger of u and l is the root of u l**(k-1) or u**(k-1) l, the other stays
        u, v = ((u + (k - 1) * v) / k, v) if u >= v else (u, ((k - 1) * u + v) / k)
    return (u * times, v * times) if times > 0 else (v * -times, u * -times)


def _log2(value: int) -> float:
    return math.log2(value) if value > 1 else 0.0
