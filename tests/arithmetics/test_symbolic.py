"""Symbols: substitution gives back the exact value, and what is said about equality is proved."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import n, number, symbol, symbolic, to_fraction
from infinitesimal.errors import InputError, Undefined
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.term import Term, fold
from infinitesimal.truth import Truth
from tests.strategies import rationals, small_rationals, terms

X, Y = symbol("x"), symbol("y")


@given(terms(), small_rationals(), small_rationals())
def test_substituting_into_the_symbolic_value_gives_the_exact_value(term: Term, x: Fraction, y: Fraction) -> None:
    try:
        exact = evaluate(term, {"x": x, "y": y}, QQ)
    except Undefined:
        return
    expression = fold(term, symbolic, symbolic.embed)
    assert to_fraction(expression.subs({X: number(x), Y: number(y)})) == exact


@given(rationals(), rationals(), st.integers(-3, 4))
def test_numbers_stay_exact(a: Fraction, b: Fraction, k: int) -> None:
    x, y = symbolic.const(a), symbolic.embed(b)
    assert to_fraction(symbolic.add(x, y)) == a + b
    assert to_fraction(symbolic.sub(x, y)) == a - b
    assert to_fraction(symbolic.mul(x, y)) == a * b
    assert to_fraction(symbolic.neg(x)) == -a
    if b:
        assert to_fraction(symbolic.div(x, y)) == a / b
        assert to_fraction(symbolic.pow(y, k)) == b**k
    assert symbolic.equal(x, y) is Truth.of(a == b)
    assert symbolic.less(x, y) is Truth.of(a < b)
    assert to_fraction(number(a)) == a


def test_names_become_symbols_and_the_step_number_is_a_nonnegative_integer() -> None:
    assert symbolic.embed("x") == X
    assert symbolic.embed("n") is n is symbol("n")
    assert n.is_integer
    assert n.is_nonnegative
    assert symbolic.embed("1/3") == sympy.Rational(1, 3)
    assert symbolic.export(X + 1) == symbolic.embed(X + 1) == X + 1


def test_dividing_by_zero_is_undefined_and_never_infinite() -> None:
    with pytest.raises(Undefined, match="/0 has no value"):
        symbolic.div(X, sympy.Integer(0))
    with pytest.raises(Undefined, match="/0 has no value"):
        symbolic.div(sympy.Integer(0), sympy.Integer(0))
    with pytest.raises(Undefined, match=r"0\*\*-2"):
        symbolic.pow(sympy.Integer(0), -2)
    assert symbolic.pow(sympy.Integer(0), 0) == 1


def test_equality_is_that_of_rational_functions() -> None:
    assert symbolic.equal((X + 1) ** 2, X**2 + 2 * X + 1) is Truth.TRUE
    assert symbolic.equal(1 / X + 1 / Y, (X + Y) / (X * Y)) is Truth.TRUE
    assert symbolic.equal(X, X + 1) is Truth.FALSE
    assert symbolic.equal(X, Y) is Truth.UNKNOWN
    assert symbolic.less(n, n + 1) is Truth.TRUE
    assert symbolic.less(n + 1, n) is Truth.FALSE
    assert symbolic.less(X, Y) is Truth.UNKNOWN


@pytest.mark.parametrize("wrong", [sympy.pi, X, sympy.sqrt(2), sympy.oo, sympy.nan, sympy.Float(0.5)], ids=str)
def test_only_a_rational_becomes_a_fraction(wrong: sympy.Expr) -> None:
    with pytest.raises(InputError, match="not a rational number"):
        to_fraction(wrong)


@pytest.mark.parametrize("wrong", [0.1, True, None, "x + 1", "1/0", "__import__('os')"])
def test_floats_and_text_that_is_no_name_are_refused(wrong: object) -> None:
    with pytest.raises(InputError):
        symbolic.embed(wrong)
