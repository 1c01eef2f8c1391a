"""An arithmetic of trends: how a machine value goes on as the number of the update grows.

A machine's rounding is monotone, so it keeps every trend that the exact operation has.
"""

from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetic import Element, left_to_right_power
from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest
from infinitesimal.truth import Truth


class Trend(NamedTuple):
    """How a machine value goes on: the sign it keeps, whether its size never grows, whether it never
    shrinks (both: it is constant), and the element that it is now. Neither: nothing is known.

    The sign is 0 for a zero that stays, though it may be -0 at one time and +0 at another. A `mixed` value may change
    its sign, and only its size is meant.
    """

    sign: int
    falls: bool
    rises: bool
    now: Element
    mixed: bool = False

    @property
    def constant(self) -> bool:
        return self.falls and self.rises and not self.mixed


class Trends:
    """Rounded operations on trends.

    Nothing is claimed of NaN, nor of a zero that may become another value: 0 times an infinity must not be taken for a
    trend. Of an infinity is claimed that it stays ("never shrinks"), never that it does not grow. Where overflow gives
    NaN nothing is known of a value that rises, unless it is constant. Sizes that do not depend on the sign need a
    rounding that is symmetric.
    """

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        rounding = getattr(machine, "soft", machine).rounding
        self.symmetric = rounding not in (Rounding.UP, Rounding.DOWN)
        is_nan = machine.format.overflow == "nan"
        self.overflow_is_nan = {s: is_nan and not overflows_to_largest(rounding, s < 0) for s in (1, -1)}

    def const(self, value: Fraction) -> Trend:
        return self.trend(True, True, self.machine.const(value))

    def unknown(self, now: Element) -> Trend:
        """The trend of a value of which nothing is known but what it is now."""
        return Trend(1, False, False, now)

    def trend(self, falls: bool, rises: bool, now: Element, mixed: bool = False) -> Trend:
        """The trend of a value, as far as its present element allows to say."""
        value = self.machine.element_exact(now)
        if value is None and rises and self.is_infinite(now) and (self.symmetric or not mixed):
            negative = self.machine.less(now, self.machine.integer(0)) is Truth.TRUE
            return Trend(-1 if negative else 1, False, True, now, mixed)
        if value is None or (not value and not falls) or (mixed and not self.symmetric):
            return self.unknown(now)
        if not value:  # its size never grows: the zero stays
            return Trend(0, True, True, now)
        sign = 1 if value > 0 else -1
        to_nan = self.overflow_is_nan[sign] or (mixed and self.overflow_is_nan[-sign])
        return Trend(sign, falls, rises and (falls or not to_nan), now, mixed)

    def is_infinite(self, element: Element) -> bool:
        """Whether an element is an infinity."""
        return self.machine.element_exact(element) is None and self.machine.equal(element, element) is Truth.TRUE

    def mul(self, a: Trend, b: Trend) -> Trend:
        now = self.machine.mul(a.now, b.now)
        return self.trend(a.falls and b.falls, a.rises and b.rises, now, a.mixed or b.mixed)

    def div(self, a: Trend, b: Trend) -> Trend:
        now = self.machine.div(a.now, b.now)
        if not b.sign:  # the sign of a zero may change, and with it an infinity
            return self.unknown(now)
        return self.trend(a.falls and b.rises, a.rises and b.falls, now, a.mixed or b.mixed)

    def neg(self, a: Trend) -> Trend:
        return a._replace(sign=-a.sign, now=self.machine.neg(a.now))

    def add(self, a: Trend, b: Trend) -> Trend:
        now = self.machine.add(a.now, b.now)
        if not a.sign or not b.sign:
            other = a if not b.sign else b
            return self.trend(other.falls, other.rises, now, other.mixed)
        if a.mixed or b.mixed:
            return self.unknown(now)
        beyond = any(self.is_infinite(x.now) and x.rises and y.falls for x, y in ((a, b), (b, a)))
        if a.sign == b.sign:
            return self.trend(a.falls and b.falls, beyond or (a.rises and b.rises), now)
        # Of unlike signs: the sum keeps its sign and never shrinks while the greater rises and the smaller falls.
        still = a.constant and b.constant
        value = self.machine.element_exact(now)
        if not value:
            return self.trend(still, beyond, now)
        rises = (a.rises and b.falls) if (value > 0) == (a.sign > 0) else (b.rises and a.falls)
        return self.trend(rises and still, rises, now)

    def sub(self, a: Trend, b: Trend) -> Trend:
        return self.add(a, self.neg(b))

    def pow(self, a: Trend, k: int) -> Trend:
        power: Trend = left_to_right_power(self, a, k)
        return power

    def function(self, name: str, *args: Trend) -> Trend:
        """A function of losses: correctly rounded, so as monotone as the exact one is."""
        now, a = self.machine.function(name, *(x.now for x in args)), args[0]
        if name == "Abs":
            return self.trend(a.falls, a.rises, now)
        if any(x.mixed for x in args):
            return self.unknown(now)
        if name == "power":
            return self._power(a, args[1], now)
        if name in ("sqrt", "sinh", "cosh", "tanh", "atan"):  # the size grows with the size
            return self.trend(a.falls, a.rises, now)
        if name in ("exp", "softplus", "logistic"):  # positive, and increasing
            falls, rises = (a.falls, a.rises) if a.sign > 0 else (a.rises, a.falls)
            return self.trend(falls, rises, now)
        above_one = name == "log" and (self.machine.element_exact(a.now) or 0) > 1
        return self.trend(a.constant, a.constant or (above_one and a.rises), now)

    def _power(self, a: Trend, b: Trend, now: Element) -> Trend:
        """A power of a fixed positive number, or of a positive one to a fixed power: monotone in the other."""
        base = self.machine.element_exact(a.now) or 0
        if base <= 0 or not (a.constant or b.constant):
            return self.unknown(now)
        other = b if a.constant else a
        # The power grows with the size of the other where base > 1 and b > 0, or base < 1 and b < 0, or b > 0 is fixed.
        grows = (base > 1) == (b.sign > 0) if a.constant else b.sign > 0
        falls, rises = (other.falls, other.rises) if grows else (other.rises, other.falls)
        return self.trend(falls, rises, now)
