"""Sums of terms with square roots that telescope.

Every root of an irreducible polynomial becomes a symbol, denominators are made rational by conjugates, and the term
is a sum of R(n) sqrt(S(n+k)). The parts over one class of S modulo shifts telescope when their R, moved to
one place, cancel.
Source: the operator trick P(E) = (E - 1) Q(E) (Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6).
"""

from collections import defaultdict

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.difference_ansatz import solve_difference
from infinitesimal.sums.summands.summand import Summand

MAX_SHIFT = 12
MAX_ROOTS = 6

Parts = dict[tuple[sympy.Expr, ...], sympy.Expr]
"""For every set of radicands the rational factor of the product of their roots."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term with square roots of polynomials that telescopes; None for other terms.

    >>> closed_form(Summand(1 / (sympy.sqrt(n) * (n + 1) + n * sympy.sqrt(n + 1)), 1))
    1
    """
    if not any(p.exp.is_Rational and p.exp.q == 2 and p.base.has(n) for p in a.expr.atoms(sympy.Pow)) or a.parameters:
        return None
    parts = read(a.expr, a.start)
    if parts is None:
        return None
    rational = parts.pop((), S.Zero)
    total, boundary, upper = S.Zero, S.Zero, S.Zero
    if rational.is_polynomial(n):
        primitive = _antidifference(rational)
        boundary, upper = primitive.subs(n, a.start), sympy.expand(primitive.subs(n, n + 1))
    else:
        value = _rational(Summand(rational, a.start))
        if value is None:
            return None
        total = value
    for group in _by_shift(parts):
        found = _telescoped(group, a.start)
        if found is None:
            return None
        boundary += found[0]
        upper += found[1]
    limit = _limit(upper)
    value = None if limit is None else total + limit - boundary
    if value is None or value.has(sympy.zoo, sympy.nan):
        return None
    return sympy.expand(sympy.radsimp(value))


def _antidifference(polynomial: sympy.Expr) -> sympy.Expr:
    """The polynomial F with F(n+1) - F(n) = polynomial and F(0) = 0."""
    if polynomial == 0:
        return S.Zero
    return solve_difference(polynomial, n, n + 1, S.One, sympy.degree(polynomial, n) + 1)


def _rational(a: Summand) -> sympy.Expr | None:
    from infinitesimal.sums.infinite import rational_sums

    return rational_sums.closed_form(a)


def read(expr: sympy.Expr, start: int) -> Parts | None:
    """The term as a sum of rational functions times roots of irreducible polynomials, positive from the start on."""
    roots: dict[sympy.Expr, sympy.Symbol] = {}
    replacement = {}
    for p in expr.atoms(sympy.Pow):
        if not p.base.has(n) or p.exp.is_Integer:
            continue
        if not (p.exp.is_Rational and p.exp.q == 2):
            return None
        root = _split(p.base, start, roots)
        if root is None:
            return None
        replacement[p] = root ** int(2 * p.exp)
    if len(roots) > MAX_ROOTS:
        return None
    term = expr.xreplace(replacement)
    if not term.is_rational_function(n, *roots.values()):
        return None
    top, bottom = sympy.fraction(sympy.together(term))
    for radicand, y in roots.items():
        bottom = _reduced(bottom, y, radicand)
        even, odd = bottom.subs(y, 0), sympy.expand(sympy.diff(bottom, y))
        if odd != 0:
            top, bottom = top * (even - odd * y), sympy.expand(even**2 - odd**2 * radicand)
    for radicand, y in roots.items():
        top = _reduced(top, y, radicand)
    if bottom == 0:
        return None
    symbols = tuple(roots.values())
    names = {y: radicand for radicand, y in roots.items()}
    if not symbols:
        return {(): sympy.cancel(top / bottom)}
    parts: Parts = {}
    for powers, c in sympy.Poly(top, *symbols).terms():
        key = tuple(names[y] for y, e in zip(symbols, powers, strict=True) if e)
        parts[key] = sympy.cancel(c / bottom)
    return {key: c for key, c in parts.items() if c != 0}


def _split(base: sympy.Expr, start: int, roots: dict[sympy.Expr, sympy.Symbol]) -> sympy.Expr | None:
    """The square root of a rational function as a product of symbols for roots of its factors."""
    top, bottom = sympy.fraction(sympy.cancel(sympy.together(base)))
    result = S.One
    for polynomial, sign in ((top, 1), (bottom, -1)):
        constant, factors = sympy.factor_list(polynomial, n) if polynomial.has(n) else (polynomial, [])
        if not constant.is_positive:
            return None
        result *= sympy.sqrt(constant) ** sign
        for f, m in factors:
            if not all(
                c.is_nonnegative for c in sympy.Poly(f.subs(n, n + start), n).all_coeffs()
            ) and not _no_real_root(f):
                return None
            half, odd = divmod(m, 2)
            result *= f ** (sign * half)
            if odd:
                result *= roots.setdefault(f, sympy.Dummy("y", positive=True)) ** sign
    return result


