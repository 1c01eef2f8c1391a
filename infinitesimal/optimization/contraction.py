"""Proofs that a descent converges: a region that the step maps into itself and contracts.

Two theorems. (1) In one variable, for gradient descent with a fixed rate on [lo, hi]: if f'(lo) < 0 < f'(hi) and
0 < f'' <= 1/rate there, the step is increasing, maps the interval into itself, and has one fixed point in it. If f''
is only below 2/rate, the same holds on an interval symmetric about the minimum. (2) In a norm |V**-1 (x - x*)| with the
largest modulus of a coordinate: if the Jacobian J of the step satisfies |V**-1 J V| <= rho < 1 over a box around the
ball of radius R about a fixed point x*, every start in that ball approaches x* by rho at each step (Banach). V holds
approximate eigenvectors, so that rho is close to the spectral radius; the proof needs nothing of them but an inverse.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from flint import acb, acb_mat, arb, arb_mat, ctx

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.ball_programs import ball_function, jacobian
from infinitesimal.optimization.dyadics import fraction, interval
from infinitesimal.optimization.hessians import Box, hessian_range
from infinitesimal.optimization.interval_newton import CertifiedMinimum, certified_minimum
from infinitesimal.optimization.kinks import are_crossed, jumps
from infinitesimal.optimization.mean_value import walk
from infinitesimal.rational import brief, rational, show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.truth import Hypothesis, Truth

_BITS = 160
_ENTRIES = (0, 10, 30, 100, 300, 1000, 3000, 10_000)
"""The steps after which a walk is looked at for a contracting region."""


@dataclass(frozen=True)
class Contraction:
    """A certificate that a descent converges to a minimum, or UNKNOWN with what was tried; never FALSE.

    From step `entered` on the distance to `limit`, in the norm that `norm` names, shrinks at least by `factor` (an
    exact upper bound below 1) at each step. `box` is the region of the proof. In the maximum norm |x_n - x*| is at
    most `constant` * factor**(n - entered).
    """

    truth: Truth
    reason: str
    factor: Fraction | None = None
    entered: int = 0
    constant: Fraction | None = None
    limit: dict[str, Interval] | None = None
    box: dict[str, Interval] | None = None
    norm: str = ""
    hypotheses: tuple[Hypothesis, ...] = ()

    def __str__(self) -> str:
        head = "unknown" if self.truth is Truth.UNKNOWN else "contracts"
        return "\n".join([f"{head}: {self.reason}", *(f"  {i}. {h}" for i, h in enumerate(self.hypotheses, 1))])

    __repr__ = __str__

    def bound(self, n: int) -> Fraction:
        """An upper bound of |x_n - x*| in the maximum norm, exact, for n >= `entered`."""
        if self.factor is None or self.constant is None or n < self.entered:
            raise InputError(f"no bound at n = {n}: the certificate holds from n = {self.entered} on, if at all")
        return self.constant * self.factor ** (n - self.entered)


def contraction(
    descent: Descent, box: Mapping[str, tuple[object, object]] | None = None, budget: Budget = DEFAULT_BUDGET
) -> Contraction:
    """A certificate that the descent converges, on a box that is given, or around the minimum it leads to.

    `box` gives each variable its two ends; the certificate is then for every start in it. Without one the walk from
    the start is followed, rigorously, until it is inside a region that contracts. UNKNOWN where no proof was found,
    such as at a flat minimum, where convergence is slower than any geometric rate.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = contraction(descent("softplus(-3*x) + x**2/4", rate="0.4"), {"x": (0, 2)})
    >>> found.truth, found.factor < Fraction(4, 5)
    (Truth.TRUE, True)
    """
    _check(descent)
    if box is not None:
        sides = {name: (rational(a, f"box of {name}"), rational(b, f"box of {name}")) for name, (a, b) in box.items()}
        if len(descent.loss.names) == 1 and descent.method == "gradient":
            return _on_interval(descent, sides)
        return _on_box(descent, sides, budget)
    return _along_walk(descent, budget)


def _check(descent: Descent) -> None:
    if descent.recurrence.parameters:
        raise InputError(f"{descent} has parameters ({', '.join(descent.recurrence.parameters)}): give them values")
    if descent.recurrence.counts_steps:
        raise InputError(f"{descent} has a rate that depends on n: a contraction is of one map; give a fixed rate")


def _on_interval(descent: Descent, box: Box) -> Contraction:
    """The first theorem, every hypothesis with its numbers."""
    (name,) = descent.loss.names
    rate = descent.fixed_rate
    assert rate is not None
    curvature = hessian_range(descent.loss, box)
    low, high = box[name]
    if curvature is None:
        return Contraction(
            Truth.UNKNOWN, f"the second derivative is not finite on [{show(low)}, {show(high)}], or has a kink"
        )
    with ctx.workprec(_BITS):
        slope = ball_function((descent.loss.gradient[name],), (name,))
        below, above = slope(arb(to_fmpq(low)))[0], slope(arb(to_fmpq(high)))[0]
    turns = bool(below < 0 and above > 0)
    convex, gentle = curvature.lower > 0, curvature.upper * rate < 2
    increasing = curvature.upper * rate <= 1
    hypotheses = (
        _hypothesis(turns, f"f' < 0 at {show(low)} and f' > 0 at {show(high)}", f"{_short(below)} and {_short(above)}"),
        _hypothesis(convex, "f'' > 0 on the interval", f"f'' >= {_decimal(curvature.lower)}"),
        _hypothesis(gentle, f"rate*f'' < 2, with rate {show(rate)}", f"f'' <= {_decimal(curvature.upper)}"),
    )
    if not (turns and convex and gentle):
        failed = next(h for h in hypotheses if h.truth is not Truth.TRUE)
        return Contraction(Truth.UNKNOWN, f"not proved on the interval: {failed.text}", hypotheses=hypotheses)
    found = certified_minimum(descent.loss, {name: (low + high) / 2})
    place = found.place[name]
    factor = max(abs(1 - rate * curvature.lower), abs(1 - rate * curvature.upper))
    reach = max(high - place.lower, place.upper - low)
    if not increasing:  # the step may jump over the minimum: an interval symmetric about it is mapped into itself
        reach = min(high - place.upper, place.lower - low)
    reason = f"|x_n - x*| <= {_decimal(factor)}**n |x_0 - x*| " + (
        "from every start in the interval"
        if increasing
        else f"from every start within {_decimal(reach)} of the minimum"
    )
    return Contraction(
        Truth.TRUE, reason, factor, 0, reach, found.place, {name: Interval(low, high)}, "the absolute value", hypotheses
    )


def _on_box(descent: Descent, box: Box, budget: Budget) -> Contraction:
    """The second theorem on a box that is given: the largest ball of the norm in it."""
    missing = [name for name in descent.loss.names if name not in box]
    if missing:
        raise InputError(f"the box has no side for {missing[0]!r}: give each variable its two ends")
    found = certified_minimum(descent.loss, {name: (a + b) / 2 for name, (a, b) in box.items()}, budget=budget)
    with ctx.workprec(_BITS):
        region = _Region(descent, found)
        reach = min(min(found.place[name].lower - a, b - found.place[name].upper) for name, (a, b) in box.items())
        radius = region.radius_within(arb(to_fmpq(reach))) if reach > 0 else None
        return _best(region, radius, found, 0, "every start in that region")


def _along_walk(descent: Descent, budget: Budget) -> Contraction:
    start = descent.recurrence.start_values()
    near = {name: start[name] for name in descent.loss.names}
    deadline = time.monotonic() + budget.seconds
    try:
        found = certified_minimum(descent.loss, near, budget=budget)
    except (Undecided, BudgetSpent) as error:
        return Contraction(Truth.UNKNOWN, f"no strict minimum is certified near the start: {error}")
    with ctx.workprec(_BITS):
        try:
            region = _Region(descent, found)
        except Undecided as error:
            return Contraction(Truth.UNKNOWN, str(error))
        steps, n = walk(descent.recurrence), -1
        for entry in _ENTRIES:
            state = next(islice(steps, entry - n - 1, None), None)
            if state is None:
                return Contraction(Truth.UNKNOWN, f"a state before step {entry} is not finite in balls")
            n = entry
            certificate = _best(region, region.distance(state), found, entry, "this start")
            if certificate.truth is Truth.TRUE or time.monotonic() > deadline:
                return certificate
    return Contraction(
        Truth.UNKNOWN, f"the walk is not inside a contracting region after {n} steps: {certificate.reason}"
    )


def _best(region: "_Region", radius: arb | None, found: CertifiedMinimum, entry: int, what: str) -> Contraction:
    factor = None if radius is None else region.factor(radius)
    if radius is None or factor is None:
        return Contraction(Truth.UNKNOWN, "the step is not shown to contract there, in the norm of its eigenvectors")
    bound, box = fraction(factor.upper()), region.box(radius)
    hypotheses = (
        Hypothesis("a strict minimum is a fixed point of the step", str(found)),
        Hypothesis("|V**-1 J V| over the box of the region", f"at most {_decimal(bound)}"),
        Hypothesis("the distance to the minimum in the norm", f"at most {_short(radius.upper())} at step {entry}"),
    )
    constant = fraction((region.stretch * radius).upper())
    reason = f"from step {entry} on the distance shrinks by {_decimal(bound)} or less at each step, for {what}"
    names = region.descent.loss.names
    limit = {name: found.place[name] for name in names}
    return Contraction(
        Truth.TRUE, reason, bound, entry, constant, limit, box, "|V**-1 (x - x*)|, largest coordinate", hypotheses
    )


class _Region:
    """The step of a descent near a certified minimum, in the norm of its approximate eigenvectors."""

    def __init__(self, descent: Descent, found: CertifiedMinimum) -> None:
        self.descent, self.recurrence = descent, descent.recurrence
        self.names = self.recurrence.names
        self.centre = [_ball(found.place[name]) for name in self._places()]
        middle = acb_mat(arb_mat(self._jacobian([x.mid() for x in self.centre])).mid())
        try:
            _, vectors = middle.eig(right=True, algorithm="approx")
            self.vectors = vectors.mid()
            self.inverse = self.vectors.inv()
        except (ZeroDivisionError, ValueError) as error:
            raise Undecided(f"the step has no complete set of eigenvectors near the minimum: {error}") from None
        size = len(self.names)
        self.stretch = _largest_row(self.vectors, size)

    def _places(self) -> list[str]:
        """The variable of the loss that each component of the state settles at; velocities settle at 0."""
        names = self.descent.loss.names
        return [*names, *(names if self.descent.method == "nesterov" else ())]

    def _jacobian(self, state: list[arb]) -> list[list[arb]]:
        size = len(self.names)
        state = [*state, *(arb(0) for _ in range(size - len(state)))]
        terms = tuple(t for _, t in self.recurrence.step)
        entries = ball_function(jacobian(terms, self.names), self.names)(*state)
        if not all(x.is_finite() for x in entries) or are_crossed(jumps(*terms), self.names, state):
            raise Undecided("the step has no derivative there: a kink, or a value that is not finite")
        return [list(entries[i * size : (i + 1) * size]) for i in range(size)]

    def _full_centre(self) -> list[arb]:
        return [*self.centre, *(arb(0) for _ in range(len(self.names) - len(self.centre)))]

    def distance(self, state: tuple[arb, ...]) -> arb:
        """An upper bound of |V**-1 (x - x*)|."""
        away = acb_mat([[acb(x - c)] for x, c in zip(state, self._full_centre(), strict=True)])
        moved = self.inverse * away
        return max((moved[i, 0].abs_upper() for i in range(len(self.names))), key=lambda x: x)

    def hull(self, radius: arb) -> list[arb]:
        """The box around the ball of that radius: each coordinate within radius times the row sum of |V|."""
        rows = [
            sum((self.vectors[i, j].abs_upper() for j in range(len(self.names))), start=arb(0))
            for i in range(len(self.names))
        ]
        return [c + arb(0, (row * radius).upper()) for c, row in zip(self._full_centre(), rows, strict=True)]

    def box(self, radius: arb) -> dict[str, Interval]:
        return {name: interval(x) for name, x in zip(self.names, self.hull(radius), strict=True)}

    def radius_within(self, reach: arb) -> arb:
        """A radius whose hull stays within `reach` of the minimum in every variable."""
        return (reach / self.stretch).lower()

    def factor(self, radius: arb) -> arb | None:
        """An upper bound below 1 of |V**-1 J V| over the hull, None if there is none."""
        try:
            matrix = acb_mat(arb_mat(self._jacobian(self.hull(radius))))
        except Undecided:
            return None
        found = _largest_row(self.inverse * matrix * self.vectors, len(self.names))
        return found if found < 1 else None


def _largest_row(matrix: acb_mat, size: int) -> arb:
    rows = [sum((matrix[i, j].abs_upper() for j in range(size)), start=arb(0)) for i in range(size)]
    return max(rows, key=lambda x: float(x.mid())).upper() if all(x.is_finite() for x in rows) else arb.pos_inf()


def _ball(side: Interval) -> arb:
    return arb(to_fmpq(side.middle)) + arb(0, to_fmpq(side.width / 2))


def _hypothesis(holds: bool, text: str, evidence: str) -> Hypothesis:
    return Hypothesis(text, evidence, Truth.TRUE if holds else Truth.UNKNOWN)


def _short(x: arb) -> str:
    return str(x.str(6, radius=False))


def _decimal(value: Fraction) -> str:
    return brief(value, 8)
