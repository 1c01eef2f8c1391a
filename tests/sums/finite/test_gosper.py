"""Gosper's antidifferences and Zeilberger's recurrences, checked at rational points that the code never sees."""

from fractions import Fraction
from math import comb

import pytest
import sympy
from sympy import Integer, binomial, factorial

from infinitesimal.sums.finite.gosper import gosper, has_antidifference, telescoper
from infinitesimal.sums.finite.hypergeometric_sums import constant_coefficients
from infinitesimal.sums.finite.zeilberger import DefiniteRecurrence, product_solution, recurrence, start_of
from infinitesimal.sums.summands.factorial_products import read
from infinitesimal.sums.summands.tidy_products import tidy
from infinitesimal.truth import Truth

n, k, x, m = sympy.symbols("n k x m")


def difference_is_term(term: sympy.Expr, antidifference: sympy.Expr, points: dict[sympy.Symbol, int]) -> bool:
    return all(
        (antidifference.subs(k, i + 1) - antidifference.subs(k, i) - term.subs(k, i)).subs(points).expand() == 0
        for i in range(3, 9)
    )


@pytest.mark.parametrize(
    "term",
    [
        k * factorial(k),
        k**7,
        x**k * k**2,
        1 / (k * (k + 1) * (k + 3)),
        k / (k**4 + k**2 + 1),
        k**4 * 4**k / binomial(2 * k, k),
        (-1) ** k * binomial(m, k),
        binomial(k, m),
        2**k * (k - 1) / (k * (k + 1)),
    ],
    ids=str,
)
def test_antidifference(term: sympy.Expr) -> None:
    found = gosper(term, k)
    assert found is not None
    assert difference_is_term(term, found.antidifference.expr(), {x: Integer(7), m: Integer(2)})
    assert difference_is_term(term, found.factor * term, {x: Integer(7), m: Integer(2)})


@pytest.mark.parametrize("term", [1 / k, 1 / k**2, factorial(k), 2**k / k, binomial(n, k), binomial(2 * k, k)], ids=str)
def test_no_hypergeometric_antidifference(term: sympy.Expr) -> None:
    assert gosper(term, k) is None


@pytest.mark.parametrize(
    ("term", "order", "last"),
    [
        (binomial(n, k), 1, n),
        (binomial(n, k) ** 2, 1, n),
        (binomial(n, k) ** 3, 2, n),
        (binomial(2 * n, k), 1, n),
        (binomial(n + k, k) / 2**k, 1, n),
        (1 / binomial(n, k), 1, n),
        ((-1) ** k * binomial(n, k) ** 2, 2, n),
        (binomial(n, k) ** 2 * binomial(n + k, k) ** 2, 2, n),
    ],
    ids=str,
)
def test_recurrence_holds_for_the_sums(term: sympy.Expr, order: int, last: sympy.Expr) -> None:
    found = recurrence(term, k, Integer(0), last, n, order)
    assert found is not None and found.order == order
    sums = [sum((term.subs({n: v, k: i}) for i in range(v + 1)), Integer(0)) for v in range(12)]
    for v in range(1, 9):
        left = sum(c.subs(n, v) * sums[v + j] for j, c in enumerate(found.coefficients))
        assert left == found.right.subs(n, v)


def test_certificate_of_zeilberger() -> None:
    term = binomial(n, k) ** 2
    found = telescoper(read(term, (k, n)), k, n, 1)
    assert found is not None
    g = found.antidifference.expr()
    for v in (Fraction(7), Fraction(9)):
        for i in range(1, 5):
            left = sum(c.subs(n, v) * term.subs({n: v + j, k: i}) for j, c in enumerate(found.coefficients))
            assert left == (g.subs(k, i + 1) - g.subs(k, i)).subs(n, v)


def test_apery_numbers() -> None:
    # (n + 1)^3 S(n + 1) = (34 n^3 + 51 n^2 + 27 n + 5) S(n) - n^3 S(n - 1): R. Apery, 1979
    found = recurrence(binomial(n, k) ** 2 * binomial(n + k, k) ** 2, k, Integer(0), n, n, 2)
    middle = sympy.cancel(found.coefficients[1].subs(n, n - 1) / found.coefficients[2].subs(n, n - 1))
    assert sympy.cancel(middle + (34 * n**3 + 51 * n**2 + 27 * n + 5) / (n + 1) ** 3) == 0


