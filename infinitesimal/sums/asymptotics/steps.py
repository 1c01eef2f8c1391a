"""The size of products of hypergeometric factors and of powers like n**n, by the ratio of neighbours.

The ratio is evaluated for all n >= N at once, as a function of 1/n in the ball [0, 1/N].
"""

from dataclasses import dataclass, replace

import sympy
from flint import acb, arb, fmpq, fmpq_poly

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.sizes import UNKNOWN, Rate, Size
from infinitesimal.sums.summands.approximate_telescoping import nonnegative_from
from infinitesimal.sums.summands.evaluation import compiled
from infinitesimal.sums.summands.ratios import rated_ratio


def value_at(expr: sympy.Expr, start: int) -> acb:
    """The term at n = `start` as a ball; `Undecided` without a finite one."""
    value = compiled(expr)(acb(start))
    if not value.is_finite():
        raise Undecided(f"{expr} has no finite enclosure at n = {start}")
    return value


def real_at(expr: sympy.Expr, start: int) -> arb:
    """The same for a term that is real there."""
    value = value_at(expr, start)
    if not value.imag.contains(0):
        raise Undecided(f"{expr} is not real at n = {start}")
    return value.real


def _is_self_power(expr: sympy.Expr) -> bool:
    """u(n)**v(n) with a rational function u and v linear with an integer slope, such as n**n."""
    if not (expr.is_Pow and expr.base.has(n) and expr.exp.has(n)) or not expr.base.is_rational_function(n):
        return False
    slope = sympy.expand(expr.exp).coeff(n, 1)
    return bool(slope.is_Integer and not (expr.exp - slope * n).has(n) and rated_ratio(expr.base) is not None)


def has_step(expr: sympy.Expr) -> bool:
    """Whether `joint_size` takes the factor."""
    return rated_ratio(expr) is not None or _is_self_power(expr)


def joint_size(factors: list[sympy.Expr], start: int) -> Size:
    """The size of a product from its ratio, a power of n times a function of 1/n in [0, 1/start]."""
    if start < 1:
        return UNKNOWN
    value = real_at(sympy.Mul(*factors), start)
    step = Step(arb(1), arb(1), 1, 0)
    for factor in factors:
        step = step.times(_self_power_step(factor, start) if _is_self_power(factor) else _ratio_step(factor, start))
    power = arb(start) ** step.degree
    size = abs(value)
    lower = Rate(arb(size.lower()), step.low * power) if size > 0 and step.low > 0 and step.degree >= 0 else None
    upper = Rate(arb(size.upper()), step.high * power) if step.degree <= 0 else None
    sign = (1 if value > 0 else -1 if value < 0 else 0) if step.sign == 1 else 0
    return Size(lower, upper, sign)


@dataclass(frozen=True, slots=True)
class Step:
    """low <= |a(n+1)/a(n)| n**-degree <= high for all n from an index on, and the sign of the ratio (0: not known)."""

    low: arb
    high: arb
    sign: int
    degree: int

    @classmethod
    def of(cls, ball: arb, degree: int) -> "Step":
        """The bounds that a ball of a(n+1)/a(n) n**-degree gives."""
        size = abs(ball)
        return cls(arb(size.lower()).max(arb(0)), arb(size.upper()), 1 if ball > 0 else -1 if ball < 0 else 0, degree)

    def times(self, other: "Step") -> "Step":
        return Step(self.low * other.low, self.high * other.high, self.sign * other.sign, self.degree + other.degree)


def _reciprocals(start: int) -> arb:
    """The ball [0, 1/start]: where 1/n is for n >= start."""
    return arb(0).union(1 / arb(start))


def _ratio_step(expr: sympy.Expr, start: int) -> Step:
    """The step of a hypergeometric term, exactly 1 as the bound of an increasing or a decreasing one."""
    found = rated_ratio(expr)
    assert found is not None
    top, bottom, rate = found
    below = _at_infinity(bottom, start)
    if below.contains(0):
        raise Undecided("the ratio may have a pole")
    degree = top.degree() - bottom.degree()
    step = Step.of(_at_infinity(top, start) / below, degree)
    if degree == 0 and step.sign == 1 and below > 0:
        if nonnegative_from(top - bottom, start):
            step = replace(step, low=step.low.max(arb(1)))
        if nonnegative_from(bottom - top, start):
            step = replace(step, high=step.high.min(arb(1)))
    return step if rate == 1 else step.times(Step.of(real_at(rate, start), 0))


def _at_infinity(polynomial: fmpq_poly, start: int) -> arb:
    """The ball of n**-degree times the polynomial for all n >= start."""
    w, result = _reciprocals(start), arb(0)
    for c in polynomial.coeffs():
        result = result * w + arb(c)
    return result


def _self_power_step(expr: sympy.Expr, start: int) -> Step:
    """The step of u**v: the ratio is exp(v log(1 + x)) u(n+1)**slope with x = u(n+1)/u(n) - 1 = O(1/n)."""
    found = rated_ratio(expr.base)
    assert found is not None
    top, bottom, _ = found
    slope = int(sympy.expand(expr.exp).coeff(n, 1))
    shift = real_at(expr.exp - slope * n, start)
    below = _at_infinity(bottom, start)
    change = _at_infinity(top - bottom, start) / below
    order = (top - bottom).degree() - bottom.degree()  # at most -1: u is a rational function
    w = _reciprocals(start)
    x = change * w**-order
    vx = (slope + shift * w) * change * w ** (-order - 1)
    small = abs(x).upper()
    if below.contains(0) or not small < 1:
        raise Undecided("the base may change too fast")
    # log(1 + x)/x lies between 1/(1 + |x|) and 1/(1 - |x|)
    factor = (vx * (1 / (1 + small)).union(1 / (1 - small))).exp()
    numerator, denominator = sympy.fraction(sympy.together(expr.base.subs(n, n + 1)))
    above, under = (_polynomial(sympy.expand(part)) for part in (numerator, denominator))
    quotient = _at_infinity(above, start) / _at_infinity(under, start)
    if not quotient > 0:
        raise Undecided("the base may vanish")
    return Step.of(factor * quotient**slope, slope * (above.degree() - under.degree()))


def _polynomial(expr: sympy.Expr) -> fmpq_poly:
    coefficients = sympy.Poly(expr, n).all_coeffs()
    if not all(c.is_Rational for c in coefficients):
        raise Undecided("a coefficient is not rational")
    return fmpq_poly([fmpq(int(c.p), int(c.q)) for c in reversed(coefficients)])
