"""Infinite series by name: their verdicts, sums, partial sums, remainders and enclosures.

Here a `Series` of the user becomes a `Summand`, and a SymPy rational a `Fraction`; what is known about
sums is in `sums`. The words of `limits` and `values` come here for every series.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, fmpq

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import n, symbol, symbolic, to_fraction
from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.recurrences.series import Geometric, Series
from infinitesimal.sums.enclosures.enclosure import enclose, tail_ball
from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum
from infinitesimal.sums.enclosures.remainders import rational_remainder, remainder_bounds
from infinitesimal.sums.enclosures.thresholds import enough_terms
from infinitesimal.sums.finite.summation import antidifference
from infinitesimal.sums.infinite.closed_forms import closed_form
from infinitesimal.sums.infinite.parametric import closed_form_parametric
from infinitesimal.sums.summands.evaluation import rational_at, value_ball
from infinitesimal.sums.summands.foreign import only_own_errors
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.sums.verdicts.domain import check_domain
from infinitesimal.sums.verdicts.rates import Rate, rate_of_series
from infinitesimal.terms.term import Apply, Var, fold
from infinitesimal.truth import Truth, Verdict

MOST_WRITTEN_TERMS = 1_000
"""Terms that are written out and added, where no faster way to a partial sum is known."""

MOST_BITS = 1 << 24
JUMPED_TERMS = 1_000
"""From more terms than these a closed form of the partial sums is asked first."""


@lru_cache(maxsize=256)
def summand(series: Series | Geometric) -> Summand:
    """The series as mathematics: an expression in the symbol `n`, its start not negative.

    Raises `InputError` for a term that is undefined or not real somewhere in the range.
    """
    if isinstance(series, Geometric):
        term, start = series.first * Apply("power", (series.ratio, Var("n") - 1)), 1
    else:
        term, start = series.term, series.start
    expr = fold(term, symbolic, symbol)
    found = Summand(expr.subs(n, n + start), 0) if start < 0 else Summand(expr, start)
    check_domain(found)
    return found


def verdict_of(series: Series | Geometric) -> Verdict:
    """Whether the series converges, absolutely or conditionally, and by which test."""
    return _decided(summand(series))


def _decided(a: Summand) -> Verdict:
    try:
        with only_own_errors(a):
            return verdict(a)
    except Undecided as error:
        return Verdict(Truth.UNKNOWN, None, "", str(error))


def _antidifference(a: Summand) -> sympy.Expr | None:
    try:
        with only_own_errors(a):
            return antidifference(a)
    except Undecided:
        return None


def sum_of(series: Series) -> Any:
    """The sum of a series: a `Fraction`, or a SymPy expression; conditional where there are parameters.

    Raises `Diverges` with the manner, and `Undecided` with what was tried.
    """
    a = summand(series)
    if a.parameters:
        return _parametric_sum(a)
    _check_convergence(a)
    return _at_boundary(closed_form(a).value)


def _check_convergence(a: Summand) -> None:
    decision = _decided(a)
    if decision.kind == "divergent":
        raise Diverges(f"the {a} diverges: {decision.reason} ({decision.test})", decision.manner or decision.reason)
    if decision.kind is None:
        raise Undecided(f"whether the {a} converges is not decided: {decision.reason}")


def _parametric_sum(a: Summand) -> sympy.Expr:
    factor, rest = a.expr.as_independent(n, as_Add=False)
    if rest.has(n) and not rest.free_symbols - {n}:
        plain = Summand(rest, a.start)
        _check_convergence(plain)
        return factor * closed_form(plain).value
    with only_own_errors(a):
        cases = closed_form_parametric(a)
    if not cases:
        names = ", ".join(map(str, a.parameters))
        raise Undecided(f"no closed form with the parameters {names} was found for the {a}: give them values")
    return sympy.Piecewise(*cases)


def partial_sum_formula(series: Series) -> sympy.Expr:
    """The sum of the first n terms as a formula in n; raises `Undecided` where none is found."""
    a = summand(series)
    found = _antidifference(a)
    if found is None or found.has(sympy.floor):
        found = _from_the_rest(a) or found
    if found is None:
        raise Undecided(
            f"no closed form was found for the partial sums of the {a}. Tried: polynomial, geometric and rational "
            "terms, Gosper's algorithm, C-finite terms, harmonic numbers, telescopes. Numbers of terms still work"
        )
    shifted = found.subs(n, n + (a.start - 1))
    empty = rational_at(shifted, 0) if not a.parameters else fmpq(0)
    return shifted if empty == 0 else sympy.Piecewise((0, sympy.Eq(n, 0)), (shifted, True))


def _from_the_rest(a: Summand) -> sympy.Expr | None:
    """The sum up to n as the whole sum less the rest, for rational terms, plain or alternating."""
    rest = rational_remainder(a)
    if rest is None or _decided(a).truth is not Truth.TRUE:
        return None
    try:
        return closed_form(a).value - rest
    except Undecided:
        return None


def partial_sum_at(series: Series, count: int) -> Any:
    """The exact sum of the first `count` terms: a `Fraction`, or an expression for irrational terms."""
    a = summand(series)
    if count < 0:
        raise InputError(f"{count} terms cannot be added: give a number from 0 on, or the symbol n")
    if count == 0:
        return Fraction(0)
    if not a.parameters:
        last = a.start + count - 1
        found = _jump(a, last) if count > JUMPED_TERMS else None
        found = found if found is not None else exact_partial_sum(a, last)
        if found is not None:
            return QQ.export(found)
    return _added(a, count)


def _jump(a: Summand, last: int) -> fmpq | None:
    """The partial sum up to an index from its closed form; None where that has no rational value known here."""
    formula = _antidifference(a)
    return None if formula is None else rational_at(formula, last)


def partial_sums(series: Series, count: int) -> list[Any]:
    """The first `count` partial sums, the empty one included, by adding the terms one by one."""
    a = summand(series)
    total, found = sympy.Integer(0), [_at_boundary(sympy.Integer(0))]
    for k in range(a.start, a.start + count - 1):
        total += a.value(k)
        found.append(_at_boundary(total))
    return found[:count]


def _added(a: Summand, count: int) -> Any:
    """The terms written out and added, when they are few and none is enormous."""
    if count > MOST_WRITTEN_TERMS:
        raise BudgetSpent(
            f"adding {count} terms of the {a}: at most {MOST_WRITTEN_TERMS} are written out where no faster way is "
            "known; enclose gives digits of the limit"
        )
    last = a.start + count - 1
    if not a.parameters and abs(value_ball(a.expr, last, 30)) > arb(2) ** MOST_BITS:
        raise BudgetSpent(f"the term of the {a} at n = {last} has more than {MOST_BITS} bits: add fewer terms")
    return _at_boundary(sympy.Add(*(a.value(k) for k in range(a.start, last + 1))))


def remainder_formula(series: Series) -> Any:
    """What is left after n terms, as a formula in n, or as `RemainderBounds`; `Undecided` if neither is found."""
    a = summand(series)
    if not a.parameters:
        _check_convergence(a)
    formula = _rest(a)
    if formula is not None:
        return formula.subs(n, n + (a.start - 1))
    with only_own_errors(a):
        bounds = None if a.parameters else remainder_bounds(a)
    if bounds is None:
        raise Undecided(
            f"no closed form and no bounds were found for the rest of the {a} after n terms. Tried: partial sums, "
            "partial fractions, the integral test and Leibniz. A number of terms gives an enclosure"
        )
    return bounds.shifted(a.start - 1)


def _rest(a: Summand) -> sympy.Expr | None:
    """The sum over the indices above n in closed form."""
    rational = rational_remainder(a)
    if rational is not None:
        return rational
    partial = _antidifference(a)
    if partial is None:
        return None
    try:
        value = _parametric_sum(a) if a.parameters else closed_form(a).value
    except Undecided:
        return None
    return sympy.expand(value - partial)


def remainder_at(series: Series, count: int) -> Any:
    """What is left after `count` terms: exact if the limit is known, else an interval that contains it."""
    a = summand(series)
    try:
        final, partial = sum_of(series), partial_sum_at(series, count)
    except (Undecided, BudgetSpent):
        if a.parameters:
            raise
        return _interval(a, count)
    if isinstance(final, Fraction) and isinstance(partial, Fraction):
        return final - partial
    return symbolic.embed(final) - symbolic.embed(partial)


def _interval(a: Summand, count: int, bits: int = 128) -> Interval:
    _check_convergence(a)
    rest = tail_ball(a, a.start + count - 1, bits)
    return Interval(_end(rest.lower()), _end(rest.upper()))


def _end(value: Any) -> Fraction:
    return QQ.export(value.fmpq())


def enough_terms_of(series: Series, tolerance: Fraction, seconds: float) -> int:
    """The smallest number of terms after which the rest stays below the tolerance."""
    a = summand(series)
    if a.parameters:
        raise Undecided("enough needs numbers: give the parameters values")
    _check_convergence(a)
    rest = _rest(a)
    if rest is not None and rest.has(sympy.Piecewise):
        rest = None  # enclosures of the rest are as good as a formula with cases
    with only_own_errors(a):
        return max(enough_terms(a, tolerance, rest, seconds) - (a.start - 1), 0)


def enclosure_of(series: Series | Geometric, digits: int) -> Interval:
    """An interval no wider than 10**-digits that contains the sum."""
    a = summand(series)
    if a.parameters:
        raise InputError(
            f"the {a} has parameters ({', '.join(map(str, a.parameters))}): give them values to enclose it"
        )
    _check_convergence(a)
    with only_own_errors(a):
        return enclose(a, digits)


def rate_of(series: Series | Geometric) -> Rate:
    """How fast the series approaches its sum."""
    a = summand(series)
    if a.parameters:
        raise Undecided("a rate needs numbers: give the parameters values")
    _check_convergence(a)
    with only_own_errors(a):
        return rate_of_series(a)


def _at_boundary(value: sympy.Expr) -> Any:
    return to_fraction(value) if value.is_Rational else value
