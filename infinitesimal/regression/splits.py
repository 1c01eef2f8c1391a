"""Data that is held back from a fit, deterministic and exact."""

from collections.abc import Iterable

from infinitesimal.errors import InputError
from infinitesimal.regression.datasets import DataSet


def split(data: DataSet, every: int | None = None, *, rows: Iterable[int] | None = None) -> tuple[DataSet, DataSet]:
    """The data in two parts, to learn from and to test on, in their order; nothing is drawn at random.

    The test part is every `every`-th row (the rows `every`, `2*every`, ... counted from 1 on), or the `rows` given,
    counted from 0 on as Python counts. Raises `InputError` unless both parts have a row, for a row that is not
    there and for one that comes twice.

    >>> from infinitesimal.regression.datasets import dataset
    >>> train, test = split(dataset([[1], [2], [3], [4]], [2, 4, 6, 8]), every=2)
    >>> len(train), [test.labels[i] for i in range(len(test))]
    (2, [Fraction(4, 1), Fraction(8, 1)])
    """
    if not isinstance(data, DataSet):
        raise InputError(f"{type(data).__name__} is not data to split: make it with dataset(features, labels)")
    if (every is None) == (rows is None):
        raise InputError("give either every, such as every=5, or the rows that are held back")
    if rows is not None:
        held = _chosen_rows(rows, len(data))
    else:
        distance = checked_every(every)
        held = list(range(distance - 1, len(data), distance))
    inside = set(held)
    rest = [i for i in range(len(data)) if i not in inside]
    if not held or not rest:
        part = "to learn from" if held else "to test on"
        raise InputError(f"the split of {len(data)} rows leaves no row {part}: hold back fewer or more")
    return data.chosen(rest), data.chosen(held)


def checked_every(every: object) -> int:
    """The distance of rows that are held back: an integer of at least 2."""
    if not isinstance(every, int) or isinstance(every, bool) or every < 2:
        raise InputError(f"every {every!r}: give an integer from 2 on; every=5 holds back each fifth row")
    return every


def _chosen_rows(rows: Iterable[int], count: int) -> list[int]:
    found = list(rows)
    for i in found:
        if not isinstance(i, int) or isinstance(i, bool) or not 0 <= i < count:
            raise InputError(f"row {i!r} is not there: rows are counted from 0 to {count - 1}")
    if len(set(found)) < len(found):
        raise InputError("a row is held back twice: give each once")
    return sorted(found)
