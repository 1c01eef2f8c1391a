"""Every engine of a jump lands where plain steps over the integers of Python do."""

import time

import pytest
from flint import fmpq, fmpz, fmpz_mat, fmpz_poly
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import BudgetSpent
from infinitesimal.linear.jumps import (
    Allowance,
    TooManyBits,
    by_powers,
    by_products,
    by_remainders,
    jump,
    power_of_t,
    scalar,
)

ENGINES = (by_powers, by_products, by_remainders, jump)


def stepped(matrix: list[list[int]], column: list[int], n: int) -> list[int]:
    for _ in range(n):
        column = [sum(a * x for a, x in zip(row, column, strict=True)) for row in matrix]
    return column


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    size = draw(st.integers(1, 7))
    numbers = st.integers(-4, 4)
    return (
        [draw(st.lists(numbers, min_size=size, max_size=size)) for _ in range(size)],
        draw(st.lists(numbers, min_size=size, max_size=size)),
    )


@settings(deadline=None, max_examples=150)
@given(systems(), st.integers(0, 40))
@example(([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [1, 2, 3]), 2)
@example(([[0]], [5]), 0)
@example(([[1, 1], [0, 1]], [1, 1]), 40)
def test_all_engines_land_where_the_steps_do(system: tuple[list[list[int]], list[int]], n: int) -> None:
    matrix, column = system
    expected = stepped(matrix, column, n)
    for engine in ENGINES:
        found = engine(fmpz_mat(matrix), fmpz_mat([[x] for x in column]), n)
        assert [int(x) for x in found.entries()] == expected, engine


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), st.integers(0, 60))
def test_a_power_of_t_is_the_remainder(coefficients: list[int], n: int) -> None:
    modulus = fmpz_poly([*coefficients, 1])
    assert power_of_t(n, modulus) == fmpz_poly([0] * n + [1]) % modulus


@settings(deadline=None, max_examples=100)
@given(st.fractions(-3, 3, max_denominator=7), st.fractions(-3, 3, max_denominator=7), st.integers(0, 40))
def test_one_power_is_as_good_as_the_steps(r: object, c: object, n: int) -> None:
    ratio, shift = (fmpq(v.numerator, v.denominator) for v in (r, c))  # type: ignore[attr-defined]
    x = fmpq(2, 3)
    for _ in range(n):
        x = ratio * x + shift
    assert scalar(ratio, shift, fmpq(2, 3), n) == x


@pytest.mark.parametrize("engine", [by_powers, by_products, by_remainders])
def test_no_number_is_larger_than_allowed_and_the_step_is_named(engine: object) -> None:
    matrix, column = fmpz_mat([[3, 1], [1, 3]]), fmpz_mat([[1], [0]])
    assert engine(matrix, column, 20, Allowance(bits=60))[0, 0] == (4**20 + 2**20) // 2  # type: ignore[operator]
    with pytest.raises(TooManyBits) as caught:
        engine(matrix, column, 10_000, Allowance(bits=1_000))  # type: ignore[operator]
    assert 200 < caught.value.step < 1_100


def test_many_products_that_would_take_too_long_are_refused() -> None:
    size = 40
    matrix = fmpz_mat([[(i * j + i) % 19 - 9 for j in range(size)] for i in range(size)])
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="step 1000000 would take about"):
        by_products(matrix, fmpz_mat([[1]] * size), 10**6, Allowance(seconds=0.5))
    assert time.perf_counter() - began < 2


def test_a_jump_that_would_take_too_long_is_refused_long_before() -> None:
    size = 30
    matrix = fmpz_mat([[fmpz((i * j + i + j) % 19 - 9) for j in range(size)] for i in range(size)])
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="step 10000000 would take about"):
        by_remainders(matrix, fmpz_mat([[1]] * size), 10**7, Allowance(seconds=1.0))
    assert time.perf_counter() - began < 3
