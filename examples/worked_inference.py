"""What the steps of a descent tell: gradient 5, rate 0.1, steps 0.5 and 0.05.

Setting
    A quadratic loss along a line, of which only the first gradient, the rate and two steps are known.
Algorithm
    Gradient descent: the steps are rate*gradient, and then each is 1 - rate*curvature times the one before.
Guarantee
    The quotient of the steps is 1/10, so the curvature is 9 and the start is 5/9 from the minimum. The rate 1/10 is
    below 1/9, so the approach is monotone and never arrives. The steps add up to exactly 5/9.
Reference
    Cauchy 1847 for the method.
"""

from fractions import Fraction

import infinitesimal as inf

FOUND = inf.quadratic_from_steps(5, "0.1", "0.5", "0.05")


def inferred() -> tuple[list[object], list[object]]:
    """Curvature, distance, regime, and the way gone for ever; from the steps, and by the theorem."""
    walk = FOUND.descent(minimum=1)
    kind = inf.regime(walk)
    total = inf.limit(inf.geometric("1/2", "1/10"))
    computed: list[object] = [FOUND.curvature, FOUND.distance, kind.name, kind.radius, kind.interval.upper, total]
    theoretical: list[object] = [9, Fraction(5, 9), "monotone", Fraction(1, 10), Fraction(1, 9), Fraction(5, 9)]
    return computed, theoretical


if __name__ == "__main__":
    print(FOUND)
    print(inf.regime(FOUND.descent()))
