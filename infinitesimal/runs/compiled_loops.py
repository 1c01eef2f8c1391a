"""The loops of `compile`, compiled by numba: the same events, the same bits, for the processor's own formats."""

from collections.abc import Callable
from typing import Any

from infinitesimal.arithmetics.floating.native import Native
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.compile import GOING, MOVED, REPEAT, STILL, State
from infinitesimal.runs.compiled_steps import compiled, has_numba, is_native, step_scope, step_source
from infinitesimal.terms.term import OPERATIONS

_EVENTS = (GOING, STILL, MOVED, REPEAT)


class CompiledLoops:
    """`scan`, `rest` and `update` as in `Loops`, and `meeting`, for a step that has been seen to repeat."""

    def __init__(self, recurrence: Recurrence, engine: Native) -> None:
        self._writer = _Writer(recurrence, engine)
        self.scan = self._loop("scan")
        self.rest = self._loop("rest")

    def update(self, n: int, *state: Any) -> State:
        """The state after update number `n` of `state`."""
        return self.scan(n - 1, n, state, state)[3]

    def meeting(self, start: State, period: int) -> tuple[int, State, State]:
        """The first number n of updates of `start` after which the state equals the one after n + period updates, and
        both states; -0 and +0 are equal here. For a step that does not count updates, and has been seen to repeat.
        """
        ahead = self._python(self._writer.compiled("advance")(period, *self._elements(start)))
        n, *found = self._writer.compiled("meeting")(*self._elements(start), *self._elements(ahead))
        count = len(self._writer.names)
        return n, self._python(found[:count]), self._python(found[count:])

    def _loop(self, name: str) -> Callable[[int, int, State, State], tuple[int, str, State, State]]:
        function, count = self._writer.compiled(name), len(self._writer.names)

        def loop(n: int, last: int, state: State, mark: State) -> tuple[int, str, State, State]:
            n, event, *found = function(n, last, *self._elements(state), *self._elements(mark))
            return n, _EVENTS[event], self._python(found[:count]), self._python(found[count:])

        return loop

    def _elements(self, state: State) -> State:
        return tuple(map(self._writer.engine.make, state))

    def _python(self, values: Any) -> State:
        """What numba returns, in the elements of the engine: it makes Python floats of all of them."""
        return tuple(map(self._writer.engine.make, values))


def compiled_loops(recurrence: Recurrence, engine: object) -> CompiledLoops | None:
    """The compiled loops of a recurrence; None without numba, and for what it does not do with the same bits."""
    if not isinstance(engine, Native) or not is_native(engine.soft) or not has_numba():
        return None
    if any(i.operation not in OPERATIONS for i in recurrence.program.instructions):
        return None
    return CompiledLoops(recurrence, engine)


class _Writer:
    """Writes the functions: flat arguments and results, since numba is fastest with those."""

    def __init__(self, recurrence: Recurrence, engine: Native) -> None:
        self.recurrence, self.engine, self.names = recurrence, engine, recurrence.names
        self.old, self.new, self.mark = ([f"{letter}{i}" for i in range(len(self.names))] for letter in "xyt")
        self.watched = [self.names.index(name) for name in recurrence.watch]
        self.scope = step_scope(recurrence, engine.soft) | {"integer": engine.make}

    def compiled(self, name: str) -> Any:
        import numpy

        text = {"meeting": self._meeting, "advance": self._advance}.get(name, lambda: self._events(name))()
        kind = numpy.float64 if self.engine.soft.format.precision == 53 else numpy.float32
        return compiled(name, "\n".join(text), self.scope | {"integer": kind})

    def _step(self, old: list[str], new: list[str], indent: str) -> list[str]:
        lines, outputs = step_source(self.recurrence, self.engine.soft, old, indent, number="k")
        return [*lines, f"{indent}{', '.join(new)} = {', '.join(outputs)}"]

    def _events(self, name: str) -> list[str]:
        old, new, mark = (", ".join(names) for names in (self.old, self.new, self.mark))
        same = " and ".join(f"{self.new[i]} == {self.old[i]}" for i in self.watched)
        event, condition = (1, same) if name == "scan" else (2, f"not ({same})")
        counts = self.recurrence.counts_steps
        text = [f"def {name}(n, last, {old}, {mark}):", "    for n in range(n + 1, last + 1):"]
        text += ["        k = integer(n)"] if counts else []
        text += self._step(self.old, self.new, "        ")
        text += [f"        if {condition}:", f"            return n, {event}, {old}, {new}"]
        if not counts:
            repeats = " and ".join(f"{y} == {t}" for y, t in zip(self.new, self.mark, strict=True))
            text += [f"        if {repeats}:", f"            return n, 3, {old}, {new}"]
        return [*text, f"        {old} = {new}", f"    return last, 0, {old}, {old}"]

    def _advance(self) -> list[str]:
        old = ", ".join(self.old)
        step = self._step(self.old, self.old, "        ")
        return [f"def advance(n, {old}):", "    for _ in range(n):", *step, f"    return {old},"]

    def _meeting(self) -> list[str]:
        """Two walkers, a period apart, up to the first state that both of them are in."""
        old, mark = ", ".join(self.old), ", ".join(self.mark)
        differ = " or ".join(f"{x} != {t}" for x, t in zip(self.old, self.mark, strict=True))
        return [
            f"def meeting({old}, {mark}):",
            "    n = 0",
            f"    while {differ}:",
            *self._step(self.old, self.old, "        "),
            *self._step(self.mark, self.mark, "        "),
            "        n += 1",
            f"    return n, {old}, {mark}",
        ]
