"""Partial sums by the differences that also sum infinite series: Fibonacci reciprocals, powers, lacunary terms, angles.

The modules of these families know a function F of n with F(n + 1) - F(n) = term, or F(n) - F(n + 1). Here F is taken at
both ends of the range. Products of tangents, secants and their kin at angles a fixed distance apart are differences of
tangents and cotangents.
"""

from __future__ import annotations

import sympy
from sympy import Integer

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.finite.exponential_differences import exponential_difference
from infinitesimal.sums.infinite import angle_multiples, fibonacci_sums, lacunary
from infinitesimal.sums.summands.factorial_products import Expr

MAX_PEELED = 3
"""How many first terms are added by themselves where the difference has a pole there."""


def by_families(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of a term of one of the families, or None.

    >>> m, k = sympy.symbols("m k", integer=True)
    >>> by_families(6**k / ((3**k - 2**k) * (3 ** (k + 1) - 2 ** (k + 1))), k, Integer(1), m)
    3 + 1/((2/3)**(m + 1) - 1)
    """
    if expr.has(n) or last.has(n) or first.has(n):
        return None  # the families have the index n
    term = expr.subs(k, n)
    for difference in (_fibonacci, _exponential, _lacunary):
        found = difference(term)
        if found is None:
            continue
        upper = found.subs(n, last + 1)
        for peeled in range(MAX_PEELED):
            lower = found.subs(n, first + peeled)
            if not lower.has(sympy.nan, sympy.zoo, sympy.oo):
                return sympy.Add(upper, -lower, *(expr.subs(k, first + i) for i in range(peeled)))
    return angle_multiples.partial_sum(term, first, last)


def _fibonacci(term: Expr) -> Expr | None:
    return fibonacci_sums.antidifference(term) if term.has(sympy.fibonacci, sympy.lucas) else None


def _exponential(term: Expr) -> Expr | None:
    found = exponential_difference(term) if _is_rational_in_powers(term) else None
    return None if found is None else found[0].subs(found[1], found[2] ** n)


def _is_rational_in_powers(term: Expr) -> bool:
    """Whether the index is in exponents only, and no function but exp is there."""
    powers = {p: sympy.Dummy() for p in term.atoms(sympy.Pow, sympy.exp) if p.as_base_exp()[1].has(n)}
    return bool(powers) and not term.xreplace(powers).has(n, sympy.Function)


def _lacunary(term: Expr) -> Expr | None:
    """W(n) R(y**(m**n)) for w**n T(x) with T(x) = R(x) - w R(x**m), with a minus."""
    if term.has(sympy.log):
        return None
    found = lacunary.read(term)
    if found is None:
        return None
    w, inner, m, y = found
    x = next(iter(inner.free_symbols - y.free_symbols), None)
    if x is None or not inner.is_rational_function(x):
        return None
    r = lacunary.solution(inner, m, w)
    return None if r is None else -(w**n) * r.subs(x, y ** (Integer(m) ** n))


def opened_angles(expr: Expr, k: sympy.Symbol) -> Expr:
    """The expression with products of two functions of angles a constant distance d apart as differences.

    tan a tan(a + d) = (tan(a + d) - tan a)/tan d - 1, cot a cot(a + d) = (cot a - cot(a + d))/tan d - 1,
    1/(sin a sin(a + d)) = (cot a - cot(a + d))/sin d, and 1/(cos a cos(a + d)) = (tan(a + d) - tan a)/sin d.

    >>> k, x = sympy.symbols("k x")
    >>> opened_angles(1 / (sympy.cos(k * x) * sympy.cos((k + 1) * x)), k)
    -tan(k*x)/sin(x) + tan(k*x + x)/sin(x)
    """
    parts = []
    for part in sympy.Add.make_args(expr.replace(sympy.csc, _over(sympy.sin)).replace(sympy.sec, _over(sympy.cos))):
        c, rest = part.as_independent(k, as_Add=False)
        factors = [factor.as_base_exp() for factor in sympy.Mul.make_args(rest)]
        kinds = {(base.func, exponent) for base, exponent in factors}
        if len(factors) != 2 or len(kinds) != 1:
            parts.append(part)
            continue
        kind = kinds.pop()
        low, high = (sympy.expand(base.args[0]) for base, _ in factors) if factors[0][0].args else (Integer(0),) * 2
        d = sympy.expand(high - low)
        if d == 0 or d.has(k):
            parts.append(part)
            continue
        if d.could_extract_minus_sign():
            low, high, d = high, low, -d
        tangents, cotangents = sympy.tan(high) - sympy.tan(low), sympy.cot(low) - sympy.cot(high)
        identities = {
            (sympy.tan, Integer(1)): tangents / sympy.tan(d) - 1,
            (sympy.cot, Integer(1)): cotangents / sympy.tan(d) - 1,
            (sympy.sin, Integer(-1)): cotangents / sympy.sin(d),
            (sympy.cos, Integer(-1)): tangents / sympy.sin(d),
        }
        parts.append(c * identities[kind] if kind in identities else part)
    return sympy.expand(sympy.Add(*parts), trig=False)


def where_defined(found: Expr, step: sympy.Symbol) -> Expr:
    """The closed form under the condition that no cot, 1/sin or 1/tan of an angle free of the step has a pole.

    >>> n, x = sympy.symbols("n x")
    >>> where_defined(sympy.cot(x / 2**n) / 2**n - sympy.cot(x), n)
    Piecewise((-cot(x) + cot(x/2**n)/2**n, Ne(sin(x), 0)))
    """
    angles = {f.args[0] for f in found.atoms(sympy.cot, sympy.csc)}
    angles |= {
        p.base.args[0] for p in found.atoms(sympy.Pow) if isinstance(p.base, sympy.sin | sympy.tan) and p.exp < 0
    }
    conditions = [sympy.Ne(sympy.sin(angle), 0) for angle in angles if angle.free_symbols and not angle.has(step)]
    if found.has(sympy.Piecewise) or not conditions:
        return found
    return sympy.Piecewise((found, sympy.And(*conditions)))


def _over(kind: type[sympy.Function]):  # type: ignore[no-untyped-def]
    return lambda angle: 1 / kind(angle)
