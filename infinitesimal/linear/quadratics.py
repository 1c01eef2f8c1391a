"""Quadratic losses, read exactly: f(x) = x.Ax/2 - b.x + c."""

from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq, fmpq_mat

from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.term import fold


@dataclass(frozen=True, eq=False)
class Quadratic:
    """x.Ax/2 - b.x + c with the symmetric Hessian A; its gradient is A x - b. Exact.

    The variables are in the order of `names`; `slope` is the column b.
    """

    names: tuple[str, ...]
    hessian: fmpq_mat
    slope: fmpq_mat
    constant: fmpq

    @property
    def dimension(self) -> int:
        return len(self.names)

    def gradient(self, point: fmpq_mat) -> fmpq_mat:
        """A x - b, a column."""
        return self.hessian * point - self.slope

    def value(self, point: fmpq_mat) -> fmpq:
        """f(x) at a column x."""
        return (
            (point.transpose() * (self.hessian * point))[0, 0] / 2
            - (self.slope.transpose() * point)[0, 0]
            + self.constant
        )


def quadratic_of(loss: Loss) -> Quadratic | None:
    """The loss as a quadratic; None for one that is not, or that has parameters.

    A loss that knows its quadratic, such as a least squares fit, says so itself; others are read as polynomials.
    """
    known = getattr(loss, "quadratic", None)
    return known if known is not None else _read(loss)


@lru_cache(maxsize=256)
def _read(loss: Loss) -> Quadratic | None:
    if loss.parameters:
        return None
    names = loss.names
    functions = RationalFunctions(names)
    try:
        whole = fold(loss.term, functions, functions.variable).top
    except (NotPolynomial, Undefined):
        return None
    size = len(names)
    hessian, slope, constant = fmpq_mat(size, size), fmpq_mat(size, 1), fmpq(0)
    for exponents, c in whole.to_dict().items():
        places = [i for i, e in enumerate(exponents) for _ in range(e)]
        if len(places) > 2:
            return None
        if not places:
            constant = c
        elif len(places) == 1:
            slope[places[0], 0] = -c
        else:
            i, j = places
            hessian[i, j] += c
            hessian[j, i] += c
    return Quadratic(names, hessian, slope, constant)
