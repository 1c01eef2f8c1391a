"""Enclosures of limits, and of values far away, with rational ends."""

from fractions import Fraction
from typing import Any

from flint import ctx

from infinitesimal.errors import InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.certified_descents import certified_enclosure, is_certifiable
from infinitesimal.limits.far_values import enclose_at
from infinitesimal.limits.limit import limit
from infinitesimal.optimization.dyadics import interval_of
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Series

MOST_DIGITS = 1_000


def enclose(process: Process, digits: int = 50, n: object = None) -> Any:
    """An `Interval` no wider than 10**-digits, with rational ends, that contains the limit of a process.

    With `n` it contains the value after n updates, however large n is: an affine process jumps there in balls, others
    are computed exactly within the budget, and beyond it by the mean-value step. Rigorous: the terms of a series are
    enclosed by balls and the rest after them by a theorem; for another process with a rational limit the interval is
    a point. Where `at` and `limit` give a dict, so does this. Raises `Diverges` where there is no limit, and
    `Undecided` where no bound of the rest is known.

    >>> from infinitesimal.recurrences.series import series
    >>> enclose(series("1/n**2"), 30).width <= Fraction(1, 10**30)
    True
    >>> from infinitesimal.recurrences.descents import descent
    >>> found = enclose(descent("17*x**2", 1, "1/100"), 20, n=10)
    >>> Fraction(66, 100)**10 in found["x"]
    True
    """
    chosen = as_process(process)
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= MOST_DIGITS:
        raise InputError(f"digits {digits!r}: give an integer from 1 to {MOST_DIGITS}")
    if n is not None:
        return enclose_at(chosen, n, digits)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import enclosure_of

        return enclosure_of(chosen, digits)
    if isinstance(chosen, Descent) and is_certifiable(chosen):
        return certified_enclosure(chosen, digits)
    final = limit(chosen)
    if isinstance(final, dict):
        return {name: _enclosed(value, digits) for name, value in final.items()}
    return _enclosed(final, digits)


def _enclosed(final: Any, digits: int) -> Interval:
    """A point for a fraction; a SymPy number in balls of rising precision."""
    if isinstance(final, Fraction):
        return Interval(final, final)
    if getattr(final, "free_symbols", True):
        raise InputError(f"the limit is {final}: enclose takes numbers, so give the parameters values")
    from infinitesimal.sums.summands.evaluation import real_ball

    bits = digits * 10 // 3 + 32
    while True:
        with ctx.workprec(bits):
            found = interval_of(real_ball(final, bits), digits)
        if found is not None:
            return found
        bits *= 2
        if bits > 1 << 20:
            raise Undecided(f"{final} is not enclosed to {digits} digits at {bits // 2} bits of precision")
