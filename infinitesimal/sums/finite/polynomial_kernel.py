"""The kernel of a matrix of polynomials over the rationals, by elimination without fractions.

A rank modulo a prime at a random point settles most matrices that have no kernel. The others are eliminated by
Bareiss's method, where every division is exact and the entries stay minors of the matrix.
Source: E. H. Bareiss, Math. Comp. 22 (1968).
"""

from __future__ import annotations

import math
import time
from typing import Any

from flint import Ordering, fmpz, fmpz_mpoly_ctx, nmod_mat
from sympy import QQ

from infinitesimal.errors import BudgetSpent

PRIME = (1 << 61) - 1

Matrix = list[list[Any]]
"""Rows of elements of a polynomial ring of SymPy over the rationals, or of the rationals."""


def kernel(rows: Matrix, domain: Any, deadline: float) -> Matrix:
    """A basis of the vectors v of polynomials with rows * v = 0. Raises `BudgetSpent` after the deadline.

    >>> import math
    >>> from sympy.abc import x
    >>> ring = QQ[x]
    >>> kernel([[ring.from_sympy(x), ring.from_sympy(x**2)]], ring, math.inf)
    [[-x**2, x]]
    """
    symbols = getattr(domain, "symbols", ())
    context = fmpz_mpoly_ctx.get(tuple(f"x{i}" for i in range(max(len(symbols), 1))), Ordering.lex)
    matrix = [_whole(row, context, domain) for row in rows]
    width = len(rows[0])
    if _rank_at_a_point(matrix, width, len(context.gens())) == width:
        return []
    pivots, reduced, scale = _eliminated(matrix, width, context, deadline)
    basis = []
    for free in [j for j in range(width) if j not in pivots]:
        vector = [context.constant(0)] * width
        vector[free] = scale
        for row, pivot in enumerate(pivots):
            vector[pivot] = -reduced[row][free]
        basis.append([_back(entry, domain) for entry in vector])
    return basis


def _whole(row: list[Any], context: Any, domain: Any) -> list[Any]:
    """The row times a common denominator, over the integers."""
    terms = [list(e.terms()) if hasattr(e, "terms") else [((0,), e)] for e in row]
    common = math.lcm(*(int(QQ.denom(QQ(c))) for entry in terms for _, c in entry))
    return [context.from_dict({m: int(QQ(c) * common) for m, c in entry if c}) for entry in terms]


def _back(entry: Any, domain: Any) -> Any:
    coefficients = {tuple(map(int, m)): QQ(int(c)) for m, c in entry.to_dict().items()}
    if not hasattr(domain, "ring"):
        return coefficients.get((0,), QQ(0))
    return domain.ring.from_dict(coefficients)


def _rank_at_a_point(matrix: Matrix, width: int, variables: int) -> int:
    """A lower bound of the rank: that at one point, modulo a prime."""
    point = [fmpz(1_000_003 * (i + 7) ** 5 + 12_345) for i in range(variables)]
    values = [int(entry(*point)) % PRIME for row in matrix for entry in row]
    return int(nmod_mat(len(matrix), width, values, PRIME).rank())


def _eliminated(matrix: Matrix, width: int, context: Any, deadline: float) -> tuple[list[int], Matrix, Any]:
    """The pivot columns, the rows with the same entry on all pivots, and that entry."""
    rows = [list(row) for row in matrix]
    pivots: list[int] = []
    previous = context.constant(1)
    for column in range(width):
        rank = len(pivots)
        candidates = [i for i in range(rank, len(rows)) if rows[i][column] != 0]
        if not candidates:
            continue
        best = min(candidates, key=lambda i: len(rows[i][column]))
        rows[rank], rows[best] = rows[best], rows[rank]
        lead = rows[rank]
        pivot = lead[column]
        for i, row in enumerate(rows):
            if time.monotonic() > deadline:
                raise BudgetSpent("the linear system of a telescoper took too long")
            if i != rank:
                factor = row[column]
                rows[i] = [(pivot * entry - factor * above) // previous for entry, above in zip(row, lead, strict=True)]
        previous = pivot
        pivots.append(column)
    return pivots, rows, previous
