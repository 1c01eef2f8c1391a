"""Finite sums with one harmonic number in each term, at any linear place: H(2 k), (-1)**k H(k), H(n + k), H(n - k).

- by parts: with c(k) = G(k + 1) - G(k), the sum of c h is G h at the ends minus the sum of G(k + 1) (h(k + 1) - h(k));
- creative telescoping: where c0 F(n, k) + c1 F(n + 1, k) = G(n, k + 1) - G(n, k), the sum of F h satisfies a recurrence
  of order one whose right side is a sum without h, by parts again;
- convolutions: the sum of A(k) H(n - k) has the difference sum of A(k)/(n - k) in n.

Sources: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6 and 6.4; Chyzak, "An extension of Zeilberger's fast
algorithm" (2000), in the simplest case.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import sympy
from sympy import Integer

from infinitesimal.sums.finite.check import add_up
from infinitesimal.sums.finite.gosper import gosper, telescoper
from infinitesimal.sums.finite.zeilberger import Antidifference, DefiniteRecurrence, order_one, start_of
from infinitesimal.sums.summands.factorial_products import Expr, read
from infinitesimal.sums.summands.tidy_products import tidy

MAX_SLOPE = 6
"""The largest multiple of the index in a harmonic number."""


def one_harmonic_number(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, add: Antidifference, deadline: float = inf
) -> Expr | None:
    """The sum of terms that have each at most one harmonic number of the index; `add` sums what is left. Or None.

    >>> n, k = sympy.symbols("n k")
    >>> one_harmonic_number(sympy.harmonic(2 * k), k, Integer(1), n, n, lambda *_: Integer(0))
    (n + 1)*harmonic(2*n + 2) - 3/2
    """
    total: Expr = Integer(0)
    rest: Expr = Integer(0)
    for part in sympy.Add.make_args(sympy.expand(expr, func=False, power_exp=False, power_base=False)):
        numbers = [f for f in sympy.Mul.make_args(part) if f.has(sympy.harmonic) and f.has(k)]
        if not numbers:
            rest += part
            continue
        if len(numbers) > 1 or not isinstance(numbers[0], sympy.harmonic):
            return _convolved(expr, k, first, last, step, add)
        c, h = part / numbers[0], numbers[0]
        found = _by_parts(c, h, k, first, last, add)
        if found is None and last == step:
            found = _telescoped(c, h, k, first, step, add, deadline)
        if found is None:
            found = _convolved(part, k, first, last, step, add)
        if found is None:
            return None
        total += found
    if rest != 0:
        found = add(rest, k, first, last)
        return None if found is None else total + found
    return total


def growth(h: Expr, k: sympy.Symbol) -> Expr | None:
    """h(k + 1) - h(k) for a harmonic number of a linear form in k, as a rational function; or None.

    >>> k = sympy.Symbol("k")
    >>> growth(sympy.harmonic(2 * k), k)
    1/(2*k + 2) + 1/(2*k + 1)
    """
    place = sympy.expand(h.args[0])
    order = h.args[1] if len(h.args) > 1 else Integer(1)
    slope = place.coeff(k)
    if (place - slope * k).expand().has(k) or not (slope.is_Integer and abs(slope) <= MAX_SLOPE and order.is_Integer):
        return None
    up = (1 / (place + i) ** order for i in range(1, int(slope) + 1))
    down = (-1 / (place - i) ** order for i in range(int(-slope)))
    return sympy.Add(*up, *down)


def _by_parts(c: Expr, h: Expr, k: sympy.Symbol, first: Expr, last: Expr, add: Antidifference) -> Expr | None:
    change, found = growth(h, k), gosper(c, k)
    if change is None or found is None:
        return None
    upper, lower = (found.antidifference.at(k, place) for place in (last + 1, first))
    if upper is None or lower is None:
        return None
    inner = found.antidifference.expr().subs(k, k + 1)
    rest = _added(inner * change, k, first, last, add)
    if rest is None:
        return None
    return upper * _at(h, k, last + 1) - lower * _at(h, k, first) - rest


def _at(h: Expr, k: sympy.Symbol, place: Expr) -> Expr:
    return h.func(sympy.expand(h.args[0].subs(k, place)), *h.args[1:])


def _added(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, add: Antidifference) -> Expr | None:
    """The sum of all parts of a product with a sum of fractions."""
    totals = [add(tidy(part), k, first, last) for part in _parts(expr)]
    return None if any(total is None for total in totals) else sympy.Add(*totals)


def _parts(expr: Expr) -> Iterator[Expr]:
    """The products that the expression is a sum of, as far as one factor is a sum of fractions."""
    sums = [f for f in sympy.Mul.make_args(expr) if f.is_Add and f.has(sympy.Pow)]
    if not sums or expr.is_rational_function():
        yield expr
        return
    for part in sums[0].args:
        yield part * (expr / sums[0])


def _telescoped(
    c: Expr, h: Expr, k: sympy.Symbol, first: Expr, step: sympy.Symbol, add: Antidifference, deadline: float
) -> Expr | None:
    """The sum over all k >= first of c h, for c that vanishes beyond the step, by a recurrence of order one."""
    term, change, later = read(c, (k, step)), growth(h, k), growth(h, step)
    if term is None or change is None or later is None or not c.has(step):
        return None
    found = telescoper(term, k, step, 1, deadline)
    if found is None or found.coefficients[-1] == 0:
        return None
    boundary = found.antidifference.at(k, first)
    if boundary is None:
        return None
    inner = _added(found.antidifference.expr().subs(k, k + 1) * change, k, first, sympy.oo, add)
    grown: Expr | None = Integer(0)
    if later != 0:
        grown = _added(c.subs(step, step + 1) * later, k, first, step + 1, add)
    if inner is None or grown is None:
        return None
    right = found.coefficients[1] * grown - inner - boundary * h.subs(k, first)
    recurrence = DefiniteRecurrence(found.coefficients, tidy(sympy.expand(right)))
    start = start_of(recurrence, step)
    if not first.is_Integer:
        return None
    value = add_up((c * h).subs(step, start), k, int(first), max(start, int(first) - 1))
    return order_one(recurrence, step, Integer(start), value, add)


def _convolved(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, add: Antidifference
) -> Expr | None:
    """The sum of A(k) H(n - k + c) with A free of n, by its difference in n."""
    if sympy.expand(last - step).has(step) or first.has(step) or not first.is_Integer:
        return None
    for direction in (expr, expr.subs(k, first + last - k)):
        for h in sorted(direction.atoms(sympy.harmonic), key=str):
            weight = direction / h
            place = sympy.expand(h.args[0] - step + k)
            if len(h.args) > 1 or weight.has(step) or weight.has(h) or not place.is_Integer:
                continue
            inner = add(weight / (step - k + place), k, first, sympy.expand(last - 1))
            if inner is None:
                return None
            i = sympy.Dummy("i", integer=True, nonnegative=True)
            start = sympy.expand(first - last + step)
            difference = inner + (weight * h).subs(k, last)
            total = add(sympy.expand(difference.subs(step, i)), i, start + 1, step)
            return None if total is None else total + direction.subs(k, first).subs(step, start)
    return None
