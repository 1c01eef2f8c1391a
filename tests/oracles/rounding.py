"""Rounding and the four operations from the definition, in `Fraction`.

The two neighbours that enclose the exact value are found by a floor division by the gap, and one of
the two is chosen by its distance, by its parity or by its side (IEEE 754-2019, 4.3). Nothing is
shared with the package but the parameters of a format.
"""

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
)

Real = tuple[int, Fraction | str]

NOT_A_NUMBER: Real = (0, "nan")
OPERATIONS = ("add", "sub", "mul", "div")
ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd")

_SPECIALS: dict[Pair, Real] = {
    POSITIVE_ZERO: (0, Fraction(0)),
    NEGATIVE_ZERO: (1, Fraction(0)),
    INFINITY: (0, "inf"),
    NEGATIVE_INFINITY: (1, "inf"),
    NAN: NOT_A_NUMBER,
}


def meaning(pair: Pair) -> Real:
    """What a pair of the package stands for."""
    m, q = pair
    return (int(m < 0), abs(m) * Fraction(2) ** q) if m else _SPECIALS[pair]


def magnitude(size: Fraction) -> int:
    """The integer E with 2**E <= size < 2**(E+1)."""
    e = size.numerator.bit_length() - size.denominator.bit_length()
    while Fraction(2) ** e > size:
        e -= 1
    while Fraction(2) ** (e + 1) <= size:
        e += 1
    return e


def largest_value(format: Format) -> Fraction:
    return format.largest_significand * Fraction(2) ** (format.emax - format.precision + 1)


def rounded(value: Fraction, format: Format, rounding: str) -> Real:
    """The nonzero exact `value` rounded once into `format`."""
    sign, size = int(value < 0), abs(value)
    e = magnitude(size)
    if format.subnormals:
        e = max(e, format.emin)
    gap = Fraction(2) ** (e - format.precision + 1)
    count = size // gap
    chosen = chosen_neighbour(size, count * gap, (count + 1) * gap, count % 2 == 1, sign, rounding)
    if chosen > largest_value(format):
        return beyond(sign, format, rounding)
    if chosen < Fraction(2) ** format.emin and not format.subnormals:
        return sign, Fraction(0)
    return sign, chosen


def chosen_neighbour(
    size: Fraction, low: Fraction, high: Fraction, low_is_odd: bool, sign: int, rounding: str
) -> Fraction:
    """The one of the neighbours `low` <= `size` < `high` that the rounding picks; sizes are positive."""
    if size == low:
        return low
    if rounding in ("nearest_even", "nearest_away"):
        below, above = size - low, high - size
        if below != above:
            return low if below < above else high
        return high if rounding == "nearest_away" or low_is_odd else low
    goes_up = {"toward_zero": False, "away": True, "up": not sign, "down": bool(sign), "odd": not low_is_odd}
    return high if goes_up[rounding] else low


def beyond(sign: int, format: Format, rounding: str) -> Real:
    """A result whose rounding, with an unbounded exponent, lies beyond the largest value."""
    inner = "up" if sign else "down"
    if format.overflow == "saturate" or rounding in ("toward_zero", "odd", inner):
        return sign, largest_value(format)
    return NOT_A_NUMBER if format.overflow == "nan" else (sign, "inf")


def nonnegative_values(format: Format) -> list[Fraction]:
    """All finite values from 0 on, in order, by enumeration (for small formats with subnormals)."""
    p = format.precision
    found = {m * Fraction(2) ** (format.emin - p + 1) for m in range(1 << p - 1)}
    for e in range(format.emin, format.emax + 1):
        found |= {m * Fraction(2) ** (e - p + 1) for m in range(1 << p - 1, 1 << p)}
    return sorted(value for value in found if value <= largest_value(format))


def rounded_by_list(value: Fraction, values: Sequence[Fraction], format: Format, rounding: str) -> Real:
    """`rounded` once more, by looking the neighbours up in the list of all values.

    The values follow each other as their significands do, so the place in the list has the parity
    of the significand (precision 2 or more). Above the list the next neighbour is one gap further.
    """
    sign, size = int(value < 0), abs(value)
    place = bisect_right(values, size) - 1
    low = values[place]
    high = values[place + 1] if place + 1 < len(values) else 2 * values[-1] - values[-2]
    if size >= high:
        return beyond(sign, format, rounding)
    chosen = chosen_neighbour(size, low, high, place % 2 == 1, sign, rounding)
    return (sign, chosen) if chosen <= values[-1] else beyond(sign, format, rounding)


def operate(operation: str, a: Real, b: Real, format: Format, rounding: str) -> Real:
    """The exact operation on two values, rounded once; IEEE 754-2019, 6 and 7 for the special ones."""
    if "nan" in (a[1], b[1]):
        return NOT_A_NUMBER
    if operation == "sub":
        return _sum(a, (1 - b[0], b[1]), format, rounding)
    if operation == "add":
        return _sum(a, b, format, rounding)
    return (_product if operation == "mul" else _quotient)(a, b, format, rounding)


def _sum(a: Real, b: Real, format: Format, rounding: str) -> Real:
    if a[1] == "inf" or b[1] == "inf":
        if a[1] == b[1]:
            return a if a[0] == b[0] else NOT_A_NUMBER
        return a if a[1] == "inf" else b
    exact = signed(a) + signed(b)
    if exact:
        return rounded(exact, format, rounding)
    if a[1] == 0 and a[0] == b[0]:
        return a
    return int(rounding == "down"), Fraction(0)


def _product(a: Real, b: Real, format: Format, rounding: str) -> Real:
    sign = a[0] ^ b[0]
    if "inf" in (a[1], b[1]):
        return NOT_A_NUMBER if 0 in (a[1], b[1]) else (sign, "inf")
    exact = signed(a) * signed(b)
    return rounded(exact, format, rounding) if exact else (sign, Fraction(0))


def _quotient(a: Real, b: Real, format: Format, rounding: str) -> Real:
    sign = a[0] ^ b[0]
    if a[1] == b[1] and a[1] in (0, "inf"):
        return NOT_A_NUMBER
    if a[1] == "inf":
        return sign, "inf"
    if b[1] == "inf" or a[1] == 0:
        return sign, Fraction(0)
    if b[1] == 0:
        policy = {"infinity": (sign, "inf"), "nan": NOT_A_NUMBER, "saturate": (sign, largest_value(format))}
        return policy[format.overflow]
    return rounded(signed(a) / signed(b), format, rounding)


def signed(value: Real) -> Fraction:
    """The rational of a finite value."""
    sign, size = value
    assert isinstance(size, Fraction)
    return -size if sign else size
