"""Where starts end, as far as the cells of a certificate tell: at finite floats, or at an infinity or NaN."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from infinitesimal.runs.starts.fate_certificate import FALLS, RECURRENT, RISES, STAYS, UNDECIDED, FateCertificate

_FINITE, _GONE = 1, 2


class Ends(NamedTuple):
    """Numbers of finite starts: sure to stay finite, sure to end at an infinity or NaN, and those of cells that may
    have both, or reach undecided floats.
    """

    finite: int
    escaping: int
    open: int


def targets(certificate: FateCertificate, place: int) -> tuple[int, int]:
    """The positions [first, last) of the cells that can follow the one at `place`."""
    c = certificate
    if c.kind[place] == STAYS or c.image_low[place] > c.image_high[place]:
        return 0, 0
    first, last = bisect_left(c.high, c.image_low[place]), bisect_right(c.low, c.image_high[place])
    if c.kind[place] == FALLS:
        last = min(last, place)
    if c.kind[place] == RISES:
        first = max(first, place + 1)
    return (first, last) if first < last else (0, 0)


def ends(certificate: FateCertificate, top: int) -> Ends:
    """The totals; exact for starts that are sure, and the rest is left open."""
    c, n = certificate, len(certificate)
    tree = [0] * (2 * n)  # unions of the ends over ranges of cells
    for rank_group in by_rank(c):
        found = 0
        for i in rank_group:
            if c.status[i] == UNDECIDED:
                found |= _FINITE | _GONE
            finite = -top <= c.low[i] and c.high[i] <= top
            first, last = targets(c, i)
            found |= _union(tree, n + first, n + last)
            if c.status[i] == RECURRENT:
                found |= _FINITE if finite else _GONE
            if c.nan[i]:
                found |= _GONE
        for i in rank_group:
            at = n + i
            while at:
                tree[at] |= found
                at >>= 1
    totals = [0, 0, 0, 0]
    for i in range(n):
        if -top <= c.low[i] and c.high[i] <= top:
            totals[tree[n + i]] += c.high[i] - c.low[i] + 1
    return Ends(totals[_FINITE], totals[_GONE], totals[_FINITE | _GONE])


def by_rank(c: FateCertificate) -> list[list[int]]:
    """The rows of each rank, from the least rank on."""
    groups: dict[int, list[int]] = {}
    for i, rank in enumerate(c.rank):
        groups.setdefault(rank, []).append(i)
    return [groups[rank] for rank in sorted(groups)]


def _union(tree: list[int], a: int, b: int) -> int:
    found = 0
    while a < b:
        if a & 1:
            found |= tree[a]
            a += 1
        if b & 1:
            b -= 1
            found |= tree[b]
        a >>= 1
        b >>= 1
    return found
