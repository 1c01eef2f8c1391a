"""The size of a symbolic term from an index on, read off its expression.

Hypergeometric factors are bounded together by their term ratio, evaluated over all n >= N at once as
a rational function of 1/n in [0, 1/N]; other functions by an elementary inequality each, which is
written beside it. See `sizes` for what a size is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_poly

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.approximate_telescoping import nonnegative_from
from infinitesimal.sums.evaluation import compiled, is_zero
from infinitesimal.sums.ratios import rated_ratio
from infinitesimal.sums.sizes import UNKNOWN, Rate, Size, add, bounded, constant_size
from infinitesimal.truth import Truth

BITS = 64
"""The precision of the bounds."""


def size_from(expr: sympy.Expr, start: int) -> Size:
    """The size of the term from n = `start` on; the unknown size where no bound is found.

    >>> size_from(sympy.harmonic(n) / 2**n, 10).upper.step < 1
    True
    """
    try:
        with ctx.workprec(BITS):
            return _size(expr, start)
    except Undecided:
        return UNKNOWN


def _at(expr: sympy.Expr, start: int) -> acb:
    value = compiled(expr)(acb(start))
    if not value.is_finite():
        raise Undecided(f"{expr} has no finite enclosure at n = {start}")
    return value


def _real_at(expr: sympy.Expr, start: int) -> arb:
    value = _at(expr, start)
    if not value.imag.contains(0):
        raise Undecided(f"{expr} is not real at n = {start}")
    return value.real


def _size(expr: sympy.Expr, start: int) -> Size:
    if not expr.has(n):
        value = _at(expr, start)
        if value.imag.is_zero():
            return constant_size(value.real)
        size = constant_size(arb(abs(value)))
        return Size(size.lower, size.upper)
    if expr.is_Mul:
        return _product_size(list(expr.args), start)
    if rated_ratio(expr) is not None or _is_self_power(expr):
        return _joint_size([expr], start)
    if expr.is_Add:
        return _sum_size(list(expr.args), start)
    if expr.is_Pow or isinstance(expr, sympy.exp):
        base, exponent = expr.as_base_exp()
        return _power_size(base, exponent, start)
    rule = _RULES.get(expr.func.__name__)
    return rule(expr, start) if rule else UNKNOWN


# --- products: hypergeometric factors and powers u(n)**v(n) by their common ratio


def _product_size(factors: list[sympy.Expr], start: int) -> Size:
    joint = [f for f in factors if f.has(n) and (rated_ratio(f) is not None or _is_self_power(f))]
    result = _joint_size(joint, start) if joint else bounded(1, 1, 1)
    for factor in factors:
        if factor not in joint:
            result = result * _size(factor, start)
    return result


def _is_self_power(expr: sympy.Expr) -> bool:
    """u(n)**v(n) with a rational function u and v linear with an integer slope, such as n**n."""
    if not (expr.is_Pow and expr.base.has(n) and expr.exp.has(n)) or not expr.base.is_rational_function(n):
        return False
    slope = sympy.expand(expr.exp).coeff(n, 1)
    return bool(slope.is_Integer and not (expr.exp - slope * n).has(n) and rated_ratio(expr.base) is not None)


def _joint_size(factors: list[sympy.Expr], start: int) -> Size:
    """The size of a product from its ratio, a power of n times a function of 1/n in [0, 1/start]."""
    if start < 1:
        return UNKNOWN
    value = _real_at(sympy.Mul(*factors), start)
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
    return step if rate == 1 else step.times(Step.of(_constant_ball(rate), 0))


def _constant_ball(expr: sympy.Expr) -> arb:
    value = _at(expr, 0)
    return value.real if value.imag.is_zero() else arb(abs(value))


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
    shift = _constant_ball(expr.exp - slope * n)
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


# --- sums


def _sum_size(parts: list[sympy.Expr], start: int) -> Size:
    """Polynomial parts go together; functions near a constant leave it to the other constants."""
    constant = sympy.Add(*[part for part in parts if not part.has(n)])
    polynomial = sympy.Add(*[part for part in parts if part.has(n) and part.is_polynomial(n)])
    sizes = []
    for part in parts:
        if not part.has(n) or part.is_polynomial(n):
            continue
        coefficient, function = part.as_independent(n)
        near = _distance_from_one(function, start)
        if near is not None:
            constant += coefficient
            sizes.append(near * _size(coefficient, start))
        else:
            sizes.append(_size(part, start))
    if polynomial != 0 and sizes:
        sizes.append(_size(polynomial, start))
    if is_zero(constant) is not Truth.TRUE or not sizes:
        sizes.append(_size(constant, start))
    return add(sizes)


def _distance_from_one(expr: sympy.Expr, start: int) -> Size | None:
    """The size of f - 1 for f = exp(u), cos(u), (1 + u)**q with a u that vanishes geometrically."""
    if isinstance(expr, sympy.cos | sympy.cosh):
        size = _size(expr.args[0], start)
        # x**2/3 <= |cos x - 1|, cosh x - 1 <= x**2 for |x| <= 1
        return _signless(size.power(fmpq(2)), arb(fmpq(1, 3)), arb(1)) if _is_small(size, 1) else None
    if not (expr.is_Pow or isinstance(expr, sympy.exp)):
        return None
    base, exponent = expr.as_base_exp()
    if not base.has(n):
        size = _size(exponent * sympy.log(base), start)
        # |x|/4 <= |exp(x) - 1| <= 2 |x| for complex |x| <= 1
        return size.scaled(arb(fmpq(1, 4)), arb(2)) if _is_small(size, 1) else None
    if exponent.is_Rational:
        size = _size(base - 1, start)
        q = abs(arb(fmpq(int(exponent.p), int(exponent.q))))
        # (1+u)**q - 1 = q u (1+v)**(q-1) with |v| <= |u| <= 1/2
        spread = arb(2) ** (q + 1)
        near = size.scaled(q / spread, q * spread)
        signed = near if exponent > 0 else replace(near, sign=-near.sign)
        return signed if _is_small(size, fmpq(1, 2)) else None
    return None


def _signless(size: Size, low: arb, high: arb) -> Size:
    scaled = size.scaled(low, high)
    return Size(scaled.lower, scaled.upper)


def _is_small(size: Size, bound: fmpq | int) -> bool:
    return size.vanishes and size.at_most is not None and bool(size.at_most <= bound)


# --- powers


def _power_size(base: sympy.Expr, exponent: sympy.Expr, start: int) -> Size:
    if exponent.is_Rational:
        size = _size(base, start)
        q = fmpq(int(exponent.p), int(exponent.q))
        return size.power(q) if q.q == 1 or size.sign == 1 else UNKNOWN
    if not base.has(n):
        value = _at(base, start)
        sign = 1 if value.imag.is_zero() and value.real > 0 else 0
        return _exponential_size(arb(abs(value)), exponent, start, sign)
    if exponent.could_extract_minus_sign():
        return _power_size(base, -exponent, start).power(fmpq(-1))
    size, up = _size(base, start), _size(exponent, start)
    if up.sign != 1:
        return UNKNOWN
    # c <= u implies c**v <= u**v for v > 0
    sign = 1 if size.sign == 1 else 0
    lower = _exponential_size(size.at_least, exponent, start, 1).lower if size.at_least is not None else None
    upper = _exponential_size(size.at_most, exponent, start, 1).upper if size.at_most is not None else None
    if size.sign == 1 and base.is_rational_function(n) and exponent.is_rational_function(n):
        # 1 - 1/u <= log u <= u - 1
        e, near = arb.const_e(), exponent * (base - 1)
        lower = lower or _exponential_size(e, sympy.cancel(near / base), start, 1).lower
        close = _exponential_size(e, sympy.cancel(near), start, 1).upper
        if upper is None or (close is not None and close.step < upper.step):
            upper = close
    return Size(lower, upper, sign)


def _exponential_size(base: arb, exponent: sympy.Expr, start: int, sign: int) -> Size:
    """The size of base**u(n) from the step u(n+1) - u(n), which is bounded by its own size."""
    if not base > 0:
        return UNKNOWN
    floors = exponent.atoms(sympy.floor)
    if floors:
        return _without_floors(base, exponent, floors, start, sign)
    rate = base.log()
    value = (rate * _real_at(exponent, start)).exp()
    lower, upper = Rate(arb(value.lower()), arb(1)), Rate(arb(value.upper()), arb(1))
    if rate.is_zero():
        return Size(lower, upper, sign)
    step = _step_size(exponent, start)
    least, most = step.at_least, step.at_most
    fast = (abs(rate) * most).exp() if most is not None else None
    slow = (abs(rate) * least).exp() if least is not None else arb(1)
    direction = step.sign * (1 if rate > 0 else -1 if rate < 0 else 0)
    if direction > 0:
        return Size(Rate(lower.scale, slow), Rate(upper.scale, fast) if fast is not None else None, sign)
    if direction < 0:
        return Size(Rate(lower.scale, 1 / fast) if fast is not None else None, Rate(upper.scale, 1 / slow), sign)
    if fast is None:
        return UNKNOWN
    return Size(Rate(lower.scale, 1 / fast), Rate(upper.scale, fast), sign)


def _without_floors(base: arb, exponent: sympy.Expr, floors: set[sympy.Expr], start: int, sign: int) -> Size:
    """base**u with floor(x) replaced by x in u: the exponent moves by less than the coefficients."""
    moved = sympy.Integer(0)
    for floor in floors:
        coefficient = sympy.expand(exponent).coeff(floor)
        if coefficient.has(n) or sympy.expand(exponent - coefficient * floor).has(floor):
            return UNKNOWN
        moved += abs(coefficient)
    smooth = exponent.xreplace({floor: floor.args[0] for floor in floors})
    spread = (abs(base.log()) * _real_at(moved, start)).exp()
    return _exponential_size(base, smooth, start, sign).scaled(1 / spread, spread)


def _step_size(exponent: sympy.Expr, start: int) -> Size:
    """The size of u(n+1) - u(n)."""
    coefficient, power = exponent.as_independent(n)
    if power.is_Pow and power.base == n and power.exp.is_Rational and 0 < power.exp < 1:
        # the mean value theorem: 0 < (n+1)**q - n**q <= q n**(q-1)
        most = _real_at(power.exp * power / n, start)
        return bounded(None, most, 1) * _size(coefficient, start)
    return _size(sympy.expand(exponent.subs(n, n + 1) - exponent), start)


# --- functions


def _log_size(expr: sympy.Expr, start: int) -> Size:
    argument = expr.args[0]
    near = _size(argument - 1, start)
    if _is_small(near, fmpq(1, 2)):
        return near.scaled(arb(fmpq(1, 2)), arb(2))  # |x|/2 <= |log(1 + x)| <= 2 |x|
    size = _size(argument, start)
    if size.sign != 1:
        return UNKNOWN
    if size.at_least is not None and size.at_least > 1:
        return _log_of_large(size)
    inverse = size.power(fmpq(-1))
    if inverse.at_least is not None and inverse.at_least > 1:
        large = _log_of_large(inverse)
        return Size(large.lower, large.upper, -1)
    return UNKNOWN


def _log_of_large(size: Size) -> Size:
    """log(C s**k) <= log C (1 + log s/log C)**k, the inequality of Bernoulli; |f| >= c > 1 below."""
    assert size.at_least is not None
    lower = Rate(size.at_least.log(), arb(1))
    if size.upper is None:
        return Size(lower, None, 1)
    top = size.upper.scale.log()
    return Size(lower, Rate(top, 1 + size.upper.step.log().nonnegative_part() / top), 1)


def _near_identity(low: fmpq, high: int, far: Callable[[Size], Size]) -> Callable[[sympy.Expr, int], Size]:
    """A function with low |x| <= |f(x)| <= high |x| for |x| <= 1, and another bound elsewhere."""

    def rule(expr: sympy.Expr, start: int) -> Size:
        size = _size(expr.args[0], start)
        if size.at_most is not None and size.at_most <= 1:
            return size.scaled(arb(low), arb(high))
        return far(size)

    return rule


def _saturated(low: fmpq, high: arb) -> Callable[[Size], Size]:
    """|f| <= high everywhere and |f(x)| >= low for |x| >= 1, with the sign of x."""

    def far(size: Size) -> Size:
        is_large = size.at_least is not None and size.at_least >= 1
        return bounded(arb(low) if is_large else None, high, size.sign)

    return far


def _hyperbolic_size(expr: sympy.Expr, start: int) -> Size:
    """Sinh and cosh are exponentials; cosh is at least 1."""
    size = _size(expr.args[0], start)
    if isinstance(expr, sympy.cosh) and size.at_most is not None and size.at_most <= 1:
        return bounded(1, 2, 1)
    if isinstance(expr, sympy.sinh) and size.at_most is not None and size.at_most <= 1:
        return size.scaled(arb(1), arb(2))
    return _size(sympy.expand(expr.rewrite(sympy.exp)), start)


def _harmonic_size(expr: sympy.Expr, start: int) -> Size:
    """H(m + s)/H(m) <= 1 + s/m; the harmonic numbers of order 2 and more lie between 1 and 2."""
    index = expr.args[0]
    slope = sympy.expand(index).coeff(n, 1)
    first = _real_at(index, start)
    if not (slope.is_Integer and slope > 0 and not (index - slope * n).has(n) and first >= 1):
        return UNKNOWN
    if len(expr.args) > 1:
        return bounded(1, 2, 1) if expr.args[1].is_Integer and expr.args[1] >= 2 else UNKNOWN
    value = _real_at(expr, start)
    return Size(Rate(arb(value.lower()), arb(1)), Rate(arb(value.upper()), 1 + int(slope) / first), 1)


def _fibonacci_size(expr: sympy.Expr, start: int) -> Size:
    """Binet: sqrt(5) F(m) and L(m) are phi**m (1 +- phi**(-2m))."""
    index = expr.args[0]
    first, step = _real_at(index, start), _step_size(index, start)
    if not (first >= 1 and step.sign == 1):
        return UNKNOWN
    phi = (1 + arb(5).sqrt()) / 2
    error = phi ** (-2 * first)
    scale = arb(1) if isinstance(expr, sympy.lucas) else 1 / arb(5).sqrt()
    return _exponential_size(phi, index, start, 1).scaled(scale * (1 - error), scale * (1 + error))


def _floor_size(expr: sympy.Expr, start: int) -> Size:
    """|floor(x)| and |ceiling(x)| differ from |x| by less than 1."""
    size = _size(expr.args[0], start)
    result = add([size, bounded(None, 1)])
    return Size(result.lower, result.upper, size.sign if result.lower else 0)


def _absolute_size(expr: sympy.Expr, start: int) -> Size:
    size = _size(expr.args[0], start)
    return Size(size.lower, size.upper, 1 if size.lower else 0)


def _factorial_size(expr: sympy.Expr, start: int) -> Size:
    """M! of an index that grows by 1 or more: every step multiplies by more than the first index."""
    index = expr.args[0]
    first, step = _real_at(index, start), _step_size(index, start)
    if not (first >= 1 and step.sign == 1 and step.at_least is not None and step.at_least >= 1):
        return UNKNOWN
    return Size(Rate(arb(_real_at(expr, start).lower()), first), None, 1)


_RULES: dict[str, Callable[[sympy.Expr, int], Size]] = {
    "log": _log_size,
    "sin": _near_identity(fmpq(1, 2), 1, lambda size: bounded(None, 1)),
    "cos": lambda expr, start: bounded(None, 1),
    "tan": _near_identity(fmpq(1), 2, lambda size: UNKNOWN),
    "atan": _near_identity(fmpq(1, 2), 1, _saturated(fmpq(3, 4), arb(2))),
    "tanh": _near_identity(fmpq(1, 2), 1, _saturated(fmpq(3, 4), arb(1))),
    "sinh": _hyperbolic_size,
    "cosh": _hyperbolic_size,
    "harmonic": _harmonic_size,
    "fibonacci": _fibonacci_size,
    "lucas": _fibonacci_size,
    "floor": _floor_size,
    "ceiling": _floor_size,
    "Abs": _absolute_size,
    "sign": lambda expr, start: bounded(None, 1),
    "factorial": _factorial_size,
}
