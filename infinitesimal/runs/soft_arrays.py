"""The soft core on whole arrays, element by element: for the machines that numpy's own arithmetic cannot stand for.

The values are held in binary64, exactly, as in `arrays`; every operation is that of the soft core.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.array_bits import Encodings
from infinitesimal.arithmetics.floating.arrays import arrays, fits_arrays
from infinitesimal.arithmetics.floating.format import Format, binary64
from infinitesimal.arithmetics.floating.native import float_of_pair, pair_of_float
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import InputError

Array = Any


@dataclass(frozen=True, slots=True, repr=False)
class SoftArrays:
    """The arithmetic `soft` on numpy arrays of binary64 that hold values of its format; slow, and the same bits.

    >>> from infinitesimal.arithmetics.floating.soft import floats
    >>> machine = SoftArrays(floats(binary64, "up"))
    >>> machine.add(np.array([1.0, 2.0]), machine.const(Fraction(1, 10)))
    array([1.1, 2.1])
    """

    soft: Floats
    encodings: Encodings = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "encodings", Encodings(self.soft.format))

    @property
    def format(self) -> Format:
        return self.soft.format

    @property
    def top(self) -> int:
        """The order index of the largest value."""
        return self.encodings.top

    def const(self, value: Fraction) -> Array:
        return np.float64(float_of_pair(self.soft.const(value)))

    def add(self, a: Array, b: Array) -> Array:
        return self._each(self.soft.add, a, b)

    def sub(self, a: Array, b: Array) -> Array:
        return self._each(self.soft.sub, a, b)

    def mul(self, a: Array, b: Array) -> Array:
        return self._each(self.soft.mul, a, b)

    def div(self, a: Array, b: Array) -> Array:
        return self._each(self.soft.div, a, b)

    def sqrt(self, a: Array) -> Array:
        return self._each(self.soft.sqrt, a)

    def neg(self, a: Array) -> Array:
        return -a

    def function(self, name: str, a: Array) -> Array:
        return self._each(lambda pair: self.soft.function(name, pair), a)

    def order(self, values: Array) -> Array:
        """The order index of values, as in `arrays`."""
        return self.encodings.order(values)

    def from_order(self, index: Array) -> Array:
        """The values with these order indices."""
        return self.encodings.from_order(index)

    def _each(self, operation: Callable[..., Any], *args: Array) -> Array:
        def one(*values: float) -> float:
            return float_of_pair(operation(*map(self._pair, values)))

        return np.asarray(np.frompyfunc(one, len(args), 1)(*args), dtype=np.float64)

    def _pair(self, value: float) -> Any:
        pair = pair_of_float(value)
        return self.soft.round(*pair) if pair[0] else pair


def any_arrays(soft: Floats) -> Any:
    """The fastest arithmetic on arrays that has the bits of `soft`: `arrays` where it fits, else the soft core.

    Raises `InputError` for a format that has values outside binary64.
    """
    format = soft.format
    if fits_arrays(format, soft.rounding):
        return arrays(soft)
    inside = format.precision < 53 and format.qmin >= -1022 and format.emax <= 1022 and not format.explicit_leading_bit
    if format != binary64 and not inside:
        raise InputError(
            f"{soft!r} has values outside binary64, which arrays cannot hold: take a format up to binary64"
        )
    return SoftArrays(soft)
