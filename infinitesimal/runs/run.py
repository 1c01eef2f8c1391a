"""Running a recurrence until it halts.

The bulk of a run goes through generated loops; they stop at events. What an event means is decided
here, exactly, in the soft arithmetic: whether nothing watched changed, whether that is for ever,
whether the state came again (Brent's algorithm, in constant memory), whether a rule is met.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.balls import Balls
from infinitesimal.arithmetics.floating.format import binary64
from infinitesimal.arithmetics.floating.native import Native, native, quiet
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import InputError, Undefined
from infinitesimal.recurrences.cost import affordable, refusal
from infinitesimal.recurrences.recurrence import Process, Recurrence, as_process
from infinitesimal.runs.compile import GOING, NEAR, State, largest_change, loops
from infinitesimal.runs.explain import explain
from infinitesimal.runs.forever import stays_for_ever
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.rules import Tolerance
from infinitesimal.runs.trajectory import Trajectory, Values, start_state
from infinitesimal.runs.witness import LISTED, Cycle, FixedPoint, RuleMet, Spent
from infinitesimal.terms.term import function_of, functions
from infinitesimal.truth import Truth

CHUNK = 65_536
SLOW = 0.2
"""The updates between two looks at the clock: at most so many, and fewer when they take so many seconds."""
NATIVE_FROM = 2_048
"""numpy is imported only for runs that last longer than this."""
COMPILED_FROM = 1_000_000
"""Compiling a loop takes a second or two, which only longer runs are worth."""
UNBOUNDED_STEPS = 10_000
"""The default number of updates in arithmetics without a last number: exact ones and balls."""
PATIENCE = 200_000
"""A value that has not moved for so many updates, and four times those before, is "unchanged so far"."""
LARGE = 100_000
"""From so many bits on an exact run makes its updates one by one."""
NOTHING_PROVED = "a spent budget proves nothing"


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
    chosen, machine = as_process(process), arithmetic_of(arithmetic)
    if not hasattr(machine, "element_exact"):
        raise InputError(f"{machine!r} does not run: give QQ, balls(bits), a format, or floats(format, rounding)")
    if used := functions(*(t for _, t in chosen.recurrence.step)):
        function_of(machine, *used)
    if steps is not None and (not isinstance(steps, int) or isinstance(steps, bool) or steps < 0):
        raise InputError(f"steps {steps!r} is not a number of updates: give an integer from 0 on, or None")
    if stop is not None and not isinstance(stop, Tolerance):
        raise InputError(f"stop {stop!r} is not a stopping rule: give one, such as tolerance('1e-6')")
    if not isinstance(budget, Budget):
        raise InputError(f"budget {budget!r} is not a budget: give one, such as Budget(seconds=10)")
    bounded = isinstance(machine, Floats | Native)
    last = steps if steps is not None else budget.steps if bounded else min(UNBOUNDED_STEPS, budget.steps)
    driver = _Driver(chosen, machine, stop, last, steps is not None, budget)
    halt = driver.drive()
    return Trajectory(chosen, machine, halt.step, halt, Values(chosen, driver.engine, halt.step, store))


@dataclass(slots=True)
class _Snapshot:
    """A state after n updates, in the elements of the engine of that time."""

    n: int
    state: State


@dataclass(slots=True)
class _Pause:
    """Update `first` changed nothing watched, from the state `before`, and none has since. From update `retry` on an
    argument that it is for ever is looked for again: addends may have to become small first.
    """

    first: int
    before: State
    retry: int = 0


class _Driver:
    """One run. `engine` makes the updates; `machine` is the arithmetic asked for.

    The state at `mark` is compared with every later one. By Brent's algorithm it is moved up to the
    present state after 1, 2, 4, ... updates, so every cycle is met, in constant memory. During a
    pause the loop looks for the end of the pause instead of its beginning; the mark goes on.
    """

    def __init__(
        self, process: Process, machine: Any, rule: Tolerance | None, last: int, asked: bool, budget: Budget
    ) -> None:
        self.process, self.machine, self.rule = process, machine, rule
        self.recurrence: Recurrence = process.recurrence
        self.last, self.asked, self.budget = last, asked, budget
        self.watched = [self.recurrence.names.index(name) for name in self.recurrence.watch]
        fast = native(machine) if isinstance(machine, Floats) and machine.format == binary64 else None
        self.engine: Any = fast or machine
        self.loops: Any = loops(self.recurrence, self.engine, rule)
        self.deadline = time.monotonic() + budget.seconds
        self.n, self.state = 0, start_state(self.recurrence, self.engine)
        self.snapshots = [_Snapshot(0, self.state)]
        self.mark, self.length = _Snapshot(0, self.state), 1
        self.pause: _Pause | None = None
        self.may_harden = isinstance(self.engine, Floats)
        self.may_compile = rule is None

    def drive(self) -> Halt:
        """Updates until a halt."""
        chunk = 64
        while True:
            halt = self._spent() or self._too_large()
            if halt is not None:
                return halt
            began = time.monotonic()
            with quiet(self.engine):
                halt = self._stretch(min(self.last, self.n + chunk, self.mark.n + self.length))
            if halt is not None:
                return halt
            slow = time.monotonic() - began > SLOW
            chunk = max(1, chunk // 2) if slow else min(2 * chunk, CHUNK)
            if self.may_harden and self.n >= NATIVE_FROM:
                self._harden()
            if self.may_compile and self.n >= COMPILED_FROM:
                self._compile()

    def _stretch(self, last: int) -> Halt | None:
        """Goes on up to update `last`, or to the first event, and sees to it."""
        if getattr(self.engine, "exact", False):
            last = self.n + self._affordable(last - self.n)[0]
            if sum(x.p.height_bits() + x.q.height_bits() for x in self.state) > LARGE:
                last = self.n + 1  # so that the clock is looked at
        if isinstance(self.engine, Balls):
            last = self.n + 1
        loop = self.loops.scan if self.pause is None else self.loops.rest
        try:
            n, event, before, after = loop(self.n, last, self.state, self.mark.state)
        except Undefined as error:
            self._undefined(error)
        if isinstance(self.engine, Native) and any(x != x for x in after):  # noqa: PLR0124 (NaN)
            self._soften()
            return None
        if isinstance(self.engine, Balls) and not all(map(self.engine.is_known, after)):
            return self._end(f"update {n} gives a ball that is infinite, or so wide that nothing is known")
        self.n, self.state = n, after
        if event == GOING:
            self._remember()
            return self._out_of_patience()
        return self._event(event, before, after)

    def _event(self, event: str, before: State, after: State) -> Halt | None:
        """Sees to an event; an update that is none after all is passed over, such as a repeated state
        to the processor, for which -0 and +0 are equal.
        """
        if event == NEAR and self._confirmed(before, after):
            return self._rule_met(before, after)
        if all(self._unchanged(before[i], after[i]) for i in self.watched):
            if self.pause is None:
                self.pause = _Pause(self.n, before)
                halt = self._settled_at_once(before, after, self.n)
                if halt is not None:
                    return halt
        else:
            self.pause = None
        if not self.recurrence.counts_steps and self._same(after, self.mark.state):
            return self._repeated()
        self._remember()
        return self._out_of_patience()

    def _unchanged(self, a: Any, b: Any) -> bool:
        """Whether two elements are the same to one who watches: NaN is NaN, and -0 is +0."""
        return self.engine.key(a) == self.engine.key(b) or self.engine.equal(a, b) is Truth.TRUE

    def _same(self, a: State, b: State) -> bool:
        return all(self.engine.key(x) == self.engine.key(y) for x, y in zip(a, b, strict=True))

    def _remember(self) -> None:
        """Moves the mark when its time is over, and keeps the start and the last two states seen here:
        enough to make any late state again.
        """
        if self.n > self.snapshots[-1].n:
            self.snapshots = [self.snapshots[0], *self.snapshots[1:][-1:], _Snapshot(self.n, self.state)]
        if self.n >= self.mark.n + self.length:
            self.mark, self.length = _Snapshot(self.n, self.state), 2 * self.length

    # Engines

    def _harden(self) -> None:
        """Goes on in the fast path, if the soft arithmetic has one."""
        self.may_harden = False
        fast = native(self.engine)
        if fast is not None:
            self._convert(fast, fast.from_pair)

    def _compile(self) -> None:
        """Goes on in compiled loops, if numba is installed and has the arithmetic."""
        from infinitesimal.runs.compiled_loops import compiled_loops

        self.may_compile = False
        self.loops = compiled_loops(self.recurrence, self.engine) or self.loops

    def _soften(self) -> None:
        """Goes back to the last snapshot and on in the soft core, where equal means the same bits."""
        soft, to_pair = self.engine.soft, self.engine.to_pair
        self._convert(soft, to_pair)
        self.may_harden = False
        self.n, self.state = self.snapshots[-1].n, self.snapshots[-1].state
        if self.mark.n > self.n:
            self.mark, self.length = _Snapshot(self.n, self.state), 1

    def _convert(self, engine: Any, convert: Callable[[Any], Any]) -> None:
        held = [*self.snapshots, self.mark]
        for snapshot in {id(s): s for s in held}.values():
            snapshot.state = tuple(map(convert, snapshot.state))
        self.state = tuple(map(convert, self.state))
        if self.pause is not None:
            self.pause.before = tuple(map(convert, self.pause.before))
        self.engine, self.loops = engine, loops(self.recurrence, engine, self.rule)

    def _soft(self, state: State) -> State:
        """A state in the elements of the soft arithmetic."""
        return tuple(map(self.engine.to_pair, state)) if isinstance(self.engine, Native) else state

    # Budgets

    def _spent(self) -> Halt | None:
        if self.n >= self.last:
            asked = f"{self.n} updates were asked for"
            return self._end(asked if self.asked else f"the budget of {self.n} updates is spent")
        if time.monotonic() > self.deadline:
            return self._end(f"{self.budget.seconds} seconds are spent after {self.n} updates")
        return None

    def _too_large(self) -> Halt | None:
        """An exact run whose next numbers would be beyond the budget."""
        if not getattr(self.engine, "exact", False):
            return None
        reached, bits = self._affordable(1)
        if reached:
            return None
        claim, _, _ = str(refusal(self.recurrence, self.n + 1, bits, self.budget)).partition(". ")
        return self._end(claim)

    def _affordable(self, steps: int) -> tuple[int, float]:
        return affordable(self.recurrence, [self.engine.export(x) for x in self.state], steps, self.budget)

    def _out_of_patience(self) -> Halt | None:
        if self.pause is None:
            return None
        if self.n > self.pause.retry and isinstance(self.engine, Floats | Native):
            self.pause.retry = 2 * self.n - self.pause.first
            with quiet(self.engine):
                after = self.loops.update(self.n + 1, *self.state)
            if all(self._unchanged(self.state[i], after[i]) for i in self.watched):
                halt = self._settled_at_once(self.state, after, self.n + 1)
                if halt is not None:
                    return halt
        return None if self.n - self.pause.first < PATIENCE + 4 * self.pause.first else self._end("")

    def _end(self, what: str) -> Halt:
        """The end of a run that found nothing out; a value that has paused is given as unchanged so far."""
        if self.pause is None:
            return self._halt(Reason.BUDGET, None, self.n, self.state, Spent(what), Truth.UNKNOWN, NOTHING_PROVED)
        count = self.n - self.pause.first + 1
        return self._settled(Truth.UNKNOWN, f"unchanged for {count} updates so far; no argument says that it stays")

    def _undefined(self, error: Undefined) -> NoReturn:
        """An exact run that divides by zero: the error names the update."""
        n, state = self.n, self.state
        while True:
            n += 1
            try:
                state = self.loops.update(n, *state)
            except Undefined:
                raise Undefined(f"update {n} of {self.recurrence}: {error}", n) from None

    # Halts

    def _value(self, state: State) -> Any:
        found = {self.recurrence.names[i]: self.engine.export(state[i]) for i in self.watched}
        return found if len(found) > 1 else next(iter(found.values()))

    def _halt(
        self, reason: Reason, arrival: int | None, step: int, state: State, witness: Any, forever: Truth, argument: str
    ) -> Halt:
        return Halt(reason, arrival, step, self._value(state), witness, forever, argument, process=self.process)

    def _confirmed(self, before: State, after: State) -> bool:
        assert self.rule is not None
        change = largest_change(self.engine, self.watched, before, after)
        return change is not None and self.rule.met(change)

    def _rule_met(self, before: State, after: State) -> Halt:
        change = largest_change(self.engine, self.watched, before, after)
        assert change is not None
        witness = RuleMet(self.rule, change)
        if not change:
            self.pause = _Pause(self.n, before)
            halt = self._settled_at_once(before, after, self.n)
            forever, argument = (
                (halt.forever, halt.argument) if halt else (Truth.UNKNOWN, "this update changes nothing")
            )
            return self._halt(Reason.TOLERANCE, self.n - 1, self.n, after, witness, forever, argument)
        try:
            following = self.loops.update(self.n + 1, *after)
            moves = not all(self._unchanged(after[i], following[i]) for i in self.watched)
        except Undefined:
            moves = True
        forever = Truth.FALSE if moves else Truth.UNKNOWN
        argument = f"update {self.n + 1} would change {'the value again' if moves else 'nothing'}"
        return self._halt(Reason.TOLERANCE, self.n, self.n, after, witness, forever, argument)

    def _settled_at_once(self, before: State, after: State, n: int) -> Halt | None:
        """The halt of a pause that update n, too, did not end, if it is clear that this is for ever."""
        if self._same(before, after) and not self.recurrence.counts_steps:
            return self._settled(Truth.TRUE, "the update gives the whole state again, so every later one does")
        if isinstance(self.engine, Floats | Native):
            known = dict(zip(self.recurrence.names, before, strict=True))
            argument = stays_for_ever(self.recurrence, self.engine, known, n)
            if argument is not None:
                return self._settled(Truth.TRUE, argument)
        return None

    def _settled(self, forever: Truth, argument: str) -> Halt:
        """The halt at the present pause."""
        assert self.pause is not None
        before, arrival = self.pause.before, self.pause.first - 1
        if not isinstance(self.engine, Floats | Native):
            witness: Any = FixedPoint(self._value(before))
            return self._halt(Reason.EXACT, arrival, arrival + 1, before, witness, forever, argument)
        soft = self.engine if isinstance(self.engine, Floats) else self.engine.soft
        earlier = self._soft(self._state_after(arrival - 1)) if arrival else None
        reason, witness = explain(self.recurrence, soft, self._soft(before), arrival + 1, earlier)
        return self._halt(reason, arrival, arrival + 1, before, witness, forever, argument)

    def _state_after(self, n: int) -> State:
        """The state after n updates, from the nearest snapshot before it."""
        snapshot = max((s for s in self.snapshots if s.n <= n), key=lambda s: s.n)
        state = snapshot.state
        with quiet(self.engine):
            for k in range(snapshot.n + 1, n + 1):
                state = self.loops.update(k, *state)
        return state

    def _repeated(self) -> Halt:
        """The marked state came again: a cycle, or a pause that has gone once around it."""
        period = self.n - self.mark.n
        if self.pause is not None and self.mark.n >= self.pause.first - 1:
            argument = f"the whole state comes again with period {period}, and nothing watched changes in between"
            return self._settled(Truth.TRUE, argument)
        update = self.loops.update
        tail, behind, ahead = self._near_cycle(period)
        while not self._same(behind, ahead):  # two walkers, a period apart, meet where the cycle begins
            behind, ahead, tail = update(tail + 1, *behind), update(tail + 1, *ahead), tail + 1
        states, state = [], behind
        for k in range(min(period, LISTED)):
            states.append(self._value(state))
            state = update(tail + k + 1, *state)
        argument = f"the whole state after {tail} updates comes again after {tail + period}"
        witness = Cycle(period, tail, tuple(states))
        halt = self._halt(Reason.CYCLE, tail, tail + period, behind, witness, Truth.TRUE, argument)
        return replace(halt, period=period, tail=tail)

    def _near_cycle(self, period: int) -> tuple[int, State, State]:
        """A number of updates after which no cycle has begun yet, the state then, and the one a period later.

        Compiled walkers stop where the states are equal, which -0 and +0 are: never after the cycle has begun.
        """
        start = ahead = self.snapshots[0].state
        meeting = getattr(self.loops, "meeting", None)
        if meeting is not None:
            return meeting(start, period)  # type: ignore[no-any-return]
        for k in range(period):
            ahead = self.loops.update(k + 1, *ahead)
        return 0, start, ahead
