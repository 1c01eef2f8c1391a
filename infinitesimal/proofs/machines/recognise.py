"""Machine runs as claims: from a trajectory to the theorem about it."""

from infinitesimal.arithmetics.floating.format import NAN, Pair
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import Undecided
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.machines.machine import Machine, states_after
from infinitesimal.proofs.machines.updates import wants_hardware
from infinitesimal.proofs.printing import format_name
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.trajectory import Trajectory


def run_claim(result: Trajectory) -> Claim:
    """The claim of a run in a format: it arrives and stays, or it cycles."""
    halt, machine = result.halt, _machine(result)
    if halt.reason is Reason.CYCLE:
        return _cycle(machine, halt)
    if not halt.settles or halt.arrival is None:
        raise Undecided(f"no proof: the run ended by {halt.reason}, which says nothing about what comes after")
    return _arrival(machine, halt, halt.arrival)


def _machine(trajectory: Trajectory) -> Machine:
    arithmetic = trajectory.arithmetic
    if not isinstance(arithmetic, Floats):
        raise Undecided(f"no proof: runs in {arithmetic!r} are not specified; those in formats that round are")
    format_name(arithmetic.format, arithmetic.rounding)
    recurrence = trajectory.process.recurrence
    if recurrence.counts_steps:
        raise Undecided("no proof: the update depends on its own number, and a machine here is its state alone")
    return Machine(recurrence, arithmetic.format, arithmetic.rounding)


def _cycle(machine: Machine, halt: Halt) -> Cycle:
    if halt.tail is None or halt.period is None:
        raise Undecided("no proof: the tail and the period of the cycle are not known")
    return Cycle(machine, halt.tail, halt.period, wants_hardware(machine, halt.tail + 2 * halt.period))


def _arrival(machine: Machine, halt: Halt, arrival: int) -> Arrival:
    """The arrival with its witness: after how many steps more the whole state is fixed."""
    recurrence = machine.recurrence
    alone = len(recurrence.watch) == 1 and len(recurrence.names) > 1
    watch = recurrence.names.index(recurrence.watch[0]) if alone else None
    if watch is None and set(recurrence.watch) != set(recurrence.names):
        raise Undecided("no proof: several components are watched, and not all of them; watch one, or all")
    hardware = wants_hardware(machine, arrival)
    watched = slice(None) if watch is None else slice(watch, watch + 1)
    walk = states_after(machine, arrival)
    state = next(walk)
    value: tuple[Pair, ...] = state[watched]
    if any(pair == NAN for pair in value):
        raise Undecided("no proof: the run ends in NaN, which is no value to arrive at")
    mark, room, gone = state, 1, 0  # Brent's marks: a state that comes again is on a cycle
    for settling, following in enumerate(walk):
        if following == state:
            return Arrival(machine, watch, arrival, value, settling, hardware)
        if following[watched] != value:
            raise Undecided(f"no proof: the value leaves again after step {arrival + settling}")
        hardware = wants_hardware(machine, arrival + settling)
        state, gone = following, gone + 1
        if state == mark:
            raise Undecided(
                f"no proof: the value stays from step {arrival} on, while the rest of the state goes round a cycle of "
                f"{gone}, as -0 and +0 do; an arrival is proved where the whole state comes to rest"
            )
        if gone == room:
            mark, room, gone = state, 2 * room, 0
    raise AssertionError("a machine runs without end")
