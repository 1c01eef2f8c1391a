"""Campaigns: a million operations for each format and rounding beside other people's engines, and every pair of the
8-bit formats beside the definition of rounding.
"""

import random
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import (
    NAN,
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e3m4,
    e4m3,
    e4m3fn,
    e5m2,
    tf32,
    x87,
)
from infinitesimal.arithmetics.floating.soft import floats
from tests.oracles import hardware
from tests.oracles.rounding import OPERATIONS, ROUNDINGS, Real, meaning, operate

QUARTER = 250_000
"""The operations of each of the four kinds."""


@lru_cache(maxsize=1)
def operands(format: Format, count: int) -> tuple[list[Pair], list[Pair]]:
    """Random values: exponents anywhere, close together, and with results near both ends of the range."""
    rng = random.Random(61)
    p, low, high = format.precision, format.qmin, format.qmax

    def value(q: int) -> Pair:
        q = min(max(q, low), high)
        m = rng.getrandbits(p) | 1 << p - 1
        kind = rng.randrange(4)
        if kind == 0:
            m = m >> (k := rng.randrange(p)) << k
        if q == low and rng.randrange(2):
            m = max(1, m >> rng.randrange(p))
        if q == high:
            m = min(m, format.largest_significand)
        return (m if rng.randrange(2) else -m), q

    a, b = [], []
    for i in range(count):
        first = rng.randrange(low, high + 1)
        near = first + rng.randrange(-p - 3, p + 4)
        second = (near, rng.randrange(low, high + 1), low - p - first, high + 1 - p - first)[i % 4]
        a.append(value(first))
        b.append(value(second + (rng.randrange(-p, p) if i % 4 > 1 else 0)))
    return a, b


IN_MPFR = [e5m2, e4m3, e3m4, binary16, bfloat16, tf32, binary32, binary64, x87, binary128]


def compare_with_mpfr(format: Format, rounding: str, count: int) -> None:
    from tests.oracles import multiprecision

    a, b = operands(format, count)
    machine = floats(format, rounding)
    chosen = multiprecision.context(format, rounding)
    with multiprecision.gmpy2.context(chosen) as current:
        numbers = {x: multiprecision.number(meaning(x)) for x in {*a, *b}}
        for operation in OPERATIONS:
            soft, other = getattr(machine, operation), getattr(current, operation)
            for x, y in zip(a, b, strict=True):
                m, q = found = soft(x, y)
                result = other(numbers[x], numbers[y])
                if not m:
                    assert meaning(found) == multiprecision.read(result), (operation, x, y)
                    continue
                k, e = result.as_mantissa_exp()
                same = m == k << e - q if e >= q else m << q - e == k
                assert same, (operation, x, y)


@pytest.mark.parametrize("rounding", ["nearest_even", "toward_zero", "up", "down", "away"])
@pytest.mark.parametrize("format", IN_MPFR, ids=repr)
def test_operations_beside_mpfr(format: Format, rounding: str) -> None:
    compare_with_mpfr(format, rounding, 1000)


@pytest.mark.long
@pytest.mark.parametrize("rounding", ["nearest_even", "toward_zero", "up", "down", "away"])
@pytest.mark.parametrize("format", IN_MPFR, ids=repr)
def test_a_million_operations_beside_mpfr(format: Format, rounding: str) -> None:
    compare_with_mpfr(format, rounding, QUARTER)


IN_SOFTFLOAT = [
    *((f, r) for f in (binary16, binary32, binary64) for r in ("nearest_even", "nearest_away")),
    *((binary128, r) for r in ("nearest_even", "nearest_away", "toward_zero", "up", "down")),
]


def compare_with_softfloat(format: Format, rounding: str, count: int) -> None:
    from tests.oracles import softfloat

    a, b = operands(format, count)
    encode = format.encode
    for operation in OPERATIONS:
        soft = getattr(floats(format, rounding), operation)
        with softfloat.mode(rounding):
            for x, y in zip(a, b, strict=True):
                bits = softfloat.operate(operation, encode(x), encode(y), format)
                found = soft(x, y)
                assert (None if found == NAN else encode(found)) == bits, (operation, x, y)


@pytest.mark.parametrize(("format", "rounding"), IN_SOFTFLOAT)
def test_operations_beside_softfloat(format: Format, rounding: str) -> None:
    compare_with_softfloat(format, rounding, 300)


@pytest.mark.long
@pytest.mark.parametrize(("format", "rounding"), IN_SOFTFLOAT)
def test_a_million_operations_beside_softfloat(format: Format, rounding: str) -> None:
    compare_with_softfloat(format, rounding, QUARTER)


@pytest.mark.long
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_million_operations_of_bfloat16_beside_ml_dtypes(operation: str) -> None:
    """A million of each kind."""
    from tests.oracles.small_floats import DTYPES

    a, b = hardware.Layout.of(bfloat16).operands(np.random.default_rng(67), operation, 1_000_000)
    expected = hardware.as_bits(hardware.compute(operation, a, b, DTYPES[bfloat16])).tolist()
    values = [bfloat16.decode(bits) for bits in range(1 << 16)]
    soft = getattr(bfloat16.arithmetic, operation)
    for x, y, bits in zip(a.tolist(), b.tolist(), expected, strict=True):
        assert soft(values[x], values[y]) == values[bits], (operation, x, y)


EIGHT_BITS = [e5m2, e4m3, e4m3fn, e3m4]


def compare_with_the_definition(format: Format, rounding: str, step: int) -> None:
    """All pairs of encodings, or every `step`-th of them; equal results of equal values are computed once."""
    values = [format.decode(bits) for bits in range(1 << format.width)]
    meanings = list(map(meaning, values))
    for operation in OPERATIONS:
        soft = getattr(floats(format, rounding), operation)
        cache: dict[Any, Real] = {}
        for place in range(0, len(values) ** 2, step):
            i, j = divmod(place, len(values))
            key = (meanings[i], meanings[j])
            if key not in cache:
                cache[key] = operate(operation, *key, format, rounding)
            assert meaning(soft(values[i], values[j])) == cache[key], (operation, values[i], values[j])


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", EIGHT_BITS, ids=repr)
def test_pairs_of_8_bit_numbers_follow_the_definition(format: Format, rounding: str) -> None:
    compare_with_the_definition(format, rounding, 37)


@pytest.mark.long
@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", EIGHT_BITS, ids=repr)
def test_every_pair_of_8_bit_numbers_follows_the_definition(format: Format, rounding: str) -> None:
    compare_with_the_definition(format, rounding, 1)
