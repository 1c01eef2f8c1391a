"""How many steps a process makes until a stopping rule fires: counted without making them."""

import time
from dataclasses import dataclass, field, replace
from fractions import Fraction

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.errors import InputError
from infinitesimal.interval import Interval
from infinitesimal.optimization.stopping.affine import AffineQuestion
from infinitesimal.optimization.stopping.affine_patience import patience_of_modes
from infinitesimal.optimization.stopping.distance import distance_of_mode, distance_of_modes
from infinitesimal.optimization.stopping.modes import TooCoarse
from infinitesimal.optimization.stopping.patience import OutOfTime
from infinitesimal.optimization.stopping.problem import AffineProblem, affine_problem
from infinitesimal.optimization.stopping.reasons import why_never, why_patience_never
from infinitesimal.optimization.stopping.rules import (
    OF_LOSSES,
    Condition,
    Patience,
    Rule,
    as_rule,
    combined,
    leaves,
    separated,
)
from infinitesimal.optimization.stopping.search import Search, first_step
from infinitesimal.optimization.stopping.sequences import Sequences
from infinitesimal.optimization.stopping.single import SingleMode, patience_of, single_mode, steps_where
from infinitesimal.optimization.stopping.walk import walk
from infinitesimal.rational import brief, show_integer
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Series
from infinitesimal.truth import Hypothesis, Truth

_LAST_LOOK = 0.5
"""The seconds, at least, for the steps up to one at which patience is known to end."""


@dataclass(frozen=True, slots=True)
class StoppingTime:
    """When a stopping rule fires.

    `steps` is the exact number of the step; None if the rule never fires (`never` is TRUE), or if that is not decided
    within the budget (`never` is UNKNOWN). `not_before` is a step before which it is proved not to fire. `reason` is
    the proof in one line, `hypotheses` are the numbers in it. `remaining` is the distance from x_steps to the limit
    in the maximum norm: a `Fraction` if it is of affordable size, else an `Interval`; None without steps, or where the
    limit is not known. For a quadratic loss it is the stationary point, also of a process that
    does not reach it. `process` is what was asked about.
    """

    rule: Rule
    steps: int | None
    never: Truth
    not_before: int
    reason: str
    hypotheses: tuple[Hypothesis, ...] = ()
    remaining: Fraction | Interval | None = None
    process: Process | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.steps is not None:
            left = "" if self.remaining is None else f"; {_shown(self.remaining)} remains"
            return f"{self.rule} at step {show_integer(self.steps)}{left}"
        if self.never is Truth.TRUE:
            return f"{self.rule} never: {self.reason}"
        return f"{self.rule} not decided: not before step {show_integer(self.not_before)}; {self.reason}"

    __repr__ = __str__


def _shown(distance: Fraction | Interval) -> str:
    if isinstance(distance, Fraction):
        return brief(distance)
    return brief((distance.lower + distance.upper) / 2)


