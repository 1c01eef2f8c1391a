"""Berkeley SoftFloat 3, through softfloatpy, as an oracle: ties away from zero, and binary128."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infinitesimal.arithmetics.floating.format import Format, binary16, binary32, binary64, binary128

softfloatpy: Any = pytest.importorskip("softfloatpy")

MODES = {
    "nearest_even": softfloatpy.RoundingMode.NEAR_EVEN,
    "nearest_away": softfloatpy.RoundingMode.NEAR_MAX_MAG,
    "toward_zero": softfloatpy.RoundingMode.MIN_MAG,
    "up": softfloatpy.RoundingMode.MAX,
    "down": softfloatpy.RoundingMode.MIN,
}

TYPES: dict[Format, Any] = {
    binary16: softfloatpy.Float16,
    binary32: softfloatpy.Float32,
    binary64: softfloatpy.Float64,
    binary128: softfloatpy.Float128,
}


@contextmanager
def mode(rounding: str) -> Iterator[None]:
    """SoftFloat's rounding mode is a global: it is put back."""
    before = softfloatpy.get_rounding_mode()
    softfloatpy.set_rounding_mode(MODES[rounding])
    try:
        yield
    finally:
        softfloatpy.set_rounding_mode(before)


def operate(operation: str, a: int, b: int, format: Format) -> int | None:
    """The encoding of the result under the current mode; None for NaN."""
    kind, size = TYPES[format], format.width // 8
    x, y = (kind.from_bytes(bits.to_bytes(size, "big")) for bits in (a, b))
    result = getattr(kind, operation)(x, y)
    return None if result.is_nan() else int.from_bytes(result.to_bytes(), "big")
