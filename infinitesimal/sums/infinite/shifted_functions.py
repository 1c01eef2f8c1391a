"""Sums of c_1 h(n + k_1) + c_2 h(n + k_2) + ..., h any function: they telescope where the constant factors cancel.

P(E) = (E - 1) Q(E) for the shift E when P(1) = 0; the limit of Q(E) h is read off its asymptotic expansion.
Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6 and problem 5.18.
"""

from collections import defaultdict

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.limits_of_partial_sums import limit_at_infinity
from infinitesimal.sums.summands.summand import Summand

MAX_SHIFT = 12
MAX_TERMS = 12


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of shifts of functions whose constant factors cancel, exact; None for other terms.

    >>> closed_form(Summand(sympy.exp(1/n) - sympy.exp(1/(n + 1)), 1))
    -1 + E
    """
    for expr in (a.expr, _opened(a.expr)):
        value = _sum(Summand(expr, a.start))
        if value is not None:
            return value
    return None


def _opened(expr: sympy.Expr) -> sympy.Expr:
    """Logarithms of quotients of linear factors, all positive for n >= 0, as differences; the fraction taken apart."""
    opened = expr.replace(sympy.log, _log_of_factors)
    return sympy.expand(sympy.together(opened), log=False) if opened != expr else sympy.expand(expr, log=False)


def _log_of_factors(x: sympy.Expr) -> sympy.Expr:
    if not x.is_rational_function(n):
        return sympy.log(x)
    top, bottom = sympy.fraction(sympy.cancel(x))
    total = S.Zero
    for polynomial, sign in ((top, 1), (bottom, -1)):
        constant, factors = sympy.factor_list(polynomial, n)
        if not constant.is_positive or any(
            any(c.is_negative for c in sympy.Poly(f, n).all_coeffs()) for f, _ in factors
        ):
            return sympy.log(x)
        total += sign * (sympy.log(constant) + sympy.Add(*(m * sympy.log(f) for f, m in factors)))
    return total


def _sum(a: Summand) -> sympy.Expr | None:
    terms = sympy.Add.make_args(a.expr)
    if not 1 < len(terms) <= MAX_TERMS:
        return None
    groups: dict[sympy.Expr, dict[int, sympy.Expr]] = {}
    for term in terms:
        c, h = term.as_independent(n, as_Add=False)
        home, k = _home(h, groups)
        groups.setdefault(home, defaultdict(lambda: S.Zero))[k] += c
    lower, upper = S.Zero, S.Zero
    for home, weights in groups.items():
        if sympy.expand(sympy.Add(*weights.values())) != 0:
            return None
        low = min(weights)
        for k, c in weights.items():
            for j in range(low, k):
                lower += c * home.subs(n, a.start + j)
                upper += c * home.subs(n, n + 1 + j)
    if lower.has(sympy.zoo, sympy.nan) or not lower.is_real:
        return None
    limit = limit_at_infinity(upper)
    return None if limit is None else sympy.expand(limit - lower)


def _home(h: sympy.Expr, groups: dict[sympy.Expr, dict[int, sympy.Expr]]) -> tuple[sympy.Expr, int]:
    """The function of an earlier group of which h is a shift, and the shift; h itself and 0 if there is none."""
    for home in groups:
        if home.func is h.func:
            for k in range(-MAX_SHIFT, MAX_SHIFT + 1):
                if home.subs(n, n + k) == h:
                    return home, k
    return h, 0
