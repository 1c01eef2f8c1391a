"""Stopping rules of processes with one multiplier: x(n) = x* + e r**n, solved by integer logarithms.

That is every linear method in one variable, a geometric series, a race, and a descent in many variables that starts
on a line which it never leaves. A condition is solved for the set of all n where it holds, so conditions can be
combined. Formulas: with s = |r| a size Q s**n is at most T from the integer logarithm of T/Q on; a relative step is
a union of linear conditions in w = s**n, one for each sign, component and parity of n.
"""

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.optimization.integer_logarithm import steps_below
from infinitesimal.optimization.stopping.patience import fires_at
from infinitesimal.optimization.stopping.problem import AffineProblem, Vector, as_column, small
from infinitesimal.optimization.stopping.rules import Condition, Patience
from infinitesimal.optimization.stopping.step_sets import NONE, Ends, Steps, between, by_parity


@dataclass(frozen=True, eq=False)
class SingleMode:
    """x(n) = final + error ratio**n; a `ratio` of 1 means x(n) = final + n error.

    `slope` is the gradient at `final`, `turned` the Hessian times the error; both None without a loss. Only a drift
    (ratio 1) may have a slope.
    """

    final: Vector
    error: Vector
    ratio: fmpq
    slope: Vector | None
    turned: Vector | None

    def at(self, n: int) -> Vector:
        factor = fmpq(n) if self.ratio == 1 else self.ratio**n
        return [x + e * factor for x, e in zip(self.final, self.error, strict=True)]

    @property
    def at_rest(self) -> bool:
        return not any(self.error)

    @property
    def gap(self) -> fmpq:
        """f(x_0) - f(x*), where there is no drift."""
        assert self.turned is not None
        return _dot(self.error, self.turned) / 2


def single_mode(problem: AffineProblem) -> SingleMode | None:
    """The one multiplier of a problem from its start; None where there are more."""
    first = problem.matrix * problem.start + problem.shift - problem.start
    second = problem.matrix * first
    steps = first.entries()
    if not any(steps):
        return _with_loss(problem, problem.point(problem.start.entries()), [fmpq(0)] * len(problem.watch), fmpq(0))
    place = next(i for i, x in enumerate(steps) if x)
    ratio = second[place, 0] / steps[place]
    if second != first * ratio:
        return None
    start, step = problem.point(problem.start.entries()), problem.point(steps)
    if ratio == 1:
        return _with_loss(problem, start, step, ratio)
    error = [-d / (1 - ratio) for d in step]
    return _with_loss(problem, [x - e for x, e in zip(start, error, strict=True)], error, ratio)


def _with_loss(problem: AffineProblem, final: Vector, error: Vector, ratio: fmpq) -> SingleMode | None:
    if problem.quadratic is None:
        return SingleMode(final, error, ratio, None, None)
    slope = problem.quadratic.gradient(as_column(final)).entries()
    hessian: fmpq_mat = problem.quadratic.hessian
    turned = (hessian * as_column(error)).entries()
    drift = ratio == 1 and any(error)
    if any(turned) if drift else any(slope) and any(error):
        return None  # a curved drift, or a point of rest that is no stationary point: left to the general search
    return SingleMode(final, error, ratio, slope, turned)


def steps_where(mode: SingleMode, condition: Condition) -> Steps:
    """All n where a condition holds; exact."""
    if mode.at_rest or mode.ratio == 0:
        return _settled(mode, condition)
    if mode.ratio == 1:
        return _drift(mode, condition)
    if condition.quantity == "rel_dx":
        return _relative(mode, condition)
    size, bound, ratio = _size(mode, condition)
    found = _powers_at_most(ratio, size, bound, condition.strict)
    shift = condition.first
    return by_parity(lambda odd: tuple((low + shift, None if high is None else high + shift) for low, high in found))


def _size(mode: SingleMode, condition: Condition) -> tuple[fmpq, fmpq, fmpq]:
    """Q, T and s such that the condition reads Q s**(n - first) <= T."""
    tolerance, s = to_fmpq(condition.tolerance), abs(mode.ratio)
    if condition.quantity == "loss_diff":
        return abs(mode.gap * (1 - s * s)), tolerance, s * s
    if condition.quantity == "grad":
        assert mode.turned is not None
        values = mode.turned
    else:
        values = [e * (1 - mode.ratio) for e in mode.error]
    if condition.norm == "euclidean":
        return _dot(values, values), tolerance * tolerance, s * s
    return max(map(abs, values)), tolerance, s


def _powers_at_most(s: fmpq, size: fmpq, bound: fmpq, strict: bool) -> tuple[Ends, ...]:
    """The k >= 0 with size*s**k <= bound (with < when strict), for s > 0."""
    if size == 0 or bound == 0 or s == 1:
        return ((0, None),) if size < bound or (size == bound and not strict) else ()
    if s < 1:
        return ((steps_below(s, bound / size, strict), None),)
    beyond = steps_below(1 / s, size / bound, not strict)  # the smallest k with size*s**k > bound, or >=
    return ((0, beyond - 1),) if beyond else ()


