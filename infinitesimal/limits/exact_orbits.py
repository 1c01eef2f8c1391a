"""Descents that come back to a state exactly: at rest after some updates, or on a cycle for ever.

One map with exact numbers: a state that was met before decides all that follows. So it is with a start at a stationary
point, with |x| whose steps have one size, and with the two points that a rate of 2/L takes turns with.
"""

from fractions import Fraction
from typing import NamedTuple

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undefined
from infinitesimal.limits.values import states
from infinitesimal.recurrences.descents import Descent

MOST_STATES = 256
_BUDGET = Budget(bits=20_000, seconds=1.0)

Point = dict[str, Fraction]


class ExactOrbit(NamedTuple):
    """The points of an orbit up to the first that comes again; from `first` on they come again for ever."""

    points: tuple[Point, ...]
    first: int

    @property
    def cycle(self) -> tuple[Point, ...]:
        """The points that come again, without repetition of the whole."""
        found = self.points[self.first :]
        return found[:1] if all(point == found[0] for point in found) else found

    def at(self, n: int) -> Point:
        """The point after n updates, whatever n."""
        if n < len(self.points):
            return self.points[n]
        return self.points[self.first + (n - self.first) % (len(self.points) - self.first)]

    def limit(self, descent: Descent) -> Point:
        """The point where it rests. Raises `Diverges` where there are several."""
        cycle = self.cycle
        if len(cycle) == 1:
            return cycle[0]
        manner = f"it goes through the same {len(cycle)} points for ever"
        raise Diverges(f"{descent} has no limit: from update {self.first} on {manner}", manner)


def exact_orbit(descent: Descent) -> ExactOrbit | None:
    """The orbit of a descent with one step for all n, where it comes back to a state within a few short ones.

    >>> from infinitesimal.recurrences.descents import descent
    >>> exact_orbit(descent("abs(x)", "1/4", "1/2")).cycle
    ({'x': Fraction(1, 4)}, {'x': Fraction(-1, 4)})
    >>> exact_orbit(descent("x**4/4 - x**2/2", 0, "1/2")).limit(None)
    {'x': Fraction(0, 1)}
    """
    recurrence = descent.recurrence
    if recurrence.counts_steps or recurrence.parameters or not recurrence.start:
        return None
    places = [recurrence.names.index(name) for name in descent.loss.names]
    met: dict[tuple[tuple[int, int], ...], int] = {}
    points: list[Point] = []
    try:
        for count in _counts():
            for k, state in enumerate(states(descent, count, _BUDGET)):
                if k < len(points):
                    continue
                key = tuple((int(x.p), int(x.q)) for x in state)
                if key in met:
                    return ExactOrbit(tuple(points), met[key])
                met[key] = k
                named = zip(descent.loss.names, places, strict=True)
                points.append({name: QQ.export(state[i]) for name, i in named})
    except (BudgetSpent, Undefined, InputError):  # too long, undefined, or a function without rational values
        return None
    return None


def _counts() -> tuple[int, ...]:
    """How many states are asked for: first few, since digits that explode are refused before the first of them."""
    return (2, 3, 4, 6, 8, MOST_STATES)
