"""Transformations are exact where theory says so, and close where it only suggests so."""

import math
from fractions import Fraction

import pytest
from hypothesis import given

from infinitesimal.errors import InputError
from infinitesimal.sums.enclosures.acceleration import METHODS, aitken, levin, richardson, shanks, transformed
from tests.strategies.numbers import rationals

LOG2 = [sum((Fraction((-1) ** k, k + 1) for k in range(m)), Fraction(0)) for m in range(1, 22)]


@given(rationals(), rationals(), rationals())
def test_aitken_and_shanks_are_exact_on_one_geometric_rest(limit: Fraction, a: Fraction, r: Fraction) -> None:
    sums = [limit + a * r**k for k in range(5)]
    if a and r not in (0, 1):
        assert set(aitken(sums)) == {limit}
        assert shanks(sums[:3])[-1] == limit


def test_shanks_of_order_two_is_exact_on_two_geometric_rests() -> None:
    sums = [3 + Fraction(1, 2) ** k - 5 * Fraction(-1, 3) ** k for k in range(5)]
    assert shanks(sums)[-1] == 3


def test_richardson_removes_powers_of_one_over_n() -> None:
    sums = [Fraction(7) + Fraction(2, k) - Fraction(5, k**2) for k in range(1, 4)]
    assert richardson(sums)[-1] == 7


@pytest.mark.parametrize("method", ["shanks", "levin"])
def test_log_two_from_twenty_terms(method: str) -> None:
    assert abs(transformed(LOG2, method).best - Fraction(math.log(2))) < Fraction(1, 10**12)


def test_constant_sequences_stay() -> None:
    for name, transform in METHODS.items():
        assert set(transform([Fraction(2)] * 6)) == {Fraction(2)}, name


def test_an_acceleration_says_that_it_proves_nothing() -> None:
    assert "not a proof" in str(transformed(LOG2, "levin"))
    assert levin(LOG2)[-1] == transformed(LOG2, "levin").best


def test_bad_methods_and_too_few_sums() -> None:
    with pytest.raises(InputError, match="euler"):
        transformed(LOG2, "euler")
    with pytest.raises(InputError, match="at least 3"):
        transformed(LOG2[:2], "levin")
