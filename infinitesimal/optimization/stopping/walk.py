"""Stopping rules of processes without a formula, certified step by step.

The first states are exact, as long as their digits are few, and decide equalities. Further ones are enclosed by the
mean-value walk; where its balls leave a comparison open the walk starts anew with more bits.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any

from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.rationals import QQ, to_fmpq
from infinitesimal.errors import InputError, Undefined
from infinitesimal.optimization.ball_programs import ball_function
from infinitesimal.optimization.convergence.mean_value import walk as mean_value_walk
from infinitesimal.optimization.stopping.comparisons import at_most, relatively_at_most
from infinitesimal.optimization.stopping.problem import small
from infinitesimal.optimization.stopping.rules import Condition, Patience, Rule, combined
from infinitesimal.optimization.stopping.search import Search
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.terms.program import Program, compile_terms
from infinitesimal.terms.term import Term
from infinitesimal.truth import Truth

EXACT_BITS = 4_000
"""The digits of exact states, in bits, at most."""
EXACT_STEPS = 2_000
MOST_REPEATS = 10**9
LEAST_BITS = 128
MOST_BITS = 8192


@dataclass(slots=True)
class _Sight:
    """What the rules look at after n updates: the point, its gradient and loss (None for a process without one)."""

    point: Sequence[Any]
    gradient: Sequence[Any] | None
    loss: Any


@dataclass(slots=True)
class _Wait:
    """The state of a patience: the best loss, and for how long there was no improvement."""

    rule: Patience
    best: Any = None
    length: int = 0


@dataclass(slots=True)
class _Answers:
    """What the exact states said: the sights, and the number of the state that the last one repeats, if any."""

    sights: list[_Sight] = field(default_factory=list)
    repeats: int | None = None


class _Open(Exception):
    """A comparison that the balls leave open at a step."""


def walk(process: Process, rule: Rule | None, waits: tuple[Patience, ...], deadline: float, steps: int) -> Search:
    """The first step where the rule holds or one of the patiences ends; UNKNOWN when the deadline or `steps` is met.

    Raises `Undefined` where an update of the exact process divides by zero.
    """
    watched = _Watched(process)
    exact = _exact_sights(watched, deadline)
    found = _follow(iter(exact.sights), rule, waits, [], deadline, len(exact.sights) - 1)
    if found.step is not None:
        return found
    if exact.repeats is not None:
        return _for_ever(exact, rule, waits, deadline)
    bits = LEAST_BITS
    best = found
    while bits <= MOST_BITS and time.monotonic() < deadline:
        with ctx.workprec(bits):
            found = _follow(watched.balls(), rule, waits, exact.sights, deadline, steps)
        if found.step is not None:
            return found
        best = max(best, found, key=lambda s: s.excluded)
        if found.reason:
            return best
        bits *= 2
    return Search(None, Truth.UNKNOWN, best.excluded, best.reason or f"precision of {bits // 2} bits is not enough")


class _Watched:
    """A process and what is computed from its states."""

    def __init__(self, process: Process) -> None:
        self.process, self.recurrence = process, process.recurrence
        self.watch = [self.recurrence.names.index(name) for name in self.recurrence.watch]
        self.terms: tuple[Term, ...] = ()
        if isinstance(process, Descent):
            loss = process.loss
            self.terms = (*(loss.gradient[name] for name in loss.names), loss.term)
            self.watch = [self.recurrence.names.index(name) for name in loss.names]

    def sight(self, state: Sequence[Any], results: Sequence[Any]) -> _Sight:
        point = [state[i] for i in self.watch]
        return _Sight(point, results[:-1], results[-1]) if results else _Sight(point, None, None)

    def balls(self) -> Iterator[_Sight]:
        """The sights in balls of flint's present precision."""
        look = ball_function(self.terms, self.recurrence.names) if self.terms else None
        for state in mean_value_walk(self.recurrence):
            yield self.sight(state, look(*state) if look else ())

    def program(self) -> Program | None:
        return compile_terms(self.terms, self.recurrence.names) if self.terms else None


def _exact_sights(watched: _Watched, deadline: float) -> _Answers:
    """The first states, exact, while they are short, up to the first that repeats one."""
    recurrence, program = watched.recurrence, watched.program()
    start = recurrence.start_values()
    state: tuple[fmpq, ...] = tuple(to_fmpq(start[name]) for name in recurrence.names)
    answers = _Answers()
    seen: dict[tuple[fmpq, ...], int] = {}
    until = time.monotonic() + (deadline - time.monotonic()) / 4
    try:
        for n in range(EXACT_STEPS):
            answers.sights.append(watched.sight(state, program.execute(QQ, list(state)) if program else ()))
            if state in seen and not recurrence.counts_steps:
                answers.repeats = seen[state]
                break
            seen[state] = n
            bits = sum(x.p.height_bits() + x.q.height_bits() for x in state)
            if bits > EXACT_BITS or time.monotonic() > until:
                break
            state = _next(watched, state, n + 1, answers.sights[-1])
    except InputError:  # a function with irrational values
        pass
    return answers


