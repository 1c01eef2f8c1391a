"""Sums with periodic weights, taken by residue classes, against blocks of whole periods."""

import pytest

from infinitesimal.sums.infinite.periodic import closed_form
from tests.sums.closed_form_check import check, summand


@pytest.mark.parametrize(
    ("term", "start", "period"),
    [
        ("(-1)**floor(n/2)/(n**2 + 1)", 0, 4),
        ("(-1)**n/(n + (-1)**n)", 2, 2),
        ("1/(n**2 + (-1)**n)", 2, 2),
        ("cos(2*pi*n/3)/(n**2 + n + 1)", 1, 3),
        ("(-1)**(n*(n + 1)/2)/(2*n + 1)**2", 0, 4),
        ("floor(n/3)/(n**3 + n**2)", 1, 3),
    ],
)
def test_sums(term: str, start: int, period: int) -> None:
    check(closed_form, term, start, f"period {period}")


@pytest.mark.parametrize("term", ["cos(n)/n**2", "(-1)**n/2**n", "(2 + (-1)**n)/n", "1/(n + sin(n))**2"])
def test_other_terms_are_left_alone(term: str) -> None:
    assert closed_form(summand(term, 1)) is None
