"""Hypergeometric solutions of linear recurrences with polynomial coefficients: all of them, or the proof of none.

A sequence y is hypergeometric when y(n + 1)/y(n) is a rational function of n. Every such quotient over the rationals
has the form z a(n)/b(n) c(n + 1)/c(n), with a a monic factor of the trailing coefficient and b one of the shifted
leading coefficient; z is a root of a polynomial made of leading coefficients, and c a polynomial solution of a
recurrence.
Source: M. Petkovsek, J. Symb. Comp. 14 (1992); Petkovsek, Wilf, Zeilberger, *A=B*, chapter 8.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.errors import BudgetSpent

MAX_PAIRS = 4000
"""So many pairs of factors are tried."""

MAX_DEGREE = 80
"""Polynomial solutions of higher degree are not looked for."""

SECONDS = 4.0


@dataclass(frozen=True)
class Solution:
    """The sequence c(n) z**n prod a(i)/b(i), the product over i < n: its quotients are z a(n)/b(n) c(n + 1)/c(n)."""

    z: fmpq
    a: fmpq_poly
    b: fmpq_poly
    c: fmpq_poly

    def values(self, start: int, count: int) -> list[fmpq]:
        """The values at `start`, `start` + 1, ..., with the product taken from `start` on."""
        result, running = [], fmpq(1)
        for i in range(start, start + count):
            result.append(self.c(fmpq(i)) * running)
            running *= self.z * self.a(fmpq(i)) / self.b(fmpq(i))
        return result


def hypergeometric_solutions(coefficients: Sequence[fmpq_poly]) -> list[Solution]:
    """A generating set of the hypergeometric solutions of sum_j coefficients[j](n) y(n + j) = 0 over the rationals.

    The list is empty when there are none: that is a proof. Raises `BudgetSpent` when the search is too large.

    >>> (solution,) = hypergeometric_solutions([fmpq_poly([-2, -4]), fmpq_poly([1, 1])])
    >>> solution.z, solution.a, solution.b, solution.c
    (4, x + 1/2, x + 1, 1)
    """
    order = len(coefficients) - 1
    if not coefficients[0] or not coefficients[-1]:
        raise ValueError("the first and the last coefficient are not zero")
    deadline = time.monotonic() + SECONDS
    lower, upper = _factors(coefficients[0]), _factors(_shifted(coefficients[-1], 1 - order))
    if _count(lower) * _count(upper) > MAX_PAIRS:
        raise BudgetSpent(f"more than {MAX_PAIRS} pairs of factors: Petkovsek's algorithm was not run")
    found: list[Solution] = []
    for a in _divisors(lower):
        for b in _divisors(upper):
            if a.gcd(b).degree() > 0:
                continue  # the quotient is that of smaller factors
            if time.monotonic() > deadline:
                raise BudgetSpent(f"Petkovsek's algorithm took more than {SECONDS} seconds")
            found += _with_factors(coefficients, a, b)
    return found


def _with_factors(coefficients: Sequence[fmpq_poly], a: fmpq_poly, b: fmpq_poly) -> Iterator[Solution]:
    order = len(coefficients) - 1
    # sum_i z**i P_i(n) c(n + i) = 0 with P_i = p_i a(n) ... a(n + i - 1) b(n + i) ... b(n + order - 1)
    above, below = [fmpq_poly([1])], [fmpq_poly([1])]
    for i in range(order):
        above.append(above[-1] * _shifted(a, i))
        below.append(below[-1] * _shifted(b, order - 1 - i))
    parts = [p * above[i] * below[order - i] for i, p in enumerate(coefficients)]
    degree = max(part.degree() for part in parts)
    leading = fmpq_poly([part[degree] for part in parts])
    for factor, _ in leading.numer().factor()[1]:
        if factor.degree() == 1 and factor[0] != 0:
            z = fmpq(-factor[0], factor[1])
            for c in polynomial_solutions([part * z**i for i, part in enumerate(parts)]):
                yield Solution(z, a, b, c)


def polynomial_solutions(coefficients: Sequence[fmpq_poly]) -> list[fmpq_poly]:
    """A basis of the polynomials c with sum_i coefficients[i](n) c(n + i) = 0. Raises `BudgetSpent` for high degrees.

    >>> polynomial_solutions([fmpq_poly([-1, -1]), fmpq_poly([0, 1])])
    [x]
    """
    bound = _degree_bound(coefficients)
    if bound is None:
        return []
    if bound > MAX_DEGREE:
        raise BudgetSpent(f"polynomials of degree {bound} were not looked for")
    columns = [
        sum((p * _shifted(fmpq_poly([0] * d + [1]), i) for i, p in enumerate(coefficients)), fmpq_poly())
        for d in range(bound + 1)
    ]
    height = 1 + max(0, *(column.degree() for column in columns))
    matrix = fmpq_mat(height, bound + 1, [column[power] for power in range(height) for column in columns])
    return [fmpq_poly(vector) for vector in nullspace(matrix)]


def nullspace(matrix: fmpq_mat) -> list[list[fmpq]]:
    """A basis of the vectors v with matrix * v = 0.

    >>> nullspace(fmpq_mat(1, 3, [1, 2, 0]))
    [[-2, 1, 0], [0, 0, 1]]
    """
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(matrix.ncols()) if reduced[row, j] != 0) for row in range(rank)]
    basis = []
    for free in [j for j in range(matrix.ncols()) if j not in pivots]:
        vector = [fmpq(0)] * matrix.ncols()
        vector[free] = fmpq(1)
        for row, pivot in enumerate(pivots):
            vector[pivot] = -reduced[row, free]
        basis.append(vector)
    return basis


def _degree_bound(coefficients: Sequence[fmpq_poly]) -> int | None:
    """The largest possible degree of a polynomial solution, None if there is none.

    With E = 1 + D the operator is sum q_j(n) D**j; D**j takes n**d to d(d-1)...(d-j+1) n**(d-j) + lower terms.
    """
    order = len(coefficients) - 1
    binomials = [fmpq_poly([1, 1]) ** i for i in range(order + 1)]
    q = [sum((binomials[i][j] * coefficients[i] for i in range(j, order + 1)), fmpq_poly()) for j in range(order + 1)]
    top = max(part.degree() - j for j, part in enumerate(q) if part)
    falling, indicial = fmpq_poly([1]), fmpq_poly()
    for j, part in enumerate(q):
        if part and part.degree() - j == top:
            indicial += part[part.degree()] * falling
        falling *= fmpq_poly([-j, 1])
    # Below degree -top the terms n**(d + top) of negative degree vanish by themselves.
    candidates = [-top - 1] if top < 0 else []
    for factor, _ in indicial.numer().factor()[1]:
        if factor.degree() == 1 and factor[0] % factor[1] == 0:
            candidates.append(int(-factor[0] // factor[1]))
    bound = max(candidates, default=-1)
    return bound if bound >= 0 else None


def _shifted(poly: fmpq_poly, by: int) -> fmpq_poly:
    return poly(fmpq_poly([by, 1])) if by else poly


def _factors(poly: fmpq_poly) -> list[tuple[fmpq_poly, int]]:
    """The monic irreducible factors with their multiplicities."""
    factors = [(fmpq_poly(factor), exponent) for factor, exponent in poly.numer().factor()[1]]
    return [(factor / factor[factor.degree()], exponent) for factor, exponent in factors]


def _count(factors: list[tuple[fmpq_poly, int]]) -> int:
    result = 1
    for _, exponent in factors:
        result *= exponent + 1
    return result


def _divisors(factors: list[tuple[fmpq_poly, int]]) -> Iterator[fmpq_poly]:
    """All monic divisors, those of low degree first."""
    choices = product(*(range(exponent + 1) for _, exponent in factors))
    for exponents in sorted(choices, key=sum):
        result = fmpq_poly([1])
        for (factor, _), exponent in zip(factors, exponents, strict=True):
            result *= factor**exponent
        yield result
