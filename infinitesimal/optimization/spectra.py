"""Spectra decided over the rationals: real roots counted by Sturm, roots on the unit circle, annihilators, radii.

Where a root lies is decided from irreducible factors. One of degree 2 or more has no rational root, and has roots on
the unit circle only if it is its own reverse (the conjugate of such a root is its inverse); then t + 1/t turns them
into real roots in (-2, 2), which a Sturm chain counts. No other root is on a border, so enclosures decide about it.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import lcm
from typing import Any

from flint import acb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.interval import Interval
from infinitesimal.optimization.algebraic import RealAlgebraic, identified, irreducible_factors, real_roots

_LARGEST_PRODUCT = 200
"""The largest degree of a polynomial of products of pairs of roots that is factored for a modulus."""


def sturm_count(polynomial: fmpq_poly, lower: fmpq | None = None, upper: fmpq | None = None) -> int:
    """The number of distinct real roots in (lower, upper]; None stands for an infinite end.

    By the sign changes of the Sturm chain at both ends. The polynomial is not zero. Source: Sturm 1829.

    >>> sturm_count(fmpq_poly([0, -1, 0, 1])), sturm_count(fmpq_poly([0, -1, 0, 1]), fmpq(-1), fmpq(0))
    (3, 1)
    """
    chain = [polynomial, polynomial.derivative()]
    while chain[-1] != 0:
        rest = -(chain[-2] % chain[-1])
        chain.append(rest / abs(rest.coeffs()[-1]) if rest != 0 else rest)
    return _changes(chain[:-1], lower, -1) - _changes(chain[:-1], upper, 1)


def _changes(chain: list[fmpq_poly], place: fmpq | None, end: int) -> int:
    if place is None:
        values = [p.coeffs()[-1] * end ** (len(p.coeffs()) - 1) for p in chain]
    else:
        values = [p(place) for p in chain]
    signs = [v > 0 for v in values if v != 0]
    return sum(a != b for a, b in pairwise(signs))


def is_schur_stable(polynomial: fmpq_poly) -> bool:
    """Whether every root lies strictly inside the unit circle: the recursion of Schur and Cohn over Q.

    Source: Schur 1918; Cohn 1922; Jury 1964.

    >>> is_schur_stable(fmpq_poly([fmpq(1, 2), 1, 1])), is_schur_stable(fmpq_poly([1, 1, 1]))
    (True, False)
    """
    coefficients = polynomial.coeffs()
    while len(coefficients) > 1:
        low, high = coefficients[0], coefficients[-1]
        if abs(low) >= abs(high):
            return False
        ratio = low / high
        coefficients = [a - ratio * b for a, b in zip(coefficients, reversed(coefficients), strict=True)][1:]
    return True


def has_positive_roots(polynomial: fmpq_poly) -> bool:
    """Whether all roots are positive, of a polynomial whose roots are real: its coefficients alternate in sign.

    Source: Descartes 1637.

    >>> has_positive_roots(fmpq_poly([2, -3, 1])), has_positive_roots(fmpq_poly([0, -1, 1]))
    (True, False)
    """
    coefficients = polynomial.coeffs()
    signs = [c > 0 for c in coefficients]
    return all(coefficients) and all(a != b for a, b in pairwise(signs))


def unit_circle_count(factor: fmpz_poly) -> int:
    """How many roots of an irreducible polynomial over the integers have modulus exactly 1."""
    coefficients = factor.coeffs()
    if len(coefficients) == 2:
        return int(abs(coefficients[0]) == abs(coefficients[1]))
    if coefficients != coefficients[::-1]:
        return 0
    half = (len(coefficients) - 1) // 2  # f(t) = t**half * g(t + 1/t)
    trace = fmpq_poly([coefficients[half]])
    before, power = fmpq_poly([2]), fmpq_poly([0, 1])  # t**k + t**-k in y = t + 1/t, for k = 0 and 1
    for k in range(1, half + 1):
        trace += power * coefficients[half + k]
        before, power = power, power * fmpq_poly([0, 1]) - before
    return 2 * sturm_count(trace, fmpq(-2), fmpq(2))


def annihilator(matrix: fmpq_mat, columns: fmpq_mat) -> fmpq_poly:
    """The monic polynomial m of least degree over Q with m(matrix) columns = 0. Exact.

    Found among the divisors of the characteristic polynomial, one irreducible factor at a time. The zero column has
    m = 1.
    """
    whole = fmpq_poly(matrix.charpoly())
    found = fmpq_poly([1])
    for factor, power in irreducible_factors(whole):
        f = fmpq_poly(factor)
        f = f / f.coeffs()[-1]
        moved = applied(whole // f**power, matrix, columns)
        for left in range(power, 0, -1):
            if not any(moved.entries()):
                break
            found *= f
            moved = applied(f, matrix, moved) if left > 1 else moved
    return found


def applied(polynomial: fmpq_poly, matrix: fmpq_mat, columns: fmpq_mat) -> fmpq_mat:
    """polynomial(matrix) columns, by Horner's rule over the integers: one division at the end."""
    square, below = matrix.numer_denom()
    start, below_start = columns.numer_denom()
    whole, bottom = polynomial.numer(), polynomial.denom()
    total = start * whole[whole.degree()]
    scale = below
    for i in range(whole.degree() - 1, -1, -1):
        total = square * total + start * (whole[i] * scale)
        scale *= below
    return fmpq_mat(total) * (1 / fmpq(bottom * below_start * below ** whole.degree()))


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The roots of a polynomial over Q, counted with multiplicity, and where they lie. Everything is exact.

    `zeros` is the multiplicity of the root 0; `inside` counts the other roots with |t| < 1, `on` those with |t| = 1 and
    `outside` the rest. `growing` says whether a root on the unit circle is a multiple one.

    >>> spectrum(fmpq_poly([0, 0, 1, 1])).zeros, spectrum(fmpq_poly([1, 1, 1])).on
    (2, 2)
    """

    factors: tuple[tuple[fmpz_poly, int], ...]
    zeros: int
    inside: int
    on: int
    outside: int
    growing: bool

    @cached_property
    def polynomial(self) -> fmpq_poly:
        total = fmpq_poly([0, 1]) ** self.zeros
        for factor, power in self.factors:
            total *= fmpq_poly(factor) ** power
        return total

    def has(self, root: int) -> bool:
        """Whether this integer is a root."""
        return bool(self.polynomial(fmpq(root)) == 0)

    @cached_property
    def real(self) -> tuple[RealAlgebraic, ...]:
        """The distinct real roots, ascending."""
        return tuple(real_roots(self.polynomial)) if self.polynomial.degree() else ()

    @property
    def is_real_and_not_negative(self) -> bool:
        distinct = sum(f.degree() for f, _ in self.factors)
        return bool(sum(1 for root in self.real if root > 0) == distinct)

    @property
    def period(self) -> int | None:
        """The least k with t**k = 1 for every root except 0; None if there is none, or a root is a multiple one."""
        orders = [int(f.is_cyclotomic()) for f, _ in self.factors]
        return lcm(*orders) if orders and all(orders) and not self.growing else None

    @cached_property
    def radius(self) -> RealAlgebraic | Interval:
        """The largest modulus of a root, exact; an enclosure where it belongs to a complex root of high degree."""
        candidates: list[RealAlgebraic | Interval] = [RealAlgebraic.of(0), *(abs(t) for t in self.real)]
        candidates += [size for f, _ in self.factors if (size := _complex_radius(f)) is not None]
        intervals = [c for c in candidates if isinstance(c, Interval)]
        best = max(c for c in candidates if isinstance(c, RealAlgebraic))
        beyond = [c for c in intervals if best < c.upper]
        if not beyond:
            return best
        return Interval(max(c.lower for c in beyond), max(c.upper for c in beyond))

    @property
    def dominant_is_positive(self) -> bool:
        """Whether a positive real root is larger in modulus than every other root."""
        positive = [t for t in self.real if t > 0]
        if not positive:
            return False
        best = positive[-1]
        if any(-t >= best for t in self.real):
            return False
        sizes = [size for f, _ in self.factors if (size := _complex_radius(f)) is not None]
        return all(best > (s.upper if isinstance(s, Interval) else s) for s in sizes)


def spectrum(polynomial: fmpq_poly) -> Spectrum:
    """Where the roots of a polynomial that is not zero lie, relative to 0 and to the unit circle."""
    zeros = inside = on = outside = 0
    growing = False
    kept = []
    for factor, power in irreducible_factors(polynomial) if polynomial.degree() else []:
        if factor.degree() == 1 and factor[0] == 0:
            zeros = power
            continue
        kept.append((factor, power))
        circle = unit_circle_count(factor)
        within = (factor.degree() - circle) // 2 if circle else _count_inside(factor)
        inside, on = inside + power * within, on + power * circle
        outside += power * (factor.degree() - circle - within)
        growing |= circle > 0 and power > 1
    return Spectrum(tuple(kept), zeros, inside, on, outside, growing)


def _count_inside(factor: fmpz_poly) -> int:
    """The roots inside the unit circle of a polynomial that has none on it."""
    bits = 64
    while True:
        sizes = [abs(root) for root in complex_balls(factor, bits)]
        if all(size < 1 or size > 1 for size in sizes):
            return sum(1 for size in sizes if size < 1)
        bits *= 2


def complex_balls(factor: fmpz_poly, bits: int) -> tuple[acb, ...]:
    """Enclosures of all roots of an irreducible polynomial, apart from one another."""
    return _complex_balls(tuple(factor.coeffs()), bits)


@lru_cache(maxsize=512)
def _complex_balls(key: tuple[Any, ...], bits: int) -> tuple[acb, ...]:
    with ctx.workprec(bits):
        return tuple(acb(root) for root, _ in fmpz_poly(list(key)).complex_roots())


def _complex_radius(factor: fmpz_poly) -> RealAlgebraic | Interval | None:
    """The largest modulus of the roots that are not real; None if all are real.

    The square of the modulus is the product of a root and its conjugate, a root of the polynomial of the products of
    pairs, which Newton's identities give.
    """
    degree = factor.degree()
    if all(_is_real(root) for root in complex_balls(factor, 64)):
        return None
    if degree * (degree - 1) // 2 > _LARGEST_PRODUCT:
        balls = [abs(root) for root in complex_balls(factor, 128) if not _is_real(root)]
        lower, upper = (max(side(b) for b in balls) for side in (_lower, _upper))
        return Interval(lower, upper)
    products = _pair_products(fmpq_poly(factor))

    def square(bits: int) -> Any:
        with ctx.workprec(bits):
            pairs = [(root.real, root.imag) for root in complex_balls(factor, bits) if not _is_real(root)]
            sizes = [x * x + y * y for x, y in pairs]  # a ball around 0 to the power 2 would not be finite
            largest = sizes[0]
            for size in sizes[1:]:
                largest = largest.max(size)
        return largest

    return identified(products, square).root()


def _is_real(root: acb) -> bool:
    """The roots of flint have an imaginary part that is exactly 0, or one that excludes 0."""
    return bool(root.imag == 0)


def _pair_products(polynomial: fmpq_poly) -> fmpq_poly:
    """The monic polynomial with the products of two roots at different places as its roots."""
    degree = polynomial.degree()
    size = degree * (degree - 1) // 2
    sums = _power_sums([c / polynomial.coeffs()[-1] for c in polynomial.coeffs()], 2 * size + 1)
    pairs = [(sums[k] ** 2 - sums[2 * k]) / 2 for k in range(size + 1)]
    coefficients = [fmpq(1)]  # elementary symmetric functions with signs, the highest power first
    for k in range(1, size + 1):
        total = sum((coefficients[k - j] * pairs[j] for j in range(1, k + 1)), start=fmpq(0))
        coefficients.append(-total / k)
    return fmpq_poly(coefficients[::-1])


def _power_sums(monic: list[fmpq], count: int) -> list[fmpq]:
    degree = len(monic) - 1
    sums = [fmpq(degree)]
    for k in range(1, count):
        total = k * monic[degree - k] if k <= degree else fmpq(0)
        total += sum((monic[degree - j] * sums[k - j] for j in range(1, min(k - 1, degree) + 1)), start=fmpq(0))
        sums.append(-total)
    return sums


def _lower(ball: Any) -> Any:
    return _as_fraction(ball.lower())


def _upper(ball: Any) -> Any:
    return _as_fraction(ball.upper())


def _as_fraction(point: Any) -> Any:
    value = point.fmpq()
    return to_fraction(value)
