"""Moments of data: the sums of all products of two columns, which are all that least squares needs of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import chain
from math import lcm

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import InputError
from infinitesimal.regression.columns import MAX_BITS
from infinitesimal.regression.datasets import DataSet


@dataclass(frozen=True, eq=False)
class Moments:
    """Z^T Z of a matrix Z with the columns of features and, as the last, the labels; and its number of rows.

    Column j is an integer column over `scales[j]`; `gram` has the products of the integer columns. Exact.
    """

    names: tuple[str, ...]
    count: int
    gram: fmpz_mat
    scales: tuple[int, ...]

    @classmethod
    def of(cls, data: DataSet) -> "Moments":
        """The moments of data in memory."""
        columns = (*data.columns, data.labels)
        entries = list(chain.from_iterable(column.numbers for column in columns))
        rows = fmpz_mat(len(columns), len(data), entries)
        return cls(data.names, len(data), rows * rows.transpose(), tuple(column.denominator for column in columns))

    def __add__(self, other: "Moments") -> "Moments":
        """The moments of the rows of both."""
        scales = tuple(map(lcm, self.scales, other.scales))
        if max(scale.bit_length() for scale in scales) > MAX_BITS:
            raise InputError(f"the common denominator of a column has more than {MAX_BITS} bits: round the column")
        gram = self._gram_over(scales) + other._gram_over(scales)
        return Moments(self.names, self.count + other.count, gram, scales)

    def _gram_over(self, scales: tuple[int, ...]) -> fmpz_mat:
        factors = [new // old for new, old in zip(scales, self.scales, strict=True)]
        if all(factor == 1 for factor in factors):
            return self.gram
        return fmpz_mat(
            [
                [x * a * b for x, b in zip(row, factors, strict=True)]
                for row, a in zip(self.gram.tolist(), factors, strict=True)
            ]
        )

    @property
    def dimension(self) -> int:
        """The number of features."""
        return len(self.names)

    def entry(self, i: int, j: int) -> fmpq:
        """The sum over all rows of column i times column j; the labels are the column `dimension`."""
        return fmpq(self.gram[i, j], fmpz(self.scales[i] * self.scales[j]))

    @cached_property
    def features(self) -> fmpz_mat:
        """The products of the integer columns of features among themselves."""
        d = self.dimension
        return fmpz_mat([row[:d] for row in self.gram.tolist()[:d]])

    def sum_of_squares(self, weights: fmpq_mat) -> Fraction:
        """The sum over all rows of (features . weights - label)**2, by one product of integers and one gcd."""
        d = self.dimension
        scaled = [weights[i, 0] / self.scales[i] for i in range(d)]
        integers, q = fmpq_mat([[x] for x in (*scaled, fmpq(-1, fmpz(self.scales[d])))]).numer_denom()
        found = fmpq((integers.transpose() * (self.gram * integers))[0, 0], q * q)
        return to_fraction(found)

    def dependency(self) -> dict[str, Fraction] | None:
        """The first column that is a combination of those before it: names to coefficients c with sum c*column = 0.

        The column itself has the coefficient -1. None if the columns are independent. Exact: a combination is zero
        on every row if and only if the Gram matrix sends it to zero.
        """
        d = self.dimension
        reduced, denominator, rank = self.features.rref()
        if rank == d:
            return None
        pivots = [next(j for j in range(d) if reduced[i, j] != 0) for i in range(rank)]
        free = next(j for j in range(d) if j not in pivots)
        found = {self.names[free]: Fraction(-1)}
        for i, j in enumerate(pivots):
            if reduced[i, free] != 0:
                c = fmpq(reduced[i, free] * self.scales[j], denominator * self.scales[free])
                found[self.names[j]] = to_fraction(c)
        return {name: found[name] for name in self.names if name in found}


def total(parts: Iterable[Moments]) -> Moments:
    """The moments of all rows of all parts, of which there is at least one."""
    return reduce(Moments.__add__, parts)
