"""The processor as an oracle, in bulk: operands made of bits by numpy, results taken apart into pairs.

The pairs are made here from the fields of the bits, not by the package.
"""

from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.format import Format, Pair

Bits = np.ndarray[Any, np.dtype[np.int64]]


class Layout:
    """The fields of an interchange format of `precision` bits whose exponent field has `exponent_bits`."""

    def __init__(self, precision: int, exponent_bits: int) -> None:
        self.precision, self.exponent_bits = precision, exponent_bits
        self.fraction_bits = precision - 1
        self.width = precision + exponent_bits
        self.top = (1 << exponent_bits) - 1
        self.bias = self.top >> 1
        self.qmin = 2 - self.bias - precision

    @classmethod
    def of(cls, format: Format) -> "Layout":
        return cls(format.precision, (2 * format.emax + 1).bit_length())

    def join(self, sign: Bits, exponent: Bits, fraction: Bits) -> Bits:
        return sign << self.width - 1 | exponent << self.fraction_bits | fraction

    def pairs(self, bits: Bits) -> list[Pair]:
        """The pair of each encoding."""
        bits = bits.astype(np.int64)
        fraction = bits & (1 << self.fraction_bits) - 1
        exponent = bits >> self.fraction_bits & self.top
        negative = bits >> self.width - 1 & 1 == 1
        m = fraction + (np.where(exponent > 0, 1, 0) << self.fraction_bits)
        q = self.qmin + np.maximum(exponent, 1) - 1
        zero, infinite = m == 0, (exponent == self.top) & (fraction == 0)
        q = np.where(zero, np.where(negative, -1, 0), q)
        q = np.where(exponent == self.top, 2, q)
        q = np.where(infinite, np.where(negative, -2, 1), q)
        m = np.where(exponent == self.top, 0, np.where(negative, -m, m))
        return list(zip(m.tolist(), q.tolist(), strict=True))

    def operands(self, rng: np.random.Generator, operation: str, count: int) -> tuple[Bits, Bits]:
        """Two operands a lane: anywhere, close together, made for ties, for the edges, and special."""
        kinds = [
            self._anywhere(rng, operation, count // 4),
            self._close(rng, operation, count // 4),
            self._ties(rng, operation, count // 8),
            self._edges(rng, operation, count // 4),
        ]
        kinds.append(self._special(rng, count - sum(len(a) for a, _ in kinds)))
        return np.concatenate([a for a, _ in kinds]), np.concatenate([b for _, b in kinds])

    def _signs(self, rng: np.random.Generator, count: int) -> Bits:
        return rng.integers(0, 2, count)

    def _fractions(self, rng: np.random.Generator, count: int) -> Bits:
        """Fractions with random numbers of zeros, or ones, at the end."""
        fraction = rng.integers(0, 1 << self.fraction_bits, count)
        cut = rng.integers(0, self.fraction_bits + 1, count)
        low = (1 << cut) - 1
        kind = rng.integers(0, 4, count)
        return np.where(kind == 0, fraction & ~low, np.where(kind == 1, fraction | low, fraction))

    def _anywhere(self, rng: np.random.Generator, operation: str, count: int) -> tuple[Bits, Bits]:
        def one() -> Bits:
            return self.join(self._signs(rng, count), rng.integers(0, self.top + 1, count), self._fractions(rng, count))

        return one(), one()

    def _close(self, rng: np.random.Generator, operation: str, count: int) -> tuple[Bits, Bits]:
        """Exponents at most a precision and a little apart, over the whole range."""
        first = rng.integers(0, self.top, count)
        second = np.clip(first + rng.integers(-self.precision - 3, self.precision + 4, count), 0, self.top - 1)
        return (
            self.join(self._signs(rng, count), first, self._fractions(rng, count)),
            self.join(self._signs(rng, count), second, self._fractions(rng, count)),
        )

    def _ties(self, rng: np.random.Generator, operation: str, count: int) -> tuple[Bits, Bits]:
        """Sums with a half of the last bit; products of two significands of half the bits each."""
        p = self.precision
        if operation in ("add", "sub"):
            first = rng.integers(p + 3, self.top - 1, count)
            a = self.join(self._signs(rng, count), first, self._fractions(rng, count))
            b = self.join(self._signs(rng, count), first - p, np.zeros(count, dtype=np.int64))
            return a, b

        def half(bits: int) -> Bits:
            fraction = (rng.integers(0, 1 << bits - 1, count) | 1) << self.fraction_bits - bits + 1
            exponent = self.bias + rng.integers(-8, 9, count)
            return self.join(self._signs(rng, count), exponent, fraction)

        return half((p + 1) // 2), half(p + 1 - (p + 1) // 2)

    def _edges(self, rng: np.random.Generator, operation: str, count: int) -> tuple[Bits, Bits]:
        """Results near the smallest normal number, the smallest of all, or the largest."""
        p, bias = self.precision, self.bias
        near = np.where(rng.integers(0, 3, count) == 0, bias + 1, rng.integers(-bias - p, 3 - bias, count))
        near += rng.integers(-1, 2, count)
        if operation in ("add", "sub"):
            first = np.where(near > 0, self.top - 1, rng.integers(0, p + 3, count))
            second = np.clip(first + rng.integers(-p - 1, 2, count), 0, self.top - 1)
        elif operation == "mul":
            first = rng.integers(0, self.top, count)
            second = np.clip(near - (first - bias) + bias, 0, self.top - 1)
        else:
            first = rng.integers(0, self.top, count)
            second = np.clip((first - bias) - near + bias, 0, self.top - 1)
        return (
            self.join(self._signs(rng, count), first, self._fractions(rng, count)),
            self.join(self._signs(rng, count), second, self._fractions(rng, count)),
        )

    def corners(self) -> Bits:
        """Zeros, both ends of the subnormals, one and its neighbours, the largest two, infinity, NaN."""
        one = self.bias << self.fraction_bits
        least_normal = 1 << self.fraction_bits
        infinity = self.top << self.fraction_bits
        quiet = infinity | 1 << self.fraction_bits - 1
        sizes = [0, 1, 2, 3, least_normal - 1, least_normal, least_normal + 1, one - 1, one, one + 1, 3 * least_normal]
        sizes += [one + least_normal, infinity - 2, infinity - 1, infinity, quiet]
        encodings = [sign << self.width - 1 | size for size in sizes for sign in (0, 1)]
        return np.array(encodings, dtype=np.uint64).view(np.int64)

    def _special(self, rng: np.random.Generator, count: int) -> tuple[Bits, Bits]:
        """A corner with anything, on either side; the first lanes hold every pair of corners."""
        corners = self.corners()
        a = np.repeat(corners, len(corners))
        b = np.tile(corners, len(corners))
        if count <= len(a):
            return a[:count], b[:count]
        rest = count - len(a)
        some, (other, _) = rng.choice(corners, rest), self._anywhere(rng, "", rest)
        swap = rng.integers(0, 2, rest) == 1
        a = np.concatenate([a, np.where(swap, some, other)])
        b = np.concatenate([b, np.where(swap, other, some)])
        return a, b


NUMPY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
}


def as_numbers(bits: Bits, dtype: Any) -> Any:
    """The numbers of a numpy type that have these encodings."""
    size = np.dtype(dtype).itemsize
    return bits.astype(np.uint64).astype(f"u{size}").view(dtype)


def as_bits(numbers: Any) -> Bits:
    return numbers.view(f"u{numbers.dtype.itemsize}").astype(np.uint64).view(np.int64)


def compute(operation: str, a: Bits, b: Bits, dtype: Any) -> Any:
    """The results of a numpy type, one operation a lane."""
    with np.errstate(all="ignore"):
        return NUMPY[operation](as_numbers(a, dtype), as_numbers(b, dtype))
