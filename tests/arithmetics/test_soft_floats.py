"""The soft core against the processor, MPFR, SoftFloat, ml_dtypes, and the definition of rounding."""

import platform
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    INFINITIES,
    INFINITY,
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
    x87,
)
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import InputError
from infinitesimal.truth import Truth
from tests.oracles import hardware
from tests.oracles.rounding import (
    NOT_A_NUMBER,
    OPERATIONS,
    ROUNDINGS,
    Real,
    largest_value,
    meaning,
    nonnegative_values,
    operate,
    rounded,
    rounded_by_list,
    signed,
)
from tests.strategies import formats, pairs, rationals, roundings, small_formats, standard_formats
from tests.strategies.formats import edges

BULK = 1 << 18
"""Operations of one kind in one bulk comparison; four kinds make more than a million."""


def soft_results(machine: Floats, operation: str, a: list[Pair], b: list[Pair]) -> list[Pair]:
    return list(map(getattr(machine, operation), a, b))


def first_difference(found: list[Any], expected: list[Any], *operands: list[Any]) -> tuple[Any, ...] | None:
    """None where the lists agree, else the first place where they do not, with its operands."""
    if found == expected:
        return None
    place = next(i for i, (x, y) in enumerate(zip(found, expected, strict=True)) if x != y)
    return found[place], expected[place], *(column[place] for column in operands)


def compare_with_numpy(format: Format, dtype: Any, operation: str, count: int, seed: int) -> list[Pair]:
    """Asserts that `count` operations have the processor's bits; returns the results."""
    layout = hardware.Layout.of(format)
    a, b = layout.operands(np.random.default_rng(seed), operation, count)
    assert len(a) == len(b) == count
    left, right = layout.pairs(a), layout.pairs(b)
    expected = layout.pairs(hardware.as_bits(hardware.compute(operation, a, b, dtype)))
    found = soft_results(floats(format), operation, left, right)
    assert first_difference(found, expected, left, right) is None
    return found


HARDWARE = [(binary64, np.float64), (binary32, np.float32)]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("format", "dtype"), HARDWARE, ids=["binary64", "binary32"])
def test_a_million_operations_have_the_bits_of_the_processor(format: Format, dtype: Any, operation: str) -> None:
    results = compare_with_numpy(format, dtype, operation, BULK, seed=OPERATIONS.index(operation))
    seen = set(results)
    assert {POSITIVE_ZERO, NEGATIVE_ZERO, INFINITY, NEGATIVE_INFINITY, NAN} <= seen
    subnormal = sum(0 < abs(m) < 1 << format.precision - 1 for m, _ in results)
    greatest = sum(abs(m) == format.largest_significand and q == format.qmax for m, q in results)
    assert subnormal > 500
    assert greatest > 5


@pytest.mark.parametrize(("format", "dtype"), HARDWARE, ids=["binary64", "binary32"])
def test_the_operands_of_the_bulk_comparison_hold_ties_and_overflows(format: Format, dtype: Any) -> None:
    """The comparison is worth something only if its operands reach the hard cases."""
    layout = hardware.Layout.of(format)
    for operation, least in (("add", 5000), ("mul", 5000)):
        a, b = layout.operands(np.random.default_rng(OPERATIONS.index(operation)), operation, BULK)
        ties = overflows = 0
        for (m, e), (k, f) in zip(layout.pairs(a)[::4], layout.pairs(b)[::4], strict=True):
            if not m or not k:
                continue
            low = min(e, f)
            s, q = (m * k, e + f) if operation == "mul" else ((m << e - low) + (k << f - low), low)
            dropped = max(s.bit_length() - format.precision, format.qmin - q)
            ties += dropped > 0 and abs(s) & (1 << dropped) - 1 == 1 << dropped - 1
            overflows += s.bit_length() + q > format.emax + 1
        assert 4 * ties > least
        assert 4 * overflows > 500


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("format", "dtype"), [*HARDWARE, (binary16, np.float16)], ids=["binary64", "binary32", "binary16"]
)
def test_long_campaign_against_the_processor(format: Format, dtype: Any, operation: str, seed: int) -> None:
    compare_with_numpy(format, dtype, operation, 4 * BULK, seed)


