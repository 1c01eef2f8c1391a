"""Bernstein coefficients: a polynomial on an interval, with its range read off.

On [l, u] a polynomial of degree at most d is the sum of b_i (x - l)^i (u - x)^(d - i). It is not negative there when no
b_i is; raising d brings the b_i, over binomials, nearer to the values of the polynomial.
Source: G. Farin, *Curves and Surfaces for CAGD*, chapter 5.
"""

from fractions import Fraction
from math import comb

from infinitesimal.proofs.families.polynomials import Polynomial, added, product, sentence
from infinitesimal.proofs.wording import factor

MAX_RAISE = 16


def bernstein(p: Polynomial, low: Fraction, high: Fraction, degree: int) -> Polynomial:
    """The coefficients b_0, ..., b_degree; the degree is at least that of p.

    >>> [int(b) for b in bernstein((Fraction(0), Fraction(0), Fraction(1)), Fraction(-1), Fraction(1), 2)]
    [0, 0, 0]
    """
    width = high - low
    found = [Fraction(0)] * (degree + 1)
    for k, a in enumerate(p):
        part: Polynomial = (Fraction(1),)  # in t, where s = 1: (l s + u t)^k (s + t)^(degree - k)
        for _ in range(k):
            part = product(part, (low, high))
        for _ in range(degree - k):
            part = product(part, (Fraction(1), Fraction(1)))
        for i, c in enumerate(part):
            found[i] += a * c / width**degree
    return tuple(found)


def bounds(p: Polynomial, low: Fraction, high: Fraction, degree: int) -> tuple[Fraction, Fraction]:
    """Two numbers between which p lies on the interval, from its coefficients over those of 1."""
    scale = (high - low) ** degree
    over = [b * scale / comb(degree, i) for i, b in enumerate(bernstein(p, low, high, degree))]
    return min(over), max(over)


def shown(p: Polynomial, low: Fraction, high: Fraction, degree: int) -> bool:
    """Whether the coefficients show that p is not negative on the interval."""
    return len(p) <= degree + 1 and all(b >= 0 for b in bernstein(p, low, high, degree))


def bernstein_sentence(p: Polynomial, low: Fraction, high: Fraction, degree: int) -> str:
    """The expansion in sentences, with s for x - low and t for high - x."""
    parts = []
    for i, b in enumerate(bernstein(p, low, high, degree)):
        powers = [f"{x}^{{{k}}}" if k > 1 else x for x, k in (("s", i), ("t", degree - i)) if k]
        if b:
            parts.append(r" \cdot ".join([factor(b), *powers]))
    return " + ".join(parts) or sentence(added((), ()), "x")
