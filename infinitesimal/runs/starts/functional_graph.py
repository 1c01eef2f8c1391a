"""The graph of a map on a finite set: where every state ends, and after how many steps.

Iterates with the numbers 1, 2, 4, ... are kept (pointer doubling). Their images shrink to the states on cycles; the
distance of every state to those follows from the same iterates, read as the digits of a binary number. All of it is
a few passes over whole arrays for each doubling, and no state is walked by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalGraph:
    """A map s -> successors[s] of 0 .. n - 1, analysed: arrays with one entry for each state.

    `root` is the least state of the cycle that the state ends in, `period` the length of that cycle, and `tail` the
    number of steps until the state is on it (0 for the states of cycles).
    """

    successors: Array
    root: Array
    period: Array
    tail: Array


def functional_graph(successors: Array) -> FunctionalGraph:
    """The analysis of a map given by its table; exact, in O(n log t) for a longest tail t and longest period p <= n.

    >>> graph = functional_graph(np.array([1, 2, 1, 3, 0]))
    >>> graph.root.tolist(), graph.period.tolist(), graph.tail.tolist()
    ([1, 1, 1, 3, 1], [2, 2, 2, 1, 2], [1, 0, 0, 0, 2])
    """
    table = np.asarray(successors, dtype=np.intp)
    iterates, on_cycle = _iterates(table)
    tail = _tails(iterates[:-1], on_cycle)
    cores = np.flatnonzero(on_cycle)
    place = np.empty(len(table), dtype=np.intp)
    place[cores] = np.arange(len(cores))
    roots = _least_of_cycle(cores, place.take(table.take(cores)))
    periods = np.bincount(place.take(roots), minlength=len(cores)).take(place.take(roots))
    end = place.take(iterates[-1])
    return FunctionalGraph(table, roots.take(end), periods.take(end), tail)


def _iterates(table: Array) -> tuple[list[Array], Array]:
    """The iterates 1, 2, 4, ..., m of a map, up to the first whose image is the set of states on cycles, and that set.

    The images are nested. Once those of m and 2m have the same size, the map permutes them: they are the cycles.
    """
    iterates, image = [table], _image(table)
    size = np.count_nonzero(image)
    while True:
        square = iterates[-1].take(iterates[-1])
        smaller = _image(square)
        count = np.count_nonzero(smaller)
        if count == size:
            return iterates, image
        iterates.append(square)
        image, size = smaller, count


def _image(table: Array) -> Array:
    found = np.zeros(len(table), dtype=bool)
    found[table] = True
    return found


def _tails(iterates: list[Array], on_cycle: Array) -> Array:
    """The steps to the first state on a cycle: the longest jumps that stay off the cycles, and one step more.

    The last iterate brings every state onto a cycle, so the ones below it are digits enough.
    """
    walkers = np.flatnonzero(~on_cycle)
    at, steps = walkers, np.ones(len(walkers), dtype=np.intp)
    for power in range(len(iterates) - 1, -1, -1):
        further = iterates[power].take(at)
        off = ~on_cycle.take(further)
        steps += off.astype(np.intp) << power
        at = np.where(off, further, at)
    tail = np.zeros(len(on_cycle), dtype=np.intp)
    tail[walkers] = steps
    return tail


def _least_of_cycle(states: Array, following: Array) -> Array:
    """The least state on the cycle of each of `states`, which `following` permutes (by places).

    The minimum over the next 1, 2, 4, ... states. Once a doubling changes nothing, windows that follow one another
    have the same minimum all around, so it is that of the cycle.
    """
    least = states
    while True:
        wider = np.minimum(least, least.take(following))
        if np.array_equal(wider, least):
            return least
        least, following = wider, following.take(following)
