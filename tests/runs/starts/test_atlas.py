"""Atlases: the reference table, every start against a run of its own, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import (
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    e4m3,
    e4m3fn,
    e5m2,
)
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs.starts.atlas import Atlas, atlas

ROUNDINGS = ["nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd"]
FP4 = Format(2, 0, 2, overflow="saturate", name="fp4")


def step(text: str) -> Recurrence:
    return recurrence({"x": text}, {"x": 1})


REFERENCE = {
    "x - 0.1*(9*x)": [(1, 0, 12), (1, 0, 78), (1, 0, 5), (1, 0, 15)],
    "x - 0.1*x": [(11, 0, 247), (9, 0, 1699), (9, 0, 106), (69, 0, 4)],
    "x - 0.5*x": [(3, 0, 39), (3, 0, 260), (3, 0, 17), (3, 0, 31)],
    "x - 1.9*x": [(1, 10, 242), (1, 8, 1675), (1, 8, 59), (1, 238, 2)],
    "x - 2*x": [(1, 61438, 2), (1, 65022, 2), (1, 236, 1), (1, 238, 2)],
    # Counted with -0 and +0 as two fixed points, which the two cubic maps have.
    "x - 0.1*(x**3 - x)": [(22, 2, 182), (20, 0, 963), (24, 0, 45), (76, 0, 5)],
    "x - 1.2*(x**3 - x)": [(4, 8, 39), (4, 4, 123), (4, 4, 11), (4, 0, 16)],
}


@pytest.mark.parametrize("text", REFERENCE)
def test_the_reference_table(text: str) -> None:
    zeros = 1 if "x**3" in text else 0
    for format, (fixed, longer, longest) in zip((binary16, bfloat16, e4m3fn, e5m2), REFERENCE[text], strict=True):
        found = atlas(step(text), format)
        assert len(found.fixed_points) == fixed - zeros
        assert sum(c.period for c in found.census.longer_cycles if c.kind == "finite") == longer
        assert found.longest_tail == longest
        assert sum(found.basins) == sum(found.census.tails) == 1 << format.width


def test_periods_of_the_double_well() -> None:
    periods = {
        f.name: {c.period for c in atlas(step("x - 1.2*(x**3 - x)"), f).census.longer_cycles}
        for f in (binary16, bfloat16, e4m3fn)
    }
    assert periods == {"binary16": {4}, "bfloat16": {2}, "e4m3fn": {2}}


def test_most_starts_end_in_one_cycle_although_the_exact_descent_converges() -> None:
    largest = atlas(step("x - 1.9*x"), binary16).cycles[0]
    assert (largest.period, largest.basin) == (2, 61538)
    assert [v.exact for v in largest.values] == [Fraction(-5, 2**24), Fraction(5, 2**24)]


def endings_by_soft_core(process: Recurrence, machine: Floats) -> dict[tuple[Pair, ...], tuple[int, int]]:
    """Tail and period of every state, in the soft core, by remembering what was seen."""
    values = {merged(machine.format.decode(bits)) for bits in range(1 << machine.format.width)}
    states: list[tuple[Pair, ...]] = [()]
    for _ in process.names:
        states = [(*s, v) for s in states for v in values]

    def after(s: tuple[Pair, ...]) -> tuple[Pair, ...]:
        return tuple(merged(p) for p in process.program.execute(machine, [*s, machine.const(Fraction(0))]))

    table = {s: after(s) for s in states}
    found = {}
    for state in states:
        seen: dict[tuple[Pair, ...], int] = {}
        at = state
        while at not in seen:
            seen[at] = len(seen)
            at = table[at]
        found[state] = (seen[at], len(seen) - seen[at])
    return found


def merged(pair: Pair) -> Pair:
    return POSITIVE_ZERO if pair == NEGATIVE_ZERO else pair


def endings(found: Atlas) -> dict[tuple[Pair, ...], tuple[int, int]]:
    states = found.space.export(np.arange(found.space.count))
    single = len(found.space.names) == 1
    keys = [tuple(x.pair for x in ([s] if single else s.values())) for s in states]
    pairs = zip(found.tail.tolist(), found.period.tolist(), strict=True)
    return {tuple(map(merged, k)): e for k, e, w in zip(keys, pairs, found.space.weights.tolist(), strict=True) if w}


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [e4m3, e4m3fn, e5m2, Format(4, -5, 3, subnormals=False)], ids=repr)
@pytest.mark.parametrize("text", ["x - 0.3*(x**3 - x)", "(x + 2/(x*x + 1))/2", "4*x*(1 - x)", "1/3"])
def test_every_start_as_in_the_soft_core(text: str, format: Format, rounding: str) -> None:
    machine = floats(format, rounding)
    assert endings(atlas(step(text), machine)) == endings_by_soft_core(step(text), machine)


@pytest.mark.parametrize("rounding", ["nearest_even", "down"])
def test_two_variables(rounding: str) -> None:
    process = recurrence({"x": "x + v", "v": "0.5*v - 0.5*x"}, {"x": 1, "v": 0}, watch="x")
    machine = floats(FP4, rounding)
    found = atlas(process, machine)
    assert endings(found) == endings_by_soft_core(process, machine)
    assert found.census.starts == sum(found.basins) == 1 << 2 * FP4.width


def test_an_atlas_of_all_pairs_of_an_8_bit_format() -> None:
    found = atlas(descent("x**2/2", rate="0.5", method="momentum", beta="0.5"), e4m3fn)
    assert found.census.starts == sum(found.basins) == 65_536


def test_basins_and_tails_by_encodings() -> None:
    """Every encoding walked by itself, NaN and -0 taken for their states."""
    process, machine = step("x - 0.1*(x**3 - x)"), floats(e4m3)
    by_state = endings_by_soft_core(process, machine)
    tails = [by_state[(merged(e4m3.decode(bits)),)][0] for bits in range(256)]
    census = atlas(process, machine).census
    assert census.tails == tuple(tails.count(k) for k in range(max(tails) + 1))
    deepest = next(bits for bits in range(256) if tails[bits] == max(tails))
    assert census.deepest.bits == deepest
    assert census.mean_tail == Fraction(sum(tails), 256)


def test_the_ending_of_one_start() -> None:
    found = atlas(step("x - 1.9*x"), bfloat16)
    tail, period, values = found.of("5/9")
    assert (tail, period) == (found.tail[found.space.numbers([np.array([0.5546875])])[0]], 2)
    assert sum(v.exact for v in values) == 0
    assert found.of(x="5/9") == found.of("5/9")
    with pytest.raises(InputError, match="a value for each"):
        found.of(y=1)
    assert atlas(step("x - 1.9*x"), e4m3fn).escapes.keys() == {"nan"}


def test_escapes_to_infinity_by_sign() -> None:
    assert atlas(step("2*x"), e5m2).escapes == {"inf": 124, "-inf": 124, "nan": 6}


def test_steps_that_are_no_maps_of_states_are_refused() -> None:
    for text, why in [("1/x", "-0 and"), ("x/n", "step number"), ("a*x", "no value for a")]:
        with pytest.raises(InputError, match=why):
            atlas(step(text), e5m2)
    assert atlas(step("x/(x + x)**3"), e5m2).longest_tail  # 0/0 is NaN from both zeros
    with pytest.raises(InputError, match="GiB"):
        atlas(step("x/2"), binary32)
    with pytest.raises(InputError, match="GiB"):
        atlas(recurrence({"x": "x + y", "y": "x"}, {"x": 1, "y": 1}), bfloat16)
    with pytest.raises(InputError, match="finite set"):
        atlas(step("x/2"), QQ)


def test_zero_over_a_component_is_seen_in_two_variables() -> None:
    with pytest.raises(InputError, match="y = -0"):
        atlas(recurrence({"x": "x/y", "y": "y"}, {"x": 1, "y": 1}), FP4)
