"""The operations written in place into loops have the bits of the soft core."""

from collections.abc import Callable

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import (
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    e4m3,
    e4m3fn,
    e5m2,
)
from infinitesimal.arithmetics.floating.inline import Inline
from infinitesimal.arithmetics.floating.soft import floats
from tests.oracles import hardware
from tests.oracles.rounding import OPERATIONS, ROUNDINGS

FLUSHED = Format(11, -14, 15, subnormals=False)
SATURATING = Format(8, -126, 127, overflow="saturate")


def written_in_place(format: Format, rounding: str, operation: str) -> Callable[[int, int, int, int], Pair]:
    """The lines of one operation as a function of two pairs in four variables."""
    machine = floats(format, rounding)
    inline = Inline(machine)
    lines = inline.lines(operation, ("m", "e"), [("a", "f"), ("b", "g")], 0)
    text = "\n".join(["def run(a, f, b, g):", *(f"    {line}" for line in lines), "    return m, e"])
    scope = inline.scope() | {name: getattr(machine, name) for name in (*OPERATIONS, "neg", "pow")}
    exec(compile(text, "<in place>", "exec"), scope)
    run: Callable[[int, int, int, int], Pair] = scope["run"]
    return run


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("format", [binary64, binary32, binary16, bfloat16, e5m2, e4m3, FLUSHED, SATURATING], ids=repr)
def test_an_operation_written_in_place_has_the_bits_of_the_soft_core(format: Format, rounding: str) -> None:
    layout = hardware.Layout.of(format)
    for operation in OPERATIONS:
        a, b = (layout.pairs(c) for c in layout.operands(np.random.default_rng(37), operation, 2500))
        values = [(x, y) for x, y in zip(a, b, strict=True) if is_value(format, x) and is_value(format, y)]
        assert len(values) > 500
        run, soft = written_in_place(format, rounding, operation), getattr(floats(format, rounding), operation)
        for x, y in values:
            assert run(*x, *y) == soft(x, y), (operation, x, y)


def is_value(format: Format, pair: Pair) -> bool:
    """The layout holds subnormals and infinities, which not every format has."""
    m, _ = pair
    if m and not format.subnormals:
        return abs(m) >= 1 << format.precision - 1
    return bool(m) or format.overflow == "infinity" or format.is_finite(pair)


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_8_bit_operations_written_in_place_are_those_of_the_soft_core(rounding: str) -> None:
    values = [e4m3fn.decode(bits) for bits in range(0, 256, 3)]
    for operation in OPERATIONS:
        run, soft = written_in_place(e4m3fn, rounding, operation), getattr(floats(e4m3fn, rounding), operation)
        assert all(run(*x, *y) == soft(x, y) for x in values for y in values)
