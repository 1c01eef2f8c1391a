"""Sums of z**n/binomial(p n, q n) times polynomials or 1/n: integrals of rational functions, by Euler's beta integral.

1/binomial(p n, q n) = (p n + 1) times the integral of t**(q n) (1 - t)**((p - q) n) over 0 <= t <= 1, and
1/(n binomial(p n, q n)) = q times that of t**(q n - 1) (1 - t)**((p - q) n); the geometric series is summed below the
integral. Sources: Sury, Wang, Zhao, "Identities involving reciprocals of binomial coefficients" (2004); Borwein,
Bailey, Girgensohn, *Experimentation in Mathematics*, 1.7.
"""

from collections import Counter
from functools import lru_cache

import sympy
from sympy import Rational, S
from sympy.integrals.rationaltools import ratint_ratpart

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.summands.hypergeometric_terms import Family

MAX_ROW = 6
"""The largest p that is recognised."""

_T = sympy.Symbol("t")


def inverse_binomial_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of n**j t(n) for small j, and of t(n)/n if wanted, for the family of z**n/binomial(p n, q n), p > 2.

    >>> product = {S.One: 1, S.Half: 1, Rational(1, 3): -1, Rational(2, 3): -1}
    >>> family = Family(Rational(2, 27), tuple(sorted(product.items(), key=str)))
    >>> inverse_binomial_values(family, frozenset())[0].value.expand()
    -6*log(2)/125 + 11*pi/250 + 27/25
    """
    found = _row(family)
    if found is None:
        return []
    p, q, z = found
    u = z * _T**q * (1 - _T) ** (p - q)
    power, known = 1 / (1 - u), []
    for j in range(len(family.numerator())):
        integrand = power + p * _moved(power, u)
        known.append((n**j, integrand, 0))
        power = _moved(power, u)
    if S.One in poles:
        known.append((1 / n, q * u / (_T * (1 - u)), 1))
    return [Known(rational, integral(sympy.cancel(f), _T), start) for rational, f, start in known]


def _moved(f: sympy.Expr, u: sympy.Expr) -> sympy.Expr:
    """U d/du of a function of u, written in t."""
    return sympy.cancel(u * f.diff(_T) / u.diff(_T))


def _row(family: Family) -> tuple[int, int, sympy.Rational] | None:
    """The p and q of the family, and the z of z**n/binomial(p n, q n); None for other families."""
    for p in range(3, MAX_ROW + 1):
        for q in range(1, p // 2 + 1):
            if dict(family.classes) == _classes(p, q):
                z = family.z * Rational(p**p, q**q * (p - q) ** (p - q))
                return (p, q, z) if z.is_Rational and abs(family.z) < 1 else None
    return None


@lru_cache(maxsize=64)
def _classes(p: int, q: int) -> dict[sympy.Expr, int]:
    """(k n)! is k**(k n) times the product of (i/k)_n over 1 <= i <= k."""
    found: Counter[sympy.Expr] = Counter()
    for k, sign in ((q, 1), (p - q, 1), (p, -1)):
        for i in range(1, k + 1):
            found[Rational(i, k)] += sign
    return {c: e for c, e in found.items() if e}


def integral(f: sympy.Expr, t: sympy.Symbol) -> sympy.Expr:
    """The integral over 0 <= t <= 1 of a rational function without poles there.

    Hermite's reduction, then the residue r at every simple pole c gives r log(1 - 1/c): (1 - c)/(-c) is no negative
    number. Factors of degree 3 and more stay as sums over roots.

    >>> integral(1 / (1 + _T**2), _T)
    pi/4
    """
    top, bottom = (sympy.Poly(g, t, domain="QQ") for g in sympy.fraction(sympy.cancel(f)))
    whole, rest = sympy.div(top, bottom)
    primitive = whole.integrate(t).as_expr()
    total = primitive.subs(t, 1) - primitive.subs(t, 0)
    if rest.is_zero:
        return total
    rational, simple = ratint_ratpart(rest, bottom, t)
    total += rational.subs(t, 1) - rational.subs(t, 0)
    for part in sympy.Add.make_args(sympy.apart(sympy.cancel(simple), t)):
        total += _simple(part, t)
    return sympy.expand(total)


def _simple(part: sympy.Expr, t: sympy.Symbol) -> sympy.Expr:
    """The integral of a function whose denominator is irreducible."""
    top, bottom = (sympy.Poly(g, t) for g in sympy.fraction(part))
    if part == 0:
        return S.Zero
    if bottom.degree() == 1:
        pole = -bottom.nth(0) / bottom.nth(1)
        return top.nth(0) / bottom.nth(1) * sympy.log(1 - 1 / pole)
    if bottom.degree() == 2:
        return _quadratic(top, bottom)
    residue = top.as_expr() / bottom.diff(t).as_expr()
    c = sympy.Dummy("c")
    return sympy.RootSum(bottom, sympy.Lambda(c, (residue * sympy.log(1 - 1 / t)).subs(t, c)), auto=False)


def _quadratic(top: sympy.Poly, bottom: sympy.Poly) -> sympy.Expr:
    """(b t + a)/(A t**2 + B t + C): half a logarithm of the values at both ends, and an arctangent or a logarithm."""
    lead, middle, last = bottom.all_coeffs()
    b, a = top.nth(1), top.nth(0)
    total = b / (2 * lead) * sympy.log((lead + middle + last) / last)
    rest, discriminant = a - b * middle / (2 * lead), middle**2 - 4 * lead * last
    root = sympy.sqrt(abs(discriminant))
    if discriminant < 0:
        ends = [sympy.atan(sympy.radsimp((2 * lead * x + middle) / root)) for x in (1, 0)]
        return total + 2 * rest / root * (ends[0] - ends[1])
    quotient = (2 * lead + middle - root) * (middle + root) / ((2 * lead + middle + root) * (middle - root))
    return total + rest / root * sympy.log(sympy.radsimp(quotient))


def joined_root_sums(expr: sympy.Expr) -> sympy.Expr:
    """The expression with sums over the roots of one polynomial joined into one."""
    rest, joined = S.Zero, dict[sympy.Poly, sympy.Expr]()
    c = sympy.Dummy("c")
    for term in sympy.Add.make_args(sympy.expand(expr)):
        factor, found = term.as_independent(sympy.RootSum, as_Add=False)
        if isinstance(found, sympy.RootSum):
            joined[found.poly] = joined.get(found.poly, S.Zero) + factor * found.fun(c)
        else:
            rest += term
    return rest + sympy.Add(
        *(sympy.RootSum(poly, sympy.Lambda(c, sympy.factor(body)), auto=False) for poly, body in joined.items())
    )
