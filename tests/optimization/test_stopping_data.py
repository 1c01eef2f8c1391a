"""Counts on data sets, confirmed just before and at the count by matrix powers in interval arithmetic."""

from fractions import Fraction

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from infinitesimal.interval import Interval
from infinitesimal.limits.stopping import steps_until
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.recurrences.descents import Descent, descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.truth import Truth

datasets = pytest.importorskip("sklearn.datasets")


class Fit(Loss):
    """|X w - y|**2/(2 m), the intercept first, from the decimals of scikit-learn's tables."""

    parameters = ()

    def __init__(self, name: str) -> None:
        data = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
        rows = fmpq_mat([[fmpq(1), *map(decimal, row)] for row in data.data])
        labels = fmpq_mat([[decimal(label)] for label in data.target])
        m, turned = fmpq(rows.nrows()), rows.transpose()
        self.names = tuple(f"w{i:02d}" for i in range(rows.ncols()))
        self.quadratic = Quadratic(
            self.names, turned * rows / m, turned * labels / m, (labels.transpose() * labels)[0, 0] / (2 * m)
        )


def decimal(value: object) -> fmpq:
    exact = Fraction(repr(float(value)))  # type: ignore[arg-type]
    return fmpq(exact.numerator, exact.denominator)


def walk(name: str) -> tuple[Quadratic, Fraction, Descent]:
    fit = Fit(name)
    trace = sum((fit.quadratic.hessian[i, i] for i in range(fit.quadratic.dimension)), fmpq(0))
    rate = Fraction(int(trace.q), int(trace.p))
    return fit.quadratic, rate, descent(fit, 0, rate)


def gradient_at(q: Quadratic, rate: Fraction, n: int) -> list[arb]:
    """The gradient M**n g_0 by repeated squaring of a matrix of balls at 3000 bits, from the start 0."""
    eta = fmpq(rate.numerator, rate.denominator)
    one = fmpq_mat([[fmpq(int(i == j)) for j in range(q.dimension)] for i in range(q.dimension)])
    matrix = one - q.hessian * eta
    with ctx.workprec(3000):
        base, column = arb_mat(matrix), arb_mat(-q.slope)
        while n:
            if n & 1:
                column = base * column
            base, n = base * base, n >> 1
        return column.entries()


def size(values: list[arb], norm: str) -> arb:
    with ctx.workprec(3000):
        if norm == "euclidean":
            return sum((v * v for v in values), arb(0)).sqrt()
        found = abs(values[0])
        for v in values[1:]:
            found = found.max(abs(v))
        return found


COUNTS = {
    ("iris", "euclidean", "1e-3"): 6959,
    ("diabetes", "euclidean", "1e-3"): 328_364_691,
    ("diabetes", "euclidean", "1e-6"): 695_816_828,
    ("diabetes", "euclidean", "1e-9"): 1_063_268_964,
}
"""Found beforehand from moments of the eigenvalues, another way than the search."""


@pytest.mark.parametrize("name", ["iris", "diabetes"])
@pytest.mark.parametrize("norm", ["max", "euclidean"])
def test_descent_on_data_needs_the_steps_that_interval_powers_confirm(name: str, norm: str) -> None:
    q, rate, process = walk(name)
    for tolerance in ("1e-3", "1e-6", "1e-9"):
        n = steps_until(process, "grad", tolerance, norm=norm).steps
        assert n is not None
        assert n == COUNTS.get((name, norm, tolerance), n)
        with ctx.workprec(3000):
            bound = arb(fmpq(1, 10 ** int(tolerance[3:])))
            assert size(gradient_at(q, rate, n - 1), norm) > bound
            assert size(gradient_at(q, rate, n), norm) < bound


def test_steps_and_losses_on_data_are_those_of_interval_powers() -> None:
    q, rate, process = walk("diabetes")
    for rule, tolerance in (("abs_dx", "1e-9"), ("loss_diff", "1e-12")):
        n = steps_until(process, rule, tolerance).steps
        assert n is not None
        eta, goal = fmpq(rate.numerator, rate.denominator), fmpq(1, 10 ** int(tolerance[3:]))
        with ctx.workprec(3000):
            found = []
            for k in (n - 1, n):
                before = gradient_at(q, rate, k - 1)  # the step is -rate*g, and f falls by rate*g.(I - rate*A/2) g
                column = arb_mat([[v] for v in before])
                turned = arb_mat(q.hessian) * column
                fall = sum((v * (v - t * eta / 2) for v, t in zip(before, turned.entries(), strict=True)), arb(0)) * eta
                found.append(size(before, "max") * eta if rule == "abs_dx" else abs(fall))
            assert found[0] > goal and found[1] < goal


def test_what_remains_on_data_is_the_distance_to_the_exact_minimiser() -> None:
    q, rate, process = walk("diabetes")
    found = steps_until(process, "grad", "1e-6")
    assert found.steps is not None and isinstance(found.remaining, Interval)
    gradient = gradient_at(q, rate, found.steps)
    with ctx.workprec(3000):  # the gradient is A (x - x*)
        left = arb_mat(q.hessian).solve(arb_mat([[v] for v in gradient])).entries()
        size_left = size(left, "max")
        low, high = found.remaining.lower, found.remaining.upper
        assert fmpq(low.numerator, low.denominator) < size_left < fmpq(high.numerator, high.denominator)
        assert (high - low) / low < Fraction(1, 10**17)


def test_patience_on_data_ends_after_steps_that_gain_too_little() -> None:
    process = walk("iris")[2]
    found = steps_until(process, "patience(1)<=1e-9")
    assert found.steps is not None and found.never is Truth.FALSE
    # with a patience of one step it ends with the first fall of the loss that is too small
    assert found.steps == steps_until(process, "loss_diff<=1e-9").steps
    longer = steps_until(process, "patience(5)<=1e-9").steps
    assert longer is not None and longer > found.steps
    assert steps_until(process, "patience(3)<=0").never is Truth.TRUE
