"""Sweeps of coordinate descent: their matrix, their first steps, and the rates on which their regime holds.

With the exact minimum along every axis this is the method of Gauss and Seidel. On a positive definite Hessian it
converges from every start, with an exact rate and with every rate below 2 over the largest diagonal entry (Ostrowski
1954; Householder and John 1955). In two variables the factor of a sweep is a12**2/(a11*a22); for the tridiagonal
matrix (1, 2, 1) of size d it is cos(pi/(d + 1))**2 (Young 1950).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.optimization.algebraic import RealAlgebraic, real_roots
from infinitesimal.optimization.regimes.partitions import RateInterval
from infinitesimal.optimization.spectra import Spectrum


@dataclass(frozen=True, eq=False)
class Sweep:
    """x(n) = matrix x(n-1) + column; `solver` turns minus the gradient into the step of a sweep."""

    matrix: fmpq_mat
    solver: fmpq_mat
    quadratic: Quadratic

    def first_steps(self, start: fmpq_mat | None) -> fmpq_mat:
        """The first step from a start, a column; without one, columns that span the first steps of all starts."""
        q = self.quadratic
        if start is not None:
            return self.solver * (q.slope - q.hessian * start)
        rows = [row + b for row, b in zip(q.hessian.tolist(), q.slope.tolist(), strict=True)]
        return self.solver * fmpq_mat(rows)

    def is_safe(self, rate: Fraction | None) -> bool:
        """Whether a positive definite Hessian is enough for convergence: an exact rate, or one below 2/max(a_ii)."""
        a = self.quadratic.hessian
        return rate is None or all(a[i, i] * to_fmpq(rate) < 2 for i in range(self.quadratic.dimension))

    def interval(
        self, quadratic: Quadratic, start: fmpq_mat | None, rate: Fraction, name: Callable[[Spectrum], str]
    ) -> RateInterval | None:
        """The rates around `rate` on which the name stays; only in one variable, where a sweep is a gradient step."""
        a = quadratic.hessian[0, 0]
        if quadratic.dimension > 1:
            return None
        borders = [RealAlgebraic.of(0)]
        if a > 0:
            borders += real_roots(fmpq_poly([-1, a]) * fmpq_poly([-2, a]))
        for low, high in zip(borders, [*borders[1:], None], strict=True):
            if low == rate:
                return RateInterval(low, low, True, True)
            if low < rate and (high is None or high > rate):
                return RateInterval(low, high)
        return None


def sweep(quadratic: Quadratic, rate: Fraction | None) -> Sweep | None:
    """One sweep at a fixed rate, or to the exact minimum along every axis; None where an axis has no curvature.

    (1/rate + L) step = -gradient, with the entries of the Hessian below the diagonal; D + L for exact minima.
    """
    d, a = quadratic.dimension, quadratic.hessian
    lower = fmpq_mat(d, d)
    for i in range(d):
        for j in range(i):
            lower[i, j] = a[i, j]
        lower[i, i] = a[i, i] if rate is None else fmpq(rate.denominator, rate.numerator)
        if lower[i, i] == 0:
            return None
    solver = lower.inv()
    one = fmpq_mat([[fmpq(int(i == j)) for j in range(d)] for i in range(d)])
    return Sweep(one - solver * a, solver, quadratic)
