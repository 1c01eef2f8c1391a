"""Reduction of a sum within a hypergeometric family to sums that are known: contiguous relations by linear algebra.

With t(n+1)/t(n) = z P(n)/Q(n), every u(n) gives the telescoping term t(n) (z P(n) u(n+1) - Q(n-1) u(n)), the
difference of Q(n-1) u(n) t(n). The rational function R of a term is written as a combination of known ones and such a
difference; the identity of rational functions is solved exactly, so the reduction is a proof. It contains Gosper's
algorithm for these terms. Sources: Bailey, *Generalized Hypergeometric Series*; Bostan, Chen, Chyzak, Li, "Hermite
reduction and creative telescoping for hyperexponential functions" (ISSAC 2013), for the shape of the ansatz.
"""

from collections import defaultdict
from dataclasses import dataclass

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.difference_ansatz import solve_columns
from infinitesimal.sums.summands.hypergeometric_terms import Family

MAX_RANGE = 40
MAX_DEGREE = 40
MAX_COLUMNS = 90


@dataclass(frozen=True)
class Known:
    """A known sum: `value` is the sum of rational(n) * t(n) of a family for n from `start` on."""

    rational: sympy.Expr
    value: sympy.Expr
    start: int = 0


@dataclass(frozen=True)
class Reduction:
    """R t = sum of weight * known terms + the difference of S(n) t(n), S = `telescope`."""

    weights: tuple[tuple[sympy.Expr, Known], ...]
    telescope: sympy.Expr


def reduce(family: Family, rational: sympy.Expr, known: list[Known]) -> Reduction | None:
    """The reduction of rational(n) * t(n) to the known sums, the earlier ones preferred; None if there is none.

    >>> family = Family(S(1)/2, ((S.Half, 1), (S.One, -1)))
    >>> reduce(family, n, [Known(S.One, sympy.sqrt(2))])
    Reduction(weights=((1/2, Known(rational=1, value=sqrt(2), start=0)),), telescope=-2*n)
    """
    z = family.z
    stand_in = sympy.Dummy("z")
    if not z.is_Rational and not (z.free_symbols and z.is_rational_function()):
        z = stand_in
    system = _system(family, z, rational, known)
    if system is None:
        return None
    u, columns = system
    solution = solve_columns(columns, n)
    if solution is None:
        return None
    below = sympy.Mul(*(n - 1 + c for c in family.denominator()))
    values = [s.subs(stand_in, family.z) for s in solution]
    if any(v.has(sympy.zoo, sympy.nan) for v in values):
        return None
    telescope = sympy.factor(sympy.Add(*(v * f for v, f in zip(values, u, strict=False)))) * below
    weights = tuple((v, k) for v, k in zip(values[len(u) :], known, strict=True) if v != 0)
    return Reduction(weights, sympy.factor(telescope) if z is not stand_in else telescope)


def poles(rational: sympy.Expr) -> dict[sympy.Expr, int] | None:
    """For 1/(n + a)**k in lowest terms a: k; None when the denominator has factors of a higher degree."""
    found: dict[sympy.Expr, int] = defaultdict(int)
    denominator = sympy.fraction(sympy.cancel(rational))[1]
    if not denominator.has(n):
        return {}
    for factor, power in sympy.factor_list(denominator)[1]:
        if not factor.has(n):
            continue
        polynomial = sympy.Poly(factor, n)
        if polynomial.degree() > 1:
            return None
        found[sympy.cancel(polynomial.coeff_monomial(1) / polynomial.coeff_monomial(n))] += power
    return dict(found)


def _system(
    family: Family, z: sympy.Expr, rational: sympy.Expr, known: list[Known]
) -> tuple[list[sympy.Expr], list[sympy.Poly]] | None:
    """The trial functions u, and the columns: their images, the known functions and the target, times a denominator."""
    parts = [k.rational for k in known] + [rational]
    orders: dict[sympy.Expr, int] = defaultdict(int)
    degree = 0
    for part in parts:
        found = poles(part)
        if found is None:
            return None
        for a, order in found.items():
            orders[a] = max(orders[a], order)
        top, bottom = sympy.fraction(sympy.cancel(part))
        degree = max(degree, sympy.degree(top, n) - sympy.degree(bottom, n))
    above = sympy.Mul(*(n + c for c in family.numerator()))
    below = sympy.Mul(*(n - 1 + c for c in family.denominator()))
    size = max(len(family.numerator()), len(family.denominator()))
    if degree > MAX_DEGREE:
        return None
    u = [n**k for k in range(max(0, degree - size + 2) + 1)]
    places: list[tuple[sympy.Expr, int]] = []
    denominator = S.One
    for home, members in _by_class(orders).items():
        order = max(orders[a] for a in members)
        key = _key(home)
        first = min([*members, home - 1], key=key)
        last = max([*(a - 1 for a in members), home - 1], key=key)
        count = int(last - first) + 1
        if count > MAX_RANGE or count * order > MAX_COLUMNS:
            return None
        places += [(first + i, k) for i in range(count) for k in range(1, order + 1)]
        denominator *= sympy.Mul(*((n + first + i) ** order for i in range(count + 1)))
    whole, ahead, behind = (sympy.Poly(p, n) for p in (denominator, z * above, below))
    columns = [whole * (ahead * sympy.Poly(f.subs(n, n + 1), n) - behind * sympy.Poly(f, n)) for f in u]
    for a, k in places:
        moved, fixed = (whole.exquo(sympy.Poly((n + p) ** k, n)) for p in (a + 1, a))
        columns.append(ahead * moved - behind * fixed)
    columns += [sympy.Poly(sympy.cancel(part * denominator), n) for part in parts]
    return [*u, *(1 / (n + a) ** k for a, k in places)], columns


def _by_class(orders: dict[sympy.Expr, int]) -> dict[sympy.Expr, list[sympy.Expr]]:
    """The pole positions a grouped modulo 1; the key is the representative in (0, 1]."""
    groups: dict[sympy.Expr, list[sympy.Expr]] = defaultdict(list)
    for a in orders:
        if a.is_Rational:
            groups[a - sympy.ceiling(a) + 1].append(a)
            continue
        home = next((h for h in groups if sympy.expand(a - h).is_Integer), a)
        groups[home].append(a)
    return dict(groups)


def _key(home: sympy.Expr):  # type: ignore[no-untyped-def]
    return lambda a: sympy.expand(a - home)
