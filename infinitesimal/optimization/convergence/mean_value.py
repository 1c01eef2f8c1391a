"""Rigorous walks that keep their precision: the mean-value step in ball arithmetic.

A naive ball widens at every update, by the sum of the absolute values of all partial derivatives on the way, also
where the map contracts. The mean-value form encloses the image of a box m + Q*B (m exact, Q a matrix of exact numbers,
B a box around 0) by t(m) + J(X) Q B, with the range J(X) of the Jacobian over the box: rounding enters once a step and
is then contracted. In one dimension Q is 1; in more it follows the Jacobian by QR steps. Sources: Moore, *Interval
Analysis*, 1966; Lohner, *Einschließung der Lösung gewöhnlicher Anfangs- und Randwertaufgaben*, 1988.
"""

import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat, ctx, fmpq

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.balls import NARROW_RADIUS
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import BudgetSpent, Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.ball_programs import BallFunction, ball_function, jacobian
from infinitesimal.optimization.convergence.kinks import are_crossed, jumps
from infinitesimal.optimization.dyadics import LARGEST_EXPONENT, interval, interval_of
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import Term

GUARD = 64
"""Bits beyond those of the answer that the first walk has."""
LARGEST_PRECISION = 1 << 16
LOOK = 256
"""The updates between two looks at the clock."""
IMMENSE = arb((1, LARGEST_EXPONENT))
"""A walk does not follow larger numbers: they square, cube, ... at every update, and no answer is made of them."""

Boxes = tuple[arb, ...]


def walk(recurrence: Recurrence) -> Iterator[Boxes]:
    """Enclosures of the state after 0, 1, 2, ... updates, at flint's present precision.

    They contain the exact state. The walk ends where a state is not finite, or immense. Over a box on which the step
    may jump (the slope of a loss with kinks does) its image is taken as a whole, without slopes.
    """
    start = recurrence.start_values()
    exact = [to_fmpq(start[name]) for name in recurrence.names]
    terms = tuple(t for _, t in recurrence.step)
    names = (*recurrence.names, STEP_NUMBER)
    step, derivatives = ball_function(terms, names, narrow=True), jacobian(terms, recurrence.names)
    slopes = _Slopes(
        ball_function(derivatives, names, narrow=True), ball_function(derivatives, names), jumps(*terms), names
    )
    return (_scalar if len(exact) == 1 else _vector)(step, slopes, [arb(x) for x in exact])


class _Slopes(NamedTuple):
    """The Jacobian over a box: a fast function for narrow boxes, one that is tight for all, and where neither holds."""

    narrow: BallFunction
    wide: BallFunction
    jumps: tuple[Term, ...]
    names: tuple[str, ...]

    def over(self, state: Sequence[arb], n: int) -> tuple[arb, ...] | None:
        """The partial derivatives; None where the step may jump inside the box."""
        if self.jumps and any(x.rad() for x in state) and are_crossed(self.jumps, self.names, (*state, arb(n))):
            return None
        chosen = self.narrow if all(x.rad() < NARROW_RADIUS for x in state) else self.wide
        return chosen(*state, n)


def _scalar(step: BallFunction, slopes: _Slopes, start: list[arb]) -> Iterator[Boxes]:
    """One dimension: [m - r, m + r] goes to t(m) with the radius L r more, L the largest slope over it."""
    (x,) = start
    middle, radius, n = x.mid(), x.rad(), 0
    yield (x,)
    while True:
        n += 1
        if slopes.jumps:
            slope = slopes.over((x,), n)
        else:
            slope = slopes.narrow(x, n) if radius < NARROW_RADIUS else slopes.wide(x, n)
        if slope is None:
            (x,) = step(x, n)
            middle = x.mid()
        else:
            (image,) = step(middle, n)
            middle = image.mid()
            x = arb(middle, slope[0].abs_upper() * radius + image.rad())
        if not abs(x) < IMMENSE:
            return
        radius = x.rad()
        yield (x,)


