"""The fate of every start in two variables: which states lie on cycles of a step, proved for all of them at once."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.native import pair_of_float
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.runs.soft_arrays import any_arrays
from infinitesimal.runs.starts.box_certificate import BoxCertificate, IndexBox
from infinitesimal.runs.starts.box_check import check_boxes
from infinitesimal.runs.starts.box_map import BoxMap
from infinitesimal.runs.starts.box_search import search
from infinitesimal.runs.starts.census import state_text
from infinitesimal.runs.starts.contraction import contraction
from infinitesimal.runs.starts.enclosures import enclose
from infinitesimal.runs.starts.fate_certificate import RECURRENT, UNDECIDED

State = dict[str, Float]
Index = tuple[int, ...]

LISTED = 3


@dataclass(frozen=True, slots=True, repr=False)
class StateRange:
    """All states whose components lie from those of `low` to those of `high`, and their number."""

    low: State
    high: State
    count: int

    def __repr__(self) -> str:
        if self.count == 1:
            return state_text(self.low)
        return f"{state_text(self.low)} .. {state_text(self.high)} ({self.count:,} states)"


@dataclass(frozen=True, eq=False, repr=False)
class BoxFate:
    """What becomes of every start of a process in two variables on a machine; -0 and +0 are one number.

    Every start ends at a fixed point, on one of `cycles`, among states that are not finite, or it comes to an
    undecided state. No other finite state lies on a cycle: `certificate` says why, and `check` verifies it.
    """

    process: Process
    machine: Floats
    certificate: BoxCertificate
    map: BoxMap

    @property
    def decided(self) -> bool:
        """Whether all states on cycles are known."""
        return not self.undecided

    @cached_property
    def undecided(self) -> int:
        """The number of finite states that may or may not lie on cycles: the budget was spent."""
        return sum(map(_size, self._finite(UNDECIDED)))

    @cached_property
    def fixed_points(self) -> tuple[StateRange, ...]:
        """The finite fixed points."""
        return tuple(
            StateRange(self._state([a for a, _ in box]), self._state([b for _, b in box]), _size(box))
            for box in self._fixed
        )

    @cached_property
    def fixed_count(self) -> int:
        return sum(map(_size, self._fixed))

    @cached_property
    def cycles(self) -> tuple[tuple[State, ...], ...]:
        """The cycles of two states or more that have a finite one, each from its least finite state on."""
        return tuple(tuple(self._state(state) for state in cycle) for cycle in self._cycles)

    @property
    def periods(self) -> tuple[int, ...]:
        """The periods that occur."""
        return tuple(sorted({len(c) for c in self._cycles} | ({1} if self._fixed else set())))

    @property
    def recurrent(self) -> int:
        """The number of finite states known to lie on cycles, fixed points included."""
        return self.fixed_count + sum(self._is_finite(state) for cycle in self._cycles for state in cycle)

    def check(self) -> bool:
        """True: every leaf of the certificate was verified by exact arithmetic. Raises `Unverified` otherwise."""
        return check_boxes(self.certificate, self.process.recurrence, self.machine)

    def _is_finite(self, state: Index) -> bool:
        return all(abs(index) <= self.map.machine.top for index in state)

    def _boxes(self, status: int) -> list[IndexBox]:
        pairs = zip(self.certificate.boxes(), self.certificate.status, strict=True)
        return sorted(box for (_, box), found in pairs if found == status)

    def _finite(self, status: int) -> list[IndexBox]:
        return [box for box in self._boxes(status) if all(map(self._is_finite, box))]

    @cached_property
    def _following(self) -> dict[Index, Index]:
        """The single states on cycles, each with the one that follows it."""
        singles = [tuple(a for a, _ in box) for box in self._boxes(RECURRENT) if all(a == b for a, b in box)]
        after = self.map.after(np.array(singles, dtype=np.int64).reshape(-1, self.map.count))
        return dict(zip(singles, map(tuple, after.tolist()), strict=True))

    @cached_property
    def _fixed(self) -> list[IndexBox]:
        following = self._following
        lows = [(tuple(low for low, _ in box), box) for box in self._finite(RECURRENT)]
        return [box for low, box in lows if following.get(low, low) == low]

    @cached_property
    def _cycles(self) -> list[list[Index]]:
        found, seen = list[list[Index]](), set[Index]()
        for start, after in self._following.items():
            if after == start or start in seen or not self._is_finite(start):
                continue
            cycle = [start]
            while (after := self._following[cycle[-1]]) != start:
                cycle.append(after)
            seen.update(cycle)
            found.append(cycle)
        return found

    def _state(self, state: Index | list[int]) -> State:
        values = self.map.values(np.array(state, dtype=np.int64)).tolist()
        return {
            name: self.machine.export(self.machine.round(*pair) if pair[0] else pair)
            for name, pair in zip(self.process.recurrence.names, map(pair_of_float, values), strict=True)
        }

    def __str__(self) -> str:
        lines = [f"{self.process} in {self.machine.name}: all starts"]
        listed = [repr(r) for r in self.fixed_points[:LISTED]] + ["..."] * (len(self.fixed_points) > LISTED)
        lines.append(f"  fixed points: {self.fixed_count:,}" + (f": {', '.join(listed)}" if listed else ""))
        if self._cycles:
            long = ", ".join(str(p) for p in self.periods if p > 1)
            lines.append(f"  longer cycles: {len(self.cycles):,}, of periods {long}")
        lines.append(
            f"  every other state is transient ({len(self.certificate):,} boxes)"
            if self.decided
            else f"  undecided: {self.undecided:,} states, the budget being spent; all others are transient"
        )
        return "\n".join(lines)

    __repr__ = __str__


def fate_in_boxes(process: Process, machine: Floats, budget: Budget) -> BoxFate:
    """The fate of every start of a process in two variables; see `fate`."""
    began = time.monotonic()
    program = process.recurrence.program.lowered()
    step = BoxMap(any_arrays(machine), program)
    _check_zeros(step, process)
    known = contraction(program, machine)
    root, proof = known or (((-step.last, step.lost),) * step.count, ())
    return BoxFate(process, machine, search(step, root, proof, began + budget.seconds), step)


def _check_zeros(step: BoxMap, process: Process) -> None:
    """Only a division tells the zeros apart: by what may be zero.

    Every other operation gives equal values for them, or zeros.
    """
    edge = np.array([float("inf")])
    nothing = np.zeros(1)
    boxes: list[Any] = [(-edge, edge)] * step.count
    registers, _ = enclose(step.machine, step.program, [*boxes, (nothing, nothing)])
    for operation, operands, _ in step.program.instructions:
        if operation == "div":
            low, high = registers[operands[1]]
            if not (low[0] > 0 or high[0] < 0):
                raise InputError(
                    f"{process} divides by what may be -0 or +0, so the zeros cannot be one state: in several "
                    "variables fate takes divisors that are never zero; follow single starts with run"
                )


def _size(box: IndexBox) -> int:
    size = 1
    for low, high in box:
        size *= high - low + 1
    return size
