"""Halts whose step and value are known by theory or were measured by other programs."""

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    Format,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e4m3,
    e4m3fn,
    e5m2,
    tf32,
    x87,
)
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import series, zeno
from infinitesimal.runs.forecasts.prediction import predict
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth

HALVING = recurrence({"x": "x/2"}, {"x": 1})
ARRIVALS = {
    "binary64": 1075,
    "binary32": 150,
    "binary16": 25,
    "bfloat16": 134,
    "tf32": 137,
    "e5m2": 17,
    "e4m3": 10,
    "e4m3fn": 10,
    "x87": 16446,
    "binary128": 16495,
}


@pytest.mark.parametrize("name", ARRIVALS)
def test_halving_one_arrives_at_zero_by_underflow(name: str) -> None:
    format = FORMATS[name]
    halt = run(HALVING, format).halt
    assert (halt.reason, halt.arrival, halt.step, halt.value) == (
        Reason.UNDERFLOW,
        ARRIVALS[name],
        ARRIVALS[name] + 1,
        0,
    )
    assert halt.exact_value == halt.gap == 0
    assert halt.forever is Truth.TRUE
    assert halt.witness.exact == format.smallest / 2
    assert ARRIVALS[name] == 1 - format.qmin


@pytest.mark.parametrize("rounding", ["toward_zero", "down"])
@pytest.mark.parametrize("name", ARRIVALS)
def test_halving_arrives_at_the_same_step_under_the_inner_roundings(name: str, rounding: str) -> None:
    halt = run(HALVING, floats(name, rounding)).halt
    assert (halt.reason, halt.arrival, halt.value) == (Reason.UNDERFLOW, ARRIVALS[name], 0)


@pytest.mark.parametrize("rounding", ["up", "away", "nearest_away"])
@pytest.mark.parametrize("name", ARRIVALS)
def test_halving_sticks_at_the_smallest_subnormal_under_the_outer_roundings(name: str, rounding: str) -> None:
    halt = run(HALVING, floats(name, rounding)).halt
    assert (halt.step, halt.arrival) == (ARRIVALS[name], ARRIVALS[name] - 1)
    assert halt.exact_value == halt.gap == FORMATS[name].smallest
    assert halt.reason is Reason.UNDERFLOW
    assert halt.forever is Truth.TRUE


@pytest.mark.parametrize(
    ("shape", "arrival"),
    [((53, -1022, 1023), 1023), ((24, -126, 127), 127), ((11, -14, 15), 15), ((8, -126, 127), 127)],
)
def test_halving_with_flush_to_zero_arrives_below_the_least_normal_number(
    shape: tuple[int, int, int], arrival: int
) -> None:
    halt = run(HALVING, Format(*shape, subnormals=False)).halt
    assert (halt.reason, halt.arrival, halt.step, halt.value) == (Reason.UNDERFLOW, arrival, arrival + 1, 0)


ZENO = [(bfloat16, 8), (binary16, 11), (binary32, 24), (binary64, 53), (x87, 64), (binary128, 113)]


@pytest.mark.parametrize(("format", "p"), ZENO, ids=lambda x: str(x))
def test_the_sum_of_zeno_arrives_at_one_by_a_tie(format: Format, p: int) -> None:
    halt = run(zeno(), format).halt
    assert (halt.reason, halt.arrival, halt.step) == (Reason.ABSORBED, p + 1, p + 2)
    assert halt.exact_value == 1
    assert halt.gap == 0
    assert halt.forever is Truth.TRUE
    assert halt.witness.update == Fraction(1, 2 ** (p + 2))
    assert halt.witness.value == 1


@pytest.mark.parametrize("rounding", ["toward_zero", "down"])
@pytest.mark.parametrize(("format", "p"), ZENO, ids=lambda x: str(x))
def test_the_sum_of_zeno_never_is_one_when_it_is_rounded_down(format: Format, p: int, rounding: str) -> None:
    trajectory = run(zeno(), floats(format, rounding))
    halt = trajectory.halt
    assert (halt.reason, halt.arrival, halt.step) == (Reason.ABSORBED, p, p + 1)
    assert halt.exact_value == 1 - Fraction(1, 2**p)
    assert halt.gap == Fraction(1, 2**p)
    assert halt.forever is Truth.TRUE
    assert 1 not in list(trajectory.values)


