"""Stochastic rounding: a result falls on one of its two neighbours, the nearer one more often.

With neighbours l <= y <= h the result is h with probability (y - l)/(h - l), exactly: the uniform number that decides
is drawn bit by bit, only as far as it takes, so no probability is rounded. About two bits are spent on an inexact
operation, none on an exact one. Source of the rounding: Croci, Fasi, Higham, Mary, Mikaitis, "Stochastic rounding:
implementation, error analysis and applications" (2022), mode SR-nearness.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from types import MappingProxyType
from typing import ClassVar

from infinitesimal.arithmetic import left_to_right_power
from infinitesimal.arithmetics.floating.format import NAN, Format, Pair
from infinitesimal.arithmetics.floating.functions import BALLS, rounded_function
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.powers import exact_power, rounded_power
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.truth import Truth

_CHUNK = 64
_DOUBLINGS = 12
"""The bits of an irrational result below the last place that are computed at first, and how often they are doubled."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Stochastic:
    """The arithmetic of a format under stochastic rounding, with the bits that decide; elements are pairs.

    Constants and step numbers are read to nearest-even, since a program holds them once and for all. Beyond the largest
    value and below the least one the format's own policies hold, as under round to nearest. Two computations differ
    unless they are given the same bits, so there are no cycles and no fixed points to look for.
    """

    nearest: Floats
    source: Iterator[int]

    infix: ClassVar[Mapping[str, str]] = MappingProxyType({})
    exact = False

    @property
    def name(self) -> str:
        return f"{self.nearest.format!r}:stochastic"

    @property
    def format(self) -> Format:
        return self.nearest.format

    def const(self, value: Fraction) -> Pair:
        return self.nearest.const(value)

    def integer(self, k: int) -> Pair:
        return self.nearest.integer(k)

    def embed(self, value: object) -> Pair:
        return self.nearest.embed(value)

    def export(self, element: Pair) -> Float:
        return self.nearest.export(element)

    def equal(self, a: Pair, b: Pair) -> Truth:
        return self.nearest.equal(a, b)

    def less(self, a: Pair, b: Pair) -> Truth:
        return self.nearest.less(a, b)

    def neg(self, a: Pair) -> Pair:
        return self.nearest.neg(a)

    def round(self, m: int, e: int) -> Pair:
        """The value m * 2**e, for m != 0, on one of its neighbours."""
        return self._ratio(m << max(0, e), 1 << max(0, -e))

    def add(self, a: Pair, b: Pair) -> Pair:
        (m, e), (k, f) = a, b
        if not m or not k:
            return self.nearest.add(a, b)
        low = min(e, f)
        s = (m << e - low) + (k << f - low)
        return self.round(s, low) if s else self.nearest.add(a, b)

    def sub(self, a: Pair, b: Pair) -> Pair:
        return self.add(a, self.neg(b))

    def mul(self, a: Pair, b: Pair) -> Pair:
        return self.round(a[0] * b[0], a[1] + b[1]) if a[0] and b[0] else self.nearest.mul(a, b)

    def div(self, a: Pair, b: Pair) -> Pair:
        (m, e), (k, f) = a, b
        if not m or not k:
            return self.nearest.div(a, b)
        m, k = (-m, -k) if k < 0 else (m, k)
        return self._ratio(m << max(0, e - f), k << max(0, f - e))

    def fma(self, a: Pair, b: Pair, c: Pair) -> Pair:
        """The value of a*b + c, rounded once."""
        m, e, (k, f) = a[0] * b[0], a[1] + b[1], c
        if not m or not k:
            return self.round(m, e) if m and k == 0 and c in _ZEROS else self.nearest.fma(a, b, c)
        low = min(e, f)
        s = (m << e - low) + (k << f - low)
        return self.round(s, low) if s else self.nearest.fma(a, b, c)

    def pow(self, a: Pair, k: int) -> Pair:
        power: Pair = left_to_right_power(self, a, k)
        return power

    def sqrt(self, a: Pair) -> Pair:
        m, e = a
        if m <= 0:
            return self.nearest.sqrt(a)
        m, e = (m << 1, e - 1) if e & 1 else (m, e)
        root = math.isqrt(m)
        if root * root == m:
            return self.round(root, e // 2)

        def truncated(bits: int) -> Pair:
            shift = max(0, 2 * bits - m.bit_length() + 2) & ~1
            return _truncate(math.isqrt(m << shift), (e - shift) // 2, bits)

        return self._real(truncated)

    def function(self, name: str, *args: Pair) -> Pair:
        """A function of losses; see `functions.correctly_rounded`. At zeros it is rounded to nearest-even."""
        a, format, p = args[0], self.format, self.format.precision
        if name == "sqrt":
            return self.sqrt(a)
        if name == "power" and all(m for m, _ in args) and self.nearest.function(name, *args) != NAN:
            return self._power(a, args[1])
        if name not in BALLS or not a[0] or (name == "log" and (a[0] < 0 or self.format.value(a) == 1)):
            return self.nearest.function(name, *args)

        def truncated(bits: int) -> Pair:
            return rounded_function(format, lambda m, e: _truncate(m, e, bits), name, a, bits - p)

        return self._real(truncated)

    def _power(self, x: Pair, y: Pair) -> Pair:
        format, p = self.format, self.format.precision
        exact = exact_power(format, x, y)
        if exact is not None:
            return self.round(*exact)
        return self._real(lambda bits: rounded_power(format, lambda m, e: _truncate(m, e, bits), x, y, bits - p))

    def _ratio(self, n: int, k: int) -> Pair:
        kept, q, rest, gap = _split(self.format, n, k)
        return self._settle(n < 0, kept, q, _ratio_digits(rest, gap))

    def _real(self, truncated: Callable[[int], Pair]) -> Pair:
        """An irrational number, from its first bits: `truncated` gives as many as it is asked for."""
        format = self.format
        m, e = truncated(format.precision + _CHUNK)
        q = max(e + _CHUNK, format.qmin) if format.subnormals else e + _CHUNK

        def digits() -> Iterator[int]:
            # To a depth of `extra` bits below the last place, which is as far as the truncation is the result's.
            done = 0
            for extra in (_CHUNK << doubling for doubling in range(_DOUBLINGS)):
                size, low = truncated(format.precision + extra)
                for depth in range(done, extra):
                    yield abs(size) >> q - low - 1 - depth & 1
                done = extra
            raise BudgetSpent(f"the source of bits agrees with a result for {done} bits: that is no chance")

        return self._settle(m < 0, abs(m) >> q - e, q, digits())

    def _settle(self, negative: bool, kept: int, q: int, digits: Iterator[int]) -> Pair:
        """The neighbour that the bits decide for: away from zero where they are below the digits of the fraction."""
        size = kept + self._below(digits)
        if not size:
            return self.nearest.neg((0, 0)) if negative else (0, 0)
        return self.nearest.round(-size if negative else size, q)

    def _below(self, digits: Iterator[int]) -> bool:
        for digit in digits:
            bit = next(self.source, None)
            if bit not in (0, 1):
                end = "the source of bits has come to its end" if bit is None else f"{bit!r} is not a bit"
                raise InputError(f"{end}: give a seed, or an iterable of 0 and 1 that does not end")
            if bit != digit:
                return bit < digit
        return False

    def __repr__(self) -> str:
        return f"stochastic({self.format!r})"


_ZEROS = ((0, 0), (0, -1))


def stochastic(format: Format | str, source: int | Iterable[int] = 0) -> Stochastic:
    """The arithmetic of `format` under stochastic rounding.

    `source` is a seed, which gives the same bits every time (Python's Mersenne Twister), or the bits themselves: an
    iterable of 0 and 1, taken in order. Raises `InputError` for another source, and when the bits come to an end.

    >>> from infinitesimal.arithmetics.floating.format import bfloat16
    >>> one, little = (1 << 7, -7), (1 << 7, -17)         # 1 and 2**-10, an eighth of the ulp of 1
    >>> [stochastic(bfloat16, bits).add(one, little) for bits in ([0, 0, 0], [0, 0, 1], [1])]
    [(129, -7), (128, -7), (128, -7)]
    """
    if isinstance(source, int) and not isinstance(source, bool):
        draw = Random(source).getrandbits
        return Stochastic(floats(format), iter(lambda: draw(1), None))
    if isinstance(source, bool) or not isinstance(source, Iterable):
        raise InputError(f"source {source!r}: give a seed (an integer), or an iterable of bits")
    return Stochastic(floats(format), iter(source))


def neighbours(format: Format, value: Fraction) -> tuple[Pair, Pair, Fraction]:
    """The neighbours of `value` toward zero and away from it, and the exact probability of the latter.

    Overflow and flush are applied to both. For a value of the format both are the value, with probability 0.

    >>> from infinitesimal.arithmetics.floating.format import e5m2
    >>> neighbours(e5m2, Fraction(9, 10))
    ((7, -3), (4, -2), Fraction(1, 5))
    """
    nearest = floats(format)
    if not value:
        return (0, 0), (0, 0), Fraction(0)
    kept, q, rest, gap = _split(format, value.numerator, value.denominator)
    sign = -1 if value < 0 else 1
    zero = (0, 0) if sign > 0 else (0, -1)
    inner = nearest.round(sign * kept, q) if kept else zero
    outer = nearest.round(sign * (kept + 1), q) if rest else inner
    return inner, outer, Fraction(rest, gap)


def _split(format: Format, n: int, k: int) -> tuple[int, int, int, int]:
    """The value |n|/k (n != 0, k > 0) as (kept + rest/gap) * 2**q, where 2**q is its unit in the last place."""
    size = abs(n)
    e = size.bit_length() - k.bit_length()
    if (size << max(0, -e)) < (k << max(0, e)):
        e -= 1
    q = e - format.precision + 1
    q = max(q, format.qmin) if format.subnormals else q
    gap = k << max(0, q)
    kept, rest = divmod(size << max(0, -q), gap)
    return kept, q, rest, gap


def _ratio_digits(rest: int, gap: int) -> Iterator[int]:
    """The binary digits of rest/gap < 1, as far as they are not all zeros."""
    while rest:
        rest <<= 1
        digit = int(rest >= gap)
        rest -= gap * digit
        yield digit


def _truncate(m: int, e: int, bits: int) -> Pair:
    """The value m * 2**e cut to `bits` bits, toward zero."""
    d = m.bit_length() - bits
    size = abs(m) >> d if d > 0 else abs(m) << -d
    return (size if m > 0 else -size), e + d
