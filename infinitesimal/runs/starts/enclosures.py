"""Enclosures of rounded steps over boxes: every operation at the corners of its operands, in the format itself.

Correct rounding is monotone: where a real operation takes its extremes over a box at corners, the rounded one takes
them at the same corners, and no outward rounding is needed. Functions go by their monotone pieces. `exact_enclosures`
has the same rules over fractions, for the check of what is found here. Source: Moore, Interval Analysis (1966).
"""

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from infinitesimal.terms.program import Program

Array = Any
Box = tuple[Array, Array]

INCREASING = frozenset(
    ("sqrt", "exp", "log", "sinh", "tanh", "atan", "softplus", "logistic", "relu", "sign", "heaviside")
)
"""The functions that never fall where they have a value."""
EVEN = frozenset(("Abs", "cosh"))
"""Those that fall up to 0 and rise from there."""
EXTREMES = MappingProxyType({"sin": 1, "cos": 0})
"""Functions between -1 and 1 whose extremes (-1)**j are at (j + k/2)*pi, with k as given."""
FUNCTIONS = INCREASING | EVEN | frozenset(EXTREMES)

_REDUCED = float(1 << 20)
_MARGIN = 2.0**-24
"""Up to the first number, x/pi is known to the second in binary64 (its error is below 2**-31)."""


def enclose(machine: Any, program: Program, inputs: Sequence[Box]) -> tuple[list[Box], list[Array]]:
    """The least and the greatest value of every register over boxes of inputs, and where NaN cannot be excluded.

    `machine` is an arithmetic on arrays. The bounds are those of the values that are not NaN; where there are none,
    they are NaN. Inputs are given so.
    """
    nothing = np.zeros(len(inputs[0][0]))
    constants = [nothing + machine.const(value) for value in program.constants]
    registers = [*inputs, *((c, c) for c in constants)]
    nan = [np.isnan(low) for low, _ in registers]
    for operation, operands, _ in program.instructions:
        args = [registers[i] for i in operands]
        low, high, lost = corners(machine, operation, args, operands)
        registers.append((low, high))
        nan.append(np.logical_or.reduce([lost, *(nan[i] for i in operands)]))
    return registers, nan


def corners(machine: Any, operation: str, args: Sequence[Box], operands: Sequence[int]) -> tuple[Array, Array, Array]:
    """The extremes of one rounded operation over boxes, NaN apart, and where it may be NaN.

    All numbers where the extremes are not known. An infinite result counts as one that may be NaN, since what is
    inside the box may be 0*inf.
    """
    if operation == "neg":
        return -args[0][1], -args[0][0], np.zeros(len(args[0][0]), dtype=bool)
    empty = np.logical_or.reduce([np.isnan(low) for low, _ in args])
    if operation in FUNCTIONS:
        low, high, lost = _function(machine, operation, *args[0])
        if operation in ("sqrt", "log"):
            empty |= args[0][1] < 0
    else:
        low, high, lost = *_operation(machine, operation, args, operands), empty
    unknown = (np.isnan(low) | np.isnan(high)) & ~empty
    low, high = np.where(unknown, -np.inf, low), np.where(unknown, np.inf, high)
    if operation in ("add", "sub") and machine.format.overflow != "nan":
        # NaN is the sum of opposite infinities only: at one corner, one operand is that infinity throughout, and
        # what else the sum may be is at the other corner; at both, there is nothing else.
        low, high = _sum(machine, operation, args)
        empty = np.isnan(low)
    low, high = np.where(empty, np.nan, low), np.where(empty, np.nan, high)
    return low, high, lost | ~(np.isfinite(low) & np.isfinite(high))


def _operation(machine: Any, operation: str, args: Sequence[Box], operands: Sequence[int]) -> Box:
    (a, b), (c, d) = args
    if operation == "add":
        return machine.add(a, c), machine.add(b, d)
    if operation == "sub":
        return machine.sub(a, d), machine.sub(b, c)
    if operation == "mul" and operands[0] == operands[1]:
        squares = machine.mul(a, a), machine.mul(b, b)
        return np.where((a <= 0) & (b >= 0), 0.0, np.minimum(*squares)), np.maximum(*squares)
    apply = machine.mul if operation == "mul" else machine.div
    if operation == "div":
        through = (c <= 0) & (d >= 0)
        c, d = np.where(through, np.nan, c), np.where(through, np.nan, d)
    found = [apply(a, c), apply(a, d), apply(b, c), apply(b, d)]
    return np.minimum.reduce(found), np.maximum.reduce(found)


def _sum(machine: Any, operation: str, args: Sequence[Box]) -> Box:
    low, high = _operation(machine, operation, args, (0, 1))
    return np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)


def _function(machine: Any, name: str, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The extremes of a function over [a, b], and where it has no value on part of that."""
    infinite = np.isinf(a) | np.isinf(b)
    if name in ("sqrt", "log"):
        return *_values(machine, name, np.maximum(a, 0.0), np.maximum(b, 0.0)), (a < 0) | infinite
    ends = _values(machine, name, a, b)
    low, high = np.minimum(*ends), np.maximum(*ends)
    if name in EVEN:
        least = machine.function(name, np.zeros(1))[0]
        return np.where((a <= 0) & (b >= 0), least, low), high, infinite
    if name in EXTREMES:
        with np.errstate(all="ignore"):
            first = np.floor(a / np.pi - EXTREMES[name] / 2 - _MARGIN)
            last = np.floor(b / np.pi - EXTREMES[name] / 2 + _MARGIN)
            far = ~((np.abs(a) <= _REDUCED) & (np.abs(b) <= _REDUCED)) | (last > first + 1)
            one = last == first + 1
            odd = np.mod(last, 2) == 1
        low = np.where(far | (one & odd), machine.const(Fraction(-1)), low)
        high = np.where(far | (one & ~odd), machine.const(Fraction(1)), high)
    return low, high, infinite


def _values(machine: Any, name: str, a: Array, b: Array) -> Box:
    if name == "sqrt":
        return machine.sqrt(a), machine.sqrt(b)
    return machine.function(name, a), machine.function(name, b)
