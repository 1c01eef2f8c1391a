"""Certified minimisers by the interval Newton method.

For a box X without kinks around a point m, N = m - H(X)**-1 g(m) contains every zero of the gradient g in X. If N lies
inside X there is exactly one; if the Hessian H is positive definite over X, it is a strict minimum, the only one in X.
The working precision doubles with the digits. In one variable a kink may be the minimum: its one-sided slopes decide.
Sources: Moore 1966; Krawczyk 1969; Tucker, *Validated Numerics*, 2011.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat, ctx

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.ball_programs import ball_function, jacobian
from infinitesimal.optimization.convergence.kinks import affine_kinks, affine_root, are_crossed, kinks, one_sided
from infinitesimal.optimization.dyadics import interval, interval_of
from infinitesimal.recurrences.losses import Loss

MOST_DIGITS = 10_000
_FIRST_BITS = 128
_SEARCH_STEPS = 200

Point = Sequence[arb]


@dataclass(frozen=True)
class CertifiedMinimum:
    """A strict local minimum of a loss: an enclosure of its place, and a box without other stationary points.

    `place` is as narrow as was asked for; `unique_in` is the box of the proof of existence and uniqueness; `value`
    encloses the loss there. `kind` is "strict minimum", or "stationary point" where nothing more was asked for.
    """

    place: dict[str, Interval]
    value: Interval
    unique_in: dict[str, Interval]
    kind: str = "strict minimum"

    def __str__(self) -> str:
        place = ", ".join(f"{name} in {i.decimal()}" for name, i in self.place.items())
        where = ", ".join(f"{name} in {i.decimal()}" for name, i in self.unique_in.items())
        return f"a {self.kind} at {place}, the only one with {where}"


def certified_minimum(
    loss: Loss, near: Mapping[str, Fraction], digits: int = 20, budget: Budget = DEFAULT_BUDGET
) -> CertifiedMinimum:
    """The strict local minimum that a search from `near` leads to, each coordinate within 10**-digits.

    The search is heuristic, the result is proved. Raises `Undecided` where no strict minimum is certified (a flat
    or degenerate one, none near, a kink), with what was found.

    >>> from infinitesimal.recurrences.losses import loss
    >>> found = certified_minimum(loss("exp(x) - 2*x"), {"x": Fraction(0)}, 30)
    >>> round(float(found.place["x"].middle), 12)  # log 2
    0.69314718056
    """
    _check(loss, digits)
    deadline = time.monotonic() + budget.seconds
    problem = _Problem(loss)
    with ctx.workprec(_FIRST_BITS):
        first = [arb(to_fmpq(near[name])) for name in loss.names]
        middle = problem.search(first, deadline)
        box = problem.unique_box(middle)
        at_kink = None if box is not None or len(middle) > 1 else problem.minimum_at_kink(middle[0])
        if box is None and at_kink is None and problem.is_stationary(middle):
            middle = problem.search(_beside(middle), deadline)  # a saddle or a maximum holds a search that meets it
            box = problem.unique_box(middle)
    if at_kink is not None:
        return at_kink
    if box is None:
        raise Undecided(
            f"no strict minimum of {loss} is certified near {_shown(loss, middle)}: it may be flat or degenerate, "
            "a saddle, have a kink, or no minimum at all"
        )
    unique = {name: interval(x) for name, x in zip(loss.names, box, strict=True)}
    place = problem.refined(box, digits, deadline)
    return CertifiedMinimum(_sides(loss, place, digits), problem.value(place, digits), unique)


def certified_stationary(
    loss: Loss, near: Mapping[str, Fraction], digits: int = 20, budget: Budget = DEFAULT_BUDGET
) -> CertifiedMinimum:
    """The nondegenerate stationary point that Newton's method leads to from `near`: a minimum, maximum or saddle.

    Raises `Undecided` where none is certified.

    >>> from infinitesimal.recurrences.losses import loss
    >>> found = certified_stationary(loss("x**4 - x**2"), {"x": Fraction(1, 10)})
    >>> 0 in found.place["x"], found.kind
    (True, 'stationary point')
    """
    _check(loss, digits)
    deadline = time.monotonic() + budget.seconds
    problem = _Problem(loss)
    with ctx.workprec(_FIRST_BITS):
        middle = problem.undamped([arb(to_fmpq(near[name])) for name in loss.names], deadline)
        box = problem.unique_box(middle, of_minimum=False)
    if box is None:
        raise Undecided(f"no stationary point of {loss} is certified near {_shown(loss, middle)}")
    unique = {name: interval(x) for name, x in zip(loss.names, box, strict=True)}
    place = problem.refined(box, digits, deadline)
    return CertifiedMinimum(_sides(loss, place, digits), problem.value(place, digits), unique, "stationary point")


def _sides(loss: Loss, place: Point, digits: int) -> dict[str, Interval]:
    """The place by name. Newton's method may know a million digits of it: twice as many as asked for are handed on."""
    with ctx.workprec(10 * digits + 4 * _FIRST_BITS):
        return {name: interval_of(x, 2 * digits + 20) or interval(x) for name, x in zip(loss.names, place, strict=True)}


