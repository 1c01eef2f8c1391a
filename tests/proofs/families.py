"""Claims of every family: some by hand, some at random, and broken ones beside them."""

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import infinitesimal as inf
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.families.races import RaceMeeting
from infinitesimal.proofs.families.tolerances import ToleranceStop
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.contrasts import ContrastClaim
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.moduli import Modulus
from tests.proofs.exact_claims import broken_exact, exact_samples, random_exact


def samples() -> list[Claim]:
    """One or two claims of every family, those of the specification among them."""
    worked = inf.descent("9/2*x**2", "5/9", "0.1")
    slow = inf.descent("1/2*(x - 3)**2", 5, "3/100")
    halving = inf.recurrence({"x": "x/2"}, {"x": 1})
    momentum = inf.descent("x**2", 1, "0.1", "momentum", beta="0.9")
    found = [
        inf.zeno(),
        inf.geometric(-3, "-2/7"),
        inf.geometric(1, Fraction(10**9 - 1, 10**9)),
        inf.geometric("1/3", -1),
        worked,
        inf.descent("(x + 1)**2/4 - x", 7, "1/3"),
        inf.descent("x**2", 1, 1),
        inf.recurrence({"y": "-(y - 1)/3"}, {"y": "-2"}),
        inf.race(10, 1, 100),
        inf.run(halving, inf.binary64),
        inf.run(inf.zeno(), inf.binary64),
        inf.run(inf.descent("3/4*(x - 7/5)**2", 2, 1), inf.bfloat16),
        inf.run(momentum, inf.bfloat16),
        inf.run(worked, inf.QQ, stop=inf.tolerance("1e-6")),
        inf.run(slow, inf.QQ, stop=inf.tolerance("1/100")),
        inf.contrast(slow, inf.binary64),
        inf.contrast(inf.zeno(), inf.binary32),
        *(inf.contrast(worked, f) for f in (inf.binary16, inf.bfloat16, inf.binary32, inf.binary64, inf.e5m2)),
    ]
    return [*(inf.claim(result) for result in found), *exact_samples()]


def random_claims(seed: int, count: int) -> Iterator[Claim]:
    """`count` claims of each family, as far as they are in its scope."""
    rng = random.Random(seed)

    def number(bound: int = 9) -> Fraction:
        return Fraction(rng.randint(-bound, bound) or 1, rng.randint(1, bound))

    def positive() -> Fraction:
        return abs(number())

    formats = (inf.binary16, inf.bfloat16, inf.binary32, inf.binary64, inf.e5m2)
    for _ in range(count):
        makers = (
            lambda: inf.geometric(number(), number()),
            lambda: inf.geometric(number(), number() / 10),
            lambda: inf.descent(_quadratic(number, positive), number(), positive()),
            lambda: inf.race(positive() + 9, positive(), positive()),
            lambda: inf.run(inf.descent(_quadratic(number, positive), number(), positive() / 9), rng.choice(formats)),
            lambda: inf.contrast(
                inf.descent(_quadratic(number, positive), number(), positive() / 9), rng.choice(formats)
            ),
            lambda: inf.contrast(inf.geometric(number(), number() / 10), rng.choice(formats)),
            lambda: inf.run(
                inf.descent(_quadratic(number, positive), number(), positive() / 40), inf.QQ, stop=inf.tolerance("1e-5")
            ),
        )
        for make in (*makers, *random_exact(rng)):
            try:
                yield inf.prove(make()).claim
            except (inf.Undecided, inf.InputError):
                continue


def _quadratic(number, positive) -> str:  # type: ignore[no-untyped-def]
    return f"{positive()}*(x - ({number()}))**2"


def broken(claim: Claim) -> list[Claim]:
    """Claims that differ from a true one in one number. Some may be true all the same: the mirror says which."""
    small = Fraction(1, 10**9)
    made = broken_exact(claim)
    for name in ("first", "ratio", "limit", "start", "centre", "time", "place", "tolerance", "achilles", "head_start"):
        if isinstance(getattr(claim, name, None), Fraction):
            value = getattr(claim, name)
            made += [replace(claim, **{name: value + small}), replace(claim, **{name: value / 3})]
    modulus = getattr(claim, "modulus", None)
    if modulus is not None and modulus.halving > 1:
        made.append(replace(claim, modulus=Modulus(modulus.halving - 1, modulus.shift)))
    if modulus is not None and modulus.shift:
        made.append(replace(claim, modulus=Modulus(modulus.halving, modulus.shift - 1)))
    if isinstance(claim, ToleranceStop):
        made += [replace(claim, steps=claim.steps + 1), replace(claim, steps=claim.steps - 1)]
    if isinstance(claim, RaceMeeting):
        made.append(replace(claim, tortoise=claim.achilles))
    if isinstance(claim, Arrival):
        (m, q), rest = claim.value[0], claim.value[1:]
        made += [replace(claim, arrival=claim.arrival + 1), replace(claim, value=((m + 1, q if m else -14), *rest))]
        if claim.arrival:
            made.append(replace(claim, arrival=claim.arrival - 1))
        if claim.settling:
            made.append(replace(claim, settling=claim.settling - 1))
    if isinstance(claim, Cycle):
        made += [replace(claim, period=p) for p in (claim.period + 1, claim.period - 1, 2 * claim.period) if p]
        made.append(replace(claim, tail=claim.tail + 1))
        if claim.tail:
            made.append(replace(claim, tail=claim.tail - 1))
    if isinstance(claim, ContrastClaim):
        if claim.value is not None:
            made.append(replace(claim, value=claim.value + small))
        made += [replace(claim, exact=e) for e in broken(claim.exact)[:2]]
        made += [replace(claim, machine=m) for m in broken(claim.machine)[:2]]
    return made
