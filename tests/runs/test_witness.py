"""Witnesses: every claim is checked again from its own numbers, and the rule of absorption is rounding itself."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary64, e4m3, e4m3fn, e5m2
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.recurrences.series import series, zeno
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.run import run
from infinitesimal.runs.witness import LISTED, Absorption, Cycle, FixedPoint, Invalid, Overflow, Underflow
from tests.oracles.rounding import rounded
from tests.runs.brute_force import boundary, orbit, shown, update_of
from tests.strategies import roundings, small_formats
from tests.strategies.runs import small_recurrences

TINY = Format(3, -2, 3)


def numbers(format: Format) -> list[Float]:
    """The nonzero finite numbers of a format."""
    found = [format.arithmetic.export(format.decode(bits)) for bits in range(1 << format.width)]
    return sorted({x for x in found if x.is_finite and x.exact}, key=lambda x: x.exact)


def cases(format: Format) -> Iterator[tuple[Float, Fraction]]:
    """Every number w with updates d around each quarter of its gap, on both sides: ties, and ties
    with a little more or less."""
    little = format.smallest / 64
    for w in numbers(format):
        for size in (w.ulp / 8, w.ulp / 4, w.ulp / 2, 3 * w.ulp / 4, w.ulp, 5 * w.ulp / 4, 2 * w.ulp):
            for d in (size - little, size, size + little):
                yield w, d
                yield w, -d


def absorption(w: Float, d: Fraction, rounding: Rounding) -> Absorption:
    """The witness of w + d, with the gap measured between neighbours."""
    direction = 1 if d > 0 else -1
    m, q = w.pair
    edge = abs(m) == 1 << w.format.precision - 1 and q > w.format.qmin
    return Absorption("w + d", w, d, w.gap(direction), m % 2 == 0, edge and (d > 0) != (m > 0), rounding)


@pytest.mark.parametrize("format", [TINY, Format(2, -1, 2), Format(4, -2, 2)], ids=repr)
def test_the_gap_is_the_distance_to_the_neighbour(format: Format) -> None:
    line = sorted([*(x.exact for x in numbers(format)), Fraction(0)])
    for w in numbers(format):
        i = line.index(w.exact)
        if i + 1 < len(line):
            assert w.gap(1) == line[i + 1] - line[i]
        if i:
            assert w.gap(-1) == line[i] - line[i - 1]


@pytest.mark.parametrize("rounding", list(Rounding))
@pytest.mark.parametrize("format", [TINY, Format(2, -1, 2), Format(4, -2, 2)], ids=repr)
def test_the_rule_of_absorption_is_rounding_itself(format: Format, rounding: Rounding) -> None:
    """w + d rounds to w exactly when the rule says so; beyond the largest number it saturates instead."""
    for w, d in cases(format):
        exact = w.exact + d
        if not exact or abs(exact) > format.largest + w.ulp:
            continue
        if abs(w) == format.largest and abs(exact) >= format.largest + w.ulp:
            continue
        stays = rounded(exact, format, rounding)[1] == abs(w) and (exact > 0) == (w.exact > 0)
        assert absorption(w, d, rounding).holds is stays, (w, d)


@pytest.mark.parametrize("rounding", list(Rounding))
def test_a_machine_stays_exactly_where_the_rule_says(rounding: Rounding) -> None:
    """x + y with every pair of numbers of a tiny format: the reason, the witness and the rule agree."""
    machine = floats(TINY, rounding)
    everything = numbers(TINY)
    for w in everything:
        for d in everything:
            halt = run(recurrence({"x": "x + y", "y": "y"}, {"x": w.exact, "y": d.exact}, "x"), machine, steps=1).halt
            stays = machine.const(w.exact + d.exact) == w.pair
            assert (halt.reason is not Reason.BUDGET) is stays
            if halt.reason is Reason.ABSORBED:
                assert halt.witness.holds
                assert (halt.witness.update, halt.witness.value) == (d.exact, w)
                assert halt.witness._replace(operation="w + d") == absorption(w, d.exact, rounding)
            elif stays:
                assert halt.reason is Reason.SATURATED


@pytest.mark.parametrize("rounding", list(Rounding))
def test_an_absorbed_number_obeys_the_rule_with_flush_to_zero(rounding: Rounding) -> None:
    format = Format(3, -2, 3, subnormals=False)
    machine = floats(format, rounding)
    for w, d in cases(format):
        if abs(w.exact + d) < format.largest and machine.const(w.exact + d) == w.pair:
            assert absorption(w, d, rounding).holds, (w, d)


def test_the_edge_of_a_binade_has_half_the_gap_below() -> None:
    """1 - d with d between a quarter and a half of the ulp of 1 moves, and would not above the edge."""
    ulp = Fraction(1, 2**52)
    tie = run(recurrence({"x": "x - y", "y": "y"}, {"x": 1, "y": ulp / 4}, "x"), binary64).halt
    assert tie.reason is Reason.ABSORBED
    assert (tie.witness.binade_edge, tie.witness.tie, tie.witness.gap) == (True, True, ulp / 2)
    moved = run(recurrence({"x": "x - y", "y": "y"}, {"x": 1, "y": 3 * ulp / 8}, "x"), binary64, steps=1)
    assert moved.values[1].exact == 1 - ulp / 2
    above = run(recurrence({"x": "x + y", "y": "y"}, {"x": 1, "y": 3 * ulp / 8}, "x"), binary64).halt
    assert (above.reason, above.witness.binade_edge, above.witness.gap) == (Reason.ABSORBED, False, ulp)


def test_bfloat16_absorbs_between_one_512th_and_one_256th() -> None:
    """The popular rule of one 256th of the weight is only the upper end."""
    for w, limit in ((Fraction(1), Fraction(1, 256)), (2 - Fraction(1, 128), Fraction(1, 256))):
        below = bfloat16.arithmetic.const(limit - Fraction(1, 2**14))
        held = bfloat16.value(below)
        halt = run(recurrence({"x": "x + y", "y": "y"}, {"x": w, "y": held}, "x"), bfloat16).halt
        assert halt.witness.holds
        assert halt.arrival == 0


def check(halt: Halt, process: Recurrence, machine: Any) -> None:
    """The numbers of a witness against those of a plain loop."""
    witness, update = halt.witness, update_of(process, machine)
    assert str(halt)
    assert halt.explain()
    if isinstance(witness, Absorption):
        assert halt.reason is Reason.ABSORBED
        assert witness.holds
        value = witness.value
        assert isinstance(value.exact, Fraction)
        assert machine.export(machine.const(value.exact + witness.update)) == value
        assert witness.update != 0
    elif isinstance(witness, Underflow):
        assert halt.reason is Reason.UNDERFLOW
        assert 0 < abs(witness.exact) < Fraction(2) ** machine.format.emin
        assert machine.export(machine.const(witness.exact)).exact == witness.result.exact != witness.exact
        assert witness.smallest == machine.format.smallest
    elif isinstance(witness, Overflow):
        assert halt.reason in (Reason.OVERFLOW, Reason.SATURATED)
        assert witness.largest == machine.format.largest
        if witness.exact is not None:
            assert abs(witness.exact) > witness.largest
            assert machine.export(machine.const(witness.exact)) == witness.result or witness.result.is_nan
    elif isinstance(witness, Invalid):
        assert halt.reason is Reason.NAN
        assert any(v == "nan" for v in _list(boundary(halt.value)))
    elif isinstance(witness, FixedPoint):
        assert halt.reason is Reason.EXACT
    elif isinstance(witness, Cycle):
        check_cycle(halt, process, machine)
    if halt.arrival is not None and halt.reason is not Reason.CYCLE and not process.counts_steps:
        states = orbit(process, machine)
        state = next(s for n, s in enumerate(states) if n == halt.arrival)
        assert shown(process, machine, state) == shown(process, machine, update(halt.step, state))


def _list(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else [value]


def check_cycle(halt: Halt, process: Recurrence, machine: Any) -> None:
    witness = halt.witness
    assert (witness.period, witness.tail) == (halt.period, halt.tail)
    assert len(witness.states) == min(LISTED, witness.period)
    for n, state in enumerate(orbit(process, machine)):
        if n < witness.tail:
            continue
        k = n - witness.tail
        if k == witness.period:
            assert boundary(witness.states[0]) == shown(process, machine, state)
            return
        if k < LISTED:
            assert boundary(witness.states[k]) == shown(process, machine, state)


@settings(max_examples=300)
@given(small_recurrences(), small_formats(min_precision=2), roundings())
def test_every_witness_can_be_checked_by_hand(process: Recurrence, format: Format, rounding: Rounding) -> None:
    machine = floats(format, rounding)
    check(run(process, machine, steps=3_000).halt, process, machine)


@settings(max_examples=100)
@given(small_recurrences(number=True), small_formats(min_precision=3), roundings())
def test_every_absorbed_halt_of_a_step_that_counts_obeys_the_rule(
    process: Recurrence, format: Format, rounding: Rounding
) -> None:
    halt = run(process, floats(format, rounding), steps=1_000).halt
    if halt.reason is Reason.ABSORBED:
        assert halt.witness.holds


FOUND = {
    Reason.ABSORBED: (zeno().recurrence, floats(binary64)),
    Reason.UNDERFLOW: (recurrence({"x": "x/3"}, {"x": 1}), floats(binary16)),
    Reason.EXACT: (recurrence({"x": "(x + 1)/2"}, {"x": 1}), floats(binary16)),
    Reason.OVERFLOW: (recurrence({"x": "x*x"}, {"x": 3}), floats(binary16)),
    Reason.NAN: (recurrence({"x": "x/x"}, {"x": 0}), floats(binary16)),
    Reason.SATURATED: (recurrence({"x": "2*x"}, {"x": 3}), floats(binary16, "toward_zero")),
    Reason.CYCLE: (recurrence({"x": "1 - x"}, {"x": 0}), floats(binary16)),
}


@pytest.mark.parametrize("reason", FOUND)
def test_each_reason_has_its_witness(reason: Reason) -> None:
    process, machine = FOUND[reason]
    halt = run(process, machine).halt
    assert halt.reason is reason
    check(halt, process, machine)


def test_a_saturated_format_stays_at_its_largest_number() -> None:
    format = Format(4, -6, 7, overflow="saturate")
    halt = run(recurrence({"x": "2*x"}, {"x": -3}), format).halt
    assert (halt.reason, halt.exact_value) == (Reason.SATURATED, -format.largest)
    assert halt.witness.exact == -2 * format.largest


def test_a_division_by_zero_says_so_and_gives_infinity() -> None:
    halt = run(recurrence({"x": "x", "y": "1/x"}, {"x": 0, "y": 0}, "y"), binary64).halt
    assert (halt.reason, halt.exact_value, halt.arrival) == (Reason.OVERFLOW, math.inf, 1)
    assert halt.witness.exact is None
    assert "divided by zero" in halt.witness.explain()


def test_zero_over_zero_says_so_and_gives_nan() -> None:
    halt = run(recurrence({"x": "x", "y": "x/x"}, {"x": 0, "y": 0}, "y"), binary64).halt
    assert (halt.reason, halt.arrival) == (Reason.NAN, 1)
    assert halt.value.is_nan
    assert str(halt.witness) == "0.0 / 0.0 is not a number"


def test_a_fixed_point_names_the_constants_that_the_format_rounded() -> None:
    halt = run(recurrence({"x": "x - 0.1*(x - 1)"}, {"x": 1}), binary64).halt
    assert halt.reason is Reason.EXACT
    assert halt.witness.rounded_constants == (Fraction(1, 10),)


@pytest.mark.parametrize("format", [e5m2, e4m3, e4m3fn, binary16], ids=repr)
def test_the_harmonic_halt_obeys_the_rule(format: Format) -> None:
    for rounding in ("nearest_even", "nearest_away", "toward_zero", "down", "odd"):
        halt = run(series("1/n"), floats(format, rounding), steps=5_000).halt
        if halt.reason is Reason.ABSORBED:
            assert halt.witness.holds


def test_a_long_cycle_lists_its_first_states_in_order() -> None:
    names = [f"x{i}" for i in range(100)]
    step = {name: names[(i + 1) % 100] for i, name in enumerate(names)}
    process = recurrence(step, {name: i for i, name in enumerate(names)}, "x0")
    halt = run(process, binary16).halt
    assert (halt.period, halt.tail) == (100, 0)
    assert [x.exact for x in halt.witness.states] == list(range(LISTED))


@pytest.mark.parametrize("format", [binary16, binary64, e4m3], ids=repr)
def test_an_overflow_inside_an_update_that_leaves_the_value_is_explained(format: Format) -> None:
    """y*y is infinite and 1/(y*y) is zero: x stays, and no operation on finite numbers absorbs it."""
    y = format.largest
    process = recurrence({"x": "x + 1/(y*y)", "y": "y"}, {"x": 1, "y": y}, "x")
    halt = run(process, format).halt
    assert (halt.arrival, halt.value, halt.reason is Reason.ABSORBED) == (0, 1, False)
    assert halt.explain()


def test_a_result_that_saturates_between_half_a_gap_and_a_gap_beyond_the_largest_number_is_no_absorption() -> None:
    """3/4 is the largest number; 5/6 would round away to 7/8, and becomes 3/4."""
    format = Format(3, -1, -1, subnormals=False, overflow="saturate", largest_significand=6)
    process = recurrence({"x": "y/x", "y": "y"}, {"x": "3/4", "y": "5/8"}, "x")
    halt = run(process, floats(format, "nearest_away")).halt
    assert (halt.arrival, halt.reason) == (0, Reason.SATURATED)


def test_an_intermediate_result_that_saturates_is_no_absorption() -> None:
    """3/2*3/2 saturates at 3/2, and 0 times it is subtracted."""
    process = recurrence({"x": "x - 0*(x*x)"}, {"x": "3/2"})
    halt = run(process, floats(Format(2, 0, 0), "toward_zero")).halt
    assert halt.arrival == 0
    assert halt.reason is not Reason.ABSORBED or halt.witness.holds


def test_the_last_of_two_operations_that_underflow_is_the_witness() -> None:
    """From 5 times the smallest number s, x/4 is 5/4 s, rounded to s, and s/4 is rounded to 0."""
    s = TINY.smallest
    halt = run(recurrence({"x": "x/4/4"}, {"x": 5 * s}), TINY).halt
    assert halt.reason is Reason.UNDERFLOW
    assert halt.witness.exact == s / 4
    assert not halt.witness.result.exact


def test_a_sum_with_an_infinity_that_came_from_elsewhere_divides_nothing_by_zero() -> None:
    halt = run(recurrence({"x": "x + y", "y": "y*y"}, {"x": 1, "y": 16}, "x"), binary16).halt
    assert halt.reason is Reason.OVERFLOW
    assert halt.witness.exact is None
    assert halt.witness.cause == "an operand is infinite already"
    assert halt.witness.operation.endswith("+ inf")


def test_a_start_beyond_the_largest_number_is_infinite_already() -> None:
    halt = run(recurrence({"x": "x/2"}, {"x": "1e10"}), binary16).halt
    assert (halt.reason, halt.arrival, halt.step) == (Reason.OVERFLOW, 0, 1)
    assert (halt.witness.operation, halt.witness.cause) == ("inf / 2.0", "an operand is infinite already")
    assert halt.witness.explain() == "inf / 2.0 gives inf: an operand is infinite already"
    assert run(recurrence({"x": "x"}, {"x": "1e10"}), binary16).halt.witness.operation == "the start"


@pytest.mark.parametrize(
    ("rounding", "bound"),
    [("nearest_even", "half the gap 1/16"), ("nearest_away", "half the gap 1/16"), ("toward_zero", "the gap 1/8")],
)
def test_the_update_is_compared_with_what_the_rounding_compares_it_with(rounding: str, bound: str) -> None:
    process = recurrence({"s": "s + d", "d": "d/2"}, {"s": 1, "d": "1/64"}, "s")
    halt = run(process, floats(Format(4, -9, 9), rounding)).halt
    assert halt.reason is Reason.ABSORBED
    assert halt.witness.explain().startswith(f"the exact update 1/64 is below {bound} to the neighbour of 1.0")
