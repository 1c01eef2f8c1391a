"""The same mathematics in two orders of operations is two machines: where their runs and their atlases differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.arrays import fits_arrays
from infinitesimal.arithmetics.floating.format import binary64
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.arithmetics.rational_functions import Quotient, RationalFunctions
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence, recurrence
from infinitesimal.runs.run import run
from infinitesimal.runs.starts.atlas import Atlas, atlas
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.terms.parse import read
from infinitesimal.terms.term import Term, fold, term, variables

COMPARED = 200_000
"""The updates of two runs that are compared at most, in search of the first that differs."""
WIDEST = 16
"""The bits of a state for which atlases are made too."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first update after which two runs differ, and the values of both there."""

    step: int
    values: tuple[Any, Any]

    def __str__(self) -> str:
        return f"update {self.step}: {self.values[0]} and {self.values[1]}"


@dataclass(frozen=True, repr=False)
class Orders:
    """Several orders of one step on a machine, compared with the first one.

    `runs` are those from the start, where one was given, and `differences` the first update at which each differs from
    the first run (None: none was found among the first `compared` updates). `atlases` and `changed` (how many starts
    have another successor than in the first order) belong to formats of at most 16 bits, and are empty for others.
    """

    machine: Floats
    recurrences: tuple[Recurrence, ...]
    runs: tuple[Trajectory, ...]
    differences: tuple[Difference | None, ...]
    compared: int
    atlases: tuple[Atlas, ...]
    changed: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Each order as it is computed."""
        return tuple(", ".join(str(t) for _, t in r.step) for r in self.recurrences)

    def __str__(self) -> str:
        lines = [f"{len(self.recurrences)} orders of one step in {self.machine.name}"]
        for i, name in enumerate(self.names):
            lines.append(name)
            if self.runs:
                lines.append(f"  {self.runs[i].halt}")
                if i:
                    lines.append(f"  differs from the first at {self.differences[i] or 'no update that was looked at'}")
            if self.atlases:
                totals = self.atlases[i].census
                lines.append(
                    f"  all {totals.starts:,} starts: {len(totals.fixed_points)} fixed points, "
                    f"{len(totals.longer_cycles)} longer cycles, longest tail {totals.longest_tail}"
                    + (f"; {self.changed[i]:,} starts have another successor" if i else "")
                )
        return "\n".join(lines)

    __repr__ = __str__


def compare_orders(
    *steps: object, start: object = None, machine: object = binary64, budget: Budget = DEFAULT_BUDGET
) -> Orders:
    """Where the orders `steps` of one and the same step become different machines.

    Each is a text or a term in one variable, or a map from names to such for several. That they are equal as
    polynomials, or as quotients of polynomials, is checked exactly. `start` is a number, or a map from names, for the
    runs; a format of at most 16 bits gets an atlas of each order as well. Raises `InputError` for steps that are not
    equal, that have functions, or fewer than two of them.

    >>> found = compare_orders("x/2", "x - 0.25*(2*x)", start=1)
    >>> found.differences[1]
    Difference(step=1075, values=(0.0, 5e-324))
    >>> [r.halt.step for r in found.runs]
    [1076, 1075]
    """
    if len(steps) < 2:
        raise InputError("one order has nothing to be compared with: give two steps or more")
    soft = arithmetic_of(machine)
    if not isinstance(soft, Floats):
        raise InputError(f"{soft!r} rounds nothing: give a format, or floats(format, rounding)")
    terms = _terms(steps)
    names = tuple(terms[0])
    _check_equal(terms)
    starts = _starts(start, names)
    chosen = tuple(_without_start(step) if start is None else recurrence(step, starts) for step in terms)
    runs = tuple(run(r, soft, budget=budget) for r in chosen) if start is not None else ()
    differences = tuple(_first_difference(runs[0], other) for other in runs)
    atlases = _atlases(chosen, soft)
    changed = tuple(int(a.space.weights[a.successors != atlases[0].successors].sum()) for a in atlases)
    return Orders(soft, chosen, runs, differences, COMPARED, atlases, changed)


def _terms(steps: tuple[object, ...]) -> list[dict[str, Term]]:
    """Each step as a map from the same names to terms."""
    if all(isinstance(step, Mapping) for step in steps):
        found = [{str(name): _term(value) for name, value in dict(step).items()} for step in steps]  # type: ignore[call-overload]
    elif any(isinstance(step, Mapping) for step in steps):
        raise InputError("some steps are maps from names and some are not: give all of them in one way")
    else:
        single = [_term(step) for step in steps]
        used = sorted({name for t in single for name in variables(t) if name != STEP_NUMBER})
        if len(used) != 1:
            raise InputError(
                f"the steps are in the variables {', '.join(used) or 'none'}: a text is a step in one variable; "
                "give maps from names to terms for several"
            )
        found = [{used[0]: t} for t in single]
    for step in found[1:]:
        if set(step) != set(found[0]):
            raise InputError(f"one step updates {', '.join(found[0])} and another one {', '.join(step)}")
    return [{name: step[name] for name in found[0]} for step in found]


def _term(value: object) -> Term:
    return read(value) if isinstance(value, str) else term(value)


def _check_equal(steps: list[dict[str, Term]]) -> None:
    used = sorted({name for step in steps for t in step.values() for name in (*variables(t), *step)} | {STEP_NUMBER})
    functions = RationalFunctions(tuple(used), tuple(used))
    for name in steps[0]:
        first = _quotient(steps[0][name], functions)
        for step in steps[1:]:
            other = _quotient(step[name], functions)
            if first.top * other.bottom != other.top * first.bottom:
                raise InputError(
                    f"{steps[0][name]} and {step[name]} are not the same mathematics: they differ by "
                    f"{functions.sub(first, other).top}"
                )


def _quotient(t: Term, functions: RationalFunctions) -> Quotient:
    try:
        found: Quotient = fold(t, functions, functions.variable)
    except NotPolynomial as error:
        raise InputError(f"{t} cannot be compared exactly: {error}") from None
    return found


def _starts(start: object, names: tuple[str, ...]) -> dict[str, object]:
    return dict(start) if isinstance(start, Mapping) else dict.fromkeys(names, start)


def _without_start(step: dict[str, Term]) -> Recurrence:
    return Recurrence(tuple(step.items()), (), tuple(step))


def _first_difference(first: Trajectory, other: Trajectory) -> Difference | None:
    if other is first:
        return None
    pairs = zip(first.values, other.values, strict=False)
    for n, (a, b) in enumerate(islice(pairs, COMPARED + 1)):
        if repr(a) != repr(b):
            return Difference(n, (a, b))
    length = min(len(first.values), len(other.values))
    if len(first.values) == len(other.values) or length > COMPARED:
        return None
    # One of them stopped: a fixed point of one order may still move in the other.
    longer = first if len(first.values) > length else other
    shorter = other if longer is first else first
    last, following = shorter.values[-1], longer.values[length]
    if not shorter.halt.settles or repr(last) == repr(following):
        return None
    values = (following, last) if longer is first else (last, following)
    return Difference(length, values)


def _atlases(recurrences: tuple[Recurrence, ...], machine: Floats) -> tuple[Atlas, ...]:
    first = recurrences[0]
    small = machine.format.width * len(first.names) <= WIDEST
    counts = any(r.counts_steps or r.parameters for r in recurrences)
    if not small or counts or not fits_arrays(machine.format, machine.rounding):
        return ()
    try:
        return tuple(atlas(r, machine) for r in recurrences)
    except InputError:
        return ()  # a step that can tell -0 from +0
