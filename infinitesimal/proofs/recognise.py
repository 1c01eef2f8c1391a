"""Results as claims: from a process, a run or a contrast to the theorem about it."""

from fractions import Fraction
from functools import singledispatch
from itertools import islice
from typing import Any

from infinitesimal.arithmetics.floating.format import INFINITIES, NAN, Pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.contrasts.contrast import Contrast
from infinitesimal.errors import InputError, Undecided
from infinitesimal.linear.affine import affine_map
from infinitesimal.proofs.claims import (
    Claim,
    DescentDivergence,
    DescentLimit,
    GeometricDivergence,
    GeometricLimit,
    RaceMeeting,
    ToleranceStop,
)
from infinitesimal.proofs.machine_claims import Arrival, ContrastClaim, Cycle, Machine
from infinitesimal.proofs.mirror import states
from infinitesimal.proofs.moduli import modulus
from infinitesimal.proofs.printing import format_name
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.races import Race
from infinitesimal.recurrences.recurrence import Process, Recurrence
from infinitesimal.recurrences.series import Geometric
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.runs.witness import RuleMet
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import variables

MAX_RUN = 50_000
"""The longest run, in updates, that the specification is asked to repeat: about ten seconds in binary64."""

Exact = GeometricLimit | GeometricDivergence | DescentLimit | DescentDivergence


@singledispatch
def claim(result: Any) -> Claim:
    """The claim that a result makes: of a series, a race, a descent, a run, or a contrast of one machine.

    A claim stays as it is. Raises `Undecided`, with the hypothesis that fails, where no family of theorems has it, and
    `InputError` for what is no result.

    >>> from infinitesimal.recurrences.series import zeno
    >>> claim(zeno())
    GeometricLimit(first=Fraction(1, 2), ratio=Fraction(1, 2), limit=Fraction(1, 1),
                   modulus=Modulus(halving=1, shift=0))
    """
    raise InputError(f"{result!r} is nothing that is proved: give a series, a race, a descent, a run or a contrast")


@claim.register
def _(result: Claim) -> Claim:
    return result


@claim.register
def _(result: Geometric) -> Claim:
    if variables(result.first, result.ratio):
        raise Undecided(f"no proof: {result} has parameters; give them numbers")
    first, ratio = constant(result.first), constant(result.ratio)
    if not first or not ratio:
        raise Undecided(f"no proof: {'first term' if not first else 'ratio'} 0, so the sum is reached after one term")
    if abs(ratio) >= 1:
        return GeometricDivergence(first, ratio)
    limit = first / (1 - ratio)
    return GeometricLimit(first, ratio, limit, modulus(abs(limit), ratio))


@claim.register
def _(result: Race) -> Claim:
    a, t, d = result.achilles, result.tortoise, result.head_start
    time, place = result.meeting_time, result.meeting_place
    if time is None or place is None or t <= 0 or d <= 0 or a <= t:
        raise Undecided("no proof: the tortoise has to move and to be ahead, and Achilles to be faster")
    return RaceMeeting(a, t, d, time, place, modulus(place, t / a))


@claim.register(Descent)
@claim.register(Recurrence)
def _(result: Descent | Recurrence) -> Claim:
    found = affine_map(result)
    if found is None or not found.is_scalar:
        raise Undecided(f"no proof: {result} is not an affine step of one number with constant coefficients")
    name, step = result.recurrence.step[0]
    if variables(step) != (name,):
        raise Undecided(f"no proof: the step {step} does not move one number by itself alone")
    start, ratio = result.recurrence.start_values()[name], _fraction(found.matrix[0, 0])
    if ratio == 1:
        raise Undecided("no proof: the step adds the same number each time, so it has no fixed point to speak of")
    limit = _fraction(found.forcing[0][0]) / (1 - ratio)
    if start == limit:
        raise Undecided(f"no proof: the start {show(start)} is the fixed point, where every iterate stays")
    if abs(ratio) >= 1:
        return DescentDivergence(name, step, start, limit, ratio)
    if not ratio:
        raise Undecided(f"no proof: the ratio is 0, so the limit {show(limit)} is reached at the first step")
    return DescentLimit(name, step, start, limit, ratio, modulus(abs(start - limit), ratio))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


