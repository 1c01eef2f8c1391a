"""Closed forms of series with a parameter, each with the region of the parameter in which it holds.

Power series go through the families of `geometric` and `hypergeometric` with a symbol as argument; the region is the
disc of convergence, with the points of its edge where the series converges and the value is continuous (Abel's
theorem). Beside them: harmonic numbers, Dirichlet series, and 1/(n**2 + a**2). Every form meets enclosures at rational
points of its region, its edge among them, before it is returned. Sources: Wilf, *generatingfunctionology*; DLMF 25.12.
"""

import sympy
from sympy import And, S, pi

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.finite import exponential_differences
from infinitesimal.sums.infinite import (
    exponential_type,
    geometric,
    hypergeometric,
    lacunary,
    parametric_waves,
    telescoping,
)
from infinitesimal.sums.infinite.parametric_confirmation import confirmed
from infinitesimal.sums.summands.hypergeometric_terms import GammaProduct, NotHypergeometric, read_sum
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.truth import Truth

Case = tuple[sympy.Expr, sympy.Basic]
"""A value and the condition on the parameters under which it is the sum."""


def closed_form_parametric(a: Summand) -> list[Case] | None:
    """The sum with its condition, for a term with parameters; None where no form is known.

    >>> x = sympy.Symbol("x")
    >>> closed_form_parametric(Summand(x**n / sympy.factorial(n), 0))
    [(exp(x), True)]
    >>> [condition for _, condition in closed_form_parametric(Summand(n * x**n, 0))]
    [Abs(x) < 1]
    """
    if a.expr.is_rational_function(n, *a.parameters):
        a = Summand(sympy.factor(a.expr), a.start)
    families = (_dirichlet, _waves, _hypergeometric, _harmonic, _quadratic, _telescoping, _digamma, _others)
    for family in (*families, parametric_waves.closed_form, _polynomial):
        case = family(a)
        if case is not None and case[1] != sympy.false and confirmed(a, *case):
            return [(tidy(case[0]), case[1])]
    return None


def tidy(value: sympy.Expr) -> sympy.Expr:
    """The shortest of some forms of the same expression."""
    forms = [value, sympy.expand(value)]
    if not value.has(sympy.Function) or value.has(sympy.exp):
        forms.append(sympy.factor(value))
    else:
        forms.append(sympy.factor_terms(sympy.together(value)))
    forms += [_from_one(f) for f in forms]
    return min(forms, key=sympy.count_ops)


def _from_one(value: sympy.Expr) -> sympy.Expr:
    """Powers of x - 1 as powers of 1 - x."""

    def turned(e: sympy.Expr) -> bool:
        return bool(e.is_Pow and e.exp.is_Integer and e.base.is_Add and e.base.as_coeff_Add()[0].is_negative)

    return value.replace(turned, lambda e: S.NegativeOne**e.exp * (-e.base) ** e.exp)


# Regions


def _disc(z: sympy.Expr, closed: bool = False) -> sympy.Basic:
    """|z| < 1 (or <= 1), solved for the parameter where z is c x**k or exp(c a)."""
    if z.is_number:
        return sympy.sympify(geometric.below_one(z))
    if isinstance(z, sympy.exp):
        return sympy.re(-z.args[0]) > 0
    c, rest = z.as_independent(*z.free_symbols, as_Add=False)
    base, exponent = rest.as_base_exp()
    if base.is_Symbol and exponent.is_Integer:
        radius = sympy.expand(sympy.radsimp((1 / sympy.Abs(c)) ** (1 / abs(exponent))))
        if exponent > 0:
            return sympy.Abs(base) <= radius if closed else sympy.Abs(base) < radius
        return sympy.Abs(base) >= 1 / radius if closed else sympy.Abs(base) > 1 / radius
    return sympy.Abs(z) <= 1 if closed else sympy.Abs(z) < 1


def _region(product: GammaProduct, value: sympy.Expr) -> sympy.Basic:
    """Where the series converges: everywhere, or the disc |z| < 1 with the points of its edge that are certain."""
    family = product.family
    if family.balance < 0:
        return sympy.true
    if family.exponent.free_symbols or not family.z.free_symbols or isinstance(family.z, sympy.exp):
        return _disc(family.z)
    top, bottom = sympy.fraction(sympy.cancel(product.rational))
    exponent = family.exponent + sympy.degree(top, n) - sympy.degree(bottom, n)
    if exponent >= 0:
        return _disc(family.z)
    points = _unit_points(family.z)
    if exponent < -1 and points is not None and all(_finite(value, x, at) for x, at in points):
        return _disc(family.z, closed=True)
    return And(_disc(family.z, closed=True), sympy.Ne(family.z, 1))


