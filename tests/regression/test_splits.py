"""Splits: every row lands on one side, in its order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.errors import InputError


def numbered(count: int) -> inf.DataSet:
    return inf.dataset([[i] for i in range(count)], [10 * i for i in range(count)], names="x")


def rows_of(data: inf.DataSet) -> list[int]:
    assert [10 * data.columns[0][i] for i in range(len(data))] == [data.labels[i] for i in range(len(data))]
    return [int(data.columns[0][i]) for i in range(len(data))]


@given(st.integers(2, 40), st.integers(2, 9))
def test_each_fifth_row_is_held_back(count: int, every: int) -> None:
    if count < every:
        with pytest.raises(InputError, match="no row to test on"):
            inf.split(numbered(count), every=every)
        return
    train, test = inf.split(numbered(count), every=every)
    assert rows_of(test) == [i for i in range(count) if (i + 1) % every == 0]
    assert rows_of(train) == [i for i in range(count) if (i + 1) % every]


def test_rows_by_number() -> None:
    train, test = inf.split(numbered(6), rows=[4, 0])
    assert (rows_of(train), rows_of(test)) == ([1, 2, 3, 5], [0, 4])


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({}, "either every"),
        ({"every": 2, "rows": [1]}, "either every"),
        ({"every": 1}, "every 1"),
        ({"every": True}, "every True"),
        ({"rows": [6]}, "row 6 is not there"),
        ({"rows": [-1]}, "row -1 is not there"),
        ({"rows": [1, 1]}, "twice"),
        ({"rows": []}, "no row to test on"),
        ({"rows": range(6)}, "no row to learn from"),
    ],
)
def test_bad_splits_are_refused(options: dict[str, object], part: str) -> None:
    with pytest.raises(InputError, match=part):
        inf.split(numbered(6), **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="is not data"):
        inf.split([[1]], every=2)  # type: ignore[arg-type]
