"""Floating-point formats: which values exist. A format is data.

The finite values are m * 2**q with integers |m| < 2**precision and emin - precision + 1 <= q <=
emax - precision + 1. Inside the package a value is a **pair** (m, q) in its one canonical form:
|m| >= 2**(precision - 1), or q at its least (a subnormal). A pair with m = 0 is one of the five
values below.
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from infinitesimal.errors import InputError

if TYPE_CHECKING:
    from infinitesimal.arithmetics.floating.number import Float
    from infinitesimal.arithmetics.floating.soft import Floats

Pair = tuple[int, int]

POSITIVE_ZERO: Pair = (0, 0)
NEGATIVE_ZERO: Pair = (0, -1)
INFINITY: Pair = (0, 1)
NEGATIVE_INFINITY: Pair = (0, -2)
NAN: Pair = (0, 2)

ZEROS = (POSITIVE_ZERO, NEGATIVE_ZERO)
INFINITIES = (INFINITY, NEGATIVE_INFINITY)

MAX_EXPONENT = 1 << 26
MAX_PRECISION = 1 << 20


@dataclass(frozen=True, slots=True, repr=False)
class Format:
    """A binary floating-point format.

    `precision` counts the bits of the significand, the leading one included; `emin` and `emax` are
    the exponents of the least and the greatest normal numbers, with 1 <= significand < 2. Without
    `subnormals` a result below 2**emin (after rounding) is flushed to zero. `overflow` says what a
    rounding beyond the largest value gives: "infinity", "saturate" (the largest value) or "nan".
    `largest_significand` is below 2**precision - 1 where the top encodings are taken, as in
    e4m3fn. With `finite_only` every encoding is a number, and overflow saturates; what has no value, such as 0/0, is
    NaN all the same, and has the bits 1 << width, which are no encoding.
    Raises `InputError` for a precision or an exponent range that is empty or huge.
    Source: IEEE 754-2019, 3.3; OCP 8-bit Floating Point Specification 1.0 for fp8, OCP Microscaling Formats (MX)
    Specification 1.0 for fp6 and fp4.

    >>> Format(8, -126, 127) == bfloat16
    True
    """

    precision: int
    emin: int
    emax: int
    subnormals: bool = True
    overflow: str = "infinity"
    largest_significand: int = 0
    explicit_leading_bit: bool = False
    finite_only: bool = False
    name: str = field(default="", compare=False)
    _significand_bits: int = field(init=False, compare=False)
    _exponent_bits: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        for what, value in (("precision", self.precision), ("emin", self.emin), ("emax", self.emax)):
            if not isinstance(value, int) or isinstance(value, bool):
                raise InputError(f"{what} {value!r} is not an integer")
        if not 1 <= self.precision <= MAX_PRECISION:
            raise InputError(f"precision {self.precision} is not from 1 to {MAX_PRECISION}")
        if not -MAX_EXPONENT <= self.emin <= self.emax <= MAX_EXPONENT:
            raise InputError(
                f"the exponent range {self.emin} to {self.emax} is empty or reaches beyond {MAX_EXPONENT}: "
                "give emin <= emax"
            )
        if self.overflow not in ("infinity", "saturate", "nan"):
            raise InputError(f"overflow {self.overflow!r} is not a policy: give 'infinity', 'saturate' or 'nan'")
        full = (1 << self.precision) - 1
        largest = self.largest_significand or full
        if not full // 2 < largest <= full:
            raise InputError(
                f"largest significand {largest}: it has {self.precision} bits, from {full // 2 + 1} to {full}"
            )
        if self.overflow == "infinity" and largest < full:
            raise InputError(
                f"largest significand {largest} leaves no encoding for infinity: give overflow='nan' or 'saturate'"
            )
        if self.finite_only and self.overflow != "saturate":
            raise InputError(
                f"overflow {self.overflow!r} has no encoding in a format of finite numbers: give 'saturate'"
            )
        # The exponent codes for zero, and for infinity and NaN; one bit of precision tells them apart by two.
        reserved = 1 if self.finite_only else 1 + (largest == full) + (largest == full == 1)
        object.__setattr__(self, "largest_significand", largest)
        object.__setattr__(self, "_significand_bits", self.precision - (not self.explicit_leading_bit))
        object.__setattr__(self, "_exponent_bits", max(1, (self.emax - self.emin + reserved).bit_length()))

    @property
    def qmin(self) -> int:
        """The exponent of the last bit of the least numbers: the smallest subnormal is 2**qmin."""
        return self.emin - self.precision + 1

    @property
    def qmax(self) -> int:
        """The exponent of the last bit of the greatest numbers."""
        return self.emax - self.precision + 1

    @property
    def largest(self) -> Fraction:
        """The largest finite value, exact."""
        return self.value((self.largest_significand, self.qmax))

    @property
    def smallest(self) -> Fraction:
        """The smallest positive value, exact: subnormal where the format has subnormals."""
        return power_of_two(self.qmin if self.subnormals else self.emin)

    @property
    def has_infinity(self) -> bool:
        """Whether infinity is a value of the format."""
        whole = self.largest_significand == (1 << self.precision) - 1
        return whole and self.overflow != "nan" and not self.finite_only

    @property
    def width(self) -> int:
        """The number of bits of an encoding: sign, exponent, significand."""
        return 1 + self._exponent_bits + self._significand_bits

    @property
    def arithmetic(self) -> "Floats":
        """The arithmetic that the format stands for: round to nearest, ties to even."""
        from infinitesimal.arithmetics.floating.soft import floats

        return floats(self)

    def __call__(self, value: object) -> "Float":
        """The number of the format nearest to the exact `value`, ties to even.

        >>> binary16("0.1").exact
        Fraction(819, 8192)
        """
        return self.arithmetic.export(self.arithmetic.embed(value))

    def value(self, pair: Pair) -> Fraction:
        """The exact value of a finite pair."""
        m, q = pair
        if not m:
            return Fraction(0)
        return Fraction(m << q) if q >= 0 else Fraction(m, 1 << -q)

    def is_finite(self, pair: Pair) -> bool:
        return bool(pair[0]) or pair in ZEROS

    def encode(self, pair: Pair) -> int:
        """The bits of a pair: sign, biased exponent, significand without its hidden bit."""
        m, q = pair
        if not m:
            return self._encode_special(pair)
        sign, size = (1, -m) if m < 0 else (0, m)
        normal = size >> self.precision - 1
        exponent = q - self.qmin + 1 if normal else 0
        return self._pack(sign, exponent, size)

    def _pack(self, sign: int, exponent: int, significand: int) -> int:
        bits = self._significand_bits
        return (sign << self._exponent_bits | exponent) << bits | significand & (1 << bits) - 1

    def _encode_special(self, pair: Pair) -> int:
        sign = int(pair in (NEGATIVE_ZERO, NEGATIVE_INFINITY))
        if pair in ZEROS:
            return self._pack(sign, 0, 0)
        if self.finite_only:
            return 1 << self.width
        if self.largest_significand < (1 << self.precision) - 1:
            return self._pack(0, self.emax - self.emin + 1, (1 << self.precision) - 1)
        leading = 1 << self.precision - 1 if self.explicit_leading_bit else 0
        quiet = (1 << self.precision) >> 2 if pair == NAN else 0
        beyond = self.emax - self.emin + 2 + (pair == NAN and not quiet)
        return self._pack(sign, beyond, leading | quiet)

    def decode(self, bits: int) -> Pair:
        """The pair of an encoding. Every NaN is the one NaN, and without subnormals their encodings
        are zeros. Raises `InputError` for bits that do not fit the width.
        """
        if self.finite_only and bits == 1 << self.width:
            return NAN
        if not isinstance(bits, int) or not 0 <= bits < 1 << self.width:
            raise InputError(f"{bits!r} is not an encoding of {self.width} bits")
        low = self._significand_bits
        significand = bits & (1 << low) - 1
        exponent = bits >> low & (1 << self._exponent_bits) - 1
        negative = bool(bits >> self.width - 1)
        top = self.emax - self.emin + 1
        full = (1 << self.precision) - 1
        if exponent > top:
            payload = significand & full >> 1
            if payload or not self.has_infinity or exponent > top + 1:
                return NAN
            return NEGATIVE_INFINITY if negative else INFINITY
        if exponent and not self.explicit_leading_bit:
            significand |= 1 << self.precision - 1
        if exponent == top and significand > self.largest_significand:
            return NAN
        if not significand or not (exponent or self.subnormals):
            return NEGATIVE_ZERO if negative else POSITIVE_ZERO
        q = self.qmin + max(exponent, 1) - 1
        return (-significand if negative else significand), q

    def __repr__(self) -> str:
        if self.name:
            return self.name
        extra = "" if self.subnormals else ", subnormals=False"
        extra += "" if self.overflow == "infinity" else f", overflow={self.overflow!r}"
        if self.largest_significand < (1 << self.precision) - 1:
            extra += f", largest_significand={self.largest_significand}"
        extra += ", explicit_leading_bit=True" if self.explicit_leading_bit else ""
        extra += ", finite_only=True" if self.finite_only else ""
        return f"Format({self.precision}, {self.emin}, {self.emax}{extra})"


def power_of_two(e: int) -> Fraction:
    """2**e, exact."""
    return Fraction(1 << e) if e >= 0 else Fraction(1, 1 << -e)


binary16 = Format(11, -14, 15, name="binary16")
binary32 = Format(24, -126, 127, name="binary32")
binary64 = Format(53, -1022, 1023, name="binary64")
binary128 = Format(113, -16382, 16383, name="binary128")
x87 = Format(64, -16382, 16383, explicit_leading_bit=True, name="x87")
bfloat16 = Format(8, -126, 127, name="bfloat16")
tf32 = Format(11, -126, 127, name="tf32")
e5m2 = Format(3, -14, 15, name="e5m2")
e4m3 = Format(4, -6, 7, name="e4m3")
e4m3fn = Format(4, -6, 8, overflow="nan", largest_significand=14, name="e4m3fn")
e3m4 = Format(5, -2, 3, name="e3m4")
e3m2 = Format(3, -2, 4, overflow="saturate", finite_only=True, name="e3m2")
e2m3 = Format(4, 0, 2, overflow="saturate", finite_only=True, name="e2m3")
e2m1 = Format(2, 0, 2, overflow="saturate", finite_only=True, name="e2m1")

_INTERCHANGE = (binary16, binary32, binary64, binary128)

FORMATS: dict[str, Format] = {
    f.name: f for f in (*_INTERCHANGE, x87, bfloat16, tf32, e5m2, e4m3, e4m3fn, e3m4, e3m2, e2m3, e2m1)
}
"""The formats by their names."""


def interchange(width: int) -> Format:
    """The IEEE 754 binary interchange format of `width` bits: 16, 32, 64, and every multiple of 32 from 128 on.

    Raises `InputError` for another width, and beyond 1024 bits. Source: IEEE 754-2019, 3.6, table 3.5.

    >>> octuple = interchange(256)
    >>> octuple, octuple.precision, octuple.emax
    (binary256, 237, 262143)
    """
    known = isinstance(width, int) and not isinstance(width, bool)
    for format in _INTERCHANGE if known else ():
        if format.width == width:
            return format
    if not known or width % 32 or not 128 <= width <= 1024:
        raise InputError(
            f"{width!r} bits are not a format of IEEE 754: its interchange formats have 16, 32 or 64 bits, or a "
            "multiple of 32 from 128 to 1024"
        )
    exponent_bits = round(4 * math.log2(width)) - 13
    emax = (1 << exponent_bits - 1) - 1
    return Format(width - exponent_bits, 1 - emax, emax, name=f"binary{width}")


def format_named(name: str) -> Format:
    """The format called `name`, also `binary256` and its like; raises `InputError` with the nearest names there are."""
    if name in FORMATS:
        return FORMATS[name]
    if name.startswith("binary") and name[6:].isdecimal():
        return interchange(int(name[6:]))
    from difflib import get_close_matches

    near = get_close_matches(name, FORMATS, n=2)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise InputError(f"{name!r} is not a format: there are {', '.join(FORMATS)}.{hint}")
