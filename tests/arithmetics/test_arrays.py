"""Whole arrays have the bits of the soft core, and of the definition of rounding."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.arrays import WIDEST, Arrays, arrays, fits_arrays
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
from infinitesimal.arithmetics.floating.native import float_of_pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.errors import InputError
from infinitesimal.terms.parse import read
from infinitesimal.terms.program import compile_terms
from tests.oracles import hardware
from tests.oracles.rounding import OPERATIONS, ROUNDINGS, meaning, operate
from tests.strategies import small_formats

EIGHT_BITS = [e5m2, e4m3, e4m3fn, e3m4]
VARIANTS = [
    Format(4, -6, 7, subnormals=False),
    Format(4, -6, 7, overflow="saturate"),
    Format(3, 2, 4, subnormals=False, overflow="nan"),
    Format(1, -6, 6),
    Format(7, 0, 0),
]
WIDE = [binary16, bfloat16, tf32, binary32, Format(25, -126, 127), Format(24, -126, 127, subnormals=False)]


def scalar_bits(format: Format, results: list[Pair]) -> list[int]:
    return list(map(format.encode, results))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [*EIGHT_BITS, *VARIANTS], ids=repr)
def test_every_pair_of_a_small_format(format: Format, rounding: str) -> None:
    machine, soft = arrays(format, rounding), floats(format, rounding)
    every = np.arange(1 << format.width)
    pairs = [format.decode(bits) for bits in range(1 << format.width)]
    values = machine.from_bits(every)
    left, right = np.repeat(values, len(every)), np.tile(values, len(every))
    for operation in OPERATIONS:
        found = machine.to_bits(getattr(machine, operation)(left, right)).tolist()
        one = getattr(soft, operation)
        assert found == scalar_bits(format, [one(x, y) for x in pairs for y in pairs]), operation
    assert machine.to_bits(machine.neg(values)).tolist() == scalar_bits(format, list(map(soft.neg, pairs)))
    assert machine.to_bits(machine.sqrt(values)).tolist() == scalar_bits(format, list(map(soft.sqrt, pairs)))
    assert machine.to_bits(machine.pow(values, -3)).tolist() == scalar_bits(format, [soft.pow(x, -3) for x in pairs])


def compare_in_bulk(format: Format, rounding: str, operation: str, count: int, seed: int) -> None:
    """`count` random operations, with ties, edges and special values among them, beside the soft core."""
    machine, soft = arrays(format, rounding), getattr(floats(format, rounding), operation)
    layout = hardware.Layout.of(format)
    bits = layout.operands(np.random.default_rng(seed), operation, count)
    values = [machine.from_bits(column.view(np.uint64)) for column in bits]
    found = machine.to_bits(getattr(machine, operation)(*values)).tolist()
    encode, decode = format.encode, format.decode
    for place, (x, y) in enumerate(zip(*(column.tolist() for column in bits), strict=True)):
        expected = encode(soft(decode(x), decode(y)))
        assert found[place] == expected, (operation, hex(x), hex(y))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", WIDE, ids=repr)
def test_random_operations_of_wider_formats(format: Format, rounding: str) -> None:
    for seed, operation in enumerate(OPERATIONS):
        compare_in_bulk(format, rounding, operation, 4000, seed)


@pytest.mark.long
@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", WIDE, ids=repr)
def test_a_million_operations_for_each_format_and_rounding(format: Format, rounding: str) -> None:
    for seed, operation in enumerate(OPERATIONS):
        compare_in_bulk(format, rounding, operation, 1 << 18, 100 + seed)


@given(st.data(), small_formats(), st.sampled_from(ROUNDINGS), st.sampled_from(OPERATIONS))
@settings(deadline=None)
def test_an_operation_is_the_exact_one_rounded_once(
    data: st.DataObject, format: Format, rounding: str, operation: str
) -> None:
    machine = arrays(format, rounding)
    a, b = (data.draw(st.integers(0, (1 << format.width) - 1)) for _ in range(2))
    found = getattr(machine, operation)(machine.from_bits(np.array([a])), machine.from_bits(np.array([b])))
    x, y = format.decode(a), format.decode(b)
    if all(format.is_finite(v) or v == NAN for v in (x, y)):
        expected = operate(operation, meaning(x), meaning(y), format, rounding)
        assert meaning(format.decode(int(machine.to_bits(found)[0]))) == expected


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [e5m2, e4m3fn, binary32, Format(4, -6, 7, subnormals=False)], ids=repr)
def test_fused_multiply_add_is_rounded_once(format: Format, rounding: str) -> None:
    machine, soft = arrays(format, rounding), floats(format, rounding)
    rng = np.random.default_rng(41)
    bits = rng.integers(0, 1 << format.width, (3, 4000), dtype=np.uint64)
    if format == binary32:  # sums that nearly cancel
        bits[1] = 0x3F800001
        bits[2] = bits[0] ^ 0x80000000 ^ rng.integers(0, 4, 4000, dtype=np.uint64)
    found = machine.to_bits(machine.fma(*map(machine.from_bits, bits))).tolist()
    pairs = [[format.decode(int(x)) for x in row] for row in bits]
    assert found == scalar_bits(format, list(map(soft.fma, *pairs)))


def test_arrays_of_binary64_are_the_processor() -> None:
    machine, soft = arrays(binary64), floats(binary64)
    layout = hardware.Layout.of(binary64)
    a, b = layout.operands(np.random.default_rng(43), "mul", 3000)
    x, y = machine.from_bits(a.view(np.uint64)), machine.from_bits(b.view(np.uint64))
    left, right = layout.pairs(a), layout.pairs(b)
    for operation in OPERATIONS:
        found = machine.to_bits(getattr(machine, operation)(x, y)).tolist()
        assert found == scalar_bits(binary64, list(map(getattr(soft, operation), left, right)))
    assert machine.to_bits(machine.sqrt(x)).tolist() == scalar_bits(binary64, list(map(soft.sqrt, left)))
    some = slice(0, 300)
    found = machine.to_bits(machine.fma(x[some], y[some], x[some])).tolist()
    assert found == scalar_bits(binary64, list(map(soft.fma, left[some], right[some], left[some])))


@pytest.mark.parametrize("format", [*EIGHT_BITS, *VARIANTS, binary16, bfloat16], ids=repr)
def test_encodings_go_in_and_come_out(format: Format) -> None:
    """Every encoding has the value that `decode` gives, and comes back as `encode` writes it."""
    machine = arrays(format)
    pairs = [format.decode(bits) for bits in range(1 << format.width)]
    values = machine.from_bits(np.arange(1 << format.width))
    for value, pair in zip(values.tolist(), pairs, strict=True):
        assert value.hex() == float_of_pair(pair).hex()
    assert machine.to_bits(values).tolist() == scalar_bits(format, pairs)
    assert machine.to_bits(values).dtype.kind == "u"


@pytest.mark.parametrize("format", [*EIGHT_BITS, *VARIANTS, binary16, bfloat16], ids=repr)
def test_the_order_counts_the_values(format: Format) -> None:
    machine = arrays(format)
    pairs = [format.decode(bits) for bits in range(1 << format.width)]
    finite = sorted({format.value(pair) for pair in pairs if format.is_finite(pair)})
    zero = finite.index(Fraction(0))
    index = machine.order(np.array([float(x) for x in finite]))
    assert index.tolist() == [place - zero for place in range(len(finite))]
    assert machine.top == zero
    assert machine.from_order(index).tolist() == [float(x) for x in finite]
    ends = machine.order(np.array([np.inf, -np.inf, np.nan, -0.0]))
    assert ends.tolist() == [machine.top + 1, -machine.top - 1, machine.top + 2, 0]
    back = machine.from_order(ends)
    assert back[:2].tolist() == [np.inf, -np.inf]
    assert np.isnan(back[2])


@pytest.mark.parametrize("format", [binary32, binary64], ids=repr)
def test_the_order_of_wide_formats_is_that_of_their_bits(format: Format) -> None:
    machine = arrays(format)
    layout = hardware.Layout.of(format)
    values = machine.from_bits(layout.operands(np.random.default_rng(47), "add", 20_000)[0].view(np.uint64))
    finite = values[np.isfinite(values)]
    index = machine.order(finite)
    assert (machine.from_order(index) == finite).all()
    ascending = np.argsort(finite, kind="stable")
    steps = np.diff(index[ascending])
    assert ((steps > 0) == (np.diff(finite[ascending]) > 0)).all()
    assert machine.order(machine.from_order(np.array([1, machine.top]))).tolist() == [1, machine.top]
    assert float(machine.from_order(np.array([machine.top]))[0]) == float(format.largest)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [e4m3fn, binary16], ids=repr)
def test_a_program_runs_on_all_starts_at_once(format: Format, rounding: str) -> None:
    program = compile_terms([read("x - 0.1*(9*x)"), read("x**3/n - 1/x")], ["x", "n"])
    machine, soft = arrays(format, rounding), floats(format, rounding)
    starts = np.arange(0, 1 << format.width, 1 if format.width == 8 else 17)
    found = program.execute(machine, [machine.from_bits(starts), machine.integer(3)])
    for outputs, place in zip(found, range(2), strict=True):
        expected = [program.execute(soft, [format.decode(int(s)), soft.integer(3)])[place] for s in starts]
        assert machine.to_bits(outputs).tolist() == scalar_bits(format, expected)


def test_functions_and_numbers_come_from_the_soft_core() -> None:
    machine, soft = arrays(e4m3), floats(e4m3)
    values = machine.from_bits(np.arange(256))
    for name in ("exp", "sin", "softplus", "relu", "sqrt"):
        expected = scalar_bits(e4m3, [soft.function(name, e4m3.decode(bits)) for bits in range(256)])
        assert machine.to_bits(machine.function(name, values)).tolist() == expected
    assert machine.function("exp", machine.const(Fraction(0))) == 1
    assert machine.export(machine.embed("0.1")) == e4m3("0.1")
    assert machine.export(np.array([0.5, 1.0]))[1].bits == e4m3(1).bits
    assert machine.embed(np.array([0.5, np.nan]))[0] == 0.5
    with pytest.raises(InputError, match="not a value"):
        machine.embed(np.array([0.5, 0.1]))


@pytest.mark.parametrize(
    ("format", "rounding"),
    [
        (Format(WIDEST + 1, -126, 127), "nearest_even"),
        (binary64, "up"),
        (x87, "nearest_even"),
        (binary128, "nearest_even"),
        (Format(11, -1000, 1000), "nearest_even"),
        (Format(11, -600, 15), "nearest_even"),
    ],
    ids=repr,
)
def test_what_the_theorem_does_not_cover_is_refused(format: Format, rounding: str) -> None:
    assert not fits_arrays(format, Rounding(rounding))
    with pytest.raises(InputError, match="does not fit"):
        arrays(format, rounding)


def test_arrays_are_known_by_their_machine() -> None:
    machine: Any = arrays("bfloat16", "up")
    assert isinstance(machine, Arrays)
    assert (machine.name, repr(machine)) == ("bfloat16:up", "arrays(floats(bfloat16, 'up'))")
    assert arrays(floats(bfloat16, "up")) is machine
