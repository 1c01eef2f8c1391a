"""Sums of rational functions, plain and alternating, against sequence transformations at high precision."""

import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.rational_sums import closed_form, regularised_sum
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start"),
    [
        ("1/n**2", 3),
        ("1/((3*n + 1)*(3*n + 2))", 0),
        ("1/(n**2 + 1)", 0),
        ("1/(n**2 - 2)", 2),
        ("1/(n**2 - 5*n + 1)", 0),
        ("1/(n**4 + 4)", 1),
        ("1/(n**4 + 1)", 0),
        ("n**2/(n**4 + 1)", 2),
        ("1/(n**4 + 3*n**2 + 1)", 1),
        ("1/(n**6 + 1)", 0),
        ("1/(n**3 + n)", 1),
        ("1/(n**3 + n + 1)", 0),
        ("1/(n**2 + n/3 + 1)", 0),
        ("1/(n**2 + 2)**2", 1),
        ("n/(n**2 + 1)**2", 0),
        ("1/(4*n + 1)**2", 0),
        ("1/(2*n - 3)**3", 0),
        ("1/(n*(5*n + 1))", 1),
        ("1/((8*n + 1)*(8*n + 3))", 0),
        ("1/((7*n + 1)*(7*n + 3))", 0),
        ("1/(12*n + 1)/(12*n + 5)", 0),
        ("1/(n**2*(n + 1)**2*(2*n + 1)**2)", 1),
        ("sqrt(2)/(n*(n + 1)) - pi/n**2", 2),
        ("1/((n + sqrt(2))*(n + sqrt(2) + 1))", 0),
        ("1/((n + 1)*(n + sqrt(3)))", 0),
        ("1/(pi*n**2 + 1)", 0),
        ("1/(n**2 + sqrt(2))**2", 3),
    ],
)
def test_rational(term: str, start: int) -> None:
    check(closed_form, term, start, "levin")


@pytest.mark.parametrize(
    ("term", "start"),
    [
        ("(-1)**n/(2*n + 1)", 0),
        ("(-1)**n/(3*n + 1)", 0),
        ("(-1)**n/(5*n + 2)", 4),
        ("(-1)**(n + 1)/(n*(n + 1))", 1),
        ("(-1)**n/(n**2 + 1)", 0),
        ("(-1)**n/(n**2 - 2)", 0),
        ("(-1)**n/(n**2 + 1)**2", 1),
        ("(-1)**n/(n**4 + 1)", 0),
        ("(-1)**n*n/(n**2 + 1)", 0),
        ("(-1)**n*(2*n + 1)/(n**2 + n + 1)", 0),
        ("(-1)**n*(2*n + 1)/(n**4 + 2*n**3 + 3*n**2 + 2*n + 3)", 0),
        ("(-1)**n/(2*n + 1)**3", 1),
        ("(-1)**n/(3*n + 2)**2", 0),
    ],
)
def test_alternating(term: str, start: int) -> None:
    check(closed_form, term, start, "alternating")


@pytest.mark.parametrize(
    ("term", "start", "value"),
    [
        ("(-1)**n/(2*n + 1)", 0, "pi/4"),
        ("(-1)**n/(2*n + 1)**2", 0, "Catalan"),
        ("(-1)**n/(2*n + 1)**3", 0, "pi**3/32"),
        ("1/(n*(n + 1))", 1, "1"),
        ("1/(4*n**2 - 1)", 1, "1/2"),
        ("n/(n**4 + n**2 + 1)", 1, "1/2"),
        ("(-1)**n/(4*n + 1)", 0, "sqrt(2)*pi/8 + sqrt(2)*log(1 + sqrt(2))/4"),
    ],
)
def test_the_value_is_tidy(term: str, start: int, value: str) -> None:
    assert closed_form(summand(term, start)) == sympy.sympify(value)


@pytest.mark.parametrize(
    ("term", "start"), [("1/n", 1), ("n/(n**2 + 1)", 0), ("n", 0), ("1/(n - 3)**2", 1), ("sin(n)/n", 1), ("(-1)**n", 0)]
)
def test_other_terms_are_left_alone(term: str, start: int) -> None:
    assert closed_form(summand(term, start)) is None


def test_a_late_start_needs_no_long_sum() -> None:
    assert closed_form(summand("1/(n*(n + 1))", 10**6)) == sympy.Rational(1, 10**6)
    assert closed_form(summand("1/n**2", 10**6)) == sympy.zeta(2, 10**6, evaluate=False)


def test_the_constant_of_the_harmonic_series_is_that_of_euler() -> None:
    assert regularised_sum(1 / n, 1) == (sympy.EulerGamma, 1)
    assert regularised_sum(1 / (2 * n + 1), 0) == (sympy.EulerGamma / 2 + sympy.log(2), sympy.Rational(1, 2))
