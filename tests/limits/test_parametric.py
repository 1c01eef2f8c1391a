"""Closed forms with parameters: whatever numbers are put in, they are the values of the steps."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.limits.closed_form import solve
from infinitesimal.limits.limit import limit
from infinitesimal.limits.parametric import ParametricForm
from infinitesimal.limits.values import at
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import geometric, series
from tests.strategies.recurrences import meaning, rationals

F = Fraction
SPECIAL = [F(0), F(1), F(-1), F(1, 2), F(2), F(-3, 2)]


@cache
def solved(process: Recurrence) -> ParametricForm:
    form = solve(process)
    assert isinstance(form, ParametricForm)
    return form


def rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def iterated(process: Recurrence, given: Mapping[str, Fraction], count: int) -> list[dict[str, Fraction]]:
    """The states with numbers for the parameters, over the fractions of Python."""
    state = {name: meaning(term, given) for name, term in process.start}
    found = [state]
    for k in range(1, count):
        state = {name: meaning(term, {**given, **state, "n": F(k)}) for name, term in process.step}
        found.append(state)
    return found


def check(process: Recurrence, given: Mapping[str, Fraction], count: int = 6) -> None:
    form = solved(process)
    put = {sympy.Symbol(name): rational(value) for name, value in given.items()}
    if any(condition.subs(put) == 0 for condition in form.excluded):
        return
    formulas = form.expression if isinstance(form.expression, dict) else {process.watch[0]: form.expression}
    for index, state in enumerate(iterated(process, given, count)):
        for name, formula in formulas.items():
            found = formula.subs(put).subs(n, index)
            assert not found.has(sympy.nan, sympy.zoo, sympy.oo), (given, index)
            difference = sympy.expand(found - rational(state[name]))
            assert difference == 0 or sympy.simplify(difference) == 0, (given, index, found)


def process(step: Mapping[str, str], start: Mapping[str, object], watch: object = None) -> Recurrence:
    return recurrence(step, start, watch)  # type: ignore[arg-type]


SCALAR = process({"x": "r*x + c"}, {"x": "b"})
LINEAR_FORCING = process({"x": "r*x + c*n"}, {"x": "b"})
ONE_NUMBER = process({"x": "r*x + n**2 - 1"}, {"x": "1/3"})
SERIES = geometric("a", "r").recurrence
DESCENT = descent("a/2*x**2 + b*x", {"x": "c"}, "e", parameters=("a", "b", "c", "e")).recurrence
TRIANGULAR = process({"x": "p*x + y", "y": "q*y"}, {"x": 1, "y": 2})
SYMMETRIC = process({"x": "p*x + q*y", "y": "q*x + p*y"}, {"x": 1, "y": 0})
MOMENTUM = process({"x": "x + v", "v": "b*v - x/4"}, {"x": 1, "v": 0})
HALVED = process({"x": "(r - 1/2)*x + 1/(c + 3)"}, {"x": 1})


@settings(deadline=None, max_examples=60)
@given(rationals(), rationals(), rationals())
@example(F(1), F(2), F(3))
@example(F(0), F(2), F(3))
@example(F(-1), F(1), F(0))
@example(F(1), F(0), F(0))
@example(F(0), F(0), F(0))
def test_a_scalar_recurrence_with_any_multiplier(r: Fraction, c: Fraction, b: Fraction) -> None:
    check(SCALAR, {"r": r, "c": c, "b": b})


@settings(deadline=None, max_examples=40)
@given(rationals(), rationals(), rationals())
@example(F(1), F(2), F(3))
@example(F(0), F(2), F(3))
def test_a_scalar_recurrence_with_a_forcing_that_grows(r: Fraction, c: Fraction, b: Fraction) -> None:
    check(LINEAR_FORCING, {"r": r, "c": c, "b": b})


@pytest.mark.parametrize("r", SPECIAL)
def test_one_parameter_and_a_quadratic_forcing(r: Fraction) -> None:
    check(ONE_NUMBER, {"r": r})


@settings(deadline=None, max_examples=40)
@given(rationals(), rationals())
@example(F(2), F(1))
@example(F(2), F(0))
def test_a_geometric_series_with_any_ratio(a: Fraction, r: Fraction) -> None:
    check(SERIES, {"a": a, "r": r})
    total = sum((a * r**k for k in range(5)), start=F(0))
    found = at(geometric("a", "r"), 5).subs({sympy.Symbol("a"): rational(a), sympy.Symbol("r"): rational(r)})
    assert found == rational(total)


@settings(deadline=None, max_examples=30)
@given(rationals(), rationals(), rationals(), rationals())
@example(F(0), F(1), F(2), F(1, 2))
@example(F(2), F(1), F(2), F(1, 2))
@example(F(4), F(1), F(2), F(1, 2))
@example(F(3), F(1), F(2), F(0))
def test_a_descent_with_any_curvature_and_rate(a: Fraction, b: Fraction, c: Fraction, e: Fraction) -> None:
    check(DESCENT, {"a": a, "b": b, "c": c, "e": e})


@pytest.mark.parametrize(("p", "q"), list(product([F(0), F(1), F(1, 2), F(-1)], repeat=2)), ids=str)
def test_two_roots_that_may_meet(p: Fraction, q: Fraction) -> None:
    check(TRIANGULAR, {"p": p, "q": q})


@pytest.mark.parametrize(("p", "q"), [(0, 0), (1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (F(1, 2), F(1, 3))])
def test_two_rational_roots_that_are_sums_of_parameters(p: int, q: int) -> None:
    check(SYMMETRIC, {"p": F(p), "q": F(q)})


@pytest.mark.parametrize("b", [F(0), F(1), F(9, 4), F(1, 4), F(-1), F(1, 2), F(5)])
def test_roots_with_a_square_root_that_may_vanish(b: Fraction) -> None:
    check(MOMENTUM, {"b": b})


@pytest.mark.parametrize(("r", "c"), [(F(1, 2), F(0)), (F(3, 2), F(1)), (F(5, 2), F(-1, 3)), (F(0), F(0))])
def test_a_coefficient_that_is_a_quotient(r: Fraction, c: Fraction) -> None:
    check(HALVED, {"r": r, "c": c})


def test_a_quotient_of_parameters_may_be_a_multiplier() -> None:
    made = process({"x": "a*x/b"}, {"x": "c"})
    for a, b, c in product([F(0), F(1), F(-2)], [F(1), F(-2), F(1, 3)], [F(0), F(2)]):
        check(made, {"a": a, "b": b, "c": c}, 4)


def test_a_parameter_in_the_start_only_is_no_special_case() -> None:
    form = solved(process({"x": "x/2 + 1"}, {"x": "b"}))
    assert len(form.cases) == 1 and form.excluded == ()
    assert sympy.expand(form.expression.subs(n, 3) - (sympy.Symbol("b") / 8 + sympy.Rational(7, 4))) == 0


def test_the_special_cases_are_written_out() -> None:
    form = solved(SCALAR)
    conditions = {sympy.sympify(case.conditions[0]) for case in form.cases if case.conditions}
    r = sympy.Symbol("r")
    assert {sympy.solve(condition, r)[0] for condition in conditions} == {0, 1}
    assert form.cases[-1].conditions == () and isinstance(form.expression, sympy.Piecewise)


@pytest.mark.parametrize("text", ["r*x**2", "x/x", "r/x", "x*n", "(x**2 - r*x)/(x - r)", "x + r/n", "x*r/x"])
def test_no_closed_form_is_claimed_for_other_steps(text: str) -> None:
    with pytest.raises(Undecided):
        solve(process({"x": text}, {"x": 1}))


def test_an_irreducible_cubic_is_left_undecided() -> None:
    with pytest.raises(Undecided, match="degree 3"):
        solve(process({"x": "y", "y": "z", "z": "x + a*y"}, {"x": 1, "y": 0, "z": 0}))


@pytest.mark.parametrize("r", [F(0), F(1, 2), F(-1, 3), F(9, 10)])
def test_the_limit_with_numbers_put_in_is_the_limit_with_numbers(r: Fraction) -> None:
    put = {sympy.Symbol("r"): rational(r), sympy.Symbol("c"): sympy.Integer(2), sympy.Symbol("b"): sympy.Integer(5)}
    assert limit(SCALAR).subs(put) == rational(limit(recurrence({"x": f"const({r})*x + 2"}, {"x": 5})))
    assert limit(geometric("a", "r")).subs({**put, sympy.Symbol("a"): 3}) == rational(3 / (1 - r))


@pytest.mark.parametrize("r", [1, -1, 2, F(-3, 2)])
def test_no_limit_is_claimed_for_a_multiplier_outside(r: Fraction) -> None:
    put = {sympy.Symbol("r"): rational(F(r)), sympy.Symbol("c"): sympy.Integer(2), sympy.Symbol("b"): sympy.Integer(5)}
    found = limit(SCALAR).subs(put)
    assert not found.is_Rational


def test_a_symbolic_descent_goes_to_its_minimum_under_a_condition() -> None:
    found = limit(descent("a/2*(x - m)**2", {"x": "c"}, "e", parameters=("a", "c", "e", "m")))["x"]
    numbers = {"a": 3, "e": sympy.Rational(1, 2), "m": 7, "c": 5}
    assert found.subs({sympy.Symbol(k): v for k, v in numbers.items()}) == 7
    outside = found.subs({sympy.Symbol(k): v for k, v in {**numbers, "a": 5}.items()})
    assert not outside.is_Rational


@settings(deadline=None, max_examples=25)
@given(rationals(), rationals(), st.integers(0, 6))
def test_a_jump_with_parameters_is_a_polynomial_in_them(r: Fraction, c: Fraction, index: int) -> None:
    put = {sympy.Symbol("r"): rational(r), sympy.Symbol("c"): rational(c), sympy.Symbol("b"): sympy.Integer(2)}
    expected = 2 * r**index + sum((c * r**k for k in range(index)), start=F(0))
    assert at(SCALAR, index).subs(put) == rational(expected)


def test_a_series_with_a_parameter_is_summed() -> None:
    formula = at(series("c*n - 1"), n)
    c = sympy.Symbol("c")
    assert sympy.expand(formula - (c * n * (n + 1) / 2 - n)) == 0


@pytest.mark.parametrize(("a", "b"), [(F(1), F(1, 2)), (F(0), F(1, 2)), (F(2), F(0)), (F(-1), F(1)), (F(1), F(1))])
def test_a_descent_in_two_variables_with_two_parameters(a: Fraction, b: Fraction) -> None:
    made = descent("a/2*x**2 + y**2 - x", {"x": 1, "y": 2}, "b", parameters=("a", "b")).recurrence
    check(made, {"a": a, "b": b}, 4)


@pytest.mark.parametrize("step", ["(p*q + r*s)*x + 1", "(p**2 + q**2 - 1)*x + 1"])
def test_a_case_that_could_not_be_solved_is_named_and_no_number_is_claimed_in_it(step: str) -> None:
    made = process({"x": step}, {"x": "1/3"})
    names = made.parameters
    form = solved(made)
    assert form.excluded
    for given_values in product([F(0), F(1), F(-1)], repeat=len(names)):
        numbers = dict(zip(names, given_values, strict=True))
        put = {sympy.Symbol(name): rational(value) for name, value in numbers.items()}
        value = form.expression.subs(put).subs(n, 4)
        if any(condition.subs(put) == 0 for condition in form.excluded):
            assert not value.is_Rational
        else:
            assert value == rational(iterated(made, numbers, 5)[4]["x"])


@pytest.mark.parametrize(
    ("text", "start", "rate", "method", "numbers"),
    [
        (  # a perfect square under the root: SymPy's sqrt(eta**2) is no rational function
            "(x - a)**2 + (y - x)**2",
            {"x": 1, "y": "1/2"},
            "eta",
            "gradient",
            [{"a": F(2), "eta": F(1, 3)}, {"a": F(-1), "eta": F(-1, 5)}, {"a": F(0), "eta": F(0)}],
        ),
        (  # conditions that contradict one another: a*eta = 1 and eta = 0
            "x**2/2 + a*y**2/2 - y",
            {"x": "a", "y": "a"},
            "eta",
            "coordinate",
            [{"a": F(2), "eta": F(1, 2)}, {"a": F(1), "eta": F(1)}, {"a": F(3), "eta": F(0)}, {"a": F(0), "eta": F(2)}],
        ),
        (
            "(x - a)**2 + (y - x)**2",
            {"x": "b", "y": "b"},
            "1/(a + b)",
            "gradient",
            [{"a": F(2), "b": F(1, 2)}, {"a": F(-1), "b": F(3)}],
        ),
    ],
)
def test_descents_in_two_variables_with_roots_that_may_vanish(
    text: str, start: dict, rate: str, method: str, numbers: list[dict[str, Fraction]]
) -> None:
    made = descent(text, start, rate, method, parameters=("a", "b", "eta")).recurrence
    for given_values in numbers:
        check(made, {"b": F(1), "eta": F(1), **given_values}, 4)


def test_several_square_roots_of_parameters_are_refused_at_once() -> None:
    made = descent("a*x**2/2 + b*y**2/2", 1, "1/2", "momentum", beta="1/2", parameters=("a", "b"))
    with pytest.raises(Undecided, match="several square roots"):
        at(made, n)
    assert sympy.expand(at(made, 2)["x"]) == sympy.expand(at(made, 2)["y"].subs("b", "a"))
