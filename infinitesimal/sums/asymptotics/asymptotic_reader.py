"""Terms read as expansions at infinity with an explicit rest.

Exponential factors and the gamma family are read through the sum of their logarithms, since they may cancel.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial

import sympy
from flint import arb, ctx, fmpq
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.dominant import Divided
from infinitesimal.sums.asymptotics.elementary_expansions import (
    AT_ZERO,
    absolute,
    arctangent,
    at_zero,
    circular,
    exponential,
    logarithm,
    power,
    radius_one,
    taylor_coefficients,
)
from infinitesimal.sums.asymptotics.expansion import (
    Expansion,
    add,
    compose,
    constant,
    monomial,
    multiply,
    negative,
    scaled,
    split,
    total_of,
)
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Scale
from infinitesimal.sums.asymptotics.stirling import digamma, hurwitz, log_gamma, zeta_of
from infinitesimal.sums.summands.coefficients import BOUND_BITS, ball, exact, is_zero

GAMMA_FAMILY = (sympy.factorial, sympy.gamma, sympy.binomial, sympy.RisingFactorial, sympy.FallingFactorial)


def expand(expr: sympy.Expr, scale: Scale) -> Expansion:
    """The expansion of a term for n >= `scale.first`, at the precision in scope.

    Raises `Undecided` outside the class of terms read here, `Restart` when another scale is needed.
    """
    if expr == n:
        return monomial(scale, Monomial(ZERO_ANGLE, -scale.mesh, 0, 0))
    if not expr.has(n):
        return constant(scale, exact(expr))
    if expr.is_Add:
        return total_of(scale, [expand(arg, scale) for arg in expr.args])
    if expr.is_Mul:
        return _product(expr, scale)
    if expr.is_Pow:
        return _power(expr, scale)
    if _grows(expr):
        return _exponentials([expr], scale)
    if isinstance(expr, sympy.Abs) and not expr.has(sympy.I):
        return absolute(expand(expr.args[0], scale))
    if isinstance(expr, sympy.harmonic | sympy.digamma | sympy.polygamma | sympy.zeta):
        return _zeta_like(expr, scale)
    if isinstance(expr, sympy.loggamma):
        return log_gamma(expand(expr.args[0], scale))
    if isinstance(expr, sympy.tanh | sympy.coth | sympy.sinh | sympy.cosh | sympy.sech | sympy.csch):
        return _hyperbolic(expr, scale)
    if expr.func in QUOTIENTS:
        return expand(QUOTIENTS[expr.func](expr.args[0]), scale)
    if isinstance(expr, Divided):
        return _quotient(expr.args[0], scale)
    rule = RULES.get(expr.func)
    if rule is None or len(expr.args) != 1:
        raise Undecided(f"no expansion at infinity for {expr.func}")
    return rule(expand(expr.args[0], scale))


def _quotient(function: sympy.Expr, scale: Scale) -> Expansion:
    """f(y)/y for y that tends to 0: by the maximum principle at most max |f|/R on a disc of radius R."""
    if isinstance(function, sympy.log):
        y, name, bound = function.args[0] - 1, "log", radius_one(lambda r: -(1 - r).log())
    else:
        y, name, bound = function.args[0], function.func.__name__, AT_ZERO[function.func]
    limit, v = split(expand(y, scale))
    if not is_zero(limit):
        raise Undecided(f"{function} is not small")

    def series(count: int) -> list[fmpq]:
        if name == "log":
            return [fmpq((-1) ** k, k + 1) for k in range(count)]
        return taylor_coefficients(name, count + 1)[1:]

    def over_radius(r: fmpq) -> arb | None:
        largest = bound(r)
        return None if largest is None else largest / r

    return compose(v, series, over_radius)


def _grows(expr: sympy.Expr) -> bool:
    """Whether the factor is read through its logarithm: exponentials and the gamma family."""
    if expr.is_Pow:
        return bool(expr.exp.has(n) or (_grows(expr.base) and expr.exp.is_Integer))
    return isinstance(expr, (sympy.exp, sympy.catalan, *GAMMA_FAMILY))


def _product(expr: sympy.Expr, scale: Scale) -> Expansion:
    """The product; exponential factors are joined first, since they may cancel."""
    growing = [arg for arg in expr.args if _grows(arg)]
    total = constant(scale, fmpq(1))
    for arg in expr.args:
        if arg not in growing:
            total = multiply(total, expand(arg, scale))
    return multiply(total, _exponentials(growing, scale)) if growing else total


def _exponentials(factors: list[sympy.Expr], scale: Scale) -> Expansion:
    """The product of exponential factors through the sum of their logarithms.

    Factors e^(c g(n)) with g(n) = r**(k n + j) are joined for each g. If they are at most e^(-`STEEP` n),
    they are that times something of modulus at most 1.
    """
    bounded = Expansion(scale, {}, 0, 0, arb(1))
    logarithms, total = [], constant(scale, fmpq(1))
    steep: dict[sympy.Expr, sympy.Expr] = defaultdict(lambda: S.Zero)
    for factor in factors:
        if factor.is_Pow and factor.base == -1 and factor.exp.is_integer and not factor.exp.is_polynomial(n):
            total = multiply(total, bounded)
            continue
        part = _double_exponential(factor)
        if part is None:
            logarithms.append(_logarithm_of(factor, scale))
        else:
            steep[part[0]] += part[1]
    for growth, c in steep.items():
        if sympy.expand_log(c).expand() == 0:
            continue
        _require_steep(growth, c, scale)
        total = multiply(total, bounded)
        logarithms.append(monomial(scale, Monomial(ZERO_ANGLE, -scale.mesh, 0, 0), fmpq(-STEEP)))
    return multiply(total, exponential(total_of(scale, logarithms)))


STEEP = 64
"""A double exponential counts as e^(-`STEEP` n): more than any exponential beside it needs."""


def _double_exponential(factor: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """(r**(k n), c) for a factor e^(c r**(k n)) with integers r > 1 and k > 0 and a real c; None for others."""
    if isinstance(factor, sympy.exp):
        base, exponent = sympy.E, factor.args[0]
    elif factor.is_Pow and not factor.base.has(n):
        base, exponent = factor.base, factor.exp
    else:
        return None
    c, growth = sympy.expand(exponent, power_exp=True).as_independent(n, as_Add=False)
    if not (growth.is_Pow and growth.base.is_Integer and growth.base > 1 and c.is_real and base.is_positive):
        return None
    slope = growth.exp.coeff(n)
    if not (slope.is_Integer and slope > 0) or growth.exp != slope * n:
        return None
    return growth, c * sympy.log(base)


def _require_steep(growth: sympy.Expr, c: sympy.Expr, scale: Scale) -> None:
    """Raises `Undecided` unless c r**(k n) <= -`STEEP` n from N on: r**(k n)/n increases for n >= 2."""
    with ctx.workprec(BOUND_BITS):
        at_first = -ball(exact(c)).real * arb(int(growth.base)) ** int(growth.exp.subs(n, scale.first))
        if not at_first > STEEP * scale.first:
            raise Undecided("a double exponential that grows")


def _logarithm_of(expr: sympy.Expr, scale: Scale) -> Expansion:
    """A logarithm of an exponential factor, imaginary parts included (any branch)."""
    if isinstance(expr, sympy.exp):
        return expand(expr.args[0], scale)
    if expr.is_Pow:
        if not expr.exp.has(n):
            return scaled(_logarithm_of(expr.base, scale), exact(expr.exp))
        if not expr.base.has(n):
            return scaled(expand(expr.exp, scale), exact(sympy.log(expr.base)))
        return multiply(expand(expr.exp, scale), logarithm(expand(expr.base, scale)))
    gamma = partial(_log_gamma_at, scale)
    if isinstance(expr, sympy.factorial):
        return gamma(expr.args[0] + 1)
    if isinstance(expr, sympy.gamma):
        return gamma(expr.args[0])
    if isinstance(expr, sympy.binomial):
        top, bottom = expr.args
        return total_of(scale, [gamma(top + 1), negative(gamma(bottom + 1)), negative(gamma(top - bottom + 1))])
    if isinstance(expr, sympy.RisingFactorial):
        x, k = expr.args
        return total_of(scale, [gamma(x + k), negative(gamma(x))])
    if isinstance(expr, sympy.FallingFactorial):
        x, k = expr.args
        return total_of(scale, [gamma(x + 1), negative(gamma(x - k + 1))])
    if isinstance(expr, sympy.catalan):
        k = expr.args[0]
        return total_of(scale, [gamma(2 * k + 1), negative(gamma(k + 1)), negative(gamma(k + 2))])
    raise Undecided(f"no logarithm of {expr}")


def _log_gamma_at(scale: Scale, argument: sympy.Expr) -> Expansion:
    argument = sympy.expand(argument)
    if not argument.has(n):
        value = sympy.gamma(argument)
        if value.is_positive is not True:
            raise Undecided(f"gamma({argument}) is not known to be positive")
        return constant(scale, exact(sympy.log(value)))
    return log_gamma(expand(argument, scale))


def _power(expr: sympy.Expr, scale: Scale) -> Expansion:
    if _grows(expr):
        return _exponentials([expr], scale)
    base = expand(expr.base, scale)
    exponent = expr.exp
    if exponent.is_Integer and 0 < exponent <= 4 and len(base.terms) > 1:
        total = base
        for _ in range(int(exponent) - 1):
            total = multiply(total, base)
        return total
    return power(base, exponent)


def _hyperbolic(expr: sympy.Expr, scale: Scale) -> Expansion:
    """Hyperbolic functions through exp(-2 y) for y -> +oo, or through their series at 0."""
    y = expand(expr.args[0], scale)
    argument = expr.args[0]
    if y.terms and y.lead < 0:
        decaying = sympy.exp(-2 * argument)
        forms = {
            sympy.tanh: (1 - decaying) / (1 + decaying),
            sympy.coth: (1 + decaying) / (1 - decaying),
            sympy.sech: 2 * sympy.exp(-argument) / (1 + decaying),
            sympy.csch: 2 * sympy.exp(-argument) / (1 - decaying),
        }
        if expr.func not in forms:
            raise Undecided(f"{expr} grows exponentially")
        return expand(forms[expr.func], scale)
    if isinstance(expr, sympy.coth | sympy.csch):
        over = sympy.tanh if isinstance(expr, sympy.coth) else sympy.sinh
        return power(expand(over(argument), scale), S.NegativeOne)
    if isinstance(expr, sympy.sech):
        return power(expand(sympy.cosh(argument), scale), S.NegativeOne)
    if isinstance(expr, sympy.tanh):
        return at_zero(sympy.tanh, y)
    if not is_zero(split(y)[0]):
        return expand(expr.rewrite(sympy.exp), scale)
    return at_zero(expr.func, y)


def _zeta_like(expr: sympy.Expr, scale: Scale) -> Expansion:
    """Harmonic numbers, polygamma and Hurwitz zeta functions at an argument that grows."""
    args = expr.args
    if isinstance(expr, sympy.zeta):
        if len(args) == 1 and args[0].has(n):
            return zeta_of(expand(args[0], scale))
        if len(args) == 2 and not args[0].has(n):
            return hurwitz(args[0], expand(args[1], scale))
        raise Undecided(f"no expansion of {expr}")
    if isinstance(expr, sympy.harmonic):
        order = args[1] if len(args) > 1 else S.One
        y = expand(args[0], scale)
        if order == 1:
            return add(digamma(y, fmpq(1, 2)), constant(scale, exact(sympy.EulerGamma)))
        if order.has(n) or not order.is_rational:
            raise Undecided(f"no expansion of {expr}")
        after = hurwitz(order, add(y, constant(scale, fmpq(1))))
        return add(constant(scale, exact(sympy.zeta(order))), negative(after))
    order, argument = (S.Zero, args[0]) if isinstance(expr, sympy.digamma) and len(args) == 1 else args
    y = expand(argument, scale)
    if order == 0:
        return digamma(y, fmpq(-1, 2))
    sign = (-1) ** (int(order) + 1)
    return scaled(hurwitz(order + 1, y), exact(sign * sympy.factorial(order)))


QUOTIENTS: dict[type, Callable[[sympy.Expr], sympy.Expr]] = {
    sympy.tan: lambda y: sympy.sin(y) / sympy.cos(y),
    sympy.cot: lambda y: sympy.cos(y) / sympy.sin(y),
    sympy.sec: lambda y: 1 / sympy.cos(y),
    sympy.csc: lambda y: 1 / sympy.sin(y),
    sympy.acot: lambda y: sympy.atan(1 / y),
}
"""Functions read as an expression in others."""

RULES: dict[type, Callable[[Expansion], Expansion]] = {
    sympy.log: logarithm,
    sympy.sin: partial(circular, sympy.sin),
    sympy.cos: partial(circular, sympy.cos),
    sympy.atan: arctangent,
    sympy.asin: partial(at_zero, sympy.asin),
    sympy.asinh: partial(at_zero, sympy.asinh),
    sympy.atanh: partial(at_zero, sympy.atanh),
}
"""Functions of one argument."""