def steps_until(
    process: Process,
    rule: object,
    tolerance: object = None,
    strict: bool = False,
    patience: int | None = None,
    *,
    norm: str = "max",
    budget: Budget = DEFAULT_BUDGET,
) -> StoppingTime:
    """The number of steps until a stopping rule fires, exact, also where it is met with equality.

    Rules, in the maximum norm: "abs_dx" is the smallest n >= 1 with |x_n - x_(n-1)| <= tolerance; "rel_dx" with
    ... <= tolerance*|x_n|; "grad" the smallest n >= 0 with |gradient(x_n)| <= tolerance; "loss_diff" the smallest
    n >= 1 with |f(x_n) - f(x_(n-1))| <= tolerance; `strict` puts < for <=. "patience" fires after `patience` steps
    without an improvement f(x_n) < best - tolerance, best = f(x_0) at first. A rule may be text, such as
    "grad<=1e-6 | patience(10)<=1e-9", or made by `any_of` and `all_of`; a list means whichever fires first. With
    norm="euclidean" abs_dx and grad take the Euclidean norm. "grad", "loss_diff" and "patience" need a descent.

    Affine processes (every method but steepest descent on a quadratic loss at a fixed rate, geometric series, races)
    are not iterated: the count comes from integer logarithms where there is one multiplier, else from a search over
    certified enclosures. Others are walked, step by step, within the budget. A spent budget gives UNKNOWN. Raises
    `InputError` for a rule that is none, and for a process with parameters.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = steps_until(descent("9/2*(x-1)**2", start={"x": "14/9"}, rate="0.1"), "abs_dx", "1e-9")
    >>> found.steps, found.remaining
    (10, Fraction(1, 18000000000))
    >>> steps_until(descent("x**2", start=1, rate="1e-12"), "grad<=1e-9").steps
    10708206508743
    >>> print(steps_until(descent("x**2", start=1, rate=1), "grad<=1e-9"))
    grad<=1/1000000000 never: the multiplier -1 swaps two points for ever, and nothing shrinks
    """
    chosen = as_process(process)
    meant = as_rule(rule, tolerance, strict, patience, norm)
    if not isinstance(chosen, Descent):
        for leaf in leaves(meant):
            if isinstance(leaf, Patience) or leaf.quantity in OF_LOSSES:
                raise InputError(f"rule {leaf} looks at a loss, which {chosen} does not have: take abs_dx or rel_dx")
    return replace(_found(chosen, meant, budget), process=chosen)


def _found(chosen: Process, meant: Rule, budget: Budget) -> StoppingTime:
    deadline = time.monotonic() + budget.seconds
    steps, waits = separated(meant)
    if steps is not None and not waits and _is_impossible(steps):
        chosen.recurrence.start_values()
        return StoppingTime(meant, None, Truth.TRUE, 0, "it asks for less than 0, and no size is")
    problem = affine_problem(chosen)
    if problem is None and isinstance(chosen, Series) and steps is not None:
        from infinitesimal.limits.stopping_series import search

        return _answer(meant, search(chosen, steps, deadline, budget.steps), (), "every earlier term was looked at")
    if problem is None:
        return _walked(chosen, meant, deadline, budget)
    mode = single_mode(problem)
    if mode is not None:
        return _single(mode, meant, deadline)
    return _several(problem, meant, deadline)


def _is_impossible(rule: Rule) -> bool:
    return combined(rule, lambda c: c.is_impossible, lambda a, b: a and b, lambda a, b: a or b)


def _single(mode: SingleMode, rule: Rule, deadline: float) -> StoppingTime:
    steps, waits = separated(rule)
    parts = []
    if steps is not None:
        first = combined(steps, lambda c: steps_where(mode, c), lambda a, b: a | b, lambda a, b: a & b).first()
        reason = why_never(mode, [leaf for leaf in leaves(steps) if isinstance(leaf, Condition)])
        parts.append(_decided(first, reason))
    for wait in waits:
        try:
            parts.append(_decided(patience_of(mode, wait, deadline), why_patience_never(mode, wait)))
        except OutOfTime as error:
            parts.append(Search(None, Truth.UNKNOWN, error.step, "the time is spent"))
    found = _earliest(parts)
    evidence = (Hypothesis("the process has one multiplier", str(mode.ratio)),)
    remaining = None if found.step is None else distance_of_mode(mode, found.step)
    return _answer(rule, found, evidence, "solved by integer logarithms", remaining)


def _decided(step: int | None, reason: str) -> Search:
    return Search(None, Truth.TRUE, 0, reason) if step is None else Search(step, Truth.FALSE, step)


def _several(problem: AffineProblem, rule: Rule, deadline: float) -> StoppingTime:
    sequences = Sequences(problem)
    steps, waits = separated(rule)
    parts = _parts(sequences, steps, waits, deadline)
    found = _earliest(parts)
    size = sum(power * f.degree() for power, (f, _) in zip(sequences.step.powers, sequences.whole.factors, strict=True))
    evidence = (Hypothesis("the steps have so many multipliers", str(size)), *_largest(sequences))
    remaining = None if found.step is None else distance_of_modes(sequences, found.step)
    return _answer(rule, found, evidence, "every earlier step is excluded by enclosures of all modes", remaining)


