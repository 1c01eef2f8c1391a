"""Cells: intervals of the floats of a format, and what a step does with all floats of a cell at once.

A cell is a pair of order indices lo <= hi. Its image is enclosed by evaluating corners in the format itself
(`enclosures`). A cell of one float has its one image.

Beside the image a cell may have a proved **kind**: on all of it the step goes down, or up, or stays where it is. For
a step x - t(x) that follows from the enclosure of t and the distance of neighbouring floats; for every other it may
follow from `slopes`. Source: Hsu, Cell-to-Cell Mapping (1987), for the cells.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.runs.starts.enclosures import enclose
from infinitesimal.runs.starts.fate_certificate import FALLS, MOVES, RISES, STAYS
from infinitesimal.runs.starts.slopes import displacement_signs
from infinitesimal.terms.program import Program

Array = Any

NEAREST = (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY)


class Cells(NamedTuple):
    """Columns: the two indices of each cell, the two of its image (empty where the first is greater), its kind, and
    whether a float of it may go to NaN.
    """

    low: Array
    high: Array
    image_low: Array
    image_high: Array
    kind: Array
    nan: Array

    def take(self, chosen: Array) -> "Cells":
        return Cells(*(column[chosen] for column in self))

    @property
    def single(self) -> Array:
        return self.low == self.high


def join(parts: list[Cells]) -> Cells:
    """All cells of the parts, in the order of their indices."""
    whole = Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return whole.take(np.argsort(whole.low, kind="stable"))


def twice(program: Program) -> Program:
    """The program that does a lowered step of one variable two times."""
    base, first = program.first_result, len(program.instructions)
    result = program.outputs[0]

    def moved(register: int) -> int:
        return result if register == 0 else register if register < base else register + first

    again = [i._replace(operands=tuple(moved(r) for r in i.operands)) for i in program.instructions]
    return Program(program.inputs, program.constants, (*program.instructions, *again), (moved(result),))


@dataclass(frozen=True)
class CellMap:
    """A lowered step of one variable on the cells of a machine; `machine` is an arithmetic on arrays."""

    machine: Any
    program: Program

    @property
    def last(self) -> int:
        """The greatest index of a state: that of infinity, where the format has it."""
        return int(self.machine.top + self.machine.format.has_infinity)

    def binades(self) -> tuple[Array, Array]:
        """The states as cells: a binade each, and the zero, the ends and the infinities by themselves."""
        top, side = self.machine.top, 1 << self.machine.format.precision - 1
        first = 0 if self.machine.format.subnormals else 1  # without subnormals the first binade begins at 1
        starts = np.unique(np.array([1, *range(side + first, top, side), top, self.last]))
        starts = starts[(starts >= 1) & (starts <= self.last)]
        ends = np.append(starts[1:] - 1, self.last)
        zero = np.zeros(1, dtype=np.int64)
        return np.concatenate([-ends[::-1], zero, starts]), np.concatenate([-starts[::-1], zero, ends])

    def after(self, index: Array) -> Array:
        """The indices of the images of single states, NaN at top + 2."""
        start = self.machine.from_order(np.asarray(index, dtype=np.int64))
        (found,) = self.program.execute(self.machine, [start, self.machine.const(0)])
        return self.machine.order(np.broadcast_to(found, start.shape))

    def cells(self, low: Array, high: Array) -> Cells:
        """The cells with these indices, with their images and kinds."""
        image_low, image_high = low.copy(), low.copy()
        kind, nan = np.zeros(len(low), dtype=np.int8), np.zeros(len(low), dtype=bool)
        single = low == high
        points = self.after(low[single])
        gone = points > self.machine.top + 1
        image_low[single] = np.where(gone, 1, points)
        image_high[single] = np.where(gone, 0, points)
        nan[single] = gone
        kind[single] = np.where(points == low[single], STAYS, MOVES)
        wide = ~single
        if wide.any():
            columns = self._wide(low[wide], high[wide])
            for column, found in zip((image_low, image_high, kind, nan), columns, strict=True):
                column[wide] = found
        return Cells(low, high, image_low, image_high, kind, nan)

    def _wide(self, low: Array, high: Array) -> tuple[Array, Array, Array, Array]:
        x = self.machine.from_order(low), self.machine.from_order(high)
        nothing = np.zeros(len(low))
        registers, lost = enclose(self.machine, self.program, [x, (nothing, nothing)])
        nan = np.logical_or.reduce(lost[self.program.first_result :], initial=False) | np.zeros(len(low), dtype=bool)
        result = registers[self.program.outputs[0]]
        image = [np.clip(self.machine.order(end), -self.last, self.last) for end in result]
        empty = np.isnan(result[0])
        image = [np.where(empty, 1, image[0]), np.where(empty, 0, image[1])]
        kind = self._by_neighbours(low, high, registers)
        kind[nan & (kind == STAYS)] = MOVES  # the enclosures leave NaN out, and a float that goes there does not stay
        open_cells = kind == MOVES
        if open_cells.any():
            part = [(lo[open_cells], hi[open_cells]) for lo, hi in registers]
            bounded = ~nan[open_cells]
            sign = displacement_signs(self.machine, self.program, part)
            kind[open_cells] = np.where(bounded & (sign < 0), FALLS, np.where(bounded & (sign > 0), RISES, MOVES))
        return image[0], image[1], kind, nan | empty

    def _by_neighbours(self, low: Array, high: Array, registers: list[tuple[Array, Array]]) -> Array:
        down = displacement(self.program)
        if down is None:
            return np.zeros(len(low), dtype=np.int8)
        register, sign = down
        t = registers[register] if sign > 0 else tuple(-end for end in registers[register][::-1])
        return by_neighbours(self.machine, low, high, *t)


def by_neighbours(machine: Any, low: Array, high: Array, t_low: Array, t_high: Array) -> Array:
    """The kinds of cells of one variable under a step x - t, from the bounds of t and the distances of neighbours.

    With g the distance of the largest |x| to its outer neighbour, x - t <= x - g is at most the float below x, and
    rounding is monotone; to nearest more than g/2 is enough. Less than half the distance to either neighbour gives x
    again. Directed roundings are one-sided.
    """
    kind = np.zeros(len(low), dtype=np.int8)
    size = np.maximum(np.abs(low), np.abs(high))
    least = np.where((low <= 0) & (high >= 0), 0, np.minimum(np.abs(low), np.abs(high)))
    outer, inner = _gap(machine, size), _inner_gap(machine, least)
    rounding = machine.soft.rounding
    # A sum beyond the largest value may stay there: the ends are cells by themselves.
    falls, rises = t_low >= outer, t_high <= -outer
    stays = (t_low == 0) & (t_high == 0)
    if rounding in NEAREST:
        falls, rises = t_low > outer / 2, t_high < -outer / 2
        stays |= (t_low > -inner / 2) & (t_high < inner / 2)
    else:
        downward, upward = _directions(rounding, low, high)
        falls |= downward & (t_low > 0)
        rises |= upward & (t_high < 0)
        stays |= downward & (t_high <= 0) & (t_low > -inner)
        stays |= upward & (t_low >= 0) & (t_high < inner)
    inside = (low > -machine.top) & (high < machine.top)
    kind[inside & falls], kind[inside & rises], kind[inside & stays] = FALLS, RISES, STAYS
    return kind


def _gap(machine: Any, index: Array) -> Array:
    """The distance from the value with an index >= 0 to the next."""
    at = np.clip(index, 0, machine.top - 1)
    return machine.from_order(at + 1) - machine.from_order(at)


def _inner_gap(machine: Any, index: Array) -> Array:
    """The distance to the nearest neighbour of values from that with an index >= 0 on; flushed numbers count."""
    gap = _gap(machine, np.maximum(index - 1, 0))
    if machine.format.subnormals:
        return gap
    return np.where(index == 1, _gap(machine, np.ones_like(index)) / 2, gap)


def displacement(program: Program, k: int = 0) -> tuple[int, int] | None:
    """The register t and the sign s where component k goes from x to x - s*t by its last operation; else None."""
    at = program.outputs[k]
    result = at - program.first_result
    if at == k:
        return len(program.inputs) - 1, 1  # the identity is x - n, with n = 0 as it is in every step here
    if result < 0:
        return None
    operation, operands, _ = program.instructions[result]
    if operation == "sub" and operands[0] == k:
        return operands[1], 1
    if operation == "add" and k in operands:
        return (operands[1] if operands[0] == k else operands[0]), -1
    return None


def _directions(rounding: Rounding, low: Array, high: Array) -> tuple[Array, Array]:
    """The cells whose floats x have all numbers between them and the next above rounded to x, or next below."""
    never = np.zeros(len(low), dtype=bool)
    if rounding in (Rounding.DOWN, Rounding.UP):
        return (~never, never) if rounding is Rounding.DOWN else (never, ~never)
    if rounding is Rounding.TOWARD_ZERO:
        return low > 0, high < 0
    return (high < 0, low > 0) if rounding is Rounding.AWAY else (never, never)
