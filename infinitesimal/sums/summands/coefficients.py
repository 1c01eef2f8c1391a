"""Coefficients of expansions: exact while that decides something, balls where it does not.

A coefficient is a rational (`fmpq`), an `Exact` constant such as log(2) + pi/3 beside its ball, or a
bare ball (`acb`). Whether a leading coefficient cancels is decided by the exact ones: a ball around
zero proves nothing.
"""

from dataclasses import dataclass
from typing import Any

import sympy
from flint import acb, arb, fmpq

from infinitesimal.sums.summands.evaluation import compiled

LONGEST = 40
"""The most operations of an exact constant: longer ones go on as balls."""


@dataclass(frozen=True, slots=True)
class Exact:
    """An irrational constant: its expression, and a ball that contains it."""

    expr: sympy.Expr
    ball: acb


Coefficient = Any
"""An `fmpq`, an `acb` or an `Exact`: the types of python-flint carry no annotations."""


def exact(expr: sympy.Expr) -> Coefficient:
    """The coefficient equal to a constant expression, with a ball at the precision in scope."""
    expr = sympy.expand(expr)
    if expr.is_Rational:
        return fmpq(int(expr.p), int(expr.q))
    return Exact(expr, compiled(expr)(acb(0)))


def ball(c: Coefficient) -> acb:
    """A ball that contains the coefficient."""
    return c.ball if type(c) is Exact else acb(c)


def expression(c: Coefficient) -> sympy.Expr | None:
    """The coefficient as an expression; None for a bare ball."""
    if type(c) is Exact:
        return c.expr
    return sympy.Rational(int(c.p), int(c.q)) if type(c) is fmpq else None


def plus(x: Coefficient, y: Coefficient) -> Coefficient:
    """The sum of two coefficients, exact if both are."""
    if type(x) is fmpq and type(y) is fmpq:
        return x + y
    a, b = expression(x), expression(y)
    if a is None or b is None:
        return ball(x) + ball(y)
    return _short(sympy.expand(a + b), ball(x) + ball(y))


def times(x: Coefficient, y: Coefficient) -> Coefficient:
    """The product of two coefficients, exact if both are."""
    if type(x) is fmpq and type(y) is fmpq:
        return x * y
    a, b = expression(x), expression(y)
    if a is None or b is None:
        return ball(x) * ball(y)
    return _short(sympy.expand(a * b), ball(x) * ball(y))


def inverse(x: Coefficient) -> Coefficient:
    """One over a coefficient that is not zero."""
    if type(x) is fmpq:
        return 1 / x
    return _short(sympy.expand(1 / x.expr), 1 / x.ball) if type(x) is Exact else 1 / x


def _short(expr: sympy.Expr, enclosed: acb) -> Coefficient:
    if expr.is_Rational:
        return fmpq(int(expr.p), int(expr.q))
    return Exact(expr, enclosed) if sympy.count_ops(expr) <= LONGEST else enclosed


def settled(c: Coefficient) -> Coefficient:
    """The coefficient without its expression: cheaper, for places where nothing is decided."""
    return c.ball if type(c) is Exact else c


def is_zero(c: Coefficient) -> bool:
    """Whether the coefficient is exactly zero for certain."""
    return c == 0 if type(c) is fmpq else type(c) is acb and c.is_zero()


def is_nonzero(c: Coefficient) -> bool:
    """Whether the coefficient is proved to differ from zero."""
    return c != 0 if type(c) is fmpq else not ball(c).contains(0)


def size(c: Coefficient) -> arb:
    """An upper bound for the modulus, at the precision in scope."""
    return abs(ball(c)).upper()


BOUND_BITS = 40
"""Precision of bounds: they need their first digits only."""
