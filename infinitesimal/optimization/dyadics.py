"""Balls and exact numbers: ends of balls as fractions."""

from fractions import Fraction

from flint import arb, fmpq

from infinitesimal.interval import Interval
from infinitesimal.rational import lowest_terms


def fraction(x: arb) -> Fraction:
    """The exact value of an exact ball."""
    value = x.fmpq()
    return lowest_terms(int(value.p), int(value.q))


def interval(x: arb) -> Interval:
    """The interval of a ball, its ends exact."""
    middle, radius = fraction(x.mid()), fraction(x.rad())
    return Interval(middle - radius, middle + radius)


def to_fmpq(value: Fraction) -> fmpq:
    """A fraction as flint's rational."""
    return fmpq(value.numerator, value.denominator)
