"""How large an exact number will be, before it is computed.

Two arithmetics whose elements bound sizes from above. They may say too much, since cancellation is
not foreseen, and never too little.
"""

from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from infinitesimal.errors import InputError


class Size(NamedTuple):
    """Upper bounds in bits for the numerator and the denominator of a rational."""

    numerator: float
    denominator: float

    @property
    def bits(self) -> float:
        return self.numerator + self.denominator


class Sizes:
    """One operation on rationals of known sizes gives a rational of bounded size."""

    def const(self, value: Fraction) -> Size:
        return Size(value.numerator.bit_length(), value.denominator.bit_length())

    def add(self, a: Size, b: Size) -> Size:
        top = max(a.numerator + b.denominator, b.numerator + a.denominator) + 1
        return Size(top, a.denominator + b.denominator)

    sub = add

    def mul(self, a: Size, b: Size) -> Size:
        return Size(a.numerator + b.numerator, a.denominator + b.denominator)

    def div(self, a: Size, b: Size) -> Size:
        return Size(a.numerator + b.denominator, a.denominator + b.numerator)

    def neg(self, a: Size) -> Size:
        return a

    def pow(self, a: Size, k: int) -> Size:
        if not k:
            return Size(1, 1)
        size = Size(a.numerator * abs(k), a.denominator * abs(k))
        return size if k >= 0 else Size(size.denominator, size.numerator)

    def function(self, name: str, *args: Size) -> Size:
        """The functions that rationals have: they take away a sign, or a number."""
        return args[0]


class NotPolynomial(InputError):
    """The term is not a polynomial in the state, or one too large to be worth looking at."""


MAX_DEGREE = 4096
_MAX_BITS = 100_000


class Degree(NamedTuple):
    """A polynomial known by its total degree, a common denominator of its coefficients, and the
    sum of their absolute values times that denominator. Of a `monomial` both are in lowest terms;
    `value` is the value of a constant.
    """

    degree: int
    denominator: int
    weight: int
    monomial: bool = False
    value: Fraction | None = None


class Degrees:
    """Polynomials in the state, by degree and weight.

    For a state with common denominator D and numerators at most N, a polynomial (p, q, s) has the
    denominator q D**p at most, and over it a numerator at most s max(N, D)**p.
    """

    def const(self, value: Fraction) -> Degree:
        return _bounded(Degree(0, value.denominator, abs(value.numerator), True, value))

    def add(self, a: Degree, b: Degree) -> Degree:
        if a.value is not None and b.value is not None:
            return self.const(a.value + b.value)
        q = lcm(a.denominator, b.denominator)
        weight = a.weight * (q // a.denominator) + b.weight * (q // b.denominator)
        return _bounded(Degree(max(a.degree, b.degree), q, weight))

    def sub(self, a: Degree, b: Degree) -> Degree:
        return self.add(a, self.neg(b))

    def mul(self, a: Degree, b: Degree) -> Degree:
        if a.value is not None and b.value is not None:
            return self.const(a.value * b.value)
        monomial = a.monomial and b.monomial
        q, weight = a.denominator * b.denominator, a.weight * b.weight
        common = gcd(q, weight) if monomial else 1
        return _bounded(Degree(a.degree + b.degree, q // common, weight // common, monomial))

    def div(self, a: Degree, b: Degree) -> Degree:
        if not b.value:
            raise NotPolynomial("the term divides by a variable or by zero")
        return self.mul(a, self.const(1 / b.value))

    def neg(self, a: Degree) -> Degree:
        return a if a.value is None else self.const(-a.value)

    def pow(self, a: Degree, k: int) -> Degree:
        if k < 0:
            return self.div(self.const(Fraction(1)), self.pow(a, -k))
        if a.degree * k > MAX_DEGREE or k * (a.denominator.bit_length() + a.weight.bit_length()) > _MAX_BITS:
            raise NotPolynomial("the degree or the coefficients are too large")
        if a.value is not None:
            return self.const(a.value**k)
        return _bounded(Degree(a.degree * k, a.denominator**k, a.weight**k, a.monomial))

    def function(self, name: str, *args: Degree) -> Degree:
        raise NotPolynomial(f"the term has the function {name}")


def _bounded(degree: Degree) -> Degree:
    if degree.degree > MAX_DEGREE or degree.denominator.bit_length() + degree.weight.bit_length() > _MAX_BITS:
        raise NotPolynomial("the degree or the coefficients are too large")
    return degree
