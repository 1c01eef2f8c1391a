"""Germs at infinity: the first terms of a function of n for n -> oo, exact after cancellation.

A germ is a finite sum of monomials with constant coefficients, and perhaps an error term O(monomial):
a truncated transseries (Richardson, Salvy, Shackell, van der Hoeven, *Asymptotic expansions of exp-log
functions*, ISSAC 1996). Coefficients are constant SymPy expressions; a leading coefficient is one that was
proved not to be zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import log_of, sign, vanishes
from infinitesimal.sums.asymptotics.monomials import (
    LEVEL,
    LEVELS,
    ONE,
    UNIT,
    ZERO,
    Large,
    Monomial,
    as_expression,
    by_growth,
    compare,
    describe,
    log_parts,
    reduced_phase,
    times,
    to_power,
)

MAX_PRODUCTS = 400
"""The most products of terms in one multiplication; waves multiply quickly."""


@dataclass(frozen=True, slots=True)
class Germ:
    """A sum of monomials in order of growth, and O(error) where it was cut; at most `order` sizes are kept."""

    terms: Large
    error: Monomial | None = None
    order: int = 4

    @classmethod
    def of(cls, terms: Iterable[tuple[Monomial, sympy.Expr]], error: Monomial | None, order: int) -> "Germ":
        """The germ of a sum of terms in any order: like monomials are collected, and what `error` swallows goes."""
        total: dict[Monomial, sympy.Expr] = {}
        for monomial, c in terms:
            total[monomial] = total[monomial] + c if monomial in total else c
        kept = []
        for monomial, c in sorted(total.items(), key=by_growth, reverse=True):
            coefficient = c if c.is_Rational else sympy.expand(c)
            if coefficient != 0 and (error is None or compare(monomial, error) > 0):
                kept.append((monomial, coefficient))
        sizes = 0
        for i, (monomial, _) in enumerate(kept):
            if i == 0 or compare(monomial, kept[i - 1][0]) != 0:
                sizes += 1
                if sizes > order:
                    return cls(tuple(kept[:i]), monomial.size, order)
        return cls(tuple(kept), error.size if error else None, order)

    @classmethod
    def constant(cls, c: sympy.Expr, order: int) -> "Germ":
        """A constant."""
        return cls(() if c == 0 else ((UNIT, c),), None, order)

    def __add__(self, other: "Germ") -> "Germ":
        return Germ.of((*self.terms, *other.terms), _larger(self.error, other.error), self.order)

    def __neg__(self) -> "Germ":
        return self.scaled(-ONE)

    def __sub__(self, other: "Germ") -> "Germ":
        return self + -other

    def scaled(self, c: sympy.Expr) -> "Germ":
        """The germ times a constant."""
        if c == 0:
            return Germ((), None, self.order)
        return Germ(tuple((m, _product(c, x)) for m, x in self.terms), self.error, self.order)

    def __mul__(self, other: "Germ") -> "Germ":
        if len(self.terms) * len(other.terms) > MAX_PRODUCTS:
            raise Undecided("an expansion with too many waves")
        error = None
        for a, b in ((self, other), (other, self)):
            if b.error is not None and (a.terms or a.error):
                error = _larger(error, times((a.terms[0][0] if a.terms else a.error or UNIT).size, b.error))
        terms = [(times(m, k), _product(x, y)) for m, x in self.terms for k, y in other.terms]
        return Germ.of(terms, error, self.order)

    @property
    def is_zero(self) -> bool:
        """Whether the germ is exactly zero."""
        return not self.terms and self.error is None

    def leading(self) -> Large:
        """The terms of the largest size, all proved not to vanish; empty for zero.

        Raises `Undecided` when every term that is known cancels.
        """
        if self.is_zero:
            return ()
        best: list[tuple[Monomial, sympy.Expr]] = []
        for monomial, c in self.terms:
            if best and compare(monomial, best[0][0]) < 0:
                break
            if not vanishes(c):
                best.append((monomial, c))
        if not best and self.error is not None:
            raise Undecided("the leading terms cancel to the order computed")
        return tuple(best)

    def first(self) -> tuple[Monomial, sympy.Expr]:
        """The leading term, where it is a single one."""
        found = self.leading()
        if len(found) != 1:
            raise Undecided("no single leading term")
        return found[0]

    def parts(self) -> tuple[Large, sympy.Expr, "Germ"]:
        """What tends to infinity or oscillates without decay, the constant, and what tends to 0."""
        if self.error is not None and compare(self.error, UNIT) >= 0:
            raise Undecided("the germ is not known down to a term that tends to 0")
        large = tuple(t for t in self.terms if compare(t[0], UNIT) >= 0 and t[0] != UNIT)
        constant = next((c for m, c in self.terms if m == UNIT), ZERO)
        small = Germ(tuple(t for t in self.terms if compare(t[0], UNIT) < 0), self.error, self.order)
        return tuple((m, c) for m, c in large if not vanishes(c)), constant, small

    def relative(self) -> tuple[Monomial, sympy.Expr, "Germ"]:
        """m, c and e -> 0 with self = c * m * (1 + e)."""
        monomial, c = self.first()
        back = to_power(monomial, -ONE)
        # What has the size of the leading term and is not that term was proved to vanish.
        smaller = [(m, x) for m, x in self.terms if compare(m, monomial) < 0]
        rest = [(times(m, back), _product(x, 1 / c)) for m, x in smaller]
        error = None if self.error is None else times(self.error, back.size)
        return monomial, c, Germ.of(rest, error, self.order)

    def power(self, p: sympy.Expr) -> "Germ":
        """The power with a constant exponent, by the binomial series."""
        if p.is_Integer and 0 <= p <= 8:
            result = Germ.constant(ONE, self.order)
            for _ in range(int(p)):
                result *= self
            return result
        monomial, c, small = self.relative()
        if not p.is_Integer and sign(c) < 0:
            raise Undecided("a fractional power of a negative term")
        series = compose(small, _binomial_coefficients(p, self.order))
        return series * Germ(((to_power(monomial, p), c**p),), None, self.order)

    def exp(self) -> "Germ":
        """The exponential; real large parts become growth, imaginary ones become phase.

        Where the terms are not known down to those that tend to 0, an exponent c m (1 + o(1)) with c < 0 still gives
        a bound: e^(c m/2).
        """
        if self.error is not None and compare(self.error, UNIT) >= 0:
            return self._exp_by_bound()
        large, constant, small = self.parts()
        exponent: list[tuple[Monomial, sympy.Expr]] = []
        phase: list[tuple[Monomial, sympy.Expr]] = []
        powers = [ZERO] * LEVELS
        for monomial, c in large:
            if monomial.phase:
                raise Undecided("the exponential of an oscillating term")
            real, imaginary = (c, ZERO) if not c.has(sympy.I) else c.as_real_imag()
            if real != 0 and monomial in LEVEL[1:]:
                powers[LEVEL.index(monomial) - 1] = real
            elif real != 0:
                exponent.append((monomial, real))
            if imaginary != 0:
                phase.append((monomial, imaginary))
        monomial = Monomial(tuple(exponent), tuple(powers), reduced_phase(tuple(phase)))
        factorial_reciprocals = [ONE / sympy.factorial(k) for k in range(self.order)]
        series = compose(small, factorial_reciprocals)
        return series * Germ(((monomial, _exp_of(constant)),), None, self.order)

    def _exp_by_bound(self) -> "Germ":
        monomial, c = self.first()
        if monomial.phase or compare(monomial, UNIT) <= 0 or sign(c) > 0:
            raise Undecided("the exponential of a germ that is not known down to a term that tends to 0")
        half = Germ(((monomial, c / 2),), None, self.order)
        return Germ((), half.exp().terms[0][0].size, self.order)

    def log(self) -> "Germ":
        """The logarithm of a germ that is positive in the end."""
        monomial, c, small = self.relative()
        if monomial.phase or sign(c) < 0:
            raise Undecided("the logarithm of a term that is not positive in the end")
        series = compose(small, [ZERO, *[-((-ONE) ** k) / k for k in range(1, self.order)]])
        return series + Germ.of([*log_parts(monomial), (UNIT, log_of(c))], None, self.order)

    def __str__(self) -> str:
        shown = " + ".join(str(c * as_expression(m)) for m, c in self.terms) or "0"
        return shown + (f" + O({describe(self.error)})" if self.error else "")


def _product(x: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    product = x * y
    return product if product.is_Rational else sympy.expand(product)


def _larger(a: Monomial | None, b: Monomial | None) -> Monomial | None:
    if a is None or b is None:
        return a or b
    return a if compare(a, b) >= 0 else b


def _exp_of(c: sympy.Expr) -> sympy.Expr:
    if not c.has(sympy.I):
        return sympy.exp(c)
    real, angle = c.as_real_imag()
    return sympy.exp(real) * (sympy.cos(angle) + sympy.I * sympy.sin(angle))


def _binomial_coefficients(p: sympy.Expr, order: int) -> list[sympy.Expr]:
    coefficients = [ONE]
    for k in range(1, order):
        coefficients.append(sympy.expand(coefficients[-1] * (p - k + 1) / k))
    return coefficients


def compose(small: Germ, coefficients: list[sympy.Expr]) -> Germ:
    """Sum of coefficients[k] * small**k for a germ that tends to 0, with the error of the terms left out."""
    if small.is_zero:
        return Germ.constant(coefficients[0], small.order)
    size = (small.terms[0][0] if small.terms else small.error or UNIT).size
    if compare(size, UNIT) >= 0:
        raise Undecided("a power series outside its disc")
    error = to_power(size, sympy.Integer(len(coefficients)))
    total, power = Germ((), error, small.order), Germ.constant(ONE, small.order)
    for k, c in enumerate(coefficients):
        power = power * small if k else power
        if c != 0:
            total += power.scaled(c)
    return total