@pytest.mark.parametrize("rounding", ["up", "away"])
def test_the_sum_of_zeno_goes_beyond_one_when_it_is_rounded_up(rounding: str) -> None:
    """At one, every later addend, however small, lifts the sum by one ulp, until they underflow or stick."""
    values = list(run(zeno(), floats(binary16, rounding), steps=40).values)
    assert values[11].exact == 1 - Fraction(1, 2**11)
    assert values[12].exact == 1
    assert values[13].exact == 1 + Fraction(1, 2**10)


HARMONIC: list[tuple[Format, str, int, str]] = [
    (binary16, "nearest_even", 513, "0x1.c580000000000p+2"),
    (binary16, "toward_zero", 257, "0x1.6fc0000000000p+2"),
    (bfloat16, "nearest_even", 65, "0x1.4400000000000p+2"),
    (bfloat16, "toward_zero", 41, "0x1.0000000000000p+2"),
    (binary32, "nearest_even", 2_097_152, "0x1.eceaf80000000p+3"),
]


@pytest.mark.parametrize(("format", "rounding", "step", "value"), HARMONIC)
def test_the_harmonic_series_stops_on_a_machine(format: Format, rounding: str, step: int, value: str) -> None:
    halt = run(series("1/n"), floats(format, rounding)).halt
    assert (halt.reason, halt.step, halt.arrival) == (Reason.ABSORBED, step, step - 1)
    assert float(halt.value) == float.fromhex(value)
    assert halt.forever is Truth.TRUE
    assert halt.gap is None
    assert halt.witness.holds


def test_the_harmonic_values_in_decimal() -> None:
    assert [float.fromhex(value) for *_, value in HARMONIC] == [7.0859375, 5.74609375, 5.0625, 4.0, 15.403682708740234]


COUNTER = recurrence({"x": "x + 1"}, {"x": 0})


@pytest.mark.parametrize("format", [binary16, bfloat16, tf32], ids=repr)
def test_a_counter_stops_where_the_gap_becomes_two(format: Format) -> None:
    halt = run(COUNTER, format).halt
    top = 2**format.precision
    assert (halt.reason, halt.arrival, halt.step, halt.exact_value) == (Reason.ABSORBED, top, top + 1, top)
    assert halt.forever is Truth.TRUE
    assert halt.witness.tie
    assert halt.witness.even


def test_a_counter_in_binary32_loses_its_first_update_at_16777217() -> None:
    start = recurrence({"x": "x + 1"}, {"x": 2**24 - 5000})
    halt = run(start, binary32).halt
    assert (halt.arrival, halt.exact_value) == (5000, 2**24)


def test_a_counter_that_rounds_ties_away_goes_on_by_twos() -> None:
    halt = run(COUNTER, floats(binary16, "nearest_away")).halt
    assert (halt.arrival, halt.step, halt.exact_value) == (3072, 3073, 4096)
    assert halt.reason is Reason.ABSORBED


def test_a_descent_by_halves_stays_for_ever_one_subnormal_short_of_zero() -> None:
    """0.25*(2*x) is half of the least number, a tie that goes to zero."""
    process = recurrence({"x": "x - 0.25*(2*x)"}, {"x": 1})
    for format, arrival in ((binary64, 1074), (binary16, 24), (binary32, 149)):
        halt = run(process, format).halt
        assert (halt.arrival, halt.step) == (arrival, arrival + 1)
        assert halt.exact_value == halt.gap == format.smallest
        assert halt.forever is Truth.TRUE
        assert halt.reason is Reason.UNDERFLOW


def momentum(rate: str, beta: str) -> Recurrence:
    """The heavy ball from (1, 0) on x**2/2: v = beta*v - rate*(1*x), then x = x + v with the new v."""
    v = f"{beta}*v - {rate}*(1*x)"
    return recurrence({"v": v, "x": f"x + ({v})"}, {"v": 0, "x": 1})


BALLS = [("0.1", "0.9", 19, 14_076), ("0.01", "0.9", 60, 14_057), ("1", "0.9", 6, 14_109), ("3", "0.9", 3, 14_128)]
LONG_BALLS = [("0.5", "0.99", 252, 147_307)]


@pytest.mark.parametrize(
    ("rate", "beta", "period", "tail"),
    [*BALLS, *LONG_BALLS, pytest.param("0.1", "0.999", 2_196, 1_475_418, marks=pytest.mark.long)],
)
def test_momentum_in_binary64_ends_in_a_cycle_among_the_subnormals(
    rate: str, beta: str, period: int, tail: int
) -> None:
    halt = run(momentum(rate, beta), binary64).halt
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, period, tail)
    assert (halt.arrival, halt.step) == (tail, tail + period)
    assert halt.forever is Truth.TRUE
    assert halt.halted is Truth.FALSE
    b, r, v, x = float(beta), float(rate), 0.0, 1.0
    for _ in range(tail):
        v = b * v - r * (1.0 * x)
        x = x + v
    assert (halt.value["v"], halt.value["x"]) == (v, x)


