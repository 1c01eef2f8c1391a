"""Runs that cycle, with the least tail and period."""

from dataclasses import dataclass
from itertools import islice

from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import Theorem, theorem
from infinitesimal.proofs.machines.machine import Machine, carried_out, machine_setting, readable, states_after
from infinitesimal.proofs.machines.updates import run_theorem
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True)
class Cycle(Claim):
    """The states repeat with the period `period` from step `tail` on; neither can be smaller.

    A run with a period greater than 1 never halts. With `by_hardware` the proof has the run repeated by the processor's
    binary64, and rests on axioms.
    """

    machine: Machine
    tail: int
    period: int
    by_hardware: bool = False


@argument.register
def _(claim: Cycle) -> Argument:
    n, p = claim.tail, claim.period
    return Argument(
        f"A run in {claim.machine.name} that cycles with the period {p}",
        machine_setting(claim.machine),
        (
            f"from step {n} on the states repeat every {p} steps",
            f"no state before step {n} comes again {p} steps later, "
            f"and no two steps that are fewer than {p} apart have the same state",
        ),
        (
            Step(
                f"step {n + p} has the state of step {n}",
                carried_out(n + p, claim.by_hardware),
            ),
            Step(
                f"so has every step $k + {p}$ that of step $k$, for $k \\ge {n}$", "equal states have equal successors"
            ),
            Step(
                f"no smaller period, and no smaller tail: the {p - 1} states between differ from that of step {n}"
                + (f", and step {n - 1} differs from step {n - 1 + p}" if n else ""),
                "compared; an equality elsewhere would be carried on to these, as equal states have equal successors",
            ),
        ),
    )


@theorem.register
def _(claim: Cycle) -> Theorem:
    statement = f"cycles update start {claim.tail} {claim.period}"
    return run_theorem(claim.machine, statement, "cycles", hardware=claim.by_hardware)


@hypotheses.register
def _(claim: Cycle) -> tuple[Hypothesis, ...]:
    readings = readable(claim.machine, claim.by_hardware)
    if any(reading.truth is not Truth.TRUE for reading in readings) or claim.period < 1:
        return (*readings, condition("the period is at least 1", claim.period >= 1))
    walk = states_after(claim.machine, max(claim.tail - 1, 0))
    kept = list(islice(walk, claim.period + 1 + bool(claim.tail)))
    around = kept[1:] if claim.tail else kept
    return (
        *readings,
        condition(f"step {claim.tail + claim.period} repeats step {claim.tail}", around[-1] == around[0]),
        condition("no smaller period", all(state != around[0] for state in around[1:-1])),
        condition("no smaller tail", not claim.tail or kept[0] != kept[-2]),
    )