@claim.register
def _(result: Trajectory) -> Claim:
    if getattr(result.arithmetic, "exact", False):
        return _tolerance_stop(result)
    halt, machine = result.halt, _machine(result)
    if halt.reason is Reason.CYCLE:
        return _cycle(machine, halt)
    if not halt.settles or halt.arrival is None:
        raise Undecided(f"no proof: the run ended by {halt.reason}, which says nothing about what comes after")
    _affordable(halt.arrival)
    return _arrival(machine, halt, halt.arrival)


def _tolerance_stop(trajectory: Trajectory) -> ToleranceStop:
    """An exact run that a tolerance stopped, on a process whose limit is proved."""
    halt = trajectory.halt
    if not isinstance(halt.witness, RuleMet) or halt.witness.rule.strict:
        raise Undecided(f"no proof: an exact run that ended by {halt.reason}; one that met a tolerance is proved")
    exact = claim(_of(trajectory.process))
    if not isinstance(exact, DescentLimit) or halt.step < 2:
        raise Undecided(
            "no proof: a tolerance that is met after the first update, by a descent in one variable, is proved"
        )
    _affordable(halt.step)
    bound, steps = halt.witness.rule.bound, halt.step - 1
    return ToleranceStop(exact.name, exact.step, exact.start, exact.limit, exact.ratio, bound, steps)


def _machine(trajectory: Trajectory) -> Machine:
    format = getattr(trajectory.arithmetic, "format", None)
    if format is None or getattr(trajectory.arithmetic, "rounding", Rounding.NEAREST_EVEN) is not Rounding.NEAREST_EVEN:
        raise Undecided(
            f"no proof: runs in {trajectory.arithmetic!r} are not specified; those to nearest, ties to even, are"
        )
    format_name(format)
    recurrence = trajectory.process.recurrence
    if recurrence.counts_steps:
        raise Undecided("no proof: the update depends on its own number, and a machine here is its state alone")
    return Machine(recurrence, format)


def _affordable(steps: int) -> None:
    if steps > MAX_RUN:
        raise Undecided(f"no proof: the run has {steps} updates; the specification repeats at most {MAX_RUN}")


def _cycle(machine: Machine, halt: Halt) -> Cycle:
    if halt.tail is None or halt.period is None:
        raise Undecided("no proof: the tail and the period of the cycle are not known")
    _affordable(halt.tail + 2 * halt.period)
    return Cycle(machine, halt.tail, halt.period)


def _arrival(machine: Machine, halt: Halt, arrival: int) -> Arrival:
    """The arrival with its witness: after how many steps more the whole state is fixed."""
    recurrence = machine.recurrence
    alone = len(recurrence.watch) == 1 and len(recurrence.names) > 1
    watch = recurrence.names.index(recurrence.watch[0]) if alone else None
    if watch is None and set(recurrence.watch) != set(recurrence.names):
        raise Undecided("no proof: several components are watched, and not all of them; watch one, or all")
    watched = slice(None) if watch is None else slice(watch, watch + 1)
    walk = islice(states(machine), arrival, None)
    state = next(walk)
    value: tuple[Pair, ...] = state[watched]
    if any(pair == NAN for pair in value):
        raise Undecided("no proof: the run ends in NaN, which is no value to arrive at")
    for settling, following in enumerate(walk):
        if following == state:
            return Arrival(machine, watch, arrival, value, settling)
        if following[watched] != value:
            raise Undecided(f"no proof: the value leaves again after step {arrival + settling}")
        _affordable(arrival + settling)
        state = following
    raise AssertionError("a machine runs without end")


@claim.register
def _(result: Contrast) -> Claim:
    if len(result.trajectories) != 1:
        raise Undecided(
            f"no proof: the contrast has {len(result.trajectories)} runs, and a theorem is about one: "
            "give one arithmetic, as in contrast(process, binary64)"
        )
    exact, machine = claim(_of(result.process)), claim(result.trajectories[0])
    if not isinstance(exact, Exact) or not isinstance(machine, Arrival | Cycle):
        raise Undecided("no proof: contrasts of series and of descents in one variable are proved, no others")
    value = None
    if isinstance(machine, Arrival) and len(machine.value) == 1 and machine.value[0] not in INFINITIES:
        value = machine.machine.format.value(machine.value[0])
    return ContrastClaim(exact, machine, value)


def _of(process: Process) -> Process:
    if not isinstance(process, Geometric | Race | Descent | Recurrence):
        raise Undecided(f"no proof: {process} is in none of the families: geometric series, races, affine descents")
    return process
