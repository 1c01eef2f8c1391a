"""Rigorous ball arithmetic, on Arb: every ball contains the exact value."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar

from flint import arb, ctx

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError
from infinitesimal.interval import Interval
from infinitesimal.rational import rational
from infinitesimal.truth import Truth

MAX_EXPONENT = 100_000
"""Balls with ends beyond 2**MAX_EXPONENT are as good as infinite."""


NARROW_RADIUS = arb(2) ** -10
"""Above this radius a monotone function is taken at both ends: a linear bound would be loose."""


def _increasing(f: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """An increasing function on balls, by the values at the ends of wide ones."""
    return lambda x: f(x) if x.rad() < NARROW_RADIUS else f(x.lower()).union(f(x.upper()))


def _softplus(x: arb) -> arb:
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()


def _logistic(x: arb) -> arb:
    if x > 0:
        return 1 / (1 + (-x).exp())
    e = x.exp()  # relative precision where the value is small
    return e / (1 + e)


def _even(f: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """An even function that increases from 0 on, by its values at the ends of wide balls."""
    return lambda x: f(x) if x.rad() < NARROW_RADIUS else f(x.abs_lower()).union(f(x.abs_upper()))


def narrow_power(x: arb, k: int) -> arb:
    """x**k for an integer k by squarings; flint's own power is not finite on a ball around 0."""
    if k < 0:
        return 1 / narrow_power(x, -k)
    result = arb(1)
    while k:
        if k & 1:
            result = result * x
        k >>= 1
        x = x * x if k else x
    return result


def power(x: arb, k: int) -> arb:
    """x**k for an integer k; of a wide ball the ends are taken, so that an even power is not negative."""
    if 0 <= k < 2 or x.rad() < NARROW_RADIUS:
        return narrow_power(x, k)
    if k < 0 and x.contains(0):
        return arb("nan")
    ends = (x.abs_lower(), x.abs_upper()) if k % 2 == 0 else (x.lower(), x.upper())
    return narrow_power(ends[0], k).union(narrow_power(ends[1], k))


def _relu(x: arb) -> arb:
    return x if x > 0 else arb(0) if x <= 0 else arb(0).union(x.upper())


def _between(x: arb, below: int, above: int) -> arb:
    """A step from `below` to `above` at 0, where it is 0."""
    return arb(above) if x > 0 else arb(below) if x < 0 else arb(0) if x == 0 else arb(below).union(arb(above))


NARROW: Mapping[str, Callable[..., arb]] = MappingProxyType(
    {
        **{name: getattr(arb, name) for name in ("exp", "log", "sqrt", "sinh", "cosh", "tanh", "atan")},
        **{name: getattr(arb, name) for name in ("sin", "cos", "tan")},
        "softplus": _softplus,
        "logistic": _logistic,
        "Abs": abs,
        "relu": _relu,
        "sign": lambda x: _between(x, -1, 1),
        "heaviside": lambda x: _between(x, 0, 1),
    }
)
"""The functions of losses on balls, tight on narrow ones."""

FUNCTIONS: Mapping[str, Callable[..., arb]] = MappingProxyType(
    dict(NARROW)
    | {name: _increasing(NARROW[name]) for name in ("exp", "log", "sqrt", "sinh", "tanh", "atan")}
    | {name: _increasing(NARROW[name]) for name in ("softplus", "logistic")}
    | {"cosh": _even(arb.cosh)}
)
"""The functions of losses on balls, tight on wide ones too."""


@dataclass(frozen=True, slots=True)
class Balls:
    """Balls with midpoints of `bits` bits. A comparison of overlapping balls is `UNKNOWN`.

    >>> export = balls(53).export(balls(53).const(Fraction(1, 3)))
    >>> Fraction(1, 3) in export, export.width < Fraction(1, 10**15)
    (True, True)
    """

    bits: int

    infix: ClassVar[Mapping[str, str]] = MappingProxyType({})  # the precision of flint's operators is global
    exact = False

    @property
    def name(self) -> str:
        return f"balls({self.bits})"

    def _compute(self, operation: str, *args: Any) -> arb:
        with ctx.workprec(self.bits):
            return getattr(arb, operation)(*args)

    def const(self, value: Fraction) -> arb:
        with ctx.workprec(self.bits):
            return arb(to_fmpq(value))

    def embed(self, value: object) -> arb:
        if isinstance(value, arb):
            return value
        if isinstance(value, Interval):
            with ctx.workprec(self.bits):
                return self.const(value.lower).union(self.const(value.upper))
        return self.const(rational(value))

    def export(self, element: arb) -> Interval:
        """The interval of the ball, exact. Raises `InputError` for a ball that contains infinity."""
        if not self.is_known(element):
            raise InputError("the ball is infinite or immense, as after dividing by one around 0: take more bits")
        middle, radius = _dyadic(element.mid()), _dyadic(element.rad())
        return Interval(middle - radius, middle + radius)

    def is_known(self, element: arb) -> bool:
        """Whether the ball is finite, and its numbers are of a size that can be written down."""
        return bool(element.is_finite()) and all(
            abs(int(part.man_exp()[1])) < MAX_EXPONENT for part in (element.mid(), element.rad())
        )

    def add(self, a: arb, b: arb) -> arb:
        return self._compute("__add__", a, b)

    def sub(self, a: arb, b: arb) -> arb:
        return self._compute("__sub__", a, b)

    def mul(self, a: arb, b: arb) -> arb:
        return self._compute("__mul__", a, b)

    def div(self, a: arb, b: arb) -> arb:
        return self._compute("__truediv__", a, b)

    def neg(self, a: arb) -> arb:
        return self._compute("__neg__", a)

    def pow(self, a: arb, k: int) -> arb:
        with ctx.workprec(self.bits):
            return power(a, k)

    def function(self, name: str, *args: arb) -> arb:
        """A function of losses on a ball. Raises `InputError` for a function that balls do not have here."""
        if name not in FUNCTIONS:
            raise InputError(f"{name} is not a function of losses: those are {', '.join(sorted(FUNCTIONS))}")
        with ctx.workprec(self.bits):
            return FUNCTIONS[name](*args)

    def equal(self, a: arb, b: arb) -> Truth:
        if not a.overlaps(b):
            return Truth.FALSE
        return Truth.of(True) if a.is_exact() and b.is_exact() and a.is_finite() else Truth.UNKNOWN

    def less(self, a: arb, b: arb) -> Truth:
        if a < b:
            return Truth.TRUE
        return Truth.FALSE if a >= b else Truth.UNKNOWN

    def integer(self, k: int) -> arb:
        return self.const(Fraction(k))

    def upper_bound(self, value: Fraction) -> arb:
        return self.const(value)

    def key(self, element: arb) -> Hashable:
        """Exact balls by their value; others equal only themselves, since overlap proves nothing."""
        return _dyadic(element.mid()) if element.is_exact() and element.is_finite() else id(element)

    def element_exact(self, element: arb) -> Fraction | None:
        return _dyadic(element.mid()) if element.is_exact() and element.is_finite() else None

    def __repr__(self) -> str:
        return self.name


def balls(bits: int) -> Balls:
    """Ball arithmetic with `bits` bits of precision, 2 to 10 million."""
    if not isinstance(bits, int) or isinstance(bits, bool) or not 2 <= bits <= 10_000_000:
        raise InputError(f"{bits!r} is not a number of bits: give an integer from 2 to 10000000, such as balls(128)")
    return Balls(bits)


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    m, e = int(mantissa), int(exponent)
    return Fraction(m << e) if e >= 0 else Fraction(m, 1 << -e)
