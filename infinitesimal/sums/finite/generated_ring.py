"""Elementary expressions as quotients of polynomials with rational coefficients in their generators.

sin(theta) is (g - 1/g)/(2 i) for g = exp(i theta), tan is sin over cos, and so on; nothing is reduced by relations yet.
"""

from __future__ import annotations

import sympy
from flint import fmpq, fmpq_mpoly_ctx
from sympy import Rational

from infinitesimal.sums.finite.generators import ANGLE, ROOT, SQUARE_ROOTS, Generators, NotKnown, signed_primes, split
from infinitesimal.sums.finite.polynomial_fractions import (
    MAX_EXPONENT,
    Fraction,
    added,
    multiplied,
    shortened,
    whole_power,
)
from infinitesimal.sums.summands.factorial_products import Expr

_TURNS = {
    sympy.tan: (sympy.sin, sympy.cos),
    sympy.cot: (sympy.cos, sympy.sin),
    sympy.tanh: (sympy.sinh, sympy.cosh),
    sympy.coth: (sympy.cosh, sympy.sinh),
}
_INVERSES = {sympy.sec: sympy.cos, sympy.csc: sympy.sin, sympy.sech: sympy.cosh, sympy.csch: sympy.sinh}


class GeneratedRing:
    """The polynomials in the generators that were found, and expressions as quotients of them.

    >>> n, x = sympy.symbols("n x")
    >>> found = Generators(n, 0)
    >>> found.find(sympy.exp(x))
    >>> GeneratedRing(found).built(sympy.sinh(x))
    (g0^2 - 1, 2*g0)
    """

    def __init__(self, generators: Generators) -> None:
        self.found = generators
        self.orders = generators.orders
        self.keys = list(generators.orders)
        self.places = {key: i for i, key in enumerate((*self.keys, *generators.names))}
        self.context = fmpq_mpoly_ctx.get(tuple(f"g{i}" for i in range(max(1, len(self.places)))))
        self.one = self.context.constant(1)

    def generator(self, key: object, exponent: int = 1) -> Fraction:
        if abs(exponent) > MAX_EXPONENT:
            raise NotKnown(str(key))
        power = self.context.gens()[self.places[key]] ** abs(exponent)
        return (power, self.one) if exponent >= 0 else (self.one, power)

    def built(self, expr: Expr) -> Fraction:
        if expr.is_Rational:
            return self.context.constant(fmpq(int(expr.p), int(expr.q))), self.one
        if expr.is_Add:
            return added(self.context, [self.built(part) for part in expr.args])
        if expr.is_Mul:
            return multiplied(self.context, [self.built(part) for part in expr.args])
        if expr is sympy.I:
            return self._imaginary()
        if expr.is_Pow or isinstance(expr, sympy.exp) or expr is sympy.E:
            return self._power(*expr.as_base_exp())
        kind = type(expr)
        if kind in _TURNS:
            top, bottom = (self.built(part(expr.args[0], evaluate=False)) for part in _TURNS[kind])
            return multiplied(self.context, [top, (bottom[1], bottom[0])])
        if kind in _INVERSES:
            top, bottom = self.built(_INVERSES[kind](expr.args[0], evaluate=False))
            return multiplied(self.context, [(bottom, top)])
        if isinstance(expr, sympy.sin | sympy.cos):
            return self._wave(ANGLE, expr.args[0], isinstance(expr, sympy.sin))
        if isinstance(expr, sympy.sinh | sympy.cosh):
            return self._wave(sympy.E, expr.args[0], isinstance(expr, sympy.sinh))
        return self.generator(expr)

    def _imaginary(self) -> Fraction:
        key = (ANGLE, sympy.pi)
        return self.generator(key, self.orders[key] // 2)

    def _exponential(self, base: Expr, argument: Expr) -> Fraction:
        factors = [self.generator((base, m), int(c * self.orders[base, m])) for c, m in split(argument)]
        return multiplied(self.context, factors)

    def _wave(self, base: Expr, argument: Expr, odd: bool) -> Fraction:
        """(g + 1/g)/2, or for the odd function (g - 1/g)/2, over i where g is exp(i theta)."""
        p, q = self._exponential(base, argument)
        top = p * p - q * q if odd else p * p + q * q
        result = (top, 2 * p * q)
        if odd and base is ANGLE:
            i, _ = self._imaginary()
            result = (result[0], result[1] * i)
        return shortened(result)

    def _power(self, base: Expr, exponent: Expr) -> Fraction:
        factors = []
        for c, m in split(exponent):
            if m == 1 and base is not sympy.E:
                factors.append(whole_power(self.built(base), int(c)) if c.is_Integer else self._root(base, c))
            elif base.is_Rational:
                if base < 0:
                    key = (ANGLE, sympy.pi * m)
                    factors.append(self.generator(key, int(c * self.orders[key])))
                for prime, e in signed_primes(abs(base)):
                    factors.append(self.generator((prime, m), int(c * e * self.orders[prime, m])))
            else:
                factors.append(self.generator((base, m), int(c * self.orders[base, m])))
        return multiplied(self.context, factors)

    def _root(self, base: Expr, c: Rational) -> Fraction:
        factors = []
        for radicand, e in self.found.radicands(base):
            key = (ROOT, radicand)
            exponent = int(c * e * self.orders[key])
            turn = (ANGLE, sympy.pi)
            if radicand in SQUARE_ROOTS and turn in self.orders and self.orders[key] == 2:
                factors.append(whole_power(self._square_root(int(radicand)), exponent))
            else:
                factors.append(self.generator(key, exponent))
        return multiplied(self.context, factors)

    def _square_root(self, p: int) -> Fraction:
        """sqrt(2) = 2 cos(pi/4), sqrt(3) = 2 cos(pi/6), sqrt(5) = 1 + 4 cos(2 pi/5)."""
        key = (ANGLE, sympy.pi)
        turn = self.orders[key] // SQUARE_ROOTS[p] * (2 if p == 5 else 1)
        cosine = added(self.context, [self.generator(key, turn), self.generator(key, -turn)])
        return added(self.context, [(self.one, self.one), cosine, cosine]) if p == 5 else cosine
