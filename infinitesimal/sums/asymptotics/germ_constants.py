"""Signs and logarithms of the constants that occur as coefficients of germs: exact or by balls, never by floats."""

from functools import lru_cache

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import ball, is_zero
from infinitesimal.truth import Truth

FACTORED_BITS = 64
"""Integers with more bits are not factored inside a logarithm."""


@lru_cache(maxsize=65536)
def vanishes(c: sympy.Expr) -> bool:
    """Whether a constant, perhaps complex, is zero. Raises `Undecided` when neither arithmetic nor balls tell."""
    if c.is_Rational:
        return bool(c == 0)
    if c.is_Symbol or c.is_NumberSymbol or c is sympy.I:
        return False
    if not ball(c, 30).contains(0):
        return False
    answer = is_zero(c)
    if answer is Truth.UNKNOWN:
        if _cancels(c):
            return True
        raise Undecided(f"whether {c} is zero is not decided")
    return answer is Truth.TRUE


@lru_cache(maxsize=65536)
def sign(c: sympy.Expr) -> int:
    """The sign of a real constant: -1, 0 or 1. Raises `Undecided` when it is not real or not decided."""
    if c.is_Rational:
        return int(c.p > 0) - int(c.p < 0)
    if vanishes(c):
        return 0
    value = ball(c, 30)
    if not value.imag.contains(0):
        raise Undecided(f"{c} is not real")
    return 1 if value.real > 0 else -1


def _cancels(c: sympy.Expr) -> bool:
    """Zero by algebra: nested radicals are rationalised, and r log(u) + s log(v) + ... becomes log(u^r v^s ...)."""
    if sympy.expand(sympy.radsimp(c)) == 0:
        return True
    product = sympy.S.One
    for term in sympy.Add.make_args(sympy.expand(c)):
        factor, rest = term.as_coeff_Mul()
        if not (isinstance(rest, sympy.log) and factor.is_Rational):
            return False
        product *= rest.args[0] ** factor
    return bool(sympy.expand(sympy.radsimp(product)) == 1)


def log_of(c: sympy.Expr) -> sympy.Expr:
    """The logarithm of a positive constant; that of a rational is written over the primes.

    Logarithms of distinct primes are independent over the rationals, so sums of them cancel by themselves.

    >>> log_of(sympy.Rational(8, 9))
    -2*log(3) + 3*log(2)
    """
    if c == sympy.E:
        return sympy.S.One
    if c.is_Rational and max(int(c.p).bit_length(), int(c.q).bit_length()) <= FACTORED_BITS:
        return sympy.Add(*[k * sympy.log(p) for p, k in sympy.factorrat(c).items()])
    if c.is_Mul and all(sign(factor) > 0 for factor in c.args):
        return sympy.Add(*[log_of(factor) for factor in c.args])
    if isinstance(c, sympy.exp):
        return c.args[0]
    if c.is_Pow and sign(c.base) > 0:
        return sympy.expand(c.exp * log_of(c.base))
    return sympy.log(c)
