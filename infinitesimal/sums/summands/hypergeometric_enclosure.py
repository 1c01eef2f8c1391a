"""Rigorous enclosures of hypergeometric series, whatever the limit of their term ratio.

A ratio below 1 in the limit (geometric and factorial speed) is summed by binary splitting with a
geometric bound of the tail; a limit 1 or -1 by approximate telescoping. The bound of the ratio holds
for all n from a threshold on because a polynomial has no negative coefficient there.
"""

from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq, fmpq_poly

from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.approximate_telescoping import nonnegative_from, telescoped_sum
from infinitesimal.sums.summands.binary_splitting import Ratio, last_exception
from infinitesimal.sums.summands.evaluation import rational_at, real_ball, value_ball
from infinitesimal.sums.summands.ratios import rated_ratio
from infinitesimal.sums.summands.refinement import refined
from infinitesimal.sums.summands.summand import Summand

MAX_HEAD = 5000
"""So many exceptional terms at the beginning may be added one by one."""

MAX_PARTS = 30
"""So many parts of a sum are summed by themselves."""

MAX_TERMS = 400_000
"""A series that needs more terms is left to other engines."""

FEW_TERMS = 150_000
"""A geometric series that needs more terms is first tried as a slow one."""

ATTEMPTS = 4


def enclose_hypergeometric(a: Summand, bits: int) -> arb | None:
    """A ball around the sum of all terms from `a.start` on, with relative accuracy `bits`.

    A sum that may be zero has a radius below 2**-bits times the largest head term instead. None when
    the term ratio is not rational up to a constant factor, and when no bound was found within the budget.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> enclose_hypergeometric(Summand(1 / n**2, 1), 100).str(25, radius=False)
    '1.644934066848226436472415'
    """
    if a.parameters:
        return None
    found = rated_ratio(a.expr)
    if found is None:
        return _enclose_parts(a, bits)
    top, bottom, rate = found
    first = max(a.start, last_exception(top, bottom) + 1)
    if first - a.start > MAX_HEAD:
        return None
    try:
        return refined(lambda work: _sum(a, top, bottom, rate, first, work), bits)
    except Undecided:
        return None


def _enclose_parts(a: Summand, bits: int) -> arb | None:
    """The sum of the sums of the parts of a sum, when every one of them converges by itself."""
    parts = sympy.Add.make_args(sympy.expand(a.expr))
    if not 1 < len(parts) <= MAX_PARTS:
        return None
    if any(rated_ratio(part) is None for part in parts):
        return None

    def total(work: int) -> arb | None:
        result = arb(0)
        for part in parts:
            value = enclose_hypergeometric(Summand(part, a.start), work)
            if value is None:
                return None
            with ctx.workprec(work + 16):
                result += value
        return result

    return refined(total, bits)


def hypergeometric_tail(a: Summand, first: int, bits: int) -> arb | None:
    """A ball around the sum of the terms from n = `first` on; see `enclose_hypergeometric`."""
    return enclose_hypergeometric(Summand(a.expr, first), bits)


def _sum(a: Summand, top: fmpq_poly, bottom: fmpq_poly, rate: sympy.Expr, first: int, bits: int) -> arb | None:
    with ctx.workprec(bits + 16):
        head = sum((_term(a, k, bits) for k in range(a.start, first)), arb(0))
        leading = _term(a, first, bits)
        if leading.is_zero():
            return head
        rest = _normalised_sum(top, bottom, rate, first, bits)
        return None if rest is None else head + leading * rest


def _normalised_sum(top: fmpq_poly, bottom: fmpq_poly, rate: sympy.Expr, first: int, bits: int) -> arb | None:
    """The sum of a(n)/a(first) from `first` on."""
    geometric = _Geometric.of(top, bottom, rate, first) if _is_fast(top, bottom, rate) else None
    count = geometric.estimate(bits) if geometric is not None else MAX_TERMS + 1
    if geometric is not None and (count <= max(FEW_TERMS, 100 * bits) or rate != 1):
        return geometric.sum(count, bits)
    rest = telescoped_sum(top, bottom, first, bits) if rate == 1 else None
    if rest is None and geometric is not None:
        return geometric.sum(count, bits)
    return rest


def _term(a: Summand, k: int, bits: int) -> arb:
    exact = rational_at(a.expr, k)
    if exact is not None:
        return arb(exact)
    value = value_ball(a.expr, k, bits)
    if not value.imag.contains(0):
        raise Undecided("a term that is not real")
    return value.real


