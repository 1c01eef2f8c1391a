"""The soft core: every operation is the exact operation on integers, then one rounding.

A value is a pair (m, q) for m * 2**q (see `format`). The operations of a rounding are compiled
from one source, about as fast as Python allows.
Source: IEEE 754-2019, 4.3 (rounding), 6.3 (signs of zeros), 7 (exceptional results).
"""

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any, ClassVar

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import (
    INFINITIES,
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    ZEROS,
    Format,
    Pair,
    bfloat16,
    binary16,
    binary32,
    binary64,
    e2m1,
    e2m3,
    e3m2,
    e3m4,
    e4m3,
    e4m3fn,
    e5m2,
    format_named,
)
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest, rounding_of, shifter
from infinitesimal.errors import InputError
from infinitesimal.rational import rational
from infinitesimal.truth import Truth

_SAME_TYPE = {
    "float": binary64,
    "float64": binary64,
    "float32": binary32,
    "float16": binary16,
    "bfloat16": bfloat16,
    "float8_e5m2": e5m2,
    "float8_e4m3": e4m3,
    "float8_e4m3fn": e4m3fn,
    "float8_e3m4": e3m4,
    "float6_e3m2fn": e3m2,
    "float6_e2m3fn": e2m3,
    "float4_e2m1fn": e2m1,
}
"""Scalar types of Python, numpy and ml_dtypes whose values are those of a format."""

Binary = Callable[[Pair, Pair], Pair]