def test_products() -> None:
    ratios = [(4 * n + 2, n + 1, 0), (27 * n**2 + 27 * n + 6, (n + 1) ** 2, 0), (n + m, n + 3, 2), (m - n, n + 1, 0)]
    ratios += [((n + 3) * (n + m + 2), (n + 1) * (n + m), 0), ((2 * n + 5) ** 2, (2 * n + 1) ** 2, 1)]
    for top, bottom, start in ratios:
        closed = tidy(product_solution(sympy.expand(top), sympy.expand(bottom), n, start))
        value = Integer(1)
        for i in range(start, start + 6):
            assert sympy.expand_func((closed.subs(n, i) - value).subs(m, 11)) == 0
            value *= (top / bottom).subs(n, i)


def test_second_order_with_constant_coefficients() -> None:
    cases = [(-1, -1, 2, 5), (6, -5, 1, 4), (4, -4, 3, 1), (1, -1, 1, 1), (-2, 0, 1, 5), (1, -3, 1, 2)]
    for c0, c1, first, second in cases:
        closed = constant_coefficients(Integer(c0), Integer(c1), n, 0, Integer(first), Integer(second))
        values = [Integer(first), Integer(second)]
        for _ in range(6):
            values.append(-c1 * values[-1] - c0 * values[-2])
        assert all(sympy.simplify(closed.subs(n, i) - v) == 0 for i, v in enumerate(values))


def test_limits_at_removable_singularities() -> None:
    # n!/(k! (n - k)!) at k = n + 1 is 0, and with the factor 1/(n - k + 1) it is 1 in the limit
    assert read(binomial(n, k), (k, n)).at(k, n + 1) == 0
    assert sympy.simplify(read(binomial(n, k) / (n - k + 1), (k, n)).at(k, n + 1) - 1 / (n + 1)) == 0
    assert tidy(factorial(2 * n) / factorial(n) ** 2).subs(n, 5) == comb(10, 5)


@pytest.mark.parametrize(
    ("term", "first", "last"),
    [
        (binomial(n, k), Integer(0), n),
        (binomial(n + k, k), n, 2 * n),
        (binomial(2 * n, k), n, 2 * n),
        (binomial(2 * n, k), -n, n),
        (binomial(3 * n, k), Integer(2), 2 * n + 1),
        (binomial(n + k, 2 * k), Integer(1), n - 1),
        (k * binomial(2 * n, n + k), -n, n - 1),
        (binomial(n, k) * 2**k, Integer(3), n + 2),
        (binomial(2 * n, k), 1 - n, 3 * n),
    ],
    ids=str,
)
def test_the_right_side_holds_for_ranges_that_move(term: sympy.Expr, first: sympy.Expr, last: sympy.Expr) -> None:
    found = next(r for r in (recurrence(term, k, first, last, n, order) for order in (1, 2)) if r is not None)

    def total(v: int) -> sympy.Expr:
        low, high = int(first.subs(n, v)), int(last.subs(n, v))
        return sum((term.subs({n: v, k: i}) for i in range(low, high + 1)), Integer(0))

    for v in range(4, 8):
        left = sum(c.subs(n, v) * total(v + j) for j, c in enumerate(found.coefficients))
        assert sympy.simplify(left - sympy.sympify(found.right).subs(n, v)) == 0, v


def test_a_recurrence_starts_beyond_the_zeros_of_its_ends() -> None:
    def start(*coefficients: sympy.Expr) -> int:
        return start_of(DefiniteRecurrence(tuple(map(sympy.sympify, coefficients)), Integer(0)), n)

    assert start(n + 1, n + 2) == 0
    assert start(n, n + 1) == 1
    assert start(n + 1, 2 * n - 6) == 4
    assert start(n - 5, (n - 2) * (n - 1)) == 6
    assert start(2 * n - 5, n**2 + 1) == 0  # no zero at an integer
    assert start(n - m, n + 1) == 0  # parameters aside
    assert start(n + 3, n - 7, n + 1) == 0  # the middle may vanish


def test_whether_there_is_an_antidifference() -> None:
    assert has_antidifference(k * factorial(k), k) is Truth.TRUE
    assert has_antidifference(factorial(k), k) is Truth.FALSE
    assert has_antidifference(1 / (k * (k + 3)), k) is Truth.TRUE
    assert has_antidifference(1 / (k * (k + 500)), k) is Truth.UNKNOWN  # above the dispersion that is looked for
    assert has_antidifference(k**k, k) is Truth.UNKNOWN
