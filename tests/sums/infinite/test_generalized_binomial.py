"""Sums of binomial(p n, n) z**n: values chosen by B, for which z = (B - 1)/B**p, and sums added exactly."""

from fractions import Fraction
from math import comb

import pytest

import infinitesimal as inf

SIZES = [(3, Fraction(5, 4)), (4, Fraction(5, 4)), (4, Fraction(20, 21)), (5, Fraction(6, 5)), (6, Fraction(8, 7))]
"""p and a B in the disc: 0 < B < p/(p - 1)."""


@pytest.mark.parametrize(("p", "root"), SIZES)
def test_the_root_comes_back(p: int, root: Fraction) -> None:
    z = (root - 1) / root**p
    assert inf.limit(inf.series(f"binomial({p}*n, n)/({p - 1}*n + 1)*({z})**n", start=0)) == root
    assert inf.limit(inf.series(f"binomial({p}*n, n)*({z})**n", start=0)) == root / (p - (p - 1) * root)


@pytest.mark.parametrize("p", [3, 4, 5, 6])
def test_the_end_of_the_disc(p: int) -> None:
    z = Fraction((p - 1) ** (p - 1), p**p)
    assert inf.limit(inf.series(f"binomial({p}*n, n)/({p - 1}*n + 1)*({z})**n", start=0)) == Fraction(p, p - 1)


@pytest.mark.parametrize(("p", "z"), [(4, Fraction(1, 20)), (4, Fraction(8, 81)), (5, Fraction(-1, 25))])
def test_roots_of_higher_degree_meet_the_partial_sum(p: int, z: Fraction) -> None:
    """The terms are at most q**n in modulus, q the ratio of the ends of the discs."""
    value = inf.limit(inf.series(f"binomial({p}*n, n)/({p - 1}*n + 1)*({z})**n", start=0))
    q = abs(z) * Fraction(p**p, (p - 1) ** (p - 1))
    total = sum(Fraction(comb(p * k, k), (p - 1) * k + 1) * z**k for k in range(600))
    rest = q**600 / (1 - q)
    digits = Fraction(str(value.evalf(30)))
    assert abs(digits - total) <= rest + Fraction(1, 10**28)
