"""Values with parameters beside SymPy's own expansion, and beside numbers put in."""

import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import BudgetSpent, Undecided
from infinitesimal.limits.values import at, values
from infinitesimal.recurrences.descents import METHODS, descent
from infinitesimal.recurrences.recurrence import recurrence
from tests.strategies.recurrences import in_sympy, meaning, terms

F = Fraction
a, b, eta = sympy.symbols("a b eta")


def test_the_iterates_are_those_of_sympy() -> None:
    made = descent("a/2*(x - b)**2", 3, "eta", parameters=["a", "b", "eta"])
    x, expected = sympy.Integer(3), []
    for _ in range(7):
        expected.append(sympy.expand(x))
        x = sympy.expand(x - eta * a * (x - b))
    assert values(made, 7) == expected
    assert [at(made, k)["x"] for k in range(7)] == expected


@settings(deadline=None, max_examples=60)
@given(terms(("x", "a", "b"), division=False, exponents=(0, 2), leaves=5), st.integers(0, 3))
def test_polynomial_steps_are_expanded(root: object, steps: int) -> None:
    made = recurrence({"x": root}, {"x": "b"})
    if not made.parameters:
        return
    x = b
    for _ in range(steps):
        x = sympy.expand(in_sympy(root).subs(sympy.Symbol("x"), x))
    assert sympy.expand(at(made, steps) - x) == 0 and sympy.expand(values(made, steps + 1)[-1] - x) == 0


@pytest.mark.parametrize("method", [m for m in METHODS if m != "steepest"])
@pytest.mark.parametrize("text", ["x**2 - a*x*y + y**2 - x", "x**4/4 + a*y**2"])
def test_with_numbers_put_in_they_are_the_exact_iterates(text: str, method: str) -> None:
    if method in ("newton",) and "x**4" in text:
        return
    beta = "1/3" if method in ("momentum", "nesterov") else None
    made = descent(text, {"x": 1, "y": "b"}, "eta", method, beta=beta, parameters=["a", "b", "eta"])
    if method == "newton":
        put = {"a": F(1, 3), "b": F(2), "eta": F(1, 7)}
        plain = descent(text.replace("a", "1/3"), {"x": 1, "y": 2}, "1/7", method)
    else:
        put = {"a": F(1, 5), "b": F(-2), "eta": F(1, 9)}
        plain = descent(text.replace("a", "1/5"), {"x": 1, "y": -2}, "1/9", method, beta=beta)
    numbers = {sympy.Symbol(k): sympy.Rational(v.numerator, v.denominator) for k, v in put.items()}
    for k in range(4):
        found = {name: value.subs(numbers) for name, value in at(made, k).items()}
        assert {name: F(int(v.p), int(v.q)) for name, v in found.items()} == at(plain, k)


def test_a_symbolic_number_of_steps_gives_a_formula() -> None:
    made = descent("x**2/2", "b", "eta", parameters=["b", "eta"])
    formula = at(made, n)["x"]
    for k in range(4):
        assert (
            sympy.expand(
                formula.subs({n: k, eta: sympy.Rational(1, 3)}) - at(made, k)["x"].subs(eta, sympy.Rational(1, 3))
            )
            == 0
        )


def test_far_values_stay_short() -> None:
    made = descent("17/2*(x - 1)**2", "3/7", eta)
    found = at(made, 10**9)["x"]
    assert found.subs(eta, sympy.Rational(1, 17)) == 1 and found.subs(eta, 0) == sympy.Rational(3, 7)


def test_rates_in_n_and_a_parameter() -> None:
    made = descent("a/2*x**2", 1, "1/n", parameters=["a"])
    assert [sympy.factor(v) for v in values(made, 3)] == [1, 1 - a, sympy.factor((1 - a) * (1 - a / 2))]
    with pytest.raises(Undecided):
        values(recurrence({"x": "x**2/a"}, {"x": 1}), 3)


def test_where_a_parameter_divides_the_condition_stays() -> None:
    found = at(recurrence({"x": "x/a"}, {"x": 1}), 3)
    assert sympy.simplify(found.subs(a, 2)) == sympy.Rational(1, 8)


def test_polynomials_that_explode_are_refused() -> None:
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="step"):
        at(descent("a*x**4 + b*x**3 + c*x", "d", "eta", parameters=["a", "b", "c", "d", "eta"]), 12)
    assert time.perf_counter() - began < 20


def test_thirty_steps_are_fast() -> None:
    made = descent("17/2*(x - 1)**2", "3/7", eta)
    assert len(sympy.Add.make_args(at(made, 30)["x"])) == 31
    began = time.perf_counter()
    at(made, 30)
    assert time.perf_counter() - began < 0.02


def test_meaning_is_that_of_the_step() -> None:
    made = descent("x**4 - a*x", 1, "1/5", parameters=["a"])
    x = F(1)
    for _ in range(3):
        x = x - F(1, 5) * meaning(made.loss.gradient["x"], {"x": x, "a": F(2, 3)})
    found = at(made, 3)["x"].subs(a, sympy.Rational(2, 3))
    assert F(int(found.p), int(found.q)) == x
