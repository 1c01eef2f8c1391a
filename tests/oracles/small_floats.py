"""The arithmetic of ml_dtypes as an oracle for bfloat16 and the 8-bit formats, under nearest-even.

Operands are made from their bits. Its conversions are never used to round: they go through binary32
and round twice.
"""

from typing import Any

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import Format, bfloat16, e4m3, e4m3fn, e5m2

ml_dtypes: Any = pytest.importorskip("ml_dtypes")

DTYPES: dict[Format, Any] = {
    bfloat16: ml_dtypes.bfloat16,
    e5m2: ml_dtypes.float8_e5m2,
    e4m3: ml_dtypes.float8_e4m3,
    e4m3fn: ml_dtypes.float8_e4m3fn,
}

EIGHT_BITS = (e5m2, e4m3, e4m3fn)


def all_encodings(format: Format) -> Any:
    return np.arange(1 << format.width, dtype=np.int64)
