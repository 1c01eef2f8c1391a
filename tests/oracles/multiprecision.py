"""MPFR, through gmpy2, as an oracle: any precision, five roundings.

MPFR's significand lies in [1/2, 1), hence the shifts of the exponents by one. It knows no
saturation and no NaN for a result that is too large: what lies beyond the largest value, and what
divides by zero, is left to the caller.
"""

from fractions import Fraction
from typing import Any

import pytest

from infinitesimal.arithmetics.floating.format import Format
from tests.oracles.rounding import NOT_A_NUMBER, Real

gmpy2: Any = pytest.importorskip("gmpy2")

MODES = {
    "nearest_even": gmpy2.RoundToNearest,
    "toward_zero": gmpy2.RoundToZero,
    "up": gmpy2.RoundUp,
    "down": gmpy2.RoundDown,
    "away": gmpy2.RoundAwayZero,
}


def context(format: Format, rounding: str) -> Any:
    """The context of a format with subnormals."""
    return gmpy2.context(
        precision=format.precision,
        emax=format.emax + 1,
        emin=format.emin - format.precision + 2,
        subnormalize=True,
        round=MODES[rounding],
    )


def number(value: Real) -> Any:
    """The mpfr of a value; exact in the context of its format, and made in one without a range."""
    sign, size = value
    if isinstance(size, str):
        return gmpy2.mpfr(f"-{size}" if sign else size)
    if not size:
        return gmpy2.mpfr("-0.0" if sign else "0.0")
    twos = size.denominator.bit_length() - 1
    low = (size.numerator & -size.numerator).bit_length() - 1
    with gmpy2.context(precision=max(2, size.numerator.bit_length() - low)):
        odd = gmpy2.mpfr(size.numerator >> low)
        found = gmpy2.mul_2exp(odd, low) if low else gmpy2.div_2exp(odd, twos)
        return -found if sign else found


def read(x: Any) -> Real:
    """The value of an mpfr."""
    if gmpy2.is_nan(x):
        return NOT_A_NUMBER
    sign = int(gmpy2.is_signed(x))
    if gmpy2.is_infinite(x):
        return sign, "inf"
    m, e = x.as_mantissa_exp()
    return sign, abs(int(m)) * Fraction(2) ** int(e)


def operate(operation: str, a: Any, b: Any, chosen: Any) -> Real:
    """The operation in the context `chosen`, which is also the current one."""
    return read(getattr(chosen, operation)(a, b))
