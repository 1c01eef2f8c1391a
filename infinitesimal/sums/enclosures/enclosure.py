"""Enclosures of infinite series: a ball or an interval that is proved to contain the sum.

Terms with a rational ratio go to `hypergeometric_enclosure`, terms below a geometric series to
`geometric_enclosure`. All others are expanded at infinity with an
explicit rest: beyond some N the series is a finite combination of sums over members of a scale, each
summed by Euler-Maclaurin or Euler's transform, and a rest below n**-order. Convergence is proved on
the way: a member that is not summable and does not cancel exactly ends the attempt.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from flint import acb, arb, ctx, fmpq

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import Undecided
from infinitesimal.interval import Interval
from infinitesimal.sums.asymptotics.asymptotic_reader import expand
from infinitesimal.sums.asymptotics.dominant import factored_exponentials
from infinitesimal.sums.asymptotics.expansion import LARGEST_FIRST, NO_REST, Expansion, add, restart_later
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Restart, Scale
from infinitesimal.sums.enclosures import euler_maclaurin, oscillating
from infinitesimal.sums.enclosures.geometric_enclosure import enclose_geometric
from infinitesimal.sums.enclosures.rational_enclosure import enclose_rational
from infinitesimal.sums.summands.coefficients import BOUND_BITS, Coefficient, ball, exact
from infinitesimal.sums.summands.evaluation import compiled, value_ball
from infinitesimal.sums.summands.hypergeometric_enclosure import enclose_hypergeometric
from infinitesimal.sums.summands.residue_classes import classes, period
from infinitesimal.sums.summands.summand import Summand

MOST_RESTARTS = 16
ATTEMPTS = 8
SMALLEST_FIRST = 100


def enclose(a: Summand, digits: int, budget: Budget = DEFAULT_BUDGET) -> Interval:
    """An interval that contains the sum of the series, at most 10**-digits wide.

    The width is relative to the sum where that is below 1 and can be told from 0. Raises `Undecided`, with
    what was tried, when the series is not proved to converge or the budget is spent.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> found = enclose(Summand(1 / n**2, 1), 20)
    >>> float(found.lower), found.width < Fraction(1, 10**20)
    (1.6449340668482264, True)
    """
    bits = int(digits * 3.3219281) + 2
    value = enclose_ball(a, bits, budget)
    middle, radius = _fraction(value.mid()), _fraction(value.rad())
    return Interval(middle - radius, middle + radius)


def tail_ball(a: Summand, last: int, bits: int, budget: Budget = DEFAULT_BUDGET) -> arb:
    """A ball for the sum of the terms after n = `last`; see `enclose_ball` for its radius.

    >>> from infinitesimal.arithmetics.symbolic import n
    >>> tail_ball(Summand(1 / (n * sympy.log(n) ** 2), 2), 10**6, 40).str(8, radius=False)
    '0.072382411'
    """
    return enclose_ball(Summand(a.expr, max(a.start, last + 1)), bits, budget)


def enclose_ball(a: Summand, bits: int, budget: Budget = DEFAULT_BUDGET) -> arb:
    """A ball of radius at most 2**-bits around the sum, relative to it where it is below 1 and not near 0.

    Raises `Undecided` when no engine gives that.
    """
    if a.parameters:
        raise Undecided(f"an enclosure needs numbers: {a} has the parameters {a.parameters}")
    deadline = time.monotonic() + budget.seconds
    tried: list[str] = []
    for engine in (_hypergeometric, _rational, _dominated, _expanded, _by_classes, _split):
        try:
            return engine(a, bits, deadline)
        except Undecided as reason:
            tried.append(f"{engine.__name__.strip('_')}: {reason}")
    raise Undecided(f"no enclosure of the {a}; tried " + "; ".join(tried))


def _hypergeometric(a: Summand, bits: int, deadline: float) -> arb:
    return _sharpened(a, bits, enclose_hypergeometric, "the ratio of the terms is not rational, or has no bound")


def _rational(a: Summand, bits: int, deadline: float) -> arb:
    return _sharpened(a, bits, enclose_rational, "the term is not rational with a summable size")


def _dominated(a: Summand, bits: int, deadline: float) -> arb:
    return _sharpened(a, bits, enclose_geometric, "no geometric series is seen to be larger")


def _sharpened(a: Summand, bits: int, engine: Callable[[Summand, int], arb | None], missing: str) -> arb:
    """The ball of an engine, with more bits where the digits of the sum cancel."""
    for extra in (0, 32, 2 * bits + 64):
        value = engine(a, bits + extra)
        if value is None:
            raise Undecided(missing)
        if _is_good(value, bits):
            return value
    raise Undecided("the digits of the sum cancel")


def _is_good(value: arb, bits: int) -> bool:
    """Whether the radius is at most 2**-bits, relative for a sum below 1 that is not near 0."""
    with ctx.workprec(BOUND_BITS):
        if not value.is_finite():
            return False
        allowed = arb(2) ** -bits
        low = abs(value).lower()
        if 0 < low < 1:
            allowed *= low
        return bool(value.rad() <= allowed)


def _expanded(a: Summand, bits: int, deadline: float) -> arb:
    term = factored_exponentials(a.expr)
    return _summed(a, bits, deadline, 1, lambda scale: expand(term, scale))


def _by_classes(a: Summand, bits: int, deadline: float) -> arb:
    """Periodic parts and floors: the q classes n = q m + r are expanded in m, and added before they are summed.

    That the terms tend to 0 is checked for every class, since the groups alone do not show convergence.
    """
    q = period(a.expr)
    if q == 1:
        raise Undecided("no period is seen in the term")

    terms = [factored_exponentials(term) for term in classes(a.expr, q)]

    def grouped(scale: Scale) -> Expansion:
        total: Expansion | None = None
        for term in terms:
            part = expand(term, scale)
            _require_vanishing(part)
            total = part if total is None else add(total, part)
        assert total is not None
        return total

    return _summed(a, bits, deadline, q, grouped)


def _require_vanishing(x: Expansion) -> None:
    offset = ball(exact(x.offset)).real
    if x.order + offset * x.scale.mesh <= 0 or not all(oscillating.vanishes(m, x.scale, offset) for m in x.terms):
        raise Undecided("the terms are not shown to tend to zero")


def _split(a: Summand, bits: int, deadline: float) -> arb:
    """A sum of terms that converge each for itself."""
    parts = sympy.Add.make_args(sympy.expand(a.expr))
    if len(parts) == 1:
        raise Undecided("the term is not a sum")
    total = arb(0)
    for part in parts:
        piece = Summand(part, a.start)
        with ctx.workprec(bits + 32):
            total += _expanded(piece, bits + len(parts).bit_length() + 1, deadline)
    if not _is_good(total, bits):
        raise Undecided("the parts of the term cancel")
    return total


@dataclass(frozen=True, slots=True)
class _Head:
    """The sum of the terms from `start` to `last` - 1 at a precision."""

    last: int
    work: int
    total: acb


def _summed(a: Summand, bits: int, deadline: float, q: int, read: Callable[[Scale], Expansion]) -> arb:
    """The sum by terms up to q N and the expansion that `read` gives for n >= N."""
    goal = bits
    first = max(SMALLEST_FIRST + 3 * bits, -(-a.start // q))
    scale = Scale(first, depth=_depth(goal, first), deadline=deadline)
    head: _Head | None = None
    rest_reason = "the budget is spent"
    for _ in range(ATTEMPTS):
        work = goal + goal // 3 + 64
        with ctx.workprec(work):
            scale, rest = _tail(read, scale, goal + 4)
            head = _extended(a, head, q, scale.first, work, deadline)
            total = head.total + rest
        if total.is_finite() and not total.imag.contains(0):
            raise Undecided("the terms are not real")
        value = total.real
        if _is_good(value, bits):
            return value
        rest_reason = f"a radius of {value.rad().str(3, radius=False)} at N = {scale.first}"
        goal = _next_goal(value, bits, goal)
        larger = 2 * scale.first if 2 * scale.first <= LARGEST_FIRST else scale.first
        scale = replace(scale, first=larger, depth=max(_depth(goal, larger), scale.depth + 2))
    raise Undecided(rest_reason)


def _depth(bits: int, first: int) -> int:
    """How many orders n**-1 it takes to reach 2**-bits at `first`, with some to spare for cancellation."""
    return bits // max(first.bit_length() - 2, 1) + 5


def _next_goal(value: arb, bits: int, goal: int) -> int:
    """More bits: those that the size of the sum costs, and a margin."""
    with ctx.workprec(BOUND_BITS):
        low = abs(value).lower()
        if not value.is_finite() or not low > 0:
            return goal + 40
        return max(goal + 30, bits + abs(int(float(low.log()) / 0.693)) + 10)


def _tail(read: Callable[[Scale], Expansion], scale: Scale, bits: int) -> tuple[Scale, acb]:
    """The sum over n >= N, and the scale with the N it was possible for."""
    for _ in range(MOST_RESTARTS):
        scale.check_time()
        try:
            if not scale.log_first > 2:  # so that L and log(L) are positive and grow
                restart_later(scale)
            return scale, tail_of(read(scale), bits)
        except Restart as again:
            scale = again.scale
    raise Undecided("no scale fits the term")


def tail_of(x: Expansion, bits: int) -> acb:
    """The sum of the expansion over n >= N; `Undecided` for a part that is not summable."""
    scale, mesh = x.scale, x.scale.mesh
    offset = ball(exact(x.offset)).real
    by_angle: dict[sympy.Expr, dict[Monomial, Coefficient]] = defaultdict(dict)
    for m, c in x.terms.items():
        by_angle[m.angle][m] = c
    total = acb(euler_maclaurin.tail(by_angle.pop(ZERO_ANGLE, {}), scale, offset, bits))
    for angle, terms in by_angle.items():
        total += oscillating.tail(angle, terms, scale, offset, bits)
    if x.order < NO_REST:
        whole = int((offset * mesh).lower().floor().unique_fmpz())
        if x.order + whole <= 2 * mesh:
            raise Undecided("the rest of the expansion is not summable")
        with ctx.workprec(BOUND_BITS):
            bound = x.bound * scale.sup(x.order + whole - 2 * mesh, -x.growth, 0)
            bound = (bound * (arb(1) / scale.first + arb(1) / scale.first**2)).upper()
        total += acb(arb(0, bound), arb(0, bound))
    return total


def _extended(a: Summand, head: _Head | None, q: int, first: int, work: int, deadline: float) -> _Head:
    """The head up to q N, continued from the one known if its precision is enough."""
    last = max(q * first, a.start)
    known = head if head is not None and head.work >= work and head.last <= last else _Head(a.start, work, acb(0))
    terms = classes(a.expr, q) if q > 1 else [a.expr]
    evaluators = [compiled(term) for term in terms]
    total = known.total
    for k in range(known.last, last):
        m, r = divmod(k, q)
        value = evaluators[r](acb(m))
        if not value.is_finite() or value.rel_accuracy_bits() < work - 40:
            value = _carefully(terms[r], m, work)
        total += value
        if k % 512 == 0 and time.monotonic() > deadline:
            raise Undecided("the budget is spent on the first terms")
    return _Head(last, work, total)


def _carefully(term: sympy.Expr, m: int, work: int) -> acb:
    """A term whose digits cancel at the working precision, or that is a removable exception."""
    return value_ball(term, m, work)


def _fraction(x: arb) -> Fraction:
    """The exact value of the middle or the radius of a ball."""
    mantissa, exponent = x.man_exp()
    value = fmpq(mantissa) * fmpq(2) ** int(exponent)
    return to_fraction(value)
