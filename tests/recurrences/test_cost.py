"""What an exact run costs: the law is never below the truth, and a refusal names the first step too many."""

import time
from fractions import Fraction
from itertools import islice
from math import lcm

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetic import Budget
from infinitesimal.errors import BudgetSpent
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.cost import affordable, growth_law, one_step, sizes
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import series
from tests.strategies.recurrences import meaning, polynomial_processes, terms


def walk(process: Recurrence, count: int) -> list[list[Fraction]]:
    """The first states over the fractions of Python, until one is large."""
    state = process.start_values()
    found = [list(state.values())]
    for n in range(1, count):
        known = {**state, "n": Fraction(n)}
        state = {name: meaning(term, known) for name, term in process.step}
        found.append(list(state.values()))
        if any(x.denominator.bit_length() + x.numerator.bit_length() > 30_000 for x in state.values()):
            break
    return found


def at_most(value: int, bits: float) -> bool:
    """Whether an integer is at most 2**bits, with room for the rounding of a logarithm only."""
    return abs(value) <= 1 or value.bit_length() - 1 <= bits + 1e-6 * max(1.0, bits)


def check_bounds(process: Recurrence, count: int) -> None:
    states = walk(process, count)
    for state, size in zip(states, sizes(process, states[0]), strict=False):
        common = lcm(*(x.denominator for x in state))
        assert at_most(common, size.denominator)
        assert all(at_most(x.numerator * (common // x.denominator), size.numerator) for x in state)
        assert all(at_most(x.numerator, size.numerator) for x in state)


@settings(deadline=None, max_examples=150)
@given(polynomial_processes())
@example(recurrence({"x": "x/2 + x**2/3 - 1/5"}, {"x": "7/3"}))
@example(recurrence({"x": "(x/7 + 1/5)**2"}, {"x": "1/3"}))
@example(recurrence({"x": "x*y/6", "y": "x - y**2 + n/7"}, {"x": "1/2", "y": "5/9"}))
def test_the_law_is_an_upper_bound(process: Recurrence) -> None:
    assume(growth_law(process) is not None)
    check_bounds(process, 8)


@pytest.mark.parametrize(
    ("step", "start"),
    [
        ("x/3", 1),
        ("x/3 + n/3", 0),
        ("2*x/7 + n/7 - 1", "1/5"),
        ("x/3 + n**2/3", 0),
        ("3*x/2", "1/2"),
        ("x + 1/3", 0),
        ("-x/9 + 100", "2/3"),
    ],
)
def test_the_law_of_an_affine_step_is_an_upper_bound_for_long(step: str, start: object) -> None:
    check_bounds(recurrence({"x": step}, {"x": start}), 400)


def test_the_growth_of_a_quartic_is_foreseen_to_the_bit() -> None:
    process = recurrence({"x": "x - 0.1*x**3"}, {"x": "1/2"})
    law = growth_law(process)
    assert law is not None and law.degree == 3
    for x, size in zip(values(process, 9), sizes(process, [Fraction(1, 2)]), strict=False):
        assert 0 <= size.denominator - (x.denominator.bit_length() - 1) <= 1


@pytest.mark.parametrize("text", ["x**4/4", "0.25*x**4", "1/4*x**4"])
def test_the_growth_of_the_descent_on_a_quartic_is_foreseen_to_the_bit(text: str) -> None:
    process = descent(text, {"x": "1/2"}, "1/10").recurrence
    for x, size in zip(values(process, 9), sizes(process, [Fraction(1, 2)]), strict=False):
        assert 0 <= size.denominator - (x.denominator.bit_length() - 1) <= 1


@settings(deadline=None, max_examples=150)
@given(
    terms(("x", "y"), leaves=6), st.fractions(-99, 99, max_denominator=50), st.fractions(-99, 99, max_denominator=50)
)
def test_the_price_of_one_update_is_an_upper_bound(root: object, a: Fraction, b: Fraction) -> None:
    process = recurrence({"x": root, "y": "y"}, {"x": a, "y": b})
    try:
        value = meaning(root, {"x": a, "y": b})
    except ZeroDivisionError:
        assume(False)
    size = one_step(process, [a, b])
    assert value.numerator.bit_length() + value.denominator.bit_length() <= size.bits + 1


@pytest.mark.parametrize("step", ["1/x", "x/(x + 1)", "x - n/x", "x/(n - 9)", "x**-1", "x**5000"])
def test_no_law_is_claimed_for_a_step_that_divides_or_is_too_high(step: str) -> None:
    assert growth_law(recurrence({"x": step}, {"x": 2})) is None
    assert len(list(islice(sizes(recurrence({"x": step}, {"x": 2}), [Fraction(2)]), 5))) == 2


REFUSED = [
    (descent("x**4/4", {"x": "1/2"}, "1/10"), Budget(bits=10_000)),
    (descent("x**4/4", {"x": "1/2"}, "1/10"), Budget(bits=200_000)),
    (descent("(x**2 - y)**2", {"x": "1/3", "y": "2/5"}, "1/7"), Budget(bits=5_000)),
    (recurrence({"x": "x**2 - 2"}, {"x": "1/3"}), Budget(bits=3_000)),
    (recurrence({"x": "x/3 + 1"}, {"x": 1}), Budget(bits=1_000)),
    (recurrence({"x": "x/3 + y", "y": "y/7 - x"}, {"x": 1, "y": 2}), Budget(bits=2_000)),
    (recurrence({"x": "x/3 + n"}, {"x": 1}), Budget(bits=1_000)),
]


@pytest.mark.parametrize("position", range(len(REFUSED)))
def test_a_refusal_names_the_first_step_too_many(position: int) -> None:
    process, budget = REFUSED[position]
    listed = (lambda k: values(process, k + 1, budget), lambda k: steps(process, k, budget))
    nonlinear = (
        growth_law(process.recurrence).degree > 1
    )  # a long list has a second bound, for all of its values together
    for word in (lambda k: at(process, k, budget), *(listed if nonlinear else ())):
        with pytest.raises(BudgetSpent) as caught:
            word(10_000)
        message = str(caught.value)
        assert message.startswith("step ") and str(budget.bits) in message
        named = int(message.split()[1])
        word(named - 1)
        with pytest.raises(BudgetSpent) as again:
            word(named)
        assert str(again.value).startswith(f"step {named} ")


@pytest.mark.parametrize("position", range(len(REFUSED)))
def test_what_is_not_refused_fits_the_budget(position: int) -> None:
    process, budget = REFUSED[position]
    start = list(process.recurrence.start_values().values())
    count, bits = affordable(process.recurrence, start, 10_000, budget)
    assert bits > budget.bits and count < 10_000
    state = walk(process.recurrence, count + 1)[-1]
    assert all(x.numerator.bit_length() + x.denominator.bit_length() - 2 <= budget.bits for x in state)
    assert affordable(process.recurrence, start, count, budget) == (count, 0.0)


def test_a_rational_step_is_priced_on_the_way() -> None:
    process, budget = recurrence({"x": "x**2 - 1/(x**3 + 1)"}, {"x": "1/2"}), Budget(bits=100_000)
    with pytest.raises(BudgetSpent) as caught:
        values(process, 40, budget)
    named = int(str(caught.value).split()[1])
    assert 5 < named < 20 and len(values(process, named, budget)) == named


def test_a_refusal_comes_before_the_work() -> None:
    began = time.perf_counter()
    for process in (
        descent("x**4/4", 3, "1/10"),
        recurrence({"x": "((x**9999)**9999)**9999"}, {"x": 3}),
        recurrence({"x": "x**10000"}, {"x": 3}),
    ):
        with pytest.raises(BudgetSpent):
            at(process, 40)
    assert time.perf_counter() - began < 2


def test_a_long_list_is_refused_by_its_total() -> None:
    with pytest.raises(BudgetSpent):
        values(recurrence({"x": "x/3"}, {"x": 1}), 5_000, Budget(bits=10_000))
    with pytest.raises(BudgetSpent, match="together"):
        values(recurrence({"x": "x/2", "y": "y/2"}, {"x": 1, "y": 1}), 1_500, Budget(bits=10_000))
    with pytest.raises(BudgetSpent, match="together"):
        values(recurrence({"x": "x/2"}, {"x": 1}), 1_500, Budget(bits=10_000))
    assert at(recurrence({"x": "x/2"}, {"x": 1}), 1_500, Budget(bits=10_000)) == Fraction(1, 2**1500)


def test_seconds_are_a_budget_too() -> None:
    with pytest.raises(BudgetSpent, match="seconds"):
        values(series("1/n"), 500, Budget(seconds=0.0))
    with pytest.raises(BudgetSpent, match="seconds"):
        values(recurrence({"x": "x/3"}, {"x": 1}), 500, Budget(seconds=0.0))


def test_a_harmonic_sum_is_affordable() -> None:
    expected = sum((Fraction(1, k) for k in range(1, 301)), start=Fraction(0))
    assert at(series("1/n"), 300) == expected


def test_a_step_that_is_affine_only_after_cancelling_is_as_cheap_as_an_affine_one() -> None:
    process = recurrence({"x": "(x + 1)**2 - x**2"}, {"x": 1})
    assert at(process, 100) == 2**101 - 1
    assert values(process, 60)[59] == 2**60 - 1


def test_a_large_coefficient_is_no_reason_to_refuse_what_fits() -> None:
    assert at(recurrence({"x": "x*(2**10000)**20"}, {"x": 1}), 5) == 2 ** (5 * 200_000)