def test_strong_friction_halts_momentum_one_subnormal_from_zero() -> None:
    halt = run(momentum("0.1", "0.5"), binary64).halt
    assert (halt.reason, halt.arrival) == (Reason.UNDERFLOW, 2146)
    assert halt.value["x"].exact == -Fraction(1, 2**1074)
    assert halt.forever is Truth.TRUE


def test_momentum_without_friction_does_not_end_within_its_budget() -> None:
    halt = run(momentum("0.1", "1.0"), binary64, steps=100_000).halt
    assert (halt.reason, halt.forever) == (Reason.BUDGET, Truth.UNKNOWN)


MAPS = {
    "x - 0.1*(9*x)": {"e4m3fn": (1, 0, 5), "e5m2": (1, 0, 15)},
    "x - 0.1*x": {"e4m3fn": (9, 0, 106), "e5m2": (69, 0, 4)},
    "x - 0.5*x": {"e4m3fn": (3, 0, 17), "e5m2": (3, 0, 31)},
    "x - 1.9*x": {"e4m3fn": (1, 8, 59), "e5m2": (1, 238, 2)},
    "x - 2*x": {"e4m3fn": (1, 236, 1), "e5m2": (1, 238, 2)},
    "x - 0.1*(x**3 - x)": {"e4m3fn": (23, 0, 45), "e5m2": (75, 0, 5)},
    "x - 1.2*(x**3 - x)": {"e4m3fn": (3, 4, 11), "e5m2": (3, 0, 16)},
}
"""Finite fixed points (the zeros counted once), states on longer cycles, and the longest tail."""


def finite_values(format: Format) -> list[Fraction]:
    found = {x.exact for x in (format.arithmetic.export(format.decode(bits)) for bits in range(1 << format.width))}
    return [x for x in found if isinstance(x, Fraction)]


@pytest.mark.parametrize("format", [e4m3fn, e5m2], ids=repr)
@pytest.mark.parametrize("step", MAPS)
def test_every_start_of_an_8_bit_format_ends_as_the_atlas_says(step: str, format: Format) -> None:
    fixed, cyclic, tail = 0, 0, 0
    for start in finite_values(format):
        halt = run(recurrence({"x": step}, {"x": start}), format).halt
        assert halt.arrival is not None
        fixed += halt.arrival == 0 and halt.period is None
        cyclic += halt.arrival == 0 and halt.period is not None
        tail = max(tail, halt.arrival)
    assert (fixed, cyclic, tail) == MAPS[step][format.name]


@pytest.mark.parametrize(
    ("format", "step", "fixed", "tail"),
    [(binary16, "x - 0.1*(9*x)", 0, 12), (bfloat16, "x - 0.1*(9*x)", 0, 78), (binary16, "x - 0.5*x", "2**-24", 39)],
)
@pytest.mark.parametrize("start", ["1", "6000", "-3", "0.1", "2**-14", "5/9"])
def test_16_bit_descents_end_at_the_fixed_points_of_the_atlas(
    format: Format, step: str, fixed: object, tail: int, start: str
) -> None:
    halt = run(recurrence({"x": step}, {"x": start}), format).halt
    assert halt.forever is Truth.TRUE
    assert halt.arrival is not None
    assert halt.arrival <= tail
    assert abs(halt.value) == (Fraction(1, 2**24) if fixed else 0)


@pytest.mark.parametrize("start", ["1", "500", "-3", "0.1", "2**-14", "5/9"])
def test_an_alternating_descent_converges_and_its_machine_never_halts(start: str) -> None:
    """|1 - 1.9| < 1, yet binary16 ends in a two-cycle of subnormals."""
    halt = run(recurrence({"x": "x - 1.9*x"}, {"x": start}), binary16).halt
    assert (halt.reason, halt.period, halt.halted) == (Reason.CYCLE, 2, Truth.FALSE)
    assert abs(halt.value) <= 5 * Fraction(1, 2**24)


NUMPY: dict[str, Callable[[Any], Any]] = {
    "binary16": np.float16,
    "binary32": np.float32,
    "binary64": np.float64,
    "bfloat16": ml_dtypes.bfloat16,
    "e5m2": ml_dtypes.float8_e5m2,
    "e4m3": ml_dtypes.float8_e4m3,
}
WORKED = {"bfloat16": 40, "binary16": 8, "e5m2": 8, "binary32": 45, "binary64": 324}


