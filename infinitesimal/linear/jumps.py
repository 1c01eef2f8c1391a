"""The n-th power of an integer matrix on a column, by the engine that is cheapest for its size and n.

Three engines give the same column: powers of the matrix for small ones, one product after the other for few steps,
and otherwise t**n modulo the characteristic polynomial on the columns z, B z, B**2 z, ..., so that no large matrix
is ever made. Every engine minds an `Allowance`.
Source: Fiduccia, *An efficient formula for linear recurrences*, SIAM Journal on Computing 14, 1985.
"""

import time
from dataclasses import dataclass, field
from math import inf, log2

from flint import fmpq, fmpz_mat, fmpz_poly

from infinitesimal.errors import BudgetSpent, InfinitesimalError

SMALL = 4
"""Up to this many rows powers of the matrix are cheapest."""
LARGE = 300
"""From so many rows on a characteristic polynomial takes minutes."""
GROWTH = 2.5
"""By how much the time of a squaring grows when the numbers have twice the bits, with some room."""
NOTICEABLE = 0.02
"""Seconds of one squaring from which on the time of the rest is foreseen."""


class TooManyBits(InfinitesimalError):
    """A power would have more bits than allowed; `step` is the first that would, `bits` how many."""

    def __init__(self, step: int, bits: float) -> None:
        super().__init__(f"step {step} needs {bits:.3g} bits")
        self.step, self.bits = step, bits


@dataclass(frozen=True, slots=True)
class Allowance:
    """The bits that a number may have and the seconds from now that a jump may take."""

    bits: float = inf
    seconds: float = inf
    began: float = field(default_factory=time.monotonic)

    def check_power(self, base: int, n: int) -> None:
        """Raises `TooManyBits` if base**n has more bits than allowed, up to rounding of the logarithm."""
        each = log2(base) if base > 1 else 0.0
        if n * each > self.bits:
            step = int(self.bits / each) + 1
            raise TooManyBits(step, step * each)

    def check_squaring(self, height: int, covered: int) -> None:
        """Raises `TooManyBits` if numbers of `height` bits, those of step `covered`, cannot be squared."""
        if 2 * height > self.bits and 2 * height > 64:
            step = int(self.bits / height * covered) + 1
            raise TooManyBits(step, step * height / covered)

    def check_time(self, last: float, left: int, n: int) -> None:
        """Raises `BudgetSpent` if `left` squarings, each of numbers twice as long, take too long after one of `last` s.

        The time is foreseen from the squarings that were made, so that nobody waits for the last of them.
        """
        if last >= NOTICEABLE:
            self.check_rest(sum(last * GROWTH**k for k in range(1, min(left, 64) + 1)), n)

    def check_rest(self, rest: float, n: int) -> None:
        """Raises `BudgetSpent` if `rest` more seconds are too many for step n."""
        foreseen = time.monotonic() - self.began + rest
        if foreseen > self.seconds:
            raise BudgetSpent(
                f"step {n} would take about {foreseen:.2g} seconds, and the budget is {self.seconds}: ask for an "
                "earlier one, for enclose(process, digits, n) or nearest(process, n), or give Budget(seconds=...)"
            )


FREE = Allowance()


def jump(matrix: fmpz_mat, column: fmpz_mat, n: int, allowance: Allowance = FREE) -> fmpz_mat:
    """matrix**n * column, exact, by the engine for its size.

    Raises `TooManyBits` or `BudgetSpent`, with the step, before larger numbers are made than allowed.

    >>> jump(fmpz_mat([[1, 1], [1, 0]]), fmpz_mat([[1], [0]]), 10).tolist()
    [[89], [55]]
    """
    size = matrix.nrows()
    if size <= SMALL:
        return by_powers(matrix, column, n, allowance)
    if n < 2 * size or size > LARGE:
        return by_products(matrix, column, n, allowance)
    return by_remainders(matrix, column, n, allowance)


def by_powers(matrix: fmpz_mat, column: fmpz_mat, n: int, allowance: Allowance = FREE) -> fmpz_mat:
    """matrix**n * column by repeated squaring; each power needed is applied to the column at once."""
    base, covered, rest = matrix, 1, n
    while rest:
        if rest & 1:
            column = base * column
        rest >>= 1
        if rest:
            allowance.check_squaring(max(entry.height_bits() for entry in base.entries()), covered)
            began = time.monotonic()
            base, covered = base * base, 2 * covered
            allowance.check_time(time.monotonic() - began, rest.bit_length() - 1, n)
    return column


def by_products(matrix: fmpz_mat, column: fmpz_mat, n: int, allowance: Allowance = FREE) -> fmpz_mat:
    """matrix**n * column by n products of the matrix and a column."""
    for k in range(n):
        height = max(entry.height_bits() for entry in column.entries())
        if height > allowance.bits:
            raise TooManyBits(k, height)
        began = time.monotonic()
        column = matrix * column
        allowance.check_rest((time.monotonic() - began) * (n - k - 1), n)
    return column


def by_remainders(matrix: fmpz_mat, column: fmpz_mat, n: int, allowance: Allowance = FREE) -> fmpz_mat:
    """matrix**n * column as r(matrix) * column, with r the remainder of t**n by the characteristic polynomial."""
    remainder = power_of_t(n, matrix.charpoly(), allowance)
    coefficients = remainder.coeffs()
    return krylov(matrix, column, len(coefficients)) * fmpz_mat([[c] for c in coefficients] or [[0]])


def krylov(matrix: fmpz_mat, column: fmpz_mat, count: int) -> fmpz_mat:
    """The matrix with the columns z, B z, ..., B**(count - 1) z; at least one."""
    rows = [column.entries()]
    for _ in range(count - 1):
        column = matrix * column
        rows.append(column.entries())
    return fmpz_mat(rows).transpose()


def power_of_t(n: int, modulus: fmpz_poly, allowance: Allowance = FREE) -> fmpz_poly:
    """t**n modulo a monic polynomial over the integers, by repeated squaring from the leading bit of n."""
    result, covered = fmpz_poly([1]), 0
    for position in range(n.bit_length() - 1, -1, -1):
        if covered >= modulus.degree():  # before that the power is still t**covered itself
            allowance.check_squaring(result.height_bits(), covered)
        began = time.monotonic()
        result = result * result % modulus
        if n >> position & 1:
            result = result.left_shift(1) % modulus
        covered = 2 * covered + (n >> position & 1)
        allowance.check_time(time.monotonic() - began, position, n)
    return result


def scalar(r: fmpq, c: fmpq, x: fmpq, n: int, allowance: Allowance = FREE) -> fmpq:
    """The n-th value of x = r x + c by one power: x* + (x - x*) r**n with the fixed point x* = c/(1 - r)."""
    if r == 1:
        return x + n * c
    rest = c / (1 - r)
    if x == rest:
        return x
    allowance.check_power(max(abs(int(r.p)), int(r.q)), n)
    return rest + (x - rest) * r**n
