"""The sign of S(x) - x on a cell in exact intervals of fractions: what `slopes` finds in binary64, verified.

The theorem and the propagation of errors are stated there; nothing is rounded here.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetics.floating.format import power_of_two
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.runs.starts.ordinals import value_at
from infinitesimal.terms.program import Program

Interval = tuple[Fraction, Fraction]


class Known(NamedTuple):
    """A register on a cell: its real range, that of its derivative, its value at the point, its error."""

    range: Interval
    slope: Interval
    point: Fraction
    error: Fraction


def displacement_sign(
    machine: Floats, program: Program, fold: int, low: int, high: int, rounded: list[tuple[Any, Any]]
) -> int:
    """-1 where S(x) < x on the cell of indices low .. high, 1 where S(x) > x, 0 where that is not shown.

    `rounded` has the enclosures of the registers of every step, one step behind the other.
    """
    if any(isinstance(end, float) for box in rounded for end in box):  # infinite
        return 0
    format = machine.format
    first, last, middle = (value_at(format, i) for i in (low, high, low + (high - low) // 2))
    x = Known((first, last), (Fraction(1), Fraction(1)), middle, Fraction(0))
    zero = (Fraction(0), Fraction(0))
    width = program.first_result + len(program.instructions)
    state = x
    for step in range(fold):
        boxes = rounded[step * width : (step + 1) * width]
        registers = [state, Known(zero, zero, Fraction(0), Fraction(0))]
        for value in program.constants:
            c = format.value(machine.const(value))
            registers.append(Known((c, c), zero, c, Fraction(0)))
        for place, (operation, operands, _) in enumerate(program.instructions, program.first_result):
            found = _apply(operation, [registers[i] for i in operands], [boxes[i] for i in operands])
            if found is None:
                return 0
            size = _size(boxes[place])
            if operation != "neg":
                if size >= format.largest:
                    return 0
                found = found._replace(error=found.error + _rounding_error(machine, size))
            registers.append(found)
        state = registers[program.outputs[0]]
    change = _times(_minus(state.slope, x.slope), _minus(x.range, (middle, middle)))
    moved = state.point - middle
    if moved + change[1] < -state.error:
        return -1
    return 1 if moved + change[0] > state.error else 0


def _apply(operation: str, args: list[Known], boxes: list[tuple[Any, Any]]) -> Known | None:
    a = args[0]
    if operation == "neg":
        return Known((-a.range[1], -a.range[0]), (-a.slope[1], -a.slope[0]), -a.point, a.error)
    if len(args) == 1:
        return None
    b = args[1]
    if operation == "add":
        return Known(_plus(a.range, b.range), _plus(a.slope, b.slope), a.point + b.point, a.error + b.error)
    if operation == "sub":
        return Known(_minus(a.range, b.range), _minus(a.slope, b.slope), a.point - b.point, a.error + b.error)
    if operation == "mul":
        error = _size(boxes[0]) * b.error + a.error * _size(b.range)
        slope = _plus(_times(a.slope, b.range), _times(a.range, b.slope))
        return Known(_times(a.range, b.range), slope, a.point * b.point, error)
    least = min(abs(boxes[1][0]), abs(boxes[1][1]))
    if b.range[0] <= 0 <= b.range[1] or not least:
        return None
    whole = _over(a.range, b.range)
    error = (a.error + _size(whole) * b.error) / least
    slope = _over(_minus(a.slope, _times(whole, b.slope)), b.range)
    return Known(whole, slope, a.point / b.point, error)


def _rounding_error(machine: Floats, size: Fraction) -> Fraction:
    """The greatest error of a rounding whose result is at most `size`."""
    format = machine.format
    exponent = max(math.frexp(float(size))[1] - 1 if size else format.emin, format.emin)
    gap = power_of_two(exponent - format.precision + 1)
    if not format.subnormals:
        return max(gap, format.smallest)
    return gap / 2 if machine.rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY) else gap


def _size(a: tuple[Any, Any]) -> Any:
    return max(abs(a[0]), abs(a[1]))


def _plus(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _minus(a: Interval, b: Interval) -> Interval:
    return a[0] - b[1], a[1] - b[0]


def _times(a: Interval, b: Interval) -> Interval:
    found = [x * y for x in a for y in b]
    return min(found), max(found)


def _over(a: Interval, b: Interval) -> Interval:
    found = [x / y for x in a for y in b]
    return min(found), max(found)
