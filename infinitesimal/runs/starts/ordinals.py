"""The order index of the numbers of a format: 0 for zero, 1 for the least positive one, and so on; exact."""

import math
from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.format import INFINITIES, INFINITY, NAN, NEGATIVE_INFINITY, Format, Pair

Value = Any
"""A fraction, or an infinity as a Python float."""


def top_of(format: Format) -> int:
    """The index of the largest number of a format."""
    return index_of(format, (format.largest_significand, format.qmax))


def index_of(format: Format, pair: Pair) -> int:
    """The order index of a pair that is not NaN; those of infinities follow the largest value.

    >>> from infinitesimal.arithmetics.floating.format import e4m3fn
    >>> index_of(e4m3fn, (1, e4m3fn.qmin)), pair_of(e4m3fn, -126)
    (1, (-14, 5))
    """
    m, q = pair
    skipped = 0 if format.subnormals else (1 << format.precision - 1) - 1
    if not m:
        if pair not in INFINITIES:
            return 0
        last = top_of(format) + 1
        return last if pair == INFINITY else -last
    size = (q - format.qmin << format.precision - 1) + abs(m) - skipped
    return size if m > 0 else -size


def pair_of(format: Format, index: int) -> Pair:
    """The pair with an order index."""
    if index == 0:
        return 0, 0
    if abs(index) > top_of(format):
        return INFINITY if index > 0 else NEGATIVE_INFINITY
    code = abs(index) + (0 if format.subnormals else (1 << format.precision - 1) - 1)
    binade = max((code >> format.precision - 1) - 1, 0)
    size = code - (binade << format.precision - 1)
    return (size if index > 0 else -size), format.qmin + binade


def value_of(format: Format, pair: Pair) -> Value:
    """The exact value of a pair; an infinity as a Python float; None for NaN."""
    if format.is_finite(pair):
        return format.value(pair)
    return None if pair == NAN else math.inf if pair == INFINITY else -math.inf


def value_at(format: Format, index: int) -> Fraction:
    """The exact value with the index of a finite number."""
    return format.value(pair_of(format, index))
