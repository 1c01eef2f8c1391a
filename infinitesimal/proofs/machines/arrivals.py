"""Runs that arrive at a value and stay."""

from dataclasses import dataclass
from itertools import islice

from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.machines.machine import (
    Machine,
    equality,
    float_text,
    machine_setting,
    readable,
    states,
    tuple_text,
    update_definitions,
)
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import format_name, spec_float, variables_of
from infinitesimal.terms.pretty import latex_name
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True)
class Arrival(Claim):
    """What is watched is `value` from step `arrival` on, and never before.

    `watch` is the position of the watched component, None for the whole state; `value` has one pair for each component
    that is watched. `settling` is a witness: the state no longer moves so many steps after the arrival (0 for a
    whole state).
    """

    machine: Machine
    watch: int | None
    arrival: int
    value: tuple[Pair, ...]
    settling: int = 0


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
            f"the {n} updates are carried out, operation by operation",
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
        f"A run in {format_name(machine.format)} that arrives at step {n}",
        machine_setting(machine),
        (f"{reached} from step {n} on, and never before",),
        steps if claim.watch is not None else (*steps, before),
    )


@theorem.register
def _(claim: Arrival) -> Theorem:
    names = variables_of(claim.machine.recurrence.names)
    eqb, decides = equality(len(names))
    value = tuple_text([spec_float(pair) for pair in claim.value])
    if claim.watch is None:
        watch = "(fun state => state)"
        proof = f"apply (halts_sound _ {eqb}); [exact {decides}|{COMPUTE}]"
    else:
        watch = f"(fun '({', '.join(names)}) => {names[claim.watch]})"
        proof = (
            f"apply (arrives_sound _ {eqb} float_eqb _ _ _ {claim.settling}); "
            f"[exact {decides}|exact float_decides|{COMPUTE}]"
        )
    return Theorem(update_definitions(claim.machine), f"arrives update {watch} start {claim.arrival} {value}", proof)


@hypotheses.register
def _(claim: Arrival) -> tuple[Hypothesis, ...]:
    free = readable(claim.machine)
    if free.truth is not Truth.TRUE:
        return (free,)
    watched = slice(None) if claim.watch is None else slice(claim.watch, claim.watch + 1)
    walk = states(claim.machine)
    before = not any(state[watched] == claim.value for state in islice(walk, claim.arrival))
    tail = list(islice(walk, claim.settling + 2)) if claim.settling < 100_000 else []
    n = claim.arrival
    return (
        free,
        condition(f"before step {n} another value is watched", before, f"{n} steps walked"),
        condition(f"the value is reached at step {n}", bool(tail) and tail[0][watched] == claim.value),
        condition("it stays until the state is fixed", bool(tail) and all(s[watched] == claim.value for s in tail)),
        condition(f"the state no longer moves after step {n + claim.settling}", bool(tail) and tail[-1] == tail[-2]),
    )
