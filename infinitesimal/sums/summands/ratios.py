"""Hypergeometric terms: the ratio of neighbours as an exact rational function.

A term is hypergeometric when a(k+1)/a(k) is a rational function of k. It is brought into the form

    R(k) * c * rho**k * product of gamma(a_i k + b_i)**e_i

with R rational; the ratio follows from gamma(z + 1) = z gamma(z) alone, and two terms whose gammas
agree up to integer shifts can be added. Source: Petkovsek, Wilf, Zeilberger, *A = B* (1996), 3.3.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sympy
from flint import fmpq, fmpq_poly
from sympy.polys.fields import FracField

from infinitesimal.arithmetics.symbolic import n

Fraction = Any
"""An element of a field of rational functions."""

MAX_SLOPE = 24
"""gamma(a k + b) with |a| above this is not unrolled."""

MAX_SHIFT = 200
"""Gammas further apart than this are not compared."""


@dataclass
class Form:
    """R * constant * rate**k * product of gamma(slope*k + shift)**exponent, keyed by (slope, shift)."""

    rational: Fraction
    constant: sympy.Expr = sympy.S.One
    rate: sympy.Expr = sympy.S.One
    gammas: Counter[tuple[int, sympy.Expr]] = field(default_factory=Counter)

    def times(self, other: "Form") -> "Form":
        gammas = Counter(self.gammas)
        for key, exponent in other.gammas.items():
            gammas[key] += exponent
        return Form(self.rational * other.rational, self.constant * other.constant, self.rate * other.rate, gammas)

    def raised(self, exponent: int) -> "Form":
        return Form(
            self.rational**exponent,
            self.constant**exponent,
            self.rate**exponent,
            Counter({key: e * exponent for key, e in self.gammas.items()}),
        )


class NotHypergeometric(ValueError):
    """The term has no rational ratio that this module can see."""


@dataclass(frozen=True)
class Reader:
    """Reads terms in `k` into forms over Q(k, parameters)."""

    k: sympy.Symbol
    field: FracField
    generators: dict[sympy.Expr, Fraction]

    @classmethod
    def of(cls, expr: sympy.Expr, k: sympy.Symbol) -> "Reader":
        atoms = [k, *sorted(_constants(expr, k), key=str)]
        names = sympy.symbols(f"g:{len(atoms)}", cls=sympy.Dummy)
        functions = FracField(names, sympy.QQ, sympy.lex)
        return cls(k, functions, dict(zip(atoms, functions.gens, strict=True)))

    def read(self, expr: sympy.Expr) -> Form:
        """The form of a term; raises `NotHypergeometric`."""
        k = self.k
        if not expr.has(k):
            return self._constant(expr)
        if expr == k:
            return Form(self.generators[k])
        if expr.is_Add:
            return self._sum([self.read(arg) for arg in expr.args])
        if expr.is_Mul:
            return _product(self.read(arg) for arg in expr.args)
        if expr.is_Pow or isinstance(expr, sympy.exp):
            return self._power(*expr.as_base_exp())
        return self._gammas(expr)

    def _constant(self, expr: sympy.Expr) -> Form:
        try:
            return Form(self.convert(expr))
        except NotHypergeometric:
            return Form(self.field.one, constant=expr)

    def convert(self, expr: sympy.Expr) -> Fraction:
        """A rational expression in k and the parameters as an element of the field."""
        if expr in self.generators:
            return self.generators[expr]
        if expr.is_Rational:
            return self.field(sympy.QQ(int(expr.p), int(expr.q)))
        if expr.is_Add:
            return sum((self.convert(arg) for arg in expr.args), self.field.zero)
        if expr.is_Mul:
            result = self.field.one
            for arg in expr.args:
                result *= self.convert(arg)
            return result
        if expr.is_Pow and expr.exp.is_Integer and abs(expr.exp) <= 1000:
            return self._integer_power(self.convert(expr.base), int(expr.exp))
        raise NotHypergeometric(str(expr))

    def _integer_power(self, base: Fraction, exponent: int) -> Fraction:
        if base == 0 and exponent < 0:
            raise NotHypergeometric("a division by zero")
        return base**exponent

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> Form:
        if exponent.is_Integer:
            if abs(exponent) > 100:
                raise NotHypergeometric("a large power")
            form = self.read(base)
            if form.rational == 0:
                raise NotHypergeometric("a division by zero")
            return form.raised(int(exponent))
        if not base.has(self.k):
            slope, shift = self._linear(exponent)
            return Form(self.field.one, rate=base**slope).times(self._constant(base**shift))
        if not exponent.has(self.k):
            return self._root(self.read(base), exponent)
        raise NotHypergeometric(f"{base}**{exponent}")

    def _root(self, form: Form, exponent: sympy.Expr) -> Form:
        """(c rho**k)**exponent for positive c and rho; a root of anything else has no rational ratio."""
        constant = form.constant * self.expression(form.rational)
        if any(form.gammas.values()) or constant.has(self.k) or not (constant.is_positive and form.rate.is_positive):
            raise NotHypergeometric("a root")
        return Form(self.field.one, constant=constant**exponent, rate=form.rate**exponent)

    def _linear(self, expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        """(slope, shift) of an expression that is linear in k."""
        expr = sympy.expand(expr)
        slope = expr.coeff(self.k, 1)
        shift = sympy.expand(expr - slope * self.k)
        if slope.has(self.k) or shift.has(self.k):
            raise NotHypergeometric(f"{expr} is not linear in {self.k}")
        return slope, shift

    def _gammas(self, expr: sympy.Expr) -> Form:
        one = sympy.S.One
        if isinstance(expr, sympy.gamma):
            return self._gamma(expr.args[0])
        if isinstance(expr, sympy.factorial):
            return self._gamma(expr.args[0] + 1)
        if isinstance(expr, sympy.binomial):
            x, y = expr.args
            below = self._gamma(y + 1).times(self._gamma(x - y + 1))
            return self._gamma(x + 1).times(below.raised(-1))
        if isinstance(expr, sympy.RisingFactorial):
            x, y = expr.args
            return self._gamma(x + y).times(self._gamma(x).raised(-1))
        if isinstance(expr, sympy.FallingFactorial):
            x, y = expr.args
            return self._gamma(x + 1).times(self._gamma(x - y + 1).raised(-1))
        if isinstance(expr, sympy.catalan):
            x = expr.args[0]
            return self._gamma(2 * x + 1).times(self._gamma(x + one).times(self._gamma(x + 2)).raised(-1))
        raise NotHypergeometric(f"{expr.func.__name__} of {self.k}")

    def _gamma(self, argument: sympy.Expr) -> Form:
        slope, shift = self._linear(argument)
        if not slope.is_Integer or abs(slope) > MAX_SLOPE:
            raise NotHypergeometric(f"gamma({argument})")
        if slope == 0:
            # gamma at a pole stands for a limit that the ratio does not know: 1/gamma(0) = 0
            if shift.is_Integer and shift <= 0:
                raise NotHypergeometric(f"gamma({argument})")
            return Form(self.field.one, constant=sympy.gamma(shift))
        self.convert(shift)  # refuses what is not in the field
        return Form(self.field.one, gammas=Counter({(int(slope), shift): 1}))

    def _sum(self, forms: list[Form]) -> Form:
        """The sum of similar terms: every quotient by the first one is rational."""
        first = next((form for form in forms if form.rational != 0), forms[0])
        total = self.field.zero
        for form in forms:
            if form.rational != 0:
                total += self._quotient(form, first) * form.rational
        return Form(total, first.constant, first.rate, first.gammas)

    def _quotient(self, form: Form, other: Form) -> Fraction:
        """form/other without their rational parts."""
        if form.rate != other.rate and sympy.expand(form.rate - other.rate) != 0:
            raise NotHypergeometric("a sum of terms with different rates")
        constant = self.convert(sympy.powsimp(form.constant / other.constant))
        gammas = Counter(form.gammas)
        gammas.subtract(other.gammas)
        classes: dict[tuple[int, sympy.Expr], list[tuple[sympy.Expr, int]]] = {}
        for (slope, shift), exponent in gammas.items():
            if exponent:
                whole = sympy.floor(shift.as_coeff_Add()[0])
                classes.setdefault((slope, shift - whole), []).append((whole, exponent))
        result = constant
        for (slope, residue), members in classes.items():
            if sum(exponent for _, exponent in members) != 0:
                raise NotHypergeometric("a sum of terms that are not similar")
            for whole, exponent in members:
                base = slope * self.generators[self.k] + self.convert(residue)
                result *= self.risen(base, int(whole)) ** exponent
        return result

    def risen(self, base: Fraction, steps: int) -> Fraction:
        """gamma(base + steps)/gamma(base) for an integer number of steps."""
        if abs(steps) > MAX_SHIFT:
            raise NotHypergeometric("gammas far apart")
        result = self.field.one
        for i in range(steps):
            result *= base + i
        for i in range(1, -steps + 1):
            result /= base - i
        return result

    def ratio(self, form: Form) -> Fraction:
        """a(k+1)/a(k) without the rate, cancelled."""
        if form.rational == 0:
            raise NotHypergeometric("the zero term")
        gen = self.generators[self.k]
        here = self.field.ring.gens[0]
        above, below = (self.field(part.compose(here, here + 1)) for part in (form.rational.numer, form.rational.denom))
        result = above / below / form.rational
        for (slope, shift), exponent in form.gammas.items():
            if exponent:
                result *= self.risen(slope * gen + self.convert(shift), slope) ** exponent
        return result

    def expression(self, element: Fraction) -> sympy.Expr:
        """An element of the field in SymPy."""
        return element.as_expr().xreplace({g.as_expr(): atom for atom, g in self.generators.items()})


def _product(forms: Iterable[Form]) -> Form:
    first, *rest = forms
    for form in rest:
        first = first.times(form)
    return first


def _constants(expr: sympy.Expr, k: sympy.Symbol) -> set[sympy.Expr]:
    """The irrational constants and parameters that a term is rational in."""
    if expr.is_Rational or expr == k:
        return set()
    if expr.is_Atom:
        return {expr}
    if expr.is_Add or expr.is_Mul or expr.has(k) or (expr.is_Pow and expr.exp.is_Integer):
        return set().union(*(_constants(arg, k) for arg in expr.args))
    return {expr}


@lru_cache(maxsize=512)
def rated_ratio(expr: sympy.Expr) -> tuple[fmpq_poly, fmpq_poly, sympy.Expr] | None:
    """(p, q, rho) with a(n+1)/a(n) = rho p(n)/q(n), or None.

    p and q have rational coefficients and no common factor; q is monic. rho is 1, or an irrational
    constant such as pi/4. Holds wherever both terms are defined and neither p nor q vanishes.
    """
    try:
        reader = Reader.of(expr, n)
        form = reader.read(expr)
        ratio, rate = reader.ratio(form), form.rate
    except NotHypergeometric:
        return None
    if rate.free_symbols:
        return None
    try:
        top, bottom = _to_poly(ratio.numer), _to_poly(ratio.denom)
    except NotHypergeometric:
        return None
    if rate.is_Rational:
        top, rate = top * fmpq(int(rate.p), int(rate.q)), sympy.S.One
    leading = bottom[bottom.degree()]
    return top / leading, bottom / leading, rate


def _to_poly(element: Any) -> fmpq_poly:
    coefficients: dict[int, fmpq] = {}
    for exponents, c in element.terms():
        if any(exponents[1:]):
            raise NotHypergeometric("a parameter in the ratio")
        coefficients[exponents[0]] = fmpq(int(c.numerator), int(c.denominator))
    return fmpq_poly([coefficients.get(i, fmpq(0)) for i in range(max(coefficients, default=0) + 1)])


def term_ratio(expr: sympy.Expr) -> tuple[fmpq_poly, fmpq_poly] | None:
    """(p, q) with a(n+1)/a(n) = p(n)/q(n) over the rationals, in lowest terms and q monic; or None.

    >>> term_ratio(sympy.binomial(2 * n, n) / 4**n)
    (x + 1/2, x + 1)
    """
    found = rated_ratio(expr)
    if found is None or found[2] != 1:
        return None
    return found[0], found[1]


def symbolic_ratio(expr: sympy.Expr, k: sympy.Symbol) -> sympy.Expr | None:
    """a(k+1)/a(k) as a cancelled rational function of k, other symbols being parameters; or None.

    >>> j, m = sympy.symbols("j m")
    >>> symbolic_ratio(sympy.binomial(m, j) * 2**j, j)
    (-2*j + 2*m)/(j + 1)
    """
    try:
        reader = Reader.of(expr, k)
        form = reader.read(expr)
        if form.rate.has(k):
            return None
        ratio = reader.ratio(form)
        try:
            return reader.expression(ratio * reader.convert(form.rate))
        except NotHypergeometric:
            return form.rate * reader.expression(ratio)
    except NotHypergeometric:
        return None
