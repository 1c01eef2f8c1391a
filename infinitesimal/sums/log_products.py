"""Sums of logarithms of rational functions: infinite products, and their mixtures with rational terms.

Regularised constants: every block is summed up to one cut-off N and expanded in N and log N; the growing
parts have to cancel exactly, and the constants add up. With zeta'(-k, x) the derivative in the first argument,
    sum_{n<N} (n+a)**k log(n+a) = zeta'(-k, N+a) - zeta'(-k, a),    zeta'(0, x) = log Gamma(x) - log(2 pi)/2,
and products of Gamma functions close by reflection and duplication.
Sources: Whittaker & Watson, 12.13; Elizalde, "An asymptotic expansion for the first derivative of the
generalized Riemann zeta function" (1986); Adamchik, "Polygamma functions of negative order" (1998).
"""

from dataclasses import dataclass, field

import sympy
from sympy import EulerGamma, I, Rational, cos, cosh, log, pi, sin, sinh, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.digamma import log_integer, log_sine
from infinitesimal.sums.rational_sums import regularised_sum
from infinitesimal.sums.summand import Summand
from infinitesimal.sums.waves import ONE, Wave, Waves, multiplied_out, waves
from infinitesimal.sums.zeta_values import zeta_derivative

MAX_DEGREE = 3
MAX_PREFIX = 60
MAX_CLASSES = 12

N, L = sympy.symbols("N L")
"""The cut-off and its logarithm."""


class OutOfClass(Exception):
    """A part of the term is no sum of this family."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of p(n) log R(n), with periodic signs, and of rational terms and H_n beside it; or None.

    >>> closed_form(Summand(1 / n - log(1 + 1 / n), 1))
    EulerGamma
    """
    if not a.expr.has(log) or a.parameters:
        return None
    decomposition = waves(a.expr)
    if decomposition is None:
        return None
    try:
        expr, begin = _without_waves(decomposition, a.start)
        prefix = sympy.Add(*(a.expr.subs(n, k) for k in range(a.start, begin[0])))
        return _tidy(_closed_form(expr, begin[1]) + prefix)
    except OutOfClass:
        return None


