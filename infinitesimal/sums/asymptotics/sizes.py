"""How large a term is, from an index on: two-sided geometric bounds, proved for every later index.

The size of f from N on is a pair of bounds c rho**(n - N) <= |f(n)| <= C sigma**(n - N) for all n >= N.
Such bounds can be multiplied, divided, added and raised to powers; polynomial growth is absorbed in
a sigma slightly above 1. This is all that is needed for the tail of a series of geometric or faster
speed: it is at most C/(1 - sigma).
"""

from dataclasses import dataclass

from flint import arb, fmpq


@dataclass(frozen=True, slots=True)
class Rate:
    """The sequence scale * step**(n - N)."""

    scale: arb
    step: arb

    def __mul__(self, other: "Rate") -> "Rate":
        return Rate(self.scale * other.scale, self.step * other.step)

    def __pow__(self, exponent: fmpq) -> "Rate":
        return Rate(_power(self.scale, exponent), _power(self.step, exponent))


def _power(base: arb, exponent: fmpq) -> arb:
    if exponent.q == 1:
        return base**exponent.p
    return base ** arb(exponent)


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of |f(n)| for n >= N, None where there is none, and the sign of f (0: not known)."""

    lower: Rate | None
    upper: Rate | None
    sign: int = 0

    def __mul__(self, other: "Size") -> "Size":
        lower = self.lower * other.lower if self.lower and other.lower else None
        upper = self.upper * other.upper if self.upper and other.upper else None
        return Size(lower, upper, self.sign * other.sign)

    def power(self, exponent: fmpq) -> "Size":
        """The size of f**exponent; of |f|**exponent when the power is not an integer."""
        sign = self.sign if exponent.q == 1 else 1
        if exponent.q == 1 and exponent.p % 2 == 0:
            sign = abs(sign)
        small, large = (self.upper, self.lower) if exponent < 0 else (self.lower, self.upper)
        return Size(small**exponent if small else None, large**exponent if large else None, sign)

    def scaled(self, low: arb, high: arb) -> "Size":
        """The size of a function between low |f| and high |f|, with the sign of f."""
        one = arb(1)
        lower = self.lower * Rate(low, one) if self.lower else None
        upper = self.upper * Rate(high, one) if self.upper else None
        return Size(lower, upper, self.sign)

    @property
    def at_most(self) -> arb | None:
        """One upper bound for all n >= N."""
        return self.upper.scale if self.upper and self.upper.step <= 1 else None

    @property
    def at_least(self) -> arb | None:
        """One positive lower bound for all n >= N."""
        return self.lower.scale if self.lower and self.lower.step >= 1 else None

    @property
    def vanishes(self) -> bool:
        """Whether f is proved to tend to zero geometrically."""
        return self.upper is not None and bool(self.upper.step < 1)

    def tail(self) -> arb | None:
        """An upper bound of the sum of |f(n)| over n >= N; None if the bounds do not give one."""
        if self.upper is None or not self.upper.step < 1:
            return None
        total = (self.upper.scale / (1 - self.upper.step)).upper()
        return total if total.is_finite() else None


UNKNOWN = Size(None, None)


def constant_size(value: arb) -> Size:
    """The size of a real constant."""
    one = arb(1)
    size = abs(value)
    sign = 1 if value > 0 else -1 if value < 0 else 0
    lower = Rate(arb(size.lower()), one) if sign else None
    return Size(lower, Rate(arb(size.upper()), one), sign)


def bounded(low: arb | int | None, high: arb | int | None, sign: int = 0) -> Size:
    """The size of a function between two constants."""
    one = arb(1)
    return Size(None if low is None else Rate(arb(low), one), None if high is None else Rate(arb(high), one), sign)


def add(sizes: list[Size]) -> Size:
    """The size of a sum: no cancellation for equal signs, and what a dominant part leaves otherwise."""
    if len(sizes) == 1:
        return sizes[0]
    upper = None
    if all(size.upper for size in sizes):
        upper = _plus([size.upper for size in sizes if size.upper])
    sign = sizes[0].sign if all(size.sign == sizes[0].sign for size in sizes) else 0
    if sign:
        candidates = [size.lower for size in sizes if size.lower]
        best = None
        for rate in candidates:
            if best is None or rate.step > best.step or (not best.step > rate.step and rate.scale > best.scale):
                best = rate
        return Size(best, upper, sign)
    for i, size in enumerate(sizes):
        others = [other.upper for j, other in enumerate(sizes) if j != i and other.upper]
        if size.lower is None or len(others) < len(sizes) - 1:
            continue
        rest = _plus(others)
        if size.lower.step >= rest.step and size.lower.scale > rest.scale:
            return Size(Rate(size.lower.scale - rest.scale, size.lower.step), upper, size.sign)
    return Size(None, upper)


def _plus(rates: list[Rate]) -> Rate:
    step = rates[0].step
    for rate in rates[1:]:
        step = step.max(rate.step)
    return Rate(sum((rate.scale for rate in rates), arb(0)), step)


def is_small(size: Size, bound: fmpq | int) -> bool:
    """Whether |f| tends to zero geometrically and is at most the bound from the start."""
    return size.vanishes and size.at_most is not None and bool(size.at_most <= bound)
