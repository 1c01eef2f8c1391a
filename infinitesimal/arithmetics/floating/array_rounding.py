"""Rounding of whole numpy arrays: binary64 numbers to the values of a narrower format, in any rounding.

A quantum u = 2**q is the spacing of the format at a number. Adding and subtracting 1.5 * 2**52 * u rounds a binary64
number to a multiple of u, ties to even, because the sum has the last bit u; the last bit of the sum is the parity of
the multiple. What is left over is exact, and turns the nearest multiple into that of every other rounding.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.format import Format
from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest

Array = Any
"""A numpy array of binary64, or one scalar."""

_EXPONENT = np.int64(0x7FF << 52)
_BIAS = 1023


def rounder(format: Format, rounding: Rounding) -> Callable[[Array], Array]:
    """The function that rounds binary64 arrays into `format`, overflow and flush included.

    An infinity stays one, as does NaN: the format's overflow policy is for finite numbers.
    """
    p, beyond = format.precision, _beyond(format, rounding)
    # Far below the least number a greater quantum does no harm: all of it rounds to the same multiples, or is flushed.
    least = format.emin if format.subnormals else format.emin - 2
    low, high = np.int64(least + _BIAS << 52), np.int64(format.emax + 1 + _BIAS << 52)
    drop, magic = np.int64(p - 1 << 52), 1.5 * 2.0**52
    adjust = _ADJUSTMENTS.get(rounding)
    smallest_normal = 2.0**format.emin

    def round(x: Array) -> Array:
        x = np.asarray(x, dtype=np.float64)
        quantum = (np.clip(x.view(np.int64) & _EXPONENT, low, high) - drop).view(np.float64)
        shift = quantum * magic
        shifted = x + shift
        nearest = shifted - shift
        if adjust is not None:
            nearest = adjust(x, nearest, quantum, shifted)
        if not format.subnormals:
            nearest = np.where(np.abs(nearest) < smallest_normal, 0.0, nearest)
        return beyond(np.copysign(nearest, x), x)

    return round


def _beyond(format: Format, rounding: Rounding) -> Callable[[Array, Array], Array]:
    """What becomes of rounded numbers beyond the largest value, given what they were rounded from."""
    largest = float(format.largest)
    policy = {"infinity": np.inf, "saturate": largest, "nan": np.nan}[format.overflow]
    ends = [largest if overflows_to_largest(rounding, negative) else policy for negative in (False, True)]

    def beyond(rounded: Array, x: Array) -> Array:
        out = np.abs(rounded) > largest
        if out.any():
            finite = out & np.isfinite(x)
            rounded = np.where(finite, np.where(x > 0, ends[0], -ends[1]), rounded)
        return rounded

    return beyond


def _nearest_away(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    left = np.abs(x) - np.abs(nearest)
    return nearest + np.copysign(np.where(left + left == quantum, quantum, 0.0), x)


def _toward_zero(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    return nearest - np.copysign(np.where(np.abs(nearest) > np.abs(x), quantum, 0.0), x)


def _away(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    return nearest + np.copysign(np.where(np.abs(nearest) < np.abs(x), quantum, 0.0), x)


def _down(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    return np.where(nearest > x, nearest - quantum, nearest)


def _up(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    return np.where(nearest < x, nearest + quantum, nearest)


def _odd(x: Array, nearest: Array, quantum: Array, shifted: Array) -> Array:
    wrong = (nearest != x) & (shifted.view(np.int64) & 1 == 0)
    return np.where(wrong, np.where(x > nearest, nearest + quantum, nearest - quantum), nearest)


_ADJUSTMENTS: dict[Rounding, Callable[[Array, Array, Array, Array], Array]] = {
    Rounding.NEAREST_AWAY: _nearest_away,
    Rounding.TOWARD_ZERO: _toward_zero,
    Rounding.AWAY: _away,
    Rounding.DOWN: _down,
    Rounding.UP: _up,
    Rounding.ODD: _odd,
}
"""From the nearest multiple to the one of another rounding. At a power of two the spacing below is that of `x`, which
lies on the same side, so the neighbour is one quantum away."""


def sum_to_odd(a: Array, b: Array) -> Array:
    """The sum a + b in binary64, rounded to odd: an inexact sum gets an odd last bit, so that a later rounding to 50
    bits or fewer is that of the exact sum. Exact sums, infinities and NaN are as they are.

    TwoSum gives the error (Knuth, TAOCP 2, 4.2.2); the cure is Boldo and Melquiond's. Nothing may overflow.
    """
    s = np.asarray(a + b, dtype=np.float64)
    part = s - a
    error = (a - (s - part)) + (b - part)
    bits = s.view(np.int64)
    inexact = ((error > 0) | (error < 0)) & (bits & 1 == 0)
    return (bits + np.where(inexact, np.where((error > 0) == (s > 0), 1, -1), 0)).view(np.float64)
