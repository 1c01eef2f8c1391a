"""Dual numbers: a value and its derivative, side by side, over any other arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetic import Element
from infinitesimal.rational import rational
from infinitesimal.truth import Truth


class Dual(NamedTuple):
    """a + b*e with e**2 = 0: the value `value` and the derivative `slope`."""

    value: Element
    slope: Element


@dataclass(frozen=True, slots=True)
class Duals:
    """Forward differentiation: the derivative of a term, without a term for it.

    An independent derivation of what `differentiate` finds by rules.

    >>> from infinitesimal.arithmetics.rationals import QQ
    >>> d = Duals(QQ)
    >>> d.pow(d.variable(Fraction(3)), 2)
    Dual(value=9, slope=6)
    """

    base: Any

    @property
    def name(self) -> str:
        return f"duals over {self.base.name}"

    def variable(self, value: Fraction) -> Dual:
        """The variable of differentiation at `value`."""
        return Dual(self.base.const(value), self.base.const(Fraction(1)))

    def const(self, value: Fraction) -> Dual:
        return Dual(self.base.const(value), self.base.const(Fraction(0)))

    def embed(self, value: object) -> Dual:
        return value if isinstance(value, Dual) else self.const(rational(value))

    def export(self, element: Dual) -> tuple[Any, Any]:
        return self.base.export(element.value), self.base.export(element.slope)

    def add(self, a: Dual, b: Dual) -> Dual:
        return Dual(self.base.add(a.value, b.value), self.base.add(a.slope, b.slope))

    def sub(self, a: Dual, b: Dual) -> Dual:
        return Dual(self.base.sub(a.value, b.value), self.base.sub(a.slope, b.slope))

    def mul(self, a: Dual, b: Dual) -> Dual:
        base = self.base
        return Dual(base.mul(a.value, b.value), base.add(base.mul(a.slope, b.value), base.mul(a.value, b.slope)))

    def div(self, a: Dual, b: Dual) -> Dual:
        base = self.base
        quotient = base.div(a.value, b.value)
        return Dual(quotient, base.div(base.sub(a.slope, base.mul(quotient, b.slope)), b.value))

    def neg(self, a: Dual) -> Dual:
        return Dual(self.base.neg(a.value), self.base.neg(a.slope))

    def pow(self, a: Dual, k: int) -> Dual:
        base = self.base
        if k == 0:
            return self.const(Fraction(1))
        factor = base.mul(base.const(Fraction(k)), base.pow(a.value, k - 1))
        return Dual(base.pow(a.value, k), base.mul(factor, a.slope))

    def function(self, name: str, a: Dual) -> Dual:
        """A function of losses: its value, and its slope by the definition f'(a) times the slope of a."""
        base, x = self.base, a.value
        value = base.function(name, x)
        one, two = base.const(Fraction(1)), base.const(Fraction(2))

        def of(other: str) -> Element:
            return base.function(other, x)

        slopes: dict[str, Callable[[], Element]] = {
            "exp": lambda: value,
            "log": lambda: base.div(one, x),
            "sqrt": lambda: base.div(one, base.mul(two, value)),
            "sin": lambda: of("cos"),
            "cos": lambda: base.neg(of("sin")),
            "tan": lambda: base.div(one, base.pow(of("cos"), 2)),
            "sinh": lambda: of("cosh"),
            "cosh": lambda: of("sinh"),
            "tanh": lambda: base.div(one, base.pow(of("cosh"), 2)),
            "atan": lambda: base.div(one, base.add(one, base.pow(x, 2))),
            "softplus": lambda: base.div(one, base.add(one, base.function("exp", base.neg(x)))),
            "logistic": lambda: base.sub(value, base.pow(value, 2)),
            "Abs": lambda: of("sign"),
            "relu": lambda: of("heaviside"),
            "sign": lambda: base.const(Fraction(0)),
            "heaviside": lambda: base.const(Fraction(0)),
        }
        return Dual(value, base.mul(slopes[name](), a.slope))

    def equal(self, a: Dual, b: Dual) -> Truth:
        same: Truth = self.base.equal(a.value, b.value) & self.base.equal(a.slope, b.slope)
        return same

    def less(self, a: Dual, b: Dual) -> Truth:
        """The order of the values; UNKNOWN where they are equal and the slopes are not."""
        same: Truth = self.base.equal(a.value, b.value) & ~self.base.equal(a.slope, b.slope)
        order: Truth = self.base.less(a.value, b.value)
        return Truth.UNKNOWN if same is Truth.TRUE else order
