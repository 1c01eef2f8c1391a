"""Races: Achilles and the tortoise, stage by stage."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from infinitesimal.errors import InputError
from infinitesimal.rational import show
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Var


@dataclass(frozen=True)
class Race:
    """A pursuit in stages: in each one the pursuer runs to where the other was.

    As a recurrence: x = x + gap, then gap = gap*tortoise/achilles, from x = 0 and gap =
    head_start. The watched value x is the place of Achilles after n stages. Speeds are lengths per
    unit of time, in units of one's choice.
    """

    achilles: Fraction
    tortoise: Fraction
    head_start: Fraction

    by_name = False

    @cached_property
    def recurrence(self) -> Recurrence:
        x, gap = Var("x"), Var("gap")
        return recurrence(
            {"x": x + gap, "gap": gap * self.tortoise / self.achilles}, {"x": 0, "gap": self.head_start}, watch="x"
        )

    @property
    def meeting_time(self) -> Fraction | None:
        """When the two are first level, exact; None if that is never."""
        if not self.head_start:
            return Fraction(0)
        closing = self.achilles - self.tortoise
        return self.head_start / closing if closing > 0 else None

    @property
    def meeting_place(self) -> Fraction | None:
        """Where the two are level, exact, measured from the start of Achilles; None if nowhere."""
        time = self.meeting_time
        return None if time is None else self.achilles * time

    def __str__(self) -> str:
        return (
            f"race: Achilles {show(self.achilles)}, tortoise {show(self.tortoise)}, head start {show(self.head_start)}"
        )

    __repr__ = __str__


def race(achilles: object, tortoise: object, head_start: object) -> Race:
    """The race of `achilles` after a `tortoise` that is `head_start` ahead, both at constant speed.

    Raises `InputError` unless Achilles runs (a positive speed) and the others are not negative.

    >>> race(10, 1, 100).meeting_time
    Fraction(100, 9)
    """
    speed, slow, ahead = (
        constant(value, what)
        for value, what in (
            (achilles, "speed of achilles"),
            (tortoise, "speed of the tortoise"),
            (head_start, "head start"),
        )
    )
    if speed <= 0:
        raise InputError(f"speed of achilles {show(speed)}: give a positive number, or there is no race")
    if slow < 0 or ahead < 0:
        raise InputError(f"tortoise {show(slow)}, head start {show(ahead)}: neither may be negative")
    return Race(speed, slow, ahead)
