"""Data in memory: exact columns of features, and a column of labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import lcm
from os import PathLike
from typing import Any

from infinitesimal.errors import InputError
from infinitesimal.regression.columns import BadCell, Column, as_floats, column_of_values
from infinitesimal.regression.names import checked_names, default_names, names_of


@dataclass(frozen=True, eq=False)
class DataSet:
    """Columns of features, each under the name of a variable, and the labels beside them; exact.

    `titles` are the columns' own titles where they came with some that cannot name a variable.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    labels: Column
    label: str = "label"
    titles: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def chosen(self, rows: Sequence[int]) -> "DataSet":
        """The data of these rows, counted from 0 on."""
        columns = tuple(column.chosen(rows) for column in self.columns)
        return DataSet(self.names, columns, self.labels.chosen(rows), self.label, self.titles)

    def __str__(self) -> str:
        return f"{len(self)} rows of {', '.join(self.names)} with {self.label}"

    __repr__ = __str__


def dataset(
    features: object,
    labels: object = None,
    *,
    names: Sequence[str] | str | None = None,
    label: str | None = None,
    floats: str | None = None,
    columns: Sequence[str] | None = None,
    separator: str = ",",
    encoding: str = "utf-8-sig",
) -> DataSet:
    """The exact data of `features` and `labels`, all of it in memory.

    `features` is a list of rows, a list of numbers (one column), an array of numpy, a dict from names to columns,
    or the path of a CSV file whose column `labels` has the labels; see `read_blocks` for such files and for
    `columns`, `separator` and `encoding`. Numbers are integers, fractions, decimals and text, and exact. A float
    is refused, since 0.1 already stands for another number; `floats="decimal"` takes the decimal that Python writes for
    each float, the shortest that reads back, and `floats="exact"` each float's own value.

    The columns are called `names`, or by their titles, or w01, w02, ... where those cannot name a variable.
    Raises `InputError` with row, column and value for a cell that is no exact number, for ragged rows,
    for as many labels as there are no rows, and for names that cannot be used.

    >>> dataset([["0.5", 1], ["1.5", 2]], [3, 5], names=["x", "z"])
    2 rows of x, z with label
    """
    if isinstance(features, DataSet):
        return _as_it_is(features, labels, names)
    if isinstance(features, str | PathLike):
        from infinitesimal.regression.csv_files import read_blocks

        blocks = read_blocks(features, labels, names=names, columns=columns, separator=separator, encoding=encoding)
        return joined(list(blocks))
    if columns is not None:
        raise InputError("columns chooses among the columns of a CSV file; give the features that are wanted")
    found, titles = _columns_of(features)
    target = _plain(labels)
    if not isinstance(target, list):
        raise InputError(f"labels {labels!r}: give a list of numbers, one for each row of the features")
    if any(isinstance(value, list | tuple) for value in target):
        raise InputError("labels are one number for each row, not lists: give a flat list")
    if len(target) != len(found[0]):
        raise InputError(f"the features have {len(found[0])} rows, and there are {len(target)} labels: give as many")
    if not target:
        raise InputError("the data has no rows: give at least one")
    chosen = checked_names(names, len(found)) if names is not None else names_of(titles or default_names(len(found)))
    kind, shown = as_floats(floats), titles or chosen
    exact_columns = tuple(_exact(column, title, kind) for column, title in zip(found, shown, strict=True))
    return DataSet(chosen, exact_columns, _exact(target, label or "label", kind), label or "label", tuple(titles))


def joined(blocks: Sequence[DataSet]) -> DataSet:
    """Blocks of rows of the same columns as one."""
    first = blocks[0]
    columns = tuple(_joined([block.columns[j] for block in blocks]) for j in range(len(first.names)))
    return DataSet(first.names, columns, _joined([block.labels for block in blocks]), first.label, first.titles)


def _joined(parts: list[Column]) -> Column:
    denominator = lcm(*(part.denominator for part in parts))
    scaled = ((part.numbers, denominator // part.denominator) for part in parts)
    return Column(tuple(chain.from_iterable(x if k == 1 else [k * y for y in x] for x, k in scaled)), denominator)


def _as_it_is(data: DataSet, labels: object, names: object) -> DataSet:
    if labels is not None or names is not None:
        raise InputError("the data has its labels and names already: give labels and names where it is made")
    return data


def _columns_of(features: object) -> tuple[list[list[Any]], tuple[str, ...]]:
    """The columns of the features, and their titles if they have some."""
    if isinstance(features, Mapping):
        columns = [_plain(column) for column in features.values()]
        if not columns or not all(isinstance(column, list) for column in columns):
            raise InputError("features as a dict: give a list of numbers under each name")
        sizes = [len(column) for column in columns]
        if len(set(sizes)) > 1:
            other = next(k for k, size in enumerate(sizes) if size != sizes[0])
            titles = list(features)
            raise InputError(
                f"column {titles[other]!r} has {sizes[other]} numbers, and {titles[0]!r} has {sizes[0]}: give as many"
            )
        return columns, tuple(str(title) for title in features)
    rows = _plain(features)
    if not isinstance(rows, list):
        raise InputError(
            f"features {features!r}: give a list of rows, an array, a dict of columns, or the path of a CSV file"
        )
    if not rows:
        raise InputError("the data has no rows: give at least one")
    if not any(isinstance(row, list | tuple) for row in rows):
        return [rows], ()
    for i, row in enumerate(rows, 1):
        if not isinstance(row, list | tuple):
            raise InputError(f"row {i} of the features is {row!r}: give a list of numbers")
        if len(row) != len(rows[0]):
            raise InputError(f"row {i} has {len(row)} numbers, and row 1 has {len(rows[0])}: give as many in each")
    if not rows[0]:
        raise InputError("the features have no columns: give at least one")
    return [list(column) for column in zip(*rows, strict=True)], ()


def _plain(value: Any) -> Any:
    """Lists and tuples as lists, arrays as lists of their rows; everything else as it is."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        if value.ndim > 2 or value.ndim == 0:
            raise InputError(f"an array of {value.ndim} dimensions: data has rows and columns, labels have rows")
        if value.dtype.kind in "iuO" or str(value.dtype) == "float64":
            return value.tolist()
        return [list(row) if value.ndim == 2 else row for row in value]  # short floats keep their own type and text
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(x) if hasattr(x, "dtype") and hasattr(x, "__len__") else x for x in value]
    return value


def _exact(values: list[Any], title: str, floats: str | None) -> Column:
    try:
        return column_of_values(values, floats)
    except BadCell as error:
        raise InputError(f"row {error.index + 1}, column {title!r}: {error}") from None
