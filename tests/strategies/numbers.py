"""Rationals, with the ones where things go wrong."""

from fractions import Fraction

from hypothesis import strategies as st

CORNERS = [
    Fraction(0),
    Fraction(1),
    Fraction(-1),
    Fraction(1, 2),
    Fraction(1, 3),
    Fraction(-2, 3),
    Fraction(1, 10),
    Fraction(10**16 + 1),
    Fraction(1) - Fraction(1, 2**53),
    Fraction(1) + Fraction(1, 2**53),
    Fraction(1) + Fraction(1, 2**53) + Fraction(1, 2**200),
    Fraction(2**24 + 1, 2**24),
    Fraction(1, 2**1074),
    Fraction(3, 2**1076),
    Fraction(2) ** 1024 - Fraction(2) ** 970,
    Fraction(65520),
    Fraction(10) ** -40,
    Fraction(-(10**40), 7),
]

_POWERS = st.integers(-160, 160).map(lambda e: Fraction(2) ** e)


def small_rationals() -> st.SearchStrategy[Fraction]:
    """Rationals a person would write: small numerators and denominators, or a short decimal."""
    quotients = st.builds(Fraction, st.integers(-20, 20), st.integers(1, 12))
    decimals = st.builds(Fraction, st.integers(-999, 999), st.sampled_from([10, 100, 1000]))
    return quotients | decimals


def rationals() -> st.SearchStrategy[Fraction]:
    """Rationals of every size: corners, short ones, long ones, and a power of two with a little change."""
    long = st.builds(Fraction, st.integers(-(10**40), 10**40), st.integers(1, 10**40))
    scaled = st.builds(lambda m, s: m * s, st.integers(-(2**60), 2**60), _POWERS)
    nearly = st.builds(
        lambda s, t, sign: s + sign * s * t, _POWERS, _POWERS.filter(lambda t: t < 1), st.sampled_from([-1, 1])
    )
    return st.sampled_from(CORNERS) | small_rationals() | long | scaled | nearly
