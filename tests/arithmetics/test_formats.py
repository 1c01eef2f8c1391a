"""Formats: their parameters, and every encoding there and back."""

import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    INFINITY,
    MAX_EXPONENT,
    MAX_PRECISION,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e2m1,
    e2m3,
    e3m2,
    e3m4,
    e4m3,
    e4m3fn,
    e5m2,
    format_named,
    interchange,
    power_of_two,
    tf32,
    x87,
)
from infinitesimal.errors import InputError
from tests.oracles import hardware
from tests.oracles.rounding import meaning, nonnegative_values
from tests.strategies import formats, pairs, small_formats

TWO = Fraction(2)


@pytest.mark.parametrize(
    ("format", "precision", "emin", "emax", "width"),
    [
        (binary16, 11, -14, 15, 16),
        (binary32, 24, -126, 127, 32),
        (binary64, 53, -1022, 1023, 64),
        (binary128, 113, -16382, 16383, 128),
        (x87, 64, -16382, 16383, 80),
        (bfloat16, 8, -126, 127, 16),
        (tf32, 11, -126, 127, 19),
        (e5m2, 3, -14, 15, 8),
        (e4m3, 4, -6, 7, 8),
        (e4m3fn, 4, -6, 8, 8),
        (e3m4, 5, -2, 3, 8),
        (e3m2, 3, -2, 4, 6),
        (e2m3, 4, 0, 2, 6),
        (e2m1, 2, 0, 2, 4),
    ],
)
def test_the_parameters_of_the_standard_formats(
    format: Format, precision: int, emin: int, emax: int, width: int
) -> None:
    assert (format.precision, format.emin, format.emax, format.width) == (precision, emin, emax, width)
    assert format.smallest == TWO ** (emin - precision + 1)
    assert FORMATS[repr(format)] is format
    if format is not e4m3fn:
        assert format.largest == (2 - TWO ** (1 - precision)) * TWO**emax
        assert format.has_infinity is not format.finite_only


@pytest.mark.parametrize(
    ("format", "dtype"), [(binary16, np.float16), (binary32, np.float32), (binary64, np.float64)], ids=repr
)
def test_the_ends_of_the_formats_are_those_numpy_reports(format: Format, dtype: Any) -> None:
    info = np.finfo(dtype)
    assert format.largest == Fraction(float(info.max))
    assert format.smallest == Fraction(float(info.smallest_subnormal))
    assert power_of_two(format.emin) == Fraction(float(info.smallest_normal))
    assert power_of_two(1 - format.precision) == Fraction(float(info.eps))


def test_known_largest_and_smallest_values() -> None:
    assert (e4m3.largest, e4m3fn.largest, e5m2.largest, binary16.largest) == (240, 448, 57344, 65504)
    assert binary64.largest == Fraction(sys.float_info.max)
    assert Format(8, -126, 127, subnormals=False).smallest == TWO**-126
    assert not e4m3fn.has_infinity


@pytest.mark.parametrize("format", [binary16, e5m2, e4m3, e4m3fn, e3m4, bfloat16], ids=repr)
def test_every_encoding_survives_decoding(format: Format) -> None:
    """All but the many encodings of NaN, which become the one that is written."""
    written = format.encode(NAN)
    nans = 0
    for bits in range(1 << format.width):
        pair = format.decode(bits)
        nans += pair == NAN
        assert format.encode(pair) == (written if pair == NAN else bits)
    expected = 2 if format is e4m3fn else 2 * ((1 << format.precision - 1) - 1)
    assert nans == expected


@pytest.mark.parametrize(("format", "dtype"), [(binary16, np.float16)], ids=repr)
def test_every_binary16_encoding_means_what_numpy_says(format: Format, dtype: Any) -> None:
    every = np.arange(1 << 16, dtype=np.int64)
    compare_meanings(format, hardware.as_numbers(every, dtype).astype(np.float64).tolist())


@pytest.mark.parametrize("format", [bfloat16, e5m2, e4m3, e4m3fn, e3m4, e3m2, e2m3, e2m1], ids=repr)
def test_every_small_encoding_means_what_ml_dtypes_says(format: Format) -> None:
    from tests.oracles.small_floats import DTYPES, all_encodings

    numbers = hardware.as_numbers(all_encodings(format), DTYPES[format])
    compare_meanings(format, [float(x) for x in numbers])