def _unit_points(z: sympy.Expr) -> list[tuple[sympy.Symbol, sympy.Expr]] | None:
    """The solutions of z = c x**k = 1 for k = 1 or 2."""
    c, rest = z.as_independent(*z.free_symbols, as_Add=False)
    base, exponent = rest.as_base_exp()
    if not base.is_Symbol or exponent not in (1, 2):
        return None
    root = (1 / c) ** (1 / exponent)
    return [(base, root)] if exponent == 1 else [(base, root), (base, -root)]


def _finite(value: sympy.Expr, x: sympy.Symbol, at: sympy.Expr) -> bool:
    found = value.subs(x, at)
    return not found.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)


def _removed(value: sympy.Expr, condition: sympy.Basic) -> Case:
    """The case without the zeros of the denominators of the value inside its region: the origin."""
    for x in sorted(value.free_symbols, key=str):
        if not _finite(value, x, S.Zero):
            condition = And(condition, sympy.Ne(x, 0))
    return value, condition


# Families


def _dirichlet(a: Summand) -> Case | None:
    """C x**n/(n + b)**s with a parameter in s: the zeta function of Riemann or Hurwitz, eta, or the polylogarithm."""
    c, rest = sympy.powsimp(a.expr).as_independent(n, as_Add=False)
    base, power, shift = S.One, S.Zero, None
    for factor in sympy.Mul.make_args(rest):
        b, e = factor.as_base_exp()
        if not b.has(n):
            slope = sympy.expand(e).coeff(n, 1)
            offset = sympy.expand(e - slope * n)
            if offset.has(n):
                return None
            base, c = base * b**slope, c * b**offset
        elif not e.has(n) and sympy.expand(b - n).has(n) is False:
            moved = sympy.expand(b - n)
            if shift is not None and moved != shift:
                return None
            shift, power = moved, power + e
        else:
            return None
    s = -power
    if shift is None or (s.is_number and not shift.free_symbols and s.is_Integer and base.is_number):
        return None
    if base == 1:
        place = shift + a.start
        if place.free_symbols and not (s.free_symbols or s.is_Integer):
            return None
        condition: sympy.Basic = sympy.re(s) > 1 if s.free_symbols else sympy.sympify(bool(s > 1))
        if place.free_symbols:
            condition = And(condition, sympy.Not(sympy.Contains(-place, S.Naturals0)))
        value = (
            sympy.zeta(s) - sympy.Add(*(S(k) ** -s for k in range(1, place)))
            if place.is_Integer
            else sympy.zeta(s, place)
        )
        return _removed(c * value, condition)
    if shift != 0:
        return None
    head = sympy.Add(*(base**k * S(k) ** -s for k in range(1, a.start)))
    if a.start < 1:
        return None
    if base == -1:
        return _removed(-c * sympy.dirichlet_eta(s) - c * head, sympy.re(s) > 0)
    if s.free_symbols or (s.is_positive and not (s.is_Integer and s <= 1)):
        return _removed(c * (sympy.polylog(s, base) - head), _disc(base))
    return None


def _waves(a: Summand) -> Case | None:
    """Polynomials times powers of a parameter, Fibonacci numbers, sines and cosines among the factors."""
    real = {x: sympy.Dummy(x.name, real=True) for x in _angles(a.expr)}
    waves = geometric.read(a.expr.subs(real))
    if waves is None:
        return None
    total, conditions = S.Zero, []
    for (base, angle), factor in waves.items():
        if base in (1, -1):
            return None
        polynomial = sympy.Poly(factor, n)
        if polynomial.degree() > geometric.MAX_DEGREE:
            return None
        total += geometric.sum_of_powers(polynomial, base * sympy.exp(sympy.I * angle), a.start)
        conditions.append(_disc(base))
    back = {d: x for x, d in real.items()}
    if real:
        return geometric.oscillating_sum(waves, a.start).subs(back), And(
            *conditions, *(sympy.Contains(x, S.Reals) for x in real)
        )
    top, bottom = sympy.fraction(sympy.together(total))
    value = sympy.factor(sympy.expand(top) / sympy.expand(bottom))
    return value, _smallest(conditions)


