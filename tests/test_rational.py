"""What counts as an exact number, how it is refused, and how it is written."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import binary32, binary64
from infinitesimal.errors import InputError
from infinitesimal.rational import (
    MAX_NUMERAL_LENGTH,
    brief,
    exact,
    integer,
    log2_floor,
    log10_floor,
    lowest_terms,
    numeral,
    power_of_ten,
    rational,
    scientific,
    show,
    show_integer,
    terminating,
)
from tests.strategies import rationals

TENTH = Fraction(0.1)
"""The value of the Python float 0.1; its decimal would be 1/10."""


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (3, Fraction(3)),
        (Fraction(2, 3), Fraction(2, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("-1.50e3"), Fraction(-1500)),
        (Decimal("-0"), Fraction(0)),
        ("5/9", Fraction(5, 9)),
        ("0.1", Fraction(1, 10)),
        ("1e-6", Fraction(1, 10**6)),
        ("-1.5E+2", Fraction(-150)),
        (" 2.5 / 10 ", Fraction(1, 4)),
        ("5/-2", Fraction(-5, 2)),
        ("1.", Fraction(1)),
        (".5", Fraction(1, 2)),
        ("+7", Fraction(7)),
        ("-0", Fraction(0)),
        (sympy.Integer(3), Fraction(3)),
        (sympy.Rational(-1, 3), Fraction(-1, 3)),
        (sympy.S.Half, Fraction(1, 2)),
        (flint.fmpz(-4), Fraction(-4)),
        (flint.fmpq(2, 6), Fraction(1, 3)),
        (np.int8(-5), Fraction(-5)),
        (np.uint64(2**64 - 1), Fraction(2**64 - 1)),
        (np.str_("1/3"), Fraction(1, 3)),
        (binary64("0.1"), TENTH),
        (binary32("0.1"), Fraction(13421773, 2**27)),
    ],
    ids=lambda x: f"{type(x).__name__}-{x}",
)
def test_a_number_that_is_exact_by_meaning_is_taken(given: Any, meant: Fraction) -> None:
    for take in (exact, rational):
        found = take(given)
        assert type(found) is Fraction
        assert found == meant
        assert type(found.numerator) is type(found.denominator) is int


def test_the_rationals_of_gmpy2_are_taken_and_its_floats_only_when_asked_for() -> None:
    gmpy2 = pytest.importorskip("gmpy2")
    assert rational(gmpy2.mpz(10) ** 40) == exact(gmpy2.mpz(10) ** 40) == 10**40
    assert rational(gmpy2.mpq(-2, 6)) == exact(gmpy2.mpq(-2, 6)) == Fraction(-1, 3)
    assert exact(gmpy2.mpfr("0.1")) == TENTH
    for wrong in (gmpy2.mpfr("0.1"), gmpy2.mpfr("nan"), gmpy2.mpfr("inf"), gmpy2.mpc(1)):
        with pytest.raises(InputError):
            rational(wrong)


def test_the_numbers_of_ml_dtypes_are_floats_and_its_integers_are_not() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    assert exact(ml_dtypes.bfloat16(0.1)) == Fraction(205, 2048)
    assert exact(ml_dtypes.float8_e4m3fn(0.1)) == Fraction(13, 128)
    for wrong in (ml_dtypes.bfloat16(0.1), ml_dtypes.bfloat16("inf"), ml_dtypes.float8_e4m3fn("nan")):
        with pytest.raises(InputError):
            rational(wrong)
    assert exact(ml_dtypes.int4(3)) == rational(ml_dtypes.int4(3)) == 3


FLOATS = [
    (0.1, TENTH),
    (np.float64(0.1), TENTH),
    (np.float32(0.1), Fraction(13421773, 2**27)),
    (np.float16(0.1), Fraction(819, 8192)),
    (mpmath.mpf("0.1"), TENTH),
    (mpmath.mpf(0), Fraction(0)),
    (mpmath.mpf(2) ** -2000, Fraction(1, 2**2000)),
    (mpmath.mpf(-3) * 2**100, Fraction(-3 * 2**100)),
    (sympy.Float("0.1"), TENTH),
    (0.0, Fraction(0)),
    (-0.0, Fraction(0)),
    (1e300, Fraction(10**300) + (Fraction(1e300) - 10**300)),
    (2.0, Fraction(2)),
]


@pytest.mark.parametrize(("given", "meant"), FLOATS, ids=lambda x: f"{type(x).__name__}")
def test_a_float_is_exact_when_asked_for_and_refused_with_both_readings_otherwise(given: Any, meant: Fraction) -> None:
    assert exact(given) == meant
    with pytest.raises(InputError) as refusal:
        rational(given, "rate")
    message = str(refusal.value)
    assert message.startswith(f"rate: {given!s} is a float: it already stands for {show(meant)}.")
    assert f'Write "{given!s}"' in message
    assert f"exact({given!s})" in message


def test_a_longdouble_is_exact_to_its_last_bit() -> None:
    value = np.longdouble(1) / np.longdouble(3)
    assert exact(value) == Fraction(*value.as_integer_ratio()) != Fraction(float(value))
    with pytest.raises(InputError, match="is a float"):
        rational(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_has_its_own_value(x: float) -> None:
    assert exact(x) == exact(np.float64(x)) == exact(mpmath.mpf(x)) == Fraction(x)
    with pytest.raises(InputError):
        rational(x)


@given(rationals())
def test_a_rational_survives_every_exact_kind(x: Fraction) -> None:
    p, q = x.numerator, x.denominator
    assert exact(x) is x
    assert exact(sympy.Rational(p, q)) == exact(flint.fmpq(p, q)) == exact(f"{p}/{q}") == exact(show(x)) == x
    assert exact(p) == exact(flint.fmpz(p)) == exact(str(p)) == p


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_means_what_it_says(x: Decimal) -> None:
    if abs(x.adjusted()) < 2000:
        assert exact(x) == exact(str(x)) == Fraction(x)


NOT_NUMBERS = [
    float("nan"),
    float("inf"),
    -float("inf"),
    np.float32("nan"),
    mpmath.inf,
    mpmath.nan,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    sympy.oo,
    sympy.nan,
    sympy.zoo,
    sympy.pi,
    sympy.sqrt(2),
    sympy.Symbol("x"),
    sympy.true,
    True,
    False,
    np.True_,
    None,
    1j,
    np.complex64(1),
    mpmath.mpc(1),
    b"1",
    [],
    [1],
    (1, 2),
    object(),
    np.array(1),
    np.array([1, 2]),
    flint.arb(1),
    flint.nmod(3, 7),
    np.timedelta64(3),
]


@pytest.mark.parametrize("wrong", NOT_NUMBERS, ids=lambda x: f"{type(x).__name__}-{str(x)[:12]}")
def test_what_has_no_exact_rational_value_is_refused(wrong: Any) -> None:
    for take in (exact, rational):
        with pytest.raises(InputError):
            take(wrong)


def test_a_constant_of_mpmath_is_no_rational() -> None:
    """pi offers itself at the precision of the moment; it stands for no rational."""
    for constant in (mpmath.pi, mpmath.e):
        for take in (exact, rational):
            with pytest.raises(InputError):
                take(constant)


TEXTS = [
    *(
        "",
        " ",
        ".",
        "+",
        "-",
        "/",
        "/2",
        "1/",
        "e5",
        "1e",
        "1e+",
        "--1",
        "+-1",
        "- 1",
        "1 2",
        "1_000",
        "1,5",
        "0x10",
        "1/2/3",
    ),
    *(
        "inf",
        "nan",
        "Infinity",
        "one",
        "x",
        "1.2.3",
        "1e1.5",
        "\u0661",
        "\u00bd",
        "1\x00",
        "1+1",
        "__import__('os')",
        "1j",
        "50%",
    ),
]


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_text_that_is_no_numeral_is_refused(text: str) -> None:
    for take in (exact, rational, numeral):
        with pytest.raises(InputError, match="is not a number"):
            take(text)


@pytest.mark.parametrize("text", ["1/0", "0/0", "1/0.0", "-3/0e5", "1e5/-0"])
def test_a_quotient_by_zero_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="divides by zero"):
        rational(text)


@pytest.mark.parametrize(
    "text", ["1e99999999", "1e-99999999", "1e1000000000", "1e-1000000000", "1/1e99999999", "1e" + "9" * 50]
)
def test_a_huge_exponent_is_refused_before_anything_is_computed(text: str) -> None:
    with pytest.raises(InputError, match="smaller"):
        rational(text)
    with pytest.raises(InputError, match=f"at most {MAX_NUMERAL_LENGTH}"):
        rational("1" * (MAX_NUMERAL_LENGTH + 1))


@pytest.mark.parametrize("text", ["1e999999999", "-1e-999999999", "1e999999999999"])
def test_a_decimal_with_a_huge_exponent_is_refused_like_the_text(text: str) -> None:
    """In another process with a time limit: computing such a number would take hours."""
    script = (
        "from decimal import Decimal\n"
        "from infinitesimal.errors import InputError\n"
        "from infinitesimal.rational import rational\n"
        f"try: rational(Decimal('{text}'))\n"
        "except InputError: print('refused')\n"
    )
    try:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=3, check=False)
    except subprocess.TimeoutExpired:
        pytest.fail(f"Decimal('{text}') was not refused at once")
    assert done.stdout.strip() == "refused", done.stderr


def test_huge_floats_of_mpmath_are_refused_before_anything_is_computed() -> None:
    with pytest.raises(InputError):
        exact(mpmath.mpf(2) ** (10**12))
    with pytest.raises(InputError):
        exact(mpmath.mpf(2) ** -(10**12))


def test_a_refusal_names_the_input_and_stays_short() -> None:
    with pytest.raises(InputError, match=r"^start: 'x+\.\.\. is not a number") as refusal:
        rational("x" * 5000, "start")
    assert len(str(refusal.value)) < 250
    with pytest.raises(InputError, match=r"write 1 or 0"):
        rational(True)


@given(rationals())
def test_what_is_shown_reads_back(x: Fraction) -> None:
    assert numeral(show(x)) == x


def test_integers_beyond_the_limit_of_cpython_are_read_and_written() -> None:
    for digits in (4299, 4300, 4301, 20_000):
        value = 10**digits + 7
        text = "1" + "0" * (digits - 1) + "7"
        assert show_integer(value) == show(Fraction(value)) == text
        assert show_integer(-value) == "-" + text
        assert integer(text) == numeral(text) == exact(text) == value
        assert numeral(f"-1/{text}") == Fraction(-1, value)
    assert numeral("0." + "0" * 5000 + "1") == Fraction(1, 10**5001)
    assert exact("1e20000") == 10**20000
    long = Fraction(10**5000 + 1, 3**12_000)
    assert numeral(show(long)) == long


@given(rationals())
@example(Fraction(1, 2**20))
@example(Fraction(1, 2**21))
@example(Fraction(-3, 5**20))
@example(Fraction(1, 5**21))
@example(Fraction(1, 10**20))
@example(Fraction(7))
@example(Fraction(-1, 2))
def test_a_terminating_decimal_is_exact_and_plain(x: Fraction) -> None:
    """A decimal of at most 20 places exists when the denominator divides 10**20."""
    text = terminating(x)
    assert (text is not None) is (10**20 % x.denominator == 0)
    if text is not None:
        assert Fraction(text) == x
        assert set(text) <= set("-0123456789.")
        assert text == text.strip()
        assert "." not in text or not text.endswith(("0", "."))


@given(rationals().filter(bool))
def test_logarithms_are_floors(x: Fraction) -> None:
    size = abs(x)
    assert Fraction(2) ** log2_floor(x) <= size < Fraction(2) ** (log2_floor(x) + 1)
    assert Fraction(10) ** log10_floor(x) <= size < Fraction(10) ** (log10_floor(x) + 1)


@pytest.mark.parametrize("e", [-400, -30, -1, 0, 1, 17, 400])
def test_logarithms_at_powers(e: int) -> None:
    tiny = Fraction(1, 10**900)
    assert log2_floor(Fraction(2) ** e) == e
    assert log2_floor(Fraction(2) ** e - tiny) == e - 1
    assert log10_floor(Fraction(10) ** e) == e
    assert log10_floor(Fraction(10) ** e - tiny) == e - 1
    assert power_of_ten(e) == Fraction(10) ** e


@given(rationals().filter(bool), st.integers(1, 25))
@example(Fraction(999, 100), 2)
@example(Fraction(25, 10), 1)
@example(Fraction(35, 10), 1)
@example(Fraction(-1, 3), 1)
def test_scientific_notation_is_rounded_once_half_to_even(x: Fraction, digits: int) -> None:
    text = scientific(x, digits)
    mantissa, _, exponent = text.lstrip("-").partition("e")
    assert text.startswith("-") is (x < 0)
    assert len(mantissa.replace(".", "")) == digits
    assert mantissa[0] != "0"
    assert len(exponent) >= 3
    unit = Fraction(10) ** (int(exponent) - digits + 1)
    error = abs(Fraction(text) - x)
    below = Fraction(10) ** log10_floor(x)
    assert error <= unit / 2
    assert error * 2 <= below / 10 ** (digits - 1)
    if error * 2 == unit:
        assert int(mantissa.replace(".", "")) % 2 == 0
    assert scientific(Fraction(0), digits) == "0"


@given(rationals())
@example(Fraction(1, 2**55))
@example(Fraction(3, 2**60))
@example(Fraction(10**40, 3))
@example(Fraction(2**300))
@example(1 - Fraction(1, 2**300))
@example(Fraction(-(2**24) + 1, 2**200))
def test_a_brief_number_is_exact_or_marked_as_rounded(x: Fraction) -> None:
    text = brief(x)
    assert len(text) <= 24
    if text.startswith("~"):
        assert Fraction(text[1:]) == Fraction(scientific(x, 6))
        return
    head, power, tail = text.partition("2**")
    if power:
        factor = {"": 1, "-": -1}.get(head) or int(head.removesuffix("*"))
        assert factor * Fraction(2) ** int(tail) == x
    else:
        assert Fraction(text) == x


def test_known_brief_numbers() -> None:
    known = {
        Fraction(0): "0",
        Fraction(1, 1024): "1/1024",
        Fraction(-1, 2**55): "-2**-55",
        Fraction(3, 2**60): "3*2**-60",
        Fraction(10**40, 3): "~3.33333e+39",
    }
    assert {x: brief(x) for x in known} == known
    assert brief(1 - Fraction(1, 2**300)).startswith("~")


@given(rationals())
def test_a_fraction_made_without_a_gcd_is_the_same_fraction(x: Fraction) -> None:
    made = lowest_terms(x.numerator, x.denominator)
    assert type(made) is Fraction
    assert (made, hash(made), repr(made)) == (x, hash(x), repr(x))
    assert made + Fraction(1, 6) == x + Fraction(1, 6)


def test_an_error_without_a_subject_begins_with_the_value() -> None:
    with pytest.raises(InputError, match=r"^0\.1 is a float"):
        rational(0.1)
    with pytest.raises(InputError, match=r"^rate: 0\.1 is a float"):
        rational(0.1, "rate")
    with pytest.raises(InputError, match=r"^'a' is not a number"):
        rational("a")


def test_digits_and_exponent_count_together_against_the_bound() -> None:
    """10**1_195_000 times a number of 99,000 digits has more than four million bits; each alone has fewer."""
    digits = "9" * 99_000
    assert numeral(digits) == 10**99_000 - 1
    assert numeral("9e1195000").numerator.bit_length() < 4_000_000
    for text in (f"{digits}e1195000", f"0.{digits[2:]}e-1195000"):
        with pytest.raises(InputError, match="bits"):
            numeral(text)


@given(st.integers(), st.integers(min_value=1))
def test_a_fraction_is_made_without_a_gcd_also_by_the_public_way(top: int, bottom: int) -> None:
    value = Fraction(top, bottom)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infinitesimal.rational._HAS_KNOWN_SLOTS", False)
        made = lowest_terms(value.numerator, value.denominator)
    assert type(made) is Fraction
    assert (made.numerator, made.denominator) == (value.numerator, value.denominator)
