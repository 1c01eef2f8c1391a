"""Partial sums, and what is left after them: the limit minus the n-th value."""

from fractions import Fraction
from typing import Any

from infinitesimal.errors import Undecided
from infinitesimal.limits.limit import limit
from infinitesimal.limits.values import at, step_number, substituted
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Series


def partial_sum(series: Process, n: object) -> Any:
    """The sum of the first n terms, exact; a formula for the symbol `n`.

    >>> from infinitesimal.recurrences.series import geometric
    >>> partial_sum(geometric(1, "1/3"), 3)
    Fraction(13, 9)
    """
    return at(series, n)


def remainder(process: Process, n: object) -> Any:
    """What is left after n steps: the limit minus the n-th value, exact; a formula for the symbol `n`.

    A series whose sum has no closed form gives an `Interval` for a number, and for the symbol a
    `RemainderBounds`, two bounds that are proved.

    >>> from infinitesimal.recurrences.series import zeno
    >>> remainder(zeno(), 10)
    Fraction(1, 1024)
    """
    chosen = as_process(process)
    if isinstance(chosen, Series):
        return _remainder_of_series(chosen, n)
    final, value = limit(process), at(process, n)
    if isinstance(value, dict):
        return {name: _difference(final[name], value[name]) for name in value}
    return _difference(final, value)


def _remainder_of_series(series: Series, n: object) -> Any:
    from infinitesimal.limits.infinite import remainder_at, remainder_formula
    from infinitesimal.sums.enclosures.remainders import RemainderBounds

    count = step_number(n)
    if count is not None:
        return remainder_at(series, count)
    formula = remainder_formula(series)
    return formula if isinstance(formula, RemainderBounds) else substituted(formula, n)


def distance_to_constant(final: Any, value: Fraction) -> Any:
    """abs(final - value) for an irrational constant, its sign found by enclosures; None for anything else."""
    if getattr(final, "free_symbols", None) != set():
        return None
    from infinitesimal.arithmetics.symbolic import number
    from infinitesimal.sums.summands.evaluation import real_ball

    difference = final - number(value)
    try:
        positive = real_ball(difference, 64) > 0
    except Undecided:
        return None
    return difference if positive else -difference


def _difference(final: Any, value: Any) -> Any:
    if isinstance(final, Fraction) and isinstance(value, Fraction):
        return final - value
    from infinitesimal.arithmetics.symbolic import symbolic

    return symbolic.embed(final) - symbolic.embed(value)
