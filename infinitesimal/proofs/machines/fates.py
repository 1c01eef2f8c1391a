"""The fate of every start of a small format: on which cycle each float ends, and how many end there."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.machines.machine import Machine, float_text, machine_update, readable, states_from
from infinitesimal.proofs.machines.updates import program, update_definitions
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import arithmetic_name, format_name, spec_float
from infinitesimal.runs.starts.atlas import Atlas
from infinitesimal.terms.pretty import latex_name
from infinitesimal.truth import Hypothesis, Truth

WIDTH = 8
"""The widest format, in bits, whose floats are all walked by the kernel."""

MOST_STEPS = 2_000


class Ending(NamedTuple):
    """A cycle: a state on it, its period, and how many floats end on it."""

    state: Pair
    period: int
    floats: int


@dataclass(frozen=True)
class Fates(Claim):
    """Every float of the format is at one of the states of `endings` after at most `longest` updates.

    The start of the machine's recurrence plays no part. +0 and -0 are two floats, and NaN is one.
    """

    machine: Machine
    longest: int
    endings: tuple[Ending, ...]


def all_floats(machine: Machine) -> list[Pair]:
    """The floats of a format, each once."""
    return list(dict.fromkeys(map(machine.format.decode, range(1 << machine.format.width))))


def fates_claim(result: Atlas) -> Fates:
    """The claim of an atlas. Raises `Undecided` for more than one component or a format of more than 8 bits."""
    recurrence, arithmetic = result.process.recurrence, result.machine
    format_name(arithmetic.format, arithmetic.rounding)
    if len(recurrence.names) != 1 or arithmetic.format.width > WIDTH:
        raise Undecided(
            f"no proof: an atlas of {len(recurrence.names)} components in {arithmetic.name}; one component in a format "
            f"of at most {WIDTH} bits, such as e5m2 or e4m3fn, is proved start by start"
        )
    machine = Machine(recurrence, arithmetic.format, arithmetic.rounding)
    program(machine)
    tails, cycles = _walked(machine)
    longest = max(steps for _, steps in tails.values())
    if longest > MOST_STEPS:
        raise Undecided(f"no proof: a start takes {longest} updates to end; at most {MOST_STEPS} are repeated")
    counts = Counter(state for state, _ in tails.values())
    endings = [Ending(state, cycles[state], counts[state]) for state in cycles]
    return Fates(machine, longest, tuple(sorted(endings, key=lambda e: (-e.floats, machine.format.encode(e.state)))))


def _walked(machine: Machine) -> tuple[dict[Pair, tuple[Pair, int]], dict[Pair, int]]:
    """For each float the marked state that it comes to, and after how many updates; and the periods of those states."""
    following = {x: next(islice(states_from(machine, (x,)), 1, None))[0] for x in all_floats(machine)}
    ended: dict[Pair, tuple[Pair, int]] = {}
    cycles: dict[Pair, int] = {}
    for start in following:
        path: list[Pair] = []
        at = start
        while at not in ended:
            if at in path:
                # A new cycle, marked at its first state that was met.
                ended[at] = (at, 0)
                cycles[at] = len(path) - path.index(at)
                break
            path.append(at)
            at = following[at]
        for before in reversed(path):
            if before not in ended:
                mark, steps = ended[following[before]]
                ended[before] = (mark, steps + 1)
    return ended, cycles


@argument.register
def _(claim: Fates) -> Argument:
    machine, x = claim.machine, latex_name(claim.machine.recurrence.names[0])
    count = len(all_floats(machine))
    ends = [
        rf"exactly {e.floats} floats end at ${float_text(machine.format, e.state)}$, "
        + ("which the update does not change" if e.period == 1 else f"which comes again after {e.period} updates")
        for e in claim.endings
    ]
    return Argument(
        f"Every start in {machine.name.rstrip(',')}",
        f"{machine_update(machine)}, from any of its {count} floats: numbers, zeros of both signs, NaN"
        + (" and infinities" if machine.format.has_infinity else ""),
        (f"after at most {claim.longest} updates ${x}$ has one of the {len(ends)} values that follow", *ends),
        (
            Step(f"the format has {count} floats", "they are listed, and the list has every float once"),
            Step(
                f"from each of them one of these values is met within {claim.longest} updates",
                "carried out, operation by operation",
            ),
            Step(
                "each of these values comes again after its period and not before, and none of the others is met "
                "on the way",
                "carried out",
            ),
            Step(
                "a float ends at the first of these values that it meets, and at no other",
                "what it meets later is on the cycle of that value, where by step 3 none of the others is",
            ),
            Step("the numbers of floats are as stated", "counted"),
        ),
    )


@theorem.register
def _(claim: Fates) -> Theorem:
    machine = claim.machine
    entries = " ::\n    ".join(f"({spec_float(e.state)}, {e.period}, {e.floats})%N" for e in claim.endings)
    name = arithmetic_name(machine.format, machine.rounding)
    return Theorem(
        update_definitions(machine, with_start=False),
        f"fates ({name}) update {claim.longest} (\n    {entries} :: nil)",
        f"apply fates_sound; {COMPUTE}",
        ("Fates",),
    )


@hypotheses.register
def _(claim: Fates) -> tuple[Hypothesis, ...]:
    readings = readable(claim.machine, False)
    single = len(claim.machine.recurrence.names) == 1 and claim.machine.format.width <= WIDTH
    readings = (*readings, condition("one component in a small format", single, claim.machine.name))
    if any(reading.truth is not Truth.TRUE for reading in readings):
        return readings
    marks = {e.state: e for e in claim.endings}
    met: Counter[Pair] = Counter()
    lost = 0
    for start in all_floats(claim.machine):
        walk = islice(states_from(claim.machine, (start,)), claim.longest + 1)
        end = next((state for (state,) in walk if state in marks), None)
        lost += end is None
        met.update([] if end is None else [end])
    around = [_goes_around(claim.machine, e, set(marks)) for e in claim.endings]
    return (
        *readings,
        condition(f"every float ends within {claim.longest} updates", not lost, f"{lost} do not"),
        condition("every state comes again after its period, and meets no other first", all(around)),
        condition("the numbers of floats", all(met[e.state] == e.floats for e in claim.endings), str(dict(met))),
    )


def _goes_around(machine: Machine, ending: Ending, marks: set[Pair]) -> bool:
    if not 1 <= ending.period <= MOST_STEPS:
        return False
    _, *between, last = [state for (state,) in islice(states_from(machine, (ending.state,)), ending.period + 1)]
    return bool(last == ending.state and not marks.intersection(between))
