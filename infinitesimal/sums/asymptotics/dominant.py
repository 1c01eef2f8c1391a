"""Sums of exponentials with their largest part in front, so that quotients can be expanded.

2**n + n becomes 2**n (1 + n/2**n). The choice of the largest part is a guess from one value; the identity
holds whatever is chosen.
"""

import sympy
from flint import acb, ctx
from sympy import GoldenRatio, S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import compiled

SAMPLE = 1000


def factored_exponentials(expr: sympy.Expr) -> sympy.Expr:
    """The expression with every factor that is a sum of exponentials written as largest part times 1 + small.

    Fibonacci and Lucas numbers and hyperbolic functions of growing arguments are written by exponentials.

    >>> factored_exponentials(1 / (3**n - n))
    1/(3**n*(1 - n/3**n))
    """
    if not expr.has(n) or not expr.args:
        return expr
    expr = expr.func(*(factored_exponentials(arg) for arg in expr.args))
    if isinstance(expr, sympy.fibonacci | sympy.lucas) and len(expr.args) == 1:
        return factored_exponentials(_binet(expr))
    if isinstance(expr, sympy.sinh | sympy.cosh | sympy.sech | sympy.csch) and _large(expr.args[0]):
        return factored_exponentials(_by_exponentials(expr))
    divided = _divided(expr)
    if divided is not None:
        return divided
    if expr.is_Mul:
        return sympy.Mul(*(_front(arg) for arg in expr.args))
    if expr.is_Pow:
        return sympy.Mul(*(factor**expr.exp for factor in sympy.Mul.make_args(_front(expr.base))))
    return _front(expr)


class Divided(sympy.Function):  # type: ignore[misc]
    """f(y)/y for the argument f(y), an odd function of y, or log(1 + y)/y for log(1 + y)."""

    nargs = 1


DIVISIBLE = (sympy.sin, sympy.sinh, sympy.tanh, sympy.atan, sympy.asin, sympy.atanh, sympy.asinh)


def _divided(expr: sympy.Expr) -> sympy.Expr | None:
    """f(y) as y times a bounded function where y decays exponentially, so that other exponentials meet y."""
    argument = expr.args[0]
    if isinstance(expr, sympy.tan):
        return argument * Divided(sympy.sin(argument)) / sympy.cos(argument) if _decays(argument) else None
    small = argument - 1 if isinstance(expr, sympy.log) else argument
    return small * Divided(expr) if isinstance(expr, (*DIVISIBLE, sympy.log)) and _decays(small) else None


def _decays(y: sympy.Expr) -> bool:
    return _is_exponential(y) and _size(y) < -100


def _binet(expr: sympy.Expr) -> sympy.Expr:
    k = expr.args[0]
    up, down = GoldenRatio**k, (-1) ** k * GoldenRatio**-k
    return (up - down) / sympy.sqrt(5) if isinstance(expr, sympy.fibonacci) else up + down


def _by_exponentials(expr: sympy.Expr) -> sympy.Expr:
    y = expr.args[0]
    sign = -1 if isinstance(expr, sympy.sinh | sympy.csch) else 1
    both = sympy.exp(y) * (1 + sign * sympy.exp(-2 * y)) / 2
    return both if isinstance(expr, sympy.sinh | sympy.cosh) else 1 / both


def _large(expr: sympy.Expr) -> bool:
    return _size(expr) > 1


def _front(expr: sympy.Expr) -> sympy.Expr:
    """A sum with exponential parts as largest part times the quotients; other expressions as they are."""
    if not expr.is_Add or not any(_is_exponential(part) for part in expr.args):
        return expr
    parts = list(expr.args)
    largest = max(parts, key=_size)
    if not _is_exponential(largest):
        return expr
    return largest * sympy.Add(
        S.One, *(sympy.powsimp(part / largest, combine="exp") for part in parts if part != largest)
    )


def _is_exponential(part: sympy.Expr) -> bool:
    return any(
        (isinstance(factor, sympy.exp | sympy.factorial | sympy.gamma | sympy.binomial) and factor.has(n))
        or (factor.is_Pow and (factor.exp.has(n) or _is_exponential(factor.base)))
        for factor in sympy.Mul.make_args(part)
    )


def _size(part: sympy.Expr) -> float:
    """About the logarithm of the modulus at one large index, infinite if it is beyond all bounds."""
    try:
        with ctx.workprec(64):
            value = abs(compiled(part)(acb(SAMPLE)))
            if value.is_finite():
                return float(value.log().mid()) if value > 0 else float("-inf")
    except (Undecided, ValueError, OverflowError):
        pass
    return float("inf")
