"""Gosper's algorithm: the hypergeometric antidifference of a term, or the proof that there is none.

The same linear algebra serves Zeilberger's algorithm: there the term carries unknown coefficients.
Sources: R. W. Gosper, PNAS 75 (1978); Petkovsek, Wilf, Zeilberger, *A=B*, chapters 5 and 6.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy
from sympy.polys.polyerrors import CoercionFailed

from infinitesimal.errors import BudgetSpent
from infinitesimal.sums.finite.polynomial_kernel import kernel
from infinitesimal.sums.summands.factorial_products import Expr, Factored, FactorialProduct, Poly, Ring, read
from infinitesimal.truth import Truth

MAX_DISPERSION = 40
"""The largest shift between two factors that is looked for."""

MAX_DEGREE = 60
"""The largest degree of the unknown polynomial."""

SECONDS = 4.0
"""The time until the linear system of one problem is solved."""


@dataclass(frozen=True)
class Certificate:
    """The identity sum_j coefficients[j] t(n + j, k) = G(k + 1) - G(k) with G = factor * t.

    With one coefficient, 1, it says that G is an antidifference of t in k. `antidifference` is G, read as
    a product that can be evaluated at the ends of a range. The identity is exact: it is the linear system
    over the polynomials that was solved.
    """

    coefficients: tuple[Expr, ...]
    term: FactorialProduct
    antidifference: FactorialProduct

    @cached_property
    def factor(self) -> Expr:
        """The rational function G/t."""
        return sympy.cancel(self.antidifference.rational / self.term.rational)


def gosper(expr: Expr, k: sympy.Symbol) -> Certificate | None:
    """The certificate of an antidifference of the term in k; None proves that none is hypergeometric.

    None also where the term is not hypergeometric, or above the bounds of this module.

    >>> k = sympy.Symbol("k")
    >>> gosper(k * sympy.factorial(k), k).factor
    1/k
    """
    term = read(expr, (k,))
    return None if term is None else telescoper(term, k, None, 0)


def has_antidifference(expr: Expr, k: sympy.Symbol) -> Truth:
    """Whether a hypergeometric term has a hypergeometric antidifference; UNKNOWN above the bounds of this module.

    Parameters stand for generic values.

    >>> k = sympy.Symbol("k")
    >>> has_antidifference(1 / k, k)
    Truth.FALSE
    """
    term = read(expr, (k,))
    if term is None or term.rational == 0:
        return Truth.UNKNOWN
    try:
        problem = _Telescoper(Ring(k, term.expr().free_symbols), term, None, 0)
        return Truth.TRUE if problem.solve() is not None else problem.refusal
    except (CoercionFailed, BudgetSpent):
        return Truth.UNKNOWN


def telescoper(
    term: FactorialProduct, k: sympy.Symbol, step: sympy.Symbol | None, order: int, deadline: float = math.inf
) -> Certificate | None:
    """The coefficients c_j, free of k, and G with sum c_j t(step + j, k) = G(k + 1) - G(k); c_order may be 0.

    The unknowns are found together, by linear algebra over the polynomials in the other symbols.
    """
    if term.rational == 0:
        return None
    symbols = sympy.Mul(term.expr(), *(s for s in (step,) if s)).free_symbols
    ring = Ring(k, symbols)
    try:
        return _Telescoper(ring, term, step, order, deadline).solve()
    except (CoercionFailed, BudgetSpent):
        return None


class _Telescoper:
    """One problem: t = r h with r the rational part; all polynomials are in Q[k, parameters]."""

    def __init__(
        self, ring: Ring, term: FactorialProduct, step: sympy.Symbol | None, order: int, deadline: float = math.inf
    ) -> None:
        self.ring, self.term, self.step, self.order = ring, term, step, order
        self.deadline = min(deadline, time.monotonic() + SECONDS)
        self.refusal = Truth.FALSE
        """What it means when there is no solution: UNKNOWN once a bound of this module was met."""

    def solve(self) -> Certificate | None:
        shifts = self._shifted_terms()
        ratio = self.term.ratio(self.ring, self.ring.index)
        if shifts is None or ratio is None:
            self.refusal = Truth.UNKNOWN
            return None
        # t(n + j) = parts[j]/common * h, so u = h/common carries the unknowns in a polynomial.
        common: dict[Poly, int] = {}
        for part in shifts:
            for poly, exponent in part.factors.items():
                common[poly] = max(common.get(poly, 0), -exponent)
        parts = [self._over(part, common) for part in shifts]
        for poly, exponent in common.items():
            ratio.multiply(poly, exponent)
            ratio.multiply(self.ring.shift(poly, self.ring.index, 1), -exponent)
        a, b, c = self._gosper_form(ratio)
        b_before = self.ring.shift(b, self.ring.index, -1)
        solution = self._unknowns(a, b_before, [c * part for part in parts])
        if solution is None:
            return None
        x, coefficients = solution
        # G = b(k - 1) x(k)/c(k) * h/common
        return self._certificate(x * b_before, c, common, coefficients)

    def _shifted_terms(self) -> list[Factored] | None:
        """The rational functions t(step + j)/h for j = 0, ..., order."""
        ring, result = self.ring, []
        top, bottom = sympy.fraction(sympy.together(self.term.rational))
        factors = [
            (ring.ring.ring_new(poly) if poly.is_ground else poly, exponent * sign)
            for part, sign in ((top, 1), (bottom, -1))
            for constant, pieces in [ring.poly(part).factor_list()]
            for poly, exponent in [(ring.ring.one * constant, 1), *pieces]
        ]
        for j in range(self.order + 1):
            part = Factored()
            if j and self.step is not None:
                shifted = self.term.ratio(ring, self.step, j)
                if shifted is None:
                    return None
                part = shifted
            for poly, exponent in factors:
                moved = ring.shift(poly, self.step, j) if self.step is not None else poly
                part.multiply(moved, exponent)
            result.append(part)
        return result

    def _over(self, part: Factored, common: dict[Poly, int]) -> Poly:
        """The numerator of the part over the common denominator."""
        numerator = Factored(part.constant, dict(part.factors))
        for poly, exponent in common.items():
            numerator.multiply(poly, exponent)
        return numerator.part(self.ring.ring, 1)

    def _gosper_form(self, ratio: Factored) -> tuple[Poly, Poly, Poly]:
        """a, b, c with ratio = a(k)/b(k) * c(k + 1)/c(k) and gcd(a(k), b(k + h)) = 1 for all h >= 0."""
        ring, index = self.ring, self.ring.index
        c = ring.ring.one
        for poly in [p for p, e in ratio.factors.items() if e > 0]:
            for other in [p for p, e in ratio.factors.items() if e < 0]:
                h = _distance(ring, poly, other)
                if h is None:
                    continue
                if h > MAX_DISPERSION:
                    self.refusal = Truth.UNKNOWN
                    continue
                times = min(ratio.factors.get(poly, 0), -ratio.factors.get(other, 0))
                if times <= 0:
                    continue
                ratio.multiply(poly, -times)
                ratio.multiply(other, times)
                for i in range(1, h + 1):
                    c *= ring.shift(poly, index, -i) ** times
        return ratio.part(ring.ring, 1), ratio.part(ring.ring, -1), c

    def _unknowns(self, a: Poly, b: Poly, targets: list[Poly]) -> tuple[Poly, list[Poly]] | None:
        """A polynomial x and constants with a x(k + 1) - b x(k) = sum of constants times targets."""
        ring = self.ring
        degree = _degree_bound(ring, a, b, max(t.degree() for t in targets))
        if degree is not None and degree > MAX_DEGREE:
            self.refusal = Truth.UNKNOWN
        if degree is None or degree > MAX_DEGREE:
            return None
        k = ring.generator(ring.index)
        columns = [a * (k + 1) ** i - b * k**i for i in range(degree + 1)] + [-t for t in targets]
        by_powers = [ring.by_powers(column) for column in columns]
        height = 1 + max((max(column, default=0) for column in by_powers), default=0)
        domain = ring.coefficients
        rows = [[column.get(power, domain.zero) for column in by_powers] for power in range(height)]
        for vector in kernel(rows, domain, self.deadline):
            constants = vector[degree + 1 :]
            if any(constants):
                pieces = [ring.from_coefficient(c) for c in _primitive(vector, domain)]
                leading = next(c for c in reversed(pieces) if c)
                pieces = [-c for c in pieces] if leading.LC < 0 else pieces
                x = sum((piece * k**i for i, piece in enumerate(pieces[: degree + 1])), ring.ring.zero)
                return x, pieces[degree + 1 :]
        return None

    def _certificate(self, numerator: Poly, c: Poly, common: dict[Poly, int], coefficients: list[Poly]) -> Certificate:
        ring, scale = self.ring, self.ring.ring.one
        if self.order == 0:
            scale, coefficients = coefficients[0], [ring.ring.one]
        top, bottom = numerator.cancel(c * scale)
        denominator = ring.expr(bottom)
        for poly, exponent in common.items():
            for _ in range(exponent):
                top, rest = top.cancel(poly)
                denominator *= ring.expr(rest)
        rational = sympy.factor_terms(ring.expr(top)) / denominator
        product = FactorialProduct(rational, self.term.factorials, self.term.powers, self.term.constant)
        return Certificate(tuple(ring.expr(p) for p in coefficients), self.term, product)


def _primitive(vector: list[Any], domain: Any) -> list[Any]:
    """The vector without the common factor of its entries."""
    common = domain.zero
    for entry in vector:
        common = domain.gcd(common, entry)
    return [domain.exquo(entry, common) if entry else entry for entry in vector]


def _distance(ring: Ring, poly: Poly, other: Poly) -> int | None:
    """The h >= 0 with poly(k) = other(k + h) up to a constant, or None."""
    degree = poly.degree()
    if degree != other.degree() or degree == 0:
        return 0 if poly == other else None
    p, q = ring.by_powers(poly), ring.by_powers(other)
    # The coefficients of k**(d - 1) decide: q(k + h) has q1 + d h q0 there.
    zero = ring.coefficients.zero
    h_top = p.get(degree - 1, zero) * q[degree] - q.get(degree - 1, zero) * p[degree]
    h_bottom = p[degree] * q[degree] * degree
    quotient = _integer_quotient(h_top, h_bottom, ring)
    if quotient is None or quotient < 0:
        return None
    return quotient if ring.shift(other, ring.index, quotient).monic() == poly.monic() else None


def _integer_quotient(top: Any, bottom: Any, ring: Ring) -> int | None:
    """top/bottom when it is an integer, else None."""
    if not top:
        return 0
    if not ring.others:
        return int(top / bottom) if (top / bottom).denominator == 1 else None
    if top.is_ground != bottom.is_ground and top.is_ground:
        return None
    value = top.LC / bottom.LC
    return int(value) if value.denominator == 1 and top == bottom * value else None


def _degree_bound(ring: Ring, a: Poly, b: Poly, target: int) -> int | None:
    """The largest possible degree of x in a x(k + 1) - b x(k) = c; None if there is no solution."""
    p, q = ring.by_powers(a), ring.by_powers(b)
    d = max(a.degree(), b.degree())
    if p.get(d) != q.get(d):
        return target - d if target >= d else None
    if d == 0:
        return target + 1
    zero = ring.coefficients.zero
    candidates = [target - d + 1]
    # The leading coefficient lc (i + (A - B)/lc) may vanish at one degree i.
    free = _integer_quotient(q.get(d - 1, zero) - p.get(d - 1, zero), p[d], ring)
    if free is not None:
        candidates.append(free)
    bound = max(candidates)
    return bound if bound >= 0 else None
