"""How many terms are enough: the least index after which the rest stays below a tolerance, proved.

For terms of one sign, and for alternating terms that decrease convexly, the size of the rest decreases, so
bisection finds the last index where it is too large; before that stage every index is tested. For other
terms a bound by a geometric series takes the place of monotonicity.
"""

import time
from fractions import Fraction

import sympy
from flint import arb, ctx

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import Undecided
from infinitesimal.rational import show
from infinitesimal.sums.asymptotics.signs import convex_from, sign_from
from infinitesimal.sums.enclosures.enclosure import tail_ball
from infinitesimal.sums.enclosures.geometric_enclosure import geometric_tail_bound
from infinitesimal.sums.enclosures.remainders import alternating_part, rational_remainder
from infinitesimal.sums.summands.evaluation import rational_at, value_ball
from infinitesimal.sums.summands.summand import Summand

_PRECISIONS = (64, 160, 512)
_MOST_BITS_OF_AN_INDEX = 256
_FARTHEST_BOUND = 1 << 20


def enough_terms(a: Summand, tolerance: Fraction, rest: sympy.Expr | None, seconds: float) -> int:
    """The least index N >= start - 1 with |sum of the terms after N'| < tolerance for every N' >= N.

    `rest` is the closed form of the remainder in n, if there is one without cases; the series converges. Raises
    `Undecided` where monotonicity is not seen, an index would have more than 256 bits, or the
    search takes longer than `seconds`.
    """
    if a.expr.is_zero:
        return a.start - 1
    return _Search(a, tolerance, rest if rest is not None else rational_remainder(a), seconds).least()


class _Search:
    def __init__(self, a: Summand, tolerance: Fraction, rest: sympy.Expr | None, seconds: float) -> None:
        self.a = a
        self.tolerance = to_fmpq(tolerance)
        self.rest = rest
        self.shown = show(tolerance)
        self.deadline = time.monotonic() + seconds
        self.first = a.start - 1

    def least(self) -> int:
        settled = self._monotone_from()
        above = self._last_too_large(max(settled, self.first)) if settled is not None else self._dominated_from()
        while above > self.first:
            if not self.small(above - 1):
                return above
            above -= 1
            self._check_time(above)
        return above

    def _monotone_from(self) -> int | None:
        """From which index on the size of the rest decreases; None where that is not seen."""
        sign = sign_from(self.a.expr)
        if sign is not None and sign[0]:
            return max(sign[1] - 1, 0)
        alternating, size = alternating_part(self.a.expr)
        direction = sign_from(size) if alternating is not None else None
        return convex_from(size * direction[0]) if direction and direction[0] else None

    def _last_too_large(self, low: int) -> int:
        """One more than the last index from `low` on with a rest that is too large, by bisection."""
        if self.small(low):
            return low
        high = max(2 * low, 1)
        while not self.small(high):
            low, high = high, 2 * high
            if high.bit_length() > _MOST_BITS_OF_AN_INDEX:
                raise Undecided(
                    f"the rest of the {self.a} is not below {self.shown} before index 2**{_MOST_BITS_OF_AN_INDEX}: "
                    "it falls too slowly for a number of terms; give a larger tolerance"
                )
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.small(middle) else (middle, high)
        return high

    def _dominated_from(self) -> int:
        """An index after which the sum of the sizes of all terms is below the tolerance, by a geometric bound."""
        index = max(self.first, 0)
        while True:
            bound = geometric_tail_bound(self.a, index + 1)
            if bound is not None and bound < self.tolerance:
                return index
            index = 2 * index + 1
            self._check_time(index)
            if index > _FARTHEST_BOUND:
                raise Undecided(
                    f"how the rest of the {self.a} falls is not seen from its terms: they have no sign that stays, "
                    "no convex alternation and no geometric bound. `remainder` at a number of terms still works"
                )

    def small(self, index: int) -> bool:
        """Whether the rest after `index` is below the tolerance, by balls, then exactly."""
        self._check_time(index)
        for bits in _PRECISIONS:
            with ctx.workprec(bits):
                size = abs(self._rest(index, bits))
                if size < self.tolerance:
                    return True
                if size >= self.tolerance:
                    return False
        exact = rational_at(self.rest, index) if self.rest is not None else None
        if exact is None:
            raise Undecided(f"the rest after {index} terms is {self.shown} as far as it was computed")
        return bool(abs(exact) < self.tolerance)

    def _rest(self, index: int, bits: int) -> arb:
        if self.rest is not None:
            return value_ball(self.rest, index, bits + index.bit_length()).real
        return tail_ball(self.a, index, bits)

    def _check_time(self, index: int) -> None:
        if time.monotonic() > self.deadline:
            raise Undecided(
                f"whether {index} terms of the {self.a} are enough took too long: give a larger tolerance or budget"
            )
