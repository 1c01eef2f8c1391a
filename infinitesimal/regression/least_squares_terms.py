"""The terms of least squares, written as they are computed: from the Gram matrix, or residual by residual."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import add

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import InputError
from infinitesimal.linear.quadratics import Quadratic
from infinitesimal.regression.datasets import DataSet
from infinitesimal.regression.designs import INTERCEPT
from infinitesimal.terms.term import MAX_DEPTH, MAX_SIZE, Const, Term, Var


def gram_gradient(quadratic: Quadratic) -> dict[str, Term]:
    """A x - b, one sum of products for each variable."""
    found = {}
    for i, name in enumerate(quadratic.names):
        b = to_fraction(quadratic.slope[i, 0])
        row = _row(quadratic, i)
        found[name] = row - Const(b) if b else row
    return found


def gram_term(quadratic: Quadratic) -> Term:
    """x.Ax/2 - b.x + c."""
    d = quadratic.dimension
    _check(6 * d * d)
    products = [Var(name) * _row(quadratic, i) for i, name in enumerate(quadratic.names)]
    term = _total(products) / 2
    slopes = [to_fraction(quadratic.slope[i, 0]) for i in range(d)]
    for name, b in zip(quadratic.names, slopes, strict=True):
        term = term - times(b, Var(name)) if b else term
    c = to_fraction(quadratic.constant)
    return term + Const(c) if c else term


def row_gradient(data: DataSet, ridge: Fraction) -> dict[str, Term]:
    """The sum over all rows of entry*residual, over their number; then the ridge."""
    residuals = _residuals(data)
    found = {}
    for name, column in sorted(zip(data.names, data.columns, strict=True), key=lambda pair: pair[0]):
        parts = [times(column[k], r) for k, r in enumerate(residuals) if column[k]]
        slope = _total(parts) / len(data) if parts else Const(Fraction(0))
        found[name] = slope + times(ridge, Var(name)) if ridge and name != INTERCEPT else slope
    return found


def row_term(data: DataSet, ridge: Fraction) -> Term:
    """The sum of the squares of the residuals over twice their number; then the ridge."""
    term = _total([r**2 for r in _residuals(data)]) / (2 * len(data))
    penalised = [Var(name) ** 2 for name in sorted(data.names) if name != INTERCEPT]
    return term + Const(ridge / 2) * _total(penalised) if ridge and penalised else term


def _residuals(data: DataSet) -> list[Term]:
    _check(6 * len(data) * len(data.columns), len(data))
    weights = [Var(name) for name in data.names]
    found = []
    for k in range(len(data)):
        products = [times(c[k], w) for c, w in zip(data.columns, weights, strict=True) if c[k]]
        found.append((_total(products) if products else Const(Fraction(0))) - Const(data.labels[k]))
    return found


def _row(quadratic: Quadratic, i: int) -> Term:
    entries = [to_fraction(quadratic.hessian[i, j]) for j in range(quadratic.dimension)]
    parts = [times(a, Var(name)) for a, name in zip(entries, quadratic.names, strict=True) if a]
    return _total(parts) if parts else Const(Fraction(0))


def times(c: Fraction, term: Term) -> Term:
    """c*term, a factor 1 not written."""
    return term if c == 1 else Const(c) * term


def _check(size: int, depth: int = 0) -> None:
    if size > MAX_SIZE or depth > MAX_DEPTH - 100:
        raise InputError(
            f"a formula of this loss has about {size} parts: at most {MAX_SIZE} are written out. Exact words, such as "
            "limit, do not need it; machine runs do: take fewer rows or columns"
        )


def _total(terms: Sequence[Term]) -> Term:
    return reduce(add, terms)
