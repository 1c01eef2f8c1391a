"""Trigonometric and geometric sums against Levin's transform of the exponential form."""

import pytest
import sympy

from infinitesimal.sums.infinite.fourier import closed_form
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start"),
    [
        ("1/(n**3*2**n)", 1),
        ("n**2/3**n", 2),
        ("1/((2*n + 1)*3**n)", 0),
        ("(-1)**n/((2*n + 1)*3**n)", 0),
        ("1/((3*n + 1)*8**n)", 1),
        ("(-1)**n/((3*n + 1)*8**n)", 0),
        ("1/((2*n + 1)**2*4**n)", 0),
        ("(4/(8*n + 1) - 2/(8*n + 4) - 1/(8*n + 5) - 1/(8*n + 6))/16**n", 0),
        ("cos(n)/2**n", 0),
        ("n*sin(n)/2**n", 3),
        ("n**2*cos(3*n)/5**n", 0),
        ("sin(n)/(n*2**n)", 1),
        ("cos(n)/(n*3**n)", 1),
        ("cos(n)/(n**2*2**n)", 1),
        ("sin(pi*n/4)/(n*3**n)", 1),
        ("exp(-n)/n", 1),
        ("cosh(n)/4**n", 0),
        ("n*exp(-n)", 1),
        ("cos(n)/factorial(n)", 0),
        ("n**2*sin(2*n)/factorial(n)", 1),
        ("(n + 1)/(n*5**n)", 4),
    ],
)
def test_decaying(term: str, start: int) -> None:
    check(closed_form, term, start, "direct")


@pytest.mark.parametrize(
    ("term", "start", "parts"),
    [
        ("sin(n)/n", 1, "-I*exp(I*n)/n"),
        ("cos(n)/n", 2, "exp(I*n)/n"),
        ("sin(10*n)/n", 1, "-I*exp(10*I*n)/n"),
        ("sin(n)/n**3", 1, "-I*exp(I*n)/n**3"),
        ("cos(n)/n**3", 1, "exp(I*n)/n**3"),
        ("(-1)**n*cos(2*n)/n**2", 1, "exp(I*(2 + pi)*n)/n**2"),
        ("cos(n)/(n**2 + 1)", 0, "exp(I*n)/(n**2 + 1)"),
        ("n*sin(n)/(n**2 + 1)", 1, "-I*n*exp(I*n)/(n**2 + 1)"),
        ("cos(2*n)/(n**2 - 2)", 0, "exp(2*I*n)/(n**2 - 2)"),
        ("cos(n)/(n**2 + pi**2)", 0, "exp(I*n)/(n**2 + pi**2)"),
        ("cos(n)/(n**4 + 4)", 0, "exp(I*n)/(n**4 + 4)"),
        ("cos(n)/(4*n**2 - 1)", 1, "exp(I*n)/(4*n**2 - 1)"),
        ("sin(sqrt(2)*n)/n**3", 2, "-I*exp(sqrt(2)*I*n)/n**3"),
        ("sin(n)/(2*n - 1)", 0, "-I*exp(I*n)/(2*n - 1)"),
        ("cos(n)/(3*n + 1)", 0, "exp(I*n)/(3*n + 1)"),
        ("sin(n)/(n*(n + 1))", 1, "-I*exp(I*n)/(n*(n + 1))"),
        ("sin(n)**3/n", 1, "-3*I*exp(I*n)/(4*n); I*exp(3*I*n)/(4*n)"),
        ("cos(2*n + 1)/(2*n + 1)", 0, "exp(I*(2*n + 1))/(2*n + 1)"),
    ],
)
def test_oscillating(term: str, start: int, parts: str) -> None:
    check(closed_form, term, start, f"re: {parts}")


@pytest.mark.parametrize(
    ("term", "start", "period"),
    [
        ("cos(pi*n/3)/n", 1, 6),
        ("sin(pi*n/3)/n**2", 1, 6),
        ("cos(pi*n/2)/n**3", 1, 4),
        ("sin(pi*n/5)/n", 1, 10),
        ("(-1)**floor(n/2)/(2*n + 1)", 0, 4),
        ("(-1)**(n*(n - 1)/2)/n", 1, 4),
        ("(-1)**floor(n/3)/n", 1, 6),
        ("floor(n/2)/n**3", 1, 2),
    ],
)
def test_periodic(term: str, start: int, period: int) -> None:
    check(closed_form, term, start, f"period {period}")


@pytest.mark.parametrize(
    ("term", "start", "value"),
    [
        ("sin(n)/n", 1, "pi/2 - 1/2"),
        ("sin(n)**3/n", 1, "pi/4"),
        ("(-1)**n*sin(n)/n", 1, "-1/2"),
        ("cos(2*pi*n/5)/n**2", 1, "pi**2/150"),
        ("sin((2*n + 1)/2)/(2*n + 1)", 0, "pi/4"),
        ("(4/(8*n + 1) - 2/(8*n + 4) - 1/(8*n + 5) - 1/(8*n + 6))/16**n", 0, "pi"),
        ("1/(n*2**n)", 1, "log(2)"),
    ],
)
def test_the_value_is_tidy(term: str, start: int, value: str) -> None:
    assert closed_form(summand(term, start)) == sympy.sympify(value)


@pytest.mark.parametrize(
    "term", ["2**n/n", "cos(n)", "n*cos(n)/2**n/(n**2 + 1)", "cos(n**2)/n", "1/n", "sin(n)/(n**2 + n)**pi"]
)
def test_other_terms_are_left_alone(term: str) -> None:
    assert closed_form(summand(term, 1)) is None
