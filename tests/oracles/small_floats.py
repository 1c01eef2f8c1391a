"""The arithmetic of ml_dtypes as an oracle for bfloat16 and the formats of 8, 6 and 4 bits, under nearest-even.

Operands are made from their bits. Its conversions are never used to round: they go through binary32
and round twice.
"""

from typing import Any

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import (
    Format,
    bfloat16,
    e2m1,
    e2m3,
    e3m2,
    e3m4,
    e4m3,
    e4m3fn,
    e5m2,
)

ml_dtypes: Any = pytest.importorskip("ml_dtypes")

DTYPES: dict[Format, Any] = {
    bfloat16: ml_dtypes.bfloat16,
    e5m2: ml_dtypes.float8_e5m2,
    e4m3: ml_dtypes.float8_e4m3,
    e4m3fn: ml_dtypes.float8_e4m3fn,
    e3m4: ml_dtypes.float8_e3m4,
    e3m2: ml_dtypes.float6_e3m2fn,
    e2m3: ml_dtypes.float6_e2m3fn,
    e2m1: ml_dtypes.float4_e2m1fn,
}

EIGHT_BITS = (e5m2, e4m3, e4m3fn, e3m4)
FINITE_ONLY = (e3m2, e2m3, e2m1)


def all_encodings(format: Format) -> Any:
    return np.arange(1 << format.width, dtype=np.int64)
