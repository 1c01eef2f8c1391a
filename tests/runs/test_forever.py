"""`forever` is true only when it is: brute force over every state that a run can meet never contradicts it."""

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.format import Format, binary16, binary32, binary64, e4m3, e4m3fn
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.rules import tolerance
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth
from tests.runs.brute_force import ending, ending_of, orbit
from tests.strategies import roundings, small_formats
from tests.strategies.runs import small_recurrences


def counting_stops(format: Format) -> int:
    """A number of updates from which on the format rounds every step number to the same value."""
    return int(2 * format.largest) + 4


def not_contradicted(process: Recurrence, format: Format, rounding: Rounding, limit: int = 6_000) -> None:
    """A halt said to be for ever is the end of the orbit; any other says that it is not known."""
    machine = floats(format, rounding)
    halt = run(process, machine, budget=Budget(steps=2_000)).halt
    end = ending(process, machine, limit, counting_stops(format) if process.counts_steps else 0)
    if end is None:
        return
    if halt.forever is Truth.TRUE:
        assert ending_of(halt) == end
    else:
        assert halt.forever is Truth.UNKNOWN


SERIES = (
    "1/n",
    "1/n**2",
    "-1/n",
    "1/(n + 3)",
    "n",
    "n/8",
    "1/n - 1/n**2",
    "(-1)**2/n",
    "1/8",
    "1/(n*n)",
    "n/n",
    "2/(3*n)",
)


TINY = (e4m3, e4m3fn, Format(3, -3, 5), Format(4, -6, 7, overflow="saturate"), Format(4, -3, 3, subnormals=False))


@pytest.mark.parametrize("format", TINY, ids=repr)
@pytest.mark.parametrize("term", SERIES)
def test_a_series_in_a_tiny_format_never_moves_after_it_is_said_to_stay(term: str, format: Format) -> None:
    """Also where the step number itself becomes infinite or NaN."""
    for rounding in Rounding:
        not_contradicted(series(term).recurrence, format, rounding)


@settings(max_examples=150)
@given(small_recurrences(number=True), small_formats(min_precision=2), roundings())
@example(recurrence({"x": "x + 1/n"}, {"x": 0}), e4m3fn, Rounding.NEAREST_EVEN)
@example(recurrence({"x": "x + n"}, {"x": 200}), e4m3, Rounding.NEAREST_EVEN)
def test_a_step_that_counts_never_contradicts_a_halt(process: Recurrence, format: Format, rounding: Rounding) -> None:
    not_contradicted(process, format, rounding)


PAUSES = {
    "an addend that grows by one": ({"x": "x + y", "y": "y + 1"}, {"x": 256, "y": 0}),
    "an addend that doubles": ({"x": "x + y", "y": "2*y"}, {"x": 256, "y": "2**-9"}),
    "an addend that grows by a third": ({"x": "x - y", "y": "4/3*y"}, {"x": 100, "y": "2**-9"}),
    "two addends in a row": ({"x": "x + y", "y": "y + z", "z": "z"}, {"x": 128, "y": 0, "z": "1/8"}),
    "a quotient that grows": ({"x": "x + 1/y", "y": "y/2"}, {"x": 128, "y": 64}),
    "a quotient by a quotient that falls": ({"x": "x + 1/(y/8)", "y": "y/2"}, {"x": 128, "y": 256}),
    "a quotient by a product that falls": ({"x": "x + 1/(y*8)", "y": "y/2"}, {"x": 128, "y": 32}),
    "a quotient by a sum that falls": ({"x": "x + 1/(y + z)", "y": "y/2", "z": "z"}, {"x": 128, "y": 64, "z": "1/16"}),
    "a quotient by a sum whose second part falls": (
        {"x": "x + 1/(z + y)", "y": "y/2", "z": "z"},
        {"x": 128, "y": 64, "z": "1/16"},
    ),
    "a product whose first factor grows": ({"x": "x + y*z", "y": "4*y", "z": "z/2"}, {"x": 128, "y": "1/64", "z": 1}),
    "a product whose second factor grows": ({"x": "x + y*z", "y": "y/2", "z": "4*z"}, {"x": 128, "y": 1, "z": "1/64"}),
    "a reciprocal that comes again": ({"x": "x + y", "y": "64/y"}, {"x": 128, "y": 1}),
    "a sum of two signs": ({"x": "x + (y + z)", "y": "y/2", "z": "z/4"}, {"x": 128, "y": 64, "z": -60}),
    "an addend that changes its sign": ({"x": "x + y", "y": "y - 1/8"}, {"x": 128, "y": 1}),
    "a product that grows": ({"x": "x + y*z", "y": "2*y", "z": "z/2 + 1"}, {"x": 128, "y": "2**-9", "z": 2}),
    "a difference of addends": ({"x": "x + (y - z)", "y": "y/2", "z": "z/4"}, {"x": 128, "y": 1, "z": 1}),
}


