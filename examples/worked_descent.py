"""The worked example of gradient descent: gradient 5, rate 0.1, so a step of 0.5, then 0.05.

Setting
    A quadratic loss f(x) = a/2*(x - m)**2, descended with the rate 1/10.
Algorithm
    x_n = x_(n-1) - 1/10 * a*(x_(n-1) - m).
Guarantee
    Steps that shrink tenfold force 1 - a/10 = 1/10, so the curvature a is 9; the gradient 5 at the
    start puts it 5/9 from the minimum. The steps are 1/2, 1/20, 1/200, ..., together exactly 5/9, and
    no partial sum reaches it. Where the minimum is does not matter.
Reference
    Cauchy 1847 for the method; the sum is a geometric series.
"""

from fractions import Fraction

import infinitesimal as inf

PLACES = (Fraction(0), Fraction(1), Fraction(-7, 3))


def descent_to(place: Fraction) -> inf.Descent:
    """The worked example with its minimum at `place`."""
    x = inf.Var("x")
    return inf.descent(inf.const("9/2") * (x - place) ** 2, start={"x": place + Fraction(5, 9)}, rate="0.1")


def steps() -> tuple[list[object], list[object]]:
    """Gradient, first steps, their sum for ever; computed by the descent, and by the series."""
    computed: list[object] = []
    theoretical: list[object] = []
    for place in PLACES:
        d = descent_to(place)
        slope = inf.evaluate(d.loss.gradient["x"], {"x": place + Fraction(5, 9)}, inf.QQ)
        total = abs(inf.limit(d)["x"] - place - Fraction(5, 9))
        computed += [slope, inf.steps(d, 4), total]
        theoretical += [
            Fraction(5),
            tuple(Fraction(1, 2 * 10**k) for k in range(4)),
            inf.limit(inf.geometric("1/2", "1/10")),
        ]
    return computed, theoretical


if __name__ == "__main__":
    for place in PLACES:
        print(inf.tabulate(inf.contrast(descent_to(place), inf.bfloat16, inf.binary32, inf.binary64)))
