"""Why a value that stays now stays for ever: the addends only get smaller.

A machine's rounding is monotone. If `w + u` rounds to w, and every later addend has the same sign
and is no larger, then every later sum lies between w + 0 and w + u, and rounds to w as well. This
module proves "the same sign and no larger" by reading the addend in an arithmetic of trends.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetic import Element, left_to_right_power
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import Apply, Const, Term, Var, fold, variables
from infinitesimal.truth import Truth


class Trend(NamedTuple):
    """How a machine value goes on: the sign it keeps, whether its size never grows, whether it never
    shrinks (both: it is constant), and the element that it is now. Neither: nothing is known.
    """

    sign: int
    falls: bool
    rises: bool
    now: Element


class Trends:
    """Rounded operations on trends; rounding is monotone, so it keeps every trend.

    Nothing is claimed of a value that is now zero, infinite or NaN, except that a falling one may
    have come down to zero: 0 times an infinity must not be taken for a trend. In formats where
    overflow gives NaN nothing is known of a value that rises, unless it is constant.
    """

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        self.overflow_is_nan = machine.format.overflow == "nan"

    def const(self, value: Fraction) -> Trend:
        return self.trend(True, True, self.machine.const(value))

    def trend(self, falls: bool, rises: bool, now: Element) -> Trend:
        """The trend of a value, as far as its present element allows to say."""
        value = self.machine.element_exact(now)
        if not value:
            return Trend(1, False, False, now)
        rises = rises and (falls or not self.overflow_is_nan)
        return Trend(1 if value > 0 else -1, falls, rises, now)

    def mul(self, a: Trend, b: Trend) -> Trend:
        return self.trend(a.falls and b.falls, a.rises and b.rises, self.machine.mul(a.now, b.now))

    def div(self, a: Trend, b: Trend) -> Trend:
        return self.trend(a.falls and b.rises, a.rises and b.falls, self.machine.div(a.now, b.now))

    def neg(self, a: Trend) -> Trend:
        return Trend(-a.sign, a.falls, a.rises, self.machine.neg(a.now))

    def add(self, a: Trend, b: Trend) -> Trend:
        now = self.machine.add(a.now, b.now)
        if a.sign == b.sign:
            return self.trend(a.falls and b.falls, a.rises and b.rises, now)
        # Of unlike signs: the sum keeps its sign and never shrinks while the greater rises and the smaller falls.
        rises = (a.rises and b.falls) if self.trend(False, False, now).sign == a.sign else (b.rises and a.falls)
        return self.trend(rises and self.constant(a) and self.constant(b), rises, now)

    @staticmethod
    def constant(a: Trend) -> bool:
        return a.falls and a.rises

    def sub(self, a: Trend, b: Trend) -> Trend:
        return self.add(a, self.neg(b))

    def pow(self, a: Trend, k: int) -> Trend:
        power: Trend = left_to_right_power(self, a, k)
        return power

    def function(self, name: str, *args: Trend) -> Trend:
        """A function of losses: correctly rounded, so as monotone as the exact one is."""
        now, a = self.machine.function(name, *(x.now for x in args)), args[0]
        if name == "power":
            return self._power(a, args[1], now)
        if name in ("sqrt", "sinh", "cosh", "tanh", "atan", "Abs"):  # the size grows with the size
            return self.trend(a.falls, a.rises, now)
        if name in ("exp", "softplus", "logistic"):  # positive, and increasing
            falls, rises = (a.falls, a.rises) if a.sign > 0 else (a.rises, a.falls)
            return self.trend(falls, rises, now)
        above_one = name == "log" and (self.machine.element_exact(a.now) or 0) > 1
        return self.trend(self.constant(a), self.constant(a) or (above_one and a.rises), now)

    def _power(self, a: Trend, b: Trend, now: Element) -> Trend:
        """A power of a fixed positive number, or of a positive one to a fixed power: monotone in the other."""
        base = self.machine.element_exact(a.now) or 0
        if base <= 0 or not (self.constant(a) or self.constant(b)):
            return self.trend(False, False, now)
        other = b if self.constant(a) else a
        # The power grows with the size of the other where base > 1 and b > 0, or base < 1 and b < 0, or b > 0 is fixed.
        grows = (base > 1) == (b.sign > 0) if self.constant(a) else b.sign > 0
        falls, rises = (other.falls, other.rises) if grows else (other.rises, other.falls)
        return self.trend(falls, rises, now)


def stays_for_ever(recurrence: Recurrence, machine: Any, state: Mapping[str, Element], n: int) -> str | None:
    """An argument that the watched values of a state that no longer moves never move again.

    `state` is the one before update `n`, which changed nothing watched. None when this argument
    does not apply, which proves nothing.
    """
    if _number_is_final(machine, n) and _repeats(recurrence, machine, state, n):
        return "the number of the update no longer changes on the machine, and the update gives the whole state again"
    steps, trends = dict(recurrence.step), Trends(machine)
    known = {STEP_NUMBER: trends.trend(False, True, machine.integer(n))}
    for name in recurrence.names:
        if name not in recurrence.watch:
            known[name] = _trend(name, steps[name], trends, state[name])
    arguments = []
    for name in recurrence.watch:
        addend = _addend(name, steps[name])
        if addend is None or any(v not in known for v in variables(addend)):
            return None
        trend = fold(addend, trends, known.__getitem__)
        if machine.element_exact(state[name]) is None:
            beyond = _stays_beyond(machine, state[name], trend)
            if beyond is None:
                return None
            arguments.append(f"{name} is {machine.export(state[name])}, and {beyond}")
            continue
        if not trend.falls:
            return None
        arguments.append(f"the addends {addend} of {name} keep their sign and never grow, and rounding is monotone")
    return "; ".join(arguments)


LARGE = 1 << 15
"""Whether a step number is too large for a format is not asked where the format reaches beyond 2**LARGE."""


def _number_is_final(machine: Any, n: int) -> bool:
    """Whether n is beyond the largest value, so that it and all later numbers are read as the same element."""
    top = max(machine.format.emax + 2, 1)
    if n.bit_length() < top or top > LARGE:
        return False
    return bool(machine.key(machine.integer(n)) == machine.key(machine.integer(1 << top)))


def _repeats(recurrence: Recurrence, machine: Any, state: Mapping[str, Element], n: int) -> bool:
    before = [state[name] for name in recurrence.names]
    after = recurrence.program.execute(machine, [*before, machine.integer(n)])
    return all(machine.key(a) == machine.key(b) for a, b in zip(before, after, strict=True))


def _stays_beyond(machine: Any, value: Element, addend: Trend) -> str | None:
    """Why an infinity or NaN stays under these addends; None if it may not."""
    if machine.equal(value, value) is not Truth.TRUE:
        return "NaN spreads to every later sum"
    alike = (machine.less(machine.const(Fraction(0)), value) is Truth.TRUE) == (addend.sign > 0)
    if addend.falls or (addend.rises and alike):
        return "no later addend is infinite with the other sign, or NaN"
    return None


def _addend(name: str, step: Term) -> Term | None:
    """The term u of a step `name + u`, `u + name` or `name - u` that does not depend on `name`."""
    if not isinstance(step, Apply) or step.operation not in ("add", "sub"):
        return None
    a, b = step.args
    if a == Var(name) and name not in variables(b):
        return b
    return a if step.operation == "add" and b == Var(name) and name not in variables(a) else None


def _trend(name: str, step: Term, trends: Trends, element: Element) -> Trend:
    """The trend of a component that is multiplied and divided by fixed positive numbers, or kept."""
    factors = _factors(name, step, trends.machine)
    if factors is None or any(factor <= 0 for factor in factors):
        return trends.trend(False, False, element)
    # |x| times at most 1 is at most |x|, which is a value of the format, so it rounds to at most |x|.
    return trends.trend(all(f <= 1 for f in factors), all(f >= 1 for f in factors), element)


def _factors(name: str, step: Term, machine: Any) -> list[Fraction] | None:
    """The fixed numbers c of a step such as name*c1/c2, one for each operation, as the machine has them."""
    if step == Var(name):
        return []
    if not isinstance(step, Apply) or step.operation not in ("mul", "div"):
        return None
    a, b = step.args
    if step.operation == "mul" and isinstance(a, Const):
        a, b = b, a
    inner = _factors(name, a, machine)
    if inner is None or not isinstance(b, Const):
        return None
    value: Fraction | None = machine.element_exact(machine.const(b.value))
    if not value:
        return None
    return [*inner, value if step.operation == "mul" else 1 / value]
