"""The rates of a method cut into intervals, on each of which one regime holds. The borders are exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from infinitesimal.optimization.algebraic import RealAlgebraic, identified
from infinitesimal.optimization.regimes.curvatures import Curvatures
from infinitesimal.optimization.regimes.modes import Law, Mode, between

CONVERGENT = (
    "at rest", "one step", "finite", "monotone", "oscillating", "superlinear", "zigzag", "converging", "stops short",
)  # fmt: skip
"""The names of the regimes that converge."""


@dataclass(frozen=True, repr=False)
class RateInterval:
    """An interval of rates, or a single one. Its ends are exact, and None stands for no upper end.

    >>> piece = RateInterval(RealAlgebraic.of(0), RealAlgebraic.of(Fraction(1, 9)), False, True)
    >>> piece, Fraction(1, 9) in piece, 0 in piece
    ((0, 1/9], True, False)
    """

    low: RealAlgebraic
    high: RealAlgebraic | None
    includes_lower: bool = False
    includes_upper: bool = False

    @property
    def lower(self) -> Any:
        """The lower end: a `Fraction`, or a SymPy expression for an irrational number."""
        return self.low.value

    @property
    def upper(self) -> Any:
        """The upper end; None where every larger rate belongs to the interval."""
        return None if self.high is None else self.high.value

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    def __contains__(self, rate: object) -> bool:
        if not isinstance(rate, int | Fraction):
            return False
        above = self.low < rate or (self.includes_lower and self.low == rate)
        return above and (self.high is None or self.high > rate or (self.includes_upper and self.high == rate))

    def __str__(self) -> str:
        if self.is_point:
            return f"{{{_text(self.low)}}}"
        end = "oo" if self.high is None else _text(self.high)
        return f"{'[' if self.includes_lower else '('}{_text(self.low)}, {end}{']' if self.includes_upper else ')'}"

    __repr__ = __str__


def _text(end: RealAlgebraic) -> str:
    return str(end) if end.degree != 2 else str(end.value)


def name_of(modes: Iterable[Mode], curvatures: Curvatures, law: Law) -> str:
    """The name of the regime in which the excited positive curvatures have these modes."""
    found = set(modes)
    if found & {Mode.DIVERGENT, Mode.GROWING}:
        return "divergent"
    if law.method != "newton":
        if len(curvatures.rising) < len(curvatures.excited):
            return "saddle" if curvatures.is_indefinite else "divergent"
        if curvatures.drifts:
            settles = not found & {Mode.ALTERNATING, Mode.ROTATING} and not (law.has_inertia and abs(law.beta) >= 1)
            return "constant drift" if settles else "divergent"
    if not found:
        return "at rest"
    for mode, name in ((Mode.ROTATING, "bounded"), (Mode.ALTERNATING, "two-cycle")):
        if mode in found:
            return name
    if found == {Mode.ARRIVES}:
        return "one step"
    return "oscillating" if Mode.OSCILLATING in found else "monotone"


def name_at(rate: Fraction, curvatures: Curvatures, law: Law) -> str:
    """The name of the regime at one rational rate."""
    return name_of([law.mode_at(c.scaled(rate)) for c in deciding(curvatures, law)], curvatures, law)


def deciding(curvatures: Curvatures, law: Law) -> list[RealAlgebraic]:
    """The positive curvatures that decide: the smallest, the two largest; for momentum the largest.

    Along h the modes get worse from some place on and, for a large beta, better up to some place, so that the ends
    decide, but for the single place h = 1 where the error of one curvature vanishes and the next one decides.
    """
    if law.method == "newton":
        return [RealAlgebraic.of(1)] if curvatures.excited else []
    rising = curvatures.rising
    if law.method == "momentum" and law.has_inertia:
        return list(rising[-1:])
    return list(dict.fromkeys([*rising[:1], *rising[-2:]]))


def partition(curvatures: Curvatures, law: Law) -> tuple[tuple[RateInterval, str], ...]:
    """All positive rates in ascending order, as intervals with the name of the regime on each."""
    values, thresholds = deciding(curvatures, law), law.thresholds()
    borders: dict[RealAlgebraic, str] = {}
    for value in values:
        for h in thresholds:
            modes = [_mode_at_border(h, value, other, thresholds, law) for other in values]
            borders[_quotient(h, value)] = name_of(modes, curvatures, law)
    pieces: list[tuple[RateInterval, str]] = []
    low = RealAlgebraic.of(0)
    for border in sorted(borders):
        inner = name_at(between(low, border), curvatures, law)
        pieces += [(RateInterval(low, border), inner), (RateInterval(border, border, True, True), borders[border])]
        low = border
    pieces.append((RateInterval(low, None), name_at(between(low, None), curvatures, law)))
    merged = pieces[:1]
    for piece, name in pieces[1:]:
        last, before = merged[-1]
        if name == before:
            merged[-1] = (RateInterval(last.low, piece.high, last.includes_lower, piece.includes_upper), name)
        else:
            merged.append((piece, name))
    return tuple(merged)


def _mode_at_border(
    h: RealAlgebraic, value: RealAlgebraic, other: RealAlgebraic, thresholds: list[RealAlgebraic], law: Law
) -> Mode:
    """The mode of a curvature at the rate h/value: where h*other/value lies among the thresholds."""
    if h.rational is None or other == value:
        return Mode.MONOTONE if h.rational is None else law.mode(h.rational)
    place = other.scaled(h.rational)
    rationals = [c.rational for c in thresholds if c.rational is not None]
    below: Fraction | None = None
    above: Fraction | None = None
    for c in rationals:
        border = value.scaled(c)
        if border == place:
            return law.mode(c)
        if border < place:
            below = c
        elif above is None:
            above = c
    return law.mode(between(RealAlgebraic.of(below or 0), None if above is None else RealAlgebraic.of(above)))


def _quotient(h: RealAlgebraic, value: RealAlgebraic) -> RealAlgebraic:
    """h/value, for positive numbers, one of them rational or h of degree 2."""
    if h.rational is not None:
        return value.inverse().scaled(h.rational)
    if value.rational is not None:
        return h.scaled(1 / value.rational)
    product, total = (fmpq(c) / h.key[2] for c in (h.key[0], -h.key[1]))
    # x/h over the two conjugates of h: 1/h = (total - h)/product, so powers of 1/h are u + v*h
    u, v = fmpq(1), fmpq(0)
    plain, conjugate = [], []
    for c in value.inverse().key:
        plain.append(c * u)
        conjugate.append(c * v)
        u, v = (u * total + v * product) / product, -u / product
    p, q = fmpq_poly(plain), fmpq_poly(conjugate)
    return identified(p * p + p * q * total + q * q * product, lambda bits: h.ball(bits) / value.ball(bits))
