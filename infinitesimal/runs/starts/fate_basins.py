"""How many starts end on each cycle, as far as the cells of a certificate tell: bounds, from ranks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from infinitesimal.runs.starts.fate_certificate import RECURRENT, UNDECIDED, FateCertificate
from infinitesimal.runs.starts.fate_ends import by_rank, targets

NOWHERE, SEVERAL, GONE = -1, -2, -3
"""What the walks from a cell come to, besides the number of one cycle: nothing known yet; more than one end, or an
undecided cell; infinities and NaN for good."""


class Basin(NamedTuple):
    """A fixed point, a range of them, or a cycle, with bounds of the number of finite starts that end there."""

    end: Any
    least: int
    most: int


def sure_starts(certificate: FateCertificate, top: int, numbers: Mapping[int, int]) -> dict[int, int]:
    """The finite starts that are sure to end on the cycle with each number, `GONE` included; the rest as `SEVERAL`.

    `numbers` has the number of the cycle that each recurrent row belongs to; rows without one are at infinities.
    """
    c, n = certificate, len(certificate)
    tree = [NOWHERE] * (2 * n)
    found = [NOWHERE] * n
    for group in by_rank(c):
        together = NOWHERE
        for i in group:
            first, last = targets(c, i)
            together = _joined(together, _union(tree, n + first, n + last))
            if c.status[i] == UNDECIDED:
                together = SEVERAL
            if c.status[i] == RECURRENT:
                together = _joined(together, numbers.get(i, GONE))
            if c.nan[i]:
                together = _joined(together, GONE)
        for i in group:
            found[i] = tree[n + i] = together
            at = n + i >> 1
            while at:
                tree[at] = _joined(tree[at], together)
                at >>= 1
    counts: dict[int, int] = {}
    for i in range(n):
        if -top <= c.low[i] and c.high[i] <= top:
            counts[found[i]] = counts.get(found[i], 0) + c.high[i] - c.low[i] + 1
    return counts


def _joined(a: int, b: int) -> int:
    return b if a == NOWHERE else a if b in (NOWHERE, a) else SEVERAL


def _union(tree: list[int], a: int, b: int) -> int:
    found = NOWHERE
    while a < b:
        if a & 1:
            found = _joined(found, tree[a])
            a += 1
        if b & 1:
            b -= 1
            found = _joined(found, tree[b])
        a >>= 1
        b >>= 1
    return found
