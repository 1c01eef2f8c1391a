"""Atlases: what becomes of every start of a small format, by exhaustion."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from infinitesimal.arithmetics.floating.arrays import Arrays, arrays
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.starts.census import Census, EndCycle, by_basin
from infinitesimal.runs.starts.functional_graph import FunctionalGraph, functional_graph
from infinitesimal.runs.starts.state_spaces import StateSpace, step_on_states
from infinitesimal.runs.witness import LISTED

Array = Any
MEMORY = 1 << 31
"""The bytes that the tables of an atlas may take, unless said otherwise."""


class Ending(NamedTuple):
    """Where one start ends: on which cycle, and after how many steps."""

    tail: int
    period: int
    values: tuple[Any, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Atlas:
    """The fate of every state of a process on a machine, complete and exact.

    `root`, `period` and `tail` are arrays with one entry for each state of `space`: the least state of the cycle it
    ends in, the length of that cycle, and the steps until it is on it. `census` has the totals. -0 and +0 are one
    state, and so are all NaN; the totals count starts by their encodings.
    """

    process: Process
    space: StateSpace
    graph: FunctionalGraph

    @property
    def machine(self) -> Floats:
        return self.space.machine.soft

    @property
    def successors(self) -> Array:
        return self.graph.successors

    @property
    def root(self) -> Array:
        return self.graph.root

    @property
    def period(self) -> Array:
        return self.graph.period

    @property
    def tail(self) -> Array:
        return self.graph.tail

    @cached_property
    def census(self) -> Census:
        """The totals: basins, tails, the start with the longest tail."""
        weights = self.space.weights
        tails = np.bincount(self.tail, weights=weights).astype(np.int64)  # exact: far below 2**53
        merged = int((weights - 1)[(self.tail == 0) & (weights > 0)].sum())
        counts = tuple(tails.tolist())
        return Census(self.process, self.machine, self.space.starts, counts, self.cycles, self._deepest(), merged)

    @cached_property
    def cycles(self) -> tuple[EndCycle, ...]:
        """The cycles, the largest basins first, and equal ones by their least states."""
        roots, first, place = np.unique(self.root, return_index=True, return_inverse=True)
        basins = np.bincount(place.ravel(), weights=self.space.weights).astype(np.int64).tolist()
        periods = self.period[first]
        longest = min(int(periods.max()), LISTED)
        rows, at = [roots], roots
        for _ in range(longest - 1):
            at = self.successors.take(at)
            rows.append(at)
        table = [self.space.export(row) for row in rows]
        return by_basin(
            [
                EndCycle(tuple(table[k][i] for k in range(min(period, LISTED))), period, basin)
                for i, (period, basin) in enumerate(zip(periods.tolist(), basins, strict=True))
                if basin
            ]
        )

    @property
    def fixed_points(self) -> tuple[EndCycle, ...]:
        """The finite fixed points."""
        return self.census.fixed_points

    @property
    def longest_tail(self) -> int:
        return self.census.longest_tail

    @property
    def basins(self) -> tuple[int, ...]:
        """The number of starts that end in each of `cycles`."""
        return self.census.basins

    @property
    def escapes(self) -> dict[str, int]:
        """How many starts end at "inf", "-inf" and "nan", for good."""
        return self.census.escapes

    def of(self, *start: object, **named: object) -> Ending:
        """The ending of one start, given in the order of the components or by their names.

        >>> from infinitesimal.arithmetics.floating.format import bfloat16
        >>> from infinitesimal.recurrences.descents import descent
        >>> atlas(descent("9/2*x**2", rate="0.1"), bfloat16).of("5/9")
        Ending(tail=40, period=1, values=(0.0,))
        """
        given = dict(zip(self.space.names, start, strict=False)) | named
        if set(given) != set(self.space.names) or len(start) > len(self.space.names):
            raise InputError(f"a start has a value for each of {', '.join(self.space.names)}")
        machine = self.space.machine
        values = [np.atleast_1d(machine.embed(given[name])) for name in self.space.names]
        state = self.space.numbers(values)[0]
        period, at = int(self.period[state]), self.root[state]
        states = [at]
        for _ in range(min(period, LISTED) - 1):
            states.append(self.successors[states[-1]])
        return Ending(int(self.tail[state]), period, tuple(self.space.export(np.array(states))))

    def _deepest(self) -> Any:
        states = np.flatnonzero((self.tail == self.tail.max()) & (self.space.weights > 0))
        least = np.lexsort(self.space.encodings(states)[::-1])[0]
        return self.space.export(states[least : least + 1])[0]

    def __str__(self) -> str:
        return str(self.census)

    __repr__ = __str__


def atlas(process: object, machine: object, *, memory: int = MEMORY) -> Atlas:
    """The fate of every start of a process in a format (nearest-even) or `floats(format, rounding)`, by exhaustion.

    The start of the process plays no part. Exact: the step is made op by op on all states at once, with the bits of
    the soft core. Raises `InputError` for a step that depends on its number or can tell -0 from +0, for an arithmetic
    with too many states for `memory` bytes (the message says how many it would take), or one that is no machine's.
    Source of the analysis: pointer doubling, Wyllie 1979.

    >>> from infinitesimal.arithmetics.floating.format import e4m3fn
    >>> from infinitesimal.recurrences.descents import descent
    >>> found = atlas(descent("x**2/2", rate="1/2"), e4m3fn)
    >>> found.longest_tail, [str(cycle) for cycle in found.cycles], found.basins
    (16, ['{-0.001953125}', '{0.001953125}', '{nan}', '{0.0}'], (118, 118, 18, 2))
    """
    chosen, soft = as_process(process), arithmetic_of(machine)
    recurrence = step_on_states(chosen)
    if not isinstance(soft, Floats):
        raise InputError(f"{soft!r} has no finite set of states: give a format, or floats(format, rounding)")
    engine: Arrays = arrays(soft)
    space = StateSpace(engine, recurrence.names)
    needed = bytes_needed(space)
    if needed > memory:
        raise InputError(
            f"{space.count:,} states of {', '.join(space.names)} in {soft.name} take about {needed / 2**30:,.1f} GiB, "
            f"and {memory / 2**30:,.1f} GiB are allowed: take a smaller format, more memory=..., or fate, which "
            "needs no tables"
        )
    return Atlas(chosen, space, functional_graph(space.successors(recurrence)))


def bytes_needed(space: StateSpace) -> int:
    """The bytes that the tables of an atlas take at most: iterates, values and results of 8 bytes a state."""
    doublings = space.count.bit_length() + 1
    registers = 12 * len(space.names)
    return 8 * space.count * (doublings + registers)
