"""A term as a finite sum of waves: rational functions of n times r**n cos(n t) or r**n sin(n t).

Signs, residues modulo q, floors and cosines of rational multiples of pi are periodic, and a periodic
sequence is a finite Fourier sum; products of waves are linearised. So one normal form serves the
rational, alternating, periodic, geometric and trigonometric series.
"""

from dataclasses import dataclass
from itertools import product

import sympy
from sympy import Rational, cos, pi, sin

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.summands.residue_classes import period_modulo_one, period_of_steps

MAX_PERIOD = 16
MAX_TERMS = 400
MAX_POWER = 12
MAX_BITS = 256


@dataclass(frozen=True)
class Wave:
    """`ratio`**n cos(n `angle`) or, with `odd`, the sine: 0 < ratio, 0 <= angle <= pi, real and constant."""

    ratio: sympy.Expr
    angle: sympy.Expr
    odd: bool = False


Waves = dict[Wave, sympy.Expr]
"""Waves with what they are multiplied with: expressions in n without signs, powers or angles."""

ONE = Wave(sympy.S.One, sympy.S.Zero)


WAVE_FUNCTIONS = (
    sympy.exp,
    cos,
    sin,
    sympy.tan,
    sympy.floor,
    sympy.ceiling,
    sympy.Mod,
    sympy.Abs,
    sympy.sinh,
    sympy.cosh,
)


class NotWaves(Exception):
    """The term has a factor that is no wave."""


def waves(expr: sympy.Expr) -> Waves | None:
    """The term as a sum of waves times expressions free of periodic and exponential factors, or None.

    >>> waves((-1) ** n / n)
    {Wave(ratio=1, angle=pi, odd=False): 1/n}
    """
    if expr.has(sympy.Float, sympy.nan, sympy.oo, -sympy.oo, sympy.zoo, sympy.I):
        return None
    try:
        return {wave: rest for wave, rest in _decompose(expr).items() if rest != 0}
    except NotWaves:
        return None


def multiplied_out(expr: sympy.Expr) -> list[sympy.Expr]:
    """The terms of the expression with the sums in its numerators multiplied out; denominators stay factored.

    >>> multiplied_out((n + 1) * pi / (n * (n + 2)))
    [pi/(n*(n + 2)), pi/(n + 2)]
    """
    if expr.is_Add:
        return [term for part in expr.args for term in multiplied_out(part)]
    if not expr.is_Mul or not any(factor.is_Add for factor in expr.args):
        return [expr]
    terms: list[sympy.Expr] = [sympy.S.One]
    for factor in expr.args:
        parts = multiplied_out(factor)
        if len(terms) * len(parts) > MAX_TERMS:
            return [expr]
        terms = [left * right for left in terms for right in parts]
    return terms


def turn(angle: sympy.Expr) -> sympy.Expr:
    """A real constant angle modulo 2 pi, in [0, 2 pi)."""
    turns = angle / (2 * pi)
    if turns.is_Rational:
        return angle - 2 * pi * sympy.floor(turns)
    if turns.free_symbols or turns.is_real is not True:
        raise NotWaves
    whole = sympy.floor(turns)
    if not whole.is_Integer:
        raise NotWaves
    return sympy.expand(angle - 2 * pi * whole)


def _decompose(expr: sympy.Expr) -> Waves:
    if not _has_wave(expr):
        return {ONE: expr}
    if expr.is_Add:
        return _total([_decompose(term) for term in expr.args])
    if expr.is_Mul:
        result: Waves = {ONE: sympy.S.One}
        for factor in expr.args:
            result = _times(result, _decompose(factor))
        return result
    if expr.is_Pow:
        return _power(expr)
    if isinstance(expr, sympy.exp):
        return _exponential(sympy.E, expr.args[0])
    if isinstance(expr, cos | sin):
        linear = _linear(expr.args[0])
        if linear is not None:
            return _cosine(*linear, odd=isinstance(expr, sin))
    if isinstance(expr, sympy.sinh | sympy.cosh):
        sign = -1 if isinstance(expr, sympy.sinh) else 1
        up, down = _exponential(sympy.E, expr.args[0]), _exponential(sympy.E, -expr.args[0])
        return _total([{w: c / 2 for w, c in up.items()}, {w: sign * c / 2 for w, c in down.items()}])
    return _periodic(expr)


def _has_wave(expr: sympy.Expr) -> bool:
    """Whether n occurs in an exponent, an angle, a floor or a remainder."""
    if expr.is_Pow and expr.exp.has(n):
        return True
    if isinstance(expr, WAVE_FUNCTIONS) and expr.has(n):
        return True
    return any(_has_wave(arg) for arg in expr.args)


def _total(parts: list[Waves]) -> Waves:
    result: Waves = {}
    for part in parts:
        for wave, rest in part.items():
            result[wave] = result.get(wave, sympy.S.Zero) + rest
    return result


def _times(left: Waves, right: Waves) -> Waves:
    if len(left) * len(right) > MAX_TERMS:
        raise NotWaves
    parts = []
    for (a, x), (b, y) in product(left.items(), right.items()):
        parts.append({wave: c * x * y for wave, c in _linearised(a, b).items()})
    return _total(parts)


def _linearised(a: Wave, b: Wave) -> dict[Wave, sympy.Expr]:
    """The product of two waves as a sum of waves: 2 cos a cos b = cos(a-b) + cos(a+b), and so on."""
    ratio = sympy.powsimp(a.ratio * b.ratio)
    if a.angle == 0 or b.angle == 0:
        only = b if a.angle == 0 else a
        return {Wave(ratio, only.angle, only.odd): sympy.S.One}
    if b.odd and not a.odd:
        a, b = b, a
    minus, plus = a.angle - b.angle, a.angle + b.angle
    half = Rational(1, 2)
    if a.odd and b.odd:
        parts = [_wave(ratio, minus, False, half), _wave(ratio, plus, False, -half)]
    else:
        parts = [_wave(ratio, minus, a.odd, half), _wave(ratio, plus, a.odd, half)]
    return _total(parts)


