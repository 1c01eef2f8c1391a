"""Sums with periodic weights, taken period by period: n = q m + r.

Signs such as (-1)**floor(n/2), residues n mod q, floors and cosines of rational multiples of pi become waves
(`waves`), and the terms of one period add up to a term in m without weights. The terms of a convergent series
tend to 0, so grouping them by periods keeps the sum.
"""

import sympy
from sympy import cos, pi, sin

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.rational_sums import rational_sum
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import WAVE_FUNCTIONS, Waves, period_of, waves

MAX_CLASSES = 12
SIMPLE_ANGLES = (1, 2, 3, 4, 5, 6, 8, 10, 12)
"""The parts of a turn with short radicals."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of rational functions of n with periodic weights, or None.

    >>> closed_form(Summand((-1) ** sympy.floor(n / 2) / ((2 * n + 1) * (2 * n + 3)), 0))
    -1/2 + sqrt(2)*log(1 + sqrt(2))/4 + sqrt(2)*pi/8
    """
    grouped = by_periods(a)
    if grouped is None:
        return None
    expr, period, first = grouped
    value = rational_sum(expr, first)
    if value is None:
        return None
    return sympy.expand(value + sympy.Add(*(a.value(k) for k in range(a.start, period * first))))


def by_periods(a: Summand) -> tuple[sympy.Expr, int, int] | None:
    """The sum over one period as an expression in n = m, the period q, and the first whole period at or after start.

    None when a factor decays, has no period, or one above `MAX_CLASSES`.
    """
    decomposition = waves(a.expr)
    classes = _within(a.expr) if decomposition is None else _of_waves(decomposition)
    if classes is None:
        return None
    q = len(classes)
    return sympy.Add(*(part.subs(n, q * n + r) for r, part in enumerate(classes))), q, -(-a.start // q)


def _of_waves(decomposition: Waves) -> list[sympy.Expr] | None:
    """The term in each residue class, from its waves."""
    turns = [wave.angle / (2 * pi) for wave in decomposition]
    if any(wave.ratio != 1 for wave in decomposition) or not all(turn.is_Rational for turn in turns):
        return None
    q = int(sympy.ilcm(1, 1, *(turn.q for turn in turns)))
    if q not in SIMPLE_ANGLES:
        return None
    return [
        sympy.Add(*((sin if wave.odd else cos)(r * wave.angle) * rest for wave, rest in decomposition.items()))
        for r in range(q)
    ]


def _within(expr: sympy.Expr) -> list[sympy.Expr] | None:
    """The term in each residue class, where periodic parts stand inside denominators or logarithms."""
    periods = {part: period_of(part) for part in expr.atoms(sympy.Pow, cos, sin, sympy.Mod) if _is_periodic(part)}
    if not periods or None in periods.values():
        return None
    q = int(sympy.ilcm(1, 1, *periods.values()))
    if q > MAX_CLASSES:
        return None
    classes = [expr.xreplace({part: part.subs(n, r) for part in periods}) for r in range(q)]
    return None if any(part.has(*WAVE_FUNCTIONS) for part in classes) else classes


def _is_periodic(part: sympy.Expr) -> bool:
    return part.has(n) and (not part.is_Pow or part.base == -1)
