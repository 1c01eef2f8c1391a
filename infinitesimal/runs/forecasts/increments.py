"""By how many ulps an addend moves a sum: rounding on the integers.

Inside a binade the sum is S ulps, an integer; an addend of x ulps, a dyadic rational, moves it by an integer k.
Which addends move it by the same k is a **cell**: an interval of x. This is the rule of absorption for every k, not
only for k = 0.
"""

from typing import NamedTuple

from infinitesimal.arithmetics.floating.format import Pair
from infinitesimal.arithmetics.floating.rounding import Rounding


class Cell(NamedTuple):
    """An interval of addends, in ulps of the sum, that a rounding treats alike: `base` and where x lies beside it.

    `kind` is "" where the increment is `base` whatever the sum; "tie" for x = base + 1/2 under nearest-even, and
    "between" for base < x < base + 1 under rounding to odd, where the parity of the sum decides.
    """

    base: int
    kind: str

    def increment(self, s: int) -> int:
        """The increment of a sum of `s` ulps.

        >>> Cell(2, "tie").increment(4), Cell(2, "tie").increment(5)
        (2, 3)
        """
        if not self.kind:
            return self.base
        odd = (s + self.base) & 1
        return self.base + odd if self.kind == "tie" else self.base + 1 - odd

    def repeats(self, increment: int) -> bool:
        """Whether the same increment follows: after a tie the sum is even, after "between" odd, so that an even
        increment keeps the parity, and an odd one is the first and only one.
        """
        return not self.kind or not increment & 1


def cell(rounding: Rounding, addend: Pair, q: int, positive: bool, precision: int) -> Cell | None:
    """The cell of a finite addend beside a sum whose ulp is 2**q; `positive` is the sign of sum and result.

    None where the addend is too large for the sum to stay in its binade. Lemma: S + x rounds to S + k in the spacing
    of S, where k is x rounded to an integer in the same mode; the directions relative to zero follow the sign of the
    sum, and the parity on a tie is that of S + floor(x). Source: IEEE 754-2019, 4.3.

    >>> cell(Rounding.NEAREST_EVEN, (5, -1), 0, True, 11)
    Cell(base=2, kind='tie')
    """
    m, e = addend
    drop = q - e
    if drop <= 0:
        return Cell(m << -drop, "") if m.bit_length() - drop <= precision + 1 else None
    if m.bit_length() - drop > precision + 1:
        return None
    if drop > m.bit_length() + 2:
        m, drop = (m > 0) - (m < 0), 2  # only its sign matters: less than a quarter of an ulp
    base = m >> drop
    rest = m - (base << drop)
    if not rest:
        return Cell(base, "")
    if rounding is Rounding.ODD:
        return Cell(base, "between")
    if rounding in (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY):
        over = 2 * rest - (1 << drop)
        if not over and rounding is Rounding.NEAREST_EVEN:
            return Cell(base, "tie")
        up = over > 0 or (not over and positive)
    else:
        outward = rounding is Rounding.AWAY
        inward = rounding is Rounding.TOWARD_ZERO
        up = rounding is Rounding.UP or (outward and positive) or (inward and not positive)
    return Cell(base + up, "")
