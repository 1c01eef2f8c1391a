"""Worst cases of gradient descent over classes of functions: exact tight rates, as fractions.

The class is that of all differentiable functions, in any number of variables, with mu <= curvature <= L in the sense of
mu-strongly convex and L-smooth. "Tight" means that some function of the class attains the value.

Sources: Nesterov 2004 (distance); Taylor, Hendrickx and Glineur, *Journal of Optimization Theory and Applications*
178, 2018 (each measure by itself); for the value from the distance: conjectured by Drori and Teboulle (*Mathematical
Programming* 145, 2014) for mu = 0 and by Taylor, Hendrickx and Glineur (*Mathematical Programming* 161, 2017), proved
by Kim (arXiv:2412.04427).
"""

from fractions import Fraction

from infinitesimal.errors import InputError
from infinitesimal.rational import rational, show

MEASURES = ("value", "distance", "gradient")
MOST_STEPS = 100_000


def worst_case(
    rate: object,
    steps: int,
    *,
    smoothness: object,
    convexity: object = 0,
    measure: str = "value",
    start: str = "distance",
) -> Fraction:
    """The largest possible `measure` after so many steps of gradient descent, over all functions of the class. Exact.

    In units of `start` at the start. The measures are "value", f(x) - f*; "distance", |x - x*|**2; "gradient",
    |g(x)|**2. The functions are `smoothness`-smooth and `convexity`-strongly convex (0: convex). Known here: the
    value from the distance, and every measure from itself. Raises `InputError` for other pairs, a rate outside (0,
    2/smoothness), a float.

    >>> worst_case(1, 5, smoothness=1)  # L/2 * 1/(2*n*h + 1) with h = rate*L
    Fraction(1, 22)
    >>> worst_case("1/5", 1, smoothness=9, convexity=1, measure="distance")  # the best fixed rate: (8/10)**2
    Fraction(16, 25)
    """
    eta, large, small = (
        rational(v, w) for v, w in ((rate, "rate"), (smoothness, "smoothness"), (convexity, "convexity"))
    )
    if not 0 <= small <= large or not large:
        raise InputError(
            f"convexity {show(small)} and smoothness {show(large)}: give 0 <= convexity <= smoothness, not both 0"
        )
    h = eta * large
    if not 0 < h < 2:
        raise InputError(
            f"rate {show(eta)}: give one between 0 and 2/smoothness = {show(2 / large)}; beyond it the worst case "
            "is unbounded, and at it nothing shrinks"
        )
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= MOST_STEPS:
        raise InputError(f"steps {steps!r}: give an integer from 0 to {MOST_STEPS}")
    for word, given in (("measure", measure), ("start", start)):
        if given not in MEASURES:
            raise InputError(f"{word} {given!r} is not one of {', '.join(MEASURES)}")
    if measure == start:
        return max(abs(1 - eta * small), abs(1 - h)) ** (2 * steps)
    if (measure, start) != ("value", "distance"):
        raise InputError(
            f"the exact worst {measure} from the {start} is not known here: known are value from distance, "
            "and equal pairs"
        )
    return large / 2 * max(_smooth_part(eta * small, h, steps), (1 - h) ** (2 * steps))


def _smooth_part(k: Fraction, h: Fraction, steps: int) -> Fraction:
    """1/(1 + h*(x**-1 + ... + x**-2n)) with x = 1 - k, which is 1/(1 + 2*n*h) for k = 0.

    The geometric sum is (x**-2n - 1)/k; x is 0 only when one step arrives.
    """
    if not k:
        return 1 / (1 + 2 * steps * h)
    if k == 1:
        return Fraction(int(steps == 0))
    return 1 / (1 + h * ((1 - k) ** (-2 * steps) - 1) / k)
