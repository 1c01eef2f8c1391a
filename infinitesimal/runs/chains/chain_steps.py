"""Where every value of a format goes under one exact step and one stochastic rounding: a table of transitions.

The exact images are fractions of Python integers in numpy arrays; nothing is rounded before the one random rounding.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import Format, power_of_two
from infinitesimal.errors import Undefined
from infinitesimal.terms.program import Program

Integers = Any
"""An array of Python integers, or one integer."""

Ratio = tuple[Integers, Integers]


class Ratios:
    """The field operations on arrays of fractions (numerator, denominator), not in lowest terms."""

    def const(self, value: Fraction) -> Ratio:
        return value.numerator, value.denominator

    def add(self, a: Ratio, b: Ratio) -> Ratio:
        return a[0] * b[1] + b[0] * a[1], a[1] * b[1]

    def sub(self, a: Ratio, b: Ratio) -> Ratio:
        return a[0] * b[1] - b[0] * a[1], a[1] * b[1]

    def mul(self, a: Ratio, b: Ratio) -> Ratio:
        return a[0] * b[0], a[1] * b[1]

    def div(self, a: Ratio, b: Ratio) -> Ratio:
        return a[0] * b[1], a[1] * b[0]

    def neg(self, a: Ratio) -> Ratio:
        return -a[0], a[1]

    def pow(self, a: Ratio, k: int) -> Ratio:
        power: Ratio = left_to_right_power(self, a, k)
        return power


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The finite values of a format in order, numbered from 0; the zeros are one.

    `top` is the number of positive values. The value after v counts ulps of the smallest one as encodings do.
    """

    format: Format

    @property
    def top(self) -> int:
        f = self.format
        encoded = (f.qmax - f.qmin << f.precision - 1) + f.largest_significand
        return encoded - self._hidden

    @property
    def _hidden(self) -> int:
        """The encodings of subnormals, where the format has none."""
        return 0 if self.format.subnormals else (1 << self.format.precision - 1) - 1

    def __len__(self) -> int:
        return 2 * self.top + 1

    def units(self) -> Any:
        """All values as integers, in units of 2**qmin."""
        p = self.format.precision
        encoded = np.arange(1, self.top + 1) + self._hidden
        shift = np.maximum(encoded >> p - 1, 1) - 1
        sizes = (encoded - (shift << p - 1)).astype(object) << shift.astype(object)
        return np.concatenate([-sizes[::-1], np.array([0], dtype=object), sizes])

    def value(self, state: int) -> Fraction:
        """The exact value of a state."""
        size, p = abs(state - self.top), self.format.precision
        if not size:
            return Fraction(0)
        encoded = size + self._hidden
        shift = max(encoded >> p - 1, 1) - 1
        value = (encoded - (shift << p - 1)) * power_of_two(shift + self.format.qmin)
        return value if state > self.top else -value

    def number(self, value: Fraction) -> int | None:
        """The state of an exact value; None if it is none of the format."""
        low, high = 0, len(self) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.value(middle) < value else (low, middle)
        return low if self.value(low) == value else None


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """For every state: its two possible successors, and the probability up/total of `outer`, the one further from 0.

    An image that is a value of the format has `up` = 0. Images beyond the largest value go to it.
    """

    inner: list[int]
    outer: list[int]
    up: list[int]
    total: list[int]


def transitions(program: Program, states: States) -> Transitions:
    """The transitions of a step in one variable. Raises `Undefined` where it divides by zero.

    With neighbours l <= |y| < h of the exact image y, h has the probability (|y| - l)/(h - l).
    """
    f, units = states.format, states.units()
    scale = power_of_two(f.qmin)
    x = (units * scale.numerator, scale.denominator)
    top, bottom = program.execute(Ratios(), [x, (0, 1)])[0]
    top, bottom = _array(top * scale.denominator, len(units)), _array(bottom * scale.numerator, len(units))
    zeros = np.flatnonzero(bottom == 0)
    if len(zeros):
        raise Undefined(f"the exact step divides by zero at {states.value(int(zeros[0]))}")
    sign = np.where((top < 0) != (bottom < 0), -1, 1)
    top, bottom = np.abs(top), np.abs(bottom)
    floor: Any = top // bottom
    p, largest = f.precision, f.largest_significand << f.qmax - f.qmin
    beyond = (floor >= largest).astype(bool)
    floor = np.where(beyond, largest, floor)
    shift = np.maximum(np.frompyfunc(int.bit_length, 1, 1)(floor).astype(np.int64) - p, 0)
    significand: Any = floor >> shift.astype(object)
    low = significand << shift.astype(object)
    gap: Any = np.ones(len(units), dtype=object) << shift.astype(object)
    encoded: Any = (shift << p - 1) + significand.astype(np.int64)
    if not f.subnormals:
        flushed = encoded < 1 << p - 1
        low, gap = np.where(flushed, 0, low), np.where(flushed, 1 << p - 1, gap)
        encoded = np.maximum(encoded - states._hidden, 0)
    up = np.where(beyond, 0, top - low * bottom)
    moves = (up > 0).astype(bool)
    inner, outer = states.top + sign * encoded, states.top + sign * (encoded + moves)
    return Transitions(inner.tolist(), outer.tolist(), up.tolist(), (bottom * gap).tolist())


def _array(values: Integers, length: int) -> Any:
    return np.full(length, values, dtype=object) if isinstance(values, int) else values
