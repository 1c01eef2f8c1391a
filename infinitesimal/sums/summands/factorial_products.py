"""Hypergeometric terms as what they are written as: a rational function, factorials, and powers.

A term is hypergeometric in k when t(k + 1)/t(k) is a rational function of k. The written form says more
than the ratio: it tells where the term vanishes, and it can be evaluated at the ends of a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy
from sympy import QQ, Integer

Expr: TypeAlias = sympy.Expr
Poly = Any
"""An element of a polynomial ring over the rationals (SymPy's `PolyElement`)."""

_IRRATIONAL = (sympy.NumberSymbol, sympy.I)

MAX_SHIFT = 60
"""The largest constant multiple of the index in a factorial or an exponent."""


@dataclass
class Factored:
    """A rational function as a rational constant times polynomials with multiplicities."""

    constant: Any = field(default_factory=lambda: QQ(1))
    factors: dict[Poly, int] = field(default_factory=dict)

    def multiply(self, poly: Poly, exponent: int) -> None:
        """Multiply in place by a power of a polynomial, which is not zero."""
        if poly.is_ground:
            self.constant *= QQ(poly.LC) ** exponent
            return
        self.constant *= QQ(poly.LC) ** exponent
        poly = poly.monic()
        total = self.factors.pop(poly, 0) + exponent
        if total:
            self.factors[poly] = total

    def part(self, ring: Any, sign: int) -> Poly:
        """The numerator (sign 1, constant included) or the denominator (sign -1), expanded."""
        result = ring.one * (self.constant if sign > 0 else QQ(1))
        for poly, exponent in self.factors.items():
            if exponent * sign > 0:
                result *= poly ** abs(exponent)
        return result


class Ring:
    """The polynomial ring Q[k, ...] of a problem; the index k is the first generator."""

    def __init__(self, index: sympy.Symbol, others: Iterable[sympy.Symbol]) -> None:
        self.index = index
        self.others = tuple(sorted(set(others) - {index}, key=str))
        self.domain = QQ[(index, *self.others)]
        self.ring = self.domain.ring
        self.coefficients = QQ[self.others] if self.others else QQ
        self._position = {s: i for i, s in enumerate((index, *self.others))}

    def poly(self, expr: Expr) -> Poly:
        """The polynomial, an element of the ring; raises `CoercionFailed` if it is not one."""
        return self.ring.ring_new(self.domain.from_sympy(sympy.expand(expr)))

    def generator(self, symbol: sympy.Symbol) -> Poly:
        return self.ring.gens[self._position[symbol]]

    def shift(self, poly: Poly, symbol: sympy.Symbol, by: int) -> Poly:
        """The polynomial with `symbol` + `by` in the place of `symbol`."""
        if not by:
            return poly
        x = self.generator(symbol)
        return poly.compose(x, x + by)

    def expr(self, poly: Poly) -> Expr:
        return self.domain.to_sympy(poly)

    def by_powers(self, poly: Poly) -> dict[int, Any]:
        """The coefficients of the powers of the index, elements of `coefficients`."""
        rows: dict[int, Any] = {}
        for monomial, c in poly.terms():
            if self.others:
                term = self.coefficients.ring.from_dict({monomial[1:]: c})
                rows[monomial[0]] = rows.get(monomial[0], self.coefficients.zero) + term
            else:
                rows[monomial[0]] = c
        return {power: c for power, c in rows.items() if c}

    def from_coefficient(self, coefficient: Any) -> Poly:
        """The element of `coefficients` as an element of the ring."""
        if not self.others:
            return self.ring.one * coefficient
        return self.ring.from_dict({(0, *monomial): c for monomial, c in coefficient.terms()})


@dataclass(frozen=True)
class FactorialProduct:
    """constant * rational * product of a!**e * product of b**x, with arguments linear in the indices.

    `rational` is a rational function of all symbols; `constant` is free of the indices, whatever it is.

    >>> from sympy import symbols, binomial
    >>> k, n = symbols("k n")
    >>> read(binomial(n, k) * 2**k, (k, n)).expr()
    2**k*factorial(n)/(factorial(k)*factorial(-k + n))
    """

    rational: Expr
    factorials: tuple[tuple[Expr, int], ...]
    powers: tuple[tuple[Expr, Expr], ...]
    constant: Expr = sympy.S.One

    def expr(self) -> Expr:
        """The product as a SymPy expression."""
        result = self.constant * self.rational
        for argument, exponent in self.factorials:
            result *= sympy.factorial(argument) ** exponent
        for base, exponent in self.powers:
            result *= base**exponent
        return result

    def ratio(self, ring: Ring, symbol: sympy.Symbol, by: int = 1) -> Factored | None:
        """The quotient of the term at `symbol` + `by` and the term, without its rational part."""
        result = Factored()
        for argument, exponent in self.factorials:
            slope = argument.coeff(symbol) * by
            if not slope.is_Integer or abs(slope) > MAX_SHIFT:
                return None
            base = ring.poly(argument)
            for i in range(1, int(slope) + 1):
                result.multiply(base + i, exponent)
            for i in range(int(-slope)):
                result.multiply(base - i, -exponent)
        for base, exponent in self.powers:
            slope = sympy.expand(exponent).coeff(symbol) * by
            if not slope.is_Integer or abs(slope) > MAX_SHIFT:
                return None
            top, bottom = sympy.fraction(sympy.together(base))
            if base == 0:
                return None
            result.multiply(ring.poly(top), int(slope))
            result.multiply(ring.poly(bottom), -int(slope))
        return result

    def at(self, index: sympy.Symbol, place: Expr) -> Expr | None:
        """The limit of the product as the index tends to `place`; None if it is infinite.

        Factorials of negative integers and zeros of the rational part cancel: each has its order and
        leading coefficient, with (-m)! = (-m + s*e)! ~ (-1)**(m - 1)/((m - 1)! s e).
        """
        order, value = 0, self.constant
        top, bottom = sympy.fraction(sympy.together(self.rational))
        for part, sign in ((top, 1), (bottom, -1)):
            constant, factors = sympy.factor_list(part)
            value *= sympy.Rational(constant) ** sign
            for factor, exponent in factors:
                leading = sympy.factor(sympy.expand(factor.subs(index, place)))
                if leading == 0:
                    leading = sympy.expand(sympy.diff(factor, index).subs(index, place))
                    if leading == 0:
                        return None
                    order += exponent * sign
                value *= leading ** (exponent * sign)
        for argument, exponent in self.factorials:
            there = sympy.expand(argument.subs(index, place))
            if there.is_Integer and there < 0:
                m, slope = -int(there), argument.coeff(index)
                if slope == 0:
                    return None
                value *= (Integer(-1) ** (m - 1) / (sympy.factorial(m - 1) * slope)) ** exponent
                order -= exponent
            else:
                whole = not there.is_Rational or there.is_Integer
                value *= (sympy.factorial(there) if whole else sympy.gamma(there + 1)) ** exponent
        if order:
            return Integer(0) if order > 0 else None
        for base, exponent in self.powers:
            value *= base ** sympy.expand(exponent.subs(index, place))
        return value


def _factorials(factor: Expr) -> list[tuple[Expr, int]] | None:
    """The factorials that a special function stands for, with exponents."""
    a = factor.args
    if isinstance(factor, sympy.factorial):
        return [(a[0], 1)]
    if isinstance(factor, sympy.gamma):
        return [(a[0] - 1, 1)]
    if isinstance(factor, sympy.binomial):
        return [(a[0], 1), (a[1], -1), (a[0] - a[1], -1)]
    if isinstance(factor, sympy.RisingFactorial):
        return [(a[0] + a[1] - 1, 1), (a[0] - 1, -1)]
    if isinstance(factor, sympy.FallingFactorial):
        return [(a[0], 1), (a[0] - a[1], -1)]
    if isinstance(factor, sympy.catalan):
        return [(2 * a[0], 1), (a[0], -1), (a[0] + 1, -1)]
    return None


def read(expr: Expr, indices: tuple[sympy.Symbol, ...]) -> FactorialProduct | None:
    """The term as a product, or None when it is not a hypergeometric term in the given symbols.

    Whatever is free of the indices goes into the rational part as it is.
    """
    factorials: dict[Expr, int] = {}
    powers: dict[Expr, Expr] = {}
    rational: list[Expr] = []
    constants: list[Expr] = []

    def keep(constant: Expr) -> None:
        (rational if constant.is_rational_function() and not constant.has(*_IRRATIONAL) else constants).append(constant)

    def take(factor: Expr, exponent: int) -> bool:
        if not factor.has(*indices):
            keep(factor**exponent)
            return True
        if factor.is_Mul:
            return all(take(f, exponent) for f in factor.args)
        if isinstance(factor, sympy.exp):
            return take_power(sympy.E, factor.args[0], exponent)
        if factor.is_Pow:
            base, power = factor.as_base_exp()
            if power.is_Integer:
                return take(base, exponent * int(power))
            return not base.has(*indices) and take_power(base, power, exponent)
        found = _factorials(factor)
        if found is not None:
            for argument, e in found:
                linear = sympy.expand(argument)
                if not _linear(linear, indices):
                    return False
                if linear.is_Integer and linear >= 0:
                    rational.append(sympy.factorial(linear) ** (e * exponent))
                    continue
                factorials[linear] = factorials.get(linear, 0) + e * exponent
            return True
        if factor.is_rational_function(*indices):
            rational.append(factor**exponent)
            return True
        return False

    def take_power(base: Expr, power: Expr, exponent: int) -> bool:
        power = sympy.expand(power * exponent)
        if not _linear(power, indices):
            return False
        for part in sympy.Add.make_args(power):
            if not part.has(*indices):
                keep(base**part)
                continue
            c, symbol = part.as_independent(*indices)
            if c.is_Integer:
                powers[base] = powers.get(base, Integer(0)) + part
            else:
                whole, rest = (Integer(c.p), base ** sympy.Rational(1, c.q)) if c.is_Rational else (Integer(1), base**c)
                powers[rest] = powers.get(rest, Integer(0)) + whole * symbol
        return True

    if not take(expr, 1):
        return None
    return FactorialProduct(
        sympy.Mul(*rational),
        tuple((a, e) for a, e in factorials.items() if e),
        tuple((b, x) for b, x in powers.items() if x != 0),
        sympy.Mul(*constants),
    )


def _linear(expr: Expr, indices: tuple[sympy.Symbol, ...]) -> bool:
    """Whether the expression is of degree one in the indices together, with constant coefficients."""
    if not expr.is_polynomial(*indices):
        return False
    return all(not sympy.diff(expr, s).has(*indices) for s in indices)
