"""Enclosures: a real number known to lie between two rationals."""

from dataclasses import dataclass
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

    def __contains__(self, value: Fraction) -> bool:
        return self.lower <= value <= self.upper

    def __str__(self) -> str:
        return f"[{self.lower}, {self.upper}]"
