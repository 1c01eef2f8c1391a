"""Rational functions of powers rho**n as differences: the function r of x = rho**n with r(rho x) - r(x) = term.

The denominator of r comes from the orbits of the factors of the term's denominator under the step, its numerator from
linear algebra. Sources: T. Koornwinder, "On Zeilberger's algorithm and its q-analogue" (1993); P. Paule, A. Riese
(1997).
"""

from collections.abc import Callable

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.difference_ansatz import solve_difference

MAX_SHIFT = 30
MAX_DEGREE = 24

Step = Callable[[sympy.Expr, int], sympy.Expr]
"""f and k to f at the place k steps further."""


def exponential_difference(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Symbol, sympy.Expr] | None:
    """A rational r of x = rho**n with r(rho x) - r(x) = term, x and rho; None where none is found.

    >>> r, x, rho = exponential_difference(2**n / ((2**n + 1) * (2 ** (n + 1) + 1)))
    >>> sympy.cancel(r.subs(x, rho * x) - r - x / ((x + 1) * (2 * x + 1))), rho
    (0, 2)
    """
    found = in_powers(expr)
    if found is None:
        return None
    term, x, rho = found
    top, bottom = sympy.fraction(sympy.cancel(sympy.together(term)))
    if not bottom.is_polynomial(x) or sympy.degree(bottom, x) > MAX_DEGREE or not bottom.has(x):
        return None
    denominator = trial_denominator(bottom, x, lambda f, k: sympy.expand(f.subs(x, rho**k * x)))
    if denominator is None or denominator == 1:
        return None
    low = max(0, sympy.Poly(bottom, x).monoms()[-1][0])
    denominator *= x**low
    degree = max(sympy.degree(denominator, x), sympy.degree(top, x))
    r = solve_difference(term, x, rho * x, denominator, degree)
    return None if r is None else (r, x, rho)


def trial_denominator(bottom: sympy.Expr, x: sympy.Symbol, step: Step) -> sympy.Expr | None:
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


def in_powers(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Symbol, sympy.Expr] | None:
    """The term as a rational function of x = rho**n: the function, x and rho; two bases only where it is homogeneous.

    A smaller base than 1 is turned over, and powers of one base are written by the smallest.
    """
    expr = expr.rewrite([sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch], sympy.exp)
    expr = sympy.powsimp(sympy.expand_power_exp(expr), force=False)
    expr = sympy.expand_power_exp(expr)
    found = (p for p in expr.atoms(sympy.Pow, sympy.exp) if p.has(n) and not p.as_base_exp()[0].has(n))
    powers = sorted(found, key=sympy.default_sort_key)
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
