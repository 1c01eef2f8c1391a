"""The census of all starts of a format as wide as binary32, in slices."""

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.format import binary32
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.compiled_steps import numba, refuse_functions
from infinitesimal.runs.starts import checkpoints
from infinitesimal.runs.starts.census import Census, EndCycle, by_basin
from infinitesimal.runs.starts.progress import Progress
from infinitesimal.runs.starts.slices import Plan, SliceCounts, check_plan, follow_slice, is_odd, release
from infinitesimal.runs.starts.state_spaces import (
    StateSpace,
    nan_weight,
    step_on_states,
    tells_zeros_apart,
    zero_weight,
)
from infinitesimal.runs.witness import LISTED

SLICE = 1 << 22
"""The states of one task: about a tenth of a second."""
SAVED_EVERY = 16
"""The slices between two writings of the checkpoint."""
LONGEST_CYCLE = 1 << 22
"""The states of cycles that are walked through one by one at the end, all together."""


def census(
    process: object,
    machine: object = binary32,
    *,
    executor: Executor | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    memory: int | None = None,
    most_cycles: int = 255,
    slice: int = SLICE,
    fold: bool = True,
) -> Census:
    """The endings of all starts of a process of one variable: cycles, basins and tails, counted exactly.

    `machine` is a format of up to 25 bits of precision (nearest-even) or `floats(format, rounding)`. All 2**32
    starts of binary32 take a table of 12.9 GB, and half of it where the step is odd, S(-x) = -S(x), which is found
    out from its operations (`fold=False` makes no use of it). `memory` bytes may be taken, by default what the system
    says is available. It takes numba.

    The work is done in slices of `slice` states over `executor` (any `concurrent.futures.Executor`; one thread for
    each processor without it). Threads share one table; every other process makes its own. With `checkpoint`, a path,
    what is done is kept there from time to time and after Ctrl-C, and the same call goes on from it. `progress` is a
    line on stderr, by default only on a terminal.

    Raises `InputError` for a step that is no map of states, too little memory, or a checkpoint that is damaged or of
    another map (it is kept); `BudgetSpent` for a tail longer than 65,534 or more than `most_cycles` cycles;
    `MissingExtra` without numba.

    >>> from infinitesimal.arithmetics.floating.format import Format
    >>> from infinitesimal.recurrences.descents import descent
    >>> found = census(descent("x**2/2", rate="1/2"), Format(6, -30, 30))
    >>> found.longest_tail, found.cycles[0]
    (64, EndCycle(values=(-3e-11,), period=1, basin=1951))
    """
    chosen, soft = as_process(process), arithmetic_of(machine)
    plan = _plan(chosen, soft, most_cycles, fold)
    if not isinstance(slice, int) or isinstance(slice, bool) or slice < 1:
        raise InputError(f"slice {slice!r} is not a number of states: give an integer from 1 on")
    _check_memory(plan, memory)
    numba()
    work = _Work(chosen, plan, slice, None if checkpoint is None else Path(checkpoint))
    shown = os.isatty(2) if progress is None else progress
    try:
        if executor is not None:
            return work.drive(executor, shown)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return work.drive(threads, shown)
    finally:
        release(plan)


def _plan(process: Process, machine: Any, most_cycles: int, fold: bool) -> Plan:
    recurrence = step_on_states(process)
    if not isinstance(machine, Floats):
        raise InputError(f"{machine!r} has no finite set of states: give a format, or floats(format, rounding)")
    if len(recurrence.names) > 1:
        raise InputError(
            f"{recurrence} has {len(recurrence.names)} components: a census has one; atlas takes several in small "
            "formats, and fate in large ones"
        )
    refuse_functions(recurrence)
    odd = fold and is_odd(recurrence, machine.rounding)
    plan = Plan(recurrence, machine.format, machine.rounding, most_cycles, odd)
    check_plan(plan)
    after = [_after(plan, zero) for zero in (0.0, -0.0)]
    if not (after[0] == after[1] or np.isnan(after).all()):
        raise tells_zeros_apart(recurrence, recurrence.names[0])
    return plan


