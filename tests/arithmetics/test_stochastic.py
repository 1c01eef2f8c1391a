"""Stochastic rounding: its probabilities, from every sequence of bits, are the exact rationals."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import (
    INFINITIES,
    NAN,
    ZEROS,
    Format,
    Pair,
    bfloat16,
    e2m1,
    e4m3fn,
    e5m2,
)
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.floating.stochastic import Stochastic, neighbours, stochastic
from infinitesimal.errors import BudgetSpent, InputError
from tests.oracles.rounding import OPERATIONS, meaning, nonnegative_values, operate, rounded, signed
from tests.strategies import pairs, small_formats

Run = Callable[[Stochastic], Pair]


def distribution(format: Format, run: Run, depth: int) -> dict[Pair | None, Fraction]:
    """The probability of every result, over all bits up to a depth; None where they do not decide."""
    found: Counter[Pair | None] = Counter()
    open_ends: list[tuple[int, ...]] = [()]
    while open_ends:
        bits = open_ends.pop()
        weight = Fraction(1, 2 ** len(bits))
        try:
            found[run(stochastic(format, bits))] += weight  # type: ignore[assignment]
        except InputError:
            if len(bits) == depth:
                found[None] += weight  # type: ignore[assignment]
            else:
                open_ends += [(*bits, 0), (*bits, 1)]
    return dict(found)


def enclosing(value: Fraction, format: Format) -> tuple[Fraction, Fraction]:
    """The neighbours of a value inside the range, from the list of all values."""
    line = nonnegative_values(format)
    size = abs(value)
    below = max(x for x in line if x <= size)
    above = min(x for x in line if x >= size)
    return (below, above) if value > 0 else (-below, -above)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("format", [Format(3, -2, 2), Format(2, -3, 1)], ids=repr)
def test_the_probability_of_each_neighbour_is_the_exact_one(format: Format, operation: str) -> None:
    """Every pair of values. Sums and products are decided by finitely many bits, so equality is exact."""
    values = [pair for b in range(1 << format.width) if (pair := format.decode(b))[0]]
    for a, b in product(values, values):
        x, y = format.value(a), format.value(b)
        exact = {"add": x + y, "sub": x - y, "mul": x * y, "div": x / y}[operation]
        if not exact or abs(exact) > format.largest:
            continue
        found = distribution(format, lambda s, a=a, b=b: getattr(s, operation)(a, b), 10)  # type: ignore[misc]
        unknown = found.pop(None, Fraction(0))
        low, high = enclosing(exact, format)
        up = (exact - low) / (high - low) if low != high else Fraction(0)
        expected = {low: 1 - up, high: up} if low != high else {low: Fraction(1)}
        for pair, chance in found.items():
            assert expected[format.value(pair)] - unknown <= chance <= expected[format.value(pair)]
        assert sum(found.values()) + unknown == 1
        assert unknown == 0 if operation != "div" else unknown <= Fraction(1, 2**10)
        assert neighbours(format, exact)[2] == up


@given(st.data(), small_formats(), st.sampled_from(OPERATIONS), st.integers(0, 2**64))
def test_a_result_is_the_exact_one_or_a_neighbour(
    data: st.DataObject, format: Format, operation: str, seed: int
) -> None:
    """Toward zero or away from it, with the policies of the format; exact results spend no bits."""
    a, b = data.draw(pairs(format)), data.draw(pairs(format))
    ends = {operate(operation, meaning(a), meaning(b), format, r) for r in ("toward_zero", "away")}
    # Beyond the largest value the policy holds, as under round to nearest.
    near = operate(operation, meaning(a), meaning(b), format, "nearest_even")
    assert meaning(getattr(stochastic(format, seed), operation)(a, b)) in {*ends, near}
    if operation == "add" and a[0] and b[0] and near == (near[0], abs(signed(meaning(a)) + signed(meaning(b)))):
        assert meaning(stochastic(format, []).add(a, b)) == near


@given(st.data(), small_formats(), st.integers(0, 2**64))
def test_neighbours_are_the_two_directed_roundings(data: st.DataObject, format: Format, seed: int) -> None:
    value = data.draw(st.fractions(-20, 20).filter(bool))
    inner, outer, chance = neighbours(format, value)
    if abs(value) <= format.largest:
        assert meaning(inner) == rounded(value, format, "toward_zero")
        assert meaning(outer) == rounded(value, format, "away") or chance
        if chance and inner[0] and format.value(inner) != format.value(outer) and outer[0]:
            assert chance == (value - format.value(inner)) / (format.value(outer) - format.value(inner))


def test_square_roots_and_functions_have_their_irrational_probabilities() -> None:
    def chance(run: Run, high: Pair, depth: int = 14) -> tuple[float, float]:
        found = distribution(e5m2, run, depth)
        return float(found[high]), float(found[high] + found[None])

    low, high = chance(lambda s: s.sqrt((4, -1)), (6, -2))  # sqrt(2) between 5/4 and 3/2
    assert low <= (math.sqrt(2) - 1.25) / 0.25 <= high
    low, high = chance(lambda s: s.function("exp", (4, -2)), (6, -1))  # e between 5/2 and 3
    assert low <= (math.e - 2.5) / 0.5 <= high
    low, high = chance(lambda s: s.function("sin", (-4, -10)), (-7, -11), 30)  # just above -2**-8
    assert low <= (2**-8 - math.sin(2**-8)) / 2**-11 <= high


def test_exact_results_spend_no_bits() -> None:
    silent = stochastic(e5m2, [])
    assert silent.sqrt((4, -4)) == (4, -3)
    assert silent.function("exp", (0, 0)) == (4, -2)
    assert silent.function("log", (4, -2)) == (0, 0)
    assert silent.function("relu", (-5, 3)) == (0, 0)
    assert silent.add((5, 0), (7, 0)) == (6, 1)
    assert silent.pow((5, 0), 1) == (5, 0)
    assert silent.fma((4, 0), (5, -2), (0, -1)) == (5, 0)
    assert silent.const(Fraction(1, 10)) == floats(e5m2).const(Fraction(1, 10))


@given(st.data(), small_formats(), st.integers(0, 2**64))
def test_special_values_are_those_of_the_soft_core(data: st.DataObject, format: Format, seed: int) -> None:
    a = data.draw(pairs(format))
    b = data.draw(st.sampled_from([*ZEROS, NAN, *(INFINITIES if format.has_infinity else ())]))
    machine, soft = stochastic(format, seed), floats(format)
    for operation in OPERATIONS:
        assert getattr(machine, operation)(a, b) == getattr(soft, operation)(a, b)
        assert getattr(machine, operation)(b, a) == getattr(soft, operation)(b, a)
    assert machine.fma(a, b, a) == soft.fma(a, b, a)


def test_a_fused_multiply_add_is_rounded_once() -> None:
    a, b, c = (5, -2), (5, -2), (4, 0)  # 25/16 + 4 = 89/16 between 5 and 6
    found = distribution(e5m2, lambda s: s.fma(a, b, c), 8)
    assert found == {(5, 0): Fraction(7, 16), (6, 0): Fraction(9, 16)}


def test_beyond_the_largest_value_the_policy_holds() -> None:
    def results(format: Format, a: Pair, b: Pair) -> set[Pair | None]:
        return set(distribution(format, lambda s: s.add(a, b), 6))

    assert results(e5m2, (7, 13), (4, 10)) == {(7, 13), (0, 1)}  # half an ulp beyond: a coin
    assert results(e4m3fn, (14, 5), (8, 1)) == {(14, 5), NAN}
    assert results(e2m1, (3, 1), (2, -1)) == {(3, 1)}


def test_the_same_seed_gives_the_same_bits() -> None:
    def orbit(source: int | Iterator[int]) -> list[Pair]:
        machine = stochastic(bfloat16, source)
        x, found = machine.embed(1), []
        for _ in range(50):
            x = machine.sub(x, machine.mul(machine.embed("0.1"), x))
            found.append(x)
        return found

    assert orbit(7) == orbit(7)
    assert orbit(7) != orbit(8)
    assert orbit(repeat(1)) == orbit(repeat(1))


def test_a_mean_is_the_exact_value() -> None:
    """1 + 1/1000 in bfloat16, a thousand times: stays 1 to nearest, and grows to about 2 on the average."""
    totals = []
    for seed in range(60):
        machine = stochastic(bfloat16, seed)
        x, step = machine.embed(1), machine.embed("0.001")
        for _ in range(1000):
            x = machine.add(x, step)
        totals.append(float(bfloat16.value(x)))
    assert abs(sum(totals) / len(totals) - 2) < 0.1


def test_sources_that_are_none_are_refused() -> None:
    for wrong in (True, None, 0.5):
        with pytest.raises(InputError, match="give a seed"):
            stochastic(e5m2, wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="come to its end"):
        stochastic(e5m2, []).add((4, -2), (5, -7))
    with pytest.raises(InputError, match="2 is not a bit"):
        stochastic(e5m2, [2]).add((4, -2), (5, -7))
    assert stochastic(e5m2, repeat(0)).function("exp", (-7, 13)) == (1, e5m2.qmin)  # exp(-57344) is not 0
    with pytest.raises(BudgetSpent, match="no chance"):
        stochastic(bfloat16, repeat(0)).function("exp", (-128, 100))


def test_it_does_not_run_as_if_it_were_a_map() -> None:
    """A state that comes again proves nothing here, so a run is refused."""
    with pytest.raises(InputError, match="does not run"):
        inf.run(inf.zeno(), stochastic(e5m2))
    assert stochastic("e5m2").name == "e5m2:stochastic"
    assert repr(stochastic(e5m2)) == "stochastic(e5m2)"
    assert inf.evaluate("x + 1/8", {"x": 1}, stochastic(e5m2, [0, 0])).exact == Fraction(5, 4)
    assert signed(meaning(stochastic(e5m2, 1).integer(5))) == 5
