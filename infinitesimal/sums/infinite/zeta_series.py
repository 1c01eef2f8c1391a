"""Sums over values of the zeta function at integers: zeta(n) - 1, (-1)**n zeta(n)/n, zeta(2n)/4**n, and their kin.

zeta(s) = 1 + 2**-s + ... + sum of m**-s over m >= J; with J**k > |x| the double sum of w(n) x**n m**(-k n - b)
converges absolutely, and the order of summation may be changed (Fubini). What is left are a series in n without zeta
values, and a series in m of the closed forms of sums of w(n) z**n with z = x/m**k.
Sources: Adamchik & Srivastava, "Some series of the zeta and related functions" (1998); Flajolet & Vardi (1996).
"""

from typing import NamedTuple

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.infinite import hypergeometric
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import multiplied_out
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.truth import Truth

MAX_FIRST = 20
MAX_STEP = 8


class Weighted(NamedTuple):
    """rational(n) x**n zeta(k n + b)."""

    rational: sympy.Expr
    x: sympy.Expr
    k: int
    b: int


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of zeta values at integers times rational functions and powers x**n; None for any other term.

    >>> closed_form(Summand((sympy.zeta(n) - 1) / n, 2))
    1 - EulerGamma
    """
    found = read(a.expr) if a.expr.has(sympy.zeta) and not a.parameters else None
    if found is None or not found[1]:
        return None
    plain, parts = found
    first = _first(parts)
    if first is None or any(part.k * a.start + part.b < 2 for part in parts):
        return None
    head = plain
    tail = S.Zero
    for part in parts:
        head += sympy.Add(*(part.rational * part.x**n * S(j) ** -(part.k * n + part.b) for j in range(1, first)))
        inner = _over_n(part, a.start)
        if inner is None:
            return None
        tail += inner
    sums = [_sum(Summand(_simplified(head), a.start)), _sum(Summand(tail, first))]
    return None if any(value is None for value in sums) else sympy.expand(sympy.Add(*sums))


def read(expr: sympy.Expr) -> tuple[sympy.Expr, list[Weighted]] | None:
    """The part without zeta values, and the others; None where the term is not of this kind."""
    names = {value: sympy.Dummy("zeta") for value in expr.atoms(sympy.zeta) if value.has(n)}
    replaced = expr.xreplace(names)
    plain = replaced.subs(dict.fromkeys(names.values(), S.Zero))
    parts = []
    for value, name in names.items():
        factor = replaced.diff(name)
        line = sympy.Poly(value.args[0], n) if len(value.args) == 1 and value.args[0].is_polynomial(n) else None
        if line is None or line.degree() != 1 or not all(c.is_Integer for c in line.all_coeffs()):
            return None
        k, b = (int(c) for c in line.all_coeffs())
        if not 0 < k <= MAX_STEP or factor.has(*names.values()):
            return None
        for term in multiplied_out(sympy.expand_power_exp(factor)):
            weighted = _weighted(term)
            if weighted is None:
                return None
            parts.append(Weighted(*weighted, k, b))
    return plain, parts


def _weighted(term: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """The term as rational(n) x**n."""
    rational, x = S.One, S.One
    for factor in sympy.Mul.make_args(sympy.powsimp(term)):
        base, exponent = factor.as_base_exp()
        if not exponent.has(n):
            rational *= factor
            continue
        slope = sympy.expand(exponent).coeff(n, 1)
        rest = sympy.expand(exponent - slope * n)
        if base.has(n) or rest.has(n):
            return None
        x, rational = x * base**slope, rational * base**rest
    if not rational.is_rational_function(n) or x.is_real is not True:
        return None
    return rational, x


def _first(parts: list[Weighted]) -> int | None:
    """The least J >= 1 with J**k > |x| for all parts; 1 is left to the plain series, where the edge may be met."""
    try:
        moduli = [(abs(ball(part.x, 64)), part.k) for part in parts]
    except Undecided:
        return None
    return next((j for j in range(2, MAX_FIRST) if all(modulus < j**k for modulus, k in moduli)), None)


def _over_n(part: Weighted, start: int) -> sympy.Expr | None:
    """The sum of the part over n, with m**(-k n - b) for the zeta value, as an expression in m (called n)."""
    y = sympy.Dummy("y", positive=True)
    sign = S.NegativeOne if part.x.is_negative else S.One
    value = hypergeometric.closed_form(Summand(part.rational * sign**n * y ** (part.k * n), start))
    if value is None:
        return None
    root = abs(part.x) ** sympy.Rational(1, part.k)
    value = value.replace(sympy.atanh, lambda u: sympy.log((1 + u) / (1 - u)) / 2)
    value = value.subs(y, root / n) * n**-part.b
    value = value.replace(sympy.log, lambda u: sympy.log(sympy.factor(sympy.together(u))))
    logarithms = {u: sympy.Dummy("log") for u in value.atoms(sympy.log) if u.has(n)}
    flat = sympy.expand(value.xreplace(logarithms))
    collected = sympy.collect(flat, list(logarithms.values()), sympy.factor)
    return collected.xreplace({name: u for u, name in logarithms.items()})


def _simplified(expr: sympy.Expr) -> sympy.Expr:
    """The expression with powers of equal bases joined, so that the first terms of zeta cancel."""
    return sympy.powsimp(sympy.expand(sympy.expand_power_exp(expr)))


def _sum(a: Summand) -> sympy.Expr | None:
    """The closed form of a series without zeta values, if it converges and has one."""
    from infinitesimal.sums.infinite import closed_forms

    if a.expr == 0:
        return S.Zero
    if verdict(a).truth is not Truth.TRUE:
        return None
    return closed_forms.closed_form(a).value