def _after(plan: Plan, value: Any) -> float:
    machine: Any = plan.arrays
    return float(plan.recurrence.program.execute(machine, [np.float64(value), np.float64(0)])[0])


def _check_memory(plan: Plan, memory: int | None) -> None:
    limit = _available() if memory is None else memory
    if plan.bytes > limit:
        raise InputError(
            f"a table of {plan.states:,} states takes {plan.bytes / 1e9:,.1f} GB, and {limit / 1e9:,.1f} GB are "
            "available: take a smaller format, or fate, which needs no table"
        )


def _available() -> int:
    """The bytes of memory that the system can give; the whole of it where it does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 1 << 34


@dataclass
class _Work:
    """The slices of one census: which are done, and the counts of those together."""

    process: Process
    plan: Plan
    slice: int
    path: Path | None
    done: set[int] = field(default_factory=set)
    tails: dict[int, int] = field(default_factory=dict)
    basins: dict[int, int] = field(default_factory=dict)
    longest: int = -1
    deepest: int = 0
    walked: int = 0

    @property
    def header(self) -> dict[str, Any]:
        plan = self.plan
        format = plan.format
        return {
            "map": str(plan.recurrence.step),
            "format": f"{format.precision} {format.emin} {format.emax} {format.subnormals} {format.overflow} "
            f"{format.largest_significand}",
            "rounding": str(plan.rounding),
            "folded": plan.odd,
            "states": plan.states,
            "slice": self.slice,
        }

    def drive(self, executor: Executor, shown: bool) -> Census:
        self._load()
        plan, starts = self.plan, range(0, self.plan.states, self.slice)
        waiting = [first for first in starts if first not in self.done]
        what = (
            f"{self.process} in {plan.machine.name}: {plan.states:,} states, a table of {plan.bytes / 1e9:,.2f} GB"
            + (", odd: magnitudes only" if plan.odd else "")
        )
        line = Progress(what, plan.states, self._counted(), shown)
        futures: dict[Future[SliceCounts], int] = {}
        try:
            for first in waiting:
                last = min(first + self.slice, plan.states)
                futures[executor.submit(follow_slice, plan, first, last)] = first
            self._gather(futures, line)
        except BaseException as error:
            for future in futures:
                future.cancel()
            self._take_finished(futures)
            self._save()
            if isinstance(error, KeyboardInterrupt):
                line.interrupted(self._how_to_go_on())
            raise
        if waiting:
            self._save()
        return self._census()

    def _gather(self, futures: dict[Future[SliceCounts], int], line: Progress) -> None:
        pending, unsaved = set(futures), 0
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                self._add(futures[future], future.result())
                unsaved += 1
            if unsaved >= SAVED_EVERY:
                self._save()
                unsaved = 0
            line.at(self._counted())

    def _take_finished(self, futures: dict[Future[SliceCounts], int]) -> None:
        """The slices that were under way when the count was broken off; they take no second each."""
        started = [future for future in futures if not future.cancelled()]
        wait(started, timeout=30)
        for future in started:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._add(futures[future], future.result())

    def _add(self, first: int, counts: SliceCounts) -> None:
        if first in self.done:
            return
        self.done.add(first)
        for mine, theirs in ((self.tails, counts.tails), (self.basins, counts.basins)):
            for key, count in theirs.items():
                mine[key] = mine.get(key, 0) + count
        if self._rank(counts.longest, counts.deepest) > self._rank(self.longest, self.deepest):
            self.longest, self.deepest = counts.longest, counts.deepest

    def _rank(self, tail: int, state: int) -> tuple[int, int, int]:
        """The longer tail, and then the lesser encoding, is the greater."""
        offset = self.plan.offset
        return tail, int(state >= offset), -abs(state - offset)

    def _counted(self) -> int:
        return min(len(self.done) * self.slice, self.plan.states)

    # Checkpoints

    def _save(self) -> None:
        if self.path is None or not self.done:
            return
        body = {
            "done": sorted(self.done),
            "tails": sorted(self.tails.items()),
            "basins": sorted(self.basins.items()),
            "longest": self.longest,
            "deepest": self.deepest,
        }
        checkpoints.save(self.path, self.header, body)

    def _load(self) -> None:
        body = None if self.path is None else checkpoints.load(self.path, self.header)
        if body is not None:
            self.done, self.tails, self.basins = set(body["done"]), dict(body["tails"]), dict(body["basins"])
            self.longest, self.deepest = body["longest"], body["deepest"]

    def _how_to_go_on(self) -> str:
        share = f"{self._counted():,} of {self.plan.states:,} states are counted"
        if self.path is None:
            return f"broken off: {share}, and nothing is kept without checkpoint='a path'"
        return f"broken off: {share} and kept in {str(self.path)!r}; the same call goes on from there"

    # The result

    def _census(self) -> Census:
        """The counts of all starts: each state counts for its encodings, and magnitudes for both signs."""
        plan = self.plan
        each = 2 if plan.odd else 1
        tails = {k: each * count for k, count in self.tails.items()}
        basins = {root: each * count for root, count in self.basins.items()}
        merged = 0
        for state, weight in ((plan.offset, zero_weight(plan.arrays)), (plan.states - 1, nan_weight(plan.arrays))):
            ending = follow_slice(plan, state, state + 1)
            tails[ending.longest] += weight - each
            basins[next(iter(ending.basins))] += weight - each
            merged += weight - 1 if ending.longest == 0 and weight else 0
        counts = tuple(tails.get(k, 0) for k in range(max(k for k, count in tails.items() if count) + 1))
        starts = StateSpace(plan.arrays, plan.recurrence.names).starts
        deepest = self._export([plan.value(self.deepest)])[0]
        return Census(self.process, plan.machine, starts, counts, self._cycles(basins), deepest, merged)

    def _cycles(self, basins: dict[int, int]) -> tuple[EndCycle, ...]:
        """The cycles, each from its least state on where all of it is listed."""
        found = [c for root in sorted(basins) for c in self._cycles_of(root, basins[root]) if c.basin]
        values = iter(self._export([x for c in found for x in c.values]))
        return by_basin([c._replace(values=tuple(next(values) for _ in c.values)) for c in found])

    def _cycles_of(self, root: int, basin: int) -> list[EndCycle]:
        """The cycles of the map that a cycle of the table stands for: itself; of magnitudes either one that has both
        signs, of twice the length or of zero, or two that mirror each other, and share the basin alike.
        """
        plan = self.plan
        first = plan.value(root)
        values, value, period = [first], _after(plan, first), 1
        while plan.state(value) != root:
            self.walked += 1
            if self.walked > LONGEST_CYCLE:
                raise BudgetSpent(f"the cycles have more than {LONGEST_CYCLE:,} states: their values are not listed")
            if period < LISTED:
                values.append(value)
            value, period = _after(plan, value), period + 1
        single = first == 0 or first != first  # noqa: PLR0124 (NaN)
        if not plan.odd or single:
            return [_cycle(values, period, basin)]
        mirrored = [-x for x in values]
        if value == first:
            return [_cycle(mirrored, period, basin // 2), _cycle(values, period, basin // 2)]
        return [_cycle([*values, *mirrored] if period < LISTED else values, 2 * period, basin)]

    def _export(self, values: list[float]) -> list[Any]:
        exported: Callable[[Any], list[Any]] = self.plan.arrays.export
        return exported(np.array(values))


def _cycle(values: list[float], period: int, basin: int) -> EndCycle:
    if 1 < period == len(values):
        least = values.index(min(values))
        values = values[least:] + values[:least]
    return EndCycle(tuple(values[:LISTED]), period, basin)
