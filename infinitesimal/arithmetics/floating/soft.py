"""The soft core: every operation is the exact operation on integers, then one rounding.

A value is a pair (m, q) for m * 2**q (see `format`). The operations are closures over the
parameters of one format and one rounding, which makes them about as fast as Python allows.
Source: IEEE 754-2019, 4.3 (rounding), 6.3 (signs of zeros), 7 (exceptional results).
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

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
    format_named,
)
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest, rounding_of, shifter
from infinitesimal.errors import InputError
from infinitesimal.rational import rational
from infinitesimal.truth import Truth

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
        finish = _finisher(self.format, self.rounding)
        add = _adder(self.format, self.rounding, finish)
        neg = self.neg
        built = {
            "round": finish,
            "add": add,
            "sub": lambda a, b: add(a, neg(b)),
            "mul": _multiplier(finish),
            "div": _divider(self.format, finish),
        }
        for name, operation in built.items():
            object.__setattr__(self, name, operation)

    @property
    def name(self) -> str:
        suffix = "" if self.rounding is Rounding.NEAREST_EVEN else f":{self.rounding}"
        return f"{self.format!r}{suffix}"

    def const(self, value: Fraction) -> Pair:
        """The pair that `value` rounds to."""
        top, bottom = value.numerator, value.denominator
        if not top:
            return POSITIVE_ZERO
        return _quotient(self.format.precision, self.round, top, bottom, 0)

    def embed(self, value: object) -> Pair:
        """A `Float` of the format as it is; any exact number, rounded once."""
        if isinstance(value, Float):
            if value.format == self.format or not value.is_finite:
                return value.pair
        elif isinstance(value, tuple) and len(value) == 2:
            return value
        elif isinstance(value, float):
            return self._embed_float(value)
        return self.const(rational(value))

    def _embed_float(self, value: float) -> Pair:
        if self.format.precision != 53 or self.format.emax != 1023:
            return self.const(rational(value))  # refuses, and says what the float stands for
        from infinitesimal.arithmetics.floating.native import pair_of_float

        return pair_of_float(value)

    def export(self, element: Pair) -> Float:
        return Float(self.format, self.format.encode(element))

    def neg(self, a: Pair) -> Pair:
        m, q = a
        if m:
            return -m, q
        return a if q == 2 else (0, ~q)  # the codes of zeros and infinities are complements

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


def _finisher(format: Format, rounding: Rounding) -> Callable[[int, int], Pair]:
    """The function (s, e) -> the pair of s * 2**e rounded, for s != 0.

    The last bit of s may be sticky (set when something nonzero was dropped below it), as long as s
    has at least precision + 2 bits.
    """
    p, qmin, qmax, largest = format.precision, format.qmin, format.qmax, format.largest_significand
    gradual = format.subnormals
    shift = shifter(rounding)
    beyond = _beyond(format, rounding)
    nearest_even = rounding is Rounding.NEAREST_EVEN

    def finish(s: int, e: int) -> Pair:
        d = s.bit_length() - p
        if gradual and e + d < qmin:
            d = qmin - e
        if d > 0:
            # The line for nearest-even is `shift` written in place: the call would cost a fifth.
            m = (s + (1 << d - 1) - 1 + (s >> d & 1)) >> d if nearest_even else shift(s, d)
            e += d
            if m.bit_length() > p:
                m >>= 1
                e += 1
            elif not m:
                return NEGATIVE_ZERO if s < 0 else POSITIVE_ZERO
        else:
            m = s << -d
            e += d
        if e >= qmax and (e > qmax or abs(m) > largest):
            return beyond(m < 0)
        if e < qmin:
            return NEGATIVE_ZERO if s < 0 else POSITIVE_ZERO
        return m, e

    return finish


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


def _adder(format: Format, rounding: Rounding, finish: Callable[[int, int], Pair]) -> Binary:
    # Beyond `far` the smaller number lies below the last bit of the greater one shifted by `reach`,
    # and only its sign matters. The greater is then normal, so it has all its bits.
    reach = format.precision + 3
    far = 2 * format.precision + 4
    cancelled = NEGATIVE_ZERO if rounding is Rounding.DOWN else POSITIVE_ZERO

    def add(a: Pair, b: Pair) -> Pair:
        m, e = a
        k, f = b
        if not m or not k:
            return _add_special(a, b, cancelled)
        gap = e - f
        if gap > 0:
            if gap > far:
                return finish((m << reach) + (1 if k > 0 else -1), e - reach)
            s = (m << gap) + k
            e = f
        elif gap < 0:
            if gap < -far:
                return finish((k << reach) + (1 if m > 0 else -1), f - reach)
            s = m + (k << -gap)
        else:
            s = m + k
        return finish(s, e) if s else cancelled

    return add


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


def _multiplier(finish: Callable[[int, int], Pair]) -> Binary:
    def mul(a: Pair, b: Pair) -> Pair:
        m, e = a
        k, f = b
        if m and k:
            return finish(m * k, e + f)
        negative = _is_negative(a) != _is_negative(b)
        if NAN in (a, b) or (a in INFINITIES and b in ZEROS) or (a in ZEROS and b in INFINITIES):
            return NAN
        if a in INFINITIES or b in INFINITIES:
            return NEGATIVE_INFINITY if negative else INFINITY
        return NEGATIVE_ZERO if negative else POSITIVE_ZERO

    return mul


def _divider(format: Format, finish: Callable[[int, int], Pair]) -> Binary:
    p = format.precision

    def div(a: Pair, b: Pair) -> Pair:
        m, e = a
        k, f = b
        if m and k:
            return _quotient(p, finish, m, k, e - f)
        negative = _is_negative(a) != _is_negative(b)
        if NAN in (a, b) or (a in INFINITIES and b in INFINITIES) or (a in ZEROS and b in ZEROS):
            return NAN
        if a in INFINITIES:
            return NEGATIVE_INFINITY if negative else INFINITY
        if b in ZEROS:
            return _infinity(format, negative)
        return NEGATIVE_ZERO if negative else POSITIVE_ZERO

    return div


def _quotient(p: int, finish: Callable[[int, int], Pair], m: int, k: int, e: int) -> Pair:
    """m/k * 2**e rounded: p + 3 bits or more of the quotient, and a sticky bit for the rest."""
    shift = p + 4 + k.bit_length() - m.bit_length()
    top, bottom = abs(m), abs(k)
    if shift >= 0:
        top <<= shift
    else:
        bottom <<= -shift
    q, rest = divmod(top, bottom)
    s = q << 1 | (rest != 0)
    return finish(s if (m > 0) == (k > 0) else -s, e - shift - 1)
