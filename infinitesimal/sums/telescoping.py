"""Sums that telescope: rational and exponential terms, arctangents, radicals, angle multiplication.

A term is written as F(n+1) - F(n) by an identity that is solved or known exactly; the sum is lim F - F(start).
Sources: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6; Boros and Moll, "Sums of arctangents and some
formulas of Ramanujan" (2005).
"""

from collections.abc import Callable, Iterator

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums import angle_multiples, arctangents, radicals, shifted_functions
from infinitesimal.sums.difference_ansatz import solve_difference
from infinitesimal.sums.geometric import below_one, tidy
from infinitesimal.sums.summand import Summand

MAX_SHIFT = 30
MAX_DEGREE = 24

Step = Callable[[sympy.Expr, int], sympy.Expr]
"""f and k to f at the place k steps further."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term that telescopes, exact; None for other terms.

    >>> closed_form(Summand(n / (n**4 + n**2 + 1), 1))
    1/2
    >>> closed_form(Summand(2**n / ((2**n - 1) * (2 ** (n + 1) - 1)), 1))
    1
    >>> closed_form(Summand(sympy.atan(1 / (n**2 + n + 1)), 0))
    pi/2
    """
    families = (arctangents, radicals, angle_multiples, shifted_functions)
    for family in (_rational, exponential, _exponential_angles, *(module.closed_form for module in families)):
        value = family(a)
        if value is not None:
            return value
    return None


def _rational(a: Summand) -> sympy.Expr | None:
    """The sum of a rational function that is a difference of another one."""
    if not a.expr.is_rational_function(n):
        return None
    top, bottom = sympy.fraction(sympy.cancel(a.expr))
    if sympy.degree(bottom, n) < sympy.degree(top, n) + 2 or sympy.degree(bottom, n) > MAX_DEGREE:
        return None
    denominator = _trial_denominator(bottom, n, lambda f, k: f.subs(n, n + k))
    if denominator is None:
        return None
    r = solve_difference(a.expr, n, n + 1, denominator, max(0, sympy.degree(denominator, n)))
    if r is None:
        return None
    top, bottom = sympy.fraction(sympy.cancel(r))
    if any(bottom.subs(n, k) == 0 for k in _integer_roots(bottom) if k >= a.start):
        return None
    equal = sympy.degree(top, n) == sympy.degree(bottom, n)
    at_infinity = sympy.LC(top, n) / sympy.LC(bottom, n) if equal else S.Zero
    return sympy.cancel(at_infinity - r.subs(n, a.start))


def _integer_roots(polynomial: sympy.Expr) -> Iterator[int]:
    if polynomial.has(n):
        for factor, _ in sympy.factor_list(polynomial)[1]:
            if factor.has(n) and sympy.degree(factor, n) == 1:
                root = sympy.solve(factor, n)
                yield from (int(r) for r in root if r.is_Integer)


def _trial_denominator(bottom: sympy.Expr, x: sympy.Symbol, step: Step) -> sympy.Expr | None:
    """For each orbit of factors under the step all places from the first to the last but one, to the highest power met.

    None when a factor is alone in its orbit: then there is no rational solution.
    """
    factors = [(f, m) for f, m in sympy.factor_list(bottom)[1] if f.has(x) and (f != x or x == n)]
    result = S.One
    while factors:
        first, power = factors[0]
        places, rest = {0: power}, []
        for other, m in factors[1:]:
            k = _distance(first, other, x, step)
            if k is None:
                rest.append((other, m))
            else:
                places[k] = m
        if len(places) == 1:
            return None
        low, high, order = min(places), max(places), max(places.values())
        result *= sympy.Mul(*(step(first, k) ** order for k in range(low, high)))
        factors = rest
    return result


def _distance(f: sympy.Expr, g: sympy.Expr, x: sympy.Symbol, step: Step) -> int | None:
    """The k with g = constant * f moved by k steps, or None."""
    if sympy.degree(f, x) != sympy.degree(g, x):
        return None
    goal = sympy.Poly(g, x).monic()
    for k in (k for size in range(1, MAX_SHIFT + 1) for k in (size, -size)):
        if sympy.Poly(step(f, k), x).monic() == goal:
            return k
    return None


