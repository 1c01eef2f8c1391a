"""From where on a term has one sign, decreases, or is convex: proofs, with the threshold as their evidence.

A sign is found from the structure of the expression: products from their factors, sums as polynomials in
one generator (n, a root of n, log n, or b**n) whose real roots are enclosed. What this does not see is None.
"""

from collections.abc import Callable
from math import lcm

import sympy
from flint import arb, ctx, fmpz_poly

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import real_ball

_BITS = 128
_POSITIVE = (sympy.exp, sympy.cosh, sympy.Abs)
_OF_ARGUMENT = (sympy.atan, sympy.sinh, sympy.tanh, sympy.asinh)
_POSITIVE_FROM_1 = (sympy.factorial, sympy.factorial2, sympy.harmonic, sympy.fibonacci, sympy.lucas, sympy.catalan)

Sign = tuple[int, int]
"""A sign, 1 or -1 (0 for a term that is zero), and the index from which on it holds: for every integer n, and for
every real n where the term is elementary."""


def sign_from(expr: sympy.Expr) -> Sign | None:
    """The sign that a real expression in n has for ever, and from which n on; None if that is not seen.

    >>> sign_from(n**2 - 10*n + 1)
    (1, 10)
    >>> sign_from(sympy.log(n)/n - 1/n)
    (1, 3)
    """
    if not expr.has(n):
        return _constant_sign(expr)
    if isinstance(expr, sympy.Mul):
        return _product([sign_from(factor) for factor in expr.args])
    if isinstance(expr, sympy.Pow):
        return _power(*expr.as_base_exp())
    if isinstance(expr, _POSITIVE) or expr.func in _OF_ARGUMENT:
        inner = sign_from(expr.args[0]) if isinstance(expr, sympy.Abs) or expr.func in _OF_ARGUMENT else (1, 0)
        return (1 if isinstance(expr, _POSITIVE) else inner[0], inner[1]) if inner and inner[0] else None
    if expr.func in _POSITIVE_FROM_1:
        start = _reaches(expr.args[0], 1)
        return None if start is None else (1, start)
    if isinstance(expr, sympy.log):
        return _logarithm(expr.args[0])
    if isinstance(expr, sympy.gamma):
        start = _reaches(expr.args[0], sympy.Rational(1, 1000))
        return None if start is None else (1, start)
    if isinstance(expr, sympy.binomial):
        starts = [_reaches(x, 0) for x in (expr.args[1], expr.args[0] - expr.args[1])]
        return None if None in starts else (1, max(s for s in starts if s is not None))
    if isinstance(expr, sympy.sin):
        return _between_zero_and_pi(expr.args[0])
    return _sum(expr)


def decreasing_from(expr: sympy.Expr) -> int | None:
    """From which n on a positive expression decreases, for real n; None if that is not seen.

    >>> decreasing_from(sympy.log(n)/n)
    3
    """
    sign = sign_from(expr)
    slope = sign_from(_logarithmic_derivative(expr)) if sign and sign[0] > 0 else None
    return max(sign[1], slope[1]) if sign and slope and slope[0] < 0 else None


def convex_from(expr: sympy.Expr) -> int | None:
    """From which n on a positive decreasing expression is convex, for real n; None if that is not seen.

    f''/f = L' + L**2 with L the logarithmic derivative.
    """
    start = decreasing_from(expr)
    if start is None:
        return None
    slope = _logarithmic_derivative(expr)
    bend = sign_from(sympy.together(sympy.diff(slope, n) + slope**2))
    return max(start, bend[1]) if bend and bend[0] > 0 else None


def _logarithmic_derivative(expr: sympy.Expr) -> sympy.Expr:
    parts = []
    for factor in sympy.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if exponent.has(n):
            parts.append(sympy.diff(exponent * sympy.log(base), n))
        else:
            parts.append(exponent * sympy.diff(base, n) / base)
    return sympy.together(sympy.Add(*parts))


def _constant_sign(expr: sympy.Expr) -> Sign | None:
    if expr.is_Rational:
        return (int(sympy.sign(expr)), 0)
    try:
        ball = real_ball(expr, _BITS)
    except Undecided:
        return None
    return (1, 0) if ball > 0 else (-1, 0) if ball < 0 else None


def _product(signs: list[Sign | None]) -> Sign | None:
    total, start = 1, 0
    for sign in signs:
        if sign is None:
            return None
        total, start = total * sign[0], max(start, sign[1])
    return total, start


