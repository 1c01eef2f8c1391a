"""Identities between exponentials, trigonometric functions, powers and roots, decided in a polynomial ring.

An expression is a quotient of polynomials in its `generators`. It is zero where its numerator vanishes by the
relations between the generators: those of roots, of roots of unity, and (-1)**(2 n) = 1 for integers n. One-sided:
generators that are not known to depend on each other count as independent, so that not proved is not refuted. Source:
Petkovsek, Wilf, Zeilberger, *A = B*, 1.5, on trigonometric identities as polynomial ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

import sympy
from flint import fmpq_mpoly
from sympy import Eq, Integer, Rational
from sympy.polys.polyerrors import PolynomialError

from infinitesimal.sums.finite.generated_ring import GeneratedRing
from infinitesimal.sums.finite.generators import ANGLE, ROOT, SQUARE_ROOTS, Generators, Key, NotKnown, split
from infinitesimal.sums.finite.polynomial_fractions import TooLarge, modulo_cyclotomic, with_relation
from infinitesimal.sums.summands.factorial_products import Expr

MAX_DENOMINATOR = 120
"""Roots of unity of larger order are not used."""


def vanishes(
    expr: Expr,
    step: sympy.Symbol,
    least: int | None,
    whole: frozenset[sympy.Symbol],
    conditions: tuple[Eq, ...] = (),
    nonzero: tuple[Expr, ...] = (),
) -> bool:
    """Whether the expression is identically zero, as far as it is defined; False does not say that it is not.

    The symbols in `whole` are integers; `step` is one of them, and not less than `least` if that is given, so that
    sqrt(n*(n + 1)) is sqrt(n) sqrt(n + 1). The conditions are of the forms sin(c x) = 0 and cos(c x) = 0; what is in
    `nonzero` is known not to vanish.

    >>> n, x = sympy.symbols("n x")
    >>> vanishes(sympy.sin(n * x) ** 2 + sympy.cos(n * x) ** 2 - 1, n, 0, frozenset([n]))
    True
    """
    if expr == 0:
        return True
    try:
        return _is_zero(expr, step, least, whole, conditions, nonzero)
    except (NotKnown, TooLarge, PolynomialError, ZeroDivisionError):
        return False


def _is_zero(
    expr: Expr,
    step: sympy.Symbol,
    least: int | None,
    whole: frozenset[sympy.Symbol],
    conditions: tuple[Eq, ...],
    nonzero: tuple[Expr, ...],
) -> bool:
    """First the generators are found, with common denominators, then the expression is built and reduced."""
    found = Generators(step, least)
    for part in (expr, *(condition.lhs for condition in conditions), *nonzero):
        found.find(part)
    turn = (ANGLE, sympy.pi)
    if turn in found.orders or any(m.has(sympy.pi) for base, m in found.orders if base is ANGLE):
        roots = [int(m) for base, m in found.orders if base is ROOT and m in SQUARE_ROOTS]
        found.note(turn, lcm(2, *(SQUARE_ROOTS[p] for p in roots)))
    if found.orders.get(turn, 1) > MAX_DENOMINATOR:
        raise NotKnown("roots of unity")
    ring = GeneratedRing(found)
    relations = _Relations(ring, whole, conditions)
    top = ring.built(expr)[0]
    if relations.reduced(top) == 0:
        return True
    # N D = 0 with D not zero is N = 0, where the relations have divisors of zero
    for part in nonzero:
        top *= ring.built(part)[0]
    return bool(nonzero) and relations.reduced(top) == 0


class _Relations:
    """The relations between the generators of a ring, which hold for whole numbers and under the conditions."""

    def __init__(self, ring: GeneratedRing, whole: frozenset[sympy.Symbol], conditions: tuple[Eq, ...]) -> None:
        self.ring = ring
        self.whole = whole
        self.conditions = conditions

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial with powers of generators replaced by their relations."""
        ring = self.ring
        # Roots of polynomials first: their radicands have no roots of the same kind in them.
        for key in ring.keys:
            if key[0] is ROOT:
                top, bottom = ring.built(key[1])
                polynomial = with_relation(polynomial, ring.places[key], ring.orders[key], top, bottom)
        for key, order, value in self._periods():
            polynomial = with_relation(polynomial, ring.places[key], order, value, ring.one)
        for key in ring.keys:
            if key[0] is ANGLE and self._counts(key[1] / sympy.pi):
                polynomial = with_relation(polynomial, ring.places[key], 2 * ring.orders[key], ring.one, ring.one)
        key = (ANGLE, sympy.pi)
        return (
            modulo_cyclotomic(polynomial, ring.places[key], 2 * ring.orders[key]) if key in ring.places else polynomial
        )

    def _counts(self, m: Expr) -> bool:
        """Whether m is a product of symbols that are integers, and nothing else."""
        factors = [factor.as_base_exp() for factor in sympy.Mul.make_args(m)]
        return all(base in self.whole and e.is_Integer and e > 0 for base, e in factors)

    def _periods(self) -> Iterator[tuple[Key, int, fmpq_mpoly]]:
        """(generator, d, value) with generator**d = value, by the conditions sin(c x) = 0 and cos(c x) = 0."""
        ring = self.ring
        waves: dict[tuple[bool, Expr], Rational] = {}
        for condition in self.conditions:
            wave = condition.lhs
            parts = split(wave.args[0]) if isinstance(wave, sympy.sin | sympy.cos) else []
            if len(parts) != 1 or condition.rhs != 0:
                raise NotKnown(str(condition))
            odd, (c, m) = isinstance(wave, sympy.sin), parts[0]
            if not odd and waves.get((odd, m), c) != c:
                raise NotKnown(str(condition))
            # sin(a x) = sin(b x) = 0 is sin(gcd(a, b) x) = 0
            waves[odd, m] = sympy.gcd(waves.get((odd, m), Integer(0)), c)
        for (odd, m), c in waves.items():
            for key in ring.keys:
                if key[0] is not ANGLE or not (key[1] == m or self._counts(key[1] / m)):
                    continue
                order = 2 * abs(c) * ring.orders[key]
                if not order.is_Integer:
                    raise NotKnown(str(m))
                sign = ring.one
                if not odd:
                    # exp(2 i c x) = -1, and exp(2 i c x n) = (-1)**n
                    turn = (ANGLE, sympy.pi * key[1] / m)
                    if turn not in ring.places:
                        raise NotKnown(str(m))
                    sign = ring.generator(turn, ring.orders[turn])[0]
                yield key, int(order), sign
