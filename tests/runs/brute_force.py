"""Halts by brute force: a plain loop over the elements of an arithmetic, with every state remembered.

Shares nothing with the package but the operations of one arithmetic. Every number is compared by its
value, so that -0 equals +0 and NaN equals itself; states are compared to the last bit.
"""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.terms.term import Apply, Const, Term, Var

Update = Callable[[int, tuple[Any, ...]], tuple[Any, ...]]


@dataclass(frozen=True)
class Ending:
    """How an orbit ends: at a value that stays (`period` None), or in a cycle of the watched values."""

    arrival: int | None
    step: int
    value: Any
    period: int | None = None
    tail: int | None = None


def update_of(recurrence: Recurrence, machine: Any) -> Update:
    """One update of all components by plain recursion over the terms, powers as products."""

    def value(term: Term, known: Mapping[str, Any]) -> Any:
        if isinstance(term, Var):
            return known[term.name]
        if isinstance(term, Const):
            return machine.const(term.value)
        assert isinstance(term, Apply)
        if term.operation == "pow":
            assert isinstance(term.args[1], Const)
            return power(value(term.args[0], known), int(term.args[1].value))
        return getattr(machine, term.operation)(*(value(a, known) for a in term.args))

    def power(base: Any, k: int) -> Any:
        one = machine.const(Fraction(1))
        if k == 0:
            return one
        product = base
        for _ in range(abs(k) - 1):
            product = machine.mul(product, base)
        return product if k > 0 else machine.div(one, product)

    def update(n: int, state: tuple[Any, ...]) -> tuple[Any, ...]:
        known = dict(zip(recurrence.names, state, strict=True)) | {"n": machine.const(Fraction(n))}
        return tuple(value(term, known) for _, term in recurrence.step)

    return update


def start_of(recurrence: Recurrence, machine: Any) -> tuple[Any, ...]:
    values = recurrence.start_values()
    return tuple(machine.const(values[name]) for name in recurrence.names)


def orbit(recurrence: Recurrence, machine: Any) -> Iterator[tuple[Any, ...]]:
    """The states after 0, 1, 2, ... updates, without end."""
    update, state, n = update_of(recurrence, machine), start_of(recurrence, machine), 0
    while True:
        yield state
        n += 1
        state = update(n, state)


def shown(recurrence: Recurrence, machine: Any, state: tuple[Any, ...]) -> Any:
    """The watched values as exact numbers, infinities and NaN as text."""
    found = {}
    for name, element in zip(recurrence.names, state, strict=True):
        if name in recurrence.watch:
            exact = machine.element_exact(element)
            found[name] = str(machine.export(element)) if exact is None else exact
    return found if len(found) > 1 else next(iter(found.values()))


def boundary(value: Any) -> Any:
    """A boundary value in the form of `shown`."""
    if isinstance(value, dict):
        return {name: boundary(v) for name, v in value.items()}
    exact = value if isinstance(value, Fraction) else value.exact
    return exact if isinstance(exact, Fraction) else str(value)


def ending(recurrence: Recurrence, machine: Any, limit: int, autonomous_from: int = 0) -> Ending | None:
    """The end of the orbit, or None when no state comes again within `limit` updates.

    From update `autonomous_from` on an update must not depend on its number.
    """
    seen: dict[tuple[Any, ...], int] = {}
    watched = []
    for n, state in enumerate(orbit(recurrence, machine)):
        watched.append(shown(recurrence, machine, state))
        if n >= autonomous_from:
            key = tuple(machine.key(x) for x in state)
            if key in seen:
                return _ending(watched, seen[key], n)
            seen[key] = n
        if n == limit:
            return None
    raise AssertionError("an orbit has no end")


def _ending(watched: list[Any], tail: int, again: int) -> Ending:
    if any(value != watched[tail] for value in watched[tail:again]):
        return Ending(tail, again, watched[tail], again - tail, tail)
    arrival = tail
    while arrival and watched[arrival - 1] == watched[tail]:
        arrival -= 1
    return Ending(arrival, arrival + 1, watched[tail])


def ending_of(halt: Any) -> Ending:
    """The same facts as a halt of the package states them."""
    return Ending(halt.arrival, halt.step, boundary(halt.value), halt.period, halt.tail)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises `TimeoutError` when the body takes longer: a run that hangs is a failure, not a wait."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"still running after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
