"""Rigorous enclosures of series whose terms are bounded by a geometric sequence.

The terms need no rational ratio: harmonic and Fibonacci numbers, bounded waves, floors, q-type
denominators 2**n - 1, exponents n**2 and 2**n. The terms below an index are added as balls; the
rest is bounded by the size of the term from there on.
"""

from collections.abc import Callable

import sympy
from flint import acb, arb, ctx

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.size_of_terms import size_from
from infinitesimal.sums.summands.evaluation import compiled
from infinitesimal.sums.summands.refinement import refined
from infinitesimal.sums.summands.summand import Summand

MAX_TERMS = 50_000
"""A series that needs more terms is left to other engines."""


def enclose_geometric(a: Summand, bits: int) -> arb | None:
    """A ball around the sum of all terms from `a.start` on, with relative accuracy `bits`.

    A sum that may be zero has a radius below 2**-bits instead. None when no geometric bound of the
    terms is found, when a term has no value, and when more than `MAX_TERMS` terms are needed.

    >>> import sympy
    >>> from infinitesimal.arithmetics.symbolic import n
    >>> enclose_geometric(Summand(1 / (2**n - 1), 1), 80).str(15, radius=False)
    '1.60669515241529'
    """
    if a.parameters:
        return None
    try:
        term = compiled(a.expr)
        return refined(lambda work: _sum(a, term, work), bits)
    except Undecided:
        return None


def _sum(a: Summand, term: Callable[[acb], acb], bits: int) -> arb | None:
    last = _first_small_tail(a, bits)
    rest = geometric_tail_bound(a, last) if last is not None else None
    if last is None or rest is None:
        return None
    value = _add_terms(term, a.start, last, bits)
    if value is None:
        return None
    with ctx.workprec(bits + 32):
        return value + arb(0, rest)


def geometric_tail(a: Summand, first: int, bits: int) -> arb | None:
    """A ball around the sum of the terms from n = `first` on; see `enclose_geometric`."""
    return enclose_geometric(Summand(a.expr, first), bits)


def geometric_tail_bound(a: Summand, first: int) -> arb | None:
    """A number that the sum of |a(n)| over n >= `first` does not exceed, or None."""
    with ctx.workprec(64):
        parts = sympy.Add.make_args(a.expr)
        whole = size_from(a.expr, first).tail()
        if whole is not None or len(parts) == 1:
            return whole
        bounds = [size_from(part, first).tail() for part in parts]
        if any(bound is None for bound in bounds):
            return None
        return sum((bound for bound in bounds if bound is not None), arb(0)).upper()


def _first_small_tail(a: Summand, bits: int) -> int | None:
    """An index from which on the sum is below 2**-bits, by doubling and halving the step."""
    small = arb(2) ** -bits

    def is_small(first: int) -> bool:
        bound = geometric_tail_bound(a, first)
        return bound is not None and bool(bound < small)

    first = max(a.start, 1) + 3
    while not is_small(first):
        first *= 2
        if first > 2 * MAX_TERMS:
            return None
    low = first // 2
    for _ in range(4):
        middle = (low + first) // 2
        if is_small(middle):
            first = middle
        else:
            low = middle
    return max(first, a.start) if first - a.start <= MAX_TERMS else None


def _add_terms(term: Callable[[acb], acb], start: int, last: int, bits: int) -> arb | None:
    """The sum of the terms from `start` up to, not with, `last`; None for a term that has no real value."""
    precision = bits + 32
    for _ in range(3):
        with ctx.workprec(precision):
            total = sum((term(acb(k)) for k in range(start, last)), acb(0))
        if total.is_finite() and total.imag.contains(0) and total.real.rad() < arb(2) ** -bits:
            return total.real
        precision *= 2
    return None
