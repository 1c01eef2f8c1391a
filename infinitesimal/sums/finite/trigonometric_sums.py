"""Finite sums of polynomials times powers times sines and cosines, in real form.

Products are linearised; then sum of r**k cos(t k + b) is the real part of a geometric sum, and each factor
k is a derivative with respect to the angle t. Source: Graham, Knuth, Patashnik, *Concrete Mathematics*.
"""

from __future__ import annotations

from itertools import pairwise

import sympy
from sympy import Integer

from infinitesimal.sums.finite.formal_identities import vanishes
from infinitesimal.sums.summands.factorial_products import Expr

MAX_DEGREE = 4


def trigonometric_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> tuple[Expr, Expr] | None:
    """The sum over the waves, and what is left without sine and cosine of the index; None if it is not of the kind.

    Where the denominator sin(t/2) may vanish the sum is a `Piecewise`.
    """
    waves = _waves(expr, k)
    if waves is None:
        return None
    total, rest = Integer(0), Integer(0)
    for (base, angle, phase), coefficient in waves.items():
        if angle == 0:
            rest += coefficient * base**k * sympy.cos(phase)
            continue
        part = _wave_sum(sympy.Poly(coefficient, k), base, angle, phase, k, first, last)
        if part is None:
            return None
        total += part
    return total, rest


def free_angles(
    expr: Expr, k: sympy.Symbol, step: sympy.Symbol, numbers: bool = False
) -> tuple[Expr, dict[sympy.Symbol, Expr]]:
    """The expression with a symbol for each angle that depends on the step, and the values of the symbols.

    With `numbers` also for the parts of pi that multiply the index.

    >>> n, k = sympy.symbols("n k")
    >>> free_angles(sympy.cos(2 * sympy.pi * k / n), k, n)
    (cos(2*_angle*k), {_angle: pi/n})
    """
    names: dict[Expr, sympy.Symbol] = {}

    def freed(argument: Expr) -> Expr:
        parts = []
        for part in sympy.Add.make_args(sympy.expand(argument)):
            c, m = part.as_coeff_Mul(rational=True)
            if m.has(step) or (numbers and m.has(k) and m.has(sympy.pi)):
                places, m = m.as_independent(k, as_Add=False)[::-1]
                parts.append(c * places * names.setdefault(m, sympy.Dummy("angle", real=True)))
            else:
                parts.append(part)
        return sympy.Add(*parts)

    general = expr.replace(
        lambda e: isinstance(e, sympy.sin | sympy.cos) and e.has(k) and (numbers or e.has(step)),
        lambda e: e.func(freed(e.args[0])),
    )
    return general, {name: value for value, name in names.items()}


def _waves(expr: Expr, k: sympy.Symbol) -> dict[tuple[Expr, Expr, Expr], Expr] | None:
    """The expression as a sum of coefficient(k) * base**k * cos(angle k + phase), by (base, angle, phase)."""
    result: dict[tuple[Expr, Expr, Expr], Expr] = {}
    for part in sympy.Add.make_args(sympy.expand(expr)):
        base: Expr = Integer(1)
        waves: list[tuple[Expr, Expr, Expr]] = [(Integer(1), Integer(0), Integer(0))]
        for factor in sympy.Mul.make_args(part):
            body, exponent = factor.as_base_exp()
            if isinstance(body, sympy.sin | sympy.cos) and body.has(k):
                argument = sympy.expand(body.args[0])
                angle = argument.coeff(k)
                phase = sympy.expand(argument - angle * k)
                if phase.has(k) or not (exponent.is_Integer and 0 < exponent <= 6):
                    return None
                if isinstance(body, sympy.sin):
                    phase -= sympy.pi / 2
                for _ in range(int(exponent)):
                    waves = [(c / 2, a + sign * angle, p + sign * phase) for c, a, p in waves for sign in (1, -1)]
            elif not body.has(k) and factor.has(k):
                slope = sympy.expand(exponent).coeff(k)
                if sympy.expand(exponent - slope * k).has(k) or not slope.is_Integer:
                    return None
                base *= body**slope
                waves = [(c * body ** sympy.expand(exponent - slope * k), a, p) for c, a, p in waves]
            elif factor.is_polynomial(k):
                waves = [(c * factor, a, p) for c, a, p in waves]
            else:
                return None
        for c, a, p in waves:
            key = _plain(base, a, p)
            result[key] = sympy.expand(result.get(key, Integer(0)) + c)
    return {key: c for key, c in result.items() if c != 0}


def _plain(base: Expr, angle: Expr, phase: Expr) -> tuple[Expr, Expr, Expr]:
    """The wave with a base that is not negative, and an angle without a leading minus."""
    if base.is_negative:
        base, angle = -base, angle + sympy.pi
    halves = sympy.expand(angle).coeff(sympy.pi)
    if halves.is_Rational:
        angle -= 2 * sympy.pi * sympy.ceiling((halves - 1) / 2)
    if sympy.expand(angle).could_extract_minus_sign():
        angle, phase = -angle, -phase
    turns = angle / (2 * sympy.pi)
    if turns.is_Integer:
        angle = Integer(0)
    return base, sympy.expand(angle), sympy.expand(phase)


