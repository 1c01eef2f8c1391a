"""The closed form of an infinite sum: each family of series is asked, and every answer meets its enclosure.

A value leaves only after an enclosure to 50 digits, computed from the terms by other means, was
found to overlap it. A value that misses its enclosure is a bug: it is dropped and never shown.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

import sympy
from flint import arb, ctx

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.enclosures.enclosure import enclose_ball
from infinitesimal.sums.summands.double_factorials import without_double_factorials
from infinitesimal.sums.summands.evaluation import real_ball
from infinitesimal.sums.summands.foreign import only_own_errors
from infinitesimal.sums.summands.residue_classes import classes, period
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import waves
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.truth import Truth

FAMILIES = (
    "terminating",
    "geometric",
    "rational_sums",
    "zeta_values",
    "exponential_type",
    "telescoping",
    "hypergeometric",
    "fibonacci_sums",
    "fourier",
    "euler_sums",
    "harmonic_hypergeometric",
    "log_products",
    "zeta_series",
    "periodic",
    "lacunary",
    "modular_values",
    "limits_of_partial_sums",
)
"""The modules that know closed forms, each with `closed_form(summand)`, the cheap ones first."""

CONFIRMED_DIGITS = 50
SECONDS = 15.0
MOST_PARTS = 6
LONGEST_PERIOD = 4
_BITS = 172
"""Fifty decimal digits."""


class Found(NamedTuple):
    """A closed form, the family that found it, and how it was confirmed."""

    value: sympy.Expr
    family: str
    confirmation: str


@lru_cache(maxsize=256)
def closed_form(a: Summand) -> Found:
    """The exact sum of a convergent series without parameters, confirmed by an enclosure.

    Raises `Undecided` with what was tried. That the series converges is for the caller to know.
    """
    a = Summand(without_double_factorials(a.expr), a.start)
    deadline = time.monotonic() + SECONDS
    tried: list[str] = []
    for family in FAMILIES:
        if time.monotonic() > deadline:
            tried.append(f"no more after {SECONDS:.0f} seconds")
            break
        try:
            with only_own_errors(family):
                value = _asked(family)(a)
        except Undecided as failure:
            tried.append(str(failure).replace("_", " "))
            continue
        if value is None:
            tried.append(family.replace("_", " "))
            continue
        if _confirmed(a, value):
            return Found(value, family, f"an enclosure to {CONFIRMED_DIGITS} digits contains it")
        tried.append(f"{family.replace('_', ' ')} (not confirmed)")
    parts = _by_parts(a)
    if parts is not None and _confirmed(a, parts):
        return Found(parts, "parts", f"an enclosure to {CONFIRMED_DIGITS} digits contains it")
    raise Undecided(f"no closed form was found for the {a}. Tried: {', '.join(tried)}. `enclose` may give digits")


def _by_parts(a: Summand) -> sympy.Expr | None:
    """The sum of the closed forms of the parts of a term, where each part converges and has one.

    Parts are the terms of a sum, or else the residue classes of n where something in the term has a period.
    """
    terms = sympy.Add.make_args(sympy.expand_mul(a.expr))
    parts = [Summand(term, a.start) for term in terms] if len(terms) > 1 else _classes(a)
    if not 1 < len(parts) <= MOST_PARTS:
        return None
    total: sympy.Expr = sympy.Integer(0)
    for summand in parts:
        if verdict(summand).truth is not Truth.TRUE:
            return None
        try:
            total += closed_form(summand).value
        except Undecided:
            return None
    return total


def _classes(a: Summand) -> list[Summand]:
    """The series over the indices q m + r for each r, with a short period q of the term; double factorials have 2."""
    q = period(a.expr)
    if not 1 < q <= LONGEST_PERIOD:
        return []
    terms = (without_double_factorials(term) for term in classes(a.expr, q))
    return [Summand(term, -((r - a.start) // q)) for r, term in enumerate(terms)]


def _asked(family: str) -> Callable[[Summand], sympy.Expr | None]:
    module = import_module(f"infinitesimal.sums.infinite.{family}")
    asked: Callable[[Summand], sympy.Expr | None] = module.closed_form
    return asked


def _confirmed(a: Summand, value: sympy.Expr) -> bool:
    """Whether an enclosure of the sum to 50 digits overlaps the value."""
    try:
        with only_own_errors(value):
            candidate, enclosed = real_ball(value, _BITS), enclosure(a)
    except Undecided:
        return False
    return bool(candidate.overlaps(enclosed))


@lru_cache(maxsize=64)
def enclosure(a: Summand) -> arb:
    """The ball of 50 digits that a closed form has to meet.

    Where the term as it stands is out of reach, products of waves are linearised, or the residue classes added.
    """
    linear = _in_waves(a.expr)
    ways = [[a], _classes(a), [] if linear in (None, a.expr) else [Summand(linear, a.start)]]
    reasons: list[str] = []
    for parts in filter(None, ways):
        try:
            found = [enclose_ball(part, _BITS) for part in parts]
        except Undecided as reason:
            reasons.append(str(reason))
            continue
        with ctx.workprec(2 * _BITS):
            return sum(found, arb(0))
    raise Undecided("; ".join(reasons))


def _in_waves(expr: sympy.Expr) -> sympy.Expr | None:
    """The term as a sum of waves r**n cos(n t) or r**n sin(n t) times expressions without waves."""
    if not expr.has(sympy.sin, sympy.cos):
        return None
    found = waves(expr)
    if found is None:
        return None
    return sympy.Add(
        *(
            rest * wave.ratio**n * (sympy.sin(wave.angle * n) if wave.odd else sympy.cos(wave.angle * n))
            for wave, rest in found.items()
        )
    )
