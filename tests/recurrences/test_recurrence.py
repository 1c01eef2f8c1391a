"""Recurrences: simultaneous updates, the number of the update, and errors that name what is missing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sympy

from infinitesimal.errors import InputError
from infinitesimal.limits.closed_form import solve
from infinitesimal.limits.limit import limit
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.recurrence import Process, as_process, recurrence
from infinitesimal.terms.parse import read
from infinitesimal.terms.term import Const, Var


def test_all_components_are_updated_together() -> None:
    swap = recurrence({"x": "y", "y": "x"}, {"x": 1, "y": 2})
    assert values(swap, 3) == [{"x": 1, "y": 2}, {"x": 2, "y": 1}, {"x": 1, "y": 2}]
    fibonacci = recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, watch="x")
    assert values(fibonacci, 9) == [0, 1, 1, 2, 3, 5, 8, 13, 21]


def test_a_nonlinear_step_is_simultaneous_too() -> None:
    mean = recurrence({"a": "(a + b)/2", "b": "2*a*b/(a + b)"}, {"a": 1, "b": 2})
    assert values(mean, 3) == [
        {"a": 1, "b": 2},
        {"a": Fraction(3, 2), "b": Fraction(4, 3)},
        {"a": Fraction(17, 12), "b": Fraction(24, 17)},
    ]


@pytest.mark.parametrize("step", ["x + n", "x + n*x/x", "x + 1/(1/n)"])
def test_the_first_update_has_the_number_one(step: str) -> None:
    assert values(recurrence({"x": step}, {"x": 5}), 5) == [5, 6, 8, 11, 15]


def test_a_step_may_forget_the_state() -> None:
    assert values(recurrence({"x": "n"}, {"x": 7}), 4) == [7, 1, 2, 3]
    assert values(recurrence({"x": "3"}, {"x": 7}), 3) == [7, 3, 3]


def test_all_components_are_watched_unless_some_are_named() -> None:
    step, start = {"x": "x/2", "y": "3*y"}, {"x": 1, "y": 1}
    assert recurrence(step, start).watch == ("x", "y")
    assert values(recurrence(step, start, watch="y"), 3) == [1, 3, 9]
    assert steps(recurrence(step, start, watch="x"), 3) == (Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))
    assert steps(recurrence(step, start), 2) == (2, 6)
    assert recurrence(step, start, watch=["y", "x"]).watch == ("x", "y")


@pytest.mark.parametrize("watch", ["z", "", (), [], ("x", "z"), 3, "xy"])
def test_only_components_can_be_watched(watch: object) -> None:
    with pytest.raises(InputError, match="names no component"):
        recurrence({"x": "x", "y": "y"}, {"x": 1, "y": 2}, watch=watch)  # type: ignore[arg-type]


def test_a_function_is_a_step() -> None:
    made = recurrence(lambda n, x, y: {"x": x - y / 10 + n, "y": 2 * y}, {"x": 1, "y": "1/3"})
    assert made == recurrence({"x": "x - y/10 + n", "y": "2*y"}, {"x": 1, "y": "1/3"})


def test_a_step_may_be_a_term_or_a_number() -> None:
    assert recurrence({"x": Var("x") + 1}, {"x": 0}) == recurrence({"x": "x + 1"}, {"x": 0})
    assert values(recurrence({"x": Fraction(1, 3)}, {"x": 0}), 2) == [0, Fraction(1, 3)]


@pytest.mark.parametrize(
    "start", [Fraction(1, 3), "1/3", sympy.Rational(1, 3), Const(Fraction(1, 3)), "2/6", "1 - 2/3", read("1/3")]
)
def test_a_start_is_any_exact_number(start: object) -> None:
    assert recurrence({"x": "x"}, {"x": start}).start_values() == {"x": Fraction(1, 3)}


def test_a_decimal_start_is_exact() -> None:
    assert recurrence({"x": "x"}, {"x": Decimal("0.1")}).start_values() == {"x": Fraction(1, 10)}


def test_a_component_without_a_start_is_named() -> None:
    with pytest.raises(InputError, match="'y'"):
        recurrence({"x": "x", "y": "y"}, {"x": 1})


def test_a_component_without_a_step_is_named() -> None:
    with pytest.raises(InputError, match="'y'"):
        recurrence({"x": "x"}, {"x": 1, "y": 2})


@pytest.mark.parametrize("name", ["n", "pi", "nan", "inf", "lambda", "len", "x__y", "_x", "1x", "", "E", "x y", 3])
def test_reserved_names_are_no_components(name: object) -> None:
    with pytest.raises(InputError):
        recurrence({name: "1"}, {name: 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("start", [{}, None, 3, "x", [("x", 1)], ()])
def test_a_start_is_a_map(start: object) -> None:
    with pytest.raises(InputError, match="start"):
        recurrence({"x": "x"}, start)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [{}, None, "x/2", ["x/2"], lambda n, x: x / 2, lambda n, x: None])
def test_a_step_is_a_map(step: object) -> None:
    with pytest.raises(InputError, match="step"):
        recurrence(step, {"x": 1})  # type: ignore[arg-type]


def test_a_float_is_refused_with_both_readings_wherever_it_stands() -> None:
    for make in (
        lambda: recurrence({"x": "x"}, {"x": 0.1}),
        lambda: recurrence({"x": 0.1}, {"x": 1}),
        lambda: recurrence(lambda n, x: {"x": 0.1 * x}, {"x": 1}),
    ):
        with pytest.raises(InputError) as caught:
            make()
        assert 'Write "0.1" for the decimal' in str(caught.value) and "exact(0.1)" in str(caught.value)


def test_the_error_names_the_part_that_is_wrong() -> None:
    with pytest.raises(InputError, match="step of y"):
        recurrence({"x": "x", "y": "y^2"}, {"x": 1, "y": 1})
    with pytest.raises(InputError, match="start of y"):
        recurrence({"x": "x", "y": "y"}, {"x": 1, "y": "1/0"})
    with pytest.raises(InputError, match="start of y"):
        recurrence({"x": "x", "y": "y"}, {"x": 1, "y": "2*x"})
    with pytest.raises(InputError, match="start of x"):
        recurrence({"x": "x"}, {"x": "n"})


def test_unknown_names_are_parameters_and_are_named_when_numbers_are_needed() -> None:
    made = recurrence({"x": "r*x + c"}, {"x": "b"})
    assert made.parameters == ("b", "c", "r")
    with pytest.raises(InputError, match="b, c, r"):
        made.start_values()
    with pytest.raises(InputError, match="b, c, r"):
        steps(made, 2)
    assert recurrence({"x": "x + n"}, {"x": 1}).parameters == ()


def test_a_recurrence_says_what_it_is() -> None:
    assert str(recurrence({"s": "s + d", "d": "d/2"}, {"s": 0, "d": "1/2"})) == "s = s + d, d = d/2 from s = 0, d = 1/2"
    assert recurrence({"x": "x + n"}, {"x": 1}).counts_steps and not recurrence({"x": "x + 1"}, {"x": 1}).counts_steps


@pytest.mark.parametrize("value", [None, 3, "x/2", {"x": "x/2"}, object()])
def test_what_is_no_process_is_refused(value: object) -> None:
    for word in (as_process, solve, limit, lambda process: at(process, 1), lambda process: values(process, 1)):
        with pytest.raises(InputError, match="not a process"):
            word(value)  # type: ignore[arg-type]


def test_a_recurrence_is_a_process_and_is_hashable() -> None:
    made = recurrence({"x": "x/2"}, {"x": 1})
    assert isinstance(made, Process) and as_process(made) is made.recurrence
    assert hash(made) == hash(recurrence({"x": "x/2"}, {"x": 1})) and made != recurrence({"x": "x/2"}, {"x": 2})
    assert at(made, 3) == Fraction(1, 8)


@pytest.mark.parametrize(
    "step", [lambda: {"x": 1}, lambda a: {"x": a}, lambda n, y: {"x": y}, lambda n, x, y: {"x": x}], ids=range(4)
)
def test_a_function_that_does_not_take_the_state_is_refused(step: Any) -> None:
    with pytest.raises(InputError, match=r"called as step\(n, x=x\)"):
        recurrence(step, {"x": 1})


def test_an_error_inside_a_step_is_its_own() -> None:
    def step(n: Any, x: Any) -> Any:
        raise TypeError("inside")

    with pytest.raises(TypeError, match="inside"):
        recurrence(step, {"x": 1})
