"""Stochastic rounding as a Markov chain: against plain fractions, a dense solver, reference values, and simulation."""

import time
from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import (
    Format,
    binary16,
    binary32,
    e4m3,
    e4m3fn,
    e5m2,
)
from infinitesimal.errors import InputError, Undefined
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs.chains.binomial import tail, unlikely
from infinitesimal.runs.chains.chain import Chain, chain
from tests.strategies import small_formats

E3M4 = Format(5, -2, 3)

Row = dict[Fraction, Fraction]


def values_of(format: Format) -> list[Fraction]:
    """Every finite value, from the encodings."""
    decoded = (format.decode(bits) for bits in range(1 << format.width))
    return sorted({format.value(pair) for pair in decoded if format.is_finite(pair)})


def plain_row(y: Fraction, values: list[Fraction]) -> Row:
    """One stochastic rounding of y among sorted values, by its definition."""
    y = max(values[0], min(y, values[-1]))
    place = bisect_right(values, y) - 1
    low = values[place]
    if low == y:
        return {low: Fraction(1)}
    high = values[place + 1]
    chance = (y - low) / (high - low)
    return {low: 1 - chance, high: chance}


def plain_steps(rows: dict[Fraction, Row], absorbing: set[Fraction]) -> Row:
    """Expected steps to a set by Gaussian elimination over the fractions of Python."""
    unknown = [x for x in rows if x not in absorbing]
    place = {x: i for i, x in enumerate(unknown)}
    n = len(unknown)
    matrix = [[Fraction(int(i == j)) for j in range(n)] + [Fraction(1)] for i in range(n)]
    for x, row in rows.items():
        if x in place:
            for y, chance in row.items():
                if y in place:
                    matrix[place[x]][place[y]] -= chance
    for i in range(n):
        pivot = next(k for k in range(i, n) if matrix[k][i])
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        scale = matrix[i][i]
        matrix[i] = [c / scale for c in matrix[i]]
        for k in range(n):
            if k != i and matrix[k][i]:
                factor = matrix[k][i]
                matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[i], strict=True)]
    return {x: matrix[i][n] for x, i in place.items()} | dict.fromkeys(absorbing, Fraction(0))


def step(text: str, start: object = 1) -> Recurrence:
    return recurrence({"x": text}, {"x": start})


REFERENCE = {
    ("x - 0.1*x", "e5m2"): "109.666667",
    ("x - 0.1*x", "e4m3fn"): "66.441558",
    ("x - 0.1*x", "e3m4"): "46.859651",
    ("x - 0.9*x", "e5m2"): "5.728178",
    ("x - 0.9*x", "e4m3fn"): "3.568889",
    ("x - 0.9*x", "e3m4"): "2.711111",
}
FORMATS = {"e5m2": e5m2, "e4m3fn": e4m3fn, "e3m4": E3M4}


@pytest.mark.parametrize(("text", "name"), REFERENCE)
def test_expected_steps_to_zero_from_one(text: str, name: str) -> None:
    made = chain(step(text), FORMATS[name])
    assert f"{float(made.expected_steps()):.6f}" == REFERENCE[text, name]
    assert made.recurrent == ((Fraction(0),),)
    assert made.absorption() == {(Fraction(0),): 1}


def test_the_mirror_image_takes_as_long() -> None:
    for format in FORMATS.values():
        first, second = (chain(step(t), format).all_expected_steps() for t in ("x - 0.1*x", "x - 1.9*x"))
        assert first == second
    assert chain(descent("x**2/2", 1, "0.1"), e5m2).expected_steps() == Fraction(329, 3)


def test_binary16_is_solved_state_by_state_within_five_seconds() -> None:
    began = time.process_time()
    made = chain(step("x - 0.1*x"), binary16)
    steps = made.all_expected_steps()
    assert time.process_time() - began < 5
    assert len(made) == len(steps) == 63_487
    one, largest = steps[Fraction(1)], steps[Fraction(65504)]
    assert abs(one - Fraction("165.283921385564540818277547335447733")) <= Fraction("3.6e-34")
    assert abs(largest - Fraction("270.540287883356677480723926642841045")) <= Fraction("4.7e-34")
    assert largest.denominator.bit_length() <= 780
    assert all(steps[-x] == steps[x] for x in (Fraction(1), Fraction(3), Fraction(65504)))
    assert made.recurrent == ((Fraction(0),),)


