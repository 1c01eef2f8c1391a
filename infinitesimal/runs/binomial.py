"""How unlikely a count of successes is: exact binomial tails, and a rational bound where these are too long."""

from fractions import Fraction
from math import comb

EXACT_BITS = 200_000
"""The exact tail is computed while its numerators have at most so many bits."""


def unlikely(probability: Fraction, runs: int, count: int) -> Fraction:
    """The probability that a count of `runs` trials is as far from its mean as `count`, or further; or a bound on it.

    Exact while the numbers are short. Otherwise the bound 2*exp(-2*runs*t**2) for a deviation of runs*t, with a
    rational number above the exponential. Source: Hoeffding, J. Amer. Statist. Assoc. 58 (1963), theorem 1.

    >>> unlikely(Fraction(1, 2), 4, 0)
    Fraction(1, 8)
    """
    if runs * probability.denominator.bit_length() <= EXACT_BITS:
        return tail(probability, runs, count)
    t = Fraction(count, runs) - probability
    return min(Fraction(1), 2 * exponential_above(2 * runs * t * t))


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


def exponential_above(x: Fraction) -> Fraction:
    """A rational number above exp(-x), for x >= 0, close to it.

    exp(-x) = exp(-x/2**j)**(2**j), and 1/(1 + y + y**2/2 + ... + y**8/8!) is above exp(-y); every square is rounded up.
    """
    halvings = max(0, (x.numerator // x.denominator).bit_length())
    y, sum_, term = x / 2**halvings, Fraction(1), Fraction(1)
    y = Fraction((y.numerator << 64) // y.denominator, 1 << 64)  # a smaller y gives a larger result
    for k in range(1, 9):
        term = term * y / k
        sum_ += term
    scaled = -(-(sum_.denominator << 128) // sum_.numerator)
    for _ in range(halvings):
        scaled = (scaled * scaled >> 128) + 1
    return Fraction(scaled, 1 << 128)