def _parts(sequences: Sequences, steps: Rule | None, waits: tuple[Patience, ...], deadline: float) -> list[Search]:
    """The answers to the parts of a rule, each within its share of the time; none is followed beyond one that fired."""
    parts: list[Search] = []

    def share(left: int) -> float:
        now = time.monotonic()
        return now + max(0.0, deadline - now) / left

    def last() -> int | None:
        return min((part.step for part in parts if part.step is not None), default=None)

    first = None if steps is None else _searched(sequences, steps, share(1 + len(waits)))
    if first is not None and first.step is not None:
        parts.append(first)
    for i, wait in enumerate(waits):
        parts.append(patience_of_modes(sequences, wait, share(len(waits) - i), last()))
    if steps is not None and first is not None and first.step is None:
        end = last()
        if first.never is Truth.UNKNOWN and end is not None and first.excluded < end:
            first = _searched(sequences, steps, max(deadline, time.monotonic() + _LAST_LOOK), end)
        parts.append(first)
    return parts


def _largest(sequences: Sequences) -> tuple[Hypothesis, ...]:
    try:
        scale = sequences.modes("step", sequences.good_bits).scale()
    except TooCoarse:
        return ()
    return () if scale is None else (Hypothesis("the largest size of a multiplier", scale.root.modulus.str(20)),)


def _searched(sequences: Sequences, rule: Rule, deadline: float, last: int | None = None) -> Search:
    start = min(leaf.first for leaf in leaves(rule) if isinstance(leaf, Condition))
    try:
        found = first_step(AffineQuestion(sequences, rule), start, deadline, last)
    except TooCoarse:
        return Search(None, Truth.UNKNOWN, 0, "the multipliers are too close to one another to be told apart")
    if found.never is Truth.TRUE:
        reason = f"enclosures exclude every step before {found.excluded}, and the largest multiplier all later ones"
        return replace(found, reason=reason)
    return found


def _walked(process: Process, rule: Rule, deadline: float, budget: Budget) -> StoppingTime:
    steps, waits = separated(rule)
    found = walk(process, steps, waits, deadline, budget.steps)
    if found.never is Truth.UNKNOWN and steps is not None and not waits and isinstance(process, Descent):
        from infinitesimal.limits.stopping_escapes import why_escaped

        reason = why_escaped(process, steps, found.excluded)
        if reason is not None:
            found = Search(None, Truth.TRUE, found.excluded, reason)
    remaining = None
    if found.step is not None and isinstance(process, Descent):
        from infinitesimal.limits.stopping_remaining import distance_of_walk

        remaining = distance_of_walk(process, found.step, budget.seconds)
    return _answer(rule, found, (), "every earlier step was looked at", remaining)


def _earliest(parts: list[Search]) -> Search:
    """Whichever fires first; UNKNOWN if one that is not decided might be earlier."""
    fired = [part for part in parts if part.step is not None]
    open_parts = [part for part in parts if part.never is Truth.UNKNOWN]
    if fired:
        first = min(fired, key=lambda part: part.excluded)
        earlier = [part for part in open_parts if part.excluded < first.excluded]
        return min(earlier, key=lambda part: part.excluded) if earlier else first
    if open_parts:
        return min(open_parts, key=lambda part: part.excluded)
    return Search(None, Truth.TRUE, 0, "; ".join(part.reason for part in parts))


def _answer(
    rule: Rule,
    found: Search,
    evidence: tuple[Hypothesis, ...],
    reason: str = "",
    remaining: Fraction | Interval | None = None,
) -> StoppingTime:
    text = reason if found.step is not None else found.reason
    return StoppingTime(rule, found.step, found.never, found.excluded, text, evidence, remaining)
