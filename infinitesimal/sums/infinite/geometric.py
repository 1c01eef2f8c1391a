"""Sums of polynomials times exponentials, P(n) r**n, the bases real or complex: geometric series and their kin.

A term is read as a finite sum of coefficient * n**k * r**n * cos(t n) or sin(t n); sinh, cosh and products
are written out. Source: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.3 and 5.6 (sums by differences).
"""

from collections import defaultdict
from itertools import pairwise

import sympy
from sympy import I, S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.summand import Summand

Wave = tuple[sympy.Expr, sympy.Expr]
"""The base r and the angle t of r**n * exp(i t n)."""

Waves = dict[Wave, sympy.Expr]
"""For every wave its factor, a polynomial in n."""

MAX_DEGREE = 40
MAX_WAVES = 200


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a polynomial times exponentials, exact; None for other terms and for a base of modulus >= 1.

    >>> closed_form(Summand(n / 2**n, 0))
    2
    >>> closed_form(Summand(sympy.exp(-n), 1)).equals(1 / (sympy.E - 1))
    True
    """
    waves = read(a.expr)
    if waves is None or not all(below_one(r) for r, _ in waves):
        return None
    if any(sympy.degree(factor, n) > MAX_DEGREE for factor in waves.values()):
        return None
    return oscillating_sum(waves, a.start)


def oscillating_sum(waves: Waves, start: int) -> sympy.Expr:
    """The sum of the waves from `start` on, the moduli of all bases below 1."""
    total = S.Zero
    for (base, angle), factor in waves.items():
        polynomial = sympy.Poly(factor, n)
        total += sum_of_powers(polynomial, base, start) if angle == 0 else _oscillating(polynomial, base, angle, start)
    return tidy(total)


def below_one(base: sympy.Expr) -> bool:
    """Whether the modulus of a constant is less than 1, proved."""
    if base.is_Rational:
        return bool(abs(base) < 1)
    try:
        return bool(abs(ball(base, 64)) < 1)
    except Undecided:
        return False


def sum_of_powers(polynomial: sympy.Poly, base: sympy.Expr, start: int) -> sympy.Expr:
    """The sum of P(n) r**n from `start` on, |r| < 1.

    P(m + start) = sum of d_j binomial(m, j), d_j its differences, and the binomials sum to r**j/(1-r)**(j+1).
    """
    return sympy.Add(
        *(d * base ** (start + j) / (1 - base) ** (j + 1) for j, d in enumerate(_differences(polynomial, start)))
    )


def _differences(polynomial: sympy.Poly, start: int) -> list[sympy.Expr]:
    row = [polynomial.eval(start + j) for j in range(polynomial.degree() + 1)]
    differences = []
    while row:
        differences.append(row[0])
        row = [sympy.expand(b - a) for a, b in pairwise(row)]
    return differences


def _oscillating(polynomial: sympy.Poly, base: sympy.Expr, angle: sympy.Expr, start: int) -> sympy.Expr:
    """The sum of P(n) z**n, z = r e^(i t), made real: multiply by the conjugate of (1-z)**(j+1), expand in e^(i t)."""
    total = S.Zero
    square = 1 - 2 * base * sympy.cos(angle) + base**2
    for j, d in enumerate(_differences(polynomial, start)):
        powers = (S(sympy.binomial(j + 1, i)) * (-base) ** i for i in range(j + 2))
        wave = sympy.Add(*(c * _euler((start + j - i) * angle) for i, c in enumerate(powers)))
        total += sympy.expand(d * base ** (start + j) * wave) / square ** (j + 1)
    return total


def _euler(angle: sympy.Expr) -> sympy.Expr:
    return sympy.cos(angle) + I * sympy.sin(angle)


def tidy(value: sympy.Expr) -> sympy.Expr:
    """The value over one denominator, roots out of the denominator; the same number.

    >>> tidy(1/(1 - sympy.exp(-1)))
    E/(-1 + E)
    """
    value = sympy.expand(value) if not value.has(sympy.Pow) else value
    if value.is_Rational or value.is_Symbol:
        return value
    if any(p.exp.is_Rational and not p.exp.is_Integer and p.base.is_Rational for p in value.atoms(sympy.Pow)):
        value = sympy.radsimp(sympy.together(value), max_terms=4)
        return sympy.factor_terms(sympy.expand(value)) if not value.has(sympy.exp) else value
    return min(sympy.factor(value), sympy.expand(value), key=sympy.count_ops)


def read(expr: sympy.Expr) -> Waves | None:
    """The term as a sum of waves with polynomial factors, or None."""
    expr = expr.rewrite([sympy.sinh, sympy.cosh], sympy.exp)
    waves = _read(expr)
    if waves is None:
        return None
    expanded = {wave: sympy.expand(factor) for wave, factor in waves.items()}
    return {wave: factor for wave, factor in expanded.items() if factor != 0}


def _read(expr: sympy.Expr) -> Waves | None:
    if not expr.has(n) or expr == n:
        return {(S.One, S.Zero): expr}
    if expr.is_Add or expr.is_Mul:
        parts = []
        for argument in expr.args:
            part = _read(argument)
            if part is None:
                return None
            parts.append(part)
        return _add(parts) if expr.is_Add else _multiply(parts)
    if isinstance(expr, sympy.fibonacci | sympy.lucas):
        return _binet(expr)
    if isinstance(expr, sympy.cos | sympy.sin):
        return _trigonometric(expr)
    base, exponent = (S.Exp1, expr.args[0]) if isinstance(expr, sympy.exp) else expr.as_base_exp()
    if not base.has(n):
        line = _linear(exponent)
        return None if line is None or base.is_zero else {(_canonical(base ** line[0]), S.Zero): base ** line[1]}
    if base == expr or not exponent.is_Integer or abs(exponent) > MAX_DEGREE:
        return None
    inner = _read(base)
    if inner is None:
        return None
    return _multiply([inner] * int(exponent)) if exponent > 0 else _inverse(inner, int(exponent))


def _inverse(inner: Waves, exponent: int) -> Waves | None:
    """A negative power of one single exponential."""
    if len(inner) != 1:
        return None
    ((base, angle), factor) = next(iter(inner.items()))
    return None if factor.has(n) or angle != 0 else {(base**exponent, S.Zero): factor**exponent}


def _canonical(base: sympy.Expr) -> sympy.Expr:
    """Equal numbers of a quadratic field as equal expressions."""
    if base.is_Rational or not base.is_algebraic or not base.has(sympy.Add):
        return sympy.powsimp(base)
    return sympy.expand(sympy.radsimp(sympy.expand(base)))


def _binet(expr: sympy.Expr) -> Waves | None:
    """Fibonacci and Lucas numbers by powers of the golden ratio and its conjugate (Binet)."""
    line = _linear(expr.args[0])
    if line is None or len(expr.args) > 1 or not all(x.is_Integer for x in line):
        return None
    root = sympy.sqrt(5)
    plus, minus = (1 + root) / 2, (1 - root) / 2
    first, second = (1 / root, -1 / root) if isinstance(expr, sympy.fibonacci) else (S.One, S.One)
    waves = ((plus, first), (minus, second))
    return {(_canonical(x ** line[0]), S.Zero): sympy.radsimp(sympy.expand(c * x ** line[1])) for x, c in waves}


def _trigonometric(expr: sympy.Expr) -> Waves | None:
    line = _linear(expr.args[0])
    if line is None or not all(x.is_real for x in line):
        return None
    angle, phase = line
    one = _euler(phase)
    other = sympy.cos(phase) - I * sympy.sin(phase)
    if isinstance(expr, sympy.cos):
        return {(S.One, angle): one / 2, (S.One, -angle): other / 2}
    return {(S.One, angle): one / (2 * I), (S.One, -angle): -other / (2 * I)}


def _linear(exponent: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    exponent = sympy.expand(exponent)
    slope = exponent.coeff(n, 1)
    rest = sympy.expand(exponent - slope * n)
    return None if rest.has(n) or slope.has(n) else (slope, rest)


def _add(parts: list[Waves]) -> Waves:
    total: Waves = defaultdict(lambda: S.Zero)
    for part in parts:
        for wave, factor in part.items():
            total[wave] += factor
    return dict(total)


def _multiply(parts: list[Waves]) -> Waves | None:
    product: Waves = {(S.One, S.Zero): S.One}
    for part in parts:
        terms: Waves = defaultdict(lambda: S.Zero)
        for (r, t), f in product.items():
            for (s, u), g in part.items():
                terms[_canonical(r * s), sympy.expand(t + u)] += f * g
        product = dict(terms)
        if len(product) > MAX_WAVES:
            return None
    return product
