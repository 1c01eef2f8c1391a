"""Sums in blocks of equal increments: `s = s + u` for many updates at once, exactly.

Inside a binade a machine adds an integer number of ulps at every update. While the addend stays in one cell (see
`increments`) that number is the same, so a whole block of updates is one product. The cost of a slowly varying sum
grows with the number of blocks, not with that of updates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from infinitesimal.arithmetics.floating.format import INFINITIES, NAN, Pair
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import Undecided
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.runs.forecasts.increments import Cell, cell
from infinitesimal.runs.forecasts.segments import NotMonotone, Segment, Segments
from infinitesimal.runs.forecasts.self_similar import degrees, reach, scaled
from infinitesimal.terms.program import compile_terms
from infinitesimal.terms.term import Apply, Term, Var, functions, variables

MANY = 1 << 200
"""More updates than any block is given at once."""


@dataclass(frozen=True, slots=True)
class Block:
    """`count` updates made at once: the states after them, and after all but the last."""

    count: int
    state: tuple[Pair, ...]
    previous: tuple[Pair, ...]


class Blocks:
    """The blocks of one recurrence `s = s + u(s, n, d)` in one soft arithmetic.

    The other components d, if any, depend each on itself alone; a block takes them while they stay as they are or are
    multiplied by the same power of two at every update. Raises `Undecided` for any other recurrence.
    """

    def __init__(self, recurrence: Recurrence, machine: Floats) -> None:
        self.machine, self.names = machine, recurrence.names
        steps = dict(recurrence.step)
        if len(recurrence.watch) != 1:
            raise Undecided("block sums: one component is watched")
        self.name = recurrence.watch[0]
        addend = split(self.name, steps[self.name])
        if addend is None:
            raise Undecided(f"block sums: the step of {self.name} is {steps[self.name]}, no sum {self.name} + u")
        term, self.sign = addend
        if functions(*steps.values()):
            raise Undecided("block sums: the step has functions")
        self.s = self.names.index(self.name)
        self.others = [i for i in range(len(self.names)) if i != self.s]
        self.term = term
        self.program = compile_terms([term], (*self.names, STEP_NUMBER))
        self.steps = {i: compile_terms([steps[self.names[i]]], (self.names[i],)).lowered() for i in self._own(steps)}
        self.degrees = {i: degrees(program, [0]) for i, program in self.steps.items()}
        self.segments = Segments(machine)
        self.guess = 1

    def _own(self, steps: dict[str, Term]) -> list[int]:
        for i in self.others:
            if set(variables(steps[self.names[i]])) - {self.names[i]}:
                raise Undecided(f"block sums: the step of {self.names[i]} depends on more than itself")
        return self.others

    def addend(self, n: int, state: Sequence[Pair]) -> Pair:
        """What update `n` adds to s, with its sign."""
        (u,) = self.program.execute(self.machine, [*state, self.machine.integer(n)])
        return self.machine.neg(u) if self.sign < 0 else u

    def block(self, n: int, state: tuple[Pair, ...]) -> Block | None:
        """A block of two or more updates after the first n; None where the next one is to be made by itself.

        Theorem. Let s = S*2**q with the addends x_0, ..., x_(c-1) of the next c updates, computed as if each one moved
        S by k, lie in one cell with increment k that repeats, and all S + j*k + x_j inside the binade of S. Then c
        updates move S by c*k. (Induction: the j-th addend is computed from S + j*k, so the sum moves by k again.)
        The x_j are monotone in j (see `Segments`), so the first and the last one decide whether all lie in the cell.
        """
        m, q = state[self.s]
        if not m:
            return None
        u = self.addend(n + 1, state)
        if u == NAN or u in INFINITIES:
            return None
        machine = self.machine
        here = cell(machine.rounding, u, q, m > 0, machine.format.precision)
        if here is None:
            return None
        k = here.increment(m)
        if not here.repeats(k):
            return None
        room = min(self._room(m, q, k), MANY)
        shifts = {}
        for i in self.others:
            found = self._drift(i, state[i])
            if found is None:
                return None
            shifts[i], most = found
            room = min(room, most)
        count = self._longest(n, state, k, shifts, here, room)
        if count < 2:
            return None
        return Block(count, self._after(state, count, k, shifts), self._after(state, count - 1, k, shifts))

    def _after(self, state: tuple[Pair, ...], count: int, k: int, shifts: dict[int, int]) -> tuple[Pair, ...]:
        """The state after `count` updates of a block; the significand stays in its binade."""
        m, q = state[self.s]
        return tuple(
            (m + count * k, q) if i == self.s else scaled(state[i], count * shifts[i]) for i in range(len(state))
        )

    def _room(self, m: int, q: int, k: int) -> int:
        """How many increments k keep the sum, and its exact results, strictly inside the binade.

        |x_j| lies below |k| + 1, so S + c*k and one ulp more have to be inside.
        """
        format, size, up = self.machine.format, abs(m), (k if m > 0 else -k)
        highest = format.largest_significand if q == format.qmax else 1 << format.precision
        lowest = 1 if q == format.qmin and format.subnormals else 1 << format.precision - 1
        above, below = highest - size - 1, size - 1 - lowest
        if not k:
            return MANY if min(above, below) >= 0 else 0
        if above < 0 or below < 0:
            return 0
        return above // up if up > 0 else below // -up

    def _drift(self, i: int, d: Pair) -> tuple[int, int] | None:
        """The shift of component i at every update from now on, and for how many; None if it is none."""
        program, format = self.steps[i], self.machine.format
        registers = program.registers(self.machine, [d])
        after = registers[program.outputs[0]]
        if after == d:
            return 0, MANY
        degree = self.degrees[i]
        if degree is None or after[0] != d[0] or not d[0]:
            return None
        shift = after[1] - d[1]
        return shift, 1 + (reach(format, program, degree, registers, shift) or 0)

    def _longest(self, n: int, state: tuple[Pair, ...], k: int, shifts: dict[int, int], here: Cell, room: int) -> int:
        """The largest number of updates proved to stay in the cell, by doubling and bisection.

        (Where they stay is an initial stretch, since the addends are monotone.)
        """
        if room < 2:
            return 0
        low, high = 1, room + 1  # one update stays, and `high` do not, or are too many
        step = min(self.guess, room)
        while low + 1 < high:
            count = min(low + step, high - 1)
            if self._stays(n, state, k, shifts, here, count):
                low, step = count, 2 * step
            else:
                high = count
                step = max(1, (high - low) // 2)
        self.guess = max(1, low // 2)
        return low

    def _stays(self, n: int, state: tuple[Pair, ...], k: int, shifts: dict[int, int], here: Cell, count: int) -> bool:
        """Whether the addends of the next `count` updates are proved to lie in one cell."""
        machine, last = self.machine, self._after(state, count - 1, k, shifts)
        made = self.segments.made
        trends = [k if i == self.s else self._trend(state[i], shifts[i]) for i in range(len(state))]
        try:
            inputs = [made(a, b, (t > 0) - (t < 0)) for a, b, t in zip(state, last, trends, strict=True)]
            inputs.append(made(machine.integer(n + 1), machine.integer(n + count), 1))
            (u,) = self.program.execute(self.segments, inputs)
        except NotMonotone:
            return False
        assert isinstance(u, Segment)
        end = machine.neg(u.last) if self.sign < 0 else u.last
        m, q = state[self.s]
        return cell(machine.rounding, end, q, m > 0, machine.format.precision) == here

    @staticmethod
    def _trend(d: Pair, shift: int) -> int:
        return shift if d[0] > 0 else -shift


def split(name: str, step: Term) -> tuple[Term, int] | None:
    """The term u of a step `name + u` or `u + name`, with the sign 1, or `name - u`, with the sign -1."""
    if not isinstance(step, Apply) or step.operation not in ("add", "sub"):
        return None
    a, b = step.args
    if a == Var(name):
        return b, 1 if step.operation == "add" else -1
    return (a, 1) if step.operation == "add" and b == Var(name) else None