def _wave_sum(
    coefficient: sympy.Poly, base: Expr, angle: Expr, phase: Expr, k: sympy.Symbol, first: Expr, last: Expr
) -> Expr | None:
    """The sum of coefficient(k) base**k cos(angle k + phase)."""
    if coefficient.degree() > MAX_DEGREE:
        return None
    t, b = sympy.Dummy("t", real=True), sympy.Dummy("b", real=True)
    plain = _unit_sum(t, b, first, last) if base == 1 else _geometric_wave(base, t, b, first, last)
    parts = []
    for (power,), c in coefficient.terms():
        # k**d cos(t k + b) is the d-th derivative in t of cos(t k + b - d pi/2).
        derivative = sympy.diff(plain, t, power).subs(b, phase - power * sympy.pi / 2).subs(t, angle)
        parts.append(c * derivative)
    total = sympy.Add(*parts)
    if base != 1:
        denominator = 1 - 2 * base * sympy.cos(angle) + base**2
        return total if base.is_positive else sympy.Piecewise((total, sympy.Ne(denominator, 0)))
    pole = sympy.sin(angle / 2)
    if pole.is_number:
        return total
    # There the angle is a multiple of 2 pi, and the wave is the constant cos(phase) at every k.
    special = sympy.Add(*(c * _power_sum(power, first, last) for (power,), c in coefficient.terms()))
    special *= sympy.cos(phase)
    return sympy.Piecewise((sympy.factor(special), sympy.Eq(pole, 0)), (total, True))


def binomial_waves(expr: Expr, k: sympy.Symbol, upper: Expr) -> Expr | None:
    """The sum over all k of binomial(upper, k) times polynomials, signs and waves of k, or None: the binomial theorem.

    1 + e**(i t) = 2 cos(t/2) e**(i t/2); a factor k (k - 1) ... (k - d + 1) leaves the sum for upper - d.

    >>> n, k, x = sympy.symbols("n k x")
    >>> binomial_waves(sympy.binomial(n, k) * sympy.cos(k * x), k, n)
    (2*cos(x/2))**n*cos(n*x/2)
    """
    choice = sympy.binomial(upper, k)
    factors = sympy.Mul.make_args(expr)
    waves = _waves(sympy.Mul(*(f for f in factors if f != choice)), k) if factors.count(choice) == 1 else None
    if waves is None:
        return None
    total: Expr = Integer(0)
    count, t, b = sympy.Dummy("n", integer=True), sympy.Dummy("t", real=True), sympy.Dummy("b", real=True)
    plain = (2 * sympy.cos(t / 2)) ** count * sympy.cos(count * t / 2 + b)
    if not pascal(plain, t, b, count):
        return None
    for (base, angle, phase), coefficient in waves.items():
        if base != 1 or sympy.degree(coefficient, k) > MAX_DEGREE:
            return None
        for d, c in enumerate(_newton(coefficient, k)):
            if c != 0:
                part = plain.subs({count: upper - d, b: phase + d * angle}).subs(t, angle)
                total += c * sympy.Mul(*(upper - i for i in range(d))) * part
    return total


def _newton(polynomial: Expr, k: sympy.Symbol) -> list[Expr]:
    """The coefficients c_d with sum of c_d k (k - 1) ... (k - d + 1) the polynomial: differences at 0 over d!."""
    values = [polynomial.subs(k, i) for i in range(sympy.degree(polynomial, k) + 1 if polynomial.has(k) else 1)]
    result = []
    for d in range(len(values)):
        result.append(sympy.expand(values[0] / sympy.factorial(d)))
        values = [high - low for low, high in pairwise(values)]
    return result


def pascal(formula: Expr, t: Expr, b: Expr, step: sympy.Symbol) -> bool:
    """Whether the formula is the sum of binomial(step, k) cos(t k + b), by the rule of Pascal's triangle.

    The sums satisfy S(n + 1, b) = S(n, b) + S(n, b + t), and S(0, b) = cos(b).
    """
    difference = formula.subs(step, step + 1) - formula - formula.subs(b, b + t)
    first = formula.subs(step, 0) - sympy.cos(b)
    return all(vanishes(part, step, 0, frozenset([step])) for part in (first, difference))


def _power_sum(power: int, first: Expr, last: Expr) -> Expr:
    """The sum of k**power over the range, by Bernoulli polynomials."""
    m = power + 1
    return sympy.expand(sympy.bernoulli(m, last + 1) - sympy.bernoulli(m, first)) / m


def _unit_sum(t: Expr, b: Expr, first: Expr, last: Expr) -> Expr:
    """The sum of cos(t k + b), Lagrange's identity."""
    count = last - first + 1
    return sympy.sin(count * t / 2) * sympy.cos((first + last) * t / 2 + b) / sympy.sin(t / 2)


def _geometric_wave(r: Expr, t: Expr, b: Expr, first: Expr, last: Expr) -> Expr:
    """The sum of r**k cos(t k + b): the geometric sum of r e**(i t), times the conjugate denominator."""

    def wave(place: Expr) -> Expr:
        return sympy.cos(t * place + b)

    top = r**first * wave(first) - r ** (last + 1) * wave(last + 1)
    top += r ** (last + 2) * wave(last) - r ** (first + 1) * wave(first - 1)
    return top / (1 - 2 * r * sympy.cos(t) + r**2)
