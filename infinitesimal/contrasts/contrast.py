"""Contrasts: the exact process, its closed form and its limit, beside runs in other arithmetics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.format import bfloat16, binary16, binary32, binary64
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.contrasts.error import error_in_ulps, relative_error
from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undecided, Undefined
from infinitesimal.limits.closed_form import ClosedForm, closed_form
from infinitesimal.limits.limit import limit
from infinitesimal.limits.values import at
from infinitesimal.linear.affine import affine_map
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.rules import Tolerance
from infinitesimal.runs.run import run
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.terms.term import KINKED, functions

DEFAULT_MACHINES = (bfloat16, binary16, binary32, binary64)
EXACT_VALUE = Budget(steps=20_000, bits=1_000_000, seconds=2.0)
"""What the exact values of a table may cost; beyond it the cell says so."""


class Row(NamedTuple):
    """One component after n updates: exactly, and in one arithmetic, with the error in exact numbers.

    `exact` is None where the exact value is beyond the budget; `ulps` is the error in units of the
    format's spacing at the exact value, `relative` the error over the exact value.
    """

    n: int
    name: str
    arithmetic: str
    exact: Fraction | None
    value: Any
    ulps: Fraction | None
    relative: Fraction | None


@dataclass(frozen=True)
class Contrast:
    """One process read exactly and by machines.

    `trajectories` has a run for each arithmetic; `closed_form` and `limit` are None where none is
    known, and `limit_note` says why.
    """

    process: Process
    trajectories: tuple[Trajectory, ...]
    closed_form: ClosedForm | None
    limit: Any
    limit_note: str
    _exact: dict[int, dict[str, Fraction]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def sample(self) -> tuple[int, ...]:
        """The step numbers worth showing: the first ones, and those at which a machine arrives and halts."""
        longest = max((t.steps for t in self.trajectories), default=10)
        chosen = {*range(min(5, longest) + 1)}
        for trajectory in self.trajectories:
            halt = trajectory.halt
            chosen |= {k for k in (halt.arrival, halt.step) if k is not None and k <= longest}
        return tuple(sorted(chosen))

    @property
    def machines(self) -> tuple[Trajectory, ...]:
        """The runs that are not exact; exact values are always there, whether or not QQ was named."""
        return tuple(t for t in self.trajectories if t.arithmetic != QQ)

    def exact(self, steps: Iterable[int]) -> dict[int, dict[str, Fraction]]:
        """The exact watched values by step number and name, in one go.

        A step number whose exact value is beyond the budget of a table, or undefined, is missing.
        Raises `InputError` for what is no step number.
        """
        wanted = _step_numbers(steps)
        missing = [n for n in wanted if n not in self._exact]
        if missing:
            self._exact.update(self._jumps(missing) if affine_map(self.process) is not None else self._walk(missing))
        return {n: self._exact[n] for n in wanted if n in self._exact}

    def _jumps(self, wanted: list[int]) -> Iterator[tuple[int, dict[str, Fraction]]]:
        for n in wanted:
            try:
                yield n, self._named(at(self.process, n, EXACT_VALUE))
            except BudgetSpent:
                return

    def _walk(self, wanted: list[int]) -> Iterator[tuple[int, dict[str, Fraction]]]:
        """One exact run up to the last step number wanted, as far as the budget reaches; none of irrationals."""
        if set(functions(*(t for _, t in self.process.recurrence.step))) - set(KINKED):
            return
        last = min(wanted[-1], EXACT_VALUE.steps)
        try:
            exact_run = run(self.process, QQ, last, budget=EXACT_VALUE)
        except Undefined as error:  # the values before the division by zero are there
            if not error.update:
                return
            exact_run = run(self.process, QQ, error.update - 1, budget=EXACT_VALUE)
        reached = [n for n in wanted if n <= exact_run.steps]
        for n, value in exact_run.values.select(reached):
            yield n, self._named(value)

    def _named(self, value: Any) -> dict[str, Fraction]:
        return value if isinstance(value, dict) else {self.process.recurrence.watch[0]: value}

    def rows(self, steps: Iterable[int] | None = None) -> Iterator[Row]:
        """The rows for some step numbers (the sample when None), arithmetic by arithmetic.

        After its halt a run keeps its last value, as the machine would.
        """
        wanted = _step_numbers(self.sample if steps is None else steps)
        exact = self.exact(wanted)
        for trajectory in self.trajectories:
            for n, value in self.machine_values(trajectory, wanted):
                for name in self.process.recurrence.watch:
                    yield self._row(trajectory, n, name, exact[n][name] if n in exact else None, value[name])

    def machine_values(self, trajectory: Trajectory, wanted: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The watched values of one run at increasing step numbers, in one walk.

        A halted machine is shown with the value at which it stays; a cycle, or a run that was
        stopped, is not shown beyond its last update.
        """
        watch, halt = self.process.recurrence.watch, trajectory.halt
        walked = trajectory.steps if not halt.settles or halt.arrival is None else halt.arrival
        for n, value in trajectory.values.select(n for n in wanted if n < walked):
            yield n, value if isinstance(value, dict) else {watch[0]: value}
        last = halt.value if isinstance(halt.value, dict) else {watch[0]: halt.value}
        yield from ((n, last) for n in wanted if n == trajectory.steps or (n >= walked and halt.settles))

    def _row(self, trajectory: Trajectory, n: int, name: str, exact: Fraction | None, value: Any) -> Row:
        ulps = error_in_ulps(value, exact) if isinstance(value, Float) and exact is not None else None
        relative = relative_error(value, exact) if exact is not None else None
        return Row(n, name, trajectory.arithmetic.name, exact, value, ulps, relative)

    def __str__(self) -> str:
        runs = "; ".join(f"{t.arithmetic.name}: {t.halt}" for t in self.trajectories)
        return f"{self.process} | limit {self.limit if self.limit is not None else self.limit_note} | {runs}"

    __repr__ = __str__


