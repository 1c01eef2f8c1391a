"""Limits of descents on losses that are not quadratic: by an exact orbit, or a proof."""

from fractions import Fraction

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import Diverges, InputError, Undecided, Undefined
from infinitesimal.interval import Interval
from infinitesimal.limits.exact_orbits import exact_orbit
from infinitesimal.limits.inertial_escapes import inertial_escape
from infinitesimal.limits.shrinking_descents import shrinking_limit
from infinitesimal.limits.wandering import wandering
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.convergence.contraction import contraction
from infinitesimal.optimization.convergence.descent_enclosures import descent_enclosure
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
    Raises `Diverges` where a cycle or an escape is proved, and `Undecided` where nothing is, or where the limit is
    irrational, with an enclosure then.

    >>> from infinitesimal.recurrences.descents import descent
    >>> certified_limit(descent("(x**2 - 1)**2", "1/2", "1/20"))
    {'x': Fraction(1, 1)}
    """
    rational = _rational_limit(descent)
    if rational is not None:
        return rational
    found = contraction(descent)
    if found.truth is not Truth.TRUE or found.limit is None:
        _check_lost(descent)
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


def certified_enclosure(descent: Descent, digits: int) -> dict[str, Interval]:
    """The limit of a descent on a loss that is not quadratic, in intervals no wider than 10**-digits.

    Raises `Diverges` where a cycle or an escape is proved, `Undecided` where nothing is.
    """
    rational = _rational_limit(descent)
    if rational is not None:
        return {name: Interval(value, value) for name, value in rational.items()}
    try:
        return descent_enclosure(descent, digits)
    except Undecided:
        _check_lost(descent)
        raise


def _check_lost(descent: Descent) -> None:
    """Raises `Diverges` where an escape or a cycle is proved."""
    found = wandering(descent) or inertial_escape(descent)
    if found is not None:
        raise Diverges(f"descent on {descent.loss} has no limit: {found.manner}{found.where}", found.manner)


def _rational_limit(descent: Descent) -> dict[str, Fraction] | None:
    """The limit where it is reached, or a theorem on polynomials names it. Raises `Diverges` for an exact cycle."""
    orbit = exact_orbit(descent)
    return shrinking_limit(descent) if orbit is None else orbit.limit(descent)


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