def _is_fast(top: fmpq_poly, bottom: fmpq_poly, rate: sympy.Expr) -> bool:
    """Whether the ratio of the terms tends to a number that is proved to be below 1 in absolute value."""
    if top.degree() != bottom.degree():
        return bool(top.degree() < bottom.degree())
    return bool(abs(arb(top[top.degree()]) * real_ball(rate, 64)) < 1)


@dataclass(frozen=True, slots=True)
class _Geometric:
    """Terms with a(n+1)/a(n) = rate p(n)/q(n) and |rate p(n)| <= bound q(n) for n >= threshold, bound < 1."""

    p: fmpq_poly
    q: fmpq_poly
    rate: sympy.Expr
    first: int
    bound: fmpq

    @classmethod
    def of(cls, p: fmpq_poly, q: fmpq_poly, rate: sympy.Expr, first: int) -> "_Geometric":
        size = _upper(abs(real_ball(rate, 64)))
        limit = abs(p[p.degree()]) * size if p.degree() == q.degree() else fmpq(0)
        return cls(p, q, rate, first, _simple((1 + limit) / 2))

    def sum(self, count: int, bits: int) -> arb | None:
        """The sum of a(n)/a(first) from `first` on, at least `count` terms and an enclosure of the rest.

        None when more than `MAX_TERMS` terms are needed.
        """
        threshold = self._threshold()
        if threshold is None or count > MAX_TERMS:
            return None
        last = max(threshold, self.first + count)
        for _ in range(ATTEMPTS):
            total, term = self._partial(last, bits)
            rest = abs(term) / (1 - arb(self.bound))
            value = total + arb(0, rest.upper())
            if not rest > arb(2) ** -bits * abs(total).lower() or last - self.first > MAX_TERMS:
                break
            last += (last - self.first) // 2 + 8
        return value

    def _threshold(self) -> int | None:
        """From where on bound q +- |rate| p has no negative coefficient."""
        size = _upper(abs(real_ball(self.rate, 64)))
        difference, total = self.bound * self.q - size * self.p, self.bound * self.q + size * self.p
        threshold = self.first
        while not (nonnegative_from(difference, threshold) and nonnegative_from(total, threshold)):
            threshold = 2 * threshold + 1
            if threshold > MAX_TERMS:
                return None
        return threshold

    def estimate(self, bits: int) -> int:
        """About how many terms it takes to gain so many bits: the ratio is sampled, nothing is proved here."""
        wanted = bits + int((1 / (1 - self.bound)).ceil()).bit_length() + 2  # the bound of the rest has this factor
        gained, k = 0.0, self.first
        with ctx.workprec(53):
            rate = abs(real_ball(self.rate, 53))
            while gained < wanted and k - self.first <= MAX_TERMS:
                step = max(1, (k - self.first) // 32)
                size = float((rate * abs(arb(self.p(k)) / arb(self.q(k)))).log().mid()) if self.p(k) else 0.0
                gained -= step * size / 0.6931
                k += step
        return k - self.first + 1

    def _partial(self, last: int, bits: int) -> tuple[arb, arb]:
        """The sum over first <= n < last and the term at `last`, over the first term."""
        with ctx.workprec(bits + last.bit_length() + 16):
            return self._by_blocks(last, bits) if self.rate == 1 else self._by_terms(last, bits)

    def _by_blocks(self, last: int, bits: int) -> tuple[arb, arb]:
        """Exact sums of blocks, one block for a fast series: in a long one exact numbers outgrow the answer."""
        ratio, block = Ratio.of(self.p, self.q), bits + 200
        if last - self.first <= 20 * block:
            block = last - self.first
        value, result = arb(1), arb(0)
        for k in range(self.first, last, block):
            total, term = ratio.sum_and_term(k, min(k + block, last))
            result += value * (arb(total[0]) / arb(total[1]))
            value *= arb(term[0]) / arb(term[1])
        return result, value

    def _by_terms(self, last: int, bits: int) -> tuple[arb, arb]:
        rate = real_ball(self.rate, bits + 16)
        value, result = arb(1), arb(0)
        for k in range(self.first, last):
            result += value
            value *= rate * (self.p(k) / self.q(k))
        return result, value


def _upper(value: arb) -> fmpq:
    """A rational upper bound."""
    mantissa, exponent = value.upper().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _simple(value: fmpq) -> fmpq:
    """A rational between value < 1 and 1 with a small denominator."""
    scale = 2
    while True:
        rounded = fmpq((value * scale).ceil(), scale)
        if rounded < 1:
            return rounded
        scale *= 2
