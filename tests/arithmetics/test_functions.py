"""Square root, fused multiply-add and the functions of losses, correctly rounded: beside MPFR, and beside the
definition of rounding applied to many more digits of mpmath.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from math import isqrt

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    ZEROS,
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e2m1,
    e3m4,
    e4m3,
    e4m3fn,
    e5m2,
    x87,
)
from infinitesimal.arithmetics.floating.functions import BALLS, KINKED, correctly_rounded, result
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.errors import BudgetSpent, InputError
from tests.oracles.rounding import NOT_A_NUMBER, ROUNDINGS, Real, meaning, rounded, signed
from tests.strategies import formats, pairs, roundings, small_formats

IN_MPFR = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "sqrt")


def drawn(format: Format, count: int) -> Iterator[Pair]:
    """Numbers of every size, and as many of moderate size."""
    rng = random.Random(7)
    for _ in range(count):
        yield format.decode(rng.randrange(1 << format.width))
        m = rng.randrange(1 << format.precision - 1, 1 << format.precision)
        q = rng.randrange(-2 * format.precision, 12 - format.precision)
        yield floats(format).round(m if rng.randrange(2) else -m, q)


@pytest.mark.parametrize("rounding", ["nearest_even", "toward_zero", "up", "down", "away"])
@pytest.mark.parametrize("format", [e5m2, e4m3, e3m4, bfloat16, binary16, binary32, binary64, x87, binary128], ids=repr)
def test_functions_agree_with_mpfr(format: Format, rounding: str) -> None:
    from tests.oracles import multiprecision

    machine = floats(format, rounding)
    eight_bits = format.width == 8
    values = list(map(format.decode, range(256))) if eight_bits else list(drawn(format, 60))
    chosen = multiprecision.context(format, rounding)
    with multiprecision.gmpy2.context(chosen) as current:
        for x in values:
            number = multiprecision.number(meaning(x))
            for name in IN_MPFR:
                expected = multiprecision.read(getattr(current, name)(number))
                assert meaning(machine.function(name, x)) == expected, (name, x)


def with_many_digits(name: str, x: Fraction, digits: int) -> Fraction:
    """A function value from mpmath, off by less than a unit in the last but ten of its digits."""
    with mpmath.workdps(digits + max(0, x.numerator.bit_length() // 3) + 40):
        at = mpmath.mpf(x.numerator) / x.denominator
        e = mpmath.exp(-abs(at))
        values = {
            "softplus": lambda: max(at, 0) + mpmath.log1p(e),
            "logistic": lambda: 1 / (1 + e) if at > 0 else e / (1 + e),
        }
        value = values[name]() if name in values else getattr(mpmath, name)(at)
        return Fraction(int(value.man) if value >= 0 else -int(value.man)) * Fraction(2) ** int(value.exp)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize(
    "format",
    [e5m2, e4m3fn, bfloat16, binary64, Format(4, -6, 7, subnormals=False), Format(3, 1, 4), Format(1, -6, 6), e2m1],
    ids=repr,
)
def test_functions_agree_with_the_definition_on_many_digits(format: Format, rounding: str) -> None:
    machine = floats(format, rounding)
    values = [format.decode(b) for b in range(256)] if format.width == 8 else list(drawn(format, 30))
    for x in values:
        value = format.value(x) if x[0] else Fraction(0)
        if not value or abs(value) > 2**10:
            continue
        for name in BALLS:
            if name == "log" and (value < 0 or value == 1):
                continue
            digits = 60 + 3 * format.precision - min(0, 2 * x[1]) + int(abs(value))
            expected = rounded(with_many_digits(name, value, min(digits, 1500)), format, rounding)
            assert meaning(machine.function(name, x)) == expected, (name, x)


@given(st.data(), formats(), roundings())
def test_a_square_root_is_the_exact_one_rounded_once(data: st.DataObject, format: Format, rounding: str) -> None:
    a = data.draw(pairs(format).filter(lambda pair: pair[0] > 0))
    value = signed(meaning(a))
    bits = 2 * (2 * format.precision + 8) + value.denominator.bit_length()
    root = Fraction(isqrt((value.numerator << 2 * bits) // value.denominator), 1 << bits)
    if root * root != value:
        root += Fraction(1, 1 << bits + 1)  # on the right side of every number with fewer bits
    assert meaning(floats(format, rounding).sqrt(a)) == rounded(root, format, rounding)
    assert floats(format, rounding).function("sqrt", a) == floats(format, rounding).sqrt(a)


def test_special_square_roots() -> None:
    machine = floats(binary32)
    special = {POSITIVE_ZERO: POSITIVE_ZERO, NEGATIVE_ZERO: NEGATIVE_ZERO, INFINITY: INFINITY}
    assert {x: machine.sqrt(x) for x in special} == special
    assert machine.sqrt(NEGATIVE_INFINITY) == machine.sqrt(NAN) == machine.sqrt((-1, 0)) == NAN


def fused(a: Real, b: Real, c: Real, format: Format, rounding: str) -> Real:
    """a*b + c of finite values, from the definition."""
    exact = signed(a) * signed(b) + signed(c)
    if exact:
        return rounded(exact, format, rounding)
    product = a[0] ^ b[0]
    same = not signed(c) and not signed(a) * signed(b) and product == c[0]
    return (product if same else int(rounding == "down")), Fraction(0)


@given(st.data(), formats(), roundings())
def test_a_fused_multiply_add_is_rounded_once(data: st.DataObject, format: Format, rounding: str) -> None:
    a, b, c = (data.draw(pairs(format).filter(lambda p: p[0] or p in ZEROS)) for _ in range(3))
    expected = fused(*map(meaning, (a, b, c)), format, rounding)  # type: ignore[arg-type]
    assert meaning(floats(format, rounding).fma(a, b, c)) == expected


@given(st.data(), small_formats(2), roundings())
def test_a_fused_multiply_add_that_nearly_cancels(data: st.DataObject, format: Format, rounding: str) -> None:
    machine = floats(format, rounding)
    a, b = (data.draw(pairs(format).filter(lambda p: p[0] != 0)) for _ in range(2))
    c = machine.neg(machine.mul(a, b))
    if c[0]:
        expected = fused(*map(meaning, (a, b, c)), format, rounding)  # type: ignore[arg-type]
        assert meaning(machine.fma(a, b, c)) == expected


def test_fused_multiply_add_agrees_with_mpfr_on_special_values() -> None:
    from tests.oracles import multiprecision

    corners = [POSITIVE_ZERO, NEGATIVE_ZERO, INFINITY, NEGATIVE_INFINITY, NAN, (1, -24), (-2047, 5), (1024, -10)]
    for rounding in ("nearest_even", "toward_zero", "up", "down"):
        machine = floats(binary16, rounding)
        with multiprecision.gmpy2.context(multiprecision.context(binary16, rounding)) as current:
            for a in corners:
                for b in corners:
                    for c in corners:
                        numbers = (multiprecision.number(meaning(x)) for x in (a, b, c))
                        expected = multiprecision.read(current.fma(*numbers))
                        assert meaning(machine.fma(a, b, c)) == expected, (rounding, a, b, c)


def test_exact_cases_and_special_values() -> None:
    one, half = (1 << 52, -52), (1 << 52, -53)
    machine = floats(binary64)
    expected: dict[str, dict[Pair, Pair]] = {
        "exp": {POSITIVE_ZERO: one, NEGATIVE_ZERO: one, NEGATIVE_INFINITY: POSITIVE_ZERO, INFINITY: INFINITY},
        "log": {one: POSITIVE_ZERO, POSITIVE_ZERO: NEGATIVE_INFINITY, NEGATIVE_ZERO: NEGATIVE_INFINITY,
                INFINITY: INFINITY, NEGATIVE_INFINITY: NAN, (-one[0], one[1]): NAN},
        "sin": {POSITIVE_ZERO: POSITIVE_ZERO, NEGATIVE_ZERO: NEGATIVE_ZERO, INFINITY: NAN, NEGATIVE_INFINITY: NAN},
        "cos": {POSITIVE_ZERO: one, NEGATIVE_ZERO: one, INFINITY: NAN},
        "cosh": {NEGATIVE_ZERO: one, NEGATIVE_INFINITY: INFINITY},
        "sinh": {NEGATIVE_ZERO: NEGATIVE_ZERO, NEGATIVE_INFINITY: NEGATIVE_INFINITY},
        "tanh": {NEGATIVE_ZERO: NEGATIVE_ZERO, INFINITY: one, NEGATIVE_INFINITY: (-one[0], one[1])},
        "logistic": {NEGATIVE_ZERO: half, INFINITY: one, NEGATIVE_INFINITY: POSITIVE_ZERO},
        "softplus": {INFINITY: INFINITY, NEGATIVE_INFINITY: POSITIVE_ZERO},
        "Abs": {NEGATIVE_ZERO: POSITIVE_ZERO, NEGATIVE_INFINITY: INFINITY, (-3 << 51, -52): (3 << 51, -52)},
        "relu": {NEGATIVE_ZERO: POSITIVE_ZERO, (-one[0], -52): POSITIVE_ZERO, one: one, INFINITY: INFINITY},
        "sign": {NEGATIVE_ZERO: POSITIVE_ZERO, (-5 << 50, 0): (-one[0], one[1]), INFINITY: one},
        "heaviside": {POSITIVE_ZERO: POSITIVE_ZERO, NEGATIVE_INFINITY: POSITIVE_ZERO, (5 << 50, 0): one},
    }  # fmt: skip
    for name, table in expected.items():
        for x, value in table.items():
            assert machine.function(name, x) == value, (name, x)
    for name in (*BALLS, *KINKED):
        assert machine.function(name, NAN) == NAN
    log_2 = machine.export(machine.function("softplus", POSITIVE_ZERO))
    assert log_2.hex() == "0x1.62e42fefa39efp-1"
    assert machine.export(machine.function("atan", NEGATIVE_INFINITY)).hex() == "-0x1.921fb54442d18p+0"


def test_famous_hard_cases_of_binary64() -> None:
    """Lefevre and Muller, "Worst cases for correct rounding of the elementary functions in double precision" (2001):
    the results are within 2**-113 or so of a midpoint or a value."""
    machine = floats(binary64)
    for name, x in (
        ("exp", "0x1.e4596526bf94dp-10"),
        ("log", "0x1.62a88613629b6p+678"),
        ("sin", "0x1.1e7c4e3c6b8b1p+0"),
    ):
        pair = machine.embed(Fraction(float.fromhex(x)))
        value = with_many_digits(name, machine.format.value(pair), 120)
        for rounding in ROUNDINGS:
            expected = rounded(value, binary64, rounding)
            assert meaning(floats(binary64, rounding).function(name, pair)) == expected


def test_immense_arguments() -> None:
    up, down = floats(binary128, "up"), floats(binary128, "down")
    top = (binary128.largest_significand, binary128.qmax)
    assert up.function("exp", top) == INFINITY
    assert down.function("exp", top) == top
    assert up.function("exp", up.neg(top)) == (1, binary128.qmin)
    assert down.function("exp", down.neg(top)) == POSITIVE_ZERO
    assert floats(e4m3fn).function("exp", (14, 5)) == NAN
    assert floats(e2m1).function("exp", (3, 1)) == (3, 1)
    sine = floats(binary128).format.value(floats(binary128).function("sin", top))
    assert abs(sine) < 1
    huge = Format(24, -(1 << 22), 1 << 22)
    with pytest.raises(BudgetSpent, match="too large to be reduced"):
        floats(huge).function("sin", (1 << 23, huge.qmax))


@pytest.mark.parametrize("name", ["factorial", "gamma", "Exp", "power"])
def test_other_functions_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="the functions are sqrt, exp, log"):
        floats(binary32).function(name, (1 << 23, 0))


@given(st.data(), st.sampled_from([e5m2, bfloat16, binary64, binary128]), st.sampled_from([*BALLS, *KINKED, "sqrt"]))
def test_the_result_before_rounding_rounds_to_the_result(data: st.DataObject, format: Format, name: str) -> None:
    x = data.draw(pairs(format))
    exact = result(floats(format), name, x)
    for rounding in ROUNDINGS:
        found = meaning(correctly_rounded(floats(format, rounding), name, x) if name != "sqrt"
                        else floats(format, rounding).sqrt(x))  # fmt: skip
        if exact is None:
            assert found == NOT_A_NUMBER or found[1] == "inf" or not format.is_finite(x)
        elif exact:
            assert found == rounded(exact, format, rounding)
        else:
            assert found[1] == 0


def by_hand(name: str, rate: Fraction, start: Fraction, format: Format, steps: int) -> Pair:
    """The descent on exp(x) - x or on softplus, operation by operation, with functions from mpmath."""

    def near(value: Fraction) -> Fraction:
        return signed(rounded(value, format, "nearest_even")) if value else Fraction(0)

    x, rate = near(start), near(rate)
    for _ in range(steps):
        slope = with_many_digits("exp" if name == "exp(x) - x" else "logistic", x, 80) if x else Fraction(1)
        slope = near(near(slope) - 1) if name == "exp(x) - x" else near(slope) if x else Fraction(1, 2)
        x = near(x - near(rate * slope))
    return floats(format).const(x)


@pytest.mark.parametrize("format", [bfloat16, binary32, binary64], ids=repr)
@pytest.mark.parametrize("loss", ["exp(x) - x", "softplus(x)"])
def test_a_run_with_functions_is_the_run_by_hand(format: Format, loss: str) -> None:
    """In the soft core and in the fast paths, which take over later."""
    descent = inf.descent(inf.loss(loss), start={"x": "3/4"}, rate="1/8")
    for steps in (1, 7, 40):
        found = inf.run(descent, format, steps=steps)
        expected = by_hand(loss, Fraction(1, 8), Fraction(3, 4), format, found.halt.step)
        assert found.halt.value.exact == format.value(expected)


def test_the_reason_of_a_halt_with_functions_has_the_exact_update() -> None:
    halt = inf.run(inf.descent(inf.loss("exp(x) - x"), start={"x": 1}, rate="1/10"), bfloat16).halt
    assert halt.reason is inf.Reason.ABSORBED
    assert halt.witness.holds
    value, update = Fraction(str(halt.witness.value)), halt.witness.update
    assert abs(value + update - with_many_digits("exp", halt.value.exact, 60)) < Fraction(1, 2**60)


def test_a_sum_of_functions_stops_for_ever() -> None:
    halt = inf.run(inf.series("exp(-n)"), binary64).halt
    assert (halt.step, halt.forever) == (38, inf.Truth.TRUE)
    assert inf.run(inf.series("sin(n)/n**2"), bfloat16, steps=100).halt.forever is inf.Truth.UNKNOWN
