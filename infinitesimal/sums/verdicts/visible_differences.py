"""The telescoping test: terms written as differences f(n + k) - f(n), decided by the limit of the partial sums.

The partial sums of such a term are in closed form: with A(n) = f(n) + ... + f(n + k - 1) the sum over the first
indices is A(n + 1) - A(start), so that the series converges exactly when A has a finite limit, and absolutely when A is
monotone in the end besides. Logarithms of quotients are differences too: log((n + 1)/n).
Source: K. Knopp, *Theory and Application of Infinite Series*, section 15.
"""

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign
from infinitesimal.sums.asymptotics.germs_of_terms import germ, is_hardy
from infinitesimal.sums.asymptotics.monomials import UNIT, compare
from infinitesimal.truth import Hypothesis, Truth, Verdict

MAX_SHIFT = 4
"""Differences over more steps are not looked for."""

MAX_POWER = 8
"""Higher powers of sums are not multiplied out."""


def by_difference(expr: sympy.Expr, deadline: float) -> Verdict:
    """The verdict on a visible difference of smooth terms; `Undecided` for other terms.

    >>> print(by_difference(1 / sympy.sqrt(n) - 1 / sympy.sqrt(n + 1), float("inf")))
    converges absolutely by the telescoping test: the partial sums are A(n + 1) - A(start), A(n) = -1/sqrt(n)
      1. the term is a difference: a(n) = A(n + 1) - A(n)
      2. the limit of A(n): 0, finite
      3. the terms have one sign in the end: A, a germ of a Hardy field, is monotone
    >>> by_difference(sympy.log(1 + 1 / n), float("inf")).manner
    'to +oo'
    """
    whole = antidifference(expr)
    if whole is None:
        raise Undecided("no difference is seen in the term")
    if not is_hardy(whole, deadline):
        raise Undecided(f"{whole} oscillates")
    top = germ(whole, deadline)
    reason = f"the partial sums are A(n + 1) - A(start), A(n) = {whole}"
    difference = Hypothesis("the term is a difference", "a(n) = A(n + 1) - A(n)")
    monomial, c = (UNIT, sympy.S.Zero) if top.is_zero else top.first()
    if compare(monomial, UNIT) > 0:
        side = "+oo" if sign(c) > 0 else "-oo"
        limit = Hypothesis("the limit of A(n)", side)
        return Verdict(Truth.FALSE, "divergent", "telescoping test", reason, (difference, limit), f"to {side}")
    value = c if monomial == UNIT else sympy.S.Zero
    limit = Hypothesis("the limit of A(n)", f"{value}, finite")
    monotone = Hypothesis("the terms have one sign in the end", "A, a germ of a Hardy field, is monotone")
    return Verdict(Truth.TRUE, "absolute", "telescoping test", reason, (difference, limit, monotone))


def antidifference(expr: sympy.Expr) -> sympy.Expr | None:
    """A with a(n) = A(n + 1) - A(n), where the term shows two terms of one shape with a shift between; else None.

    >>> antidifference(sympy.atan(n + 2) - sympy.atan(n))
    atan(n) + atan(n + 1)
    >>> antidifference(1 / n - 1 / n**2) is None
    True
    """
    scale, pair = _two_terms(expr)
    if pair is None:
        return None
    late, early = pair
    for first, second in ((late, early), (early, late)):
        for k in range(1, MAX_SHIFT + 1):
            if _equal(first, -second.subs(n, n + k)):
                steps = [-second.subs(n, n + j) for j in range(k)]
                return scale * sympy.Add(*steps)
    return None


def _two_terms(expr: sympy.Expr) -> tuple[sympy.Expr, tuple[sympy.Expr, sympy.Expr] | None]:
    """A constant factor, and the two terms whose sum is left."""
    scale, rest = expr.as_independent(n, as_Add=False)
    if isinstance(rest, sympy.log):
        top, bottom = sympy.fraction(sympy.together(rest.args[0]))
        if not (top.has(n) and bottom.has(n) and top.is_polynomial(n) and bottom.is_polynomial(n)):
            return scale, None
        return scale, (sympy.log(top), -sympy.log(bottom))
    if rest.is_Add and len(rest.args) == 2 and all(part.has(n) for part in rest.args):
        return scale, (rest.args[0], rest.args[1])
    return scale, None


def _equal(a: sympy.Expr, b: sympy.Expr) -> bool:
    """Whether two terms are the same after their arguments were multiplied out: enough for shifts."""
    return bool(a == b or _flat(a) == _flat(b))


def _flat(expr: sympy.Expr) -> sympy.Expr:
    """The term with the small polynomials in it multiplied out; high powers stay as they are."""
    if expr.is_polynomial(n):
        powers = [p.exp for p in expr.atoms(sympy.Pow) if p.base.is_Add]
        return sympy.expand(expr) if sum(powers) <= MAX_POWER else expr
    return expr.func(*map(_flat, expr.args)) if expr.args else expr
