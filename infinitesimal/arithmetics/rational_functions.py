"""Terms as quotients of polynomials: how a recurrence is recognised for what it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, prod
from typing import NamedTuple

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined

MAX_DEGREE = 64
MAX_TERMS = 5_000
MAX_PRODUCTS = 100_000


class Quotient(NamedTuple):
    """top/bottom, two polynomials over the rationals; bottom is not zero."""

    top: fmpq_mpoly
    bottom: fmpq_mpoly


@dataclass(frozen=True)
class RationalFunctions:
    """Polynomials in the named variables over the rational functions of the `parameters`, exact.

    A division by anything else is refused, even where it would cancel: x/x is 1 as a rational
    function and has no value at x = 0.
    """

    names: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    divisors: list[Quotient] = field(default_factory=list, compare=False)
    """What was divided by and may be zero for some parameters; cancelling does not take it back."""

    @property
    def context(self) -> fmpq_mpoly_ctx:
        return fmpq_mpoly_ctx.get(list(self.names), "lex")

    def variable(self, name: str) -> Quotient:
        return Quotient(self.context.gen(self.names.index(name)), self.context.constant(1))

    def const(self, value: Fraction) -> Quotient:
        top = self.context.constant(to_fmpq(value))
        return Quotient(top, self.context.constant(1))

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        if a.bottom == b.bottom:
            return self._reduced(a.top + b.top, a.bottom)
        return self._reduced(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom)

    def sub(self, a: Quotient, b: Quotient) -> Quotient:
        return self.add(a, self.neg(b))

    def mul(self, a: Quotient, b: Quotient) -> Quotient:
        _check(a.top, b.top)
        return self._reduced(a.top * b.top, a.bottom * b.bottom)

    def div(self, a: Quotient, b: Quotient) -> Quotient:
        if b.top == 0:
            raise Undefined("the term divides by zero whatever the values: it has no value")
        if any(d for name, d in zip(self.names, b.top.degrees(), strict=True) if name not in self.parameters):
            raise NotPolynomial("the term divides by a variable")
        if not b.top.is_constant():
            self.divisors.append(Quotient(b.top, self.context.constant(1)))
        _check(a.top, b.bottom)
        return self._reduced(a.top * b.bottom, a.bottom * b.top)

    def neg(self, a: Quotient) -> Quotient:
        return Quotient(-a.top, a.bottom)

    def pow(self, a: Quotient, k: int) -> Quotient:
        if k < 0:
            return self.div(self.const(Fraction(1)), self.pow(a, -k))
        if k and max(a.top.total_degree(), a.bottom.total_degree()) * k > MAX_DEGREE:
            raise NotPolynomial(f"a power of degree {k}")
        if k and max(comb(len(p) + k - 1, k) for p in a) > MAX_TERMS:
            raise NotPolynomial(f"a power with more than {MAX_TERMS} terms")
        return self._reduced(a.top**k, a.bottom**k)

    def function(self, name: str, *args: Quotient) -> Quotient:
        raise NotPolynomial(f"the term has the function {name}")

    def _reduced(self, top: fmpq_mpoly, bottom: fmpq_mpoly) -> Quotient:
        if bottom.is_constant():
            return Quotient(top / bottom.leading_coefficient(), self.context.constant(1))
        common = top.gcd(bottom)
        return Quotient(top / common, bottom / common)


def _check(*factors: fmpq_mpoly) -> None:
    if sum(f.total_degree() for f in factors) > 2 * MAX_DEGREE or prod(len(f) for f in factors) > MAX_PRODUCTS:
        raise NotPolynomial("a product of large polynomials")


def split(quotient: Quotient, names: Sequence[str], over: Sequence[str]) -> dict[tuple[int, ...], Quotient]:
    """A polynomial in the variables `over`: exponents to coefficients in the other variables."""
    chosen = [names.index(name) for name in over]
    context = quotient.top.context()
    parts: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
    for exponents, value in quotient.top.to_dict().items():
        key = tuple(exponents[i] for i in chosen)
        rest = tuple(0 if i in chosen else e for i, e in enumerate(exponents))
        parts.setdefault(key, {})[rest] = value
    return {key: Quotient(context.from_dict(terms), quotient.bottom) for key, terms in parts.items()}
