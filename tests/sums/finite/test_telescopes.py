"""Sums of arctangents and logarithms that telescope, against the angle of a product and the product itself."""

from fractions import Fraction

import pytest
import sympy
from sympy import Integer, Rational, atan, log

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.finite.summation import summation_expr
from infinitesimal.sums.finite.telescopes import telescoped

k = sympy.Symbol("k", integer=True)

ARCTANGENTS = [
    (2 * k / (k**4 + k**2 + 2), 1),
    ((2 * k + 1) / (1 + k**2 * (k + 1) ** 2), 0),
    ((3 * k**2 + 3 * k + 1) / (1 + k**3 * (k + 1) ** 3), 0),
    (4 * (k + 1) / (k**2 * (k + 2) ** 2 + 1), 0),
    (8 * k / (k**4 - 2 * k**2 + 5), 1),
    (1 / (2 * k**2), 1),
    (2 / k**2, 1),
]

LOGARITHMS = [
    ((k**3 - 1) / (k**3 + 1), 2),
    ((k**2 + k + 1) / (k**2 - k + 1), 1),
    ((k**2 + 1) * (k**2 + 2 * k + 4) / ((k**2 + 2 * k + 2) * (k**2 + 3)), 0),
    ((k**2 + 1) ** 2 / ((k**2 + 2 * k + 2) * (k**2 - 2 * k + 2)), 1),
]


def turned(angles: sympy.Expr) -> tuple[Fraction, Fraction]:
    """The product of the (1 + i t)**m of a sum of m atan(t), exactly; pi/4 is atan(1)."""
    real, imaginary = Fraction(1), Fraction(0)
    for part in sympy.Add.make_args(sympy.expand(angles)):
        m, angle = part.as_coeff_Mul()
        if angle == sympy.pi:
            m, tangent = 4 * m, Fraction(1)
        else:
            tangent = Fraction(int(angle.args[0].p), int(angle.args[0].q))
        assert m.is_Integer
        for _ in range(abs(int(m))):
            t = tangent if m > 0 else -tangent
            real, imaginary = real - imaginary * t, real * t + imaginary
    return real, imaginary


@pytest.mark.parametrize(("tangent", "first"), ARCTANGENTS, ids=str)
def test_sums_of_arctangents(tangent: sympy.Expr, first: int) -> None:
    found = summation_expr(atan(tangent), k, Integer(first), n)
    assert found is not None
    for last in range(first, 12):
        real, imaginary = Fraction(1), Fraction(0)
        for i in range(first, last + 1):
            t = Fraction(*map(int, tangent.subs(k, i).as_numer_denom()))
            real, imaginary = real - imaginary * t, real * t + imaginary
        value = found.subs(n, last)
        there = turned(value) if value != 0 else (Fraction(1), Fraction(0))
        # the same direction: the angles differ by a multiple of pi, and are nearer than that
        assert real * there[1] == imaginary * there[0]
        total = sympy.Add(*(atan(tangent.subs(k, i)) for i in range(first, last + 1)))
        assert abs(sympy.N(value - total, 30)) < Rational(1, 10**20)


@pytest.mark.parametrize(("inside", "first"), LOGARITHMS, ids=str)
def test_sums_of_logarithms(inside: sympy.Expr, first: int) -> None:
    found = summation_expr(log(inside), k, Integer(first), n)
    assert found is not None
    for last in range(first, 12):
        product = Integer(1)
        for i in range(first, last + 1):
            product *= inside.subs(k, i)
        value = Integer(1)
        for part in sympy.Add.make_args(found.subs(n, last)):
            m, logarithm = part.as_coeff_Mul()
            value *= sympy.exp(logarithm) ** m
        assert sympy.simplify(value - product) == 0


@pytest.mark.parametrize("term", [atan(1 / (k**2 + 5)), atan(k / (k**4 + 3)), log((k**2 + 1) / (k**2 + 2))], ids=str)
def test_what_does_not_telescope(term: sympy.Expr) -> None:
    assert telescoped(term, k, Integer(1), n) is None
