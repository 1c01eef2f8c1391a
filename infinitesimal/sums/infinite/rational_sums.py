"""Sums of rational functions, plain or with alternating sign.

Partial fractions; rational poles by Gauss's digamma theorem and the Hurwitz zeta function, pairs of
poles symmetric about an integer or half an integer by the expansions of cot, tan, 1/sin and 1/cos
(Abramowitz & Stegun 4.3.91-93, 6.3-6.4); what is left stays as digamma at the poles.
All sums are cut off at one index, so that only their common logarithm has to cancel.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sympy
from sympy import I, Rational, cos, cosh, cot, coth, pi, sin, sinh, sqrt, tan, tanh

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.digamma import hurwitz, psi
from infinitesimal.sums.summands.partial_fractions import Fraction, decompose
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import ONE, Wave, waves

MAX_SHIFT = 2000

ALTERNATING = Wave(sympy.S.One, pi)


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of R(n) + (-1)**n S(n) with R and S rational over Q, up to constant factors; None for anything else.

    >>> closed_form(Summand(1 / (n**2 + 1), 0))
    1/2 + pi*coth(pi)/2
    """
    parts = waves(a.expr)
    if parts is None or not set(parts) <= {ONE, ALTERNATING}:
        return None
    return add_known(rational_sum(rest, a.start, wave == ALTERNATING) for wave, rest in parts.items())


def add_known(parts: Iterable[sympy.Expr | None]) -> sympy.Expr | None:
    """The sum of the parts, or None when one of them is None."""
    total = sympy.S.Zero
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def rational_sum(expr: sympy.Expr, start: int, alternating: bool = False) -> sympy.Expr | None:
    """The sum of a rational function of n from `start`, or of (-1)**n times it; None where it diverges.

    An alternating sum with terms that tend to 0 always converges; a plain one needs residues that cancel.
    """
    found = regularised_sum(expr, start, alternating)
    if found is None or sympy.expand(found[1]) != 0:
        return None
    return found[0]


def regularised_sum(expr: sympy.Expr, start: int, alternating: bool = False) -> tuple[sympy.Expr, sympy.Expr] | None:
    """The constants c and l such that the sum up to N is c + l log N + o(1); None where it grows faster.

    >>> regularised_sum(1 / n, 1)
    (EulerGamma, 1)
    """
    parts = decompose(expr)
    if parts is None or parts[0]:
        return None
    sums = _Sums(start, alternating)
    for constant, fraction in parts[1]:
        if not (sums.add_linear if fraction.factor.degree() == 1 else sums.add_factor)(constant, fraction):
            return None
    value = sums.value()
    return None if value is None else (value, sums.logarithm)


