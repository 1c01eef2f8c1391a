"""How the tests of closed forms compare: with an enclosure computed from the terms, or with the terms themselves."""

import sympy
from flint import arb, ctx

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.enclosure import enclose_ball
from infinitesimal.sums.summands.evaluation import real_ball, value_ball
from infinitesimal.sums.summands.summand import Summand

NAMES = {"n": n, "Catalan": sympy.Catalan, "rf": sympy.RisingFactorial}


def read(text: str, start: int) -> Summand:
    """The summand of a text in n."""
    return Summand(sympy.sympify(text, locals=NAMES), start)


def meets_enclosure(a: Summand, value: sympy.Expr, bits: int = 200) -> bool:
    """Whether the value lies in an enclosure of the sum by the engines that know no closed forms."""
    with ctx.workprec(2 * bits):
        difference = enclose_ball(a, bits) - real_ball(value, bits + 20)
        return bool(difference.contains(0) and difference.rad() < arb(2) ** (20 - bits))


def meets_partial_sum(a: Summand, value: sympy.Expr, count: int, distance: str) -> bool:
    """Whether the sum of the first terms is as near to the value as the remainder is known to be."""
    with ctx.workprec(200):
        total = sum((value_ball(a.expr, k, 150).real for k in range(a.start, a.start + count)), arb(0))
        return bool(abs(total - real_ball(value, 150)) < arb(distance))
