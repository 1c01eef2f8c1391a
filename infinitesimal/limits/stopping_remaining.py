"""The distance that remains to the limit when a rule fires on a descent that is walked, not solved."""

import time
from collections.abc import Mapping
from fractions import Fraction

from flint import ctx

from infinitesimal.arithmetic import Budget
from infinitesimal.errors import BudgetSpent, InfinitesimalError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.bent_descents import bent_limit
from infinitesimal.limits.bent_regimes import bent_regime
from infinitesimal.limits.certified_descents import is_certifiable, simplest_in
from infinitesimal.limits.exact_orbits import exact_orbit
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.algebraic import RealAlgebraic
from infinitesimal.optimization.convergence.contraction import contraction, resting_place
from infinitesimal.optimization.convergence.descent_enclosures import WALKED
from infinitesimal.optimization.convergence.mean_value import enclosure_at
from infinitesimal.optimization.dyadics import interval
from infinitesimal.optimization.regimes.local_steps import is_stationary
from infinitesimal.optimization.stopping.distance import Distance
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process

SECONDS = 2.0
"""The time that is spent on the distance, at most: the count does not wait for it."""
_DIGITS = (30, 60, 120, 240)
_BITS = 256
_GOOD = 1000
"""An interval is narrow enough if it is so many times smaller than what it encloses."""

Sides = Mapping[str, Interval]


def distance_of_walk(process: Process, n: int, seconds: float) -> Distance | None:
    """|x_n - limit| in the maximum norm, exact or enclosed; None where the limit is not known in time.

    >>> from infinitesimal.recurrences.descents import descent
    >>> Fraction(1, 10) in distance_of_walk(descent("x**2/2", 1, "1/(n+1)"), 9, 1.0)
    True
    >>> distance_of_walk(descent("abs(x)", 1, "1/4"), 3, 1.0)
    Fraction(1, 4)
    """
    if not isinstance(process, Descent) or n > WALKED or process.recurrence.parameters or not process.start:
        return None
    deadline = time.monotonic() + min(seconds, SECONDS)
    try:
        return _distance(process, n, deadline)
    except InfinitesimalError:  # no limit, or none that is known: the count stands without it
        return None


def _distance(descent: Descent, n: int, deadline: float) -> Distance | None:
    if is_certifiable(descent):
        orbit = exact_orbit(descent)
        if orbit is not None:
            return _exact(orbit.at(n), orbit.limit(descent))
        certificate = contraction(descent, budget=_left(deadline))
        limit = certificate.limit if certificate.limit is not None else _by_direction(descent, deadline)
        if limit is None:
            return None
        near = {name: side.middle for name, side in limit.items()}
        simplest = {name: simplest_in(side) for name, side in limit.items()}
        if is_stationary(descent.loss, simplest):
            limit, near = {name: Interval(x, x) for name, x in simplest.items()}, {}
    elif quadratic_of(descent.loss) is not None:
        known = bent_limit(descent)
        if known is None or not all(isinstance(x, Fraction) for x in known.values()):
            return None
        limit, near = {name: Interval(x, x) for name, x in known.items()}, {}
    else:
        return None
    found: Interval | None = None
    for digits in _DIGITS:
        try:
            here = enclosure_at(descent.recurrence, n, digits, _left(deadline))
            if near and digits > _DIGITS[0]:
                limit = _refined(descent, near, limit, digits, deadline)
        except (BudgetSpent, Undecided):
            break
        found = _between(here, limit)
        if found.lower == found.upper:
            return found.lower
        if found.width * _GOOD <= found.lower:
            break
    return found


def _by_direction(descent: Descent, deadline: float) -> dict[str, Interval] | None:
    """The limit of a walk that keeps its direction, to a flat minimum perhaps."""
    found = bent_regime(descent, _left(deadline)).limit
    if found is None:
        return None
    with ctx.workprec(_BITS):
        balls = {name: interval(x.ball(_BITS)) for name, x in found.items() if isinstance(x, RealAlgebraic)}
    return balls if len(balls) == len(found) else None


def _refined(
    descent: Descent, near: dict[str, Fraction], limit: Sides, digits: int, deadline: float
) -> dict[str, Interval]:
    """More digits of the only stationary point near a limit. Raises `Undecided` where the search leads elsewhere."""
    place = resting_place(descent, near, digits, _left(deadline)).place
    if any(place[name].upper < side.lower or side.upper < place[name].lower for name, side in limit.items()):
        raise Undecided("the search leads elsewhere")
    return place


def _between(here: Sides, there: Sides) -> Interval:
    """The largest distance of the components."""
    lows, highs = [], []
    for name, side in there.items():
        a, b = here[name].lower - side.upper, here[name].upper - side.lower
        lows.append(max(a, -b, Fraction(0)))
        highs.append(max(abs(a), abs(b)))
    return Interval(max(lows), max(highs))


def _exact(point: Mapping[str, Fraction], limit: Mapping[str, Fraction]) -> Fraction:
    return max(abs(point[name] - x) for name, x in limit.items())


def _left(deadline: float) -> Budget:
    return Budget(seconds=max(0.05, deadline - time.monotonic()))
