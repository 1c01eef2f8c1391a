"""Running a recurrence until it halts.

The bulk of a run goes through generated loops; they stop at events. What an event means is decided
here, exactly, in the soft arithmetic: whether nothing watched changed, whether that is for ever,
whether the state came again (Brent's algorithm, in constant memory), whether a rule is met.
"""

import time
from dataclasses import dataclass
from typing import Any, NoReturn

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget, resolve
from infinitesimal.arithmetics.floating.native import Native, native, quiet
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import InputError, Undefined
from infinitesimal.recurrences.cost import affordable
from infinitesimal.recurrences.recurrence import Process, Recurrence, as_process
from infinitesimal.runs.compile import MOVED, NEAR, REPEAT, STILL, Loops, State, largest_change, loops
from infinitesimal.runs.explain import explain
from infinitesimal.runs.forever import stays_for_ever
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.rules import Tolerance
from infinitesimal.runs.trajectory import Trajectory, Values, start_state
from infinitesimal.runs.witness import LISTED, Cycle, FixedPoint, RuleMet, Spent
from infinitesimal.truth import Truth

CHUNK = 65_536
SLOW = 0.2
"""The updates between two looks at the clock: at most so many, and fewer when they take so many seconds."""
NATIVE_FROM = 2_048
"""numpy is imported only for runs that last longer than this."""
UNBOUNDED_STEPS = 10_000
"""The default number of updates in arithmetics without a last number: exact ones and balls."""
PATIENCE = 200_000


def run(
    process: Process,
    arithmetic: object,
    steps: int | None = None,
    stop: Tolerance | None = None,
    *,
    store: bool = False,
    budget: Budget = DEFAULT_BUDGET,
) -> Trajectory:
    """The run of a process in an arithmetic until it halts, `stop` is met, or the budget is spent.

    `steps` is the largest number of updates; without it the run goes on to the halt, within
    `budget` (exact arithmetic and balls make 10,000 updates by default, since they may go on for
    ever). `store` keeps every value; otherwise the trajectory computes them again on demand. A
    division by zero is a result on a machine, and raises `Undefined` in an exact run, which has no
    value for it. Raises `InputError` for an arithmetic that cannot run, such as the symbolic one.

    >>> from infinitesimal.recurrences.series import zeno
    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> run(zeno(), binary64).halt
    absorbed at step 55: 1.0 + 2**-55 rounds to 1.0 (it arrived at step 54)
    """
    chosen, machine = as_process(process), resolve(arithmetic)
    if not hasattr(machine, "element_exact"):
        raise InputError(f"{machine!r} does not run: give QQ, balls(bits), a format, or floats(format, rounding)")
    if steps is not None and (not isinstance(steps, int) or isinstance(steps, bool) or steps < 0):
        raise InputError(f"steps {steps!r} is not a number of updates: give an integer from 0 on, or None")
    if stop is not None and not isinstance(stop, Tolerance):
        raise InputError(f"stop {stop!r} is not a stopping rule: give one, such as tolerance('1e-6')")
    bounded = isinstance(machine, Floats | Native)
    last = steps if steps is not None else budget.steps if bounded else min(UNBOUNDED_STEPS, budget.steps)
    driver = _Driver(chosen, machine, stop, last, steps is not None, budget)
    halt = driver.drive()
    values = Values(chosen, driver.engine, driver.updates(halt), store)
    return Trajectory(chosen, machine, driver.updates(halt), halt, values)


@dataclass(slots=True)
class _Snapshot:
    """A state after n updates, in the elements of the engine of that time."""

    n: int
    state: State


