"""The search for the cycles of a step of two variables: boxes that may hold some are cut until they are single states.

As in one variable, what can follow what is kept in a graph of boxes, and a box that lies on none of its cycles is
done. So are the boxes of a strongly connected part on all of which one component falls, or rises: a cycle would have
to bring it back. The order of the boxes in each round makes their ranks: along an edge none of them rises.
"""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from infinitesimal.runs.starts.box_certificate import BoxCertificate, IndexBox
from infinitesimal.runs.starts.box_graph import order
from infinitesimal.runs.starts.box_map import BoxMap
from infinitesimal.runs.starts.fate_certificate import RECURRENT, TRANSIENT, UNDECIDED

Array = Any

MOST = 1_000_000
"""The boxes that a search may take."""
CLOSE, ROUND = 8, 3
AT_REST = 0
"""The number of a box of fixed points in its round; those of the others are greater."""


class _Live(NamedTuple):
    """Boxes that may lie on cycles: their nodes, their indices, and their numbers in the rounds so far."""

    node: Array
    low: Array
    high: Array
    numbers: Array

    def take(self, chosen: Array) -> "_Live":
        return _Live(*(column[chosen] for column in self))


class _Done(NamedTuple):
    """Leaves: nodes, images, signs, statuses and numbers."""

    node: Array
    image: Array
    sign: Array
    status: Array
    numbers: Array


class _Tree:
    """The nodes of a certificate as they grow."""

    def __init__(self) -> None:
        self.axis, self.cut, self.child = [-1], [0], [0]

    def split(self, live: _Live, axis: int, chosen: Array, cuts: Array) -> _Live:
        """Cuts the chosen boxes in one component, behind the indices `cuts`."""
        first = len(self.axis)
        for offset, (node, cut) in enumerate(zip(live.node[chosen].tolist(), cuts.tolist(), strict=True)):
            self.axis[node], self.cut[node], self.child[node] = axis, cut, first + 2 * offset
        new = 2 * len(cuts)
        self.axis += [-1] * new
        self.cut += [0] * new
        self.child += [0] * new
        parts = live.take(chosen), live.take(chosen)
        parts[0].high[:, axis], parts[1].low[:, axis] = cuts, cuts + 1
        nodes = first + 2 * np.arange(len(cuts))
        return _joined([live.take(~chosen), parts[0]._replace(node=nodes), parts[1]._replace(node=nodes + 1)])


def search(step: BoxMap, root: IndexBox, proof: tuple[Any, ...], deadline: float) -> BoxCertificate:
    """The certificate for the states of `root`: all decided, or with undecided boxes where a budget was spent."""
    tree, done = _Tree(), list[_Done]()
    live = _kinds_apart(step, tree, _Live(np.zeros(1, dtype=np.int64), *_ends(root), np.zeros((1, 0), dtype=np.int64)))
    row = int(np.argmin([high - low for low, high in root]))
    count = 0
    while True:
        began = time.monotonic()
        live = live.take(np.lexsort((live.low[:, 1 - row], live.low[:, row])))
        image_low, image_high, sign = step.images(live.low, live.high)
        image = np.stack([image_low, image_high], axis=2).reshape(len(live.node), -1)
        still = sign == step.still
        number, status = np.full(len(live.node), AT_REST), np.full(len(live.node), RECURRENT)
        moving = np.flatnonzero(~still)
        found = order(row, *(column[moving] for column in (live.low, live.high, image_low, image_high)))
        stay = np.zeros(len(live.node), dtype=bool)
        if found is not None:
            # Boxes of fixed points are ends: nothing follows them, so the others are in order without them.
            number[moving] = found.number + 1
            stay[moving] = found.cyclic & (_common(found.number, sign[moving]) == 0)
        else:
            number[moving], stay[moving] = 1, True
        status[moving] = np.where(stay[moving], UNDECIDED, TRANSIENT)
        live = live._replace(numbers=np.column_stack([live.numbers, number]))
        done.append(_Done(live.node[~stay], image[~stay], sign[~stay], status[~stay], live.numbers[~stay]))
        count += len(done[-1].node)
        wide = stay & (live.low < live.high).any(axis=1)
        full = found is None or count + np.count_nonzero(stay) + 3 * np.count_nonzero(wide) > MOST
        now = time.monotonic()
        late = now + ROUND * (now - began) > deadline  # the next round has several times as many boxes
        if not wide.any() or full or late:
            status[stay] = _ended(number[stay], wide[stay])
            done.append(_Done(live.node[stay], image[stay], sign[stay], status[stay], live.numbers[stay]))
            return _certificate(tree, root, proof, done)
        live = _halved(step, tree, row, live.take(stay))


