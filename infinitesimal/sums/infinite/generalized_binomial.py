"""Sums of binomial(p n, n) z**n: the generalized binomial series of Lambert and Fuss, algebraic in z.

B = sum of binomial(p n + 1, n)/(p n + 1) z**n is the root of B = 1 + z B**p that tends to 1 with z -> 0. Then

    sum of binomial(p n, n) z**n = B/(p - (p - 1) B),      sum of binomial(p n, n)/((p - 1) n + 1) z**n = B,
    sum over n >= 1 of binomial(p n, n)/n z**n = p log(B),

and z d/dz f(B) = f'(B) B (B - 1)/(p - (p - 1) B). In the disc, z = (B - 1)/B**p grows with B for 0 < B < p/(p - 1),
so that B is the only root of the equation there; it is p/(p - 1) at the end of the disc.
Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 5.4 and 7.5.
"""

from collections import Counter
from functools import lru_cache

import sympy
from sympy import Rational, S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.summands.hypergeometric_terms import Family

ROWS = range(3, 7)
"""The p that are recognised; the square root of p = 2 is known among the functions of z."""

_B = sympy.Symbol("b")


def generalized_binomial_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of n**j t(n), of t(n)/((p - 1) n + 1) and of t(n)/n, for the family of binomial(p n, n) z**n.

    >>> product = {Rational(1, 3): 1, Rational(2, 3): 1, S.Half: -1, S.One: -1}
    >>> family = Family(Rational(27, 32), tuple(sorted(product.items(), key=str)))
    >>> [known.value for known in generalized_binomial_values(family, frozenset())]
    [1 + 3*sqrt(5)/5, 33*sqrt(5)/25 + 3, -1 + sqrt(5)]
    """
    row = _row(family)
    found = None if row is None else _root(*row)
    if row is None or found is None:
        return []
    p, (root, modulus) = row[0], found
    known = []
    if family.z != 1:
        below = p - (p - 1) * _B
        f = _B / below
        for j in range(p - 1):
            known.append(Known(n**j, _at(f, root, modulus)))
            f = sympy.cancel(f.diff(_B) * _B * (_B - 1) / below)
    if Rational(1, p - 1) in poles or not poles:
        known.append(Known(1 / ((p - 1) * n + 1), root))
    if S.One in poles:
        known.append(Known(1 / n, p * sympy.log(root), 1))
    return known


def _at(f: sympy.Expr, root: sympy.Expr, modulus: sympy.Poly | None) -> sympy.Expr:
    """A rational function of the root in the normal form of its number field: modulo a polynomial, or by radicals."""
    if modulus is None:
        return sympy.expand(sympy.radsimp(f.subs(_B, root)))
    top, bottom = (sympy.Poly(part, _B, domain="QQ") for part in sympy.fraction(sympy.cancel(f)))
    reduced = (top * sympy.invert(bottom, modulus)).rem(modulus)
    return reduced.as_expr().subs(_B, root)


def _row(family: Family) -> tuple[int, sympy.Rational] | None:
    """The p of the family, and the z of binomial(p n, n) z**n inside the disc or at its right end; else None."""
    if not family.z.is_Rational or not -1 < family.z <= 1:
        return None
    for p in ROWS:
        if dict(family.classes) == _classes(p):
            return p, family.z * Rational((p - 1) ** (p - 1), p**p)
    return None


@lru_cache(maxsize=16)
def _classes(p: int) -> dict[sympy.Expr, int]:
    """(k n)! is k**(k n) times the product of (i/k)_n over 1 <= i <= k."""
    found: Counter[sympy.Expr] = Counter()
    for k, sign in ((p, 1), (p - 1, -1), (1, -1)):
        for i in range(1, k + 1):
            found[Rational(i, k)] += sign
    return {c: e for c, e in found.items() if e}


def _root(p: int, z: sympy.Rational) -> tuple[sympy.Expr, sympy.Poly | None] | None:
    """The root of B = 1 + z B**p between 0 and p/(p - 1): in radicals up to degree 2, else with its polynomial.

    The factors are asked for a sign change or a zero by Sturm's theorem, which is exact.
    """
    end = Rational(p, p - 1)
    for factor, _ in sympy.factor_list(z * _B**p - _B + 1)[1]:
        poly = sympy.Poly(factor, _B)
        if not poly.count_roots(0, end):
            continue
        if poly.degree() > 2:  # for p = 3 the functions of z give a sine of a third of an angle
            below = poly.count_roots(None, 0)
            return None if p == 3 else (sympy.CRootOf(poly, below), poly.set_domain("QQ"))
        a, b, c = (poly.nth(k) for k in (2, 1, 0))
        if poly.degree() == 1:
            return -c / b, None
        for side in (1, -1):
            root = (-b + side * sympy.sqrt(b**2 - 4 * a * c)) / (2 * a)
            if 0 < root <= end:
                return sympy.expand(root), None
    return None
