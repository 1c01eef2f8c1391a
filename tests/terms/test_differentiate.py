"""Derivatives: equal to those of SymPy, to the identity of Taylor, and of the shape promised."""

from fractions import Fraction
from math import factorial

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.terms.differentiate import differentiate, gradient
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.parse import read
from infinitesimal.terms.term import Apply, Const, Term, Var
from tests.strategies.recurrences import in_sympy, meaning, rationals, terms

NAMES = ("x", "y")


def _defined(expression: sympy.Expr) -> bool:
    return not expression.has(sympy.zoo, sympy.nan, sympy.oo)


@settings(deadline=None, max_examples=150)
@given(terms(NAMES, exponents=(-2, 3), leaves=6))
def test_the_derivative_is_that_of_sympy(root: Term) -> None:
    expression = in_sympy(root)
    assume(_defined(expression))
    for name in NAMES:
        found = in_sympy(differentiate(root, name))
        if _defined(found):
            assert sympy.cancel(sympy.together(found - sympy.diff(expression, sympy.Symbol(name)))) == 0


@settings(deadline=None, max_examples=150)
@given(terms(NAMES, exponents=(-2, 3), leaves=6), rationals(), rationals())
def test_the_derivative_has_a_value_where_the_term_has_one(root: Term, a: Fraction, b: Fraction) -> None:
    point = {"x": a, "y": b}
    try:
        meaning(root, point)
    except ZeroDivisionError:
        assume(False)
    for name in NAMES:
        meaning(differentiate(root, name), point)


@settings(deadline=None, max_examples=100)
@given(terms(("x", "y"), division=False, exponents=(0, 3), leaves=5), rationals(), rationals(), rationals())
def test_the_derivatives_of_a_polynomial_add_up_to_the_shifted_value(
    root: Term, a: Fraction, b: Fraction, h: Fraction
) -> None:
    degree = sympy.Poly(in_sympy(root), sympy.Symbol("x")).degree()
    assume(degree <= 8)
    total, slope = Fraction(0), root
    for k in range(max(0, int(degree) if degree >= 0 else 0) + 1):
        total += h**k / factorial(k) * meaning(slope, {"x": a, "y": b})
        slope = differentiate(slope, "x")
    assert total == meaning(root, {"x": a + h, "y": b})
    assert meaning(slope, {"x": a, "y": b}) == 0


SHAPES = {
    "9/2*x**2": "9/2*(2*x)",
    "(x - 1)**3": "3*(x - 1)**2",
    "x**2": "2*x",
    "x": "1",
    "y": "0",
    "3": "0",
    "x**1": "1",
    "x**0": "0",
    "x**-1": "-1*x**-2",
    "x + y": "1",
    "y - x": "-1",
    "x - y": "1",
    "-x": "-1",
    "-y": "0",
    "a*x": "a",
    "x*a": "a",
    "x*x": "x + x",
    "(x + 1)*(x - 1)": "x - 1 + (x + 1)",
    "x/3": "1/3",
    "1/x": "-1/x**2",
    "x/y": "1/y",
    "0.5*(x - 1)**2 + y*x": "0.5*(2*(x - 1)) + y",
    "x**2/2": "2*x/2",
}


@pytest.mark.parametrize("text", SHAPES)
def test_the_derivative_is_written_as_it_will_be_computed(text: str) -> None:
    found, written = differentiate(text, "x"), str(differentiate(text, "x")).replace("const(-1)", "-1")
    assert written == SHAPES[text]
    assert read(str(found)) == found


def test_a_negative_power_keeps_its_exact_factor() -> None:
    assert differentiate("x**-1", "x") == Apply("mul", (Const(Fraction(-1)), Var("x") ** -2))


def test_the_gradient_names_every_variable() -> None:
    assert {name: str(slope) for name, slope in gradient(read("(x - 1)**2 + x*y")).items()} == {
        "x": "2*(x - 1) + y",
        "y": "x",
    }
    assert gradient(read("2 + 3")) == {}


@settings(deadline=None, max_examples=60)
@given(terms(NAMES, leaves=5), terms(NAMES, leaves=5), rationals())
def test_the_derivative_is_linear(f: Term, g: Term, c: Fraction) -> None:
    point = {"x": Fraction(2, 3), "y": Fraction(-5, 7)}
    try:
        expected = c * meaning(differentiate(f, "x"), point) + meaning(differentiate(g, "x"), point)
    except ZeroDivisionError:
        assume(False)
    assert meaning(differentiate(Const(c) * f + g, "x"), point) == expected


def test_deep_terms_are_differentiated_without_recursion() -> None:
    slope = differentiate("x**2" + " + x**3" * 300 + " - (x + 1)/3" * 300, "x")
    assert evaluate(slope, {"x": 1}, QQ) == 2 + 3 * 300 - 100


def test_text_that_is_no_term_is_refused() -> None:
    with pytest.raises(InputError):
        differentiate("x**y", "x")


@settings(deadline=None)
@given(st.integers(-6, 6), rationals().filter(bool))
def test_the_power_rule(k: int, a: Fraction) -> None:
    assert meaning(differentiate(Var("x") ** k, "x"), {"x": a}) == k * a ** (k - 1)
