"""Verdicts on terms with factors of which bounds are enough: moduli, positive factors, sines and cosines.

Each attempt takes the factors away, has the rest decided by the function it is given, and draws the conclusion by
comparison; `Undecided` where that draws none.
"""

from collections.abc import Callable

import sympy
from flint import arb

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs_of_terms import ORDERS, expand, germ
from infinitesimal.sums.asymptotics.monomials import UNIT, Monomial, as_expression, compare, to_power
from infinitesimal.sums.summands.evaluation import real_ball
from infinitesimal.truth import Hypothesis, Truth, Verdict

Decide = Callable[[sympy.Expr, float], Verdict]

NEAR = arb(1) / 1024
"""A factor that tends to c lies in the end within this of c."""


def by_modulus(decide: Decide, expr: sympy.Expr, deadline: float) -> Verdict:
    """Terms with a modulus as a factor, not negative in the end: decided by absolute convergence without it."""
    moduli = [f for f in sympy.Mul.make_args(expr) if isinstance(f, sympy.Abs)]
    moduli += [f for f in sympy.Mul.make_args(expr) if f.is_Pow and isinstance(f.base, sympy.Abs) and f.exp.is_Integer]
    if not moduli:
        raise Undecided("no modulus to take away")
    rest = sympy.Mul(*[f for f in sympy.Mul.make_args(expr) if f not in moduli])
    monomial, c = expand(rest, ORDERS[0], deadline).first()
    if monomial.phase:
        raise Undecided("a modulus times an oscillating factor")
    inside = sympy.Mul(*[f.args[0] if isinstance(f, sympy.Abs) else f.base.args[0] ** f.exp for f in moduli])
    answer = decide(rest * inside, deadline)
    if answer.kind == "absolute":
        return answer
    if answer.kind is None:
        raise Undecided(answer.reason)
    manner = "to +oo" if sign(c) > 0 else "to -oo"
    reason = "the modulus of the oscillating factor has a positive mean, and the sizes have a divergent series"
    return Verdict(Truth.FALSE, "divergent", "comparison test", reason, answer.hypotheses[-1:], manner)


def by_bounds(decide: Decide, expr: sympy.Expr, deadline: float) -> Verdict:
    """Factors such as 2 + sin(n), which stay between positive multiples of a size, are replaced by that size."""
    rest, bounded = sympy.S.One, []
    for factor in sympy.Mul.make_args(sympy.factor_terms(expr)):
        size = _size_of_one_sign(factor, deadline)
        if size is None:
            rest *= factor
        else:
            bounded.append(factor)
            rest *= size
    if not bounded:
        raise Undecided("no factor between positive multiples of a size")
    answer = decide(rest, deadline)
    shown = ", ".join(map(str, bounded))
    between = Hypothesis("bounded factors", f"{shown}: between positive multiples of their sizes")
    if answer.kind == "absolute":
        reason = f"bounded factors times the terms {rest}"
        return Verdict(Truth.TRUE, "absolute", "comparison test", reason, (between, *answer.hypotheses))
    monomial, _ = expand(rest, ORDERS[0], deadline).first()
    if answer.kind != "divergent" or monomial.phase:
        raise Undecided("a bounded factor times terms that do not converge absolutely")
    reason = f"positive factors, bounded from below, times the terms {rest}"
    return Verdict(Truth.FALSE, "divergent", "comparison test", reason, (between, *answer.hypotheses), answer.manner)


def _size_of_one_sign(factor: sympy.Expr, deadline: float) -> sympy.Expr | None:
    """A size, or minus a size, of which the oscillating factor lies between positive multiples in the end."""
    base, exponent = factor.as_base_exp()
    if not factor.has(n) or not factor.has(sympy.sin, sympy.cos, sympy.Pow):
        return None
    if not exponent.has(n) and exponent.is_real:
        size = _size_without_zeros(base, deadline)
        if size is not None:
            return as_expression(to_power(size, exponent))
    if not factor.has(sympy.sin, sympy.cos):
        return None
    try:
        values = band(factor, deadline)
    except Undecided:
        return None
    return sympy.S.One if values > 0 else -sympy.S.One if values < 0 else None


