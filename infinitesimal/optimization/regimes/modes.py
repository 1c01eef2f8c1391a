"""One curvature under one method: what its multipliers do, decided by exact signs.

On a quadratic loss gradient descent, momentum, Nesterov's and Newton's method treat every eigenvalue of the Hessian by
itself: with h = rate * curvature the error is a combination of powers of the roots t of t**2 - s*t + q, where

- gradient: s = 1 - h, q = 0;
- momentum: s = 1 + beta - h, q = beta;
- Nesterov: s = (1 + beta)*(1 - h), q = beta*(1 - h);
- Newton: as gradient, with the curvature 1.

From the starts of these methods both roots take part, whenever h and beta are not 0 (1 - h is no root then). Both lie
inside the unit circle exactly when abs(q) < 1 and abs(s) < 1 + q. Source: Jury 1964; Polyak 1964; Nesterov 1983.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from flint import fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.optimization.algebraic import RealAlgebraic, identified, real_roots, value_at


class Mode(Enum):
    """What one curvature does: how its share of the error moves."""

    ARRIVES = "arrives in one step"
    MONOTONE = "shrinks without changing sign"
    OSCILLATING = "shrinks and swings"
    ALTERNATING = "keeps its size and changes sign"
    ROTATING = "keeps its size and swings"
    GROWING = "grows like a power of n"
    DIVERGENT = "grows exponentially"


@dataclass(frozen=True)
class Law:
    """How a method with a beta (0 where it has none) turns h into s and q."""

    method: str
    beta: Fraction = Fraction(0)

    @property
    def has_inertia(self) -> bool:
        return self.method in ("momentum", "nesterov") and self.beta != 0

    def coefficients(self, h: Any) -> tuple[Any, Any]:
        """The coefficients s and q at h, which is a number or a polynomial."""
        if not self.has_inertia:
            return 1 - h, 0 * h
        b: Any = to_fmpq(self.beta) if isinstance(h, fmpq_poly) else self.beta
        if self.method == "momentum":
            return 1 + b - h, 0 * h + b
        return (1 - h) * (1 + b), (1 - h) * b

    def thresholds(self) -> list[RealAlgebraic]:
        """The places h > 0, ascending, where the mode changes; all rational but the critical damping of momentum."""
        b, places = self.beta, {Fraction(1), Fraction(2)}
        if self.has_inertia and self.method == "momentum":
            places = {2 * (1 + b)}
            if 0 < b < 1:
                # (1 - sqrt(b))**2 is the smaller root of (1 + b - h)**2 - 4*b
                edge = fmpq_poly([(1 - to_fmpq(b)) ** 2, -2 * (1 + to_fmpq(b)), 1])
                return [real_roots(edge)[0], RealAlgebraic.of(2 * (1 + b))]
        elif self.has_inertia:
            places = {Fraction(1), 1 - 1 / b, 1 + 1 / b}
            if b != -1:
                places.add(((1 - b) / (1 + b)) ** 2)
            if b != Fraction(-1, 2):
                places.add((2 + 2 * b) / (1 + 2 * b))
        return [RealAlgebraic.of(h) for h in sorted(places) if h > 0]

    def mode(self, h: Fraction) -> Mode:
        """The mode at a rational h that is not 0."""
        s, q = self.coefficients(h)
        return mode_of(Fraction(s), Fraction(q))

    def mode_at(self, h: RealAlgebraic) -> Mode:
        """The mode at any h that is not 0: that of the piece between two thresholds, or of the threshold it is."""
        if h.rational is not None:
            return self.mode(h.rational)
        return self.mode_between(h, [0, *self.thresholds()] if h > 0 else [])

    def mode_between(self, h: RealAlgebraic, thresholds: list[Any]) -> Mode:
        if not thresholds:
            return Mode.DIVERGENT  # h < 0: the polynomial is h < 0 at t = 1, so it has a root beyond 1
        below = max(c for c in thresholds if c <= h)
        if below == h:
            return Mode.MONOTONE  # the one irrational threshold: a double root sqrt(beta)
        above = [c for c in thresholds if c > h]
        return self.mode(between(below, above[0] if above else None))

    def radius(self, curvature: RealAlgebraic, rate: Fraction) -> RealAlgebraic:
        """The larger modulus of the two roots, exact."""
        if not self.has_inertia:
            return abs(curvature.scaled(-rate).shifted(Fraction(1)))
        discriminant = self.discriminant_sign(curvature, rate)
        if discriminant < 0:
            if self.method == "momentum":
                return RealAlgebraic.of(self.beta).root()
            return curvature.scaled(-rate).shifted(Fraction(1)).scaled(self.beta).root()
        return abs(self.dominant(curvature, rate))

    def discriminant_sign(self, curvature: RealAlgebraic, rate: Fraction) -> int:
        """1 for two real roots, 0 for a double one, -1 for a complex pair."""
        s, q = self.coefficients(fmpq_poly([0, to_fmpq(rate)]))
        return curvature.sign_of(s * s - 4 * q)

    def dominant(self, curvature: RealAlgebraic, rate: Fraction) -> RealAlgebraic:
        """The real root of larger modulus (the positive one of two that are as large)."""
        s, q = self.coefficients(fmpq_poly([0, to_fmpq(rate)]))
        sign = 1 if curvature.sign_of(s) >= 0 else -1

        def place(bits: int) -> Any:
            x = curvature.ball(bits)
            first, second = value_at(s, x), value_at(q, x)
            square = first * first - 4 * second
            return (first + sign * (square if square > 0 else abs(square)).sqrt()) / 2

        return identified(self.multiplier_polynomial(curvature.polynomial, rate), place)

    def multiplier_polynomial(self, curvatures: fmpq_poly, rate: Fraction) -> fmpq_poly:
        """The polynomial whose roots are the multipliers of the roots of a polynomial p: p(curvature(t)).

        As t**2 - s*t + q is linear in h, h is a quotient of two polynomials in t, which are cleared of fractions.
        """
        t, b = fmpq_poly([0, 1]), to_fmpq(self.beta)
        if not self.has_inertia:
            top, bottom = 1 - t, fmpq_poly([1])
        elif self.method == "momentum":
            top, bottom = (1 + b) * t - t * t - b, t
        else:
            top, bottom = (1 + b) * t - b - t * t, (1 + b) * t - b
        coefficients, bottom = curvatures.coeffs(), bottom * to_fmpq(rate)
        total, power = fmpq_poly([0]), fmpq_poly([1])
        for c in reversed(coefficients):
            total = total * top + power * c
            power *= bottom
        return total


def mode_of(s: Fraction, q: Fraction) -> Mode:
    """What powers of the roots of t**2 - s*t + q do; neither root is 1."""
    if abs(q) > 1 or abs(s) > 1 + q:
        return Mode.DIVERGENT
    if q == 1:
        return Mode.ROTATING if abs(s) < 2 else Mode.GROWING
    if abs(s) == 1 + q:
        return Mode.ALTERNATING
    if s == q == 0:
        return Mode.ARRIVES
    return Mode.MONOTONE if s > 0 and q >= 0 and s * s >= 4 * q else Mode.OSCILLATING


def between(low: Any, high: RealAlgebraic | None) -> Fraction:
    """A rational number strictly between two real algebraic numbers; above the first where there is no second."""
    bits = 32
    while True:
        lower = Fraction(low) if isinstance(low, int) else _near(low, bits)
        upper = lower + 2 if high is None else _near(high, bits)
        middle = (lower + upper) / 2
        if low < middle and (high is None or middle < high):
            return middle
        bits *= 2


def _near(number: RealAlgebraic, bits: int) -> Fraction:
    if number.rational is not None:
        return number.rational
    value = number.ball(bits).mid().fmpq()
    return to_fraction(value)