def _angles(expr: sympy.Expr) -> set[sympy.Symbol]:
    return {x for f in expr.atoms(sympy.sin, sympy.cos) for x in f.free_symbols - {n}}


def _smallest(conditions: list[sympy.Basic]) -> sympy.Basic:
    """Discs around one centre: the smallest; else all of them."""
    discs = [
        c
        for c in conditions
        if isinstance(c, sympy.StrictLessThan) and isinstance(c.lhs, sympy.Abs) and c.rhs.is_number
    ]
    if len(discs) == len(conditions) and len({c.lhs for c in discs}) == 1:
        return min(discs, key=lambda c: float(c.rhs))
    return And(*conditions)


def _hypergeometric(a: Summand) -> Case | None:
    """Products of factorials, binomials and powers of parameters."""
    value = hypergeometric.closed_form(a)
    if value is None:
        return None
    try:
        products = read_sum(a.expr)
    except NotHypergeometric:
        return None
    return _removed(value, And(*(_region(p, value) for p in products)))


def _harmonic(a: Summand) -> Case | None:
    """H(n) x**n with a polynomial, 1/n, 1/(n+1) or 1/n!: generating functions (Graham, Knuth, Patashnik, 7.4)."""
    rest = a.expr / sympy.harmonic(n)
    if rest.has(sympy.harmonic):
        return None
    x = sympy.Dummy("x")
    base = S.One
    other = S.One
    for factor in sympy.Mul.make_args(sympy.powsimp(rest)):
        b, e = factor.as_base_exp()
        if b.has(n) or not e.has(n):
            other *= factor
            continue
        slope = sympy.expand(e).coeff(n, 1)
        base, other = base * b**slope, other * b ** sympy.expand(e - slope * n)
    if not base.free_symbols:
        return None
    log = sympy.log(1 - x)
    generating = -log / (1 - x)
    condition = _disc(base)
    if other.is_polynomial(n):
        value = S.Zero
        for (k,), c in reversed(sympy.Poly(other, n).terms()):
            term = generating
            for _ in range(k):
                term = x * sympy.diff(term, x)
            value += c * term
    else:
        c, shape = other.as_independent(n, as_Add=False)
        known = {
            1 / n: sympy.polylog(2, x) + log**2 / 2,
            1 / (n + 1): log**2 / (2 * x),
            1 / sympy.factorial(n): sympy.exp(x) * (sympy.EulerGamma + sympy.log(x) + sympy.expint(1, x)),
        }
        if shape not in known:
            return None
        value = c * known[shape]
        if shape == 1 / sympy.factorial(n):
            # log x + E_1(x) is entire, but both have a cut on the negative axis
            condition = base > 0
    if a.start > 1 or (a.start == 0 and other.has(n) and other.subs(n, 0).has(sympy.zoo)):
        value -= sympy.Add(*((a.expr / base**n * x**n).subs(n, k) for k in range(1, a.start)))
    return _removed(value.subs(x, base), condition)


def _quadratic(a: Summand) -> Case | None:
    """c/(n**2 + b) and (-1)**n c/(n**2 + b): the expansions of coth and 1/sinh in partial fractions."""
    signed = sympy.expand_power_exp(a.expr)
    sign = S.NegativeOne**n
    alternating = signed.has(sign)
    top, bottom = sympy.fraction(sympy.cancel(sympy.together(signed / sign if alternating else signed)))
    if top.has(n) or not bottom.is_polynomial(n) or sympy.degree(bottom, n) != 2:
        return None
    lead, middle, b = sympy.Poly(bottom, n).all_coeffs()
    b = sympy.cancel(b / lead)
    if middle != 0 or not b.free_symbols:
        return None
    negative = b.could_extract_minus_sign()
    root = sympy.powdenest(sympy.sqrt(-b if negative else b), force=True)
    if negative:
        whole = -pi / (root * (sympy.sin(pi * root) if alternating else sympy.tan(pi * root)))
    else:
        whole = pi / (root * (sympy.sinh(pi * root) if alternating else sympy.tanh(pi * root)))
    from_one = (whole - 1 / b) / 2
    ends = sympy.Add(*((-1 if alternating and k % 2 else 1) / (k**2 + b) for k in range(1, a.start)))
    value = from_one + (1 / b if a.start == 0 else -ends)
    zero = sympy.sin(pi * root) if negative else sympy.sinh(pi * root)
    value = value.replace(
        lambda e: e.is_Pow and e.exp == -1 and isinstance(e.base, sympy.tanh), lambda e: sympy.coth(e.base.args[0])
    )
    value = value.replace(
        lambda e: e.is_Pow and e.exp == -1 and isinstance(e.base, sympy.tan), lambda e: sympy.cot(e.base.args[0])
    )
    return top / lead * sympy.expand(value), sympy.Ne(zero, 0)