def _wave(ratio: sympy.Expr, angle: sympy.Expr, odd: bool, coefficient: sympy.Expr) -> Waves:
    """The coefficient times the wave with its angle reduced to [0, pi]."""
    angle = turn(angle)
    sign = 1
    if (angle - pi).is_positive:
        angle, sign = 2 * pi - angle, -1 if odd else 1
    if odd and angle in (0, pi):
        return {}
    return {Wave(ratio, angle, odd): sign * coefficient}


def _power(expr: sympy.Expr) -> Waves:
    base, exponent = expr.as_base_exp()
    if exponent.has(n):
        if base.has(n):
            raise NotWaves
        return _exponential(base, exponent)
    if exponent.is_Integer and 0 < exponent <= MAX_POWER:
        part = _decompose(base)
        result: Waves = {ONE: sympy.S.One}
        for _ in range(int(exponent)):
            result = _times(result, part)
        return result
    if exponent.is_negative and base.is_Mul:
        return _decompose(sympy.Mul(*(factor**exponent for factor in base.args)))
    if exponent.is_negative and base.is_Pow:
        return _decompose(base.base ** (base.exp * exponent))
    if exponent.is_Rational and isinstance(base, sympy.exp):
        return _exponential(sympy.E, base.args[0] * exponent)
    return _periodic(expr)


def _exponential(base: sympy.Expr, exponent: sympy.Expr) -> Waves:
    """base**(a n + b) for a real base, negative only with whole a and b; (-1)**(anything whole) is periodic."""
    linear = _linear(exponent)
    if base == -1 and (linear is None or not all(c.is_Integer for c in linear)):
        return _periodic(base**exponent)
    if linear is None or base.free_symbols or base.is_real is not True or base.is_zero is not False:
        raise NotWaves
    slope, offset = linear
    if base.is_Rational and max(int(base.p).bit_length(), int(base.q).bit_length()) * abs(slope) > MAX_BITS:
        raise NotWaves
    if slope.is_real is not True or offset.is_real is not True:
        raise NotWaves
    if base.is_positive:
        return {Wave(sympy.powsimp(base**slope), sympy.S.Zero): base**offset}
    if not (slope.is_Integer and offset.is_Integer and base.is_negative):
        raise NotWaves
    angle = pi if slope % 2 else sympy.S.Zero
    return {Wave((-base) ** slope, angle): base**offset}


def _linear(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """The constants a, b with expr = a n + b."""
    expr = sympy.expand(expr)
    slope = expr.coeff(n, 1)
    offset = sympy.expand(expr - slope * n)
    return None if offset.has(n) or slope.has(n) else (slope, offset)


def _cosine(slope: sympy.Expr, offset: sympy.Expr, odd: bool) -> Waves:
    """cos(a n + b) or sin(a n + b) by the addition theorem."""
    one = sympy.S.One
    if odd:
        return _total([_wave(one, slope, True, cos(offset)), _wave(one, slope, False, sin(offset))])
    return _total([_wave(one, slope, False, cos(offset)), _wave(one, slope, True, -sin(offset))])


def _periodic(expr: sympy.Expr) -> Waves:
    """A periodic sequence as a finite Fourier sum; a floor also has a linear part.

    The period is read from the structure (`period_of`), so the finitely many values are all of them.
    """
    if isinstance(expr, sympy.floor):
        linear = _linear(expr.args[0])
        if linear is None or not all(c.is_Rational for c in linear):
            raise NotWaves
        return _total([{ONE: expr.args[0]}, _fourier(expr - expr.args[0], int(sympy.ilcm(linear[0].q, 1)))])
    period = period_of(expr)
    if period is None or period > MAX_PERIOD:
        raise NotWaves
    return _fourier(expr, period)


def _fourier(expr: sympy.Expr, period: int) -> Waves:
    values = [sympy.expand(expr.subs(n, k)) for k in range(period)]
    if not all(value.is_finite and value.is_real for value in values):
        raise NotWaves
    parts = []
    for j in range(period // 2 + 1):
        scale = Rational(1 if j == 0 or 2 * j == period else 2, period)
        angle = 2 * pi * Rational(j, period)
        even = sympy.expand(scale * sympy.Add(*(v * cos(k * angle) for k, v in enumerate(values))))
        odd = sympy.expand(scale * sympy.Add(*(v * sin(k * angle) for k, v in enumerate(values))))
        parts += [_wave(sympy.S.One, angle, False, even), _wave(sympy.S.One, angle, True, odd)]
    return {wave: c for wave, c in _total(parts).items() if c != 0}


def period_of(expr: sympy.Expr) -> int | None:
    """A period of a sequence built from periodic ones, or None where the structure shows none."""
    if not expr.has(n):
        return 1
    if isinstance(expr, sympy.Mod) or (expr.is_Pow and expr.base == -1):
        return period_of_steps(expr, n)
    if isinstance(expr, cos | sin | sympy.tan):
        return period_modulo_one(expr.args[0] / (2 * pi))
    if expr == n or isinstance(expr, sympy.floor | sympy.ceiling):
        return None
    if expr.is_Pow and expr.exp.has(n):
        return None
    periods = [period_of(arg) for arg in expr.args]
    return None if None in periods else int(sympy.ilcm(1, 1, *periods))
