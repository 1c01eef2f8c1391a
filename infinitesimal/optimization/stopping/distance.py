"""The distance that remains to the limit when a rule fires: exact where its digits are few, else enclosed."""

from fractions import Fraction
from math import log2

from flint import arb, ctx

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.interval import Interval
from infinitesimal.linear.affine import TooManyBits
from infinitesimal.optimization.stopping.comparisons import largest
from infinitesimal.optimization.stopping.modes import TooCoarse
from infinitesimal.optimization.stopping.sequences import LEAST_BITS, MOST_BITS, Sequences
from infinitesimal.optimization.stopping.single import SingleMode

AFFORDABLE_BITS = 100_000
"""Longer distances are enclosed."""
GOOD_BITS = 64
"""The relative accuracy of an enclosure, in bits."""
LEAST_EXPONENT = -100_000
"""A distance below 2**LEAST_EXPONENT is enclosed by 0 and that."""

Distance = Fraction | Interval


def distance_of_mode(mode: SingleMode, n: int) -> Distance | None:
    """|x(n) - x*| in the maximum norm; None for a drift."""
    if mode.ratio == 1 and not mode.at_rest:
        return None
    size, s = max(map(abs, mode.error)), abs(mode.ratio)
    if size == 0 or s in (0, 1) or n * log2(max(int(s.p), int(s.q))) <= AFFORDABLE_BITS:
        return to_fraction(size * s**n if size else size)
    bits = LEAST_BITS
    while True:
        with ctx.workprec(bits):
            found = arb(size) * (arb(s).log() * n).exp()
        if found.rel_accuracy_bits() >= GOOD_BITS:
            return interval(found)
        bits *= 2


def distance_of_modes(sequences: Sequences, n: int) -> Distance | None:
    """|x(n) - x*| in the maximum norm; None for a drift, or where no precision separates the modes."""
    center = sequences.limit
    if center is None or sequences.rest is None:
        return None
    try:
        exact = sequences.problem.point_at(n, AFFORDABLE_BITS)
        if sum(x.q.height_bits() for x in exact) <= AFFORDABLE_BITS:
            return to_fraction(max(abs(x - y) for x, y in zip(exact, center, strict=True)))
    except TooManyBits:
        pass
    bits, t = sequences.good_bits, n - sequences.offset
    while bits <= MOST_BITS:
        try:
            with ctx.workprec(bits):
                found = largest(sequences.modes("rest", bits).on(t, t, t))
            if found.rel_accuracy_bits() >= GOOD_BITS:
                return interval(found)
        except TooCoarse:
            pass
        bits *= 2
    return None


def interval(ball: arb) -> Interval:
    """The interval of a finite, non-negative ball."""
    with ctx.workprec(GOOD_BITS):
        low, high = ball.lower(), ball.upper()
    if high < arb(2) ** LEAST_EXPONENT:
        return Interval(Fraction(0), Fraction(1, 1 << -LEAST_EXPONENT))
    return Interval(max(Fraction(0), _dyadic(low)), _dyadic(high))


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    m, e = int(mantissa), int(exponent)
    return Fraction(m << e) if e >= 0 else Fraction(m, 1 << -e)