def _next(watched: _Watched, state: tuple[fmpq, ...], n: int, sight: _Sight) -> tuple[fmpq, ...]:
    try:
        return tuple(watched.recurrence.program.execute(QQ, [*state, QQ.integer(n)]))
    except Undefined as error:
        if getattr(watched.process, "method", None) == "steepest" and not any(sight.gradient or ()):
            return state  # at the minimum there is no line to search along
        raise Undefined(f"update {n} of {watched.recurrence}: {error}", n) from None


def _for_ever(exact: _Answers, rule: Rule | None, waits: tuple[Patience, ...], deadline: float) -> Search:
    """A process that repeats itself: what did not hold in a whole period never does."""
    assert exact.repeats is not None
    if not waits:
        return Search(None, Truth.TRUE, len(exact.sights), f"the states repeat from step {exact.repeats} on")
    period = exact.sights[exact.repeats + 1 :]
    return _follow(chain(exact.sights, cycle(period)), rule, waits, [], deadline, MOST_REPEATS)


def _follow(
    sights: Iterator[_Sight],
    rule: Rule | None,
    waits: tuple[Patience, ...],
    exact: list[_Sight],
    deadline: float,
    steps: int,
) -> Search:
    """Follows sights until something fires; `exact` ones stand in for the first of them."""
    states = [_Wait(wait) for wait in waits]
    before: _Sight | None = None
    n = -1
    try:
        for n, seen in enumerate(sights):
            sight = exact[n] if n < len(exact) else seen
            if rule is not None and _holds(rule, n, before, sight):
                return Search(n, Truth.FALSE, n)
            ended = [_ends(wait, sight) for wait in states]  # every one of them sees each loss
            if any(ended):
                return Search(n, Truth.FALSE, n)
            before = sight
            if n >= steps:
                return Search(None, Truth.UNKNOWN, n + 1, f"{steps} steps were looked at")
            if n % 64 == 0 and time.monotonic() > deadline:
                return Search(None, Truth.UNKNOWN, n + 1, "the time is spent")
    except _Open:
        return Search(None, Truth.UNKNOWN, n)
    return Search(None, Truth.UNKNOWN, n + 1)  # the sights end where the balls are not finite any more


def _holds(rule: Rule, n: int, before: _Sight | None, sight: _Sight) -> bool:
    answer = combined(rule, lambda c: _condition(c, n, before, sight), lambda a, b: a | b, lambda a, b: a & b)
    if answer is Truth.UNKNOWN:
        raise _Open
    return answer is Truth.TRUE


def _condition(condition: Condition, n: int, before: _Sight | None, sight: _Sight) -> Truth:
    if n < condition.first:
        return Truth.FALSE
    if condition.quantity == "grad":
        assert sight.gradient is not None
        return _small(condition, sight.gradient)
    assert before is not None
    if condition.quantity == "loss_diff":
        return _small(condition, [_difference(sight.loss, before.loss)])
    moved = [_difference(a, b) for a, b in zip(sight.point, before.point, strict=True)]
    return _small(condition, moved, sight.point if condition.quantity == "rel_dx" else None)


def _difference(a: Any, b: Any) -> Any:
    """Exact where both are; else a ball."""
    return a - b if isinstance(a, fmpq) == isinstance(b, fmpq) else arb(a) - arb(b)


def _small(condition: Condition, values: Sequence[Any], scale: Sequence[Any] | None = None) -> Truth:
    if all(isinstance(v, fmpq) for v in values) and (scale is None or isinstance(scale[0], fmpq)):
        return Truth.of(small(condition, values, 1 if scale is None else max(map(abs, scale))))
    balls = [arb(v) for v in values]
    if scale is not None:
        return relatively_at_most(condition, balls, [arb(x) for x in scale])
    return at_most(condition, balls, arb(to_fmpq(condition.tolerance)))


def _ends(wait: _Wait, sight: _Sight) -> bool:
    """Whether the wait reaches its length with this loss. Raises `_Open` for losses that cannot be compared."""
    if wait.best is None:
        wait.best = sight.loss
        return False
    gain, least = _difference(wait.best, sight.loss), to_fmpq(wait.rule.improvement)
    if gain > least:
        wait.best, wait.length = sight.loss, 0
    elif gain <= least:
        wait.length += 1
    else:
        raise _Open
    return wait.length >= wait.rule.steps
