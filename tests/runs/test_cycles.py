"""Cycles: least period and tail, by two independent ways, in every arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import binary16, binary32, binary64, e4m3, e5m2
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.rules import tolerance
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth
from tests.runs.brute_force import ending, ending_of


def ring(period: int, tail: int) -> Recurrence:
    """Counts 0, 1, ..., tail + period - 1 and goes back to tail: the polynomial through those points."""
    points = [*range(1, tail + period), tail]
    term = "0"
    for i, value in enumerate(points):
        factor = Fraction(value)
        text = ""
        for j in range(len(points)):
            if j != i:
                text += f"*(x - {j})"
                factor /= i - j
        term += f" + const({factor}){text}"
    return recurrence({"x": term}, {"x": 0})


@pytest.mark.parametrize("tail", range(5))
@pytest.mark.parametrize("period", range(2, 6))
def test_exact_runs_find_tail_and_period(period: int, tail: int) -> None:
    trajectory = run(ring(period, tail), QQ)
    halt = trajectory.halt
    assert (halt.reason, halt.period, halt.tail, halt.arrival) == (Reason.CYCLE, period, tail, tail)
    assert (halt.step, len(trajectory.values)) == (tail + period, tail + period + 1)
    assert list(trajectory.values) == [*range(tail + period), tail]
    assert list(halt.witness.states) == list(range(tail, tail + period))
    assert (halt.forever, halt.halted) == (Truth.TRUE, Truth.FALSE)


@settings(max_examples=60)
@given(st.integers(2, 40), st.integers(0, 40))
def test_a_shift_with_a_tail_has_the_least_period(period: int, tail: int) -> None:
    """Registers that pass their contents on; the last one feeds register `tail` as well."""
    size = period + tail
    step = {f"x{i}": f"x{i + 1}" if i + 1 < size else f"x{tail}" for i in range(size)}
    process = recurrence(step, {f"x{i}": i for i in range(size)})
    halt = run(process, floats(binary16)).halt
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, period, tail)


@pytest.mark.parametrize("format", [e4m3, e5m2, binary16, binary32], ids=repr)
@pytest.mark.parametrize("step", ["4*x*(1 - x)", "3.9*x*(1 - x)", "3.83*x*(1 - x)", "1 - 1.8*x*x", "x - 1.95*x"])
@pytest.mark.parametrize("start", ["0.1", "1/3", "0.7"])
def test_orbits_of_chaotic_maps_end_as_brute_force_says(step: str, start: str, format: object) -> None:
    process = recurrence({"x": step}, {"x": start})
    end = ending(process, floats(format), 30_000)  # type: ignore[arg-type]
    assert end is not None
    assert ending_of(run(process, format).halt) == end


def test_the_logistic_map_in_binary64_comes_back_to_a_state_that_python_floats_confirm() -> None:
    process = recurrence({"x": "3.83*x*(1 - x)"}, {"x": "0.3"})
    halt = run(process, binary64).halt
    assert (halt.reason, halt.forever) == (Reason.CYCLE, Truth.TRUE)
    assert halt.tail is not None
    assert halt.period is not None
    x = 0.3
    orbit = [x]
    for _ in range(halt.tail + halt.period):
        orbit.append(x := 3.83 * x * (1 - x))
    assert orbit[halt.tail] == orbit[-1] == halt.value
    assert len(set(orbit[:-1])) == halt.tail + halt.period


@pytest.mark.parametrize("arithmetic", [QQ, binary64, binary16], ids=repr)
def test_a_strict_rule_that_each_change_just_misses_does_not_hide_a_cycle(arithmetic: object) -> None:
    """0, 1, 0, 1, ...: every change is exactly 1, and the rule asks for less than 1."""
    process = recurrence({"x": "1 - x"}, {"x": 0})
    halt = run(process, arithmetic, steps=1_000, stop=tolerance(1, strict=True)).halt
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, 2, 0)


def test_a_cycle_that_counts_its_steps_is_not_claimed() -> None:
    """x = 1 - x + 0*n comes back to the same x, but the state does not say that it will again."""
    halt = run(recurrence({"x": "1 - x + 0*n"}, {"x": 0}), binary64, steps=500).halt
    assert (halt.reason, halt.forever) == (Reason.BUDGET, Truth.UNKNOWN)


def test_a_marked_zero_that_comes_back_with_the_other_sign_hides_no_cycle() -> None:
    """The state (3/4, 0, -0) after one update is marked. After it y is -0, which a processor takes for the same."""
    process = recurrence({"x": "1 - x", "y": "z", "z": "-(z*z)"}, {"x": "1/4", "y": 5, "z": 0}, "x")
    for format in (binary64, binary32, binary16):
        halt = run(process, format).halt
        assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, 2, 2)
        assert ending_of(halt) == ending(process, floats(format), 100)
