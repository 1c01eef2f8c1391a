"""Stopping rules: when a run is told to stop, as training loops are."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import InputError
from infinitesimal.rational import brief, rational, show


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Stop at the first update n >= 1 with |x_n - x_(n-1)| <= bound, or < bound when strict.

    The difference is that of the two machine numbers, exact; with several watched components the
    largest one counts.
    """

    bound: Fraction
    strict: bool = False

    def met(self, difference: Fraction) -> bool:
        """Whether a change of this size stops the run."""
        return abs(difference) < self.bound or (abs(difference) == self.bound and not self.strict)

    def __str__(self) -> str:
        return f"|change| {'<' if self.strict else '<='} {brief(self.bound, 40)}"


def tolerance(bound: object, strict: bool = False) -> Tolerance:
    """The rule "until the difference between the old value and the new value is very small".

    Raises `InputError` for a bound that is not an exact number, or is negative.

    >>> tolerance("1e-6")
    Tolerance(bound=Fraction(1, 1000000), strict=False)
    """
    value = rational(bound, "tolerance")
    if value < 0 or (strict and value == 0):
        raise InputError(f"tolerance {show(value)}: no change is smaller; give a positive number, such as '1e-6'")
    return Tolerance(value, strict)
