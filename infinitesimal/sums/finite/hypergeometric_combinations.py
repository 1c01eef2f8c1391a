"""Solutions of a recurrence that are sums of hypergeometric terms, fitted to first values, or the proof of none.

The right side of an inhomogeneous recurrence is a sum of hypergeometric terms, each taken away by an operator of the
first order. What remains is homogeneous, and Petkovsek's algorithm gives all its hypergeometric solutions.
Source: Petkovsek, Wilf, Zeilberger, *A=B*, chapter 8.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.errors import BudgetSpent, NoClosedForm
from infinitesimal.sums.finite.petkovsek import Solution, hypergeometric_solutions, nullspace
from infinitesimal.sums.finite.zeilberger import DefiniteRecurrence, product_solution
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.ratios import symbolic_ratio
from infinitesimal.sums.summands.tidy_products import combine, tidy

MAX_RIGHT = 3
"""How many terms a right side may have."""

MAX_START = 8
"""The largest index from which a solution may begin."""

MORE = 3
"""So many values are compared beyond those that determine a solution."""

Operator = list[fmpq_poly]
"""The coefficients of E**0, E**1, ... with E y(n) = y(n + 1)."""


def combination(
    found: DefiniteRecurrence, step: sympy.Symbol, start: int, value_at: Callable[[int], Expr | None]
) -> Expr | None:
    """The solution with the given values as a sum of hypergeometric terms, or None where the search is not complete.

    Raises `NoClosedForm` when all hypergeometric solutions together do not give the values.

    >>> n = sympy.Symbol("n")
    >>> fibonacci_like = DefiniteRecurrence((6 * n, -5 * n, n), sympy.Integer(0))
    >>> combination(fibonacci_like, n, 1, lambda i: sympy.Integer(2**i - 3**i))
    2**n - 3**n
    """
    operator = _homogeneous(found, step)
    if operator is None:
        return None
    start = max([start, *_beyond_roots(operator)])
    if start > MAX_START:
        return None
    try:
        solutions = hypergeometric_solutions(operator)
    except BudgetSpent:
        return None
    order = len(operator) - 1
    values = _rationals(value_at, start, order + MORE)
    if values is None:
        return None
    weights = _weights(solutions, start, values)
    if weights is None and not _annihilates(operator, values, start):
        return None
    if weights is None:
        raise NoClosedForm(
            f"the sum satisfies a recurrence of order {found.order} in its bound (Zeilberger's algorithm), and no sum "
            "of hypergeometric terms over the rationals solves it with the first values (Petkovsek's algorithm)"
        )
    parts = []
    for weight, solution in zip(weights, solutions, strict=True):
        if weight != 0:
            product = product_solution(_expr(solution.a * solution.z, step), _expr(solution.b, step), step, start)
            if product is None:
                return None
            parts.append(sympy.Rational(int(weight.p), int(weight.q)) * _expr(solution.c, step) * product)
    return sympy.Add(*(tidy(part) for part in parts))


def _homogeneous(found: DefiniteRecurrence, step: sympy.Symbol) -> Operator | None:
    """An operator over the rationals that annihilates the solution; None with parameters or for a long right side."""
    operator = []
    for c in found.coefficients:
        polynomial = _polynomial(c, step)
        if polynomial is None:
            return None
        operator.append(polynomial)
    terms = [] if found.right == 0 else combine(list(sympy.Add.make_args(found.right)), (step,))
    if terms is None or len(terms) > MAX_RIGHT:
        return None
    ratios = []
    for term in terms:
        ratio = symbolic_ratio(term, step)
        parts = None if ratio is None else [_polynomial(part, step) for part in sympy.fraction(sympy.cancel(ratio))]
        if parts is None or parts[0] is None or parts[1] is None:
            return None
        ratios.append((parts[0], parts[1]))
    while ratios:
        (u, v), *others = ratios
        # (v E - u) takes the first term away, and multiplies the others by f = v r - u.
        shifted = [fmpq_poly(), *(v * p(fmpq_poly([1, 1])) for p in operator)]
        operator = [s - u * p for s, p in zip(shifted, [*operator, fmpq_poly()], strict=True)]
        ratios = [_multiplied(top, bottom, v * top - u * bottom) for top, bottom in others]
    while operator and not operator[0]:
        operator = [p(fmpq_poly([-1, 1])) for p in operator[1:]]
    return _primitive(operator) if len(operator) > 1 else None


def _multiplied(top: fmpq_poly, bottom: fmpq_poly, f: fmpq_poly) -> tuple[fmpq_poly, fmpq_poly]:
    """The ratio of a term with the ratio top/bottom after multiplication with f/bottom."""
    up = fmpq_poly([1, 1])
    top, bottom = top * f(up) * bottom, bottom * f * bottom(up)
    common = top.gcd(bottom)
    return top // common, bottom // common


def _primitive(operator: Operator) -> Operator:
    common = fmpq_poly()
    for p in operator:
        common = common.gcd(p)
    return [p // common for p in operator]


def _beyond_roots(operator: Operator) -> list[int]:
    """Indices beyond which neither the first nor the shifted last coefficient vanishes."""
    order, result = len(operator) - 1, [0]
    for polynomial in (operator[0], operator[-1], operator[-1](fmpq_poly([1 - order, 1]))):
        for factor, _ in polynomial.numer().factor()[1]:
            if factor.degree() == 1 and factor[0] % factor[1] == 0:
                result.append(int(-factor[0] // factor[1]) + 1)
    return result


def _weights(solutions: list[Solution], start: int, values: list[fmpq]) -> list[fmpq] | None:
    """Rational weights with which the solutions have the values; None if there are none."""
    if not solutions:
        return None if any(v != 0 for v in values) else []
    columns = [solution.values(start, len(values)) for solution in solutions] + [[-v for v in values]]
    matrix = fmpq_mat(len(values), len(columns), [column[i] for i in range(len(values)) for column in columns])
    for vector in nullspace(matrix):
        if vector[-1] != 0:
            return [entry / vector[-1] for entry in vector[:-1]]
    return None


def _annihilates(operator: Operator, values: list[fmpq], start: int) -> bool:
    return all(
        sum((p(fmpq(start + i)) * values[i + j] for j, p in enumerate(operator)), fmpq(0)) == 0
        for i in range(len(values) - len(operator) + 1)
    )


def _rationals(value_at: Callable[[int], Expr | None], start: int, count: int) -> list[fmpq] | None:
    result = []
    for i in range(start, start + count):
        value = value_at(i)
        if value is None or not value.is_Rational:
            return None
        result.append(fmpq(int(value.p), int(value.q)))
    return result


def _polynomial(expr: Expr, step: sympy.Symbol) -> fmpq_poly | None:
    if not expr.is_polynomial(step) or expr.free_symbols - {step}:
        return None
    coefficients = sympy.Poly(expr, step).all_coeffs()[::-1]
    if not all(c.is_Rational for c in coefficients):
        return None
    return fmpq_poly([fmpq(int(c.p), int(c.q)) for c in coefficients])


def _expr(poly: fmpq_poly, step: sympy.Symbol) -> Expr:
    return sympy.Add(*(sympy.Rational(int(c.p), int(c.q)) * step**i for i, c in enumerate(poly.coeffs())))
