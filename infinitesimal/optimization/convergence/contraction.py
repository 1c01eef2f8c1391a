"""Proofs that a descent converges: a region that the step maps into itself and contracts.

In one variable an interval with bounds of f'' (`contraction_intervals`); otherwise a ball about a certified stationary
point, in the norm of the step's eigenvectors (`contraction_regions`). Without a region that is given, the walk from the
start is followed, rigorously, until it is inside one.
"""

import time
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

from flint import arb, ctx

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.optimization.convergence.contraction_intervals import on_interval
from infinitesimal.optimization.convergence.contraction_records import Contraction, decimal
from infinitesimal.optimization.convergence.contraction_regions import Region
from infinitesimal.optimization.convergence.hessians import Box
from infinitesimal.optimization.convergence.interval_newton import (
    CertifiedMinimum,
    certified_minimum,
    certified_stationary,
)
from infinitesimal.optimization.convergence.mean_value import Boxes, walk
from infinitesimal.optimization.dyadics import fraction
from infinitesimal.rational import rational, show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.truth import Truth

__all__ = ["Contraction", "contraction", "resting_place"]

_BITS = 160
_ENTRIES = (0, 10, 30, 100, 300, 1000, 3000, 10_000)
"""The steps after which a walk is looked at for a contracting region."""
_LATE = (30_000, 100_000)
"""Further ones, for a walk that has come nearer to a point that attracts, as on the valley of Rosenbrock's function."""


def contraction(
    descent: Descent, box: Mapping[str, tuple[object, object]] | None = None, budget: Budget = DEFAULT_BUDGET
) -> Contraction:
    """A certificate that the descent converges, on a box that is given, or around the point it leads to.

    `box` gives each variable its two ends; the certificate is then for every start in it. Without one the walk from
    the start is followed, rigorously, until it is inside a region that contracts. UNKNOWN where no proof was found,
    such as at a flat minimum, where convergence is slower than any geometric rate.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = contraction(descent("softplus(-3*x) + x**2/4", rate="0.4"), {"x": (0, 2)})
    >>> found.truth, found.factor < Fraction(4, 5)
    (Truth.TRUE, True)
    """
    _check(descent)
    if box is None:
        return _along_walk(descent, budget)
    sides = _sides(descent, box)
    if len(sides) == 1 and descent.method == "gradient":
        ((low, high),) = sides.values()
        return on_interval(descent, low, high)
    return _on_box(descent, sides, budget)


def resting_place(
    descent: Descent, near: Mapping[str, Fraction], digits: int = 20, budget: Budget = DEFAULT_BUDGET
) -> CertifiedMinimum:
    """The certified point near a place that a descent may come to rest at: a minimum; for Newton's method, which takes
    them all alike, any stationary point. Raises `Undecided` where none is certified.
    """
    if descent.method == "newton":
        return certified_stationary(descent.loss, near, digits, budget)
    return certified_minimum(descent.loss, near, digits, budget)


def _check(descent: Descent) -> None:
    if descent.recurrence.parameters:
        raise InputError(f"{descent} has parameters ({', '.join(descent.recurrence.parameters)}): give them values")
    if descent.recurrence.counts_steps:
        raise InputError(f"{descent} has a rate that depends on n: a contraction is of one map; give a fixed rate")


def _sides(descent: Descent, box: Mapping[str, tuple[object, object]]) -> Box:
    names = descent.loss.names
    for name in names:
        if name not in box:
            raise InputError(f"the box has no side for {name!r}: give each variable its two ends")
    for name in box:
        if name not in names:
            raise InputError(f"the box has a side for {name!r}, which is no variable: those are {', '.join(names)}")
    found = {}
    for name in names:
        low, high = (rational(end, f"box of {name}") for end in box[name])
        if low > high:
            raise InputError(f"the box of {name} goes from {show(low)} to {show(high)}: give the smaller end first")
        found[name] = (low, high)
    return found


def _on_box(descent: Descent, box: Box, budget: Budget) -> Contraction:
    """The smallest ball of the norm that holds every start in the box."""
    middle = {name: (a + b) / 2 for name, (a, b) in box.items()}
    try:
        found = resting_place(descent, middle, budget=budget)
    except (Undecided, BudgetSpent) as error:
        return Contraction(Truth.UNKNOWN, f"no point to converge to is certified near the middle of the box: {error}")
    with ctx.workprec(_BITS):
        try:
            region = Region(descent, found)
        except Undecided as error:
            return Contraction(Truth.UNKNOWN, str(error))
        starts = [arb(to_fmpq((a + b) / 2)) + arb(0, to_fmpq((b - a) / 2)) for a, b in box.values()]
        certificate = region.certificate(region.distance(region.full(starts)), 0, "every start in the box")
        if certificate.truth is Truth.TRUE:
            return certificate
        reach = min(min(found.place[name].lower - a, b - found.place[name].upper) for name, (a, b) in box.items())
        if reach > 0:
            inner = region.within(reach)
            if region.certificate(region.distance(_around(region, found, inner)), 0, "").truth is Truth.TRUE:
                return Contraction(
                    Truth.UNKNOWN,
                    f"not shown for every start in the box: it contracts for those that are within {decimal(inner)} "
                    f"of {found} in every variable; give such a box",
                )
    return certificate


def _around(region: Region, found: CertifiedMinimum, reach: Fraction) -> list[arb]:
    """All states at rest within `reach` of the point in every variable."""
    sides = [found.place[name] for name in region.descent.loss.names]
    return region.full([arb(to_fmpq(x.middle)) + arb(0, to_fmpq(x.width / 2 + reach)) for x in sides])


def _along_walk(descent: Descent, budget: Budget) -> Contraction:
    """The walk is looked at after more and more steps; where it has left the point that the last search found, or none
    was found, the search begins anew from where it is.
    """
    descent.recurrence.start_values()  # says what is missing
    began = time.monotonic()
    region: Region | None = None
    reason, last, nearer = "", arb.pos_inf(), False
    with ctx.workprec(_BITS):
        steps, n = walk(descent.recurrence), -1
        for entry in (*_ENTRIES, *_LATE):
            spent = time.monotonic() - began
            if spent > budget.seconds or (entry in _LATE and not (nearer and spent * entry / n < budget.seconds)):
                break
            state = next(islice(steps, entry - n - 1, None), None)
            if state is None:
                return Contraction(Truth.UNKNOWN, f"a state before step {entry} is not finite in balls")
            n, nearer = entry, False
            try:
                if region is None or not _is_near(region, state):
                    region, last = None, arb.pos_inf()
                    region = Region(descent, _place_near(descent, state, budget))
            except (Undecided, BudgetSpent) as error:
                reason = f"no point to converge to is certified near step {n}: {error}"
                continue
            distance = region.distance(state)
            certificate = region.certificate(distance, entry, "this start")
            if certificate.truth is Truth.TRUE:
                return certificate
            reason = certificate.reason
            nearer, last = bool(distance < last) and region.attracts, distance
    return Contraction(Truth.UNKNOWN, f"the walk is not inside a contracting region after {n} steps: {reason}")


def _is_near(region: Region, state: Boxes) -> bool:
    """Whether the middle of a state is where no other stationary point is."""
    sides = region.found.unique_in
    return all(fraction(x.mid()) in sides[name] for name, x in zip(region.descent.loss.names, state, strict=False))


def _place_near(descent: Descent, state: Boxes, budget: Budget) -> CertifiedMinimum:
    near = {name: fraction(x.mid()) for name, x in zip(descent.loss.names, state, strict=False)}
    return resting_place(descent, near, budget=budget)
