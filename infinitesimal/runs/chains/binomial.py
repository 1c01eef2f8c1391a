"""How unlikely a count of successes is: exact binomial tails, and rational bounds where these are too long."""

from fractions import Fraction
from math import ceil, comb, floor

EXACT_BITS = 200_000
"""The exact tail is computed while its numerators have at most so many bits."""
SHORT = 64
"""A longer probability is enclosed between two neighbours of so many bits."""


def unlikely(probability: Fraction, runs: int, count: int) -> Fraction:
    """The probability that a count of `runs` trials is as far from its mean as `count`, or further.

    Exact while the numbers are short; otherwise a rational bound above it, by about runs * 2**-64. Lemma: P(K >= k)
    grows with the probability of a success, and P(K <= k) falls (as in Clopper and Pearson 1934), so that the ends of
    an enclosure of it bound the two tails.

    >>> unlikely(Fraction(1, 2), 4, 0)
    Fraction(1, 8)
    """
    if runs * probability.denominator.bit_length() <= EXACT_BITS:
        return tail(probability, runs, count)
    far = abs(count - runs * probability)
    above, below = ceil(runs * probability + far), floor(runs * probability - far)
    low = Fraction(floor(probability * (1 << SHORT)), 1 << SHORT)
    high = low + Fraction(1, 1 << SHORT)
    failures = _at_least(1 - low, runs, runs - below) if below >= 0 else Fraction(0)
    return min(Fraction(1), failures + _at_least(high, runs, above))


def _at_least(p: Fraction, runs: int, count: int) -> Fraction:
    """P(K >= count), exact."""
    a, b = p.numerator, p.denominator
    weights = (comb(runs, k) * a**k * (b - a) ** (runs - k) for k in range(max(count, 0), runs + 1))
    return Fraction(sum(weights), b**runs)


def tail(probability: Fraction, runs: int, count: int) -> Fraction:
    """The exact probability of |K - runs*p| >= |count - runs*p| for a binomial K."""
    a, b = probability.numerator, probability.denominator
    far = abs(count * b - runs * a)
    inside = [k for k in range(runs + 1) if abs(k * b - runs * a) < far]
    if not inside:
        return Fraction(1)
    weight = comb(runs, inside[0]) * a ** inside[0] * (b - a) ** (runs - inside[0])
    total = 0
    for k in inside:
        total += weight
        if k < runs and b != a:
            weight = weight * (runs - k) * a // ((k + 1) * (b - a))
        elif k < runs:
            weight = comb(runs, k + 1) * a ** (k + 1) * (b - a) ** (runs - k - 1)
    return 1 - Fraction(total, b**runs)