def _telescoping(a: Summand) -> Case | None:
    """Rational functions of n, or of x**n, that are differences."""
    value = telescoping.closed_form(a)
    if value is None:
        return None
    conditions: list[sympy.Basic] = []
    if a.expr.is_rational_function(n):
        bottom = sympy.fraction(sympy.cancel(a.expr))[1]
        for factor, _ in sympy.factor_list(bottom, n)[1]:
            if not factor.free_symbols - {n}:
                continue
            if sympy.degree(factor, n) != 1:
                return None
            one, zero = sympy.Poly(factor, n).all_coeffs()
            conditions.append(sympy.Not(sympy.Contains(sympy.cancel(-zero / one) - a.start, S.Naturals0)))
        return value, And(*conditions)
    found = exponential_differences.in_powers(a.expr)
    return None if found is None else (value, And(_disc(found[2]), sympy.Ne(found[2], 0)))


def _digamma(a: Summand) -> Case | None:
    """Rational functions with simple poles in the parameters, by the digamma function."""
    if not a.expr.is_rational_function(n):
        return None
    parts = []
    conditions: list[sympy.Basic] = []
    for part in sympy.Add.make_args(sympy.apart(sympy.factor(a.expr), n)):
        top, bottom = sympy.fraction(sympy.together(part))
        if top.has(n) or not bottom.is_polynomial(n) or sympy.degree(bottom, n) != 1:
            return None
        one, zero = sympy.Poly(bottom, n).all_coeffs()
        place = sympy.cancel(zero / one) + a.start
        parts.append((top / one, place))
        conditions.append(sympy.Not(sympy.Contains(-place, S.Naturals0)))
    if sympy.cancel(sympy.Add(*(c for c, _ in parts))) != 0:
        return None
    value = sympy.Add(*(-c * sympy.digamma(place) for c, place in parts))
    return sympy.factor_terms(value), And(*conditions, *(sympy.Ne(c, 0) for c in _denominators(parts)))


def _denominators(parts: list[tuple[sympy.Expr, sympy.Expr]]) -> set[sympy.Expr]:
    return {d for c, _ in parts for d in [sympy.fraction(sympy.together(c))[1]] if d.free_symbols}


def _others(a: Summand) -> Case | None:
    """Lacunary powers of a parameter, and waves over factorials with a real angle."""
    found = lacunary.read(a.expr)
    if found is not None and found[3].is_Symbol:
        value = lacunary.closed_form(a)
        return None if value is None else _removed(value, And(_disc(found[3]), sympy.Ne(found[3], 0)))
    real = {x: sympy.Dummy(x.name, real=True) for x in _angles(a.expr)}
    if not real or set(real) != set(a.parameters):
        return None
    value = exponential_type.closed_form(Summand(a.expr.subs(real), a.start))
    back = {d: x for x, d in real.items()}
    return None if value is None else (value.subs(back), And(*(sympy.Contains(x, S.Reals) for x in real)))


def _polynomial(a: Summand) -> Case | None:
    """Polynomials in the parameters whose coefficients are convergent series without parameters."""
    from infinitesimal.sums.infinite.closed_forms import closed_form
    from infinitesimal.sums.verdicts.convergence import verdict

    groups: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(a.expr)):
        factor, series = term.as_independent(*a.parameters, as_Add=False)[::-1]
        if factor.has(n):
            return None
        groups[factor] = groups.get(factor, S.Zero) + series
    total = S.Zero
    for factor, series in groups.items():
        part = Summand(series, a.start)
        if verdict(part).truth is not Truth.TRUE:
            return None
        try:
            total += factor * closed_form(part).value
        except Undecided:
            return None
    return total, sympy.true
