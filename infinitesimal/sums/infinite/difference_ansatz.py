"""Rational solutions r of term(x) = weight * r(image(x)) - r(x), by linear algebra over a bounded ansatz.

The image is n + 1 for rational terms, rho x for terms in x = rho**n (q-Gosper: Koornwinder 1993; Paule and Riese 1997),
and x**m for lacunary terms in x = y**(m**n). A solution is an identity of rational functions, solved exactly. Where
there is none within the ansatz, nothing is proved.
"""

import sympy
from sympy import S
from sympy.polys.matrices import DomainMatrix

MAX_UNKNOWNS = 60


def solve_difference(
    term: sympy.Expr,
    x: sympy.Symbol,
    image: sympy.Expr,
    denominator: sympy.Expr,
    degree: int,
    weight: sympy.Expr = S.One,
) -> sympy.Expr | None:
    """A rational r = polynomial of at most `degree` / `denominator` with weight * r(image) - r(x) = term, or None.

    >>> x = sympy.Symbol("x")
    >>> solve_difference(1/(x*(x + 1)), x, x + 1, x, 0)
    -1/x
    """
    if degree + 1 > MAX_UNKNOWNS:
        return None
    moved = denominator.subs(x, image)
    top, bottom = sympy.fraction(sympy.cancel(term))
    # times denominator * moved * bottom: polynomials on both sides
    columns = [sympy.Poly((weight * image**k * denominator - x**k * moved) * bottom, x) for k in range(degree + 1)] + [
        sympy.Poly(top * denominator * moved, x)
    ]
    solution = solve_columns(columns, x)
    if solution is None:
        return None
    numerator = sympy.Add(*(c * x**k for k, c in enumerate(solution)))
    return sympy.factor(numerator / denominator)


def solve_columns(columns: list[sympy.Poly], x: sympy.Symbol) -> list[sympy.Expr] | None:
    """Weights with which all columns but the last add up to the last; None if there are none. Free weights are 0."""
    size = max(c.degree() for c in columns if not c.is_zero) + 1
    rows = [[c.coeff_monomial(x**i) for c in columns] for i in range(int(size))]
    matrix = DomainMatrix.from_Matrix(sympy.Matrix(rows)).to_field()
    reduced, pivots = matrix.rref()
    last = len(columns) - 1
    if last in pivots:
        return None
    weights = [S.Zero] * last
    for row, pivot in enumerate(pivots):
        weights[pivot] = matrix.domain.to_sympy(reduced[row, last].element)
    return weights
