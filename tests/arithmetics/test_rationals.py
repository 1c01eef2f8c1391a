"""Exact arithmetic against `fractions.Fraction`."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetic import Arithmetic, resolve
from infinitesimal.arithmetics.floating.format import binary64
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError, Undefined
from infinitesimal.truth import Truth
from tests.strategies import rationals


@given(rationals(), rationals())
def test_every_operation_is_that_of_fractions(a: Fraction, b: Fraction) -> None:
    x, y = QQ.const(a), QQ.const(b)
    assert QQ.export(QQ.add(x, y)) == a + b
    assert QQ.export(QQ.sub(x, y)) == a - b
    assert QQ.export(QQ.mul(x, y)) == a * b
    assert QQ.export(QQ.neg(x)) == -a
    if b:
        assert QQ.export(QQ.div(x, y)) == a / b
    assert QQ.equal(x, y) is Truth.of(a == b)
    assert QQ.less(x, y) is Truth.of(a < b)
    assert (QQ.key(x) == QQ.key(y)) is (a == b)


@given(rationals().filter(bool), st.integers(-6, 6))
def test_powers_are_exact(a: Fraction, k: int) -> None:
    assert QQ.export(QQ.pow(QQ.const(a), k)) == a**k


@given(rationals())
def test_a_rational_survives_and_comes_out_as_a_fraction_in_lowest_terms(a: Fraction) -> None:
    found = QQ.export(QQ.const(a))
    assert type(found) is Fraction
    assert (found.numerator, found.denominator) == (a.numerator, a.denominator)
    assert hash(found) == hash(a)
    assert QQ.element_exact(QQ.embed(a)) == QQ.export(QQ.embed(QQ.const(a))) == QQ.export(QQ.upper_bound(a)) == a


def test_dividing_by_zero_is_undefined() -> None:
    for top in (0, 1, -3):
        with pytest.raises(Undefined, match=r"/0 has no value in exact arithmetic"):
            QQ.div(fmpq(top), fmpq(0))
    with pytest.raises(Undefined):
        QQ.pow(fmpq(0), -2)
    with pytest.raises(Undefined, match="many digits"):
        QQ.div(fmpq(1, 10**500), fmpq(0))
    with pytest.raises(ZeroDivisionError):
        QQ.div(fmpq(1), fmpq(0))


def test_the_empty_product_is_one() -> None:
    assert QQ.pow(fmpq(0), 0) == QQ.pow(fmpq(5, 3), 0) == 1


def test_step_numbers_and_names() -> None:
    assert [QQ.export(QQ.integer(k)) for k in (0, -7, 10**30)] == [0, -7, 10**30]
    assert (QQ.name, repr(QQ), QQ.exact) == ("exact", "QQ", True)
    with pytest.raises(InputError, match="is a float"):
        QQ.embed(0.5)


def test_an_arithmetic_is_recognised_and_a_format_stands_for_its_own() -> None:
    assert isinstance(QQ, Arithmetic)
    assert resolve(QQ) is QQ
    assert resolve(binary64) is floats(binary64)
    for wrong in (None, 3, "binary64", Fraction(1)):
        with pytest.raises(InputError, match="not an arithmetic"):
            resolve(wrong)