def _no_real_root(f: sympy.Expr) -> bool:
    polynomial = sympy.Poly(f, n)
    return bool(polynomial.LC() > 0 and polynomial.count_roots() == 0)


def _reduced(expr: sympy.Expr, y: sympy.Symbol, radicand: sympy.Expr) -> sympy.Expr:
    """The polynomial in y with y**2 replaced by the radicand."""
    return sympy.rem(sympy.expand(expr), y**2 - radicand, y) if expr.has(y) else expr


def _by_shift(parts: Parts) -> list[list[tuple[int, sympy.Expr, sympy.Expr]]]:
    """Groups of (k, R, S): the part is R(n) sqrt(S(n + k)), S the same in a group and the least k being 0."""
    groups: dict[sympy.Expr, list[tuple[int, sympy.Expr]]] = defaultdict(list)
    for key, factor in parts.items():
        radicand = sympy.expand(sympy.Mul(*key))
        for home, members in groups.items():
            k = next(
                (k for k in range(-MAX_SHIFT, MAX_SHIFT + 1) if sympy.expand(home.subs(n, n + k) - radicand) == 0), None
            )
            if k is not None:
                members.append((k, factor))
                break
        else:
            groups[radicand].append((0, factor))
    result = []
    for home, members in groups.items():
        low = min(k for k, _ in members)
        moved = sympy.expand(home.subs(n, n + low))
        result.append([(k - low, factor, moved) for k, factor in members])
    return result


def _telescoped(group: list[tuple[int, sympy.Expr, sympy.Expr]], start: int) -> tuple[sympy.Expr, sympy.Expr] | None:
    """What the group leaves at its lower end, and at n = N + 1, N + 2, ...; None when the factors do not cancel."""
    if sympy.cancel(sympy.Add(*(factor.subs(n, n - k) for k, factor, _ in group))) != 0:
        return None
    lower, upper = S.Zero, S.Zero
    for k, factor, radicand in group:
        f = factor.subs(n, n - k) * sympy.sqrt(sympy.factor(radicand))
        lower += sympy.Add(*(f.subs(n, start + j) for j in range(k)))
        upper += sympy.Add(*(f.subs(n, n + 1 + j) for j in range(k)))
    return lower, upper


def _limit(expr: sympy.Expr) -> sympy.Expr | None:
    """The limit of a sum of R(n) sqrt(S(n)), by the expansions in 1/n down to the constant; None if it is infinite."""
    coefficients: dict[sympy.Expr, sympy.Expr] = defaultdict(lambda: S.Zero)
    for term in sympy.Add.make_args(expr) if expr != 0 else ():
        rational, radicand = S.One, S.One
        for factor in sympy.Mul.make_args(term):
            if factor.is_Pow and factor.exp.is_Rational and factor.exp.q == 2:
                rational *= factor.base ** (factor.exp - S.Half)
                radicand *= factor.base
            else:
                rational *= factor
        top, bottom = (sympy.Poly(p, n) for p in sympy.fraction(sympy.cancel(rational)))
        inside = sympy.Poly(sympy.expand(radicand), n)
        exponent = top.degree() - bottom.degree() + sympy.Rational(inside.degree(), 2)
        scale = top.LC() / bottom.LC() * sympy.sqrt(inside.LC())
        count = int(sympy.floor(exponent)) + 1
        if count > 0:
            for j, c in enumerate(_series(top, bottom, inside, count)):
                coefficients[exponent - j] += scale * c
    if any(sympy.expand(c) != 0 for e, c in coefficients.items() if e > 0):
        return None
    return sympy.expand(coefficients[S.Zero])


def _series(top: sympy.Poly, bottom: sympy.Poly, inside: sympy.Poly, count: int) -> list[sympy.Expr]:
    """The first coefficients of top sqrt(inside)/bottom in 1/n, all three divided by their leading monomials."""
    w = sympy.Symbol("w")
    parts = []
    for polynomial in (top, bottom, inside):
        parts.append([c / polynomial.LC() for c in polynomial.all_coeffs()][:count])
    root = [S.One]
    small = [*parts[2], *[S.Zero] * count]
    for k in range(1, count):
        # from (sqrt s)**2 = s
        root.append((small[k] - sympy.Add(*(root[i] * root[k - i] for i in range(1, k)))) / 2)
    quotient: list[sympy.Expr] = []
    below = [*parts[1], *[S.Zero] * count]
    above = sympy.Poly(parts[0][::-1], w) * sympy.Poly(root[::-1], w)
    for k in range(count):
        quotient.append(above.coeff_monomial(w**k) - sympy.Add(*(below[k - i] * quotient[i] for i in range(k))))
    return quotient