def compare_meanings(format: Format, numbers: list[float]) -> None:
    for bits, number in enumerate(numbers):
        pair = format.decode(bits)
        sign, size = meaning(pair)
        if number != number:
            assert pair == NAN, bits
        else:
            assert str(number).startswith("-") == bool(sign), bits
            assert (size == "inf") if np.isinf(number) else (size == abs(Fraction(number))), bits


@pytest.mark.parametrize(("format", "dtype"), [(binary32, np.float32), (binary64, np.float64)], ids=repr)
def test_random_wide_encodings_decode_to_their_fields(format: Format, dtype: Any) -> None:
    layout = hardware.Layout.of(format)
    bits, _ = layout.operands(np.random.default_rng(2), "mul", 20_000)
    encodings = bits.astype(np.uint64).tolist() if format.width == 64 else bits.tolist()
    expected = layout.pairs(bits)
    found = [format.decode(b) for b in encodings]
    assert found == expected
    assert all(format.encode(p) == b for p, b in zip(found, encodings, strict=True) if p != NAN)


@given(st.data(), formats())
def test_every_value_survives_encoding(data: st.DataObject, format: Format) -> None:
    pair = data.draw(pairs(format))
    bits = format.encode(pair)
    assert 0 <= bits < 1 << format.width
    assert format.decode(bits) == pair


@given(small_formats())
def test_encodings_count_the_values_in_order(format: Format) -> None:
    """Positive encodings rise with their values, as in every IEEE format."""
    finite = [b for b in range(1 << format.width - 1) if format.is_finite(format.decode(b))]
    values = [format.value(format.decode(b)) for b in finite]
    assert values == sorted(values)
    assert len(set(values)) == len(values) or not format.subnormals
    assert finite == list(range(len(finite)))
    if format.subnormals:
        assert values == nonnegative_values(format)


@given(small_formats())
def test_a_format_without_subnormals_has_no_number_between_zero_and_the_least_normal(format: Format) -> None:
    numbers = [format.decode(b) for b in range(1 << format.width)]
    least = min(abs(format.value(pair)) for pair in numbers if pair[0])
    assert least == format.smallest


@pytest.mark.parametrize(
    ("pair", "bits"),
    [
        (POSITIVE_ZERO, 0x0000),
        (NEGATIVE_ZERO, 0x8000),
        ((1, -24), 0x0001),
        ((1023, -24), 0x03FF),
        ((1024, -24), 0x0400),
        ((-1024, -10), 0xBC00),
        ((2047, 5), 0x7BFF),
        (INFINITY, 0x7C00),
        (NEGATIVE_INFINITY, 0xFC00),
        (NAN, 0x7E00),
    ],
)
def test_known_encodings_of_binary16(pair: Pair, bits: int) -> None:
    assert binary16.encode(pair) == bits
    assert binary16.decode(bits) == pair


def test_known_encodings_of_x87_show_the_leading_bit() -> None:
    assert x87.encode((1 << 63, -63)) == 0x3FFF_8000000000000000
    assert x87.encode((1, x87.qmin)) == 1
    assert x87.encode((1 << 63, x87.qmin)) == 0x0001_8000000000000000
    assert x87.encode(INFINITY) == 0x7FFF_8000000000000000
    assert x87.encode(NAN) == 0x7FFF_C000000000000000
    assert x87.decode(0x7FFF_8000000000000001) == NAN


def test_known_encodings_of_e4m3fn() -> None:
    assert e4m3fn.decode(0x7E) == (14, 5)
    assert e4m3fn.decode(0x7F) == e4m3fn.decode(0xFF) == NAN
    assert e4m3fn.encode(NAN) & 0x7F == 0x7F


@pytest.mark.parametrize("bits", [-1, 1 << 16, 1.0, "0", None])
def test_bits_that_do_not_fit_are_refused(bits: Any) -> None:
    with pytest.raises(InputError, match="not an encoding of 16 bits"):
        binary16.decode(bits)


