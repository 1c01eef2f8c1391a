"""A part of the starts of a large format, followed through one table that all parts in a process share.

A table has two small numbers for each state: its tail plus one (0: not known yet) and the number of its cycle. A
start is followed, with Brent's algorithm for a cycle not met before, until a state that is known; then the path is
written. So every state is stepped from about twice in all. Entries are functions of their states: threads that write
the same one write the same, and a state counts as known only when both numbers are there, in whatever order they
arrive. Only a new cycle is entered under a lock.

Where the step is odd, S(-x) = -S(x), the table holds magnitudes only: |x| -> |S(x)| has the same tails, and its cycles
are those of S up to sign.
"""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from infinitesimal.arithmetics.floating.arrays import Arrays, arrays
from infinitesimal.arithmetics.floating.format import Format, binary32
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.compiled_steps import compiled, is_native, numba, step_scope, step_source

Array = Any
LONGEST = (1 << 16) - 2
"""The longest tail that 16 bits hold, one value being left for "unknown"."""
DONE, NEW_CYCLE, TOO_LONG = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """The map whose table is made: a step of one variable in a format under a rounding; it can be sent to a process.

    `most_cycles` says how many cycles have a number: up to 255 in one byte, up to 65,535 in two.
    """

    recurrence: Recurrence
    format: Format
    rounding: Rounding
    most_cycles: int
    odd: bool

    @property
    def machine(self) -> Floats:
        return floats(self.format, self.rounding)

    @cached_property
    def arrays(self) -> Arrays:
        return arrays(self.machine)

    @property
    def reach(self) -> int:
        """The greatest index of a number: that of infinity, or of the largest value where there is none."""
        return self.arrays.top + self.format.has_infinity

    @property
    def offset(self) -> int:
        """The state of zero."""
        return 0 if self.odd else self.reach

    @property
    def states(self) -> int:
        """The number of states: magnitudes or values in their order, then NaN."""
        return self.offset + self.reach + 2

    @property
    def cycle_type(self) -> Any:
        return np.dtype(np.uint8 if self.most_cycles < 1 << 8 else np.uint16)

    @property
    def bytes(self) -> int:
        """The bytes of the table."""
        return self.states * (2 + int(self.cycle_type.itemsize))

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    def value(self, state: int) -> float:
        """The value of a state."""
        if state == self.states - 1:
            return float("nan")
        return float(self.arrays.from_order(np.array([state - self.offset]))[0])

    def state(self, value: float) -> int:
        """The state of a value."""
        if value != value:  # noqa: PLR0124 (NaN)
            return self.states - 1
        index = int(self.arrays.order(np.array([value]))[0])
        return abs(index) if self.odd else index + self.offset


class SliceCounts(NamedTuple):
    """The endings of the states first .. last - 1: how many have each tail, how many end in the cycle with each least
    state, the longest tail, and the state with it whose encoding is least.
    """

    tails: dict[int, int]
    basins: dict[int, int]
    longest: int
    deepest: int


def follow_slice(plan: Plan, first: int, last: int) -> SliceCounts:
    """The endings of a slice of states, exact; the table of the process is made when it is first needed.

    Raises `BudgetSpent` for a tail or a number of cycles that the table has no room for.
    """
    return _table(plan).follow(first, last)


def release(plan: Plan) -> None:
    """Gives the table of this process back."""
    with _LOCK:
        if _HELD and _HELD[0].plan == plan:
            _HELD.clear()


_LOCK = threading.Lock()
_HELD: list["_Table"] = []
"""The table of this process: one, that of the last map, since each may take most of the memory."""


def _table(plan: Plan) -> "_Table":
    with _LOCK:
        if not _HELD or _HELD[0].plan != plan:
            _HELD.clear()
            _HELD.append(_Table(plan))
        return _HELD[0]