@dataclass
class _Sums:
    """The growing value of a sum over one cut-off; `logarithm` is the coefficient of log(cut-off)."""

    start: int
    alternating: bool
    total: sympy.Expr = sympy.S.Zero
    logarithm: sympy.Expr = sympy.S.Zero
    poles: dict[tuple[sympy.Rational, int], list[tuple[sympy.Rational, sympy.Expr]]] = field(default_factory=dict)
    groups: dict[tuple[sympy.Poly, sympy.Rational, int], sympy.Expr] = field(default_factory=dict)

    def add_linear(self, constant: sympy.Expr, fraction: Fraction) -> bool:
        """A pole at a rational number, noted with where its sum begins; False if it is an index of the sum."""
        begin = self.start - fraction.centre
        if begin.is_Integer and begin <= 0:
            return False
        coefficient = constant * fraction.numerator.as_expr()
        self.poles.setdefault((begin - sympy.floor(begin), fraction.power), []).append((begin, coefficient))
        return True

    def _add_poles(self, power: int, members: list[tuple[sympy.Rational, sympy.Expr]]) -> bool:
        """Poles that differ by integers: one value at the first of them, and finitely many terms."""
        first = min(begin for begin, _ in members)
        parity = (-1) ** (self.start % 2) if self.alternating else 1
        if any(begin - first > MAX_SHIFT for begin, _ in members):
            return False
        weight = sympy.S.Zero
        for begin, coefficient in members:
            shift = int(begin - first)
            # sum of (-1)**j/(begin + j) = (-1)**shift (sum from first on - prefix)
            sign = parity * (-1 if self.alternating and shift % 2 else 1)
            steps = ((-1) ** j if self.alternating else 1 for j in range(shift))
            prefix = sympy.Add(*(step * (first + j) ** -power for j, step in enumerate(steps)))
            self.total -= sign * coefficient * prefix
            weight += sign * coefficient
        weight = sympy.expand(weight)
        if weight == 0:
            return True
        if self.alternating:
            self.total += weight * _alternating_value(power, first)
        else:
            self.total += weight * (-psi(first) if power == 1 else hurwitz(sympy.Integer(power), first))
            self.logarithm += weight if power == 1 else 0
        return True

    def add_factor(self, constant: sympy.Expr, fraction: Fraction) -> bool:
        """An irreducible factor: it joins those that differ from it by a shift of the index.

        In x = n - centre the sum runs over x = begin, begin + 1, ...; all members of a group begin at the
        one `first` in (0, 1], and the finitely many terms between are added exactly.
        """
        numerator, factor = fraction.centred()
        begin = self.start - fraction.centre
        first = begin - sympy.ceiling(begin) + 1
        sign = (-1) ** (int(first + fraction.centre) % 2) if self.alternating else 1
        term = numerator.as_expr() / factor.as_expr() ** fraction.power
        shift = int(begin - first)
        if abs(shift) > MAX_SHIFT:
            return False
        for j in range(min(shift, 0), max(shift, 0)):
            weight = (-1) ** (j % 2) if self.alternating else 1
            value = term.subs(n, first + j) * sign * weight * constant
            self.total += value if shift < 0 else -value
        key = (factor, first, fraction.power)
        self.groups[key] = self.groups.get(key, sympy.S.Zero) + sign * constant * numerator.as_expr()
        return True

    def value(self) -> sympy.Expr | None:
        """The constant of the sum, once all fractions are in; None where a part has no closed form."""
        if not all(self._add_poles(power, members) for (_, power), members in self.poles.items()):
            return None
        for (factor, first, power), collected in self.groups.items():
            numerator = sympy.expand(collected)
            if not self.alternating and power == 1:
                self.logarithm += numerator.coeff(n, factor.degree() - 1)
            part = _group_sum(factor, first, power, numerator, self.alternating)
            if part is None:
                return None
            self.total += part
        return sympy.expand(self.total)


def _alternating_value(power: int, z: sympy.Rational) -> sympy.Expr:
    """The sum of (-1)**j/(z + j)**power over j >= 0."""
    if power == 1:
        return (psi((z + 1) / 2) - psi(z / 2)) / 2
    s = sympy.Integer(power)
    return (hurwitz(s, z / 2) - hurwitz(s, (z + 1) / 2)) / 2**power


def _group_sum(
    factor: sympy.Poly, first: sympy.Rational, power: int, numerator: sympy.Expr, alternating: bool
) -> sympy.Expr | None:
    """The regular part of the sum of (-1)**j numerator/factor**power at x = first + j."""
    degree = factor.degree()
    coefficients = [numerator.coeff(n, i) for i in range(degree)]
    even, odd = coefficients[0::2], coefficients[1::2]
    symmetric = (
        first in (1, Rational(1, 2))
        and factor.compose(sympy.Poly(-n, n, domain=factor.domain)) == factor * (-1) ** degree
    )
    if not symmetric or degree > 4 or (degree == 4 and power > 1):
        return _by_digamma(factor, first, power, numerator, alternating)
    half = first == Rational(1, 2)
    closed, other = (odd, even) if half and alternating else (even, odd)
    total = sympy.S.Zero
    if any(c != 0 for c in closed):
        bilateral = (
            _quadratic(factor.nth(0), power, closed[0], half, alternating)
            if degree == 2
            else _quartic(factor.nth(2), factor.nth(0), closed, half, alternating)
        )
        at_zero = 0 if half else closed[0] / factor.nth(0) ** power
        total += (bilateral - at_zero) / 2 * (-1 if alternating and not half else 1)
    if any(c != 0 for c in other):
        offset = 0 if half and alternating else 1
        rest = sympy.Add(*(c * n ** (2 * i + offset) for i, c in enumerate(other)))
        part = _by_digamma(factor, first, power, rest, alternating)
        if part is None:
            return None
        total += part
    return total


