"""The linear sequences that stopping rules of affine processes look at: steps, points, gradients and losses."""

from functools import cached_property

from flint import arb, fmpq, fmpq_mat, fmpq_poly

from infinitesimal.optimization.stopping.modes import (
    LinearSequence,
    Modes,
    Polynomial,
    TooCoarse,
    columns,
    polynomial,
    sequence,
)
from infinitesimal.optimization.stopping.problem import AffineProblem, as_column

LEAST_BITS = 128
MOST_BITS = 4096
SMALL_DEGREE = 6
"""More multipliers than these are separated at twice the bits from the beginning."""
ACCURACY = 64
"""The bits to which the largest coefficient of the modes is known, at least."""


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
        self.good_bits = LEAST_BITS if self.degree <= SMALL_DEGREE else 2 * LEAST_BITS
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
        bits = self.good_bits
        while bits <= MOST_BITS:
            try:
                if all(_accurate(self.modes(name, bits)) for name in names):
                    self.good_bits = bits
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
