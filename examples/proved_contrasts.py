"""A descent that never arrives, and five machines on which it does: theorems that Rocq's kernel accepts.

Setting
    f(x) = 9*x**2/2 from x = 5/9 at the rate 1/10, exactly and rounded to nearest in five formats.
Algorithm
    x <- x - (1/10)*(9*x); every operation is rounded once on a machine.
Guarantee
    Exactly, x_n = (5/9)*(1/10)**n is never 0, and tends to 0 with an explicit modulus. On each machine the value is 0
    from a step on, and never before. One certificate says both for all five formats, without axioms.
Reference
    IEEE 754-2019; the standard library of Coq, Floats/SpecFloat.v.
"""

from collections.abc import Iterable

import infinitesimal as inf

DESCENT = inf.recurrence({"x": "x - 0.1*(9*x)"}, start={"x": "5/9"})
FIRST_ZERO = {inf.binary16: 8, inf.bfloat16: 40, inf.e5m2: 8, inf.binary32: 45, inf.binary64: 324}


def proofs(machines: Iterable[inf.Format]) -> inf.Proofs:
    """One theorem for each format."""
    return inf.prove([inf.contrast(DESCENT, machine) for machine in machines])


def arrivals() -> tuple[list[tuple[int, bool]], list[tuple[int, bool]]]:
    """The first step with the value 0, and whether it is the limit; as claimed, and as it was found by others."""
    claims = [proof.claim for proof in proofs(FIRST_ZERO)]
    computed = [(claim.machine.arrival, claim.value == claim.exact.limit) for claim in claims]
    return computed, [(step, True) for step in FIRST_ZERO.values()]


def verdict() -> tuple[bool, bool]:
    """The kernel rejects nothing; where coqc is not installed its verdict is UNKNOWN."""
    return inf.check(proofs(FIRST_ZERO)).truth is not inf.Truth.FALSE, True


if __name__ == "__main__":
    print(next(iter(proofs(FIRST_ZERO))).text())
    print(inf.check(proofs(FIRST_ZERO)))
