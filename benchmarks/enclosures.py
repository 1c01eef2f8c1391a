"""Rigorous walks beside naive balls at the precision they need, and certified minima beside mpmath."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import mpmath
from flint import arb, ctx

import infinitesimal as inf
from benchmarks.ratio import Ratio, ratio
from infinitesimal.optimization.ball_programs import ball_function
from infinitesimal.optimization.convergence.interval_newton import certified_minimum
from infinitesimal.optimization.convergence.mean_value import walk

STEPS = 10_000
NAIVE_BITS = 8192
"""What naive balls need for 10,000 steps of the softplus descent: 6144 bits leave nothing, 8192 leave some 900."""


def softplus_walk() -> Ratio:
    """The mean-value walk at 64 bits beside the naive ball at the precision it needs."""
    made = inf.descent("softplus(-3*x) + x**2/4", 3, "0.4")
    term = made.recurrence.step[0][1]

    def ours() -> arb:
        with ctx.workprec(64):
            return next(islice(walk(made.recurrence), STEPS, None))[0]

    def naive() -> arb:
        with ctx.workprec(NAIVE_BITS):
            step, x = ball_function((term,), ("x", "n")), arb(3)
            for n in range(STEPS):
                (x,) = step(x, n)
            return x

    assert ours().rel_accuracy_bits() > 50
    assert naive().rel_accuracy_bits() > 53
    return ratio(f"mean-value walk, {STEPS} softplus steps / naive balls, {NAIVE_BITS} bits", ours, naive, "<= 0.1", 3)


def minima() -> Iterator[Ratio]:
    """Certified minimisers to 1000 digits beside mpmath's root finder, which certifies nothing."""
    for text, slope, near in (
        ("exp(x) - 2*x", lambda x: mpmath.exp(x) - 2, "1/2"),
        ("softplus(-3*x) + x**2/4", lambda x: x / 2 - 3 / (1 + mpmath.exp(3 * x)), "7/10"),
    ):
        made = inf.loss(text)

        def ours(made: inf.Loss = made, near: str = near) -> object:
            return certified_minimum(made, {"x": Fraction(near)}, 1000)

        def peer(slope: object = slope, near: str = near) -> object:
            with mpmath.workdps(1000):
                return mpmath.findroot(slope, mpmath.mpf(Fraction(near).numerator) / Fraction(near).denominator)

        yield ratio(f"certified minimum of {text}, 1000 digits / mpmath.findroot", ours, peer, "<= 1")


def main() -> None:
    """Prints every ratio."""
    for found in (softplus_walk(), *minima()):
        print(found)


if __name__ == "__main__":
    main()
