"""The methods of descent on a quadratic loss as affine maps, straight from its Hessian.

An independent derivation of what `affine_form` reads off the terms of a step.
"""

from fractions import Fraction

from flint import fmpq, fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.recurrences.descents import Descent


def iteration(descent: Descent) -> tuple[fmpq_mat, fmpq_mat] | None:
    """The matrix M and the column c with state(n) = M state(n - 1) + c, in the order of the recurrence's components.

    None where the step is not affine with constant coefficients: another loss, a rate that depends on n, steepest
    descent, a Hessian that the method cannot invert, or parameters.
    """
    quadratic = quadratic_of(descent.loss)
    if quadratic is None or (descent.rate is not None and descent.fixed_rate is None):
        return None
    if descent.method == "steepest" or (descent.beta is not None and descent.fixed_beta is None):
        return None
    return iteration_with(quadratic, descent, descent.fixed_rate)


def iteration_with(q: Quadratic, descent: Descent, rate: Fraction | None) -> tuple[fmpq_mat, fmpq_mat] | None:
    """The map (M, c) of one step of a descent on the quadratic `q` with this `rate`; None is exact line search.

    None where the method cannot invert the Hessian. The inertia, where the method has one, is a number.
    """
    size = _fmpq(rate)
    if descent.method == "gradient":
        return _gradient(q, size)
    if descent.method in ("momentum", "nesterov"):
        return (_momentum if descent.method == "momentum" else _nesterov)(q, size, _fmpq(descent.fixed_beta))
    if descent.method == "coordinate":
        return _coordinate(q, None if rate is None else size)
    return _newton(q, size) if descent.method == "newton" else None


def _gradient(q: Quadratic, rate: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    return _identity(q.dimension) - q.hessian * rate, q.slope * rate


def _momentum(q: Quadratic, rate: fmpq, beta: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    one = _identity(q.dimension)
    move = q.hessian * rate
    return _blocks(one - move, one * beta, -move, one * beta), _stacked(q.slope * rate, q.slope * rate)


def _nesterov(q: Quadratic, rate: fmpq, beta: fmpq) -> tuple[fmpq_mat, fmpq_mat]:
    one, d = _identity(q.dimension), q.dimension
    step = one - q.hessian * rate
    return _blocks(step * (1 + beta), step * -beta, one, fmpq_mat(d, d)), _stacked(q.slope * rate, fmpq_mat(d, 1))


def _coordinate(q: Quadratic, rate: fmpq | None) -> tuple[fmpq_mat, fmpq_mat] | None:
    """(D + L) x = b - U x for the exact minimum along each axis, (1/rate + L) x = (1/rate - D - U) x + b else."""
    d = q.dimension
    left, right = fmpq_mat(d, d), fmpq_mat(d, d)
    for i in range(d):
        for j in range(d):
            (left if j < i else right)[i, j] = q.hessian[i, j] if j < i else -q.hessian[i, j]
        if rate is None:
            left[i, i], right[i, i] = q.hessian[i, i], fmpq(0)
        else:
            left[i, i], right[i, i] = 1 / rate, 1 / rate - q.hessian[i, i]
    if any(left[i, i] == 0 for i in range(d)):
        return None
    return left.solve(right), left.solve(q.slope)


def _newton(q: Quadratic, rate: fmpq) -> tuple[fmpq_mat, fmpq_mat] | None:
    if q.hessian.det() == 0:
        return None
    return _identity(q.dimension) * (1 - rate), q.hessian.solve(q.slope) * rate


def _identity(size: int) -> fmpq_mat:
    return fmpq_mat([[fmpq(int(i == j)) for j in range(size)] for i in range(size)])


def _blocks(a: fmpq_mat, b: fmpq_mat, c: fmpq_mat, d: fmpq_mat) -> fmpq_mat:
    top = [ra + rb for ra, rb in zip(a.tolist(), b.tolist(), strict=True)]
    return fmpq_mat(top + [rc + rd for rc, rd in zip(c.tolist(), d.tolist(), strict=True)])


def _stacked(a: fmpq_mat, b: fmpq_mat) -> fmpq_mat:
    return fmpq_mat(a.tolist() + b.tolist())


def _fmpq(value: Fraction | None) -> fmpq:
    return fmpq(0) if value is None else to_fmpq(value)