def by_numpy(make: Callable[[Any], Any], start: float, centre: float) -> tuple[int, float]:
    """The update after which x - 0.1*(9/2*(2*(x - centre))) no longer moves, computed by numpy's scalars."""
    x, rate, half, two, c = make(start), make(0.1), make(4.5), make(2), make(centre)
    arrival = 0
    while (following := x - rate * (half * (two * (x - c)))) != x:
        x, arrival = following, arrival + 1
    return arrival, float(x)


@pytest.mark.parametrize("name", WORKED)
def test_the_worked_example_arrives_at_a_minimum_at_zero_by_underflow(name: str) -> None:
    """Gradient 5 and rate 0.1: exact steps of 1/2, 1/20, 1/200, ..., and 5/(9*10**n) is left."""
    process = descent("9/2*x**2", {"x": "5/9"}, "0.1")
    halt = run(process, FORMATS[name]).halt
    assert (halt.arrival, halt.step, halt.value) == (WORKED[name], WORKED[name] + 1, 0)
    assert halt.reason is Reason.UNDERFLOW
    assert halt.gap == 0
    assert by_numpy(NUMPY[name], 5 / 9, 0.0) == (WORKED[name], 0.0)


AWAY = {"bfloat16": 3, "binary16": 4, "e5m2": 1, "binary32": 7, "binary64": 16}


@pytest.mark.parametrize("name", AWAY)
def test_the_worked_example_with_its_minimum_at_one_needs_fewer_updates(name: str) -> None:
    """Around 1 the numbers are not dense, and the last difference is exact."""
    process = descent("9/2*(x - 1)**2", {"x": "14/9"}, "0.1")
    halt = run(process, FORMATS[name]).halt
    assert halt.arrival is not None
    assert (halt.arrival, float(halt.value)) == by_numpy(NUMPY[name], 14 / 9, 1.0)
    assert halt.arrival == AWAY[name]
    assert halt.gap == abs(1 - halt.exact_value)
    assert halt.forever is Truth.TRUE


@pytest.mark.parametrize("format", [e5m2, e4m3], ids=repr)
def test_the_harmonic_series_in_8_bits_is_that_of_ml_dtypes(format: Format) -> None:
    make = NUMPY[format.name]
    total, n = make(0), 1
    while (following := total + make(1) / make(n)) != total:
        total, n = following, n + 1
    halt = run(series("1/n"), format).halt
    assert (halt.step, float(halt.value)) == (n, float(total))


# Classic sums, clocks and disasters


def by_numbers(make: Callable[[Any], Any], summand: Callable[[Any, Any], Any]) -> tuple[int, float]:
    """The step at which a sum of summand(one, n) from n = 1 on no longer moves, and its value, by numpy's scalars."""
    one, total, n = make(1), make(0), 1
    while (following := total + summand(one, make(n))) != total:
        total, n = following, n + 1
    return n, float(total)


def test_the_basel_sum_in_binary32_stops_after_4096_terms() -> None:
    """Summed from the front it has four right digits: 1.64472532 instead of 1.64493406 (Higham, 4.2 and 1.12.3)."""
    halt = run(series("1/n**2"), binary32).halt
    assert (halt.reason, halt.step, float(halt.value)) == (Reason.ABSORBED, 4097, 1.644725322723388770)
    assert by_numbers(np.float32, lambda one, n: one / (n * n)) == (4097, float(halt.value))
    assert halt.forever is Truth.TRUE


@pytest.mark.parametrize(("format", "p"), [(binary16, 11), (bfloat16, 8), (binary32, 24), (binary64, 53), (x87, 64)])
def test_the_loops_for_machine_epsilon(format: Format, p: int) -> None:
    """1 + 2**-n == 1 first at n = p, 1 - 2**-n == 1 first at n = p + 1."""
    for sign, first in (("+", p), ("-", p + 1)):
        n = next(
            n
            for n in range(1, 200)
            if run(
                recurrence({"x": f"x {sign} d", "d": "d"}, {"x": 1, "d": Fraction(1, 2**n)}, "x"), format, 1
            ).halt.reason
            is Reason.ABSORBED
        )
        assert n == first


def test_ten_times_a_tenth_is_not_one() -> None:
    sums = run(recurrence({"s": "s + 0.1"}, {"s": 0}), binary64, steps=10).values
    assert float(sums[10]) == sum([0.1] * 3, 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1) == 0.9999999999999999
    assert float(run(recurrence({"s": "s + 0.1"}, {"s": 0}), binary32, steps=10).values[10]) == 1.00000011920928955


