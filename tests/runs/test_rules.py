"""Stopping rules: met exactly, at the first update that meets them."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import Format, binary16, binary32, binary64
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import zeno
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.rules import Tolerance, tolerance
from infinitesimal.runs.run import run
from tests.runs.brute_force import orbit
from tests.strategies import roundings, small_formats
from tests.strategies.runs import small_recurrences


@pytest.mark.parametrize("arithmetic", [QQ, binary64, binary32, binary16], ids=repr)
@pytest.mark.parametrize(("strict", "step"), [(False, 5), (True, 6)])
def test_a_change_equal_to_the_bound_counts_unless_the_rule_is_strict(
    arithmetic: object, strict: bool, step: int
) -> None:
    """Zeno's changes are 1/2, 1/4, ..., 1/32 at update 5."""
    trajectory = run(zeno(), arithmetic, stop=tolerance("1/32", strict=strict))
    halt = trajectory.halt
    assert (halt.reason, halt.step, trajectory.steps) == (Reason.TOLERANCE, step, step)
    assert halt.witness.difference == Fraction(1, 2**step)
    assert halt.exact_value == 1 - Fraction(1, 2**step)
    assert halt.gap == Fraction(1, 2**step)


@pytest.mark.parametrize(("bound", "step"), [("1/32 + 1e-30", 5), ("1/32 - 1e-30", 6)])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("arithmetic", [QQ, binary64, binary32], ids=repr)
def test_a_bound_is_never_rounded(bound: str, step: int, strict: bool, arithmetic: object) -> None:
    a, sign, b = bound.split()
    value = Fraction(a) + (1 if sign == "+" else -1) * Fraction(b)
    assert run(zeno(), arithmetic, stop=tolerance(value, strict=strict)).halt.step == step


def changes(process: Recurrence, machine: Any) -> Any:
    """The exact changes of the watched components, update by update; None if one is not finite."""
    watched = [process.names.index(name) for name in process.watch]
    before = None
    for state in orbit(process, machine):
        now = [machine.element_exact(state[i]) for i in watched]
        if before is not None:
            known = all(x is not None for x in (*now, *before))
            yield max(abs(a - b) for a, b in zip(now, before, strict=True)) if known else None
        before = now


BOUNDS = st.sampled_from(
    [Fraction(0), Fraction(1, 8), Fraction(1, 4), Fraction(1, 3), Fraction(1, 1000), Fraction(2), Fraction(1, 64)]
)


@settings(max_examples=150)
@given(small_recurrences(number=True), small_formats(min_precision=2), roundings(), BOUNDS, st.booleans())
def test_a_rule_stops_a_machine_where_a_plain_loop_stops(
    process: Recurrence, format: Format, rounding: Rounding, bound: Fraction, strict: bool
) -> None:
    rule = tolerance(bound, strict=strict and bound > 0)
    machine = floats(format, rounding)
    halt = run(process, machine, steps=60, stop=rule).halt
    sizes = changes(process, machine)
    met = next((n for n in range(1, 61) if (size := next(sizes)) is not None and rule.met(size)), None)
    if met is not None:
        assert (halt.reason, halt.step) == (Reason.TOLERANCE, met)
    else:
        assert halt.reason is not Reason.TOLERANCE


@settings(max_examples=60)
@given(
    st.sampled_from(["x/2", "x - 0.3*x", "x - 0.1*(9*x)", "-0.9*x", "0.5*x + 1"]), BOUNDS.filter(bool), st.booleans()
)
def test_a_rule_stops_the_processor_where_python_floats_stop(step: str, bound: Fraction, strict: bool) -> None:
    process = recurrence({"x": step}, {"x": "10/3"})
    rule = tolerance(bound, strict=strict)
    body = {
        "x/2": lambda x: x / 2,
        "x - 0.3*x": lambda x: x - 0.3 * x,
        "x - 0.1*(9*x)": lambda x: x - 0.1 * (9.0 * x),
        "-0.9*x": lambda x: -0.9 * x,
        "0.5*x + 1": lambda x: 0.5 * x + 1.0,
    }[step]
    x, n = 10 / 3, 0
    while True:
        following, n = body(x), n + 1
        change = abs(Fraction(following) - Fraction(x))
        x = following
        if change < bound or (change == bound and not strict):
            break
    halt = run(process, binary64, stop=rule).halt
    assert (halt.reason, halt.step, float(halt.value)) == (Reason.TOLERANCE, n, x)
    assert halt.witness.difference == change


@settings(max_examples=60)
@given(
    st.builds(Fraction, st.integers(-19, 19), st.just(20)),
    st.builds(Fraction, st.integers(-30, 30), st.integers(1, 7)),
    st.sampled_from([Fraction(1, 10**6), Fraction(1, 100), Fraction(1, 2**10)]),
    st.booleans(),
)
def test_an_exact_run_stops_where_plain_fractions_stop(
    factor: Fraction, start: Fraction, bound: Fraction, strict: bool
) -> None:
    x, n = start, 0
    while True:
        following, n = factor * x + 1, n + 1
        change, x = abs(following - x), following
        if change < bound or (change == bound and not strict):
            break
    process = recurrence({"x": f"const({factor})*x + 1"}, {"x": start})
    halt = run(process, QQ, stop=tolerance(bound, strict=strict)).halt
    assert (halt.reason, halt.step, halt.value) == (Reason.TOLERANCE, n, x)


def test_several_components_stop_when_the_largest_change_is_small() -> None:
    process = descent("x**2/2 + y**2", {"x": 1, "y": 1}, "0.5")
    halt = run(process, QQ, stop=tolerance("1/8")).halt
    assert (halt.reason, halt.step) == (Reason.TOLERANCE, 3)
    assert halt.value == {"x": Fraction(1, 8), "y": 0}
    watched = recurrence({"x": "x/2", "y": "y + 1"}, {"x": 1, "y": 0}, "x")
    assert run(watched, binary64, stop=tolerance("1/8")).halt.step == 3


def test_a_rule_with_bound_zero_is_met_by_a_true_standstill_only() -> None:
    halt = run(zeno(), binary64, stop=tolerance(0)).halt
    assert (halt.reason, halt.step) == (Reason.TOLERANCE, 55)


@pytest.mark.parametrize("bound", [-1, "-1e-9", 1e-6, float("nan"), "small", None, True, [1], "1/0", 1j, ""])
def test_a_bound_that_is_no_exact_nonnegative_number_is_refused(bound: object) -> None:
    with pytest.raises(InputError):
        tolerance(bound)


def test_a_strict_bound_of_zero_is_refused() -> None:
    with pytest.raises(InputError, match="no change is smaller"):
        tolerance(0, strict=True)


@pytest.mark.parametrize("stop", ["1e-6", 1, Fraction(1, 2), object()])
def test_a_rule_that_is_no_rule_is_refused(stop: Any) -> None:
    with pytest.raises(InputError, match="stopping rule"):
        run(zeno(), binary64, stop=stop)


def test_rules_are_values() -> None:
    assert tolerance("1e-6") == Tolerance(Fraction(1, 10**6))
    assert str(tolerance("0.1", strict=True)) == "|change| < 1/10"
