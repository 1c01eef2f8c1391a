"""The learning rate slider: too small, good, just right, too large, as counts of steps that nobody has to make.

Setting
    The quadratic loss of curvature 5/8, from a start 1 away from its minimum.
Algorithm
    Gradient descent with the rates 1/10, 1, 8/5 and 4, until the gradient is at most 11/2000 of the first.
Guarantee
    With the multiplier r = 1 - 5/8*rate the count is the smallest n with |r|**n <= 11/2000: 81, 6 and 1 steps, and
    never for the rate 4, whose multiplier is -3/2. At a rate of 10**-12 it is still known, and exact where the
    tolerance is met with equality.
Reference
    The slider of Google's machine learning crash course shows 81, 6, 1 and no end for these four rates; the
    curvature and the tolerance are those that explain all four.
"""

from fractions import Fraction
from math import ceil, log, log1p

import infinitesimal as inf

LOSS = "5/16*x**2"
TOLERANCE = Fraction(5, 8) * Fraction(11, 2000)


def counts() -> tuple[list[int | None], list[int | None]]:
    """The four counts of the slider."""
    found = [inf.steps_until(inf.descent(LOSS, 1, rate), "grad", TOLERANCE) for rate in ("0.1", 1, "1.6", 4)]
    return [stop.steps for stop in found], [81, 6, 1, None]


def what_remains() -> tuple[list[object], list[object]]:
    """The exact distance to the minimum when the rule fires."""
    found = inf.steps_until(inf.descent(LOSS, 1, "0.1"), "grad", TOLERANCE)
    never = inf.steps_until(inf.descent(LOSS, 1, 4), "grad", TOLERANCE)
    return [found.remaining, never.never], [Fraction(15, 16) ** 81, inf.Truth.TRUE]


def far_away() -> tuple[list[int | None], list[int | None]]:
    """A count of ten million million steps; and equality, with <= and with <."""
    slow = inf.descent(LOSS, 1, "1e-12")
    met = Fraction(5, 8) * Fraction(15, 16) ** 50
    computed = [
        inf.steps_until(slow, "grad", TOLERANCE).steps,
        inf.steps_until(inf.descent(LOSS, 1, "0.1"), "grad", met).steps,
        inf.steps_until(inf.descent(LOSS, 1, "0.1"), "grad", met, strict=True).steps,
    ]
    return computed, [ceil(log(11 / 2000) / log1p(-5 / 8 * 1e-12)), 50, 51]


if __name__ == "__main__":
    for rate in ("0.1", 1, "1.6", 4):
        print(f"rate {rate}: {inf.steps_until(inf.descent(LOSS, 1, rate), 'grad', TOLERANCE)}")
    for theorem in (counts, what_remains, far_away):
        computed, theoretical = theorem()
        print(f"{theorem.__name__}: {computed == theoretical}")
