"""Generated loops: a recurrence in one arithmetic as straight-line Python, as fast as by hand.

The source has no text of the user in it, only numbered names; constants and operations come in
through the namespace. The fold of the terms is the meaning, and tests hold the two bit-equal.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from infinitesimal.arithmetics.floating.inline import Inline
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.rules import Tolerance
from infinitesimal.terms.program import source

State = tuple[Any, ...]

STILL, REPEAT, NEAR, MOVED, GOING = "still", "repeat", "near", "moved", ""
"""What a loop met: nothing watched changed; the marked state came again; the rule may be met;
something watched changed again; or nothing."""

Loop = Callable[[int, int, State, State], tuple[int, str, State, State]]


class Loops:
    """The loops of one recurrence in one arithmetic, each compiled when it is first needed.

    `scan` and `rest` are called as (n, last, state, mark) with the state after n updates, make
    updates up to number `last`, and return (n, event, state before the last update, state after
    it). `scan` looks for STILL, REPEAT of the mark and NEAR; `rest` for MOVED and REPEAT. `update`
    takes the number of an update and the state. A repeated state proves a cycle only when updates
    do not count steps.
    """

    def __init__(self, recurrence: Recurrence, arithmetic: Any, rule: Tolerance | None) -> None:
        self._writer = _Writer(recurrence, arithmetic, rule)

    @cached_property
    def scan(self) -> Loop:
        scan: Loop = self._writer.compiled("scan")
        return scan

    @cached_property
    def rest(self) -> Loop:
        rest: Loop = self._writer.compiled("rest")
        return rest

    def update(self, n: int, *state: Any) -> State:
        """The state after update number `n` of `state`: a scan of one update."""
        return self.scan(n - 1, n, state, state)[3]


@lru_cache(maxsize=64)
def loops(recurrence: Recurrence, arithmetic: Any, rule: Tolerance | None) -> Loops:
    """The loops of a recurrence in an arithmetic that look out for a rule."""
    return Loops(recurrence, arithmetic, rule)


class _Writer:
    """Writes the loops. An element takes one variable, or two where its operations stand in place."""

    def __init__(self, recurrence: Recurrence, arithmetic: Any, rule: Tolerance | None) -> None:
        self.recurrence, self.arithmetic, self.rule = recurrence, arithmetic, rule
        self.inline = Inline(arithmetic) if isinstance(arithmetic, Floats) else None
        count = len(recurrence.names)
        self.old, self.new, self.mark = ([f"{letter}{i}" for i in range(count)] for letter in "xyt")
        self.watched = [recurrence.names.index(name) for name in recurrence.watch]
        self.counts = recurrence.counts_steps

    def scope(self) -> dict[str, Any]:
        arithmetic = self.arithmetic
        scope: dict[str, Any] = {}
        for i, value in enumerate(self.recurrence.program.constants):
            element = arithmetic.const(value)
            scope |= dict(zip(self._variables(f"c{i}"), element if self.inline else (element,), strict=True))
        scope |= {name: getattr(arithmetic, name) for name in ("add", "sub", "mul", "div", "neg", "pow", "integer")}
        if hasattr(arithmetic, "function"):
            scope["function"] = arithmetic.function
        if self.inline is not None:
            scope |= self.inline.scope()
        if self.rule is not None:
            scope |= {"bound": arithmetic.upper_bound(self.rule.bound), "near": self._near}
        return scope

    def _near(self, new: Any, old: Any) -> bool:
        assert self.rule is not None
        a, b = self.arithmetic.element_exact(new), self.arithmetic.element_exact(old)
        return a is not None and b is not None and self.rule.met(a - b)

    def compiled(self, name: str) -> Any:
        """The function called `name`, from its generated source."""
        text = "\n".join(self._loop(name))
        scope = self.scope()
        exec(compile(text, f"<generated {name}>", "exec"), scope)
        return self._under_context(scope[name]) if hasattr(self.arithmetic, "local") else scope[name]

    def _under_context(self, loop: Loop) -> Loop:
        """A loop whose operators need the context of its arithmetic."""
        local = self.arithmetic.local

        def within(*args: Any) -> Any:
            with local():
                return loop(*args)

        return within

    def _variables(self, name: str) -> tuple[str, ...]:
        """The variables that hold one element."""
        return (f"{name}m", f"{name}e") if self.inline is not None else (name,)

    def _element(self, name: str) -> str:
        """An element as one expression, which can also be assigned to."""
        return f"({name}m, {name}e)" if self.inline is not None else name

    def _state(self, names: list[str]) -> str:
        return f"({', '.join(map(self._element, names))},)"

    def _equal(self, a: str, b: str) -> str:
        pairs = zip(self._variables(a), self._variables(b), strict=True)
        return " and ".join(f"{x} == {y}" for x, y in pairs)

    def _unchanged(self, a: str, b: str) -> str:
        """Equality to one who watches: of pairs, -0 and +0 are equal (their codes are -1 and 0)."""
        if self.inline is None:
            return f"{a} == {b}"
        return f"{a}m == {b}m and ({a}e == {b}e or (not {a}m and -2 < {a}e < 1 and -2 < {b}e < 1))"

    def _body(self, indent: str) -> list[str]:
        """One update: reads the old state, leaves the new one."""
        number = [f"{indent}{self._element('k')} = integer(n)"] if self.counts else []
        lines, outputs = self._in_place(indent) if self.inline is not None else self._by_source(indent)
        return [*number, *lines, f"{indent}{', '.join(map(self._element, self.new))} = {', '.join(outputs)}"]

    def _by_source(self, indent: str) -> tuple[list[str], list[str]]:
        return source(self.recurrence.program, [*self.old, "k"], self.arithmetic.infix, indent)

    def _in_place(self, indent: str) -> tuple[list[str], list[str]]:
        assert self.inline is not None
        program = self.recurrence.program
        names = [*self.old, "k", *(f"c{i}" for i in range(len(program.constants)))]
        lines = []
        for instruction in program.instructions:
            target = f"r{len(names)}"
            operands = [(f"{names[i]}m", f"{names[i]}e") for i in instruction.operands]
            result = (f"{target}m", f"{target}e")
            lines += self.inline.lines(instruction.operation, result, operands, instruction.exponent)
            names.append(target)
        return [indent + line for line in lines], [self._element(names[i]) for i in program.outputs]

    def _loop(self, name: str) -> list[str]:
        old, new = self._state(self.old), self._state(self.new)
        same = " and ".join(self._unchanged(self.new[i], self.old[i]) for i in self.watched)
        repeats = " and ".join(self._equal(y, t) for y, t in zip(self.new, self.mark, strict=True))
        text = [f"def {name}(n, last, state, mark):", f"    {old} = state", f"    {self._state(self.mark)} = mark"]
        text += ["    for n in range(n + 1, last + 1):", *self._body("        ")]
        if name == "scan":
            if self.rule is not None:
                text += [f"        if {self._near_text()}:", f"            return n, 'near', {old}, {new}"]
            text += [f"        if {same}:", f"            return n, 'still', {old}, {new}"]
        else:
            text += [f"        if not ({same}):", f"            return n, 'moved', {old}, {new}"]
        if not self.counts:
            text += [f"        if {repeats}:", f"            return n, 'repeat', {old}, {new}"]
        move = f"{', '.join(map(self._element, self.old))} = {', '.join(map(self._element, self.new))}"
        return [*text, f"        {move}", f"    return n, '', {old}, {old}"]

    def _near_text(self) -> str:
        """The rule, or a cheap condition that it implies; the caller confirms it exactly."""
        pairs = [(self._element(self.new[i]), self._element(self.old[i])) for i in self.watched]
        if "sub" in self.arithmetic.infix:
            return " and ".join(f"-bound <= {y} - {x} <= bound" for y, x in pairs)
        return " and ".join(f"near({y}, {x})" for y, x in pairs)


def largest_change(arithmetic: Any, watched: list[int], before: State, after: State) -> Fraction | None:
    """The largest exact change of a watched component; None if one of them is not finite."""
    changes: list[Fraction] = []
    for i in watched:
        a, b = arithmetic.element_exact(after[i]), arithmetic.element_exact(before[i])
        if a is None or b is None:
            return None
        changes.append(abs(a - b))
    return max(changes)
