"""One machine number: the boundary value of a floating-point arithmetic."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.format import (
    INFINITIES,
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
    power_of_two,
)
from infinitesimal.errors import InputError
from infinitesimal.rational import log10_floor, power_of_ten


@dataclass(frozen=True, slots=True, eq=False)
class Float:
    """The number that the encoding `bits` stands for in `format`.

    It compares and hashes by its exact value, with numbers of every kind; `bits` tells -0 from +0.
    `repr` is the shortest decimal that rounds back to it; `hex` and `exact` show all of it.

    >>> from infinitesimal.arithmetics.floating.format import bfloat16
    >>> x = bfloat16("0.1")
    >>> x, x.exact, x.hex(), hex(x.bits)
    (0.1, Fraction(205, 2048), '0x1.9ap-4', '0x3dcd')
    """

    format: Format
    bits: int

    @property
    def pair(self) -> Pair:
        """The value as (m, q) for m * 2**q, in canonical form."""
        return self.format.decode(self.bits)

    @property
    def exact(self) -> Fraction | float:
        """The exact value: a `Fraction`, or `math.inf`, `-math.inf`, `math.nan`."""
        pair = self.pair
        if self.format.is_finite(pair):
            return self.format.value(pair)
        return {INFINITY: math.inf, NEGATIVE_INFINITY: -math.inf}.get(pair, math.nan)

    @property
    def is_nan(self) -> bool:
        return self.pair == NAN

    @property
    def is_infinite(self) -> bool:
        return self.pair in INFINITIES

    @property
    def is_finite(self) -> bool:
        return self.format.is_finite(self.pair)

    @property
    def is_negative(self) -> bool:
        """Whether the sign bit is set; true for -0."""
        pair = self.pair
        return pair[0] < 0 or pair in (NEGATIVE_ZERO, NEGATIVE_INFINITY)

    @property
    def ulp(self) -> Fraction:
        """The unit in the last place: the gap to the next number away from zero, exact.

        Raises `InputError` for an infinity or NaN.
        """
        if not self.is_finite:
            raise InputError(f"{self} has no unit in the last place: it is not finite")
        m, q = self.pair
        return power_of_two(q) if m else self.format.smallest

    def gap(self, direction: int) -> Fraction:
        """The exact distance to the neighbour above (`direction` > 0) or below (< 0).

        Toward zero it is half an ulp at a power of two above the least normal number, where the
        binade ends. Beyond the largest number it is the gap the format would have.
        """
        m, q = self.pair
        toward_zero = m and (m > 0) != (direction > 0)
        least = abs(m) == 1 << self.format.precision - 1 and q == self.format.qmin
        if toward_zero and least and not self.format.subnormals:
            return self.format.smallest
        return self.rounding_gap(direction)

    def rounding_gap(self, direction: int) -> Fraction:
        """The spacing that a rounding sees on one side: half of it is the reach of round to nearest.

        It is `gap`, except below the least normal number of a format that flushes: that one rounds
        as if the binades went on, and flushes afterwards.
        """
        m, q = self.pair
        toward_zero = m and (m > 0) != (direction > 0)
        edge = abs(m) == 1 << self.format.precision - 1 and (q > self.format.qmin or not self.format.subnormals)
        return self.ulp / 2 if toward_zero and edge else self.ulp

    @property
    def half_gaps(self) -> tuple[Fraction, Fraction]:
        """Half the spacing below and above, exact: sums that differ from the number by less are rounded to it.

        >>> from infinitesimal.arithmetics.floating.format import bfloat16
        >>> bfloat16(1).half_gaps
        (Fraction(1, 512), Fraction(1, 256))
        """
        return self.rounding_gap(-1) / 2, self.rounding_gap(1) / 2

    @property
    def next_up(self) -> "Float":
        """The least number above; beyond the largest, infinity where overflow gives it, and else the largest again.

        Below zero the last is -0; NaN stays. Source: IEEE 754-2019, 5.3.1.
        """
        return self._neighbour(1)

    @property
    def next_down(self) -> "Float":
        """The greatest number below: the mirror image of `next_up`.

        >>> from infinitesimal.arithmetics.floating.format import binary16
        >>> binary16(1).next_down, binary16(0).next_down.hex()
        (0.9995, '-0x0.004p-14')
        """
        return self._neighbour(-1)

    def _neighbour(self, direction: int) -> "Float":
        pair, format = self.pair, self.format
        if pair == NAN:
            return self
        sign = -1 if self.is_negative else 1
        if pair[0]:
            found = _outward(format, pair) if sign == direction else _inward(format, pair)
        elif pair in INFINITIES:
            found = pair if sign == direction else (sign * format.largest_significand, format.qmax)
        else:
            found = (direction * (1 if format.subnormals else 1 << format.precision - 1), format.qmin)
        return Float(format, format.encode(found))

    def hex(self) -> str:
        """The value in C99 hexadecimal notation; every bit is shown."""
        if not self.is_finite:
            return repr(self)
        m, q = self.pair
        sign = "-" if self.is_negative else ""
        if not m:
            return f"{sign}0x0.0p+0"
        p = self.format.precision
        size = abs(m)
        digits = -(-(p - 1) // 4)
        fraction = (size & (1 << p - 1) - 1) << digits * 4 - (p - 1)
        exponent = q + p - 1
        tail = f".{fraction:0{digits}x}" if digits else ""
        return f"{sign}0x{size >> p - 1}{tail}p{exponent:+d}"

    def __float__(self) -> float:
        """The value as a Python float, only when that is exact; raises `InputError` otherwise."""
        value = self.exact
        if isinstance(value, float):
            return value
        try:
            result = value.numerator / value.denominator
        except OverflowError:
            result = math.inf
        if math.isinf(result) or Fraction(result) != value:
            raise InputError(f"{self} of {self.format!r} is not a Python float: use .exact, which is a Fraction")
        return -0.0 if self.is_negative and not value else result

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Float):
            return self.exact == other.exact
        return self.exact == other

    def __hash__(self) -> int:
        return hash(self.exact)

    def __abs__(self) -> Fraction | float:
        """The exact size of the value."""
        value = self.exact
        return -value if value < 0 else value

    def __bool__(self) -> bool:
        return self.exact != 0

    def __lt__(self, other: Any) -> bool:
        return bool(self.exact < _exact(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.exact <= _exact(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.exact > _exact(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.exact >= _exact(other))

    def __repr__(self) -> str:
        pair = self.pair
        if pair == NAN:
            return "nan"
        sign = "-" if self.is_negative else ""
        if pair in INFINITIES:
            return sign + "inf"
        if not pair[0]:
            return sign + "0.0"
        return sign + _shortest(self)

    def __str__(self) -> str:
        """The exact decimal where it has at most 17 significant digits, else the same as `repr`."""
        m, q = self.pair
        if not m or abs(q) > 60:
            return repr(self)
        digits, exponent = _exact_digits(m, q)
        return ("-" if m < 0 else "") + _decimal_text(digits, exponent) if len(digits) <= 17 else repr(self)


def _outward(format: Format, pair: Pair) -> Pair:
    """The next number away from zero."""
    (m, q), sign = pair, 1 if pair[0] > 0 else -1
    size = abs(m) + 1
    if q == format.qmax and size > format.largest_significand:
        return pair if format.overflow != "infinity" else INFINITY if sign > 0 else NEGATIVE_INFINITY
    return (sign * size, q) if size >> format.precision == 0 else (sign * (size >> 1), q + 1)


def _inward(format: Format, pair: Pair) -> Pair:
    """The next number toward zero."""
    (m, q), sign = pair, 1 if pair[0] > 0 else -1
    size = abs(m)
    if size == 1 << format.precision - 1 and q > format.qmin:
        return sign * ((1 << format.precision) - 1), q - 1
    least = 1 if format.subnormals else 1 << format.precision - 1
    if size == least:
        return POSITIVE_ZERO if sign > 0 else NEGATIVE_ZERO
    return sign * (size - 1), q


def _exact(other: Any) -> Any:
    return other.exact if isinstance(other, Float) else other


def _shortest(x: Float) -> str:
    """The shortest decimal that rounds to |x| under nearest-even; among those, the nearest to |x|.

    All reals within half a gap of |x| round to it, the ends included when its significand is even.
    """
    m, _ = x.pair
    away, toward = (1, -1) if m > 0 else (-1, 1)
    value = abs(x.format.value(x.pair))
    low, high = value - x.rounding_gap(toward) / 2, value + x.rounding_gap(away) / 2
    even = m % 2 == 0
    # Below the edge of a binade the significand is 2**p, even also where it has one bit.
    even_below = even or x.rounding_gap(toward) < x.ulp
    exponent = log10_floor(value)
    count = 0
    while True:
        count += 1
        scale = power_of_ten(exponent - count + 1)
        for digits in _nearest_integers(value / scale):
            candidate = digits * scale
            if low < candidate < high or (even and candidate == high) or (even_below and candidate == low):
                text = str(digits).rstrip("0")
                return _decimal_text(text, exponent - count + 1 + len(str(digits)) - len(text))


def _nearest_integers(value: Fraction) -> tuple[int, ...]:
    below = value.numerator // value.denominator
    over = value - below - Fraction(1, 2)
    down_first = over < 0 or (over == 0 and below % 2 == 0)
    first, second = (below, below + 1) if down_first else (below + 1, below)
    return (first, second) if first else (second,)


def _exact_digits(m: int, q: int) -> tuple[str, int]:
    """|m| * 2**q as decimal digits without trailing zeros, and a power of ten."""
    size, exponent = (abs(m) << q, 0) if q >= 0 else (abs(m) * 5**-q, q)
    text = str(size).rstrip("0")
    return text, exponent + len(str(size)) - len(text)


def _decimal_text(text: str, exponent: int) -> str:
    """Digits times 10**exponent the way Python writes a float: plain from 1e-4 up to 1e16."""
    point = len(text) + exponent  # the position of the decimal point
    if -4 < point <= 16:
        if point <= 0:
            return "0." + "0" * -point + text
        if exponent >= 0:
            return text + "0" * exponent + ".0"
        return f"{text[:point]}.{text[point:]}"
    mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
    return f"{mantissa}e{point - 1:+03d}"
