"""Hypergeometric series that converge slowly, enclosed by a telescoping sum with an exact residual.

Let t(n) = a(n+1)/a(n) be rational, and seek T(n) = a(n) n P(1/n) with P(w) = c_0 + c_1 w + ... + c_J w**J and

    T(n) - T(n+1) = a(n) (1 - r(n)),    r(n) = O(n**-order)

by matching powers of w = 1/n; every c_j follows from one linear equation. Then

    sum_{n>=N} a(n) = T(N) + sum_{n>=N} a(n) r(n).

As a function of w the residual is analytic for |w| <= rho, so by the maximum principle it is at most
(|w|/rho)**order times its maximum K on the circle, and with |a| decreasing the rest is at most
|a(N)| K (rho N)**-order (1 + N/(order - 1)). With r = 0 this is Gosper's summation. Relatives:
Kummer (1835); Wimp & Zeilberger, "Resurrecting the asymptotics of linear recurrences" (1985).
"""

from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpq_poly

from infinitesimal.sums.summands.binary_splitting import Ratio

RADII = 20
"""So many circles are tried for the bound."""

ATTEMPTS = 5

MAX_TERMS_PER_BIT = 100
"""A sum that needs more terms before it telescopes is left to other engines."""


def telescoped_sum(top: fmpq_poly, bottom: fmpq_poly, first: int, bits: int) -> arb | None:
    """The sum of a(n)/a(first) for n >= first to about `bits` bits after the point, where a(n+1)/a(n) = top/bottom.

    Both polynomials have the same degree and `bottom` is monic; neither has an integer root from `first`
    on. None when the terms are not proved to decrease to a summable order, or the budget is spent.
    """
    limit = top[top.degree()]
    if top.degree() != bottom.degree() or abs(limit) > 1:
        return None
    shift = _centre(top, bottom)
    p, q = top(fmpq_poly([-shift, 1])), bottom(fmpq_poly([-shift, 1]))
    degree = q.degree()
    order = q[degree - 1] - p[degree - 1] / limit if degree else fmpq(0)  # |a(n)| ~ n**-order for |limit| = 1
    if (limit == 1 and order <= 1) or (limit == -1 and order <= 0):
        return None
    ratio = Ratio.of(top, bottom)
    roots = _root_bound(q)
    terms, last = bits // 4 + 8, max(first + shift, bits // 4 + 8, 3 * int(float(roots)) + 3)
    latest = first + shift + MAX_TERMS_PER_BIT * (bits + 100)
    for _ in range(ATTEMPTS):
        while not _decreases_from(p, q, last) and last <= latest:
            last *= 2
        if last > latest:
            return None
        with ctx.workprec(2 * bits + 64):
            telescope = Telescope.of(p, q, limit, terms)
            rest = telescope.rest(last, roots)
        if rest is not None:
            total, term = ratio.sum_and_term(first, last - shift)
            with ctx.workprec(bits + 32):
                scale = arb(term[0]) / arb(term[1])
                value = arb(total[0]) / arb(total[1]) + scale * (telescope.at(last) + arb(0, rest))
                if value.rad() < arb(2) ** -bits * abs(value).max(arb(1)).lower():
                    return value
        terms, last = terms + terms // 4, last + (last - first - shift) // 2 + terms
    return None


