"""Least squares: the oracle is plain `Fraction` arithmetic, row by row, from the definition."""

from fractions import Fraction
from itertools import combinations_with_replacement
from math import lcm, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets

import infinitesimal as inf
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic, _read, quadratic_of
from infinitesimal.recurrences.losses import Formula
from infinitesimal.regression.least_squares import least_squares
from infinitesimal.terms.term import fold, variables
from tests.regression.plain import gradient_at, half_mean_square, model_rows

entries = st.fractions(-5, 5, max_denominator=4)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[Fraction], bool, Fraction]:
    d, m = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(entries, min_size=d, max_size=d), min_size=m, max_size=m))
    labels = draw(st.lists(entries, min_size=m, max_size=m))
    return rows, labels, draw(st.booleans()), draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2)]))


def value(q: Quadratic, point: dict[str, Fraction]) -> Fraction:
    a, b, d = q.hessian, q.slope, q.dimension
    x = [point[name] for name in q.names]
    half = sum((exact(a[i, j]) * x[i] * x[j] for i in range(d) for j in range(d)), Fraction(0)) / 2
    return half - sum((exact(b[i, 0]) * x[i] for i in range(d)), Fraction(0)) + exact(q.constant)


def exact(x: object) -> Fraction:
    return inf.exact(x)


@given(problems(), st.lists(entries, min_size=4, max_size=4))
def test_loss_and_gradient_are_the_definition(problem: object, weights: list[Fraction]) -> None:
    rows, labels, intercept, ridge = problem  # type: ignore[misc]
    for form in ("gram", "rows"):
        fit = least_squares(rows, labels, intercept=intercept, ridge=ridge, gradient=form)
        names = fit.design.names
        point = dict(zip(names, weights, strict=False))
        model = model_rows(rows, intercept)
        penalised = [x for name, x in point.items() if name != "intercept"]
        expected = half_mean_square(model, labels, list(point.values())) + ridge / 2 * sum(x * x for x in penalised)
        slopes = gradient_at(model, labels, list(point.values()))
        slopes = [g + ridge * x * (name != "intercept") for (name, x), g in zip(point.items(), slopes, strict=True)]
        assert fit.loss_at(point) == expected
        assert value(fit.quadratic, point) == expected
        assert at(fit.term, point) == expected
        assert {name: at(fit.gradient[name], point) for name in fit.names} == dict(zip(names, slopes, strict=True))
        assert fit.residuals(point) == tuple(
            sum(x * w for x, w in zip(row, point.values(), strict=True)) - y
            for row, y in zip(model, labels, strict=True)
        )


def at(term: object, point: dict[str, Fraction]) -> Fraction:
    return inf.QQ.export(fold(term, inf.QQ, lambda name: inf.QQ.const(point[name])))  # type: ignore[arg-type]


@given(problems())
def test_the_quadratic_is_that_of_the_terms(problem: object) -> None:
    rows, labels, intercept, ridge = problem  # type: ignore[misc]
    for form in ("gram", "rows"):
        fit = least_squares(rows, labels, intercept=intercept, ridge=ridge, gradient=form)
        assert quadratic_of(fit) is fit.quadratic
        if fit.names == variables(fit.term):  # a column of zeros is not in the term
            read = _read(Formula(fit.term))
            assert read is not None
            assert (read.hessian, read.slope, read.constant) == (
                fit.quadratic.hessian,
                fit.quadratic.slope,
                fit.quadratic.constant,
            )


@given(problems())
def test_the_normal_equations_hold_or_a_dependency_is_named(problem: object) -> None:
    rows, labels, intercept, ridge = problem  # type: ignore[misc]
    fit = least_squares(rows, labels, intercept=intercept, ridge=ridge)
    model, names = model_rows(rows, intercept), fit.design.names
    dependency = fit.dependency()
    if dependency is None:
        point = fit.minimiser
        slopes = gradient_at(model, labels, [point[name] for name in names])
        assert all(g + ridge * point[n] * (n != "intercept") == 0 for n, g in zip(names, slopes, strict=True))
        return
    assert any(dependency.values())
    for row in model:
        assert sum(dependency.get(name, Fraction(0)) * x for name, x in zip(names, row, strict=True)) == 0
    with pytest.raises(InputError, match="on every row"):
        _ = fit.minimiser


@given(problems(), st.randoms())
def test_the_order_of_rows_does_not_matter(problem: object, random: object) -> None:
    rows, labels, intercept, ridge = problem  # type: ignore[misc]
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = least_squares(rows, labels, intercept=intercept, ridge=ridge)
    other = least_squares([rows[i] for i in order], [labels[i] for i in order], intercept=intercept, ridge=ridge)
    assert (one.moments.gram, one.moments.scales) == (other.moments.gram, other.moments.scales)
    assert one.quadratic.hessian == other.quadratic.hessian
    assert one.quadratic.slope == other.quadratic.slope


