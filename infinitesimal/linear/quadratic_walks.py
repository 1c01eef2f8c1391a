"""Exact iterates on quadratic losses by the methods whose step is not one and the same affine map.

Steepest descent, and rates that depend on the number of the step. The state is kept as integers over one denominator.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import count

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import Undefined
from infinitesimal.linear.iterations import iteration_with
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.recurrences.cost import too_many_bits
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.terms.evaluate import evaluate
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import variables

State = tuple[fmpq, ...]


def quadratic_walk(descent: Descent, bits: float) -> Iterator[State] | None:
    """The states of a descent on a quadratic loss by steepest descent, or with a rate that depends on n.

    None for another descent. Raises `BudgetSpent`, with the step, before steepest descent makes numbers of more than
    `bits` bits, and `Undefined` where a rate divides by zero, or steepest descent meets a line without a minimum.

    >>> from itertools import islice
    >>> from infinitesimal.recurrences.descents import descent
    >>> walk = quadratic_walk(descent("x**2 + 2*y**2", 1, method="steepest"), 1000)
    >>> [x for x, y in islice(walk, 3)]
    [1, 4/9, 2/27]
    """
    quadratic = quadratic_of(descent.loss)
    if quadratic is None or not descent.start or any(variables(t) for _, t in descent.start):
        return None
    given = dict(descent.start)
    point = [QQ.const(constant(given[name])) for name in descent.loss.names]
    if descent.method == "steepest":
        return _steepest(quadratic, point, bits)
    if descent.rate is None or set(variables(descent.rate)) != {STEP_NUMBER}:
        return None
    if (descent.beta is not None and descent.fixed_beta is None) or iteration_with(
        quadratic, descent, Fraction(1)
    ) is None:
        return None
    beyond = {"momentum": [fmpq(0)] * len(point), "nesterov": point}.get(descent.method, [])
    return _numbered(quadratic, descent, [*point, *beyond])


def rate_at(descent: Descent, n: int) -> Fraction:
    """The rate of the n-th step. Raises `Undefined`, with the update, where it divides by zero."""
    assert descent.rate is not None
    try:
        rate: Fraction = evaluate(descent.rate, {STEP_NUMBER: n}, QQ)
    except Undefined as error:
        raise Undefined(f"update {n} of the descent on {descent.loss}: its rate {descent.rate}: {error}", n) from None
    return rate


def _numbered(quadratic: Quadratic, descent: Descent, start: list[fmpq]) -> Iterator[State]:
    """Each step by its own matrix, on integers over one denominator; one gcd for each number handed on."""
    column, bottom = fmpq_mat([[x] for x in start]).numer_denom()
    for k in count(1):
        yield tuple(fmpq(x, bottom) for x in column.entries())
        found = iteration_with(quadratic, descent, rate_at(descent, k))
        if found is None:
            raise Undefined(f"update {k} of the descent on {descent.loss} has no step", k)
        matrix, forcing = found
        rows = [[*row, c] for row, (c,) in zip(matrix.tolist(), forcing.tolist(), strict=True)]
        integers, q = fmpq_mat(rows).numer_denom()
        column, bottom = integers * fmpz_mat([*column.tolist(), [bottom]]), q * bottom


def _steepest(quadratic: Quadratic, start: list[fmpq], bits: float) -> Iterator[State]:
    """X - t g with g = A x - b and t = g.g/g.Ag. Where g is zero the point stays for ever.

    The direction is taken as a primitive vector p with g = c p/(a D), so t g = (p.p/p.Ap) c p/D: in two variables the
    directions take turns, p stays small, and the digits grow linearly.
    """
    hessian, slope = _integral(quadratic)
    column, bottom = fmpq_mat([[x] for x in start]).numer_denom()
    for k in count(1):
        yield tuple(fmpq(x, bottom) for x in column.entries())
        gradient = hessian * column - slope * bottom
        content = _content(gradient.entries())
        if content == 0:
            continue
        direction = fmpz_mat([[x // content] for x in gradient.entries()])
        length = (direction.transpose() * direction)[0, 0]
        curvature = (direction.transpose() * (hessian * direction))[0, 0]
        if curvature <= 0:
            raise Undefined(
                f"update {k}: the loss has no smallest value along its gradient there, since its curvature is not "
                "positive: take method='gradient' with a rate",
                k,
            )
        height = max(x.height_bits() for x in (*column.entries(), bottom, content * length))
        foreseen = 2 * (height + max(curvature.height_bits(), direction.entries()[0].height_bits()))
        if foreseen > 2 * bits:
            raise too_many_bits(k, foreseen, bits, 3)
        column = column * curvature - direction * (content * length)
        bottom = bottom * curvature
        common = _content([*column.entries(), bottom])
        column = fmpz_mat([[x // common] for x in column.entries()])
        bottom //= common


def _integral(quadratic: Quadratic) -> tuple[fmpz_mat, fmpz_mat]:
    """The Hessian and the slope over one denominator, which the direction does not see."""
    rows = [[*row, c] for row, (c,) in zip(quadratic.hessian.tolist(), quadratic.slope.tolist(), strict=True)]
    whole = fmpq_mat(rows).numer_denom()[0].tolist()
    return fmpz_mat([row[:-1] for row in whole]), fmpz_mat([[row[-1]] for row in whole])


def _content(numbers: list[fmpz]) -> fmpz:
    """The greatest common divisor."""
    found = fmpz(0)
    for x in sorted(numbers, key=lambda x: x.height_bits()):
        found = found.gcd(x)
        if found == 1:
            break
    return found
