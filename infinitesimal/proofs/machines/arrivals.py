"""Runs that arrive at a value and stay."""

from dataclasses import dataclass
from itertools import islice

from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import Theorem, theorem
from infinitesimal.proofs.machines.machine import (
    Machine,
    carried_out,
    float_text,
    machine_setting,
    readable,
    states,
    states_after,
)
from infinitesimal.proofs.machines.updates import run_theorem
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import spec_float, tuple_text, variables_of
from infinitesimal.terms.pretty import latex_name
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True)
class Arrival(Claim):
    """What is watched is `value` from step `arrival` on, and never before.

    `watch` is the position of the watched component, None for the whole state; `value` has one pair for each component
    that is watched. `settling` is a witness: the state no longer moves so many steps after the arrival (0 for a
    whole state). With `by_hardware` the proof has the run repeated by the processor's binary64, and rests on axioms.
    """

    machine: Machine
    watch: int | None
    arrival: int
    value: tuple[Pair, ...]
    settling: int = 0
    by_hardware: bool = False


@argument.register
def _(claim: Arrival) -> Argument:
    machine, n = claim.machine, claim.arrival
    names = machine.recurrence.names if claim.watch is None else (machine.recurrence.names[claim.watch],)
    values = [float_text(machine.format, pair) for pair in claim.value]
    reached = ", ".join(f"${latex_name(x)} = {v}$" for x, v in zip(names, values, strict=True))
    steps = (
        Step(
            f"step {n} is the first with {reached}"
            if claim.watch is not None
            else f"after step {n} the state is {reached}",
            carried_out(n, claim.by_hardware),
        ),
        Step(
            "one more update gives the same state again"
            if not claim.settling
            else f"the value is the same in the {claim.settling} steps that follow, "
            "and the update of the last one gives its state again",
            "carried out; a state that is its own successor stays for ever, by induction",
        ),
    )
    before = Step(
        f"no step before {n} has the state of step {n}",
        f"if it had, it would have stayed there, by step 2, and step {n - 1} has another state"
        if n
        else "there is none",
    )
    return Argument(
        f"A run in {machine.name} that arrives at step {n}",
        machine_setting(machine),
        (f"{reached} from step {n} on, and never before",),
        steps if claim.watch is not None else (*steps, before),
    )


@theorem.register
def _(claim: Arrival) -> Theorem:
    names = variables_of(claim.machine.recurrence.names)
    value = tuple_text([spec_float(pair) for pair in claim.value])
    if claim.watch is None:
        statement = f"arrives update (fun state => state) start {claim.arrival} {value}"
        return run_theorem(claim.machine, statement, "halts", hardware=claim.by_hardware)
    watched = f"(fun '({', '.join(names)}) => {names[claim.watch]})"
    return run_theorem(
        claim.machine,
        f"arrives update {watched} start {claim.arrival} {value}",
        "arrives",
        f" float_eqb _ _ _ {claim.settling}",
        ("float_decides",),
        claim.by_hardware,
    )


@hypotheses.register
def _(claim: Arrival) -> tuple[Hypothesis, ...]:
    readings = readable(claim.machine, claim.by_hardware)
    if any(reading.truth is not Truth.TRUE for reading in readings):
        return readings
    return (*readings, *(_halts(claim) if claim.watch is None else _arrives(claim, claim.watch)))


def _halts(claim: Arrival) -> tuple[Hypothesis, ...]:
    """A fixed point is reached by a last update that moves, so no earlier state is it."""
    n = claim.arrival
    last = list(islice(states_after(claim.machine, max(n - 1, 0)), 3))
    before, at, after = (None, *last[:2]) if not n else last
    return (
        condition(f"the value is reached at step {n}", at == claim.value),
        condition("it stays", after == at),
        condition(f"step {n - 1} has another state", before != at) if n else condition("it is the start", True),
    )


def _arrives(claim: Arrival, watch: int) -> tuple[Hypothesis, ...]:
    n, watched = claim.arrival, slice(watch, watch + 1)
    walk = states(claim.machine)
    before = not any(state[watched] == claim.value for state in islice(walk, n))
    tail = list(islice(walk, claim.settling + 2)) if claim.settling < 100_000 else []
    return (
        condition(f"before step {n} another value is watched", before, f"{n} steps walked"),
        condition(f"the value is reached at step {n}", bool(tail) and tail[0][watched] == claim.value),
        condition("it stays until the state is fixed", bool(tail) and all(s[watched] == claim.value for s in tail)),
        condition(f"the state no longer moves after step {n + claim.settling}", bool(tail) and tail[-1] == tail[-2]),
    )
