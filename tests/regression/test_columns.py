"""Cells: every text is the rational it writes, by `Fraction`; everything else is an error that says why."""

from decimal import Decimal
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.errors import InputError
from infinitesimal.regression.columns import BadCell, column_of_text, column_of_values

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12).map(str)
plain = st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{1,9})?", fullmatch=True)
quotients = st.fractions(max_denominator=50).map(str)
padded = st.builds("{}{}{}".format, st.sampled_from(["", " ", "\t"]), plain, st.sampled_from(["", " "]))


@given(st.lists(st.one_of(decimals, plain, quotients, padded), min_size=1, max_size=12))
def test_a_cell_is_the_rational_that_it_writes(cells: list[str]) -> None:
    column = column_of_text(cells)
    assert [column[i] for i in range(len(column))] == [Fraction(cell.strip()) for cell in cells]


@given(st.lists(plain, min_size=1, max_size=20))
def test_plain_columns_take_the_fast_way(cells: list[str]) -> None:
    column = column_of_text(cells)
    assert [column[i] for i in range(len(column))] == [Fraction(cell) for cell in cells]


def test_a_line_break_inside_a_cell_does_not_make_two() -> None:
    with pytest.raises(BadCell) as caught:
        column_of_text(["7", "1\n2", "8"])
    assert caught.value.index == 1


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("NA", "missing"),
        ("null", "missing"),
        ("?", "missing"),
        ("nan", "no exact value"),
        ("NaN", "no exact value"),
        ("-inf", "no exact value"),
        ("Infinity", "no exact value"),
        ("abc", "not a number"),
        ("1,5", "decimal point"),
        ("1_000", "not a number"),
        ("٣", "not a number"),
        ("½", "not a number"),
        ("1e99999", "bits"),
        ("1e-999999999999", "bits"),
        ("1e9999", "bits"),
        ("1e-9999", "bits"),
        ("1/0", "not a number"),
        ("0x10", "not a number"),
        ("--1", "not a number"),
        ("1 2", "not a number"),
        ("=1+1", "not a number"),
    ],
)
def test_what_is_no_number_is_named(cell: str, part: str) -> None:
    with pytest.raises(BadCell, match=part) as caught:
        column_of_text(["1", "2.5", cell, "3"])
    assert caught.value.index == 2


def test_long_numerals_are_read_whole() -> None:
    long = "1" * 5000
    column = column_of_text(["2", long, "0." + long])
    assert column[1] * 9 == 10**5000 - 1
    assert column[2] * 9 * 10**5000 == 10**5000 - 1


def test_numbers_of_python_stay_exact() -> None:
    column = column_of_values([1, Fraction(1, 3), Decimal("0.25"), "1/7", np.int8(-3)])
    assert [column[i] for i in range(5)] == [1, Fraction(1, 3), Fraction(1, 4), Fraction(1, 7), -3]


@pytest.mark.parametrize("value", [0.1, np.float64(0.1), np.float32(0.1), np.float16(0.1), ml_dtypes.bfloat16(0.1)])
def test_floats_are_refused_with_both_ways_out(value: object) -> None:
    with pytest.raises(BadCell, match=r"is a float.*floats='decimal' or floats='exact'"):
        column_of_values([1, value])
    assert column_of_values([value], "decimal")[0] == Fraction(str(value))
    assert str(value) == ("0.100098" if isinstance(value, ml_dtypes.bfloat16) else "0.1")
    assert column_of_values([value], "exact")[0] == Fraction(*float(value).as_integer_ratio())  # type: ignore[arg-type]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=9))
def test_floats_as_decimals_and_as_themselves(values: list[float]) -> None:
    assert [column_of_values(values, "exact")[i] for i in range(len(values))] == [Fraction(v) for v in values]
    assert [column_of_values(values, "decimal")[i] for i in range(len(values))] == [Fraction(repr(v)) for v in values]


@pytest.mark.parametrize("floats", [None, "decimal", "exact"])
@pytest.mark.parametrize(
    "value", [float("nan"), float("-inf"), np.float32("inf"), None, True, object(), 1j, Decimal("NaN"), "x"]
)
def test_what_has_no_exact_value_is_refused(value: object, floats: str | None) -> None:
    with pytest.raises(BadCell) as caught:
        column_of_values([1, 2, value], floats)
    assert caught.value.index == 2
    assert "floats=" not in str(caught.value)


def test_a_column_has_a_denominator_of_bounded_size() -> None:
    with pytest.raises(InputError, match="common denominator"):
        column_of_values([Fraction(1, p) for p in range(1, 30_000)])
