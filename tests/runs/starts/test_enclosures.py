"""Enclosures of one operation over boxes, against all pairs of values in them; by arrays and by fractions alike."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import NAN, Format, e4m3, e4m3fn
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.runs.soft_arrays import any_arrays
from infinitesimal.runs.starts.enclosures import EXTREMES, FUNCTIONS, enclose
from infinitesimal.runs.starts.exact_enclosures import EMPTY
from infinitesimal.runs.starts.exact_enclosures import enclose as exactly
from infinitesimal.runs.starts.ordinals import pair_of, top_of, value_of
from infinitesimal.terms.program import Instruction, Program

MACHINES = [
    floats(e4m3),
    floats(e4m3fn, "up"),
    floats(Format(3, -4, 4, subnormals=False), "toward_zero"),
    floats(Format(4, -3, 5, overflow="saturate"), "odd"),
]
COUNTS = {"add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1} | dict.fromkeys(sorted(FUNCTIONS), 1)


@pytest.mark.parametrize("machine", MACHINES, ids=repr)
@pytest.mark.parametrize("operation", [*COUNTS, "square"])
def test_an_enclosure_holds_every_value(operation: str, machine: object) -> None:
    rng = random.Random(operation)
    format = machine.format  # type: ignore[attr-defined]
    top = top_of(format)
    last, count = top + format.has_infinity, COUNTS.get(operation, 1)
    name = "mul" if operation == "square" else operation
    operands = (0, 0) if operation == "square" else tuple(range(count))
    program = Program(("a", "b")[:count], (), (Instruction(name, operands),), (count,))
    arrays = any_arrays(machine)  # type: ignore[arg-type]
    for _ in range(40):
        sides = []
        for _ in range(count):
            low = rng.randint(-top, last)
            sides.append((low, min(last, low + rng.choice([0, 1, 3, 8, 20, 2 * top]))))
        boxes = [tuple(arrays.from_order(np.array([end])) for end in side) for side in sides]
        (*_, (first, final)), (*_, lost) = enclose(arrays, program, boxes)
        exact = [tuple(value_of(format, pair_of(format, end)) for end in side) for side in sides]
        (*_, bounds), (*_, gone) = exactly(machine, program, exact)  # type: ignore[arg-type]
        values, nan = set(), False
        for a in range(sides[0][0], sides[0][1] + 1):
            for b in range(sides[-1][0], sides[-1][1] + 1) if operands == (0, 1) else [a]:
                inputs = [pair_of(format, i) for i in (a, b)[:count]]
                (found,) = program.execute(machine, inputs)  # type: ignore[arg-type]
                nan |= found == NAN
                values |= {value_of(format, found)} - {None}
        assert not nan or (lost[0] and gone)
        assert bool(lost[0]) is gone
        if bounds == EMPTY:
            assert np.isnan(first[0])
            assert not values
            continue
        assert (_number(first[0]), _number(final[0])) == bounds
        assert all(bounds[0] <= value <= bounds[1] for value in values)
        if not any(isinstance(end, float) for end in bounds) and operation not in EXTREMES and operation != "div":
            assert bounds == (min(values), max(values))


def _number(x: float) -> Fraction | float:
    return float(x) if math.isinf(x) else Fraction(float(x))
