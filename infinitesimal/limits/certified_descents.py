"""Limits of descents on losses that are not quadratic: by a proof of contraction to a certified minimum."""

from fractions import Fraction

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError, Undecided, Undefined
from infinitesimal.interval import Interval
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.contraction import contraction
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.terms.term import fold
from infinitesimal.truth import Truth


def is_certifiable(process: Process) -> bool:
    """Whether a process is a descent, with a start and numbers only, on a loss that is not quadratic."""
    if not isinstance(process, Descent) or not process.start or process.method == "steepest":
        return False
    fixed = process.rate is None or process.fixed_rate is not None
    if not fixed or (process.beta is not None and process.fixed_beta is None) or process.loss.parameters:
        return False
    return quadratic_of(process.loss) is None


def certified_limit(descent: Descent) -> dict[str, Fraction]:
    """The limit, exact, where it is a rational point; by the contraction theorem.

    The only stationary point of a box is the simplest fraction in its enclosure if the gradient is exactly 0 there.
    Raises `Undecided` where convergence is not proved, or the limit is irrational, with an enclosure then.

    >>> from infinitesimal.recurrences.descents import descent
    >>> certified_limit(descent("(x**2 - 1)**2", "1/2", "1/20"))
    {'x': Fraction(1, 1)}
    """
    found = contraction(descent)
    if found.truth is not Truth.TRUE or found.limit is None:
        raise Undecided(f"the limit of a descent on {descent.loss} is not decided: {found.reason}")
    point = {name: simplest_in(side) for name, side in found.limit.items()}
    exact = all(side.lower == side.upper for side in found.limit.values())
    if exact or _is_stationary(descent.loss, point):
        return point
    where = ", ".join(f"{name} in {side.decimal(15)}" for name, side in found.limit.items())
    raise Undecided(
        f"a descent on {descent.loss} converges ({found.reason}), to {where}; no closed form of the limit is known "
        "here: enclose gives as many digits as asked for"
    )


def _is_stationary(loss: Loss, point: dict[str, Fraction]) -> bool:
    try:
        return all(not fold(slope, QQ, lambda name: QQ.const(point[name])) for slope in loss.gradient.values())
    except (InputError, Undefined):
        return False


def simplest_in(side: Interval) -> Fraction:
    """The fraction of an interval with the smallest denominator, by continued fractions (Stern and Brocot).

    >>> simplest_in(Interval(Fraction(314, 100), Fraction(315, 100)))
    Fraction(22, 7)
    """
    lower, upper = side.lower, side.upper
    if lower <= 0 <= upper:
        return Fraction(0)
    if upper < 0:
        return -simplest_in(Interval(-upper, -lower))
    whole = -(-lower.numerator // lower.denominator)
    if whole <= upper:
        return Fraction(whole)
    below = whole - 1
    return below + 1 / simplest_in(Interval(1 / (upper - below), 1 / (lower - below)))
