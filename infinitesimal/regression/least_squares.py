"""Least squares as a loss: exact on every data set, and as small as its Gram matrix."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from os import PathLike
from typing import Any

from flint import fmpq, fmpq_mat, fmpz_mat

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.rational import show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.regression.csv_files import read_blocks
from infinitesimal.regression.datasets import DataSet, dataset
from infinitesimal.regression.designs import INTERCEPT, Design, design
from infinitesimal.regression.least_squares_terms import gram_gradient, gram_term, row_gradient, row_term
from infinitesimal.regression.moments import Moments
from infinitesimal.regression.predictors import linear_predictor, weights_at
from infinitesimal.regression.splits import checked_every, split
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Term

FORMS = ("gram", "rows")
"""How the gradient is written: from the Gram matrix, or residual by residual."""


@dataclass(frozen=True, eq=False, repr=False)
class LeastSquares(Loss):
    """f(w) = |X w - y|**2/(2 m) + ridge*|w|**2/2 on m rows; the intercept, if there is one, is not penalised.

    `moments` are those of the columns of the model and the labels, and all that is kept of a file; `rows` is the
    data itself where it is in memory; `held_back` are the moments of the rows that the fit does not see; `titles` are
    those of the columns of the data. Everything is exact. Source: Hastie, Tibshirani and Friedman, *The Elements of
    Statistical Learning*, 3.2 and 3.4.1.
    """

    moments: Moments
    design: Design
    ridge: Fraction
    label: str
    rows: DataSet | None
    held_back: Moments | None
    form: str = "gram"
    titles: tuple[str, ...] = ()

    parameters = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.design.names))

    @property
    def count(self) -> int:
        """The number of rows."""
        return self.moments.count

    @cached_property
    def quadratic(self) -> Quadratic:
        """The loss as x.Ax/2 - b.x + c, with A = X^T X/m + ridge and b = X^T y/m."""
        m, d = self.count, self.moments.dimension
        places = self._places
        hessian = [[self.moments.entry(i, j) / m for j in places] for i in places]
        for k, penalty in enumerate(self._penalties(places)):
            hessian[k][k] += penalty
        slope = [[self.moments.entry(i, d) / m] for i in places]
        return Quadratic(self.names, fmpq_mat(hessian), fmpq_mat(slope), self.moments.entry(d, d) / (2 * m))

    @cached_property
    def term(self) -> Term:
        if self.form == "rows":
            return row_term(self._kept_rows(), self.ridge)
        return gram_term(self.quadratic)

    @cached_property
    def gradient(self) -> dict[str, Term]:
        if self.form == "rows":
            return row_gradient(self._kept_rows(), self.ridge)
        return gram_gradient(self.quadratic)

    @cached_property
    def minimiser(self) -> dict[str, Fraction]:
        """The weights with the smallest loss: the exact solution of the normal equations, by integers.

        Raises `InputError`, with the dependency among the columns, where they are many.
        """
        m, d = self.moments, self.moments.dimension
        p, q = self.ridge.numerator, self.ridge.denominator
        gram = m.features if not p else m.features * q
        for i in range(d):
            if p and self.design.names[i] != INTERCEPT:
                gram[i, i] += p * m.count * m.scales[i] ** 2
        try:
            solution = gram.solve(fmpz_mat([[q * m.gram[i, d]] for i in range(d)]))
        except ZeroDivisionError:
            raise InputError(f"{self} has many minimisers: {self.why_singular()}") from None
        found = {}
        for i, name in enumerate(self.design.names):
            found[name] = to_fraction(solution[i, 0] * fmpq(m.scales[i], m.scales[d]))
        return {name: found[name] for name in self.names}

    def dependency(self) -> dict[str, Fraction] | None:
        """Coefficients of the columns whose sum is zero on every row; None if there are none but zeros."""
        return None if self.ridge else self.moments.dependency()

    def why_singular(self) -> str:
        """The dependency among the columns in words, and what to do; empty where the minimiser is unique."""
        found = self.dependency()
        if found is None:
            return ""
        name = next(name for name in reversed(found) if found[name] == -1)
        rest = " + ".join(
            other if c == 1 else show(c) if other == INTERCEPT else f"{show(c)}*{other}"
            for other, c in found.items()
            if other != name
        ).replace("+ -", "- ")
        few = f", since {self.count} rows do not determine {len(self.names)} weights" * (self.count < len(self.names))
        return f"{name} = {rest or '0'} on every row{few}. Leave {name} out, or give a ridge"

    def loss_at(self, point: Mapping[str, object] | object) -> Fraction:
        """The loss at a point, exact.

        >>> fit = least_squares([[1], [2]], [2, 4], names="x")
        >>> fit.loss_at({"x": 1}), fit.loss_at({"x": 2})
        (Fraction(5, 4), Fraction(0, 1))
        """
        weights = self._weights(point)
        squares = (w * w for w, name in zip(weights.entries(), self.design.names, strict=True) if name != INTERCEPT)
        penalty = sum(squares, fmpq(0)) if self.ridge else fmpq(0)
        return _half_mean(self.moments, weights) + self.ridge / 2 * to_fraction(penalty)

    def test_loss(self, point: Mapping[str, object] | object, test: DataSet | None = None) -> Fraction:
        """|X w - y|**2/(2 m) at a point on the m rows that were held back, or on the data `test`; exact, without ridge.

        Raises `InputError` if nothing was held back, and for data with other columns.

        >>> fit = least_squares([[1], [2], [3]], [2, 4, 7], names="x", test=3)
        >>> fit.test_loss({"x": 2})
        Fraction(1, 2)
        """
        if test is not None:
            return _half_mean(_moments_on(self.design, test), self._weights(point))
        if self.held_back is None:
            raise InputError("no data was held back: give test=5 for each fifth row, or test=dataset(...)")
        return _half_mean(self.held_back, self._weights(point))

    def residuals(self, point: Mapping[str, object] | object) -> tuple[Fraction, ...]:
        """X w - y at a point, one number for each row, exact.

        >>> least_squares([[1], [2]], [2, 5], names="x").residuals({"x": 2})
        (Fraction(0, 1), Fraction(-1, 1))
        """
        data = self._kept_rows()
        predictions = linear_predictor(data, self._weights(point))
        return tuple(
            to_fraction(z - fmpq(y, data.labels.denominator))
            for z, y in zip(predictions, data.labels.numbers, strict=True)
        )

    def __str__(self) -> str:
        columns = list(self.design.names)
        shown = ", ".join(columns if len(columns) <= 12 else [*columns[:11], "...", columns[-1]])
        ridge = f" with ridge {show(self.ridge)}" if self.ridge else ""
        return f"least squares of {self.label} on {shown} ({self.count} rows){ridge}"

    __repr__ = __str__

    @cached_property
    def _places(self) -> list[int]:
        """The column of each variable, in the order of the variables."""
        return [self.design.names.index(name) for name in self.names]

    def _penalties(self, places: list[int]) -> Iterator[fmpq]:
        ridge = to_fmpq(self.ridge)
        return (fmpq(0) if self.design.names[i] == INTERCEPT else ridge for i in places)

    def _kept_rows(self) -> DataSet:
        if self.rows is None:
            raise InputError(
                f"{self}: the rows of a file are not kept, only their sums of products. "
                "Fit dataset(path, label) instead of the path to keep them"
            )
        return self.rows

    def _weights(self, point: Mapping[str, object] | object) -> fmpq_mat:
        return weights_at(point, self.design.names)


def least_squares(
    features: object,
    labels: object = None,
    *,
    names: Sequence[str] | str | None = None,
    intercept: bool = False,
    ridge: object = 0,
    degree: int = 1,
    label: str | None = None,
    floats: str | None = None,
    columns: Sequence[str] | None = None,
    separator: str = ",",
    encoding: str = "utf-8-sig",
    test: int | DataSet | None = None,
    gradient: str = "gram",
) -> LeastSquares:
    """The least squares fit of `labels` by the columns of `features`, as a loss: f(w) = |X w - y|**2/(2 m).

    The data is what `dataset` takes, or data that it made. A CSV file is read as a stream, and only the sums of
    products of its columns are kept: a block of 65,536 cells is in memory at a time, whatever its length.

    - `intercept` adds a column of ones with the weight `intercept`;
    - `ridge` adds ridge*|w|**2/2, without the intercept;
    - `degree` adds all products of at most so many columns;
    - `test` holds data back for `test_loss`: 5 is each fifth row, or a `DataSet`;
    - `gradient="rows"` writes the gradient residual by residual, as training code does, instead of from the Gram
      matrix. Exact words do not depend on it; the bits of a machine run do.

    Raises `InputError` for bad data, as `dataset` does, and a ridge that is negative.

    >>> fit = least_squares([[0], ["0.5"], [1]], [1, 2, 3], names=["x"], intercept=True)
    >>> fit.names, fit.minimiser
    (('intercept', 'x'), {'intercept': Fraction(1, 1), 'x': Fraction(2, 1)})
    >>> fit.quadratic.hessian
    [  1,  1/2]
    [1/2, 5/12]
    """
    penalty = constant(ridge, "ridge")
    if penalty < 0:
        raise InputError(f"ridge {show(penalty)}: give a number that is not negative")
    if gradient not in FORMS:
        raise InputError(f"gradient {gradient!r}: give one of {', '.join(FORMS)}")
    if isinstance(features, str | PathLike) and gradient == "gram":
        blocks = read_blocks(features, labels, names=names, columns=columns, separator=separator, encoding=encoding)
        return _of_stream(blocks, intercept, degree, penalty, test)
    given: dict[str, Any] = {"floats": floats, "columns": columns, "separator": separator, "encoding": encoding}
    data = dataset(features, labels, names=names, label=label, **given)
    held = test if isinstance(test, DataSet) else None
    if test is not None and held is None:
        data, held = split(data, every=checked_every(test))
    model = design(data.names, intercept, degree)
    rows = model.apply(data)
    held_moments = None if held is None else _moments_on(model, held)
    return LeastSquares(Moments.of(rows), model, penalty, data.label, rows, held_moments, gradient, data.titles)


def _of_stream(
    blocks: Iterator[DataSet], intercept: bool, degree: int, ridge: Fraction, test: int | DataSet | None
) -> LeastSquares:
    """The fit of blocks of rows, each of which is forgotten once its moments are added."""
    every = None if test is None or isinstance(test, DataSet) else checked_every(test)
    model: Design | None = None
    kept: Moments | None = None
    held: Moments | None = None
    done, label = 0, ""
    titles: tuple[str, ...] = ()
    for block in blocks:
        if model is None:
            model, label, titles = design(block.names, intercept, degree), block.label, block.titles
        rows = model.apply(block)
        if every is not None:
            back = [i for i in range(len(rows)) if (done + i + 1) % every == 0]
            held = _added(held, rows.chosen(back)) if back else held
            rows = rows.chosen([i for i in range(len(rows)) if (done + i + 1) % every])
        kept = _added(kept, rows)
        done += len(block)
    assert model is not None
    assert kept is not None
    if every is not None and held is None:
        raise InputError(f"test={every} holds none of {done} rows back: give a smaller number")
    if isinstance(test, DataSet):
        held = _moments_on(model, test)
    return LeastSquares(kept, model, ridge, label, None, held, titles=titles)


def _added(moments: Moments | None, rows: DataSet) -> Moments:
    return Moments.of(rows) if moments is None else moments + Moments.of(rows)


def _moments_on(model: Design, data: DataSet) -> Moments:
    """The moments of other data under the same model."""
    if not isinstance(data, DataSet):
        raise InputError(f"test {data!r}: give data made with dataset(features, labels), or a number of rows")
    model.check(data)
    return Moments.of(model.apply(data))


def _half_mean(moments: Moments, weights: fmpq_mat) -> Fraction:
    return moments.sum_of_squares(weights) / (2 * moments.count)
