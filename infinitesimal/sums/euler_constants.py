"""The sums of products of harmonic numbers times x**n/n**s that are known in closed form.

Euler; Flajolet & Salvy, "Euler sums and contour integral representations" (1998); Borwein, Borwein & Girgensohn,
"Explicit evaluation of Euler sums" (1995); Sitaramachandrarao (1987); Lewin, *Polylogarithms*.
A product of harmonic numbers is the tuple of their orders: (1, 1, 2) is H_n**2 H_n^(2).
"""

import sympy
from sympy import Rational, binomial, log, pi, polylog, zeta

from infinitesimal.sums.polylogarithms import eta, real_polylog, tidy_log

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
    """The sum of the product of harmonic numbers over n**s, s >= 1: its constant and its growing part."""
    if s == 1:
        return _over_n(orders)
    if len(orders) == 1:
        value = linear(orders[0], s)
    else:
        value = {
            ((1, 1), 2): 17 * pi**4 / 360,
            ((1, 1), 3): 7 * zeta(5) / 2 - zeta(2) * zeta(3),
            ((1, 1), 4): 97 * zeta(6) / 24 - 2 * zeta(3) ** 2,
            ((1, 1), 5): 6 * zeta(7) - zeta(2) * zeta(5) - 5 * zeta(4) * zeta(3) / 2,
            ((1, 1, 1), 2): 10 * zeta(5) + zeta(2) * zeta(3),
            ((1, 1, 1), 3): 93 * zeta(6) / 16 - 5 * zeta(3) ** 2 / 2,
            ((1, 2), 2): zeta(5) + zeta(2) * zeta(3),
        }.get((orders, s))
    return None if value is None else (value, {})


def _over_n(orders: Orders) -> tuple[sympy.Expr, Growth] | None:
    """S = 1, by summation by parts: sum H_n/n = (H_N**2 + H_N^(2))/2, and so on."""
    half, third = Rational(1, 2), Rational(1, 3)
    if orders == (1,):
        return zeta(2) / 2, {2: half}
    if orders == (1, 1):
        return 5 * zeta(3) / 3, {3: third}
    if len(orders) == 1:
        value = linear(1, orders[0])
        return None if value is None else (zeta(orders[0] + 1) - value, {1: zeta(orders[0])})
    return None


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


_WEIGHT_THREE = (zeta(3), pi**2 * log(2), log(2) ** 3)
_WEIGHT_FOUR = (pi**4, zeta(3) * log(2), pi**2 * log(2) ** 2, log(2) ** 4, polylog(4, Rational(1, 2)))

_KNOWN: dict[tuple[Orders, int, sympy.Expr], tuple[int, tuple[int, ...]]] = {
    ((1, 1), 1, sympy.S.NegativeOne): (-12, (9, -1, 4)),
    ((1, 1), 1, sympy.S.Half): (8, (7, 0, 0)),
    ((1, 1), 2, sympy.S.NegativeOne): (-1440, (41, -2520, 120, -120, -2880)),
    ((1, 1), 2, sympy.S.Half): (1440, (37, -2520, 60, -60, -1440)),
    ((2,), 2, sympy.S.NegativeOne): (480, (17, -1680, 80, -80, -1920)),
    ((2,), 2, sympy.S.Half): (1440, (1, 360, -60, 60, 1440)),
    ((1, 1, 1), 1, sympy.S.NegativeOne): (144, (-1, 162, -18, 36, 0)),
    ((1, 1, 1), 1, sympy.S.Half): (-72, (-5, 315, -15, 15, 360)),
    ((3,), 1, sympy.S.NegativeOne): (-1440, (19, -1080, 0, 0, 0)),
    ((3,), 1, sympy.S.Half): (-288, (1, -252, 12, -12, -288)),
    ((1, 2), 1, sympy.S.NegativeOne): (-360, (-4, 315, -15, 30, 720)),
    ((1, 2), 1, sympy.S.Half): (-720, (1, -630, 30, -30, -720)),
}
"""Sums at -1 and 1/2 of weight 3 and 4 as a denominator and coefficients over the constants of that weight.

Found by integer relations at 45 digits, not proved here: every value that leaves is compared with an enclosure.
"""


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
    if (orders, s, x) in _KNOWN:
        denominator, coefficients = _KNOWN[orders, s, x]
        constants = _WEIGHT_THREE if len(coefficients) == 3 else _WEIGHT_FOUR
        return sympy.Add(*(Rational(c, denominator) * value for c, value in zip(coefficients, constants, strict=True)))
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
    tetra = polylog(4, Rational(1, 2))
    if s == 3 and x == -1:
        known = 11 * pi**4 / 360 + pi**2 * log(2) ** 2 / 12 - log(2) ** 4 / 12
        return -(known - 2 * tetra - 7 * log(2) * zeta(3) / 4)
    if s == 3 and x == Rational(1, 2):
        return tetra + pi**4 / 720 - log(2) * zeta(3) / 8 + log(2) ** 4 / 24
    return None


def over_factorial(x: sympy.Expr) -> sympy.Expr:
    """The sum of H_n x**n/n!: exp(x) (gamma + log|x| + E_1(x)), with E_1(x) = -Ei(-x), real x other than 0."""
    return sympy.exp(x) * (sympy.EulerGamma + log(abs(x)) - sympy.Ei(-x))
