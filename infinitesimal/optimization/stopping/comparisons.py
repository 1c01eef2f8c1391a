"""Conditions on vectors that are known by balls: true, false, or not decided by them."""

from collections.abc import Mapping

from flint import arb, fmpq

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.optimization.stopping.rules import Condition
from infinitesimal.truth import Truth


def at_most(condition: Condition, values: list[arb], low: arb, high: arb | None = None) -> Truth:
    """Whether the norm of `values` is at most a bound that is known to be at least `low` and at most `high`."""
    high = low if high is None else high
    if condition.norm == "euclidean":
        size, low, high = dot(values, values), low * low, high * high
    else:
        size = largest(values)
    if condition.strict:
        return _decided(size < low, size >= high)
    return _decided(size <= low, size > high)


def at_most_beside(
    condition: Condition, values: list[arb], constants: Mapping[int, fmpq], low: arb, high: arb | None = None
) -> Truth:
    """What `at_most` says, where some of the values are `constants`, whose comparison with the tolerance is exact."""
    if condition.norm != "max" or not constants:
        return at_most(condition, values, low, high)
    top, bound = max(abs(c) for c in constants.values()), to_fmpq(condition.tolerance)
    if top > bound or (top == bound and condition.strict):
        return Truth.FALSE
    others = [value for i, value in enumerate(values) if i not in constants]
    return at_most(condition, others, low, high) if others else Truth.TRUE


def relatively_at_most(condition: Condition, step: list[arb], point: list[arb]) -> Truth:
    """Whether the size of a step is at most the tolerance times that of the point."""
    size, bound = largest(step), arb(to_fmpq(condition.tolerance)) * largest(point)
    if condition.strict:
        return _decided(size < bound, size >= bound)
    return _decided(size <= bound, size > bound)


def _decided(yes: bool, no: bool) -> Truth:
    return Truth.TRUE if yes else Truth.FALSE if no else Truth.UNKNOWN


def largest(values: list[arb]) -> arb:
    """The largest absolute value."""
    found = abs(values[0])
    for value in values[1:]:
        found = found.max(abs(value))
    return found


def dot(a: list[arb], b: list[arb]) -> arb:
    """The inner product."""
    return sum((x * y for x, y in zip(a, b, strict=True)), start=arb(0))
