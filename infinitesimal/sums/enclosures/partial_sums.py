"""The exact value of a partial sum, by binary splitting where the ratio of terms is rational."""

from flint import fmpq, fmpq_poly, fmpz, fmpz_poly

from infinitesimal.errors import BudgetSpent
from infinitesimal.sums.summands.binary_splitting import Ratio, last_exception
from infinitesimal.sums.summands.evaluation import rational_at
from infinitesimal.sums.summands.ratios import term_ratio
from infinitesimal.sums.summands.summand import Summand

MAX_TERMS = 2_000_000
"""More terms than this are not added."""

MAX_PLAIN_TERMS = 20_000
"""More terms than this are not added one by one."""


MAX_BITS = 24_000_000
"""Larger quotients are refused: their products and the gcd of the two numbers take more than about ten seconds."""


def exact_partial_sum(a: Summand, last: int) -> fmpq | None:
    """The sum of the terms from `a.start` to `last`, both included; None if a term is not rational.

    Hypergeometric terms (rational functions, factorials, powers) take time almost linear in the size of
    the answer, simple fractions 1/(n + k) that of a harmonic number; other terms are added pairwise. Raises
    `BudgetSpent` where the quotient would be too large before it is reduced; that is known without adding anything.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> exact_partial_sum(Summand(1 / n, 1), 10)
    7381/2520
    """
    if last < a.start:
        return fmpq(0)
    ratio = term_ratio(a.expr)
    if ratio is None:
        return _pairwise(a, a.start, last) if last - a.start < MAX_PLAIN_TERMS else None
    if last - a.start >= MAX_TERMS:
        return None
    first = max(a.start, last_exception(*ratio) + 1)
    if first > last or first - a.start >= MAX_PLAIN_TERMS:
        return _pairwise(a, a.start, last) if last - a.start < MAX_PLAIN_TERMS else None
    head = _pairwise(a, a.start, first - 1)
    leading = rational_at(a.expr, first)
    if head is None or leading is None:
        return None
    if leading == 0:
        return head
    return head + leading * _sum_of_ratios(ratio, first, last)


def _sum_of_ratios(ratio: tuple[fmpq_poly, fmpq_poly], first: int, last: int) -> fmpq:
    """The sum of a(n)/a(first) from `first` to `last`."""
    parts = Ratio.of(*ratio)
    poles = _integer_poles(parts) if parts.p == parts.q else None
    if poles is not None:
        c, b = fmpq_poly(parts.c), fmpq_poly(parts.b)
        slope = b.derivative()
        total = sum(
            (c(pole) / slope(pole) * (fmpq.harmonic(last - pole) - fmpq.harmonic(first - 1 - pole)) for pole in poles),
            fmpq(0),
        )
        return total / parts.weight(first)
    bits = parts.bits(first, last + 1)
    if bits > MAX_BITS:
        raise BudgetSpent(
            f"the sum of {last - first + 1} terms would be a quotient of two numbers of up to {bits:.3g} bits, and the "
            f"budget is {MAX_BITS}: ask for fewer terms, or for enclose, which gives digits of the limit"
        )
    return fmpq(*parts.sum(first, last + 1))


def _integer_poles(parts: Ratio) -> list[int] | None:
    """The poles of c/b if it is a proper fraction with simple poles at integers."""
    b = parts.b
    if parts.c.degree() >= b.degree():
        return None
    poles = []
    for factor, exponent in b.factor()[1]:
        if factor.degree() != 1 or abs(factor[1]) != 1 or exponent != 1:
            return None
        poles.append(int(-factor[0] * factor[1]))
    return poles


def _pairwise(a: Summand, first: int, last: int) -> fmpq | None:
    """The sum of the exact terms, neighbours first: numbers of like size meet."""
    values = []
    for k in range(first, last + 1):
        value = rational_at(a.expr, k)
        if value is None:
            return None
        values.append(value)
    while len(values) > 1:
        odd = values[-1:] if len(values) % 2 else []
        values = [x + y for x, y in zip(values[::2], values[1::2], strict=False)] + odd
    return values[0] if values else fmpq(0)


def zeta_three(terms: int) -> tuple[fmpz, fmpz]:
    """(T, D) with T/D = zeta(3) up to 2**(10 - 10 terms): the series of Amdeberhan and Zeilberger (1997).

    64 zeta(3) = sum (-1)**n n!**10 (205 n**2 + 250 n + 77)/(2n+1)!**5.
    """
    step = -(fmpz_poly([1, 1]) ** 5)
    below = fmpz_poly([6, 4]) ** 5
    weights = fmpz_poly([77, 250, 205])
    total, bottom = Ratio(step, below, weights, fmpz_poly([1])).sum(0, terms)
    return 77 * total, 64 * bottom
