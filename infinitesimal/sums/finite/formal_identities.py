"""Identities between exponentials, trigonometric functions, powers and roots, decided in a polynomial ring.

Sines and cosines are Laurent polynomials in exp(i theta), one generator for each angle that a sum of angles is made
of; b**n and b**(n + 1) have one generator for each prime of b; a root of p is a generator y with y**q = p. What is
built from them is a quotient of polynomials with rational coefficients. It is zero where its numerator vanishes by the
relations between the generators: those of roots, of roots of unity, and (-1)**(2 n) = 1 for integers n. One-sided:
generators that are not known to depend on each other count as independent, so that not proved is not refuted. Source:
Petkovsek, Wilf, Zeilberger, *A = B*, 1.5, on trigonometric identities as polynomial ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import lcm

import sympy
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from sympy import Eq, Integer, Rational
from sympy.polys.polyerrors import PolynomialError

from infinitesimal.sums.finite.polynomial_fractions import (
    MAX_EXPONENT,
    Fraction,
    TooLarge,
    added,
    modulo_cyclotomic,
    multiplied,
    shortened,
    whole_power,
    with_relation,
)
from infinitesimal.sums.summands.factorial_products import Expr

MAX_DENOMINATOR = 120
"""Roots of unity of larger order are not used."""

_ANGLE = sympy.Dummy("angle")
_ROOT = sympy.Dummy("root")
_TURNS = {
    sympy.tan: (sympy.sin, sympy.cos),
    sympy.cot: (sympy.cos, sympy.sin),
    sympy.tanh: (sympy.sinh, sympy.cosh),
    sympy.coth: (sympy.cosh, sympy.sinh),
}
_INVERSES = {sympy.sec: sympy.cos, sympy.csc: sympy.sin, sympy.sech: sympy.cosh, sympy.csch: sympy.sinh}
_CIRCULAR = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
_HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch)
_SQUARE_ROOTS = {2: 4, 3: 6, 5: 5}
"""The roots of unity of which sqrt(p) is a sum: exp(i pi/q)."""

Key = tuple[Expr, Expr]
"""A base (or `_ANGLE`, for exp(i)) and what it is raised to; or `_ROOT` and the radicand."""


class NotKnown(ValueError):
    """The expression is outside of what is read here."""


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
        return _Ring(step, least, whole, conditions).is_zero(expr, nonzero)
    except (NotKnown, TooLarge, PolynomialError, ZeroDivisionError):
        return False


def split(exponent: Expr) -> list[tuple[Rational, Expr]]:
    """The pairs (c, m) with sum of c m the exponent, c rational, m without a rational factor."""
    parts: dict[Expr, Rational] = {}
    for part in sympy.Add.make_args(sympy.expand(exponent)):
        c, m = part.as_coeff_Mul(rational=True)
        if m.is_Pow and m.base.is_Integer and m.base > 0 and m.exp.is_Add:
            raise NotKnown(str(exponent))
        parts[m] = parts.get(m, Integer(0)) + c
    return [(c, m) for m, c in parts.items() if c != 0]


def _signed_primes(base: Rational) -> Iterator[tuple[Expr, int]]:
    """The primes of a rational number with their exponents, and -1."""
    for number, sign in ((int(base.p), 1), (int(base.q), -1)):
        for prime, exponent in sympy.factorint(number).items():
            yield Integer(prime), sign * exponent


@dataclass
class _Ring:
    """One question: first the generators are found, with common denominators, then the expression is built."""

    step: sympy.Symbol
    least: int | None
    whole: frozenset[sympy.Symbol]
    conditions: tuple[Eq, ...]
    orders: dict[Key, int] = field(default_factory=dict)
    names: dict[Expr, None] = field(default_factory=dict)

    def is_zero(self, expr: Expr, nonzero: tuple[Expr, ...]) -> bool:
        self._find(expr)
        for part in (*(condition.lhs for condition in self.conditions), *nonzero):
            self._find(part)
        if (_ANGLE, sympy.pi) in self.orders or any(m.has(sympy.pi) for base, m in self.orders if base is _ANGLE):
            roots = [int(m) for base, m in self.orders if base is _ROOT and m in _SQUARE_ROOTS]
            self._note((_ANGLE, sympy.pi), lcm(2, *(_SQUARE_ROOTS[p] for p in roots)))
        if self.orders.get((_ANGLE, sympy.pi), 1) > MAX_DENOMINATOR:
            raise NotKnown("roots of unity")
        self.keys = list(self.orders)
        self.places = {key: i for i, key in enumerate((*self.keys, *self.names))}
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{i}" for i in range(max(1, len(self.places)))))
        self.one = self.context.constant(1)
        top = self._built(expr)[0]
        if self._reduced(top) == 0:
            return True
        # N D = 0 with D not zero is N = 0, where the relations have divisors of zero
        for part in nonzero:
            top *= self._built(part)[0]
        return bool(nonzero) and self._reduced(top) == 0

    # -- the generators

    def _note(self, key: Key, order: int) -> None:
        self.orders[key] = lcm(self.orders.get(key, 1), order)

    def _find(self, expr: Expr) -> None:
        if expr.is_Rational:
            return
        if expr.is_Add or expr.is_Mul:
            for part in expr.args:
                self._find(part)
        elif expr is sympy.I:
            self._note((_ANGLE, sympy.pi), 2)
        elif expr.is_Pow or isinstance(expr, sympy.exp) or expr is sympy.E:
            self._find_power(*expr.as_base_exp())
        elif isinstance(expr, _CIRCULAR):
            self._note((_ANGLE, sympy.pi), 2)
            for c, m in split(expr.args[0]):
                self._note((_ANGLE, m), c.q)
        elif isinstance(expr, _HYPERBOLIC):
            for c, m in split(expr.args[0]):
                self._note((sympy.E, m), c.q)
        elif expr.has(sympy.nan, sympy.zoo, sympy.oo):
            raise NotKnown(str(expr))
        else:
            self.names[expr] = None

    def _find_power(self, base: Expr, exponent: Expr) -> None:
        for c, m in split(exponent):
            if m == 1 and base is not sympy.E:
                if c.is_Integer:
                    self._find(base)
                else:
                    self._find_root(base, c.q)
            elif base.is_Rational:
                if base < 0:
                    self._note((_ANGLE, sympy.pi * m), c.q)
                for prime, _ in _signed_primes(abs(base)):
                    self._note((prime, m), c.q)
            else:
                self._note((base, m), c.q)

    def _find_root(self, base: Expr, order: int) -> None:
        for radicand, _ in self._radicands(base):
            self._note((_ROOT, radicand), order)
            self._find(radicand)

    def _radicands(self, base: Expr) -> list[tuple[Expr, int]]:
        """The factors |p|, with multiplicities, of a number or a rational function that is not negative; or itself."""
        if base.is_Rational and base > 0:
            return list(_signed_primes(base))
        if self.least is None or base.free_symbols != {self.step} or not base.is_rational_function(self.step):
            return [(base, 1)]
        constant, factors = Integer(1), []
        for part, sign in zip(sympy.fraction(sympy.together(base)), (1, -1), strict=True):
            c, found = sympy.factor_list(part, self.step)
            constant *= c**sign
            factors += [(p, sign * e) for p, e in found]
        result: list[tuple[Expr, int]] = []
        for p, e in factors:
            sign = _sign_from(p, self.step, self.least)
            if sign == 0:
                return [(base, 1)]
            constant *= sign**e
            result.append((p if sign > 0 else sympy.expand(-p), e))
        if not (constant.is_Rational and constant > 0):
            return [(base, 1)]
        return [*_signed_primes(constant), *result]

    # -- the expression

    def _generator(self, key: object, exponent: int = 1) -> Fraction:
        if abs(exponent) > MAX_EXPONENT:
            raise NotKnown(str(key))
        power = self.context.gens()[self.places[key]] ** abs(exponent)
        return (power, self.one) if exponent >= 0 else (self.one, power)

    def _built(self, expr: Expr) -> Fraction:
        if expr.is_Rational:
            return self.context.constant(fmpq(int(expr.p), int(expr.q))), self.one
        if expr.is_Add:
            return added(self.context, [self._built(part) for part in expr.args])
        if expr.is_Mul:
            return multiplied(self.context, [self._built(part) for part in expr.args])
        if expr is sympy.I:
            return self._imaginary()
        if expr.is_Pow or isinstance(expr, sympy.exp) or expr is sympy.E:
            return self._power(*expr.as_base_exp())
        kind = type(expr)
        if kind in _TURNS:
            top, bottom = (self._built(part(expr.args[0], evaluate=False)) for part in _TURNS[kind])
            return multiplied(self.context, [top, (bottom[1], bottom[0])])
        if kind in _INVERSES:
            top, bottom = self._built(_INVERSES[kind](expr.args[0], evaluate=False))
            return multiplied(self.context, [(bottom, top)])
        if isinstance(expr, sympy.sin | sympy.cos):
            return self._wave(_ANGLE, expr.args[0], isinstance(expr, sympy.sin))
        if isinstance(expr, sympy.sinh | sympy.cosh):
            return self._wave(sympy.E, expr.args[0], isinstance(expr, sympy.sinh))
        return self._generator(expr)

    def _imaginary(self) -> Fraction:
        key = (_ANGLE, sympy.pi)
        return self._generator(key, self.orders[key] // 2)

    def _exponential(self, base: Expr, argument: Expr) -> Fraction:
        factors = [self._generator((base, m), int(c * self.orders[base, m])) for c, m in split(argument)]
        return multiplied(self.context, factors)

    def _wave(self, base: Expr, argument: Expr, odd: bool) -> Fraction:
        """(g + 1/g)/2, or for the odd function (g - 1/g)/2, over i where g is exp(i theta)."""
        p, q = self._exponential(base, argument)
        top = p * p - q * q if odd else p * p + q * q
        result = (top, 2 * p * q)
        if odd and base is _ANGLE:
            i, _ = self._imaginary()
            result = (result[0], result[1] * i)
        return shortened(result)

    def _power(self, base: Expr, exponent: Expr) -> Fraction:
        factors = []
        for c, m in split(exponent):
            if m == 1 and base is not sympy.E:
                factors.append(whole_power(self._built(base), int(c)) if c.is_Integer else self._root(base, c))
            elif base.is_Rational:
                if base < 0:
                    key = (_ANGLE, sympy.pi * m)
                    factors.append(self._generator(key, int(c * self.orders[key])))
                for prime, e in _signed_primes(abs(base)):
                    factors.append(self._generator((prime, m), int(c * e * self.orders[prime, m])))
            else:
                factors.append(self._generator((base, m), int(c * self.orders[base, m])))
        return multiplied(self.context, factors)

    def _root(self, base: Expr, c: Rational) -> Fraction:
        factors = []
        for radicand, e in self._radicands(base):
            key = (_ROOT, radicand)
            exponent = int(c * e * self.orders[key])
            turn = (_ANGLE, sympy.pi)
            if radicand in _SQUARE_ROOTS and turn in self.orders and self.orders[key] == 2:
                factors.append(whole_power(self._square_root(int(radicand)), exponent))
            else:
                factors.append(self._generator(key, exponent))
        return multiplied(self.context, factors)

    def _square_root(self, p: int) -> Fraction:
        """sqrt(2) = 2 cos(pi/4), sqrt(3) = 2 cos(pi/6), sqrt(5) = 1 + 4 cos(2 pi/5)."""
        key = (_ANGLE, sympy.pi)
        turn = self.orders[key] // _SQUARE_ROOTS[p] * (2 if p == 5 else 1)
        cosine = added(self.context, [self._generator(key, turn), self._generator(key, -turn)])
        return added(self.context, [(self.one, self.one), cosine, cosine]) if p == 5 else cosine

    # -- relations

    def _reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial with powers of generators replaced by their relations."""
        # Roots of polynomials first: their radicands have no roots of the same kind in them.
        for key in self.keys:
            if key[0] is _ROOT:
                top, bottom = self._built(key[1])
                polynomial = with_relation(polynomial, self.places[key], self.orders[key], top, bottom)
        for key, order, value in self._periods():
            polynomial = with_relation(polynomial, self.places[key], order, value, self.one)
        for key in self.keys:
            if key[0] is _ANGLE and self._counts(key[1] / sympy.pi):
                polynomial = with_relation(polynomial, self.places[key], 2 * self.orders[key], self.one, self.one)
        key = (_ANGLE, sympy.pi)
        return (
            modulo_cyclotomic(polynomial, self.places[key], 2 * self.orders[key]) if key in self.places else polynomial
        )

    def _counts(self, m: Expr) -> bool:
        """Whether m is a product of symbols that are integers, and nothing else."""
        factors = [factor.as_base_exp() for factor in sympy.Mul.make_args(m)]
        return all(base in self.whole and e.is_Integer and e > 0 for base, e in factors)

    def _periods(self) -> Iterator[tuple[Key, int, fmpq_mpoly]]:
        """(generator, d, value) with generator**d = value, by the conditions sin(c x) = 0 and cos(c x) = 0."""
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
            for key in self.keys:
                if key[0] is not _ANGLE or not (key[1] == m or self._counts(key[1] / m)):
                    continue
                order = 2 * abs(c) * self.orders[key]
                if not order.is_Integer:
                    raise NotKnown(str(m))
                sign = self.one
                if not odd:
                    # exp(2 i c x) = -1, and exp(2 i c x n) = (-1)**n
                    turn = (_ANGLE, sympy.pi * key[1] / m)
                    if turn not in self.places:
                        raise NotKnown(str(m))
                    sign = self._generator(turn, self.orders[turn])[0]
                yield key, int(order), sign


def _sign_from(p: Expr, step: sympy.Symbol, least: int) -> int:
    """The sign of a polynomial over the rationals on all reals >= least; 0 where it changes or is not known."""
    polynomial = sympy.Poly(p, step)
    if polynomial.free_symbols_in_domain or polynomial.count_roots(least, None) != 0:
        return 0
    return 1 if polynomial.eval(least) > 0 else -1
