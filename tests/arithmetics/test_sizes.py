"""Predicted sizes are never too small."""

from fractions import Fraction
from math import lcm

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.sizes import MAX_DEGREE, Degree, Degrees, NotPolynomial, Sizes
from infinitesimal.errors import Undefined
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.term import Const, Term, Var, fold
from tests.strategies import rationals, small_rationals, terms

SIZES = Sizes()


@given(terms(exponents=(1, 4)) | terms(exponents=(-3, -1)), rationals(), rationals())
@example(Const(Fraction(0)) + Var("x"), Fraction(7, 3), Fraction(1))
@example(Const(Fraction(0)) - Const(Fraction(0)), Fraction(1), Fraction(1))
@example(Var("x") + Var("y"), Fraction(127, 255), Fraction(127, 511))
def test_a_predicted_size_is_never_below_the_true_one(term: Term, x: Fraction, y: Fraction) -> None:
    try:
        value = evaluate(term, {"x": x, "y": y}, QQ)
    except Undefined:
        return
    size = fold(term, SIZES, lambda name: SIZES.const({"x": x, "y": y}[name]))
    assert value.numerator.bit_length() <= size.numerator
    assert value.denominator.bit_length() <= size.denominator
    assert size.bits == size.numerator + size.denominator


@given(rationals(), rationals())
def test_the_size_of_an_empty_product_is_that_of_one(x: Fraction, y: Fraction) -> None:
    one = SIZES.pow(SIZES.const(x), 0)
    assert one.numerator >= 1
    assert one.denominator >= 1
    product = SIZES.mul(one, one)
    assert product.bits >= 2
    total = SIZES.add(product, SIZES.const(y))
    assert total.numerator >= (1 + y).numerator.bit_length()
    assert total.denominator >= (1 + y).denominator.bit_length()


@given(terms(exponents=(0, 4)), st.integers(1, 30), st.integers(-40, 40), st.integers(-40, 40))
def test_a_polynomial_stays_within_its_degree_and_weight(term: Term, d: int, a: int, b: int) -> None:
    """For a state over the common denominator d, the value is an integer over q d**p, below s max(N, d)**p."""
    degrees = Degrees()
    try:
        degree = fold(term, degrees, lambda _: Degree(1, 1, 1))
        value = evaluate(term, {"x": Fraction(a, d), "y": Fraction(b, d)}, QQ)
    except (NotPolynomial, Undefined):
        return
    denominator = degree.denominator * d**degree.degree
    assert denominator % value.denominator == 0
    assert (
        abs(value.numerator) * (denominator // value.denominator)
        <= degree.weight * max(abs(a), abs(b), d) ** degree.degree
    )


@given(small_rationals(), small_rationals())
def test_the_value_of_a_constant_polynomial_is_exact(a: Fraction, b: Fraction) -> None:
    degrees = Degrees()
    x, y = degrees.const(a), degrees.const(b)
    assert degrees.add(x, y).value == a + b
    assert degrees.sub(x, y).value == a - b
    assert degrees.mul(x, y).value == a * b
    assert degrees.neg(x).value == -a
    assert degrees.pow(x, 3).value == a**3
    if b:
        assert degrees.div(x, y).value == a / b
        assert degrees.pow(y, -2).value == b**-2


def test_sums_use_a_common_denominator() -> None:
    degrees = Degrees()
    variable = Degree(1, 1, 1)
    third, quarter = (degrees.mul(degrees.const(Fraction(1, k)), variable) for k in (6, 4))
    assert degrees.add(third, quarter) == Degree(1, lcm(6, 4), 2 + 3)


def test_what_is_no_polynomial_of_moderate_degree_is_refused() -> None:
    degrees, variable = Degrees(), Degree(1, 1, 1)
    for refused in (
        lambda: degrees.div(variable, variable),
        lambda: degrees.div(variable, degrees.const(Fraction(0))),
        lambda: degrees.pow(variable, -1),
        lambda: degrees.pow(variable, MAX_DEGREE + 1),
        lambda: degrees.pow(degrees.const(Fraction(3)), 10**9),
        lambda: degrees.mul(degrees.pow(variable, MAX_DEGREE), variable),
    ):
        with pytest.raises(NotPolynomial):
            refused()
    assert degrees.pow(variable, MAX_DEGREE).degree == MAX_DEGREE
