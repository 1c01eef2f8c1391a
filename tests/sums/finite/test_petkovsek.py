"""Hypergeometric solutions of recurrences against operators that were multiplied out from known factors."""

from collections.abc import Sequence
from math import comb

import pytest
import sympy
from flint import fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.errors import BudgetSpent, NoClosedForm
from infinitesimal.sums.finite.hypergeometric_combinations import combination
from infinitesimal.sums.finite.petkovsek import hypergeometric_solutions, polynomial_solutions
from infinitesimal.sums.finite.zeilberger import DefiniteRecurrence

n = sympy.Symbol("n")
Operator = list[fmpq_poly]

linear = st.tuples(st.integers(-4, 4), st.integers(1, 3)).map(lambda p: fmpq_poly([p[0], p[1]]))
factor = st.tuples(linear, linear)


def times(left: tuple[fmpq_poly, fmpq_poly], right: Operator) -> Operator:
    """The operator (v E - u) * right."""
    u, v = left
    moved = [fmpq_poly(), *(v * p(fmpq_poly([1, 1])) for p in right)]
    return [m - u * p for m, p in zip(moved, [*right, fmpq_poly()], strict=True)]


def applied(operator: Operator, values: Sequence[fmpq], start: int) -> list[fmpq]:
    places = range(len(values) - len(operator) + 1)
    return [sum((p(fmpq(start + i)) * values[i + j] for j, p in enumerate(operator)), fmpq(0)) for i in places]


@given(factor, st.lists(factor, max_size=1))
def test_a_right_factor_of_the_first_order_is_found(right: tuple, left: list) -> None:
    u, v = right
    operator = [-u, v]
    for one in left:
        operator = times(one, operator)
    start = 20  # beyond all zeros of the factors
    known = [fmpq(1)]
    for i in range(start, start + 8):
        known.append(known[-1] * u(fmpq(i)) / v(fmpq(i)))
    found = [solution.values(start, 9) for solution in hypergeometric_solutions(operator)]
    assert all(not any(applied(operator, values, start)) for values in found)
    assert any([v * values[0] for v in known] == values for values in found)


@pytest.mark.parametrize(
    "operator",
    [
        [[-1], [-1], [1]],  # Fibonacci: over the rationals there is none
        [[-8, -16, -8], [-16, -21, -7], [4, 4, 1]],  # Franel numbers
        [[1, 3, 3, 1], [-117, -231, -153, -34], [8, 12, 6, 1]],  # Apery numbers
        [[-1, -1], [-1], [1]],  # involutions
    ],
)
def test_the_proof_of_none(operator: list[list[int]]) -> None:
    assert hypergeometric_solutions([fmpq_poly(p) for p in operator]) == []


def test_all_solutions_of_a_recurrence_of_the_second_order() -> None:
    # y = 2**n and y = n!, an example in the manner of A=B 8.4: (E - 2) acts on (E - (n + 1)) from the left
    operator = times((fmpq_poly([0, 1]) * 2, fmpq_poly([-1, 1])), [fmpq_poly([-1, -1]), fmpq_poly([1])])
    found = hypergeometric_solutions(operator)
    ratios = {tuple(s.values(3, 4)[i + 1] / s.values(3, 4)[i] for i in range(3)) for s in found}
    assert (fmpq(4), fmpq(5), fmpq(6)) in ratios
    assert all(not any(applied(operator, s.values(3, 8), 3)) for s in found)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=5).filter(lambda c: c[-1] != 0))
def test_polynomial_solutions(coefficients: list[int]) -> None:
    p = fmpq_poly(coefficients)
    # p(n + 1) c(n) - p(n) c(n + 1) = 0 has the solutions of c(n + 1)/c(n) = p(n + 1)/p(n)
    basis = polynomial_solutions([p(fmpq_poly([1, 1])), -p])
    assert [q / q[q.degree()] for q in basis] == [p / p[p.degree()]]


def test_budgets() -> None:
    wide = fmpq_poly([1])
    for i in range(13):
        wide *= fmpq_poly([i, 2])
    with pytest.raises(BudgetSpent):
        hypergeometric_solutions([wide, fmpq_poly([1]), wide])
    with pytest.raises(BudgetSpent):
        polynomial_solutions([fmpq_poly([-500, -1]), fmpq_poly([0, 1])])


def test_an_inhomogeneous_recurrence() -> None:
    # y = 3**n + n!: y(n + 1) - 3 y(n) = (n - 2) n!
    found = DefiniteRecurrence((sympy.Integer(-3), sympy.Integer(1)), (n - 2) * sympy.factorial(n))
    closed = combination(found, n, 0, lambda i: 3 ** sympy.Integer(i) + sympy.factorial(i))
    assert closed is not None
    assert [closed.subs(n, i) for i in range(4, 9)] == [3**i + sympy.factorial(i) for i in range(4, 9)]


def test_values_decide_whether_a_solution_is_one() -> None:
    # sums of squares of Motzkin-like steps: 2**n solves, the central trinomial coefficients do not
    operator = times((fmpq_poly([1]), fmpq_poly([1])), [fmpq_poly([-2]), fmpq_poly([1])])
    coefficients = tuple(sympy.Rational(int(p[0].p)) for p in operator)
    closed = combination(DefiniteRecurrence(coefficients, sympy.Integer(0)), n, 0, lambda i: sympy.Integer(2**i + 5))
    assert [closed.subs(n, i) for i in range(5)] == [2**i + 5 for i in range(5)]
    fibonacci = DefiniteRecurrence((sympy.Integer(-1), sympy.Integer(-1), sympy.Integer(1)), sympy.Integer(0))
    with pytest.raises(NoClosedForm):
        combination(fibonacci, n, 0, lambda i: sympy.fibonacci(i))
    # a recurrence that its own values do not satisfy proves nothing
    assert combination(fibonacci, n, 0, lambda i: sympy.Integer(comb(2 * i, i))) is None