@pytest.mark.parametrize("rounding", [Rounding.NEAREST_EVEN, Rounding.TOWARD_ZERO, Rounding.DOWN, Rounding.ODD])
@pytest.mark.parametrize("name", PAUSES)
def test_a_pause_is_no_halt(name: str, rounding: Rounding) -> None:
    """The watched value stays for some updates and moves again."""
    process = recurrence(*PAUSES[name], "x")
    for format in (Format(4, -9, 9), Format(5, -9, 12)):
        not_contradicted(process, format, rounding)
        halt = run(process, floats(format, rounding), budget=Budget(steps=2_000)).halt
        assert halt.reason is Reason.BUDGET or ending_of(halt) == ending(process, floats(format, rounding), 2_000)


def test_an_addend_that_grows_past_half_the_gap_moves_again() -> None:
    """2048 + y stays while y <= 1 (a tie at 1), and moves with y = 2 after 21 pauses."""
    process = recurrence({"x": "x + y", "y": "2*y"}, {"x": 2048, "y": "2**-20"}, "x")
    trajectory = run(process, binary16)
    assert trajectory.halt.reason is Reason.OVERFLOW
    assert [x.exact for x in trajectory.values[:23]] == [2048] * 22 + [2050]


def test_a_sum_with_growing_numbers_of_updates_moves_again() -> None:
    """4096 + n/512 in binary16 stays until n/512 is above half the gap of four, and then moves."""
    trajectory = run(series("n/512").recurrence, binary16, steps=1)
    assert trajectory.halt.reason is Reason.BUDGET
    process = recurrence({"x": "x + n/512"}, {"x": 4096})
    trajectory = run(process, binary16, steps=1100)
    assert trajectory.halt.reason is Reason.BUDGET
    assert [trajectory.values[n].exact for n in (0, 1, 1024, 1025, 1026)] == [4096, 4096, 4096, 4100, 4104]


def test_a_growing_addend_is_seen_growing_by_a_long_wait_too() -> None:
    """y grows by 2**-12 an update in binary32: 4097 updates without a change (a tie at 1), and then one."""
    process = recurrence({"x": "x + y", "y": "y + 1/4096"}, {"x": 2**24 + 4, "y": 0}, "x")
    trajectory = run(process, binary32, steps=4_200)
    assert trajectory.halt.reason is Reason.BUDGET
    assert [trajectory.values[n].exact - 2**24 for n in (4096, 4097, 4098)] == [4, 4, 6]


def test_a_constant_that_overflows_makes_nan_of_a_sum_that_seems_to_stay() -> None:
    """100000 is infinite in binary16; infinity times y is NaN as soon as y underflows to zero."""
    process = recurrence({"x": "x + 100000*y", "y": "y/2"}, {"x": 0, "y": 1}, "x")
    halt = run(process, binary16).halt
    assert halt.value.is_nan or halt.forever is not Truth.TRUE
    assert ending(process, floats(binary16), 1_000) == ending_of(halt)


def test_a_step_number_beyond_a_format_without_infinity_makes_nan_of_a_sum_that_seems_to_stay() -> None:
    """e4m3fn has no number near 465 and no infinity: the harmonic sum stays at 3 for a while and is NaN then."""
    sums = [floats(e4m3fn).export(state[0]) for state in islice(orbit(series("1/n").recurrence, floats(e4m3fn)), 470)]
    assert [x.is_nan for x in sums[464:466]] == [False, True]
    halt = run(series("1/n"), e4m3fn).halt
    assert halt.value.is_nan or halt.forever is not Truth.TRUE


