"""Limits of descents on quadratic losses whose steps are not one affine map: steepest descent, and rates in n.

On a convex loss with a minimum the error lies in the range of the Hessian, which is positive definite there.
Steepest descent takes it to zero (Kantorovich 1948), and so do rates that tend to zero and whose sum diverges, or
that tend to a rate below 2/L. In one variable the error is multiplied by r(k) = 1 - a*rate(k), a rational function
of k, whose infinite product is decided by its leading terms and known by values of the gamma function (Whittaker
and Watson, 12.13).
"""

from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz

from infinitesimal.arithmetics.rational_functions import Quotient, RationalFunctions
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Diverges, Undecided, Undefined
from infinitesimal.linear.quadratics import Quadratic, quadratic_of
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Const, Term, fold, variables

PAIR = 2
"""The degree of an irreducible factor whose two roots are written with a square root."""


def bent_limit(descent: Descent) -> Any:
    """The limit, exact, as a dict by name; None for a descent of another kind.

    A rational limit is made of fractions, another one of SymPy expressions. Raises `Diverges`, with the manner,
    `Undefined` where a rate has no value, and `Undecided` where the theory here does not decide.

    >>> from infinitesimal.recurrences.descents import descent
    >>> bent_limit(descent("x**2 + (x - y - 1)**2", 5, method="steepest"))
    {'x': Fraction(0, 1), 'y': Fraction(-1, 1)}
    >>> bent_limit(descent("x**2/2", 1, "1/(2*n**2)"))
    {'x': sqrt(2)*sin(sqrt(2)*pi/2)/pi}
    """
    quadratic = quadratic_of(descent.loss)
    if quadratic is None or not descent.start or any(variables(t) for _, t in descent.start):
        return None
    given = dict(descent.start)
    start = fmpq_mat([[QQ.const(constant(given[name]))] for name in descent.loss.names])
    numbered = descent.rate is not None and set(variables(descent.rate)) == {STEP_NUMBER}
    if descent.method == "steepest":
        point = _steepest(quadratic, start)
    elif numbered and descent.method in ("gradient", "coordinate", "newton"):
        scalar = _numbered(descent, quadratic, start)
        if not isinstance(scalar, fmpq_mat):
            return {descent.loss.names[0]: scalar}
        point = scalar
    else:
        return None
    return {name: QQ.export(point[i, 0]) for i, name in enumerate(descent.loss.names)}


def _steepest(quadratic: Quadratic, start: fmpq_mat) -> fmpq_mat:
    if _is_zero(quadratic.gradient(start)):
        return start
    if not is_semidefinite(quadratic.hessian):
        raise Undecided(
            "the loss is not convex: steepest descent may end at a saddle point, or meet a line without a minimum; "
            "no theorem here decides its limit. values and at still work"
        )
    goal = nearest_minimum(quadratic, start)
    if goal is None:
        manner = "the loss falls for ever along a line, and the points go with it"
        raise Diverges(f"the descent has no limit: {manner}", manner)
    return goal


def is_semidefinite(matrix: fmpq_mat) -> bool:
    """Whether a symmetric matrix has no negative eigenvalue: the signs of its characteristic polynomial, whose roots
    are all real, then alternate (Descartes).
    """
    coefficients = matrix.charpoly().coeffs()
    top = len(coefficients) - 1
    return all(c * (-1) ** (top - k) >= 0 for k, c in enumerate(coefficients))


def nearest_minimum(quadratic: Quadratic, start: fmpq_mat) -> fmpq_mat | None:
    """The zero of the gradient that is reached from `start` within the range of the Hessian; None if there is none.

    It is start + A z with A A z = b - A start.
    """
    hessian, rest = quadratic.hessian, quadratic.slope - quadratic.hessian * start
    try:
        return hessian.solve(quadratic.slope)
    except ZeroDivisionError:  # singular
        pass
    square = hessian * hessian
    rows = [[*row, c] for row, (c,) in zip(square.tolist(), rest.tolist(), strict=True)]
    reduced, _ = fmpq_mat(rows).rref()
    z = fmpq_mat(hessian.nrows(), 1)
    for row in reduced.tolist():
        pivot = next((j for j, entry in enumerate(row[:-1]) if entry != 0), None)
        if pivot is not None:
            z[pivot, 0] = row[-1]
    found = start + hessian * z
    return found if _is_zero(quadratic.gradient(found)) else None


