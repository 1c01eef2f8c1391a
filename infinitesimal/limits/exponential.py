"""Exponential polynomials: sums of c * n**i * t**n, the solutions of linear recurrences.

The bases t are the roots of irreducible polynomials over the rationals, and the coefficients c are
polynomials in t; a term stands for the sum over all roots of its polynomial, so that every value is
rational and no root is ever computed. For a rational base the polynomial is linear and the sum has
one summand. They form an arithmetic, so a closed form can be substituted into the term it solves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

from flint import fmpq, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction
from infinitesimal.errors import InfinitesimalError
from infinitesimal.rational import show

Key = tuple[fmpq, ...]
"""A monic irreducible polynomial by its coefficients, lowest first. Linear for a rational base."""


class NotClosed(InfinitesimalError):
    """The result is not an exponential polynomial, or not one that this representation has."""


@dataclass(frozen=True, eq=False)
class ExponentialPolynomial:
    """The sequence n -> sum over keys, powers i and roots t of c_i(t) * n**i * t**n."""

    parts: Mapping[Key, tuple[fmpq_poly, ...]]

    def __call__(self, n: int) -> fmpq:
        """The exact value at the integer n >= 0."""
        total = fmpq(0)
        for key, coefficients in self.parts.items():
            if len(key) == 2:
                weight = sum((c[0] * n**i for i, c in enumerate(coefficients)), start=fmpq(0))
                total += weight * (-key[0]) ** n
            else:
                total += _trace(key, _evaluate(coefficients, n) * _power(key, n))
        return total

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExponentialPolynomial) or self.parts.keys() != other.parts.keys():
            return NotImplemented if not isinstance(other, ExponentialPolynomial) else False
        return all(list(self.parts[key]) == list(other.parts[key]) for key in self.parts)

    def __hash__(self) -> int:
        return hash(frozenset(self.parts))

    @property
    def is_rational(self) -> bool:
        """Whether all bases are rational."""
        return all(len(key) == 2 for key in self.parts)

    def terms(self) -> list[tuple[Fraction, int, Fraction]]:
        """The terms (c, i, r) for c * n**i * r**n with rational bases r, the largest base first."""
        found = [
            (to_fraction(c[0]), i, to_fraction(-key[0]))
            for key, coefficients in self.parts.items()
            if len(key) == 2
            for i, c in enumerate(coefficients)
            if c[0] != 0
        ]
        return sorted(found, key=lambda term: (-abs(term[2]), term[2] < 0, -term[1]))

    def without(self, key: Key) -> "ExponentialPolynomial":
        """The sequence without the terms of one base."""
        return ExponentialPolynomial({k: v for k, v in self.parts.items() if k != key})

    def shifted(self) -> "ExponentialPolynomial":
        """The sequence n -> value at n + 1."""
        parts = {}
        for key, coefficients in self.parts.items():
            top = len(coefficients)
            t, f = fmpq_poly([0, 1]), fmpq_poly(list(key))
            parts[key] = tuple(
                sum((coefficients[i] * comb(i, j) for i in range(j, top)), start=fmpq_poly([])) * t % f
                for j in range(top)
            )
        return _pruned(parts)

    def __str__(self) -> str:
        return text(self)


ONE: Key = (fmpq(-1), fmpq(1))
"""The key of the base 1: constants and polynomials in n."""


def rational_key(base: fmpq) -> Key:
    """The key of a rational base."""
    return (-base, fmpq(1))


class ExponentialPolynomials:
    """The arithmetic of exponential polynomials. Raises `NotClosed` for a result outside of it.

    Products need one factor with rational bases only, and base 1 only if the other has irrational
    ones; quotients need a constant divisor.
    """

    def const(self, value: Fraction) -> ExponentialPolynomial:
        return self._polynomial([to_fmpq(value)])

    def number(self) -> ExponentialPolynomial:
        """The number of the update that leads from n to n + 1."""
        return self._polynomial([fmpq(1), fmpq(1)])

    def _polynomial(self, coefficients: list[fmpq]) -> ExponentialPolynomial:
        return _pruned({ONE: tuple(fmpq_poly([c]) for c in coefficients)})

    def add(self, a: ExponentialPolynomial, b: ExponentialPolynomial) -> ExponentialPolynomial:
        parts = dict(a.parts)
        for key, coefficients in b.parts.items():
            parts[key] = _sum(parts.get(key, ()), coefficients)
        return _pruned(parts)

    def neg(self, a: ExponentialPolynomial) -> ExponentialPolynomial:
        return ExponentialPolynomial({key: tuple(-c for c in cs) for key, cs in a.parts.items()})

    def sub(self, a: ExponentialPolynomial, b: ExponentialPolynomial) -> ExponentialPolynomial:
        return self.add(a, self.neg(b))

    def mul(self, a: ExponentialPolynomial, b: ExponentialPolynomial) -> ExponentialPolynomial:
        parts: dict[Key, tuple[fmpq_poly, ...]] = {}
        for key, coefficients in a.parts.items():
            for other, more in b.parts.items():
                product = _product_key(key, other)
                f = fmpq_poly(list(product))
                terms = [fmpq_poly([])] * (len(coefficients) + len(more) - 1)
                for i, c in enumerate(coefficients):
                    for j, e in enumerate(more):
                        terms[i + j] = (terms[i + j] + c * e) % f
                parts[product] = _sum(parts.get(product, ()), tuple(terms))
        return _pruned(parts)

    def div(self, a: ExponentialPolynomial, b: ExponentialPolynomial) -> ExponentialPolynomial:
        if set(b.parts) != {ONE} or len(b.parts[ONE]) != 1:
            raise NotClosed("a quotient by a sequence that is not constant")
        value = b.parts[ONE][0][0]
        return self.mul(a, self._polynomial([1 / value]))

    def pow(self, a: ExponentialPolynomial, k: int) -> ExponentialPolynomial:
        one = self.const(Fraction(1))
        result = one
        if abs(k) > 64:
            raise NotClosed(f"a power of degree {k}")
        for _ in range(abs(k)):
            result = self.mul(result, a)
        return result if k >= 0 else self.div(one, result)


def _product_key(a: Key, b: Key) -> Key:
    if len(a) == len(b) == 2:
        return rational_key(a[0] * b[0])
    if ONE in (a, b):
        return b if a == ONE else a
    raise NotClosed("a product of sequences with irrational bases")


def _sum(a: tuple[fmpq_poly, ...], b: tuple[fmpq_poly, ...]) -> tuple[fmpq_poly, ...]:
    short, long = sorted((a, b), key=len)
    return tuple(c + short[i] if i < len(short) else c for i, c in enumerate(long))


def _pruned(parts: Mapping[Key, tuple[fmpq_poly, ...]]) -> ExponentialPolynomial:
    kept = {}
    for key, coefficients in parts.items():
        last = max((i for i, c in enumerate(coefficients) if c != 0), default=-1)
        if last >= 0:
            kept[key] = tuple(coefficients[: last + 1])
    return ExponentialPolynomial(kept)


def from_parts(parts: Mapping[Key, tuple[fmpq_poly, ...]]) -> ExponentialPolynomial:
    """The sequence with these coefficients; zero ones are dropped."""
    return _pruned(parts)


def _evaluate(coefficients: tuple[fmpq_poly, ...], n: int) -> fmpq_poly:
    return sum((c * n**i for i, c in enumerate(coefficients)), start=fmpq_poly([]))


def _power(key: Key, n: int) -> fmpq_poly:
    """t**n modulo the polynomial of the key, by repeated squaring."""
    f = fmpq_poly(list(key))
    result, base = fmpq_poly([1]), fmpq_poly([0, 1]) % f
    while n:
        if n & 1:
            result = result * base % f
        base = base * base % f if n > 1 else base
        n >>= 1
    return result


def _trace(key: Key, c: fmpq_poly) -> fmpq:
    """The sum of c(t) over the roots t of the polynomial of the key."""
    reduced = c % fmpq_poly(list(key))
    sums = power_sums(key, len(key) - 1)
    return sum((reduced[j] * value for j, value in enumerate(sums)), start=fmpq(0))


@lru_cache(maxsize=256)
def power_sums(key: Key, count: int) -> tuple[fmpq, ...]:
    """The sums of t**n over the roots t for n = 0 .. count - 1, by Newton's identities."""
    degree = len(key) - 1
    sums: list[fmpq] = [fmpq(degree)][:count]
    for n in range(1, count):
        earlier = (key[degree - j] * sums[n - j] for j in range(1, min(n - 1, degree) + 1))
        sums.append(-sum(earlier, start=n * key[degree - n] if n <= degree else fmpq(0)))
    return tuple(sums)


