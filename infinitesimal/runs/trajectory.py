"""A trajectory: the values of a run, made again when they are asked for instead of being kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, overload

from infinitesimal.arithmetics.floating.native import quiet
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.runs.compile import State, loops
from infinitesimal.runs.halting import Halt

BLOCK = 256
KEPT = 4096
"""A trajectory of at most so many values is kept once it has been walked through."""


@dataclass(frozen=True)
class Trajectory:
    """The run of a process in an arithmetic: `values[0]` is the start, `values[n]` follows n updates.

    `steps` is the number of updates made, `halt` where and why they stopped.
    """

    process: Process = field(repr=False)
    arithmetic: Any
    steps: int
    halt: Halt
    values: "Values" = field(repr=False)

    def __str__(self) -> str:
        return f"{self.steps} updates in {self.arithmetic!r}: {self.halt}"

    __repr__ = __str__


class Values(Sequence[Any]):
    """The boundary values of a run, computed again on demand; memory stays flat.

    A value is that of the watched component, or a dict from names where several are watched.
    Walking through is one run; `values[k]` costs k updates, once the run is longer than what is
    kept. `stored=True` keeps every value.
    """

    def __init__(self, process: Process, engine: Any, steps: int, stored: bool) -> None:
        self._recurrence = process.recurrence
        self._engine, self._steps, self._stored = engine, steps, stored
        names = self._recurrence.names
        self._watched = [(name, names.index(name)) for name in self._recurrence.watch]
        self._kept: tuple[Any, ...] | None = None

    def __len__(self) -> int:
        return self._steps + 1

    def __iter__(self) -> Iterator[Any]:
        if self._kept is None and (self._stored or len(self) <= KEPT):
            self._kept = tuple(self._walk())
        return iter(self._kept) if self._kept is not None else self._walk()

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            start, stop, stride = index.indices(len(self))
            if stride < 0:
                return list(self)[index]
            return [value for _, value in self.select(range(start, stop, stride))]
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"value {index} of a run with {len(self)} values")
        if self._kept is not None:
            return self._kept[position]
        return next(self.select([position]))[1]

    def select(self, steps: Iterable[int]) -> Iterator[tuple[int, Any]]:
        """The values at increasing step numbers, as (step, value), in one walk to the last of them."""
        states = enumerate(self.states())
        for wanted in steps:
            for n, state in states:
                if n == wanted:
                    yield n, self._exported(state)
                    break

    def states(self) -> Iterator[State]:
        """The states of the whole recurrence in the engine's own elements, the start first."""
        update = loops(self._recurrence, self._engine, None).update
        state = start_state(self._recurrence, self._engine)
        yield state
        for first in range(1, self._steps + 1, BLOCK):
            block = []
            with quiet(self._engine):  # not around a `yield`, which would leak it to the caller
                for n in range(first, min(first + BLOCK, self._steps + 1)):
                    state = update(n, *state)
                    block.append(state)
            yield from block

    def _walk(self) -> Iterator[Any]:
        return map(self._exported, self.states())

    def _exported(self, state: State) -> Any:
        export = self._engine.export
        if len(self._watched) == 1:
            return export(state[self._watched[0][1]])
        return {name: export(state[i]) for name, i in self._watched}

    def __repr__(self) -> str:
        head = ", ".join(str(v) for v in islice(self._walk(), 3))
        return f"[{head}{', ...' if len(self) > 3 else ''}] ({len(self)} values)"


def start_state(recurrence: Any, engine: Any) -> State:
    """The start, read by an engine. Raises `InputError` while parameters have no value."""
    start = recurrence.start_values()
    return tuple(engine.const(start[name]) for name in recurrence.names)
