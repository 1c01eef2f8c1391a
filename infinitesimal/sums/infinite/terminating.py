"""Series whose terms are all zero from some index on, such as binomial(10, n): finite sums."""

import sympy

from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum
from infinitesimal.sums.summands.binary_splitting import last_exception
from infinitesimal.sums.summands.evaluation import rational_at
from infinitesimal.sums.summands.ratios import term_ratio
from infinitesimal.sums.summands.summand import Summand

MOST_TERMS = 100_000


def closed_form(a: Summand) -> sympy.Expr | None:
    """The exact sum of a hypergeometric term that vanishes for ever; None for any other term.

    Beyond the integer roots of numerator and denominator of the ratio one zero is followed by zeros only.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> closed_form(Summand(sympy.binomial(10, n), 0))
    1024
    """
    ratio = term_ratio(a.expr)
    if ratio is None:
        return None
    last = max(last_exception(*ratio), a.start) + 1
    if last > MOST_TERMS or rational_at(a.expr, last) != 0:
        return None
    total = exact_partial_sum(a, last)
    return None if total is None else sympy.Rational(int(total.p), int(total.q))
