"""What the stopping rules look at: an affine map, the components that are watched, and the loss, if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import fmpq, fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.linear.iterations import iteration
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.optimization.stopping.rules import Condition, Rule, combined
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.terms.parse import constant

Vector = list[fmpq]


@dataclass(frozen=True, eq=False)
class AffineProblem:
    """state(n) = matrix state(n - 1) + shift, from `start`; x(n) is the part of the state at the places `watch`.

    `quadratic` is the loss in the watched components and `method` the way down; None for a process that is no descent.
    """

    matrix: fmpq_mat
    shift: fmpq_mat
    start: fmpq_mat
    watch: tuple[int, ...]
    quadratic: Quadratic | None
    method: str | None = None

    @cached_property
    def map(self) -> AffineMap:
        size = self.matrix.nrows()
        return AffineMap(
            tuple(f"x{i}" for i in range(size)),
            self.matrix,
            tuple((self.shift[i, 0],) for i in range(size)),
            tuple(self.start[i, 0] for i in range(size)),
        )

    def point(self, state: Sequence[fmpq]) -> Vector:
        """The point of a state."""
        return [state[i] for i in self.watch]

    def point_at(self, n: int, bits: float) -> Vector:
        """x(n), exact; raises `TooManyBits` for one of more than `bits` bits."""
        return self.point(self.map.at(n, bits))

    @cached_property
    def fixed_point(self) -> fmpq_mat | None:
        """The only state that the map leaves alone, as a column; None where there is none or several."""
        size = self.matrix.nrows()
        one = fmpq_mat([[fmpq(int(i == j)) for j in range(size)] for i in range(size)])
        try:
            return (one - self.matrix).solve(self.shift)
        except ZeroDivisionError:
            return None


def affine_problem(process: Process) -> AffineProblem | None:
    """The problem of a process whose step is affine with constant coefficients; None for others.

    The maps of descents on quadratic losses are read off the Hessian, and no terms are made.
    """
    if isinstance(process, Descent):
        quadratic = quadratic_of(process.loss)
        if quadratic is not None:
            return _of_descent(process, quadratic)
    recurrence = process.recurrence
    recurrence.start_values()
    found = affine_map(recurrence)
    if found is None or len(found.forcing[0]) > 1:
        return None
    watch = tuple(found.names.index(name) for name in recurrence.watch)
    shift = fmpq_mat([[row[0]] for row in found.forcing])
    return AffineProblem(found.matrix, shift, fmpq_mat([[x] for x in found.start]), watch, None)


def _of_descent(descent: Descent, quadratic: Quadratic) -> AffineProblem | None:
    size = quadratic.dimension
    start = start_point(descent)
    plain = replace(descent, method="gradient", beta=None) if descent.fixed_beta == 0 else descent
    if descent.method == "steepest":
        if size > 1 or quadratic.hessian[0, 0] == 0:
            return None
        matrix, shift = fmpq_mat(1, 1), fmpq_mat([[quadratic.slope[0, 0] / quadratic.hessian[0, 0]]])
    else:
        found = iteration(plain)
        if found is None:
            return None
        matrix, shift = found
    inertia = {"momentum": [fmpq(0)] * size, "nesterov": start}.get(plain.method, [])
    column = fmpq_mat([[x] for x in [*start, *inertia]])
    return AffineProblem(matrix, shift, column, tuple(range(size)), quadratic, plain.method)


def start_point(descent: Descent) -> Vector:
    """The start of a descent in numbers. Raises `InputError` where it is missing or has parameters."""
    given = dict(descent.start)
    if not given:
        raise InputError(f"{descent.loss} has no start here: give every variable its first value, such as start=0")
    numbers = [constant(given[name], f"start of {name}") for name in descent.loss.names]
    return [to_fmpq(x) for x in numbers]


def as_column(values: Sequence[fmpq]) -> fmpq_mat:
    return fmpq_mat([[x] for x in values])


def holds_exactly(problem: AffineProblem, rule: Rule, n: int, bits: float) -> bool:
    """Whether a rule without patience holds at n, from the exact points n and n - 1.

    Raises `TooManyBits` where they are longer than `bits` bits.
    """
    now = problem.point_at(n, bits)
    before = problem.point_at(n - 1, bits) if n else None
    return combined(rule, lambda c: _condition(problem, c, before, now), lambda a, b: a or b, lambda a, b: a and b)


def _condition(problem: AffineProblem, condition: Condition, before: Vector | None, now: Vector) -> bool:
    if condition.quantity == "grad":
        assert problem.quadratic is not None
        return small(condition, problem.quadratic.gradient(as_column(now)).entries())
    if before is None:
        return False
    if condition.quantity == "loss_diff":
        assert problem.quadratic is not None
        value = problem.quadratic.value
        return small(condition, [value(as_column(now)) - value(as_column(before))])
    moved = [b - a for a, b in zip(before, now, strict=True)]
    scale = max(map(abs, now)) if condition.quantity == "rel_dx" else fmpq(1)
    return small(condition, moved, scale)


def small(condition: Condition, values: Sequence[fmpq], scale: fmpq | int = 1) -> bool:
    """Whether the norm of `values` is at most (below, when strict) the tolerance times `scale`; exact."""
    bound = to_fmpq(condition.tolerance) * scale
    if condition.norm == "max":
        size = max(map(abs, values))
    else:
        size, bound = sum((v * v for v in values), start=fmpq(0)), bound * bound
    return bool(size < bound or (size == bound and not condition.strict))