def test_an_underflow_times_an_overflow_is_not_a_trend() -> None:
    """1/(n*c) is infinite when c underflows to zero, and NaN when n is infinite."""
    process = recurrence({"x": "x + 1/(n*const(1e-9))"}, {"x": 1})
    not_contradicted(process, e4m3, Rounding.NEAREST_EVEN)


MONOTONE = {
    "1/n": series("1/n").recurrence,
    "1/n**2": series("1/n**2").recurrence,
    "-2/(n + 1)": series("-2/(n + 1)").recurrence,
    "zeno": zeno().recurrence,
    "a third": geometric(1, "1/3").recurrence,
    "negative": geometric(-5, "9/10").recurrence,
}


@pytest.mark.parametrize("name", MONOTONE)
def test_falling_addends_of_one_sign_halt_for_ever_by_an_argument(name: str) -> None:
    halt = run(MONOTONE[name], binary16).halt
    assert (halt.reason, halt.forever) == (Reason.ABSORBED, Truth.TRUE)
    assert "monotone" in halt.argument
    assert run(MONOTONE[name], binary16, steps=halt.step).values[-1] == halt.value


def test_an_alternating_series_is_not_settled_by_the_monotone_argument() -> None:
    halt = run(geometric(1, "-1/2"), binary16).halt
    assert halt.forever is Truth.TRUE
    assert ending_of(halt) == ending(geometric(1, "-1/2").recurrence, floats(binary16), 1_000)


def test_a_halt_of_a_step_that_counts_without_an_argument_is_not_known_to_be_for_ever() -> None:
    process = recurrence({"x": "x + 1/n - 1/(n + 1)"}, {"x": 4})
    halt = run(process, binary64, steps=400).halt
    assert halt.forever is Truth.UNKNOWN
    with pytest.raises(TypeError, match="UNKNOWN"):
        bool(halt.forever)


def test_a_rule_that_stops_a_moving_run_is_not_for_ever() -> None:
    halt = run(zeno(), binary64, stop=tolerance("1e-6")).halt
    assert (halt.reason, halt.forever, halt.step) == (Reason.TOLERANCE, Truth.FALSE, 20)


def test_a_spent_budget_of_updates_or_seconds_is_unknown() -> None:
    grows = recurrence({"x": "x + 1"}, {"x": 0})
    for budget in (Budget(steps=1000), Budget(seconds=0.05)):
        halt = run(grows, binary64, budget=budget).halt
        assert (halt.reason, halt.forever) == (Reason.BUDGET, Truth.UNKNOWN)
        assert halt.gap is None
        assert halt.exact_value == halt.step
    assert isinstance(run(grows, binary64, steps=5).halt.exact_value, Fraction)


@pytest.mark.parametrize("step", ["d/2", "d*0.5", "0.5*d", "0.25*d*1", "d/4/1.5", "const(3/8)*d"])
def test_an_addend_times_fixed_numbers_of_at_most_one_stays_absorbed(step: str) -> None:
    process = recurrence({"s": "s + d", "d": step}, {"s": 0, "d": "1/2"}, "s")
    halt = run(process, binary16).halt
    assert (halt.reason, halt.forever) == (Reason.ABSORBED, Truth.TRUE)
    assert halt.argument.startswith("the addends d of s keep their sign and never grow")


@pytest.mark.parametrize("divisor", ["z", "z*1", "2*z", "z/const(1/2)", "z/1*3"])
def test_an_addend_over_a_divisor_that_never_falls_stays_absorbed(divisor: str) -> None:
    process = recurrence({"s": "s + d/z", "d": "d/2", "z": divisor}, {"s": 1, "d": "1/2", "z": 1}, "s")
    halt = run(process, binary16).halt
    assert (halt.reason, halt.forever) == (Reason.ABSORBED, Truth.TRUE)
    assert halt.argument.startswith("the addends d/z of s keep their sign and never grow")


PRODUCTS = ("t/n", "t*-10/n", "-t/2", "t*3/(n*n)", "-t", "t*n/4", "t/(n - 3)", "t*0.75", "5*t/(2*n + 1)", "t*n/(n + 1)")
ADDENDS = ("t", "t/n", "(x - t)/n", "-t*x", "t*t", "n*t", "t/(n*n)", "x/n - t", "(1 - x)/n", "0*t")


