"""Stopping rules of series: the n-th step is the size of a term, which is looked at without summing."""

import time
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.balls import FUNCTIONS
from infinitesimal.arithmetics.rationals import QQ, to_fmpq
from infinitesimal.errors import InfinitesimalError, InputError, Undefined
from infinitesimal.limits.values import values
from infinitesimal.optimization.ball_programs import ball_function
from infinitesimal.optimization.stopping.comparisons import at_most
from infinitesimal.optimization.stopping.problem import small
from infinitesimal.optimization.stopping.rules import Condition, Rule, combined, leaves
from infinitesimal.optimization.stopping.search import Search, first_step
from infinitesimal.optimization.stopping.walk import walk
from infinitesimal.recurrences.recurrence import STEP_NUMBER
from infinitesimal.recurrences.series import Series
from infinitesimal.terms.program import compile_terms
from infinitesimal.terms.term import functions, variables
from infinitesimal.truth import Truth

BITS = (64, 256, 1024)
MOST_EXACT_SUMS = 1 << 14


def search(series: Series, rule: Rule, deadline: float, steps: int) -> Search:
    """The first step where the rule holds. UNKNOWN where that is not found by the deadline.

    Where only the sizes of terms are asked for, enclosures of the term on ranges of n exclude many steps at once.
    """
    if not set(functions(series.term)) <= set(FUNCTIONS):
        return _by_sums(series, rule, deadline)
    if all(isinstance(leaf, Condition) and leaf.quantity == "abs_dx" for leaf in leaves(rule)):
        return first_step(_Terms(series, rule), 1, deadline)
    return walk(series, rule, (), deadline, steps)


class _Terms:
    """Whether a rule about |x_n - x_(n-1)| holds. A `Question` of `stopping_search`."""

    def __init__(self, series: Series, rule: Rule) -> None:
        if variables(series.term) not in ((), (STEP_NUMBER,)):
            raise InputError(f"{series} has parameters: a count takes numbers")
        self.series, self.rule = series, rule
        self.program = compile_terms((series.term,), (STEP_NUMBER,))

    def on(self, low: int, high: int) -> Truth:
        return self._by_balls(low, high, BITS[0])

    def _by_balls(self, low: int, high: int, bits: int) -> Truth:
        shift = self.series.start - 1
        with ctx.workprec(bits):
            n = arb(low + shift)
            if high > low:
                n = n.union(arb(high + shift))
            (value,) = ball_function((self.series.term,), (STEP_NUMBER,))(n)
            return combined(self.rule, lambda c: at_most(c, [value], _bound(c)), Truth.__or__, Truth.__and__)

    def at(self, step: int) -> Truth:
        for bits in BITS:
            answer = self._by_balls(step, step, bits)
            if answer is not Truth.UNKNOWN:
                return answer
        try:
            (value,) = self.program.execute(QQ, [fmpq(step + self.series.start - 1)])
        except Undefined as error:
            raise Undefined(f"term {step} of {self.series}: {error}", step) from None
        except InfinitesimalError:
            return Truth.UNKNOWN
        return Truth.of(combined(self.rule, lambda c: small(c, [value]), bool.__or__, bool.__and__))

    def after(self, low: int) -> Truth:
        return Truth.UNKNOWN

    def next(self, low: int, high: int) -> int | None:
        return None


def _bound(condition: Condition) -> arb:
    return arb(to_fmpq(condition.tolerance))


def _by_sums(series: Series, rule: Rule, deadline: float) -> Search:
    """By exact partial sums, while there are not too many of them."""
    count, done = 64, 0
    while count <= MOST_EXACT_SUMS and time.monotonic() < deadline:
        sums = values(series, count + 1)
        if not all(isinstance(s, Fraction) for s in sums):
            break
        for n, (a, b) in enumerate(pairwise(sums), 1):
            if n > done and _holds(rule, to_fmpq(a), to_fmpq(b)):
                return Search(n, Truth.FALSE, n)
        done, count = count, 2 * count
    return Search(None, Truth.UNKNOWN, done + 1, f"{done} exact partial sums were looked at")


def _holds(rule: Rule, before: fmpq, now: fmpq) -> bool:
    def holds(c: Condition) -> bool:
        return small(c, [now - before], abs(now) if c.quantity == "rel_dx" else 1)

    return combined(rule, holds, bool.__or__, bool.__and__)
