"""Proofs that gradient descent in one variable converges from every start in an interval.

Let f'(lo) < 0 < f'(hi) and 0 < f'' < 2/rate on [lo, hi]; then |1 - rate*f''| is below 1 there, and one point of it is
stationary. An iterate that stays in the interval gets closer by the factor sup |1 - rate*f''|. All of them stay if
f'' <= 1/rate, since the step then increases and fixes that point; or if the step maps the interval into itself; or if
the bounds hold on an interval around it that is symmetric about the minimum. Source: Banach's theorem.
"""

from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import Undecided
from infinitesimal.interval import Interval
from infinitesimal.optimization.ball_programs import BallFunction, ball_function
from infinitesimal.optimization.convergence.contraction_records import Contraction, decimal, hypothesis, short
from infinitesimal.optimization.convergence.hessians import hessian_range
from infinitesimal.optimization.convergence.interval_newton import CertifiedMinimum, certified_minimum
from infinitesimal.optimization.dyadics import fraction
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.truth import Truth

_BITS = 160
_PIECES = 64
_BISECTIONS = 40


def on_interval(descent: Descent, low: Fraction, high: Fraction) -> Contraction:
    """The theorem on [low, high], every hypothesis with its numbers.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = on_interval(descent("exp(x) - 2*x", rate="1/4"), Fraction(-1), Fraction(2))
    >>> found.truth, found.bound(0) < Fraction(17, 10)
    (Truth.TRUE, True)
    """
    (name,), rate = descent.loss.names, descent.fixed_rate
    assert rate is not None
    curvature = hessian_range(descent.loss, {name: (low, high)})
    if curvature is None:
        return Contraction(
            Truth.UNKNOWN, f"the second derivative is not finite on [{show(low)}, {show(high)}], or has a kink"
        )
    with ctx.workprec(_BITS):
        slope = ball_function((descent.loss.gradient[name],), (name,))
        below, above = slope(arb(to_fmpq(low)))[0], slope(arb(to_fmpq(high)))[0]
    hypotheses = (
        hypothesis(
            bool(below < 0 and above > 0),
            f"f' < 0 at {show(low)} and f' > 0 at {show(high)}",
            f"{short(below)} and {short(above)}",
        ),
        hypothesis(curvature.lower > 0, "f'' > 0 on the interval", f"f'' >= {decimal(curvature.lower)}"),
        hypothesis(
            curvature.upper * rate < 2,
            f"rate*f'' < 2, with rate {show(rate)}",
            f"f'' <= {decimal(curvature.upper)}",
        ),
    )
    failed = next((h for h in hypotheses if h.truth is not Truth.TRUE), None)
    if failed is not None:
        return Contraction(Truth.UNKNOWN, f"not proved on the interval: {failed.text}", hypotheses=hypotheses)
    found = _only_minimum(descent.loss, slope, low, high)
    if found is None:
        return Contraction(Truth.UNKNOWN, "the minimum in the interval is not certified", hypotheses=hypotheses)
    place = found.place[name]
    reach = max(high - place.lower, place.upper - low)
    region = Interval(low, high)
    if curvature.upper * rate > 1 and not _stays(slope, rate, low, high):
        region = Interval(place.lower - reach, place.upper + reach)
        wider = hessian_range(descent.loss, {name: (region.lower, region.upper)})
        if wider is None or wider.lower <= 0 or wider.upper * rate >= 2:
            inner = min(high - place.upper, place.lower - low)
            return Contraction(
                Truth.UNKNOWN,
                "the step may leave the interval: it contracts for every start within "
                f"{decimal(inner)} of the minimum; give such a box",
                hypotheses=hypotheses,
            )
        curvature = wider
    factor = max(abs(1 - rate * curvature.lower), abs(1 - rate * curvature.upper))
    reason = f"|x_n - x*| <= {decimal(factor)}**n |x_0 - x*| from every start in the interval"
    return Contraction(
        Truth.TRUE, reason, factor, 0, reach, found.place, {name: region}, "the absolute value", hypotheses
    )


def _only_minimum(loss: Loss, slope: BallFunction, low: Fraction, high: Fraction) -> CertifiedMinimum | None:
    """The one minimum between two places, of which the search begins close to it; None where another one is found."""
    (name,), left, right = loss.names, low, high
    with ctx.workprec(_BITS):
        for _ in range(_BISECTIONS):
            middle = (left + right) / 2
            at = slope(arb(to_fmpq(middle)))[0]
            if at < 0:
                left = middle
            elif at > 0:
                right = middle
            else:
                break
    try:
        found = certified_minimum(loss, {name: (left + right) / 2})
    except Undecided:
        return None
    place = found.place[name]
    return found if low <= place.lower and place.upper <= high else None


def _stays(slope: BallFunction, rate: Fraction, low: Fraction, high: Fraction) -> bool:
    """Whether the step is shown to map [low, high], where f' increases, into itself.

    On a piece [a, b] the value x - rate*f'(x) is at least a - rate*f'(b), and at most b - rate*f'(a).
    """
    with ctx.workprec(_BITS):
        places = [low + (high - low) * Fraction(k, _PIECES) for k in range(_PIECES + 1)]
        slopes = [slope(arb(to_fmpq(x)))[0] for x in places]
    ends = [(fraction(s.lower(), up=False), fraction(s.upper())) for s in slopes]
    return all(
        low <= a - rate * right[1] and b - rate * left[0] <= high
        for (a, left), (b, right) in pairwise(zip(places, ends, strict=True))
    )
