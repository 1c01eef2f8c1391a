"""The curvatures of a quadratic loss that a descent meets: eigenvalues of the Hessian that its start excites."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.errors import BudgetSpent
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.optimization.algebraic import RealAlgebraic, irreducible_factors, real_roots
from infinitesimal.optimization.spectra import applied


@dataclass(frozen=True, eq=False)
class Curvatures:
    """The distinct eigenvalues of a Hessian, ascending, and which of them a start excites. Exact.

    An eigenvalue is excited if the gradient at the start has a part in its eigenspace; the parts of gradient descent,
    momentum and Nesterov's method in different eigenspaces never meet. `drifts` says whether the eigenvalue 0 is:
    then the loss falls for ever along a line. Counts are with multiplicity.
    """

    excited: tuple[RealAlgebraic, ...]
    drifts: bool
    positive: int
    negative: int
    zero: int
    falls: bool
    """Whether the slope has a part where the Hessian is zero: then no point has gradient zero."""

    @cached_property
    def rising(self) -> tuple[RealAlgebraic, ...]:
        """The excited eigenvalues above 0."""
        return tuple(c for c in self.excited if c > 0)

    @property
    def is_indefinite(self) -> bool:
        return self.positive > 0 and self.negative > 0

    @property
    def landscape(self) -> str:
        """What the loss looks like: one minimum, a valley of minima, a slope, a saddle, a maximum, or a constant."""
        if self.is_indefinite:
            return "saddle"
        if self.negative:
            return "maximum"
        if self.falls:
            return "slope"
        if not self.zero:
            return "minimum"
        return "valley" if self.positive else "constant"


@lru_cache(maxsize=64)
def _eigenvalues(quadratic: Quadratic) -> tuple[list[tuple[fmpq_poly, int]], fmpq_poly]:
    polynomial = fmpq_poly(quadratic.hessian.charpoly())
    factors = [(fmpq_poly(f), k) for f, k in irreducible_factors(polynomial)]
    distinct = fmpq_poly([1])
    for f, _ in factors:
        distinct *= f
    return factors, distinct


MOST_VARIABLES = 128
"""The most variables of a loss whose characteristic polynomial is factored."""


def curvatures(quadratic: Quadratic, start: fmpq_mat | None = None) -> Curvatures:
    """The curvatures from a start, a column; without one, those that almost every start excites.

    Raises `BudgetSpent` for more than `MOST_VARIABLES` variables.
    """
    if quadratic.dimension > MOST_VARIABLES:
        raise BudgetSpent(f"{quadratic.dimension} variables: exact eigenvalues are looked for up to {MOST_VARIABLES}")
    factors, distinct = _eigenvalues(quadratic)
    slope = quadratic.slope if start is None else quadratic.gradient(start)
    excited: list[RealAlgebraic] = []
    drifts = False
    positive = negative = zero = 0
    kept = fmpq_poly([1])
    for factor, multiplicity in factors:
        if factor.degree() == 1 and factor[0] == 0:
            zero = multiplicity
            drifts = _meets(distinct // factor, quadratic.hessian, slope)
            continue
        roots = real_roots(factor)
        above = sum(1 for root in roots if root > 0)
        positive, negative = positive + multiplicity * above, negative + multiplicity * (len(roots) - above)
        if start is None or _meets(distinct // factor, quadratic.hessian, slope):
            kept *= factor
    if kept.degree():
        excited = real_roots(kept)
    return Curvatures(tuple(excited), drifts, positive, negative, zero, drifts)


def _meets(others: fmpq_poly, hessian: fmpq_mat, column: fmpq_mat) -> bool:
    """Whether a column has a part in the eigenspaces that `others`, the product of the other factors, leaves over."""
    if not any(column.entries()):
        return False
    return any(c != fmpq(0) for c in applied(others, hessian, column).entries())
