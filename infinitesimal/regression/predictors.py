"""Linear predictors: the sums of columns times weights, row by row, exact."""

from collections.abc import Mapping, Sequence
from itertools import chain

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError
from infinitesimal.rational import rational
from infinitesimal.regression.datasets import DataSet


def weights_at(point: Mapping[str, object] | object, names: Sequence[str]) -> fmpq_mat:
    """A point, a dict from names to numbers, as a column in the order of `names`.

    One number is a point where there is one name. Raises `InputError` for names that are missing or too many.
    """
    if not isinstance(point, Mapping):
        if len(names) > 1:
            raise InputError(f"point {point!r}: give a number for each of {', '.join(names)}")
        point = {names[0]: point}
    if wrong := [name for name in point if name not in names]:
        raise InputError(f"point has a value for {wrong[0]!r}: the weights are {', '.join(names)}")
    if missing := [name for name in names if name not in point]:
        raise InputError(f"point has no value for {missing[0]!r}: the weights are {', '.join(names)}")
    values = [rational(point[name], f"point: {name}") for name in names]
    return fmpq_mat([[to_fmpq(value)] for value in values])


def linear_predictor(data: DataSet, weights: fmpq_mat) -> list[fmpq]:
    """X w, one number for each row, by one product of integers."""
    scaled = [[weights[j, 0] / column.denominator] for j, column in enumerate(data.columns)]
    integers, q = fmpq_mat(scaled).numer_denom()
    entries = list(chain.from_iterable(column.numbers for column in data.columns))
    sums = fmpz_mat(len(data.columns), len(data), entries).transpose() * integers
    return [fmpq(x, fmpz(q)) for x in sums.entries()]
