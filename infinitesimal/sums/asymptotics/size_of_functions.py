"""The size of functions, by one elementary inequality each; they are written beside the code."""

from collections.abc import Callable

import sympy
from flint import arb, fmpq

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.size_of_powers import SizeOf, exponential_size, step_size
from infinitesimal.sums.asymptotics.sizes import UNKNOWN, Rate, Size, add, bounded, is_small
from infinitesimal.sums.asymptotics.steps import real_at

Rule = Callable[[sympy.Expr, int, SizeOf], Size]


def _log_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    argument = expr.args[0]
    near = size_of(argument - 1, start)
    if is_small(near, fmpq(1, 2)):
        return near.scaled(arb(fmpq(1, 2)), arb(2))  # |x|/2 <= |log(1 + x)| <= 2 |x|
    size = size_of(argument, start)
    if size.sign != 1:
        return UNKNOWN
    if size.at_least is not None and size.at_least > 1:
        return _log_of_large(size)
    inverse = size.power(fmpq(-1))
    if inverse.at_least is not None and inverse.at_least > 1:
        large = _log_of_large(inverse)
        return Size(large.lower, large.upper, -1)
    return UNKNOWN


def _log_of_large(size: Size) -> Size:
    """log(C s**k) <= log C (1 + log s/log C)**k, the inequality of Bernoulli; |f| >= c > 1 below."""
    assert size.at_least is not None
    lower = Rate(size.at_least.log(), arb(1))
    if size.upper is None:
        return Size(lower, None, 1)
    top = size.upper.scale.log()
    return Size(lower, Rate(top, 1 + size.upper.step.log().nonnegative_part() / top), 1)


def _near_identity(low: fmpq, high: int, far: Callable[[Size], Size]) -> Rule:
    """A function with low |x| <= |f(x)| <= high |x| for |x| <= 1, and another bound elsewhere."""

    def rule(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
        size = size_of(expr.args[0], start)
        if size.at_most is not None and size.at_most <= 1:
            return size.scaled(arb(low), arb(high))
        return far(size)

    return rule


def _cosine_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """|cos(x)| is at most 1, and cos(x) > 1/2 for |x| <= 1."""
    size = size_of(expr.args[0], start)
    if size.at_most is not None and size.at_most <= 1:
        return bounded(arb(fmpq(1, 2)), 1, 1)
    return bounded(None, 1)


def _saturated(low: fmpq, high: arb) -> Callable[[Size], Size]:
    """|f| <= high everywhere and |f(x)| >= low for |x| >= 1, with the sign of x."""

    def far(size: Size) -> Size:
        is_large = size.at_least is not None and size.at_least >= 1
        return bounded(arb(low) if is_large else None, high, size.sign)

    return far


def _hyperbolic_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """Sinh and cosh are exponentials; cosh is at least 1."""
    size = size_of(expr.args[0], start)
    if isinstance(expr, sympy.cosh) and size.at_most is not None and size.at_most <= 1:
        return bounded(1, 2, 1)
    if isinstance(expr, sympy.sinh) and size.at_most is not None and size.at_most <= 1:
        return size.scaled(arb(1), arb(2))
    return size_of(sympy.expand(expr.rewrite(sympy.exp)), start)


def _harmonic_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """H(m + s)/H(m) <= 1 + s/m; the harmonic numbers of order 2 and more lie between 1 and 2."""
    index = expr.args[0]
    slope = sympy.expand(index).coeff(n, 1)
    first = real_at(index, start)
    if not (slope.is_Integer and slope > 0 and not (index - slope * n).has(n) and first >= 1):
        return UNKNOWN
    if len(expr.args) > 1:
        return bounded(1, 2, 1) if expr.args[1].is_Integer and expr.args[1] >= 2 else UNKNOWN
    value = real_at(expr, start)
    return Size(Rate(arb(value.lower()), arb(1)), Rate(arb(value.upper()), 1 + int(slope) / first), 1)


def _fibonacci_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """Binet: sqrt(5) F(m) and L(m) are phi**m (1 +- phi**(-2m))."""
    index = expr.args[0]
    first, step = real_at(index, start), step_size(index, start, size_of)
    if not (first >= 1 and step.sign == 1):
        return UNKNOWN
    phi = (1 + arb(5).sqrt()) / 2
    error = phi ** (-2 * first)
    scale = arb(1) if isinstance(expr, sympy.lucas) else 1 / arb(5).sqrt()
    return exponential_size(phi, index, start, 1, size_of).scaled(scale * (1 - error), scale * (1 + error))


def _floor_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """|floor(x)| and |ceiling(x)| differ from |x| by less than 1."""
    size = size_of(expr.args[0], start)
    result = add([size, bounded(None, 1)])
    return Size(result.lower, result.upper, size.sign if result.lower else 0)


def _absolute_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    size = size_of(expr.args[0], start)
    return Size(size.lower, size.upper, 1 if size.lower else 0)


def _factorial_size(expr: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """M! of an index that grows by 1 or more: every step multiplies by more than the first index."""
    index = expr.args[0]
    first, step = real_at(index, start), step_size(index, start, size_of)
    if not (first >= 1 and step.sign == 1 and step.at_least is not None and step.at_least >= 1):
        return UNKNOWN
    return Size(Rate(arb(real_at(expr, start).lower()), first), None, 1)


RULES: dict[str, Rule] = {
    "log": _log_size,
    "sin": _near_identity(fmpq(1, 2), 1, lambda size: bounded(None, 1)),
    "cos": _cosine_size,
    "tan": _near_identity(fmpq(1), 2, lambda size: UNKNOWN),
    "atan": _near_identity(fmpq(1, 2), 1, _saturated(fmpq(3, 4), arb(2))),
    "tanh": _near_identity(fmpq(1, 2), 1, _saturated(fmpq(3, 4), arb(1))),
    "sinh": _hyperbolic_size,
    "cosh": _hyperbolic_size,
    "harmonic": _harmonic_size,
    "fibonacci": _fibonacci_size,
    "lucas": _fibonacci_size,
    "floor": _floor_size,
    "ceiling": _floor_size,
    "Abs": _absolute_size,
    "sign": lambda expr, start, size_of: bounded(None, 1),
    "factorial": _factorial_size,
}
