"""Closed forms: the n-th value of the formula is the n-th value of the steps."""

import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import example, given, settings

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.limits.closed_form import ClosedForm, solve
from infinitesimal.limits.values import at, values
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.races import race
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from tests.strategies.recurrences import Affine, affine_processes

F = Fraction
NILPOTENT = Affine(
    ((F(0), F(1), F(2)), (F(0), F(0), F(1)), (F(0), F(0), F(0))), ((F(1),), (F(0),), (F(0),)), (F(1), F(2), F(3))
)
JORDAN = Affine(
    ((F(1), F(1), F(0)), (F(0), F(1), F(1)), (F(0), F(0), F(1))),
    ((F(0), F(1)), (F(1), F(0)), (F(0), F(2))),
    (F(1), F(2), F(3)),
)
ROTATION = Affine(((F(3, 5), F(-4, 5)), (F(4, 5), F(3, 5))), ((F(0),), (F(0),)), (F(1), F(0)))
CUBIC = Affine(((F(0), F(1), F(0)), (F(0), F(0), F(1)), (F(1), F(1), F(0))), ((F(0),),) * 3, (F(3), F(0), F(2)))
FORGETFUL = Affine(((F(0),),), ((F(0), F(0), F(1)),), (F(5),))


def is_value(formula: sympy.Expr, index: int, value: Fraction) -> bool:
    """Whether a formula at an index is an exact value; irrational bases have to cancel."""
    found = formula.subs(n, index).doit()
    difference = sympy.expand(found - sympy.Rational(value.numerator, value.denominator))
    return bool(difference == 0 or sympy.radsimp(difference) == 0 or sympy.simplify(difference) == 0)


@settings(deadline=None, max_examples=120)
@given(affine_processes())
@example(NILPOTENT)
@example(JORDAN)
@example(ROTATION)
@example(CUBIC)
@example(FORGETFUL)
@example(Affine(((F(1),),), ((F(0), F(0), F(0), F(1)),), (F(0),)))
@example(Affine(((F(-1),),), ((F(1), F(1)),), (F(2),)))
def test_the_formula_has_the_values_of_the_steps(process: Affine) -> None:
    form = solve(process.recurrence())
    count = 3 * len(process.start) + 6
    for index, state in enumerate(process.iterate(count)):
        assert tuple(form.value(name, index) for name in process.names) == state


@settings(deadline=None, max_examples=40)
@given(affine_processes(dimensions=(1, 3), degree=1))
@example(NILPOTENT)
@example(JORDAN)
@example(ROTATION)
@example(CUBIC)
@example(FORGETFUL)
def test_the_expression_has_the_values_of_the_steps(process: Affine) -> None:
    formulas = solve(process.recurrence()).expression
    if len(process.names) == 1:
        formulas = {process.names[0]: formulas}
    for index, state in enumerate(process.iterate(5)):
        for name, value in zip(process.names, state, strict=True):
            assert is_value(formulas[name], index, value)


def test_a_multiplier_of_zero_forgets_the_start_and_the_form_remembers_it() -> None:
    form = solve(recurrence({"x": "0*x + 3"}, {"x": 7}))
    assert [form.value("x", k) for k in range(4)] == [7, 3, 3, 3] and form.start == 1
    assert str(form) == "7 at first, then 3 from n = 1"
    assert [form.expression.subs(n, k) for k in range(3)] == [7, 3, 3]
    deep = solve(NILPOTENT.recurrence())
    assert deep.start == 3 and [deep.value("x", k) for k in range(5)] == [s[0] for s in NILPOTENT.iterate(5)]
    assert solve(recurrence({"x": "0*x + 3"}, {"x": 3})).start == 0


@pytest.mark.parametrize(
    ("process", "written"),
    [
        (zeno(), "1 - 2**(-n)"),
        (descent("9/2*x**2", {"x": "5/9"}, "0.1"), "5/(9*10**n)"),
        (geometric(1, "-1/3"), "3/4 - 3*(-1)**n/(4*3**n)"),
        (series("n"), "n**2/2 + n/2"),
        (recurrence({"x": "x"}, {"x": 4}), "4"),
        (recurrence({"x": "x"}, {"x": 0}), "0"),
        (recurrence({"x": "y", "y": "x"}, {"x": 1, "y": -1}), "x(n) = (-1)**n, y(n) = -(-1)**n"),
        (
            recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, watch="x"),
            "sum of (2/5*t - 1/5)*t**n over the roots t of t**2 - t - 1",
        ),
    ],
)
def test_a_closed_form_is_written_plainly(process: object, written: str) -> None:
    assert str(solve(process)) == written  # type: ignore[arg-type]