def _without_waves(decomposition: Waves, start: int) -> tuple[sympy.Expr, tuple[int, int]]:
    """The terms of one period added up: n = q m + r. Also where that starts, in n and in m.

    The terms tend to 0, so the sum may be taken period by period.
    """
    if set(decomposition) == {ONE}:
        return decomposition[ONE], (start, start)
    turns = [wave.angle / (2 * pi) for wave in decomposition]
    if any(wave.ratio != 1 for wave in decomposition) or not all(t.is_Rational for t in turns):
        raise OutOfClass
    q = int(sympy.ilcm(1, *(t.q for t in turns)))
    if q > MAX_CLASSES:
        raise OutOfClass
    first = -(-start // q)
    total = sympy.Integer(0)
    for wave, rest in decomposition.items():
        total += sympy.Add(*(_weight(wave, r) * rest.subs(n, q * n + r) for r in range(q)))
    return total, (q * first, first)


def _weight(wave: Wave, r: int) -> sympy.Expr:
    return (sin if wave.odd else cos)(r * wave.angle)


@dataclass
class _Sums:
    """The constant of the sum up to N, its growing part in N and L, and what is left of Gamma functions."""

    start: int
    constant: sympy.Expr = sympy.Integer(0)
    growth: sympy.Expr = sympy.Integer(0)
    rational: sympy.Expr = sympy.Integer(0)
    polynomial: sympy.Expr = sympy.Integer(0)
    logs: dict[tuple[sympy.Poly, int], sympy.Expr] = field(default_factory=dict)


def _closed_form(expr: sympy.Expr, start: int) -> sympy.Expr:
    collected = _Sums(start)
    for term in multiplied_out(expr):
        _collect(collected, term)
    begin = _beginning(collected)
    prefix = sympy.Add(*(_joined(expr.subs(n, k)) for k in range(start, begin)))
    sums = collected
    sums.start = begin
    _add_polynomial(sums)
    if sums.rational != 0:
        found = regularised_sum(sums.rational, begin)
        if found is None:
            raise OutOfClass
        sums.constant += found[0]
        sums.growth += found[1] * L
    for (factor, degree), coefficient in sums.logs.items():
        _add_log(sums, factor, degree, sympy.expand(coefficient))
    grown = sympy.Poly(sympy.expand(sums.growth), N, L)
    if any(powers != (0, 0) and sympy.expand(_joined(c)) != 0 for powers, c in grown.terms()):
        raise OutOfClass
    return sums.constant + grown.as_expr().subs({N: 0, L: 0}) + prefix


def _collect(sums: _Sums, term: sympy.Expr) -> None:
    """Sorts a term: polynomial, rational, harmonic, or polynomial times one logarithm."""
    constant, rest = term.as_independent(n, as_Add=False)
    special = [f for f in sympy.Mul.make_args(rest) if f.has(log) or f.has(sympy.harmonic)]
    if not special:
        if rest.is_polynomial(n):
            sums.polynomial += _joined(constant) * rest
        elif rest.is_rational_function(n):
            sums.rational += constant * rest
        else:
            raise OutOfClass
        return
    weight = sympy.Mul(*(f for f in sympy.Mul.make_args(rest) if f not in special))
    if len(special) != 1:
        raise OutOfClass
    if isinstance(special[0], sympy.harmonic) and weight == 1 and len(special[0].args) == 1:
        _add_harmonic(sums, constant, special[0].args[0])
        return
    if not isinstance(special[0], log):
        raise OutOfClass
    if not weight.is_polynomial(n):
        raise OutOfClass
    polynomial = sympy.Poly(weight, n)
    if polynomial.degree() > MAX_DEGREE or not all(c.is_Rational for c in polynomial.coeffs()):
        raise OutOfClass
    lead, factors = _factors(special[0].args[0])
    sums.polynomial += constant * lead * weight
    for factor, multiplicity in factors:
        degree = polynomial.degree()
        if factor.degree() == 1:
            # In powers of n + a.
            shifted = polynomial.compose(sympy.Poly(n - factor.nth(0), n))
            parts = [(i, shifted.nth(i)) for i in range(degree + 1)]
        elif degree == 0 and factor.degree() in (2, 4):
            parts = [(0, polynomial.nth(0))]
        else:
            raise OutOfClass
        for i, c in parts:
            key = (factor, i)
            sums.logs[key] = sums.logs.get(key, sympy.Integer(0)) + constant * multiplicity * c


def _factors(argument: sympy.Expr) -> tuple[sympy.Expr, list[tuple[sympy.Poly, int]]]:
    """The logarithm of the leading constant, and the monic irreducible factors with their multiplicities."""
    argument = sympy.together(argument)
    if not argument.is_rational_function(n):
        raise OutOfClass
    lead: sympy.Expr = sympy.Integer(0)
    result: list[tuple[sympy.Poly, int]] = []
    for part, sign in zip(sympy.fraction(argument), (1, -1), strict=True):
        try:
            polynomial = sympy.Poly(part, n, domain="QQ")
        except (sympy.PolynomialError, sympy.CoercionFailed) as error:
            raise OutOfClass from error
        top = polynomial.LC()
        lead += sign * (log_integer(abs(int(top.p))) - log_integer(int(top.q)))
        for factor, multiplicity in polynomial.monic().factor_list()[1]:
            result.append((factor.monic(), sign * multiplicity))
    return lead, result


def _beginning(sums: _Sums) -> int:
    """From where on all factors under the logarithms are positive: the terms before are added one by one."""
    begin = sums.start
    for factor, _ in sums.logs:
        for root in factor.real_roots():
            begin = max(begin, int(sympy.floor(root)) + 1)
    if begin > sums.start + MAX_PREFIX:
        raise OutOfClass
    return begin


def _add_harmonic(sums: _Sums, constant: sympy.Expr, index: sympy.Expr) -> None:
    """c H_{n+k}: the sum of H_n over n < N is N H_N - N, and H_N = L + gamma + 1/(2 N) + ..."""
    shift = index - n
    if not shift.is_Integer or abs(shift) > MAX_PREFIX:
        raise OutOfClass
    sums.rational += constant * sympy.Add(*(1 / (n + j) for j in range(1, shift + 1)))
    sums.rational -= constant * sympy.Add(*(1 / (n + j) for j in range(shift + 1, 1)))
    s = sums.start
    sums.growth += constant * (N * L + EulerGamma * N + Rational(1, 2) - N)
    sums.constant -= constant * (s * sympy.harmonic(s) - s)


def _add_polynomial(sums: _Sums) -> None:
    """Polynomials by Faulhaber's formula."""
    polynomial = sympy.Poly(sympy.expand(sums.polynomial), n)
    for (power,), coefficient in polynomial.terms():
        formula = (sympy.bernoulli(power + 1, N) - sympy.bernoulli(power + 1, sums.start)) / (power + 1)
        if power == 0:
            formula = N - sums.start
        sums.growth += coefficient * sympy.expand(formula)


def _add_log(sums: _Sums, factor: sympy.Poly, degree: int, coefficient: sympy.Expr) -> None:
    if coefficient == 0:
        return
    d = factor.degree()
    if d > 1:
        centre = -factor.nth(d - 1) / d
        sums.growth += coefficient * d * ((N - centre - Rational(1, 2)) * L - N)
        sums.constant -= coefficient * (_log_gamma_roots(factor, centre, sums.start) - d * (log(2) + log(pi)) / 2)
        return
    a = factor.nth(0)
    sums.growth += coefficient * _expansion(degree, a)
    begin = a + sums.start
    if degree == 0:
        sums.constant -= coefficient * (log_gamma(begin) - log(2) / 2 - log(pi) / 2)
        return
    base, shift = begin - (sympy.ceiling(begin) - 1), int(sympy.ceiling(begin)) - 1
    # zeta'(-k, x + 1) = zeta'(-k, x) + x**k log(x)
    steps = sympy.Add(*((base + j) ** degree * _log(base + j) for j in range(shift)))
    sums.constant -= coefficient * (zeta_derivative(1, sympy.Integer(-degree), base) + steps)


def _expansion(k: int, a: sympy.Rational) -> sympy.Expr:
    """zeta'(-k, N + a) up to o(1), from the expansion of zeta(s, x) in powers of x (Hermite's formula)."""
    s, e = sympy.symbols("s e")
    x = sympy.Symbol("x")
    terms = [1 / (s - 1) * x, Rational(1, 2) + 0 * x]
    for j in range(1, (k + 1) // 2 + 1):
        terms.append(sympy.bernoulli(2 * j) / sympy.factorial(2 * j) * sympy.rf(s, 2 * j - 1) * x ** (1 - 2 * j))
    series = sympy.Add(*terms)
    # d/ds of x**-s g(s, x) at s = -k is x**k (g_s - g log x); x = (1 + a e)/e, log x = L + log(1 + a e).
    slope, value = series.diff(s).subs(s, -k), series.subs(s, -k)
    order = k + 2
    logarithm = L - sympy.Add(*((-a * e) ** j / j for j in range(1, order + 1)))
    expanded = sympy.expand(x**k * (slope - value * sympy.Symbol("l")))
    result = sympy.Integer(0)
    for term in sympy.Add.make_args(expanded):
        coefficient, power = term.as_coeff_exponent(x)
        binomial = sympy.Add(*(sympy.binomial(power, j) * a**j * e ** (j - power) for j in range(order + 1)))
        result += sympy.expand(coefficient.subs(sympy.Symbol("l"), logarithm) * binomial)
    result = sympy.expand(result)
    return sympy.Add(*(result.coeff(e, -j) * N**j for j in range(order + 1)))


def log_gamma(x: sympy.Rational) -> sympy.Expr:
    """log Gamma(x) of a rational x > 0, over log Gamma at base points in (0, 1/2).

    >>> log_gamma(Rational(5, 2))
    -2*log(2) + log(pi)/2 + log(3)
    """
    shift = int(sympy.ceiling(x)) - 1
    base = x - shift
    return _log_gamma_in_unit(base) + sympy.Add(*(_log(base + j) for j in range(shift)))


def _log_gamma_in_unit(x: sympy.Rational) -> sympy.Expr:
    if x == 1:
        return sympy.Integer(0)
    if x == Rational(1, 2):
        return log(pi) / 2
    if x > Rational(1, 2):
        return log(pi) - log_sine(int(x.p), int(x.q)) - _log_gamma_in_unit(1 - x)
    if x == Rational(1, 6):
        # Duplication at 1/6 and reflection at 1/3.
        return -log(2) / 3 + log(3) / 2 - log(pi) / 2 + 2 * log(sympy.gamma(Rational(1, 3)))
    return log(sympy.gamma(x))


def _log_gamma_roots(factor: sympy.Poly, centre: sympy.Rational, start: int) -> sympy.Expr:
    """The sum of log Gamma(start - root) over the roots of the factor.

    Roots symmetric about a multiple of 1/2 close by Gamma(1+z) Gamma(1-z) = pi z/sin(pi z) and
    Gamma(1/2+z) Gamma(1/2-z) = pi/cos(pi z).
    """
    x = factor.compose(sympy.Poly(n + centre, n, domain="QQ"))
    begin = start - centre
    if (2 * centre).q != 1 or any(c != 0 for c in x.all_coeffs()[1::2]):
        if factor.degree() > 2:
            raise OutOfClass
        root = sqrt(-x.nth(0))
        return sympy.loggamma(begin + root) + sympy.loggamma(begin - root)
    half = centre.q == 2
    first = Rational(1, 2) if half else sympy.Integer(1)
    value = _reflected(x, half)
    low, high = int(min(begin - first, 0)), int(max(begin - first, 0))
    steps = sympy.Add(*(_log(abs(x.eval(first + j))) for j in range(low, high)))
    return value + steps if begin >= first else value - steps


def _reflected(x: sympy.Poly, half: bool) -> sympy.Expr:
    """The sum of log |Gamma(1 - z)| (or of 1/2 - z) over the roots z of an even polynomial of degree 2 or 4."""
    if x.degree() == 2:
        return _reflected_pair(x.nth(0), half)
    p, q = x.nth(2), x.nth(0)
    discriminant = p**2 - 4 * q
    if discriminant > 0:
        return sympy.Add(*(_reflected_pair((p + s * sqrt(discriminant)) / 2, half) for s in (1, -1)))
    # z = +-u +- i v, and |sin(pi z)|**2 = (cosh(2 pi v) - cos(2 pi u))/2.
    u, v = sqrt((sqrt(q) - p / 2) / 2), sqrt((sqrt(q) + p / 2) / 2)
    wave = cosh(2 * pi * v) + (1 if half else -1) * cos(2 * pi * u)
    return 2 * log(pi) + log(2) - log(wave) + (0 if half else _log(q) / 2)


def _reflected_pair(beta: sympy.Expr, half: bool) -> sympy.Expr:
    """The same for x**2 + beta."""
    root = sqrt(abs(beta))
    if beta > 0:
        return log(pi) - log(cosh(pi * root)) if half else log(pi) + _log(root) - log(sinh(pi * root))
    wave = cos(pi * root) if half else sin(pi * root)
    wave = wave if wave.evalf(30) > 0 else -wave
    return log(pi) - log(wave) + (0 if half else _log(root))


def _log(x: sympy.Expr) -> sympy.Expr:
    """log(x) of a positive number; rationals and their roots over the primes."""
    if x.is_Rational:
        return log_integer(int(x.p)) - log_integer(int(x.q))
    square = sympy.expand(x**2)
    return _log(square) / 2 if square.is_Rational else log(x)


def _joined(value: sympy.Expr) -> sympy.Expr:
    """The logarithms of rational numbers over the primes."""
    return value.replace(log, lambda x: _log(x) if x.is_Rational and x.is_positive else log(x))


def _tidy(value: sympy.Expr) -> sympy.Expr:
    return sympy.expand(_joined(value))