def _size_without_zeros(base: sympy.Expr, deadline: float) -> Monomial | None:
    """The size of a positive trigonometric polynomial whose mean outweighs its waves; None for other terms."""
    if not base.has(n):
        return None
    try:
        top = expand(base, ORDERS[0], deadline).leading()
    except Undecided:
        return None
    mean = next((c for m, c in top if not m.phase), None)
    if len(top) < 2 or mean is None:
        return None
    waves = sympy.Add(*[sympy.Abs(c) for m, c in top if m.phase])
    return top[0][0].size if sign(mean - waves) > 0 else None


def band(expr: sympy.Expr, deadline: float = float("inf")) -> arb:
    """An interval in which the term lies from some index on, by interval arithmetic; `Undecided` if none is seen.

    >>> band(sympy.exp(sympy.sin(n**2))) > 0
    True
    """
    if not expr.has(n):
        return real_ball(expr, 53)
    if isinstance(expr, sympy.sin | sympy.cos) and not expr.has(sympy.I):
        return arb(0, 1)
    if not expr.has(sympy.sin, sympy.cos):
        return _near_limit(expr, deadline)
    if expr.is_Add:
        return sum((band(part, deadline) for part in expr.args), arb(0))
    if expr.is_Mul:
        product = arb(1)
        for part in expr.args:
            product *= band(part, deadline)
        return product
    if expr.is_Pow and expr.base != sympy.E:
        base = band(expr.base, deadline)
        if expr.exp.is_Integer and (expr.exp > 0 or not base.contains(0)):
            return base ** int(expr.exp)
        if base > 0:
            return base ** band(expr.exp, deadline)
    if isinstance(expr, sympy.Abs):
        inside = band(expr.args[0], deadline)
        low, high = inside.abs_lower(), inside.abs_upper()
        return (low + high) / 2 + arb(0, (high - low) / 2)
    name = _MONOTONE.get(expr.func)
    if name is not None:
        value = getattr(band(expr.args[0], deadline), name)()
        if value.is_finite():
            return value
    raise Undecided(f"no bounds of {expr} are seen")


_MONOTONE = {sympy.exp: "exp", sympy.log: "log", sympy.atan: "atan", sympy.tanh: "tanh", sympy.sinh: "sinh"}
"""Functions that take an interval to an interval."""


def _near_limit(expr: sympy.Expr, deadline: float) -> arb:
    found = germ(expr, deadline)
    top = found.leading()
    if not top or compare(top[0][0], UNIT) < 0:
        return arb(0, NEAR)
    if top[0][0] != UNIT or len(top) > 1:
        raise Undecided(f"{expr} has no finite limit")
    return real_ball(top[0][1], 53) + arb(0, NEAR)


def without_waves(decide: Decide, expr: sympy.Expr, deadline: float) -> Verdict:
    """Sines and cosines to positive integer powers are at most 1: absolute convergence without them is enough."""
    factors = sympy.Mul.make_args(expr)
    waves = [f for f in factors if _is_wave(f)]
    rest = sympy.Mul(*(f for f in factors if not _is_wave(f)))
    answer = decide(rest, deadline) if waves else None
    if answer is None or answer.kind != "absolute":
        raise Undecided("no sines or cosines on terms that converge absolutely")
    shown = ", ".join(map(str, waves))
    bounded = Hypothesis("bounded factors", f"{shown}: at most 1 in size, for the argument is real")
    reason = f"factors of size at most 1 times the terms {rest}"
    return Verdict(Truth.TRUE, "absolute", "comparison test", reason, (bounded, *answer.hypotheses))


def _is_wave(factor: sympy.Expr) -> bool:
    base, exponent = factor.as_base_exp()
    real = isinstance(base, sympy.sin | sympy.cos) and not base.has(sympy.I)
    return bool(real and exponent.is_Integer and exponent > 0)


BOUNDED_FACTORS = (by_modulus, by_bounds, without_waves)
"""The attempts, in order."""