@given(st.lists(st.lists(entries, min_size=2, max_size=2), min_size=1, max_size=4), st.integers(1, 4))
def test_products_of_columns(rows: list[list[Fraction]], degree: int) -> None:
    fit = least_squares(rows, [1] * len(rows), names=["x", "z"], degree=degree, intercept=True)
    products = [c for k in range(1, degree + 1) for c in combinations_with_replacement(range(2), k)]
    expected = [[*(prod(row[j] for j in c) for c in products), 1] for row in rows]
    assert fit.rows is not None
    assert [[column[i] for column in fit.rows.columns] for i in range(len(rows))] == expected
    assert fit.design.features == ("x", "z")
    assert fit.design.names[2:5] == ("x_2", "x_z", "z_2")[: max(0, len(products) - 2)] or degree == 1


LOADERS = {"iris": 4, "diabetes": 10, "wine": 13, "breast_cancer": 30, "digits": 61}
BITS = {"iris": 54, "diabetes": 202, "wine": 277, "breast_cancer": 941, "digits": 754}
"""The bits of the largest denominator of the minimiser, found before by another program."""


@pytest.mark.parametrize("name", LOADERS)
def test_the_data_sets_of_scikit_learn(name: str) -> None:
    """X^T X w = X^T y with the decimals of the files that scikit-learn ships, whatever it keeps of them as floats."""
    features, labels = load(name)
    fit = least_squares(features, labels, intercept=True, floats="decimal")
    assert len(fit.names) == LOADERS[name] + 1
    weights = fit.minimiser
    assert max(w.denominator.bit_length() for w in weights.values()) == BITS[name]
    rows = [[*(Fraction(repr(x)) for x in row), Fraction(1)] for row in features.tolist()]
    targets = [Fraction(repr(y)) for y in labels.tolist()]
    ordered = [weights[n] for n in fit.design.names]
    common = lcm(*(w.denominator for w in ordered))
    integers = [int(w * common) for w in ordered]
    predicted = [sum(x * w for x, w in zip(row, integers, strict=True)) for row in rows]
    residuals = [z - y * common for z, y in zip(predicted, targets, strict=True)]
    for j in range(len(ordered)):
        assert sum(row[j] * r for row, r in zip(rows, residuals, strict=True)) == 0
    nearest, *_ = np.linalg.lstsq(np.column_stack([features, np.ones(len(labels))]), labels.astype(float), rcond=None)
    assert np.allclose(nearest, [float(w) for w in ordered], rtol=1e-6, atol=1e-9)


def load(name: str) -> tuple[np.ndarray, np.ndarray]:
    options = {"scaled": False} if name == "diabetes" else {}
    features, labels = getattr(datasets, f"load_{name}")(return_X_y=True, **options)
    varying = [j for j in range(features.shape[1]) if len(set(features[:, j])) > 1]
    return features[:, varying], labels


def test_integers_of_numpy_need_no_option() -> None:
    features, labels = np.array([[1, 2], [3, 4], [5, 7]]), np.array([1, 2, 3], dtype=np.uint8)
    assert least_squares(features, labels).minimiser == least_squares(features.tolist(), labels.tolist()).minimiser
    with pytest.raises(InputError, match=r"row 1, column 'w01': 1.0 is a float.*floats='decimal'"):
        least_squares(features.astype(float), labels)
    short = least_squares(np.array([[0.1], [0.3]], dtype=np.float32), [1, 2], floats="decimal")
    assert short.minimiser == {"w01": 7}


def test_a_dict_of_columns() -> None:
    fit = least_squares({"x": ["0.5", 1, 2], "my column": [1, 0, 0]}, [1, 2, 4], intercept=False)
    assert fit.names == ("w02", "x")
    assert fit.minimiser == {"x": 2, "w02": 0}


@pytest.mark.parametrize(
    ("features", "labels", "options", "part"),
    [
        ([], [], {}, "no rows"),
        ([[]], [1], {}, "no columns"),
        ([[1], [2]], [1], {}, "2 rows, and there are 1 labels"),
        ([[1, 2], [3]], [1, 2], {}, "row 2 has 1 numbers"),
        ([[1], 2], [1, 2], {}, "row 2 of the features is 2"),
        ([[1], [2]], None, {}, "labels None"),
        ([[1], [2]], [[1], [2]], {}, "flat list"),
        ([[1], ["x"]], [1, 2], {}, "row 2, column 'w01': 'x' is not a number"),
        ([[1], [None]], [1, 2], {}, "row 2, column 'w01'"),
        ([[1], [2]], [1, "nan"], {}, "row 2, column 'label': 'nan' has no exact value"),
        ([[1], [float("inf")]], [1, 2], {}, "row 2, column 'w01': inf"),
        ([[1], [2]], [1, 2], {"names": ["x", "y"]}, "2 names for 1 columns"),
        ([[1, 2], [2, 3]], [1, 2], {"names": ["x", "x"]}, "two columns are called 'x'"),
        ([[1], [2]], [1, 2], {"names": ["n"]}, "number of the step"),
        ([[1], [2]], [1, 2], {"names": ["2x"]}, "cannot be used"),
        ([[1], [2]], [1, 2], {"names": ["intercept"], "intercept": True}, "called intercept"),
        ([[1], [2]], [1, 2], {"ridge": -1}, "ridge -1"),
        ([[1], [2]], [1, 2], {"ridge": 0.1}, "ridge: 0.1 is a float"),
        ([[1], [2]], [1, 2], {"degree": 0}, "degree 0"),
        ([[1] * 30], [1], {"degree": 5}, "at most 1000"),
        ([[1], [2]], [1, 2], {"floats": "round"}, "floats 'round'"),
        ([[1], [2]], [1, 2], {"gradient": "auto"}, "gradient 'auto'"),
        ([[1], [2]], [1, 2], {"test": 1}, "every 1"),
        ([[1], [2]], [1, 2], {"test": 5}, "no row to test on"),
        ([[1], [2]], [1, 2], {"columns": ["x"]}, "CSV"),
        (5, [1, 2], {}, "features 5"),
        ({"x": [1, 2], "z": [1]}, [1, 2], {}, "column 'z' has 1 numbers"),
        (np.zeros((2, 2, 2), dtype=int), [1, 2], {}, "3 dimensions"),
    ],
)
def test_bad_data_is_one_error(features: object, labels: object, options: dict[str, object], part: str) -> None:
    with pytest.raises(InputError, match=part):
        least_squares(features, labels, **options)  # type: ignore[arg-type]


