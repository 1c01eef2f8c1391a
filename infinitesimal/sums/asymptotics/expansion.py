"""Expansions at infinity with an explicit rest: Taylor models in the scale of `scale`.

An `Expansion` says, for every integer n >= N:

    value(n) = n**-offset * (sum of coefficient * monomial(n) + rest(n)),
    |rest(n)| <= bound * n**-(order/mesh) * L**(growth/mesh).

Sums, products and analytic functions of expansions carry the rest along (Makino & Berz, "Taylor models
and other validated functional inclusion methods", 2003), with the Cauchy estimate for the functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy
from flint import acb, arb, ctx, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Restart, Scale, turned
from infinitesimal.sums.summands.coefficients import (
    BOUND_BITS,
    Coefficient,
    ball,
    exact,
    expression,
    inverse,
    is_nonzero,
    is_zero,
    plus,
    settled,
    size,
    times,
)

NOTHING, UNIT = arb(0), fmpq(1)

NO_REST = 10**9
"""The order of an expansion that is exact."""

LARGEST_FIRST = 1 << 17
"""The largest N tried."""

EXACT_ORDERS = 4
"""How many leading orders keep irrational coefficients exact."""


@dataclass(frozen=True)
class Expansion:
    """A finite sum of monomials of the scale, and a bound for what is left."""

    scale: Scale
    terms: dict[Monomial, Coefficient]
    order: int = NO_REST
    growth: int = 0
    bound: arb = NOTHING
    offset: sympy.Expr = sympy.S.Zero

    @property
    def lead(self) -> int:
        """The least exponent s among the terms, or the order of the rest if there are none."""
        return min((m.s for m in self.terms), default=self.order)

    def leading(self) -> Monomial:
        """The largest monomial; `Undecided` if it is not proved to be one with angle 0 that dominates."""
        if not self.terms:
            raise Undecided("an expansion vanishes to the depth it was carried to")
        first = min(self.terms, key=lambda m: m[1:])
        if first.angle != ZERO_ANGLE or not is_nonzero(self.terms[first]):
            raise Undecided("the leading coefficient of an expansion oscillates or cannot be told from zero")
        return first

    def majorant(self) -> tuple[int, int, arb]:
        """(s, growth, C) with |value| <= C n**-s L**growth for n >= N, offset aside."""
        s = self.lead
        growth = max([-m.a + (self.scale.mesh if m.b < 0 else 0) for m in self.terms if m.s == s], default=0)
        with ctx.workprec(BOUND_BITS):
            total = arb(0)
            for m, c in self.terms.items():
                total += size(c) * self.scale.sup(m.s - s, m.a + growth, m.b)
            if self.order < NO_REST:
                if self.order == s:
                    growth = max(growth, self.growth)
                total += self.bound * self.scale.sup(self.order - s, growth - self.growth, 0)
            return s, growth, total.upper()


def constant(scale: Scale, value: Coefficient) -> Expansion:
    """The expansion of a constant."""
    return monomial(scale, Monomial(ZERO_ANGLE, 0, 0, 0), value)


def monomial(scale: Scale, m: Monomial, c: Coefficient = UNIT) -> Expansion:
    """The expansion c times a monomial, exact."""
    return Expansion(scale, {} if is_zero(c) else {m: c})


def scaled(x: Expansion, c: Coefficient) -> Expansion:
    """The expansion times a constant."""
    if is_zero(c):
        return constant(x.scale, fmpq(0))
    terms = {m: times(c, d) for m, d in x.terms.items()}
    with ctx.workprec(BOUND_BITS):
        return Expansion(x.scale, terms, x.order, x.growth, (x.bound * size(c)).upper(), x.offset)


def add(x: Expansion, y: Expansion) -> Expansion:
    """The sum of two expansions; coefficients that cancel exactly are gone."""
    if not x.terms and x.order == NO_REST:
        return y
    if not y.terms and y.order == NO_REST:
        return x
    if x.offset != y.offset:
        raise Undecided(f"powers n^({x.offset}) and n^({y.offset}) in one expansion")
    terms = dict(x.terms)
    for m, c in y.terms.items():
        total = plus(terms[m], c) if m in terms else c
        if is_zero(total):
            del terms[m]
        else:
            terms[m] = total
    rests = [(e.order, e.growth, e.bound) for e in (x, y) if e.order < NO_REST]
    return _cut(x.scale, terms, rests, x.offset, NO_REST)


def total_of(scale: Scale, parts: list[Expansion]) -> Expansion:
    """The sum of several expansions."""
    total = constant(scale, fmpq(0))
    for part in parts:
        total = add(total, part)
    return total


def negative(x: Expansion) -> Expansion:
    """The expansion times -1."""
    return scaled(x, fmpq(-1))


def multiply(x: Expansion, y: Expansion, limit: int = NO_REST) -> Expansion:
    """The product of two expansions, kept below the order `limit`."""
    scale, offset = x.scale, x.offset + y.offset
    scale.check_time()
    depth = scale.depth * scale.mesh
    limit = min(limit, x.lead + y.lead + depth)
    terms: dict[Monomial, Coefficient] = {}
    dropped: dict[tuple[int, int, int], arb] = {}
    right = sorted(y.terms.items(), key=lambda item: item[0].s)
    sizes = [(m, size(c)) for m, c in right]
    for m, c in x.terms.items():
        kept = 0
        for k, d in right:
            if m.s + k.s >= limit:
                break
            kept += 1
            angle = turned(m.angle, k.angle) if m.angle or k.angle else ZERO_ANGLE
            key = Monomial(angle, m.s + k.s, m.a + k.a, m.b + k.b)
            product = times(c, d)
            terms[key] = plus(terms[key], product) if key in terms else product
        if kept < len(right):
            with ctx.workprec(BOUND_BITS):
                left = size(c)
                for k, d in sizes[kept:]:
                    spot = (m.s + k.s, m.a + k.a, m.b + k.b)
                    dropped[spot] = dropped.get(spot, arb(0)) + left * d
    rests = _dropped(scale, dropped)
    with ctx.workprec(BOUND_BITS):
        for one, other in ((x, y), (y, x)):
            if one.order < NO_REST:
                s, growth, total = other.majorant()
                rests.append((one.order + s, one.growth + growth, one.bound * total))
    terms = {m: c for m, c in terms.items() if not is_zero(c)}
    return _cut(scale, terms, rests, offset, limit)


def _dropped(scale: Scale, dropped: dict[tuple[int, int, int], arb]) -> list[tuple[int, int, arb]]:
    """The rests of monomials that are dropped: their logarithms are put into one growth."""
    if not dropped:
        return []
    order = min(s for s, _, _ in dropped)
    growth = max(0, *(-a + (scale.mesh if b < 0 else 0) for _, a, b in dropped))
    with ctx.workprec(BOUND_BITS):
        total = sum((c * scale.sup(s - order, a + growth, b) for (s, a, b), c in dropped.items()), arb(0))
    return [(order, growth, total)]


def _cut(
    scale: Scale,
    terms: dict[Monomial, Coefficient],
    rests: list[tuple[int, int, arb]],
    offset: sympy.Expr,
    limit: int,
) -> Expansion:
    """The expansion with terms below the order of every rest, all rests joined into one."""
    lead = min((m.s for m in terms), default=0)
    order = min([limit, lead + scale.depth * scale.mesh, *(s for s, _, _ in rests)])
    kept: dict[Monomial, Coefficient] = {}
    dropped: dict[tuple[int, int, int], arb] = {}
    for m, c in terms.items():
        if m.s < order:
            kept[m] = c if m.s <= lead + EXACT_ORDERS * scale.mesh else settled(c)
        else:
            with ctx.workprec(BOUND_BITS):
                dropped[m[1:]] = dropped.get(m[1:], arb(0)) + size(c)
    rests = rests + _dropped(scale, dropped)
    if not rests:
        return Expansion(scale, kept, offset=offset)
    order = min(s for s, _, _ in rests)
    growth = max(k for _, k, _ in rests)
    with ctx.workprec(BOUND_BITS):
        total = sum((e * scale.sup(s - order, growth - k, 0) for s, k, e in rests), arb(0))
        return Expansion(scale, kept, order, growth, total.upper(), offset)


def split(x: Expansion) -> tuple[Coefficient, Expansion]:
    """(c, v) with x = c + v for an expansion with a finite limit c, and v of order n**-s with s > 0."""
    unit = Monomial(ZERO_ANGLE, 0, 0, 0)
    rest = {m: c for m, c in x.terms.items() if m != unit}
    if x.offset != 0 or any(m.s <= 0 for m in rest):
        raise Undecided("a function of an argument that has no limit, or approaches it like 1/log(n)")
    return x.terms.get(unit, fmpq(0)), Expansion(x.scale, rest, x.order, x.growth, x.bound)


def factored(x: Expansion) -> tuple[Coefficient, Monomial, Expansion]:
    """(c, m, v) with x = n**-offset c m (1 + v) and v of order n**-s, s > 0.

    Raises `Restart` when log(n) + constant leads: the constant belongs into the scale.
    """
    m = x.leading()
    c = x.terms[m]
    reciprocal = inverse(c)
    terms: dict[Monomial, Coefficient] = {}
    for k, d in x.terms.items():
        if k == m:
            continue
        if k.s == m.s:
            if k.angle == ZERO_ANGLE and k.b == m.b and k.a == m.a + x.scale.mesh and m.a == -x.scale.mesh:
                _restart_shifted(x.scale, times(d, reciprocal))
            raise Undecided("two orders that differ by a logarithm only in one expansion")
        terms[Monomial(k.angle, k.s - m.s, k.a - m.a, k.b - m.b)] = times(d, reciprocal)
    rests = []
    if x.order < NO_REST:
        with ctx.workprec(BOUND_BITS):
            bound = x.bound * size(reciprocal) * x.scale.sup(0, 0, max(-m.b, 0))
            growth = x.growth + m.a + max(m.b, 0)
            rests = [(x.order - m.s, growth, bound)]
    return c, m, _cut(x.scale, terms, rests, sympy.S.Zero, NO_REST)


def _restart_shifted(scale: Scale, by: Coefficient) -> None:
    extra = expression(by)
    if extra is None:
        raise Undecided("log(n) + c with a constant c that has no closed form here")
    raise Restart(replace(scale, shift=sympy.expand(scale.shift + extra)), "shifted logarithm")


def compose(
    v: Expansion, series: Callable[[int], Sequence[Coefficient]], bound: Callable[[arb], arb | None]
) -> Expansion:
    """h(v) for v that tends to 0 and h analytic near 0, given by its Taylor coefficients.

    `bound(R)` is an upper bound of |h| on the disc |z| <= R, or None when R is not allowed. By Cauchy
    the Taylor coefficients beyond the K-th add at most M(R) (|v|/R)^K / (1 - |v|/R).
    """
    scale = v.scale
    if not v.terms and v.order == NO_REST:
        return constant(scale, series(1)[0])
    depth = scale.depth * scale.mesh
    s, growth, size_of_v = v.majorant()
    if s <= 0:
        raise Undecided("a function of an argument that is not known to have a limit")
    count = -(-depth // s)
    with ctx.workprec(BOUND_BITS):
        largest = size_of_v * scale.sup(s, -growth, 0)
        candidates = [(bound(r), r) for r in RADII if largest < r]
        rests = [
            (m * (size_of_v / r) ** count / (1 - largest / r)).upper()
            for m, r in candidates
            if m is not None and m.is_finite()
        ]
        if not rests:
            restart_later(scale)
        rest = min(rests, key=float)
    coefficients = series(count)
    total = constant(scale, coefficients[0])
    power = constant(scale, fmpq(1))
    for k in range(1, count):
        power = multiply(power, v, depth)
        if not is_zero(coefficients[k]):
            total = add(total, scaled(power, coefficients[k]))
    tail = Expansion(scale, {}, s * count, growth * count, rest)
    return add(total, tail)


RADII = [fmpq(k, 16) for k in (1, 2, 4, 6, 8, 10, 12, 13, 14, 15)] + [fmpq(2), fmpq(4), fmpq(8), fmpq(16), fmpq(32)]
"""The radii tried in the Cauchy bound."""


def restart_later(scale: Scale) -> None:
    """Start the expansion again from a larger N."""
    if scale.first * 4 > LARGEST_FIRST:
        raise Undecided(f"the expansion is not valid even from n = {scale.first} on")
    raise Restart(replace(scale, first=scale.first * 4), "larger N")


def value(x: Expansion, index: int) -> acb:
    """A ball for the expansion at an index n >= N, for checks."""
    scale = x.scale
    point = arb(index)
    log = point.log() + ball(exact(scale.shift)).real
    total = acb(0)
    for m, c in x.terms.items():
        s, a, b = (fmpq(e, scale.mesh) for e in m[1:])
        factor = point ** arb(-s) * log ** arb(-a) * (log.log() ** arb(-b) if b else 1)
        total += ball(c) * factor * (acb(0, 1) * ball(exact(m.angle)) * index).exp()
    if x.order < NO_REST:
        bound = x.bound * point ** arb(fmpq(-x.order, scale.mesh)) * log ** arb(fmpq(x.growth, scale.mesh))
        total += acb(arb(0, bound.upper()), arb(0, bound.upper()))
    return total * point ** -ball(exact(x.offset))