STEPS: dict[str, Callable[[Fraction], Fraction]] = {
    "x - 0.1*x": lambda x: x - Fraction(1, 10) * x,
    "x - 1.3*x": lambda x: x - Fraction(13, 10) * x,
    "x/3 + 1/7": lambda x: x / 3 + Fraction(1, 7),
    "x - 0.3*(x - 1)": lambda x: x - Fraction(3, 10) * (x - 1),
    "x*x - 1": lambda x: x * x - 1,
    "x - 0.4*(x**3 - x)": lambda x: x - Fraction(2, 5) * (x**3 - x),
    "1 - x": lambda x: 1 - x,
    "x - 5": lambda x: x - 5,
    "2*x": lambda x: 2 * x,
    "1/(1 + x*x)": lambda x: 1 / (1 + x * x),
}


@settings(max_examples=60)
@given(st.sampled_from(list(STEPS)), small_formats())
def test_every_row_is_one_stochastic_rounding_of_the_exact_step(text: str, format: Format) -> None:
    made, values = chain(step(text), format), values_of(format)
    assert len(made) == len(values)
    for x in values[:: max(1, len(values) // 60)]:
        assert made.step(x) == plain_row(STEPS[text](x), values)


@settings(max_examples=40)
@given(
    st.sampled_from(list(STEPS)),
    st.sampled_from([Format(2, -2, 2), Format(3, -2, 2), Format(3, -1, 1, subnormals=False)]),
)
def test_absorption_is_that_of_a_dense_solver(text: str, format: Format) -> None:
    made, values = chain(step(text), format), values_of(format)
    rows = {x: made.step(x) for x in values}
    absorbing = {x for group in made.recurrent for x in group}
    assert made.all_expected_steps() == plain_steps(rows, absorbing)
    for group in made.recurrent:
        assert all(set(rows[x]) <= set(group) for x in group)
    for x in values:
        shares = made.absorption(x)
        assert sum(shares.values()) == 1
        for group in made.recurrent:
            following = sum(c * made.absorption(y).get(group, Fraction(0)) for y, c in rows[x].items())
            assert following == shares.get(group, Fraction(0))


def test_the_mean_of_a_step_is_exact() -> None:
    made = chain(step("x - 0.1*x"), e4m3)
    for x in values_of(e4m3):
        assert sum(v * c for v, c in made.step(x).items()) == x * Fraction(9, 10)


def test_the_distribution_adds_up_and_is_absorbed_in_the_end() -> None:
    made = chain(step("x - 0.1*x"), e5m2)
    shares = made.distribution(100)
    assert sum(shares.values()) == 1
    assert 0 < made.absorbed_within(100) == shares[Fraction(0)] < 1
    assert made.absorbed_within(0) == 0
    # The mean is the sum of P(T > n); the first terms are a lower bound.
    assert sum(1 - made.absorbed_within(n) for n in range(60)) < made.expected_steps()


def test_simulated_runs_agree_within_the_bound() -> None:
    made = chain(step("x - 0.1*x"), e5m2)
    agreement = made.agreement(runs=300, steps=110, seed=1)
    assert agreement.tail > Fraction(1, 10_000)
    assert agreement == made.agreement(runs=300, steps=110, seed=1)
    assert str(agreement.count) in str(agreement)
    wrong = unlikely(agreement.probability / 2, 300, agreement.count)
    assert wrong < Fraction(1, 10**6)


def test_binomial_tails() -> None:
    for runs in (1, 4, 9):
        for p in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):
            weights = [comb(runs, k) * p**k * (1 - p) ** (runs - k) for k in range(runs + 1)]
            for count in range(runs + 1):
                far = abs(count - runs * p)
                assert tail(p, runs, count) == sum(w for k, w in enumerate(weights) if abs(k - runs * p) >= far)
    long = Fraction(10**4000 + 1, 3 * 10**4000)
    near, bound = tail(Fraction(1, 3), 500, 200), unlikely(long, 500, 200)
    assert near < bound < near + Fraction(1, 2**50)
    assert unlikely(long, 500, 167) <= 1


def test_what_is_no_chain_is_refused() -> None:
    with pytest.raises(InputError, match="one variable"):
        chain(recurrence({"x": "x + y", "y": "y"}, {"x": 0, "y": 1}), e5m2)
    with pytest.raises(InputError, match="number of the update"):
        chain(step("x/n"), e5m2)
    with pytest.raises(InputError, match=r"at most 1048576"):
        chain(step("x/2"), binary32)
    with pytest.raises(InputError, match="not a format"):
        chain(step("x/2"), "e5m3")
    with pytest.raises(Undefined, match="at 0"):
        chain(step("1/x"), e5m2)
    with pytest.raises(InputError, match="no finite value"):
        chain(step("x/2", "0.1"), e5m2).expected_steps()
    with pytest.raises(InputError, match="no start"):
        chain(descent("x**2", rate="0.1"), e5m2).expected_steps()
    made: Chain = chain(descent("x**2", rate="0.1"), e5m2)
    assert made.expected_steps(1) > 0
    assert "one exact step, then one stochastic rounding" in repr(made)
