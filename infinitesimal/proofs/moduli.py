"""Moduli of convergence: after how many steps a geometric decay is below 2**-m.

The bound of a power is made by the same repeated squaring, rounded up to 128 bits after the point, that the support
library computes (`Limits.v`), so that a modulus found here is one that the kernel accepts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import Undecided

BITS = 128
MAX_SHIFT = 4_000
MAX_DOUBLINGS = 110


@dataclass(frozen=True, slots=True)
class Modulus:
    """From step `halving * (m + shift)` on the distance to the limit is at most 2**-m."""

    halving: int
    shift: int

    def __call__(self, m: int) -> int:
        return self.halving * (m + self.shift)


def power_above(ratio: Fraction, k: int, bits: int = BITS) -> Fraction:
    """A bound of ratio**k from above, for 0 <= ratio and k >= 1: every square is rounded up to so many bits.

    >>> power_above(Fraction(1, 2), 3)
    Fraction(1, 8)
    """
    return _power(ratio, k, lambda value: Fraction(-((-value.numerator << bits) // value.denominator), 1 << bits))


def power_below(ratio: Fraction, k: int, bits: int = BITS) -> Fraction:
    """A bound of ratio**k from below: every square is rounded down.

    >>> power_below(Fraction(1, 3), 2, 4)
    Fraction(1, 16)
    """
    return _power(ratio, k, lambda value: Fraction((value.numerator << bits) // value.denominator, 1 << bits))


def _power(ratio: Fraction, k: int, rounded: Callable[[Fraction], Fraction]) -> Fraction:
    bound = rounded(ratio)
    for bit in f"{k:b}"[1:]:
        bound = rounded(bound * bound * (ratio if bit == "1" else 1))
    return bound


def halves(ratio: Fraction, k: int) -> bool:
    """Whether the bound of |ratio|**k shows that it is at most 1/2."""
    return k >= 1 and abs(ratio) <= 1 and power_above(abs(ratio), k) <= Fraction(1, 2)


def modulus(size: Fraction, ratio: Fraction) -> Modulus:
    """A modulus of size*|ratio|**n -> 0, for |ratio| < 1.

    `shift` is the least j with size <= 2**j. `halving` is the k at which a binary search ends, the least one where the
    rounded bounds of the powers fall with k. Raises `Undecided` where |ratio| is too close to 1 for 128 bits, or the
    size too large to be written down.

    >>> modulus(Fraction(1), Fraction(999_999_999, 10**9))
    Modulus(halving=693147181, shift=0)
    """
    shift = max(0, (-(-size.numerator // size.denominator) - 1).bit_length())
    if shift > MAX_SHIFT:
        raise Undecided(f"no proof: the start is about 2**{shift} from the limit; at most 2**{MAX_SHIFT} is handled")
    high = 1
    while not halves(ratio, high):
        high *= 2
        if high >> MAX_DOUBLINGS:
            raise Undecided(f"no proof: the ratio differs from 1 in size by less than {BITS} bits of a power can show")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if halves(ratio, middle) else (middle, high)
    return Modulus(high, shift)
