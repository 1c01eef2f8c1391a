"""Rational terms summed by partial fractions over the complex roots of the denominator, as balls.

    sum_{n>=N} 1/(n - r)**j = zeta(j, N - r) for j >= 2, and the parts with j = 1, whose coefficients add up to 0,
    give -c psi(N - r) (NIST DLMF 5.7.6, 25.11.1).

It does not matter how far from the first index the roots are.
"""

import sympy
from flint import acb, acb_series, arb, ctx, fmpq, fmpq_poly

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.refinement import refined
from infinitesimal.sums.summands.summand import Summand

MAX_DEGREE = 40


def enclose_rational(a: Summand, bits: int) -> arb | None:
    """A ball around the sum, with relative accuracy `bits` as in `enclose_geometric`; None for other terms.

    >>> enclose_rational(Summand(1 / (n**2 + 10**30), 0), 40).str(10, radius=False)
    '1.570796327e-15'
    """
    if a.parameters or not a.expr.is_rational_function(n):
        return None
    parts = [sympy.Poly(x, n) for x in sympy.fraction(sympy.cancel(sympy.together(a.expr)))]
    if not all(part.domain.is_ZZ or part.domain.is_QQ for part in parts):
        return None
    top, bottom = (fmpq_poly([fmpq(int(c.p), int(c.q)) for c in reversed(part.all_coeffs())]) for part in parts)
    if top.degree() > bottom.degree() - 2 or bottom.degree() > MAX_DEGREE:
        return None
    try:
        return refined(lambda work: _sum(top, bottom, a.start, work), bits)
    except Undecided:
        return None


def _sum(top: fmpq_poly, bottom: fmpq_poly, start: int, bits: int) -> arb | None:
    with ctx.workprec(bits + 64):
        roots = bottom.complex_roots()
        lead = acb(bottom[bottom.degree()])
        total = acb(0)
        for i, (root, power) in enumerate(roots):
            others = [(r, m) for j, (r, m) in enumerate(roots) if j != i]
            for k, c in enumerate(_taylor(top, lead, others, root, power)):
                order = power - k
                place = acb(start) - root
                total += c * (acb(order).zeta(place) if order > 1 else -place.digamma())
        return total.real if total.is_finite() else None


def _taylor(top: fmpq_poly, lead: acb, others: list[tuple[acb, int]], root: acb, length: int) -> list[acb]:
    """The first Taylor coefficients at a root of the term without the powers of that root."""
    cap, ctx.cap = ctx.cap, length
    try:
        line = acb_series([root, 1], prec=length)
        value = acb_series([0], prec=length)
        for k in range(top.degree(), -1, -1):
            value = value * line + acb(top[k])
        for other, power in others:
            for _ in range(power):
                value = value / (line - other)
        value = value / lead
        return [value[k] for k in range(length)]
    finally:
        ctx.cap = cap
