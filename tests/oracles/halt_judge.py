"""A judge of machine halts that knows nothing of the package: fractions, one page of rounding, Python's own parser.

A value is a `Fraction`, or one of the words "-0", "inf", "-inf", "nan". A step is text; its decimals are exact and
rounded once when they are read, `x**k` is a chain of products, and every operation is exact and then rounded once.
The reasons are those of docs/halts.md, in the words of the table there.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Any, NamedTuple

import mpmath

Value = Fraction | str
ZERO = Fraction(0)


@dataclass(frozen=True)
class Machine:
    """Precision, least and greatest exponents, what lies beyond the largest value, and a direction of rounding.

    `direction` is one of nearest_even, nearest_away, up, down, toward_zero, away, odd.
    """

    p: int
    emin: int
    emax: int
    direction: str = "nearest_even"
    beyond: str = "infinity"
    top: Fraction | None = None
    subnormals: bool = True

    @property
    def largest(self) -> Fraction:
        return self.top or (2 - Fraction(2) ** (1 - self.p)) * Fraction(2) ** self.emax

    def rounded(self, x: Fraction) -> Value:
        """An exact number in the format."""
        if not x:
            return x
        size, negative = abs(x), x < 0
        e = size.numerator.bit_length() - size.denominator.bit_length()
        e -= size < Fraction(2) ** e
        gap = Fraction(2) ** ((max(e, self.emin) if self.subnormals else e) - self.p + 1)
        whole, rest = divmod(size, gap)
        up = {
            "nearest_even": 2 * rest > gap or (2 * rest == gap and whole % 2 == 1),
            "nearest_away": 2 * rest >= gap,
            "up": rest > 0 and not negative,
            "down": rest > 0 and negative,
            "toward_zero": False,
            "away": rest > 0,
            "odd": rest > 0 and whole % 2 == 0,
        }[self.direction]
        size = (whole + up) * gap
        if not size or (not self.subnormals and size < Fraction(2) ** self.emin):
            return "-0" if negative else ZERO
        if size > self.largest:
            inner = self.direction in ("toward_zero", "odd", "up" if negative else "down")
            if not inner:
                return self.infinity(negative)
            size = self.largest
        return -size if negative else size

    def infinity(self, negative: bool) -> Value:
        if self.beyond == "nan":
            return "nan"
        if self.beyond == "saturate":
            return -self.largest if negative else self.largest
        return "-inf" if negative else "inf"


def number(v: Value) -> Fraction | None:
    """The number that a value is, if it is finite."""
    return ZERO if v == "-0" else v if isinstance(v, Fraction) else None


def negative(v: Value) -> bool:
    return v.startswith("-") if isinstance(v, str) else v < 0


def same(a: Value, b: Value) -> bool:
    """Whether nothing is seen to change: -0 is +0, NaN is NaN."""
    return a == b or (number(a) == 0 and number(b) == 0)


class BeyondJudging(Exception):
    """An argument of a function that is left to others."""


class Done(NamedTuple):
    """One operation: its name, operands, exact result (None: there is none), and what the machine has."""

    name: str
    operands: tuple[Value, ...]
    exact: Fraction | None
    result: Value

    @property
    def rounds(self) -> bool:
        return self.exact is not None and number(self.result) != self.exact


def binary(m: Machine, name: str, a: Value, b: Value) -> Done:
    """One of + - * / by IEEE 754-2019, 6 and 7."""
    if name == "-":
        name, b = "+", negated(b)
    x, y = number(a), number(b)
    if x is not None and y is not None and not (name == "/" and not y):
        exact = x + y if name == "+" else x * y if name == "*" else x / y
        if exact:
            return Done(name, (a, b), exact, m.rounded(exact))
        if name == "+":
            minus = negative(a) if negative(a) == negative(b) and not x else m.direction == "down"
        else:
            minus = negative(a) != negative(b)
        return Done(name, (a, b), exact, "-0" if minus else ZERO)
    return Done(name, (a, b), None, special(m, name, a, b))


def special(m: Machine, name: str, a: Value, b: Value) -> Value:
    x, y, unlike = number(a), number(b), negative(a) != negative(b)
    signed: Value = "-inf" if unlike else "inf"
    if "nan" in (a, b):
        return "nan"
    if name == "+":
        return "nan" if x is None and y is None and a != b else a if x is None else b
    if name == "*":
        return "nan" if 0 in (x, y) else signed
    if x is None:
        return "nan" if y is None else signed
    if y is None:
        return "-0" if unlike else ZERO
    return m.infinity(unlike) if x else "nan"


def negated(a: Value) -> Value:
    if isinstance(a, str):
        return {"-0": ZERO, "inf": "-inf", "-inf": "inf", "nan": "nan"}[a]
    return -a if a else "-0"


def root(m: Machine, a: Value) -> Done:
    x = number(a)
    if x is None or x < 0:
        return Done("sqrt", (a,), None, "inf" if a == "inf" else "nan")
    if not x:
        return Done("sqrt", (a,), x, a)
    shift = 2 * (m.p + 8 + x.denominator.bit_length())
    whole = isqrt((x.numerator << shift) // x.denominator)
    exact = Fraction(whole, 1 << shift // 2)
    if exact * exact != x:  # the digit below stands for all that follow: no midpoint has so many
        exact = Fraction(2 * whole + 1, 2 << shift // 2)
    return Done("sqrt", (a,), exact, m.rounded(exact))


def transcendental(m: Machine, name: str, a: Value) -> Done:
    """exp, log, sin, cos, ... by mpmath with 200 bits to spare; exact only at 0, and log at 1."""
    x = number(a)
    if x is None or abs(x) > 100_000 or (name == "log" and x <= 0):
        raise BeyondJudging(f"{name} of {a}")
    if x == 0 and name in ("exp", "cos"):
        return Done(name, (a,), Fraction(1), Fraction(1))
    if x == 0:
        return Done(name, (a,), ZERO, a)
    if x == 1 and name == "log":
        return Done(name, (a,), ZERO, ZERO)
    with mpmath.workprec(m.p + 300 + max(0, -m.emin if m.p < 60 else 0)):
        y = getattr(mpmath, name)(mpmath.mpf(x.numerator) / x.denominator)
        s, man, exp, _ = y._mpf_
    exact = Fraction(int(man)) * Fraction(2) ** int(exp) * (-1 if s else 1)
    return Done(name, (a,), exact, m.rounded(exact))


OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@cache
def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class Reader:
    """The value of one step's text, and every operation on the way, in the order written."""

    def __init__(self, machine: Machine, text: str, names: Mapping[str, Value]) -> None:
        self.machine, self.text, self.names = machine, text, names
        self.done: list[Done] = []
        self.value = self.read(parsed(text))

    def keep(self, done: Done) -> Value:
        self.done.append(done)
        return done.result

    def read(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            written = ast.get_source_segment(self.text, node)
            assert written is not None
            return self.machine.rounded(Fraction(written))
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, ast.UnaryOp):
            return negated(self.read(node.operand))
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            a = self.read(node.args[0])
            if node.func.id == "abs":
                return negated(a) if negative(a) else a
            if node.func.id == "sqrt":
                return self.keep(root(self.machine, a))
            return self.keep(transcendental(self.machine, node.func.id, a))
        assert isinstance(node, ast.BinOp)
        if isinstance(node.op, ast.Pow):
            return self.power(self.read(node.left), ast.literal_eval(node.right))
        a, b = self.read(node.left), self.read(node.right)
        return self.keep(binary(self.machine, OPERATORS[type(node.op)], a, b))

    def power(self, a: Value, k: int) -> Value:
        result = a
        for _ in range(k - 1):
            result = self.keep(binary(self.machine, "*", result, a))
        return result


