"""Zeta, eta, polylogarithm values and their derivatives against numerical summation."""

import pytest
import sympy

from infinitesimal.sums.infinite.zeta_values import closed_form
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start", "method"),
    [
        ("1/(n*sqrt(n))", 3, "levin"),
        ("1/(2*n + 1)**(3/2)", 0, "levin"),
        ("1/sqrt(n) - 2*sqrt(n + 1) + 2*sqrt(n)", 1, "levin"),
        ("(-1)**(n + 1)/sqrt(n)", 1, "alternating"),
        ("(-1)**n/(n + 2)**(1/3)", 0, "alternating"),
        ("(-1)**n/sqrt(3*n + 1)", 0, "alternating"),
        ("(-1)**n*(sqrt(n + 1) - sqrt(n))", 0, "alternating"),
        ("(-1)**n*log(n)/n", 1, "alternating"),
        ("(-1)**n*log(n)**2/n", 1, "alternating"),
        ("(-1)**n*log(n)/sqrt(n)", 1, "alternating"),
        ("(-1)**n*log(n + 1)/(n + 1)", 0, "alternating"),
        ("(-1)**n*log(2*n + 1)/(2*n + 1)", 0, "alternating"),
        ("log(n)/n**2", 1, "plana"),
        ("log(n)**2/n**3", 2, "plana"),
        ("(1 + log(n))/n**2", 1, "plana"),
        ("cos(pi*n/2)/sqrt(n)", 1, "period 4"),
        ("1/(sqrt(n)*2**n)", 1, "direct"),
        ("1/((n + 1)*sqrt(n + 1)*3**n)", 2, "direct"),
        ("(-1)**n/n**pi", 1, "alternating"),
        ("1/3**log(n)", 1, "levin"),
    ],
)
def test_sums(term: str, start: int, method: str) -> None:
    check(closed_form, term, start, method)


def test_the_derivative_of_eta_at_one() -> None:
    value = closed_form(summand("(-1)**n*log(n)/n", 1))
    assert value == sympy.EulerGamma * sympy.log(2) - sympy.log(2) ** 2 / 2


@pytest.mark.parametrize(
    "term", ["1/sqrt(n)", "sqrt(n + 1) - sqrt(n)", "(-1)**n*log(n)", "log(n)/n", "(-1)**n*sqrt(n)"]
)
def test_divergent_sums_have_no_value(term: str) -> None:
    assert closed_form(summand(term, 1)) is None
