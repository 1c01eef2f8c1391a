"""Errors in ulps: against the spacing found by listing the numbers of a format."""

import math
from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary32, binary64, e4m3, e5m2
from infinitesimal.contrasts.error import error_in_ulps, relative_error, ulp_at
from tests.strategies import rationals

SMALL = (e4m3, e5m2, Format(3, -2, 3), Format(1, -3, 3), Format(4, -3, 2))


def line(format: Format) -> list[Fraction]:
    """The nonnegative finite numbers, in order."""
    found = {format.arithmetic.export(format.decode(bits)).exact for bits in range(1 << format.width)}
    return sorted(x for x in found if isinstance(x, Fraction) and x >= 0)


@pytest.mark.parametrize("format", SMALL, ids=repr)
def test_the_ulp_at_a_real_is_the_gap_that_contains_it(format: Format) -> None:
    numbers = line(format)
    for low, high in pairwise(numbers):
        for value in (low, (low + high) / 2, low + (high - low) / 7, high - (high - low) / 1000):
            assert ulp_at(format, value) == ulp_at(format, -value) == high - low
            assert numbers[bisect_right(numbers, value)] == high


@pytest.mark.parametrize("format", [binary64, binary32, binary16, bfloat16], ids=repr)
def test_the_ulp_at_powers_of_two_is_that_of_the_binade_above(format: Format) -> None:
    for e in (format.emin, format.emin + 1, -1, 0, 1, 5, format.emax):
        power = Fraction(2) ** e
        assert ulp_at(format, power) == power / 2 ** (format.precision - 1)
        if e > format.emin:
            assert ulp_at(format, power * (1 - Fraction(1, 10**9))) == power / 2**format.precision
    assert ulp_at(format, Fraction(0)) == format.smallest
    assert ulp_at(format, Fraction(2) ** (format.emin - 1)) == format.smallest


@given(rationals())
@example(Fraction(1))
@example(Fraction(1, 2**1074))
@example(Fraction(5, 2**1077))
def test_the_ulp_in_binary64_is_that_of_python(value: Fraction) -> None:
    """`math.ulp` of the float below a value in size."""
    size = abs(value)
    if size >= 2**1024:
        return
    near = float(size) if size < 2**1024 - 2**970 else math.nextafter(math.inf, 0.0)
    if Fraction(near) > size:
        near = math.nextafter(near, 0.0)
    assert ulp_at(binary64, value) == Fraction(math.ulp(near))


@given(rationals(), st.sampled_from([binary64, binary32, bfloat16, e4m3]))
def test_the_error_of_the_nearest_number_is_at_most_half_an_ulp(value: Fraction, format: Format) -> None:
    number = format(value)
    error = error_in_ulps(number, value)
    if not number.is_finite:
        assert error is None
        return
    assert isinstance(error, Fraction)
    assert 0 <= error <= Fraction(1, 2)
    assert error * ulp_at(format, value) == abs(number.exact - value)


def test_an_error_is_counted_in_the_spacing_at_the_exact_value() -> None:
    """Just below 1 the spacing is half of that at 1."""
    assert error_in_ulps(binary64(1), 1 - Fraction(1, 2**54)) == Fraction(1, 2)
    assert error_in_ulps(binary64(1), 1 + Fraction(1, 2**54)) == Fraction(1, 4)
    assert error_in_ulps(binary64("0.1"), Fraction(1, 10)) == Fraction(2, 5)
    assert error_in_ulps(binary64(0), Fraction(1, 2**1075)) == Fraction(1, 2)
    assert error_in_ulps(binary64(0), Fraction(0)) == 0


def test_what_is_not_finite_has_no_error() -> None:
    infinity = binary16(70_000)
    assert error_in_ulps(infinity, Fraction(1)) is None
    assert relative_error(infinity, Fraction(1)) is None


def test_the_relative_error_is_exact() -> None:
    number = bfloat16("0.1")
    assert relative_error(number, Fraction(1, 10)) == abs(number.exact - Fraction(1, 10)) * 10
    assert relative_error(number, Fraction(-1, 10)) == abs(number.exact + Fraction(1, 10)) * 10
    assert relative_error(number, Fraction(0)) is None
    assert relative_error(Fraction(1, 3), Fraction(1, 2)) == Fraction(1, 3)