def exponential(a: Summand) -> sympy.Expr | None:
    """The sum of a rational function of x = rho**n (or of several bases, homogeneous) that telescopes.

    >>> exponential(Summand(6**n / ((3**n - 2**n) * (3 ** (n + 1) - 2 ** (n + 1))), 1))
    2
    """
    found = in_powers(a.expr)
    if found is None:
        return None
    term, x, rho = found
    top, bottom = sympy.fraction(sympy.cancel(sympy.together(term)))
    if not bottom.is_polynomial(x) or sympy.degree(bottom, x) > MAX_DEGREE or not bottom.has(x):
        return None
    denominator = _trial_denominator(bottom, x, lambda f, k: sympy.expand(f.subs(x, rho**k * x)))
    if denominator is None or denominator == 1:
        return None
    low = max(0, sympy.Poly(bottom, x).monoms()[-1][0])
    denominator *= x**low
    r = solve_difference(term, x, rho * x, denominator, max(sympy.degree(denominator, x), sympy.degree(top, x)))
    if r is None:
        return None
    top, bottom = sympy.fraction(sympy.cancel(r))
    at_infinity = _at_zero(top, bottom, x) if rho.free_symbols or below_one(rho) else _far_out(top, bottom, x)
    if at_infinity is None or any(bottom.subs(x, rho**k) == 0 for k in range(a.start, a.start + MAX_SHIFT)):
        return None
    return tidy(at_infinity - r.subs(x, rho**a.start))


def _exponential_angles(a: Summand) -> sympy.Expr | None:
    """Arctangents of rational functions of x = rho**n that are differences of atan(c x)."""
    found = in_powers(a.expr) if a.expr.has(sympy.atan) and not a.parameters else None
    if found is None:
        return None
    term, x, rho = found
    expr = arctangents.differences(term, x, rho**n)
    return None if expr is None else shifted_functions.closed_form(Summand(expr, a.start))


def _at_zero(top: sympy.Expr, bottom: sympy.Expr, x: sympy.Symbol) -> sympy.Expr | None:
    below = bottom.subs(x, 0)
    return None if below == 0 else top.subs(x, 0) / below


def _far_out(top: sympy.Expr, bottom: sympy.Expr, x: sympy.Symbol) -> sympy.Expr | None:
    difference = sympy.degree(top, x) - sympy.degree(bottom, x)
    if difference > 0:
        return None
    return S.Zero if difference < 0 else sympy.LC(top, x) / sympy.LC(bottom, x)


def in_powers(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Symbol, sympy.Expr] | None:
    """The term as a rational function of x = rho**n: the function, x and rho; two bases only where it is homogeneous.

    A smaller base than 1 is turned over, and powers of one base are written by the smallest.
    """
    expr = expr.rewrite([sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch], sympy.exp)
    expr = sympy.powsimp(sympy.expand_power_exp(expr), force=False)
    expr = sympy.expand_power_exp(expr)
    powers = [p for p in expr.atoms(sympy.Pow, sympy.exp) if p.has(n) and not p.as_base_exp()[0].has(n)]
    bases: dict[sympy.Expr, sympy.Symbol] = {}
    replacement = {}
    for p in powers:
        base, exponent = p.as_base_exp()
        slope = exponent.coeff(n, 1)
        rest = sympy.expand(exponent - slope * n)
        if rest.has(n) or not slope.is_Integer:
            return None
        factors = _prime_powers(base) if base.is_Integer and base > 1 else {base: 1}
        replacement[p] = base**rest
        for prime, e in factors.items():
            replacement[p] *= bases.setdefault(prime, sympy.Dummy("x", positive=True)) ** (e * slope)
    term = expr.xreplace(replacement)
    if not bases or term.has(n):
        return None
    names = list(bases.items())
    if len(names) == 1:
        rho, x = names[0]
        return term, x, rho
    if len(names) == 2:
        (p, x), (q, y) = names
        t = sympy.Dummy("t", positive=True)
        if sympy.cancel(term.subs({x: t * x, y: t * y}, simultaneous=True) - term) == 0:
            return term.subs(y, 1), x, p / q
    return None


def _prime_powers(base: sympy.Expr) -> dict[sympy.Expr, int]:
    return {S(p): e for p, e in sympy.factorint(base).items()}
