"""Closed forms of finite sums against the sums themselves, added up exactly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import sympy
from flint import fmpq
from sympy import Integer, Rational

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.exact_values import NotRational, exact
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import counted_symbols

LAST = 11
"""The largest value of the step that is tried."""

FURTHER = 24
"""The same for closed forms of one symbol that no identity proves."""

MOST_ADDED = 50_000
"""Longer ranges are passed over."""

_ONE = Integer(1)
_COUNTS = (3, 7, 1, 0, 4)
_NUMBERS = tuple(Rational(*pair) for pair in ((2, 3), (-3, 2), (1, 1), (0, 1), (-1, 1), (3, 1)))


class Mismatch(ValueError):
    """The closed form is wrong where no exception can be made."""


def failures(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol, count: int = LAST
) -> set[int]:
    """The values of `step`, from 0 to `count`, at which the closed form is not the sum.

    With parameters the values go to `LAST`. They take several rational values; those that count things (they stand
    in bounds, factorials, exponents) take whole ones. Empty ranges, undefined terms and parameters at which the form
    is undefined are passed over. Raises `Mismatch` when too little could be compared.
    """
    bad: set[int] = set()
    compared = 0
    counted, others = _parameters(expr, k, first, last, step)
    for sample in _samples(counted, others):
        sums = list(_sums(expr, k, first, last, step, sample, LAST if sample else count))
        if any(total is None for _, total in sums) and any(symbol in others for symbol in sample):
            continue  # outside the domain of the term, if not at once
        for value, total in sums:
            if total is None:
                continue
            there = result.subs(sample).subs(step, value)
            if sample and there.has(sympy.nan, sympy.zoo):
                continue  # a special value of a parameter: a condition or a branch, but not a wrong value
            compared += 1
            if not same_number(there, total):
                bad.add(value)
    if compared < 5:
        raise Mismatch("too few values to compare")
    return bad


def poles(expr: Expr, k: sympy.Symbol) -> tuple[Expr, ...]:
    """The places k at which a linear denominator of the term vanishes, without those that are never integers.

    >>> from sympy.abc import k, x
    >>> poles(1 / ((k - 5) * (k + x) * (2 * k + 1)), k)
    (-x, 5)
    """
    places: list[Expr] = []
    for power in sorted(expr.atoms(sympy.Pow), key=str):
        base, exponent = power.as_base_exp()
        if not (exponent.is_Rational and exponent < 0 and base.has(k)):
            continue
        if not base.is_polynomial(k) or not base.is_rational_function():
            continue
        for factor, _ in sympy.factor_list(sympy.fraction(sympy.together(base))[0])[1]:
            if sympy.degree(factor, k) == 1:
                place = sympy.cancel(-factor.coeff(k, 0) / factor.coeff(k, 1))
                if place.is_integer is not False and place not in places:
                    places.append(place)
    return tuple(places)


def meets(places: tuple[Expr, ...], values: dict[sympy.Symbol, Expr], low: Expr, high: Expr) -> bool:
    """Whether one of the places is an integer of the range, for these values of the symbols."""
    numbers = [place.subs(values) for place in places]
    return any(number.is_Integer and low <= number <= high for number in numbers)


def same_number(a: Expr, b: Expr) -> bool:
    """Whether two values, perhaps made of roots and gamma values, are equal: by exact simplification.

    >>> same_number(sympy.digamma(4), sympy.digamma(2) + Rational(5, 6))
    True
    """
    difference = a - b
    if difference.has(sympy.nan, sympy.zoo, sympy.oo):
        return False
    if sympy.expand(difference) == 0:
        return True
    difference = difference.replace(_is_rational_polygamma, lambda e: _lowered(int(e.args[0]), e.args[1]))
    difference = difference.replace(_is_broken_harmonic, lambda e: _lowered_harmonic(*e.args))
    if sympy.expand(difference) == 0:
        return True
    return bool(sympy.expand(sympy.expand_func(sympy.radsimp(difference))) == 0)


def _is_rational_polygamma(e: Expr) -> bool:
    return bool(isinstance(e, sympy.polygamma) and e.args[0].is_Integer and e.args[1].is_Rational and e.args[1] > -60)


def _lowered(order: int, place: Rational) -> Expr:
    """polygamma(order, place) by its value in (0, 1]: the difference is (-1)**order order!/z**(order + 1)."""
    low = place - sympy.ceiling(place) + 1
    scale = Integer(-1) ** order * sympy.factorial(order)
    up = sympy.Add(*(scale / (low + i) ** (order + 1) for i in range(int(place - low))))
    down = sympy.Add(*(scale / (place + i) ** (order + 1) for i in range(int(low - place))))
    return sympy.polygamma(order, low) + up - down


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
    expr: Expr,
    k: sympy.Symbol,
    first: Expr,
    last: Expr,
    step: sympy.Symbol,
    sample: dict[sympy.Symbol, Rational],
    count: int,
) -> Iterator[tuple[int, Expr | None]]:
    """The pairs (step, sum) with the empty sum if it is next to the others; None where a term is not defined."""
    places = poles(expr, k)
    term = expr.subs(sample)
    for value in range(count + 1):
        point = {**sample, step: Integer(value)}
        low, high = first.subs(point), last.subs(point)
        if high is sympy.oo:
            high = sympy.Integer(4 * value + 4)
        if not (low.is_Integer and high.is_Integer and low - 1 <= high <= low + MOST_ADDED):
            continue
        if meets(places, point, low, high):
            yield value, None  # before a factor that vanishes at the sample hides it
            continue
        try:
            yield value, add_up(term.subs(step, value), k, int(low), int(high))
        except ZeroDivisionError:
            yield value, None


def _is_broken_harmonic(e: Expr) -> bool:
    return bool(isinstance(e, sympy.harmonic) and all(a.is_Rational for a in e.args) and abs(e.args[0]) < 60)


def _lowered_harmonic(place: Rational, order: Rational = _ONE) -> Expr:
    """harmonic(place, order) by its value at a place in [0, 1)."""
    low = place - sympy.floor(place)
    up = sympy.Add(*(1 / (low + i) ** order for i in range(1, int(place - low) + 1)))
    down = sympy.Add(*(1 / (low - i) ** order for i in range(int(low - place))))
    return (sympy.harmonic(low, order) if order != 1 else sympy.harmonic(low)) + up - down


def add_up(expr: Expr, k: sympy.Symbol, first: int, last: int) -> Expr:
    """The exact sum over the integers from first to last; raises `ZeroDivisionError` at a pole.

    >>> k = sympy.Symbol("k")
    >>> add_up(1 / k, k, 1, 4)
    25/12
    """
    # n is not negative, so that |n| would become n
    if not expr.free_symbols - {k} and (first >= 0 or not expr.has(sympy.Abs)):
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
            if total.has(sympy.nan, sympy.zoo) or (isinstance(result, sympy.Piecewise) and there is sympy.nan):
                continue  # a term is not defined, or the closed form says nothing there
            if there.has(sympy.nan, sympy.zoo) or not close(total, there):
                return False
    return True


def close(a: Expr, b: Expr) -> bool:
    """Whether two numbers are equal, exactly or to 30 digits."""
    return a == b or bool((abs(sympy.N(a, 40) - sympy.N(b, 40)) < Rational(1, 10**30)) == sympy.true)
