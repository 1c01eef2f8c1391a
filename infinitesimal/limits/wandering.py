"""Proofs that a descent in one variable has no limit: it slides, it escapes, or it approaches a cycle.

Slide: where the slope has one sign on the whole line, every step of the gradient method, and with an inertia beta >= 0
every step of momentum and of Nesterov's method, has the other sign. A finite limit would be a place of slope 0.

Escape: a polynomial step T of degree p >= 2 with |a_p| R**p >= 2 R + sum of |a_i| R**i over i < p has |T(x)| >= 2 |x|
for all |x| >= R, since the difference has one change of sign in its coefficients, and so one positive root (Descartes).

Cycle: if T**p maps an interval B into itself, with a derivative below 1 in size, every point of B approaches one cycle
of p points (Banach); where the intervals B, T(B), ... do not meet, these are p different ones.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from flint import arb, ctx, fmpq

from infinitesimal.optimization.ball_programs import BallFunction, ball_function, jacobian
from infinitesimal.optimization.convergence.kinks import are_crossed, jumps
from infinitesimal.optimization.convergence.mean_value import walk
from infinitesimal.optimization.convergence.monotone_losses import sign_of_slope
from infinitesimal.optimization.convergence.polynomial_descent import polynomial_step
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Recurrence

_BITS = 192
_ESCAPE_STEPS = 1000
_LOOKS = (50, 200, 1000, 4000)
"""The numbers of updates after which a cycle is looked for."""
LONGEST_CYCLE = 16
INERTIAL = ("momentum", "nesterov")


class Escape(NamedTuple):
    """From `step` on each point is at least twice as far from 0 as the one before; the first at least at `size`."""

    step: int
    size: arb
    manner: str


class Wandering(NamedTuple):
    """The manner in words, where, and the number of points of a cycle: 0 for a slide or an escape."""

    manner: str
    where: str = ""
    points: int = 0


def wandering(descent: Descent) -> Wandering | None:
    """What one of the three proofs shows; None where none succeeds.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = wandering(descent("x**4/4 - x**2/2", "1/2", "21/20"))
    >>> found.manner + found.where
    'it approaches a cycle of 2 points, near 0.872872 and 1.09109'
    """
    recurrence = descent.recurrence
    if slides := _slide(descent):
        return slides
    if not _is_scalar(recurrence):
        return None
    found = escape(recurrence)
    if found is not None:
        return Wandering(found.manner)
    with ctx.workprec(_BITS):
        return _cycle(recurrence)


def _is_scalar(recurrence: Recurrence) -> bool:
    fixed = not recurrence.counts_steps and not recurrence.parameters
    return len(recurrence.names) == 1 and fixed and bool(recurrence.start)


def _slide(descent: Descent) -> Wandering | None:
    if not descent.start or descent.fixed_rate is None or descent.method not in ("gradient", *INERTIAL):
        return None
    if descent.method in INERTIAL and (descent.fixed_beta is None or descent.fixed_beta < 0):
        return None
    side = sign_of_slope(descent.loss)
    return Wandering("it falls to -oo" if side > 0 else "it grows to +oo") if side else None


def escape(recurrence: Recurrence) -> Escape | None:
    """When a polynomial step in one variable is seen to double the distance from 0 for ever; None without a proof.

    >>> from infinitesimal.recurrences.descents import descent
    >>> escape(descent("x**4", 3, 1).recurrence).manner
    'it oscillates with growing size'
    """
    if not _is_scalar(recurrence):
        return None
    with ctx.workprec(_BITS):
        return _escape(recurrence)


def _escape(recurrence: Recurrence) -> Escape | None:
    coefficients = _coefficients(recurrence)
    if coefficients is None:
        return None
    *lower, leading = coefficients
    degree = len(lower)
    for n, (x,) in enumerate(islice(walk(recurrence), _ESCAPE_STEPS)):
        size = x.abs_lower()
        rest = sum((abs(a) * size**i for i, a in enumerate(lower)), start=2 * size)
        if size > 0 and abs(leading) * size**degree >= rest:
            return Escape(n, size, _manner(leading > 0, degree, bool(x > 0)))
    return None


def _manner(rises: bool, degree: int, above: bool) -> str:
    """The signs from a point beyond the radius on: those of leading * x**degree."""
    if degree % 2 and not rises:
        return "it oscillates with growing size"
    return "it grows to +oo" if (above if degree % 2 else rises) else "it falls to -oo"


def _coefficients(recurrence: Recurrence) -> list[arb] | None:
    """The coefficients of a polynomial step, the constant first."""
    step = polynomial_step(recurrence)
    if step is None:
        return None
    bottom = next(iter(step.bottom.to_dict().values()))
    found = [fmpq(0)] * (step.degree + 1)
    for (i, _), c in step.tops[0].to_dict().items():
        found[i] = c / bottom
    return [arb(c) for c in found]


def _cycle(recurrence: Recurrence) -> Wandering | None:
    names, terms = recurrence.names, tuple(t for _, t in recurrence.step)
    step, slope = ball_function(terms, names), ball_function(jacobian(terms, names), names)
    states = walk(recurrence)
    done = 0
    for look in _LOOKS:
        orbit = [x for (x,) in islice(states, look - done, look - done + LONGEST_CYCLE + 1)]
        done = look + LONGEST_CYCLE + 1
        if len(orbit) <= LONGEST_CYCLE:
            return None
        period = _nearly(orbit)
        if period is None:
            continue
        for boxes in _boxes(orbit, period, step, slope, recurrence):
            if not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i]):
                some = sorted((x.mid() for x in boxes), key=float)[:3]
                shown = " and ".join(", ".join(x.str(6, radius=False) for x in some).rsplit(", ", 1))
                more = "" if period <= len(some) else ", ..."
                return Wandering(f"it approaches a cycle of {period} points", f", near {shown}{more}", period)
    return None


def _nearly(orbit: list[arb]) -> int | None:
    """The first period after which the walk is much nearer to where it was than it goes in one step."""
    first, step = orbit[0].mid(), abs(orbit[1] - orbit[0]).mid()
    return next((p for p in range(2, len(orbit)) if 50 * abs(orbit[p].mid() - first) < step), None)


def _boxes(
    orbit: list[arb], period: int, step: BallFunction, slope: BallFunction, recurrence: Recurrence
) -> Iterator[list[arb]]:
    """Intervals about one turn of the walk whose first is mapped into itself by `period` steps, and contracted."""
    start = orbit[0]
    away = (abs(orbit[period] - start)).abs_upper() + start.rad()
    jumping = jumps(*(t for _, t in recurrence.step))
    for factor in (2, 8, 64, 1024):
        radius = (away * factor + arb((1, -_BITS // 2))).upper()
        boxes, middle, box, total = [], start.mid(), arb(start.mid(), radius), arb(1)
        for _ in range(period):
            boxes.append(box)
            if jumping and are_crossed(jumping, recurrence.names, [box]):
                return
            (along,) = slope(box)
            total = total * along.abs_upper()
            (image,) = step(middle)
            box = image + along * (box - middle)
            middle = box.mid()
            if not box.is_finite():
                return
        if total < 1 and boxes[0].contains_interior(box) and boxes[0].contains(start):
            yield boxes
