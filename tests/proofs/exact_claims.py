"""Exact claims beyond geometric series and descents of one variable: by hand, at random, and broken ones."""

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import infinitesimal as inf
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.families.contractions import IntervalContraction
from infinitesimal.proofs.families.harmonic import HarmonicDivergence
from infinitesimal.proofs.families.hypergeometric import HypergeometricDivergence, HypergeometricLimit
from infinitesimal.proofs.families.reals import RealLimit
from infinitesimal.proofs.families.sublinear import SublinearLimit
from infinitesimal.proofs.families.systems import SystemLimit
from infinitesimal.proofs.families.telescoping import TelescopingSum
from infinitesimal.proofs.families.tolerances import ToleranceStop
from infinitesimal.proofs.moduli import Modulus

SERIES = (
    ("1/(n*(n+1))", 1),
    ("(2*n+1)/(n**2*(n+1)**2)", 1),
    ("1/((2*n-5)*(2*n-3))", 1),
    ("n/(n**4+n**2+1)", 0),
    ("n/2**n", 1),
    ("(n-3)*(9/10)**n", 1),
    ("n**2*(-1/3)**n", 0),
    ("n**3", 1),
    ("1/n", 1),
    ("3/(2*n - 1)", 1),
    ("(5/2-n)*(-2)**n", 0),
)


SLOW = ("n*(999999999/1000000000)**n", 1)
"""A ratio so near 1 that its powers are bounded, and not computed."""


def exact_samples() -> list[Claim]:
    """A few claims of every family of this file."""
    quadratic = "x**2 + x*y + y**2"
    descents: tuple[Any, ...] = (
        inf.descent("x**4/4", 1, "1/8"),
        inf.descent("(x - 2)**4/3", 3, "1/8"),
        inf.recurrence({"y": "y*(1 - y**2/7)"}, {"y": 2}),
        inf.descent(quadratic, {"x": 1, "y": "-2"}, "1/5"),
        inf.descent("x**2/2 + y**2", {"x": 1, "y": 1}, "1/2"),
        inf.descent("x**2 + 1000*(y - 1/3)**2", {"x": 1, "y": 1}, "1/1500"),
        inf.descent("x**2", 1, "0.1", "momentum", beta="0.9"),
        inf.descent(f"{quadratic} + (z - x)**2", {"x": 1, "y": 2, "z": 3}, "1/10"),
    )
    polynomial_steps = (
        inf.descent("x**4 + x**2", 1, "1/10"),
        inf.descent("(x - 1)**2 + (x - 1)**3/6 + (x - 1)**4/5", "1/2", "1/4"),
        inf.recurrence({"x": "x*(2 - 3*x)"}, {"x": "1/4"}),
    )
    descents += polynomial_steps
    stops = (
        inf.steps_until(inf.descent("x**2", 1, "1e-9"), "abs_dx", "1e-15"),
        inf.steps_until(inf.descent("(x - 1)**2", 3, "1e-4"), "abs_dx", "1e-60"),
        inf.steps_until(inf.descent("x**2", 1, "0.9"), "abs_dx", "1e-3"),
        inf.contrast(inf.descent("x**2", 1, "0.1", "momentum", beta="0.9"), inf.bfloat16),
        inf.contrast(inf.descent("x**4/4", 1, "1/8"), inf.bfloat16),
        inf.contrast(inf.descent("x**4 + x**2", 1, "1/10"), inf.binary16),
        inf.over_reals(inf.zeno()),
        inf.over_reals(inf.descent("(x - 2)**4/3", 3, "1/8")),
    )
    descents += stops
    return [inf.claim(result) for result in (*(inf.series(*pair) for pair in (*SERIES, SLOW)), *descents)]


