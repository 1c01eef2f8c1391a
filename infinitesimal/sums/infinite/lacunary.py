"""Lacunary sums: terms w**n T(x) with x = y**(m**n), by a rational R with T(x) = R(x) - w R(x**m).

The poles of R are at 0 and at roots of unity, so a bounded ansatz is linear algebra; logarithms of T by a product of
the same kind. Fibonacci and Lucas numbers of index 2**n are rational in x = phi**(-2**n). Plain theta and
Lambert series are not in the class. Source: Nishioka, *Mahler Functions and Transcendence*; Polya and Szego, part I.
"""

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.difference_ansatz import solve_difference
from infinitesimal.sums.infinite.geometric import below_one
from infinitesimal.sums.summands.summand import Summand

MAX_BASE = 6
MAX_DEGREE = 12
_PHI = (1 + sympy.sqrt(5)) / 2
_X = sympy.Symbol("x", positive=True)

Lacunary = tuple[sympy.Expr, sympy.Expr, int, sympy.Expr]
"""w, T(x), m and y."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a lacunary term that telescopes, exact; None for other terms.

    >>> closed_form(Summand(2**n / (2 ** (2**n) + 1), 0))
    1
    >>> closed_form(Summand(1 / sympy.fibonacci(2**n), 0))
    7/2 - sqrt(5)/2
    """
    if a.start == 0 and a.expr.has(sympy.fibonacci, sympy.lucas):
        # F(2**n) with an even index from n = 1 on is one rational function of x
        rest = closed_form(Summand(a.expr, 1))
        return None if rest is None else sympy.expand(a.value(0) + rest)
    found = read(a.expr)
    if found is None:
        return None
    w, term, m, y = found
    x = y ** (S(m) ** a.start)
    inner, outer = (term, S.One)
    factor, function = term.as_independent(_X, as_Add=False)
    if isinstance(function, sympy.log):
        inner, outer = function.args[0], factor
        if w != 1 or outer.has(_X):
            return None
        r = _product(inner, m)
        return None if r is None else outer * sympy.log(_tidy(r.subs(_X, x)))
    if not term.is_rational_function(_X):
        return None
    r = solution(term, m, w)
    if r is None:
        return None
    at_zero = r.subs(_X, 0)
    if at_zero.has(sympy.zoo, sympy.nan) or (at_zero != 0 and not (w == 1 or below_one(w))):
        return None
    return _tidy(w**a.start * r.subs(_X, x) - (at_zero if w == 1 else S.Zero))


def _tidy(value: sympy.Expr) -> sympy.Expr:
    if value.has(sympy.sqrt(5)):
        return sympy.expand(sympy.radsimp(sympy.radsimp(value)))
    return (
        value
        if value.is_Rational
        else sympy.cancel(sympy.together(value))
        if value.free_symbols
        else sympy.together(value)
    )


def solution(term: sympy.Expr, m: int, w: sympy.Expr) -> sympy.Expr | None:
    """A rational R in x with term(x) = R(x) - w R(x**m), its poles at roots of unity of small order.

    >>> solution(_X / (1 - _X**2), 2, S.One)
    -1/(x - 1)
    """
    top, bottom = sympy.fraction(sympy.cancel(sympy.together(term)))
    if max(sympy.degree(top, _X), sympy.degree(bottom, _X)) > MAX_DEGREE:
        return None
    for denominator in _denominators(m):
        r = solve_difference(-term, _X, _X**m, denominator, int(sympy.degree(denominator, _X)), w)
        if r is not None:
            return r
    return None


def _denominators(m: int) -> list[sympy.Expr]:
    x = _X
    return [
        1 - x,
        1 + x,
        1 + x + x**2,
        1 - x + x**2,
        (1 - x) ** 2,
        1 - x**2,
        1 + x**2,
        (1 - x**2) ** 2,
        1 - x**3,
        (1 - x) ** 3,
    ]


def _product(inner: sympy.Expr, m: int) -> sympy.Expr | None:
    """S with inner(x) = S(x)/S(x**m) and S(0) = 1, so that the logs telescope to log S."""
    for denominator in _denominators(m):
        for candidate in (1 / denominator, denominator):
            if sympy.cancel(candidate / candidate.subs(_X, _X**m) - inner) == 0:
                return candidate
    return None


def read(expr: sympy.Expr) -> Lacunary | None:
    """The term as w**n T(x), x = y**(m**n) and |y| < 1 (taken for granted where y has parameters)."""
    expr = expr.rewrite([sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.csch, sympy.sech], sympy.exp)
    expr = expr.replace(sympy.fibonacci, _binet).replace(sympy.lucas, _binet_lucas)
    towers = {}
    for p in expr.atoms(sympy.Pow, sympy.exp):
        base, exponent = p.as_base_exp()
        if base.has(n) or not exponent.has(n):
            continue
        found = _tower(exponent)
        if found is not None:
            towers[p] = (base, *found)
    if not towers:
        return None
    bases = {base for base, _, _ in towers.values()}
    powers = {m for _, m, _ in towers.values()}
    if len(powers) != 1:
        return None
    common = _common(bases)
    if common is None:
        return None
    y, exponents = common
    m = powers.pop()
    # the smallest multiplier becomes the unit
    multipliers = {p: c * exponents[base] for p, (base, _, c) in towers.items()}
    unit = min(abs(c) for c in multipliers.values())
    if not all((c / unit).is_Integer for c in multipliers.values()):
        return None
    inverted = not y.free_symbols and not below_one(y)
    y = y**unit
    sign = -1 if inverted else 1
    term = expr.xreplace({p: _X ** (sign * c / unit) for p, c in multipliers.items()})
    weight, w = S.One, S.One
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if factor.has(n):
            slope = exponent.coeff(n, 1)
            if base.has(n) or base.has(_X) or sympy.expand(exponent - slope * n).has(n):
                return None
            w *= base**slope
            weight *= base ** sympy.expand(exponent - slope * n)
        else:
            weight *= factor
    return w, weight, m, 1 / y if inverted else y


def _tower(exponent: sympy.Expr) -> tuple[int, sympy.Expr] | None:
    """M and c of c m**n."""
    c, rest = sympy.expand_power_exp(exponent).as_independent(n, as_Add=False)
    base, power = rest.as_base_exp()
    if base.is_Integer and 2 <= base <= MAX_BASE and power == n and c.is_Rational:
        return int(base), c
    return None


def _common(bases: set[sympy.Expr]) -> tuple[sympy.Expr, dict[sympy.Expr, sympy.Expr]] | None:
    """One base of which all are powers."""
    y = min(bases, key=sympy.default_sort_key)
    exponents = {}
    for base in bases:
        if base == y:
            exponents[base] = S.One
        elif base.is_Integer and y.is_Integer:
            k = sympy.perfect_power(base) or (base, 1)
            j = sympy.perfect_power(y) or (y, 1)
            if k[0] != j[0]:
                return None
            exponents[base] = sympy.Rational(k[1], j[1])
        else:
            return None
    return y, exponents


def _binet(index: sympy.Expr, *more: sympy.Expr) -> sympy.Expr:
    found = _tower(index)
    if found is None or found[0] % 2 or more:
        return sympy.fibonacci(index, *more)
    return (_PHI**index - _PHI ** (-index)) / sympy.sqrt(5)


def _binet_lucas(index: sympy.Expr, *more: sympy.Expr) -> sympy.Expr:
    found = _tower(index)
    if found is None or found[0] % 2 or more:
        return sympy.lucas(index, *more)
    return _PHI**index + _PHI ** (-index)
