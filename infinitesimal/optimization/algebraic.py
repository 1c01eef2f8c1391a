"""Real algebraic numbers, exact: an irreducible polynomial over the integers and which of its real roots is meant.

Comparisons are decided and never guessed. Two numbers of one polynomial are compared by their places; roots of
different irreducible polynomials differ, so enclosures at rising precision separate them in the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache, total_ordering
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.rational import show

_FIRST_BITS = 64

Key = tuple[fmpz, ...]
"""A primitive irreducible polynomial over the integers with a positive leading coefficient, lowest power first."""


@total_ordering
@dataclass(frozen=True, repr=False)
class RealAlgebraic:
    """The `index`-th real root, counted upwards from 0, of an irreducible polynomial. Exact.

    >>> small, large = real_roots(fmpq_poly([1, -3, 1]))
    >>> small < 1 < large, small.value, small.inverse() == large
    (True, 3/2 - sqrt(5)/2, True)
    """

    key: Key
    index: int

    @classmethod
    def of(cls, value: Fraction | int) -> "RealAlgebraic":
        """A rational number."""
        number = Fraction(value)
        return cls((fmpz(-number.numerator), fmpz(number.denominator)), 0)

    @property
    def degree(self) -> int:
        return len(self.key) - 1

    @property
    def polynomial(self) -> fmpq_poly:
        """Its minimal polynomial, primitive over the integers."""
        return fmpq_poly(list(self.key))

    @property
    def rational(self) -> Fraction | None:
        """The number as a fraction; None if it is irrational."""
        return Fraction(-int(self.key[0]), int(self.key[1])) if self.degree == 1 else None

    @property
    def value(self) -> Any:
        """The number for the reader: a `Fraction`, a SymPy expression with a square root, or a `CRootOf`."""
        return self.rational if self.degree == 1 else expression(self)

    def ball(self, bits: int) -> arb:
        """An enclosure with about `bits` correct bits."""
        if self.degree == 1:
            with ctx.workprec(bits):
                return arb(fmpq(-self.key[0], self.key[1]))
        return _real_balls(self.key, bits)[self.index]

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self > 0) - (self < 0)

    def __lt__(self, other: object) -> bool:
        if isinstance(other, int | Fraction):
            other = RealAlgebraic.of(other)
        if not isinstance(other, RealAlgebraic):
            return NotImplemented
        return _difference_sign(self, other) < 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | Fraction):
            return self.rational == other
        return isinstance(other, RealAlgebraic) and (self.key, self.index) == (other.key, other.index)

    def __hash__(self) -> int:
        return hash((tuple(map(int, self.key)), self.index))

    def __neg__(self) -> "RealAlgebraic":
        return self.scaled(Fraction(-1))

    def __abs__(self) -> "RealAlgebraic":
        return -self if self < 0 else self

    def shifted(self, by: Fraction) -> "RealAlgebraic":
        """The number plus a rational."""
        moved = self.polynomial(fmpq_poly([-to_fmpq(by), fmpq(1)]))
        return RealAlgebraic(primitive(moved), self.index)

    def scaled(self, by: Fraction) -> "RealAlgebraic":
        """The number times a rational."""
        if not by:
            return RealAlgebraic.of(0)
        factor, power = 1 / to_fmpq(by), fmpq(1)
        coefficients = []
        for c in self.key:
            coefficients.append(c * power)
            power *= factor
        index = self.index if by > 0 else self._count - 1 - self.index
        return RealAlgebraic(primitive(fmpq_poly(coefficients)), index)

    def inverse(self) -> "RealAlgebraic":
        """One over the number, which is not zero. Order is turned round on either side of zero."""
        if self.degree == 1:
            return RealAlgebraic(primitive(fmpq_poly(list(reversed(self.key)))), 0)
        balls = _real_balls(self.key, _FIRST_BITS)
        negative = sum(1 for ball in balls if ball < 0)  # an irreducible polynomial of degree 2 or more has no root 0
        index = negative - 1 - self.index if self.index < negative else negative + len(balls) - 1 - self.index
        return RealAlgebraic(primitive(fmpq_poly(list(reversed(self.key)))), index)

    def root(self) -> "RealAlgebraic":
        """The square root of a number that is not negative."""
        stretched = [fmpz(0)] * (2 * self.degree + 1)
        stretched[::2] = self.key
        return identified(fmpq_poly(stretched), lambda bits: _positive(self.ball(bits)).sqrt())

    @property
    def _count(self) -> int:
        return 1 if self.degree == 1 else len(_real_balls(self.key, _FIRST_BITS))

    def sign_of(self, polynomial: fmpq_poly) -> int:
        """The sign of a polynomial over Q at this number: zero exactly when the minimal polynomial divides it."""
        if (polynomial % self.polynomial) == 0:
            return 0
        bits = _FIRST_BITS
        while True:
            with ctx.workprec(bits):
                found = value_at(polynomial, self.ball(bits))
            if found > 0:
                return 1
            if found < 0:
                return -1
            bits *= 2

    def __str__(self) -> str:
        if self.rational is not None:
            return show(self.rational)
        return f"~{self.ball(_FIRST_BITS).str(8, radius=False)}"

    __repr__ = __str__


def real_roots(polynomial: fmpq_poly) -> list[RealAlgebraic]:
    """The distinct real roots of a polynomial over Q that is not zero, in ascending order."""
    found = []
    for factor, _ in irreducible_factors(polynomial):
        key = tuple(factor.coeffs())
        count = 1 if len(key) == 2 else len(_real_balls(key, _FIRST_BITS))
        found += [RealAlgebraic(key, i) for i in range(count)]
    return sorted(found, key=cmp_to_key(_difference_sign))


def identified(polynomial: fmpq_poly, ball: Callable[[int], arb]) -> RealAlgebraic:
    """The real root of a polynomial that lies in `ball(bits)` for every number of bits."""
    candidates = real_roots(polynomial)
    bits = _FIRST_BITS
    while len(candidates) > 1:
        place = ball(bits)
        candidates = [c for c in candidates if c.ball(bits).overlaps(place)]
        bits *= 2
    return candidates[0]


def irreducible_factors(polynomial: fmpq_poly) -> list[tuple[fmpz_poly, int]]:
    """The primitive irreducible factors over the integers, with positive leading coefficients and multiplicities."""
    return [(f if f[f.degree()] > 0 else -f, int(k)) for f, k in polynomial.numer().factor()[1]]


def primitive(polynomial: fmpq_poly) -> Key:
    """The coefficients of the primitive integer multiple with a positive leading coefficient."""
    whole = polynomial.numer()
    content = whole.content()
    sign = 1 if whole[whole.degree()] > 0 else -1
    return tuple(sign * c // content for c in whole.coeffs())


def value_at(polynomial: fmpq_poly, place: Any) -> Any:
    """A polynomial at a ball, by Horner's rule."""
    total = place * 0
    for c in reversed(polynomial.coeffs()):
        total = total * place + arb(c)
    return total


