"""Definite sums of hypergeometric terms: a recurrence by creative telescoping, and its solution.

S(n) = sum of F(n, k) for k from a(n) to b(n). Zeilberger's algorithm finds c_j(n) and G with
sum_j c_j(n) F(n + j, k) = G(n, k + 1) - G(n, k); summing over k, with what happens at the ends of the
range kept, gives a recurrence for S with an explicit right side.
Sources: D. Zeilberger, J. Symb. Comp. 11 (1991); Petkovsek, Wilf, Zeilberger, *A=B*, chapters 6 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Integer

from infinitesimal.sums.finite.gosper import telescoper
from infinitesimal.sums.summands.factorial_products import Expr, FactorialProduct, read
from infinitesimal.sums.summands.tidy_products import combine, counted_symbols, tidy

Antidifference = Callable[[Expr, sympy.Symbol, Expr, Expr], Expr | None]
"""A summation of (term, index, first, last), for the right sides of inhomogeneous recurrences."""

MAX_ORDER = 4


@dataclass(frozen=True)
class DefiniteRecurrence:
    """sum_j coefficients[j](n) S(n + j) = right(n), for all n from some point on."""

    coefficients: tuple[Expr, ...]
    right: Expr

    @property
    def order(self) -> int:
        return len(self.coefficients) - 1


def recurrence(
    expr: Expr,
    k: sympy.Symbol,
    first: Expr,
    last: Expr,
    step: sympy.Symbol,
    order: int,
    deadline: float = math.inf,
) -> DefiniteRecurrence | None:
    """The recurrence of that order in `step` for the sum over first <= k <= last, or None.

    The bounds are linear in `step` with integer slopes; `last` may be oo where the term ends by itself.

    >>> n, k = sympy.symbols("n k")
    >>> recurrence(sympy.binomial(n, k), k, Integer(0), n, n, 1)
    DefiniteRecurrence(coefficients=(-2, 1), right=0)
    """
    term = read(expr, (k, step))
    if term is None:
        return None
    found = telescoper(term, k, step, order, deadline)
    if found is None:
        return None
    top = max(j for j, c in enumerate(found.coefficients) if c != 0)
    coefficients = found.coefficients[: top + 1]
    right = _right_side(term, found.antidifference, coefficients, k, first, last, step)
    return None if right is None else DefiniteRecurrence(coefficients, right)


def _right_side(
    term: FactorialProduct,
    antidifference: FactorialProduct,
    coefficients: tuple[Expr, ...],
    k: sympy.Symbol,
    first: Expr,
    last: Expr,
    step: sympy.Symbol,
) -> Expr | None:
    """G at the ends, and the terms that S(n + j) has beyond the range of S(n)."""
    parts: list[Expr | None] = []
    if last is not sympy.oo:
        parts.append(antidifference.at(k, last + 1))
    lower = antidifference.at(k, first)
    parts.append(None if lower is None else -lower)
    shifted = term.expr()
    for j, c in enumerate(coefficients):
        if last is not sympy.oo:
            parts += _beyond(shifted, c, k, step, j, last + 1, int(sympy.expand(last).coeff(step)) * j)
        parts += _beyond(shifted, c, k, step, j, first, -int(sympy.expand(first).coeff(step)) * j, -1)
    if any(part is None for part in parts):
        return None
    symbols = counted_symbols(sympy.Add(term.expr(), *parts))
    terms = combine([part for part in parts if part is not None and part != 0], symbols or (step,))
    return None if terms is None else sympy.Add(*terms)


def _beyond(
    expr: Expr, c: Expr, k: sympy.Symbol, step: sympy.Symbol, j: int, end: Expr, count: int, side: int = 1
) -> list[Expr | None]:
    """The terms of S(n + j) from `end` on outwards; those missing there, with a minus, if count < 0."""
    product = read(expr.subs(step, step + j), (k, step))
    if product is None:
        return [None]
    places = [end + side * i for i in range(count)] if side > 0 else [end - 1 - i for i in range(count)]
    if count < 0:
        places = [end - 1 - i for i in range(-count)] if side > 0 else [end + i for i in range(-count)]
    sign = 1 if count > 0 else -1
    values = [product.at(k, sympy.expand(place)) for place in places]
    return [None if value is None else sign * c * value for value in values]


def order_one(
    found: DefiniteRecurrence, step: sympy.Symbol, start: Expr, value: Expr, add_up: Antidifference
) -> Expr | None:
    """The solution of c1 S(n + 1) + c0 S(n) = right from S(start) on, or None.

    `start` is beyond the integer zeros of c1 and c0. With P the solution of the homogeneous equation,
    S(n)/P(n) has the difference right(n)/(c1(n) P(n + 1)).
    """
    c0, c1 = found.coefficients
    product = product_solution(-c0, c1, step, start)
    if product is None:
        return None
    if found.right == 0:
        return tidy(value * product)
    i = sympy.Dummy("i", integer=True, nonnegative=True)
    term = (found.right / (c1 * product.subs(step, step + 1))).subs(step, i)
    total = add_up(tidy(term), i, sympy.sympify(start), step - 1)
    return None if total is None else tidy(sympy.Add(*(product * part for part in sympy.Add.make_args(value + total))))


def product_solution(top: Expr, bottom: Expr, step: sympy.Symbol, start: Expr) -> Expr | None:
    """The product of top(i)/bottom(i) for start <= i < step, if both split into linear factors.

    >>> n = sympy.Symbol("n")
    >>> tidy(product_solution(4 * n + 2, n + 1, n, 0))
    binomial(2*n, n)
    """
    fractions: dict[sympy.Rational, int] = {}
    shifts: dict[Expr, int] = {}
    result: Expr = Integer(1)
    for part, sign in ((top, 1), (bottom, -1)):
        constant, factors = sympy.factor_list(part)
        result *= sympy.Rational(constant) ** (sign * (step - start))
        for factor, exponent in factors:
            degree = sympy.degree(factor, step) if factor.has(step) else 0
            if degree == 0:
                result *= factor ** (sign * exponent * (step - start))
            elif degree > 1:
                return None
            else:
                slope = factor.coeff(step)
                shift = sympy.expand(sympy.cancel((factor - slope * step) / slope))
                result *= slope ** (sign * exponent * (step - start))
                shifts[shift] = shifts.get(shift, 0) + sign * exponent
    result *= _telescoping_pairs(shifts, step, start)
    for shift, exponent in shifts.items():
        result *= _linear_product(shift, step, start, fractions, exponent)
    return result * _whole_products(fractions, step, start)


def _telescoping_pairs(shifts: dict[Expr, int], step: sympy.Symbol, start: Expr) -> Expr:
    """The rational part of the product: pairs of (i + s + d)/(i + s) with a whole d, taken out of `shifts`."""
    result: Expr = Integer(1)
    for high in list(shifts):
        for low in list(shifts):
            d = sympy.expand(high - low)
            times = min(abs(shifts[high]), abs(shifts[low]))
            if shifts[high] * shifts[low] >= 0 or not (d.is_Integer and 0 < d <= 40):
                continue
            sign = 1 if shifts[high] > 0 else -1
            pair = sympy.Mul(*((step + low + j) / (start + low + j) for j in range(int(d))))
            result *= pair ** (sign * times)
            shifts[high] -= sign * times
            shifts[low] += sign * times
    return result


def _linear_product(
    shift: Expr, step: sympy.Symbol, start: Expr, fractions: dict[sympy.Rational, int], exponent: int
) -> Expr:
    """The product of (i + shift)**exponent for start <= i < step; fractions between 0 and 1 are kept aside."""
    if shift.is_Rational and not shift.is_Integer:
        low = shift - sympy.floor(shift)
        fractions[low] = fractions.get(low, 0) + exponent
        # (i + low + m) over i is (i + low) over i with m factors moved from the start to the end.
        m = int(sympy.floor(shift))
        moved = sympy.Mul(*((step + low + j) / (start + low + j) for j in range(m)))
        moved *= sympy.Mul(*((start + low - j) / (step + low - j) for j in range(1, -m + 1)))
        return moved**exponent
    first = sympy.expand(shift + start)
    if first.free_symbols and sympy.Poly(first).LC() < 0:
        s = -shift
        return ((-1) ** (step - start) * sympy.factorial(s - start) / sympy.factorial(s - step)) ** exponent
    return (sympy.factorial(step + shift - 1) / sympy.factorial(start + shift - 1)) ** exponent


def _whole_products(fractions: dict[sympy.Rational, int], step: sympy.Symbol, start: Expr) -> Expr:
    """The product of (i + p/q)**e, through (q n)! = q**(q n) (1/q)_n (2/q)_n ... (q/q)_n where all p are there."""
    result: Expr = Integer(1)
    for q in sorted({f.q for f in fractions}, reverse=True):
        residues = [sympy.Rational(p, q) for p in range(1, q)]
        for sign in (1, -1):
            times = min(fractions.get(f, 0) * sign for f in residues)
            if times <= 0:
                continue
            for f in residues:
                fractions[f] -= sign * times
            whole = sympy.factorial(q * step) / (Integer(q) ** (q * (step - start)) * sympy.factorial(step))
            whole *= sympy.factorial(start) / sympy.factorial(q * start)
            result *= whole ** (sign * times)
    for f, e in fractions.items():
        if e:
            result *= (sympy.RisingFactorial(f, step) / sympy.rf(f, start)) ** e
    return result


def start_of(found: DefiniteRecurrence, step: sympy.Symbol) -> int:
    """The first n from which neither end coefficient vanishes at an integer (parameters aside)."""
    start = 0
    for c in (found.coefficients[0], found.coefficients[-1]):
        for factor, _ in sympy.factor_list(c)[1]:
            if factor.free_symbols == {step} and sympy.degree(factor, step) == 1:
                root = -factor.coeff(step, 0) / factor.coeff(step, 1)
                if root.is_Integer and root >= 0:
                    start = max(start, int(root) + 1)
    return start