def text(sequence: ExponentialPolynomial, number: str = "n") -> str:
    """The sequence in plain text, such as `1 - 2**(-n)`; irrational bases as a sum over roots."""
    pieces = [_term_text(c, i, r, number) for c, i, r in sequence.terms()]
    for key, coefficients in sequence.parts.items():
        if len(key) > 2:
            pieces.append((False, _root_text(key, coefficients, number)))
    if not pieces:
        return "0"
    result = ""
    for negative, piece in pieces:
        if not result:
            result = f"-{piece}" if negative else piece
        else:
            result += f" {'-' if negative else '+'} {piece}"
    return result


def _term_text(c: Fraction, i: int, r: Fraction, number: str) -> tuple[bool, str]:
    negative = c < 0
    top, bottom = _factors(abs(c), i, r, number)
    if not bottom:
        return negative, "*".join(top) or "1"
    if not top and bottom == [f"{r.denominator}**{number}"]:
        return negative, f"{r.denominator}**(-{number})"
    below = bottom[0] if len(bottom) == 1 else f"({'*'.join(bottom)})"
    return negative, f"{'*'.join(top) or '1'}/{below}"


def _factors(c: Fraction, i: int, r: Fraction, number: str) -> tuple[list[str], list[str]]:
    top, bottom = [], []
    if c.numerator != 1:
        top.append(show(Fraction(c.numerator)))
    if c.denominator != 1:
        bottom.append(show(Fraction(c.denominator)))
    if i:
        top.append(number if i == 1 else f"{number}**{i}")
    if r < 0:
        top.append(f"(-1)**{number}")
    if abs(r.numerator) != 1:
        top.append(f"{show(Fraction(abs(r.numerator)))}**{number}")
    if r.denominator != 1:
        bottom.append(f"{show(Fraction(r.denominator))}**{number}")
    return top, bottom


def _root_text(key: Key, coefficients: tuple[fmpq_poly, ...], number: str) -> str:
    polynomial = polynomial_text([to_fraction(c) for c in key], "t")
    weights = []
    for i, c in enumerate(coefficients):
        if c != 0:
            weight = polynomial_text([to_fraction(value) for value in c.coeffs()], "t")
            power = "" if i == 0 else f"*{number}" if i == 1 else f"*{number}**{i}"
            weights.append(f"({weight}){power}")
    weight = weights[0] if len(weights) == 1 else f"({' + '.join(weights)})"
    return f"sum of {weight}*t**{number} over the roots t of {polynomial}"


def polynomial_text(coefficients: list[Fraction], name: str) -> str:
    """A polynomial in plain text, the highest power first."""
    result = ""
    for i in range(len(coefficients) - 1, -1, -1):
        c = coefficients[i]
        if not c:
            continue
        power = "" if i == 0 else name if i == 1 else f"{name}**{i}"
        size = show(abs(c))
        piece = size if not power else power if size == "1" else f"{size}*{power}"
        result += f" {'-' if c < 0 else '+'} {piece}" if result else f"-{piece}" if c < 0 else piece
    return result or "0"
