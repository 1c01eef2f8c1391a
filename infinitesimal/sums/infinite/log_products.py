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
from sympy import EulerGamma, Rational, log, pi

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.digamma import log_integer
from infinitesimal.sums.infinite.gamma_products import log_gamma, log_gamma_roots, log_of
from infinitesimal.sums.infinite.periodic import by_periods
from infinitesimal.sums.infinite.rational_sums import regularised_sum
from infinitesimal.sums.infinite.zeta_values import zeta_derivative
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import multiplied_out

MAX_DEGREE = 3
MAX_PREFIX = 60
MAX_START = 300

N, L = sympy.symbols("N L")
"""The cut-off and its logarithm."""


class OutOfClass(Exception):
    """A part of the term is no sum of this family."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of p(n) log R(n), with periodic signs, and of rational terms and H_n beside it; or None.

    >>> closed_form(Summand(1 / n - log(1 + 1 / n), 1))
    EulerGamma
    """
    if not a.expr.has(log) or a.parameters or a.start > MAX_START:
        return None
    grouped = by_periods(a)
    if grouped is None:
        return None
    expr, period, first = grouped
    try:
        prefix = sympy.Add(*(a.value(k) for k in range(a.start, period * first)))
        return sympy.expand(_joined(_closed_form(expr, first) + prefix))
    except OutOfClass:
        return None


@dataclass
class _Sums:
    """The constant of the sum up to N, its growing part in N and L, and what is left of Gamma functions."""

    start: int
    constant: sympy.Expr = sympy.S.Zero
    growth: sympy.Expr = sympy.S.Zero
    rational: sympy.Expr = sympy.S.Zero
    polynomial: sympy.Expr = sympy.S.Zero
    harmonic: sympy.Expr = sympy.S.Zero
    logs: dict[tuple[sympy.Poly, int], sympy.Expr] = field(default_factory=dict)


def _closed_form(expr: sympy.Expr, start: int) -> sympy.Expr:
    sums = _Sums(start)
    for term in multiplied_out(expr):
        _collect(sums, term)
    begin = _beginning(sums)
    prefix = sympy.Add(*(_joined(expr.subs(n, k)) for k in range(start, begin)))
    sums.start = begin
    _add_polynomial(sums)
    # The sum of H_n over n < N is N H_N - N, and H_N = L + gamma + 1/(2 N) + ...
    sums.growth += sums.harmonic * (N * L + EulerGamma * N + Rational(1, 2) - N)
    sums.constant -= sums.harmonic * (begin * sympy.harmonic(begin) - begin)
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
    if any(abs(factor.nth(factor.degree() - 1)) > MAX_START for factor, _ in factors):
        raise OutOfClass
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
            sums.logs[key] = sums.logs.get(key, sympy.S.Zero) + constant * multiplicity * c


def _factors(argument: sympy.Expr) -> tuple[sympy.Expr, list[tuple[sympy.Poly, int]]]:
    """The logarithm of the leading constant, and the monic irreducible factors with their multiplicities."""
    argument = sympy.together(argument)
    if not argument.is_rational_function(n):
        raise OutOfClass
    lead: sympy.Expr = sympy.S.Zero
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
    """Notes c H_{n+k} as c H_n and rational terms."""
    shift = index - n
    if not shift.is_Integer or abs(shift) > MAX_PREFIX:
        raise OutOfClass
    sums.rational += constant * sympy.Add(*(1 / (n + j) for j in range(1, shift + 1)))
    sums.rational -= constant * sympy.Add(*(1 / (n + j) for j in range(shift + 1, 1)))
    sums.harmonic += constant


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
        gammas = log_gamma_roots(factor, centre, sums.start)
        if gammas is None:
            raise OutOfClass
        sums.growth += coefficient * d * ((N - centre - Rational(1, 2)) * L - N)
        sums.constant -= coefficient * (gammas - d * (log(2) + log(pi)) / 2)
        return
    a = factor.nth(0)
    sums.growth += coefficient * _expansion(degree, a)
    begin = a + sums.start
    if degree == 0:
        sums.constant -= coefficient * (log_gamma(begin) - log(2) / 2 - log(pi) / 2)
        return
    base, shift = begin - (sympy.ceiling(begin) - 1), int(sympy.ceiling(begin)) - 1
    # zeta'(-k, x + 1) = zeta'(-k, x) + x**k log(x)
    steps = sympy.Add(*((base + j) ** degree * log_of(base + j) for j in range(shift)))
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
    result = sympy.S.Zero
    for term in sympy.Add.make_args(expanded):
        coefficient, power = term.as_coeff_exponent(x)
        binomial = sympy.Add(*(sympy.binomial(power, j) * a**j * e ** (j - power) for j in range(order + 1)))
        result += sympy.expand(coefficient.subs(sympy.Symbol("l"), logarithm) * binomial)
    result = sympy.expand(result)
    return sympy.Add(*(result.coeff(e, -j) * N**j for j in range(order + 1)))


def _joined(value: sympy.Expr) -> sympy.Expr:
    """The logarithms of rational numbers over the primes."""
    return value.replace(log, lambda x: log_of(x) if x.is_Rational and x.is_positive else log(x))