def test_singular_data_names_its_columns() -> None:
    heights = {"cm": [170, 180, 165, 190], "inch": ["66.9", 71, 65, 75], "m": ["1.7", "1.8", "1.65", "1.9"]}
    with pytest.raises(InputError, match=r"m = 1/100\*cm on every row. Leave m out, or give a ridge"):
        _ = least_squares(heights, [1, 2, 3, 4]).minimiser
    with pytest.raises(InputError, match=r"intercept = 1/3\*three on every row"):
        _ = least_squares({"three": [3, 3, 3], "x": [1, 2, 4]}, [1, 2, 3], intercept=True).minimiser
    with pytest.raises(InputError, match=r"two rows|2 rows do not determine 3 weights"):
        _ = least_squares([[1, 2, 3], [4, 5, 7]], [1, 2]).minimiser
    with pytest.raises(InputError, match=r"w02 = 0 on every row"):
        _ = least_squares([[1, 0], [4, 0]], [1, 2]).minimiser
    assert least_squares(heights, [1, 2, 3, 4], ridge="1/1000").dependency() is None


def test_minimum_and_limit_are_the_minimiser() -> None:
    features, labels = load("diabetes")
    fit = least_squares(features, labels, intercept=True, floats="decimal")
    found = inf.minimum(fit)
    assert (found.point, found.value) == (fit.minimiser, fit.loss_at(fit.minimiser))
    assert inf.limit(inf.descent(fit, start=0, rate="1/100000")) == fit.minimiser
    with pytest.raises(inf.Diverges):
        inf.limit(inf.descent(fit, start=0, rate="1/1000"))
    with pytest.raises(InputError, match=r"w02 = 2\*w01 on every row"):
        inf.minimum(least_squares([[1, 2], [2, 4], [5, 10]], [1, 2, 3]))


def test_points_are_checked() -> None:
    fit = least_squares([[1, 2], [3, 5]], [1, 2], names="x,z")
    for point, part in [
        ({"x": 1}, "no value for 'z'"),
        ({"x": 1, "z": 2, "t": 3}, "'t'"),
        (1, "each of x, z"),
        ({"x": 0.5, "z": 1}, "float"),
    ]:
        with pytest.raises(InputError, match=part):
            fit.loss_at(point)
    with pytest.raises(InputError, match="no data was held back"):
        fit.test_loss({"x": 1, "z": 1})


def test_the_loss_on_data_held_back_along_a_descent() -> None:
    features, labels = load("iris")
    fit = least_squares(features, labels, intercept=True, floats="decimal", test=5)
    rows = [[*(Fraction(repr(x)) for x in row), Fraction(1)] for row in features.tolist()][4::5]
    targets = [Fraction(int(y)) for y in labels][4::5]
    walk = inf.values(inf.descent(fit, start=0, rate="1/100"), 6)
    losses = [fit.test_loss(point) for point in walk]
    assert losses == [half_mean_square(rows, targets, [point[n] for n in fit.design.names]) for point in walk]
    assert (len(rows), fit.count) == (30, 120)
    data = inf.dataset(features, labels, floats="decimal")
    train, test = inf.split(data, every=5)
    again = least_squares(train, intercept=True, test=test)
    assert [again.test_loss(point) for point in walk] == losses
    assert [least_squares(train, intercept=True).test_loss(point, test) for point in walk] == losses


def test_large_losses_stay_exact_without_their_terms() -> None:
    features, labels = load("digits")
    fit = least_squares(features, labels, intercept=True, floats="decimal", gradient="rows")
    with pytest.raises(InputError, match="at most 50000"):
        _ = fit.term
    assert fit.quadratic.dimension == 62
    assert len(str(fit)) < 150
    assert len(str(inf.descent(fit, 0, "1/1000"))) < 250
