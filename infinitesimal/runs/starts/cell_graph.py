"""The graph of cells: which cells can follow which, and which of them lie on cycles.

The cells are sorted, so those that meet an image are a range [first, last) of positions: edges are never listed. The
strongly connected components come from Tarjan's algorithm (1972); a union-find skips the cells of a range that were
visited, and a tree of minima gives the earliest cell of a range that is still on the stack: O(n log n) for n cells,
however many edges.
"""

from typing import Any

import numpy as np

from infinitesimal.runs.starts.cells import Cells
from infinitesimal.runs.starts.fate_certificate import FALLS, RISES, STAYS

Array = Any

_TRIMS = 60
_DIRECT = 8


def ranges(cells: Cells) -> tuple[Array, Array]:
    """The positions [first, last) of the cells that can follow each of `cells`, which are sorted.

    A cell on which the step falls leaves downward, though perhaps after some steps inside it, and one on which it
    rises, upward; one on which it stays is never left.
    """
    place: Array = np.arange(len(cells.low))
    first: Array = np.searchsorted(cells.high, cells.image_low, "left")
    last: Array = np.searchsorted(cells.low, cells.image_high, "right")
    last = np.where(cells.kind == FALLS, np.minimum(last, place), last)
    first = np.where(cells.kind == RISES, np.maximum(first, place + 1), first)
    none = (cells.kind == STAYS) | (cells.image_low > cells.image_high) | (first >= last)
    return np.where(none, 0, first), np.where(none, 0, last)


def on_cycles(first: Array, last: Array) -> Array:
    """The cells that lie on a cycle of the graph, as a mask."""
    alive = _trimmed(first, last)
    place = np.flatnonzero(alive)
    before = np.concatenate([[0], np.cumsum(alive)])
    a, b = before[first[place]], before[last[place]]
    found = np.zeros(len(first), dtype=bool)
    found[place] = cyclic(a, b, components(a, b))
    return found


def _trimmed(first: Array, last: Array) -> Array:
    """The cells left when those that nothing follows and those that follow nothing are dropped, a few times."""
    alive: Array = first < last
    for _ in range(_TRIMS):
        before = np.concatenate([[0], np.cumsum(alive)])
        covered = np.bincount(first[alive], minlength=len(first) + 1) - np.bincount(
            last[alive], minlength=len(first) + 1
        )
        left = alive & (before[last] > before[first]) & (np.cumsum(covered)[:-1] > 0)
        dropped = np.count_nonzero(alive) - np.count_nonzero(left)
        alive = left
        if dropped * 50 <= len(first):
            break
    return alive


def cyclic(first: Array, last: Array, component: Array) -> Array:
    """The cells in a component of several, or that can follow themselves."""
    place = np.arange(len(first))
    several = np.bincount(component, minlength=1)[component] > 1 if len(component) else place > 0
    return several | ((first <= place) & (place < last))


def components(first: Array, last: Array) -> Array:
    """The number of the strongly connected component of each cell.

    They are numbered so that every edge goes to a component with the same number or a smaller one.
    """
    n, unseen = len(first), len(first)
    starts, ends = first.tolist(), last.tolist()
    skip = list(range(n + 1))  # the next cell that was not visited
    width = 1 << max(n - 1, 1).bit_length()
    tree = [unseen] * (2 * width)  # minima of the visiting numbers of cells on the stack
    number, low, component = [0] * n, [0] * n, [0] * n
    stack: list[int] = []
    visited = done = 0
    for root in range(n):
        if skip[root] != root:
            continue
        path = [root]
        while path:
            v = path[-1]
            if skip[v] == v:
                skip[v] = v + 1
                number[v] = low[v] = visited
                stack.append(v)
                at = width + v
                while at and tree[at] > visited:
                    tree[at] = visited
                    at >>= 1
                visited += 1
            w = starts[v]
            while skip[w] != w:
                skip[w] = skip[skip[w]]
                w = skip[w]
            if w < ends[v]:
                path.append(w)
                continue
            least = min(low[v], _least(tree, width, starts[v], ends[v]))
            path.pop()
            if least == number[v]:
                while True:
                    w = stack.pop()
                    component[w] = done
                    _clear(tree, width + w, unseen)
                    if w == v:
                        break
                done += 1
            elif least < low[path[-1]]:
                low[path[-1]] = least
    return np.array(component, dtype=np.int64)


def _least(tree: list[int], width: int, a: int, b: int) -> int:
    if b - a <= _DIRECT:
        return min(tree[width + a : width + b], default=len(tree))
    least, a, b = len(tree), a + width, b + width
    while a < b:
        if a & 1:
            least = min(least, tree[a])
            a += 1
        if b & 1:
            b -= 1
            least = min(least, tree[b])
        a >>= 1
        b >>= 1
    return least


def _clear(tree: list[int], at: int, unseen: int) -> None:
    old = tree[at]
    tree[at] = unseen
    at >>= 1
    while at and tree[at] == old:
        left, right = tree[2 * at], tree[2 * at + 1]
        tree[at] = left if left < right else right
        at >>= 1
