"""`Float`, the machine number of the boundary: how it is written, compared, and measured."""

import math
import operator
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e4m3,
    e4m3fn,
    e5m2,
    x87,
)
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.errors import InputError
from tests.oracles import hardware
from tests.oracles.rounding import meaning, rounded, signed
from tests.strategies import encodings, formats, pairs, small_formats


def number(format: Format, pair: tuple[int, int]) -> Float:
    return Float(format, format.encode(pair))


def of_float(value: float) -> Float:
    return Float(binary64, struct.unpack("<Q", struct.pack("<d", value))[0])


def drawn_floats(count: int) -> list[float]:
    """Floats of every size, with many zeros or ones at the end, and all the corners."""
    layout = hardware.Layout.of(binary64)
    bits = np.concatenate([*layout.operands(np.random.default_rng(29), "mul", count // 2), layout.corners()])
    return [float(x) for x in hardware.as_numbers(bits, np.float64)]


def test_hex_and_repr_are_those_of_python() -> None:
    for value in drawn_floats(8000):
        x = of_float(value)
        assert x.hex() == value.hex()
        assert repr(x) == repr(value)
        assert math.isnan(value) or x.exact == (value if math.isinf(value) else Fraction(value))


@given(st.floats())
def test_a_float_of_python_survives(value: float) -> None:
    x = of_float(value)
    assert float(x).hex() == value.hex()
    assert (x.is_nan, x.is_infinite, x.is_finite) == (math.isnan(value), math.isinf(value), math.isfinite(value))
    if not math.isnan(value):
        assert x.is_negative is (math.copysign(1.0, value) < 0)
        assert x == value
    assert repr(x) == repr(value)


@given(st.integers(1, 10**17), st.integers(-330, 300))
def test_short_decimals_come_back_as_they_were_written(digits: int, exponent: int) -> None:
    value = float(f"{digits}e{exponent}")
    assert repr(of_float(value)) == repr(value)


def test_binary32_and_binary16_are_written_as_numpy_writes_them() -> None:
    for format, dtype in ((binary32, np.float32), (binary16, np.float16)):
        layout = hardware.Layout.of(format)
        bits = layout.operands(np.random.default_rng(31), "mul", 1500)[0]
        for encoding, value in zip(bits.tolist(), hardware.as_numbers(bits, dtype), strict=True):
            if np.isfinite(value):
                shown = repr(Float(format, encoding))
                assert Fraction(shown) == Fraction(np.format_float_scientific(value, unique=True))


def shortest(value: Fraction, format: Format) -> tuple[int, Fraction]:
    """How many digits a decimal needs to round back to the positive `value`, and the nearest such decimal.

    What rounds to `value` is an interval around it: a multiple of 10**k lies in it only if the
    multiple next below `value` or the one next above does. Under saturation decimals far beyond the
    largest value round to it; they are not counted.
    """
    format = replace(format, overflow="infinity") if format.overflow == "saturate" else format
    found = []
    top = len(str(value.numerator)) - len(str(value.denominator)) + 2
    for k in range(top, top - 40, -1):
        scale = Fraction(10) ** k
        below = value // scale
        for digits in (below, below + 1):
            candidate = digits * scale
            if digits and rounded(candidate, format, "nearest_even") == (0, value):
                found.append((len(str(digits).rstrip("0")), abs(candidate - value), candidate))
        if len(found) > 6:
            break
    count, _, nearest = min(found)
    return count, nearest


SHOWN = [
    e5m2,
    e4m3,
    e4m3fn,
    Format(1, -6, 6),
    Format(2, -3, 2),
    Format(6, -4, 5),
    Format(5, -3, 3, overflow="saturate"),
]
FLUSHED = [Format(4, -6, 7, subnormals=False), Format(1, -5, 4, subnormals=False), Format(6, -7, 3, subnormals=False)]


@pytest.mark.parametrize("format", [*SHOWN, *FLUSHED], ids=repr)
def test_every_number_of_a_small_format_is_written_as_the_shortest_decimal_that_rounds_back(format: Format) -> None:
    least = format.encode((1 << format.precision - 1, format.qmin)) if not format.subnormals else 1
    for bits in range(least, 1 << format.width - 1):
        x = Float(format, bits)
        if not x.is_finite:
            continue
        value = x.exact
        assert isinstance(value, Fraction)
        shown = Fraction(repr(x))
        assert rounded(shown, format, "nearest_even") == (0, value), repr(x)
        count, nearest = shortest(value, format)
        digits = repr(x).partition("e")[0].replace(".", "").strip("0")
        assert len(digits) == count, repr(x)
        assert abs(shown - value) == abs(nearest - value), repr(x)
        assert repr(Float(format, bits | 1 << format.width - 1)) == "-" + repr(x)


@given(st.data(), formats())
def test_what_is_written_rounds_back(data: st.DataObject, format: Format) -> None:
    pair = data.draw(pairs(format).filter(lambda pair: pair[0] != 0))
    if format.emax < 2000 and abs(pair[1]) < 2000:
        text = repr(number(format, pair))
        assert meaning(format.arithmetic.const(Fraction(text))) == meaning(pair)


@given(st.data(), formats())
def test_text_is_exact_where_seventeen_digits_are_enough(data: st.DataObject, format: Format) -> None:
    """Elsewhere, and far from one, it is what `repr` shows."""
    m, q = pair = data.draw(pairs(format).filter(lambda pair: pair[0] != 0))
    if abs(q) > 2000:
        return
    x = number(format, pair)
    value = signed(meaning(pair))
    digits = str(abs(m) * (2**q if q >= 0 else 5**-q)).rstrip("0")
    if abs(q) <= 60 and len(digits) <= 17:
        assert Fraction(str(x)) == value
    else:
        assert str(x) == repr(x)


def test_known_decimals() -> None:
    assert str(binary16("65504")) == "65504.0"
    assert str(binary64("0.1")) == "0.1"
    assert repr(bfloat16("0.1")) == "0.1"
    assert repr(binary16("65504")) == "65500.0"
    assert repr(binary16(Fraction(1, 2**24))) == "6e-08"
    assert repr(e4m3fn("448")) == "450.0"
    assert [repr(number(binary16, p)) for p in (POSITIVE_ZERO, NEGATIVE_ZERO)] == ["0.0", "-0.0"]
    assert [repr(number(binary16, p)) for p in (INFINITY, NEGATIVE_INFINITY, NAN)] == ["inf", "-inf", "nan"]
    assert binary64("0.1").hex() == "0x1.999999999999ap-4"
    assert bfloat16("0.1").hex() == "0x1.9ap-4"


@given(st.data(), formats())
def test_hex_shows_every_bit(data: st.DataObject, format: Format) -> None:
    pair = data.draw(pairs(format).filter(lambda pair: pair[0] != 0))
    text = number(format, pair).hex().lstrip("-")
    significand, _, exponent = text.removeprefix("0x").partition("p")
    whole, _, fraction = significand.partition(".")
    value = Fraction(int(whole + fraction, 16), 16 ** len(fraction)) * Fraction(2) ** int(exponent)
    assert value == abs(signed(meaning(pair)))
    assert number(format, pair).hex().startswith("-") is (pair[0] < 0)


@given(st.data(), formats())
def test_the_bits_are_read_as_the_format_says(data: st.DataObject, format: Format) -> None:
    bits = data.draw(encodings(format))
    x = Float(format, bits)
    sign, size = meaning(x.pair)
    assert x.is_negative is bool(sign)
    assert x.is_nan is (size == "nan")
    assert x.is_infinite is (size == "inf")
    if isinstance(size, Fraction):
        assert x.is_finite
        assert x.exact == (-size if sign else size)
        assert bool(x) is (size != 0)
    else:
        assert isinstance(x.exact, float)
        assert bool(x)


@given(st.data(), formats(), formats())
def test_numbers_are_equal_when_their_values_are(data: st.DataObject, one: Format, other: Format) -> None:
    x, y = Float(one, data.draw(encodings(one))), Float(other, data.draw(encodings(other)))
    assert (x == y) is (x.exact == y.exact)
    assert (x != y) is not (x == y)
    if x == y:
        assert hash(x) == hash(y)
    if not x.is_nan:
        assert x == Float(one, x.bits)
        assert x == x.exact
        assert x.exact == x
        assert hash(x) == hash(x.exact)


def test_equal_numbers_of_other_kinds_are_equal_and_hash_alike() -> None:
    for x in (binary16(3), bfloat16(3), e4m3fn(3), binary128(3)):
        for other in (3, Fraction(3), 3.0, binary64(3)):
            assert x == other
            assert other == x
            assert hash(x) == hash(other)
        assert len({x, 3, Fraction(3)}) == 1
    assert binary64("0.1") == 0.1
    assert binary64("0.1") != Fraction(1, 10)
    assert binary32("0.1") != 0.1
    assert number(binary32, NEGATIVE_ZERO) == number(binary64, POSITIVE_ZERO) == 0 == number(binary32, NEGATIVE_ZERO)
    assert number(binary32, NEGATIVE_ZERO) != Float(binary32, 1)
    assert number(binary16, INFINITY) == math.inf
    assert number(binary16, NEGATIVE_INFINITY) == -math.inf
    assert binary16(1) != "1"
    assert binary16(1) != None  # noqa: E711 (the operator is what is tested)


def test_nan_equals_nothing_not_even_itself() -> None:
    x = number(binary32, NAN)
    assert x != x
    assert not x == math.nan  # noqa: SIM201 (NaN)
    assert x not in (Fraction(0), math.inf)


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda c: c.__name__)
@given(data=st.data())
def test_numbers_are_ordered_by_their_values(compare: Callable[[object, object], bool], data: st.DataObject) -> None:
    one, other = data.draw(formats()), data.draw(formats())
    x, y = Float(one, data.draw(encodings(one))), Float(other, data.draw(encodings(other)))
    assert compare(x, y) is compare(x.exact, y.exact)


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda c: c.__name__)
def test_numbers_are_ordered_among_numbers_of_other_kinds(compare: Callable[[object, object], bool]) -> None:
    x = binary16("1.5")
    for other in (1, 2, Fraction(3, 2), Fraction(4, 3), 1.5, 0.1, math.inf, -math.inf, math.nan):
        assert compare(x, other) is compare(Fraction(3, 2), other)
        assert compare(other, x) is compare(other, Fraction(3, 2))


def test_numbers_can_be_sorted() -> None:
    values = [
        number(binary16, NEGATIVE_INFINITY),
        e4m3(-2),
        number(bfloat16, NEGATIVE_ZERO),
        binary64("0.1"),
        binary32("0.1"),
        e5m2(3),
    ]
    assert sorted(values[i] for i in (3, 0, 5, 1, 4, 2)) == values
    assert max(values) == 3
    assert min(values) == -math.inf


@given(st.data(), small_formats(), st.sampled_from([1, -1]))
def test_the_gap_leads_to_the_neighbour(data: st.DataObject, format: Format, direction: int) -> None:
    """The neighbour is found in the sorted list of all values."""
    x = number(format, data.draw(pairs(format).filter(format.is_finite)))
    value = x.exact
    assert isinstance(value, Fraction)
    p = format.precision
    sizes = {
        m * Fraction(2) ** q
        for q in range(format.qmin, format.qmax + 1)
        for m in range(1 if q == format.qmin and format.subnormals else 1 << p - 1, 1 << p)
    }
    sizes.add(Fraction(2) ** (format.emax + 1))  # beyond the largest number the spacing goes on
    line = sorted({0, *sizes, *(-s for s in sizes)})
    place = line.index(value)
    assert x.gap(direction) == abs(line[place + direction] - value)
    outward = 1 if value >= 0 else -1
    assert x.ulp == abs(line[place + outward] - value)


@pytest.mark.parametrize(
    "value", [1.0, -1.0, 1.5, 2.0**-1022, -(2.0**-1022), 2.0**-1021, 5e-324, 0.0, 2.0**-1022 - 5e-324, 0.1, 1e300]
)
def test_gaps_of_binary64_are_those_of_nextafter(value: float) -> None:
    x = of_float(value)
    for direction in (1, -1):
        neighbour = math.nextafter(value, direction * math.inf)
        assert x.gap(direction) == abs(Fraction(neighbour) - Fraction(value))
    assert x.ulp == Fraction(math.ulp(value))


def test_gaps_at_the_ends_of_binades() -> None:
    assert binary16(1).gap(1) == Fraction(1, 2**10)
    assert binary16(1).gap(-1) == Fraction(1, 2**11)
    assert binary16(-1).gap(1) == Fraction(1, 2**11)
    assert binary16(-1).gap(-1) == Fraction(1, 2**10)
    least = Fraction(1, 2**14)
    assert binary16(least).gap(-1) == binary16(least).gap(1) == Fraction(1, 2**24)
    assert binary16(65504).gap(1) == 32
    flushed = Format(11, -14, 15, subnormals=False)
    assert flushed(least).gap(-1) == flushed(0).gap(1) == flushed(0).gap(-1) == least
    assert flushed(-least).gap(1) == least


@pytest.mark.parametrize("pair", [INFINITY, NEGATIVE_INFINITY, NAN])
def test_what_is_not_finite_has_no_gap(pair: tuple[int, int]) -> None:
    for measure in (lambda x: x.ulp, lambda x: x.gap(1), lambda x: x.gap(-1)):
        with pytest.raises(InputError, match="not finite"):
            measure(number(binary16, pair))


@pytest.mark.parametrize(
    "x",
    [
        number(binary128, (1 << 112, -16494)),
        number(binary128, (1 << 112, 16000)),
        number(binary128, ((1 << 112) + 1, -112)),
        number(x87, ((1 << 64) - 1, 0)),
        number(x87, (1, x87.qmin)),
    ],
    ids=lambda x: x.hex(),
)
def test_a_number_that_binary64_lacks_does_not_become_a_python_float(x: Float) -> None:
    with pytest.raises(InputError, match="not a Python float"):
        float(x)


@given(st.data(), formats())
def test_a_number_becomes_a_python_float_only_exactly(data: st.DataObject, format: Format) -> None:
    x = Float(format, data.draw(encodings(format)))
    try:
        value = float(x)
    except InputError:
        return
    assert math.isnan(value) if x.is_nan else value == x.exact
    assert x.is_nan or x.is_negative is (math.copysign(1.0, value) < 0)


def test_small_formats_fit_into_python_floats() -> None:
    for format in (binary16, bfloat16, e4m3, e4m3fn, e5m2):
        for bits in range(0, 1 << format.width, 1 if format.width == 8 else 97):
            x = Float(format, bits)
            assert x.is_nan or float(x) == x.exact


def test_calling_a_format_rounds_to_the_nearest() -> None:
    assert binary16("0.1").exact == Fraction(819, 8192)
    assert bfloat16(Fraction(1, 10)).exact == Fraction(205, 2048)
    assert binary64(Fraction(1, 10)) == 0.1
    assert binary32(2**24 + 1).exact == 2**24
    assert e4m3fn(1000).is_nan
    with pytest.raises(InputError, match="is a float"):
        binary32(0.1)


def line_of(format: Format) -> list[Fraction]:
    """Every finite value of a small format, in order."""
    found = {format.value(pair) for bits in range(1 << format.width) if format.is_finite(pair := format.decode(bits))}
    return sorted(found)


@pytest.mark.parametrize("format", [*SHOWN, *FLUSHED, binary16, Format(3, -2, 4, overflow="saturate")], ids=repr)
def test_neighbours_are_next_on_the_line(format: Format) -> None:
    line = line_of(format)
    for below, above in pairwise(line):
        low, high = format(below), format(above)
        assert low.next_up == above
        assert high.next_down == below
        assert low.next_up.exact - low.exact == low.gap(1)
        assert high.exact - high.next_down.exact == high.gap(-1)
    top = format(line[-1])
    assert top.next_up == (math.inf if format.overflow == "infinity" else line[-1])
    assert number(format, NEGATIVE_ZERO).next_up == format.smallest
    assert number(format, POSITIVE_ZERO).next_down == -format.smallest
    assert format(-format.smallest).next_up.bits == format.encode(NEGATIVE_ZERO)


def test_neighbours_are_those_of_python() -> None:
    for value in drawn_floats(4000):
        for up, end in ((True, math.inf), (False, -math.inf)):
            x = of_float(value)
            found = x.next_up if up else x.next_down
            expected = math.nextafter(value, end)
            assert found.is_nan if math.isnan(value) else float(found) == expected


def test_half_gaps_are_the_reach_of_round_to_nearest() -> None:
    one = binary64(1)
    assert one.half_gaps == (Fraction(1, 2**54), Fraction(1, 2**53))
    add = binary64.arithmetic.add
    for x in (binary64(1), binary64("0.1"), binary64(-8), Float(binary64, 1)):
        below, above = x.half_gaps
        inside = [add(x.pair, binary64.arithmetic.embed(d * Fraction(255, 256))) for d in (above, -below)]
        assert inside == [x.pair, x.pair] or abs(x.pair[0]) == 1
        outside = [add(x.pair, binary64.arithmetic.embed(2 * d)) for d in (above, -below)]
        assert [number(binary64, pair) for pair in outside] == [x.next_up, x.next_down]
