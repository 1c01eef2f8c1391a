"""Finite sums with symbolic bounds, in closed form, and estimates of limits from partial sums."""

from fractions import Fraction
from typing import Any

import sympy

from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import n, symbol, symbolic, to_fraction
from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.limits.values import values
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import as_summand, series
from infinitesimal.sums.enclosures.acceleration import Acceleration, transformed
from infinitesimal.sums.finite.check import poles
from infinitesimal.sums.finite.summation import conditional_sum
from infinitesimal.sums.summands.evaluation import rational_at
from infinitesimal.sums.summands.foreign import only_own_errors
from infinitesimal.terms.parse import check_name
from infinitesimal.terms.term import Var, fold, substitute

MOST_ADDED = 10_000
"""With more terms between two numbers the closed form for a symbolic bound is evaluated."""

MOST_SUMS = 200
"""Partial sums of an extrapolation: the numbers in it grow with their square."""


def summation(term: object, index: object, first: object, last: object) -> Any:
    """The sum of `term` over the index from `first` to `last`, both included, in closed form.

    Bounds are integers or terms in n and parameters. The symbol n stands for an integer that is not
    negative, and parameters in a bound for integers that leave the range not empty. The result is a
    `Fraction` or a SymPy expression, compared with the sum at many values before it is returned; special
    values of parameters are cases of a `Piecewise`, which has no value where a term is not defined or the
    form does not hold. `last` may be SymPy's oo. Raises `Undecided` where no closed form is found; for
    hypergeometric terms the message often has the proof that there is none of that kind.

    >>> summation("binomial(n, k)**2", "k", 0, "n")
    binomial(2*n, n)
    >>> summation("k**2", "k", 1, 10)
    Fraction(385, 1)
    >>> summation("1/(k*(k + 1))", "k", "m", "n")
    Piecewise(((-m + n + 1)/(m*(n + 1)), m > 0))
    """
    name = check_name(str(index) if isinstance(index, sympy.Symbol) else index, "index")
    built = as_summand(term, "term of the sum")
    if last in (sympy.oo, float("inf"), "oo"):
        from infinitesimal.limits.limit import limit

        if name != "n" and "n" in {str(s) for s in fold(built, symbolic, symbol).free_symbols}:
            raise InputError("the term of an infinite sum has n as a parameter: rename it")
        return limit(series(substitute(built, {name: Var("n")}), _integer(first)))
    k = sympy.Symbol(name, integer=True)

    def variable(found: str) -> sympy.Symbol:
        return k if found == name else symbol(found)

    expr = fold(built, symbolic, variable)
    low, high = (_bound(value, what, name) for value, what in ((first, "first"), (last, "last")))
    far = high if high.is_Integer and low.is_Integer and high - low > MOST_ADDED else None
    with only_own_errors(f"the sum of {expr}"):
        value = conditional_sum(expr, k, low, high if far is None else n)
        if far is not None and value is not None:
            return _at(value, int(far))
    if value is None:
        broken = [place for place in poles(expr, k) if place.is_Integer and (place - low).is_nonnegative]
        hint = f" The term is not defined at {name} = {min(broken)}." if broken else ""
        raise Undecided(
            f"no closed form was found for the sum of {expr} over {name} from {low} to {high}.{hint} Tried: "
            "polynomial, geometric and rational terms, Gosper's, Zeilberger's and Petkovsek's algorithms, C-finite "
            "terms, harmonic numbers"
        )
    return to_fraction(value) if value.is_Rational else value


def _at(formula: sympy.Expr, last: int) -> Fraction:
    """A closed form at a large bound, where its value is a rational number of a size that can be written."""
    found = rational_at(formula, last)
    if found is None:
        raise BudgetSpent(f"{formula} at n = {last} is not a rational number, or too large a one: give the bound n")
    return QQ.export(found)


def accelerate(process: Process, method: str = "levin", count: int = 20) -> Acceleration:
    """Estimates of the limit from the first `count` partial sums by a sequence transformation.

    `method` is "aitken", "richardson", "shanks" or "levin". The arithmetic is exact and the result an
    estimate: nothing is proved, and divergent series get finite estimates too. Raises `InputError` for
    irrational terms.

    >>> from infinitesimal.recurrences.series import series
    >>> print(accelerate(series("(-1)**(n+1)/n"), "levin", 12))
    levin: 0.6931471805599515 (an estimate, not a proof: compare it with enclose)
    """
    if not isinstance(count, int) or isinstance(count, bool) or not 3 <= count <= MOST_SUMS:
        raise InputError(f"count {count!r}: give an integer from 3 to {MOST_SUMS}")
    sums = values(as_process(process), count + 1)[1:]
    if any(getattr(value, "free_symbols", None) is not None for value in sums) or isinstance(sums[0], dict):
        raise InputError(f"{process}: only rational values of one component are extrapolated")
    return transformed(sums, method)


def _integer(value: object) -> int:
    bound = _bound(value, "first", "")
    if not bound.is_Integer:
        raise InputError(f"first {value!r} is not an integer: an infinite sum starts at one")
    return int(bound)


def _bound(value: object, what: str, index: str) -> sympy.Expr:
    if isinstance(value, bool | float):
        raise InputError(f"{what} {value!r} is not an integer or a term: give 0, 'n' or '2*n'")
    bound = fold(as_summand(value, what), symbolic, symbol)
    if index in map(str, bound.free_symbols):
        raise InputError(f"{what} {bound} uses the index {index}: a bound is free of it")
    if bound.is_Rational and not bound.is_Integer:
        raise InputError(f"{what} {bound} is not an integer: a sum runs over integers")
    return bound
