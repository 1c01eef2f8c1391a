"""Losses that rise strictly in one variable wherever they are: they have no minimum.

An arithmetic of signs: of each part of a formula it knows whether it rises (1) or falls (-1) strictly in the variable,
whatever the others are, does not depend on it (0), or may do anything (None); and whether it is positive or negative
everywhere. The rules are those of sums, of products of a sign, and of strictly rising functions.
"""

from fractions import Fraction
from typing import NamedTuple

from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.term import fold

_RISING = {"exp": 1, "softplus": 1, "logistic": 1, "sinh": 0, "tanh": 0, "atan": 0}
"""Functions on the whole line that rise strictly: 1 for positive values, 0 for the sign of the argument."""


class Trend(NamedTuple):
    """How a part moves with the variable, and its sign where that is known (0 where it is not)."""

    slope: int | None
    sign: int = 0


def falling_direction(loss: Loss) -> dict[str, Fraction] | None:
    """A direction along a variable in which a loss falls strictly from everywhere; None where none is seen.

    >>> from infinitesimal.recurrences.losses import loss
    >>> falling_direction(loss("exp(x) + y**2")), falling_direction(loss("exp(x) - x"))
    ({'x': Fraction(-1, 1)}, None)
    """
    if loss.parameters:
        return None
    for name in loss.names:
        found = fold(loss.term, _Trends(), {other: Trend(int(other == name)) for other in loss.names}.__getitem__)
        if found.slope:
            return {name: Fraction(-found.slope)}
    return None


def sign_of_slope(loss: Loss) -> int:
    """The sign that the slope of a loss in one variable has on the whole line; 0 where none is seen.

    >>> from infinitesimal.recurrences.losses import loss
    >>> sign_of_slope(loss("exp(-x)")), sign_of_slope(loss("x**3"))
    (-1, 0)
    """
    if loss.parameters or len(loss.names) != 1:
        return 0
    (slope,) = loss.gradient.values()
    trend: Trend = fold(slope, _Trends(), lambda _: Trend(1))
    return trend.sign


class _Trends:
    def const(self, value: Fraction) -> Trend:
        return Trend(0, (value > 0) - (value < 0))

    def add(self, a: Trend, b: Trend) -> Trend:
        return Trend(_joined(a.slope, b.slope), a.sign if a.sign == b.sign else 0)

    def neg(self, a: Trend) -> Trend:
        return Trend(None if a.slope is None else -a.slope, -a.sign)

    def sub(self, a: Trend, b: Trend) -> Trend:
        return self.add(a, self.neg(b))

    def mul(self, a: Trend, b: Trend) -> Trend:
        """The slope is that of a*b' + a'*b."""
        return Trend(_joined(_times(a.sign, b.slope), _times(b.sign, a.slope)), a.sign * b.sign)

    def div(self, a: Trend, b: Trend) -> Trend:
        if not b.sign:
            return Trend(None)
        return self.mul(a, Trend(None if b.slope is None else -b.slope, b.sign))

    def pow(self, a: Trend, k: int) -> Trend:
        if k < 0:
            return self.div(Trend(0, 1), self.pow(a, -k))
        if k == 0:
            return Trend(0, 1)
        if k % 2:
            return a
        return Trend(_times(a.sign, a.slope), abs(a.sign))

    def function(self, name: str, a: Trend) -> Trend:
        if name in _RISING:
            return Trend(a.slope, _RISING[name] or a.sign)
        if name in ("log", "sqrt") and a.sign > 0:
            return Trend(a.slope, int(name == "sqrt"))
        return Trend(0 if a.slope == 0 else None)


def _joined(a: int | None, b: int | None) -> int | None:
    """The slope of a sum."""
    if a is None or b is None:
        return None
    return a if a == b or not b else b if not a else None


def _times(sign: int, slope: int | None) -> int | None:
    """The slope of a part times a factor that does not move."""
    if slope == 0:
        return 0
    return sign * slope if sign and slope is not None else None
