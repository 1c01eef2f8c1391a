"""Absorption in a finite Markov chain, exactly, by back-substitution over its strongly connected components.

Tarjan's algorithm gives the components with their successors first, so that what follows a component is known when it
is solved: a single state by one division, a larger one by an exact linear system.
Source: Kemeny and Snell, Finite Markov Chains, 3.2 and 3.3; Tarjan, SIAM J. Comput. 1 (1972).
"""

from collections.abc import Iterable, Iterator, Mapping

from flint import fmpq, fmpq_mat

from infinitesimal.errors import Undecided
from infinitesimal.runs.chains.chain_steps import Transitions

LARGEST_SYSTEM = 600
"""A component with more states than this is not solved."""


class Absorption:
    """Expected steps and probabilities of absorption, from the states asked for and what they lead to."""

    def __init__(self, transitions: Transitions) -> None:
        self.transitions = transitions
        self.component: dict[int, int] = {}
        self.components: list[list[int]] = []
        self.recurrent: list[int] = []
        self.steps: dict[int, fmpq] = {}
        self.targets: dict[int, dict[int, fmpq]] = {}
        self._index: dict[int, int] = {}

    def row(self, state: int) -> list[tuple[int, fmpq]]:
        """The successors of a state with their probabilities."""
        t = self.transitions
        inner, outer, up, total = t.inner[state], t.outer[state], t.up[state], t.total[state]
        if not up:
            return [(inner, fmpq(1))]
        chance = fmpq(up, total)
        return [(inner, 1 - chance), (outer, chance)]

    def classify(self, starts: Iterable[int]) -> None:
        """Finds the components of all that can follow the starts, and which of them are never left."""
        for start in starts:
            for number in self._explored(start):
                members = self.components[number]
                if all(self.component[j] == number for i in members for j, _ in self.row(i)):
                    self.recurrent.append(number)

    def solve(self, starts: Iterable[int], *, steps: bool = False, targets: bool = False) -> None:
        """Fills in what is asked for, for all that can follow the starts; successors first."""
        self.classify(starts)
        recurrent = set(self.recurrent)
        for number, members in enumerate(self.components):
            if steps and members[0] not in self.steps:
                if number in recurrent:
                    self.steps |= dict.fromkeys(members, fmpq(0))
                else:
                    self._solve_steps(number, members)
            if targets and members[0] not in self.targets:
                if number in recurrent:
                    self.targets |= {i: {number: fmpq(1)} for i in members}
                else:
                    self._solve_targets(number, members)

    def _solve_steps(self, number: int, members: list[int]) -> None:
        """(1 - Q) h = 1 + what follows, on the states of one component."""
        if len(members) == 1:
            total, stays = fmpq(1), fmpq(0)
            for j, chance in self.row(members[0]):
                if j == members[0]:
                    stays = chance
                else:
                    total += chance * self.steps[j]
            self.steps[members[0]] = total / (1 - stays)
            return
        outside = [sum((c * self.steps[j] for j, c in self._leaving(i, number)), start=fmpq(1)) for i in members]
        solution = self._system(number, members).solve(fmpq_mat(len(members), 1, outside))
        self.steps |= {i: solution[k, 0] for k, i in enumerate(members)}

    def _solve_targets(self, number: int, members: list[int]) -> None:
        outside: list[dict[int, fmpq]] = []
        for i in members:
            found: dict[int, fmpq] = {}
            for j, chance in self._leaving(i, number):
                for target, share in self.targets[j].items():
                    found[target] = found.get(target, fmpq(0)) + chance * share
            outside.append(found)
        names = sorted({target for found in outside for target in found})
        entries = [found.get(target, fmpq(0)) for found in outside for target in names]
        right = fmpq_mat(len(members), len(names), entries)
        solution = self._system(number, members).solve(right)
        for k, i in enumerate(members):
            self.targets[i] = {target: solution[k, column] for column, target in enumerate(names)}

    def _leaving(self, state: int, number: int) -> list[tuple[int, fmpq]]:
        return [(j, chance) for j, chance in self.row(state) if self.component[j] != number]

    def _system(self, number: int, members: list[int]) -> fmpq_mat:
        """The matrix 1 - Q of one component."""
        size = len(members)
        if size > LARGEST_SYSTEM:
            raise Undecided(
                f"{size} states lead to one another: an exact linear system of at most {LARGEST_SYSTEM} is solved. "
                "Take a narrower format"
            )
        place = {i: k for k, i in enumerate(members)}
        matrix = fmpq_mat(size, size)
        for i, k in place.items():
            matrix[k, k] = fmpq(1)
            for j, chance in self.row(i):
                if self.component[j] == number:
                    matrix[k, place[j]] -= chance
        return matrix

    def _explored(self, start: int) -> Iterator[int]:
        """The numbers of the components that are new, successors first (Tarjan, with a stack of its own)."""
        if start in self.component:
            return
        t, index, low = self.transitions, self._index, {}
        stack: list[int] = []
        work = [(start, 0)]
        while work:
            state, edge = work.pop()
            if not edge:
                index[state] = low[state] = len(index)
                stack.append(state)
            elif (done := self._successor(t, state, edge - 1)) not in self.component:
                low[state] = min(low[state], low.get(done, index[done]))
            while edge < 2:
                following = self._successor(t, state, edge)
                edge += 1
                if following not in index:
                    work += [(state, edge), (following, 0)]
                    break
                if following not in self.component:
                    low[state] = min(low[state], index[following])
            else:
                if low[state] == index[state]:
                    members = [stack.pop()]
                    while members[-1] != state:
                        members.append(stack.pop())
                    self.component |= dict.fromkeys(members, len(self.components))
                    self.components.append(members)
                    yield len(self.components) - 1

    @staticmethod
    def _successor(t: Transitions, state: int, edge: int) -> int:
        return t.outer[state] if edge else t.inner[state]


def after(absorption: Absorption, distribution: Mapping[int, fmpq]) -> dict[int, fmpq]:
    """The distribution one step later."""
    found: dict[int, fmpq] = {}
    for state, share in distribution.items():
        for j, chance in absorption.row(state):
            found[j] = found.get(j, fmpq(0)) + share * chance
    return found
