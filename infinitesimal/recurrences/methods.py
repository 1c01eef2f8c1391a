"""Methods of descent: the step of each, written once as terms.

Every function takes the loss, with its gradient, and gives the terms that update each component of the state.
Definitions and sources stand with each method.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from infinitesimal.errors import InputError
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Const, Term, Var, substitute, variables

Steps = dict[str, Term]

LARGEST_HESSIAN = 3
"""The most variables of a loss whose Hessian varies and that Newton's method takes: it is inverted by cofactors."""


def gradient(loss: Loss, rate: Term) -> Steps:
    """Gradient descent: x - rate*gradient(x), all variables together. Source: Cauchy 1847."""
    return {name: Var(name) - rate * slope for name, slope in loss.gradient.items()}


def momentum(loss: Loss, rate: Term, beta: Term) -> Steps:
    """Momentum: v = beta*v - rate*gradient(x), then x = x + v, from v = 0. Source: Polyak 1964 (the heavy ball)."""
    steps, velocities = {}, {}
    for name, slope in loss.gradient.items():
        velocity = beta * Var(companion(loss, "velocity", name)) - rate * slope
        steps[name] = Var(name) + velocity
        velocities[companion(loss, "velocity", name)] = velocity
    return steps | velocities


def nesterov(loss: Loss, rate: Term, beta: Term) -> Steps:
    """Nesterov: y = x + beta*(x - previous), then x = y - rate*gradient(y), from previous = x.

    Source: Nesterov 1983.
    """
    ahead: dict[str, Term] = {}
    for name in loss.names:
        ahead[name] = Var(name) + beta * (Var(name) - Var(companion(loss, "previous", name)))
    steps = {name: ahead[name] - rate * substitute(slope, ahead) for name, slope in loss.gradient.items()}
    return steps | {companion(loss, "previous", name): Var(name) for name in loss.names}


def coordinate(loss: Loss, rate: Term | None) -> Steps:
    """One sweep over the variables in sorted order, each moved against its own derivative at the newest point.

    Without a `rate` each goes to the minimum along its axis, which takes a loss that is quadratic along every
    axis (Gauss-Seidel for quadratic losses). Source: Wright, *Coordinate descent algorithms*, 2015.
    """
    newest: dict[str, Term] = {}
    for name in loss.names:
        slope = substitute(loss.gradient[name], newest)
        if rate is not None:
            newest[name] = Var(name) - rate * slope
            continue
        curvature = differentiate(loss.gradient[name], name)
        if name in variables(curvature):
            raise InputError(
                f"the exact minimum along {name} is not known in closed form for {loss}, which is not quadratic "
                "in it: give a rate"
            )
        newest[name] = Var(name) - slope / _nonzero(substitute(curvature, newest), loss, name)
    return newest


def newton(loss: Loss, rate: Term) -> Steps:
    """Newton: x - rate*H(x)**-1 gradient(x), with the Hessian H; damped for rates below 1. Source: Kantorovich 1948.

    A constant Hessian is inverted exactly; one that varies by cofactors, for at most three variables.
    """
    names = loss.names
    hessian = [[differentiate(loss.gradient[a], b) for b in names] for a in names]
    slopes = [loss.gradient[name] for name in names]
    full = rate == Const(Fraction(1))
    steps = {}
    for name, direction in zip(names, _newton_direction(loss, hessian, slopes), strict=True):
        steps[name] = Var(name) - direction if full else Var(name) - rate * direction
    return steps


def steepest(loss: Loss) -> Steps:
    """Steepest descent: x - t*g with the gradient g and the t that makes the loss smallest: g.g/g.Hg if quadratic.

    Raises `InputError` for other losses, whose smallest value along a line has no closed form. At the minimum
    itself the quotient is 0/0; exact words stay there. Source: Cauchy 1847; Akaike 1959.
    """
    names = loss.names
    slopes = [loss.gradient[name] for name in names]
    hessian = [[differentiate(loss.gradient[a], b) for b in names] for a in names]
    if any(set(variables(entry)) - set(loss.parameters) for row in hessian for entry in row):
        raise InputError(
            f"steepest descent takes the exact minimum along the gradient, which has a closed form for quadratic "
            f"losses only; {loss} is not one: take method='gradient' with a rate"
        )
    length = _total([g * g for g in slopes])
    curvature = _total([slopes[i] * _total_of_row(hessian[i], slopes) for i in range(len(names))])
    best = length / curvature
    return {name: Var(name) - best * slope for name, slope in zip(names, slopes, strict=True)}


def companion(loss: Loss, kind: str, name: str) -> str:
    """The name of a further component of the state that belongs to a variable, such as velocity_x."""
    found = f"{kind}_{name}"
    while found in (*loss.names, *loss.parameters):
        found += "_0"
    return found


def _nonzero(curvature: Term, loss: Loss, name: str) -> Term:
    if not variables(curvature) and not constant(curvature, "curvature"):
        raise InputError(f"the loss {loss} has no curvature along {name}, so no minimum on that axis: give a rate")
    return curvature


def _newton_direction(loss: Loss, hessian: list[list[Term]], slopes: list[Term]) -> list[Term]:
    size = len(slopes)
    if size == 1:
        return [slopes[0] / _nonzero(hessian[0][0], loss, loss.names[0])]
    if not any(variables(entry) for row in hessian for entry in row):
        numbers = [[constant(entry, "second derivative") for entry in row] for row in hessian]
        inverse = inverted(numbers)
        if inverse is None:
            raise InputError(
                f"the Hessian of {loss} is singular, so Newton's method has no step: take gradient descent"
            )
        return [_total([Const(c) * g for c, g in zip(row, slopes, strict=True) if c]) for row in inverse]
    if size > LARGEST_HESSIAN:
        raise InputError(
            f"Newton's method takes losses with a Hessian that varies in at most {LARGEST_HESSIAN} variables; "
            f"{loss} has {size}"
        )
    minors = [[_cofactor(hessian, i, j) for j in range(size)] for i in range(size)]
    determinant = _total([hessian[0][j] * minors[0][j] for j in range(size)])
    return [_total([minors[j][i] * slopes[j] for j in range(size)]) / determinant for i in range(size)]


def _cofactor(matrix: list[list[Term]], i: int, j: int) -> Term:
    rest = [[entry for k, entry in enumerate(row) if k != j] for r, row in enumerate(matrix) if r != i]
    minor = rest[0][0] if len(rest) == 1 else rest[0][0] * rest[1][1] - rest[0][1] * rest[1][0]
    return -minor if (i + j) % 2 else minor


def inverted(matrix: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """The inverse of a square matrix of rationals by Gauss and Jordan; None for a singular one."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[size:] for row in rows]


def _total(terms: list[Term]) -> Term:
    total: Term = terms[0] if terms else Const(Fraction(0))
    for term in terms[1:]:
        total = total + term
    return total


def _total_of_row(row: list[Term], slopes: list[Term]) -> Term:
    return _total([entry * g for entry, g in zip(row, slopes, strict=True) if entry != Const(Fraction(0))])


METHODS: Mapping[str, Callable[..., Steps]] = {
    "gradient": gradient,
    "momentum": momentum,
    "nesterov": nesterov,
    "coordinate": coordinate,
    "newton": newton,
    "steepest": steepest,
}
"""Every method by its name."""
