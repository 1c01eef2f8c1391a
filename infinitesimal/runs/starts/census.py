"""What becomes of all starts together: how many end in which cycle, and after how many steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from typing import Any, NamedTuple

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.recurrences.recurrence import Process

MERGED = "-0 and +0 are one state, and so are all NaN; starts are counted by encodings"
SHOWN, NAMED = 8, 4
"""How many cycles the text of a census names, and how many states of each."""


class EndCycle(NamedTuple):
    """A cycle that starts end in: its first states from the least one on, its period, and how many starts it takes.

    A fixed point is a cycle of period 1. A long cycle lists its first states only.
    """

    values: tuple[Any, ...]
    period: int
    basin: int

    @property
    def kind(self) -> str:
        """The word "finite", or "inf", "-inf" and "nan" where no state of the cycle is finite."""
        kinds = [_kind(value) for value in self.values]
        return "finite" if "finite" in kinds else kinds[0]

    def __str__(self) -> str:
        shown = self.values[:NAMED]
        more = ", ..." if self.period > len(shown) else ""
        return f"{{{', '.join(map(state_text, shown))}{more}}}"


@dataclass(frozen=True, repr=False)
class Census:
    """The endings of all `starts` of a process on a machine, exact.

    `tails[k]` counts the starts that are on their cycle after exactly k steps. `cycles` has the largest basins first.
    `deepest` is the start with the longest tail whose encoding is least. Zeros are merged, and NaN is one state;
    starts are counted by their encodings. `merged` of those with tail 0 are on a cycle only because they share a state
    with another encoding: -0, and NaN with another payload.
    """

    process: Process
    machine: Floats
    starts: int
    tails: tuple[int, ...]
    cycles: tuple[EndCycle, ...]
    deepest: Any
    merged: int
    note: str = field(default=MERGED)

    @property
    def census(self) -> "Census":
        """The totals: itself, as an atlas has them."""
        return self

    @property
    def step(self) -> str:
        """The step as it is computed; the start of the process plays no part here."""
        return ", ".join(f"{name} = {t}" for name, t in self.process.recurrence.step)

    @property
    def longest_tail(self) -> int:
        return len(self.tails) - 1

    @property
    def mean_tail(self) -> Fraction:
        """The mean number of steps to the cycle, over all starts."""
        return Fraction(sum(k * count for k, count in enumerate(self.tails)), self.starts)

    @property
    def fixed_points(self) -> tuple[EndCycle, ...]:
        """The finite fixed points."""
        return tuple(c for c in self.cycles if c.period == 1 and c.kind == "finite")

    @property
    def longer_cycles(self) -> tuple[EndCycle, ...]:
        """The cycles of period 2 or more."""
        return tuple(c for c in self.cycles if c.period > 1)

    @property
    def basins(self) -> tuple[int, ...]:
        """The number of starts that end in each cycle."""
        return tuple(c.basin for c in self.cycles)

    @property
    def escapes(self) -> dict[str, int]:
        """How many starts end at "inf", "-inf" and "nan", for good."""
        found: dict[str, int] = {}
        for cycle in self.cycles:
            if cycle.kind != "finite":
                found[cycle.kind] = found.get(cycle.kind, 0) + cycle.basin
        return found

    @property
    def checksum(self) -> str:
        """A fingerprint of the tails: c <- 1000003*c + count for k = 0 .. 65535, modulo 2**64, in hexadecimal.

        Here the `merged` starts have tail 1, as if nothing were merged and every step gave +0 and one NaN.
        """
        counts = [*self.tails, 0]
        counts[0] -= self.merged
        counts[1] += self.merged
        c = 0
        for count, _ in zip_longest(counts, range(65_536), fillvalue=0):
            c = (c * 1_000_003 + count) % (1 << 64)
        return f"{c:016x}"

    def lines(self) -> Iterator[str]:
        """The census in words."""
        yield f"{self.step} in {self.machine.name}: all {self.starts:,} starts"
        yield f"longest tail {self.longest_tail:,} (from {state_text(self.deepest)}), mean {float(self.mean_tail):.6g}"
        for cycle in self.cycles[:SHOWN]:
            what = "fixed point" if cycle.period == 1 else f"cycle of period {cycle.period}"
            yield f"{what} {cycle}: {cycle.basin:,} starts"
        if len(self.cycles) > SHOWN:
            yield f"and {len(self.cycles) - SHOWN:,} more cycles"
        yield self.note

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__


def by_basin(cycles: list[EndCycle]) -> tuple[EndCycle, ...]:
    """Cycles with the largest basins first; the order of equal ones is kept."""
    return tuple(sorted(cycles, key=lambda c: -c.basin))


def state_text(value: Any) -> str:
    """A state in one line: its value, or the value of each component."""
    if isinstance(value, dict):
        return f"({', '.join(f'{name} = {x}' for name, x in value.items())})"
    return str(value)


def _kind(value: Any) -> str:
    numbers: list[Float] = list(value.values()) if isinstance(value, dict) else [value]
    if all(x.is_finite for x in numbers):
        return "finite"
    if any(x.is_nan for x in numbers):
        return "nan"
    return "-inf" if len(numbers) == 1 and numbers[0].is_negative else "inf"
