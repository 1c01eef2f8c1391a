"""Where a machine run halts, found without making its updates one by one.

A prediction walks through the run in leaps, each one a theorem: blocks of equal increments (`block_sums`), whole
arrays of them (`vector_sums`), and scale invariance (`self_similar`). Where no theorem leaps, single updates are made,
within the budget. What comes out is the halt that `run` would find.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.format import ZEROS, Pair
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import InputError, Undecided
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.compile import loops
from infinitesimal.runs.explain import explain
from infinitesimal.runs.forecasts.block_sums import Block, Blocks
from infinitesimal.runs.forecasts.self_similar import degrees, reach, scaled, shift_between
from infinitesimal.runs.forecasts.vector_sums import VectorSums
from infinitesimal.runs.forever import stays_for_ever
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.trajectory import start_state
from infinitesimal.runs.witness import LISTED, Cycle, Spent
from infinitesimal.truth import Truth

State = tuple[Pair, ...]

PATIENCE = 64
"""After misses, the next block is looked for after at most so many updates."""
LONGEST = 1 << 16
"""A cycle of at most so many updates is told apart from the way to it."""


def predict(process: Process, arithmetic: object, *, budget: Budget = DEFAULT_BUDGET) -> Halt:
    """The halt of the run of a process on a machine, without making the updates one by one.

    It is the halt of `run`: the same step, value bits, reason, witness and argument. Theorems that leap, in any format
    and rounding:

    - sums and counters s + u(n), s - u(n), such as 1/n, 1/n**2, 1/(a*n + b) and constants, and slow descents
      x - u(x), in blocks of equal increments;
    - sums of a quantity that is multiplied by a power of two, such as Zeno's;
    - homogeneous steps (halving, decay, descents and momentum around 0), where the state comes again as a power of
      two times what it was.

    The cost grows with the number of blocks. Raises `Undecided` for a process to which none of them applies, saying
    what was tried, and `InputError` for an arithmetic that is not a machine's. When the budget is spent first, the
    halt has the reason "budget" and proves nothing.

    >>> from infinitesimal.arithmetics.floating.format import binary32
    >>> from infinitesimal.recurrences.recurrence import recurrence
    >>> halt = predict(recurrence({"x": "x + 1"}, {"x": 0}), binary32)
    >>> halt.step, halt.exact_value
    (16777217, Fraction(16777216, 1))
    """
    chosen, machine = as_process(process), arithmetic_of(arithmetic)
    if not isinstance(machine, Floats):
        raise InputError(f"{machine!r} does not halt by rounding: give a format, or floats(format, rounding)")
    if not isinstance(budget, Budget):
        raise InputError(f"budget {budget!r} is not a budget: give one, such as Budget(seconds=10)")
    return _Walk(chosen, machine, budget).halt()


class _Walk:
    """One run, walked through in leaps. `state` is the one after n updates, `earlier` the one before it."""

    def __init__(self, process: Process, machine: Floats, budget: Budget) -> None:
        self.process, self.recurrence, self.machine, self.budget = process, process.recurrence, machine, budget
        self.state: State = start_state(self.recurrence, machine)
        self.update = loops(self.recurrence, machine, None).update
        self.watched = [self.recurrence.names.index(name) for name in self.recurrence.watch]
        self.n, self.leaped = 0, 0
        self.misses, self.wait = 0, 0
        self.earlier: State | None = None
        self.pause: tuple[int, State, State | None] | None = None
        tried = []
        try:
            self.blocks: Blocks | None = Blocks(self.recurrence, machine)
            self.vectors = VectorSums.of(self.blocks)
        except Undecided as error:
            self.blocks = self.vectors = None
            tried.append(str(error))
        self.program = self.recurrence.program.lowered()
        counted = self.recurrence.counts_steps
        self.degrees = None if counted else degrees(self.program, range(len(self.recurrence.names)))
        if self.degrees is None:
            tried.append("scale invariance: the step is not homogeneous in the state")
        if len(tried) == 2:
            raise Undecided(f"no theorem predicts {self.recurrence} without running it. Tried {'; '.join(tried)}")
        self._forget()

    def halt(self) -> Halt:
        deadline = time.monotonic() + self.budget.seconds
        while time.monotonic() <= deadline and self.n - self.leaped < self.budget.steps:
            found = self._after_leap() if self._leap() else self._step()
            if found is not None:
                return found
        single = self.n - self.leaped
        spent = f"the budget is spent after {self.n} updates, of which {single} were single ones"
        if 2 * single > self.n:
            spent += ": the increments still change from update to update, so that there are no blocks to leap over"
        return self._halt(
            Reason.BUDGET, None, self.n, self.state, Spent(spent), Truth.UNKNOWN, "a spent budget proves nothing"
        )

    def _forget(self) -> None:
        """Begins to look for repetition anew: Brent's mark, and the place that cycles are traced back to."""
        self.origin = (self.n, self.state, self.earlier)
        self.mark, self.length = (self.n, self.state), 1

    # Leaps

    def _leap(self) -> bool:
        """Whether many updates could be made at once."""
        if self.blocks is None or self.n < self.wait:
            return False
        block = self.vectors.block(self.n, self.state) if self.vectors is not None else None
        block = block or self.blocks.block(self.n, self.state)
        if block is None:  # to look for a block costs as much as many updates: the longer there was none, the rarer
            self.misses += 1
            self.wait = self.n + min(self.misses, PATIENCE)
            return False
        self.misses = 0
        if self._same(self.state, block.state, self.watched) and self.pause is None:
            return False  # the first update of a pause is looked at by itself
        self._land(block)
        return True

    def _after_leap(self) -> Halt | None:
        """The halt, if the leap was one over a pause and it is clear now that this one has no end."""
        if self.pause is None or self.earlier is None:
            return None
        argument = self._at_once(self.earlier, self.state)
        return None if argument is None else self._settled(argument)

    def _land(self, block: Block) -> None:
        if not self._same(self.state, block.state, self.watched):
            self.pause = None
        self.n += block.count
        self.state, self.earlier = block.state, block.previous
        self.leaped += block.count
        self._forget()

    def _rescaled(self) -> None:
        """Leaps over the repetitions, scaled, of the updates since the mark, if the state allows it."""
        then, before = self.mark
        shift = shift_between(before, self.state)
        if not shift or self.degrees is None or self.pause is not None:
            return
        state, rounds = before, None
        for k in range(then, self.n):
            registers = self.program.registers(self.machine, [*state, self.machine.integer(k + 1)])
            found = reach(self.machine.format, self.program, self.degrees, registers, shift)
            rounds = found if rounds is None else min(rounds, found or 0)
            last, state = state, tuple(registers[i] for i in self.program.outputs)
        if not rounds or self._same(last, state, self.watched):
            return
        self._land(
            Block(
                rounds * (self.n - then),
                tuple(scaled(x, rounds * shift) for x in self.state),
                tuple(scaled(x, rounds * shift) for x in last),
            )
        )

    # Single updates, seen to as `run` does

    def _step(self) -> Halt | None:
        before, after = self.state, self.update(self.n + 1, *self.state)
        self.n += 1
        self.state, previous, self.earlier = after, self.earlier, before
        if self._same(before, after, self.watched):
            if self.pause is None:
                self.pause = (self.n, before, previous)
                argument = self._at_once(before, after)
                if argument is not None:
                    return self._settled(argument)
            elif not (self.n - self.pause[0]) & (self.n - self.pause[0] - 1):  # again after 1, 2, 4, ... updates
                argument = self._at_once(before, after)
                if argument is not None:
                    return self._settled(argument)
        else:
            self.pause = None
        if self.recurrence.counts_steps:
            return None
        if after == self.mark[1]:
            return self._repeated()
        self._rescaled()
        if self.n >= self.mark[0] + self.length:
            self.mark, self.length = (self.n, self.state), 2 * self.length
        return None

    def _same(self, a: State, b: State, places: Sequence[int]) -> bool:
        """Whether nothing has changed to one who watches: -0 is +0."""
        return all(a[i] == b[i] or (a[i] in ZEROS and b[i] in ZEROS) for i in places)

    def _at_once(self, before: State, after: State) -> str | None:
        if before == after and not self.recurrence.counts_steps:
            return "the update gives the whole state again, so every later one does"
        known = dict(zip(self.recurrence.names, before, strict=True))
        return stays_for_ever(self.recurrence, self.machine, known, self.n)

    def _settled(self, argument: str) -> Halt:
        assert self.pause is not None
        step, before, earlier = self.pause
        reason, witness = explain(self.recurrence, self.machine, before, step, earlier)
        return self._halt(reason, step - 1, step, before, witness, Truth.TRUE, argument)

    def _repeated(self) -> Halt:
        """The marked state came again after single updates: a cycle, or a pause that has gone once around it."""
        period = self.n - self.mark[0]
        if self.pause is not None and self.mark[0] >= self.pause[0] - 1:
            return self._settled(
                f"the whole state comes again with period {period}, and nothing watched changes in between"
            )
        if period > LONGEST:
            raise Undecided(f"a cycle of period {period}, longer than {LONGEST}: where it begins is left to run")
        states = [self.state]
        for _ in range(period - 1):
            states.append(self.update(0, *states[-1]))
        tail, state, earlier = self.origin
        cycle = set(states)
        if state in cycle and earlier in cycle:
            raise Undecided(f"a cycle of period {period} that begins inside a block: where is left to run")
        while state not in cycle:
            tail, state = tail + 1, self.update(0, *state)
        first = states.index(state)
        values = tuple(self._value(s) for s in (states[first:] + states[:first])[:LISTED])
        argument = f"the whole state after {tail} updates comes again after {tail + period}"
        witness = Cycle(period, tail, values)
        halt = self._halt(Reason.CYCLE, tail, tail + period, state, witness, Truth.TRUE, argument)
        return replace(halt, period=period, tail=tail)

    def _value(self, state: State) -> Any:
        found = {self.recurrence.names[i]: self.machine.export(state[i]) for i in self.watched}
        return found if len(found) > 1 else next(iter(found.values()))

    def _halt(
        self, reason: Reason, arrival: int | None, step: int, state: State, witness: Any, forever: Truth, argument: str
    ) -> Halt:
        return Halt(reason, arrival, step, self._value(state), witness, forever, argument, process=self.process)
