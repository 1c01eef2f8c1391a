"""Witnesses: the evidence for a halt, in exact numbers that a reader can check by hand."""

from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.rational import brief


def show_value(value: Any) -> str:
    """A boundary value in little room: a number, an interval, or a dict of them."""
    if isinstance(value, dict):
        return ", ".join(f"{name} = {show_value(v)}" for name, v in value.items())
    return brief(value) if isinstance(value, Fraction) else str(value)


class Absorption(NamedTuple):
    """An operation whose exact result differs from `value` and is rounded back to it.

    `update` is that difference, `gap` the spacing that the rounding sees beside `value` on the side
    of the update (half an ulp at the lower edge of a binade), `even` the parity of its significand.
    `zero_update` says that the operation is a part of the update, whose rounding makes the whole update zero.
    Source of the rule: IEEE 754-2019, 4.3.
    """

    operation: str
    value: Float
    update: Fraction
    gap: Fraction
    even: bool
    binade_edge: bool
    rounding: Rounding
    zero_update: bool = False

    @property
    def half_gap(self) -> Fraction:
        return self.gap / 2

    @property
    def tie(self) -> bool:
        """Whether the exact result lies halfway to the neighbour."""
        return abs(self.update) == self.half_gap

    @property
    def is_tie_of_nearest(self) -> bool:
        """Whether it is a tie that the rounding had to break."""
        return self.tie and self.rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY)

    @property
    def holds(self) -> bool:
        """The absorption rule, checked again from these numbers alone."""
        size, away = abs(self.update), (self.update > 0) == (not self.value.is_negative)
        below = size < self.gap
        if self.rounding is Rounding.NEAREST_EVEN:
            return size < self.half_gap or (self.tie and self.even)
        if self.rounding is Rounding.NEAREST_AWAY:
            return size < self.half_gap or (self.tie and not away)
        if self.rounding is Rounding.TOWARD_ZERO:
            return below and away
        if self.rounding is Rounding.AWAY:
            return below and not away
        if self.rounding is Rounding.UP:
            return below and self.update < 0
        if self.rounding is Rounding.DOWN:
            return below and self.update > 0
        return below and not self.even

    def __str__(self) -> str:
        return f"{self.operation} rounds to {self.value}"

    def explain(self) -> str:
        """The claim with its numbers."""
        nearest = self.rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY)
        size, bound, name = (
            abs(self.update),
            self.half_gap if nearest else self.gap,
            "half the gap" if nearest else "the gap",
        )
        relation = "is" if size == bound else "is below" if size < bound else "is above"
        claim = f"the exact update {brief(self.update)} {relation} {name} {brief(bound)}"
        parts = [f"{claim} to the neighbour of {self.value} on its side"]
        if self.binade_edge:
            parts.append("at the edge of a binade, where the gap below is halved")
        if self.tie and nearest:
            parts.append(f"a tie, and the significand is {'even' if self.even else 'odd'}")
        return ", ".join(parts) + f" ({self.rounding})"


class Underflow(NamedTuple):
    """An operation whose exact result is too small for the format; `smallest` is its least positive value.

    `zero_update` says that the operation is a part of the update, which it makes zero.
    """

    operation: str
    exact: Fraction
    result: Float
    smallest: Fraction
    zero_update: bool = False

    def __str__(self) -> str:
        return f"{self.operation} = {brief(self.exact)} rounds to {self.result}"

    def explain(self) -> str:
        place = "is smaller than" if abs(self.exact) < self.smallest else "is no multiple of"
        claim = f"the exact result {brief(self.exact)} {place} the smallest positive value {brief(self.smallest)}"
        return f"{claim} and rounds to {self.result}"


class Overflow(NamedTuple):
    """An operation that leaves the finite numbers: its exact result is beyond the largest one, or
    there is none (`exact` is None) because it divides by zero or an operand is infinite.
    """

    operation: str
    exact: Fraction | None
    result: Float
    largest: Fraction
    cause: str = "its result is too large"

    def __str__(self) -> str:
        return f"{self.operation} gives {self.result}"

    def explain(self) -> str:
        if self.exact is None:
            return f"{self.operation} gives {self.result}: {self.cause}"
        claim = f"the exact result {brief(self.exact)} is beyond the largest value {brief(self.largest)}"
        return f"{claim} and becomes {self.result}"


class Invalid(NamedTuple):
    """An operation without a value, such as inf - inf or 0/0; its result is NaN."""

    operation: str

    def __str__(self) -> str:
        return f"{self.operation} is not a number"

    def explain(self) -> str:
        return f"{self.operation} has no value, and NaN spreads through every later update"


class FixedPoint(NamedTuple):
    """The update gives the same value with no rounding in it: a true fixed point of the map.

    `rounded_constants` are the constants of the map that the format itself had to round.
    """

    value: Any
    rounded_constants: tuple[Fraction, ...] = ()

    def __str__(self) -> str:
        return f"the update of {show_value(self.value)} is exact and gives it again"

    def explain(self) -> str:
        if not self.rounded_constants:
            return "no operation of the update rounds"
        constants = ", ".join(map(brief, self.rounded_constants))
        return f"no operation of the update rounds; the format rounded the constants {constants} when it read them"


class Cycle(NamedTuple):
    """States that follow each other for ever; `states` lists them, the first `LISTED` of a long cycle."""

    period: int
    tail: int
    states: tuple[Any, ...]

    def __str__(self) -> str:
        shown = "; ".join(show_value(s) for s in self.states[:4])
        return f"{shown}{'; ...' if self.period > 4 else ''} again and again"

    def explain(self) -> str:
        return f"the state after {self.tail} updates comes again after {self.tail + self.period}"


LISTED = 64


class RuleMet(NamedTuple):
    """A stopping rule that the last change met; `difference` is that change, exact."""

    rule: Any
    difference: Fraction

    def __str__(self) -> str:
        return f"the change {brief(self.difference)} meets {self.rule}"

    def explain(self) -> str:
        return str(self)


class Spent(NamedTuple):
    """A budget that ran out. It proves nothing about halting."""

    what: str

    def __str__(self) -> str:
        return self.what

    def explain(self) -> str:
        return f"{self.what}: nothing is proved"
