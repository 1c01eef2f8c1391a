"""Encodings and the order of the values of a format, for whole numpy arrays.

The values from 0 on are numbered by their magnitude: the encoding without its sign. Beside binary64 itself every
value is a normal number of binary64, so its magnitude can be read off the bits of that.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.format import NAN, Format

Array = Any

_SIGN = np.uint64(1 << 63)
_WIDE = 53


@dataclass(frozen=True, slots=True)
class Encodings:
    """Between values in binary64 arrays, encodings and the order index of one format.

    The **index** counts the finite values in their order: 0 for both zeros, 1 for the least positive value, -1 for its
    negative, `top` for the largest value; the infinities are at top + 1 and -top - 1, and NaN, which has no place in
    the order, at top + 2. Without subnormals their encodings are not counted.
    """

    format: Format
    top: int = field(init=False)
    dtype: Any = field(init=False)
    _largest: int = field(init=False)
    _first: int = field(init=False)
    _nan: int = field(init=False)

    def __post_init__(self) -> None:
        format = self.format
        low = format.precision - 1
        largest = format.emax - format.emin + 1 << low | format.largest_significand & (1 << low) - 1
        first = 1 if format.subnormals else 1 << low
        nan = format.encode(NAN)
        sizes = (np.uint8, np.uint16, np.uint32, np.uint64)
        needed = max(format.width, nan.bit_length())
        for name, value in (
            ("_largest", largest),
            ("_first", first),
            ("_nan", nan),
            ("top", largest - first + 1),
            ("dtype", next(np.dtype(t) for t in sizes if np.dtype(t).itemsize * 8 >= needed)),
        ):
            object.__setattr__(self, name, value)

    def magnitudes(self, values: Array) -> Array:
        """The numbers of |value| from 0 on, as int64; meaningless for what is not finite."""
        format = self.format
        size = np.abs(np.asarray(values, dtype=np.float64))
        bits = size.view(np.int64)
        if format.precision == _WIDE:
            return bits
        offset = np.int64(format.emin + 1022 << format.precision - 1)
        normal = (bits >> np.int64(_WIDE - format.precision)) - offset
        with np.errstate(all="ignore"):
            below = (size * 2.0**-format.qmin).astype(np.int64)
        return np.where(size < 2.0**format.emin, below, normal)

    def values(self, magnitudes: Array) -> Array:
        """The values from 0 on with these magnitudes."""
        format = self.format
        codes = np.asarray(magnitudes, dtype=np.int64)
        if format.precision == _WIDE:
            return codes.view(np.float64)
        offset = np.int64(format.emin + 1022 << format.precision - 1)
        normal = (codes + offset << np.int64(_WIDE - format.precision)).view(np.float64)
        return np.where(codes >> format.precision - 1 == 0, codes * 2.0**format.qmin, normal)

    def to_bits(self, values: Array) -> Array:
        """The encodings of values, as unsigned integers; every NaN has the one that the format writes."""
        values = np.asarray(values, dtype=np.float64)
        code = self.magnitudes(values).astype(np.uint64)
        infinite = np.isinf(values)
        if infinite.any():
            code = np.where(infinite, np.uint64(self._infinity), code)
        code = code | np.signbit(values).astype(np.uint64) << np.uint64(self.format.width - 1)
        unknown = np.isnan(values)
        if unknown.any():
            code = np.where(unknown, np.uint64(self._nan), code)
        return code.astype(self.dtype)

    def from_bits(self, bits: Array) -> Array:
        """The values of encodings. Every NaN is the one NaN, and without subnormals their encodings are zeros."""
        codes = np.asarray(bits).astype(np.uint64)
        width = self.format.width
        negative = codes >> np.uint64(width - 1) == 1
        sizes = (codes & np.uint64((1 << width - 1) - 1)).astype(np.int64)
        beyond = (sizes > self._largest) | (codes >> np.uint64(width - 1) > 1)
        sizes = np.where(beyond | (sizes < self._first), 0, sizes)
        found = np.where(negative, -self.values(sizes), self.values(sizes))
        if beyond.any():
            infinite = beyond & (codes & np.uint64((1 << width - 1) - 1) == self._infinity) & self.format.has_infinity
            found = np.where(beyond, np.where(infinite, np.where(negative, -np.inf, np.inf), np.nan), found)
        return found

    def order(self, values: Array) -> Array:
        """The index of each value, as int64."""
        values = np.asarray(values, dtype=np.float64)
        size = np.maximum(self.magnitudes(values) - (self._first - 1), 0)
        size = np.where(np.isinf(values), self.top + 1, size)
        index = np.where(np.signbit(values), -size, size)
        return np.where(np.isnan(values), self.top + 2, index)

    def from_order(self, index: Array) -> Array:
        """The values with these indices."""
        index = np.asarray(index, dtype=np.int64)
        size = np.abs(index)
        finite = np.where((size == 0) | (size > self.top), 0, size + (self._first - 1))
        found = np.where(index < 0, -self.values(finite), self.values(finite))
        return np.where(size == self.top + 1, np.where(index < 0, -np.inf, np.inf),
                        np.where(size > self.top + 1, np.nan, found))  # fmt: skip

    @property
    def _infinity(self) -> int:
        return self.format.emax - self.format.emin + 2 << self.format.precision - 1