@given(small_formats(), st.data())
def test_the_exact_value_of_a_pair(format: Format, data: st.DataObject) -> None:
    m, q = pair = data.draw(pairs(format))
    assert format.is_finite(pair) is (bool(m) or pair in (POSITIVE_ZERO, NEGATIVE_ZERO))
    if format.is_finite(pair):
        assert format.value(pair) == m * TWO**q


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((0, -1, 1), "precision 0"),
        ((MAX_PRECISION + 1, -1, 1), "precision"),
        ((4, 2, 1), "exponent range 2 to 1"),
        ((4, -MAX_EXPONENT - 1, 1), "exponent range"),
        ((4, 0, MAX_EXPONENT + 1), "exponent range"),
        ((4.0, -1, 1), "precision 4.0 is not an integer"),
        ((4, "-1", 1), "emin '-1' is not an integer"),
        ((4, -1, True), "emax True is not an integer"),
    ],
)
def test_empty_or_huge_formats_are_refused(args: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Format(*args)


@pytest.mark.parametrize("largest", [7, 16, -1, 1 << 20])
def test_a_largest_significand_has_all_its_bits(largest: int) -> None:
    with pytest.raises(InputError, match="from 8 to 15"):
        Format(4, -3, 3, overflow="nan", largest_significand=largest)


def test_an_unknown_overflow_policy_is_refused() -> None:
    with pytest.raises(InputError, match="'infinity', 'saturate' or 'nan'"):
        Format(4, -3, 3, overflow="wrap")


def test_a_format_is_known_by_its_name() -> None:
    for name, format in FORMATS.items():
        assert format_named(name) is format
    with pytest.raises(InputError, match="Did you mean bfloat16"):
        format_named("bfloat61")


def test_formats_compare_by_what_they_hold_and_not_by_their_names() -> None:
    assert Format(8, -126, 127) == bfloat16
    assert hash(Format(8, -126, 127)) == hash(bfloat16)
    assert Format(8, -126, 127, subnormals=False) != bfloat16
    assert Format(64, -16382, 16383) != x87


@given(small_formats())
def test_the_representation_of_a_custom_format_makes_it_again(format: Format) -> None:
    assert eval(repr(format), {"Format": Format}) == format  # our own text


def test_powers_of_two_are_exact_on_both_sides() -> None:
    assert [power_of_two(e) for e in (-1074, -1, 0, 1, 1023)] == [TWO**e for e in (-1074, -1, 0, 1, 1023)]


@pytest.mark.parametrize("format", [e3m2, e2m3, e2m1], ids=repr)
def test_every_encoding_of_the_microscaling_formats_is_a_number(format: Format) -> None:
    values = [format.decode(bits) for bits in range(1 << format.width)]
    assert all(format.is_finite(pair) for pair in values)
    assert [format.encode(pair) for pair in values] == list(range(1 << format.width))
    assert format.decode(format.encode(NAN)) == NAN
    assert format.encode(NAN) == 1 << format.width
    assert [format.arithmetic.embed(x) for x in (10**6, -(10**6))] == [
        (s * format.largest_significand, format.qmax) for s in (1, -1)
    ]


def test_the_numbers_of_e2m1_are_those_of_the_specification() -> None:
    """OCP Microscaling Formats (MX) Specification 1.0, table 5."""
    found = [format_value for bits in range(8) if (format_value := e2m1.value(e2m1.decode(bits))) is not None]
    assert found == [0, Fraction(1, 2), 1, Fraction(3, 2), 2, 3, 4, 6]


@pytest.mark.parametrize("overflow", ["infinity", "nan"])
def test_a_format_of_finite_numbers_saturates(overflow: str) -> None:
    with pytest.raises(InputError, match="give 'saturate'"):
        Format(3, -2, 4, overflow=overflow, finite_only=True)


@pytest.mark.parametrize(
    ("width", "precision", "emax"),
    [
        (16, 11, 15),
        (32, 24, 127),
        (64, 53, 1023),
        (128, 113, 16383),
        (160, 144, 32767),
        (192, 175, 65535),
        (224, 206, 131071),
        (256, 237, 262143),
        (512, 489, 4194303),
        (1024, 997, 67108863),
    ],
)
def test_interchange_formats(width: int, precision: int, emax: int) -> None:
    """IEEE 754-2019, table 3.5."""
    format = interchange(width)
    assert (format.width, format.precision, format.emax, format.emin) == (width, precision, emax, 1 - emax)
    assert format_named(f"binary{width}") == format
    assert repr(format) == f"binary{width}"


@pytest.mark.parametrize("width", [0, 8, 48, 96, 144, 1056, -32, True, 64.0, "64"])
def test_there_are_no_other_interchange_formats(width: Any) -> None:
    with pytest.raises(InputError, match="multiple of 32"):
        interchange(width)
