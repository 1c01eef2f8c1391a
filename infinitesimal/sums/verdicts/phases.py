"""Phases e^(i psi): which oscillations average out, and what the sum of a slow one does."""

from dataclasses import dataclass

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import vanishes
from infinitesimal.sums.asymptotics.monomials import (
    INDEX,
    LEVEL,
    ONE,
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
        if compare(k, INDEX) > 0:
            return Phase(theta, m.phase, True)
        if k == INDEX:
            theta = c
        else:
            slow.append((k, c))
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
    """Whether the modulus of the leading terms has a positive mean, so that no cancellation hides their size.

    Terms c e^(i p) are put into one group when the difference of their phases does not average out. The products of
    terms of two groups do, against the common size, so the square of the modulus has at least the mean of
    one group; and abs(F) >= abs(F)**2/max(F). A group of one term has the mean abs(c)**2; one whose
    phases are multiples of a single slow phase u is a sum P(u) of exponentials, almost periodic and not zero, and
    the density of u is monotone. False when no group is of these kinds.
    """
    groups: list[list[Monomial]] = []
    for m, _ in top:
        linked = [group for group in groups if any(not _averages_out(m, k) for k in group)]
        groups = [group for group in groups if group not in linked] + [[m, *(k for group in linked for k in group)]]
    return any(len(group) == 1 or _multiples_of_one_phase(group) for group in groups)


def _averages_out(m: Monomial, k: Monomial) -> bool:
    """Whether the sums of size * e^(i (p - q)) are small against those of the size, p and q the phases of m and k.

    They are if p - q is equidistributed; by parts (Dirichlet) for an angle and a slow phase; and with the integral
    for a slow phase alone, whose oscillation has the size of size/(p - q)'.
    """
    difference = phase_of(times(Monomial((), UNIT.powers, m.phase), to_power(Monomial((), UNIT.powers, k.phase), -ONE)))
    if difference.wild:
        return equidistributed(difference.slow)
    if difference.theta != 0:
        return True
    if not difference.slow:
        return False
    return equidistributed(difference.slow) or compare(m.size, derivative_size(difference.slow[0][0])) <= 0


def _multiples_of_one_phase(group: list[Monomial]) -> bool:
    """Whether all phases, taken from the first one, are real multiples of one slow phase."""
    phases = [phase_of(m) for m in group]
    if any(p.wild or p.theta != phases[0].theta for p in phases):
        return False
    if len({p.slow for p in phases}) < len(phases):
        return False
    slow = [p.slow for p in phases if p.slow]
    unit = [(m, c / slow[0][0][1]) for m, c in slow[0]] if slow else []
    for phase in slow:
        scale = phase[0][1]
        if [m for m, _ in phase] != [m for m, _ in unit]:
            return False
        if not all(vanishes(sympy.expand(c - scale * x)) for (_, c), (_, x) in zip(phase, unit, strict=True)):
            return False
    return True


def equidistributed(phase: Large) -> bool:
    """Whether the phase over 2 pi is equidistributed modulo 1 with its growth below a power of n.

    It is if and only if its distance from every polynomial with rational coefficients outgrows log(n)
    (M. Boshernitzan, "Uniform distribution and Hardy fields", 1994). An algebraic number over pi is irrational.
    """
    if not phase or phase[0][0].exponent:
        return False
    for m, c in phase:
        polynomial = not m.exponent and m.powers[0].is_Integer and not any(m.powers[1:])
        if polynomial and not c.is_Rational:
            if (c / sympy.pi).is_Rational:
                continue
            if not (c.is_algebraic or (c / sympy.pi).is_irrational):
                raise Undecided(f"whether {c}/pi is rational is not known")
        return compare(m, LEVEL[1]) > 0
    return False


def bounded_by_parts(m: Monomial) -> bool:
    """Whether a term with an angle, a slow phase p and a size that tends to 0 has a convergent series.

    By repeated summation by parts (Euler's transform) it has when size * p'**k is summable for some k: the other
    terms of the k-th derivative have a derivative of the size or a second one of p, which are integrable.
    """
    phase = phase_of(m)
    if not phase.slow:
        return True
    speed, smooth = derivative_size(phase.slow[0][0]), m.size
    for _ in range(SMOOTHINGS):
        smooth = times(smooth, speed)
        if summable(smooth):
            return True
    return False


def require_convergence(m: Monomial) -> None:
    """Nothing for a term with an angle that `bounded_by_parts` settles, else `Undecided`."""
    if not bounded_by_parts(m):
        raise Undecided(f"the phase of {describe(m)} drifts too fast for Dirichlet's test")


def oscillation(m: Monomial) -> Monomial:
    """The size of the partial sums of a term with a slow phase alone: size/p', to which its integral is equal."""
    speed = derivative_size(phase_of(m).slow[0][0])
    smooth = m.size
    for _ in range(SMOOTHINGS):
        smooth = times(smooth, speed)
        if summable(smooth):
            return times(m.size, to_power(speed, -ONE))
    raise Undecided(f"the phase of {describe(m)} is too fast to compare the sum with its integral")
