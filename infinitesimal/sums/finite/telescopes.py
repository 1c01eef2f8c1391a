"""Finite sums that telescope through functions that are not hypergeometric: square roots, logarithms, arctangents."""

from __future__ import annotations

import sympy
from sympy import Integer

from infinitesimal.sums.finite.families import by_families, opened_angles
from infinitesimal.sums.finite.zeilberger import product_solution
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.residue_classes import ANGLES
from infinitesimal.sums.summands.tidy_products import tidy

MAX_SHIFT = 6
"""The largest shift between two parts of a telescoping term."""


def telescoped(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of a term that is a difference of shifted copies, a logarithm or an arctangent; or None.

    >>> n, k = sympy.symbols("n k")
    >>> telescoped(1 / (sympy.sqrt(k) + sympy.sqrt(k + 1)), k, Integer(1), n)
    sqrt(n + 1) - 1
    """
    opened = opened_angles(expr, k) if expr.has(*ANGLES) else expr
    constant, changing = opened.as_independent(k, as_Add=True)
    for sum_of_kind in (_logarithms, _arctangents, _shifted_copies, by_families):
        found = sum_of_kind(changing, k, first, last)
        if found is not None:
            return constant * (last - first + 1) + found
    return None


def without_squares(expr: Expr, k: sympy.Symbol, first: Expr) -> Expr:
    """The expression with roots of squares drawn, and roots of products of positive factors taken apart.

    >>> k = sympy.Symbol("k")
    >>> without_squares(sympy.sqrt(1 + 1 / k**2 + 1 / (k + 1) ** 2), k, Integer(1))
    (k**2 + k + 1)/(k*(k + 1))
    """

    def drawn(power: Expr) -> Expr:
        base = sympy.factor(sympy.together(power.base))
        parts = [factor.as_base_exp() for factor in sympy.Mul.make_args(base)]
        if all(positive_from(b, k, int(first)) or b == k - first for b, _ in parts):
            return sympy.Mul(
                *(b ** (e * power.exp) for b, e in parts)
            )  # all factors are positive, or zero at the start
        if not all((e / 2).is_Integer or (b.is_Rational and sympy.sqrt(b).is_Rational) for b, e in parts):
            return power
        root = sympy.Mul(*(b ** (e / 2) if (e / 2).is_Integer else sympy.sqrt(b) ** e for b, e in parts))
        return root ** (2 * power.exp) if positive_from(root, k, int(first)) else power

    if not first.is_Integer:
        return expr
    return expr.replace(
        lambda e: e.is_Pow and (2 * e.exp).is_Integer and not e.exp.is_Integer and e.base.is_rational_function(k), drawn
    )


def _shifted_copies(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """sum_i c_i g(k + i) with constants of sum zero, for several g: the operator is divisible by E - 1."""
    classes: list[tuple[Expr, dict[int, Expr]]] = []
    for part in _parts(expr, k):
        c, g = part.as_independent(k, as_Add=False)
        for known, shifts in classes:
            place = _shift_between(known, g, k)
            if place is not None:
                shifts[place] = shifts.get(place, Integer(0)) + c
                break
        else:
            classes.append((g, {0: c}))
    total: Expr = Integer(0)
    for g, shifts in classes:
        if sympy.expand(sympy.Add(*shifts.values())) != 0:
            return None
        low, running = min(shifts), Integer(0)
        for i in range(low, max(shifts)):
            # The quotient of sum c_i E**i by E - 1 has the coefficients -(c_low + ... + c_i).
            running += shifts.get(i, Integer(0))
            if running != 0:
                total -= running * (g.subs(k, last + 1 + i) - g.subs(k, first + i))
    return total


def _parts(expr: Expr, k: sympy.Symbol) -> tuple[Expr, ...]:
    """The expression as a sum, as far as it comes apart."""
    simple = _simple_fractions(expr, k)
    if simple is not expr:
        return tuple(sympy.Add.make_args(simple))
    rational = _without_roots_below(expr)
    return tuple(sympy.Add.make_args(rational if rational is not expr else sympy.expand(expr)))


def _shift_between(known: Expr, g: Expr, k: sympy.Symbol) -> int | None:
    for shift in sorted(range(-MAX_SHIFT, MAX_SHIFT + 1), key=abs):
        if sympy.expand(known.subs(k, k + shift) - g) == 0:
            return shift
    return None


def _without_roots_below(expr: Expr) -> Expr:
    """The expression with denominators sqrt(a) + c sqrt(b) made rational."""
    top, bottom = sympy.fraction(sympy.together(expr)) if expr.is_Add else sympy.fraction(expr)
    parts = sympy.Add.make_args(bottom)
    if len(parts) != 2 or not bottom.has(sympy.sqrt, sympy.Pow):
        return expr
    conjugate = parts[0] - parts[1]
    norm = sympy.factor(sympy.expand(parts[0] ** 2 - parts[1] ** 2))
    if norm == 0 or any(not e.is_Integer for e in (p.exp for p in norm.atoms(sympy.Pow))):
        return expr
    terms = []
    for part in (top * piece for piece in conjugate.args):
        rational, radical = Integer(1), Integer(1)
        for base, exponent in (factor.as_base_exp() for factor in sympy.Mul.make_args(part)):
            whole = sympy.floor(exponent) if exponent.is_Rational else Integer(0)
            rational, radical = rational * base**whole, radical * base ** (exponent - whole)
        terms.append(sympy.factor(rational / norm) * radical)
    return sympy.Add(*terms)


def _simple_fractions(expr: Expr, k: sympy.Symbol) -> Expr:
    """A rational function of one power b**k in partial fractions."""
    bases = {power.base for power in expr.atoms(sympy.Pow) if power.exp.has(k) and not power.base.has(k)}
    if len(bases) != 1:
        return expr
    base, x = bases.pop(), sympy.Dummy("x")
    opened = sympy.expand(expr, power_exp=True, mul=False).subs(base**k, x)
    if opened.has(k) or not opened.is_rational_function(x) or not base.is_Rational:
        return expr
    return sympy.apart(sympy.cancel(opened), x).subs(x, base**k)


def _logarithms(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of c log R(k), R positive on the range, as c log of the product; or with polynomial weights."""
    if not expr.has(sympy.log) or not first.is_Integer:
        return None
    total: Expr = Integer(0)
    parts = [part.as_independent(k, as_Add=False) for part in sympy.Add.make_args(sympy.expand(expr, log=False))]
    for c, g in parts:
        if not isinstance(g, sympy.log) or not g.args[0].is_rational_function(k):
            return _weighted_logarithms(parts, k, int(first), last)
        inside = sympy.factor(sympy.together(g.args[0]))
        if not positive_from(inside, k, int(first)):
            return None
        top, bottom = sympy.fraction(inside)
        product = product_solution(top, bottom, k, first)
        if product is None:
            return _shifted_logarithms(parts, k, first, last)
        total += c * sympy.log(tidy(product.subs(k, last + 1)))
    return total


def _shifted_logarithms(parts: list[tuple[Expr, Expr]], k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of c log R(k) over the irreducible factors of R, positive on the range, that are shifts of each other."""
    opened: Expr = Integer(0)
    for c, g in parts:
        if not isinstance(g, sympy.log) or not g.args[0].is_rational_function(k):
            return None
        for part, sign in zip(sympy.fraction(sympy.factor(sympy.together(g.args[0]))), (1, -1), strict=True):
            constant, factors = sympy.factor_list(part, k)
            if constant != 1 or not all(positive_from(f, k, int(first)) for f, _ in factors):
                return None
            opened += sympy.Add(*(sign * c * e * sympy.log(f) for f, e in factors))
    found = _shifted_copies(opened, k, first, last)
    return None if found is None else found.replace(sympy.log, lambda inside: sympy.log(sympy.factor(inside)))


def _weighted_logarithms(parts: list[tuple[Expr, Expr]], k: sympy.Symbol, first: int, last: Expr) -> Expr | None:
    """The sum of p(k) log R(k) with polynomials p, over the linear factors k + a of R, which have to be positive.

    The sum of q(k) log(k + a) with p(k) = q(k + i) log(k + a + i) moved to one a; what is left has to be constant, and
    is the logarithm of a factorial.
    """
    weights: dict[Expr, Expr] = {}
    for c, g in parts:
        logs = [f for f in sympy.Mul.make_args(g) if isinstance(f, sympy.log)]
        p = c * g / logs[0] if len(logs) == 1 else sympy.nan
        inside = sympy.factor(sympy.together(logs[0].args[0])) if logs else Integer(0)
        if not p.is_polynomial(k) or p is sympy.nan or not inside.is_rational_function(k) or inside.free_symbols != {k}:
            return None
        for part, sign in zip(sympy.fraction(inside), (1, -1), strict=True):
            constant, factors = sympy.factor_list(part, k)
            if constant != 1 or any(sympy.degree(f, k) != 1 or sympy.LC(f, k) != 1 for f, _ in factors):
                return None
            for f, e in factors:
                place = sympy.expand(f - k)
                if not (place.is_Integer and place + first > 0):
                    return None
                weights[place] = weights.get(place, Integer(0)) + sign * e * p
    if not weights or max(weights) - min(weights) > MAX_SHIFT:
        return None
    low = min(weights)
    total, constant = Integer(0), Integer(0)
    for place, weight in weights.items():
        i = int(place - low)
        moved = sympy.expand(weight.subs(k, k - i))
        constant += moved
        # from first + i to last + i instead of from first to last
        total += sympy.Add(*(moved.subs(k, last + j) * sympy.log(last + j + low) for j in range(1, i + 1)))
        total -= sympy.Add(*(moved.subs(k, first + j) * sympy.log(first + j + low) for j in range(i)))
    constant = sympy.expand(constant)
    if constant.has(k):
        return None
    return total + constant * (sympy.log(sympy.factorial(last + low)) - sympy.log(sympy.factorial(first + low - 1)))


def positive_from(rational: Expr, k: sympy.Symbol, first: int) -> bool:
    """Whether a rational function over the rationals is positive at all reals >= first."""
    if rational.free_symbols - {k} or not rational.subs(k, first).is_positive:
        return False
    parts = [sympy.Poly(part, k, domain="QQ") for part in sympy.fraction(sympy.together(rational))]
    return all(part.degree() <= 0 or part.count_roots(first, None) == 0 for part in parts)


def _arctangents(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """atan(p/q) = atan v(k + s) - atan v(k) with a polynomial v, where v(k) v(k + s) > -1.

    It needs v(k + s) - v(k) = c p and 1 + v(k) v(k + s) = c q. Leading coefficients decide c, the first equation v but
    for a constant, and the coefficient of k**(degree of v) in the second one the constant.
    """
    factor, g = expr.as_independent(k, as_Add=False)
    if not isinstance(g, sympy.atan) or not g.args[0].is_rational_function(k):
        return None
    p, q = (sympy.expand(part) for part in sympy.fraction(sympy.cancel(g.args[0])))
    if not p.is_polynomial(k) or p == 0 or sympy.degree(q, k) != 2 * sympy.degree(p, k) + 2:
        return None
    for s in (1, 2, 3):
        v = _arctangent_argument(p, q, k, s)
        if v is None:
            continue
        if not (first.is_Integer and positive_from(sympy.expand(1 + v * v.subs(k, k + s)), k, int(first))):
            continue
        ends = [sympy.atan(sympy.factor(v.subs(k, last + 1 + i))) - sympy.atan(v.subs(k, first + i)) for i in range(s)]
        return factor * sympy.Add(*ends)
    return None


def _arctangent_argument(p: Expr, q: Expr, k: sympy.Symbol, s: int) -> Expr | None:
    """The polynomial v of `_arctangents` for the step s, or None."""
    degree = int(sympy.degree(p, k)) + 1
    scale = sympy.cancel(sympy.LC(q, k) * (s * degree) ** 2 / sympy.LC(p, k) ** 2)
    v, rest = Integer(0), sympy.expand(scale * p)
    while rest != 0:
        e = int(sympy.degree(rest, k))
        power = sympy.cancel(sympy.LC(rest, k) / (s * (e + 1))) * k ** (e + 1)
        v, rest = v + power, sympy.expand(sympy.cancel(rest - power.subs(k, k + s) + power))
    constant = sympy.Dummy("c")
    general = v + constant
    equation = sympy.expand(1 + general * general.subs(k, k + s) - scale * q).coeff(k, degree)
    v += sympy.cancel(-equation.subs(constant, 0) / equation.coeff(constant, 1))
    return sympy.expand(v) if sympy.cancel(1 + v * v.subs(k, k + s) - scale * q) == 0 else None
