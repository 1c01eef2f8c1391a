"""The sign of S(x) - x on a cell, by the mean value theorem: for steps whose displacement is not one operation.

The rounded step is S(x) = F(x) + e(x), with F the step over the reals and |e| <= E. On a cell X with a point m,
S(x) - x lies in F(m) - m + (F'(X) - 1)*(X - m) + [-E, E]. All of it is enclosed in binary64 with every end moved
outward by one float. E is propagated operation by operation; it needs results that stay in the range of the format.
It is inclusion-isotone (Caprani and Madsen 1980): what holds for a cell is found for its parts.

S twice has the same floats on cycles as S, and its displacement has one sign on each side of a minimum even where S
jumps across it: so descents that alternate are decided.
"""

from typing import Any, NamedTuple

import numpy as np

from infinitesimal.arithmetics.floating.native import float_of_pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.terms.program import Program

Array = Any


class Ball(NamedTuple):
    """Real intervals: lower and upper ends, arrays of binary64."""

    low: Array
    high: Array


class Register(NamedTuple):
    """One register on a cell: its real range, that of its derivative, its value at the point, and its error."""

    range: Ball
    slope: Ball
    point: Ball
    error: Array


def displacement_signs(machine: Any, program: Program, rounded: list[tuple[Array, Array]]) -> Array:
    """-1 where S(x) < x on the whole cell, 1 where S(x) > x, 0 where that is not shown.

    `rounded` has the enclosures of all registers of the rounded step.
    """
    if not all(machine.soft.format.is_finite(machine.soft.const(value)) for value in program.constants):
        return np.zeros(len(rounded[0][0]), dtype=np.int8)
    low, high = rounded[0]
    first, last = machine.order(low), machine.order(high)
    middle = machine.from_order(first + (last - first) // 2)  # known by its index, so that it can be checked exactly
    nothing = np.zeros(len(low))
    one = Ball(nothing + 1, nothing + 1)
    zero = Ball(nothing, nothing)
    registers = [Register(Ball(low, high), one, Ball(middle, middle), nothing), Register(zero, zero, zero, nothing)]
    for value in program.constants:
        c = Ball(*(nothing + float_of_pair(machine.soft.const(value)),) * 2)
        registers.append(Register(c, zero, c, nothing))
    with np.errstate(all="ignore"):
        for place, (operation, operands, _) in enumerate(program.instructions, program.first_result):
            if operation not in _RULES:
                return np.zeros(len(low), dtype=np.int8)
            sizes = [np.maximum(np.abs(rounded[i][0]), np.abs(rounded[i][1])) for i in (*operands, place)]
            least = np.minimum(np.abs(rounded[operands[-1]][0]), np.abs(rounded[operands[-1]][1]))
            args = [registers[i] for i in operands]
            found = _RULES[operation](args, sizes, least)
            registers.append(found._replace(error=_up(found.error + _rounding_error(machine, operation, sizes[-1]))))
        result = registers[program.outputs[0]]
        x = Ball(low, high)
        moved = _add(_sub(result.point, registers[0].point), _mul(_sub(result.slope, one), _sub(x, registers[0].point)))
        # A NaN makes both comparisons false.
        return np.where(moved.high < -result.error, -1, np.where(moved.low > result.error, 1, 0)).astype(np.int8)


def _rounding_error(machine: Any, operation: str, size: Array) -> Array:
    """The greatest error of a rounding whose result is at most `size`: half a gap to nearest, else a gap."""
    if operation == "neg":
        return 0.0
    index = np.clip(machine.order(size), 0, machine.top - 1)
    gap = machine.from_order(index + 1) - machine.from_order(index)
    if not machine.format.subnormals:
        gap = np.maximum(gap, float(machine.format.smallest))
    elif machine.soft.rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY):
        gap = np.maximum(gap / 2, np.where(gap / 2 == 0, gap, 0.0))
    return np.where(size < float(machine.format.largest), gap, np.nan)


def _down(x: Array) -> Array:
    return np.nextafter(x, -np.inf)


def _up(x: Array) -> Array:
    return np.nextafter(x, np.inf)


def _add(a: Ball, b: Ball) -> Ball:
    return Ball(_down(a.low + b.low), _up(a.high + b.high))


def _sub(a: Ball, b: Ball) -> Ball:
    return Ball(_down(a.low - b.high), _up(a.high - b.low))


def _mul(a: Ball, b: Ball) -> Ball:
    found = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
    return Ball(_down(np.minimum.reduce(found)), _up(np.maximum.reduce(found)))


def _div(a: Ball, b: Ball) -> Ball:
    through = (b.low <= 0) & (b.high >= 0)
    low, high = np.where(through, np.nan, b.low), np.where(through, np.nan, b.high)
    found = [a.low / low, a.low / high, a.high / low, a.high / high]
    return Ball(_down(np.minimum.reduce(found)), _up(np.maximum.reduce(found)))


def _size(a: Ball) -> Array:
    return np.maximum(np.abs(a.low), np.abs(a.high))


def _sum(args: list[Register], sizes: list[Array], least: Array) -> Register:
    a, b = args
    return Register(_add(a.range, b.range), _add(a.slope, b.slope), _add(a.point, b.point), _up(a.error + b.error))


def _difference(args: list[Register], sizes: list[Array], least: Array) -> Register:
    a, b = args
    return Register(_sub(a.range, b.range), _sub(a.slope, b.slope), _sub(a.point, b.point), _up(a.error + b.error))


def _product(args: list[Register], sizes: list[Array], least: Array) -> Register:
    """With rounded factors x', y' the error is x'y' - xy = x'(y' - y) + (x' - x)y."""
    a, b = args
    error = _up(_up(sizes[0] * b.error) + _up(a.error * _size(b.range)))
    slope = _add(_mul(a.slope, b.range), _mul(a.range, b.slope))
    return Register(_mul(a.range, b.range), slope, _mul(a.point, b.point), error)


def _quotient(args: list[Register], sizes: list[Array], least: Array) -> Register:
    """The error is x'/y' - x/y = ((x' - x) - (x/y)(y' - y))/y'; `least` bounds |y'| where y' has one sign."""
    a, b = args
    whole = _div(a.range, b.range)
    slope = _div(_sub(a.slope, _mul(whole, b.slope)), b.range)
    error = _up(_up(a.error + _up(_size(whole) * b.error)) / least)
    return Register(whole, slope, _div(a.point, b.point), error)


def _negative(args: list[Register], sizes: list[Array], least: Array) -> Register:
    (a,) = args
    return Register(_turned(a.range), _turned(a.slope), _turned(a.point), a.error)


def _turned(a: Ball) -> Ball:
    return Ball(-a.high, -a.low)


_RULES = {"add": _sum, "sub": _difference, "mul": _product, "div": _quotient, "neg": _negative}
