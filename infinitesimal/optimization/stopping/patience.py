"""Patience: when a loss that falls steadily has not improved enough for a number of steps."""

import time
from collections.abc import Callable

Threshold = Callable[[int], int | None]
"""For a gap g the smallest m with F_m - F_(m+g) <= the least improvement; None where there is none."""


class OutOfTime(Exception):
    """The records were followed up to step `step`, and the rule did not fire before it."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


def fires_at(threshold: Threshold, patience: int, deadline: float) -> int | None:
    """The step at which patience ends, for a loss whose gains F_m - F_(m+g) never grow with m; None for never.

    From a record at m the next one comes after the smallest gap g with m < threshold(g), as the gain over g is
    then large enough. Thresholds do not fall as g grows, so records with the same gap follow one another and
    are skipped together; the search costs a few thresholds for every gap that occurs. Raises `OutOfTime` at the
    deadline, with the last record.

    >>> fires_at({1: 5, 2: 8, 3: 9}.get, 3, time.monotonic() + 1)  # records at 1, 2, 3, 4, 5, 7, 9
    12
    """
    known: dict[int, int | None] = {}

    def is_open(gap: int, m: int) -> bool:
        if gap not in known:
            known[gap] = threshold(gap)
        end = known[gap]
        return end is None or m < end

    m, gap = 0, 1
    while True:
        gap = _least_gap(is_open, m, gap, patience)
        if gap > patience:
            return m + patience
        end = known[gap]
        if end is None:
            return None
        m += -((m - end) // gap) * gap
        if time.monotonic() > deadline:
            raise OutOfTime(m)


def _least_gap(is_open: Callable[[int, int], bool], m: int, low: int, patience: int) -> int:
    """The smallest gap from `low` to `patience` that leads to a record after m; patience + 1 if none does."""
    if is_open(low, m):
        return low
    width = 1
    while low + width < patience and not is_open(low + width, m):
        low, width = low + width, 2 * width
    high = min(low + width, patience)
    if not is_open(high, m):
        return patience + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_open(middle, m) else (middle, high)
    return high
