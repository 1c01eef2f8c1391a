"""No-gcd integers beside plain fractions."""

import time
from fractions import Fraction
from itertools import islice

import pytest
from flint import fmpq
from hypothesis import given, settings

from infinitesimal.errors import BudgetSpent, Undefined
from infinitesimal.limits.values import at, values
from infinitesimal.optimization.convergence.polynomial_descent import polynomial_step, walk
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from tests.strategies.recurrences import meaning, polynomial_processes

F = Fraction


@settings(deadline=None, max_examples=200)
@given(polynomial_processes())
def test_the_states_are_those_of_the_terms_in_lowest_terms(process: Recurrence) -> None:
    step = polynomial_step(process)
    if step is None:
        return
    state = process.start_values()
    start = [fmpq(state[name].numerator, state[name].denominator) for name in process.names]
    for k, found in enumerate(islice(walk(step, start), 5)):
        assert [(int(x.p), int(x.q)) for x in found] == [(v.numerator, v.denominator) for v in state.values()]
        state = {name: meaning(term, {**state, "n": F(k + 1)}) for name, term in process.step}


def test_powers_of_many_gaps_are_found_from_smaller_ones() -> None:
    """Of x**9 and x**2 in one polynomial the power 7 is asked for when 9 is known already."""
    for exponents in ((9, 2), (2, 9), (5, 8, 3), (11, 4, 7, 2), (4, 3), (3, 4, 7)):
        text = " + ".join(f"x**{e}*y**{f}/100" for e, f in zip(exponents, reversed(exponents), strict=True))
        process = recurrence({"x": text, "y": f"y/3 + {text}"}, {"x": F(2, 3), "y": F(1, 2)})
        state = process.start_values()
        for k in range(2):
            state = {name: meaning(term, {**state, "n": F(k + 1)}) for name, term in process.step}
        assert at(process, 2) == state


LOSSES = [
    ("x**4/4", "1/2", "1/10"),
    ("(x**2 - 1)**2", "3/5", "1/12"),
    ("x**6/6 - x**3/9 + x", "-2/7", "3/50"),
    ("x**4 + x**2*y**2/3 + y**4 - x*y", "1/3", "1/30"),
    ("x**3*y - z**3/3 + x*z", "2/5", "1/7"),
    ("x**4", "2/3", "1/(n + 3)"),
    ("x**4 + x*y**2", "-1/2", "1/n**2"),
]


@pytest.mark.parametrize(("text", "start", "rate"), LOSSES)
def test_the_iterates_are_those_of_fractions(text: str, start: str, rate: str) -> None:
    made = descent(text, start, rate)
    assert polynomial_step(made.recurrence) is not None
    state, expected = {name: F(start) for name in made.loss.names}, []
    for k in range(1, 6):
        expected.append(state if len(state) > 1 else state["x"])
        size = meaning(made.rate, {"n": F(k)})
        state = {name: state[name] - size * meaning(slope, state) for name, slope in made.loss.gradient.items()}
    assert values(made, 5) == expected and at(made, 5) == state


def test_momentum_has_its_velocity() -> None:
    made = descent("x**4/4", "1/2", "1/10", method="momentum", beta="1/3")
    x, v = F(1, 2), F(0)
    for _ in range(6):
        v = v / 3 - x**3 / 10
        x = x + v
    assert at(made, 6) == {"x": x}


def test_a_rate_without_a_value_names_the_update() -> None:
    with pytest.raises(Undefined) as caught:
        at(descent("x**4", 1, "1/(n - 3)"), 5)
    assert caught.value.update == 3


def test_a_point_where_the_gradient_is_zero_is_kept() -> None:
    assert at(descent("(x**2 - 1)**2", 1, "1/7"), 10**6) == {"x": 1}


def test_the_cost_is_known_before_it_is_paid() -> None:
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="step 12 would need"):
        at(descent("x**4/4", "1/2", "1/10"), 40)
    assert time.perf_counter() - began < 0.5


def test_what_is_no_polynomial_of_degree_two_or_more_is_left_alone() -> None:
    assert polynomial_step(recurrence({"x": "x/2 + n"}, {"x": 1})) is None
    assert polynomial_step(recurrence({"x": "1/x"}, {"x": 1})) is None
    assert polynomial_step(recurrence({"x": "a*x**2"}, {"x": 1})) is None