def test_the_formula_of_binet() -> None:
    form = solve(recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, watch="x"))
    root = sympy.sqrt(5)
    binet = (((1 + root) / 2) ** n - ((1 - root) / 2) ** n) / root
    assert all(sympy.expand((form.expression - binet).subs(n, k)) == 0 for k in range(12))
    assert form.value("x", 300) == sympy.fibonacci(300)


UNSOLVED = [
    "x**2", "x - x**3/10", "x*(1 - x)", "1/x", "1/(x + 1)", "x/x", "(x**2 - x)/(x - 1)", "x*x/x", "x**2/x",
    "0/x", "x*0/x + 1", "x/n", "n*x", "x + 1/n", "1/(1/x)", "x**-1*x**2", "(x + 1)/(x + 1)*x",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSOLVED)
def test_no_closed_form_is_claimed_for_a_step_that_bends_or_divides_by_the_state(text: str) -> None:
    with pytest.raises(Undecided, match="no closed form"):
        solve(recurrence({"x": text}, {"x": 3}))
    with pytest.raises(Undecided):
        at(recurrence({"x": text}, {"x": 3}), n)


def test_dividing_by_the_state_is_undefined_where_it_is_zero_even_if_it_would_cancel() -> None:
    with pytest.raises(ZeroDivisionError):
        values(recurrence({"x": "x/x - 1"}, {"x": 1}), 3)
    with pytest.raises(ZeroDivisionError):
        values(recurrence({"x": "(x**2 - x)/(x - 1)"}, {"x": 1}), 2)


@pytest.mark.parametrize(
    "process", [zeno(), race(10, 1, 100), descent("x**2 + x*y + y**2", 1, "1/3"), series("n**2 - n/2")], ids=str
)
def test_the_value_at_the_symbol_is_the_closed_form(process: object) -> None:
    formula = at(process, n)  # type: ignore[arg-type]
    for index in range(6):
        value = at(process, index)  # type: ignore[arg-type]
        if isinstance(value, dict):
            assert all(is_value(formula[name], index, value[name]) for name in value)
        else:
            assert is_value(formula, index, value)


def test_the_formula_of_the_worked_example() -> None:
    assert at(descent("9/2*x**2", {"x": "5/9"}, "0.1"), n) == {"x": sympy.Rational(5, 9) * sympy.Rational(1, 10) ** n}


def test_a_far_value_of_the_formula_is_the_jump() -> None:
    for process in (CUBIC, JORDAN, ROTATION):
        form = solve(process.recurrence())
        assert isinstance(form, ClosedForm)
        assert at(process.recurrence(), 500) == {name: form.value(name, 500) for name in process.names}


def test_high_powers_that_cancel_are_solved() -> None:
    fibonacci = recurrence({"x": "y", "y": "(x + 1)**2 - x**2 - 2*x - 1 + x + y"}, {"x": 0, "y": 1}, watch="x")
    assert [solve(fibonacci).value("x", k) for k in range(10)] == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]


def test_a_notebook_shows_the_formula_and_closed_forms_of_several_components_too() -> None:
    assert solve(zeno())._repr_latex_().startswith("$")
    two = solve(recurrence({"x": "x/2", "y": "y/3"}, {"x": 1, "y": 1}))
    assert set(two.expression) == {"x", "y"} and two._repr_latex_().count("$") == 2


def test_a_formula_with_numbers_of_any_length_is_written_in_latex_too() -> None:
    found = solve(recurrence({"x": "x/2"}, {"x": "1e5000"}))
    assert found.latex() == rf"\mbox{{1{'0' * 5000}/2**n}}"


@pytest.mark.parametrize("size", [2, 7, 20])
def test_many_coupled_components_have_a_closed_form(size: int) -> None:
    """Each follows the one before it, and the first a third of the last: one factor of degree `size`."""
    step = {"x0": f"x{size - 1}/3 + 1"} | {f"x{i}": f"x{i - 1}/2" for i in range(1, size)}
    process = recurrence(step, dict.fromkeys(step, 1))
    began = time.process_time()
    found = solve(process)
    assert time.process_time() - began < 10
    rows = values(process, size + 4)
    for k in (0, 1, size, size + 3):
        assert {name: found.value(name, k) for name in step} == rows[k]
