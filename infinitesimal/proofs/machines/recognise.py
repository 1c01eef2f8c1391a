"""Machine runs as claims: from a trajectory to the theorem about it."""

from itertools import islice

from infinitesimal.arithmetics.floating.format import NAN, Pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.errors import Undecided
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.machines.machine import Machine, states
from infinitesimal.proofs.printing import format_name
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.trajectory import Trajectory

MAX_RUN = 50_000
"""The longest run, in updates, that the specification is asked to repeat: about ten seconds in binary64."""


def run_claim(result: Trajectory) -> Claim:
    """The claim of a run in a format: it arrives and stays, or it cycles."""
    halt, machine = result.halt, _machine(result)
    if halt.reason is Reason.CYCLE:
        return _cycle(machine, halt)
    if not halt.settles or halt.arrival is None:
        raise Undecided(f"no proof: the run ended by {halt.reason}, which says nothing about what comes after")
    _affordable(halt.arrival)
    return _arrival(machine, halt, halt.arrival)


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
