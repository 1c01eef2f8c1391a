"""Descents on losses that know their quadratic: exact words never ask for terms."""

import random
import time
from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat

from infinitesimal.errors import Undecided
from infinitesimal.limits.closed_form import solve
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.far_values import nearest
from infinitesimal.limits.limit import converges, limit
from infinitesimal.limits.remainders import remainder
from infinitesimal.limits.values import at, steps, values
from infinitesimal.linear.affine import affine_map
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.truth import Truth

F = Fraction


class Known(Loss):
    """A least squares loss by its Gram matrix; its terms must not be asked for."""

    parameters = ()

    def __init__(self, columns: int, rows: int, seed: int) -> None:
        draw = random.Random(seed)
        table = fmpq_mat([[fmpq(draw.randint(-99, 99), 10) for _ in range(columns)] for _ in range(rows)])
        labels = fmpq_mat([[fmpq(draw.randint(-99, 99))] for _ in range(rows)])
        self.names = tuple(f"w{i:02}" for i in range(columns))
        gram, right = table.transpose() * table, table.transpose() * labels
        self.quadratic = Quadratic(self.names, gram, right, fmpq(0))

    @property
    def term(self) -> object:
        raise AssertionError("the terms of a loss with data were asked for")

    gradient = term

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"squares of {len(self.names)} columns"

    def rate(self) -> Fraction:
        trace = sum(self.quadratic.hessian[i, i] for i in range(len(self.names)))
        return F(int(trace.q), int(trace.p))


METHODS = [
    ("gradient", None, None),
    ("momentum", None, "1/3"),
    ("nesterov", None, "1/4"),
    ("coordinate", "exact", None),
    ("coordinate", None, None),
    ("newton", "1/2", None),
]


def by_hand(loss: Known, method: str, rate: Fraction | None, beta: Fraction, count: int) -> list[list[Fraction]]:
    """The definitions, on plain fractions."""
    h = [[F(int(v.p), int(v.q)) for v in row] for row in loss.quadratic.hessian.tolist()]
    b = [F(int(v.p), int(v.q)) for (v,) in loss.quadratic.slope.tolist()]
    minimum = [F(int(v.p), int(v.q)) for v in loss.quadratic.hessian.solve(loss.quadratic.slope).entries()]
    d = range(len(b))

    def slope(x: list[Fraction], i: int) -> Fraction:
        return sum((h[i][j] * x[j] for j in d), start=F(0)) - b[i]

    x, v, before, found = [F(1)] * len(b), [F(0)] * len(b), [F(1)] * len(b), []
    for _ in range(count):
        found.append(list(x))
        if method == "gradient":
            x = [x[i] - rate * slope(x, i) for i in d]
        elif method == "momentum":
            v = [beta * v[i] - rate * slope(x, i) for i in d]
            x = [x[i] + v[i] for i in d]
        elif method == "nesterov":
            y = [x[i] + beta * (x[i] - before[i]) for i in d]
            before, x = x, [y[i] - rate * slope(y, i) for i in d]
        elif method == "newton":
            x = [x[i] - rate * (x[i] - minimum[i]) for i in d]
        else:
            x = list(x)
            for i in d:
                x[i] -= slope(x, i) / h[i][i] if rate is None else rate * slope(x, i)
    return found


@pytest.mark.parametrize(("method", "rate", "beta"), METHODS)
def test_every_method_walks_and_jumps_as_defined(method: str, rate: object, beta: object) -> None:
    loss = Known(4, 9, 1)
    size = rate or loss.rate()
    made = descent(loss, 1, size, method, beta=beta)
    expected = by_hand(loss, method, None if size == "exact" else F(size), F(beta or 0), 14)
    assert [list(found.values()) for found in values(made, 14)] == expected
    for k in (0, 1, 5, 13):
        assert list(at(made, k).values()) == expected[k]
        assert all(F(v) in enclose(made, 20, k)[name] for name, v in zip(made.loss.names, expected[k], strict=True))
    assert steps(made, 1) == (max(abs(q - p) for p, q in zip(*expected[:2], strict=True)),)
    minimum = loss.quadratic.hessian.solve(loss.quadratic.slope).entries()
    assert [fmpq(v.numerator, v.denominator) for v in limit(made).values()] == minimum
    assert converges(made).truth is Truth.TRUE and "squares of 4 columns" in str(made)
    assert remainder(made, 3)["w00"] == limit(made)["w00"] - expected[3][0]


def test_the_closed_form_of_a_small_fit_is_found_without_terms() -> None:
    loss = Known(2, 5, 3)
    made = descent(loss, 0, loss.rate())
    found = solve(made)
    assert all(found.value("w01", k) == at(made, k)["w01"] for k in range(6))


def test_many_columns_are_fast() -> None:
    loss = Known(62, 90, 2)
    made = descent(loss, 0, loss.rate())
    began = time.perf_counter()
    minimum = loss.quadratic.hessian.solve(loss.quadratic.slope).entries()
    assert [fmpq(v.numerator, v.denominator) for v in limit(made).values()] == minimum
    far = nearest(made, 10**9)
    assert far.keys() == set(loss.names) and len(values(made, 5)) == 5 and len(at(made, 200)) == 62
    assert time.perf_counter() - began < 10
    with pytest.raises(Undecided, match="too large to be written"):
        solve(made)
    assert "squares of 62 columns" in str(made)


def test_the_components_are_those_of_the_terms() -> None:
    for method, beta in (("gradient", None), ("momentum", "1/2"), ("nesterov", "1/2")):
        made = descent("x**2 + x*velocity_x", 1, "1/9", method, beta=beta)
        assert made.components == made.recurrence.names and affine_map(made).names == made.components  # type: ignore[union-attr]


def test_steepest_descent_and_rates_in_n_need_no_terms() -> None:
    loss = Known(3, 6, 5)
    made = descent(loss, 0, method="steepest")
    assert len(values(made, 3)) == 3 and list(limit(made).values()) == list(
        limit(descent(loss, 0, loss.rate())).values()
    )
    numbered = descent(loss, 0, f"const({loss.rate()})/n")
    first = by_hand(loss, "gradient", loss.rate(), F(0), 2)
    assert at(descent(loss, 1, f"const({loss.rate()})/n"), 1) == dict(zip(loss.names, first[1], strict=True))
    assert limit(numbered) == limit(made)