@dataclass(frozen=True)
class Recipe:
    """A process: the text of every component's step, the starts, and what is watched."""

    name: str
    step: Mapping[str, str]
    start: Mapping[str, str]
    watch: tuple[str, ...] = ()

    @property
    def watched(self) -> tuple[str, ...]:
        return self.watch or tuple(self.step)

    @property
    def counts(self) -> bool:
        return any(isinstance(x, ast.Name) and x.id == "n" for t in self.step.values() for x in ast.walk(parsed(t)))


class Judged(NamedTuple):
    """What the judge found: the halt's step (for a cycle: where its first state comes again), values, reason."""

    step: int
    value: dict[str, Value]
    reason: str
    period: int | None = None
    tail: int | None = None


State = dict[str, Value]


def update(recipe: Recipe, machine: Machine, n: int, state: State) -> tuple[State, dict[str, list[Done]]]:
    names = {**state, "n": machine.rounded(Fraction(n))}
    readers = {name: Reader(machine, text, names) for name, text in recipe.step.items()}
    return {name: r.value for name, r in readers.items()}, {name: r.done for name, r in readers.items()}


def judge(recipe: Recipe, machine: Machine, limit: int) -> Judged | None:
    """The halt of a process, or None when it has none within `limit` updates.

    A step that counts is said to halt when it has not moved for three times as long as it took, and 600 updates more.
    """
    state: State = {name: machine.rounded(Fraction(text)) for name, text in recipe.start.items()}
    seen: dict[tuple[Any, ...], int] = {}
    states, moved = [state], 0
    for n in range(1, limit + 1):
        if not recipe.counts:
            key = tuple(state.items())
            if key in seen:
                return _came_again(recipe, machine, states, seen[key], n - 1)
            seen[key] = n - 1
        state, _ = update(recipe, machine, n, state)
        states.append(state)
        if not all(same(states[-2][w], state[w]) for w in recipe.watched):
            moved = n
        if recipe.counts and n > 4 * moved + 600:
            return _halted(recipe, machine, states, moved) if _stays(recipe, machine, n, state) else None
    return None