def _power(base: sympy.Expr, exponent: sympy.Expr) -> Sign | None:
    inner = sign_from(base)
    if inner is None or inner[0] == 0:
        return None
    if inner[0] > 0:
        return inner
    return (-1 if exponent % 2 else 1, inner[1]) if exponent.is_Integer else None


def _logarithm(argument: sympy.Expr) -> Sign | None:
    """Log u has the sign of u - 1, where u is positive."""
    inside, above = sign_from(argument), sign_from(sympy.together(argument - 1))
    if inside is None or above is None or inside[0] <= 0 or above[0] == 0:
        return None
    return above[0], max(inside[1], above[1])


def _between_zero_and_pi(argument: sympy.Expr) -> Sign | None:
    low, high = sign_from(argument), sign_from(sympy.together(3 - argument))
    return (1, max(low[1], high[1])) if low and high and low[0] > 0 and high[0] > 0 else None


def _reaches(expr: sympy.Expr, value: object) -> int | None:
    """From where on the expression is at least `value`; it may be equal there."""
    difference = sympy.expand(expr - value)
    if difference.is_Rational:
        return 0 if difference >= 0 else None
    sign = sign_from(difference)
    if sign is None or sign[0] <= 0:
        return None
    start = sign[1]
    return start - 1 if start and difference.subs(n, start - 1) == 0 else start


def _sum(expr: sympy.Expr) -> Sign | None:
    top, bottom = sympy.fraction(sympy.together(expr))
    if bottom.has(n):
        return _product([sign_from(factor) for factor in (top, bottom)])
    if isinstance(top, sympy.Mul) and sum(1 for factor in top.args if factor.has(n)) > 1:
        return _product([sign_from(factor) for factor in top.args])
    whole = _polynomial(top)
    if whole is not None:
        return whole if not bottom.is_negative else (-whole[0], whole[1])
    signs = [sign_from(part) for part in sympy.Add.make_args(top)] if isinstance(top, sympy.Add) else [None]
    if any(s is None for s in signs) or len({s[0] for s in signs if s}) != 1:
        return None
    return signs[0][0] * (-1 if bottom.is_negative else 1), max(s[1] for s in signs if s)  # type: ignore[index]


def _polynomial(expr: sympy.Expr) -> Sign | None:
    """The sign of a polynomial in one generator, with rational coefficients: n, a root of n, log n, or b**n."""
    t = sympy.Dummy("t", positive=True)
    inner, index_of = _in_generator(sympy.expand(expr), t)
    try:
        polynomial = sympy.Poly(inner, t, domain="QQ")
    except (sympy.PolynomialError, sympy.CoercionFailed):
        return None
    coefficients = polynomial.clear_denoms(convert=True)[1].all_coeffs()
    top = _largest_root(fmpz_poly([int(c) for c in reversed(coefficients)]))
    sign = int(sympy.sign(coefficients[0]))
    with ctx.workprec(_BITS):
        start = max(int(index_of(top).upper().ceil().unique_fmpz()), 0)
    if expr.has(sympy.log(n)):
        return sign, max(start, 1)
    return sign, _past_root(expr, start, sign)


def _in_generator(expr: sympy.Expr, t: sympy.Symbol) -> tuple[sympy.Expr, Callable[[arb], arb]]:
    """The expression in t for one generator, and the index from which on the generator is at least a number."""
    log = sympy.log(n)
    if not expr.subs(log, t).has(n):
        return expr.subs(log, t), lambda bound: bound.exp()
    bases = {p.base for p in expr.atoms(sympy.Pow) if p.exp.has(n)}
    if len(bases) == 1 and (base := bases.pop()).is_Rational and base > 1:
        logarithm = (arb(int(base.p)) / int(base.q)).log()
        return expr.subs(base**n, t), lambda bound: (bound if bound > 1 else arb(1)).log() / logarithm
    degree = lcm(1, *(int(p.exp.q) for p in expr.atoms(sympy.Pow) if p.base == n and p.exp.is_Rational))
    return expr.subs(n, t**degree), lambda bound: (bound if bound > 0 else arb(0)) ** degree


def _largest_root(polynomial: fmpz_poly) -> arb:
    """An upper bound of the real roots; -1 if there is none."""
    with ctx.workprec(_BITS):
        real = [root.real for root, _ in polynomial.complex_roots() if root.imag.contains(0)]
        return max((r.upper() for r in real), default=arb(-1))


def _past_root(expr: sympy.Expr, start: int, sign: int) -> int:
    """The bound, or the first index after it where the sign is there: the bound may be a root itself."""
    while expr.subs(n, start) * sign <= 0:
        start += 1
    return start
