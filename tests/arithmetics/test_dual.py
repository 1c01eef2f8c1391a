"""Derivatives three times: dual numbers, the rules of `differentiate`, and SymPy."""

from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.dual import Dual, Duals
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import number, symbol, symbolic
from infinitesimal.errors import Undefined
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.term import Const, Term, Var, fold
from infinitesimal.truth import Truth
from tests.strategies import rationals, small_rationals, terms

DUALS = Duals(QQ)


def dual_of(term: Term, x: Fraction, y: Fraction) -> Dual | None:
    """The value of a term with its slope in x; None where it divides by zero."""
    try:
        return fold(term, DUALS, lambda name: DUALS.variable(x) if name == "x" else DUALS.const(y))
    except Undefined:
        return None


@given(terms(), small_rationals(), small_rationals())
def test_the_slope_of_a_dual_is_the_value_of_the_derivative(term: Term, x: Fraction, y: Fraction) -> None:
    dual = dual_of(term, x, y)
    if dual is None:
        return
    value, slope = DUALS.export(dual)
    assert value == evaluate(term, {"x": x, "y": y}, QQ)
    assert slope == evaluate(differentiate(term, "x"), {"x": x, "y": y}, QQ)


@given(terms(max_leaves=8), small_rationals(), small_rationals())
def test_the_slope_of_a_dual_is_the_derivative_of_sympy(term: Term, x: Fraction, y: Fraction) -> None:
    dual = dual_of(term, x, y)
    if dual is None:
        return
    at = {symbol("x"): number(x), symbol("y"): number(y)}
    expression = fold(term, symbolic, symbol)
    derivative = sympy.diff(expression, symbol("x"))
    slope = DUALS.export(dual)[1]
    assert derivative.subs(at) == number(slope)
    by_rules = fold(differentiate(term, "x"), symbolic, symbol)
    assert by_rules.subs(at) == number(slope)


@given(terms(max_leaves=8), small_rationals(), small_rationals())
def test_the_derivative_by_rules_is_that_of_sympy_as_a_rational_function(term: Term, x: Fraction, y: Fraction) -> None:
    if dual_of(term, x, y) is None:  # somewhere it must have a value
        return
    for name in ("x", "y"):
        by_rules = fold(differentiate(term, name), symbolic, symbol)
        derivative = sympy.diff(fold(term, symbolic, symbol), symbol(name))
        assert sympy.cancel(by_rules - derivative) == 0


@given(rationals(), rationals().filter(bool), rationals(), rationals())
def test_the_rules_are_those_of_a_truncated_polynomial(a: Fraction, b: Fraction, da: Fraction, db: Fraction) -> None:
    """(a + da e)(b + db e) with e**2 = 0, and the quotient as its inverse."""
    x, y = (Dual(QQ.const(value), QQ.const(slope)) for value, slope in ((a, da), (b, db)))
    assert DUALS.export(DUALS.add(x, y)) == (a + b, da + db)
    assert DUALS.export(DUALS.sub(x, y)) == (a - b, da - db)
    assert DUALS.export(DUALS.mul(x, y)) == (a * b, a * db + b * da)
    assert DUALS.export(DUALS.neg(x)) == (-a, -da)
    assert DUALS.export(DUALS.mul(DUALS.div(x, y), y)) == (a, da)


@given(rationals().filter(bool), rationals(), st.integers(-4, 5))
def test_a_power_is_its_repeated_product(a: Fraction, da: Fraction, k: int) -> None:
    x = Dual(QQ.const(a), QQ.const(da))
    product = DUALS.const(Fraction(1))
    for _ in range(abs(k)):
        product = DUALS.mul(product, x) if k > 0 else DUALS.div(product, x)
    assert DUALS.export(DUALS.pow(x, k)) == DUALS.export(product)


def test_powers_at_zero() -> None:
    zero = DUALS.variable(Fraction(0))
    assert [DUALS.export(DUALS.pow(zero, k)) for k in (0, 1, 2, 3)] == [(1, 0), (0, 1), (0, 0), (0, 0)]


def test_known_derivatives() -> None:
    x = Var("x")
    cases: list[tuple[Term, Fraction, Fraction]] = [
        (Const(Fraction(9, 2)) * x**2, Fraction(5, 9), Fraction(5)),
        (1 / x, Fraction(3), Fraction(-1, 9)),
        (x / (1 + x**2), Fraction(1, 2), Fraction(12, 25)),
        ((x - 1) ** -3, Fraction(3), Fraction(-3, 16)),
        (x * x * x, Fraction(-2), Fraction(12)),
        (-(x**3) / x, Fraction(7), Fraction(-14)),
    ]
    for term, at, slope in cases:
        dual = dual_of(term, at, Fraction(0))
        assert dual is not None
        assert DUALS.export(dual)[1] == slope


def test_duals_are_ordered_by_value_and_undecided_by_slope() -> None:
    one, other = DUALS.const(Fraction(1)), DUALS.variable(Fraction(1))
    two = DUALS.const(Fraction(2))
    assert DUALS.less(one, two) is Truth.TRUE
    assert DUALS.less(two, one) is Truth.FALSE
    assert DUALS.less(one, one) is Truth.FALSE
    assert DUALS.less(one, other) is Truth.UNKNOWN
    assert DUALS.equal(one, one) is Truth.TRUE
    assert DUALS.equal(one, other) is Truth.FALSE


@given(terms(max_leaves=8), small_rationals(), small_rationals())
def test_duals_over_balls_enclose_value_and_slope(term: Term, x: Fraction, y: Fraction) -> None:
    exact = dual_of(term, x, y)
    if exact is None:
        return
    wide = Duals(balls(30))
    found = fold(term, wide, lambda name: wide.variable(x) if name == "x" else wide.embed(y))
    for element, value in zip(found, DUALS.export(exact), strict=True):
        assert not element.is_finite() or value in balls(30).export(element)


def test_names_and_numbers_that_come_in() -> None:
    assert DUALS.name == "duals over exact"
    assert DUALS.export(DUALS.embed("1/3")) == (Fraction(1, 3), 0)
    kept = DUALS.variable(Fraction(2))
    assert DUALS.embed(kept) is kept
