"""The arithmetic of a machine on whole numpy arrays, with the bits of the soft core.

The values of a format are held exactly in binary64. An operation is done in binary64 and its result rounded into the
format. Why that is one rounding of the exact result, for a precision p with 53 >= 2p + 2 (p <= 25) and exponents for
which neither the results nor the errors below leave binary64:

- nearest-even: rounding twice is innocuous for + - * / and the square root (Figueroa 1995);
- every rounding: a product of two p-bit numbers has 2p bits and is exact. A quotient, or a square root, that is no
  number c of p + 1 bits is at least 2**-(p + 2) ulps of c away from all of them, more than binary64 rounds away
  (|a - c*b| >= 1 and |a - c*c| >= 1 for integers), so it stays on its side of every value and every midpoint;
- a sum is taken with its error and rounded to odd, which is safe to round again (Boldo and Melquiond 2008); so is
  the sum of a fused multiply-add, whose product is exact.

binary64 itself has the processor's arithmetic, under nearest-even only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.array_bits import Encodings
from infinitesimal.arithmetics.floating.array_rounding import Array, rounder, sum_to_odd
from infinitesimal.arithmetics.floating.format import Format, binary32, binary64
from infinitesimal.arithmetics.floating.native import float_of_pair, pair_of_float
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import InputError

WIDEST = 25
"""The greatest precision p with 53 >= 2p + 2."""


@dataclass(frozen=True, slots=True, repr=False)
class Arrays:
    """The arithmetic `soft` on numpy arrays of binary64 that hold values of its format; see the module.

    >>> from infinitesimal.arithmetics.floating.format import bfloat16
    >>> machine = arrays(bfloat16)
    >>> x = machine.from_bits(np.array([0x3F80, 0x4040, 0x0001]))
    >>> machine.to_bits(machine.div(x, machine.const(Fraction(3))))
    array([16043, 16256,     0], dtype=uint16)
    """

    soft: Floats
    encodings: Encodings = field(init=False, compare=False)
    round: Callable[[Array], Array] = field(init=False, compare=False)

    infix: ClassVar[Mapping[str, str]] = MappingProxyType({})
    exact = False

    def __post_init__(self) -> None:
        format, rounding = self.soft.format, self.soft.rounding
        object.__setattr__(self, "encodings", Encodings(format))
        object.__setattr__(self, "round", _rounder(format, rounding))

    @property
    def name(self) -> str:
        return self.soft.name

    @property
    def format(self) -> Format:
        return self.soft.format

    @property
    def rounding(self) -> Rounding:
        return self.soft.rounding

    @property
    def top(self) -> int:
        """The order index of the largest value."""
        return self.encodings.top

    def const(self, value: Fraction) -> Array:
        return np.float64(float_of_pair(self.soft.const(value)))

    def integer(self, k: int) -> Array:
        return np.float64(float_of_pair(self.soft.integer(k)))

    def embed(self, value: object) -> Array:
        """An array of values of the format, as it is; any one number as the soft core reads it.

        Raises `InputError` for an array that holds other numbers.
        """
        if not isinstance(value, np.ndarray):
            return np.float64(float_of_pair(self.soft.embed(value)))
        found = value.astype(np.float64)
        with np.errstate(all="ignore"):
            inside = (self.round(found) == found) | np.isnan(found)
        if not inside.all():
            raise InputError(f"{found[~inside].flat[0]} is not a value of {self.format!r}: round it first")
        return found

    def export(self, element: Array) -> Any:
        """The numbers of an array, as `Float`: a list, nested as the array is."""

        def export(x: Any) -> Any:
            return [export(y) for y in x] if isinstance(x, list) else self.soft.export(self._pair(x))

        return export(np.asarray(element).tolist())

    def _pair(self, value: float) -> Any:
        pair = pair_of_float(value)
        return self.soft.round(*pair) if pair[0] else pair

    def add(self, a: Array, b: Array) -> Array:
        rounding = self.soft.rounding
        with np.errstate(all="ignore"):
            if rounding is Rounding.NEAREST_EVEN:
                return self.round(a + b)
            exact = sum_to_odd(a, b)
            return self.round(_negative_zeros(exact, a, b) if rounding is Rounding.DOWN else exact)

    def sub(self, a: Array, b: Array) -> Array:
        return self.add(a, -b)

    def mul(self, a: Array, b: Array) -> Array:
        with np.errstate(all="ignore"):
            return self.round(a * b)

    def div(self, a: Array, b: Array) -> Array:
        with np.errstate(all="ignore"):
            quotient = a / b
            if self.soft.format.overflow != "infinity":
                # Dividing by zero gives what the format has for infinity; an infinite dividend stays infinite.
                policy = float(self.soft.format.largest) if self.soft.format.overflow == "saturate" else np.nan
                by_zero = np.isinf(quotient) & ~np.isinf(a)
                quotient = np.where(by_zero, np.copysign(policy, quotient), quotient)
            return self.round(quotient)

    def neg(self, a: Array) -> Array:
        return -a

    def pow(self, a: Array, k: int) -> Array:
        return left_to_right_power(self, a, k)

    def sqrt(self, a: Array) -> Array:
        with np.errstate(all="ignore"):
            return self.round(np.sqrt(a))

    def fma(self, a: Array, b: Array, c: Array) -> Array:
        """The value of a*b + c with one rounding."""
        if self.soft.format.precision > WIDEST:
            return _by_soft(self, self.soft.fma, a, b, c)
        with np.errstate(all="ignore"):
            product = a * b
            exact = sum_to_odd(product, c)
            down = self.soft.rounding is Rounding.DOWN
            return self.round(_negative_zeros(exact, product, c) if down else exact)

    def function(self, name: str, *args: Array) -> Array:
        """A function of losses, correctly rounded, one distinct value after the other."""
        if len(args) != 1:
            return _by_soft(self, partial(self.soft.function, name), *args)
        (a,) = args
        if name == "sqrt":
            return self.sqrt(a)
        distinct, place = np.unique(np.asarray(a, dtype=np.float64).view(np.int64), return_inverse=True)
        found = [float_of_pair(self.soft.function(name, self._pair(x))) for x in distinct.view(np.float64).tolist()]
        return np.array(found)[place].reshape(np.shape(a))

    def from_bits(self, bits: Array) -> Array:
        """The values of encodings; see `Encodings`."""
        return self.encodings.from_bits(bits)

    def to_bits(self, values: Array) -> Array:
        """The encodings of values, in the least unsigned type that has room; NaN canonical."""
        return self.encodings.to_bits(values)

    def order(self, values: Array) -> Array:
        """The order index of values: int64, zeros merged, infinities at +-(top + 1), NaN at top + 2."""
        return self.encodings.order(values)

    def from_order(self, index: Array) -> Array:
        """The values with these order indices."""
        return self.encodings.from_order(index)

    def __repr__(self) -> str:
        return f"arrays({self.soft!r})"


def _negative_zeros(s: Array, a: Array, b: Array) -> Array:
    """A sum whose exact zeros are -0, unless both operands are +0: rounding down (IEEE 754-2019, 6.3)."""
    return np.where((s == 0) & (np.signbit(a) | np.signbit(b)), -0.0, s)


def _by_soft(machine: Arrays, operation: Callable[..., Any], *args: Array) -> Array:
    """An operation of the soft core, element by element."""

    def one(*values: float) -> float:
        return float_of_pair(operation(*map(machine._pair, values)))

    return np.asarray(np.frompyfunc(one, len(args), 1)(*args), dtype=np.float64)


def _rounder(format: Format, rounding: Rounding) -> Callable[[Array], Array]:
    if format == binary64:
        return lambda x: x
    if format == binary32 and rounding is Rounding.NEAREST_EVEN:
        return lambda x: np.asarray(x).astype(np.float32).astype(np.float64)
    return rounder(format, rounding)


def fits_arrays(format: Format, rounding: Rounding) -> bool:
    """Whether `arrays` has the format under the rounding: the theorem, and the range of exponents.

    Products need 2*qmin >= -1074 and 2*(emax + 1) <= 1023; the quotients of the least and the largest values have to
    be normal numbers of binary64; 53 bits above the quantum of any value need a place.
    """
    if rounding is Rounding.NEAREST_EVEN and format == binary64:
        return True
    within = format.precision <= WIDEST and not format.explicit_leading_bit
    low, high = format.qmin - format.emax - 1, format.emax + 1 - format.qmin
    range_fits = 2 * format.qmin >= -1074 and 2 * (format.emax + 1) <= 960 and low >= -1020 and high <= 1020
    return within and range_fits


@lru_cache(maxsize=256)
def _arrays(soft: Floats, name: str) -> Arrays:
    return Arrays(soft)


def arrays(format: object, rounding: object = Rounding.NEAREST_EVEN) -> Arrays:
    """The arithmetic of `format` under `rounding` on numpy arrays.

    `format` is a format, its name, or a soft arithmetic, whose rounding is then taken. Raises `InputError` where
    binary64 cannot hold the arithmetic: see `fits_arrays`.
    """
    soft = format if isinstance(format, Floats) else floats(format, rounding)  # type: ignore[arg-type]
    if not fits_arrays(soft.format, soft.rounding):
        raise InputError(
            f"{soft!r} does not fit into arrays of binary64: they hold binary64 under nearest_even, and formats of "
            f"precision up to {WIDEST} with exponents well inside its range, under any rounding"
        )
    return _arrays(soft, soft.format.name)
