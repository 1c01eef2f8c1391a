"""Values, steps and jumps against plain iteration over the fractions of Python."""

import itertools
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import InputError, Undefined
from infinitesimal.limits.closed_form import solve
from infinitesimal.limits.limit import limit
from infinitesimal.limits.remainders import remainder
from infinitesimal.limits.values import at, states, steps, values
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import series, zeno
from tests.strategies.recurrences import (
    Affine,
    affine_processes,
    iterate,
    meaning,
    polynomial_processes,
    rationals,
    terms,
)

F = Fraction


def as_values(process: Affine, found: list) -> list[tuple[Fraction, ...]]:
    if len(process.names) == 1:
        return [(value,) for value in found]
    return [tuple(value[name] for name in process.names) for value in found]


@settings(deadline=None, max_examples=120)
@given(affine_processes(), st.integers(0, 12))
@example(Affine(((F(1),),), ((F(0), F(1)),), (F(0),)), 5)
@example(Affine(((F(0),),), ((F(2),),), (F(3),)), 5)
def test_the_values_of_an_affine_process_are_those_of_its_steps(process: Affine, count: int) -> None:
    expected = process.iterate(count)
    assert as_values(process, values(process.recurrence(), count)) == expected
    assert as_values(process, [at(process.recurrence(), k) for k in range(count)]) == expected


@settings(deadline=None, max_examples=80)
@given(affine_processes(), st.integers(0, 8))
def test_the_steps_are_the_largest_changes(process: Affine, count: int) -> None:
    walked = process.iterate(count + 1)
    expected = tuple(max(abs(b - a) for a, b in zip(u, v, strict=True)) for u, v in itertools.pairwise(walked))
    assert steps(process.recurrence(), count) == expected


@settings(deadline=None, max_examples=80)
@given(polynomial_processes())
def test_the_values_of_a_polynomial_process_are_those_of_its_steps(process: Recurrence) -> None:
    state = process.start_values()
    expected = [state]
    for k in range(1, 5):
        state = {name: meaning(term, {**state, "n": F(k)}) for name, term in process.step}
        expected.append(state)
    found = values(process, 5)
    assert (found if len(state) > 1 else [{"x": value} for value in found]) == expected
    last = at(process, 4)
    assert (last if len(state) > 1 else {"x": last}) == expected[4]


@settings(deadline=None, max_examples=80)
@given(terms(("x", "n"), exponents=(-2, 2), leaves=5), rationals())
def test_the_values_of_a_rational_process_are_those_of_its_steps(root: object, start: Fraction) -> None:
    process, state, expected = recurrence({"x": root}, {"x": start}), start, [start]
    for k in range(1, 4):
        try:
            state = meaning(root, {"x": state, "n": F(k)})
        except ZeroDivisionError:
            with pytest.raises(Undefined):
                values(process, 4)
            return
        expected.append(state)
    assert values(process, 4) == expected


BY_HAND = [
    ({"x": "x - 0.1*(x**3 - x)"}, {"x": F(1, 2)}, lambda n, x: (x - F(1, 10) * (x**3 - x),)),
    ({"x": "x/2 + 1/x"}, {"x": F(1)}, lambda n, x: (x / 2 + 1 / x,)),
    ({"x": "x + n*y", "y": "y/(x + 1)"}, {"x": F(1), "y": F(1, 3)}, lambda n, x, y: (x + n * y, y / (x + 1))),
    ({"x": "1/(n + x)"}, {"x": F(0)}, lambda n, x: (1 / (n + x),)),
    ({"x": "y", "y": "z", "z": "x + y + z"}, {"x": F(0), "y": F(0), "z": F(1)}, lambda n, x, y, z: (y, z, x + y + z)),
    ({"x": "x**-2 - x"}, {"x": F(2)}, lambda n, x: (1 / x**2 - x,)),
]


@pytest.mark.parametrize("position", range(len(BY_HAND)))
def test_values_steps_and_jumps_are_those_of_a_loop_written_by_hand(position: int) -> None:
    step, start, update = BY_HAND[position]
    process, names = recurrence(step, start), list(start)
    expected = iterate(update, tuple(start.values()), 6)
    found = values(process, 6)
    assert [tuple(v.values()) if len(names) > 1 else (v,) for v in found] == expected
    assert at(process, 5) == found[5]
    assert steps(process, 5) == tuple(
        max(abs(a - b) for a, b in zip(u, v, strict=True)) for u, v in itertools.pairwise(expected)
    )


