"""The fate of every start: which floats lie on cycles of a step, proved for all of a format at once.

The states are cut into cells, a cell into quarters, as long as it may have floats on cycles: see `cells` for images,
and `cell_graph` for what follows what. What is left at the end is exactly the floats on cycles, because a cell of one
float has one image. Cutting stops with the budget; what is then left is undecided, and the rest is still proved.
The floats on cycles of S are those on cycles of S twice, which is tried where S itself is slow.
"""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.native import pair_of_float
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.soft_arrays import any_arrays
from infinitesimal.runs.starts.box_fate import BoxFate, fate_in_boxes
from infinitesimal.runs.starts.cell_graph import components, cyclic, on_cycles, ranges
from infinitesimal.runs.starts.cells import CellMap, Cells, join, twice
from infinitesimal.runs.starts.enclosures import FUNCTIONS
from infinitesimal.runs.starts.fate_basins import SEVERAL, Basin, sure_starts
from infinitesimal.runs.starts.fate_certificate import RECURRENT, STAYS, TRANSIENT, UNDECIDED, FateCertificate
from infinitesimal.runs.starts.fate_check import check
from infinitesimal.runs.starts.fate_ends import Ends, ends
from infinitesimal.runs.starts.state_spaces import step_on_states, tells_zeros_apart
from infinitesimal.terms.term import OPERATIONS

Array = Any

FEW, MANY = 20_000, 300_000
"""The cells that a first look, and a whole search may take."""
LISTED = 3


@dataclass(frozen=True, slots=True, repr=False)
class FloatRange:
    """All floats of a format from `low` to `high`, and their number."""

    low: Float
    high: Float
    count: int

    def __repr__(self) -> str:
        return repr(self.low) if self.count == 1 else f"{self.low!r} .. {self.high!r} ({self.count:,} floats)"