@dataclass(frozen=True, slots=True)
class Telescope:
    """The coefficients c_j of P, the vanishing order of the residual, and the ratio p/q it belongs to."""

    coefficients: list[arb]
    order: int
    p: fmpq_poly
    q: fmpq_poly

    @classmethod
    def of(cls, p: fmpq_poly, q: fmpq_poly, limit: fmpq, terms: int) -> "Telescope":
        """Solves P(w) - tau(w) P(w/(1+w)) = w with tau = (1+w) t(1/w), power by power.

        For tau = 1 + tau_1 w + ... the power w**(j+1) determines c_j, by a division by j - tau_1;
        otherwise w**j does, by a division by 1 - t(oo).
        """
        length = terms + 3
        powers = _expansion(p, q, length)  # of tau (1+w)**-j, beginning with j = 0
        rest = [arb(0), arb(1)] + [arb(0)] * (length - 2)
        degenerate = limit == 1
        slope = powers[1]
        coefficients = []
        for j in range(terms + 1):
            c = rest[1] / (j - slope) if degenerate else rest[0] / (1 - arb(limit))
            coefficients.append(c)
            rest = [r + c * x for r, x in zip(rest[1:], powers[1:], strict=True)]
            previous = arb(0)
            for i, x in enumerate(powers[:-1]):
                previous = x - previous
                powers[i] = previous
            powers.pop()
        return cls(coefficients, terms + 1 if degenerate else terms, p, q)

    def at(self, n: int) -> arb:
        """T(n)/a(n) = n P(1/n)."""
        result = arb(0)
        for c in reversed(self.coefficients):
            result = result / n + c
        return result * n

    def rest(self, first: int, roots: arb) -> arb | None:
        """An upper bound of the sum of |a(n) r(n)| for n >= first, over |a(first)|."""
        widest = min(0.9, float(1 / roots) if roots > 1 else 0.9)
        best: arb | None = None
        for i in range(1, RADII):
            radius = arb(fmpq(int(widest * 2**20) * i, RADII << 20))
            if not radius * first > 1:
                continue
            maximum = self._maximum(radius)
            bound = maximum * (radius * first) ** -self.order * (1 + arb(first) / (self.order - 1))
            bound = bound.upper()
            if bound.is_finite() and (best is None or bound < best):
                best = bound
        return best

    def _maximum(self, radius: arb) -> arb:
        """An upper bound of |r| on the circle |w| = radius: 1 + (|P(w)| + |tau(w)| |P(w/(1+w))|)/|w|."""
        ratio = _maximum_of_ratio(self.p, self.q, radius)
        sizes = [abs(c) for c in self.coefficients]
        return 1 + (_horner(sizes, radius) + ratio * _horner(sizes, radius / (1 - radius))) / radius


def _centre(top: fmpq_poly, bottom: fmpq_poly) -> int:
    """The shift of the index that brings the mean of all roots near zero."""
    degree = bottom.degree()
    if degree == 0:
        return 0
    return int((bottom[degree - 1] + top[degree - 1] / top[degree]) / (2 * degree))


def _expansion(p: fmpq_poly, q: fmpq_poly, length: int) -> list[arb]:
    """The power series of (1 + w) p(1/w)/q(1/w), by long division; q is monic."""
    degree = q.degree()
    below = [arb(q[degree - i]) for i in range(degree + 1)]
    above = [arb(p[degree - i] if i <= degree else fmpq(0)) for i in range(length)]
    above = [above[0]] + [x + y for x, y in zip(above[1:], above, strict=False)]
    result: list[arb] = []
    for i in range(length):
        value = above[i]
        for j in range(1, min(i, degree) + 1):
            value -= below[j] * result[i - j]
        result.append(value)
    return result


def _root_bound(q: fmpq_poly) -> arb:
    """An upper bound of the absolute values of the roots."""
    bound = arb(0)
    for root, _ in q.complex_roots() if q.degree() else []:
        bound = bound.max(root.abs_upper())
    return bound


def _maximum_of_ratio(p: fmpq_poly, q: fmpq_poly, radius: arb) -> arb:
    """An upper bound of |(1 + w) p(1/w)/q(1/w)| on |w| = radius, from the roots of q."""
    degree = q.degree()
    above = _horner([abs(arb(p[degree - i])) for i in range(degree + 1)], radius)
    below = arb(1)
    for root, multiplicity in q.complex_roots() if degree else []:
        below *= (1 - arb(root.abs_upper()) * radius) ** multiplicity
    return (1 + radius) * above / below if below > 0 else arb.pos_inf()


def _horner(coefficients: list[arb], at: arb) -> arb:
    result = arb(0)
    for c in reversed(coefficients):
        result = result * at + c
    return result


def _decreases_from(p: fmpq_poly, q: fmpq_poly, first: int) -> bool:
    """Whether |p(n)| <= q(n) is plain for all n >= first: no negative coefficient around `first`."""
    return nonnegative_from(q - p, first) and nonnegative_from(q + p, first)


def nonnegative_from(polynomial: fmpq_poly, first: int) -> bool:
    """Whether the polynomial, expanded around `first`, has no negative coefficient: then it is >= 0 from there.

    For a positive leading coefficient this holds from some point on.
    """
    return all(c >= 0 for c in polynomial(fmpq_poly([first, 1])).coeffs())
