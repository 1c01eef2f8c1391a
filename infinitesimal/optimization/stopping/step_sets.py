"""Sets of step numbers: for the even and the odd ones, a union of intervals."""

from collections.abc import Callable
from dataclasses import dataclass

Ends = tuple[int, int | None]
"""The numbers from the first on, up to and with the second; None where there is no end."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A set of step numbers n >= 0: `even` and `odd` list intervals, of which only numbers of that parity count."""

    even: tuple[Ends, ...]
    odd: tuple[Ends, ...]

    def __or__(self, other: "Steps") -> "Steps":
        return Steps(self.even + other.even, self.odd + other.odd)

    def __and__(self, other: "Steps") -> "Steps":
        return Steps(_meet(self.even, other.even), _meet(self.odd, other.odd))

    def first(self) -> int | None:
        """The smallest number of the set; None for the empty set.

        >>> (by_parity(lambda odd: ((odd + 4, None),)) & between(5, None)).first()
        5
        """
        found = [low for ends, parity in ((self.even, 0), (self.odd, 1)) if (low := _first(ends, parity)) is not None]
        return min(found, default=None)


def by_parity(intervals: Callable[[int], tuple[Ends, ...]]) -> Steps:
    """The set whose even numbers lie in `intervals(0)` and whose odd ones in `intervals(1)`."""
    return Steps(intervals(0), intervals(1))


def between(low: int, high: int | None) -> Steps:
    """The numbers from `low` on, up to and with `high`."""
    return Steps(((low, high),), ((low, high),))


NONE = Steps((), ())


def _meet(a: tuple[Ends, ...], b: tuple[Ends, ...]) -> tuple[Ends, ...]:
    found = []
    for low_a, high_a in a:
        for low_b, high_b in b:
            low = max(low_a, low_b)
            highs = [h for h in (high_a, high_b) if h is not None]
            high = min(highs, default=None)
            if high is None or low <= high:
                found.append((low, high))
    return tuple(found)


def _first(intervals: tuple[Ends, ...], parity: int) -> int | None:
    found = []
    for low, high in intervals:
        least = low + (low + parity) % 2
        if high is None or least <= high:
            found.append(least)
    return min(found, default=None)
