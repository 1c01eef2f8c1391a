"""Log-gamma, digamma, zeta functions and arctangent of a germ, each with the order of what is left out."""

from collections.abc import Callable

import sympy

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import log_of, sign, vanishes
from infinitesimal.sums.asymptotics.germs import Germ, compose
from infinitesimal.sums.asymptotics.monomials import ONE, UNIT, ZERO, compare, to_power


def _require_infinite(s: Germ) -> None:
    monomial, c = s.first()
    if monomial.phase or compare(monomial, UNIT) <= 0 or sign(c) < 0:
        raise Undecided("an expansion at infinity of an argument that does not tend to +oo")


def _bernoulli_tail(s: Germ, coefficient: Callable[[int], sympy.Expr], first: sympy.Expr) -> Germ:
    """Sum over k >= 1 of coefficient(k) * s**(first - 2 k), cut with its error."""
    square = s.power(-sympy.Integer(2))
    terms = max(1, s.order // 2)
    total, power = Germ.constant(ZERO, s.order), s.power(first)
    for k in range(1, terms + 1):
        power *= square
        total += power.scaled(coefficient(k))
    size = to_power(s.first()[0], first - 2 * (terms + 1))
    return total + Germ((), size, s.order)


def log_gamma(s: Germ) -> Germ:
    """Log Gamma(s) for s -> +oo (DLMF 5.11.1)."""
    _require_infinite(s)
    half = sympy.S.Half
    main = (s - Germ.constant(half, s.order)) * s.log() - s
    constant = Germ.constant(half * sympy.log(2) + half * sympy.log(sympy.pi), s.order)
    return main + constant + _bernoulli_tail(s, lambda k: sympy.bernoulli(2 * k) / (2 * k * (2 * k - 1)), ONE)


def digamma(s: Germ) -> Germ:
    """psi(s) for s -> +oo (DLMF 5.11.2)."""
    _require_infinite(s)
    tail = _bernoulli_tail(s, lambda k: -sympy.bernoulli(2 * k) / (2 * k), ZERO)
    return s.log() - s.power(-ONE).scaled(sympy.S.Half) + tail


def hurwitz(s: Germ, m: sympy.Expr) -> Germ:
    """The Hurwitz zeta function zeta(m, s) for s -> +oo and m != 1 (DLMF 25.11.43)."""
    _require_infinite(s)
    tail = _bernoulli_tail(
        s, lambda k: sympy.bernoulli(2 * k) / sympy.factorial(2 * k) * sympy.rf(m, 2 * k - 1), ONE - m
    )
    return s.power(1 - m).scaled(1 / (m - 1)) + s.power(-m).scaled(sympy.S.Half) + tail


def zeta(s: Germ) -> Germ:
    """The zeta function 1 + 2**-s + 3**-s + ... for s -> +oo; from k on it is at most k**-s (1 + k/(s - 1))."""
    _require_infinite(s)
    total = Germ.constant(ONE, s.order)
    for k in range(2, s.order + 1):
        total += s.scaled(-log_of(sympy.Integer(k))).exp()
    rest = s.scaled(-log_of(sympy.Integer(s.order + 1))).exp()
    return total + Germ((), rest.terms[0][0] if rest.terms else rest.error, s.order)


def arctangent(s: Germ) -> Germ:
    """atan(s); about a finite limit c by atan(c + e) = atan(c) + atan(e/(1 + c^2 + c e))."""
    if s.is_zero:
        return s
    monomial, c = s.first()
    if compare(monomial, UNIT) > 0:
        if monomial.phase:
            return Germ((), UNIT, s.order)
        return Germ.constant(sign(c) * sympy.pi / 2, s.order) - arctangent(s.power(-ONE))
    large, limit, small = s.parts()
    if large:
        return Germ((), UNIT, s.order)
    if limit != 0 and not vanishes(limit):
        small *= (Germ.constant(1 + limit**2, s.order) + small.scaled(limit)).power(-ONE)
    odd = [ZERO if k % 2 == 0 else sympy.Rational((-1) ** (k // 2), k) for k in range(s.order)]
    return compose(small, odd) + Germ.constant(sympy.atan(limit), s.order)
