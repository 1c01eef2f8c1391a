"""Harmonic numbers times hypergeometric terms beside enclosures of their sums; what is outside of the class."""

import pytest
import sympy

from infinitesimal.sums.infinite.harmonic_hypergeometric import closed_form
from tests.sums.closed_form_checks import meets_enclosure, read

SERIES = [
    ("harmonic(n)*binomial(2*n,n)/8**n", 0),
    ("harmonic(n)*binomial(2*n,n)/(n*8**n)", 1),
    ("harmonic(n)*binomial(2*n,n)/(4**n*n)", 1),
    ("harmonic(n)*binomial(2*n,n)/(4**n*(2*n-1))", 1),
    ("harmonic(n)*binomial(2*n,n)/(4**n*(2*n+1))", 0),
    ("harmonic(2*n)*binomial(2*n,n)/(4**n*(2*n+1))", 0),
    ("harmonic(2*n)*binomial(2*n,n)/(4**n*n)", 2),
    ("harmonic(2*n+1)*binomial(2*n,n)/8**n", 0),
    ("(-1)**n*harmonic(n)*binomial(2*n,n)/4**n", 0),
    ("n**2*harmonic(n-1)*binomial(2*n,n)/9**n", 1),
    ("harmonic(n)*binomial(2*n,n)/((n+1)*4**n)", 3),
    ("harmonic(n)/factorial(n+1)", 1),
    ("(-1)**n*harmonic(n+2)*n/factorial(n)", 0),
    ("harmonic(n)/binomial(n+3,n)", 0),
    ("harmonic(n)*factorial(n)/factorial(n+4)", 0),
]

OUTSIDE = [
    "harmonic(n)**2*binomial(2*n,n)/8**n",
    "harmonic(n,2)*binomial(2*n,n)/8**n",
    "harmonic(n)*binomial(2*n,n)/4**n",
    "harmonic(3*n)*binomial(2*n,n)/8**n",
    "harmonic(n)*binomial(2*n,n)/(8**n*(n-3))",
    "harmonic(n)*sin(n)/factorial(n)",
    "binomial(2*n,n)/8**n",
    "harmonic(2*n)/factorial(n)",
]


@pytest.mark.parametrize(("term", "start"), SERIES)
def test_sums(term: str, start: int) -> None:
    a = read(term, start)
    value = closed_form(a)
    assert value is not None and meets_enclosure(a, value)


def test_known_values() -> None:
    """Boyadzhiev (2012); Chen (2016)."""
    assert closed_form(read("harmonic(n)*binomial(2*n,n)/(4**n*n)", 1)) == sympy.pi**2 / 3
    assert closed_form(read("harmonic(n)*binomial(2*n,n)/(4**n*(2*n-1))", 1)) == 2
    assert closed_form(read("harmonic(n)*binomial(2*n,n)/(4**n*(n+1))", 1)) == 4 * sympy.log(2)


@pytest.mark.parametrize("term", OUTSIDE)
def test_none_for_other_terms(term: str) -> None:
    assert closed_form(read(term, 1)) is None
