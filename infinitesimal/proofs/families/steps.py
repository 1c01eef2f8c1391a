"""Steps of one variable as polynomials."""

from fractions import Fraction

from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined
from infinitesimal.proofs.families.polynomials import Polynomial, added
from infinitesimal.terms.term import Term, fold, variables


def polynomial_step(name: str, step: Term) -> Polynomial | None:
    """The coefficients of a step, the constant one first; None where it is no polynomial in `name` alone.

    >>> from infinitesimal.terms.parse import read
    >>> [int(a) for a in polynomial_step("x", read("(x + 1)**2 - x"))]
    [1, 1, 1]
    """
    if not set(variables(step)) <= {name}:
        return None
    functions = RationalFunctions((name,))
    try:
        whole = fold(step, functions, functions.variable)
    except (NotPolynomial, Undefined):
        return None
    terms = whole.top.to_dict()
    found = [Fraction(0)] * (max((k for (k,) in terms), default=0) + 1)
    for (k,), coefficient in terms.items():
        found[k] = to_fraction(coefficient)
    return added(tuple(found), ())
