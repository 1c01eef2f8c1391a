"""The sums of products of harmonic numbers times x**n/n**s that are known in closed form.

Single harmonic numbers by formulas for every weight, products at 1, -1 and 1/2 by `multiple_zeta`. Sources:
Euler; Flajolet & Salvy, "Euler sums and contour integral representations" (1998); Borwein, Borwein & Girgensohn,
"Explicit evaluation of Euler sums" (1995); Sitaramachandrarao (1987); Lewin, *Polylogarithms*.
A product of harmonic numbers is the tuple of their orders: (1, 1, 2) is H_n**2 H_n^(2).
"""

import sympy
from sympy import Rational, binomial, log, pi, polylog, zeta

from infinitesimal.sums.infinite.multiple_zeta import evaluate
from infinitesimal.sums.infinite.nested_sums import Combination, add, at_one_half, euler_sum, regularised
from infinitesimal.sums.infinite.polylogarithms import eta, real_polylog, tidy_log

Orders = tuple[int, ...]

Growth = dict[int, sympy.Expr]
"""The growing part of a sum up to N, by powers of the harmonic number H_N."""


def linear(p: int, q: int) -> sympy.Expr | None:
    """The sum of H_n^(p)/n**q over n >= 1 for q >= 2, where it reduces to zeta values.

    >>> linear(1, 2)
    2*zeta(3)
    """
    m = p + q
    if p == 1:
        products = sympy.Add(*(zeta(q - k) * zeta(k + 1) for k in range(1, q - 1)))
        return sympy.expand((q + 2) * zeta(q + 1) - products) / 2
    if p == q:
        return (zeta(p) ** 2 + zeta(m)) / 2
    if {p, q} == {2, 4}:
        value = zeta(3) ** 2 - zeta(6) / 3
        return value if p == 2 else sympy.expand(zeta(2) * zeta(4) + zeta(6) - value)
    if m % 2 == 0:
        return None
    sign = (-1) ** p
    value = zeta(m) * (1 - sign * binomial(m - 1, p) - sign * binomial(m - 1, q)) / 2
    value += zeta(p) * zeta(q) * (1 - sign) / 2
    for a, b in ((p, q), (q, p)):
        for k in range(1, a // 2 + 1):
            if m - 2 * k > 1:
                value += sign * binomial(m - 2 * k - 1, b - 1) * zeta(2 * k) * zeta(m - 2 * k)
    return sympy.expand(value)


def at_one(orders: Orders, s: int) -> tuple[sympy.Expr, Growth] | None:
    """The sum of the product of harmonic numbers over n**s, s >= 1: its constant and its growing part.

    >>> at_one((1, 1), 3)
    (-pi**2*zeta(3)/6 + 7*zeta(5)/2, {})
    """
    if len(orders) == 1:
        value = linear(orders[0], s) if s > 1 else None
        return _over_n(orders[0]) if s == 1 else None if value is None else (value, {})
    parts: dict[int, Combination] = {}
    for index, c in euler_sum(orders, s).items():
        for power, combination in regularised(index).items():
            add(parts.setdefault(power, {}), combination, c)
    found = {power: evaluate(combination) for power, combination in parts.items()}
    values = {power: value for power, value in found.items() if value is not None}
    return None if len(values) < len(found) else (values.pop(0, sympy.S.Zero), values)


def _over_n(order: int) -> tuple[sympy.Expr, Growth] | None:
    """S = 1, by summation by parts: sum H_n/n = (H_N**2 + H_N^(2))/2, and so on."""
    if order == 1:
        return zeta(2) / 2, {2: Rational(1, 2)}
    value = linear(1, order)
    return None if value is None else (zeta(order + 1) - value, {1: zeta(order)})


def alternating_at_half_integers() -> sympy.Expr:
    """The sum of (-1)**n H_n/(n + 1/2) over n >= 0: -2 times the integral of log(1+t**2)/(1+t**2) from 0 to 1."""
    return 2 * sympy.Catalan - pi * log(2)


def at_half_integers(s: int) -> tuple[sympy.Expr, Growth]:
    """The sum of H_n/(n + 1/2)**s over n >= 0, s >= 1: its constant and its growing part."""
    if s == 1:
        return pi**2 / 12 - 2 * log(2) ** 2, {2: Rational(1, 2)}
    products = sympy.Add(
        *((2 ** (k + 1) - 1) * (2 ** (s - k) - 1) * zeta(k + 1) * zeta(s - k) for k in range(1, s - 1))
    )
    value = s * (2 ** (s + 1) - 1) * zeta(s + 1) / 2 - 2 * log(2) * (2**s - 1) * zeta(s) - products / 2
    return sympy.expand(value), {}


def generating(orders: Orders, s: int, x: sympy.Expr) -> sympy.Expr | None:
    """The sum of the product of harmonic numbers times x**n/n**s over n >= 1, -1 <= x < 1, s >= 0.

    For s = 0 the point -1 is excluded. `x` may be a symbol when s = 0.

    >>> generating((1,), 1, Rational(1, 2))
    pi**2/12
    """
    one_minus = 1 - x
    logarithm = log(one_minus) if one_minus.free_symbols else tidy_log(one_minus)

    def li(order: int) -> sympy.Expr:
        return polylog(order, x) if x.free_symbols else real_polylog(sympy.Integer(order), x)

    if s == 0:
        if orders == (1,):
            return -logarithm / one_minus
        if len(orders) == 1:
            return li(orders[0]) / one_minus
        return (logarithm**2 + li(2)) / one_minus if orders == (1, 1) else None
    nested = _nested(orders, s, x)
    if nested is not None:
        return nested
    if orders == (1,):
        return _generating_linear(s, x, logarithm)
    if orders == (2,) and s == 1:
        base = _generating_linear(2, x, logarithm)
        return None if base is None else sympy.expand(3 * li(3) - logarithm * li(2) - 2 * base)
    return None


def _generating_linear(s: int, x: sympy.Expr, logarithm: sympy.Expr) -> sympy.Expr | None:
    def li(order: int, z: sympy.Expr) -> sympy.Expr:
        return real_polylog(sympy.Integer(order), z)

    if x == -1 and s % 2 == 0:
        q = s // 2
        products = sympy.Add(*(eta(sympy.Integer(2 * j)) * zeta(s + 1 - 2 * j) for j in range(1, q)))
        return sympy.expand(-((s + 1) * eta(sympy.Integer(s + 1)) - zeta(s + 1) - 2 * products) / 2)
    if s == 1:
        return sympy.expand(li(2, x) + logarithm**2 / 2)
    if s == 2:
        if x.evalf(30) <= Rational(1, 2).evalf(30):
            quotient = sympy.radsimp(x / (x - 1))
            return sympy.expand(2 * li(3, x) + li(3, quotient) - logarithm**3 / 6 - logarithm * li(2, x))
        y = 1 - x
        dilogs = li(3, x) - li(3, y) + logarithm * li(2, y)
        return sympy.expand(dilogs + tidy_log(x) * logarithm**2 / 2 + zeta(3))
    return None


def _nested(orders: Orders, s: int, x: sympy.Expr) -> sympy.Expr | None:
    """The sum at -1 or 1/2 by multiple zeta values with signs, where the weight allows it."""
    if x == -1:
        return evaluate(euler_sum(orders, s, -1))
    if x != sympy.S.Half:
        return None
    combination: Combination = {}
    for index, c in euler_sum(orders, s).items():
        add(combination, at_one_half(index), c)
    return evaluate(combination)


def over_factorial(x: sympy.Expr) -> sympy.Expr:
    """The sum of H_n x**n/n!: exp(x) (gamma + log|x| + E_1(x)), with E_1(x) = -Ei(-x), real x other than 0."""
    return sympy.exp(x) * (sympy.EulerGamma + log(abs(x)) - sympy.Ei(-x))
