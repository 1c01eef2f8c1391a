"""Exact partial sums: their size is known before they are made."""

import time
from fractions import Fraction

import pytest
import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import BudgetSpent
from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum
from infinitesimal.sums.summands.binary_splitting import Ratio
from infinitesimal.sums.summands.ratios import term_ratio
from infinitesimal.sums.summands.summand import Summand

TERMS = [
    1 / (n**2 + 1),
    1 / n**2,
    1 / sympy.factorial(n),
    sympy.factorial(n) / 3**n,
    sympy.binomial(2 * n, n) / (5**n * (3 * n + 1)),
    n**3 / (2 * n + 1) ** 2,
]


@pytest.mark.parametrize("term", TERMS, ids=str)
@pytest.mark.parametrize("last", [1, 40, 700])
def test_the_size_is_bounded_before_it_is_paid(term: sympy.Expr, last: int) -> None:
    ratio = term_ratio(term)
    assert ratio is not None
    parts = Ratio.of(*ratio)
    top, bottom = parts.sum(1, last + 1)
    bound = parts.bits(1, last + 1)
    constant = 2 * (parts.b(1) * parts.c(1)).bit_length() + 64
    assert max(abs(top).bit_length(), bottom.bit_length()) <= bound + constant
    # and it is not far off: the sums that are refused would be large
    assert bound <= 1.3 * bottom.bit_length() + 40 * constant or term.has(sympy.factorial)
    value = exact_partial_sum(Summand(term, 1), last)
    if last == 40:
        total = sum((Fraction(str(term.subs(n, i))) for i in range(1, last + 1)), Fraction(0))
        assert value is not None and Fraction(int(value.p), int(value.q)) == total


def test_a_sum_too_large_is_refused_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(BudgetSpent, match=r"3\.71e\+07 bits.*enclose"):
        exact_partial_sum(Summand(1 / (n**2 + 1), 1), 10**6)
    assert time.monotonic() - started < 2
