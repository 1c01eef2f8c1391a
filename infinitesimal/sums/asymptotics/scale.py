"""The scale n**-s * L**-a * log(L)**-b, with L = log n + shift, and bounds of its members from N on.

Hardy, *Orders of Infinity*: the members are ordered by (s, a, b). Exponents are integers in units of
1/`mesh`, so that roots of n need no rationals.
"""

import time
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import sympy
from flint import acb, arb, ctx, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.coefficients import BOUND_BITS
from infinitesimal.sums.summands.evaluation import compiled


class Restart(Exception):
    """The expansion needs another scale; `scale` is the one to try."""

    def __init__(self, scale: "Scale", reason: str) -> None:
        super().__init__(reason)
        self.scale = scale


class Monomial(NamedTuple):
    """e^(i angle n) n**(-s/mesh) L**(-a/mesh) log(L)**(-b/mesh)."""

    angle: sympy.Expr
    s: int
    a: int
    b: int


@dataclass(frozen=True)
class Scale:
    """Where an expansion is read: for n >= `first`, to the relative order n**-`depth`.

    >>> Scale(100).at_first(1, 0, 0).str(5, radius=False)
    '0.010000'
    """

    first: int
    mesh: int = 1
    shift: sympy.Expr = sympy.S.Zero
    depth: int = 12
    deadline: float = field(default=float("inf"), compare=False, repr=False)
    _sups: dict[tuple[int, int, int], arb] = field(default_factory=dict, init=False, compare=False, repr=False)

    def check_time(self) -> None:
        """Raises `Undecided` when the budget of the question is spent."""
        if time.monotonic() > self.deadline:
            raise Undecided("the budget is spent")

    @cached_property
    def shift_ball(self) -> acb:
        with ctx.workprec(BOUND_BITS):
            return compiled(self.shift)(acb(0))

    @cached_property
    def log_first(self) -> arb:
        """L at `first`, to a few digits."""
        with ctx.workprec(BOUND_BITS):
            return arb(self.first).log() + self.shift_ball.real

    @cached_property
    def loglog_first(self) -> arb:
        """log(L) at `first`, to a few digits."""
        with ctx.workprec(BOUND_BITS):
            return self.log_first.log()

    def at_first(self, s: int, a: int, b: int) -> arb:
        """The member of the scale at `first`, to a few digits."""
        with ctx.workprec(BOUND_BITS):
            log = arb(self.first).log() * fmpq(-s, self.mesh)
            if a:
                log -= self.loglog_first * fmpq(a, self.mesh)
            value = log.exp()
            return value * self.loglog_first ** arb(fmpq(-b, self.mesh)) if b else value

    def sup(self, s: int, a: int, b: int) -> arb:
        """An upper bound of n**-s L**-a log(L)**-b over n >= `first`, for a bounded member.

        With t = log n the logarithmic derivative is -s + p/L + r/(L log L) for p = -a, r = -b: where it
        is not negative from the start, log(L) <= L and the maximum of e^(-s t) L^q at L = q/s are used.
        """
        key = (s, a, b)
        if key not in self._sups:
            with ctx.workprec(BOUND_BITS):
                self._sups[key] = self._sup(s, a, b).upper()
        return self._sups[key]

    def _sup(self, s: int, a: int, b: int) -> arb:
        p, r = max(-a, 0), max(-b, 0)
        if s > 0:
            rise = p / self.log_first + (r / (self.log_first * self.loglog_first) if r else 0)
            if rise < s:
                return self.at_first(s, a, b)
            top = self.log_first.max(arb(fmpq(p + r, s)))
            growth = top ** arb(fmpq(p + r, self.mesh)) * ((self.log_first - top) * fmpq(s, self.mesh)).exp()
            return growth * self.at_first(s, max(a, 0), max(b, 0))
        if s == 0 and a > 0:
            if r == 0 or r / self.loglog_first < a:
                return self.at_first(0, a, b)
            top = self.loglog_first.max(arb(fmpq(r, a)))
            return top ** arb(fmpq(r, self.mesh)) * (-top * fmpq(a, self.mesh)).exp()
        if s == 0 and a == 0 and b >= 0:
            return self.at_first(0, 0, b)
        raise ValueError(f"n^{-s} L^{-a} log(L)^{-b} is not bounded")


ZERO_ANGLE = sympy.S.Zero


@lru_cache(maxsize=4096)
def turned(x: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    """The sum of two angles, its rational part of pi reduced to [0, 2).

    >>> turned(sympy.pi, 3 * sympy.pi / 2)
    pi/2
    """
    total = sympy.expand(x + y)
    turns = total.coeff(sympy.pi)
    if turns.is_Rational:
        total += sympy.pi * (turns % 2 - turns)
    return total