class _Table:
    """The table of one map, and the compiled functions that fill it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.walk, self.enter = _compiled_walk(plan)
        self.tails = np.zeros(plan.states, dtype=np.uint16)
        self.cycles = np.zeros(plan.states, dtype=plan.cycle_type)
        self.roots: list[int] = []
        self.lock = threading.Lock()

    def follow(self, first: int, last: int) -> SliceCounts:
        tails = np.zeros(LONGEST + 1, dtype=np.int64)
        basins = np.zeros(self.plan.most_cycles + 1, dtype=np.int64)
        at, longest, deepest = first, -1, first
        while True:
            outcome, at, x, longest, deepest = self.walk(
                at, last, self.plan.offset, self.tails, self.cycles, tails, basins, longest, deepest
            )
            if outcome == DONE:
                break
            if outcome == TOO_LONG:
                raise BudgetSpent(
                    f"a tail is longer than {LONGEST:,} steps, which the table of 16-bit tails has no room for: "
                    "follow single starts with run, or take a smaller format"
                )
            self._register(x)
        ends = {self.roots[i - 1]: count for i, count in enumerate(basins.tolist()) if count}
        return SliceCounts({k: count for k, count in enumerate(tails.tolist()) if count}, ends, longest, deepest)

    def _register(self, x: int) -> None:
        """Enters the cycle through state x under the next number."""
        with self.lock:
            if self.tails[x] and self.cycles[x]:
                return  # another thread has met it meanwhile
            if len(self.roots) == self.plan.most_cycles:
                raise BudgetSpent(
                    f"there are more than {self.plan.most_cycles:,} cycles, which the table has no numbers for: "
                    "give most_cycles=65535 (a byte more for each state)"
                    if self.plan.most_cycles < (1 << 16) - 1
                    else "there are more than 65,535 cycles, which the table has no numbers for: take a smaller format"
                )
            self.roots.append(self.enter(x, len(self.roots) + 1, self.tails, self.cycles))


def _compiled_walk(plan: Plan) -> tuple[Any, Any]:
    lines, (result,) = step_source(plan.recurrence, plan.machine, ["x"], "    ")
    step = compiled("step", "\n".join(["def step(x):", *lines, f"    return {result}"]), _scope(plan))
    to_state, from_state = _numbering(plan)
    jit = numba().njit(nogil=True, error_model="numpy", boundscheck=False)

    def following(s):  # type: ignore[no-untyped-def]
        return to_state(step(from_state(s)))

    after = jit(following)

    def walk(first, last, offset, tails, cycles, counts, basins, longest, deepest):  # type: ignore[no-untyped-def]
        for s in range(first, last):
            if tails[s] == 0 or cycles[s] == 0:
                x = mark = s
                length = lap = 0
                limit = 1
                while tails[x] == 0 or cycles[x] == 0:
                    x = after(x)
                    length += 1
                    if x == mark:
                        return 1, s, x, longest, deepest
                    lap += 1
                    if lap == limit:
                        mark, lap, limit = x, 0, 2 * limit
                tail = tails[x] + length
                cycle = cycles[x]
                if tail > 65535:
                    return 2, s, x, longest, deepest
                x = s
                while tails[x] == 0 or cycles[x] == 0:
                    tails[x] = tail
                    cycles[x] = cycle
                    tail -= 1
                    x = after(x)
            found = np.int64(tails[s]) - 1
            counts[found] += 1
            basins[cycles[s]] += 1
            # Encodings of numbers from 0 on come first, then those of negative ones from small to large.
            if found > longest or (found == longest and deepest < offset):
                longest, deepest = found, s
        return 0, last, 0, longest, deepest

    def enter(x, number, tails, cycles):  # type: ignore[no-untyped-def]
        least = x
        y = after(x)
        while y != x:
            least = min(least, y)
            y = after(y)
        while True:
            tails[y] = 1
            cycles[y] = number
            y = after(y)
            if y == x:
                return least

    return jit(walk), jit(enter)


def _scope(plan: Plan) -> dict[str, Any]:
    return step_scope(plan.recurrence, plan.machine)


def _numbering(plan: Plan) -> tuple[Any, Any]:
    """Compiled functions from an element to its state, and back."""
    jit = numba().njit(nogil=True, error_model="numpy", boundscheck=False)
    odd, offset, nan, reach = plan.odd, plan.offset, plan.states - 1, plan.reach
    if plan.format == binary32 and is_native(plan.machine):
        nothing = np.float32(np.nan)

        def state_of_single(x):  # type: ignore[no-untyped-def]
            bits = np.int64(np.float32(x).view(np.int32))
            size = bits & 0x7FFFFFFF
            if size > 0x7F800000:
                return nan
            return size if odd else offset + size if bits >= 0 else offset - size

        def single_of_state(s):  # type: ignore[no-untyped-def]
            if s == nan:
                return nothing
            if s < offset:
                return -np.int32(offset - s).view(np.float32)
            return np.int32(s - offset).view(np.float32)

        return jit(state_of_single), jit(single_of_state)
    format = plan.format
    p, infinity = format.precision, np.inf
    low, biased = p - 1, format.emin + 1022 << format.precision - 1
    drop, smallest, quantum, quanta = 53 - p, 2.0**format.emin, 2.0**format.qmin, 2.0**-format.qmin
    skipped = 0 if format.subnormals else (1 << low) - 1

    def state(x):  # type: ignore[no-untyped-def]
        if np.isnan(x):
            return nan
        a: Any = abs(x)
        if a == infinity:
            size: Any = reach
        elif a < smallest:
            size = np.int64(a * quanta)
        else:
            size = (np.float64(a).view(np.int64) >> drop) - biased
        if a < infinity:
            size = max(size - skipped, 0)
        return size if odd else offset - size if x < 0 else offset + size

    has_infinity = format.has_infinity

    def element(s):  # type: ignore[no-untyped-def]
        if s == nan:
            return np.nan
        size = abs(s - offset)
        if has_infinity and size == reach:
            a = infinity
        elif size == 0:
            a = 0.0
        else:
            size += skipped
            a = size * quantum if size >> low == 0 else np.int64(size + biased << drop).view(np.float64)
        return -a if s < offset else a

    return jit(state), jit(element)


def is_odd(recurrence: Recurrence, rounding: Rounding) -> bool:
    """Whether a step of one variable is odd, S(-x) = -S(x), by the parities of its operations; False is no proof.

    Rounding has to treat both signs alike, and only constants may divide: the sign of a zero is not looked at.
    """
    if rounding in (Rounding.UP, Rounding.DOWN):
        return False
    program = recurrence.program.lowered()
    constants = range(len(program.inputs), program.first_result)
    signs: list[int] = [-1, *(1 for _ in program.inputs[1:]), *(1 for _ in constants)]
    for operation, operands, _ in program.instructions:
        parities = [signs[i] for i in operands]
        if operation in ("add", "sub"):
            signs.append(parities[0] if parities[0] == parities[1] else 0)
        elif operation == "mul" or (operation == "div" and operands[1] in constants):
            signs.append(parities[0] * parities[1])
        elif operation == "neg":
            signs.append(parities[0])
        else:
            return False
    return signs[program.outputs[0]] == -1


def check_plan(plan: Plan) -> None:
    """Raises `InputError` for numbers of cycles that no table has."""
    if not 1 <= plan.most_cycles < 1 << 16:
        raise InputError(f"most_cycles {plan.most_cycles}: give a number from 1 to 65,535")
