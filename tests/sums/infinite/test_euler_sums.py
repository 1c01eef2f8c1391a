"""Euler sums against Abel-Plana, with the harmonic number continued by the digamma function."""

import pytest
import sympy

from infinitesimal.sums.infinite.euler_constants import at_half_integers, at_one, linear
from infinitesimal.sums.infinite.euler_sums import closed_form
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start", "method"),
    [
        ("harmonic(n)/n**3", 2, "plana"),
        ("harmonic(n)/(n + 3)**3", 0, "plana"),
        ("harmonic(n)**2/n**2", 1, "plana"),
        ("harmonic(n)**3/(n + 1)**2", 1, "plana"),
        ("harmonic(n)/(2*n + 1)**2", 0, "plana"),
        ("harmonic(n)/(n*(2*n + 1))", 1, "plana"),
        ("harmonic(2*n)/n**2", 1, "plana"),
        ("harmonic(2*n + 1)/(2*n + 1)**2", 0, "plana"),
        ("(harmonic(2*n) - harmonic(n) - log(2))/n", 1, "levin"),
        ("harmonic(n)*(1/n - 1/(n + 2))", 3, "plana"),
        ("(-1)**n*harmonic(n)/n", 1, "alternating"),
        ("(-1)**n*harmonic(n)/n**2", 1, "alternating"),
        ("(-1)**n*harmonic(n)/n**3", 1, "alternating"),
        ("(-1)**n*harmonic(n)/n**4", 1, "alternating"),
        ("(-1)**n*harmonic(n)/(n + 1)", 1, "alternating"),
        ("(-1)**n*harmonic(n)/(2*n + 1)", 0, "alternating"),
        ("(-1)**n*harmonic(n)/(2*n + 3)", 1, "alternating"),
        ("(-1)**n*harmonic(n)**2/n", 1, "alternating"),
        ("(-1)**n*harmonic(n)**2/n**2", 1, "alternating"),
        ("(-1)**n*harmonic(n)**3/n", 1, "alternating"),
        ("harmonic(n)**2/(n*2**n)", 1, "direct"),
        ("harmonic(n)**2/(n**2*2**n)", 1, "direct"),
        ("harmonic(n)**3/(n*2**n)", 1, "direct"),
        ("harmonic(n)/(n**2*3**n)", 1, "direct"),
        ("n**2*harmonic(n)/2**n", 1, "direct"),
        ("harmonic(n)/((n + 1)*2**n)", 1, "direct"),
        ("harmonic(n)**2/3**n", 0, "direct"),
        ("harmonic(2*n)/4**n", 1, "direct"),
        ("n*harmonic(n)/factorial(n)", 1, "direct"),
        ("(-1)**n*harmonic(n)/factorial(n)", 0, "direct"),
        ("harmonic(n)*(2/3)**n/n", 1, "direct"),
    ],
)
def test_sums(term: str, start: int, method: str) -> None:
    check(closed_form, term, start, method)


def test_reflection_of_linear_sums() -> None:
    """S(p, q) + S(q, p) = zeta(p) zeta(q) + zeta(p + q)."""
    for p in range(2, 7):
        for q in range(2, 7):
            left, right = linear(p, q), linear(q, p)
            if left is not None and right is not None:
                expected = sympy.zeta(p) * sympy.zeta(q) + sympy.zeta(p + q)
                assert sympy.expand(left + right - expected) == 0


def test_the_growing_parts_are_noted() -> None:
    found = at_one((1,), 1)
    assert found is not None
    assert found[1] == at_half_integers(1)[1] == {2: sympy.Rational(1, 2)}


@pytest.mark.parametrize("term", ["harmonic(n)/n", "harmonic(n)", "(-1)**n*harmonic(n)", "harmonic(n)/(n**2 + 1)"])
def test_other_terms_are_left_alone(term: str) -> None:
    assert closed_form(summand(term, 1)) is None
