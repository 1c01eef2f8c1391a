"""Hypergeometric sums that are elementary, elliptic, error or Bessel functions of the argument z, by family.

Sources: Abramowitz and Stegun, ch. 7, 9, 13, 15, 17; DLMF 15.4 and 10.25; for central binomials D. H. Lehmer,
"Interesting series involving the central binomial coefficient" (*Amer. Math. Monthly* 92, 1985).
"""

import sympy
from sympy import Rational, S, pi, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.contiguous import Known
from infinitesimal.sums.gamma_products import Family

_HALF = S.Half
MAX_ROOTS = 12


def special_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of a family that are known for every z; `poles` are the classes of poles that are wanted.

    >>> special_values(Family(S(1)/2, ((S.One, -1),)), frozenset())
    [Known(rational=1, value=exp(1/2), start=0)]
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
        case [1, -2] if classes == {_HALF: 1, S.One: -2}:
            return _bessel_product(z)
        case [1, 1, -1, -1] if classes.get(S.One) == classes.get(_HALF) == -1 and sum(above) == 1:
            return _trisection(z, min(above, key=lambda c: sympy.default_sort_key(c)))
        case [-1] if _HALF in classes:
            return _odd_factorial(z)
        case [-2] if S.One in classes:
            return _bessel(z, S.One)
    if classes and all(e == -1 for e in classes.values()):
        return _exponential(z, sorted(classes), poles)
    return []


class _Root:
    """The square root of |z|, and whether z is negative; of x**2 it is x, as all formulas are even in it."""

    def __init__(self, z: sympy.Expr) -> None:
        self.negative = bool(z.is_negative or z.could_extract_minus_sign())
        self.value = sympy.powdenest(sqrt(-z if self.negative else z), force=bool(z.free_symbols))

    def pair(self, circular: type[sympy.Function], hyperbolic: type[sympy.Function]) -> sympy.Expr:
        """f(sqrt z) as a real function: circular for z > 0, hyperbolic for z < 0."""
        return (hyperbolic if self.negative else circular)(self.value)