def sum_of_products(product: str, addend: str, sign: str, format: Format, rounding: Rounding) -> None:
    process = recurrence({"x": f"x {sign} {addend}", "t": product}, {"x": "1/2", "t": 1}, "x")
    not_contradicted(process, format, rounding, 1_500)


@settings(max_examples=60)
@given(st.sampled_from(PRODUCTS), st.sampled_from(ADDENDS), st.sampled_from("+-"), st.sampled_from(TINY), roundings())
def test_a_sum_of_products_never_moves_after_it_is_said_to_stay(
    product: str, addend: str, sign: str, format: Format, rounding: Rounding
) -> None:
    sum_of_products(product, addend, sign, format, rounding)


@pytest.mark.long
@pytest.mark.parametrize("format", TINY, ids=repr)
@pytest.mark.parametrize("product", PRODUCTS)
def test_no_sum_of_products_moves_after_it_is_said_to_stay(product: str, format: Format) -> None:
    for addend in ADDENDS:
        for sign in "+-":
            for rounding in Rounding:
                sum_of_products(product, addend, sign, format, rounding)


@settings(max_examples=60)
@given(st.sampled_from(PRODUCTS), st.sampled_from(["1", "-3", "0"]), st.sampled_from(TINY), roundings())
def test_a_product_never_moves_after_it_is_said_to_stay(
    product: str, start: str, format: Format, rounding: Rounding
) -> None:
    not_contradicted(recurrence({"t": product}, {"t": start}), format, rounding, 1_500)


SETTLED = {
    "exp(1)": ({"x": "x + t", "t": "t/n"}, {"x": 0, "t": 1}),
    "exp(-10)": ({"x": "x + t", "t": "t*-10/n"}, {"x": 0, "t": 1}),
    "sin(3)": ({"x": "x + t", "t": "-t*9/((2*n)*(2*n + 1))"}, {"x": 0, "t": 3}),
    "alternating harmonic": ({"x": "x + s/n", "s": "-s"}, {"x": 0, "s": 1}),
    "running mean": ({"x": "x + (1 - x)/n"}, {"x": 0}),
    "diminishing rate": ({"x": "x - (x - 0.3)/n"}, {"x": 1}),
    "factorial": ({"x": "x*n"}, {"x": 1}),
    "overshooting": ({"x": "n*x - 1"}, {"x": "0.5"}),
}


@pytest.mark.parametrize("name", SETTLED)
@pytest.mark.parametrize("format", [binary16, binary64], ids=repr)
def test_sums_that_count_stay_for_ever_by_an_argument(name: str, format: Format) -> None:
    if (name, format) == ("alternating harmonic", binary64):
        return  # it moves for 2**50 updates
    step, start = SETTLED[name]
    halt = run(recurrence(step, start, "x"), format, budget=Budget(steps=20_000)).halt
    assert halt.forever is Truth.TRUE
    assert halt.argument


def test_under_a_rounding_that_is_not_symmetric_a_sign_that_changes_proves_nothing() -> None:
    process = recurrence({"x": "x + s/n", "s": "-s"}, {"x": 0, "s": 1}, "x")
    halt = run(process, floats(e4m3, "toward_zero"), budget=Budget(steps=300)).halt
    assert halt.reason is Reason.BUDGET or halt.forever is not Truth.TRUE


MOVES_LATER = {
    "an addend that grows before it shrinks": ({"x": "x + t", "t": "t*60/(n + 1)"}, {"x": 64, "t": 1}, "nearest_even"),
    "an addend that is lost with one sign only": ({"x": "x + t/240/240", "t": "-t"}, {"x": 0, "t": -1}, "up"),
}


@pytest.mark.parametrize("name", MOVES_LATER)
def test_a_value_that_moves_later_does_not_stay(name: str) -> None:
    step, start, rounding = MOVES_LATER[name]
    process, machine = recurrence(step, start, "x"), floats(e4m3, rounding)
    values = [state[0] for state in islice(orbit(process, machine), 8)]
    assert values[0] == values[1] != values[-1]
    halt = run(process, machine, budget=Budget(steps=2_000)).halt
    assert halt.arrival is None or halt.arrival > 1
    not_contradicted(process, e4m3, Rounding(rounding))
