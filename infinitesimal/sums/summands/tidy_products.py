"""Products of factorials in the form a reader expects: binomial coefficients, few factors, one power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy
from sympy import Integer

from infinitesimal.sums.summands.factorial_products import Expr, FactorialProduct, read

MAX_OFFSET = 60

FACTORIALS = (
    sympy.factorial,
    sympy.gamma,
    sympy.binomial,
    sympy.RisingFactorial,
    sympy.FallingFactorial,
    sympy.catalan,
)

_NUMBERS = (sympy.fibonacci, sympy.lucas)


@dataclass
class NormalForm:
    """rational * product of core!**e * product of b**x; no core has an integer constant term.

    Two hypergeometric terms are similar (their quotient is rational) when their `key` agrees.
    """

    rational: Expr
    factorials: dict[Expr, int]
    powers: dict[Expr, Expr]

    @property
    def key(self) -> tuple[frozenset[tuple[Expr, int]], frozenset[tuple[Expr, Expr]]]:
        return frozenset(self.factorials.items()), frozenset(self.powers.items())

    def expr(self) -> Expr:
        return FactorialProduct(self.rational, tuple(self.factorials.items()), tuple(self.powers.items())).expr()


def normal_form(expr: Expr, symbols: tuple[sympy.Symbol, ...]) -> NormalForm | None:
    """The normal form of a hypergeometric term in the symbols, or None when it is not one."""
    product = read(expr, symbols)
    if product is None:
        return None
    rational = product.constant * product.rational
    factorials: dict[Expr, int] = {}
    for argument, exponent in product.factorials:
        constant = argument.as_independent(*argument.free_symbols, as_Add=True)[0]
        whole = int(sympy.floor(constant)) if constant.is_Rational else 0
        if abs(whole) > MAX_OFFSET:
            return None
        core = argument - whole
        factorials[core] = factorials.get(core, 0) + exponent
        rational *= sympy.Mul(*(core + i for i in range(1, whole + 1))) ** exponent
        rational /= sympy.Mul(*(core - i for i in range(-whole))) ** exponent
    return NormalForm(rational, {c: e for c, e in factorials.items() if e}, _one_power(product.powers))


def _one_power(powers: tuple[tuple[Expr, Expr], ...]) -> dict[Expr, Expr]:
    """All rational bases with the same symbol in the exponent as one base: 4**k * 2**(-k) = 2**k."""
    result: dict[Expr, Expr] = {}
    rationals: dict[sympy.Symbol, Expr] = {}
    for base, exponent in powers:
        for part in sympy.Add.make_args(exponent):
            slope, symbol = part.as_independent(*part.free_symbols)
            if base.is_Rational and slope.is_Integer:
                rationals[symbol] = rationals.get(symbol, Integer(1)) * base**slope
            else:
                result[base] = result.get(base, Integer(0)) + part
    for symbol, base in rationals.items():
        if base != 1:
            result[base] = result.get(base, Integer(0)) + symbol
    return {b: x for b, x in result.items() if x != 0}


def combine(terms: list[Expr], symbols: tuple[sympy.Symbol, ...]) -> list[Expr] | None:
    """The terms with similar ones added up, zeros dropped; None when one is not hypergeometric."""
    groups: dict[object, NormalForm] = {}
    for term in terms:
        form = normal_form(term, symbols)
        if form is None:
            return None
        if form.key in groups:
            groups[form.key].rational += form.rational
        else:
            groups[form.key] = form
    result = []
    for form in groups.values():
        form.rational = sympy.factor(sympy.together(form.rational))
        if form.rational != 0:
            result.append(form.expr())
    return result


def counted_symbols(expr: Expr) -> tuple[sympy.Symbol, ...]:
    """The symbols inside factorials, binomials and exponents: those that stand for whole numbers."""
    places = [arg for f in expr.atoms(*FACTORIALS, *_NUMBERS) for arg in f.args]
    places += [power.exp for power in expr.atoms(sympy.Pow)]
    symbols = {s for place in places for s in place.free_symbols if place.is_polynomial(s)}
    return tuple(sorted(symbols, key=str))


def tidy(expr: Expr) -> Expr:
    """The same hypergeometric term (a sum of them) in its shortest form known here.

    Equal as meromorphic functions; at single points the forms may differ (0/0), so the caller checks.

    >>> n = sympy.Symbol("n")
    >>> tidy(sympy.factorial(2 * n + 1) / (sympy.factorial(n) * sympy.factorial(n + 1)))
    binomial(2*n + 1, n)
    """
    symbols = counted_symbols(expr)
    parts = combine(list(expr.args), symbols) if expr.is_Add else [expr]
    if parts is None:
        return expr
    return sympy.Add(*(_tidy_product(part, symbols) for part in parts))


def _tidy_product(expr: Expr, symbols: tuple[sympy.Symbol, ...]) -> Expr:
    form = normal_form(expr, symbols)
    if form is None:
        return expr
    rational = sympy.factor(sympy.together(form.rational))
    plain = rational * _binomials(form.factorials) * _powers(form.powers)
    rational, moved = _absorb(rational, form.factorials)
    absorbed = rational * _binomials(moved) * _powers(form.powers)
    return min((absorbed, plain), key=sympy.count_ops)


def _powers(powers: dict[Expr, Expr]) -> Expr:
    return sympy.Mul(*(base**exponent for base, exponent in powers.items()))


def _absorb(rational: Expr, factorials: dict[Expr, int]) -> tuple[Expr, dict[Expr, int]]:
    """Linear factors moved into the factorials they are next to: (n + 1) n! = (n + 1)!."""
    top, bottom = sympy.fraction(rational)
    powers = {f: e for part, sign in ((top, 1), (bottom, -1)) for f, e in _factors(part, sign)}
    result: dict[Expr, int] = {}
    for core, exponent in factorials.items():
        sign = 1 if exponent > 0 else -1
        for _ in range(abs(exponent)):
            argument = core
            for _ in range(MAX_OFFSET):
                if _use(powers, argument + 1, sign):
                    argument += 1
                elif _use(powers, argument, -sign):
                    argument -= 1
                else:
                    break
            result[argument] = result.get(argument, 0) + sign
    return sympy.Mul(*(f**e for f, e in powers.items())), {a: e for a, e in result.items() if e}


def _factors(expr: Expr, sign: int) -> list[tuple[Expr, int]]:
    return [
        (b, int(e) * sign) if e.is_Integer else (b**e, sign)
        for b, e in (f.as_base_exp() for f in sympy.Mul.make_args(expr))
    ]


def _use(powers: dict[Expr, int], linear: Expr, sign: int) -> bool:
    """Take the linear expression once from the powers (of the given sign); False if it is not there."""
    for base in list(powers):
        if powers[base] * sign <= 0 or not base.free_symbols:
            continue
        quotient = sympy.cancel(linear / base)
        if quotient.is_Rational:
            powers[base] -= sign
            constant = quotient**-sign
            if constant != 1:
                powers[constant] = powers.get(constant, 0) + 1
            return True
    return False


def _binomials(factorials: dict[Expr, int]) -> Expr:
    """The product of factorials with as many as possible paired to binomial coefficients."""
    left = dict(factorials)
    result: Expr = Integer(1)
    for _ in range(20):
        found = next(_pairs(left), None)
        if found is None:
            break
        top, bottom, sign = found
        result *= sympy.binomial(top, bottom, evaluate=False) ** sign
        for argument, change in ((top, -sign), (bottom, sign), (sympy.expand(top - bottom), sign)):
            left[argument] = left.get(argument, 0) + change
    return result * sympy.Mul(*(_factorial(a) ** e for a, e in left.items()))


def _factorial(argument: Expr) -> Expr:
    """The factorial, written with gamma where the argument is not a whole number."""
    constant = argument.as_independent(*argument.free_symbols, as_Add=True)[0]
    return sympy.factorial(argument) if constant.is_Integer else sympy.gamma(argument + 1)


def _pairs(left: dict[Expr, int]) -> Iterator[tuple[Expr, Expr, int]]:
    """Triples a!/(b! (a - b)!) or their reciprocals, the plainer b first."""
    for sign in (1, -1):
        tops = [a for a, e in left.items() if e * sign > 0]
        bottoms = sorted((a for a, e in left.items() if e * sign < 0), key=lambda a: (sympy.count_ops(a), str(a)))
        for top in tops:
            for bottom in bottoms:
                other = sympy.expand(top - bottom)
                enough = 2 if other == bottom else 1
                if other in bottoms and left[other] * sign <= -enough:
                    yield top, bottom, sign
