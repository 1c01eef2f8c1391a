"""Gradient descent on a polynomial in one variable that keeps its direction: where it leads, proved over Q.

With T(x) = x - rate*f'(x) and a point where f' > 0 (f' < 0 by reflection):

- if f' has no root below the point, T moves every point of (-oo, x] down; a limit would be a root, so it runs away;
- if z is the largest root below it and T' >= 0 on [z, x], then T is increasing there with the fixed point z, so that
  z < T(y) < y: the iterates fall to the only fixed point that is left, which is z, and never reach it.

Both are decided by real roots of polynomials over the rationals, also where f''(z) = 0 and no contraction exists.
"""

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.optimization.algebraic import RealAlgebraic, identified, irreducible_factors, real_roots, value_at
from infinitesimal.optimization.dyadics import interval


@dataclass(frozen=True)
class Basin:
    """Where a stretch of starts leads without a turn: down (side -1) or up (1), to `limit`, or for ever (None)."""

    side: int
    limit: RealAlgebraic | None


def basin(p: fmpq_poly, rate: Fraction, low: Fraction, high: Fraction) -> Basin | None:
    """Where gradient descent on p leads from every point of [low, high]; None where it may turn, or one is at rest.

    >>> basin(fmpq_poly([0, 0, 0, 0, 1]), Fraction(1, 16), Fraction(1), Fraction(1)).limit  # x**4, flat at its minimum
    0
    >>> basin(fmpq_poly([0, 0, 0, 1]), Fraction(1), Fraction(-2), Fraction(-1))  # x**3 below 0
    Basin(side=-1, limit=None)
    """
    slope = p.derivative()
    if slope.degree() < 1:
        return None
    roots = real_roots(slope)
    if any(low <= root <= high for root in roots):
        return None
    side = -1 if slope(to_fmpq(low)) > 0 else 1
    ahead = [root for root in roots if (root < low if side < 0 else root > high)]
    if not ahead:
        return Basin(side, None)
    goal = ahead[-1] if side < 0 else ahead[0]
    far = high if side < 0 else low
    return Basin(side, goal) if _is_increasing(p, rate, goal, far) else None


def _is_increasing(p: fmpq_poly, rate: Fraction, goal: RealAlgebraic, far: Fraction) -> bool:
    """Whether 1 - rate*p'' is not negative between a root of p' and a rational point."""
    factor = 1 - to_fmpq(rate) * p.derivative().derivative()
    inside = [z for f, k in _factors(factor) if k % 2 for z in real_roots(fmpq_poly(f)) if _between(z, goal, far)]
    if inside:
        return False
    sample = _sample(goal, far)
    while factor(sample) == 0:
        sample = (sample + to_fmpq(far)) / 2
    return bool(factor(sample) > 0)


def _factors(p: fmpq_poly) -> list[tuple[fmpq_poly, int]]:
    return irreducible_factors(p) if p.degree() > 0 else []


def _between(z: RealAlgebraic, goal: RealAlgebraic, far: Fraction) -> bool:
    return goal < z < far if goal < far else far < z < goal


def _sample(goal: RealAlgebraic, far: Fraction) -> fmpq:
    """A rational strictly between a number and a rational that differs from it."""
    bits = 64
    while True:
        side = interval(goal.ball(bits))
        if not side.lower <= far <= side.upper:
            return to_fmpq(((side.upper if goal < far else side.lower) + far) / 2)
        bits *= 2


def multiplier_at(p: fmpq_poly, rate: Fraction, place: RealAlgebraic) -> RealAlgebraic:
    """The number 1 - rate*p''(z) at an algebraic number z, exact.

    It is a root of the characteristic polynomial of the same polynomial in the companion matrix of z.

    >>> multiplier_at(fmpq_poly([0, 0, -1, 0, 1]), Fraction(1, 10), real_roots(fmpq_poly([0, -2, 0, 4]))[2])
    3/5
    """
    factor = 1 - to_fmpq(rate) * p.derivative().derivative()
    if place.rational is not None:
        return RealAlgebraic.of(to_fraction(factor(to_fmpq(place.rational))))
    size, key = place.degree, place.key
    companion = fmpq_mat(size, size)
    for i in range(size):
        companion[i, size - 1] = fmpq(-key[i], key[size])
        if i:
            companion[i, i - 1] = fmpq(1)
    total = fmpq_mat(size, size)
    for c in reversed(factor.coeffs()):
        total = total * companion
        for i in range(size):
            total[i, i] += c
    return identified(fmpq_poly(total.charpoly()), lambda bits: value_at(factor, place.ball(bits)))
