"""Sums of harmonic numbers: H_n, their orders and products, times rational functions and x**n.

Every harmonic number is brought to the index n, the coefficients to partial fractions, every pole to 0 (or 1/2)
by a shift of the index, which leaves terms with fewer harmonic numbers; the sums that remain are those of
`euler_constants`. At x = 1 all sums are cut off at one N: their growing parts, powers of H_N, have to cancel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sympy
from sympy import log, pi

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.euler_constants import (
    Growth,
    Orders,
    alternating_at_half_integers,
    at_half_integers,
    at_one,
    generating,
    over_factorial,
)
from infinitesimal.sums.infinite.fourier import wave_sum
from infinitesimal.sums.infinite.polylogarithms import real_polylog, tidy, tidy_log
from infinitesimal.sums.infinite.rational_sums import regularised_sum
from infinitesimal.sums.summands.partial_fractions import Fraction, decompose
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import ONE, Wave, multiplied_out, waves

MAX_SHIFT = 12
MAX_START = 300
MAX_POWER = 4

Terms = dict[Orders, sympy.Expr]
"""Rational coefficients of products of harmonic numbers H_n^(p)."""


class OutOfClass(Exception):
    """A part of the term is no sum of this family."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of harmonic numbers times rational functions and x**n, -1 <= x <= 1; None for anything else.

    >>> closed_form(Summand(sympy.harmonic(n) / n**2, 1))
    2*zeta(3)
    """
    if not a.expr.has(sympy.harmonic) or a.parameters or a.start > MAX_START:
        return None
    try:
        return _closed_form(a)
    except OutOfClass:
        return None


def _closed_form(a: Summand) -> sympy.Expr:
    doubled, plain = _separate(a.expr)
    accumulator = _Accumulator()
    for expr, start, factor in ((plain, a.start, 1), (_halved(doubled), 2 * a.start, 2)):
        decomposition = waves(expr)
        if decomposition is None:
            raise OutOfClass
        for wave, rest in decomposition.items():
            accumulator.cut_off = sympy.Integer(factor)
            accumulator.add(wave, _by_orders(rest), start)
    return accumulator.value()


def _separate(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """The terms with a harmonic number of 2 n + k, and the others."""
    doubled, plain = sympy.S.Zero, sympy.S.Zero
    for term in multiplied_out(expr):
        scales = {h.args[0].coeff(n, 1) for h in term.atoms(sympy.harmonic)}
        if scales <= {1}:
            plain += term
        elif scales == {2}:
            doubled += term
        else:
            raise OutOfClass
    return doubled, plain


def _halved(expr: sympy.Expr) -> sympy.Expr:
    """f(n) as (1 + (-1)**n)/2 f(n/2): the same sum with twice the index."""
    return sympy.powsimp(expr.subs(n, n / 2)) * (1 + (-1) ** n) / 2


def _by_orders(rest: sympy.Expr) -> Terms:
    """The expression as a polynomial in harmonic numbers of the index n."""
    symbols: dict[int, sympy.Symbol] = {}

    def at_index(*arguments: sympy.Expr) -> sympy.Expr:
        order = int(arguments[1]) if len(arguments) > 1 and arguments[1].is_Integer else 1
        shift = arguments[0] - n
        if (
            not shift.is_Integer
            or abs(shift) > MAX_SHIFT
            or order < 1
            or (len(arguments) > 1 and arguments[1] != order)
        ):
            raise OutOfClass
        symbol = symbols.setdefault(order, sympy.Dummy(f"h{order}"))
        steps = sympy.Add(*((n + j) ** -order for j in range(min(shift, 0) + 1, max(shift, 0) + 1)))
        return symbol + (steps if shift > 0 else -steps)

    replaced = rest.replace(sympy.harmonic, at_index)
    if not symbols:
        return {(): rest}
    polynomial = replaced.as_poly(*symbols.values())
    if polynomial is None:
        raise OutOfClass
    result: Terms = {}
    for powers, coefficient in polynomial.terms():
        if sum(powers) > MAX_POWER:
            raise OutOfClass
        orders = tuple(sorted(order for order, power in zip(symbols, powers, strict=True) for _ in range(power)))
        result[orders] = coefficient
    return result


@dataclass
class _Accumulator:
    """The sum so far and its growing part, a polynomial in H_N; the cut-off of a part may be a multiple of N."""

    total: sympy.Expr = sympy.S.Zero
    growth: dict[int, sympy.Expr] = field(default_factory=dict)
    cut_off: sympy.Integer = sympy.S.One

    def add(self, wave: Wave, terms: Terms, start: int) -> None:
        if wave.angle not in (0, pi) or not wave.ratio.evalf(30) <= 1:
            raise OutOfClass
        for orders, coefficient in terms.items():
            if orders == ():
                self._add_rational(wave, coefficient, start)
            elif coefficient.has(sympy.factorial):
                self._add_over_factorial(wave, orders, coefficient, start)
            else:
                self._add_harmonic(wave, orders, coefficient, start)

    def value(self) -> sympy.Expr:
        if any(sympy.expand(c) != 0 for power, c in self.growth.items() if power):
            raise OutOfClass
        return tidy(sympy.expand(self.total + self.growth.get(0, sympy.S.Zero)))

    def _grow(self, growth: Growth) -> None:
        # H at the cut-off c N is H_N + log c + o(1).
        for power, coefficient in growth.items():
            for j in range(power + 1):
                shifted = coefficient * sympy.binomial(power, j) * log(self.cut_off) ** (power - j)
                self.growth[j] = self.growth.get(j, sympy.S.Zero) + shifted

    def _add_rational(self, wave: Wave, expr: sympy.Expr, start: int) -> None:
        if wave == ONE:
            found = regularised_sum(expr, start)
            if found is None:
                raise OutOfClass
            # log N = H_N - gamma + o(1)
            self.total += found[0] - sympy.EulerGamma * found[1]
            self._grow({1: found[1]})
            return
        value = wave_sum(wave, expr, start)
        if value is None:
            raise OutOfClass
        self.total += value

    def _add_harmonic(self, wave: Wave, orders: Orders, coefficient: sympy.Expr, start: int) -> None:
        found = decompose(coefficient)
        if found is None:
            raise OutOfClass
        polynomials, fractions = found
        x = wave.ratio * (1 if wave.angle == 0 else -1)
        for constant, polynomial in polynomials.items():
            self.total += constant * _polynomial_sum(orders, polynomial, x, start)
        for constant, fraction in fractions:
            if fraction.factor.degree() > 1:
                raise OutOfClass
            self._add_pole(wave, orders, constant * fraction.numerator.as_expr(), fraction, start)

    def _add_pole(self, wave: Wave, orders: Orders, weight: sympy.Expr, fraction: Fraction, start: int) -> None:
        """x**n h(n)/(n + a)**s: with m = n + k the pole moves to 0 or 1/2, and h(m - k) is expanded."""
        a, s = -fraction.centre, fraction.power
        x = wave.ratio * (1 if wave.angle == 0 else -1)
        half = a.q == 2 and orders == (1,) and (x == 1 or (x == -1 and s == 1))
        if not (a.is_Integer or half) or abs(a) > MAX_SHIFT or a + start <= 0:
            raise OutOfClass
        k = int(sympy.floor(a))
        base = a - k
        first = start + k
        weight = weight * x ** (-k)
        steps = {p: _steps(p, k) for p in set(orders)}
        for orders_left, lowered in _expanded(orders, steps):
            if orders_left == orders:
                self._add_base(wave, orders, s, base, weight, first)
            else:
                self.add(wave, {orders_left: weight * lowered / (n + base) ** s}, first)

    def _add_base(
        self, wave: Wave, orders: Orders, s: int, base: sympy.Rational, weight: sympy.Expr, first: int
    ) -> None:
        x = wave.ratio * (1 if wave.angle == 0 else -1)
        found: tuple[sympy.Expr, Growth] | None
        if base != 0:
            found = at_half_integers(s) if x == 1 else (alternating_at_half_integers(), {})
        elif x == 1:
            found = at_one(orders, s)
        else:
            value = generating(orders, s, x)
            found = None if value is None else (value, {})
        if found is None:
            raise OutOfClass
        prefix = sympy.Add(
            *(x**m * _product(orders, m) / (sympy.Integer(m) + base) ** s for m in range(1, first))
        ) - sympy.Add(*(x**m * _product(orders, m) / (sympy.Integer(m) + base) ** s for m in range(first, 0)))
        self.total += weight * (found[0] - prefix)
        self._grow({power: weight * c for power, c in found[1].items()})

    def _add_over_factorial(self, wave: Wave, orders: Orders, coefficient: sympy.Expr, start: int) -> None:
        """p(n) H_n x**n/n!, with p(n) as a polynomial in x d/dx."""
        polynomial = (coefficient * sympy.factorial(n)).as_poly(n)
        if orders != (1,) or polynomial is None or any(c.has(n) for c in polynomial.coeffs()):
            raise OutOfClass
        x = wave.ratio * (1 if wave.angle == 0 else -1)
        variable = sympy.Dummy("x", positive=True)
        base = over_factorial(variable if x.is_positive else -variable)
        value = sympy.S.Zero
        for c in reversed(polynomial.all_coeffs()):
            value += c * base.subs(variable, abs(x))
            base = sympy.expand(variable * base.diff(variable))
        prefix = sympy.Add(*(x**m * coefficient.subs(n, m) * sympy.harmonic(m) for m in range(start)))
        self.total += sympy.expand(value) - prefix


def _steps(order: int, k: int) -> sympy.Expr:
    """h(m - k) - h(m) for harmonic numbers of an order, as a rational function of m = n."""
    if k >= 0:
        return -sympy.Add(*((n - j) ** -order for j in range(k)))
    return sympy.Add(*((n + j) ** -order for j in range(1, -k + 1)))


def _expanded(orders: Orders, steps: dict[int, sympy.Expr]) -> Iterator[tuple[Orders, sympy.Expr]]:
    """The product of h_p + steps_p over the orders, by the harmonic numbers left in each term."""
    result: Terms = {(): sympy.S.One}
    for p in orders:
        following: Terms = {}
        for left, coefficient in result.items():
            for key, factor in ((tuple(sorted((*left, p))), sympy.S.One), (left, steps[p])):
                following[key] = following.get(key, sympy.S.Zero) + coefficient * factor
        result = following
    yield from ((left, coefficient) for left, coefficient in result.items() if coefficient != 0)


def _product(orders: Orders, m: int) -> sympy.Expr:
    return sympy.Mul(*(sympy.harmonic(m, p) for p in orders))


def _polynomial_sum(orders: Orders, polynomial: sympy.Poly, x: sympy.Expr, start: int) -> sympy.Expr:
    """The sum of p(n) h(n) x**n for |x| < 1: p(x d/dx) applied to the generating function."""
    variable = sympy.Dummy("x")
    base = generating(orders, 0, variable)
    if abs(x) == 1 or base is None:
        raise OutOfClass
    value = sympy.S.Zero
    for c in reversed(polynomial.all_coeffs()):
        value += c * _evaluated(base, variable, x)
        base = sympy.expand_func(variable * base.diff(variable))
    prefix = sympy.Add(*(polynomial.eval(m) * x**m * _product(orders, m) for m in range(1, start)))
    return sympy.expand(value) - prefix


def _evaluated(base: sympy.Expr, variable: sympy.Symbol, x: sympy.Expr) -> sympy.Expr:
    """The generating function at x, with the known values of its logarithms and polylogarithms."""
    value = base.replace(sympy.polylog, lambda s, z: real_polylog(s, x) if z == variable else sympy.polylog(s, z))
    value = value.replace(sympy.log, lambda z: tidy_log(z.subs(variable, x)))
    return value.subs(variable, x)
