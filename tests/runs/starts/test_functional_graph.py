"""The graph of a map against a walk from every state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.runs.starts.functional_graph import functional_graph

maps = st.integers(1, 60).flatmap(lambda n: st.lists(st.integers(0, n - 1), min_size=n, max_size=n))


def walked(table: list[int], start: int) -> tuple[int, int, int]:
    """Root, period and tail of a start, by remembering all that was seen."""
    seen: dict[int, int] = {}
    at = start
    while at not in seen:
        seen[at] = len(seen)
        at = table[at]
    cycle = [state for state, k in seen.items() if k >= seen[at]]
    return min(cycle), len(cycle), seen[at]


def check(table: list[int]) -> None:
    graph = functional_graph(np.array(table))
    found = list(zip(graph.root.tolist(), graph.period.tolist(), graph.tail.tolist(), strict=True))
    assert found == [walked(table, s) for s in range(len(table))]


@given(maps)
def test_every_state_as_by_a_walk(table: list[int]) -> None:
    check(table)


@given(st.integers(1, 200).flatmap(lambda n: st.permutations(range(n))))
def test_permutations(table: list[int]) -> None:
    check(table)


@pytest.mark.parametrize("n", [1, 2, 3, 31, 32, 33, 257])
def test_the_longest_tail_and_the_longest_cycle(n: int) -> None:
    check([max(s - 1, 0) for s in range(n)])
    check([(s + 1) % n for s in range(n)])
    check([0] * n)
