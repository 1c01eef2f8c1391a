"""Logistic regression as a loss: terms of softplus, read by balls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from operator import add
from typing import Any

from flint import arb, ctx, fmpq_mat, fmpz

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.balls import FUNCTIONS, balls
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import InputError
from infinitesimal.interval import Interval
from infinitesimal.rational import show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.regression.datasets import DataSet, dataset
from infinitesimal.regression.designs import INTERCEPT, Design, design
from infinitesimal.regression.least_squares_terms import times
from infinitesimal.regression.predictors import linear_predictor, weights_at
from infinitesimal.regression.separation import separating_direction
from infinitesimal.regression.splits import checked_every, split
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import MAX_SIZE, Apply, Const, Term, Var


@dataclass(frozen=True, eq=False, repr=False)
class LogisticRegression(Loss):
    """f(w) = sum(softplus(-s*(x.w)))/m + ridge*|w|**2/2 on m rows x with the signs s = 1 or -1 of their labels.

    That is the mean negative log-likelihood of the labels under the probabilities logistic(x.w); the intercept, if
    there is one, is not penalised. Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical
    Learning*, 4.4.1.
    """

    rows: DataSet
    design: Design
    ridge: Fraction
    signs: tuple[int, ...]
    held_back: tuple[DataSet, tuple[int, ...]] | None = None

    parameters = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.design.names))

    @cached_property
    def term(self) -> Term:
        m, columns = len(self.rows), self.rows.columns
        if (size := m * (4 * len(columns) + 3)) > MAX_SIZE:
            raise InputError(
                f"{self}: its formula has about {size} parts, and at most {MAX_SIZE} are written out: take fewer rows "
                "or columns. loss_at does not need it"
            )
        weights = [Var(name) for name in self.rows.names]
        losses: list[Term] = []
        for i, sign in enumerate(self.signs):
            products = [times(column[i], w) for column, w in zip(columns, weights, strict=True) if column[i]]
            predictor = reduce(add, products) if products else Const(Fraction(0))
            losses.append(Apply("softplus", (-predictor if sign > 0 else predictor,)))
        mean = _balanced(losses) / m
        squares = [Var(name) ** 2 for name in self.names if name != INTERCEPT]
        return mean + Const(self.ridge / 2) * reduce(add, squares) if self.ridge and squares else mean

    @cached_property
    def gradient(self) -> dict[str, Term]:
        return {name: differentiate(self.term, name) for name in self.names}

    def loss_at(self, point: Mapping[str, object] | object, bits: int = 128) -> Interval:
        """An interval that contains the loss at a point, by balls of so many bits.

        >>> fit = logistic_regression([[1], [2], [-1]], [1, 0, 0], names="x")
        >>> fit.loss_at({"x": 0}, 64).width < Fraction(1, 2**60)
        True
        """
        weights = weights_at(point, self.design.names)
        mean = _mean_loss(self.rows, self.signs, weights, bits)
        squares = [w * w for w, name in zip(weights.entries(), self.design.names, strict=True) if name != INTERCEPT]
        with ctx.workprec(bits):
            penalty = balls(bits).const(self.ridge / 2) * sum((arb(s) for s in squares), arb(0))
            return balls(bits).export(mean + penalty)

    def test_loss(self, point: Mapping[str, object] | object, bits: int = 128) -> Interval:
        """An interval that contains the mean loss at a point on the rows that were held back, without ridge.

        Raises `InputError` if nothing was held back.
        """
        if self.held_back is None:
            raise InputError("no data was held back: give test=5 for each fifth row, or test=dataset(...)")
        return balls(bits).export(_mean_loss(*self.held_back, weights_at(point, self.design.names), bits))

    def separation(self, budget: Budget = DEFAULT_BUDGET) -> dict[str, Fraction] | None:
        """Weights v with s*(x.v) >= 0 on every row, and not always zero; None if there are none. Exact.

        Along v the loss without ridge falls for ever, so that it has no minimum; without such weights it has one
        (unique, if the columns are independent). Source: Albert and Anderson 1984.

        >>> logistic_regression([[1], [2], [-1]], [1, 1, 0], names="x").separation()
        {'x': Fraction(1, 1)}
        >>> logistic_regression([[1], [2], [-1]], [1, 0, 0], names="x").separation() is None
        True
        """
        columns = [[fmpz(x) for x in column.numbers] for column in self.rows.columns]
        rows = [[s * x for x in row] for s, row in zip(self.signs, zip(*columns, strict=True), strict=True)]
        found = separating_direction(rows, budget)
        if found is None:
            return None
        weights = [v * column.denominator for v, column in zip(found, self.rows.columns, strict=True)]
        largest = max(abs(v) for v in weights)
        scaled = {name: v / largest for name, v in zip(self.design.names, weights, strict=True)}
        return {name: to_fraction(scaled[name]) for name in self.names}

    def falling_direction(self, budget: Budget = DEFAULT_BUDGET) -> dict[str, Fraction] | None:
        """A direction in which the loss falls for ever, the proof that it has no minimum; None if there is none.

        Without ridge it is that of a separation; a ridge leaves only the intercept, for labels that are all the same.

        >>> logistic_regression([[1], [2]], [1, 1], names="x", intercept=True, ridge=1).falling_direction()
        {'intercept': Fraction(1, 1), 'x': Fraction(0, 1)}
        """
        if not self.ridge:
            return self.separation(budget)
        if not self.design.intercept or len(set(self.signs)) > 1:
            return None
        return {name: Fraction(self.signs[0] if name == INTERCEPT else 0) for name in self.names}

    def __str__(self) -> str:
        columns = list(self.design.names)
        shown = ", ".join(columns if len(columns) <= 12 else [*columns[:11], "...", columns[-1]])
        ridge = f" with ridge {show(self.ridge)}" if self.ridge else ""
        return f"logistic regression of {self.rows.label} on {shown} ({len(self.rows)} rows){ridge}"

    __repr__ = __str__


def logistic_regression(
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
) -> LogisticRegression:
    """The logistic regression of `labels`, which are 0 and 1 or -1 and 1, as a loss.

    The data is what `dataset` takes, or data that it made; it is kept in memory. `intercept`, `ridge`, `degree` and
    `test` are those of `least_squares`. Raises `InputError` for bad data, with row and label where that is neither
    of the two.

    >>> fit = logistic_regression([[1], [2], [-1]], [1, 0, 0], names="x", ridge="0.1")
    >>> fit.term
    (softplus(-x) + softplus(2*x) + softplus(const(-1)*x))/3 + 0.05*x**2
    """
    penalty = constant(ridge, "ridge")
    if penalty < 0:
        raise InputError(f"ridge {show(penalty)}: give a number that is not negative")
    given: dict[str, Any] = {"floats": floats, "columns": columns, "separator": separator, "encoding": encoding}
    data = dataset(features, labels, names=names, label=label, **given)
    held = test if isinstance(test, DataSet) else None
    classes = _classes(data, held)
    _signs(data, classes)  # rows are named as they were given
    if test is not None and held is None:
        data, held = split(data, every=checked_every(test))
    model = design(data.names, intercept, degree)
    back = None
    if held is not None:
        model.check(held)
        back = (model.apply(held), _signs(held, classes))
    return LogisticRegression(model.apply(data), model, penalty, _signs(data, classes), back)


def _classes(*parts: DataSet | None) -> tuple[int, int]:
    """-1 and 1 if a label is -1, else 0 and 1."""
    return (-1, 1) if any(-part.labels.denominator in part.labels.numbers for part in parts if part) else (0, 1)


def _signs(data: DataSet, classes: tuple[int, int]) -> tuple[int, ...]:
    """1 for the label 1, and -1 for the other one."""
    for i in range(len(data)):
        if (value := data.labels[i]) not in classes:
            raise InputError(
                f"row {i + 1}, column {data.label!r}: the label {show(value)} is not one of two classes: "
                "write 0 and 1, or -1 and 1"
            )
    return tuple(1 if data.labels[i] == 1 else -1 for i in range(len(data)))


def _mean_loss(data: DataSet, signs: tuple[int, ...], weights: fmpq_mat, bits: int) -> arb:
    softplus = FUNCTIONS["softplus"]
    with ctx.workprec(balls(bits).bits):
        losses = (softplus(arb(-s * z)) for s, z in zip(signs, linear_predictor(data, weights), strict=True))
        return sum(losses, arb(0)) / len(data)


def _balanced(terms: list[Term]) -> Term:
    """The sum of terms as a tree of small depth, which keeps the errors of machines and the radii of balls small."""
    while len(terms) > 1:
        terms = [terms[i] + terms[i + 1] if i + 1 < len(terms) else terms[i] for i in range(0, len(terms), 2)]
    return terms[0]
