"""Contrasts: exact values beside machines, each number derived again with plain fractions."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import bfloat16, binary16, binary32, binary64, e4m3
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.contrasts.contrast import Contrast, contrast, contrast_of
from infinitesimal.contrasts.error import ulp_at
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.rules import tolerance
from infinitesimal.runs.run import run

MACHINES = (bfloat16, binary16, binary32, binary64)


def test_the_default_machines_are_the_four_that_training_uses() -> None:
    found = contrast(zeno())
    assert [t.arithmetic.name for t in found.trajectories] == ["bfloat16", "binary16", "binary32", "binary64"]
    assert [t.halt.step for t in found.trajectories] == [10, 13, 26, 55]
    assert found.limit == 1
    assert str(found.closed_form) == "1 - 2**(-n)"


@settings(max_examples=30)
@given(
    st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9)),
    st.builds(Fraction, st.integers(-9, 9), st.just(10)),
)
def test_every_row_is_exact(first: Fraction, ratio: Fraction) -> None:
    found = contrast(geometric(first, ratio), bfloat16, floats(e4m3, "up"), steps=40)
    total, addend, sums = Fraction(0), first, []
    for _ in range(50):
        sums.append(total)
        total, addend = total + addend, addend * ratio
    by_name = {t.arithmetic.name: t for t in found.trajectories}
    rows = list(found.rows())
    assert rows
    for row in rows:
        assert row.exact == sums[row.n]
        run_values = by_name[row.arithmetic].values
        assert isinstance(row.value, Float)
        assert row.value.bits == run_values[min(row.n, len(run_values) - 1)].bits
        distance = abs(row.value.exact - row.exact) if row.value.is_finite else None
        assert row.ulps == (None if distance is None else distance / ulp_at(row.value.format, row.exact))
        assert row.relative == (None if distance is None or not row.exact else distance / abs(row.exact))


def test_the_sample_has_the_first_steps_and_every_arrival_and_halt() -> None:
    found = contrast(zeno())
    assert found.sample == (0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 25, 26, 54, 55)
    for trajectory in found.trajectories:
        assert {trajectory.halt.arrival, trajectory.halt.step} <= set(found.sample)


def test_after_its_halt_a_machine_keeps_its_value() -> None:
    found = contrast(zeno())
    late = {row.arithmetic: row.value for row in found.rows([54])}
    assert all(value == 1 for value in late.values())
    assert len(late) == 4


def test_a_run_that_was_stopped_is_not_shown_beyond_its_end() -> None:
    found = contrast(zeno(), binary16, binary64, stop=tolerance("1e-3"))
    steps = {row.n for row in found.rows(range(30))}
    assert max(steps) == found.trajectories[0].steps == 10
    cycle = contrast(recurrence({"x": "1 - x"}, {"x": 0}), binary16)
    assert {row.n for row in cycle.rows(range(9))} == {0, 1, 2}


def test_rows_at_chosen_steps_come_once_and_in_order() -> None:
    rows = list(contrast(zeno(), binary64).rows([7, 3, 3, 60]))
    assert [row.n for row in rows] == [3, 7, 60]
    assert [row.exact for row in rows] == [1 - Fraction(1, 2**n) for n in (3, 7, 60)]
    assert rows[-1].value == 1
    assert rows[-1].ulps == Fraction(1, 2**60) * 2**53


def test_several_components_have_a_row_each() -> None:
    process = descent("x**2 + y**2/2", {"x": 1, "y": 1}, "0.1")
    rows = list(contrast(process, binary32).rows([0, 2]))
    assert [(row.n, row.name) for row in rows] == [(0, "x"), (0, "y"), (2, "x"), (2, "y")]
    assert [row.exact for row in rows[2:]] == [Fraction(16, 25), Fraction(81, 100)]


def test_an_exact_run_has_no_error() -> None:
    rows = list(contrast(zeno(), QQ, steps=5).rows())
    assert [row.value for row in rows] == [row.exact for row in rows]
    assert all(row.relative in (0, None) and row.ulps is None for row in rows)


def test_a_limit_that_is_not_there_says_why() -> None:
    assert (contrast(geometric(1, 2), binary16).limit, contrast(series("1/n"), binary16).limit) == (None, None)
    assert "grows" in contrast(geometric(1, 2), binary16).limit_note
    assert contrast(series("1/n"), binary16).limit_note == "none: to +oo"


def test_exact_values_beyond_the_budget_are_none_and_the_rest_is_there() -> None:
    found = contrast(recurrence({"x": "4*x*(1 - x)"}, {"x": "1/3"}), binary64, steps=40)
    rows = {row.n: row for row in found.rows([3, 40])}
    assert rows[3].exact == Fraction(4 * 32 * 49, 6561)
    assert rows[40].exact is None
    assert rows[40].ulps is rows[40].relative is None
    assert isinstance(rows[40].value, Float)


def test_a_machine_that_is_not_finite_has_a_row_without_error() -> None:
    rows = list(contrast(geometric(1, 3), binary16).rows())
    last = rows[-1]
    assert last.value.is_infinite
    assert last.ulps is last.relative is None
    assert last.exact == Fraction(3**last.n - 1, 2)


def test_a_run_that_has_been_made_can_be_put_beside_the_exact_process() -> None:
    found = contrast_of(run(zeno(), binary16))
    assert isinstance(found, Contrast)
    assert list(found.rows()) == list(contrast(zeno(), binary16).rows())


@pytest.mark.parametrize("bad", [3, "binary65", "binary64:sideways", None.__class__])
def test_what_is_no_arithmetic_is_refused(bad: object) -> None:
    with pytest.raises(InputError):
        contrast(zeno(), bad)


def test_a_process_with_parameters_is_refused() -> None:
    with pytest.raises(InputError, match="no value for"):
        contrast(geometric("a", "1/2"))


@pytest.mark.parametrize("steps", [3, [-1], [1.5], "12", [True], [None], object()])
@pytest.mark.parametrize("process", [zeno(), recurrence({"x": "x**2/2"}, {"x": 1})], ids=str)
def test_what_is_no_step_number_is_refused(process: object, steps: Any) -> None:
    found = contrast(process, binary16, steps=2)
    with pytest.raises(InputError, match="not step numbers"):
        found.exact(steps)
    with pytest.raises(InputError, match="not step numbers"):
        list(found.rows(steps))


def test_an_exact_run_beside_machines_is_as_long_as_the_longest_of_them() -> None:
    assert [t.steps for t in contrast(zeno(), bfloat16, QQ, binary16).trajectories] == [10, 13, 13]
    assert [t.steps for t in contrast(zeno(), bfloat16, QQ, steps=4).trajectories] == [4, 4]
    assert [t.steps for t in contrast(zeno(), QQ).trajectories] == [10_000]


def test_a_system_too_large_for_a_closed_form_has_exact_values_all_the_same() -> None:
    step = {f"x{i}": f"x{(i + 1) % 120}/2" for i in range(120)}
    found = contrast(recurrence(step, {f"x{i}": i for i in range(120)}, "x0"), binary16, steps=4)
    assert [row.exact for row in found.rows()] == [Fraction(k, 2**k) for k in range(5)]
    assert "120 components" not in str(found)
