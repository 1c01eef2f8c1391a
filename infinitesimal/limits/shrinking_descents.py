"""Limits of gradient descent on a polynomial in one variable where it shrinks without a rate, as at a flat minimum.

With a rational zero p of f' and h(x) = rate*f'(x)/(x - p), a polynomial, the step is x - p -> (1 - h)(x - p). If 0 < h
< 2 on [p - a, p + a] without p, every step from there comes nearer to p; if 0 < h <= 1 on one side, it stays on that
side. The distances decrease, and by continuity their limit is 0: at a larger one the step would still come nearer. No
bound of h away from 0 and 2 at p itself is needed, so x**4, x**3 from above, and a rate of 2/f''(p) are decided too.
"""

from fractions import Fraction
from itertools import islice

from flint import ctx, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.optimization.algebraic import real_roots
from infinitesimal.optimization.convergence.mean_value import walk
from infinitesimal.optimization.dyadics import interval
from infinitesimal.optimization.polynomials import polynomial_of
from infinitesimal.recurrences.descents import Descent

_BITS = 192
_LOOKS = (0, 1, 3, 10, 30, 100, 300)


def shrinking_limit(descent: Descent) -> dict[str, Fraction] | None:
    """The rational stationary point that the theorem takes the descent to; None where it does not apply.

    >>> from infinitesimal.recurrences.descents import descent
    >>> shrinking_limit(descent("x**4", 1, "1/10")), shrinking_limit(descent("x**4", 1, 1))
    ({'x': Fraction(0, 1)}, None)
    """
    loss, rate = polynomial_of(descent.loss), descent.fixed_rate
    if loss is None or rate is None or descent.method not in ("gradient", "coordinate"):
        return None
    (name,), slope = descent.loss.names, loss.derivative()
    points = [to_fraction(-f[0] / f[1]) for f, _ in slope.factor()[1] if f.degree() == 1]
    with ctx.workprec(_BITS):
        states, done = walk(descent.recurrence), 0
        for look in _LOOKS if points else ():
            state = next(islice(states, look - done, None), None)
            done = look + 1
            if state is None:
                return None
            where = interval(state[0])
            for p in sorted(points, key=lambda p: abs(where.middle - p)):
                h = slope * to_fmpq(rate) / fmpq_poly([-to_fmpq(p), 1])
                if _attracts(h, p, where.lower, where.upper):
                    return {name: p}
    return None


def _attracts(h: fmpq_poly, p: Fraction, low: Fraction, high: Fraction) -> bool:
    """Whether one of the two conditions holds for every start in [low, high]."""
    far = high if p < low else low
    if not low <= p <= high and _is_positive(h, p, far) and _is_positive(1 - h, p, far, at_end=False):
        return True
    reach = max(abs(high - p), abs(low - p))
    return all(_is_positive(g, p, end) for g in (h, 2 - h) for end in (p - reach, p + reach))


def _is_positive(g: fmpq_poly, p: Fraction, end: Fraction, at_end: bool = True) -> bool:
    """Whether a polynomial is positive between p and `end`, and at the end too, or at least not negative there."""
    if p == end:
        return True
    low, high = sorted((p, end))
    last = g(to_fmpq(end))
    if last < 0 or (at_end and last == 0) or g(to_fmpq((low + high) / 2)) <= 0:
        return False
    return not any(low < root < high for root in real_roots(g))
