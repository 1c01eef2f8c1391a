"""Partial sums of hypergeometric terms by binary splitting, exact and fast.

With a(n+1)/a(n) = p(n)/q(n) and weights c(n)/b(n) the sum of the terms c(n)/b(n) prod p(k)/q(k) is a
quotient of integers that halves into two sums of the same kind; the cost of N terms is that of
multiplying the answer out, up to a logarithm. Source: Haible & Papanikolaou, "Fast multiprecision
evaluation of series of rational numbers" (1998); Brent & Zimmermann, *Modern Computer Arithmetic*, 4.9.
"""

import math
from dataclasses import dataclass

from flint import fmpq, fmpq_poly, fmpz, fmpz_poly

LEAF = 12
"""So many terms are added one after the other."""

BLOCKS = 64
"""So many parts of a range are bounded by themselves."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio a(n+1)/a(n) of a hypergeometric term, split into weights and a short product.

    a(n)/a(m) = (c(n)/b(n)) / (c(m)/b(m)) * product of p(k)/q(k) for m <= k < n. All polynomials have
    integer coefficients.
    """

    p: fmpz_poly
    q: fmpz_poly
    c: fmpz_poly
    b: fmpz_poly

    @classmethod
    def of(cls, top: fmpq_poly, bottom: fmpq_poly) -> "Ratio":
        """Takes c(n+1)/c(n) and b(n)/b(n+1) out of the ratio: c and b are then multiplied in once."""
        back = fmpq_poly([-1, 1])
        forward = fmpq_poly([1, 1])
        c = top(back).gcd(bottom)
        top, bottom = top // c(forward), bottom // c
        b = top.gcd(bottom(back))
        top, bottom = top // b, bottom // b(forward)
        common = top.denom() * bottom.denom()
        p, q = (top * common).numer(), (bottom * common).numer()
        content = p.content().gcd(q.content())
        return cls(p // content, q // content, c.numer(), b.numer())

    def weight(self, k: int) -> fmpq:
        """c(k)/b(k)."""
        return fmpq(self.c(k), self.b(k))

    def split(self, first: int, last: int) -> tuple[fmpz, fmpz, fmpz, fmpz]:
        """(P, Q, B, T): the sum of c(n)/b(n) prod_{first<=k<n} p(k)/q(k) over first <= n < last is T/(B Q).

        P/Q is the whole product, up to `last` - 1.
        """
        if last - first <= LEAF:
            return self._leaf(first, last)
        middle = (first + last) // 2
        p1, q1, b1, t1 = self.split(first, middle)
        p2, q2, b2, t2 = self.split(middle, last)
        return p1 * p2, q1 * q2, b1 * b2, b2 * q2 * t1 + b1 * p1 * t2

    def _leaf(self, first: int, last: int) -> tuple[fmpz, fmpz, fmpz, fmpz]:
        product, bottom, weights, total = fmpz(1), fmpz(1), fmpz(1), fmpz(0)
        p, q, c, b = self.p, self.q, self.c, self.b
        for k in range(first, last):
            at_q, at_b = q(k), b(k)
            total = at_q * (at_b * total + weights * product * c(k))
            product *= p(k)
            bottom *= at_q
            weights *= at_b
        return product, bottom, weights, total

    def sum(self, first: int, last: int) -> tuple[fmpz, fmpz]:
        """(T, D): the sum of a(n)/a(first) over first <= n < last is T/D, not in lowest terms."""
        _, q, b, t = self.split(first, last)
        return t * self.b(first), q * b * self.c(first)

    def bits(self, first: int, last: int) -> int:
        """A bound for the bits of the quotient of `sum`, up to a few in the numerator, before it is made.

        The factors max(p(k), q(k)) b(k) are bounded by those at the ends of `BLOCKS` equal parts of the range.

        >>> exponential = Ratio(fmpz_poly([1]), fmpz_poly([1, 1]), fmpz_poly([1]), fmpz_poly([1]))
        >>> exponential.bits(0, 1000), exponential.sum(0, 1000)[1].bit_length()
        (8598, 8530)
        """
        total, low = 0.0, first
        for i in range(1, BLOCKS + 1):
            high = first + (last - first) * i // BLOCKS
            end = max(abs(low), abs(high))
            above = (fmpz_poly([abs(c) for c in part])(end) for part in (self.p, self.q, self.b))
            p, q, b = (math.log2(max(1, int(value))) for value in above)
            total += (high - low) * (max(p, q) + b)
            low = high
        return math.ceil(total)

    def sum_and_term(self, first: int, last: int) -> tuple[tuple[fmpz, fmpz], tuple[fmpz, fmpz]]:
        """`sum`, and the quotient a(last)/a(first) as a pair as well."""
        p, q, b, t = self.split(first, last)
        below = self.c(first)
        total = t * self.b(first), q * b * below
        term = p * self.c(last) * self.b(first), q * self.b(last) * below
        return total, term


def last_exception(top: fmpq_poly, bottom: fmpq_poly) -> int:
    """The largest integer root of either polynomial, -1 if there is none that is not negative.

    Beyond it the ratio neither vanishes nor has a pole, so a(n) is a(m) times the ratios in between.
    """
    largest = -1
    for polynomial in (top, bottom):
        for factor, _ in polynomial.numer().factor()[1]:
            if factor.degree() == 1 and factor[0] % factor[1] == 0:
                largest = max(largest, int(-factor[0] // factor[1]))
    return largest