class _Driver:
    """One run. `engine` makes the updates; `machine` is the arithmetic asked for."""

    def __init__(
        self, process: Process, machine: Any, rule: Tolerance | None, last: int, asked: bool, budget: Budget
    ) -> None:
        self.process, self.machine, self.rule = process, machine, rule
        self.recurrence: Recurrence = process.recurrence
        self.last, self.asked, self.budget = last, asked, budget
        self.watched = [self.recurrence.names.index(name) for name in self.recurrence.watch]
        fast = native(machine) if isinstance(machine, Floats) and machine.format.precision == 53 else None
        self.engine: Any = fast or machine
        self.loops: Loops = loops(self.recurrence, self.engine, rule)
        self.deadline = time.monotonic() + budget.seconds
        start = start_state(self.recurrence, self.engine)
        self.snapshots = [_Snapshot(0, start)]

    def updates(self, halt: Halt) -> int:
        """The number of updates the trajectory shows: up to the halt."""
        return halt.step

    def drive(self) -> Halt:
        with quiet(self.engine):
            return self._drive(0, self.snapshots[0].state)

    def _drive(self, n: int, state: State) -> Halt:
        mark, mark_n, length, chunk = state, n, 1, 64
        while True:
            self._remember(n, state)
            spent = self._spent(n)
            if spent is not None:
                return spent
            last = min(self.last, n + chunk, mark_n + length)
            if getattr(self.engine, "exact", False):
                exact_state = [self.engine.export(x) for x in state]
                reached, bits = affordable(self.recurrence, exact_state, last - n, self.budget)
                if reached == 0:
                    size = f"numbers of up to {bits:.3g} bits"
                    return self._budget(n, f"update {n + 1} would need {size}, and the budget is {self.budget.bits}")
                last = n + reached
            began = time.monotonic()
            try:
                n, event, before, after = self.loops.scan(n, last, state, mark)
            except Undefined as error:
                self._undefined(error)
            if event == REPEAT:
                return self._cycle(mark_n, n - mark_n)
            if event == NEAR and self._confirmed(before, after):
                return self._rule_met(n, before, after)
            if event == STILL:
                halt = self._settle(n, before, after)
                if isinstance(halt, Halt):
                    return halt
                n, state = halt.n, halt.state
                mark, mark_n, length = state, n, 1
                continue
            if self._lost(after):
                n, state = self._soften()
                mark, mark_n, length = state, n, 1
                continue
            state = after
            slow = time.monotonic() - began > SLOW
            chunk = max(1, chunk // 2) if slow else min(2 * chunk, CHUNK)
            if n >= NATIVE_FROM and self._harden():
                return self._continue_native(n, state)
            if n == mark_n + length:
                mark, mark_n, length = state, n, 2 * length

    def _continue_native(self, n: int, state: State) -> Halt:
        fast = native(self.machine)
        assert fast is not None
        converted = tuple(fast.from_pair(x) for x in state)
        for snapshot in self.snapshots:
            snapshot.state = tuple(fast.from_pair(x) for x in snapshot.state)
        self.engine = fast
        with quiet(fast):
            self.loops = loops(self.recurrence, fast, self.rule)
            return self._drive(n, converted)

    def _harden(self) -> bool:
        """Whether a fast path is available that is not yet used."""
        return isinstance(self.engine, Floats) and not self._softened and native(self.engine) is not None

    _softened = False

    def _lost(self, state: State) -> bool:
        """Whether a native number is NaN, which equals nothing and so is never found still."""
        return isinstance(self.engine, Native) and any(state[i] != state[i] for i in self.watched)

    def _soften(self) -> tuple[int, State]:
        """Goes back to the last snapshot and on in the soft core, where NaN equals itself."""
        engine = self.engine
        for snapshot in self.snapshots:
            snapshot.state = tuple(engine.to_pair(x) for x in snapshot.state)
        self.engine, self._softened = self.machine if isinstance(self.machine, Floats) else engine.soft, True
        self.loops = loops(self.recurrence, self.engine, self.rule)
        return self.snapshots[-1].n, self.snapshots[-1].state

    def _remember(self, n: int, state: State) -> None:
        """Keeps the start and the last two snapshots: enough to make any late state again."""
        if n > self.snapshots[-1].n:
            self.snapshots = [self.snapshots[0], *self.snapshots[1:][-1:], _Snapshot(n, state)]

    def _state_after(self, n: int) -> State:
        """The state after n updates, from the nearest snapshot before it."""
        snapshot = max((s for s in self.snapshots if s.n <= n), key=lambda s: s.n)
        state = snapshot.state
        for k in range(snapshot.n + 1, n + 1):
            state = self.loops.update(k, *state)
        return state

    def _soft(self, state: State) -> State:
        """A state in the elements of the arithmetic asked for."""
        if isinstance(self.engine, Native) and isinstance(self.machine, Floats):
            return tuple(self.engine.to_pair(x) for x in state)
        return state

    def _value(self, state: State) -> Any:
        found = {self.recurrence.names[i]: self.engine.export(state[i]) for i in self.watched}
        return found if len(found) > 1 else next(iter(found.values()))

    def _halt(
        self,
        reason: Reason,
        arrival: int | None,
        step: int,
        state: State,
        witness: Any,
        forever: Truth,
        argument: str,
        **more: int,
    ) -> Halt:
        return Halt(reason, arrival, step, self._value(state), witness, forever, argument, **more, process=self.process)

    def _budget(self, n: int, what: str) -> Halt:
        state = self._state_after(n)
        return self._halt(Reason.BUDGET, None, n, state, Spent(what), Truth.UNKNOWN, "a spent budget proves nothing")

    def _spent(self, n: int) -> Halt | None:
        if n >= self.last:
            return self._budget(
                n, f"{n} updates were asked for" if self.asked else f"the budget of {n} updates is spent"
            )
        if time.monotonic() > self.deadline:
            return self._budget(n, f"{self.budget.seconds} seconds are spent after {n} updates")
        return None

    def _undefined(self, error: Undefined) -> NoReturn:
        """An exact run that divides by zero: the error names the update."""
        snapshot = self.snapshots[-1]
        n, state = snapshot.n, snapshot.state
        while True:
            n += 1
            try:
                state = self.loops.update(n, *state)
            except Undefined:
                raise Undefined(f"update {n} of {self.recurrence}: {error}", n) from None

    # Rules

    def _confirmed(self, before: State, after: State) -> bool:
        assert self.rule is not None
        change = largest_change(self.engine, self.watched, before, after)
        return change is not None and self.rule.met(change)

    def _rule_met(self, n: int, before: State, after: State) -> Halt:
        change = largest_change(self.engine, self.watched, before, after)
        assert change is not None
        try:
            following = self.loops.update(n + 1, *after)
            moves = largest_change(self.engine, self.watched, after, following) != 0
        except Undefined:
            moves = True
        forever = Truth.FALSE if moves else Truth.UNKNOWN
        argument = f"update {n + 1} would change the value again" if moves else "the next update changes nothing"
        return self._halt(Reason.TOLERANCE, n, n, after, RuleMet(self.rule, change), forever, argument)

    # Values that no longer change

    def _settle(self, n: int, before: State, after: State) -> "Halt | _Snapshot":
        """What update `n`, which changed nothing watched, means: a halt, or where to go on."""
        forever, argument, resume = self._for_ever(n, before, after)
        if resume is not None:
            return resume
        arrival = self._arrival(n - 1, before)
        if not isinstance(self.machine, Floats | Native):
            witness: Any = FixedPoint(self._value(before))
            return self._halt(Reason.EXACT, arrival, arrival + 1, before, witness, forever, argument)
        soft = self.machine if isinstance(self.machine, Floats) else self.machine.soft
        settled = self._soft(self._state_after(arrival))
        earlier = self._soft(self._state_after(arrival - 1)) if arrival else None
        reason, witness = explain(self.recurrence, soft, settled, arrival + 1, earlier)
        return self._halt(reason, arrival, arrival + 1, before, witness, forever, argument)

    def _for_ever(self, n: int, before: State, after: State) -> tuple[Truth, str, _Snapshot | None]:
        keys = [self.engine.key(x) for x in before], [self.engine.key(x) for x in after]
        if keys[0] == keys[1] and not self.recurrence.counts_steps:
            return Truth.TRUE, "the update gives the whole state again, so every later one does", None
        if isinstance(self.machine, Floats | Native):
            argument = stays_for_ever(
                self.recurrence, self.engine, dict(zip(self.recurrence.names, before, strict=True))
            )
            if argument is not None:
                return Truth.TRUE, argument, None
        return self._rest(n, after)

    def _rest(self, n: int, state: State) -> tuple[Truth, str, _Snapshot | None]:
        """Goes on while nothing watched changes, until the whole state comes again or patience ends."""
        first, end = n, min(n + PATIENCE + 4 * n, max(self.last, n))
        mark, mark_n, length = state, n, 1
        while n < end and time.monotonic() < self.deadline:
            last = min(end, n + CHUNK, mark_n + length)
            if getattr(self.engine, "exact", False):
                reached, _ = affordable(self.recurrence, [self.engine.export(x) for x in state], last - n, self.budget)
                if not reached:
                    break
                last = n + reached
            try:
                n, event, _, state = self.loops.rest(n, last, state, mark)
            except Undefined:
                break
            if event == MOVED:
                return Truth.UNKNOWN, "", _Snapshot(n, state)
            if event == REPEAT:
                return (
                    Truth.TRUE,
                    f"the whole state comes again with period {n - mark_n}, and nothing watched changes in between",
                    None,
                )
            if n == mark_n + length:
                mark, mark_n, length = state, n, 2 * length
        return Truth.UNKNOWN, f"unchanged for {n - first + 1} updates so far; no argument says that it stays", None

    def _arrival(self, n: int, state: State) -> int:
        """The first update from which on the watched values equal those of `state`, up to update n.

        Only zeros need a look back: -0 and +0 are equal and still two elements.
        """
        exact = [self.engine.element_exact(state[i]) for i in self.watched]
        if all(value != 0 for value in exact):
            return n
        for snapshot in sorted((s for s in self.snapshots if s.n <= n), key=lambda s: -s.n):
            arrival = self._equal_from(snapshot, n, state)
            if arrival > snapshot.n:
                return arrival
        return 0

    def _equal_from(self, snapshot: _Snapshot, n: int, state: State) -> int:
        """The first update from a snapshot on from which the watched values equal those of `state`."""
        arrival, walked = n, snapshot.state
        equal_before = False
        for k in range(snapshot.n, n + 1):
            if k > snapshot.n:
                walked = self.loops.update(k, *walked)
            equal = all(self.engine.equal(walked[i], state[i]) is Truth.TRUE for i in self.watched)
            if equal and not equal_before:
                arrival = k
            equal_before = equal
        return arrival

    # Cycles

    def _cycle(self, mark_n: int, period: int) -> Halt:
        """A state that came again after `period` updates: the tail, by two walkers a period apart."""
        update = self.loops.update
        start = self.snapshots[0].state
        behind, ahead = start, start
        for k in range(period):
            ahead = update(k + 1, *ahead)
        tail = 0
        while not self._same(behind, ahead):
            behind, ahead, tail = update(tail + 1, *behind), update(tail + 1, *ahead), tail + 1
        states, state = [], behind
        changes = False
        for k in range(period):
            if k < LISTED:
                states.append(self._value(state))
            following = update(tail + k + 1, *state)
            changes = changes or any(self.engine.equal(state[i], following[i]) is not Truth.TRUE for i in self.watched)
            state = following
        if not changes:
            settled = self._settle(tail + period, behind, behind)
            assert isinstance(settled, Halt)
            return settled
        witness = Cycle(period, tail, tuple(states))
        argument = f"the whole state after {tail} updates comes again after {tail + period}"
        return self._halt(
            Reason.CYCLE, tail, tail + period, behind, witness, Truth.TRUE, argument, period=period, tail=tail
        )

    def _same(self, a: State, b: State) -> bool:
        return all(self.engine.key(x) == self.engine.key(y) for x, y in zip(a, b, strict=True))
