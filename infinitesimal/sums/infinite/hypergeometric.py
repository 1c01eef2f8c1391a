"""Sums of hypergeometric terms: reduction within the family to sums that theorems and tables give.

The known sums are functions of z (`special_functions`, `entire_functions`), quotients of
gamma values at z = 1, -1, 1/2 (`summation_theorems`), and constants at single points (`constant_table`).
"""

from collections.abc import Callable

import sympy
from flint import arb
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.infinite.constant_table import constants
from infinitesimal.sums.infinite.contiguous import Known, Reduction, poles, reduce
from infinitesimal.sums.infinite.entire_functions import entire_values
from infinitesimal.sums.infinite.generalized_binomial import generalized_binomial_values
from infinitesimal.sums.infinite.inverse_binomials import inverse_binomial_values, joined_root_sums
from infinitesimal.sums.infinite.special_functions import special_values
from infinitesimal.sums.infinite.summation_theorems import theorem_values
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.gamma_values import tidy_gamma
from infinitesimal.sums.summands.hypergeometric_terms import Family, GammaProduct, NotHypergeometric, read_sum
from infinitesimal.sums.summands.summand import Summand

MAX_PREFIX = 40
MAX_TERMS = 12

Provider = Callable[[Family, frozenset[sympy.Expr]], list[Known]]
"""From a family, and the classes of the poles to be expected, to known sums."""

_PROVIDERS: tuple[Provider, ...] = (
    generalized_binomial_values,
    special_values,
    entire_values,
    theorem_values,
    inverse_binomial_values,
    constants,
)


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a hypergeometric term, or of a sum of such terms that converge one by one; None if it is not known.

    >>> closed_form(Summand(1 / sympy.binomial(2*n, n), 0))
    2*sqrt(3)*pi/27 + 4/3
    >>> closed_form(Summand(sympy.binomial(2*n, n)**2 / 16**n / (n + 1), 0))
    4/pi
    """
    try:
        products = read_sum(a.expr)
    except NotHypergeometric:
        return None
    if len(products) > MAX_TERMS:
        return None
    total = S.Zero
    for product in products:
        value = product_sum(product, a.start)
        if value is None:
            return None
        total += value
    return tidy_gamma(joined_root_sums(total) if total.has(sympy.RootSum) else total)


def product_sum(product: GammaProduct, start: int) -> sympy.Expr | None:
    """The sum of one hypergeometric term from an index on, or None."""
    family, rational = product.family, sympy.cancel(product.rational)
    if rational == 0:
        return S.Zero
    found = poles(rational)
    if found is None or any((-p).is_Integer and -p >= start for p in found) or not converges(family, rational):
        return None
    parts = separated(rational)
    values = [_rational_sum(family, part, start) for _, part in parts]
    if any(v is None for v in values):
        return None
    return product.constant * sympy.Add(*(c * v for (c, _), v in zip(parts, values, strict=True)))


def _rational_sum(family: Family, rational: sympy.Expr, start: int) -> sympy.Expr | None:
    """The sum of rational(n) t(n), by the first group of known sums that is enough."""
    classes = frozenset(p - sympy.ceiling(p) + 1 for p in poles(rational) or {} if p.is_Rational)
    known: list[Known] = []
    for provider in (lambda *_: [], *_PROVIDERS):
        more = [k for k in provider(family, classes) if converges(family, k.rational)]
        if not more and provider in _PROVIDERS:
            continue
        known += more
        reduction = reduce(family, rational, known)
        if reduction is not None:
            return evaluate(family, rational, reduction, start)
    return None


def separated(rational: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """The function as a sum of constants times functions with rational coefficients (or symbols)."""
    top, bottom = sympy.fraction(rational)
    groups: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(top)):
        factor, power = term.as_independent(n, as_Add=False)
        number, irrational = factor.as_coeff_Mul()
        if irrational.free_symbols:
            number, irrational = factor, S.One
        groups[irrational] = groups.get(irrational, S.Zero) + number * power
    return [(c, p / bottom) for c, p in groups.items()]


def converges(family: Family, rational: sympy.Expr) -> bool:
    """Whether the sum of rational(n) t(n) converges; with parameters in z or the classes: taken for granted."""
    if family.balance != 0:
        return family.balance < 0
    if family.z.free_symbols or family.exponent.free_symbols:
        return True
    modulus = abs(family.z) if family.z.is_Rational else _modulus(family.z)
    if modulus is None or modulus > 1:
        return False
    top, bottom = sympy.fraction(sympy.cancel(rational))
    exponent = family.exponent + sympy.degree(top, n) - sympy.degree(bottom, n)
    return bool(modulus < 1 or exponent < (-1 if family.z == 1 else 0))


def _modulus(z: sympy.Expr) -> arb | None:
    """A ball for |z| that does not meet 1, or None."""
    try:
        value = abs(ball(z, 128))
    except Undecided:
        return None
    return None if value.contains(1) else value


def evaluate(family: Family, rational: sympy.Expr, reduction: Reduction, start: int) -> sympy.Expr | None:
    """The sum that a reduction gives: the known tails, and the telescoping part at both of its ends.

    The terms before the last pole of any part are added one by one.
    """
    parts = [rational, reduction.telescope, *(k.rational for _, k in reduction.weights)]
    barriers = [-p for part in parts for p in (poles(part) or {}) if p.is_Integer]
    first = max([start, *(int(b) + 1 for b in barriers)])
    at_infinity = _limit(family, reduction.telescope)
    if at_infinity is None or first - min([start, *(k.start for _, k in reduction.weights)]) > MAX_PREFIX:
        return None
    total = at_infinity - reduction.telescope.subs(n, first) * family.value(first)
    total += _prefix(family, rational, start, first)
    for weight, known in reduction.weights:
        total += weight * (known.value - _prefix(family, known.rational, known.start, first))
    return total


def _prefix(family: Family, rational: sympy.Expr, start: int, stop: int) -> sympy.Expr:
    terms = [rational.subs(n, k) * family.value(k) for k in range(start, stop)]
    return sympy.Add(*terms)


def _limit(family: Family, telescope: sympy.Expr) -> sympy.Expr | None:
    """The limit of S(n) t(n), or None when there is none. (c)_n ~ (n-1)! n**c / Gamma(c)."""
    if telescope == 0 or family.balance < 0 or family.z.free_symbols or family.exponent.free_symbols:
        return S.Zero
    if not (family.z.is_Rational and abs(family.z) == 1):
        return S.Zero
    top, bottom = (sympy.Poly(x, n) for x in sympy.fraction(sympy.cancel(telescope)))
    exponent = family.exponent + top.degree() - bottom.degree()
    if exponent < 0:
        return S.Zero
    if exponent > 0 or family.z != 1:
        return None
    return top.LC() / bottom.LC() * sympy.Mul(*(sympy.gamma(c) ** -e for c, e in family.classes))