def _ends(root: IndexBox) -> tuple[Array, Array]:
    low, high = zip(*root, strict=True)
    return np.array([low], dtype=np.int64), np.array([high], dtype=np.int64)


def _kinds_apart(step: BoxMap, tree: _Tree, live: _Live) -> _Live:
    for axis in range(step.count):
        for cut in step.edges_of_kinds():
            chosen = (live.low[:, axis] <= cut) & (cut < live.high[:, axis])
            live = tree.split(live, axis, chosen, np.full(np.count_nonzero(chosen), cut, dtype=np.int64))
    return live


def _halved(step: BoxMap, tree: _Tree, row: int, live: _Live) -> _Live:
    """All rows are cut. The other component waits while its values are close together beside those of the row: there
    may be very many of them near zero, which all do the same.
    """
    other = 1 - row
    low, high = (step.values(ends) for ends in (live.low, live.high))
    with np.errstate(all="ignore"):
        width = high - low
        waits = (live.low[:, row] < live.high[:, row]) & (width[:, other] * CLOSE < width[:, row])
    for axis in (other, row):
        chosen = live.low[:, axis] < live.high[:, axis]
        if axis == other:
            chosen &= ~waits
        first, last = live.low[chosen, axis], live.high[chosen, axis]
        live = tree.split(live, axis, chosen, first + (last - first) // 2)
    return live


def _joined(parts: Sequence[_Live]) -> _Live:
    return _Live(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _common(number: Array, sign: Array) -> Array:
    """The signs that all boxes with the number of each share, rest apart."""
    _, place = np.unique(number, return_inverse=True)
    found = np.full(place.max(initial=-1) + 1, -1, dtype=np.int64)
    np.bitwise_and.at(found, place, sign & MOVING)
    return found[place]


MOVING = 0o3333333333
"""The signs that say that a component falls or rises."""


def _ended(number: Array, wide: Array) -> Array:
    """The statuses of what is left: a connected part of single states is a cycle."""
    _, place = np.unique(number, return_inverse=True)
    return np.where(np.bincount(place, weights=wide)[place] > 0, UNDECIDED, RECURRENT) if len(number) else number


def _certificate(tree: _Tree, root: IndexBox, proof: tuple[Any, ...], done: list[_Done]) -> BoxCertificate:
    rounds = max(part.numbers.shape[1] for part in done)
    numbers = np.concatenate(
        [np.pad(part.numbers, ((0, 0), (0, rounds - part.numbers.shape[1])), constant_values=-1) for part in done]
    )
    node, image, sign, status = (np.concatenate([part[i] for part in done]) for i in range(4))
    rows = np.lexsort(numbers.T[::-1])
    rank = np.empty(len(rows), dtype=np.int64)
    rank[rows] = np.cumsum(np.concatenate([[0], (np.diff(numbers[rows], axis=0) != 0).any(axis=1)]))
    leaves = np.argsort(node)
    columns = (tuple(column[leaves].tolist()) for column in (sign, status, rank))
    images = tuple(map(tuple, image[leaves].tolist()))
    return BoxCertificate(root, proof, tuple(tree.axis), tuple(tree.cut), tuple(tree.child), images, *columns)
