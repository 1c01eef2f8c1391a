"""Finite sums of hypergeometric terms: Gosper first, then Zeilberger and a recurrence in the upper bound."""

from __future__ import annotations

import math
import time

import sympy
from sympy import Integer

from infinitesimal.sums.finite.check import add_up
from infinitesimal.sums.finite.gosper import gosper
from infinitesimal.sums.finite.hypergeometric_combinations import combination
from infinitesimal.sums.finite.zeilberger import (
    MAX_ORDER,
    Antidifference,
    DefiniteRecurrence,
    order_one,
    product_solution,
    recurrence,
    start_of,
)
from infinitesimal.sums.summands.factorial_products import Expr, read
from infinitesimal.sums.summands.tidy_products import FACTORIALS, combine, counted_symbols, normal_form, tidy

LATER = 3
"""How late a sum may start to be defined."""

LOOK = 10
"""How many values of the bound a recurrence is compared with."""


def indefinite(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum by an antidifference: G(last + 1) - G(first), with limits at removable singularities."""
    found = gosper(expr, k)
    if found is None:
        return None
    upper = found.antidifference.at(k, last + 1)
    for peeled in range(3):
        lower = found.antidifference.at(k, first + peeled)
        if upper is not None and lower is not None:
            start = [expr.subs(k, first + i) for i in range(peeled)]
            return tidy(sympy.Add(upper, -lower, *start))
    return None


def definite(
    expr: Expr,
    k: sympy.Symbol,
    first: Expr,
    last: Expr,
    step: sympy.Symbol,
    add: Antidifference,
    deadline: float = math.inf,
) -> Expr | None:
    """The sum as a function of `step`, which the term or its bounds contain, from a recurrence.

    Right from some value of `step` on; before it the caller compares. Raises `NoClosedForm` with the proof that the sum
    is not a sum of hypergeometric terms.
    """
    if not (expr.has(step) or first.has(step)):
        return None  # what Gosper's algorithm refuses has no closed form of this kind
    if not all(bound is sympy.oo or _slope_is_whole(bound, step) for bound in (first, last)):
        return None
    for order in range(1, MAX_ORDER + 1):
        if time.monotonic() > deadline:
            return None
        found = recurrence(expr, k, first, last, step, order, deadline)
        if found is None:
            continue
        found, later = _without_vanishing(found, step)
        start = max(start_of(found, step), later)
        if first.free_symbols and not first.has(step) and sympy.expand(last - step).has(step) is False:
            lowest = sympy.expand(first - last + step)  # the range is one index there
            value = expr.subs(step, lowest).subs(k, first)
            return order_one(found, step, lowest, value, add) if found.order == 1 else None
        values = _Values(expr, k, first, last, step, add)
        if found.order == 0:
            return tidy(found.right / found.coefficients[0])
        solution = None
        if found.order == 1:
            value = values.at(start)
            while (value is None or (value == 0 and found.right == 0)) and start < LATER:
                start += 1  # the first sums may have a term that is not defined, such as n/(n + k) at 0
                value = values.at(start)
            solution = None if value is None else order_one(found, step, start, value, add)
            if not value:
                solution = _beyond_zeros(found, step, values) or solution
        elif found.order == 2 and found.right == 0:
            solution = _order_two(found, step, start, values)
        return solution or combination(found, step, start, values.at)
    return None


def _slope_is_whole(bound: Expr, step: sympy.Symbol) -> bool:
    return bool(bound.is_polynomial(step) and bound.diff(step).is_Integer)


def _without_vanishing(found: DefiniteRecurrence, step: sympy.Symbol) -> tuple[DefiniteRecurrence, int]:
    """The recurrence without right-hand terms that vanish, and from where: those with 1/(-n)!, those with m/(-m)!."""
    kept, later = [], 0
    for part in sympy.Add.make_args(found.right):
        form = normal_form(part, counted_symbols(part) or (step,))
        below = [a for a, e in form.factorials.items() if e < 0] if form is not None else []
        # 1/(c - s n)! vanishes for n > c/s
        starts = [
            int(sympy.floor(-a.subs(step, 0) / a.coeff(step))) + 1
            for a in below
            if a.free_symbols == {step} and a.coeff(step) < 0
        ]
        if starts:
            later = max(later, min(starts))
        elif form is None or not any((-a).is_Symbol and form.rational.subs(-a, 0) == 0 for a in below):
            kept.append(part)
    return DefiniteRecurrence(found.coefficients, sympy.Add(*kept)), later


class _Values:
    """The sums at given values of the step, with the parameters as symbols."""

    def __init__(
        self, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol, add: Antidifference
    ) -> None:
        self.expr, self.k, self.first, self.last, self.step, self.add = expr, k, first, last, step, add

    def at(self, value: int) -> Expr | None:
        low, high = (bound.subs(self.step, value) for bound in (self.first, self.last))
        if high is sympy.oo:
            high = low + 4 * value + 4
        if not (low.is_Integer and high.is_Integer):
            return self.add(self.expr.subs(self.step, value), self.k, low, high)
        term = self.expr.subs(self.step, value)
        try:
            try:
                total = add_up(term, self.k, int(low), int(high))
            except ZeroDivisionError:
                total = _with_vanishing_terms(term, self.k, range(int(low), int(high) + 1))
            # binomial(0, j) and its kin are no constants: they stand for a case distinction.
            return None if total.has(*FACTORIALS) else total
        except ZeroDivisionError:
            return None


def _with_vanishing_terms(term: Expr, k: sympy.Symbol, places: range) -> Expr:
    """The sum with 1/m! = 0 for m < 0; raises `ZeroDivisionError` at other poles."""
    product = read(term, (k,))
    values = [None] if product is None else [product.at(k, Integer(i)) for i in places]
    if None in values:
        raise ZeroDivisionError("a term is not defined")
    return sympy.Add(*values)


def _beyond_zeros(found: DefiniteRecurrence, step: sympy.Symbol, values: _Values) -> Expr | None:
    """The solution from a place with parameters on, where the leading coefficient vanishes and a new start is needed.

    The sum of (-1)**k binomial(n, k) binomial(2 n - k, m) is zero for m < n, and starts with 1 at m = n.
    """
    if found.right != 0:
        return None
    for factor, _ in sympy.factor_list(found.coefficients[-1])[1]:
        slope = factor.coeff(step)
        if sympy.degree(factor, step) != 1 or abs(slope) != 1 or not factor.free_symbols - {step}:
            continue
        place = sympy.expand(1 - factor.coeff(step, 0) / slope)
        if values.expr.subs(step, place).has(sympy.nan, sympy.zoo):
            continue
        value = values.add(values.expr.subs(step, place), values.k, values.first, values.last)
        if value is not None and value != 0:
            return order_one(found, step, place, value, values.add)
    return None


def _order_two(found: DefiniteRecurrence, step: sympy.Symbol, start: int, values: _Values) -> Expr | None:
    """c2 S(n + 2) + c1 S(n + 1) + c0 S(n) = 0: two steps at a time, or constant coefficients."""
    c0, c1, c2 = found.coefficients
    first, second = values.at(start), values.at(start + 1)
    if first is None or second is None:
        return None
    if c1 == 0:
        return _by_parity(-c0, c2, step, start, (first, second))
    ratios = [sympy.cancel(c / c2) for c in (c0, c1)]
    if not any(ratio.has(step) for ratio in ratios):
        return constant_coefficients(ratios[0], ratios[1], step, start, first, second)
    return None


def _by_parity(top: Expr, bottom: Expr, step: sympy.Symbol, start: int, values: tuple[Expr, Expr]) -> Expr | None:
    """The solution of S(n + 2) = top/bottom S(n), as a product for each parity."""
    half = sympy.Dummy("half", integer=True, nonnegative=True)
    answers = {}
    for offset, value in enumerate(values):
        place = start + offset
        if value == 0:
            answers[place % 2] = Integer(0)
            continue
        # n = 2 half + (place mod 2)
        inner = [sympy.expand(part.subs(step, 2 * half + place % 2)) for part in (top, bottom)]
        product = product_solution(inner[0], inner[1], half, place // 2)
        if product is None:
            return None
        answers[place % 2] = tidy(value * product).subs(half, (step - place % 2) / 2)
    return sympy.Piecewise((answers[0], sympy.Eq(sympy.Mod(step, 2), 0)), (answers[1], True))


def constant_coefficients(c0: Expr, c1: Expr, step: sympy.Symbol, start: int, first: Expr, second: Expr) -> Expr | None:
    """The solution of S(n + 2) + c1 S(n + 1) + c0 S(n) = 0 with given values at start and start + 1.

    >>> constant_coefficients(Integer(-1), Integer(-1), sympy.Symbol("n"), 0, Integer(1), Integer(1))
    fibonacci(n + 1)
    """
    shift = step - start
    for m in range(1, 7):
        # F(m n + s) satisfies S(n + 2) = L(m) S(n + 1) - (-1)**m S(n).
        if (c0, c1) == ((-1) ** m, -sympy.lucas(m)):
            for index in range(-2 * m, 2 * m + 1):
                pair = sympy.fibonacci(index), sympy.fibonacci(index + m)
                if first * pair[1] == second * pair[0]:
                    factor = first / pair[0] if pair[0] else second / pair[1]
                    return factor * sympy.fibonacci(sympy.expand(m * shift) + index)
    square = sympy.factor(c1**2 - 4 * c0)
    if square == 0:
        root = -c1 / 2
        return root**shift * (first + (second / root - first) * shift)
    if square.is_Rational and square < 0:
        # r**n (A cos(n t) + B sin(n t)) with r**2 = c0 and 2 r cos(t) = -c1
        radius = sympy.sqrt(c0)
        angle = sympy.acos(-c1 / (2 * radius))
        if angle.has(sympy.acos):
            return None
        sine = sympy.sin(angle)
        b = (second / radius - first * sympy.cos(angle)) / sine
        return radius**shift * (first * sympy.cos(angle * shift) + b * sympy.sin(angle * shift))
    gap = sympy.sqrt(square)
    low, high = (-c1 - gap) / 2, (-c1 + gap) / 2
    if gap.is_Rational is False and (c0.free_symbols or c1.free_symbols):
        return None
    b = sympy.radsimp((second - low * first) / gap)
    if low.is_Rational and low != 0:
        return sympy.expand(first - b) / low**start * low**step + b / high**start * high**step
    return sympy.expand(first - b) * low**shift + b * high**shift


def every_qth_binomial(expr: Expr, k: sympy.Symbol, step: sympy.Symbol) -> Expr | None:
    """The sum of c binomial(step, q k + r) over all k >= 0, for q > r >= 0, by the q-th roots of unity.

    (1/q) sum over j < q of w**(-j r) (1 + w**j)**n with w = e**(2 pi i/q), where 1 + w**j = 2 cos(pi j/q) w**(j/2).
    Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, exercise 5.75.
    """
    c, binomial = expr.as_independent(k, as_Add=False)
    if not isinstance(binomial, sympy.binomial) or binomial.args[0] != step or c.has(step):
        return None
    q = sympy.expand(binomial.args[1]).coeff(k)
    r = sympy.expand(binomial.args[1] - q * k)
    if not (q.is_Integer and r.is_Integer and 0 <= r < q and 3 <= q <= 12):
        return None
    terms = []
    for j in range(1, (int(q) - 1) // 2 + 1):
        angle = sympy.pi * j / q
        terms.append(2 * (2 * sympy.cos(angle)) ** step * sympy.cos(angle * (step - 2 * r)))
    # j = 0 gives 2**n, and j = q/2 gives 0**n.
    half = [Integer(-1) ** r * Integer(0) ** step] if q % 2 == 0 else []
    return c * sympy.Add(2**step, *terms, *half) / q


def similar_terms(expr: Expr, k: sympy.Symbol, step: sympy.Symbol) -> list[Expr] | None:
    """The hypergeometric terms, no two of them similar, that add up to the expression."""
    whole = normal_form(expr, (k,))
    if whole is not None:
        return [expr]
    for parts in (expr, sympy.expand(expr)):
        found = combine(list(sympy.Add.make_args(parts)), (k,))
        if found is not None:
            return found
    return None
