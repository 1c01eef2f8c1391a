"""Hypergeometric sums that converge for every z: exponential, error and Bessel functions of z, by family.

Sources: Abramowitz and Stegun, ch. 5, 7, 9, 13; DLMF 7.6, 10.25, 13.6.
"""

import sympy
from sympy import Rational, S, pi, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.summands.hypergeometric_terms import Family

_HALF = S.Half
MAX_ROOTS = 12


def entire_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of a family with more factorials below than above that are known; `poles` are the classes wanted.

    >>> entire_values(Family(S(1)/2, ((S.One, -1),)), frozenset())
    [Known(rational=1, value=exp(1/2), start=0)]
    """
    z, classes = family.z, dict(family.classes)
    if classes == {_HALF: 1, S.One: -2}:
        return _bessel_product(z)
    if classes == {_HALF: -1}:
        return _odd_factorial(z)
    if classes == {S.One: -2}:
        return _bessel(z, S.One)
    if classes and all(e == -1 and c.is_Rational for c, e in classes.items()):
        return _exponential(z, sorted(classes), poles)
    return []


class SquareRoot:
    """The square root of |z|, and whether z is negative; of x**2 it is x, as all formulas are even in it."""

    def __init__(self, z: sympy.Expr) -> None:
        self.negative = bool(z.is_negative or z.could_extract_minus_sign())
        self.value = sympy.powdenest(sqrt(-z if self.negative else z), force=bool(z.free_symbols))

    def pair(self, circular: type[sympy.Function], hyperbolic: type[sympy.Function]) -> sympy.Expr:
        """f(sqrt z) as a real function: circular for z > 0, hyperbolic for z < 0."""
        return (hyperbolic if self.negative else circular)(self.value)


def _bessel_product(z: sympy.Expr) -> list[Known]:
    """(1/2)_n/n!**2: e**(z/2) I_0(z/2), and n by its derivative."""
    zero, one = sympy.besseli(0, z / 2), sympy.besseli(1, z / 2)
    return [Known(S.One, sympy.exp(z / 2) * zero), Known(n, z * sympy.exp(z / 2) * (zero + one) / 2)]


def _odd_factorial(z: sympy.Expr) -> list[Known]:
    """1/(1/2)_n: 1F1(1; 1/2; z) by the error function."""
    root = SquareRoot(z)
    if root.negative:
        return [Known(S.One, 1 - sqrt(pi) * root.value * sympy.exp(z) * sympy.erfi(root.value))]
    return [Known(S.One, 1 + sqrt(pi) * root.value * sympy.exp(z) * sympy.erf(root.value))]


def _exponential(z: sympy.Expr, classes: list[sympy.Expr], poles: frozenset[sympy.Expr]) -> list[Known]:
    """1/n! with 1/(n+1/2) and 1/n; 1/(mn)! by roots of unity; 1/(n! (c)_n) by Bessel functions."""
    size = len(classes)
    if classes == [S.One]:
        return [Known(S.One, sympy.exp(z)), *_incomplete(z, poles)]
    if classes == [Rational(i + 1, size) for i in range(size)] and size <= MAX_ROOTS:
        return [*_sections(z, size), *(_integral_functions(z, poles) if size == 2 else [])]
    if size == 2 and S.One in classes:
        return _bessel(z, classes[0])
    return []


def _incomplete(z: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    found = []
    if _HALF in poles:
        root = SquareRoot(z)
        found.append(Known(1 / (n + _HALF), sqrt(pi) * root.pair(sympy.erfi, sympy.erf) / root.value))
    if S.One in poles:
        positive = -z if z.is_negative else z
        found.append(Known(1 / n, sympy.Ei(z) - sympy.EulerGamma - sympy.log(positive), 1))
    return found


def _integral_functions(z: sympy.Expr, poles: frozenset[sympy.Expr]) -> list[Known]:
    """w**n/(2n)! with w = 4z, over (2n + 1)**2 and n: the sine and cosine integrals."""
    root = SquareRoot(4 * z)
    found = []
    if _HALF in poles:
        found.append(Known(1 / (n + _HALF) ** 2, 4 * root.pair(sympy.Shi, sympy.Si) / root.value))
    if S.One in poles:
        value = root.pair(sympy.Chi, sympy.Ci) - sympy.EulerGamma - sympy.log(root.value)
        found.append(Known(1 / n, 2 * value, 1))
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
    root = SquareRoot(z)
    function = sympy.besselj if root.negative else sympy.besseli
    w = 2 * root.value
    first = sympy.gamma(c) * root.value ** (1 - c) * function(c - 1, w)
    second = sympy.gamma(c) * root.value ** (2 - c) * function(c, w) * (-1 if root.negative else 1)
    return [Known(S.One, first), Known(n, second)]