def _relative(mode: SingleMode, condition: Condition) -> Steps:
    """|dx| <= rho |x|: with w = s**n and E = +-e it reads A w <= rho sign (x* + E w) for a component and a sign."""
    rho, s = to_fmpq(condition.tolerance), abs(mode.ratio)
    length = max(abs(e) for e in mode.error) * abs(1 - mode.ratio) / s

    def of(odd: int) -> tuple[Ends, ...]:
        turn = -1 if odd and mode.ratio < 0 else 1
        return tuple(
            ends
            for x, e in zip(mode.final, mode.error, strict=True)
            for sign in (1, -1)
            for ends in _half_line(s, rho * sign * turn * e - length, rho * sign * x, condition.strict)
        )

    return by_parity(of) & between(1, None)


def _half_line(s: fmpq, a: fmpq, b: fmpq, strict: bool) -> tuple[Ends, ...]:
    """The n >= 0 with a s**n + b >= 0 (> 0 when strict), for s > 0."""
    if a == 0 or s == 1:
        return ((0, None),) if a + b > 0 or (a + b == 0 and not strict) else ()
    if a < 0:
        return _powers_at_most(s, -a, b, strict) if b >= 0 else ()
    if b >= 0:
        return ((0, None),) if a > 0 else ()
    return _complement(_powers_at_most(s, a, -b, not strict))


def _complement(intervals: tuple[Ends, ...]) -> tuple[Ends, ...]:
    """The other n >= 0, for at most one interval that begins at 0 or has no end."""
    if not intervals:
        return ((0, None),)
    low, high = intervals[0]
    before: tuple[Ends, ...] = ((0, low - 1),) if low else ()
    return before + (((high + 1, None),) if high is not None else ())


def _drift(mode: SingleMode, condition: Condition) -> Steps:
    """x(n) = x(0) + n d with a constant gradient g: every absolute condition holds at each step or at none."""
    if condition.quantity == "rel_dx":
        return _relative_drift(mode, condition)
    if condition.quantity == "abs_dx":
        values = mode.error
    else:
        assert mode.slope is not None
        values = mode.slope if condition.quantity == "grad" else [_dot(mode.slope, mode.error)]
    return between(condition.first, None) if small(condition, values) else NONE


def _relative_drift(mode: SingleMode, condition: Condition) -> Steps:
    rho = to_fmpq(condition.tolerance)
    length = max(map(abs, mode.error))
    found: tuple[Ends, ...] = ()
    for x, d in zip(mode.final, mode.error, strict=True):
        for sign in (1, -1):
            found += _half_line_of_numbers(rho * sign * d, rho * sign * x - length, condition.strict)
    return Steps(found, found) & between(1, None)


def _half_line_of_numbers(a: fmpq, b: fmpq, strict: bool) -> tuple[Ends, ...]:
    """The n >= 0 with a n + b >= 0 (> 0 when strict)."""
    if a == 0:
        return ((0, None),) if b > 0 or (b == 0 and not strict) else ()
    edge = -b / a
    below, exact = int(edge.floor()), edge.q == 1
    if a > 0:
        return ((max(0, below + int(strict or not exact)), None),)
    high = below - int(strict and exact)
    return ((0, high),) if high >= 0 else ()


def _settled(mode: SingleMode, condition: Condition) -> Steps:
    """At rest, or there after one step: x(0), then x* for ever."""
    start = [x + e for x, e in zip(mode.final, mode.error, strict=True)]
    found = NONE
    for n in (0, 1, 2):
        here, before = (start if n == 0 else mode.final), (start if n <= 1 else mode.final)
        if n >= condition.first and _holds(mode, condition, before, here, n):
            found = found | between(n, None if n == 2 else n)
    return found


def _holds(mode: SingleMode, condition: Condition, before: Vector, here: Vector, n: int) -> bool:
    if condition.quantity == "grad":
        assert mode.turned is not None
        assert mode.slope is not None
        return small(condition, [g + t for g, t in zip(mode.slope, mode.turned, strict=True)] if n == 0 else mode.slope)
    if condition.quantity == "loss_diff":
        return small(condition, [mode.gap if n == 1 else fmpq(0)])
    moved = [b - a for a, b in zip(before, here, strict=True)]
    return small(condition, moved, max(map(abs, here)) if condition.quantity == "rel_dx" else 1)


def patience_of(mode: SingleMode, rule: Patience, deadline: float) -> int | None:
    """The step at which patience ends; None for never. Exact.

    With F = f(x_0) - f* and s = r**2 the loss is f* + F s**n. Where it falls to f*, the gain over g steps,
    F s**m (1 - s**g), is at most the least improvement from an integer logarithm m on.
    """
    least = to_fmpq(rule.improvement)
    if mode.at_rest:
        return rule.steps
    if mode.ratio == 1:
        assert mode.slope is not None
        gain = -_dot(mode.slope, mode.error)
        return None if gain * rule.steps > least else rule.steps
    gap, s = mode.gap, mode.ratio * mode.ratio
    if gap == 0 or s == 1 or (gap > 0) == (s > 1):  # constant, or it rises
        return rule.steps
    if s > 1:  # down a concave slope: gains grow, so the first record is the question
        return None if -gap * (s**rule.steps - 1) > least else rule.steps
    if s == 0:
        return rule.steps + int(gap > least)
    if least == 0:
        return None
    return fires_at(lambda g: steps_below(s, least / (gap * (1 - s**g))), rule.steps, deadline)


def _dot(a: Vector, b: Vector) -> fmpq:
    return sum((x * y for x, y in zip(a, b, strict=True)), start=fmpq(0))