def _numbered(descent: Descent, quadratic: Quadratic, start: fmpq_mat) -> Any:
    """The limit with a rate in n: a column of rationals, or in one variable a SymPy expression."""
    assert descent.rate is not None
    rate = rational_rate(descent, descent.rate)
    if _is_zero(quadratic.gradient(start)):
        return start
    newton = descent.method == "newton"
    hessian = quadratic.hessian
    if newton and hessian.det() == 0:
        raise Undecided("the Hessian is singular, so Newton's method has no step: take gradient descent")
    if quadratic.dimension == 1:
        a, b = hessian[0, 0], quadratic.slope[0, 0]
        if a == 0:
            return _drift(descent.rate, start[0, 0], b)
        return _product_limit(rate, fmpq(1) if newton else a, b / a, start[0, 0])
    one = fmpq_mat([[fmpq(int(i == j)) for j in range(hessian.nrows())] for i in range(hessian.nrows())])
    if newton:
        settles = _settles(rate, one)
        goal = hessian.solve(quadratic.slope)
    else:
        settles = descent.method == "gradient" and is_semidefinite(hessian) and _settles(rate, hessian)
        goal = nearest_minimum(quadratic, start)
    if not settles or goal is None:
        raise Undecided(
            f"the limit with the rate {descent.rate} is not decided in {quadratic.dimension} variables. Tried: a "
            "convex loss with a minimum, and a rate that tends to zero with a sum that diverges, or to less than 2/L"
        )
    return goal


def rational_rate(descent: Descent, rate: Term) -> tuple[fmpq_poly, fmpq_poly]:
    """Top and bottom of the rate as polynomials in n. Raises `Undefined` for a pole at the number of an update."""
    functions = RationalFunctions((STEP_NUMBER,), (STEP_NUMBER,))
    try:
        whole: Quotient = fold(rate, functions, functions.variable)
    except NotPolynomial as error:
        raise Undecided(f"the rate {rate} is no rational function of n: {error}") from None
    poles = [k for d in functions.divisors for k in positive_integers(_univariate(d.top))]
    if poles:
        raise Undefined(
            f"update {min(poles)} of the descent on {descent.loss}: its rate {rate} divides by zero", min(poles)
        )
    return _univariate(whole.top), _univariate(whole.bottom)


def _univariate(polynomial: Any) -> fmpq_poly:
    found = fmpq_poly([])
    for (e,), c in polynomial.to_dict().items():
        found[e] = c
    return found


def positive_integers(polynomial: fmpq_poly) -> list[int]:
    """The roots that are positive integers."""
    roots = [-f[0] / f[1] for f, _ in polynomial.factor()[1] if f.degree() == 1]
    return [int(x.p) for x in roots if x.q == 1 and x > 0]


def _settles(rate: tuple[fmpq_poly, fmpq_poly], hessian: fmpq_mat) -> bool:
    """Whether every product of 1 - w*rate(k), w a positive eigenvalue, tends to zero because the rate tends to a
    number c with c*w < 2, and, where c is zero, is positive in the end with a sum that diverges.
    """
    top, bottom = rate
    leading = top.leading_coefficient() / bottom.leading_coefficient()
    gap = bottom.degree() - top.degree()
    if gap < 0 or leading <= 0:
        return False
    if gap > 0:
        return bool(gap == 1)
    size = hessian.nrows()
    room = fmpq_mat([[(2 / leading if i == j else fmpq(0)) - hessian[i, j] for j in range(size)] for i in range(size)])
    definite: bool = is_semidefinite(room) and room.det() != 0
    return definite


def _drift(rate: Term, start: fmpq, slope: fmpq) -> Any:
    """The limit of x + b*rate(n) on a linear loss, whose steps are a series of their own."""
    from infinitesimal.arithmetics.symbolic import symbolic
    from infinitesimal.limits.infinite import sum_of
    from infinitesimal.recurrences.series import series

    total = sum_of(series(Const(QQ.export(slope)) * rate, 1))
    if isinstance(total, Fraction):
        return fmpq_mat([[start + QQ.const(total)]])
    return symbolic.embed(QQ.export(start)) + total


