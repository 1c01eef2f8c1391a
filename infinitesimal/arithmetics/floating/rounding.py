"""Roundings: which value of a format is picked for an exact result.

Each rounding acts on an integer and a number of bits to drop. The sign belongs to the integer;
Python's `>>` rounds toward minus infinity, and the formulas below start from that.
"""

from collections.abc import Callable
from enum import StrEnum

from infinitesimal.errors import InputError


class Rounding(StrEnum):
    """The direction of a rounding. The first five are IEEE 754-2019, 4.3.

    `AWAY` goes away from zero; `ODD` keeps exact values and otherwise picks the neighbour whose
    significand is odd, which makes it safe to round once more (Boldo and Melquiond).
    """

    NEAREST_EVEN = "nearest_even"
    NEAREST_AWAY = "nearest_away"
    TOWARD_ZERO = "toward_zero"
    UP = "up"
    DOWN = "down"
    AWAY = "away"
    ODD = "odd"


def rounding_of(value: object) -> Rounding:
    """The rounding named by `value`; raises `InputError` with the names there are."""
    try:
        return Rounding(value)  # type: ignore[arg-type]
    except ValueError:
        names = ", ".join(Rounding)
        raise InputError(f"{value!r} is not a rounding: give one of {names}") from None


def shifter(rounding: Rounding) -> Callable[[int, int], int]:
    """The function (s, d) -> s / 2**d rounded to an integer, for d >= 1."""
    return _SHIFTERS[rounding]


def overflows_to_largest(rounding: Rounding, negative: bool) -> bool:
    """Whether a result beyond the largest value is rounded to it, rather than to infinity.

    Toward zero and the directed rounding on the inner side give the largest value; so does `ODD`,
    since the largest significand is the odd neighbour.
    """
    inner = Rounding.UP if negative else Rounding.DOWN
    return rounding in (Rounding.TOWARD_ZERO, Rounding.ODD, inner)


def _nearest_even(s: int, d: int) -> int:
    return (s + (1 << d - 1) - 1 + (s >> d & 1)) >> d


def _nearest_away(s: int, d: int) -> int:
    return s + (1 << d - 1) >> d if s > 0 else -(-s + (1 << d - 1) >> d)


def _toward_zero(s: int, d: int) -> int:
    return s >> d if s > 0 else -(-s >> d)


def _down(s: int, d: int) -> int:
    return s >> d


def _up(s: int, d: int) -> int:
    return -(-s >> d)


def _away(s: int, d: int) -> int:
    return -(-s >> d) if s > 0 else s >> d


def _odd(s: int, d: int) -> int:
    size = abs(s)
    kept = size >> d | (size & (1 << d) - 1 != 0)
    return kept if s > 0 else -kept


_SHIFTERS: dict[Rounding, Callable[[int, int], int]] = {
    Rounding.NEAREST_EVEN: _nearest_even,
    Rounding.NEAREST_AWAY: _nearest_away,
    Rounding.TOWARD_ZERO: _toward_zero,
    Rounding.UP: _up,
    Rounding.DOWN: _down,
    Rounding.AWAY: _away,
    Rounding.ODD: _odd,
}