def test_a_clock_of_tenths_of_a_second_in_binary32_stops_at_two_million_seconds() -> None:
    """From 2**21 s on a tick is less than half an ulp, 1/8 s; rounded ticks on the way decide when that is."""
    tick, total, n = np.float32(0.1), np.float32(0), 0
    while n < 200_000:
        total, n = total + tick, n + 1
    clock = recurrence({"t": "t + 0.1"}, {"t": 0})
    assert float(run(clock, binary32, steps=200_000).values[-1]) == float(total)
    halt = predict(clock, binary32)
    assert (halt.reason, halt.exact_value, halt.forever) == (Reason.ABSORBED, 2**21, Truth.TRUE)
    assert halt.step == run(clock, binary32).halt.step


def test_the_patriot_clock_is_a_third_of_a_second_late_after_100_hours() -> None:
    """0.1 chopped to 24 bits after the binary point (23 of them used), times 3.6 million ticks: 0.3433 s (GAO 1992)."""
    fixed = Fraction(2**23 // 10, 2**23)
    assert Fraction(1, 10) - fixed == Fraction(1, 10485760)
    chopped = floats(Format(20, -30, 30), "toward_zero")
    assert chopped.element_exact(chopped.const(Fraction(1, 10))) == fixed
    late = 3_600_000 * (Fraction(1, 10) - fixed)
    assert f"{float(late):.4f}" == "0.3433"
    assert late * 1676 > 575  # metres at 1,676 m/s


MULLER = recurrence({"x": "111 - 1130/x + 3000/(x*y)", "y": "x"}, {"x": "-4", "y": "2"}, "x")
KAHAN = recurrence({"x": "108 - (815 - 1500/y)/x", "y": "x"}, {"x": "4.25", "y": "4"}, "x")


@pytest.mark.parametrize(
    ("process", "start", "step"),
    [
        (MULLER, (-4.0, 2.0), lambda x, y: 111 - 1130 / x + 3000 / (x * y)),
        (KAHAN, (4.25, 4.0), lambda x, y: 108 - (815 - 1500 / y) / x),
    ],
    ids=["Muller", "Kahan"],
)
def test_recurrences_that_go_to_the_wrong_limit(
    process: Recurrence, start: tuple[float, float], step: Callable[[float, float], float]
) -> None:
    """Exactly they tend to 6 and 5; every machine goes to 100, where it halts."""
    trajectory = run(process, binary64)
    x, y = start
    for value in list(trajectory.values)[1:]:
        x, y = step(x, y), x
        assert float(value) == x
    halt = trajectory.halt
    assert (halt.exact_value, halt.forever) == (100, Truth.TRUE)
    exact = run(process, QQ, steps=40).values[40]
    assert abs(exact - (6 if process is MULLER else 5)) < Fraction(1, 10)


def test_the_chaotic_bank_turns_e_minus_1_into_a_fortune() -> None:
    """A deposit of e - 1, each year times n less 1: exactly 0.0399... after 25 years, on the machine 1.2e9 (Muller)."""
    deposit = Fraction("1.7182818284590452353602874713527")
    bank = recurrence({"x": "n*x - 1"}, {"x": deposit})
    after = run(bank, binary64, steps=25).values[25]
    x = 1.7182818284590452353602874713527
    for n in range(1, 26):
        x = n * x - 1
    assert float(after) == x == 1201807247.4104486
    exact = sum(Fraction(1, factorial(k)) for k in range(1, 60)) * factorial(25) - sum(
        Fraction(factorial(25), factorial(k)) for k in range(1, 26)
    )
    assert abs(exact - Fraction("0.0399")) < Fraction(1, 10_000)


def test_the_logistic_map_in_binary16_ends_in_few_cycles() -> None:
    """All 15,361 starts of [0, 1] at r = 4, by numpy's own arithmetic (Sprott 1997 for the kind of result)."""
    starts = np.arange(0x3C00 + 1, dtype=np.uint16).view(np.float16)
    four, one = np.float16(4), np.float16(1)
    for x in starts[7::1500]:
        seen, orbit, value = {}, 0, x
        while (key := value.tobytes()) not in seen:
            seen[key], orbit = orbit, orbit + 1
            value = four * value * (one - value)
        tail, period = seen[key], orbit - seen[key]
        halt = run(recurrence({"x": "4*x*(1 - x)"}, {"x": Fraction(float(x))}), binary16).halt
        assert (halt.tail, halt.period) == (tail, period) if period > 1 else halt.arrival == tail
