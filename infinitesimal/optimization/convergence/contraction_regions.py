"""Regions that the step of a descent contracts, in the norm of its eigenvectors.

In a norm |V**-1 (x - x*)| with the largest modulus of a coordinate: if the Jacobian J of the step satisfies |V**-1 J V|
<= rho < 1 over a box around the ball of radius R about a fixed point x*, every start in that ball approaches x* by rho
at each step (Banach). V holds approximate eigenvectors, so that rho is close to the spectral radius; the proof needs
nothing of them but an inverse.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from flint import acb, acb_mat, arb, arb_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.ball_programs import ball_function, jacobian
from infinitesimal.optimization.convergence.contraction_records import Contraction, decimal, short
from infinitesimal.optimization.convergence.interval_newton import CertifiedMinimum
from infinitesimal.optimization.convergence.kinks import are_crossed, jumps
from infinitesimal.optimization.dyadics import fraction, interval
from infinitesimal.recurrences.descents import Descent
from infinitesimal.truth import Hypothesis, Truth


class Region:
    """The step of a descent near a certified stationary point. Its methods take the working precision of the caller.

    Raises `Undecided` where the step has no derivative there, or no complete set of eigenvectors is found.
    """

    def __init__(self, descent: Descent, found: CertifiedMinimum) -> None:
        self.descent, self.recurrence, self.found = descent, descent.recurrence, found
        self.names = self.recurrence.names
        self.centre = self.full([ball_of(found.place[name]) for name in descent.loss.names])
        middle = acb_mat(arb_mat(self._jacobian([x.mid() for x in self.centre])).mid())
        try:
            _, vectors = middle.eig(right=True, algorithm="approx")
            self.vectors = vectors.mid()
            self.inverse = self.vectors.inv()
        except (ZeroDivisionError, ValueError) as error:
            raise Undecided(f"the step has no complete set of eigenvectors near the minimum: {error}") from None
        self.stretch = _norm(self.vectors, len(self.names))

    def full(self, point: Sequence[arb]) -> list[arb]:
        """The state that belongs to a point at rest: velocities are 0 there, and the point before is the same."""
        size, method = len(point), self.descent.method
        if method == "nesterov":
            return [*point, *point]
        return [*point, *(arb(0) for _ in range(len(self.names) - size))]

    def _jacobian(self, state: list[arb]) -> list[list[arb]]:
        size = len(self.names)
        terms = tuple(t for _, t in self.recurrence.step)
        entries = ball_function(jacobian(terms, self.names), self.names)(*state)
        if not all(x.is_finite() for x in entries) or are_crossed(jumps(*terms), self.names, state):
            raise Undecided("the step has no derivative there: a kink, or a value that is not finite")
        return [list(entries[i * size : (i + 1) * size]) for i in range(size)]

    def certificate(self, radius: arb, entered: int, what: str) -> Contraction:
        """The proof for all states within a distance `radius`, from step `entered` on; UNKNOWN if there is none."""
        factor = self.factor(radius)
        if factor is None:
            return Contraction(
                Truth.UNKNOWN, "the step is not shown to contract there, in the norm of its eigenvectors"
            )
        bound = fraction(factor)
        hypotheses = (
            Hypothesis(f"a {self.found.kind} is a fixed point of the step", str(self.found)),
            Hypothesis("|V**-1 J V| over the box of the region", f"at most {decimal(bound)}"),
            Hypothesis(
                f"the distance to the {self.found.kind.split()[-1]} in the norm",
                f"at most {short(radius)} at step {entered}",
            ),
        )
        reason = f"from step {entered} on the distance shrinks by {decimal(bound)} or less at each step, for {what}"
        return Contraction(
            Truth.TRUE,
            reason,
            bound,
            entered,
            fraction((self.stretch * radius).upper()),
            {name: self.found.place[name] for name in self.descent.loss.names},
            {name: interval(x) for name, x in zip(self.names, self.hull(radius), strict=True)},
            "|V**-1 (x - x*)|, largest coordinate",
            hypotheses,
        )

    def distance(self, state: Sequence[arb]) -> arb:
        """An upper bound of |V**-1 (x - x*)| for all x in a box."""
        away = acb_mat([[acb(x - c)] for x, c in zip(state, self.centre, strict=True)])
        moved = self.inverse * away
        return _largest([moved[i, 0].abs_upper() for i in range(len(self.names))])

    def hull(self, radius: arb) -> list[arb]:
        """The box around the ball of that radius: each coordinate within radius times the row sum of |V|."""
        rows = _row_sums(self.vectors, len(self.names))
        return [c + arb(0, (row * radius).upper()) for c, row in zip(self.centre, rows, strict=True)]

    def within(self, reach: Fraction) -> Fraction:
        """How far from the minimum, in every variable, a start at rest may be for a ball whose hull is within reach."""
        radius = (arb(to_fmpq(reach)) / self.stretch).lower()
        unit = [arb(0, 1) for _ in self.descent.loss.names]
        return fraction(
            (radius / self.distance([c + x for c, x in zip(self.centre, self.full(unit), strict=True)])).lower(),
            up=False,
        )

    @cached_property
    def attracts(self) -> bool:
        """Whether the step contracts close to the point, as it does near one that attracts."""
        return self.factor(arb((1, -50))) is not None

    def factor(self, radius: arb) -> arb | None:
        """An upper bound below 1 of |V**-1 J V| over the hull, None if there is none."""
        if not radius.is_finite():
            return None
        try:
            matrix = acb_mat(arb_mat(self._jacobian(self.hull(radius))))
        except Undecided:
            return None
        found = _norm(self.inverse * matrix * self.vectors, len(self.names))
        return found if found < 1 else None


def ball_of(side: Interval) -> arb:
    """The ball around an interval."""
    return arb(to_fmpq(side.middle)) + arb(0, to_fmpq(side.width / 2))


def _norm(matrix: acb_mat, size: int) -> arb:
    """An upper bound of the largest row sum."""
    return _largest(_row_sums(matrix, size))


def _row_sums(matrix: acb_mat, size: int) -> list[arb]:
    return [sum((matrix[i, j].abs_upper() for j in range(size)), start=arb(0)).upper() for i in range(size)]


def _largest(bounds: list[arb]) -> arb:
    """The largest of exact numbers, compared exactly; infinite if one of them is."""
    if not all(x.is_finite() for x in bounds):
        return arb.pos_inf()
    largest = bounds[0]
    for x in bounds[1:]:
        largest = max(largest, x)
    return largest
