"""Phases e^(i psi): which oscillations average out, and what the sum of a slow one does."""

from dataclasses import dataclass

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.germ_constants import vanishes
from infinitesimal.sums.monomials import (
    INDEX,
    LEVEL,
    UNIT,
    Large,
    Monomial,
    compare,
    describe,
    log_parts,
    summable,
    times,
    to_power,
)

SMOOTHINGS = 12
"""How many terms of Euler and Maclaurin are tried for a slow phase."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase theta n + slow: the angle for each step, and the part whose derivative tends to 0."""

    theta: sympy.Expr
    slow: Large
    wild: bool

    @property
    def tame(self) -> bool:
        return not self.wild and not self.slow


def phase_of(m: Monomial) -> Phase:
    theta, slow = sympy.S.Zero, []
    for k, c in m.phase:
        side = compare(k, INDEX)
        if side > 0:
            return Phase(theta, m.phase, True)
        if k == INDEX:
            theta = c
        elif side < 0:
            slow.append((k, c))
        else:
            return Phase(theta, m.phase, True)
    if theta != 0 and vanishes(sympy.sin(theta / 2)):
        theta = sympy.S.Zero
    return Phase(theta, tuple(slow), False)


def derivative_size(m: Monomial) -> Monomial:
    """The size of the derivative of a monomial that tends to infinity: m (log m)', down to n and its logarithms."""
    if m in LEVEL:
        depth = LEVEL.index(m)
        size = UNIT
        for level in LEVEL[:depth]:
            size = times(size, to_power(level, sympy.S.NegativeOne))
        return size
    return times(m, derivative_size(log_parts(m)[0][0]))


def positive_mean(top: Large) -> bool:
    """Whether the modulus of the leading terms has a positive mean, so that no cancellation hides their size."""
    phases = [phase_of(m) for m, _ in top]
    if all(p.tame for p in phases):
        angles = [p.theta for p in phases]
        return all(not vanishes(sympy.sin((s - t) / 2)) for i, s in enumerate(angles) for t in angles[:i])
    if len(top) > 2 or (len(top) == 2 and top[0][0].phase != tuple((m, -c) for m, c in top[1][0].phase)):
        return len(top) == 2 and _half_turn_pair(top)
    return all(not p.wild or _equidistributed(p.slow) for p in phases)


def _half_turn_pair(top: Large) -> bool:
    """Pi n + psi and pi n - psi: a conjugate pair, since an angle of pi is its own opposite."""
    one, other = (phase_of(m) for m, _ in top)
    return not one.wild and one.theta == other.theta == sympy.pi and one.slow == tuple((m, -c) for m, c in other.slow)


def _equidistributed(phase: Large) -> bool:
    """A polynomial phase with an irrational coefficient over 2 pi beyond the constant (Weyl 1916)."""
    pure = all(not m.exponent and m.powers[0].is_Integer and not any(m.powers[1:]) for m, _ in phase)
    return pure and any(c.is_Rational for _, c in phase)


def require_bounded_variation(m: Monomial) -> None:
    """Dedekind's form of Dirichlet's test: the slow part of the phase has to be of bounded variation."""
    phase = phase_of(m)
    if phase.slow and not summable(times(m.size, derivative_size(phase.slow[0][0]))):
        raise Undecided(f"the phase of {describe(m)} drifts too fast for Dirichlet's test")


def slow_phase_converges(m: Monomial) -> bool:
    speed = derivative_size(phase_of(m).slow[0][0])
    smooth = m.size
    for _ in range(SMOOTHINGS):
        smooth = times(smooth, speed)
        if summable(smooth):
            return compare(m.size, speed) < 0
    raise Undecided(f"the phase of {describe(m)} is too fast to compare the sum with its integral")
