"""Exact rational numbers at the boundary: what comes in, what goes out, how it is written.

Inside, the engines of flint are fast; outside, a rational is a `fractions.Fraction`. This module
is the door between the two. Nothing here rounds.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import Any

from infinitesimal.errors import InputError

MAX_NUMERAL_LENGTH = 100_000
MAX_NUMERAL_BITS = 4_000_000

_NUMERAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?", re.ASCII)
_FLOAT_LIKE_MODULES = ("ml_dtypes", "numpy")


def exact(x: object) -> Fraction:
    """The exact rational that the number `x` stands for; nothing is rounded.

    Takes `int`, `Fraction`, `Decimal`, text such as `"5/9"`, `"0.1"` or `"1e-6"`, rationals of
    SymPy, flint and gmpy2, and, since the call says so, floats of every kind: Python, numpy,
    ml_dtypes, mpmath, gmpy2 and this package. Raises `InputError` for what has no exact value
    (infinities, NaN, irrational expressions, text that is not a numeral).

    >>> exact("0.1"), exact(0.1)
    (Fraction(1, 10), Fraction(3602879701896397, 36028797018963968))
    """
    if isinstance(x, Fraction):
        return x
    if isinstance(x, str):
        return numeral(x)
    if isinstance(x, bool):
        raise InputError(f"{x} is a truth value, not a number: write 1 or 0")
    if isinstance(x, Decimal):
        return numeral(str(x))
    if isinstance(x, Integral) and not type(x).__name__.startswith("timedelta"):
        return Fraction(int(x))
    if isinstance(x, Rational) and not isinstance(x, Integral):
        return Fraction(int(x.numerator), int(x.denominator))
    ratio = _ratio(x)
    if ratio is None:
        raise InputError(
            f"{_describe(x)} is not a number with an exact rational value: "
            "give an int, a Fraction, a Decimal or text such as '5/9', '0.1' or '1e-6'"
        )
    return Fraction(*ratio)


def rational(x: object, what: str = "") -> Fraction:
    """The exact rational meant by the input `x`; a float is refused, with both its readings.

    A float such as 0.1 already stands for another number than the one written, and only its writer
    knows which of the two was meant. `what` names the input in the message.

    >>> rational("0.1")
    Fraction(1, 10)
    >>> rational(0.1, "rate")
    Traceback (most recent call last):
        ...
    infinitesimal.errors.InputError: rate: 0.1 is a float: it already stands for
    3602879701896397/36028797018963968. Write "0.1" for the decimal, or exact(0.1) for the float's own value.
    """
    prefix = f"{what}: " if what else ""
    if _is_float_like(x):
        shown = str(x)
        try:
            own = show(exact(x))
        except InputError:
            raise InputError(f"{prefix}{shown} has no exact value: give a rational number") from None
        raise InputError(
            f"{prefix}{shown} is a float: it already stands for {own}. "
            f'Write "{shown}" for the decimal, or exact({shown}) for the float\'s own value.'
        )
    try:
        return exact(x)
    except InputError as error:
        raise InputError(f"{prefix}{error}") from None


def numeral(text: str) -> Fraction:
    """The rational written by `text`: an integer, a decimal, or a quotient of two of them.

    >>> numeral("-1.5e-3"), numeral("2.5/10")
    (Fraction(-3, 2000), Fraction(1, 4))
    """
    if len(text) > MAX_NUMERAL_LENGTH:
        raise InputError(f"a numeral of {len(text)} characters; at most {MAX_NUMERAL_LENGTH} are read")
    above, slash, below = text.strip().partition("/")
    top = _decimal(above, text)
    if not slash:
        return top
    bottom = _decimal(below, text)
    if bottom == 0:
        raise InputError(f"{text!r} divides by zero: a rational number has a nonzero denominator")
    return top / bottom


def _decimal(text: str, whole: str) -> Fraction:
    match = _NUMERAL.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise InputError(f"{_shorten(whole)} is not a number: write digits, such as '12', '0.1', '1e-6' or '5/9'")
    sign, whole_part, decimals, exponent = match[1], match[2], match[3] or "", match[4] or "0"
    power = _bounded_int(exponent, whole) - len(decimals)
    if (abs(power) + len(whole_part) + len(decimals)) * 3.33 > MAX_NUMERAL_BITS:
        raise InputError(f"{_shorten(whole)} needs more than {MAX_NUMERAL_BITS} bits: give a smaller exponent")
    digits = whole_part + decimals
    value = integer(digits)
    if sign == "-":
        value = -value
    return Fraction(value * 10**power) if power >= 0 else Fraction(value, 10**-power)


def _bounded_int(text: str, whole: str) -> int:
    if len(text) > 9:
        raise InputError(f"{_shorten(whole)} has an exponent of {len(text)} digits: give a smaller one")
    return int(text)


def integer(digits: str) -> int:
    """The integer written by the decimal `digits`, of any length (CPython's `int` stops at 4300)."""
    if len(digits) <= 4000:
        return int(digits)
    from flint import fmpz

    return int(fmpz(digits))


def show_integer(value: int) -> str:
    """`value` in decimal digits, of any length (CPython's `str` stops at 4300)."""
    if value.bit_length() <= 13_000:
        return str(value)
    from flint import fmpz

    return str(fmpz(value))


def show(value: Fraction) -> str:
    """`value` as `numerator/denominator`, or as an integer; every digit, never rounded.

    >>> show(Fraction(1023, 1024)), show(Fraction(2))
    ('1023/1024', '2')
    """
    top = show_integer(value.numerator)
    return top if value.denominator == 1 else f"{top}/{show_integer(value.denominator)}"


def terminating(value: Fraction) -> str | None:
    """`value` as a decimal without exponent if it has one of at most 20 places, else None.

    >>> terminating(Fraction(1, 8)), terminating(Fraction(1, 3))
    ('0.125', None)
    """
    rest, twos = value.denominator, 0
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while fives <= 20 and rest % 5 == 0:
        rest //= 5
        fives += 1
    places = max(twos, fives)
    if rest != 1 or places > 20:
        return None
    scaled = show_integer(abs(value.numerator) * 10**places // value.denominator)
    sign = "-" if value < 0 else ""
    if places == 0:
        return sign + scaled
    scaled = scaled.rjust(places + 1, "0")
    return f"{sign}{scaled[:-places]}.{scaled[-places:]}"


class _LowestTerms:
    """Two integers that have no common factor; registered as a rational so that `Fraction` copies
    them as they are. CPython's own gcd is quadratic: at 10^5 digits it costs a hundred times the
    computation that made the number.
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: int, denominator: int) -> None:
        self.numerator = numerator
        self.denominator = denominator


Rational.register(_LowestTerms)
_HAS_KNOWN_SLOTS = getattr(Fraction, "__slots__", None) == ("_numerator", "_denominator")
_new: Callable[[type], Any] = object.__new__


def lowest_terms(numerator: int, denominator: int) -> Fraction:
    """The fraction numerator/denominator, which the caller promises to be in lowest terms with a
    positive denominator. No gcd is computed.

    Where `Fraction` has the slots that it has had since Python 2.6 they are filled as its own
    methods fill them, which is five times faster than the public way.

    >>> lowest_terms(3, 4)
    Fraction(3, 4)
    """
    if not _HAS_KNOWN_SLOTS:
        pair: Any = _LowestTerms(numerator, denominator)
        return Fraction(pair)
    made: Fraction = _new(Fraction)
    made._numerator = numerator  # type: ignore[attr-defined]
    made._denominator = denominator  # type: ignore[attr-defined]
    return made


def log2_floor(value: Fraction) -> int:
    """The integer e with 2**e <= |value| < 2**(e+1); `value` is not zero."""
    top, bottom = abs(value.numerator), value.denominator
    e = top.bit_length() - bottom.bit_length()
    below = top < (bottom << e) if e >= 0 else (top << -e) < bottom
    return e - 1 if below else e


def _is_float_like(x: object) -> bool:
    if isinstance(x, float):
        return True
    if isinstance(x, Integral | Rational | Decimal | str):
        return False
    if hasattr(x, "_mpf_") or (hasattr(x, "is_Float") and x.is_Float):
        return True
    module = type(x).__module__.partition(".")[0]
    if module == "ml_dtypes" and type(x).__name__.startswith(("int", "uint")):
        return False
    return module in (*_FLOAT_LIKE_MODULES, "gmpy2") and hasattr(x, "__float__") and not hasattr(x, "__len__")


def _ratio(x: Any) -> tuple[int, int] | None:
    """Numerator and denominator of foreign numbers, each recognised by what it offers."""
    if getattr(x, "is_Rational", False) and hasattr(x, "p"):  # SymPy
        return int(x.p), int(x.q)
    module = type(x).__module__
    if module.startswith("flint"):
        if hasattr(x, "p") and hasattr(x, "q") and not callable(x.p):
            return int(x.p), int(x.q)
        return (int(x), 1) if type(x).__name__ == "fmpz" else None
    if hasattr(x, "_mpf_"):  # mpmath, and SymPy's Float; its constants such as pi are no numbers of theirs
        return _binary_ratio(x._mpf_) if type(x).__name__ != "constant" else None
    value = getattr(x, "exact", None)  # a machine number of this package
    if isinstance(value, Fraction):
        return value.numerator, value.denominator
    if module.startswith("ml_dtypes"):
        x = float(x)  # at most 16 bits wide: always exact
    elif isinstance(x, Integral):
        return None  # a span of time, which numpy counts among the integers
    try:
        top, bottom = x.as_integer_ratio()
    except (AttributeError, ValueError, OverflowError, TypeError):
        return None
    return int(top), int(bottom)


def _binary_ratio(parts: tuple[int, int, int, int]) -> tuple[int, int] | None:
    sign, man, exp, _ = parts
    man, exp = int(man), int(exp)
    if man == 0:
        return (0, 1) if exp == 0 else None  # mpmath writes infinities and NaN with man = 0
    if abs(exp) > MAX_NUMERAL_BITS:
        return None
    value = -man if sign else man
    return (value << exp, 1) if exp >= 0 else (value, 1 << -exp)


def _describe(x: object) -> str:
    if isinstance(x, float) and not math.isfinite(x):
        return str(x)
    return f"{_shorten(x)} ({type(x).__name__})"


def _shorten(x: object) -> str:
    text = repr(x)
    return text if len(text) <= 60 else text[:57] + "..."


def brief(value: Fraction, digits: int = 20) -> str:
    """`value` in little room: exact as 2**k, m*2**k or a short fraction; else rounded, with a `~`.

    >>> brief(Fraction(1, 2**55)), brief(Fraction(3, 2**60)), brief(Fraction(10**40, 3))
    ('2**-55', '3*2**-60', '~3.33333e+39')
    """
    top, bottom = abs(value.numerator), value.denominator
    sign = "-" if value < 0 else ""
    if max(top.bit_length(), bottom.bit_length()) <= 3 * digits and len(plain := show(value)) <= 8:
        return plain
    if top and bottom & (bottom - 1) == 0:
        twos = (top & -top).bit_length() - 1
        odd, power = top >> twos, twos - bottom.bit_length() + 1
        if odd.bit_length() <= 24:
            return f"{sign}{'' if odd == 1 else f'{odd}*'}2**{power}"
    if max(top.bit_length(), bottom.bit_length()) <= 3 * digits and len(plain := show(value)) <= digits:
        return plain
    return "~" + _rounded(value, 6)


def _rounded(value: Fraction, digits: int) -> str:
    """`value` with so many significant digits: plain from 0.001 to a million, else scientific."""
    text = scientific(value, digits)
    mantissa, _, exponent = text.partition("e")
    place = int(exponent or "0")
    if not -3 <= place < digits:
        return text
    sign, figures = ("-" if value < 0 else ""), mantissa.strip("-").replace(".", "")
    if place < 0:
        return f"{sign}0.{'0' * (-place - 1)}{figures}"
    return f"{sign}{figures[: place + 1]}.{figures[place + 1 :]}".rstrip(".")


def scientific(value: Fraction, digits: int) -> str:
    """`value` in scientific notation with so many significant digits, rounded half to even.

    >>> scientific(Fraction(1, 3), 3), scientific(Fraction(0), 3)
    ('3.33e-01', '0')
    """
    if not value:
        return "0"
    size = abs(value)
    if size.numerator.bit_length() + size.denominator.bit_length() > _HUGE:
        return _scientific_of_huge(value, digits)
    exponent = log10_floor(size)
    scaled = round(size / power_of_ten(exponent - digits + 1))
    if scaled == 10**digits:
        scaled, exponent = scaled // 10, exponent + 1
    text = str(scaled)
    mantissa = text[0] + (f".{text[1:]}" if digits > 1 else "")
    return f"{'-' if value < 0 else ''}{mantissa}e{exponent:+03d}"


_HUGE = 20_000
"""From so many bits on, decimal digits are found from an enclosure instead of the whole number."""


def _scientific_of_huge(value: Fraction, digits: int) -> str:
    from flint import arb, ctx, fmpq

    with ctx.workprec(64 + 4 * digits):
        text = str(arb(fmpq(value.numerator, value.denominator)).str(digits, radius=False))
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent or '0'):+03d}"


def log10_floor(value: Fraction) -> int:
    """The integer e with 10**e <= |value| < 10**(e+1); `value` is not zero."""
    size = abs(value)
    e = log2_floor(size) * 30103 // 100000
    while power_of_ten(e) > size:
        e -= 1
    while power_of_ten(e + 1) <= size:
        e += 1
    return e


def power_of_ten(e: int) -> Fraction:
    """10**e, exact."""
    return lowest_terms(10**e, 1) if e >= 0 else lowest_terms(1, 10**-e)
