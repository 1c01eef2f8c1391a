"""Hypergeometric sums with |z| < 1 that are elementary or elliptic functions of the argument z, by family.

Sources: Abramowitz and Stegun, ch. 15, 17; DLMF 15.4; for central binomials D. H. Lehmer,
"Interesting series involving the central binomial coefficient" (*Amer. Math. Monthly* 92, 1985).
"""

import sympy
from sympy import Rational, S, pi, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.infinite.entire_functions import SquareRoot
from infinitesimal.sums.summands.hypergeometric_terms import Family

_HALF = S.Half
MAX_ROOTS = 8


def special_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of a family that are known for every z; `poles` are the classes of poles that are wanted.

    >>> special_values(Family(S(1)/2, ((S.One, -1), (S.Half, 1))), frozenset())
    [Known(rational=1, value=sqrt(2), start=0)]
    """
    z, classes = family.z, dict(family.classes)
    above = [c for c, e in classes.items() if e > 0]
    match sorted(classes.values(), reverse=True):
        case []:
            return _geometric(z, poles)
        case [1, -1] if classes.get(S.One) == -1:
            return _power(z, above[0], poles)
        case [1, -1] if classes.get(S.One) == 1 and classes.get(_HALF) == -1:
            return _inverse_central(z)
        case [2, -2] if classes == {_HALF: 2, S.One: -2}:
            return _elliptic(z)
        case [1, 1, -1, -1] if classes.get(S.One) == classes.get(_HALF) == -1 and sum(above) == 1:
            return _trisection(z, min(above, key=sympy.default_sort_key))
    return []


def _geometric(z: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    if z == 1:
        return []
    found = [Known(S.One, 1 / (1 - z)), Known(1 / (n + 1), -sympy.log(1 - z) / z)]
    if _HALF in poles:
        root = SquareRoot(z)
        found.append(Known(1 / (n + _HALF), 2 * root.pair(sympy.atanh, sympy.atan) / root.value))
    for p in sorted(poles - {S.One, _HALF}):
        if p.q <= MAX_ROOTS and not (z.is_negative or z.could_extract_minus_sign()):
            found.append(Known(1 / (n + p), int(p.q) * _section(z, int(p.p), int(p.q))))
    if S.One in poles:
        found += [Known(1 / n**k, _polylog(k, z), 1) for k in (2, 3, 4)]
    return found


def _section(z: sympy.Expr, p: int, q: int) -> sympy.Expr:
    """The sum of z**n/(q n + p) for z = y**q by roots of unity, in logarithms and arctangents of y."""
    y = sympy.powdenest(z ** Rational(1, q), force=bool(z.free_symbols))
    total = -sympy.log(1 - y) / q
    if q % 2 == 0:
        total -= (-1) ** p * sympy.log(1 + y) / q
    for j in range(1, (q + 1) // 2):
        t = 2 * pi * j / q
        total -= sympy.cos(p * t) * sympy.log(1 - 2 * y * sympy.cos(t) + y**2) / q
        total += 2 * sympy.sin(p * t) * sympy.atan(y * sympy.sin(t) / (1 - y * sympy.cos(t))) / q
    return total / y**p


def _polylog(order: int, z: sympy.Expr) -> sympy.Expr:
    log2 = sympy.log(2)
    if z == _HALF and order == 2:
        return pi**2 / 12 - log2**2 / 2
    if z == _HALF and order == 3:
        return log2**3 / 6 - pi**2 * log2 / 12 + 7 * sympy.zeta(3) / 8
    if z == -1:
        return -(1 - S(2) ** (1 - order)) * sympy.zeta(order)
    return sympy.polylog(order, z)


def _power(z: sympy.Expr, a: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    """(a)_n/n!: the binomial series (1-z)**-a, and asin and log for a = 1/2."""
    found = [] if z == 1 else [Known(S.One, (1 - z) ** -a)]
    if a != _HALF:
        return found
    root = SquareRoot(z)
    if _HALF in poles:
        found.append(Known(1 / (n + _HALF), 2 * root.pair(sympy.asin, sympy.asinh) / root.value))
    if S.One in poles:
        found.append(Known(1 / n, 2 * sympy.log(2 / (1 + sqrt(1 - z))), 1))
    return found


def _inverse_central(z: sympy.Expr) -> list[Known]:
    """n!/(1/2)_n = 4**n/binomial(2n, n): asin, and its square with 1/n**2."""
    root = SquareRoot(z)
    arc = root.pair(sympy.asin, sympy.asinh)
    sign = -1 if root.negative else 1
    found = [] if z == 1 else [Known(S.One, 1 / (1 - z) + sign * root.value * arc / (1 - z) ** Rational(3, 2))]
    return [*found, Known(1 / n**2, 2 * sign * arc**2, 1)]


def _elliptic(z: sympy.Expr) -> list[Known]:
    """The squares of central binomials: 2/pi K(z), and n by K' = (E/(1-z) - K)/(2z)."""
    if z == 1:
        return []
    if z in (_HALF, -1):
        # the lemniscate: K(1/2) = Gamma(1/4)**2/(4 sqrt pi), Legendre's relation for E, Pfaff's transformation to -1
        k = sympy.gamma(Rational(1, 4)) ** 2 / (4 * sqrt(pi))
        e = pi / (4 * k) + k / 2
        if z == -1:
            k, e = k / sqrt(2), sqrt(2) * e
    else:
        k, e = sympy.elliptic_k(z), sympy.elliptic_e(z)
    return [Known(S.One, 2 * k / pi), Known(n, (e / (1 - z) - k) / pi)]


def _trisection(z: sympy.Expr, a: sympy.Expr) -> list[Known]:
    """2F1(a, 1-a; 1/2; sin(t)**2) = cos((1-2a) t)/cos(t), and n by z d/dz; binomial(3n, n) is a = 1/3."""
    if z == 1:
        return []
    root = SquareRoot(z)
    k = 1 - 2 * a
    arc = root.pair(sympy.asin, sympy.asinh)
    sign = -1 if root.negative else 1
    even = (sympy.cosh if root.negative else sympy.cos)(k * arc)
    odd = (sympy.sinh if root.negative else sympy.sin)(k * arc)
    side = sqrt(1 - z)
    # d/dt of cos(kt)/cos(t), times tan(t)/2, which is z d/dz
    slope = sign * root.value * (-k * odd * side + root.value * even) / (2 * side**3)
    return [Known(S.One, even / side), Known(n, slope)]