@dataclass(frozen=True, eq=False, repr=False)
class Fate:
    """What becomes of every start of a process on a machine; -0 and +0 are one start.

    Every finite start ends at a fixed point, on one of `cycles`, at an infinity or NaN, or it comes to an undecided
    float. Nothing else lies on a cycle: `certificate` says why, and `check` verifies it.
    """

    process: Process
    machine: Floats
    certificate: FateCertificate
    map: CellMap

    @property
    def decided(self) -> bool:
        """Whether all floats on cycles are known."""
        return not self.undecided

    @cached_property
    def undecided(self) -> int:
        """The number of finite floats that may or may not lie on cycles: the budget was spent."""
        return sum(high - low + 1 for low, high in self._finite(UNDECIDED))

    @cached_property
    def undecided_ranges(self) -> tuple[FloatRange, ...]:
        return self._ranges(self._finite(UNDECIDED))

    @cached_property
    def fixed_points(self) -> tuple[FloatRange, ...]:
        """The finite fixed points, neighbours together, in their order."""
        return self._ranges(sorted(self._fixed))

    @cached_property
    def fixed_count(self) -> int:
        return sum(high - low + 1 for low, high in self._fixed)

    @cached_property
    def cycles(self) -> tuple[tuple[Float, ...], ...]:
        """The cycles of two floats or more, each from its least finite float on, in the order of those.

        A step with a division may lead through an infinity and back; infinities among themselves are not listed.
        """
        return tuple(tuple(self._number(i) for i in cycle) for cycle in self._cycles)

    @property
    def periods(self) -> tuple[int, ...]:
        """The periods that occur among finite floats."""
        return tuple(sorted({len(c) for c in self._cycles} | ({1} if self._fixed else set())))

    @property
    def recurrent(self) -> int:
        """The number of finite floats known to lie on cycles, fixed points included."""
        top = self.map.machine.top
        return self.fixed_count + len([i for c in self._cycles for i in c if abs(i) <= top])

    @cached_property
    def ends(self) -> Ends:
        """How many finite starts are sure to stay finite, sure to end at an infinity or NaN, and neither."""
        return ends(self.certificate, self.map.machine.top)

    @cached_property
    def basins(self) -> tuple[Basin, ...]:
        """Bounds of the number of finite starts that end at each range of `fixed_points`, and on each of `cycles`.

        They are as sharp as the cells are fine: `least` counts cells from which every walk ends there, and `most` all
        that are not sure to end elsewhere.
        """
        c, top = self.certificate, self.map.machine.top
        numbers, ranges = {}, -1
        fixed = dict(self._fixed)
        before = None
        place = {low: i for i, low in enumerate(c.low)}
        for low in sorted(fixed):
            ranges += before is None or before + 1 != low
            numbers[place[low]], before = ranges, fixed[low]
        ends: list[Any] = [*self.fixed_points, *self.cycles]
        for number, cycle in enumerate(self._cycles, len(self.fixed_points)):
            numbers |= {place[i]: number for i in cycle}
        sure = sure_starts(c, top, numbers)
        rest = sure.get(SEVERAL, 0)
        return tuple(Basin(end, k := sure.get(i, 0), k + rest) for i, end in enumerate(ends))

    def is_recurrent(self, value: object) -> bool | None:
        """Whether a number of the format lies on a cycle; None where that is undecided."""
        index = int(self.map.machine.order(np.float64(float(self.machine.export(self.machine.embed(value))))))
        place = int(np.searchsorted(np.array(self.certificate.high), index))
        status = self.certificate.status[place]
        return None if status == UNDECIDED else status == RECURRENT

    def check(self) -> bool:
        """True: every row of the certificate was verified by exact arithmetic. Raises `Unverified` otherwise."""
        return check(self.certificate, self.process.recurrence, self.machine)

    def _finite(self, status: int) -> list[tuple[int, int]]:
        c, top = self.certificate, self.map.machine.top
        return [(c.low[i], c.high[i]) for i in c.positions(status) if -top <= c.low[i] and c.high[i] <= top]

    @cached_property
    def _following(self) -> dict[int, int]:
        """The single states on cycles, infinities too, each with the one that follows it under one step."""
        c = self.certificate
        singles = [c.low[i] for i in c.positions(RECURRENT) if c.low[i] == c.high[i]]
        return dict(zip(singles, self.map.after(np.array(singles, dtype=np.int64)).tolist(), strict=True))

    @cached_property
    def _fixed(self) -> list[tuple[int, int]]:
        wide = [(low, high) for low, high in self._finite(RECURRENT) if low < high]
        return wide + [(i, i) for i, j in self._following.items() if i == j and abs(i) <= self.map.machine.top]

    @cached_property
    def _cycles(self) -> list[list[int]]:
        found, seen = [], set()
        for start, after in self._following.items():
            if after == start or start in seen or abs(start) > self.map.machine.top:
                continue
            cycle = [start]
            while (after := self._following[cycle[-1]]) != start:
                cycle.append(after)
            seen.update(cycle)
            found.append(cycle)
        return found

    def _ranges(self, ends: list[tuple[int, int]]) -> tuple[FloatRange, ...]:
        merged: list[list[int]] = []
        for low, high in ends:
            if merged and merged[-1][1] + 1 == low:
                merged[-1][1] = high
            else:
                merged.append([low, high])
        return tuple(FloatRange(self._number(low), self._number(high), high - low + 1) for low, high in merged)

    def _number(self, index: int) -> Float:
        pair = pair_of_float(float(self.map.machine.from_order(np.int64(index))))
        return self.machine.export(self.machine.round(*pair) if pair[0] else pair)

    def __str__(self) -> str:
        lines = [f"{self.process} in {self.machine.name}: all starts"]
        listed = [repr(r) for r in self.fixed_points[:LISTED]] + ["..."] * (len(self.fixed_points) > LISTED)
        lines.append(f"  fixed points: {self.fixed_count:,}" + (f": {', '.join(listed)}" if listed else ""))
        if self._cycles:
            shown = [str(list(c[:LISTED])) for c in self.cycles[:LISTED]] + ["..."] * (len(self.cycles) > LISTED)
            lines.append(f"  longer cycles: {len(self.cycles):,}, of periods {self._long()}: {', '.join(shown)}")
        lines.append(
            f"  every other float is transient ({len(self.certificate):,} cells)"
            if self.decided
            else f"  undecided: {self.undecided:,} floats, the budget being spent; all others are transient"
        )
        return "\n".join(lines)

    def _long(self) -> str:
        return ", ".join(str(p) for p in self.periods if p > 1)

    __repr__ = __str__