def _product_limit(rate: tuple[fmpq_poly, fmpq_poly], a: fmpq, goal: fmpq, start: fmpq) -> Any:
    """Goal + (start - goal) * product of 1 - a*rate(k)."""
    top, bottom = rate
    top = bottom - top * a
    at_goal = fmpq_mat([[goal]])
    if top == 0 or positive_integers(top):
        return at_goal  # one of the factors is zero: the minimum is reached, and kept
    degree = bottom.degree()
    if top.degree() > degree:
        _diverge("it oscillates with growing size: the rate grows without bound")
    limit = top[degree] / bottom[degree]
    if abs(limit) > 1:
        _diverge(
            f"it {'oscillates with' if limit < 0 else 'grows without bound, with'} multipliers that tend to {limit}"
        )
    if abs(limit) < 1:
        return at_goal
    speed = (top[degree - 1] / limit - bottom[degree - 1]) / bottom[degree] if degree else fmpq(0)
    if speed < 0:
        return at_goal
    if speed > 0:
        _diverge("it grows without bound: the product of the multipliers diverges")
    if limit < 0:
        _diverge("it oscillates without settling")
    return _with_product(top, bottom, goal, start)


def _diverge(manner: str) -> None:
    raise Diverges(f"the descent has no limit: {manner}", manner)


def _with_product(top: fmpq_poly, bottom: fmpq_poly, goal: fmpq, start: fmpq) -> Any:
    import sympy

    from infinitesimal.arithmetics.symbolic import number, to_fraction

    product = _gammas(bottom) / _gammas(top)
    value = number(QQ.export(goal)) + number(QQ.export(start - goal)) * product
    return fmpq_mat([[QQ.const(to_fraction(value))]]) if value.is_Rational else sympy.sympify(value)


def _gammas(polynomial: fmpq_poly) -> Any:
    """The product of gamma(1 - root) over the roots."""
    import sympy

    from infinitesimal.arithmetics.symbolic import number

    total = sympy.S.One
    for factor, multiplicity in polynomial.factor()[1]:
        if factor.degree() > PAIR:
            raise Undecided(
                f"the limit is a product of gamma functions at the roots of {factor}, of degree {factor.degree()}: "
                "only roots that are rational or square roots are written out"
            )
        monic = factor / factor.leading_coefficient()
        if factor.degree() == 1:
            value = sympy.gamma(1 + number(QQ.export(monic[0])))
        else:
            value = _pair(monic[1] / -2, monic[1] * monic[1] / 4 - monic[0])
        total *= value**multiplicity
    return total


def _pair(middle: fmpq, square: fmpq) -> Any:
    """gamma(1 - m - w)*gamma(1 - m + w) with w*w = square.

    By reflection it is pi*w/sin(pi*w) for m = 0 and pi/cos(pi*w) for m = 1/2, and z -> z + 1 brings a factor
    z**2 - w**2, so that every m with 2m an integer is elementary.
    """
    import sympy

    from infinitesimal.arithmetics.symbolic import number

    size = sympy.sqrt(number(QQ.export(abs(square))))
    root = size if square > 0 else sympy.I * size
    place = 1 - middle
    if fmpz(2) % place.q:
        return sympy.gamma(number(QQ.export(place)) - root) * sympy.gamma(number(QQ.export(place)) + root)
    base = fmpq(1) if place.q == 1 else fmpq(1, 2)
    sine, cosine = (sympy.sin, sympy.cos) if square > 0 else (sympy.sinh, sympy.cosh)
    value = sympy.pi * size / sine(sympy.pi * size) if base == 1 else sympy.pi / cosine(sympy.pi * size)
    factor = fmpq(1)
    while base < place:
        factor, base = factor * (base * base - square), base + 1
    while base > place:
        base = base - 1
        factor = factor / (base * base - square)
    return number(QQ.export(factor)) * value


def _is_zero(column: fmpq_mat) -> bool:
    return all(x == 0 for x in column.entries())
