"""Enclosures: a real number known to lie between two rationals."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed interval [lower, upper]; its ends are exact, its inside is what is known.

    >>> Fraction(1, 3) in Interval(Fraction(33, 100), Fraction(34, 100))
    True
    """

    lower: Fraction
    upper: Fraction

    @property
    def width(self) -> Fraction:
        """The length of the interval, exact."""
        return self.upper - self.lower

    @property
    def middle(self) -> Fraction:
        """The number half way between the ends, exact."""
        return (self.lower + self.upper) / 2

    def decimal(self, digits: int = 6) -> str:
        """The interval in decimals of so many significant digits, rounded outwards, so that it still contains it.

        >>> Interval(Fraction(1, 3), Fraction(2, 3)).decimal(3)
        '[0.333, 0.667]'
        """
        return f"[{_rounded(self.lower, digits, up=False)}, {_rounded(self.upper, digits, up=True)}]"

    def __contains__(self, value: Fraction) -> bool:
        return self.lower <= value <= self.upper

    def __str__(self) -> str:
        return f"[{self.lower}, {self.upper}]"


def _rounded(value: Fraction, digits: int, up: bool) -> str:
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR, Emax=10**9, Emin=-(10**9))
    return str(context.divide(Decimal(value.numerator), Decimal(value.denominator)))
