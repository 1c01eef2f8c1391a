"""Balls and exact numbers: ends of balls as fractions.

Flint's exponents are as long as they need to be: Newton's method reaches 2**-(2**100) in a hundred steps, a number that
no computer writes as a fraction. Ends so small are rounded outward here, and ends so large are refused.
"""

from fractions import Fraction

from flint import arb

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import BudgetSpent
from infinitesimal.interval import Interval

LARGEST_EXPONENT = 1 << 16
"""Numbers beyond 2**LARGEST_EXPONENT are not written as fractions, and those below its inverse are rounded."""


def fraction(x: arb, up: bool = True) -> Fraction:
    """The exact value of an exact ball; where it is too small to be written a number just above it, or below.

    Raises `BudgetSpent` for an infinite or immense one.

    >>> fraction(arb(0.75)), fraction(arb((1, -(10**30))), up=False)
    (Fraction(3, 4), Fraction(0, 1))
    """
    if not x.is_finite():
        raise BudgetSpent("a bound is not finite: ask for fewer updates, or a smaller region")
    man, exp = x.man_exp()
    top = int(exp) + int(man).bit_length()
    if man != 0 and top < -LARGEST_EXPONENT:
        return Fraction(0) if (man > 0) != up else Fraction(1 if up else -1, 1 << LARGEST_EXPONENT)
    if man != 0 and top > LARGEST_EXPONENT:
        raise BudgetSpent(
            f"a number of more than {LARGEST_EXPONENT} bits before the point is not written out: ask for fewer updates"
        )
    return to_fraction(x.fmpq())


def interval(x: arb) -> Interval:
    """The interval of a ball, its ends exact, or rounded outward where they are too small to be written."""
    middle, radius = x.mid(), fraction(x.rad())
    return Interval(fraction(middle, up=False) - radius, fraction(middle) + radius)


def interval_of(ball: arb, digits: int) -> Interval | None:
    """The ball in an interval no wider than 10**-digits; None if it is too wide itself.

    The ends are rounded outward to multiples of a power of two; the working precision has to be that of the ball.

    >>> interval_of(arb(1, arb((1, -(10**30)))), 1).decimal(4)
    '[0.9995, 1.001]'
    """
    scale = grid_bits(digits)
    low, high = _scaled(ball.lower(), scale), -_scaled(-ball.upper(), scale)
    found = Interval(Fraction(low, 1 << scale), Fraction(high, 1 << scale))
    return found if found.width <= Fraction(1, 10**digits) else None


def grid_bits(digits: int) -> int:
    """The power of two below 10**-digits to whose multiples `interval_of` rounds."""
    return digits * 10 // 3 + 8


def _scaled(end: arb, scale: int) -> int:
    """floor(end * 2**scale) of an exact number."""
    man, exp = end.man_exp()
    m, shift = int(man), int(exp) + scale
    if shift < -m.bit_length():
        return -1 if m < 0 else 0
    return m << shift if shift >= 0 else m >> -shift