def _quadratic(beta: sympy.Rational, power: int, coefficient: sympy.Expr, half: bool, alternating: bool) -> sympy.Expr:
    """The sum over all integers x (or all x + 1/2) of c/(x**2 + beta)**power, or x c/..., by derivatives in beta."""
    g = sympy.Dummy("g", positive=True)
    r = sqrt(g)
    kernels: dict[tuple[bool, bool], tuple[sympy.Expr, sympy.Expr]] = {
        (False, False): (pi * coth(pi * r) / r, -pi * cot(pi * r) / r),
        (True, False): (pi * tanh(pi * r) / r, pi * tan(pi * r) / r),
        (False, True): (pi / (r * sinh(pi * r)), -pi / (r * sin(pi * r))),
        (True, True): (pi / cosh(pi * r), pi / cos(pi * r)),
    }
    kernel = kernels[half, alternating][0 if beta > 0 else 1]
    sign = -1 if beta > 0 else 1
    derived = kernel.diff(g, power - 1) * sign ** (power - 1) / sympy.factorial(power - 1)
    return coefficient * derived.subs(g, abs(beta))


def _quartic(
    p: sympy.Rational, q: sympy.Rational, coefficients: list[sympy.Expr], half: bool, alternating: bool
) -> sympy.Expr:
    """The sum over all x of (A + C x**2)/(x**4 + p x**2 + q), times x where both signs alternate."""
    a, c = coefficients
    discriminant = p**2 - 4 * q
    if discriminant > 0:
        roots = [(p + s * sqrt(discriminant)) / 2 for s in (1, -1)]
        total = sympy.S.Zero
        for beta, other in (roots, roots[::-1]):
            weight = sympy.radsimp((a - c * beta) / (other - beta))
            total += _quadratic(beta, 1, weight, half, alternating)
        return total
    u, v, modulus = p / 2, sqrt(-discriminant) / 2, sqrt(q)
    x, y = sqrt((modulus + u) / 2), sqrt((modulus - u) / 2)
    s, t = 2 * pi * x, 2 * pi * y
    # Real and imaginary part of the kernel at b = x + i y, without the factor 1/b.
    if alternating:
        scale = 2 / (cosh(s) + cos(t) if half else cosh(s) - cos(t))
        even, odd = (cosh, sinh) if half else (sinh, cosh)
        real, imaginary = scale * even(s / 2) * cos(t / 2), -scale * odd(s / 2) * sin(t / 2)
    elif half:
        real, imaginary = sinh(s) / (cosh(s) + cos(t)), sin(t) / (cosh(s) + cos(t))
    else:
        real, imaginary = sinh(s) / (cosh(s) - cos(t)), -sin(t) / (cosh(s) - cos(t))
    weight_re, weight_im = c / 2, (a - c * u) / (2 * v)
    if not (half and alternating):
        weight_re, weight_im = (weight_re * x + weight_im * y) / modulus, (weight_im * x - weight_re * y) / modulus
    weight_re, weight_im = sympy.radsimp(weight_re), sympy.radsimp(weight_im)
    return 2 * pi * (weight_re * real - weight_im * imaginary)


def _by_digamma(
    factor: sympy.Poly, first: sympy.Rational, power: int, numerator: sympy.Expr, alternating: bool
) -> sympy.Expr | None:
    """The same sum as digamma functions at the poles: residues times the regularised sum of 1/(z + j)."""

    def simple(z: sympy.Expr) -> sympy.Expr:
        if alternating:
            return (sympy.polygamma(0, (z + 1) / 2) - sympy.polygamma(0, z / 2)) / 2
        return -sympy.polygamma(0, z)

    if factor.degree() == 2:
        return _pair_by_digamma(factor.nth(0), first, power, numerator, simple)
    if power > 1:
        return None
    z = sympy.Dummy("z")
    residue = (numerator / factor.diff(n).as_expr()).subs(n, z)
    return sympy.RootSum(factor, sympy.Lambda(z, residue * simple(first - z)), auto=False)


def _pair_by_digamma(
    beta: sympy.Rational,
    first: sympy.Rational,
    power: int,
    numerator: sympy.Expr,
    simple: Callable[[sympy.Expr], sympy.Expr],
) -> sympy.Expr:
    a, b = numerator.coeff(n, 0), numerator.coeff(n, 1)
    g = sympy.Dummy("g", positive=True)
    root = I * sqrt(g) if beta > 0 else sqrt(g)
    total = sympy.S.Zero
    for z in (root, -root):
        total += (b / 2 - a / (2 * z)) * simple(first + z)
    sign = -1 if beta > 0 else 1
    derived = total.diff(g, power - 1) * sign ** (power - 1) / sympy.factorial(power - 1)
    return derived.subs(g, abs(beta))
