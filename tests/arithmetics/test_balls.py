"""A ball contains the exact value, whatever its precision; what it says about order is proved."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx
from hypothesis import assume, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.balls import Balls, balls
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError, Undefined
from infinitesimal.interval import Interval
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.term import Term, Var, fold
from infinitesimal.truth import Truth
from tests.strategies import rationals, small_rationals, terms

PRECISIONS = st.sampled_from([2, 3, 10, 53, 64, 200])

FRACTIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


@given(rationals(), rationals(), PRECISIONS, st.sampled_from(list(FRACTIONS)))
def test_an_operation_encloses_the_exact_result(a: Fraction, b: Fraction, bits: int, operation: str) -> None:
    arithmetic = balls(bits)
    ball = getattr(arithmetic, operation)(arithmetic.const(a), arithmetic.const(b))
    assume(b or operation != "div")
    assume(ball.is_finite())
    assert FRACTIONS[operation](a, b) in arithmetic.export(ball)


@given(rationals().filter(bool), st.integers(-5, 6), PRECISIONS)
def test_a_power_encloses_the_exact_power(a: Fraction, k: int, bits: int) -> None:
    arithmetic = balls(bits)
    ball = arithmetic.pow(arithmetic.const(a), k)
    assert not ball.is_finite() or a**k in arithmetic.export(ball)  # with two bits 1/3**-4 divides by one around 0
    assert ball.is_finite() or bits < 10
    assert -a in arithmetic.export(arithmetic.neg(arithmetic.const(a)))


@given(terms(), small_rationals(), small_rationals(), PRECISIONS)
def test_the_ball_of_a_term_contains_its_exact_value(term: Term, x: Fraction, y: Fraction, bits: int) -> None:
    try:
        exact = evaluate(term, {"x": x, "y": y}, QQ)
    except Undefined:
        return
    arithmetic = balls(bits)
    ball = fold(term, arithmetic, lambda name: arithmetic.embed({"x": x, "y": y}[name]))
    if ball.is_finite():
        assert exact in arithmetic.export(ball)


def test_enough_bits_enclose_a_cancellation_tightly() -> None:
    x = Var("x")
    term = (x + 1 - 1 - x) * (x + 2) + x / 3
    wide, narrow = (evaluate(term, {"x": "1/7"}, balls(bits)) for bits in (20, 500))
    assert Fraction(1, 21) in wide
    assert Fraction(1, 21) in narrow
    assert narrow.width < Fraction(1, 2**490) < wide.width


@given(rationals(), rationals(), PRECISIONS)
def test_what_is_said_about_order_and_equality_is_true(a: Fraction, b: Fraction, bits: int) -> None:
    arithmetic = balls(bits)
    x, y = arithmetic.const(a), arithmetic.const(b)
    equal, less = arithmetic.equal(x, y), arithmetic.less(x, y)
    assert equal in (Truth.of(a == b), Truth.UNKNOWN)
    assert less in (Truth.of(a < b), Truth.UNKNOWN)
    if abs(a - b) > (abs(a) + abs(b)) * Fraction(2, 2**bits):
        assert equal is Truth.FALSE
        assert less is not Truth.UNKNOWN


def test_overlapping_balls_are_not_compared() -> None:
    arithmetic = balls(10)
    third = arithmetic.const(Fraction(1, 3))
    assert arithmetic.equal(third, third) is arithmetic.less(third, third) is Truth.UNKNOWN
    half = arithmetic.const(Fraction(1, 2))
    assert arithmetic.equal(half, half) is Truth.TRUE
    assert arithmetic.less(half, half) is Truth.FALSE
    nan = arithmetic.div(arithmetic.const(Fraction(0)), arithmetic.const(Fraction(0)))
    assert arithmetic.equal(nan, half) is not Truth.TRUE
    assert arithmetic.less(nan, half) is Truth.UNKNOWN


def test_an_infinite_ball_has_no_interval() -> None:
    arithmetic = balls(53)
    with pytest.raises(InputError, match="more bits"):
        arithmetic.export(arithmetic.div(arithmetic.integer(1), arithmetic.integer(0)))


@given(rationals(), rationals(), PRECISIONS)
def test_an_interval_comes_in_whole(a: Fraction, b: Fraction, bits: int) -> None:
    lower, upper = sorted((a, b))
    found = balls(bits).export(balls(bits).embed(Interval(lower, upper)))
    assert found.lower <= lower <= upper <= found.upper


@given(rationals(), PRECISIONS)
def test_only_an_exact_ball_has_an_exact_value(a: Fraction, bits: int) -> None:
    arithmetic = balls(bits)
    ball = arithmetic.embed(a)
    assert arithmetic.embed(ball) is ball
    exact = arithmetic.element_exact(ball)
    interval = arithmetic.export(ball)
    assert exact == (a if interval.width == 0 else None)
    dyadic = a.denominator & (a.denominator - 1) == 0
    odd = a.numerator // (a.numerator & -a.numerator) if a else 0
    assert (exact is not None) is (dyadic and odd.bit_length() <= bits)
    assert (arithmetic.key(ball) == arithmetic.key(arithmetic.const(a))) is (exact is not None)


def test_the_precision_travels_with_the_arithmetic_and_not_with_a_global() -> None:
    before = ctx.prec
    narrow, wide = (balls(bits).export(balls(bits).const(Fraction(1, 3))) for bits in (10, 1000))
    assert ctx.prec == before
    assert wide.width < Fraction(1, 2**990) < narrow.width
    assert balls(10).div(arb(1), arb(3)).rad() > balls(1000).div(arb(1), arb(3)).rad()


@pytest.mark.parametrize("wrong", [1, 0, -5, 10_000_001, 53.0, True, "53", None])
def test_a_precision_is_an_integer_from_2_on(wrong: Any) -> None:
    with pytest.raises(InputError, match="not a number of bits"):
        balls(wrong)


def test_names() -> None:
    assert repr(balls(64)) == balls(64).name == "balls(64)"
    assert balls(64) == Balls(64) != balls(65)
    assert balls(2).exact is False
