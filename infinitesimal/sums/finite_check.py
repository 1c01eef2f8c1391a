"""Closed forms of finite sums against the sums themselves, added up exactly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import sympy
from flint import fmpq
from sympy import Integer, Rational

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.exact_values import NotRational, exact
from infinitesimal.sums.factorial_products import Expr
from infinitesimal.sums.tidy_products import counted_symbols

LAST = 11
"""The largest value of the step that is tried."""

_COUNTS = (3, 7, 1, 0, 4)
_NUMBERS = tuple(Rational(*pair) for pair in ((2, 3), (-3, 2), (1, 1), (0, 1), (-1, 1), (3, 1)))


class Mismatch(ValueError):
    """The closed form is wrong where no exception can be made."""


def failures(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> set[int]:
    """The values of `step`, from 0 to `LAST`, at which the closed form is not the sum.

    Parameters take several rational values; those that count things (they stand in bounds, factorials,
    exponents) take whole ones. Empty ranges and undefined terms are passed over. Raises `Mismatch`
    when too little could be compared.
    """
    bad: set[int] = set()
    compared = 0
    counted, others = _parameters(expr, k, first, last, step)
    for sample in _samples(counted, others):
        sums = list(_sums(expr.subs(sample), k, first.subs(sample), last.subs(sample), step))
        if any(total is None for _, total in sums) and any(symbol in others for symbol in sample):
            continue  # outside the domain of the term, if not at once
        for value, total in sums:
            if total is None:
                continue
            compared += 1
            there = result.subs(sample).subs(step, value)
            if sympy.expand(there - total) != 0 and not _zero(there - total):
                bad.add(value)
    if compared < 5:
        raise Mismatch("too few values to compare")
    return bad


def _zero(difference: Expr) -> bool:
    """Whether a number made of roots and gamma values simplifies to zero."""
    if difference.has(sympy.nan, sympy.zoo, sympy.oo):
        return False
    return bool(sympy.expand(sympy.expand_func(sympy.radsimp(difference))) == 0)


def _parameters(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol
) -> tuple[list[sympy.Symbol], list[sympy.Symbol]]:
    """The parameters that count things, and the others."""
    bounds = sympy.Tuple(first, last).free_symbols
    counted = sorted((set(counted_symbols(expr)) | bounds) - {k, step}, key=str)
    return counted, sorted(expr.free_symbols - set(counted) - {k, step}, key=str)


def _samples(counted: list[sympy.Symbol], others: list[sympy.Symbol]) -> Iterator[dict[sympy.Symbol, Rational]]:
    if not counted and not others:
        yield {}
        return
    for turn in range(len(_NUMBERS)):
        counts = islice(cycle(_COUNTS), turn, None)
        numbers = islice(cycle(_NUMBERS), turn, None)
        yield {**dict(zip(counted, map(Rational, counts), strict=False)), **dict(zip(others, numbers, strict=False))}


def _sums(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol
) -> Iterator[tuple[int, Expr | None]]:
    """The pairs (step, sum) with the empty sum if it is next to the others; None where a term is not defined."""
    for value in range(LAST + 1):
        low, high = first.subs(step, value), last.subs(step, value)
        if high is sympy.oo:
            high = sympy.Integer(4 * value + 4)
        if not (low.is_Integer and high.is_Integer and low - 1 <= high):
            continue
        try:
            yield value, add_up(expr.subs(step, value), k, int(low), int(high))
        except ZeroDivisionError:
            yield value, None


def add_up(expr: Expr, k: sympy.Symbol, first: int, last: int) -> Expr:
    """The exact sum over the integers from first to last; raises `ZeroDivisionError` at a pole.

    >>> k = sympy.Symbol("k")
    >>> add_up(1 / k, k, 1, 4)
    25/12
    """
    if not expr.free_symbols - {k}:
        try:
            term = exact(expr.subs(k, n))
            total = sum((term(i) for i in range(first, last + 1)), fmpq(0))
            return Rational(int(total.p), int(total.q))
        except NotRational:
            pass
    values = [expr.subs(k, i) for i in range(first, last + 1)]
    if any(value.has(sympy.nan, sympy.zoo, sympy.oo) for value in values):
        raise ZeroDivisionError("a term is not defined")
    return sympy.Add(*values)


def agrees(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> bool:
    """Whether a closed form with irrational values is the sum to 30 digits, at several angles and bounds.

    The parameters take generic values and the multiples of pi at which trigonometric denominators vanish.
    """
    parameters = sorted((expr.free_symbols | result.free_symbols) - {k, step}, key=str)
    choices = (Rational(1, 3), sympy.pi, Rational(9, 7), Integer(0), 2 * sympy.pi) if parameters else (Integer(0),)
    for turn, value in enumerate(choices):
        sample = {p: value + Rational(i, 5) if turn == 0 else value for i, p in enumerate(parameters)}
        term, closed = expr.subs(sample), result.subs(sample)
        for upper in (1, 2, 3, 6):
            low, high = (bound.subs(step, upper) for bound in (first, last))
            if not (low.is_Integer and high.is_Integer and low <= high):
                continue
            total = sympy.Add(*(term.subs({step: upper, k: i}) for i in range(int(low), int(high) + 1)))
            there = closed.subs(step, upper)
            if total.has(sympy.nan, sympy.zoo):
                continue
            if there.has(sympy.nan, sympy.zoo) or not _close(total, there):
                return False
    return True


def _close(a: Expr, b: Expr) -> bool:
    return a == b or bool(abs(sympy.N(a, 40) - sympy.N(b, 40)) < Rational(1, 10**30))
