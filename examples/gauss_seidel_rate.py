"""Coordinate descent with exact steps is the method of Gauss and Seidel, and its rate is known.

Setting
    A quadratic loss in two variables with the Hessian (a11, a12; a12, a22), and the chain of d variables with 2 on the
    diagonal of its Hessian and 1 beside it.
Algorithm
    One sweep over the variables in sorted order, each taken to the minimum along its axis.
Guarantee
    In two variables the error shrinks by a12**2/(a11*a22) a sweep; on the chain by cos(pi/(d + 1))**2.
Reference
    D. M. Young, *Iterative methods for solving partial difference equations of elliptic type*, 1954.
"""

from fractions import Fraction

import sympy

import infinitesimal as inf

PAIRS = ((2, 1, 2), (3, 1, 5), (1, 2, 7))
LENGTHS = (2, 3, 4, 5, 7)


def in_two_variables() -> tuple[list[object], list[object]]:
    """The spectral radius of a sweep; decided from its matrix, and by the formula."""
    computed: list[object] = []
    theoretical: list[object] = []
    for a, b, c in PAIRS:
        loss = f"{a}*x**2/2 + {b}*x*y + {c}*y**2/2"
        computed.append(inf.regime(inf.descent(loss, {"x": 1, "y": 2}, "exact", "coordinate")).radius)
        theoretical.append(Fraction(b * b, a * c))
    return computed, theoretical


def on_a_chain() -> tuple[list[object], list[object]]:
    """The spectral radius on chains, by its minimal polynomial and place; from the matrix, and by the formula."""
    computed: list[object] = []
    theoretical: list[object] = []
    for d in LENGTHS:
        names = [f"x{i}" for i in range(d)]
        chain = " + ".join([*(f"{name}**2" for name in names), *(f"{names[i]}*{names[i + 1]}" for i in range(d - 1))])
        radius = sympy.sympify(inf.regime(inf.descent(chain, None, "exact", "coordinate")).radius)
        # both are the largest real root of one irreducible polynomial
        computed.append(_root(radius))
        theoretical.append(_root(sympy.cos(sympy.pi / (d + 1)) ** 2))
    return computed, theoretical


def _root(number: sympy.Expr) -> tuple[sympy.Expr, bool]:
    """The minimal polynomial of a number, and whether it is its largest real root."""
    t = sympy.Symbol("t")
    polynomial = sympy.minimal_polynomial(number, t)
    largest = sympy.Poly(polynomial, t).real_roots()[-1]
    return polynomial, bool(abs(sympy.N(number - largest, 30)) < sympy.Rational(1, 10**25))


if __name__ == "__main__":
    print(inf.regime(inf.descent("x**2 + x*y + y**2", {"x": 1, "y": 2}, "exact", "coordinate")))
