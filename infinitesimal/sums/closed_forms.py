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
from flint import arb

from infinitesimal.errors import Undecided
from infinitesimal.sums.convergence import verdict
from infinitesimal.sums.enclosure import enclose_ball
from infinitesimal.sums.evaluation import real_ball
from infinitesimal.sums.foreign import only_own_errors
from infinitesimal.sums.summand import Summand
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
    "log_products",
    "periodic",
    "lacunary",
    "modular_values",
    "limits_of_partial_sums",
)
"""The modules that know closed forms, each with `closed_form(summand)`, the cheap ones first."""

CONFIRMED_DIGITS = 50
SECONDS = 15.0
MOST_PARTS = 6
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
    """The sum of the closed forms of the parts of a term, where each part converges and has one."""
    parts = sympy.Add.make_args(sympy.expand_mul(a.expr))
    if not 1 < len(parts) <= MOST_PARTS:
        return None
    total: sympy.Expr = sympy.Integer(0)
    for part in parts:
        summand = Summand(part, a.start)
        if verdict(summand).truth is not Truth.TRUE:
            return None
        try:
            total += closed_form(summand).value
        except Undecided:
            return None
    return total


def _asked(family: str) -> Callable[[Summand], sympy.Expr | None]:
    module = import_module(f"infinitesimal.sums.{family}")
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
    """The ball of 50 digits that a closed form has to meet."""
    return enclose_ball(a, _BITS)
