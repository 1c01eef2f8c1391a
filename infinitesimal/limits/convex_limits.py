"""The limit of gradient descent on a strictly convex quadratic loss, for the price of its minimiser.

With a positive definite Hessian A and 0 < rate < 2/L every start goes to the minimiser. The trace bounds L; where that
does not decide, and where A is not a Gram matrix, the characteristic polynomial does.
"""

from fractions import Fraction

from flint import fmpq, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.optimization.convergence.minima import solution
from infinitesimal.optimization.spectra import has_positive_roots
from infinitesimal.recurrences.descents import Descent
from infinitesimal.regression.least_squares import LeastSquares
from infinitesimal.terms.term import variables

_LARGEST = 64
"""The largest Hessian whose characteristic polynomial costs little beside the solution."""


def convex_limit(descent: Descent) -> dict[str, Fraction] | None:
    """The minimiser, where every start goes to it; None where this is not seen. Exact.

    >>> from infinitesimal.recurrences.descents import descent
    >>> convex_limit(descent("x**2 + x*y + y**2 - x + z**2", 7, "1/4"))
    {'x': Fraction(2, 3), 'y': Fraction(-1, 3), 'z': Fraction(0, 1)}
    >>> convex_limit(descent("x**2 + y**2 + z**2", 7, 1)) is None
    True
    """
    rate, quadratic = descent.fixed_rate, quadratic_of(descent.loss)
    if descent.method != "gradient" or rate is None or quadratic is None or not descent.start:
        return None
    if any(variables(term) for _, term in descent.start):
        return None
    return _minimiser(descent, quadratic, to_fmpq(rate))


def _minimiser(descent: Descent, quadratic: Quadratic, rate: fmpq) -> dict[str, Fraction] | None:
    hessian, size = quadratic.hessian, quadratic.dimension
    small = rate * sum((hessian[i, i] for i in range(size)), start=fmpq(0)) < 2
    if isinstance(descent.loss, LeastSquares) and small:
        try:
            return descent.loss.minimiser
        except InputError:  # a singular Gram matrix
            return None
    if size > _LARGEST:
        return None
    chi = fmpq_poly(hessian.charpoly())
    if not has_positive_roots(chi) or not (small or has_positive_roots(chi(fmpq_poly([2 / rate, -1])))):
        return None
    column = solution(quadratic)
    return {name: to_fraction(column[i, 0]) for i, name in enumerate(quadratic.names)}
