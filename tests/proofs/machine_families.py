"""Claims about machines, by hand and at random, and broken ones beside them."""

import random
from collections.abc import Iterator
from dataclasses import replace

import infinitesimal as inf
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.machines.fates import Fates
from tests.proofs.families import broken

FORMATS = (inf.binary16, inf.bfloat16, inf.binary32, inf.binary64, inf.e5m2, inf.e4m3fn)
ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", "up", "down")
HALVING = inf.recurrence({"x": "x/2"}, {"x": 1})
MOMENTUM = inf.recurrence({"x": "x + (0.9*v - 0.1*x)", "v": "0.9*v - 0.1*x"}, {"x": 1, "v": 0})
BENT = inf.descent("3/4*(x - 7/5)**2", 2, 1)


def machine_samples() -> list[Claim]:
    """Every kind of run in every format, and every rounding."""
    found = [
        *(inf.run(HALVING, f) for f in FORMATS),
        *(inf.run(HALVING, inf.floats(f, r)) for f in (inf.bfloat16, inf.e4m3fn) for r in ROUNDINGS[1:]),
        *(inf.run(inf.zeno(), inf.floats(f, r)) for f, r in ((inf.binary64, "nearest_even"), (inf.e4m3fn, "down"))),
        *(inf.run(BENT, inf.floats(inf.bfloat16, r)) for r in ROUNDINGS),
        inf.run(inf.recurrence({"x": "2*x"}, {"x": "-3"}), inf.floats(inf.binary16, "up")),
        inf.run(inf.recurrence({"x": "2*x"}, {"x": "-3"}), inf.e5m2),
        inf.run(inf.recurrence({"x": "-(x - 1)/3"}, {"x": 2}), inf.floats(inf.binary16, "nearest_away")),
        inf.run(MOMENTUM, inf.binary16),
        inf.atlas(inf.descent("x**2/2", rate="1/2"), inf.e4m3fn),
        inf.atlas(BENT, inf.floats(inf.e5m2, "up")),
        inf.atlas(inf.recurrence({"x": "3/2 - x"}, {"x": 0}), inf.e5m2),
    ]
    return [inf.prove(result).claim for result in found]


def hardware_samples() -> list[Claim]:
    """Runs that the processor repeats: more than a million steps, a cycle of period 19, and one with a watched part."""
    fast = replace(inf.claim(inf.run(inf.zeno(), inf.binary64)), by_hardware=True)  # type: ignore[call-arg]
    slow = inf.run(inf.descent("1/2*(x - 3)**2", 5, "1/50000"), inf.binary64)
    return [inf.prove(each).claim for each in (slow, inf.run(MOMENTUM, inf.binary64), fast)]


def random_machine_claims(seed: int, count: int) -> Iterator[Claim]:
    """`count` runs of affine steps, in random formats and roundings, as far as they arrive or cycle."""
    rng = random.Random(seed)
    while count:
        a, b, start = (f"{rng.randint(-9, 9)}/{rng.randint(1, 9)}" for _ in range(3))
        machine = inf.floats(rng.choice(FORMATS), rng.choice(ROUNDINGS))
        try:
            yield inf.prove(inf.run(inf.recurrence({"x": f"({a})*x + ({b})"}, {"x": start}), machine)).claim
        except inf.Undecided:
            continue
        count -= 1


def broken_machine(claim: Claim) -> list[Claim]:
    """Claims that differ from a true one in one number; some may be true all the same."""
    if not isinstance(claim, Fates):
        made = broken(claim)
        other = replace(claim.machine, rounding=inf.Rounding.UP)  # type: ignore[attr-defined]
        if isinstance(claim, Arrival | Cycle) and not claim.by_hardware:
            made.append(replace(claim, machine=other))
        return made
    first, *rest = claim.endings
    state = (first.state[0] + 1, first.state[1])
    return [
        replace(claim, longest=claim.longest - 1),
        replace(claim, longest=claim.longest + 1),
        replace(claim, endings=tuple(rest)),
        *(
            replace(claim, endings=(first._replace(**change), *rest))
            for change in ({"floats": first.floats + 1}, {"period": first.period + 1}, {"state": state})
        ),
    ]
