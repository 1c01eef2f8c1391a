"""The first step where a question is answered with yes, found by enclosures of all steps of a range at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from infinitesimal.truth import Truth


class Question(Protocol):
    """A yes-or-no question about each step, which can also be asked of many steps together."""

    def on(self, low: int, high: int) -> Truth:
        """TRUE if the answer is yes for every step from `low` to `high`, FALSE if it is no for all of them."""
        ...

    def at(self, step: int) -> Truth:
        """The answer at one step, with all the precision that it takes; UNKNOWN if that is not enough."""
        ...

    def after(self, low: int) -> Truth:
        """TRUE if the answer is yes for every step from `low` on, FALSE if it is no for ever after."""
        ...

    def next(self, low: int, high: int) -> int | None:
        """A step from `low` to `high` before which the answer is no, high + 1 if it is no for all; None if unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Search:
    """The result of a search: the first step with the answer yes; or None, and `never` says whether there is none.

    `excluded` is the number of first steps known to have the answer no.
    """

    step: int | None
    never: Truth
    excluded: int
    reason: str = ""


def first_step(question: Question, start: int, deadline: float, last: int | None = None) -> Search:
    """The first step from `start` on (up to `last`) with the answer yes.

    Ranges of doubling length are asked for, and halved while the answer is mixed or unknown, the left half first, so
    nothing before the step that is returned is left open. At the beginning of each range the question is asked of
    all later steps, which can end the search both ways. The answer is UNKNOWN at the deadline, and where a single
    step cannot be decided.
    """
    low = start
    while last is None or low <= last:
        rest = question.after(low) if low > start else Truth.UNKNOWN
        if rest is Truth.TRUE:
            return Search(low, Truth.FALSE, low)
        if rest is Truth.FALSE:
            return Search(None, Truth.TRUE, low, f"from step {low} on the answer is no for ever")
        high = max(low + _FIRST, 2 * low) - 1
        found = _within(question, low, high if last is None else min(high, last), deadline)
        if found is not None:
            return found
        low = high + 1
        if low > FARTHEST or time.monotonic() > deadline:
            return Search(None, Truth.UNKNOWN, low, "the time is spent, or the numbers of the steps are immense")
    return Search(None, Truth.UNKNOWN, low)


_FIRST = 8
_SHORT = 8
FARTHEST = 1 << 128
"""No step beyond is looked at."""


def _within(question: Question, low: int, high: int, deadline: float) -> Search | None:
    """The first step with the answer yes in a range; None if there is none."""
    open_ranges = [(low, high)]
    while open_ranges:
        a, b = open_ranges.pop()
        answer = question.on(a, b) if b > a else question.at(a)
        if answer is Truth.TRUE:
            return Search(a, Truth.FALSE, a)
        if answer is Truth.UNKNOWN:
            if a == b:
                return Search(None, Truth.UNKNOWN, a, f"step {a} is not decided: the rule is met exactly, or nearly so")
            if time.monotonic() > deadline:
                return Search(None, Truth.UNKNOWN, a, "the time is spent")
            candidate = question.next(a, b) if b - a > _SHORT else None
            if candidate is not None:
                open_ranges += [(max(candidate, a) + 1, b)] if candidate < b else []
                open_ranges += [(candidate, candidate)] if candidate <= b else []
                continue
            middle = (a + b) // 2
            open_ranges += [(middle + 1, b), (a, middle)]
    return None


def least_near(holds: Callable[[int], bool], guess: int, limit: int) -> int | None:
    """What `least` finds from 0 on, at a cost that grows with the logarithm of the error of a guess."""
    width, high = 1, guess
    if not holds(guess):
        return least(holds, guess + 1, limit)
    while high and holds(max(0, high - width)):
        high, width = max(0, high - width), 2 * width
    return least(holds, max(0, high - width) + 1, limit) if high else 0


def least(holds: Callable[[int], bool], low: int, limit: int) -> int | None:
    """The smallest n from `low` to `limit` with `holds(n)`, for an answer that stays yes once it is; None if none."""
    if holds(low):
        return low
    width = 1
    while not holds(min(low + width, limit)):
        if low + width >= limit:
            return None
        low, width = low + width, 2 * width
    high = min(low + width, limit)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
