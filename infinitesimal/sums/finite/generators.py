"""What an expression is made of: angles, exponentials and roots, each as one generator of a polynomial ring.

Sines and cosines are Laurent polynomials in exp(i theta), one generator for each angle that a sum of angles is made
of; b**n and b**(n + 1) have one generator for each prime of b; a root of p is a generator y with y**q = p. Where
exponents have denominators the generator stands for the root of the common order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import lcm

import sympy
from sympy import Integer, Rational

from infinitesimal.sums.summands.factorial_products import Expr

ANGLE = sympy.Dummy("angle")
ROOT = sympy.Dummy("root")
CIRCULAR = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch)
SQUARE_ROOTS = {2: 4, 3: 6, 5: 5}
"""The roots of unity of which sqrt(p) is a sum: exp(i pi/q)."""

Key = tuple[Expr, Expr]
"""A base (or `ANGLE`, for exp(i)) and what it is raised to; or `ROOT` and the radicand."""


class NotKnown(ValueError):
    """The expression is outside of what is read here."""


def split(exponent: Expr) -> list[tuple[Rational, Expr]]:
    """The pairs (c, m) with sum of c m the exponent, c rational, m without a rational factor."""
    parts: dict[Expr, Rational] = {}
    for part in sympy.Add.make_args(sympy.expand(exponent)):
        c, m = part.as_coeff_Mul(rational=True)
        if m.is_Pow and m.base.is_Integer and m.base > 0 and m.exp.is_Add:
            raise NotKnown(str(exponent))
        parts[m] = parts.get(m, Integer(0)) + c
    return [(c, m) for m, c in parts.items() if c != 0]


def signed_primes(base: Rational) -> Iterator[tuple[Expr, int]]:
    """The primes of a rational number with their exponents, and -1."""
    for number, sign in ((int(base.p), 1), (int(base.q), -1)):
        for prime, exponent in sympy.factorint(number).items():
            yield Integer(prime), sign * exponent


@dataclass
class Generators:
    """The generators of some expressions, with common denominators; anything else that occurs is a name.

    >>> n, x = sympy.symbols("n x")
    >>> found = Generators(n, 0)
    >>> found.find(sympy.sin(n * x / 2) + sympy.sqrt(n * (n + 1)))
    >>> list(found.orders.values())
    [2, 2, 2]
    """

    step: sympy.Symbol
    least: int | None
    orders: dict[Key, int] = field(default_factory=dict)
    names: dict[Expr, None] = field(default_factory=dict)

    def note(self, key: Key, order: int) -> None:
        self.orders[key] = lcm(self.orders.get(key, 1), order)

    def find(self, expr: Expr) -> None:
        if expr.is_Rational:
            return
        if expr.is_Add or expr.is_Mul:
            for part in expr.args:
                self.find(part)
        elif expr is sympy.I:
            self.note((ANGLE, sympy.pi), 2)
        elif expr.is_Pow or isinstance(expr, sympy.exp) or expr is sympy.E:
            self._find_power(*expr.as_base_exp())
        elif isinstance(expr, CIRCULAR):
            self.note((ANGLE, sympy.pi), 2)
            for c, m in split(expr.args[0]):
                self.note((ANGLE, m), c.q)
        elif isinstance(expr, HYPERBOLIC):
            for c, m in split(expr.args[0]):
                self.note((sympy.E, m), c.q)
        elif expr.has(sympy.nan, sympy.zoo, sympy.oo):
            raise NotKnown(str(expr))
        else:
            self.names[expr] = None

    def _find_power(self, base: Expr, exponent: Expr) -> None:
        for c, m in split(exponent):
            if m == 1 and base is not sympy.E:
                if c.is_Integer:
                    self.find(base)
                else:
                    self._find_root(base, c.q)
            elif base.is_Rational:
                if base < 0:
                    self.note((ANGLE, sympy.pi * m), c.q)
                for prime, _ in signed_primes(abs(base)):
                    self.note((prime, m), c.q)
            else:
                self.note((base, m), c.q)

    def _find_root(self, base: Expr, order: int) -> None:
        for radicand, _ in self.radicands(base):
            self.note((ROOT, radicand), order)
            self.find(radicand)

    def radicands(self, base: Expr) -> list[tuple[Expr, int]]:
        """The factors |p|, with multiplicities, of a number or a rational function that is not negative; or itself."""
        if base.is_Rational and base > 0:
            return list(signed_primes(base))
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
        return [*signed_primes(constant), *result]


def _sign_from(p: Expr, step: sympy.Symbol, least: int) -> int:
    """The sign of a polynomial over the rationals on all reals >= least; 0 where it changes or is not known."""
    polynomial = sympy.Poly(p, step)
    if polynomial.free_symbols_in_domain or polynomial.count_roots(least, None) != 0:
        return 0
    return 1 if polynomial.eval(least) > 0 else -1
