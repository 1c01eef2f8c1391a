"""Machine values along a stretch of updates: monotone from the first to the last, or nothing is said.

Every rounding is monotone, so an operation whose exact result is monotone along the stretch has a monotone rounded
result. Two evaluations, at the first and at the last update, then enclose everything in between, exactly.
"""

from typing import Any, NamedTuple

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import ZEROS, Pair
from infinitesimal.arithmetics.floating.soft import Floats


class NotMonotone(Exception):
    """An operation of the stretch is not known to be monotone, or leaves the finite numbers."""


class Segment(NamedTuple):
    """The values of one register over a stretch: finite, monotone from `first` to `last`.

    `trend` is 1 where they never fall, -1 where they never rise, 0 where they are all the same.
    """

    first: Pair
    last: Pair
    trend: int

    @property
    def sign(self) -> int:
        """The sign that all values have, zeros aside; raises `NotMonotone` where it changes."""
        a, b = self.first[0], self.last[0]
        if (a > 0 > b) or (a < 0 < b):
            raise NotMonotone
        return 1 if a > 0 or b > 0 else -1 if a < 0 or b < 0 else 0


class Segments:
    """Rounded operations on segments.

    Lemma. Let x and y be monotone along the stretch. x + y is monotone where the trends agree; x*y where those of
    sign(y)*x and sign(x)*y do; x/y where those of sign(y)*x and -sign(x)*y do and y has no zero. Rounding is
    non-decreasing in every mode, also with flush to zero and saturation, so the rounded results are monotone too;
    and what lies between two finite values is finite.

    >>> from fractions import Fraction
    >>> from infinitesimal.arithmetics.floating.soft import floats
    >>> machine = floats("binary16")
    >>> n = Segment(machine.integer(7), machine.integer(9), 1)
    >>> Segments(machine).div(Segments(machine).const(Fraction(1)), n).trend
    -1
    """

    def __init__(self, machine: Floats) -> None:
        self.machine = machine

    def made(self, first: Pair, last: Pair, trend: int) -> Segment:
        """A segment from its ends. Raises `NotMonotone` when one is not finite."""
        if not ((first[0] or first in ZEROS) and (last[0] or last in ZEROS)):
            raise NotMonotone
        return Segment(first, last, 0 if first == last else trend)

    def const(self, value: Any) -> Segment:
        element = self.machine.const(value)
        return self.made(element, element, 0)

    def add(self, a: Segment, b: Segment) -> Segment:
        add = self.machine.add
        return self.made(add(a.first, b.first), add(a.last, b.last), _agreed(a.trend, b.trend))

    def sub(self, a: Segment, b: Segment) -> Segment:
        return self.add(a, self.neg(b))

    def neg(self, a: Segment) -> Segment:
        return Segment(self.machine.neg(a.first), self.machine.neg(a.last), -a.trend)

    def mul(self, a: Segment, b: Segment) -> Segment:
        trend = _agreed(_times(a.trend, b), _times(b.trend, a))
        return self.made(self.machine.mul(a.first, b.first), self.machine.mul(a.last, b.last), trend)

    def div(self, a: Segment, b: Segment) -> Segment:
        if not (b.first[0] and b.last[0] and b.sign):
            raise NotMonotone
        trend = _agreed(_times(a.trend, b), -_times(b.trend, a))
        return self.made(self.machine.div(a.first, b.first), self.machine.div(a.last, b.last), trend)

    def pow(self, a: Segment, k: int) -> Segment:
        power: Segment = left_to_right_power(self, a, k)
        return power


def _times(trend: int, factor: Segment) -> int:
    """The trend of a value with this one after a multiplication by `factor`; its sign matters only if it moves."""
    return trend * factor.sign if trend else 0


def _agreed(a: int, b: int) -> int:
    if a and b and a != b:
        raise NotMonotone
    return a or b