CENTRES = [Fraction(0), Fraction(3), Fraction(-7, 4)]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("side", [1, -1])
def test_the_worked_example_near_any_minimum(centre: Fraction, side: int) -> None:
    """Gradient 5 and rate 0.1: steps of 1/2, 1/20, 1/200, in all 5/9."""
    made = descent(f"9/2*(x - const({centre}))**2", {"x": centre + side * F(5, 9)}, "0.1")
    assert steps(made, 3) == (F(1, 2), F(1, 20), F(1, 200))
    assert limit(made) == {"x": centre}
    assert sum(steps(made, 30)) == F(5, 9) - F(5, 9) / 10**30
    assert remainder(made, 0) == {"x": -side * F(5, 9)}
    assert remainder(made, 20) == {"x": -side * F(5, 9) / 10**20}
    assert at(made, 10**5)["x"] - centre == side * F(5, 9 * 10 ** (10**5))


def test_no_values_are_asked_for() -> None:
    assert values(zeno(), 0) == [] and values(zeno(), 1) == [0] and steps(zeno(), 0) == ()
    assert values(recurrence({"x": "1/x"}, {"x": 0}), 1) == [0]


@pytest.mark.parametrize("count", [-1, 1.0, "3", None, True, F(3)])
def test_a_count_is_an_integer_from_zero_on(count: object) -> None:
    with pytest.raises(InputError, match="count"):
        values(zeno(), count)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="count"):
        steps(zeno(), count)  # type: ignore[arg-type]


@pytest.mark.parametrize("index", [-1, 1.5, "3", None, True, F(1, 2), sympy.Rational(1, 2), sympy.Integer(-1)])
def test_an_index_is_an_integer_from_zero_on_or_a_symbol(index: object) -> None:
    with pytest.raises(InputError, match="number of updates"):
        at(zeno(), index)


def test_a_division_by_zero_is_undefined_and_says_so() -> None:
    with pytest.raises(Undefined):
        values(recurrence({"x": "1/(x - 1)"}, {"x": 2}), 4)
    assert values(recurrence({"x": "1/(x - 1)"}, {"x": 2}), 2) == [2, 1]


def test_values_beyond_the_digits_of_cpython_can_be_had_shown_and_compared() -> None:
    n = 100_000
    value = at(zeno(), n)
    assert value == 1 - F(1, 2**n) and show(value).endswith("376")
    assert len(show(value).split("/")[1]) == 30_103
    assert len(repr(solve(zeno()))) < 20
    fourth = values(descent("x**4/4", {"x": "1/2"}, "1/10"), 11)
    assert fourth[10].denominator.bit_length() > 50_000 and steps(descent("x**4/4", {"x": "1/2"}, "1/10"), 10)[9] > 0
    assert remainder(zeno(), n) == F(1, 2**n)
    big = recurrence({"x": f"x + {'9' * 4200}*{'9' * 4200}"}, {"x": 0})
    assert at(big, 2) == 2 * (10**4200 - 1) ** 2
    assert len(str(solve(big))) > 8000 and len(str(big)) > 8000


def test_the_error_of_a_huge_value_is_short() -> None:
    with pytest.raises(Undefined) as caught:
        values(recurrence({"x": "(x + 10**9000)/(x - x)"}, {"x": 1}), 2)
    assert len(str(caught.value)) < 300


def test_states_come_one_by_one() -> None:
    walk = states(recurrence({"x": "x/2", "y": "x"}, {"x": 1, "y": 0}), 4)
    assert next(walk) == (1, 0) and [len(state) for state in walk] == [2, 2, 2]


def test_the_budget_is_about_bits_and_not_about_the_number_of_steps() -> None:
    assert at(recurrence({"x": "x + 1"}, {"x": 0}), 10**9) == 10**9
    assert at(series("n**2"), 10**8) == 10**8 * (10**8 + 1) * (2 * 10**8 + 1) // 6


@settings(deadline=None, max_examples=30)
@given(affine_processes(dimensions=(1, 2), degree=0), rationals(), rationals())
def test_values_with_parameters_are_formulas_for_the_values(process: Affine, c: Fraction, x: Fraction) -> None:
    assume(len(process.names) == 1)
    made = recurrence({"x": f"const({process.matrix[0][0]})*x + c"}, {"x": "b"})
    expected = [x]
    for _ in range(4):
        expected.append(process.matrix[0][0] * expected[-1] + c)
    put = {
        sympy.Symbol("c"): sympy.Rational(c.numerator, c.denominator),
        sympy.Symbol("b"): sympy.Rational(x.numerator, x.denominator),
    }
    assert [F(int(v.p), int(v.q)) for v in (value.subs(put) for value in values(made, 5))] == expected
