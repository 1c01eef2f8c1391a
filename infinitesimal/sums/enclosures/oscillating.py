"""Sums of e^(i theta n) times members of the scale over n >= N, by Euler's transform with its exact rest.

    sum_{m>=0} z^m f(N+m) = sum_{k<K} z^k (1-z)^(-k-1) D^k f(N) + (z/(1-z))^K sum_{m>=0} z^m D^K f(N+m)

for z = e^(i theta) != 1, f -> 0 and D the forward difference (Knopp, *Theory and Application of Infinite
Series*, section 33). D^K f(x) is f^(K) averaged over [x, x + K], so that Cauchy's estimate bounds the rest.
"""

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import sympy
from flint import acb, arb, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.expansion import restart_later
from infinitesimal.sums.asymptotics.scale import Monomial, Scale
from infinitesimal.sums.enclosures import small_angles
from infinitesimal.sums.enclosures.euler_maclaurin import truncation
from infinitesimal.sums.summands.coefficients import Coefficient, ball, exact

MOST_DIFFERENCES = 600

NEAR_ONE = arb(1) / 2
"""For a z as near to 1 as that the differences decrease too slowly."""


def tail(angle: sympy.Expr, terms: Mapping[Monomial, Coefficient], scale: Scale, offset: arb, bits: int) -> acb:
    """The sum over n >= N of terms of one angle that is not 0 mod 2 pi, at the precision in scope.

    Raises `Undecided` for terms that do not tend to 0.

    >>> from infinitesimal.sums.asymptotics.scale import Scale
    >>> inverse = {Monomial(sympy.pi, 1, 0, 0): fmpq(1)}
    >>> tail(sympy.pi, inverse, Scale(40), arb(0), 53).real.str(10, radius=False)
    '0.01265620123'
    """
    theta = ball(exact(angle)).real
    z = acb(0, theta).exp()
    if not abs(1 - z) > 0:
        raise Undecided(f"the angle {angle} cannot be told from a multiple of 2 pi")
    for m in terms:
        if not vanishes(m, scale, offset):
            raise Undecided("an oscillating part of the term is not shown to tend to zero")
    if abs(1 - z) < NEAR_ONE:
        turns = (theta / (2 * arb.pi()) + arb(1) / 2).floor()
        return small_angles.tail(theta - 2 * arb.pi() * turns, terms, scale, offset, bits)
    count, rest = truncation(terms, scale, offset, bits, partial(_factor, abs(1 - z)), MOST_DIFFERENCES)
    if not rest.is_finite():
        restart_later(scale)
    total = acb(0)
    scale.check_time()
    values = [_value(terms, scale, offset, scale.first + k) for k in range(count)]
    weight = 1 / (1 - z)
    step = z * weight
    for _ in range(count):
        total += weight * values[0]
        values = [right - left for left, right in pairwise(values)]
        weight *= step
    return (total + acb(arb(0, rest), arb(0, rest))) * acb(0, theta * scale.first).exp()


def _factor(distance: arb, order: int) -> arb:
    return arb(order + 1).gamma() / distance**order


def vanishes(m: Monomial, scale: Scale, offset: arb) -> bool:
    """Whether the modulus of the monomial tends to 0."""
    if not offset.is_zero():
        return bool(fmpq(m.s, scale.mesh) + offset > 0)
    return m[1:] > (0, 0, 0)


def _value(terms: Mapping[Monomial, Coefficient], scale: Scale, offset: arb, index: int) -> acb:
    """The sum of the terms at an index without their oscillation."""
    log_x = arb(index).log()
    log = log_x + ball(exact(scale.shift)).real
    total = acb(0)
    for m, c in terms.items():
        exponent = -log_x * (arb(fmpq(m.s, scale.mesh)) + offset)
        if m.a:
            exponent -= log.log() * fmpq(m.a, scale.mesh)
        if m.b:
            exponent -= log.log().log() * fmpq(m.b, scale.mesh)
        total += ball(c) * exponent.exp()
    return total
