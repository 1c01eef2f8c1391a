"""Errors of machine numbers against exact values, in exact units."""

from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.format import Format, power_of_two
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.rational import log2_floor


def ulp_at(format: Format, value: Fraction) -> Fraction:
    """The spacing of the format at a real `value`: that of the binade that contains it, exact.

    At zero and among the subnormals it is the smallest positive value. Beyond the largest number
    it is the spacing the format would have. Source: Muller et al., Handbook of Floating-Point
    Arithmetic, 2.6 (Goldberg's definition).

    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> ulp_at(binary64, Fraction(1)) == Fraction(1, 2**52)
    True
    """
    if not value or log2_floor(value) < format.emin:
        return format.smallest
    return power_of_two(log2_floor(value) - format.precision + 1)


def error_in_ulps(number: Float, exact: Fraction) -> Fraction | None:
    """|number - exact| in units of the spacing at `exact`, unrounded; None for an infinity or NaN.

    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> error_in_ulps(binary64("0.1"), Fraction(1, 10))
    Fraction(2, 5)
    """
    value = number.exact
    if not isinstance(value, Fraction):
        return None
    return abs(value - exact) / ulp_at(number.format, exact)


def relative_error(number: Any, exact: Fraction) -> Fraction | None:
    """|number - exact| / |exact|, exact; None where `exact` is 0 or the number is not finite."""
    value = number.exact if isinstance(number, Float) else number
    if not exact or not isinstance(value, Fraction):
        return None
    return abs(value - exact) / abs(exact)
