"""Hypergeometric terms in normal form: a rational function times z**n times rising factorials of numbers in (0, 1].

(2n)! = 4**n (1/2)_n (1)_n by the multiplication formula, and (c + 1)_n = (c)_n (n + c)/c moves every integer shift
into the rational function, so that all contiguous terms share one `Family`. Source: Petkovsek, Wilf, Zeilberger,
*A = B*, ch. 3; DLMF 5.5.6.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n

MAX_SHIFT = 60
MAX_MULTIPLE = 24

Classes = tuple[tuple[sympy.Expr, int], ...]


@dataclass(frozen=True)
class Family:
    """The terms t(n) = z**n * product of (c)_n**e over the classes (c, e), c in (0, 1] and e != 0; t(0) = 1."""

    z: sympy.Expr
    classes: Classes

    def numerator(self) -> list[sympy.Expr]:
        """The parameters above, with their multiplicity."""
        return [c for c, e in self.classes for _ in range(e)]

    def denominator(self) -> list[sympy.Expr]:
        """The parameters below, the 1 of n! among them."""
        return [c for c, e in self.classes for _ in range(-e)]

    def value(self, index: int) -> sympy.Expr:
        """The term t(index), exact."""
        return self.z**index * sympy.Mul(*(sympy.rf(c, index) ** e for c, e in self.classes))

    @property
    def exponent(self) -> sympy.Expr:
        """In the balanced case t(n) z**-n grows like n to this power."""
        return sympy.Add(*(c * e for c, e in self.classes))

    @property
    def balance(self) -> int:
        """How many more factorials stand above than below."""
        return sum(e for _, e in self.classes)


@dataclass(frozen=True)
class GammaProduct:
    """The term constant * rational(n) * t(n) of a family."""

    constant: sympy.Expr
    rational: sympy.Expr
    family: Family


class NotHypergeometric(ValueError):
    """The term is not a product of the factors that this module reads."""


class _Reader:
    """The factors met so far; every method multiplies one more factor, raised to a power, onto them."""

    def __init__(self) -> None:
        self.constant: sympy.Expr = S.One
        self.rational: sympy.Expr = S.One
        self.z: sympy.Expr = S.One
        self.classes: Counter[sympy.Expr] = Counter()

    def multiply(self, expr: sympy.Expr, power: int) -> None:
        if not expr.has(n):
            self.constant *= expr**power
        elif expr.is_Mul:
            for factor in expr.args:
                self.multiply(factor, power)
        elif expr.is_rational_function(n):
            self.rational *= expr**power
        elif expr.is_Pow or isinstance(expr, sympy.exp):
            self._power(expr, power)
        elif expr.is_Add:
            factored = sympy.factor_terms(expr)
            if not factored.is_Mul:
                factored = sympy.factor(expr)
            if not factored.is_Mul:
                raise NotHypergeometric(str(expr))
            self.multiply(factored, power)
        else:
            rule = _RULES.get(type(expr))
            if rule is None:
                raise NotHypergeometric(str(expr))
            rule(self, power, *expr.args)

    def _power(self, expr: sympy.Expr, power: int) -> None:
        base, exponent = (S.Exp1, expr.args[0]) if isinstance(expr, sympy.exp) else expr.as_base_exp()
        if not base.has(n):
            slope, rest = _line(exponent)
            self.z *= base ** (slope * power)
            self.constant *= base ** (rest * power)
        elif exponent.is_Integer and abs(exponent) <= MAX_SHIFT:
            self.multiply(base, power * int(exponent))
        else:
            raise NotHypergeometric(str(expr))

    def gamma(self, power: int, argument: sympy.Expr) -> None:
        """Gamma(p n + q) = Gamma(q) p**(p n) product of ((q + i)/p)_n over i < p; below zero by reflection."""
        slope, rest = _line(argument)
        if not slope.is_Integer or abs(slope) > MAX_MULTIPLE or not slope:
            raise NotHypergeometric(str(argument))
        if slope == -1 and not rest.is_Integer:
            self.constant *= sympy.gamma(rest) ** power
            self.z *= S.NegativeOne**power
            self.rising(-power, 1 - rest)
            return
        if slope < 0:
            raise NotHypergeometric(str(argument))
        while rest.is_Integer and rest <= 0:
            if rest < -MAX_SHIFT:
                raise NotHypergeometric(str(argument))
            self.rational *= (slope * n + rest) ** -power
            rest += 1
        self.constant *= sympy.gamma(rest) ** power
        self.z *= slope ** (slope * power)
        for i in range(int(slope)):
            self.rising(power, (rest + i) / slope)

    def rising(self, power: int, c: sympy.Expr) -> None:
        """(c)_n, with c moved to its representative in (0, 1]; a parameter with symbols stays as it is."""
        shift = sympy.ceiling(c) - 1 if c.is_Rational else S.Zero
        if abs(shift) > MAX_SHIFT:
            raise NotHypergeometric(str(c))
        home = c - shift
        if shift:
            moved = sympy.rf(home, shift) if shift > 0 else sympy.rf(c, -shift)
            if moved == 0:
                raise NotHypergeometric(f"a factorial of {c}")
            steps = sympy.Mul(*(n + min(home, c) + i for i in range(abs(int(shift)))))
            self.rational *= steps ** (power if shift > 0 else -power)
            self.constant *= moved ** (-power if shift > 0 else power)
        self.classes[home] += power

    def factorial(self, power: int, x: sympy.Expr) -> None:
        self.gamma(power, x + 1)

    def binomial(self, power: int, x: sympy.Expr, y: sympy.Expr) -> None:
        difference = sympy.expand(x - y)
        if not difference.has(n) and difference.is_Integer and difference >= 0:
            y, difference = difference, y
        if not y.has(n) and y.is_Integer and 0 <= y <= MAX_SHIFT:
            self.rational *= sympy.Mul(*((x - i) / (i + 1) for i in range(int(y)))) ** power
            return
        if x.is_Integer and x < 0:
            # binomial(-m, n) = (-1)**n binomial(m + n - 1, n)
            self.multiply(S.NegativeOne**y, power)
            self.binomial(power, y - x - 1, y)
            return
        for part, sign in ((x, 1), (y, -1), (difference, -1)):
            if part.has(n):
                self.gamma(sign * power, part + 1)
            elif part.is_Integer and part < 0:
                raise NotHypergeometric(str(part))
            else:
                self.constant *= sympy.gamma(part + 1) ** (sign * power)

    def pochhammer(self, power: int, x: sympy.Expr, k: sympy.Expr) -> None:
        if not k.has(n) and k.is_Integer and abs(k) <= MAX_SHIFT:
            self.rational *= sympy.expand_func(sympy.rf(x, k)) ** power
        elif k == n and not x.has(n):
            self.rising(power, x)
        else:
            self.gamma(power, sympy.expand(x + k))
            if x.has(n):
                self.gamma(-power, x)
            else:
                self.constant *= sympy.gamma(x) ** -power

    def falling(self, power: int, x: sympy.Expr, k: sympy.Expr) -> None:
        self.pochhammer(power, sympy.expand(x - k + 1), k)

    def double_factorial(self, power: int, x: sympy.Expr) -> None:
        """(2m)!! = 2**m m! and (2m-1)!! = (2m)!/(2**m m!)."""
        slope, rest = _line(x)
        if slope != 2 or not rest.is_Integer:
            raise NotHypergeometric(str(x))
        half = n + sympy.ceiling(rest / 2)
        sign = power if rest % 2 == 0 else -power
        self.z *= S(2) ** sign
        self.constant *= S(2) ** (sign * (half - n))
        self.factorial(sign, half)
        if rest % 2:
            self.factorial(power, 2 * half)

    def catalan(self, power: int, x: sympy.Expr) -> None:
        self.binomial(power, 2 * x, x)
        self.rational *= (x + 1) ** -power


_RULES: dict[type, Callable[..., Any]] = {
    sympy.factorial: _Reader.factorial,
    sympy.gamma: _Reader.gamma,
    sympy.binomial: _Reader.binomial,
    sympy.RisingFactorial: _Reader.pochhammer,
    sympy.FallingFactorial: _Reader.falling,
    sympy.factorial2: _Reader.double_factorial,
    sympy.catalan: _Reader.catalan,
}


def _line(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    expr = sympy.expand(expr)
    slope = expr.coeff(n, 1)
    rest = sympy.expand(expr - slope * n)
    if rest.has(n) or slope.has(n):
        raise NotHypergeometric(str(expr))
    return slope, rest


def read_product(expr: sympy.Expr) -> GammaProduct:
    """The normal form of a hypergeometric term; raises `NotHypergeometric` for anything else.

    The form equals the term at every n >= 0 where both have a value.

    >>> product = read_product(sympy.binomial(2*n, n) / 4**n)
    >>> product.family
    Family(z=1, classes=((1, -1), (1/2, 1)))
    >>> read_product(1 / sympy.factorial(n + 1)).rational
    1/(n + 1)
    """
    reader = _Reader()
    reader.multiply(expr, 1)
    classes = tuple(sorted(((c, e) for c, e in reader.classes.items() if e), key=lambda item: str(item[0])))
    z = sympy.powsimp(sympy.expand_power_base(sympy.expand(reader.z)))
    return GammaProduct(reader.constant, reader.rational, Family(z, classes))


def read_sum(expr: sympy.Expr) -> list[GammaProduct]:
    """The term as a sum of hypergeometric terms, those of one family and constant together."""
    try:
        products = [read_product(expr)]
    except NotHypergeometric:
        expanded = sympy.expand(expr.rewrite([sympy.sinh, sympy.cosh], sympy.exp))
        products = [read_product(part) for part in sympy.Add.make_args(expanded)]
    together: dict[tuple[sympy.Expr, Family], sympy.Expr] = {}
    for p in products:
        number, symbolic = p.constant.as_coeff_Mul()
        key = (symbolic, p.family)
        together[key] = together.get(key, S.Zero) + number * p.rational
    return [GammaProduct(constant, rational, family) for (constant, family), rational in together.items()]
