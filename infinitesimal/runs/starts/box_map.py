"""A step of several variables on boxes of states: what it does with all states of a box at once.

States are rows of order indices, one for each component; NaN is the index behind that of infinity, as `box_certificate`
has it. The image of a box is enclosed by the corners of each operation (`enclosures`), and by the signs of what a
component is changed by (`cells`). A box of one state has its one image.
"""

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np

from infinitesimal.runs.starts.affine_steps import Form, forms
from infinitesimal.runs.starts.affine_steps import signs as affine_signs
from infinitesimal.runs.starts.box_certificate import FELL, ROSE, STAYED
from infinitesimal.runs.starts.cells import by_neighbours, displacement
from infinitesimal.runs.starts.enclosures import enclose
from infinitesimal.runs.starts.fate_certificate import FALLS, RISES, STAYS
from infinitesimal.terms.program import Program

Array = Any


@dataclass(frozen=True)
class BoxMap:
    """A lowered step of `count` variables on a machine; `machine` is an arithmetic on arrays."""

    machine: Any
    program: Program

    @cached_property
    def affine(self) -> list[Form] | None:
        """The components with the bounds of their errors, where the step is affine."""
        return forms(self.program, self.machine.soft)

    @property
    def count(self) -> int:
        return len(self.program.outputs)

    @property
    def last(self) -> int:
        """The greatest index of a number: that of infinity, where the format has it."""
        return int(self.machine.top + self.machine.format.has_infinity)

    @property
    def lost(self) -> int:
        """The index of NaN."""
        return self.last + 1

    @property
    def still(self) -> int:
        """The signs of a box of fixed points."""
        return sum(STAYED * 8**k for k in range(self.count))

    def edges_of_kinds(self) -> list[int]:
        """The indices at which all components are cut first: infinities, negative numbers, zero and NaN stand alone."""
        return [-self.machine.top - 1, -1, 0, self.machine.top, self.last]

    def after(self, states: Array) -> Array:
        """The states that follow single ones."""
        inputs = [self.values(states[:, k]) for k in range(self.count)]
        found = self.program.execute(self.machine, [*inputs, self.machine.const(0)])
        return np.stack([self._indices(np.broadcast_to(x, len(states))) for x in found], axis=1)

    def images(self, low: Array, high: Array) -> tuple[Array, Array, Array]:
        """The least and the greatest indices of the images of boxes, and their signs."""
        image_low, image_high = np.empty_like(low), np.empty_like(high)
        signs = np.zeros(len(low), dtype=np.int64)
        single = (low == high).all(axis=1)
        if single.any():
            points = self.after(low[single])
            image_low[single] = image_high[single] = points
            ways = [np.where(points == low[single], STAYED, np.where(points < low[single], FELL, ROSE))]
            signs[single] = sum(ways[0][:, k] * 8**k for k in range(self.count))
        if not single.all():
            image_low[~single], image_high[~single], signs[~single] = self._wide(low[~single], high[~single])
        return image_low, image_high, signs

    def _wide(self, low: Array, high: Array) -> tuple[Array, Array, Array]:
        inputs = [(self.values(low[:, k]), self.values(high[:, k])) for k in range(self.count)]
        nothing = np.zeros(len(low))
        registers, nan = enclose(self.machine, self.program, [*inputs, (nothing, nothing)])
        image_low, image_high = np.empty_like(low), np.empty_like(high)
        signs = np.zeros(len(low), dtype=np.int64)
        largest = float(self.machine.format.largest)
        bounded = np.logical_and.reduce([(lo > -largest) & (hi < largest) for lo, hi in registers])
        for k, out in enumerate(self.program.outputs):
            ends = [self._indices(end) for end in registers[out]]
            first, last = ends[0], np.where(nan[out], self.lost, ends[1])
            kind = self._kinds(k, low[:, k], high[:, k], registers)
            if self.affine is not None:
                sign = affine_signs(self.affine[k], k, inputs)
                kind = np.where(bounded & (sign < 0), FALLS, np.where(bounded & (sign > 0), RISES, kind))
            kind[reduce(np.logical_or, nan)] = 0
            for found, sign in ((FALLS, FELL), (RISES, ROSE), (STAYS, STAYED)):
                signs[kind == found] += sign * 8**k
            first = np.where(kind == RISES, np.maximum(first, low[:, k] + 1), first)
            last = np.where(kind == FALLS, np.minimum(last, high[:, k] - 1), last)
            image_low[:, k] = np.where(kind == STAYS, low[:, k], first)
            image_high[:, k] = np.where(kind == STAYS, high[:, k], last)
        return image_low, image_high, signs

    def _kinds(self, k: int, low: Array, high: Array, registers: list[tuple[Array, Array]]) -> Array:
        moved = displacement(self.program, k)
        if moved is None:
            return np.zeros(len(low), dtype=np.int8)
        register, sign = moved
        t = registers[register] if sign > 0 else tuple(-end for end in registers[register][::-1])
        return by_neighbours(self.machine, low, high, *t)

    def values(self, index: Array) -> Array:
        """The values with these indices."""
        gone = index == self.lost
        return np.where(gone, np.nan, self.machine.from_order(np.where(gone, 0, index)))

    def _indices(self, values: Array) -> Array:
        """Indices; enclosures may go to infinities that a format does not have."""
        gone = np.isnan(values)
        return np.where(gone, self.lost, np.clip(self.machine.order(values), -self.last, self.last))
