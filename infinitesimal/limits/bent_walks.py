"""Exact states of processes that are not affine with constant coefficients, each update priced before it is made."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InfinitesimalError, Undefined
from infinitesimal.linear.quadratic_walks import quadratic_walk
from infinitesimal.optimization.convergence.polynomial_descent import polynomial_step
from infinitesimal.optimization.convergence.polynomial_descent import walk as polynomial_walk
from infinitesimal.recurrences.cost import affordable, one_step, refusal
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, Recurrence
from infinitesimal.terms.program import source

State = tuple[Any, ...]
SMALL_BITS = 100_000
"""A first update of so many bits takes no time that counts."""


def bent_walk(process: Process, count: int, budget: Budget) -> Iterator[State]:
    """The states of a process that is not affine with constant coefficients, by the cheapest engine for it."""
    if isinstance(process, Descent) and (quadratic := quadratic_walk(process, budget.nonlinear_bits)) is not None:
        return quadratic
    recurrence = process.recurrence
    start = recurrence.start_values()
    exact_start = [start[name] for name in recurrence.names]
    state = tuple(QQ.const(x) for x in exact_start)
    if count > 2 and _rests(recurrence, state):
        return repeat(state)
    reached, bits = affordable(recurrence, exact_start, count - 1, budget)
    if bits and reached < count - 1:
        raise refusal(recurrence, reached + 1, bits, budget)
    step = polynomial_step(recurrence)
    return polynomial_walk(step, state) if step is not None else _walk(recurrence, state, budget)


def _rests(recurrence: Recurrence, state: State) -> bool:
    """Whether the first update changes nothing, and so no other does."""
    if recurrence.counts_steps or one_step(recurrence, [QQ.export(x) for x in state]).bits > SMALL_BITS:
        return False
    try:
        return bool(compiled(recurrence)(QQ.integer(1), *state) == state)
    except InfinitesimalError:  # it is said where the update is asked for
        return False


def _walk(recurrence: Recurrence, state: State, budget: Budget) -> Iterator[State]:
    """The states by the step as written, each update priced before it is made."""
    update = compiled(recurrence)
    k = 0
    while True:
        yield state
        k += 1
        if sum(x.p.height_bits() + x.q.height_bits() for x in state) > 10_000:
            size = one_step(recurrence, [QQ.export(x) for x in state])
            if size.bits / 2 > budget.nonlinear_bits:
                raise refusal(recurrence, k, size.bits, budget)
        try:
            state = update(QQ.integer(k), *state)
        except Undefined as error:
            raise Undefined(f"update {k} of {recurrence}: {error}", k) from None


def compiled(recurrence: Recurrence) -> Any:
    """The update as a Python function of the step number and the state, over the rationals."""
    names = [f"x{i}" for i in range(len(recurrence.names))]
    lines, outputs = source(recurrence.program, [*names, "n"], QQ.infix, "    ")
    text = "\n".join([f"def update(n, {', '.join(names)}):", *lines, f"    return ({', '.join(outputs)},)"])
    scope: dict[str, Any] = {f"c{i}": QQ.const(value) for i, value in enumerate(recurrence.program.constants)}
    scope |= {"div": QQ.div, "pow": QQ.pow, "function": QQ.function}
    exec(compile(text, "<generated update>", "exec"), scope)
    return scope["update"]