def test_python_floats_and_numpy_are_the_same_processor() -> None:
    """The bulk comparison speaks of numpy; Python's own operators have the same bits."""
    layout = hardware.Layout.of(binary64)
    operators = {"add": float.__add__, "sub": float.__sub__, "mul": float.__mul__}
    for operation, own in operators.items():
        a, b = layout.operands(np.random.default_rng(7), operation, 20_000)
        expected = layout.pairs(hardware.as_bits(hardware.compute(operation, a, b, np.float64)))
        results = [
            own(x, y) for x, y in zip(*(hardware.as_numbers(c, np.float64).tolist() for c in (a, b)), strict=True)
        ]
        assert layout.pairs(hardware.as_bits(np.array(results))) == expected


@pytest.mark.parametrize("operation", OPERATIONS)
def test_binary16_has_the_bits_of_numpy(operation: str) -> None:
    compare_with_numpy(binary16, np.float16, operation, 1 << 16, seed=3)


def x87_number(bits: int) -> bytes:
    return bits.to_bytes(10, "little") + bytes(6)


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64") or np.finfo(np.longdouble).nmant != 63,
    reason="numpy.longdouble is the 80-bit format only on x86",
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_x87_has_the_bits_of_the_processor(operation: str) -> None:
    """The encoding has an explicit leading bit: the bytes of numpy.longdouble are read as they are."""
    rng = np.random.default_rng(11)
    layout = hardware.Layout(64, 15)
    values: list[list[Pair]] = [[], []]
    for _ in range(4000):
        e = int(rng.integers(x87.qmin, x87.qmax))
        near = int(np.clip(e + rng.integers(-70, 71), x87.qmin, x87.qmax))
        for column, q in zip(values, (e, near), strict=True):
            m = int(rng.integers(1 << 63, (1 << 64) - 1, dtype=np.uint64, endpoint=True))
            m = m >> (k := int(rng.integers(0, 63))) << k if rng.integers(2) else m
            m = max(1, m >> int(rng.integers(0, 63))) if q == x87.qmin else m | 1 << 63
            column.append((m if rng.integers(2) else -m, q))
    corners = edges(x87)
    a = values[0] + [x for x in corners for _ in corners]
    b = values[1] + [y for _ in corners for y in corners]
    assert layout.qmin == x87.qmin
    raw = [np.frombuffer(b"".join(x87_number(x87.encode(v)) for v in column), dtype=np.longdouble) for column in (a, b)]
    with np.errstate(all="ignore"):
        results = hardware.NUMPY[operation](*raw)
    data = results.tobytes()
    expected = [x87.decode(int.from_bytes(data[16 * i : 16 * i + 10], "little")) for i in range(len(a))]
    assert first_difference(soft_results(floats(x87), operation, a, b), expected, a, b) is None


