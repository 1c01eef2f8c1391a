"""Whether a closed form with parameters is the sum at points of its region: by enclosures computed from the terms.

A value for all parameters cannot be proved by points; but a wrong branch, a wrong sign or a point of the edge that does
not belong to the region shows at one of them. The points are rational: some for every series, and for each condition
its border and points near it on both sides. Outside of the region nothing is claimed.
"""

import time
from collections.abc import Iterator

import sympy
from sympy import Rational, S

from infinitesimal.arithmetic import Budget
from infinitesimal.errors import Undecided
from infinitesimal.sums.enclosures.enclosure import enclose_ball
from infinitesimal.sums.summands.evaluation import real_ball
from infinitesimal.sums.summands.foreign import only_own_errors
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.verdicts.convergence import verdict
from infinitesimal.truth import Truth

SECONDS = 8.0
SECONDS_FOR_A_POINT = 1.5
NEEDED = 2
"""The least number of points at which value and enclosure have to meet."""

ENOUGH = 8
_BITS = 100
_EVERYWHERE = tuple(map(Rational, ("1/7", "-2/11", "3/2", "-5/3", "7/3", "1/2", "5", "2", "-1", "1")))
_ASIDE = Rational(1, 13)


def confirmed(a: Summand, value: sympy.Expr, condition: sympy.Basic) -> bool:
    """Whether value and enclosure meet wherever both are found at the points tried, at `NEEDED` of them or more.

    >>> x = sympy.Symbol("x")
    >>> from infinitesimal.arithmetics.symbolic import n
    >>> confirmed(Summand(x**n, 0), 1 / (1 - x), abs(x) < 1)
    True
    >>> confirmed(Summand(x**n, 0), 1 / (1 - x), abs(x) <= 1)
    False
    """
    deadline = time.monotonic() + SECONDS
    agreed = 0
    for values in _points(a, condition):
        if time.monotonic() > deadline or agreed == ENOUGH:
            break
        if condition.subs(values) not in (sympy.true, True):
            continue
        meets = _meets(Summand(a.expr.subs(values), a.start), value.subs(values))
        if meets is Truth.FALSE:
            return False
        agreed += meets is Truth.TRUE
    return agreed >= NEEDED


def _points(a: Summand, condition: sympy.Basic) -> Iterator[dict[sympy.Symbol, sympy.Expr]]:
    """Values for the parameters: those at a border first, then the same set for every series, in turns."""
    parameters = a.parameters
    for i, x in enumerate(parameters):
        for value in _near_borders(condition, x):
            yield {y: value if y == x else _EVERYWHERE[i + j] for j, y in enumerate(parameters)}
    for i in range(len(_EVERYWHERE)):
        yield {x: _EVERYWHERE[(i + 3 * j) % len(_EVERYWHERE)] for j, x in enumerate(parameters)}


def _near_borders(condition: sympy.Basic, x: sympy.Symbol) -> list[sympy.Expr]:
    """The rational borders of the relations for one parameter, with both signs, and points beside them."""
    found: list[sympy.Expr] = []
    for relation in condition.atoms(sympy.core.relational.Relational):
        left, right = relation.lhs, relation.rhs
        if not left.has(x):
            left, right = right, left
        border = sympy.nsimplify(right) if right.is_Rational else None
        if border is None or left.free_symbols != {x} or not (left == x or left.func in (sympy.Abs, sympy.re)):
            continue
        for place in dict.fromkeys((border, -border)):
            found += [place, place - _ASIDE, place + _ASIDE]
    return found


def _meets(a: Summand, value: sympy.Expr) -> Truth:
    """Whether the value lies in an enclosure of the sum; FALSE as well if the series diverges, or there is no value."""
    if a.parameters or a.expr.has(sympy.zoo, sympy.nan):
        return Truth.UNKNOWN
    try:
        with only_own_errors(a):
            if verdict(a).truth is Truth.FALSE:
                return Truth.FALSE
            enclosed = enclose_ball(a, _BITS, Budget(seconds=SECONDS_FOR_A_POINT))
    except Undecided:
        return Truth.UNKNOWN
    if value.has(sympy.zoo, sympy.nan, sympy.oo, S.NegativeInfinity):
        return Truth.FALSE
    try:
        with only_own_errors(value):
            return Truth.of(bool(real_ball(value, _BITS).overlaps(enclosed)))
    except Undecided:
        return Truth.UNKNOWN
