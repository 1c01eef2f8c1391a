"""Monomials: the scale on which functions of n are compared for n -> oo.

A **monomial** is

    e^phi * n^a * (log n)^b * (log log n)^c * (log log log n)^d * e^(i psi)

with `phi` and `psi` finite sums of monomials that tend to infinity. Without the phase `psi` any two
monomials are comparable (G. H. Hardy, *Orders of Infinity*, 1910; the scale of D. Gruntz, *On Computing
Limits in a Symbolic Manipulation System*, 1996, and J. Shackell, *Symbolic Asymptotics*, 2004). The phase
carries (-1)**n, sin(n), sin(log n): its modulus is 1, it plays no part in the growth.
"""

from collections.abc import Callable
from functools import cmp_to_key, lru_cache
from typing import Any, NamedTuple

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germ_constants import sign, vanishes

ZERO, ONE = sympy.S.Zero, sympy.S.One
LEVELS = 4
"""n and its first three iterated logarithms; a declared depth, since no scale is the last one."""


class Monomial(NamedTuple):
    """e^exponent * n^powers[0] * log(n)^powers[1] * ... * e^(i phase); see the module."""

    exponent: "tuple[tuple[Monomial, sympy.Expr], ...]" = ()
    powers: tuple[sympy.Expr, ...] = (ZERO,) * LEVELS
    phase: "tuple[tuple[Monomial, sympy.Expr], ...]" = ()

    @property
    def size(self) -> "Monomial":
        """The growth alone, without the phase."""
        return Monomial(self.exponent, self.powers)


Large = tuple[tuple[Monomial, sympy.Expr], ...]
UNIT = Monomial()


def _level(k: int) -> Monomial:
    return Monomial((), tuple(ONE if j == k else ZERO for j in range(LEVELS)))


LEVEL = tuple(_level(k) for k in range(LEVELS))
"""The monomials n, log n, log log n, log log log n."""
INDEX = LEVEL[0]


@lru_cache(maxsize=65536)
def _add(a: Large, b: Large, factor: sympy.Expr) -> Large:
    """A + factor * b, leading term first."""
    total = dict(a)
    for monomial, c in b:
        total[monomial] = sympy.expand(total.get(monomial, ZERO) + factor * c)
    kept = [(monomial, c) for monomial, c in total.items() if not vanishes(c)]
    return tuple(sorted(kept, key=by_growth, reverse=True))


def reduced_phase(phase: Large) -> Large:
    """The phase with the coefficient of n taken modulo 2 pi: n is an integer."""
    result = []
    for monomial, c in phase:
        value = c
        if monomial == INDEX:
            turns, rest = sympy.expand(c / (2 * sympy.pi)).as_coeff_Add()
            turns -= sympy.floor(turns)
            turns = turns - 1 if turns > sympy.S.Half else turns
            value = sympy.expand(2 * sympy.pi * (turns + rest))
        if value != 0:
            result.append((monomial, value))
    return tuple(result)


@lru_cache(maxsize=65536)
def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    exponent = _add(a.exponent, b.exponent, ONE) if a.exponent and b.exponent else a.exponent or b.exponent
    phase = reduced_phase(_add(a.phase, b.phase, ONE)) if a.phase and b.phase else a.phase or b.phase
    return Monomial(exponent, tuple(x + y for x, y in zip(a.powers, b.powers, strict=True)), phase)


def to_power(a: Monomial, p: sympy.Expr) -> Monomial:
    """The real power of a monomial; with a phase only for an integer p."""
    if p == 0:
        return UNIT
    if a.phase and not p.is_Integer:
        raise Undecided("a fractional power of an oscillating term")
    exponent = tuple((m, sympy.expand(p * c)) for m, c in a.exponent)
    phase = reduced_phase(tuple((m, sympy.expand(p * c)) for m, c in a.phase))
    return Monomial(exponent, tuple(sympy.expand(p * x) for x in a.powers), phase)


@lru_cache(maxsize=65536)
def log_parts(a: Monomial) -> Large:
    """The logarithm of a monomial (without its phase), leading term first."""
    parts = list(a.exponent)
    for k, x in enumerate(a.powers):
        if x != 0:
            if k + 1 == LEVELS:
                raise Undecided("more iterated logarithms than this scale has")
            parts.append((LEVEL[k + 1], x))
    return tuple(sorted(parts, key=by_growth, reverse=True))


@lru_cache(maxsize=65536)
def compare(a: Monomial, b: Monomial) -> int:
    """-1, 0 or 1 as a/b tends to 0, has modulus 1, or tends to infinity."""
    exponent = _add(a.exponent, b.exponent, -ONE) if a.exponent or b.exponent else ()
    powers = tuple(x - y for x, y in zip(a.powers, b.powers, strict=True))
    if not exponent:
        return next((s for s in map(sign, powers) if s), 0)
    return sign(_leading_log(Monomial(exponent, powers))[1])


def _leading_log(a: Monomial) -> tuple[Monomial, sympy.Expr]:
    """The leading term of the logarithm; a power of the last level is smaller than all else."""
    return log_parts(Monomial(a.exponent, (*a.powers[:-1], ZERO)))[0]


by_growth: Callable[[tuple[Monomial, sympy.Expr]], Any] = cmp_to_key(lambda s, t: compare(s[0], t[0]))


@lru_cache(maxsize=4096)
def summable(a: Monomial) -> bool:
    """Whether the series of the size of a monomial converges.

    With m = n a(n): a size with |log m| at least of the order of log n is decided by the sign of log m;
    a smaller one by the substitution n = e^u, that is by the same question one logarithm further down
    (Abel and Bertrand; K. Knopp, *Theory and Application of Infinite Series*, sections 14 and 39).

    >>> summable(Monomial((), (-ONE, sympy.Integer(-2), ZERO, ZERO))), summable(Monomial((), (-ONE, -ONE, -ONE, ZERO)))
    (True, False)
    """
    m = times(a.size, INDEX)
    if m == UNIT:
        return False
    if m.exponent or any(m.powers[:-1]):
        leading, c = _leading_log(m)
        if compare(leading, LEVEL[1]) >= 0:
            return sign(c) < 0
    return summable(_one_log_down(m))


def _one_log_down(m: Monomial) -> Monomial:
    """The monomial with e^n in the place of n; n itself does not occur in it."""
    return Monomial(tuple((_one_log_down(k), c) for k, c in m.exponent), (*m.powers[1:], ZERO))


def describe(m: Monomial) -> str:
    """The monomial in writing: for evidence.

    >>> describe(to_power(INDEX, sympy.Rational(-1, 2)))
    '1/sqrt(n)'
    """
    return str(as_expression(m))


def as_expression(m: Monomial) -> sympy.Expr:
    """The monomial as a SymPy expression in n."""
    result, level = ONE, n
    for x in m.powers:
        result *= level**x
        level = sympy.log(level)
    for factor, large in ((ONE, m.exponent), (sympy.I, m.phase)):
        result *= sympy.exp(factor * sympy.Add(*[c * as_expression(k) for k, c in large]))
    return result