def contrast(
    process: Process,
    *arithmetics: object,
    steps: int | None = None,
    stop: Tolerance | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> Contrast:
    """The exact process beside its runs in `arithmetics` (bfloat16, binary16, binary32 and binary64
    when none is given). The exact values are always there; giving QQ as well adds an exact run, of as
    many steps as the longest of the others.

    `steps`, `stop` and `budget` are those of `run`.

    >>> from infinitesimal.recurrences.series import zeno
    >>> [t.halt.step for t in contrast(zeno()).trajectories]
    [10, 13, 26, 55]
    """
    chosen = as_process(process)
    chosen.recurrence.start_values()
    machines = [arithmetic_of(a) for a in (arithmetics or DEFAULT_MACHINES)]
    runs = {m: run(chosen, m, steps, stop, budget=budget) for m in machines if not getattr(m, "exact", False)}
    longest = max((t.steps for t in runs.values()), default=None) if steps is None else steps
    for m in machines:
        if m not in runs:
            runs[m] = run(chosen, m, longest, stop, budget=budget)
    trajectories = tuple(runs[m] for m in machines)
    return _beside(chosen, trajectories)


def contrast_of(trajectory: Trajectory) -> Contrast:
    """The exact process beside a run that has been made."""
    return _beside(trajectory.process, (trajectory,))


def _beside(process: Process, trajectories: tuple[Trajectory, ...]) -> Contrast:
    return Contrast(process, trajectories, _closed_form(process), *_limit(process))


def _closed_form(process: Process) -> ClosedForm | None:
    """The closed form; None also where it would be too large."""
    try:
        return closed_form(process)
    except Undecided:
        return None


def _step_numbers(steps: Iterable[int]) -> list[int]:
    """The step numbers given, each once, in increasing order."""
    found = list(steps) if isinstance(steps, Iterable) else []
    wrong = any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for n in found)
    if wrong or not isinstance(steps, Iterable):
        raise InputError(f"steps {steps!r} are not step numbers: give integers from 0 on, such as [0, 1, 10]")
    return sorted(set(found))


def _limit(process: Process) -> tuple[Any, str]:
    """The limit, or None and the reason in a few words."""
    try:
        return limit(process), ""
    except Diverges as error:
        return None, f"none: {error.manner}"
    except Undecided:
        return None, "not decided: no closed form is known"
