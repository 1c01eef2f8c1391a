"""Terms that depend on n modulo q: their period, and the plain terms of each residue class."""

from math import lcm

import sympy

from infinitesimal.arithmetics.symbolic import n

MAX_PERIOD = 60
"""Longer periods are not split."""

MAX_WAVES = 24
"""Longer periods are not written as sums of waves, whose products grow quickly."""


STEPS = (sympy.floor, sympy.ceiling, sympy.Mod)
ANGLES = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)


def period(expr: sympy.Expr) -> int:
    """A number q such that the signs, floors, remainders and rational angles of `expr` are plain in q m + r.

    1 when there is nothing to split, and when the period is longer than `MAX_PERIOD`.

    >>> period((-1) ** sympy.floor(n / 3) * sympy.cos(2 * sympy.pi * n / 5))
    30
    """
    result = 1
    for part in sympy.preorder_traversal(expr):
        result = lcm(result, _own_period(part))
        if result > MAX_PERIOD:
            return 1
    return result


def _own_period(part: sympy.Expr) -> int:
    if isinstance(part, ANGLES):
        return period_modulo_one(part.args[0] / (2 * sympy.pi)) or 1
    if isinstance(part, sympy.factorial2):
        return period_modulo_one(part.args[0] / 2) or 1
    if part.is_Pow and part.base.is_negative and part.exp.has(n):
        return period_modulo_one(part.exp / 2) or 1
    return period_of_steps(part, n) or 1


def period_of_steps(part: sympy.Expr, index: sympy.Symbol) -> int | None:
    """A period for which a floor, a remainder or a power of -1 is polynomial on each class; None if none is seen.

    Any other expression has the period 1 here.
    """
    if isinstance(part, sympy.floor | sympy.ceiling):
        return period_modulo_one(part.args[0], index)
    if isinstance(part, sympy.Mod):
        return period_modulo_one(part.args[0] / part.args[1], index) if part.args[1].is_Integer else None
    if part.is_Pow and part.base == -1:
        return period_modulo_one(part.exp / 2, index)
    return 1


def period_modulo_one(expr: sympy.Expr, index: sympy.Symbol = n) -> int | None:
    """A period modulo 1 of a polynomial in n and in floors of such, over the rationals; None for anything else.

    With T = b d, d a period of p modulo 1, floor(p(n + T)) - floor(p(n)) = p(n + T) - p(n) is a multiple of b.
    Constants do not matter.

    >>> period_modulo_one(n * (n + 1) / 4), period_modulo_one(sympy.sqrt(2) * n)
    (4, None)
    """
    result = 1
    for term in sympy.Add.make_args(sympy.expand(expr)):
        if not term.has(index):
            continue
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_Rational:
            return None
        inner = 1
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            if isinstance(base, sympy.floor | sympy.ceiling) and exponent.is_Integer and exponent > 0:
                within = period_modulo_one(base.args[0], index)
                if within is None:
                    return None
                inner = lcm(inner, within)
            elif not (base == index and exponent.is_Integer and exponent > 0):
                return None
        result = lcm(result, int(coefficient.q) * inner)
    return result


def classes(expr: sympy.Expr, q: int) -> list[sympy.Expr]:
    """The terms with index q n + r for r = 0, ..., q - 1.

    >>> classes((-1) ** n / n, 2)
    [1/(2*n), -1/(2*n + 1)]
    """
    return [_simplified(expr.subs(n, q * n + r)) for r in range(q)]


def _simplified(expr: sympy.Expr) -> sympy.Expr:
    """Angles k pi n + c with integer k, and signs with an even exponent, without their periodic part."""

    def periodic(e: sympy.Expr) -> bool:
        return isinstance(e, sympy.sin | sympy.cos | sympy.tan) or bool(e.is_Pow and e.base == -1)

    def plain(e: sympy.Expr) -> sympy.Expr:
        angle = sympy.expand(sympy.pi * e.exp if e.is_Pow else e.args[0])
        function = sympy.cos if e.is_Pow else e.func
        turns = (angle / (2 * sympy.pi)).expand().as_poly(n)
        if turns is None or not all(c.is_Integer for (k,), c in turns.terms() if k):
            return e
        return function(2 * sympy.pi * turns.coeff_monomial(1))

    return expr.replace(periodic, plain)


def fourier_coefficients(expr: sympy.Expr) -> list[sympy.Expr] | None:
    """c_0, ..., c_(q-1) with expr = sum of c_k e^(2 pi i k n/q), for a term of period q; None for another term.

    >>> fourier_coefficients(sympy.Mod(n, 2))
    [1/2, -1/2]
    """
    if not _purely_periodic(expr):
        return None
    q = period(expr)
    if q > MAX_WAVES:
        return None
    values = [expr.subs(n, r) for r in range(q)]
    if q == 1 or not all(value.is_real for value in values):
        return None
    angle = 2 * sympy.pi / q
    turn = [sympy.cos(angle * j) - sympy.I * sympy.sin(angle * j) for j in range(q)]
    return [sympy.expand(sum(v * turn[k * r % q] for r, v in enumerate(values)) / q) for k in range(q)]


def _purely_periodic(expr: sympy.Expr) -> bool:
    """Whether n occurs only in signs, remainders and rational angles, where it acts through a remainder of n."""
    if not expr.has(n):
        return True
    if isinstance(expr, sympy.Mod):
        return period_of_steps(expr, n) is not None
    if expr.is_Pow and expr.base == -1:
        return _is_rounded_polynomial(expr.exp)
    if isinstance(expr, sympy.sin | sympy.cos | sympy.tan):
        return _is_rounded_polynomial(sympy.expand(expr.args[0] / sympy.pi))
    return bool(expr.args) and expr != n and all(_purely_periodic(arg) for arg in expr.args)


def _is_rounded_polynomial(expr: sympy.Expr) -> bool:
    """A polynomial in n and in floors of polynomials, over the rationals."""
    if expr.is_Add or expr.is_Mul:
        return all(_is_rounded_polynomial(arg) for arg in expr.args)
    inner = expr.args[0] if isinstance(expr, sympy.floor | sympy.ceiling) else expr
    polynomial = inner.as_poly(n) if inner.has(n) else None
    return bool(inner.is_Rational) or (polynomial is not None and all(c.is_Rational for c in polynomial.coeffs()))