@dataclass(frozen=True, slots=True, repr=False)
class Floats:
    """The arithmetic of a format under a rounding; elements are pairs.

    Every result is the exact result rounded once; a power is a chain of rounded products.

    >>> from infinitesimal.arithmetics.floating.format import bfloat16
    >>> machine = floats(bfloat16, "toward_zero")
    >>> machine.export(machine.const(Fraction(1, 10))).exact
    Fraction(51, 512)
    """

    format: Format
    rounding: Rounding
    round: Callable[[int, int], Pair] = field(init=False, compare=False)
    add: Binary = field(init=False, compare=False)
    sub: Binary = field(init=False, compare=False)
    mul: Binary = field(init=False, compare=False)
    div: Binary = field(init=False, compare=False)

    infix: ClassVar[Mapping[str, str]] = MappingProxyType({})
    exact = False

    def __post_init__(self) -> None:
        built = _operations(self.format, self.rounding, self.neg)
        for name in ("round", "add", "sub", "mul", "div"):
            object.__setattr__(self, name, built[name])

    @property
    def name(self) -> str:
        suffix = "" if self.rounding is Rounding.NEAREST_EVEN else f":{self.rounding}"
        return f"{self.format!r}{suffix}"

    def const(self, value: Fraction) -> Pair:
        """The pair that `value` rounds to."""
        top, bottom = value.numerator, value.denominator
        if not top:
            return POSITIVE_ZERO
        return _quotient(self.round, self.format.precision, top, bottom)

    def embed(self, value: object) -> Pair:
        """A number of this format as it is, also one of Python's, numpy's or ml_dtypes' where their
        type is the format; any exact number, rounded once. Other floats are refused.
        """
        if isinstance(value, Float):
            return self._embed(value) if value.pair[0] else self._special(value.pair)
        if isinstance(value, tuple) and len(value) == 2:
            return value
        if _SAME_TYPE.get(type(value).__name__) == self.format:
            return self._native_value(float(value))  # type: ignore[arg-type]
        return self.const(rational(value))

    def _embed(self, value: Float) -> Pair:
        return value.pair if value.format == self.format else self.const(rational(value))

    def _native_value(self, value: float) -> Pair:
        """A Python float that is a value of the format."""
        numerator, denominator = value.as_integer_ratio() if math.isfinite(value) else (0, 1)
        if numerator:
            return self.const(Fraction(numerator, denominator))
        negative = math.copysign(1.0, value) < 0
        if math.isnan(value):
            return NAN
        if math.isinf(value):
            return self._special(NEGATIVE_INFINITY if negative else INFINITY)
        return NEGATIVE_ZERO if negative else POSITIVE_ZERO

    def _special(self, pair: Pair) -> Pair:
        """A zero, an infinity or NaN of any format, in this one."""
        return _infinity(self.format, pair == NEGATIVE_INFINITY) if pair in INFINITIES else pair

    def export(self, element: Pair) -> Float:
        return Float(self.format, self.format.encode(element))

    def neg(self, a: Pair) -> Pair:
        m, q = a
        if m:
            return -m, q
        return a if q == 2 else (0, ~q)  # the codes of zeros and infinities are complements

    def sqrt(self, a: Pair) -> Pair:
        """The square root, rounded once; NaN below zero, and -0 of -0 (IEEE 754-2019, 5.4.1 and 6.3)."""
        m, e = a
        if m <= 0:
            return NAN if m or a == NEGATIVE_INFINITY else a
        # The root has p + 2 bits or more, and a sticky bit.
        shift = max(0, 2 * self.format.precision + 4 - m.bit_length())
        shift += (e - shift) & 1
        square = m << shift
        root = math.isqrt(square)
        return self.round(root << 1 | (root * root != square), (e - shift) // 2 - 1)

    def fma(self, a: Pair, b: Pair, c: Pair) -> Pair:
        """The value of a*b + c, rounded once: the fused multiply-add, which no other operation stands for."""
        if not a[0] or not b[0]:
            return self.add(_multiply_special(a, b), c)
        m, e = a[0] * b[0], a[1] + b[1]
        k, f = c
        if not k:
            return self.round(m, e) if c in ZEROS else c
        # Far below the other's last bit only the sign of a number matters.
        reach = self.format.precision + 4
        if e - f > k.bit_length() + reach:
            return self.round((m << reach) + (1 if k > 0 else -1), e - reach)
        if f - e > m.bit_length() + reach:
            return self.round((k << reach) + (1 if m > 0 else -1), f - reach)
        low = min(e, f)
        s = (m << e - low) + (k << f - low)
        return self.round(s, low) if s else self.sub(a, a)

    def function(self, name: str, *args: Pair) -> Pair:
        """A function of losses, correctly rounded: see `functions.correctly_rounded`."""
        from infinitesimal.arithmetics.floating.functions import correctly_rounded

        return self.sqrt(args[0]) if name == "sqrt" else correctly_rounded(self, name, *args)

    def pow(self, a: Pair, k: int) -> Pair:
        power: Pair = left_to_right_power(self, a, k)
        return power

    def equal(self, a: Pair, b: Pair) -> Truth:
        """Equality of values: -0 equals +0, NaN equals nothing."""
        if NAN in (a, b):
            return Truth.FALSE
        return Truth.of(a == b or (a in ZEROS and b in ZEROS))

    def less(self, a: Pair, b: Pair) -> Truth:
        if NAN in (a, b):
            return Truth.FALSE
        if a in INFINITIES or b in INFINITIES:
            return Truth.of(a != b and (a == NEGATIVE_INFINITY or b == INFINITY))
        return Truth.of(self.format.value(a) < self.format.value(b))

    def integer(self, k: int) -> Pair:
        return self.round(k, 0) if k else POSITIVE_ZERO

    def upper_bound(self, value: Fraction) -> Pair:
        return floats(self.format, Rounding.UP).const(value)

    def key(self, element: Pair) -> Hashable:
        return element

    def element_exact(self, element: Pair) -> Fraction | None:
        return self.format.value(element) if self.format.is_finite(element) else None

    def __repr__(self) -> str:
        if self.rounding is Rounding.NEAREST_EVEN:
            return f"floats({self.format!r})"
        return f"floats({self.format!r}, {str(self.rounding)!r})"


@lru_cache(maxsize=256)
def _floats(format: Format, rounding: Rounding, name: str) -> Floats:
    return Floats(format, rounding)


def floats(format: Format | str, rounding: object = Rounding.NEAREST_EVEN) -> Floats:
    """The arithmetic of `format` (a `Format` or the name of one) under `rounding`.

    Raises `InputError` for an unknown format or rounding.
    """
    chosen = format_named(format) if isinstance(format, str) else format
    if not isinstance(chosen, Format):
        raise InputError(f"{format!r} is not a format: give one such as binary64, or Format(precision, emin, emax)")
    return _floats(chosen, rounding_of(rounding), chosen.name)


def _beyond(format: Format, rounding: Rounding) -> Callable[[bool], Pair]:
    """What a result beyond the largest value becomes, by its sign."""
    largest = (format.largest_significand, format.qmax)

    def beyond(negative: bool) -> Pair:
        if format.overflow == "saturate" or overflows_to_largest(rounding, negative):
            return (-largest[0], largest[1]) if negative else largest
        return _infinity(format, negative)

    return beyond


def _infinity(format: Format, negative: bool) -> Pair:
    """Infinity, or what stands for it where the format has none."""
    if format.overflow == "saturate":
        size = format.largest_significand
        return (-size if negative else size), format.qmax
    if format.overflow == "nan":
        return NAN
    return NEGATIVE_INFINITY if negative else INFINITY


def _add_special(a: Pair, b: Pair, cancelled: Pair) -> Pair:
    if NAN in (a, b):
        return NAN
    if a in INFINITIES:
        return NAN if b in INFINITIES and a != b else a
    if b in INFINITIES:
        return b
    if a in ZEROS and b in ZEROS:
        return a if a == b else cancelled
    return b if a in ZEROS else a


def _is_negative(a: Pair) -> bool:
    return a[0] < 0 or a in (NEGATIVE_ZERO, NEGATIVE_INFINITY)


def _multiply_special(a: Pair, b: Pair) -> Pair:
    negative = _is_negative(a) != _is_negative(b)
    if NAN in (a, b) or (a in INFINITIES and b in ZEROS) or (a in ZEROS and b in INFINITIES):
        return NAN
    if a in INFINITIES or b in INFINITIES:
        return NEGATIVE_INFINITY if negative else INFINITY
    return NEGATIVE_ZERO if negative else POSITIVE_ZERO


def _divide_special(format: Format, a: Pair, b: Pair) -> Pair:
    negative = _is_negative(a) != _is_negative(b)
    if NAN in (a, b) or (a in INFINITIES and b in INFINITIES) or (a in ZEROS and b in ZEROS):
        return NAN
    if a in INFINITIES:
        return NEGATIVE_INFINITY if negative else INFINITY
    if b in ZEROS:
        return _infinity(format, negative)
    return NEGATIVE_ZERO if negative else POSITIVE_ZERO


def _quotient(round: Callable[[int, int], Pair], p: int, m: int, k: int) -> Pair:
    """m/k rounded, for integers of any size: p + 4 bits or more of the quotient, and a sticky bit."""
    shift = p + 4 + k.bit_length() - m.bit_length()
    top, bottom = (abs(m) << shift, k) if shift >= 0 else (abs(m), k << -shift)
    q, rest = divmod(top, bottom)
    s = q << 1 | (rest != 0)
    return round(s if m > 0 else -s, -shift - 1)


_SOURCE = """
def round(m, e):
    FINISH

def add(a, b):
    m, e = a
    k, f = b
    if not m or not k:
        return add_special(a, b)
    if e > f:
        if e - f > FAR:
            m = (m << REACH) + (1 if k > 0 else -1)
            e -= REACH
        else:
            m = (m << e - f) + k
            e = f
    elif f > e:
        if f - e > FAR:
            m = (k << REACH) + (1 if m > 0 else -1)
            e = f - REACH
        else:
            m += k << f - e
    else:
        m += k
    if not m:
        return CANCELLED
    FINISH

def sub(a, b):
    k, f = b
    return add(a, (-k, f) if k else neg(b))

def mul(a, b):
    m, e = a
    k, f = b
    if not m or not k:
        return multiply_special(a, b)
    m *= k
    e += f
    FINISH

def div(a, b):
    m, e = a
    k, f = b
    if not m or not k:
        return divide_special(a, b)
    if k < 0:
        m, k = -m, -k
    d = WIDE + k.bit_length() - m.bit_length()
    e -= f + d + 1
    if m > 0:
        q, r = divmod(m << d, k)
        m = q << 1 | (r != 0)
    else:
        q, r = divmod(-m << d, k)
        m = -(q << 1 | (r != 0))
    FINISH
"""
"""The operations on pairs. FAR and REACH: where one number lies below the last bit of the other
shifted by REACH, only its sign matters; the greater is then normal, so it has all its bits. WIDE:
the quotient of two pairs keeps at least p + 4 bits, and a sticky bit below them. d >= 0 because the
dividend has at most p bits."""

_FINISH = """\
d = m.bit_length() - P
    CLAMP
    if d > 0:
        s = m
        e += d
        SHIFT
        if e < QMAX and -TOP < m < TOP and KEPT:
            return m, e
        return edge(m, e, s < 0)
    e += d
    if e < QMAX and e >= QMIN:
        return m << -d, e
    return edge(m << -d, e, m < 0)"""
"""m * 2**e rounded, for m != 0; its last bit may be sticky if it has at least p + 2 bits. `edge` sees
to what is rare: a carry into the next binade, zeros, overflow, a flushed subnormal."""

_SHIFTS = {
    Rounding.NEAREST_EVEN: "m = (m + (1 << d - 1) - 1 + (m >> d & 1)) >> d",
    Rounding.DOWN: "m >>= d",
    Rounding.UP: "m = -(-m >> d)",
}
"""The shifts that are short enough to stand in place; the others are called."""


@lru_cache(maxsize=32)
def _code(rounding: Rounding, gradual: bool) -> CodeType:
    """The operations of one rounding, with subnormals or without, with the rounding in place."""
    body = _FINISH.replace("CLAMP", "if e + d < QMIN: d = QMIN - e" if gradual else "pass")
    body = body.replace("SHIFT", _SHIFTS.get(rounding, "m = shift(m, d)"))
    body = body.replace("and KEPT", "and m" if gradual else "and m and e >= QMIN")
    return compile(_SOURCE.replace("FINISH", body), f"<operations, {rounding}>", "exec")


def _operations(format: Format, rounding: Rounding, neg: Callable[[Pair], Pair]) -> dict[str, Any]:
    """The rounded operations of one format and rounding: the code, run with its parameters.

    With the rounding in place in every operation they are a third faster than closures that call
    one function for it.
    """
    p = format.precision
    cancelled = NEGATIVE_ZERO if rounding is Rounding.DOWN else POSITIVE_ZERO
    scope: dict[str, Any] = {
        "P": p,
        "QMIN": format.qmin,
        "QMAX": format.qmax,
        "TOP": 1 << p,
        "REACH": p + 3,
        "FAR": 2 * p + 4,
        "WIDE": p + 4,
        "CANCELLED": cancelled,
        "edge": _edge(format, rounding),
        "shift": shifter(rounding),
        "neg": neg,
        "add_special": lambda a, b: _add_special(a, b, cancelled),
        "multiply_special": _multiply_special,
        "divide_special": lambda a, b: _divide_special(format, a, b),
    }
    exec(_code(rounding, format.subnormals), scope)
    return scope


def _edge(format: Format, rounding: Rounding) -> Callable[[int, int, bool], Pair]:
    """The rare ends of a rounding: the pair of a rounded m * 2**e that may be out of canonical form."""
    top, qmin, qmax, largest = 1 << format.precision, format.qmin, format.qmax, format.largest_significand
    beyond = _beyond(format, rounding)

    def edge(m: int, e: int, negative: bool) -> Pair:
        if m in (top, -top):
            m, e = m >> 1, e + 1
        if not m or e < qmin:
            return NEGATIVE_ZERO if negative else POSITIVE_ZERO
        if e > qmax or (e == qmax and abs(m) > largest):
            return beyond(negative)
        return m, e

    return edge
