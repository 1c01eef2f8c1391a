"""The graph of boxes in the plane: which can follow which, and which lie on cycles.

The boxes of a search stand in rows: their indices of one component are the same or apart. An image meets a range of
boxes in each row that it meets: a helper between a box and each of its ranges makes of that a graph where everything
is followed by one range, as `cell_graph` has it.
"""

from typing import Any, Literal, NamedTuple

import numpy as np

from infinitesimal.runs.starts.cell_graph import components

Array = Any

MOST_RANGES = 4_000_000
_TRIMS = 200


class Order(NamedTuple):
    """A number for each box that never rises along an edge, and the boxes that lie on cycles of the graph.

    Equal numbers along an edge mean that both are on one cycle.
    """

    number: Array
    cyclic: Array


def order(row: int, low: Array, high: Array, image_low: Array, image_high: Array) -> Order | None:
    """The order of boxes of two components that stand in rows of component `row`, sorted by it and then the other.

    None where there are too many ranges.
    """
    found = _ranges(row, low, high, image_low, image_high)
    if found is None:
        return None
    source, first, last = found
    n = len(low)
    number, alive = np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool)
    down, up = 0, n + len(source) + 2 * _TRIMS
    for _ in range(_TRIMS):
        before = np.concatenate([[0], np.cumsum(alive)])
        some = alive[source] & (before[last] > before[first])
        source, first, last = source[some], first[some], last[some]
        covered = np.bincount(first, minlength=n + 1) - np.bincount(last, minlength=n + 1)
        ends = alive & (np.bincount(source, minlength=n) == 0)
        begins = alive & ~ends & (np.cumsum(covered)[:-1] <= 0)
        if not ends.any() and not begins.any():
            break
        number[ends], number[begins] = down, up
        down, up = down + 1, up - 1
        alive &= ~(ends | begins)
    place = np.flatnonzero(alive)
    if not len(place):
        return Order(number, alive)
    before = np.concatenate([[0], np.cumsum(alive)])
    some = alive[source] & (before[last] > before[first])
    source, first, last = before[source[some]], before[first[some]], before[last[some]]
    m = len(place)
    starts = m + np.searchsorted(source, np.arange(m + 1), "left")
    component = components(np.concatenate([starts[:-1], first]), np.concatenate([starts[1:], last]))
    number[place] = _TRIMS + component[:m]
    cyclic = np.zeros(n, dtype=bool)
    cyclic[place] = np.bincount(component)[component[:m]] > 1  # a box and its helper at least
    return Order(number, cyclic)


def _ranges(
    row: int, low: Array, high: Array, image_low: Array, image_high: Array
) -> tuple[Array, Array, Array] | None:
    """For each box and each row that its image meets, the positions [first, last) of the boxes that it meets there.

    The boxes are sorted by their rows, and by their places in them.
    """
    starts, stops = np.unique(low[:, row]), np.unique(high[:, row])
    at = np.searchsorted(starts, low[:, row])
    row_first = np.searchsorted(stops, image_low[:, row], "left")
    row_last = np.searchsorted(starts, image_high[:, row], "right")
    other = 1 - row
    some = image_low[:, other] <= image_high[:, other]
    counts = np.where(some, np.maximum(row_last - row_first, 0), 0)
    total = int(counts.sum())
    if total > MOST_RANGES:
        return None
    source = np.repeat(np.arange(len(low)), counts)
    rows = row_first[source] + np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    first = _before(at, high[:, other], rows, image_low[source, other], "left")
    last = _before(at, low[:, other], rows, image_high[source, other], "right")
    some = first < last
    return source[some], first[some], last[some]


def _before(at: Array, ends: Array, rows: Array, index: Array, side: Literal["left", "right"]) -> Array:
    """How many boxes stand before an index of a row; `ends` are the indices of the boxes, and `at` their rows."""
    places, place = np.unique(ends, return_inverse=True)
    width = len(places) + 1
    return np.searchsorted(at * width + place, rows * width + np.searchsorted(places, index, side), "left")
