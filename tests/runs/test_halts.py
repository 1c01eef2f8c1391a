"""Halts against brute force: the reason's class, arrival, step, period, tail and value, in full."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.format import (
    Format,
    binary16,
    binary32,
    binary64,
    e4m3,
    e4m3fn,
    e5m2,
)
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import zeno
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth
from tests.runs.brute_force import at_most, boundary, ending, ending_of, orbit, shown
from tests.strategies import roundings, small_formats
from tests.strategies.runs import small_recurrences

STAYS = (Reason.ABSORBED, Reason.UNDERFLOW, Reason.EXACT, Reason.OVERFLOW, Reason.NAN, Reason.SATURATED)


def halt_of(process: Any, machine: Any, most: int = 200_000) -> Halt:
    with at_most(20):
        return run(process, machine, budget=Budget(steps=most, seconds=15)).halt


def agrees(process: Recurrence, machine: Any, limit: int) -> None:
    """The halt of the package is the end that brute force finds, and it is claimed for ever."""
    expected = ending(process, machine, limit)
    if expected is None:
        return
    halt = halt_of(process, machine, max(1000, 10 * expected.step))
    assert ending_of(halt) == expected
    assert halt.reason is Reason.CYCLE if expected.period else halt.reason in STAYS
    assert halt.forever is Truth.TRUE
    assert halt.halted is (Truth.FALSE if expected.period else Truth.TRUE)


def step(x: str, start: object = 1) -> Recurrence:
    return recurrence({"x": x}, {"x": start})


@settings(max_examples=300)
@given(small_recurrences(), small_formats(min_precision=2), roundings())
@example(step("x/2"), e4m3, Rounding.NEAREST_EVEN)
@example(step("x/2"), e5m2, Rounding.UP)
@example(step("-x", 0), e5m2, Rounding.NEAREST_EVEN)
@example(step("1 - x", 0), e5m2, Rounding.NEAREST_EVEN)
@example(step("-x/2"), Format(3, -4, 4, subnormals=False), Rounding.DOWN)
@example(step("2*x"), e4m3, Rounding.NEAREST_EVEN)
@example(step("2*x"), e4m3fn, Rounding.NEAREST_EVEN)
@example(step("2*x"), Format(4, -6, 7, overflow="saturate"), Rounding.NEAREST_EVEN)
@example(step("x*x - 2"), Format(5, -6, 7), Rounding.TOWARD_ZERO)
def test_a_halt_is_the_end_that_brute_force_finds(process: Recurrence, format: Format, rounding: Rounding) -> None:
    agrees(process, floats(format, rounding), 5_000)


@settings(max_examples=150)
@given(small_recurrences(one_watched=True), small_formats(min_precision=2), roundings())
@example(recurrence({"x": "y", "y": "1 - y"}, {"x": 0, "y": 0}, "x"), e4m3, Rounding.NEAREST_EVEN)
@example(recurrence({"x": "x", "y": "1 - y"}, {"x": 0, "y": 0}, "x"), e4m3, Rounding.NEAREST_EVEN)
def test_only_what_is_watched_has_to_stay(process: Recurrence, format: Format, rounding: Rounding) -> None:
    agrees(process, floats(format, rounding), 5_000)


SPECIAL: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "a zero that alternates in sign": ({"x": "-x"}, {"x": 0}),
    "a small number that becomes zeros of both signs": ({"x": "-x/2"}, {"x": 1}),
    "a zero times a negative number": ({"x": "-2*x"}, {"x": 0}),
    "infinity": ({"x": "x*x"}, {"x": 10}),
    "minus infinity": ({"x": "3*x"}, {"x": -1}),
    "infinities of both signs": ({"x": "-3*x"}, {"x": 1}),
    "infinity minus infinity": ({"x": "x*x - x"}, {"x": 3}),
    "zero over zero": ({"x": "x/x"}, {"x": 0}),
    "one over zero": ({"x": "1/x"}, {"x": 0}),
    "one over zeros of both signs": ({"x": "-1/x"}, {"x": 0}),
    "minus one over a sum that cancels": ({"x": "1/(x - 1)"}, {"x": 1}),
    "a number beside NaN": ({"x": "x/2", "y": "y/y"}, {"x": 1, "y": 0}),
    "a cycle beside NaN": ({"x": "1 - x", "y": "y/y"}, {"x": 0, "y": 0}),
    "zero times infinity": ({"x": "x*y", "y": "y*y"}, {"x": 0, "y": 2}),
    "a cycle beside zeros that turn": ({"x": "1 - x", "y": "z", "z": "-y"}, {"x": 0, "y": 0, "z": 0}),
    "zeros that turn": ({"y": "z", "z": "-y"}, {"y": 0, "z": 0}),
    "NaN beside a zero that alternates in sign": ({"x": "x/x", "y": "-y"}, {"x": 0, "y": 0}),
    "infinities that turn": ({"x": "1/y", "y": "z", "z": "-y"}, {"x": 0, "y": 0, "z": 0}),
}
MACHINES = (floats(binary64), floats(binary16), floats(e4m3fn), floats(binary16, "down"))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
@pytest.mark.parametrize("name", SPECIAL)
def test_zeros_infinities_and_nan_end_as_brute_force_says(name: str, machine: Any) -> None:
    agrees(recurrence(*SPECIAL[name]), machine, 5_000)


@pytest.mark.parametrize("machine", MACHINES[:2], ids=lambda m: m.name)
@pytest.mark.parametrize("watch", ["x", "y"])
def test_nan_beside_the_watched_component_hides_no_cycle(watch: str, machine: Any) -> None:
    """NaN equals nothing, also not itself; the state comes again all the same."""
    agrees(recurrence({"x": "1 - x", "y": "y/y"}, {"x": 0, "y": 0}, watch), machine, 100)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_a_cycle_in_which_the_watched_value_pauses_is_a_cycle(machine: Any) -> None:
    """0, 0, 1, 0, 0, 1, ...: the pause is no halt, and the state comes again after three updates."""
    process = recurrence({"x": "y", "y": "z", "z": "x"}, {"x": 0, "y": 0, "z": 1}, "x")
    halt = halt_of(process, machine, 20_000)
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, 3, 0)


def test_a_long_cycle_in_which_the_watched_value_pauses_is_a_cycle() -> None:
    """A clock of period 12 that shows only whether it is past 6."""
    names = [f"x{i}" for i in range(12)]
    step = {name: names[(i + 1) % 12] for i, name in enumerate(names)}
    process = recurrence(step, {name: int(i >= 6) for i, name in enumerate(names)}, "x0")
    halt = halt_of(process, floats(e4m3), 20_000)
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, 12, 0)


@pytest.mark.parametrize("machine", [floats(binary64), floats(e4m3), floats(binary16, "down")], ids=lambda m: m.name)
def test_zeros_of_both_signs_in_a_step_that_counts_are_no_change(machine: Any) -> None:
    """-1/n! becomes zero, and then a zero of the other sign at every update."""
    process = recurrence({"x": "-x/n"}, {"x": 1})
    halt = halt_of(process, machine, 5_000)
    assert halt.reason is not Reason.BUDGET
    assert halt.value == 0
    assert run(process, machine, steps=halt.arrival).values[-1] == 0
    assert run(process, machine, steps=halt.arrival - 1).values[-1] != 0


LONG = {
    "a slow descent to zero": ({"x": "x - 0.01*x"}, {"x": 1}),
    "a slow descent to one": ({"x": "x - 0.003*(x - 1)"}, {"x": 5}),
    "an alternating descent": ({"x": "x - 1.99*x"}, {"x": 1}),
    "momentum": ({"v": "0.9*v - 0.1*(1*x)", "x": "x + (0.9*v - 0.1*(1*x))"}, {"v": 0, "x": 1}),
    "the logistic map": ({"x": "3.99*x*(1 - x)"}, {"x": "0.3"}),
    "a counter": ({"x": "x + 1"}, {"x": 0}),
    "a counter that overflows": ({"x": "x + y", "y": "y + y/64"}, {"x": 0, "y": "1/8"}),
    "a slow end in NaN": ({"x": "x + 8", "y": "1/(x - 20000) - 1/(x - 20000)"}, {"x": 0, "y": 0}),
    "a rotation": ({"x": "x - y/16", "y": "y + x/16"}, {"x": 1, "y": 0}),
}


@pytest.mark.parametrize("format", [binary16, binary32], ids=repr)
@pytest.mark.parametrize("name", LONG)
def test_runs_on_the_fast_path_end_as_in_the_soft_core(name: str, format: Format) -> None:
    process, limit = recurrence(*LONG[name]), 20_000
    expected = ending(process, floats(format), limit)
    if expected is None:
        assert run(process, format, steps=limit).halt.reason is Reason.BUDGET
        return
    assert ending_of(halt_of(process, format)) == expected


@settings(max_examples=60)
@given(small_recurrences(), st.sampled_from([Fraction(1), Fraction(5, 9), Fraction(-7, 3), Fraction(10**300)]))
def test_the_processor_halts_as_the_soft_core_does(process: Recurrence, scale: Fraction) -> None:
    start = {name: value * scale for name, value in process.start_values().items()}
    agrees(recurrence(dict(process.step), start), floats(binary64), 2_500)


@settings(max_examples=60)
@given(small_recurrences(number=True), small_formats(min_precision=2), roundings())
def test_the_values_of_a_run_are_those_of_a_plain_loop(process: Recurrence, format: Format, rounding: Rounding) -> None:
    machine = floats(format, rounding)
    trajectory = run(process, machine, steps=40)
    plain = islice(orbit(process, machine), len(trajectory.values))
    assert [boundary(v) for v in trajectory.values] == [shown(process, machine, state) for state in plain]


@pytest.mark.parametrize("steps", [0, 1, 53, 54])
def test_a_spent_budget_proves_nothing(steps: int) -> None:
    halt = run(zeno(), binary64, steps=steps).halt
    assert (halt.reason, halt.step, halt.arrival) == (Reason.BUDGET, steps, None)
    assert halt.forever is halt.halted is Truth.UNKNOWN
    with pytest.raises(TypeError):
        bool(halt.forever)


def test_the_budget_ends_before_the_update_that_would_show_the_halt() -> None:
    """Update 55 is the first that changes nothing: with 55 updates it is seen, with 54 it is not."""
    assert run(zeno(), binary64, steps=55).halt.step == 55
    assert run(zeno(), binary64, steps=55).halt.reason is Reason.ABSORBED


def test_a_gap_needs_a_process_with_a_limit_and_a_finite_value() -> None:
    halt = run(zeno(), binary16).halt
    assert halt.gap == 0
    assert replace(halt, process=None).gap is None
    assert run(recurrence({"x": "x*8/16"}, {"x": 60000}), binary16).halt.gap is None  # inf, and the limit is 0
    assert run(recurrence({"x": "2*x"}, {"x": 1}), binary16, steps=3).halt.gap is None
