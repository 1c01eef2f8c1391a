"""Fast paths: the processor's own arithmetic where it gives the same bits as the soft core.

Only nearest-even, and only formats that the processor or numpy computes with one rounding. For
binary16 numpy computes in binary32 and rounds again, which is harmless because 24 >= 2*11 + 2
(Figueroa 1995).
"""

import math
import struct
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    Format,
    Pair,
    binary16,
    binary32,
    binary64,
)
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.truth import Truth

_INFIX = MappingProxyType({"add": "+", "sub": "-", "mul": "*", "neg": "-"})


@dataclass(frozen=True, slots=True, repr=False)
class Native:
    """The same arithmetic as `soft`, computed by the processor; elements are its numbers.

    `make` turns a Python float that is a value of the format into an element.
    """

    soft: Floats
    make: Callable[[float], Any] = field(compare=False)
    divide: Callable[[Any, Any], Any] = field(compare=False)

    infix = _INFIX
    exact = False

    @property
    def name(self) -> str:
        return self.soft.name

    @property
    def format(self) -> Format:
        return self.soft.format

    def from_pair(self, pair: Pair) -> Any:
        """The element of a pair of the soft core; exact."""
        return self.make(float_of_pair(pair))

    def to_pair(self, element: Any) -> Pair:
        """The pair of an element; exact."""
        pair = pair_of_float(float(element))
        return pair if not pair[0] else self.soft.round(*pair)

    def const(self, value: Fraction) -> Any:
        return self.from_pair(self.soft.const(value))

    def embed(self, value: object) -> Any:
        return self.from_pair(self.soft.embed(value))

    def export(self, element: Any) -> Float:
        return self.soft.export(self.to_pair(element))

    def add(self, a: Any, b: Any) -> Any:
        return a + b

    def sub(self, a: Any, b: Any) -> Any:
        return a - b

    def mul(self, a: Any, b: Any) -> Any:
        return a * b

    def div(self, a: Any, b: Any) -> Any:
        return self.divide(a, b)

    def neg(self, a: Any) -> Any:
        return -a

    def pow(self, a: Any, k: int) -> Any:
        return left_to_right_power(self, a, k)

    def sqrt(self, a: Any) -> Any:
        return self.function("sqrt", a)

    def function(self, name: str, *args: Any) -> Any:
        """A function of losses, correctly rounded by MPFR or the soft core; libraries of processors do not do that."""
        from infinitesimal.arithmetics.floating.multiprecision import FUNCTIONS, multiprecision

        other = multiprecision(self.soft) if name in FUNCTIONS else None
        if other is not None:
            return self.make(float(getattr(other.context, name)(*map(float, args))))
        return self.from_pair(self.soft.function(name, *map(self.to_pair, args)))

    def equal(self, a: Any, b: Any) -> Truth:
        return Truth.of(bool(a == b))

    def less(self, a: Any, b: Any) -> Truth:
        return Truth.of(bool(a < b))

    def integer(self, k: int) -> Any:
        return self.from_pair(self.soft.integer(k)) if k.bit_length() > 53 else self.make(k)

    def upper_bound(self, value: Fraction) -> Any:
        return self.from_pair(self.soft.upper_bound(value))

    def key(self, element: Any) -> Hashable:
        return self.to_pair(element)

    def element_exact(self, element: Any) -> Fraction | None:
        return self.soft.element_exact(self.to_pair(element))

    def __repr__(self) -> str:
        return f"native({self.soft!r})"


def native(arithmetic: object) -> Native | None:
    """The fast path of a soft arithmetic: under nearest-even binary64 in Python floats, binary32 and binary16 in
    numpy; MPFR for other formats and roundings that it has, where gmpy2 is installed. None where there is none.
    """
    if not isinstance(arithmetic, Floats):
        return None
    if arithmetic.rounding is not Rounding.NEAREST_EVEN or arithmetic.format not in (binary64, binary32, binary16):
        from infinitesimal.arithmetics.floating.multiprecision import multiprecision

        return multiprecision(arithmetic)
    if arithmetic.format == binary64:
        return Native(arithmetic, float, _divide)
    import numpy

    return Native(arithmetic, numpy.float32 if arithmetic.format == binary32 else numpy.float16, _numpy_divide)


def quiet(engine: object) -> Any:
    """A context in which an engine on numpy computes infinities and NaN without warnings."""
    if not isinstance(engine, Native) or engine.divide is not _numpy_divide:
        return nullcontext()
    import numpy

    return numpy.errstate(all="ignore")


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    if not a or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.copysign(math.inf, math.copysign(1.0, a) * math.copysign(1.0, b))


def _numpy_divide(a: Any, b: Any) -> Any:
    return a / b


def float_of_pair(pair: Pair) -> float:
    """The Python float of a pair whose value binary64 has."""
    m, q = pair
    if m:
        return math.ldexp(m, q)
    return {POSITIVE_ZERO: 0.0, NEGATIVE_ZERO: -0.0, INFINITY: math.inf, NEGATIVE_INFINITY: -math.inf, NAN: math.nan}[
        pair
    ]


def pair_of_float(value: float) -> Pair:
    """The pair of a Python float, canonical in binary64."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    return binary64.decode(bits)
