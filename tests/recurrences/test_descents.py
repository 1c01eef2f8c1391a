"""Descents: the step is x - rate*gradient, and what cannot be descended is refused by name."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings

from infinitesimal.errors import InputError
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.losses import loss
from infinitesimal.terms.term import Term, Var, variables
from tests.strategies.recurrences import in_sympy, rationals, terms

RATES = rationals().filter(lambda rate: rate > 0)


def test_the_worked_example_has_gradient_five_and_rate_a_tenth() -> None:
    made = descent("9/2*x**2", start={"x": "5/9"}, rate="0.1")
    assert steps(made, 3) == (Fraction(1, 2), Fraction(1, 20), Fraction(1, 200))
    assert values(made, 3) == [Fraction(5, 9), Fraction(1, 18), Fraction(1, 180)]
    assert str(made) == "descent on 9/2*x**2: x = x - 0.1*(9/2*(2*x)) from x = 5/9"


LOSSES = {
    "x**4/4": lambda x: x**3,
    "x**2/2 - x": lambda x: x - 1,
    "(x**2 - 1)**2": lambda x: 4 * x * (x**2 - 1),
    "x - 1/x": lambda x: 1 + 1 / x**2,
    "3": None,
}


@pytest.mark.parametrize("text", [text for text, slope in LOSSES.items() if slope])
@pytest.mark.parametrize("start", [Fraction(1, 2), Fraction(-3), Fraction(7, 3)])
def test_the_values_are_those_of_the_textbook_step(text: str, start: Fraction) -> None:
    rate, x, expected = Fraction(1, 7), start, [start]
    for _ in range(4):
        x = x - rate * LOSSES[text](x)
        expected.append(x)
    assert values(descent(text, {"x": start}, rate), 5) == expected


@settings(deadline=None, max_examples=50)
@given(terms(("x", "y"), division=False, exponents=(0, 3), leaves=6), rationals(), rationals(), RATES)
def test_one_step_is_that_of_the_gradient_of_sympy(root: Term, a: Fraction, b: Fraction, rate: Fraction) -> None:
    names = variables(root)
    if not names:
        with pytest.raises(InputError, match="no variable"):
            descent(root, 1, rate)
        return
    point = dict(zip(("x", "y"), (a, b), strict=True))
    start = {name: point[name] for name in names}
    at_point = {sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in point.items()}
    found = at(descent(root, start, rate), 1)
    assert set(found) == set(names)
    for name in names:
        slope = sympy.diff(in_sympy(root), sympy.Symbol(name)).subs(at_point)
        assert found[name] == point[name] - rate * Fraction(int(slope.p), int(slope.q))


def test_one_number_starts_all_variables() -> None:
    made = descent("x**2 + y**2*z", 3, "1/2")
    assert dict(made.recurrence.start_values()) == {"x": 3, "y": 3, "z": 3}
    assert values(made, 2)[1] == {"x": 0, "y": -6, "z": Fraction(-3, 2)}


def test_a_value_of_a_descent_is_named_even_when_there_is_one_variable() -> None:
    assert at(descent("x**2", 1, "1/4"), 2) == {"x": Fraction(1, 4)}


def test_a_variable_without_a_start_is_named() -> None:
    with pytest.raises(InputError, match="no value for 'y'"):
        descent("x**2 + y**2", {"x": 1}, 1)


def test_a_start_without_a_variable_is_named() -> None:
    with pytest.raises(InputError, match="'z'"):
        descent("x**2", {"x": 1, "z": 1}, 1)


@pytest.mark.parametrize("rate", ["eta", "exact", None, "", "1/0", float("inf"), "x", [], {}, True, 0, "-1/2"])
def test_a_rate_that_is_no_number_is_refused(rate: object) -> None:
    with pytest.raises(InputError, match="rate"):
        descent("x**2", {"x": 1}, rate)


def test_a_float_rate_is_refused_with_both_readings() -> None:
    with pytest.raises(InputError) as caught:
        descent("x**2", {"x": 1}, 0.1)
    assert '"0.1"' in str(caught.value) and "exact(0.1)" in str(caught.value) and "rate" in str(caught.value)


@pytest.mark.parametrize("start", [0.5, {"x": 0.5}, "a", {"x": "y"}, {"x": "n"}, {"x": None}])
def test_a_start_that_is_no_exact_number_is_refused(start: object) -> None:
    with pytest.raises(InputError, match="start"):
        descent("x**2", start, 1)


@pytest.mark.parametrize("method", ["gradients", "", None, "GRADIENT", "adam", 3])
def test_an_unknown_method_is_refused(method: object) -> None:
    with pytest.raises(InputError, match="method"):
        descent("x**2", 1, 1, method=method)  # type: ignore[arg-type]


def test_symbols_stay_symbols_when_they_are_listed() -> None:
    made = descent("a/2*x**2", {"x": "b"}, "eta", parameters=("a", "b", "eta"))
    assert made.recurrence.names == ("x",) and made.recurrence.parameters == ("a", "b", "eta")
    with pytest.raises(InputError, match="'b'"):
        descent("a/2*x**2", {"x": "b"}, "eta", parameters=("a", "eta"))


def test_a_symbol_of_sympy_is_a_parameter() -> None:
    assert descent("x**2", 1, sympy.Symbol("eta")).recurrence.parameters == ("eta",)


def test_a_rate_is_no_variable_of_the_loss() -> None:
    """A rate that is a variable would be read from the moving state."""
    with pytest.raises(InputError, match="rate"):
        descent("x**2", 1, sympy.Symbol("x"))


@pytest.mark.parametrize("text", ["3", "1/2", "n**2", "x + n", "x^2", "gamma(x)", "sin(x", "factorial(x)", "x**y", ""])
def test_what_is_no_loss_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="loss"):
        descent(text, 1, 1)


def test_a_loss_knows_its_gradient() -> None:
    made = loss("(x - 1)**2 + y**2")
    assert {name: str(slope) for name, slope in made.gradient.items()} == {"x": "2*(x - 1)", "y": "2*y"}
    assert made.names == ("x", "y") and loss(made) is made and loss(Var("x")).names == ("x",)
    assert loss("a*x", parameters=["a"]).names == ("x",)
