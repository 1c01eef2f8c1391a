"""Affine recurrences are recognised whatever way they are written, and jumped exactly."""

import time
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.limits.values import at
from infinitesimal.linear.affine import affine_form, affine_map
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import zeno
from tests.strategies.recurrences import Affine, affine_processes, rationals


def fraction(value: object) -> Fraction:
    return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]


def one(ratio: object, *forcing: object, start: object = 1) -> Affine:
    return Affine(((Fraction(ratio),),), (tuple(map(Fraction, forcing)),), (Fraction(start),))


@settings(deadline=None, max_examples=120)
@given(affine_processes())
@example(one(1, 0, 1))
@example(one(0, 1, 2, 3, 4))
@example(one(-1, 0, 0, 1))
def test_the_coefficients_are_those_written(process: Affine) -> None:
    found = affine_map(process.recurrence())
    assert found is not None and found.names == process.names
    d = found.dimension
    assert tuple(tuple(fraction(found.matrix[i, j]) for j in range(d)) for i in range(d)) == process.matrix
    for row, written in zip(found.forcing, process.forcing, strict=True):
        padded = [*map(fraction, row), *[Fraction(0)] * len(written)]
        assert padded[: len(written)] == list(written) and not any(padded[len(written) :])


@settings(deadline=None, max_examples=120)
@given(affine_processes(), st.integers(0, 25))
@example(one(1, 0, 1), 20)
@example(one(0, 1, 2, 3, 4), 7)
@example(one("1/3", 0, 0, 1), 9)
def test_a_jump_lands_where_the_steps_do(process: Affine, n: int) -> None:
    found = affine_map(process.recurrence())
    assert found is not None
    assert tuple(map(fraction, found.at(n))) == process.iterate(n + 1)[n]


@settings(deadline=None, max_examples=80)
@given(affine_processes(), st.integers(0, 8))
def test_the_extended_matrix_carries_the_state_and_the_powers_of_the_number(process: Affine, n: int) -> None:
    found = affine_map(process.recurrence())
    assert found is not None
    column = found.extended_start()
    for _ in range(n):
        column = found.extended() * column
    d, width = found.dimension, len(found.forcing[0])
    assert tuple(fraction(column[i, 0]) for i in range(d)) == process.iterate(n + 1)[n]
    assert [fraction(column[d + k, 0]) for k in range(width)] == [Fraction(n) ** k for k in range(width)]


DISGUISED = {
    "(x + 1)**2 - x**2": (2, 1),
    "x - 0.1*(9*x)": (Fraction(1, 10), 0),
    "(x**3 - (x - 1)**3 - 3*x**2 + 1)/3": (-1, Fraction(2, 3)),
    "x*2**-3 - 1": (Fraction(1, 8), -1),
    "-(-x)": (1, 0),
    "5 + 0*x**2": (0, 5),
    "x/2/3*6": (1, 0),
    "(x*n - n*x) + 3*x": (3, 0),
}


@pytest.mark.parametrize("text", DISGUISED)
def test_an_affine_step_is_recognised_in_any_writing(text: str) -> None:
    found = affine_map(recurrence({"x": text}, {"x": 1}))
    assert found is not None and found.is_scalar
    assert (fraction(found.matrix[0, 0]), fraction(found.forcing[0][0])) == DISGUISED[text]


NOT_AFFINE = [
    "x**2", "x**-1", "1/x", "x/x", "(x**2 - x)/(x - 1)", "x*n", "x/n", "1/n", "x + 1/n", "x*x/x", "0/x", "0*(1/x)",
    "1/(x - x + 1 + x)", "x**100", "x**10000 - x**10000", "(x + 1)**2", "1/(1/x)", "x**-2*x**3",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_AFFINE)
def test_a_step_that_divides_by_the_state_or_bends_is_not_affine(text: str) -> None:
    made = recurrence({"x": text}, {"x": 2})
    assert affine_form(made) is None and affine_map(made) is None


def test_a_product_of_components_is_not_affine() -> None:
    assert affine_form(recurrence({"x": "x*y", "y": "1/2"}, {"x": 1, "y": 1})) is None


def test_parameters_are_coefficients() -> None:
    form = affine_form(recurrence({"x": "r*x/(1 - r) + c*n**2"}, {"x": 1}))
    assert form is not None and form.parameters == ("c", "r") and len(form.forcing[0]) == 3
    assert affine_map(recurrence({"x": "r*x"}, {"x": 1})) is None


def test_a_step_of_many_terms_is_given_up_quickly() -> None:
    """A power of a sum of many variables has more terms than are worth looking at."""
    names = "abcdefghjk"
    made = recurrence(
        {name: f"({' + '.join(names)})**12 + {name}" for name in names[:1]} | {name: name for name in names[1:]},
        dict.fromkeys(names, 1),
    )
    began = time.perf_counter()
    assert affine_form(made) is None
    assert time.perf_counter() - began < 0.5


@settings(deadline=None, max_examples=60)
@given(rationals(), rationals(), rationals(), st.integers(0, 200))
def test_a_far_value_of_one_component_is_that_of_the_powers(r: Fraction, c: Fraction, x: Fraction, n: int) -> None:
    made = one(r, c, start=x)
    expected = x * r**n + sum((c * r**k for k in range(n)), start=Fraction(0))
    assert at(made.recurrence(), n) == expected


def test_the_millionth_value_is_that_of_an_independent_power() -> None:
    n = 10**6
    assert at(zeno(), n) == Fraction(2**n - 1, 2**n)
    found = at(recurrence({"x": "3*x/7 + 2"}, {"x": "1/2"}), n)
    top, bottom = found.numerator, found.denominator
    # x(n) = 7/2 - 3 (3/7)**n
    assert (top, bottom) == (7 ** (n + 1) - 6 * 3**n, 2 * 7**n)
    rotated = at(recurrence({"x": "x + y", "y": "y - 1"}, {"x": 0, "y": 3}), n)
    assert rotated == {"x": 3 * n - n * (n - 1) // 2, "y": 3 - n}


def test_a_far_value_of_a_sum_of_powers_of_the_number_is_exact() -> None:
    n = 10**9
    assert at(recurrence({"x": "x + n**3"}, {"x": 0}), n) == (n * (n + 1) // 2) ** 2
    assert at(recurrence({"x": "-x"}, {"x": 1}), 10**30 + 1) == -1


def test_a_far_value_of_a_matrix_is_that_of_repeated_squaring() -> None:
    def product(a: list[list[int]], b: list[list[int]]) -> list[list[int]]:
        return [[sum(a[i][k] * b[k][j] for k in range(2)) for j in range(2)] for i in range(2)]

    n, power, base = 50_000, [[1, 0], [0, 1]], [[0, 1], [1, 1]]
    k = n
    while k:
        power, base, k = (product(power, base) if k & 1 else power), product(base, base), k >> 1
    assert at(recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, watch="x"), n) == power[0][1]
