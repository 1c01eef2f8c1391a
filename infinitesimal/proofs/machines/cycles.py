"""Runs that cycle, with the least tail and period."""

from dataclasses import dataclass
from itertools import islice

from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.machines.machine import (
    Machine,
    equality,
    machine_setting,
    readable,
    states,
    update_definitions,
)
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import format_name
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True)
class Cycle(Claim):
    """The states repeat with the period `period` from step `tail` on; neither can be smaller.

    A run with a period greater than 1 never halts.
    """

    machine: Machine
    tail: int
    period: int


@argument.register
def _(claim: Cycle) -> Argument:
    n, p = claim.tail, claim.period
    return Argument(
        f"A run in {format_name(claim.machine.format)} that cycles with the period {p}",
        machine_setting(claim.machine),
        (
            f"from step {n} on the states repeat every {p} steps",
            f"no state before step {n} comes again {p} steps later, "
            f"and no two steps that are fewer than {p} apart have the same state",
        ),
        (
            Step(
                f"step {n + p} has the state of step {n}",
                f"the {n + p} updates are carried out, operation by operation",
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
    eqb, decides = equality(len(claim.machine.recurrence.names))
    return Theorem(
        update_definitions(claim.machine),
        f"cycles update start {claim.tail} {claim.period}",
        f"apply (cycles_sound _ {eqb}); [exact {decides}|{COMPUTE}]",
    )


@hypotheses.register
def _(claim: Cycle) -> tuple[Hypothesis, ...]:
    free = readable(claim.machine)
    if free.truth is not Truth.TRUE or claim.period < 1:
        return (free, condition("the period is at least 1", claim.period >= 1))
    kept = list(islice(states(claim.machine), max(claim.tail - 1, 0), claim.tail + claim.period + 1))
    around = kept[1:] if claim.tail else kept
    return (
        free,
        condition(f"step {claim.tail + claim.period} repeats step {claim.tail}", around[-1] == around[0]),
        condition("no smaller period", all(state != around[0] for state in around[1:-1])),
        condition("no smaller tail", not claim.tail or kept[0] != kept[-2]),
    )