def _vector(step: BallFunction, slopes: _Slopes, start: list[arb]) -> Iterator[Boxes]:
    size = len(start)
    middle = [x.mid() for x in start]
    box = arb_mat([[x - x.mid()] for x in start])
    frame = _identity(size)
    n = 0
    yield tuple(start)
    while True:
        n += 1
        deviation = frame * box
        state = [m + deviation[i, 0] for i, m in enumerate(middle)]
        entries = slopes.over(state, n)
        if entries is None:
            state = list(step(*state, n))
            middle, frame = [x.mid() for x in state], _identity(size)
            box = arb_mat([[x - x.mid()] for x in state])
            if not all(abs(x) < IMMENSE for x in state):
                return
            yield tuple(state)
            continue
        image = step(*middle, n)
        matrix = arb_mat([list(entries[i * size : (i + 1) * size]) for i in range(size)])
        if not all(x.is_finite() for x in (*image, *entries)):
            return
        moved = matrix * frame
        frame, inverse = _frame(moved, frame)
        rounding = arb_mat([[x - x.mid()] for x in image])
        box = (inverse * moved) * box + inverse * rounding
        middle = [x.mid() for x in image]
        deviation = frame * box
        state = [m + deviation[i, 0] for i, m in enumerate(middle)]
        if not all(abs(x) < IMMENSE for x in state):
            return
        yield tuple(state)


def _frame(matrix: arb_mat, old: arb_mat) -> tuple[arb_mat, arb_mat]:
    """A nearly orthogonal exact matrix whose columns follow those of `matrix`, and an enclosure of its inverse."""
    columns = [[matrix[i, j].mid() for i in range(matrix.nrows())] for j in range(matrix.ncols())]
    found: list[list[arb]] = []
    for column in columns:
        rest = column
        for q in found:
            along = sum((a * b for a, b in zip(rest, q, strict=True)), start=arb(0)).mid()
            rest = [(a - along * b).mid() for a, b in zip(rest, q, strict=True)]
        length = sum((a * a for a in rest), start=arb(0)).sqrt()
        if not length > 0:
            return old, old.inv()
        found.append([(a / length).mid() for a in rest])
    frame = arb_mat([[found[j][i] for j in range(len(found))] for i in range(len(found))])
    try:
        return frame, frame.inv()
    except ZeroDivisionError:
        return old, old.inv()


def _identity(size: int) -> arb_mat:
    return arb_mat([[arb(int(i == j)) for j in range(size)] for i in range(size)])


def enclosure_at(recurrence: Recurrence, n: int, digits: int, budget: Budget = DEFAULT_BUDGET) -> dict[str, Interval]:
    """The watched components after n updates, each in an interval no wider than 10**-digits.

    Walks at rising precision. Raises `BudgetSpent` where time or precision run out, `Undecided` where the step
    has no finite value on the way.
    """
    tolerance = fmpq(1, 10**digits)
    bits = int(digits * 3.33) + GUARD
    deadline = time.monotonic() + budget.seconds
    while bits <= LARGEST_PRECISION:
        with ctx.workprec(bits):
            state = state_at(recurrence, n, deadline)
            found = {name: x for name, x in zip(recurrence.names, state, strict=True) if name in recurrence.watch}
            if all(2 * x.rad() <= arb(tolerance) for x in found.values()):
                sides = {name: interval_of(x, digits) for name, x in found.items()}
                return {name: side or interval(found[name]) for name, side in sides.items()}
        bits *= 2
    raise BudgetSpent(f"{digits} digits after {n} updates of {recurrence} take more than {LARGEST_PRECISION} bits")


def state_at(recurrence: Recurrence, n: int, deadline: float) -> Boxes:
    """The enclosure of the state after n updates that a walk at flint's present precision gives.

    Raises `BudgetSpent` after the `deadline` of the monotonic clock, and `Undecided` where the walk ends before n.
    """
    k = 0
    for k, state in enumerate(walk(recurrence)):
        if k == n:
            return state
        if k % LOOK == 0 and time.monotonic() > deadline:
            raise BudgetSpent(
                f"the time allowed is spent after {k} of {n} updates: ask for fewer, or give Budget(seconds=...)"
            )
    raise Undecided(
        f"update {k + 1} of {recurrence} has no finite value in balls: it leaves the domain, or grows beyond "
        f"2**{LARGEST_EXPONENT}"
    )


def distance_bound(a: Interval, b: Interval) -> Fraction:
    """An upper bound of |x - y| for x in `a` and y in `b`."""
    return max(abs(a.upper - b.lower), abs(b.upper - a.lower))
