"""Sums over zeta values, beside the sums of their terms; what is outside of the class."""

import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.zeta_series import closed_form
from infinitesimal.sums.summands.summand import Summand
from tests.sums.closed_form_check import check

SERIES = [
    ("zeta(n)-1", 2),
    ("(zeta(n)-1)/n", 2),
    ("(-1)**n*(zeta(n)-1)", 2),
    ("(-1)**n*(zeta(n)-1)/n", 3),
    ("n*(zeta(n)-1)", 2),
    ("n**2*(zeta(n)-1)", 4),
    ("zeta(2*n)/4**n", 1),
    ("zeta(2*n)/(n*4**n)", 1),
    ("zeta(2*n)*(-1)**n/9**n", 2),
    ("zeta(2*n)/((2*n+1)*16**n)", 1),
    ("(zeta(2*n+1)-1)/(2*n+1)", 1),
    ("(zeta(n)-1)/(n+1)", 2),
    ("zeta(n)*(3/4)**n", 2),
    ("(zeta(n)-1)*(6/5)**n", 2),
    ("(zeta(n)-1-1/2**n)*(5/4)**n", 2),
    ("zeta(4*n)-1", 1),
    ("(zeta(n)-zeta(n+1))/2**n", 2),
]

VALUES = [
    ("zeta(n)-1", 2, sympy.S.One),
    ("zeta(2*n)-1", 1, sympy.Rational(3, 4)),
    ("(zeta(2*n)-1)/n", 1, sympy.log(2)),
    ("(-1)**n*zeta(n)/n", 2, sympy.EulerGamma),
    ("(n-1)*(zeta(n)-1)", 2, sympy.pi**2 / 6),
    ("zeta(2*n)/4**n", 1, sympy.S.Half),
]
"""Euler; Adamchik & Srivastava (1998)."""

OUTSIDE = [
    ("zeta(n)*zeta(n+1)/2**n", 2),
    ("zeta(n)/2**n", 1),
    ("zeta(2*n)/4**n", 0),
    ("zeta(n+1/2)/2**n", 2),
    ("log(zeta(n))", 2),
    ("1/(zeta(n)*2**n)", 2),
    ("(zeta(n)-1)*2**n/n**2", 2),
    ("zeta(3)/2**n", 2),
]


def read(text: str, start: int) -> Summand:
    return Summand(sympy.sympify(text, locals={"n": n}), start)


@pytest.mark.parametrize(("term", "start"), SERIES)
def test_sums(term: str, start: int) -> None:
    check(closed_form, term, start, "direct")


@pytest.mark.parametrize(("term", "start", "value"), VALUES)
def test_known_values(term: str, start: int, value: sympy.Expr) -> None:
    assert closed_form(read(term, start)) == value


@pytest.mark.parametrize(("term", "start"), OUTSIDE)
def test_none_for_other_terms(term: str, start: int) -> None:
    assert closed_form(read(term, start)) is None
