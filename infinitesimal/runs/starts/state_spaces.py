"""The states of a machine, numbered: every value of a format, or every tuple of values, as one integer.

-0 and +0 are one state and so are all encodings of NaN; `weights` says how many encodings a state stands for. A step
that gives different values for -0 and +0 is no map of these states, and is refused.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.arrays import Arrays
from infinitesimal.errors import InputError, Unverified
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Process, Recurrence

Array = Any


@dataclass(frozen=True)
class StateSpace:
    """All states of `names` in the format of `machine`, numbered 0 .. count - 1.

    The states of one component are its values in their order, -inf first where the format has infinities, and then
    NaN. Those of several are the tuples in lexicographic order.
    """

    machine: Arrays
    names: tuple[str, ...]

    @property
    def offset(self) -> int:
        """The number of the state zero of one component."""
        return self.machine.top + self.machine.format.has_infinity

    @property
    def side(self) -> int:
        """How many states one component has."""
        return 2 * self.offset + 2

    @property
    def count(self) -> int:
        return int(self.side ** len(self.names))

    @property
    def starts(self) -> int:
        """How many encodings there are of all components together."""
        return int(1 << self.machine.format.width * len(self.names))

    def values(self, states: Array) -> list[Array]:
        """The values of each component in states given by their numbers."""
        places = np.unravel_index(np.asarray(states, dtype=np.int64), (self.side,) * len(self.names))
        return [self._axis.take(place) for place in places]

    @cached_property
    def _axis(self) -> Array:
        axis = self.machine.from_order(np.arange(self.side) - self.offset)
        axis[-1] = np.nan
        return axis

    def numbers(self, values: list[Array]) -> Array:
        """The numbers of the states with these components."""
        found: Any = 0
        for value in values:
            place = self.machine.order(value) + self.offset
            place = np.where(np.isnan(value), self.side - 1, place)
            if place.min(initial=0) < 0 or place.max(initial=0) >= self.side:
                raise Unverified(f"a step in {self.machine!r} left the states of its format; please report it")
            found = found * self.side + place
        return found

    @cached_property
    def weights(self) -> Array:
        """The number of encodings of each state."""
        single = np.ones(self.side, dtype=np.int64)
        single[self.offset], single[-1] = zero_weight(self.machine), nan_weight(self.machine)
        found = single
        for _ in self.names[1:]:
            found = np.multiply.outer(found, single).ravel()
        return found

    def encodings(self, states: Array) -> list[Array]:
        """The encodings of each component."""
        return [self.machine.to_bits(value) for value in self.values(states)]

    def export(self, states: Array) -> list[Any]:
        """The boundary values of states: a `Float` each, or a dict of them where there are several components."""
        columns = [self.machine.export(value) for value in self.values(states)]
        return (
            columns[0]
            if len(columns) == 1
            else [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]
        )

    def successors(self, recurrence: Recurrence) -> Array:
        """The number of the state that follows each one; the step is made op by op on all of them at once.

        Raises `InputError` for a step that can tell -0 from +0.
        """
        values = self.values(np.arange(self.count))
        table = self._after(recurrence, values)
        if not np.ndim(table):  # a step without variables
            table = np.full(self.count, table)
        self._check_zeros(recurrence, values, table)
        return table

    def _after(self, recurrence: Recurrence, values: list[Array]) -> Array:
        machine: Any = self.machine
        # The last input is the number of the step, which no step here reads.
        following = recurrence.program.execute(machine, [*values, machine.const(0)])
        return self.numbers([np.asarray(value) for value in following])

    def _check_zeros(self, recurrence: Recurrence, values: list[Array], table: Array) -> None:
        for size in range(1, len(values) + 1):
            for chosen in combinations(range(len(values)), size):
                where = np.flatnonzero(np.logical_and.reduce([values[i] == 0 for i in chosen]))
                other = [np.negative(v[where]) if i in chosen else v[where] for i, v in enumerate(values)]
                if np.any(self._after(recurrence, other) != table[where]):
                    names = ", ".join(self.names[i] for i in chosen)
                    raise tells_zeros_apart(recurrence, names)


def zero_weight(machine: Arrays) -> int:
    """The number of encodings of zero: two, and those of subnormals where they are flushed."""
    format = machine.format
    return 2 if format.subnormals else 2 << format.precision - 1


def nan_weight(machine: Arrays) -> int:
    """The number of encodings of NaN: what is left of all of them."""
    known = 2 * (machine.top + machine.format.has_infinity) + zero_weight(machine)
    return int((1 << machine.format.width) - known)


def tells_zeros_apart(recurrence: Recurrence, names: str) -> InputError:
    """The refusal of a step that is no map once the zeros are merged."""
    return InputError(
        f"{recurrence} gives different values for {names} = -0 and +0, so the zeros cannot be one state: "
        "follow single starts with run"
    )


def step_on_states(process: Process) -> Recurrence:
    """The recurrence of a process, if its step is a map of states; raises `InputError` otherwise."""
    recurrence = process.recurrence
    if recurrence.counts_steps:
        raise InputError(
            f"{recurrence} depends on the step number {STEP_NUMBER}, so its step is no map of states: "
            f"make {STEP_NUMBER} a component of the state, or follow single starts with run"
        )
    if recurrence.parameters:
        raise InputError(f"no value for {', '.join(recurrence.parameters)}: write it into the step")
    return recurrence
