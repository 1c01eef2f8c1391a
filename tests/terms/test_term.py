"""The term tree: what is written stays as it is, is hashable, and refuses what it cannot mean."""

from decimal import Decimal
from fractions import Fraction

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import symbolic
from infinitesimal.errors import InputError, Undefined
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.parse import read
from infinitesimal.terms.term import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_SIZE,
    Apply,
    Const,
    Var,
    const,
    exponent_of,
    postorder,
    substitute,
    term,
    variables,
)
from tests.strategies.recurrences import in_sympy, meaning, rationals, terms

NAMES = ("x", "y", "a_1", "n")
x, y = Var("x"), Var("y")
points = st.fixed_dictionaries({name: rationals() for name in NAMES})


@settings(deadline=None, max_examples=200)
@given(terms(NAMES), points)
def test_the_value_over_the_rationals_is_the_value_over_fractions(root: object, values: dict[str, Fraction]) -> None:
    try:
        expected = meaning(root, values)
    except ZeroDivisionError:
        with pytest.raises(Undefined):
            evaluate(root, values, QQ)
        return
    found = evaluate(root, values, QQ)
    assert found == expected and type(found) is Fraction


@settings(deadline=None, max_examples=60)
@given(terms(NAMES, division=False, exponents=(0, 3)))
def test_the_symbolic_value_is_the_expression(root: object) -> None:
    symbols = {name: sympy.Symbol(name) for name in NAMES}
    assert sympy.expand(evaluate(root, symbols, symbolic) - in_sympy(root)) == 0


@settings(deadline=None)
@given(terms(NAMES))
def test_equal_terms_are_equal_and_hash_alike(root: object) -> None:
    again = read(str(root))
    assert root == again and hash(root) == hash(again) and len({root, again}) == 1
    assert root != x - root


def test_nothing_is_simplified() -> None:
    assert x + 0 != x
    assert x + y != y + x
    assert (x + y) + x != x + (y + x)
    assert str(x - x) == "x - x" and str(x * 1) == "x*1" and str(Apply("neg", (-x,))) == "--x"


def test_different_kinds_of_term_are_different() -> None:
    assert Var("x") != Const(Fraction(1)) and Const(Fraction(1)) != x + 1
    assert read("1/2") != const("1/2")
    assert x + y != x - y and (x + 1) != "x + 1"


def test_terms_are_frozen() -> None:
    with pytest.raises(AttributeError):
        x.name = "y"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        (x + y).operation = "sub"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Fraction(3)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        ("1/3", Fraction(1, 3)),
        ("-0.5e-1", Fraction(-1, 20)),
        (sympy.Rational(2, 3), Fraction(2, 3)),
        (flint.fmpq(2, 3), Fraction(2, 3)),
        (flint.fmpz(7), Fraction(7)),
    ],
)
def test_every_exact_number_is_a_constant(value: object, expected: Fraction) -> None:
    assert const(value) == Const(expected)
    assert x * term(value) == Apply("mul", (x, Const(expected)))


@pytest.mark.parametrize(
    "value", [0.1, float("nan"), float("inf"), sympy.Float("0.1"), True, None, "x", "", sympy.pi, 1j, [1]]
)
def test_what_is_not_exact_is_no_constant(value: object) -> None:
    with pytest.raises(InputError):
        const(value)


def test_a_float_beside_a_term_is_refused_with_both_readings() -> None:
    for build in (lambda: x + 0.1, lambda: 0.1 * x, lambda: x / 0.1, lambda: 0.1 - x):
        with pytest.raises(InputError) as caught:
            build()
        assert '"0.1"' in str(caught.value) and "exact(0.1)" in str(caught.value)
        assert "3602879701896397/36028797018963968" in str(caught.value)


def test_a_symbol_of_sympy_is_a_variable() -> None:
    assert term(sympy.Symbol("x")) == x and x + sympy.Symbol("y") == x + y


@pytest.mark.parametrize("exponent", [Fraction(1, 2), "1/2", 0.5, MAX_EXPONENT + 1, -MAX_EXPONENT - 1, None])
def test_a_power_takes_a_moderate_integer(exponent: object) -> None:
    with pytest.raises(InputError):
        x**exponent


