"""Minima of losses: exact for quadratics, certified enclosures for others, and why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb_mat, ctx, fmpq, fmpq_mat, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.errors import InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.optimization.convergence.definiteness import definiteness, direction_of, shown
from infinitesimal.optimization.convergence.interval_newton import (
    CertifiedMinimum,
    certified_minimum,
    is_positive_definite,
)
from infinitesimal.optimization.convergence.monotone_losses import falling_direction
from infinitesimal.optimization.convergence.separable import parts_of
from infinitesimal.optimization.polynomials import falls_towards, only_turning_point, polynomial_of
from infinitesimal.optimization.spectra import has_positive_roots
from infinitesimal.rational import rational, show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.losses import loss as as_loss

_BITS = 256
"""Bits of the enclosures that prove most large Hessians positive definite; LDL^T over Q decides the others."""
_LARGEST = 64
"""Up to so many variables the characteristic polynomial is the fastest proof."""


@dataclass(frozen=True)
class Minimum:
    """The one point where a loss is smallest, and its value there. Exact."""

    point: dict[str, Fraction]
    value: Fraction

    def __str__(self) -> str:
        return f"{show(self.value)} at {shown(self.point)}"


class NoMinimum(InputError):
    """The loss has no single minimum: it falls for ever along `direction`, or is flat along it through `point`.

    `point` is None where the loss is unbounded below.
    """

    def __init__(self, message: str, direction: dict[str, Fraction], point: dict[str, Fraction] | None = None) -> None:
        super().__init__(message)
        self.direction, self.point = direction, point


def minimum(loss: object, *, near: object = 0, digits: int = 20) -> Any:
    """The exact minimiser of a quadratic loss and its value; a certified enclosure of a local minimum for other losses.

    A polynomial in one variable with one turning point, at a rational place, has an exact minimum too, and so has a sum
    of such losses, each in a variable of its own. For other losses the search begins at `near` (a number for all
    variables, or one for each by name), and the place is within 10**-digits. Raises `NoMinimum`, an `InputError`, for
    a quadratic, or a polynomial in one variable, that falls for ever (with the direction), for other losses that are
    seen to fall strictly along one variable from everywhere, and for a quadratic that is flat along a line (with one
    of its minima); `Undecided` where no minimum is certified.

    >>> minimum("x**2 + x*y + y**2 - x")
    Minimum(point={'x': Fraction(2, 3), 'y': Fraction(-1, 3)}, value=Fraction(-1, 3))
    >>> minimum("x**2 - y**2")
    Traceback (most recent call last):
        ...
    infinitesimal.optimization.convergence.minima.NoMinimum: the loss x**2 - y**2 has no minimum: it is unbounded
    below, and falls for ever along x = 0, y = 1. Add a multiple of the squares of the variables, or look at its
    limits by hand.
    """
    chosen = as_loss(loss)
    quadratic = quadratic_of(chosen)
    if quadratic is None:
        start = near if isinstance(near, dict) else dict.fromkeys(chosen.names, near)
        missing = [name for name in chosen.names if name not in start]
        if missing:
            raise InputError(f"near has no value for {missing[0]!r}: the variables are {', '.join(chosen.names)}")
        first = {name: rational(start[name], f"near {name}") for name in chosen.names}
        exact = _of_polynomial(chosen)
        if exact is not None:
            return exact
        parts = parts_of(chosen)
        if parts is not None:
            return _of_parts(chosen, parts, first, digits + 1)
        try:
            return certified_minimum(chosen, first, digits)
        except Undecided:
            _check_falling(chosen)
            raise
    known = getattr(chosen, "minimiser", None)
    if known is not None:  # a fit knows its columns, and says which of them depend on one another
        column = fmpq_mat([[to_fmpq(known[name])] for name in quadratic.names])
        return Minimum(known, _value(quadratic, column))
    if quadratic.dimension <= _LARGEST:
        proved = has_positive_roots(fmpq_poly(quadratic.hessian.charpoly()))
    else:
        with ctx.workprec(_BITS):
            proved = is_positive_definite(arb_mat(quadratic.hessian))
    if not proved:
        _check(chosen, quadratic)
    column = solution(quadratic)
    point = {name: to_fraction(column[i, 0]) for i, name in enumerate(quadratic.names)}
    return Minimum(point, _value(quadratic, column))


def solution(quadratic: Quadratic) -> fmpq_mat:
    """The exact solution of A x = b, from integers, for a Hessian that is not singular."""
    whole, below = quadratic.hessian.numer_denom()
    right, right_below = quadratic.slope.numer_denom()
    found = whole.solve(right)
    return found if below == right_below else fmpq_mat(found) * (to_fmpq(Fraction(int(below), int(right_below))))


def _value(quadratic: Quadratic, point: fmpq_mat) -> Fraction:
    """The value at the minimum: c - b.x/2."""
    return to_fraction(quadratic.constant - (quadratic.slope.transpose() * point)[0, 0] / 2)


def _check(loss: Loss, quadratic: Quadratic) -> None:
    """Raises `NoMinimum` for a Hessian that is not positive definite."""
    found = definiteness(quadratic.hessian)
    way_out = "Add a multiple of the squares of the variables, or look at its limits by hand."
    direction = found.falling
    for flat in found.flat:
        slope = sum((b * t for b, t in zip((r[0] for r in quadratic.slope.tolist()), flat, strict=True)), start=fmpq(0))
        if direction is None and slope != 0:
            direction = flat if slope > 0 else tuple(-t for t in flat)
    if direction is not None:
        named = direction_of(quadratic.names, direction)
        raise NoMinimum(
            f"the loss {loss} has no minimum: it is unbounded below, and falls for ever along {shown(named)}. "
            + way_out,
            named,
        )
    if found.flat:
        point, named = _one_point(quadratic), direction_of(quadratic.names, found.flat[0])
        more = f" ({len(found.flat)} such directions)" if len(found.flat) > 1 else ""
        raise NoMinimum(
            f"the loss {loss} has many minima: it is flat along {shown(named)}{more}, through its minimum at "
            f"{shown(point)}. Fix one of these variables, or add a multiple of the squares of the variables.",
            named,
            point,
        )


def _of_polynomial(loss: Loss) -> Minimum | None:
    """The minimum of a polynomial in one variable that turns once, at a rational place; None where that is not so."""
    p = polynomial_of(loss)
    if p is None:
        return None
    (name,), side = loss.names, falls_towards(p)
    if side:
        direction = {name: Fraction(side)}
        raise NoMinimum(f"the loss {loss} has no minimum: it falls for ever along {shown(direction)}", direction)
    place = only_turning_point(p)
    return None if place is None else Minimum({name: place}, to_fraction(p(to_fmpq(place))))


def _of_parts(loss: Loss, parts: Sequence[Loss], near: dict[str, Fraction], digits: int) -> Minimum | CertifiedMinimum:
    """The minimum of a sum of losses in one variable each: exact where all of them are."""
    found: list[Minimum | CertifiedMinimum] = []
    for part in parts:
        try:
            found.append(minimum(part, near=near, digits=digits))
        except NoMinimum as error:
            raise NoMinimum(f"{error} It is a part of {loss}.", error.direction) from None
    if all(isinstance(part, Minimum) for part in found):
        points = [part.point for part in found if isinstance(part, Minimum)]
        value = sum((part.value for part in found if isinstance(part, Minimum)), start=Fraction(0))
        return Minimum({name: x for point in points for name, x in sorted(point.items())}, value)
    enclosed = [part if isinstance(part, CertifiedMinimum) else _enclosed(part) for part in found]
    total = Interval(
        sum((p.value.lower for p in enclosed), Fraction(0)), sum((p.value.upper for p in enclosed), Fraction(0))
    )
    place, unique = (
        {name: x for p in enclosed for name, x in getattr(p, side).items()} for side in ("place", "unique_in")
    )
    return CertifiedMinimum(place, total, unique)


def _enclosed(found: Minimum) -> CertifiedMinimum:
    """An exact minimum, the only one that there is, as an enclosure."""
    place = {name: Interval(x, x) for name, x in found.point.items()}
    around = {name: Interval(x - 1, x + 1) for name, x in found.point.items()}
    return CertifiedMinimum(place, Interval(found.value, found.value), around)


def _check_falling(loss: Loss) -> None:
    """Raises `NoMinimum` for a loss that is known to fall for ever, such as exp(x), or a logistic regression."""
    known = getattr(loss, "falling_direction", None)
    direction = None if known is None else known()
    if direction is not None:
        raise NoMinimum(
            f"the loss {loss} has no minimum: it falls for ever along {shown(direction)}, since the data is separated. "
            "Give data that is not, or a ridge",
            direction,
        )
    direction = falling_direction(loss)
    if direction is not None:
        raise NoMinimum(
            f"the loss {loss} has no minimum: it falls strictly along {shown(direction)}, from wherever it is. Add a "
            "multiple of the squares of the variables, or look at its limits by hand.",
            direction,
        )


def _one_point(quadratic: Quadratic) -> dict[str, Fraction]:
    """One solution of the consistent system A x = b, with 0 for the variables that are free."""
    d = quadratic.dimension
    rows = [row + b for row, b in zip(quadratic.hessian.tolist(), quadratic.slope.tolist(), strict=True)]
    reduced, rank = fmpq_mat(rows).rref()
    point = dict.fromkeys(quadratic.names, Fraction(0))
    for i in range(rank):
        leading = next(j for j in range(d) if reduced[i, j] != 0)
        point[quadratic.names[leading]] = to_fraction(reduced[i, d])
    return point
