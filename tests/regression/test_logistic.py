"""Logistic regression: mpmath's intervals and scikit-learn's loss are the oracles."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import iv
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss

import infinitesimal as inf
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.terms.term import fold

numbers = st.fractions(-4, 4, max_denominator=5)


def enclosed(rows: list[list[Fraction]], signs: list[int], weights: list[Fraction], ridge: Fraction) -> object:
    """The definition in mpmath's intervals: mean of log(1 + exp(-s x.w)), and the ridge."""
    iv.prec = 200
    total = iv.mpf(0)
    for row, sign in zip(rows, signs, strict=True):
        margin = sign * sum((x * w for x, w in zip(row, weights, strict=True)), Fraction(0))
        total += iv.log(1 + iv.exp(-iv.mpf(margin.numerator) / margin.denominator))
    penalty = ridge / 2 * sum((w * w for w in weights), Fraction(0))
    return total / len(rows) + iv.mpf(penalty.numerator) / penalty.denominator


@given(
    st.lists(st.tuples(numbers, numbers, st.booleans()), min_size=1, max_size=6),
    st.tuples(numbers, numbers),
    st.sampled_from([Fraction(0), Fraction(1, 7)]),
    st.booleans(),
)
def test_the_loss_is_the_definition(
    data: list[tuple[Fraction, Fraction, bool]], weights: tuple[Fraction, Fraction], ridge: Fraction, minus: bool
) -> None:
    rows, signs = [list(row[:2]) for row in data], [1 if row[2] else -1 for row in data]
    labels = signs if minus and -1 in signs else [(s + 1) // 2 for s in signs]
    fit = inf.logistic_regression(rows, labels, names=["x", "z"], ridge=ridge)
    point = {"x": weights[0], "z": weights[1]}
    expected = enclosed(rows, signs, list(weights), ridge)
    found = fit.loss_at(point, 128)
    by_term = inf.balls(128).export(fold(fit.term, inf.balls(128), lambda name: inf.balls(128).const(point[name])))
    for interval in (found, by_term):
        assert interval.width < Fraction(1, 2**110)
        assert iv.mpf(interval.lower.numerator) / interval.lower.denominator <= expected.b  # type: ignore[attr-defined]
        assert iv.mpf(interval.upper.numerator) / interval.upper.denominator >= expected.a  # type: ignore[attr-defined]


def test_the_gradient_is_that_of_the_likelihood() -> None:
    """sum((logistic(x.w) - y)*x)/m + ridge*w, in floats of numpy."""
    features, labels = load_iris(return_X_y=True)
    features, labels = features[:100:3], labels[:100:3]
    fit = inf.logistic_regression(features, labels, intercept=True, ridge="0.1", floats="decimal")
    rng = np.random.default_rng(1)
    weights = np.round(rng.normal(size=5), 3)
    point = {name: inf.exact(repr(float(w))) for name, w in zip(fit.design.names, weights, strict=True)}
    design = np.column_stack([features, np.ones(len(labels))])
    probabilities = 1 / (1 + np.exp(-design @ weights))
    expected = design.T @ (probabilities - labels) / len(labels) + 0.1 * weights * [1, 1, 1, 1, 0]
    arithmetic = inf.balls(100)
    for name, slope in zip(fit.design.names, expected, strict=True):
        ball = arithmetic.export(fold(fit.gradient[name], arithmetic, lambda n: arithmetic.const(point[n])))
        assert float(ball.lower) == pytest.approx(slope, rel=1e-12, abs=1e-12)
    loss = log_loss(labels, probabilities) + 0.05 * sum(weights[:4] ** 2)
    assert float(fit.loss_at(point).lower) == pytest.approx(loss, rel=1e-12)


def test_one_descent_step_is_the_same_by_hand() -> None:
    """At 0 every probability is 1/2: the gradient is sum((1/2 - y)*x)/m = 1/3."""
    fit = inf.logistic_regression([[1], [2], [-1]], [1, 0, 1], names="x")
    trajectory = inf.run(inf.descent(fit, start=0, rate="0.5"), inf.balls(80), steps=1)
    assert Fraction(-1, 6) in trajectory.values[1]
    assert trajectory.values[1].width < Fraction(1, 2**70)
    assert quadratic_of(fit) is None


small = st.integers(-3, 3)


@given(st.lists(st.tuples(st.tuples(small, small), st.booleans()), min_size=1, max_size=7))
def test_separation_is_what_a_search_over_directions_finds(data: list[tuple[tuple[int, int], bool]]) -> None:
    """In the plane a separating direction can be turned until it is at a right angle to a row: finitely many."""
    rows = [[s * x for x in row] for row, up in data for s in (1 if up else -1,)]
    turned = [v for a, b in rows for v in ((-b, a), (b, -a), (a, b))]

    def separates(v: tuple[int, int]) -> bool:
        margins = [a * v[0] + b * v[1] for a, b in rows]
        return min(margins) >= 0 and max(margins) > 0

    fit = inf.logistic_regression([list(row) for row, _ in data], [int(up) for _, up in data], names=["x", "z"])
    found = fit.separation()
    assert (found is not None) == any(separates(v) for v in turned)
    if found is not None:
        margins = [a * found["x"] + b * found["z"] for a, b in rows]
        assert min(margins) >= 0
        assert max(margins) > 0


def test_two_kinds_of_iris_can_be_separated_and_two_cannot() -> None:
    features, labels = load_iris(return_X_y=True)
    first = inf.logistic_regression(features[:100], labels[:100], intercept=True, floats="decimal")
    direction = first.separation()
    assert direction is not None
    for row, label in zip(features[:100].tolist(), labels[:100].tolist(), strict=True):
        values = [*(Fraction(repr(x)) for x in row), Fraction(1)]
        margin = sum(x * direction[name] for name, x in zip(first.design.names, values, strict=True))
        assert margin * (2 * label - 1) >= 0
    second = inf.logistic_regression(features[50:], labels[50:] - 1, intercept=True, floats="decimal")
    assert second.separation() is None


def test_a_loss_that_falls_for_ever_has_no_minimum() -> None:
    separated = inf.logistic_regression([[-1], [-2], [3]], [0, 0, 1], names="x")
    with pytest.raises(inf.NoMinimum, match="falls for ever along x = 1, since the data is separated") as caught:
        inf.minimum(separated)
    assert caught.value.direction == {"x": 1}
    assert inf.logistic_regression([[-1], [-2], [3]], [0, 0, 1], ridge=1).falling_direction() is None
    alike = inf.logistic_regression([[-1], [2]], [0, 0], names="x", intercept=True, ridge=1)
    direction = alike.falling_direction()
    assert direction == {"intercept": -1, "x": 0}
    losses = [alike.loss_at({"x": 1, "intercept": -k}) for k in range(5)]
    assert all(after.upper < before.lower for before, after in pairwise(losses))
    assert inf.logistic_regression([[-1], [2]], [0, 1], intercept=True, ridge=1).falling_direction() is None


def test_held_back_rows() -> None:
    rows, labels = [[1], [2], [3], [4]], [0, 0, 1, 1]
    fit = inf.logistic_regression(rows, labels, names="x", test=2)
    alone = inf.logistic_regression([[2], [4]], [0, 1], names="x")
    assert fit.test_loss({"x": "0.3"}) == alone.loss_at({"x": "0.3"})
    assert len(fit.rows) == 2
    given_data = inf.logistic_regression(rows, labels, names="x", test=inf.dataset([[2], [4]], [0, 1], names="x"))
    assert given_data.test_loss({"x": "0.3"}) == fit.test_loss({"x": "0.3"})


@pytest.mark.parametrize(
    ("labels", "options", "part"),
    [
        ([0, 1, 2], {}, "row 3, column 'label': the label 2"),
        ([0, 1, -1], {}, "row 1, column 'label': the label 0"),
        (["0.5", 1, 0], {}, "label 1/2"),
        ([0, 1, 1], {"ridge": -1}, "ridge -1"),
        ([0, 1, 1], {"test": inf.dataset([[1]], [1], names="other")}, "the test data has the columns other"),
        ([0, 1, 1], {"test": inf.dataset([[1]], [-1])}, "row 1, column 'label': the label 0"),
    ],
)
def test_bad_labels_are_named(labels: list[object], options: dict[str, object], part: str) -> None:
    with pytest.raises(InputError, match=part):
        inf.logistic_regression([[1], [2], [3]], labels, **options)  # type: ignore[arg-type]


def test_a_term_that_would_be_too_large_is_refused_and_the_loss_is_not() -> None:
    rows = [[i % 7, i % 5, i % 3] for i in range(6000)]
    fit = inf.logistic_regression(rows, [i % 2 for i in range(6000)])
    with pytest.raises(InputError, match="loss_at does not need it"):
        _ = fit.term
    assert fit.loss_at(dict.fromkeys(fit.names, 0)).width < Fraction(1, 2**100)
