"""The learning rate too small, just right, overshooting: gradient descent on a quadratic of curvature L.

Setting
    A quadratic loss whose largest curvature is L, from almost every start.
Algorithm
    Gradient descent with a fixed rate.
Guarantee
    Up to 1/L no part of the error changes sign; from there to 2/L some part overshoots and it still converges; at
    2/L it comes to alternate between two points for ever; beyond it runs away. The best rate is 2/(mu + L), with the
    factor (L - mu)/(L + mu) per step, where mu is the smallest curvature.
Reference
    Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
"""

from fractions import Fraction

import infinitesimal as inf

CURVATURES = (Fraction(1), Fraction(4), Fraction(9))
LOSS = "x**2/2 + 4*y**2/2 + 9*z**2/2"
START = {"x": 1, "y": 1, "z": 1}


def regimes() -> tuple[list[object], list[object]]:
    """The names just below, at, and just above each border; decided, and by the theorem."""
    largest = max(CURVATURES)
    computed: list[object] = []
    theoretical: list[object] = []
    for border, names in (
        (1 / largest, ("monotone", "monotone", "oscillating")),
        (2 / largest, ("oscillating", "two-cycle", "divergent")),
    ):
        rates = (border - Fraction(1, 10**9), border, border + Fraction(1, 10**9))
        computed += [inf.regime(inf.descent(LOSS, START, rate)).name for rate in rates]
        theoretical += names
    return computed, theoretical


def best() -> tuple[list[object], list[object]]:
    """The best rate and its factor; computed, and by the formulas."""
    found = inf.best_rate(LOSS)
    small, large = min(CURVATURES), max(CURVATURES)
    return [found.rate, found.factor], [2 / (small + large), (large - small) / (large + small)]


if __name__ == "__main__":
    print(inf.rates(LOSS))
