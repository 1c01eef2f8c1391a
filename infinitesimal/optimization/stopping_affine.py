"""Stopping rules of affine processes with several multipliers, by enclosures of their modes.

The steps, the points and the gradients of the process are linear sequences. Their modes enclose them on whole ranges
of steps, so that a rule is refuted for all of them at once, and for ever after, where the largest mode decides. A
single step is decided by balls of rising precision, and exactly where they do not separate.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from math import lcm

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly

from infinitesimal.linear.affine import TooManyBits
from infinitesimal.optimization.stopping_modes import (
    LinearSequence,
    Modes,
    Polynomial,
    TooCoarse,
    columns,
    polynomial,
    scaled_bound,
    sequence,
)
from infinitesimal.optimization.stopping_problem import AffineProblem, as_column, as_fmpq, holds_exactly
from infinitesimal.optimization.stopping_rotation import needed_bits, next_candidate
from infinitesimal.optimization.stopping_rules import Condition, Rule, combined
from infinitesimal.truth import Truth

LEAST_BITS = 128
MOST_BITS = 4096
ACCURACY = 64
"""The bits to which the largest coefficient of the modes is known, at least."""
EXACT_BITS = 2_000_000
"""Exact points of at most so many bits decide what balls leave open."""


class Sequences:
    """The linear sequences of a problem, from n = `offset` on, where the multiplier 0 has done its work."""

    def __init__(self, problem: AffineProblem) -> None:
        self.problem = problem
        chi = problem.matrix.charpoly()
        self.zeros = next(k for k in range(chi.degree() + 1) if chi[k] != 0)
        self.offset = self.zeros + 1
        self.degree = chi.degree() - self.zeros
        shorter = fmpq_poly([chi[k] for k in range(self.zeros, chi.degree() + 1)])
        self.whole = polynomial(shorter * fmpq_poly([-1, 1]))
        self._modes: dict[tuple[str, int], Modes] = {}
        self._coarse: set[tuple[str, int]] = set()

    def _points(self, count: int) -> fmpq_mat:
        """x(n) in columns, `count` of them from n = offset - 1 on."""
        problem = self.problem
        integers, q = problem.map.extended().numer_denom()
        column, bottom = problem.map.extended_start().numer_denom()
        columns = []
        for n in range(self.offset - 1 + count):
            if n >= self.offset - 1:
                columns.append([fmpq(column[i, 0], bottom) for i in problem.watch])
            column, bottom = integers * column, q * bottom
        return fmpq_mat(columns).transpose()

    def _gradients(self, points: fmpq_mat) -> fmpq_mat:
        quadratic = self.problem.quadratic
        assert quadratic is not None
        return quadratic.hessian * points - quadratic.slope * fmpq_mat([[fmpq(1)] * points.ncols()])

    @cached_property
    def points(self) -> fmpq_mat:
        """x(n) in columns, for n = offset - 1, ..., offset + degree."""
        return self._points(self.degree + 2)

    @cached_property
    def gradients(self) -> fmpq_mat:
        """The gradients at `points`."""
        return self._gradients(self.points)

    def over(self, gap: int) -> tuple[LinearSequence, LinearSequence]:
        """x(n) - x(n + gap) and half the sum of the gradients there: f(x_n) - f(x_(n + gap)) is their product."""
        points = self._points(self.degree + 2 + gap)
        gradients = self._gradients(points)
        width = self.degree + 1
        (x, y), (g, h) = ((columns(m, 1, width), columns(m, 1 + gap, width)) for m in (points, gradients))
        return sequence(self._differences, x - y), sequence(self.whole, (g + h) / fmpq(2))

    @cached_property
    def step(self) -> LinearSequence:
        """x(n) - x(n-1)."""
        return sequence(self._differences, _later(self.points) - _earlier(self.points))

    @cached_property
    def point(self) -> LinearSequence:
        """x(n)."""
        return sequence(self.whole, _later(self.points))

    @cached_property
    def gradient(self) -> LinearSequence:
        """The gradient at x(n)."""
        return sequence(self.whole, _later(self.gradients))

    @cached_property
    def mean_gradient(self) -> LinearSequence:
        """Half the sum of the gradients at x(n) and x(n-1): f(x_n) - f(x_(n-1)) is its product with the step."""
        return sequence(self.whole, (_later(self.gradients) + _earlier(self.gradients)) / fmpq(2))

    @cached_property
    def fall(self) -> LinearSequence | None:
        """f(x_n) - f* of gradient descent: its multipliers are the squares of those of x. None without a limit."""
        quadratic, center = self.problem.quadratic, self.limit
        if quadratic is None or center is None:
            return None
        chi = (self.problem.matrix * self.problem.matrix).charpoly()
        squares = polynomial(fmpq_poly([chi[k] for k in range(self.zeros, chi.degree() + 1)]))
        least = quadratic.value(as_column(center))
        points = columns(self.points, 1, self.degree).transpose().tolist()
        return sequence(squares, fmpq_mat([[quadratic.value(as_column(x)) - least for x in points]]))

    @cached_property
    def rest(self) -> LinearSequence | None:
        """x(n) - limit."""
        if self.limit is None:
            return None
        center = fmpq_mat([[x] for x in self.limit]) * fmpq_mat([[fmpq(1)] * self.step.order])
        return LinearSequence(self.whole, self.step.powers, columns(self.points, 1, self.step.order) - center)

    @cached_property
    def _differences(self) -> Polynomial:
        """The polynomial of the steps: that of the points has one factor t - 1 more."""
        return _without_one(self.whole)

    @cached_property
    def limit(self) -> list[fmpq] | None:
        """The point x* with x(n) - x* a sum of the modes of the steps: the limit where they decay; None for a drift.

        With p the polynomial of the steps and p(t) = p(1) + (t - 1) q(t), the rest e(n) = x(n) - x* satisfies
        p(1) e(n) = -q(E) step(n + 1), with E the shift of n by 1.
        """
        p = fmpq_poly([1])
        for (factor, _), power in zip(self.step.polynomial.factors, self.step.powers, strict=True):
            p *= fmpq_poly(factor) ** power
        at_one = p(fmpq(1))
        if at_one == 0:
            return None
        q = (p - fmpq_poly([at_one])) // fmpq_poly([-1, 1])
        steps = _later(self.points) - _earlier(self.points)
        found = [self.points[i, 1] for i in range(self.points.nrows())]
        for k in range(q.degree() + 1):
            for i in range(len(found)):
                found[i] += q[k] * steps[i, k + 1] / at_one
        return found

    def modes(self, name: str, bits: int) -> Modes:
        """The modes of a sequence. Raises `TooCoarse` where the precision is not enough to find them."""
        key = (name, bits)
        if key in self._coarse:
            raise TooCoarse
        if key not in self._modes:
            try:
                self._modes[key] = Modes(getattr(self, name), bits)
            except TooCoarse:
                self._coarse.add(key)
                raise
        return self._modes[key]

    def bits_for(self, names: tuple[str, ...]) -> int:
        """A precision at which the modes of the sequences are accurate; raises `TooCoarse` where none is found."""
        bits = LEAST_BITS
        while bits <= MOST_BITS:
            try:
                if all(_accurate(self.modes(name, bits)) for name in names):
                    return bits
            except TooCoarse:
                pass
            bits *= 2
        raise TooCoarse


def _accurate(modes: Modes) -> bool:
    if modes.coefficients is None:
        return True
    entries = modes.coefficients.entries()
    largest = max((abs(e.mid()) for e in entries), key=lambda e: (e.is_zero() == 0, e.upper()))
    widest = max(e.rad() for e in entries)
    return bool(widest * arb(2) ** ACCURACY <= largest) and all(e.is_finite() for e in entries)


def _later(columns: fmpq_mat) -> fmpq_mat:
    return fmpq_mat([row[1:] for row in columns.tolist()])


def _earlier(columns: fmpq_mat) -> fmpq_mat:
    return fmpq_mat([row[:-1] for row in columns.tolist()])


def _without_one(whole: Polynomial) -> Polynomial:
    """One factor t - 1 less. The factors keep their places, so roots can be compared."""
    return whole.with_powers([m - int(f.degree() == 1 and f[0] == -f[1]) for f, m in whole.factors])


class AffineQuestion:
    """Whether a rule holds at a step of an affine process. A `Question` of `stopping_search`."""

    def __init__(self, sequences: Sequences, rule: Rule) -> None:
        self.sequences, self.rule = sequences, rule
        self.offset = sequences.offset
        self.names = tuple({name for c in _conditions(rule) for name in LOOKED_AT[c.quantity]})
        self.bits = sequences.bits_for(self.names)
        self.period = lcm(*(sequences.modes(name, self.bits).period for name in self.names))

    def on(self, low: int, high: int) -> Truth:
        if low < self.offset:
            return Truth.UNKNOWN
        residues = range(min(self.period, high - low + 1))
        return _unanimous(self._on(low, high, low + r, self.bits) for r in residues)

    def _on(self, low: int, high: int, step: int, bits: int) -> Truth:
        """On the steps that are congruent to `step` modulo the period."""
        a, b, residue = low - self.offset, high - self.offset, step - self.offset
        with ctx.workprec(bits):
            known: dict[str, list[arb]] = {}

            def values(name: str) -> list[arb]:
                if name not in known:
                    known[name] = self.sequences.modes(name, bits).on(a, b, residue)
                return known[name]

            return self._truth(lambda c: _condition(c, values))

    def _truth(self, answer: Callable[[Condition], Truth]) -> Truth:
        found: Truth = combined(self.rule, answer, Truth.__or__, Truth.__and__)
        return found

    def at(self, step: int) -> Truth:
        if step < self.offset:
            return self._exactly(step)
        bits = self.bits
        for tries in range(6):
            try:
                found = self._on(step, step, step, bits)
            except TooCoarse:
                found = Truth.UNKNOWN
            if found is not Truth.UNKNOWN:
                return found
            if tries == 1 and (exact := self._exactly(step)) is not Truth.UNKNOWN:
                return exact
            bits *= 2
        return Truth.UNKNOWN

    def _exactly(self, step: int) -> Truth:
        try:
            return Truth.of(holds_exactly(self.sequences.problem, self.rule, step, EXACT_BITS))
        except TooManyBits:
            return Truth.UNKNOWN

    def after(self, low: int) -> Truth:
        if low <= self.offset:
            return Truth.UNKNOWN
        return _unanimous(self._after(low, low + r) for r in range(self.period))

    def next(self, low: int, high: int) -> int | None:
        rule = self.rule
        if low < self.offset or not isinstance(rule, Condition) or rule.quantity == "loss_diff":
            return None
        a, b = low - self.offset, high - self.offset
        bits = needed_bits(b, self.bits)
        try:
            modes = [self.sequences.modes(name, bits) for name in LOOKED_AT[rule.quantity]]
        except TooCoarse:
            return None
        with ctx.workprec(bits):
            ceiling = arb(as_fmpq(rule.tolerance))
            if rule.quantity == "rel_dx":
                lengths = [abs(x).upper() for r in range(modes[1].period) for x in modes[1].on(a, b, r)]
                ceiling *= max(lengths)
            found = next_candidate(modes[0], ceiling, a, b)
        return None if found is None else found + self.offset

    def _after(self, low: int, step: int) -> Truth:
        a, residue = low - self.offset, step - self.offset
        with ctx.workprec(self.bits):
            return self._truth(lambda c: self._condition_after(c, a, residue))

    def _condition_after(self, condition: Condition, low: int, residue: int) -> Truth:
        if condition.is_impossible:
            return Truth.FALSE
        modes = [self.sequences.modes(name, self.bits) for name in LOOKED_AT[condition.quantity]]
        if condition.quantity == "rel_dx" and condition.tolerance == 0:
            modes = modes[:1]
        elif condition.quantity == "rel_dx":
            scale = modes[1].scale() or modes[0].scale()
            if scale is None:
                return relatively_at_most(condition, [arb(0)], [arb(0)])
            step, point = (m.after(low, residue, scale) for m in modes)
            return Truth.UNKNOWN if step is None or point is None else relatively_at_most(condition, step, point)
        found = after_product(modes, low, residue, as_fmpq(condition.tolerance))
        return Truth.UNKNOWN if found is None else at_most(condition, *found)


def after_product(modes: list[Modes], low: int, residue: int, bound: fmpq) -> tuple[list[arb], arb, arb] | None:
    """A sequence, or the product of two, for all t >= low of a residue, and `bound` from below and above.

    All are measured in the scales of the modes; None if nothing is known.
    """
    scales = [s for m in modes if (s := m.scale()) is not None]
    if len(scales) < len(modes):
        return [arb(0)], arb(bound), arb(bound)
    balls = [m.after(low, residue, s) for m, s in zip(modes, scales, strict=True)]
    bounds = scaled_bound(bound, low, scales)
    known = [b for b in balls if b is not None]
    if bounds is None or len(known) < len(balls):
        return None
    return (known[0] if len(known) == 1 else [_dot(*known)]), *bounds


LOOKED_AT = {
    "abs_dx": ("step",),
    "rel_dx": ("step", "point"),
    "grad": ("gradient",),
    "loss_diff": ("step", "mean_gradient"),
}
"""The sequences that a condition is about."""


def _conditions(rule: Rule) -> list[Condition]:
    return combined(rule, lambda c: [c], lambda a, b: a + b, lambda a, b: a + b)


def _unanimous(answers: Iterable[Truth]) -> Truth:
    """The answer that all give; UNKNOWN where they differ."""
    first: Truth | None = None
    for answer in answers:
        if answer is Truth.UNKNOWN or (first is not None and answer is not first):
            return Truth.UNKNOWN
        first = answer
    return Truth.UNKNOWN if first is None else first


def _condition(condition: Condition, values: Callable[[str], list[arb]]) -> Truth:
    if condition.is_impossible:
        return Truth.FALSE
    names = LOOKED_AT[condition.quantity]
    if condition.quantity == "rel_dx":
        return relatively_at_most(condition, values(names[0]), values(names[1]))
    bound = arb(as_fmpq(condition.tolerance))
    return at_most(condition, values(names[0]) if len(names) == 1 else [_dot(*map(values, names))], bound)


def at_most(condition: Condition, values: list[arb], low: arb, high: arb | None = None) -> Truth:
    """Whether the norm of `values` is at most a bound that is known to be at least `low` and at most `high`."""
    high = low if high is None else high
    if condition.norm == "euclidean":
        values, low, high = [_dot(values, values)], low * low, high * high
    sizes = [abs(v) for v in values]
    if condition.strict:
        return _decided(all(s < low for s in sizes), any(s >= high for s in sizes))
    return _decided(all(s <= low for s in sizes), any(s > high for s in sizes))


def relatively_at_most(condition: Condition, step: list[arb], point: list[arb]) -> Truth:
    rho = arb(as_fmpq(condition.tolerance))
    sizes, bounds = [abs(v) for v in step], [rho * abs(v) for v in point]
    if condition.strict:
        return _decided(any(all(s < b for s in sizes) for b in bounds), any(all(s >= b for b in bounds) for s in sizes))
    return _decided(any(all(s <= b for s in sizes) for b in bounds), any(all(s > b for b in bounds) for s in sizes))


def _decided(yes: bool, no: bool) -> Truth:
    return Truth.TRUE if yes else Truth.FALSE if no else Truth.UNKNOWN


def _dot(a: list[arb], b: list[arb]) -> arb:
    return sum((x * y for x, y in zip(a, b, strict=True)), start=arb(0))
