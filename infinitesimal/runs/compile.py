"""Generated loops: a recurrence in one arithmetic as straight-line Python, as fast as by hand.

The source has no text of the user in it, only numbered names; constants and operations come in
through the namespace. The fold of the terms is the meaning, and tests hold the two bit-equal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.rules import Tolerance
from infinitesimal.terms.program import source

State = tuple[Any, ...]

STILL, REPEAT, NEAR, MOVED, GOING = "still", "repeat", "near", "moved", ""
"""What a loop met: nothing watched changed; the marked state came again; the rule may be met;
something watched changed again; or nothing."""

Loop = Callable[[int, int, State, State], tuple[int, str, State, State]]


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops of one recurrence in one arithmetic.

    Each is called as (n, last, state, mark) with the state after n updates, makes updates up to
    number `last`, and returns (n, event, state before the last update, state after it). `scan`
    looks for STILL, REPEAT of the mark and NEAR; `rest` for MOVED and REPEAT.
    """

    scan: Loop
    rest: Loop
    update: Callable[..., State]


def loops(recurrence: Recurrence, arithmetic: Any, rule: Tolerance | None) -> Loops:
    """The loops, compiled. A repeated state proves a cycle only when updates do not count steps."""
    writer = _Writer(recurrence, arithmetic, rule)
    scope = writer.scope()
    exec(compile(writer.text(), "<generated loops>", "exec"), scope)
    return Loops(scope["scan"], scope["rest"], scope["update"])


class _Writer:
    def __init__(self, recurrence: Recurrence, arithmetic: Any, rule: Tolerance | None) -> None:
        self.recurrence, self.arithmetic, self.rule = recurrence, arithmetic, rule
        count = len(recurrence.names)
        self.old, self.new, self.mark = ([f"{letter}{i}" for i in range(count)] for letter in "xyt")
        self.watched = [recurrence.names.index(name) for name in recurrence.watch]
        self.counts = recurrence.counts_steps

    def scope(self) -> dict[str, Any]:
        arithmetic = self.arithmetic
        scope: dict[str, Any] = {f"c{i}": arithmetic.const(v) for i, v in enumerate(self.recurrence.program.constants)}
        scope |= {name: getattr(arithmetic, name) for name in ("add", "sub", "mul", "div", "neg", "pow", "integer")}
        if self.rule is not None:
            scope |= {"bound": arithmetic.upper_bound(self.rule.bound), "near": self._near}
        return scope

    def _near(self, new: Any, old: Any) -> bool:
        assert self.rule is not None
        a, b = self.arithmetic.element_exact(new), self.arithmetic.element_exact(old)
        return a is not None and b is not None and self.rule.met(a - b)

    def text(self) -> str:
        return "\n".join([*self._update(), *self._loop("scan"), *self._loop("rest")])

    def _update(self) -> list[str]:
        lines, outputs = self._body("    ")
        number = ["    k = integer(n)"] if self.counts else []
        return [f"def update(n, {', '.join(self.old)}):", *number, *lines, f"    return {_tuple(outputs)}"]

    def _body(self, indent: str) -> tuple[list[str], list[str]]:
        names = [*self.old, "k"]
        return source(self.recurrence.program, names, self.arithmetic.infix, indent)

    def _loop(self, name: str) -> list[str]:
        lines, outputs = self._body("        ")
        old, new = _tuple(self.old), _tuple(self.new)
        same = " and ".join(f"{self.new[i]} == {self.old[i]}" for i in self.watched)
        repeats = " and ".join(f"{y} == {t}" for y, t in zip(self.new, self.mark, strict=True))
        text = [f"def {name}(n, last, state, mark):", f"    {old} = state", f"    {_tuple(self.mark)} = mark"]
        text += ["    for n in range(n + 1, last + 1):"]
        text += ["        k = integer(n)"] if self.counts else []
        text += [*lines, f"        {', '.join(self.new)} = {', '.join(outputs)}"]
        if name == "scan":
            text += (
                [f"        if {self._near_text()}:", f"            return n, 'near', {old}, {new}"] if self.rule else []
            )
            text += [f"        if {same}:", f"            return n, 'still', {old}, {new}"]
        else:
            text += [f"        if not ({same}):", f"            return n, 'moved', {old}, {new}"]
        if not self.counts:
            text += [f"        if {repeats}:", f"            return n, 'repeat', {old}, {new}"]
        text += [f"        {', '.join(self.old)} = {', '.join(self.new)}", f"    return n, '', {old}, {old}"]
        return text

    def _near_text(self) -> str:
        """The rule, or a cheap condition that it implies; the caller confirms it exactly."""
        pairs = [(self.new[i], self.old[i]) for i in self.watched]
        if "sub" in self.arithmetic.infix:
            return " and ".join(f"-bound <= {y} - {x} <= bound" for y, x in pairs)
        return " and ".join(f"near({y}, {x})" for y, x in pairs)


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)},)"


def largest_change(arithmetic: Any, watched: list[int], before: State, after: State) -> Fraction | None:
    """The largest exact change of a watched component; None if one of them is not finite."""
    changes: list[Fraction] = []
    for i in watched:
        a, b = arithmetic.element_exact(after[i]), arithmetic.element_exact(before[i])
        if a is None or b is None:
            return None
        changes.append(abs(a - b))
    return max(changes)
