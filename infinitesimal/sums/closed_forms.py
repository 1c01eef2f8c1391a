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
from infinitesimal.sums.enclosure import enclose_ball
from infinitesimal.sums.evaluation import real_ball
from infinitesimal.sums.summand import Summand

FAMILIES = (
    "geometric",
    "rational_sums",
    "zeta_values",
    "telescoping",
    "hypergeometric",
    "fourier",
    "euler_sums",
    "arctangents",
    "radicals",
    "limits_of_partial_sums",
)
"""The modules that know closed forms, each with `closed_form(summand)`, the cheap ones first."""

CONFIRMED_DIGITS = 50
SECONDS = 15.0
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
        value = _asked(family)(a)
        if value is None:
            tried.append(family.replace("_", " "))
            continue
        if _confirmed(a, value):
            return Found(value, family, f"an enclosure to {CONFIRMED_DIGITS} digits contains it")
        tried.append(f"{family.replace('_', ' ')} (not confirmed)")
        if time.monotonic() > deadline:
            tried.append(f"no more after {SECONDS:.0f} seconds")
            break
    raise Undecided(f"no closed form was found for the {a}. Tried: {', '.join(tried)}. `enclose` may give digits")


def _asked(family: str) -> Callable[[Summand], sympy.Expr | None]:
    module = import_module(f"infinitesimal.sums.{family}")
    asked: Callable[[Summand], sympy.Expr | None] = module.closed_form
    return asked


def _confirmed(a: Summand, value: sympy.Expr) -> bool:
    """Whether an enclosure of the sum to 50 digits overlaps the value."""
    try:
        candidate, enclosed = real_ball(value, _BITS), enclosure(a)
    except Undecided:
        return False
    return bool(candidate.overlaps(enclosed))


@lru_cache(maxsize=64)
def enclosure(a: Summand) -> arb:
    """The ball of 50 digits that a closed form has to meet."""
    return enclose_ball(a, _BITS)