def _stays(recipe: Recipe, machine: Machine, first: int, state: State) -> bool:
    """Whether far updates, too, leave a state of one component as it is; their numbers may not fit the format."""
    if len(state) > 1:
        return True
    ((name, value),) = state.items()
    numbers = [(2**k) + d for k in range(2, min(machine.emax + 3, 70)) for d in (-1, 0, 1, 2 ** (k - 1))]
    return all(same(value, update(recipe, machine, n, state)[0][name]) for n in numbers if n > first)


def _came_again(recipe: Recipe, machine: Machine, states: list[State], tail: int, again: int) -> Judged:
    def alike(k: int) -> bool:
        return all(same(states[k][w], states[tail][w]) for w in recipe.watched)

    if not all(map(alike, range(tail, again))):
        value = {w: states[tail][w] for w in recipe.watched}
        return Judged(again, value, "cycle", again - tail, tail)
    while tail and alike(tail - 1):
        tail -= 1
    return _halted(recipe, machine, states, tail)


SEVERITY = ("nan", "overflow", "saturated", "absorbed", "underflow", "exact")


def _halted(recipe: Recipe, machine: Machine, states: list[State], arrival: int) -> Judged:
    _, last = update(recipe, machine, arrival + 1, states[arrival])
    _, then = update(recipe, machine, arrival, states[arrival - 1]) if arrival else ({}, {})
    reasons = [reason(machine, states[arrival][w], last[w], then.get(w, [])) for w in recipe.watched]
    value = {w: states[arrival][w] for w in recipe.watched}
    return Judged(arrival + 1, value, min(reasons, key=SEVERITY.index))


def reason(m: Machine, value: Value, last: list[Done], then: list[Done]) -> str:
    """The claim of docs/halts.md that is true of the last update, and of the one that the value arrived by."""
    if number(value) is None:
        return beyond(value, then or last)
    losses = [d for d in last if d.rounds]
    if not losses:
        lost = any(d.rounds and tiny(m, d) for d in then)
        return "underflow" if number(value) == 0 and lost else "exact"
    decisive = losses[-1]
    if number(decisive.result) is None:
        return "overflow"
    if tiny(m, decisive) and (decisive is last[-1] or number(decisive.result) == 0):
        return "underflow"
    assert decisive.exact is not None
    wider = number(replace(m, emax=m.emax + 1, top=None).rounded(decisive.exact))
    if wider is None or abs(wider) > m.largest:
        return "saturated"
    return "absorbed"


def tiny(m: Machine, d: Done) -> bool:
    return d.exact is not None and 0 < abs(d.exact) < Fraction(2) ** m.emin


def beyond(value: Value, done: list[Done]) -> str:
    for d in done:
        finite = all(number(x) is not None for x in d.operands)
        if finite and number(d.result) is None and (d.exact is not None or (d.name == "/" and number(d.operands[0]))):
            return "overflow"
        if d.result == "nan" and "nan" not in d.operands:
            return "nan"
    return "nan" if value == "nan" else "overflow"
