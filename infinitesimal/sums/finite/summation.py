"""Finite sums in closed form: the question asked, and the answer with its conditions or the proof that there is none.

Every result has been compared with the sum itself, added up exactly, for the first values of the upper
bound and for several values of every parameter. It rests on a certificate besides: that of Gosper or Zeilberger, and
the difference of the result, which `proof` compares with the term by algebra. Sums with irrational values
(trigonometric functions, logarithms, arctangents, roots) are returned only when `elementary_proof` proves them.
"""

from __future__ import annotations

import time

import sympy
from sympy import Integer

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import NoClosedForm
from infinitesimal.sums.finite.check import add_up
from infinitesimal.sums.finite.conditions import conditioned
from infinitesimal.sums.finite.methods import Problem
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.summand import Summand

MAX_TERMS = 2000
"""How many terms of a sum with numeric bounds are added up."""

SECONDS = 8.0

MAX_DEGREE = 60
"""Polynomials of higher degree are not expanded."""


def summation_expr(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of the expression over first <= k <= last in closed form, or None when none is found.

    It holds for every range that is not empty; parameter values that need a form of their own are the
    branches of a `Piecewise`.

    >>> from sympy import binomial
    >>> k = sympy.Symbol("k")
    >>> summation_expr(binomial(n, k) ** 2, k, 0, n)
    binomial(2*n, n)
    """
    expr, first, last = (sympy.sympify(part) for part in (expr, first, last))
    return _found(expr, k, first, last)[0]


def _found(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> tuple[Expr | None, str]:
    """The closed form, or None and the proof that there is none, as far as one is known."""
    if (last - first).is_Integer:
        return _numeric(expr, k, first, int(last - first) + 1), ""
    step = _step(expr, k, first, last)
    if step is None or any(_degree(power, k) > MAX_DEGREE for power in expr.atoms(sympy.Pow)):
        return None, ""
    problem = Problem(time.monotonic() + SECONDS)
    index = sympy.Dummy("k", integer=True, nonnegative=True if first.is_nonnegative else None)
    whole = sympy.Dummy("n", integer=True, nonnegative=True)
    renamed = [part.subs(k, index).subs(step, whole) for part in (expr, first, last)]
    result = problem.closed_form(renamed[0], index, renamed[1], renamed[2], whole)
    if result is None:
        return None, problem.refusal
    return result.subs(whole, step), ""


def conditional_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """`summation_expr` with the conditions on n and the parameters under which every term is defined.

    Raises `NoClosedForm` where that is proved for hypergeometric forms.

    >>> k = sympy.Symbol("k")
    >>> conditional_sum(1 / ((k - 5) * (k - 6)), k, 1, n)
    Piecewise((-n/(5*n - 25), n < 5))
    """
    expr, first, last = (sympy.sympify(part) for part in (expr, first, last))
    result, proof = _found(expr, k, first, last)
    if proof:
        step = _step(expr, k, first, last)
        general = " for general values of the parameters" if expr.free_symbols - {k, step} else ""
        raise NoClosedForm(
            f"no closed form in hypergeometric terms exists{general} for the sum of {expr} over {k} from {first} to "
            f"{last}: {proof}"
        )
    if result is None or (last - first).is_Integer:
        return result
    step = _step(expr, k, first, last)
    return result if step is None else conditioned(expr, k, first, last, result, step)


def antidifference(a: Summand) -> Expr | None:
    """The partial sum of the terms from `a.start` to n as an expression in n, or None.

    >>> antidifference(Summand(n * sympy.factorial(n), 1))
    factorial(n + 1) - 1
    """
    k = sympy.Dummy("k", integer=True, nonnegative=True)
    return summation_expr(a.expr.subs(n, k), k, Integer(a.start), n)


def _degree(power: sympy.Pow, k: sympy.Symbol) -> int:
    """The degree of a power of a polynomial in k, or of its reciprocal; 0 for anything else."""
    if not power.exp.is_Integer or not power.base.has(k) or not power.base.is_polynomial(k):
        return 0
    return int(abs(power.exp) * sympy.degree(power.base, k))


def _numeric(expr: Expr, k: sympy.Symbol, first: Expr, count: int) -> Expr | None:
    if count > MAX_TERMS:
        bound = sympy.Dummy("n", integer=True, nonnegative=True)
        try:
            found = conditional_sum(expr, k, first, bound)
        except NoClosedForm:
            return None
        value = None if found is None else found.subs(bound, first + count - 1)
        return None if value is None or value.has(sympy.nan, sympy.zoo) else value
    if first.is_Integer:
        try:
            return add_up(expr, k, int(first), int(first) + count - 1)
        except ZeroDivisionError:
            return None
    return sympy.Add(*(expr.subs(k, first + i) for i in range(count)))


def _step(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> sympy.Symbol | None:
    """The symbol that the sum is a function of: one of the upper bound, the package's n if it is there."""
    symbols = (expr.free_symbols | first.free_symbols | last.free_symbols) - {k}
    if n in (last.free_symbols or symbols):
        return n
    candidates = sorted(last.free_symbols or symbols, key=str)
    return candidates[0] if candidates else None
