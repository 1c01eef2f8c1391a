"""Theta, Lambert and hyperbolic series with nome exp(-pi), exp(-2 pi): values of modular forms at the point i.

Under tau -> -1/tau the point i is fixed, so the Eisenstein series of weight 4k + 2 vanish there, the theta functions
are powers of pi over Gamma(3/4), and the sums of coth, tanh, 1/sinh, 1/cosh over odd powers are rational multiples of
powers of pi. Sources: Berndt, *Ramanujan's Notebooks*, part II, chapter 14; Zucker, "The summation of series of
hyperbolic functions" (*SIAM J. Math. Anal.* 10, 1979).
"""

from collections.abc import Iterator
from functools import lru_cache

import sympy
from sympy import S, cosh, coth, exp, gamma, log, pi, sinh, sqrt, tanh

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.summand import Summand

MAX_PREFIX = 10
MAX_WEIGHT = 4
_HYPERBOLIC = (sinh, cosh, tanh, coth, sympy.sech, sympy.csch)
_X, _Q, _H = sympy.symbols("x q h", positive=True)
"""exp(pi n/2), exp(pi n**2/2) and exp(pi/2)."""

_SIGN = S.NegativeOne**n
_ODD = 2 * n + 1
_THETA = pi ** sympy.Rational(1, 4) / gamma(sympy.Rational(3, 4))
"""1 + 2 exp(-pi) + 2 exp(-4 pi) + ..."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """A constant times a series of the table, exact from every start near the usual one; None for other terms.

    >>> closed_form(Summand(n / (exp(2 * pi * n) - 1), 1))
    1/24 - 1/(8*pi)
    """
    if a.parameters or not any(e.has(n) and e.has(pi) for e in a.expr.atoms(exp, *_HYPERBOLIC)):
        return None
    normal = _normal(a.expr)
    for term, known, first, value in _table():
        ratio = sympy.cancel(normal / known)
        if ratio.free_symbols <= {_H} and abs(a.start - first) <= MAX_PREFIX:
            earlier = sympy.Add(*(term.subs(n, k) for k in range(a.start, first)))
            passed = sympy.Add(*(term.subs(n, k) for k in range(first, a.start)))
            return sympy.expand(ratio.subs(_H, exp(pi / 2)) * (value + earlier - passed))
    return None


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[sympy.Expr, sympy.Expr, int, sympy.Expr], ...]:
    """Terms, their normal forms, where their sums begin, and the sums."""
    rows = list(_known())
    rows += [(term.subs(n, n - 1), 1, value) for term, first, value in rows if first == 0]
    return tuple((term, _normal(term), first, value) for term, first, value in rows)


def _known() -> Iterator[tuple[sympy.Expr, int, sympy.Expr]]:
    lambert = 1 / (exp(2 * pi * n) - 1)
    eisenstein = 3 * gamma(sympy.Rational(1, 4)) ** 8 / (2 * pi) ** 6
    yield n * lambert, 1, S(1) / 24 - 1 / (8 * pi)
    for k in range(1, MAX_WEIGHT + 1):
        yield n ** (4 * k + 1) * lambert, 1, sympy.bernoulli(4 * k + 2) / (8 * k + 4)
        yield _SIGN * n ** (4 * k + 1) / sinh(pi * n), 1, S.Zero
        yield coth(pi * n) / n ** (4 * k - 1), 1, _cotangents(k)
    yield n**3 * lambert, 1, (eisenstein - 1) / 240
    yield n**7 * lambert, 1, (eisenstein**2 - 1) / 480
    # Weber's functions at i: f = 2**(1/4), f1 = f2 = 2**(1/8); Dedekind's eta(i) = Gamma(1/4)/(2 pi**(3/4))
    yield 1 / (n * sinh(pi * n)), 1, pi / 12 - log(2) / 4
    yield _SIGN / (n * sinh(pi * n)), 1, pi / 12 - log(2) / 2
    yield log(1 + exp(-pi * _ODD)), 0, log(2) / 4 - pi / 24
    yield log(1 - exp(-pi * _ODD)), 0, log(2) / 8 - pi / 24
    yield log(1 + exp(-2 * pi * n)), 1, pi / 12 - 3 * log(2) / 8
    yield log(1 - exp(-2 * pi * n)), 1, log(gamma(S(1) / 4)) - log(2) - 3 * log(pi) / 4 + pi / 12
    yield lambert / n, 1, log(2) + 3 * log(pi) / 4 - log(gamma(S(1) / 4)) - pi / 12
    yield 1 / sinh(pi * n) ** 2, 1, S(1) / 6 - 1 / (2 * pi)
    yield 1 / cosh(pi * n) ** 2, 1, 1 / (2 * pi) + gamma(S(1) / 4) ** 4 / (16 * pi**3) - S(1) / 2
    yield 1 / cosh(pi * n), 1, (_THETA**2 - 1) / 2
    yield _SIGN * n / sinh(pi * n), 1, -1 / (4 * pi)
    yield _SIGN / (n**3 * sinh(pi * n)), 1, -(pi**3) / 360
    yield _SIGN / (n**7 * sinh(pi * n)), 1, -13 * pi**7 / 453600
    yield _SIGN / (_ODD * cosh(pi * _ODD / 2)), 0, pi / 8
    yield _SIGN / (_ODD**5 * cosh(pi * _ODD / 2)), 0, pi**5 / 768
    yield tanh(pi * _ODD / 2) / _ODD**3, 0, pi**3 / 32
    yield tanh(pi * _ODD / 2) / _ODD**7, 0, 7 * pi**7 / 23040
    yield exp(-pi * n**2), 1, (_THETA - 1) / 2
    yield _SIGN * exp(-pi * n**2), 1, (_THETA / 2 ** (S(1) / 4) - 1) / 2
    yield exp(-2 * pi * n**2), 1, (_THETA * sqrt(2 + sqrt(2)) / 2 - 1) / 2


def _cotangents(k: int) -> sympy.Expr:
    """The sum of coth(pi n)/n**(4k-1) (Lerch 1901; Berndt, entry 25)."""
    b, f = sympy.bernoulli, sympy.factorial
    parts = ((-1) ** (j + 1) * b(2 * j) * b(4 * k - 2 * j) / f(2 * j) / f(4 * k - 2 * j) for j in range(2 * k + 1))
    return 2 ** (4 * k - 2) * pi ** (4 * k - 1) * sympy.Add(*parts)


def _normal(expr: sympy.Expr) -> sympy.Expr:
    """The term as a rational function of n, exp(pi n/2), exp(pi n**2/2), exp(pi/2) and (-1)**n, where it is one."""
    expr = sympy.expand_power_exp(expr.rewrite(list(_HYPERBOLIC), exp))
    replacement = {}
    for e in expr.atoms(exp):
        if not e.args[0].is_polynomial(n):
            continue
        powers = sympy.Poly(2 * e.args[0] / pi, n).as_dict()
        if all(i <= 2 and c.is_Integer for (i,), c in powers.items()):
            replacement[e] = sympy.Mul(*((_H, _X, _Q)[i] ** c for (i,), c in powers.items()))
    return expr.xreplace(replacement)
