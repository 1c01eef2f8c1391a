"""Harmonic numbers H_n and H_2n times hypergeometric terms: summation by parts down to a few known sums.

A contiguous relation writes R(n) t(n) as known terms and a difference of S(n) t(n). Times H_n, the difference leaves
the sum of S(n) t(n)/n by Abel's summation by parts, which has no harmonic number any more. The known sums are
derivatives and integrals of the binomial series: with 2 O_n = psi(n + 1/2) - psi(1/2), O_n = H_2n - H_n/2, the sum of
(1/2)_n/n! z**n 2 O_n is the derivative of (1-z)**-a in a at 1/2, and H_n is the integral of (1 - u**n)/(1 - u).
Sources: Boyadzhiev, "Series with central binomial coefficients, Catalan numbers, and harmonic numbers" (2012); Chen,
"Interesting series associated with central binomial coefficients, Catalan numbers and harmonic numbers" (2016).
"""

from collections.abc import Callable

import sympy
from sympy import S, log, pi, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite import hypergeometric
from infinitesimal.sums.infinite.contiguous import Known, Reduction, poles, reduce
from infinitesimal.sums.infinite.euler_constants import over_factorial
from infinitesimal.sums.infinite.polylogarithms import real_polylog
from infinitesimal.sums.summands.hypergeometric_terms import Family, GammaProduct, NotHypergeometric, read_sum
from infinitesimal.sums.summands.summand import Summand

MAX_SHIFT = 12
MAX_PREFIX = 40

_HALF = S.Half


def _odd(k: int) -> sympy.Expr:
    """O_k = 1 + 1/3 + ... + 1/(2k - 1)."""
    return sympy.harmonic(2 * k) - sympy.harmonic(k) / 2


_KINDS: tuple[tuple[Callable[[int], sympy.Expr], sympy.Expr], ...] = (
    (sympy.harmonic, 1 / n),
    (_odd, 1 / (2 * n - 1)),
)
"""H and O: the value at an index, and the last term of it."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of H_n or H_2n times hypergeometric terms, or None.

    >>> closed_form(Summand(sympy.harmonic(n) * sympy.binomial(2 * n, n) / 8**n, 0))
    -3*sqrt(2)*log(2) + 2*sqrt(2)*log(sqrt(2) + 2)
    """
    parts = _by_kind(a.expr) if a.expr.has(sympy.harmonic) and not a.parameters else None
    if parts is None:
        return None
    total = S.Zero
    for kind, coefficient in enumerate(parts):
        if coefficient == 0:
            continue
        try:
            products = read_sum(coefficient)
        except NotHypergeometric:
            return None
        for product in products:
            value = hypergeometric.product_sum(product, a.start) if kind == 2 else _sum(kind, product, a.start)
            if value is None:
                return None
            total += value
    return sympy.expand(total)


def _by_kind(expr: sympy.Expr) -> list[sympy.Expr] | None:
    """The coefficients of H_n and of O_n, and the rest."""
    plain, odd = sympy.symbols("H O", cls=sympy.Dummy)
    replacement = {}
    for value in expr.atoms(sympy.harmonic):
        argument = sympy.expand(value.args[0])
        scale = argument.coeff(n, 1)
        shift = argument - scale * n
        if len(value.args) > 1 or scale not in (1, 2) or not shift.is_Integer or abs(shift) > MAX_SHIFT:
            return None
        steps = sympy.Add(*(1 / (scale * n + j) for j in range(min(shift, 0) + 1, max(shift, 0) + 1)))
        replacement[value] = (plain if scale == 1 else odd + plain / 2) + (steps if shift > 0 else -steps)
    replaced = expr.xreplace(replacement)
    parts = [replaced.diff(plain), replaced.diff(odd), replaced.subs({plain: 0, odd: 0})]
    return None if any(part.has(plain, odd) for part in parts) else parts


def _sum(kind: int, product: GammaProduct, start: int) -> sympy.Expr | None:
    """The sum of one hypergeometric term times H_n or O_n."""
    family, rational = product.family, sympy.cancel(product.rational)
    found = poles(rational)
    if found is None or any((-p).is_Integer and -p >= start for p in found):
        return None
    if not hypergeometric.converges(family, rational):
        return None
    known = [k for k in _known(kind, family) if hypergeometric.converges(family, k.rational)]
    reduction = reduce(family, rational, known)
    if reduction is None or not _vanishes(family, reduction.telescope):
        return None
    value = _evaluate(kind, family, rational, reduction, start)
    return None if value is None else product.constant * value


def _vanishes(family: Family, telescope: sympy.Expr) -> bool:
    """Whether S(n) t(n) log(n) tends to 0."""
    if telescope == 0 or family.balance < 0 or abs(family.z) != 1:
        return True
    top, bottom = sympy.fraction(sympy.cancel(telescope))
    return bool(family.exponent + sympy.degree(top, n) - sympy.degree(bottom, n) < 0)


def _evaluate(kind: int, family: Family, rational: sympy.Expr, reduction: Reduction, start: int) -> sympy.Expr | None:
    """The known sums, the boundary of the summation by parts, and the sum that it leaves."""
    number, step = _KINDS[kind]

    def prefix(part: sympy.Expr, begin: int, stop: int) -> sympy.Expr:
        return sympy.Add(*(part.subs(n, k) * family.value(k) * number(k) for k in range(begin, stop)))

    telescope = reduction.telescope
    barriers = [
        -p for part in (rational, telescope, *(k.rational for _, k in reduction.weights)) for p in poles(part) or {}
    ]
    first = max([start, *(int(b) + 1 for b in barriers if b.is_Integer)])
    if first - min([start, *(k.start for _, k in reduction.weights)]) > MAX_PREFIX:
        return None
    rest = hypergeometric.product_sum(GammaProduct(S.One, telescope * step, family), first + 1)
    if rest is None:
        return None
    total = prefix(rational, start, first) - telescope.subs(n, first) * family.value(first) * number(first) - rest
    for weight, known in reduction.weights:
        total += weight * (known.value - prefix(known.rational, known.start, first))
    return total


def _known(kind: int, family: Family) -> list[Known]:
    """The sums that are known for a family, for every z inside the unit circle and on it where they converge."""
    z, classes = family.z, dict(family.classes)
    if classes == {S.One: -1} and kind == 0 and z.is_real:
        return [Known(S.One, over_factorial(z))]
    if classes != {_HALF: 1, S.One: -1} or not z.is_real:
        return []
    if z == 1:
        # z = sin(t)**2 and the integrals over 0 <= t <= pi/2 of log(cos t) and log(1 + cos t)
        by_n, by_half = (pi**2 / 4, pi * log(2)) if kind else (pi**2 / 3, 8 * sympy.Catalan - 2 * pi * log(2))
        return [Known(1 / n, by_n, 1), Known(1 / (n + _HALF), by_half)]
    side = sqrt(1 - z)
    if kind:
        return [Known(S.One, -log(1 - z) / (2 * side))]
    # the sum over n of the one with z**n/n is its integral: w = (1 - side)/(1 + side), and -2 log(1 - w) dw/w
    over_n = 2 * real_polylog(S(2), sympy.radsimp((1 - side) / (1 + side)))
    return [Known(S.One, 2 * log(sympy.radsimp((1 + side) / (2 * side))) / side), Known(1 / n, over_n, 1)]