def compare_with_ml_dtypes(format: Format, a: Any, b: Any, operation: str) -> None:
    from tests.oracles.small_floats import DTYPES

    values = [format.decode(bits) for bits in range(1 << format.width)]
    expected = hardware.as_bits(hardware.compute(operation, a, b, DTYPES[format])).tolist()
    left, right = a.tolist(), b.tolist()
    operate_one = getattr(floats(format), operation)
    found = [operate_one(values[x], values[y]) for x, y in zip(left, right, strict=True)]
    assert first_difference(found, [values[bits] for bits in expected], left, right) is None


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("format", [e5m2, e4m3, e4m3fn, e3m4, e3m2, e2m3, e2m1], ids=repr)
def test_every_pair_of_small_numbers_agrees_with_ml_dtypes(format: Format, operation: str) -> None:
    """In the formats without NaN ml_dtypes has a zero for 0/0, which is left out."""
    from tests.oracles.small_floats import FINITE_ONLY, all_encodings

    every = all_encodings(format)
    a, b = np.repeat(every, len(every)), np.tile(every, len(every))
    if format in FINITE_ONLY and operation == "div":
        half = len(every) // 2
        defined = (a % half != 0) | (b % half != 0)
        a, b = a[defined], b[defined]
    compare_with_ml_dtypes(format, a, b, operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_bfloat16_agrees_with_ml_dtypes(operation: str) -> None:
    a, b = hardware.Layout.of(bfloat16).operands(np.random.default_rng(5), operation, 60_000)
    compare_with_ml_dtypes(bfloat16, a, b, operation)


def drawn_pairs(format: Format, rng: np.random.Generator, count: int) -> tuple[list[Pair], list[Pair]]:
    """Random values in pairs, half of them with exponents close together; then every pair of edges."""
    p = format.precision

    def value(q: int) -> Pair:
        m = int.from_bytes(rng.bytes(p // 8 + 1), "little") % (1 << p - 1) + (1 << p - 1)
        if rng.integers(2):
            m = m >> (k := int(rng.integers(0, p))) << k
        if q == format.qmin and rng.integers(2):
            m = max(1, m >> int(rng.integers(0, p)))
        m = min(m, format.largest_significand) if q == format.qmax else m
        return (m if rng.integers(2) else -m), q

    a, b = [], []
    for i in range(count):
        first = int(rng.integers(format.qmin, format.qmax + 1))
        second = int(rng.integers(format.qmin, format.qmax + 1)) if i % 2 else first + int(rng.integers(-p - 3, p + 4))
        if i % 4 == 1:  # products and quotients of moderate size
            first, second = (int(rng.integers(format.qmin // 2 - p // 2, format.qmax // 2)) for _ in range(2))
        if i % 8 == 3:  # products near the least numbers
            second = format.qmin - p - first + int(rng.integers(-p, p))
        a.append(value(int(np.clip(first, format.qmin, format.qmax))))
        b.append(value(int(np.clip(second, format.qmin, format.qmax))))
    corners = edges(format)
    return a + [x for x in corners for _ in corners], b + [y for _ in corners for y in corners]


@pytest.mark.parametrize("rounding", ["nearest_even", "toward_zero", "up", "down", "away"])
@pytest.mark.parametrize("format", FORMATS.values(), ids=repr)
def test_every_format_agrees_with_mpfr(format: Format, rounding: str) -> None:
    """Beyond the largest value of e4m3fn, fp6 and fp4 the policy of the format is applied to MPFR's result."""
    from tests.oracles import multiprecision

    a, b = drawn_pairs(format, np.random.default_rng(13), 250)
    chosen = multiprecision.context(format, rounding)
    largest = largest_value(format)
    machine = floats(format, rounding)
    with multiprecision.gmpy2.context(chosen) as current:
        numbers = {x: multiprecision.number(meaning(x)) for x in {*a, *b}}
        for operation in OPERATIONS:
            soft = getattr(machine, operation)
            for x, y in zip(a, b, strict=True):
                expected = multiprecision.operate(operation, numbers[x], numbers[y], current)
                if format.overflow != "infinity" and (
                    expected[1] == "inf" or (expected[1] != "nan" and expected[1] > largest)
                ):
                    keeps = operation != "div" or y not in (POSITIVE_ZERO, NEGATIVE_ZERO)
                    inner = "up" if expected[0] else "down"
                    stays = (keeps and rounding in ("toward_zero", inner)) or format.overflow == "saturate"
                    expected = (expected[0], largest) if stays else NOT_A_NUMBER
                assert meaning(soft(x, y)) == expected, (operation, x, y)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("format", "rounding"),
    [
        *((f, "nearest_away") for f in (binary16, binary32, binary64)),
        *((binary128, r) for r in ("nearest_even", "nearest_away", "toward_zero", "up", "down")),
    ],
)
def test_ties_away_and_binary128_agree_with_softfloat(format: Format, rounding: str, operation: str) -> None:
    from tests.oracles import softfloat

    a, b = drawn_pairs(format, np.random.default_rng(17), 1500)
    if format.width <= 64:
        layout = hardware.Layout.of(format)
        more = [layout.pairs(c) for c in layout.operands(np.random.default_rng(19), operation, 6000)]
        a, b = a + more[0], b + more[1]
    soft = getattr(floats(format, rounding), operation)
    encode = format.encode
    with softfloat.mode(rounding):
        for x, y in zip(a, b, strict=True):
            bits = softfloat.operate(operation, encode(x), encode(y), format)
            found = soft(x, y)
            assert (None if found == NAN else encode(found)) == bits, (x, y)


TINY = Format(3, -2, 2)
TINY_VARIANTS = [
    TINY,
    Format(3, -2, 2, overflow="saturate"),
    Format(3, -2, 2, overflow="nan", largest_significand=6),
    Format(3, -2, 2, subnormals=False),
    Format(3, -2, 2, subnormals=False, overflow="nan"),
    Format(2, -3, 0),
    Format(1, -3, 3),
    Format(1, -3, 3, overflow="saturate"),
]


def every_value(format: Format) -> list[Pair]:
    """All values of a small format, enumerated from its parameters."""
    p = format.precision
    found = {POSITIVE_ZERO, NEGATIVE_ZERO, NAN}
    if format.overflow == "infinity":
        found |= set(INFINITIES)
    for q in range(format.qmin, format.qmax + 1):
        start = 1 if q == format.qmin and format.subnormals else 1 << p - 1
        stop = format.largest_significand if q == format.qmax else (1 << p) - 1
        found |= {(s * m, q) for m in range(start, stop + 1) for s in (1, -1)}
    return sorted(found)


@pytest.mark.parametrize("format", TINY_VARIANTS, ids=repr)
def test_every_operation_of_a_tiny_format_follows_the_definition(format: Format) -> None:
    """All pairs, all four operations, all seven roundings."""
    values = every_value(format)
    meanings = {x: meaning(x) for x in values}
    for rounding in ROUNDINGS:
        machine = floats(format, rounding)
        for operation in OPERATIONS:
            soft = getattr(machine, operation)
            for x in values:
                for y in values:
                    expected = operate(operation, meanings[x], meanings[y], format, rounding)
                    assert meaning(soft(x, y)) == expected, (rounding, operation, x, y)


def test_the_tiny_format_has_the_number_of_values_it_should_have() -> None:
    """Five binades of four, three subnormals, both signs; two zeros, two infinities, NaN."""
    assert len(every_value(TINY)) == 2 * (5 * 4 + 3) + 5


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [f for f in TINY_VARIANTS if f.subnormals and f.precision > 1], ids=repr)
def test_the_two_oracles_agree_where_neighbours_can_be_listed(format: Format, rounding: str) -> None:
    values = nonnegative_values(format)
    grid = (Fraction(k, 96) for k in range(1, 96 * 16))
    near = (v + d for v in values for d in (Fraction(1, 2**30), -Fraction(1, 2**30)) if v + d > 0)
    for size in (*grid, *near):
        for value in (size, -size):
            expected = rounded_by_list(value, values, format, rounding)
            assert rounded(value, format, rounding) == expected
            assert meaning(floats(format, rounding).const(value)) == expected


@given(st.data(), small_formats(), roundings(), st.sampled_from(OPERATIONS))
def test_an_operation_is_the_exact_one_rounded_once(
    data: st.DataObject, format: Format, rounding: Rounding, operation: str
) -> None:
    a, b = data.draw(pairs(format)), data.draw(pairs(format))
    expected = operate(operation, meaning(a), meaning(b), format, rounding)
    assert meaning(getattr(floats(format, rounding), operation)(a, b)) == expected


@given(st.data(), formats(), roundings(), st.sampled_from(OPERATIONS))
def test_results_are_values_of_the_format_in_canonical_form(
    data: st.DataObject, format: Format, rounding: Rounding, operation: str
) -> None:
    machine = floats(format, rounding)
    m, q = result = getattr(machine, operation)(data.draw(pairs(format)), data.draw(pairs(format)))
    if format.precision > 1:
        assert format.decode(format.encode(result)) == result
    if m:
        assert format.qmin <= q <= format.qmax
        assert abs(m) < 1 << format.precision
        assert abs(m) >> format.precision - 1 or (q == format.qmin and format.subnormals)
        assert format.value(result) == m * Fraction(2) ** q
        assert abs(format.value(result)) <= format.largest


@given(rationals(), formats(), roundings())
@example(Fraction(2) ** 1024 - Fraction(2) ** 970, binary64, Rounding.NEAREST_EVEN)
@example(Fraction(2) ** 1024 - Fraction(2) ** 970 - Fraction(1, 3), binary64, Rounding.NEAREST_EVEN)
@example(Fraction(1, 2**1075), binary64, Rounding.NEAREST_EVEN)
@example(Fraction(1, 2**1075) + Fraction(1, 2**3000), binary64, Rounding.NEAREST_EVEN)
@example(Fraction(3, 2**1075), binary64, Rounding.NEAREST_EVEN)
@example(Fraction(464), e4m3fn, Rounding.NEAREST_EVEN)
@example(Fraction(465), e4m3fn, Rounding.NEAREST_EVEN)
@example(Fraction(65520), binary16, Rounding.NEAREST_EVEN)
@example(Fraction(255, 256), Format(8, 0, 4, subnormals=False), Rounding.NEAREST_EVEN)
@example(Fraction(511, 512), Format(8, 0, 4, subnormals=False), Rounding.NEAREST_EVEN)
def test_a_constant_is_rounded_once(value: Fraction, format: Format, rounding: Rounding) -> None:
    expected = rounded(value, format, rounding) if value else (0, Fraction(0))
    assert meaning(floats(format, rounding).const(value)) == expected


@given(st.integers(-(2**200), 2**200) | st.integers(-300, 300), formats(), roundings())
def test_an_integer_is_read_like_the_constant(k: int, format: Format, rounding: Rounding) -> None:
    machine = floats(format, rounding)
    assert machine.integer(k) == machine.const(Fraction(k))


@given(rationals().filter(lambda x: x > 0), formats(), roundings())
def test_an_upper_bound_is_not_below(value: Fraction, format: Format, rounding: Rounding) -> None:
    bound = meaning(floats(format, rounding).upper_bound(value))
    assert bound == rounded(value, format, "up")
    if isinstance(bound[1], Fraction) and value <= format.largest and format.subnormals:
        assert signed(bound) >= value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(7, 8), (0, Fraction(0))),  # a value below 2**emin, exactly representable but for the flush
        (Fraction(31, 32), (0, Fraction(1))),  # the tie with 2**emin: rounded first, to even, and kept
        (Fraction(61, 64), (0, Fraction(0))),  # rounded to 15/16, which is below
        (Fraction(-63, 64), (1, Fraction(1))),
        (Fraction(-1, 1000), (1, Fraction(0))),
    ],
)
def test_the_flush_comes_after_a_rounding_with_an_unbounded_exponent(value: Fraction, expected: Real) -> None:
    format = Format(4, 0, 3, subnormals=False)
    assert meaning(floats(format).const(value)) == expected


def test_the_flush_keeps_the_sign_of_the_result_in_every_rounding() -> None:
    for rounding in ROUNDINGS:
        machine = floats(Format(4, 0, 3, subnormals=False), rounding)
        assert machine.const(Fraction(-1, 4)) == NEGATIVE_ZERO
        assert machine.mul((8, -3), (-8, -3)) == (-8, -3)
        assert machine.div((8, -3), (-8, -2)) == NEGATIVE_ZERO


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("sign", [1, -1])
def test_overflow_follows_the_policy_and_the_direction(sign: int, rounding: str) -> None:
    outward = rounding not in ("toward_zero", "odd", "down" if sign > 0 else "up")
    policies = {"infinity": INFINITY if sign > 0 else NEGATIVE_INFINITY, "saturate": (sign * 15, 0), "nan": NAN}
    for policy, beyond in policies.items():
        machine = floats(Format(4, -3, 3, overflow=policy), rounding)
        largest = (sign * 15, 0)
        assert machine.add(largest, largest) == (beyond if outward else largest)
        assert machine.mul(largest, (8, -2)) == (beyond if outward else largest)
        assert machine.div(largest, (8, -4)) == (beyond if outward else largest)
        assert machine.const(Fraction(sign * 10**9)) == (beyond if outward else largest)


@pytest.mark.parametrize("policy", ["infinity", "saturate", "nan"])
def test_division_by_zero_follows_the_policy(policy: str) -> None:
    machine = floats(Format(4, -3, 3, overflow=policy))
    for top, sign in (((8, -3), 1), ((-8, -3), -1)):
        for zero, other in ((POSITIVE_ZERO, 1), (NEGATIVE_ZERO, -1)):
            infinite = INFINITY if sign * other > 0 else NEGATIVE_INFINITY
            expected = {"infinity": infinite, "saturate": (sign * other * 15, 0), "nan": NAN}[policy]
            assert machine.div(top, zero) == expected
    assert machine.div(POSITIVE_ZERO, NEGATIVE_ZERO) == NAN


@pytest.mark.parametrize(
    "format", [Format(4, -6, 8, overflow="nan", largest_significand=14), Format(1, -3, 3)], ids=repr
)
@pytest.mark.parametrize("sign", [1, -1])
def test_every_result_beyond_the_largest_can_be_encoded(sign: int, format: Format) -> None:
    """Where the top encodings are taken there are no bits for an infinity."""
    beyond = floats(format).const(Fraction(1000 * sign))
    assert format.decode(format.encode(beyond)) == beyond


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_an_exact_zero_sum_is_negative_only_toward_minus_infinity(rounding: str) -> None:
    machine = floats(binary32, rounding)
    one = machine.const(Fraction(1))
    cancelled = NEGATIVE_ZERO if rounding == "down" else POSITIVE_ZERO
    assert machine.sub(one, one) == machine.add(one, machine.neg(one)) == cancelled
    assert machine.add(POSITIVE_ZERO, NEGATIVE_ZERO) == machine.add(NEGATIVE_ZERO, POSITIVE_ZERO) == cancelled
    assert machine.add(NEGATIVE_ZERO, NEGATIVE_ZERO) == NEGATIVE_ZERO
    assert machine.sub(NEGATIVE_ZERO, POSITIVE_ZERO) == NEGATIVE_ZERO
    assert machine.const(Fraction(0)) == machine.integer(0) == POSITIVE_ZERO


@given(st.data(), formats(), roundings(), st.integers(-5, 9))
def test_a_power_is_its_products_from_left_to_right(
    data: st.DataObject, format: Format, rounding: Rounding, k: int
) -> None:
    machine = floats(format, rounding)
    a = data.draw(pairs(format))
    expected = one = meaning(machine.const(Fraction(1)))
    if k:
        expected = meaning(a)
        for _ in range(abs(k) - 1):
            expected = operate("mul", expected, meaning(a), format, rounding)
    if k < 0:
        expected = operate("div", one, expected, format, rounding)
    assert meaning(machine.pow(a, k)) == expected


@given(st.data(), formats())
def test_negation_changes_the_sign_and_nothing_else(data: st.DataObject, format: Format) -> None:
    a = data.draw(pairs(format))
    sign, size = meaning(a)
    negated = floats(format).neg(a)
    assert meaning(negated) == (NOT_A_NUMBER if size == "nan" else (1 - sign, size))
    assert floats(format).neg(negated) == a


def order_key(value: Real) -> tuple[int, Fraction]:
    """Places values on the line; infinities lie outside, both zeros coincide."""
    sign, size = value
    if size == "inf":
        return (-1 if sign else 1), Fraction(0)
    return 0, signed(value)


@given(st.data(), formats())
def test_comparisons_are_those_of_the_values(data: st.DataObject, format: Format) -> None:
    machine = floats(format)
    a, b = data.draw(pairs(format)), data.draw(pairs(format))
    if NAN in (a, b):
        assert machine.equal(a, b) is machine.less(a, b) is Truth.FALSE
        return
    x, y = order_key(meaning(a)), order_key(meaning(b))
    assert machine.equal(a, b) is Truth.of(x == y)
    assert machine.less(a, b) is Truth.of(x < y)


@given(st.data(), formats())
def test_the_exact_value_of_an_element_is_its_meaning(data: st.DataObject, format: Format) -> None:
    a = data.draw(pairs(format))
    sign, size = meaning(a)
    expected = (-size if sign else size) if isinstance(size, Fraction) else None
    assert floats(format).element_exact(a) == expected
    assert (floats(format).key(a) == floats(format).key(POSITIVE_ZERO)) is (a == POSITIVE_ZERO)


@given(st.data(), formats(), formats())
def test_converting_a_number_between_formats_is_one_rounding(
    data: st.DataObject, source: Format, target: Format
) -> None:
    a = data.draw(pairs(source).filter(lambda pair: pair[0] != 0))
    found = floats(target).embed(floats(source).export(a))
    assert meaning(found) == rounded(signed(meaning(a)), target, "nearest_even")


@given(formats(), formats())
def test_converting_between_formats_keeps_the_sign_of_zero_and_nan(source: Format, target: Format) -> None:
    """IEEE 754-2019, 5.4.2 and 6.3."""
    for special in (POSITIVE_ZERO, NEGATIVE_ZERO, NAN):
        assert floats(target).embed(floats(source).export(special)) == special


@given(standard_formats() | small_formats(min_precision=2))
def test_converting_an_infinity_gives_a_value_of_the_format(target: Format) -> None:
    for infinity in INFINITIES:
        found = floats(target).embed(floats(binary64).export(infinity))
        assert target.decode(target.encode(found)) == found
        if target.overflow == "infinity":
            assert found == infinity


@given(st.data(), formats(), roundings())
def test_a_number_of_the_format_comes_in_as_it_went_out(
    data: st.DataObject, format: Format, rounding: Rounding
) -> None:
    machine = floats(format, rounding)
    a = data.draw(pairs(format))
    assert machine.embed(machine.export(a)) == machine.embed(a) == a


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1.7976931348623157e308])
def test_a_python_float_is_a_number_of_binary64_and_of_no_other_format(value: float) -> None:
    found = floats(binary64).export(floats(binary64).embed(value))
    assert float(found).hex() == value.hex()
    for other in (binary32, binary128, x87, bfloat16):
        with pytest.raises(InputError, match="is a float"):
            floats(other).embed(value)


@pytest.mark.parametrize("value", [5e-324, 2.0**-1030, 2.0**-1022, 0.1])
@pytest.mark.parametrize("format", [Format(53, -1022, 1023, subnormals=False), Format(53, -100, 1023)], ids=repr)
def test_a_float_given_to_a_relative_of_binary64_becomes_one_of_its_values(format: Format, value: float) -> None:
    """Taken only where it is a value of the format; refused or rounded elsewhere."""
    try:
        found = format.arithmetic.embed(value)
    except InputError:
        return
    assert meaning(found) == rounded(Fraction(value), format, "nearest_even")


def test_names_and_representations_say_the_format_and_the_rounding() -> None:
    assert repr(floats(binary32)) == "floats(binary32)"
    assert repr(floats("bfloat16", "toward_zero")) == "floats(bfloat16, 'toward_zero')"
    assert floats(binary32).name == "binary32"
    assert floats(binary32, "up").name == "binary32:up"
    assert floats("binary32") == floats(binary32) != floats(binary32, "up")


@pytest.mark.parametrize("wrong", ["binary65", 64, None, floats(binary32)])
def test_what_is_not_a_format_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="not a format"):
        floats(wrong)