def random_exact(rng: random.Random) -> Iterator[Callable[[], object]]:
    """One maker of a result for every family of this file; some are outside of its scope."""

    def number() -> Fraction:
        return Fraction(rng.randint(-9, 9) or 1, rng.randint(1, 9))

    def polynomial(degree: int) -> str:
        return "+".join(f"({number()})*n**{k}" for k in range(degree + 1))

    def telescoping() -> object:
        top, bottom = polynomial(rng.randint(0, 1)), polynomial(rng.randint(1, 2))
        after = [part.replace("n", "(n+1)") for part in (top, bottom)]
        return inf.series(f"({after[0]})/({after[1]}) - ({top})/({bottom})", rng.randint(0, 2))

    def quartic() -> object:
        centre, away = number(), number()
        return inf.descent(f"(x - ({centre}))**4", centre + away, abs(number()) / (4 * away**2) / rng.randint(1, 12))

    def system() -> object:
        a, b, c = (rng.randint(-3, 3) for _ in range(3))
        loss = f"{a * a + 1}*x**2 + {2 * a * b}*x*y + {b * b + c * c + 1}*y**2 + ({number()})*x + ({number()})*y"
        beta = {"method": "momentum", "beta": str(abs(number()) / 10)} if rng.random() < 0.5 else {}
        return inf.descent(loss, {"x": number(), "y": number()}, abs(number()) / 60, **beta)

    def contraction() -> object:
        centre, away = number(), number() / 5
        x = f"(x - ({centre}))"
        loss = f"{x}**2/2 + ({number()}/30)*{x}**3 + ({number()}/30)*{x}**4"
        return inf.descent(loss, centre + away, Fraction(rng.randint(2, 12), 9))

    def stop() -> object:
        slow = inf.descent(f"{abs(number())}*(x - ({number()}))**2", number(), Fraction(1, 10 ** rng.randint(1, 8)))
        return inf.steps_until(slow, "abs_dx", Fraction(1, 10 ** rng.randint(2, 30)))

    def harmonic() -> object:
        return inf.series(f"1/({abs(number())} + {abs(number())}*n)", rng.randint(0, 2))

    def real() -> object:
        return inf.over_reals(rng.choice((telescoping, contraction, quartic))())

    yield stop
    yield harmonic
    yield real
    yield telescoping
    yield contraction
    yield quartic
    yield system
    yield lambda: inf.series(f"({polynomial(rng.randint(1, 3))})*({number() / 10})**n", rng.randint(0, 2))
    yield lambda: inf.series(f"({polynomial(rng.randint(1, 3))})*({number() * 2})**n", rng.randint(0, 2))


def broken_exact(claim: Claim) -> list[Claim]:
    """Claims of the families of this file with one number changed; their limits and moduli change elsewhere."""
    small = Fraction(1, 10**9)
    made: list[Claim] = []
    for name in ("top", "bottom", "closed_top", "closed_bottom", "polynomial", "antidifference"):
        if name in {field.name for field in fields(claim)}:
            first, *rest = getattr(claim, name)
            made.append(replace(claim, **{name: (first + small, *rest)}))
    if isinstance(claim, TelescopingSum):
        made += [replace(claim, shift=j) for j in range(claim.shift)]
        made.append(replace(claim, early=max(claim.early - 1, 0)))
    if isinstance(claim, HypergeometricLimit):
        made += [replace(claim, peak=max(claim.peak // 2 - 1, 0)), replace(claim, growth=claim.growth * (1 - small))]
    if isinstance(claim, HypergeometricDivergence):
        made += [replace(claim, size=claim.size * 1000), replace(claim, size=Fraction(0)), replace(claim, ratio=small)]
    if isinstance(claim, SublinearLimit):
        made += [replace(claim, rate=claim.rate * 2), replace(claim, scale=max(claim.scale // 2, 1))]
    if isinstance(claim, SystemLimit):
        moved = tuple(c + small for c in claim.limit)
        (weight, linear), *rest = claim.form
        made += [replace(claim, limit=moved), replace(claim, start=claim.limit)]
        made += [replace(claim, rate=claim.rate - small)]
        made += [replace(claim, rate=claim.rate * Fraction(3, 4)), replace(claim, least=claim.least * 4096)]
        made += [replace(claim, form=((-weight, linear), *rest)), replace(claim, step=claim.step[::-1])]
    if isinstance(claim, IntervalContraction):
        made += [replace(claim, factor=claim.factor * Fraction(3, 4)), replace(claim, high=claim.high + 10)]
        made += [replace(claim, floor=(claim.floor or 0) + 1), replace(claim, start=claim.high + 1)]
    if isinstance(claim, HarmonicDivergence):
        made += [replace(claim, first=-claim.first), replace(claim, difference=Fraction(0))]
    if isinstance(claim, ToleranceStop):
        made.append(replace(claim, bits=claim.bits // 8))
    if isinstance(claim, RealLimit):
        exact = claim.exact
        made.append(replace(claim, exact=replace(exact, modulus=Modulus(1, 0)) if hasattr(exact, "modulus") else exact))
        moved = {name: getattr(exact, name) + small for name in ("limit", "place") if hasattr(exact, name)}
        made.append(replace(claim, exact=replace(exact, **moved)))
    return made
