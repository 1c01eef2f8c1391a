"""Predictions against runs: the same halt in every field, wherever the run is affordable."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    Format,
    bfloat16,
    binary16,
    binary32,
    binary64,
    e4m3fn,
    x87,
)
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError, Undecided
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.races import race
from infinitesimal.recurrences.recurrence import Process, Recurrence, recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.forecasts.prediction import predict
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth
from tests.runs.brute_force import at_most, ending, ending_of
from tests.strategies import roundings, small_formats
from tests.strategies.runs import small_recurrences

HALVING = recurrence({"x": "x/2"}, {"x": 1})
COUNTER = recurrence({"x": "x + 1"}, {"x": 0})
PRECISIONS = range(2, 17)


def same(process: Process, machine: Any, steps: int = 400_000) -> Halt | None:
    """The prediction, after it was compared with the run in every field; None where the run is too long."""
    with at_most(60):
        ran = run(process, machine, budget=Budget(steps=steps, seconds=20)).halt
        if ran.reason is Reason.BUDGET or ran.forever is Truth.UNKNOWN:
            return None
        found = predict(process, machine)
    assert facts(found) == facts(ran)
    return found


def facts(halt: Halt) -> list[Any]:
    """Every field of a halt, NaN comparable."""
    witness = halt.explain() if "nan" in str(halt.witness) else halt.witness
    return [halt.reason, halt.kind, ending_of(halt), repr(halt.value), witness, halt.forever, halt.argument]


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize("p", PRECISIONS)
def test_sums_are_predicted_in_every_precision_and_rounding(p: int, rounding: Rounding) -> None:
    """The exponent range is wide, so that sums are absorbed rather than overflow, except where every update adds."""
    machine = floats(Format(p, -40, 40), rounding)
    endless = rounding in (Rounding.UP, Rounding.AWAY)
    for term in ("1/n", "1/(2*n - 1)", "1/(3*n + 2)", "3/n", "1/n**2", "1/(n*(n + 1))", "5/(n + 7)", "0.1/n"):
        assert same(series(term), machine, 40_000) or endless or p > 12
    for start in (2, 5, 100):
        same(series("1/n", start=start), machine, 40_000)


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize("p", PRECISIONS)
def test_counters_geometric_sums_and_decays_are_predicted(p: int, rounding: Rounding) -> None:
    machine = floats(Format(p, -20, 20), rounding)
    for step, start in (("x + 1", 0), ("x + 0.1", 0), ("x - 3", 100), ("1 + x", -700), ("x + 1/3", -1), ("x - 1", 0)):
        same(recurrence({"x": step}, {"x": start}), machine, 40_000)
    for process in (HALVING, zeno(), geometric(3, "1/4"), geometric(-1, "1/2"), geometric(1, "-1/2"), race(10, 1, 100)):
        same(process, machine, 40_000)
    for step in ("x - 0.5*x", "x - 0.1*x", "x - 1.9*x", "x - 0.25*(2*x)", "2*x", "-x/2", "x - 0.1*(9*x)"):
        same(recurrence({"x": step}, {"x": "5/9"}), machine, 40_000)


@settings(max_examples=200)
@given(small_recurrences(number=True), small_formats(min_precision=2), roundings())
def test_whatever_is_predicted_is_what_brute_force_finds(
    process: Recurrence, format: Format, rounding: Rounding
) -> None:
    agrees_or_refuses(process, format, rounding, 0)


@settings(max_examples=300)
@given(small_recurrences(one_watched=True), small_formats(min_precision=2), roundings())
@example(recurrence({"x": "x + 1"}, {"x": 0}), Format(3, -2, 3, subnormals=False), Rounding.ODD)
@example(recurrence({"x": "-x/2"}, {"x": 1}), Format(3, -4, 4, subnormals=False), Rounding.DOWN)
@example(recurrence({"x": "x + y", "y": "y/2"}, {"x": 1, "y": 1}, "x"), Format(4, -9, 4), Rounding.UP)
def test_whatever_is_predicted_of_a_step_that_does_not_count_is_what_brute_force_finds(
    process: Recurrence, format: Format, rounding: Rounding
) -> None:
    agrees_or_refuses(process, format, rounding, 4_000)


def agrees_or_refuses(process: Recurrence, format: Format, rounding: Rounding, limit: int) -> None:
    machine = floats(format, rounding)
    try:
        found = predict(process, machine, budget=Budget(steps=3_000, seconds=5))
    except Undecided:
        return
    if found.reason is Reason.BUDGET:
        assert found.forever is Truth.UNKNOWN
        return
    assert found.forever is Truth.TRUE
    if limit:
        expected = ending(process, machine, limit)
        assert expected is None or ending_of(found) == expected
    ran = run(process, machine, budget=Budget(steps=20_000, seconds=5)).halt
    if ran.forever is Truth.TRUE:
        assert facts(found) == facts(ran)


TERMS = ["1/n", "1/n**2", "1/(2*n+1)", "3/(n+2)", "n", "1", "7/8", "1/(5*n)", "1/n - 1/(n+1)", "0.3/(n*n)", "1/(4*n-3)"]


@settings(max_examples=100)
@given(
    st.sampled_from(TERMS),
    st.sampled_from(["s + t", "t + s", "s - t"]),
    st.fractions(-40, 40, max_denominator=64),
    st.builds(
        Format,
        st.integers(2, 13),
        st.integers(-30, -6),
        st.integers(4, 9),
        st.booleans(),
        st.sampled_from(["infinity", "saturate", "nan"]),
    ),
    roundings(),
)
def test_sums_from_any_start_are_predicted(
    term: str, shape: str, start: Fraction, format: Format, rounding: Rounding
) -> None:
    process = recurrence({"s": shape.replace("t", f"({term})")}, {"s": start})
    machine = floats(format, rounding)
    ran = run(process, machine, budget=Budget(steps=8_000, seconds=10)).halt
    found = predict(process, machine, budget=Budget(steps=8_000, seconds=3))
    if ran.forever is Truth.TRUE and found.reason is not Reason.BUDGET:
        assert facts(found) == facts(ran)
    elif ran.forever is Truth.TRUE:
        assert found.step >= 8_000 or ran.reason in (Reason.OVERFLOW, Reason.NAN, Reason.SATURATED)


@settings(max_examples=200)
@given(
    st.sampled_from(["0.1", "0.001", "1/3", "2**-10", "2**-14", "0.9", "1.5"]),
    st.fractions(-4, 4, max_denominator=9),
    st.fractions(-9, 9, max_denominator=9),
    st.sampled_from([binary16, bfloat16, Format(9, -20, 20), Format(12, -6, 6, subnormals=False)]),
    roundings(),
)
def test_slow_descents_are_predicted(
    rate: str, place: Fraction, start: Fraction, format: Format, rounding: Rounding
) -> None:
    sign = "-" if place >= 0 else "+"
    process = recurrence({"x": f"x - {rate}*(x {sign} {abs(place)})"}, {"x": start})
    same(process, floats(format, rounding), 100_000)


# What is too long to be run


def test_the_harmonic_sum_in_binary64_stops_at_two_to_the_48_plus_1() -> None:
    halt = predict(series("1/n"), binary64, budget=Budget(seconds=60))
    assert (halt.reason, halt.step, halt.arrival) == (Reason.ABSORBED, 2**48 + 1, 2**48)
    assert float(halt.value) == float.fromhex("0x1.10f9edd619b06p+5")
    assert halt.exact_value == Fraction("34.1220356680478715816207113675773143768310546875")
    assert halt.forever is Truth.TRUE
    assert halt.witness.update == Fraction(float(1 / (2**48 + 1)))


def harmonic_by_integers(p: int, start: int, toward_zero: bool) -> tuple[int, Fraction]:
    """The recipe in integers alone, one block at a time, from a sum made by plain rounding."""
    machine = floats(Format(p, -200, 200), "toward_zero" if toward_zero else "nearest_even")
    s, n = machine.const(Fraction(0)), 1
    while n < start or machine.format.value(s) < 2:
        s, n = machine.add(s, machine.div(machine.integer(1), machine.integer(n))), n + 1
    while True:
        m, q = s
        d = 2 ** (1 - q)
        tie = n == d and not toward_zero
        if toward_zero:
            k = d // (2 * n)
            last = d // (2 * k) if k else 0
        elif tie:
            k, last = m % 2, d
        else:
            k = (d // n + 1) // 2
            last = (d // (2 * k - 1) if k > 1 else d - 1) if k else 0
        if k == 0:
            return n, machine.format.value(s)
        count = min(last - n + 1, (2**p - m - 1) // k)
        if count > 0:
            s, n = (m + count * k, q), n + count
        else:
            s, n = machine.add(s, machine.div(machine.integer(1), machine.integer(n))), n + 1


@pytest.mark.parametrize("toward_zero", [False, True])
@pytest.mark.parametrize("p", [*range(8, 33), pytest.param(40, marks=pytest.mark.long)])
def test_the_harmonic_sum_is_that_of_the_recipe_in_integers(p: int, toward_zero: bool) -> None:
    step, value = harmonic_by_integers(p, 40, toward_zero)
    halt = predict(series("1/n"), floats(Format(p, -200, 200), "toward_zero" if toward_zero else "nearest_even"))
    assert (halt.step, halt.exact_value) == (step, value)


@pytest.mark.parametrize(("format", "p"), [(binary32, 24), (binary64, 53), (x87, 64)], ids=str)
def test_counters_stop_at_two_to_the_precision(format: Format, p: int) -> None:
    halt = predict(COUNTER, format)
    assert (halt.reason, halt.step, halt.exact_value) == (Reason.ABSORBED, 2**p + 1, 2**p)
    assert halt.witness.tie
    away = predict(COUNTER, floats(format, "nearest_away"))
    assert (away.step, away.exact_value) == (2**p + 2 ** (p - 1) + 1, 2 ** (p + 1))


def test_a_counter_rounded_up_reaches_infinity() -> None:
    """From 2**53 on every update adds one ulp: 2**52 updates in each binade up to the last."""
    halt = predict(COUNTER, floats(binary64, "up"))
    assert (halt.reason, halt.arrival) == (Reason.OVERFLOW, 2**53 + (1023 - 52) * 2**52)


def test_the_halving_of_a_wide_format_takes_one_leap() -> None:
    wide = Format(24, -(1 << 16), 1 << 10)
    halt = predict(HALVING, wide)
    assert (halt.reason, halt.arrival) == (Reason.UNDERFLOW, 1 - wide.qmin)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("rounding", list(Rounding))
def test_halving_and_zeno_in_every_format(name: str, rounding: Rounding) -> None:
    same(HALVING, floats(name, rounding))
    same(zeno(), floats(name, rounding), 30_000)


def test_the_squares_in_binary64_are_summed_like_a_plain_loop_in_python() -> None:
    """The run of 94,906,265 updates agrees as far as a plain loop was made: here in binary32, by numpy."""
    import numpy

    one, total, n = numpy.float32(1), numpy.float32(0), 1
    while (following := total + one / (numpy.float32(n) * numpy.float32(n))) != total:
        total, n = following, n + 1
    halt = predict(series("1/n**2"), binary32)
    assert (halt.step, float(halt.value)) == (n, float(total))


def test_a_descent_with_a_tiny_rate_is_predicted() -> None:
    """Far too many updates to run."""
    halt = predict(recurrence({"x": "x - 2**-30*(x - 1)"}, {"x": 1 + Fraction(1, 2**16)}), binary64)
    assert halt.forever is Truth.TRUE
    assert halt.step > 10**9
    assert abs(halt.exact_value - 1) == Fraction(2**29, 2**52)


def test_what_has_no_theorem_is_refused_with_what_was_tried() -> None:
    with pytest.raises(Undecided, match="block sums.*scale invariance"):
        predict(recurrence({"x": "3.9*x*(1 - x)"}, {"x": "0.3"}), binary64)
    with pytest.raises(InputError, match="does not halt by rounding"):
        predict(HALVING, QQ)
    with pytest.raises(InputError, match="no start"):
        predict(descent("x**2", rate="0.1"), binary64)
    with pytest.raises(InputError, match="budget"):
        predict(HALVING, binary64, budget=3)  # type: ignore[arg-type]


def test_a_spent_budget_proves_nothing() -> None:
    halt = predict(series("1/n"), FORMATS["binary128"], budget=Budget(seconds=0.5))
    assert (halt.reason, halt.forever) == (Reason.BUDGET, Truth.UNKNOWN)


def test_a_format_without_infinity_is_predicted_too() -> None:
    assert same(COUNTER, e4m3fn) is not None


SLOW = ("1/n", "3/n", "1/(2*n - 1)", "2/(n + 3)", "5/(3*n + 2)", "0.5/n", "7/(2*n + 1)")


@settings(max_examples=40)
@given(
    st.sampled_from(SLOW),
    st.integers(8, 18),
    roundings(),
    st.sampled_from(["0", "1", "3", "100"]),
    st.sampled_from([20, 60]),
)
@example("3/n", 17, Rounding.ODD, "1", 60)
@example("1/n", 18, Rounding.UP, "0", 20)
@example("5/(3*n + 2)", 16, Rounding.AWAY, "3", 60)
def test_reciprocals_are_predicted_in_every_rounding(
    term: str, p: int, rounding: Rounding, start: str, emax: int
) -> None:
    same(recurrence({"x": f"x + {term}"}, {"x": start}), floats(Format(p, -60, emax), rounding))


def last_steps_of_a_harmonic_sum(p: int, rounding: Rounding, emax: int) -> tuple[int, int]:
    """The arrival of 1 + 1/2 + 1/3 + ... and the exponent of its last bit, on integers: s*2**q and 2**k/n."""
    s, q, n = 1 << p - 1, 1 - p, 1
    while True:
        n += 1
        number, dropped = n, max(0, n.bit_length() - p)
        if dropped:
            number = -(-n >> dropped) << dropped if rounding is Rounding.UP else (n >> dropped | 1) << dropped
        top = number.bit_length() + p
        u, rest = divmod(1 << top, number)  # p or p + 1 bits of 1/n, rounded to p below
        shift = u.bit_length() - p
        lost = rest or u & (1 << shift) - 1
        u = (u >> shift) + bool(lost) if rounding is Rounding.UP else u >> shift | bool(lost)
        scale = top - shift + q  # one ulp of the sum is 2**scale of u's last bit
        whole, left = (u >> scale, u & (1 << scale) - 1) if scale >= 0 else (u << -scale, 0)
        grown = s + whole + bool(left) if rounding is Rounding.UP else s + whole | bool(left)
        if grown >> p:
            grown, q = (-(-grown >> 1) if rounding is Rounding.UP else grown >> 1 | grown & 1), q + 1
            if q + p - 1 > emax:
                return n, q
        if grown == s:
            return n - 1, q
        s = grown


@pytest.mark.parametrize("p", [9, 12, 15])
@pytest.mark.parametrize("rounding", [Rounding.UP, Rounding.ODD])
def test_the_harmonic_sum_rounded_up_or_to_odd_is_that_of_integers(p: int, rounding: Rounding) -> None:
    halt = predict(series("1/n"), floats(Format(p, -40, 40), rounding))
    assert halt.arrival == last_steps_of_a_harmonic_sum(p, rounding, 40)[0]
    assert halt.reason is (Reason.OVERFLOW if rounding is Rounding.UP else Reason.ABSORBED)


def test_the_harmonic_sum_in_binary64_ends_in_every_rounding() -> None:
    """Computed in blocks; one law holds for all precisions: to odd it arrives at 2**k + 1, as in the runs below."""
    with at_most(20):
        found = {rounding: predict(series("1/n"), floats(binary64, rounding)) for rounding in Rounding}
    assert found[Rounding.ODD].arrival == 2**47 + 1
    assert found[Rounding.TOWARD_ZERO].arrival == found[Rounding.DOWN].arrival == 2**47
    assert found[Rounding.NEAREST_AWAY].arrival == 2**48
    assert found[Rounding.UP] == found[Rounding.AWAY]
    assert found[Rounding.UP].reason is Reason.OVERFLOW
    assert found[Rounding.UP].arrival == 4589074785700004053
    assert [run(series("1/n"), floats(f, "odd")).halt.arrival for f in (binary16, bfloat16)] == [2**8 + 1, 2**5]