def _check(loss: Loss, digits: int) -> None:
    if not 1 <= digits <= MOST_DIGITS:
        raise InputError(f"digits {digits}: ask for 1 to {MOST_DIGITS}")
    if loss.parameters:
        raise InputError(f"the loss {loss} has parameters ({', '.join(loss.parameters)}): give them values")


class _Problem:
    """A loss with its gradient and Hessian on balls, at the present precision."""

    def __init__(self, loss: Loss) -> None:
        self.loss, self.names = loss, loss.names
        self.slopes = tuple(loss.gradient[name] for name in self.names)
        self.seconds = jacobian(self.slopes, self.names)

    def gradient(self, point: Point) -> list[arb]:
        return list(ball_function(self.slopes, self.names)(*point))

    def hessian(self, point: Point) -> arb_mat:
        size = len(self.names)
        entries = ball_function(self.seconds, self.names)(*point)
        return arb_mat([list(entries[i * size : (i + 1) * size]) for i in range(size)])

    def value(self, point: Point, digits: int) -> Interval:
        with ctx.workprec(int(3.33 * digits) + 64):
            (found,) = ball_function((self.loss.term,), self.names)(*point)
        return interval(found)

    def search(self, start: Point, deadline: float) -> list[arb]:
        """A point where the gradient nearly vanishes, by damped Newton steps and, where they fail, down the slope."""
        value = ball_function((self.loss.term,), self.names)
        point = [x.mid() for x in start]
        for _ in range(_SEARCH_STEPS):
            if time.monotonic() > deadline:
                raise BudgetSpent(f"the time allowed is spent in the search for a minimum of {self.loss}")
            slopes = [g.mid() for g in self.gradient(point)]
            if not all(g.is_finite() for g in slopes):
                raise Undecided(
                    f"the gradient of {self.loss} is not finite at {_shown(self.loss, point)}: begin the search "
                    "elsewhere, by near"
                )
            move = self._direction(point, slopes)
            here, share, moved = value(*point)[0].mid(), arb(1), False
            for _ in range(60):
                trial = [(x - share * m).mid() for x, m in zip(point, move, strict=True)]
                there = value(*trial)[0]
                if there.is_finite() and there.mid() < here:
                    point, moved = trial, True
                    break
                share = share / 2
            if not moved:
                return point
        return point

    def undamped(self, start: Point, deadline: float) -> list[arb]:
        """Where Newton's steps lead, whatever the loss does on the way; the last finite point."""
        point = [x.mid() for x in start]
        for _ in range(_SEARCH_STEPS):
            if time.monotonic() > deadline:
                raise BudgetSpent(f"the time allowed is spent in the search for a stationary point of {self.loss}")
            image = self._newton(point, point)
            if image is None:
                return point
            move, point = [(x - y).abs_upper() for x, y in zip(point, image, strict=True)], [x.mid() for x in image]
            if all(x < arb(2) ** (8 - _FIRST_BITS) for x in move):
                return point
        return point

    def _direction(self, point: Point, slopes: Sequence[arb]) -> list[arb]:
        """Newton's step where the Hessian is positive definite, the gradient elsewhere."""
        hessian = self.hessian(point)
        if is_positive_definite(hessian):
            try:
                step = hessian.solve(arb_mat([[g] for g in slopes]))
                return [step[i, 0].mid() for i in range(len(slopes))]
            except ZeroDivisionError:
                pass
        return list(slopes)

    def unique_box(self, middle: Point, of_minimum: bool = True) -> list[arb] | None:
        """A box around `middle` that the interval Newton step maps into itself, for a minimum with a positive definite
        Hessian.
        """
        for radius in (arb(10) ** -k for k in range(1, 31)):
            box = [arb(m, radius * (1 + abs(m))) for m in middle]
            if are_crossed(kinks(self.loss.term), self.names, box) or not self.is_defined(box):
                continue
            if of_minimum and not is_positive_definite(self.hessian(box)):
                continue
            image = self._newton(middle, box)
            if image is not None and all(x.contains_interior(y) for x, y in zip(box, image, strict=True)):
                return box
        return None

    def is_stationary(self, point: Point) -> bool:
        """Whether the gradient, which is continuous there, may be 0 close to a point."""
        with_room = [x + arb(0, 1) * arb((1, -_FIRST_BITS // 3)) for x in point]
        if are_crossed(kinks(self.loss.term), self.names, with_room):
            return False
        return all(g.contains(0) for g in self.gradient(with_room))

    def is_defined(self, box: Point) -> bool:
        """Whether the loss has a value all over a box: 1/x, the slope of log(x), has more of them."""
        return bool(ball_function((self.loss.term,), self.names)(*box)[0].is_finite())

    def minimum_at_kink(self, near: arb) -> CertifiedMinimum | None:
        """The minimum at a rational kink next to `near`, in one variable: down on the left of it, up on the right."""
        (name,) = self.names
        for place in affine_kinks(self.loss, name):
            k = arb(to_fmpq(place))
            for radius in (arb(10) ** -j for j in range(1, 31)):
                if not arb(k, radius).contains(near):
                    break
                box = arb(k, radius)
                if self._falls_and_rises(name, place, box):
                    here = Interval(place, place)
                    return CertifiedMinimum({name: here}, self.value([k], 20), {name: interval(box)})
        return None

    def _falls_and_rises(self, name: str, kink: Fraction, box: arb) -> bool:
        """Whether the slope on each side of a kink, with every other kink outside the box, has the right sign."""
        others = tuple(a for a in kinks(self.loss.term) if affine_root(a, name) != kink)
        if are_crossed(others, self.names, [box]) or not self.is_defined([box]):
            return False
        left, right = (one_sided(self.slopes[0], name, kink, side) for side in (-1, 1))
        below, above = ball_function((left, right), self.names)(box)
        return bool(below < 0 and above > 0)

    def _newton(self, middle: Point, box: Point) -> list[arb] | None:
        try:
            step = self.hessian(box).solve(arb_mat([[g] for g in self.gradient(middle)]))
        except ZeroDivisionError:
            return None
        found = [m - step[i, 0] for i, m in enumerate(middle)]
        return found if all(x.is_finite() for x in found) else None

    def refined(self, box: Point, digits: int, deadline: float) -> list[arb]:
        """The only stationary point in the box, to so many digits: Newton steps at a precision that doubles."""
        goal, bits = arb(10) ** -digits / 2, _FIRST_BITS
        largest = int(3.33 * digits) + 64 + _FIRST_BITS
        while True:
            with ctx.workprec(bits):
                image = self._newton([x.mid() for x in box], box)
                if image is None:
                    raise Undecided(f"the Hessian of {self.loss} is too ill-conditioned for {digits} digits")
                smaller = [x.intersection(y) for x, y in zip(box, image, strict=True)]
                stalled = all(2 * x.rad() > y.rad() for x, y in zip(smaller, box, strict=True))
                box = smaller
            if all(x.rad() < goal for x in box):
                return list(box)
            if time.monotonic() > deadline or (stalled and bits > 4 * largest):
                raise BudgetSpent(f"the time allowed is spent before {digits} digits of the minimum of {self.loss}")
            bits = 2 * bits if stalled else min(2 * bits, max(largest, bits))


def is_positive_definite(matrix: arb_mat) -> bool:
    """Whether every symmetric matrix in a matrix of balls is positive definite; False says only that it is not proved.

    By the pivots of LDL^T in balls.
    """
    size = matrix.nrows()
    rows = [[matrix[i, j] for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = rows[k][k]
        if not pivot > 0:
            return False
        for i in range(k + 1, size):
            factor = rows[k][i] / pivot
            for j in range(i, size):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return True


def _beside(point: Point) -> list[arb]:
    """A point nearby, in a direction that no symmetry of a loss is likely to have."""
    return [(x + (1 + abs(x)) * arb(7 - 2 * (i % 5)) / 500).mid() for i, x in enumerate(point)]


def _shown(loss: Loss, point: Point) -> str:
    return ", ".join(f"{name} = {x.mid().str(6, radius=False)}" for name, x in zip(loss.names, point, strict=True))