def fate(process: object, machine: object, *, budget: Budget = DEFAULT_BUDGET) -> Fate | BoxFate:
    """The fate of every start of a process in one or two variables, in a format or `floats(format, rounding)`.

    Exact: the floats on cycles are listed, all others proved transient, with a certificate. `budget.seconds` bounds
    the search, and so does a number of cells; what they leave open is counted as undecided. The start of the process
    plays no part. In two variables it is a `BoxFate`. Functions are those of losses, correctly rounded, without tan.
    Raises `InputError` for a step of three variables, that depends on its number, that can tell -0 from +0, or has
    another function; for a format with values outside binary64.

    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> from infinitesimal.recurrences.descents import descent
    >>> found = fate(descent("x**2/2", rate="0.5"), binary64)
    >>> found.fixed_points, found.check()
    ((-5e-324 .. 5e-324 (3 floats),), True)
    """
    chosen, soft = as_process(process), arithmetic_of(machine)
    recurrence = step_on_states(chosen)
    if not isinstance(soft, Floats):
        raise InputError(f"{soft!r} has no finite set of states: give a format, or floats(format, rounding)")
    if not isinstance(budget, Budget):
        raise InputError(f"budget {budget!r} is not a budget: give one, such as Budget(seconds=10)")
    if len(recurrence.names) > 2:
        raise InputError(
            f"{recurrence} has the variables {', '.join(recurrence.names)}: fate takes one or two; "
            "atlas takes several in small formats"
        )
    program = recurrence.program.lowered()
    if other := sorted({i.operation for i in program.instructions} - set(OPERATIONS) - FUNCTIONS):
        raise InputError(
            f"the step uses {', '.join(other)}, whose monotone pieces are not known here: fate takes + - * / and "
            f"{', '.join(sorted(FUNCTIONS))}, correctly rounded"
        )
    if len(recurrence.names) == 2:
        return fate_in_boxes(chosen, soft, budget)
    step = CellMap(any_arrays(soft), program)
    _check_zeros(step, recurrence)
    return Fate(chosen, soft, _search(step, time.monotonic() + budget.seconds), step)


def _check_zeros(step: CellMap, recurrence: Any) -> None:
    zeros = np.array([0.0, -0.0])
    found = step.machine.order(
        np.broadcast_to(step.program.execute(step.machine, [zeros, step.machine.const(0)])[0], 2)
    )
    if found[0] != found[1]:
        raise tells_zeros_apart(recurrence, recurrence.names[0])


def _search(step: CellMap, deadline: float) -> FateCertificate:
    """The certificate of the first way that decides everything, or of the one that leaves least open."""
    ways = {1: step, 2: CellMap(step.machine, twice(step.program))}
    few = MANY if step.last < FEW * 2 else FEW
    best: tuple[int, FateCertificate] | None = None
    for fold, limit in ((1, few), (2, few), (1, MANY), (2, MANY)):
        found = certified(fold, explore(ways[fold], limit, deadline))
        open_floats = sum(found.high[i] - found.low[i] + 1 for i in found.positions(UNDECIDED))
        if best is None or open_floats < best[0]:
            best = open_floats, found
        if not open_floats or time.monotonic() > deadline:
            break
    assert best is not None
    return best[1]


def explore(step: CellMap, limit: int, deadline: float) -> Cells:
    """A partition of the states: cells that may lie on cycles are cut until they are single, or a limit is reached."""
    live, done = step.cells(*step.binades()), []
    count, spent = 0, 0.0
    while True:
        began = time.monotonic()
        stay = on_cycles(*ranges(live))
        done.append(live.take(~stay))
        count += len(done[-1].low)
        live = live.take(stay)
        wide = ~live.single
        full = count + len(live.low) + 3 * np.count_nonzero(wide) > limit
        if not wide.any() or full or time.monotonic() + spent > deadline:
            return join([*done, live])
        live = join([live.take(~wide), step.cells(*_quarters(live.low[wide], live.high[wide]))])
        spent = time.monotonic() - began  # the next round takes no less as long as the cells grow in number


def _quarters(low: Array, high: Array) -> tuple[Array, Array]:
    size = high - low + 1
    cuts = [low + size // 4 * j + size % 4 * j // 4 for j in range(5)]
    starts, stops = np.stack(cuts[:4], axis=1).ravel(), np.stack(cuts[1:], axis=1).ravel()
    some = starts < stops
    return starts[some], stops[some] - 1


def certified(fold: int, cells: Cells) -> FateCertificate:
    """The certificate of a partition: ranks are the numbers of components, and cells on cycles are told apart.

    A component of single floats is a cycle of the step, since each has one image; one with a wide cell is undecided.
    """
    first, last = ranges(cells)
    rank = components(first, last)
    on_cycle = cyclic(first, last, rank)
    wide = np.bincount(rank, weights=~cells.single)[rank] > 0
    status = np.where(on_cycle, np.where(wide, UNDECIDED, RECURRENT), TRANSIENT)
    status[cells.kind == STAYS] = RECURRENT
    nan = cells.nan.astype(int)
    columns = (cells.low, cells.high, cells.image_low, cells.image_high, cells.kind, status, rank, nan)
    return FateCertificate(fold, *(tuple(column.tolist()) for column in columns))
