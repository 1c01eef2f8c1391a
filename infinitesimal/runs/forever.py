"""Why a value that stays now stays for ever: the addends only get smaller.

A machine's rounding is monotone. If `w + u` rounds to w, and every later addend has the same sign
and is no larger, then every later sum lies between w + 0 and w + u, and rounds to w as well. This
module proves "the same sign and no larger" by reading the addend in an arithmetic of trends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import Apply, Const, Term, Var, fold, variables


@dataclass(frozen=True, slots=True)
class Trend:
    """How a machine value goes on: its sign, fixed for ever (0 means that it is zero), and whether
    its size never grows, never shrinks, or (both) is constant. Neither means that nothing is known.
    """

    sign: int
    falls: bool
    rises: bool


UNKNOWN = Trend(1, False, False)


class Trends:
    """Rounded operations on trends; rounding is monotone, so it keeps every trend."""

    def const(self, value: Fraction) -> Trend:
        return Trend((value > 0) - (value < 0), True, True)

    def mul(self, a: Trend, b: Trend) -> Trend:
        if not a.sign or not b.sign:
            return UNKNOWN  # 0 times an infinity is NaN
        return Trend(a.sign * b.sign, a.falls and b.falls, a.rises and b.rises)

    def div(self, a: Trend, b: Trend) -> Trend:
        return self.mul(a, Trend(b.sign, b.rises, b.falls))

    def neg(self, a: Trend) -> Trend:
        return Trend(-a.sign, a.falls, a.rises)

    def add(self, a: Trend, b: Trend) -> Trend:
        if not a.sign or not b.sign:
            return UNKNOWN
        return Trend(a.sign, a.falls and b.falls, a.rises and b.rises) if a.sign == b.sign else UNKNOWN

    def sub(self, a: Trend, b: Trend) -> Trend:
        return self.add(a, self.neg(b))

    def pow(self, a: Trend, k: int) -> Trend:
        result = Trend(1, True, True)
        for _ in range(abs(k)):
            result = self.mul(result, a)
        return result if k >= 0 else self.div(Trend(1, True, True), result)


def stays_for_ever(recurrence: Recurrence, arithmetic: Any, state: Mapping[str, Any]) -> str | None:
    """An argument that the watched values of a state that no longer moves never move again.

    `state` is the one before the update that changed nothing watched. None when this argument does
    not apply, which proves nothing.
    """
    steps = dict(recurrence.step)
    known = {STEP_NUMBER: Trend(1, False, True)}
    for name in recurrence.names:
        if name not in recurrence.watch:
            known[name] = _trend(name, steps[name], arithmetic, state[name])
    arguments = []
    for name in recurrence.watch:
        addend = _addend(name, steps[name])
        if addend is None or any(v not in known for v in variables(addend)):
            return None
        trend = fold(addend, Trends(), known.__getitem__)
        if not trend.falls:
            return None
        arguments.append(f"the addends {addend} of {name} keep their sign and never grow, and rounding is monotone")
    return "; ".join(arguments)


def _addend(name: str, step: Term) -> Term | None:
    """The term u of a step `name + u`, `u + name` or `name - u` that does not depend on `name`."""
    if not isinstance(step, Apply) or step.operation not in ("add", "sub"):
        return None
    a, b = step.args
    if a == Var(name) and name not in variables(b):
        return b
    return a if step.operation == "add" and b == Var(name) and name not in variables(a) else None


def _trend(name: str, step: Term, arithmetic: Any, element: Any) -> Trend:
    """The trend of a component that is multiplied and divided by fixed positive numbers, or kept."""
    value = arithmetic.element_exact(element)
    factors = _factors(name, step, arithmetic)
    if not value or factors is None or any(factor <= 0 for factor in factors):
        return UNKNOWN
    # |x| times at most 1 is at most |x|, which is a value of the format, so it rounds to at most |x|.
    return Trend(1 if value > 0 else -1, all(f <= 1 for f in factors), all(f >= 1 for f in factors))


def _factors(name: str, step: Term, arithmetic: Any) -> list[Fraction] | None:
    """The fixed numbers c of a step such as name*c1/c2, one for each operation, as the machine has them."""
    if step == Var(name):
        return []
    if not isinstance(step, Apply) or step.operation not in ("mul", "div"):
        return None
    a, b = step.args
    if step.operation == "mul" and isinstance(a, Const):
        a, b = b, a
    inner = _factors(name, a, arithmetic)
    if inner is None or not isinstance(b, Const):
        return None
    value: Fraction | None = arithmetic.element_exact(arithmetic.const(b.value))
    if not value:
        return None
    return [*inner, value if step.operation == "mul" else 1 / value]
