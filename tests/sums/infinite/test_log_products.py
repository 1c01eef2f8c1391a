"""Sums of logarithms of rational functions against sequence transformations at high precision."""

import pytest
import sympy

from infinitesimal.sums.infinite.log_products import closed_form
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start"),
    [
        ("log(1 + 1/n**2)", 1),
        ("log(1 - 2/n**2)", 2),
        ("log(1 + 1/n**4)", 1),
        ("log(1 - 1/n**4)", 2),
        ("log(1 + 1/n**3)", 1),
        ("log((4*n + 1)*(4*n + 3)/(4*n + 2)**2)", 0),
        ("log((3*n + 1)*(3*n + 2)/((3*n + 3)*(3*n)))", 1),
        ("log((6*n + 1)*(6*n + 5)/((6*n + 3)**2))", 0),
        ("log(1 + 1/n) - 1/n + 1/(2*n**2)", 1),
        ("n*log((2*n + 1)/(2*n - 1)) - 1", 1),
        ("n*log(1 + 1/n) - 1 + 1/(2*n)", 4),
        ("n**2*log(1 + 1/n) - n + 1/2 - 1/(3*n)", 1),
        ("n**3*log(1 + 1/n) - n**2 + n/2 - 1/3 + 1/(4*n)", 1),
        ("harmonic(n) - log(n) - EulerGamma - 1/(2*n)", 1),
        ("log((n**3 - 1)/(n**3 + 1))", 2),
    ],
)
def test_plain(term: str, start: int) -> None:
    check(closed_form, term, start, "levin")


@pytest.mark.parametrize(
    ("term", "start"),
    [
        ("(-1)**n*log(1 + 1/n**2)", 1),
        ("(-1)**n*log((2*n + 1)/(2*n - 1))", 1),
        ("(-1)**n*log(1 + 1/n)", 3),
    ],
)
def test_alternating(term: str, start: int) -> None:
    check(closed_form, term, start, "alternating")


@pytest.mark.parametrize(
    ("term", "start", "value"),
    [
        ("(-1)**(n + 1)*log((n + 1)/n)", 1, "log(pi) - log(2)"),
        ("1/n - log(1 + 1/n)", 1, "EulerGamma"),
        ("log(1 - 1/n**2)", 2, "-log(2)"),
        ("log(1 + 1/n**2)", 1, "log(sinh(pi)) - log(pi)"),
        ("n*log((2*n + 1)/(2*n - 1)) - 1", 1, "1/2 - log(2)/2"),
        ("log(1 + (-1)**n/n)", 2, "0"),
    ],
)
def test_the_value_is_tidy(term: str, start: int, value: str) -> None:
    assert closed_form(summand(term, start)) == sympy.sympify(value)


@pytest.mark.parametrize("term", ["log(1 + 1/n)", "log(n)/n**2", "n*log(1 + 1/n) - 1", "log(n)", "log(2)/n"])
def test_other_terms_are_left_alone(term: str) -> None:
    assert closed_form(summand(term, 1)) is None
