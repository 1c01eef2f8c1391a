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
    u, l = sizes
    return math.ceil(l + (math.prod(degrees.values()) - 1) * u) + 2


def _logarithms(expr: sympy.Expr, degrees: dict[sympy.Expr, int]) -> tuple[float, float] | None:
    """Upper bounds of (log2 u, log2 l), both not negative: u bounds the conjugates of a numerator, l of a denominator."""
    if expr.is_Rational:
        return _log2(abs(int(expr.p))), _log2(int(expr.q))
    if not (expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.exp.is_Rational)):
        return None
    parts = [_logarithms(arg, degrees) for arg in (expr.args[:1] if expr.is_Pow else expr.args)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if expr.is_Mul:
        return sum(u for u, _ in known), sum(l for _, l in known)
    if expr.is_Add:
        bottom = sum(l for _, l in known)
        return max(u + bottom - l for u, l in known) + _log2(len(known)), bottom
    return _power(expr, known[0], degrees)


def _power(
    expr: sympy.Expr, base: tuple[float, float], degrees: dict[sympy.Expr, int]
) -> tuple[float, float] | None:
    u, l = base
    degree, times = int(expr.exp.q), int(expr.exp.p)
    if degree > 1:
        if not expr.base.is_nonnegative:
            return None
        degrees[expr.base ** sympy.Rational(1, degree)] = degree
        # one of u and l takes the root of u l**(k-1) or u**(k-1) l, the other stays
        u, l = ((u + (degree - 1) * l) / degree, l) if u >= l else (u, ((degree - 1) * u + l) / degree)
    return (u * times, l * times) if times > 0 else (l * -times, u * -times)


def _log2(value: int) -> float:
    return math.log2(value) if value > 1 else 0.0
