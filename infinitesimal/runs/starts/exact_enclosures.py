"""Enclosures of rounded steps over boxes in exact fractions, one rounding for each operation: see `enclosures`.

The rules are the same; no array and no binary64 take part, so what was found there can be checked here.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from infinitesimal.arithmetics.floating.format import INFINITY, NEGATIVE_INFINITY, Pair
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.runs.starts.ordinals import Value, value_of
from infinitesimal.terms.program import Program

Box = tuple[Value, Value]

WHOLE: Box = (-math.inf, math.inf)
EMPTY: Box = (math.inf, -math.inf)
"""The box of a register that is NaN on the whole cell."""

_EVEN = ("Abs", "cosh")
_WAVES = {"sin": Fraction(1, 2), "cos": Fraction(0)}
"""The extremes (-1)**j of a wave are at (j + shift)*pi."""


def enclose(machine: Floats, program: Program, inputs: Sequence[Box]) -> tuple[list[Box], list[bool]]:
    """The exact enclosures of all registers over boxes of inputs, and whether each may be NaN.

    A box is a pair of fractions, or of infinities as Python floats; `EMPTY` holds NaN only.
    """
    constants = [value_of(machine.format, machine.const(value)) for value in program.constants]
    registers: list[Box] = [*inputs, *(EMPTY if c is None else (c, c) for c in constants)]
    nan = [box == EMPTY for box in registers]
    for operation, operands, _ in program.instructions:
        args = [registers[i] for i in operands]
        lost = any(nan[i] for i in operands)
        if EMPTY in args:
            found = EMPTY
        elif len(args) == 1 and operation != "neg":
            found, outside = _function(machine, operation, args[0])
            lost = lost or outside
        else:
            found = _corners(machine, operation, args, operands) or WHOLE
        registers.append(found)
        nan.append(lost or (operation != "neg" and any(isinstance(end, float) for end in found)))
    return registers, nan


def pair_at(machine: Floats, value: Value) -> Pair:
    """The pair of a value of the format."""
    if isinstance(value, float):
        return INFINITY if value > 0 else NEGATIVE_INFINITY
    return machine.const(value)


def _corners(machine: Floats, operation: str, args: Sequence[Box], operands: Sequence[int]) -> Box | None:
    (a, b) = args[0]
    if operation == "neg":
        return -b, -a
    c, d = args[1]
    if operation in ("add", "sub"):
        sums = ((a, c), (b, d)) if operation == "add" else ((a, -d), (b, -c))
        found = [_rounded(machine, lambda x, y: x + y, *pair) for pair in sums]
        if machine.format.overflow == "nan":
            return _box(found)
        # NaN is the sum of opposite infinities, one of them a whole operand: the rest is at the other corner.
        return _box([end for end in found if end is not None]) if found != [None, None] else EMPTY
    if operation == "div" and c <= 0 <= d:
        return None
    times: Callable[[Any, Any], Any] = (lambda x, y: x * y) if operation == "mul" else (lambda x, y: x / y)
    if operation == "mul" and operands[0] == operands[1]:
        square = _box([_rounded(machine, times, a, a), _rounded(machine, times, b, b)])
        return square if square is None or not a <= 0 <= b else (Fraction(0), square[1])
    return _box([_rounded(machine, times, x, y) for x in (a, b) for y in (c, d)])


def _box(values: list[Value]) -> Box | None:
    return None if None in values else (min(values), max(values))


def _rounded(machine: Floats, apply: Callable[[Any, Any], Any], x: Value, y: Value) -> Value:
    """One operation, exact and then rounded once; None for NaN."""
    result = apply(x, y)
    if isinstance(result, float):  # an infinity took part
        return None if math.isnan(result) else result if math.isinf(result) else Fraction(0)
    return value_of(machine.format, machine.const(result))


def _function(machine: Floats, name: str, box: Box) -> tuple[Box, bool]:
    """The extremes of a function over a box, by its monotone pieces, and whether it has no value on part of it."""
    a, b = box
    outside = any(isinstance(end, float) for end in box)

    def at(x: Value) -> Value:
        return value_of(machine.format, machine.function(name, pair_at(machine, x)))

    if name in ("sqrt", "log"):
        if b < 0:
            return EMPTY, True
        outside, a = outside or a < 0, max(a, Fraction(0))
    if name in _WAVES:
        return _wave(machine, name, a, b, at) or WHOLE, outside
    ends = [at(a), at(b)]
    if name in _EVEN and a <= 0 <= b:
        ends.append(at(Fraction(0)))
    return _box(ends) or WHOLE, outside


def _wave(machine: Floats, name: str, a: Value, b: Value, at: Callable[[Value], Value]) -> Box | None:
    values = [] if isinstance(a, float) or isinstance(b, float) else [at(a), at(b)]
    extremes = {-1, 1}
    if values:
        first, last = _turns(a, _WAVES[name])[0], _turns(b, _WAVES[name])[1]
        extremes = {(-1) ** (j % 2) for j in range(first + 1, min(last, first + 2) + 1)}
    return _box(values + [value_of(machine.format, machine.const(Fraction(j))) for j in extremes])


def _turns(x: Fraction, shift: Fraction) -> tuple[int, int]:
    """Bounds of the floor of x/pi - shift: equal, but for x next to a multiple."""
    low, high = sorted(x / p for p in _pi())
    return math.floor(low - shift), math.floor(high - shift)


@cache
def _pi() -> tuple[Fraction, Fraction]:
    """Fractions below and above pi, by Machin's formula 16*atan(1/5) - 4*atan(1/239)."""

    def atan(n: int, terms: int) -> Fraction:
        return sum((Fraction((-1) ** k, (2 * k + 1) * n ** (2 * k + 1)) for k in range(terms)), Fraction(0))

    # An alternating series ends below its sum after a term with a minus, above after one with a plus.
    return 16 * atan(5, 60) - 4 * atan(239, 61), 16 * atan(5, 61) - 4 * atan(239, 60)
