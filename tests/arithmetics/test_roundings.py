"""The seven roundings of an integer by a number of bits, against their definitions."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest, rounding_of, shifter
from infinitesimal.errors import InputError


def by_definition(value: Fraction, rounding: str) -> int:
    """`value` rounded to an integer, from the floor and the ceiling."""
    low, high = math.floor(value), math.ceil(value)
    inner, outer = (low, high) if value > 0 else (high, low)
    if rounding in ("up", "down"):
        return high if rounding == "up" else low
    if rounding in ("toward_zero", "away"):
        return inner if rounding == "toward_zero" else outer
    if rounding == "odd":
        return low if low == high or low % 2 else high
    if value - low != high - value:
        return low if value - low < high - value else high
    if rounding == "nearest_away":
        return outer
    return low if low % 2 == 0 else high


@pytest.mark.parametrize("rounding", list(Rounding))
def test_every_small_shift_follows_the_definition(rounding: Rounding) -> None:
    shift = shifter(rounding)
    for d in range(1, 8):
        for s in range(-300, 301):
            if s:
                assert shift(s, d) == by_definition(Fraction(s, 2**d), rounding), (s, d)


@given(
    st.integers().filter(bool) | st.builds(lambda e, d: (1 << e) + d, st.integers(2, 200), st.integers(-2, 2)),
    st.integers(1, 220),
)
@example(1, 2000)
@example(-1, 2000)
@example(-(1 << 53), 1)
def test_any_shift_follows_the_definition(s: int, d: int) -> None:
    for rounding in Rounding:
        assert shifter(rounding)(s, d) == by_definition(Fraction(s, 2**d), rounding)


@given(st.integers(1, 2**80), st.integers(1, 90))
def test_roundings_mirror_each_other(s: int, d: int) -> None:
    for rounding in Rounding:
        mirror = {Rounding.UP: Rounding.DOWN, Rounding.DOWN: Rounding.UP}.get(rounding, rounding)
        assert shifter(rounding)(-s, d) == -shifter(mirror)(s, d)


@given(st.integers(-(2**90), 2**90).filter(bool), st.integers(1, 40), st.integers(3, 40))
def test_rounding_to_odd_is_harmless_before_another_rounding(s: int, last: int, extra: int) -> None:
    """Boldo and Melquiond: with two bits more than needed, rounding to odd first changes nothing."""
    odd = shifter(Rounding.ODD)(s, extra)
    for rounding in Rounding:
        if odd and last > 1:
            assert shifter(rounding)(odd, last) == shifter(rounding)(s, last + extra)


def test_what_lies_beyond_stays_at_the_largest_only_on_the_inner_side() -> None:
    stays = {(r, negative) for r in Rounding for negative in (False, True) if overflows_to_largest(r, negative)}
    inward = {(Rounding.TOWARD_ZERO, False), (Rounding.TOWARD_ZERO, True), (Rounding.DOWN, False), (Rounding.UP, True)}
    assert stays == inward | {(Rounding.ODD, False), (Rounding.ODD, True)}


def test_a_rounding_is_known_by_its_name() -> None:
    names = {"nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd"}
    assert {rounding_of(name) for name in names} == set(Rounding)
    assert {str(rounding) for rounding in Rounding} == names
    assert rounding_of(Rounding.UP) is Rounding.UP


@pytest.mark.parametrize("wrong", ["nearest", "RNE", "", None, 0])
def test_an_unknown_rounding_is_refused_with_the_names_there_are(wrong: object) -> None:
    with pytest.raises(InputError, match=r"nearest_even.*toward_zero"):
        rounding_of(wrong)
