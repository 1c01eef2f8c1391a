"""Closed forms proved by their difference, and false ones that are not."""

import pytest
import sympy
from sympy import Integer, binomial, factorial, fibonacci, harmonic, lucas

from infinitesimal.sums.finite.proof import proved_by_difference
from infinitesimal.sums.finite.summation import summation_expr

n, k, x, m = sympy.symbols("n k x m")
n = sympy.Symbol("n", integer=True, nonnegative=True)

PROVED = [
    (k**5, 1),
    (k * factorial(k), 0),
    (k**2 * x**k, 0),
    (x ** (2 * k), 0),
    (1 / (k * (k + 2)), 1),
    (1 / (2 * k - 1), 1),
    (1 / (k + x), 1),
    (1 / (k + x) ** 3, 1),
    (binomial(k, m), 0),
    (harmonic(k) ** 2, 1),
    (harmonic(k) / k, 1),
    (k * harmonic(k, 2), 1),
    (fibonacci(k) ** 3, 1),
    (k * fibonacci(2 * k), 1),
    (lucas(k) ** 2, 0),
    (1 / (fibonacci(k) * fibonacci(k + 2)), 1),
]


@pytest.mark.parametrize(("term", "first"), PROVED, ids=str)
def test_the_difference_of_a_sum_is_its_term(term: sympy.Expr, first: int) -> None:
    closed = summation_expr(term, k, first, n)
    assert proved_by_difference(term, k, Integer(first), n, closed, n)
    for wrong in (closed + n, closed * 2, closed + Integer(1) / (n + 1), closed + (-1) ** n):
        assert not proved_by_difference(term, k, Integer(first), n, wrong, n)


def test_what_has_no_such_difference_is_not_proved() -> None:
    assert not proved_by_difference(binomial(n, k), k, Integer(0), n, 2**n, n)
    assert proved_by_difference(k, k, n, 2 * n, 3 * n * (n + 1) / 2, n)
    assert not proved_by_difference(k, k, n, n**2, n * (n + 1) * (n**2 - n + 1) / 2, n)
    branch = sympy.Piecewise((n, x > 0), (n + 1, True))
    assert not proved_by_difference(Integer(1), k, Integer(1), n, branch, n)


def test_branches_for_special_parameters_are_proved_each() -> None:
    right = sympy.Piecewise((n + 1, sympy.Eq(x, 1)), ((x ** (n + 1) - 1) / (x - 1), True))
    assert proved_by_difference(x**k, k, Integer(0), n, right, n)
    wrong = sympy.Piecewise((n**2, sympy.Eq(x, 1)), ((x ** (n + 1) - 1) / (x - 1), True))
    assert not proved_by_difference(x**k, k, Integer(0), n, wrong, n)


def test_lucas_and_fibonacci_numbers_of_multiples() -> None:
    # sum of F(k)**2 for k <= n is F(n) F(n + 1) = (L(2 n + 1) - (-1)**n)/5
    for closed in (fibonacci(n) * fibonacci(n + 1), (lucas(2 * n + 1) - (-1) ** n) / 5):
        assert proved_by_difference(fibonacci(k) ** 2, k, Integer(1), n, closed, n)
    assert not proved_by_difference(fibonacci(k) ** 2, k, Integer(1), n, (lucas(2 * n + 1) + (-1) ** n) / 5, n)
