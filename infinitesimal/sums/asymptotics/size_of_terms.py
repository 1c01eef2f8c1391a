"""The size of a symbolic term from an index on, read off its expression.

Hypergeometric factors are bounded together by their term ratio, evaluated over all n >= N at once as
a rational function of 1/n in [0, 1/N]; other functions by an elementary inequality each, which is
written beside it. See `sizes` for what a size is.
"""

from dataclasses import replace

import sympy
from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.size_of_functions import RULES
from infinitesimal.sums.asymptotics.size_of_powers import power_size
from infinitesimal.sums.asymptotics.sizes import UNKNOWN, Size, add, bounded, constant_size, is_small
from infinitesimal.sums.asymptotics.steps import has_step, joint_size, real_at
from infinitesimal.sums.summands.evaluation import is_zero
from infinitesimal.sums.summands.ratios import rated_ratio
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


def _size(expr: sympy.Expr, start: int) -> Size:
    if not expr.has(n):
        return constant_size(real_at(expr, start))
    if expr.is_Mul:
        return _product_size(list(expr.args), start)
    if has_step(expr):
        return joint_size([expr], start)
    if expr.is_Add:
        return _sum_size(list(expr.args), start)
    if expr.is_Pow or isinstance(expr, sympy.exp):
        base, exponent = expr.as_base_exp()
        return power_size(base, exponent, start, _size)
    rule = RULES.get(expr.func.__name__)
    return rule(expr, start, _size) if rule else UNKNOWN


def _product_size(factors: list[sympy.Expr], start: int, moved: bool = False) -> Size:
    joint = [f for f in factors if f.has(n) and has_step(f)]
    result = joint_size(joint, start) if joint else bounded(1, 1, 1)
    for factor in factors:
        if factor not in joint:
            result = result * _size(factor, start)
    simpler = None if moved or result.upper else _leading_exponential_moved(factors)
    return result if simpler is None else _product_size(list(sympy.Mul.make_args(simpler)), start, moved=True)


def _leading_exponential_moved(factors: list[sympy.Expr]) -> sympy.Expr | None:
    """c**u/(d**u + r)**k as (c/d**k)**u/(1 + r/d**u)**k: what two fast factors leave of each other."""
    fast = [f for f in factors if _is_exponential(f)]
    for factor in factors:
        if not (fast and factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp < 0):
            continue
        for part in factor.base.args:
            leading = part.as_independent(n)[1]
            if _is_exponential(leading):
                others = sympy.Mul(*[f for f in factors if f not in fast and f != factor])
                rates = sympy.powsimp(sympy.Mul(*fast, leading**factor.exp), force=True)
                rest = sympy.Add(*[sympy.powsimp(p / leading, force=True) for p in factor.base.args])
                return others * rates * rest**factor.exp
    return None


def _is_exponential(expr: sympy.Expr) -> bool:
    """c**u(n), other than c**n and its like, which are hypergeometric."""
    base, exponent = expr.as_base_exp()
    return exponent.has(n) and not base.has(n) and rated_ratio(expr) is None


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
        return _signless(size.power(fmpq(2)), arb(fmpq(1, 3)), arb(1)) if is_small(size, 1) else None
    if not (expr.is_Pow or isinstance(expr, sympy.exp)):
        return None
    base, exponent = expr.as_base_exp()
    if not base.has(n):
        if not base.is_positive:
            return None
        size = _size(exponent * sympy.log(base), start)
        # |x|/4 <= |exp(x) - 1| <= 2 |x| for complex |x| <= 1
        return size.scaled(arb(fmpq(1, 4)), arb(2)) if is_small(size, 1) else None
    if exponent.is_Rational:
        size = _size(base - 1, start)
        q = abs(arb(fmpq(int(exponent.p), int(exponent.q))))
        # (1+u)**q - 1 = q u (1+v)**(q-1) with |v| <= |u| <= 1/2
        spread = arb(2) ** (q + 1)
        near = size.scaled(q / spread, q * spread)
        signed = near if exponent > 0 else replace(near, sign=-near.sign)
        return signed if is_small(size, fmpq(1, 2)) else None
    return None


def _signless(size: Size, low: arb, high: arb) -> Size:
    scaled = size.scaled(low, high)
    return Size(scaled.lower, scaled.upper)
