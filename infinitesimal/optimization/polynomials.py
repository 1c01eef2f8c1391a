"""Losses that are polynomials in one variable: read exactly, where they fall for ever, and where they turn."""

from fractions import Fraction

from flint import fmpq, fmpq_poly

from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.term import fold


def polynomial_of(loss: Loss) -> fmpq_poly | None:
    """The loss as a polynomial in its one variable; None for any other loss."""
    if len(loss.names) != 1 or loss.parameters:
        return None
    functions = RationalFunctions(loss.names)
    try:
        terms = fold(loss.term, functions, functions.variable).top.to_dict()
    except (NotPolynomial, Undefined):
        return None
    return fmpq_poly([terms.get((i,), fmpq(0)) for i in range(max((e for (e,) in terms), default=0) + 1)])


def falls_towards(p: fmpq_poly) -> int:
    """The direction, 1 or -1, in which a polynomial falls for ever; 0 if it is bounded below."""
    degree = p.degree()
    if degree < 1:
        return 0
    if degree % 2:
        return -1 if p[degree] > 0 else 1
    return 1 if p[degree] < 0 else 0


def only_turning_point(p: fmpq_poly) -> Fraction | None:
    """The one real root of the derivative, if there is one only and it is rational."""
    real = [f for f, _ in p.derivative().factor()[1] if any(r.imag == 0 for r, _ in f.numer().complex_roots())]
    if len(real) != 1 or real[0].degree() != 1:
        return None
    root = -real[0][0] / real[0][1]
    return to_fraction(root)
