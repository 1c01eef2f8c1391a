"""Fourier series with a real parameter as angle: cos(n t)/n**m and sin(n t)/n**m, also with alternating signs.

For m and the wave of equal parity the sum is a Bernoulli polynomial of t/(2 pi) on one period; for cos and m = 1 it
is -log(2 sin(t/2)). Sources: Zygmund, *Trigonometric Series*, I.4; Gradshteyn & Ryzhik 1.441-1.443.
"""

import sympy
from sympy import And, S, pi

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.summand import Summand

MAX_ORDER = 30


def closed_form(a: Summand) -> tuple[sympy.Expr, sympy.Basic] | None:
    """The sum on one period of the angle, and the condition for that; None for other terms.

    >>> t = sympy.Symbol("t")
    >>> closed_form(Summand(sympy.sin(n * t) / n, 1))
    (-t/2 + pi/2, (0 < t) & (t < 2*pi))
    """
    wave: sympy.Expr | None = None
    constant, order, shift = S.One, S.Zero, S.Zero
    for factor in sympy.Mul.make_args(a.expr):
        base, exponent = factor.as_base_exp()
        if isinstance(factor, sympy.sin | sympy.cos) and factor.has(n) and wave is None:
            wave = factor
        elif base == n and exponent.is_Integer:
            order -= exponent
        elif base == -1 and not (exponent - n).has(n) and (exponent - n).is_Integer:
            shift, constant = pi, constant * S.NegativeOne ** (exponent - n)
        elif not factor.has(n):
            constant *= factor
        else:
            return None
    angle = S.Zero if wave is None else sympy.expand(wave.args[0] / n)
    if wave is None or angle.has(n) or len(angle.free_symbols) != 1 or not 1 <= order <= MAX_ORDER or a.start < 1:
        return None
    even = isinstance(wave, sympy.cos)
    value = _on_a_period(int(order), angle + shift, even)
    if value is None:
        return None
    head = sympy.Add(*(a.expr.subs(n, k) for k in range(1, a.start)))
    low, high = -shift, 2 * pi - shift
    condition = And(low < angle, angle < high) if order == 1 else And(low <= angle, angle <= high)
    return sympy.expand(constant * value) - head, condition


def _on_a_period(order: int, angle: sympy.Expr, even: bool) -> sympy.Expr | None:
    """The sum over n >= 1 of the cosine or sine of n times an angle between 0 and 2 pi, over n**order."""
    if even and order == 1:
        return -sympy.log(2 * sympy.sin(angle / 2))
    if even is not (order % 2 == 0):
        return None
    x = sympy.Dummy("x")
    polynomial = sympy.bernoulli(order, x).subs(x, angle / (2 * pi))
    return sympy.expand((-1) ** (order // 2 + 1) * (2 * pi) ** order / (2 * sympy.factorial(order)) * polynomial)