def expression(number: RealAlgebraic) -> Any:
    """An irrational number as a SymPy expression: by a square root for degree 2, else the root of its polynomial."""
    import sympy

    coefficients = [sympy.Integer(int(c)) for c in number.key]
    if number.degree == 2:
        c, b, a = coefficients
        side = 1 if number.index else -1
        return -b / (2 * a) + side * sympy.sqrt(b * b - 4 * a * c) / (2 * a)
    return sympy.CRootOf(sympy.Poly(list(reversed(coefficients)), sympy.Symbol("x")), number.index)


def _difference_sign(a: RealAlgebraic, b: RealAlgebraic) -> int:
    if a.key == b.key:
        return (a.index > b.index) - (a.index < b.index)
    bits = _FIRST_BITS
    while True:
        left, right = a.ball(bits), b.ball(bits)
        if left < right:
            return -1
        if left > right:
            return 1
        bits *= 2


@lru_cache(maxsize=512)
def _real_balls(key: Key, bits: int) -> tuple[arb, ...]:
    """Enclosures of the real roots, ascending and apart from one another.

    flint gives real roots an imaginary part that is exactly zero.
    """
    with ctx.workprec(bits):
        roots = [root.real for root, _ in fmpz_poly(list(key)).complex_roots() if root.imag == 0]
    return tuple(sorted(roots, key=cmp_to_key(_apart)))


def _apart(a: arb, b: arb) -> int:
    return -1 if a < b else 1


def _positive(ball: arb) -> arb:
    return ball if ball > 0 else abs(ball)