def test_the_largest_exponents_are_taken() -> None:
    assert [exponent_of(x**k) for k in (MAX_EXPONENT, -MAX_EXPONENT, 0)] == [MAX_EXPONENT, -MAX_EXPONENT, 0]
    with pytest.raises(InputError):
        Apply("pow", (x, y))


@pytest.mark.parametrize(("operation", "args"), [("add", (x,)), ("neg", (x, y)), ("sine", (x,)), ("", ()), ("add", ())])
def test_unknown_operations_are_refused(operation: str, args: tuple[Var, ...]) -> None:
    with pytest.raises(InputError):
        Apply(operation, args)


def test_size_and_depth_are_bounded() -> None:
    deep = x
    for _ in range(MAX_DEPTH - 1):
        deep = -deep
    assert deep.depth == MAX_DEPTH
    with pytest.raises(InputError, match="depth"):
        _ = -deep
    wide = x
    while 2 * wide.size + 1 <= MAX_SIZE:
        wide = wide + wide
    with pytest.raises(InputError, match="nodes"):
        wide + wide


def test_deep_terms_can_be_used_without_recursion() -> None:
    first, second = x, x
    for _ in range(MAX_DEPTH - 1):
        first, second = first + 1, second + 1
    assert first == second and hash(first) == hash(second)
    assert evaluate(first, {"x": 0}, QQ) == MAX_DEPTH - 1
    assert variables(first) == ("x",) and len(str(first)) > MAX_DEPTH


def test_shared_parts_are_met_once_and_after_their_arguments() -> None:
    root = (x + y) * (x + y) - x
    order = list(postorder(root))
    assert len(order) == len(set(order)) == 5
    for node in order:
        if isinstance(node, Apply):
            assert all(order.index(arg) < order.index(node) for arg in node.args)


def test_an_exponent_is_no_subterm_to_be_computed() -> None:
    assert list(postorder(x**3)) == [x, x**3]


@settings(deadline=None)
@given(
    terms(("x", "y"), division=False, exponents=(0, 2), leaves=5),
    terms(("x", "y"), division=False, exponents=(0, 2), leaves=4),
)
def test_substitution_is_simultaneous_and_changes_values_accordingly(outer: object, inner: object) -> None:
    point = {"x": Fraction(2, 3), "y": Fraction(-5, 7)}
    moved = {"x": meaning(inner, point), "y": point["x"]}
    assert meaning(substitute(outer, {"x": inner, "y": x}), point) == meaning(outer, moved)


@given(terms(NAMES))
def test_substituting_nothing_changes_nothing(root: object) -> None:
    assert substitute(root, {}) == root


def test_the_variables_are_sorted_and_come_once() -> None:
    assert variables(read("b*a - b"), read("c0 + 1")) == ("a", "b", "c0")
    assert variables(read("1 + 2")) == ()


def test_a_missing_value_is_named() -> None:
    with pytest.raises(InputError, match="no value for y"):
        evaluate("x + y", {"x": 1}, QQ)


def test_a_float_value_is_refused() -> None:
    with pytest.raises(InputError, match="float"):
        evaluate("x + 1", {"x": 0.1}, QQ)


@pytest.mark.parametrize("arithmetic", [None, "QQ", 64, float, object()])
def test_what_is_no_arithmetic_is_refused(arithmetic: object) -> None:
    with pytest.raises(InputError, match="not an arithmetic"):
        evaluate("x", {"x": 1}, arithmetic)


def test_the_example_of_the_worked_step() -> None:
    assert evaluate("x - 0.1*(9*x)", {"x": "5/9"}, QQ) == Fraction(1, 18)


ARGUMENTS = {"pi": {0}, "E": {0}, "harmonic": {1, 2}, "zeta": {1, 2}}
ARGUMENTS |= {name: {2} for name in ("binomial", "rf", "ff", "power")}
"""How many arguments a function takes; all others take one."""


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_takes_its_number_of_arguments_and_no_other(name: str) -> None:
    for count in range(5):
        if count in ARGUMENTS.get(name, {1}):
            assert Apply(name, (x,) * count).args == (x,) * count
        else:
            with pytest.raises(InputError):
                Apply(name, (x,) * count)