def _geometric(z: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    if z == 1:
        return []
    found = [Known(S.One, 1 / (1 - z)), Known(1 / (n + 1), -sympy.log(1 - z) / z)]
    if _HALF in poles:
        root = _Root(z)
        found.append(Known(1 / (n + _HALF), 2 * root.pair(sympy.atanh, sympy.atan) / root.value))
    if S.One in poles:
        found += [Known(1 / n**k, _polylog(k, z), 1) for k in (2, 3, 4)]
    return found


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
    root = _Root(z)
    if _HALF in poles:
        found.append(Known(1 / (n + _HALF), 2 * root.pair(sympy.asin, sympy.asinh) / root.value))
    if S.One in poles:
        found.append(Known(1 / n, 2 * sympy.log(2 / (1 + sqrt(1 - z))), 1))
    return found


def _inverse_central(z: sympy.Expr) -> list[Known]:
    """n!/(1/2)_n = 4**n/binomial(2n, n): asin, and its square with 1/n**2."""
    root = _Root(z)
    arc = root.pair(sympy.asin, sympy.asinh)
    sign = -1 if root.negative else 1
    found = [] if z == 1 else [Known(S.One, 1 / (1 - z) + sign * root.value * arc / (1 - z) ** Rational(3, 2))]
    return [*found, Known(1 / n**2, 2 * sign * arc**2, 1)]


def _elliptic(z: sympy.Expr) -> list[Known]:
    """The squares of central binomials: 2/pi K(z), and n by K' = (E/(1-z) - K)/(2z)."""
    if z == 1:
        return []
    if z == _HALF or z == -1:
        # the lemniscate: K(1/2) = Gamma(1/4)**2/(4 sqrt pi), Legendre's relation for E; z = -1 by Pfaff's transformation
        k = sympy.gamma(Rational(1, 4)) ** 2 / (4 * sqrt(pi))
        e = pi / (4 * k) + k / 2
        if z == -1:
            k, e = k / sqrt(2), sqrt(2) * e
    else:
        k, e = sympy.elliptic_k(z), sympy.elliptic_e(z)
    return [Known(S.One, 2 * k / pi), Known(n, (e / (1 - z) - k) / pi)]


def _bessel_product(z: sympy.Expr) -> list[Known]:
    """(1/2)_n/n!**2: e**(z/2) I_0(z/2), and n by its derivative."""
    zero, one = sympy.besseli(0, z / 2), sympy.besseli(1, z / 2)
    return [Known(S.One, sympy.exp(z / 2) * zero), Known(n, z * sympy.exp(z / 2) * (zero + one) / 2)]


def _trisection(z: sympy.Expr, a: sympy.Expr) -> list[Known]:
    """2F1(a, 1-a; 1/2; sin(t)**2) = cos((1-2a) t)/cos(t), and n by z d/dz; binomial(3n, n) is a = 1/3."""
    if z == 1:
        return []
    root = _Root(z)
    k = 1 - 2 * a
    arc = root.pair(sympy.asin, sympy.asinh)
    sign = -1 if root.negative else 1
    even = (sympy.cosh if root.negative else sympy.cos)(k * arc)
    odd = (sympy.sinh if root.negative else sympy.sin)(k * arc)
    side = sqrt(1 - z)
    # d/dt of cos(kt)/cos(t), times tan(t)/2, which is z d/dz
    slope = sign * root.value * (-k * odd * side + root.value * even) / (2 * side**3)
    return [Known(S.One, even / side), Known(n, slope)]


def _odd_factorial(z: sympy.Expr) -> list[Known]:
    """1/(1/2)_n: 1F1(1; 1/2; z) by the error function."""
    root = _Root(z)
    if root.negative:
        return [Known(S.One, 1 - sqrt(pi) * root.value * sympy.exp(z) * sympy.erfi(root.value))]
    return [Known(S.One, 1 + sqrt(pi) * root.value * sympy.exp(z) * sympy.erf(root.value))]


def _exponential(z: sympy.Expr, classes: list[sympy.Expr], poles: frozenset[sympy.Expr]) -> list[Known]:
    """1/n! with 1/(n+1/2) and 1/n; 1/(mn)! by roots of unity; 1/(n! (c)_n) by Bessel functions."""
    size = len(classes)
    if classes == [S.One]:
        return [Known(S.One, sympy.exp(z)), *_incomplete(z, poles)]
    if classes == [Rational(i + 1, size) for i in range(size)] and size <= MAX_ROOTS:
        return _sections(z, size)
    if size == 2 and S.One in classes:
        return _bessel(z, classes[0])
    return []


def _incomplete(z: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    found = []
    if _HALF in poles:
        root = _Root(z)
        found.append(Known(1 / (n + _HALF), sqrt(pi) * root.pair(sympy.erfi, sympy.erf) / root.value))
    if S.One in poles:
        positive = -z if z.is_negative else z
        found.append(Known(1 / n, sympy.Ei(z) - sympy.EulerGamma - sympy.log(positive), 1))
    return found


def _sections(z: sympy.Expr, m: int) -> list[Known]:
    """The sums of n**j w**n/(mn)! for j < m, w = m**m z = y**m: (y/m d/dy)**j of the mean of exp(y u) over u**m = 1.

    For w < 0 and m even the roots of -1 take the place of the roots of unity; for m odd y is negative.
    """
    negative = bool(z.is_negative or z.could_extract_minus_sign())
    modulus = m * sympy.powdenest((-z if negative else z) ** Rational(1, m), force=bool(z.free_symbols))
    y = sympy.Dummy("y", real=True)
    turned = negative and m % 2 == 0
    mean = S.Zero
    for k in range(m):
        angle = pi * (2 * k + 1) / m if turned else 2 * pi * k / m
        mean += sympy.exp(y * sympy.cos(angle)) * sympy.cos(y * sympy.sin(angle)) / m
    if m == 2:
        mean = sympy.cos(y) if turned else sympy.cosh(y)
    argument = -modulus if negative and not turned else modulus
    found = []
    for j in range(m):
        found.append(Known(n**j, mean.subs(y, argument)))
        mean = sympy.expand(y * sympy.diff(mean, y) / m)
    return found


def _bessel(z: sympy.Expr, c: sympy.Expr) -> list[Known]:
    """1/(n! (c)_n): Gamma(c) z**((1-c)/2) I_(c-1)(2 sqrt z), and n by the next order; J for z < 0."""
    root = _Root(z)
    function = sympy.besselj if root.negative else sympy.besseli
    w = 2 * root.value
    first = sympy.gamma(c) * root.value ** (1 - c) * function(c - 1, w)
    second = sympy.gamma(c) * root.value ** (2 - c) * function(c, w) * (-1 if root.negative else 1)
    return [Known(S.One, first), Known(n, second)]
