"""Finite sums with Fibonacci and Lucas numbers: polynomials times powers times products of them.

Products become sums by F(a) F(b) = (L(a + b) - (-1)**b L(a - b))/5 and its kin. Then u(k) = r**k F(m k + s)
satisfies u(k + 2) = A u(k + 1) - B u(k), and an antidifference p(k) u(k) + q(k) u(k + 1) is found from the
leading coefficients downwards. Sources: T. Koshy, *Fibonacci and Lucas Numbers with Applications*;
M. Kauers, P. Paule, *The Concrete Tetrahedron*, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Integer, Rational

from infinitesimal.sums.summands.factorial_products import Expr

MAX_FACTORS = 6
MAX_SLOPE = 12
MAX_DEGREE = 12


@dataclass(frozen=True)
class Wave:
    """coefficient(k) * base**k * F(slope * k + shift), or with L in the place of F."""

    coefficient: Expr
    base: Expr
    slope: int
    shift: Expr
    lucas: bool


def fibonacci_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> tuple[Expr, Expr] | None:
    """The sum over the waves, and what is left of the expression without Fibonacci numbers; or None.

    >>> n, k = sympy.symbols("n k")
    >>> fibonacci_sum(sympy.fibonacci(k), k, Integer(1), n)
    (fibonacci(n + 2) - 1, 0)
    """
    waves = _waves(expr, k)
    if waves is None:
        return None
    total, rest = Integer(0), Integer(0)
    for wave in waves:
        if wave.slope == 0:
            number = sympy.lucas(wave.shift) if wave.lucas else sympy.fibonacci(wave.shift)
            rest += wave.coefficient * wave.base**k * number
            continue
        pair = _antidifference(wave, k)
        if pair is None:
            return None
        total += _value(wave, pair, k, last + 1) - _value(wave, pair, k, first)
    return total, rest


def _waves(expr: Expr, k: sympy.Symbol) -> list[Wave] | None:
    """The expression as a sum of waves, or None."""
    result: list[Wave] = []
    for part in sympy.Add.make_args(sympy.expand(expr)):
        coefficient, base, waves = Integer(1), Integer(1), [Wave(Integer(1), Integer(1), 0, Integer(0), True)]
        # L(0) = 2 stands for "no factor yet".
        coefficient /= 2
        for factor in sympy.Mul.make_args(part):
            body, exponent = factor.as_base_exp()
            if body.has(sympy.fibonacci, sympy.lucas):
                if not (exponent.is_Integer and 0 < exponent <= MAX_FACTORS and _is_number(body, k)):
                    return None
                for _ in range(int(exponent)):
                    waves = [w for wave in waves for w in _product(wave, body, k)]
            elif not factor.has(k):
                coefficient *= factor
            elif not body.has(k) and sympy.expand(exponent).coeff(k).is_Integer and exponent.is_polynomial(k):
                slope = sympy.expand(exponent).coeff(k)
                base *= body**slope
                coefficient *= body ** sympy.expand(exponent - slope * k)
            elif factor.is_polynomial(k):
                coefficient *= factor
            else:
                return None
        if sympy.degree(coefficient, k) > MAX_DEGREE or len(waves) > 1 << MAX_FACTORS:
            return None
        result += [Wave(w.coefficient * coefficient, w.base * base, w.slope, w.shift, w.lucas) for w in waves]
    return _gathered(result)


def _is_number(body: Expr, k: sympy.Symbol) -> bool:
    if not isinstance(body, sympy.fibonacci | sympy.lucas) or len(body.args) != 1:
        return False
    slope = sympy.expand(body.args[0]).coeff(k)
    rest = sympy.expand(body.args[0] - slope * k)
    return bool(slope.is_Integer and abs(slope) <= MAX_SLOPE and not rest.has(k))


def _product(wave: Wave, number: Expr, k: sympy.Symbol) -> list[Wave]:
    """The product of a wave and a Fibonacci or Lucas number as two waves; the first slope is the larger.

    With (-1)**b: F F = (L(a+b) - L(a-b))/5, L L = L(a+b) + L(a-b), F L = F(a+b) + F(a-b).
    """
    slope = int(sympy.expand(number.args[0]).coeff(k))
    shift = sympy.expand(number.args[0] - slope * k)
    other_lucas = isinstance(number, sympy.lucas)
    sign = Integer(-1) ** shift
    minus = -1 if not other_lucas else 1
    scale = Rational(1, 5) if not wave.lucas and not other_lucas else Integer(1)
    # F(a) L(b) = F(a+b) + (-1)**b F(a-b); L(a) F(b) = F(a+b) - (-1)**b F(a-b)
    lucas = wave.lucas == other_lucas
    c = wave.coefficient * scale
    return [
        Wave(c, wave.base, wave.slope + slope, wave.shift + shift, lucas),
        Wave(c * minus * sign, wave.base * Integer(-1) ** slope, wave.slope - slope, wave.shift - shift, lucas),
    ]


def _gathered(waves: list[Wave]) -> list[Wave]:
    """The waves with equal bases and arguments added up, all slopes non-negative and few."""
    sums: dict[tuple[Expr, int, Expr, bool], Expr] = {}
    for w in waves:
        wave = w
        if wave.slope < 0:
            # F(-a) = -(-1)**a F(a), L(-a) = (-1)**a L(a)
            sign = Integer(-1) ** wave.shift * (1 if wave.lucas else -1)
            base = wave.base * Integer(-1) ** wave.slope
            wave = Wave(wave.coefficient * sign, base, -wave.slope, -wave.shift, wave.lucas)
        key = (wave.base, wave.slope, wave.shift, wave.lucas)
        sums[key] = sums.get(key, Integer(0)) + wave.coefficient
    return [Wave(c, *key) for key, total in sums.items() if (c := sympy.expand(total)) != 0]


def _antidifference(wave: Wave, k: sympy.Symbol) -> tuple[Expr, Expr] | None:
    """The polynomials p, q with difference p(k) u(k) + q(k) u(k + 1) = coefficient(k) u(k).

    q solves -B q(k + 2) + A q(k + 1) - q(k) = f(k + 1), and p(k) = -f(k) - B q(k + 1).
    """
    a = wave.base * sympy.lucas(wave.slope)
    b = wave.base**2 * (-1) ** wave.slope
    at_one = sympy.factor(a - b - 1)
    if at_one == 0:
        return None
    f = sympy.Poly(wave.coefficient, k)
    target = f.compose(sympy.Poly(k + 1, k)).as_expr()
    q: Expr = Integer(0)
    for degree in range(f.degree(), -1, -1):
        c = sympy.cancel(sympy.expand(target).coeff(k, degree) / at_one)
        q += c * k**degree
        target = sympy.expand(target - c * (-b * (k + 2) ** degree + a * (k + 1) ** degree - k**degree))
        target = sympy.Add(*(sympy.cancel(target.coeff(k, d)) * k**d for d in range(degree)))
    p = -f.as_expr() - b * q.subs(k, k + 1)
    return sympy.expand(p), q


def _value(wave: Wave, pair: tuple[Expr, Expr], k: sympy.Symbol, place: Expr) -> Expr:
    """(p u + q u(k + 1)) at the place; one Fibonacci or Lucas number where that is enough."""
    p, q = (sympy.factor(c.subs(k, place)) for c in (pair[0], pair[1] * wave.base))
    argument = sympy.expand(wave.slope * place + wave.shift)
    if place.free_symbols or wave.shift.free_symbols:
        # u(k + 1) has the argument + slope: F(a + m) = F(m) F(a + 1) + F(m - 1) F(a)
        high, low = sympy.fibonacci(wave.slope), sympy.fibonacci(wave.slope - 1)
        return wave.base**place * _short(p + q * low, q * high, argument, wave.lucas)
    number = sympy.lucas if wave.lucas else sympy.fibonacci
    return wave.base**place * (p * number(argument) + q * number(argument + wave.slope))


def _short(low: Expr, high: Expr, argument: Expr, lucas: bool) -> Expr:
    """Low * F(argument) + high * F(argument + 1), with one number if |shift| is small."""
    same, other = (sympy.lucas, sympy.fibonacci) if lucas else (sympy.fibonacci, sympy.lucas)
    low, high = sympy.factor(low), sympy.factor(high)
    for j in sorted(range(-6, 7), key=abs):
        # X(a + j) = F(j - 1) X(a) + F(j) X(a + 1)
        pair = sympy.fibonacci(j - 1), sympy.fibonacci(j)
        if sympy.expand(low * pair[1] - high * pair[0]) == 0:
            return (low / pair[0] if pair[0] else high / pair[1]) * same(argument + j)
        # F(a + 1) + F(a - 1) = L(a), L(a + 1) + L(a - 1) = 5 F(a)
        pair = sympy.lucas(j - 1), sympy.lucas(j)
        if sympy.expand(low * pair[1] - high * pair[0]) == 0:
            return low / pair[0] * (5 if lucas else 1) * other(argument + j)
    return low * same(argument) + high * same(argument + 1)


def as_product(values: list[Expr], step: sympy.Symbol, start: int) -> Expr | None:
    """C F(n + i) F(n + j) + d with the given values for n = start, start + 1, ..., or None.

    >>> as_product([Integer(v) for v in (1, 2, 6, 15, 40)], sympy.Symbol("n"), 1)
    fibonacci(n)*fibonacci(n + 1)
    """
    for i in range(-1, 3):
        for j in range(i, 4):
            products = [sympy.fibonacci(v + i) * sympy.fibonacci(v + j) for v in range(start, start + len(values))]
            if products[2] == products[1]:
                continue
            c = (values[2] - values[1]) / (products[2] - products[1])
            d = values[1] - c * products[1]
            if all(v == c * p + d for v, p in zip(values, products, strict=True)):
                return c * sympy.fibonacci(step + i) * sympy.fibonacci(step + j) + d
    return None


def binomial_wave(expr: Expr, k: sympy.Symbol, upper: sympy.Symbol) -> Expr | None:
    """The sum of binomial(upper, k) r**k F(m k + s) over all k, by the binomial theorem in Q(sqrt(5)).

    It is closed when 1 + r phi**m = c phi**j for a rational c; then it is c**upper F(j upper + s).

    >>> n, k = sympy.symbols("n k")
    >>> binomial_wave(sympy.binomial(n, k) * sympy.fibonacci(k), k, n)
    fibonacci(2*n)
    """
    factor = sympy.binomial(upper, k)
    if not expr.has(factor):
        return None
    waves = _waves(sympy.expand(expr).subs(factor, 1), k) if (expr / factor).has(factor) is False else None
    total: Expr = Integer(0)
    for wave in waves or []:
        if wave.coefficient.has(k) or not wave.base.is_Rational:
            return None
        # phi**m = F(m) phi + F(m - 1), so 1 + r phi**m = x phi + y.
        x = wave.base * sympy.fibonacci(wave.slope)
        y = wave.base * sympy.fibonacci(wave.slope - 1) + 1
        number = sympy.lucas if wave.lucas else sympy.fibonacci
        for j in sorted(range(-12, 13), key=abs):
            pair = sympy.fibonacci(j), sympy.fibonacci(j - 1)
            if x * pair[1] == y * pair[0]:
                c = x / pair[0] if pair[0] else y / pair[1]
                total += wave.coefficient * c**upper * number(j * upper + wave.shift)
                break
        else:
            found = _by_root_of_five(wave, (x, y), upper)
            if found is None:
                return None
            total += found
    return total if waves else None


def _by_root_of_five(wave: Wave, factor: tuple[Expr, Expr], upper: sympy.Symbol) -> Expr | None:
    """The part of `binomial_wave` where 1 + r phi**m = x phi + y is c sqrt(5) phi**j.

    sqrt(5) phi**j is L(j) phi + L(j - 1), and its conjugate has a minus: odd powers turn F into L/sqrt(5), L into
    sqrt(5) F.
    """
    x, y = factor
    for j in sorted(range(-12, 13), key=abs):
        pair = sympy.lucas(j), sympy.lucas(j - 1)
        if x * pair[1] != y * pair[0]:
            continue
        c, place = x / pair[0], sympy.expand(j * upper + wave.shift)
        same, other = (sympy.lucas, sympy.fibonacci) if wave.lucas else (sympy.fibonacci, sympy.lucas)
        even, odd = 5 ** (upper / 2) * same(place), 5 ** ((upper + (1 if wave.lucas else -1)) / 2) * other(place)
        both = sympy.Piecewise((even, sympy.Eq(sympy.Mod(upper, 2), 0)), (odd, True))
        return wave.coefficient * c**upper * both
    return None


def reciprocal_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of a term that is a difference of quotients of neighbouring Fibonacci (or Lucas) numbers.

    The antidifference is looked for among the combinations of 1/F(k + i), F(k - 1)/F(k) and
    1/(F(k) F(k + 1)); two unknowns suffice for the identities of Cassini and d'Ocagne.

    >>> n, k = sympy.symbols("n k")
    >>> reciprocal_sum(1 / (sympy.fibonacci(k) * sympy.fibonacci(k + 2)), k, Integer(1), n)
    1 - 1/(fibonacci(n + 1)*fibonacci(n + 2))
    """
    if not first.is_Integer:
        return None
    number = sympy.lucas if expr.has(sympy.lucas) else sympy.fibonacci
    points = [int(first) + 2 + i for i in range(10)]
    target = [expr.subs(k, i) for i in points]
    if not all(value.is_Rational for value in target):
        return None
    neighbours = [1 / number(k), 1 / number(k + 1), number(k - 1) / number(k), 1 / (number(k) * number(k + 1))]
    sizes = [[g.subs(k, i + 1) - g.subs(k, i) for i in points] for g in neighbours]
    for i, g in enumerate(neighbours):
        for j in range(i, len(neighbours)):
            found = _two_unknowns(sizes[i], sizes[j], target)
            if found is not None:
                z = found[0] * g + found[1] * neighbours[j]
                start = sympy.Add(*(expr.subs(k, first + m) for m in range(2)))
                later = z.subs(k, last + 1) - z.subs(k, first + 2)
                return later + start
    return None


def _two_unknowns(a: list[Expr], b: list[Expr], target: list[Expr]) -> tuple[Expr, Expr] | None:
    """x, y with x a + y b = target at all points, y = 0 where a alone is enough."""
    x, y = target[0] / a[0] if a[0] else Integer(0), Integer(0)
    determinant = a[0] * b[1] - a[1] * b[0]
    if determinant != 0:
        x = (target[0] * b[1] - target[1] * b[0]) / determinant
        y = (a[0] * target[1] - a[1] * target[0]) / determinant
    return (x, y) if all(x * p + y * q == t for p, q, t in zip(a, b, target, strict=True)) else None
