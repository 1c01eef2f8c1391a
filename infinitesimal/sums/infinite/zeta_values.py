"""Sums of (n+a)**-s and of their products with signs, periodic weights, powers x**n and logarithms.

Riemann's and Hurwitz's zeta functions, Dirichlet's eta and beta, polylogarithms, and their derivatives
in s for factors log(n+a)**k (Apostol, *Introduction to Analytic Number Theory*, ch. 12). A conditionally
convergent periodic sum is the analytic continuation in s: the weights of one period have the sum 0.
"""

from dataclasses import dataclass

import sympy
from sympy import Derivative, EulerGamma, Rational, Subs, log, pi, stieltjes

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite import radicals
from infinitesimal.sums.infinite.digamma import hurwitz, log_integer, psi
from infinitesimal.sums.infinite.fourier import wave_sum
from infinitesimal.sums.infinite.polylogarithms import parts, real_polylog
from infinitesimal.sums.infinite.rational_sums import add_known
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import ONE, Wave, multiplied_out, waves

MAX_LOG_POWER = 6
MAX_START = 2000

_ONE = sympy.S.One


@dataclass(frozen=True)
class Power:
    """constant * (n + a)**-s * log(n + a)**k with rational a and real s."""

    constant: sympy.Expr
    a: sympy.Rational
    s: sympy.Expr
    k: int


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of real powers of n + a with waves and powers of log(n + a), or None.

    >>> closed_form(Summand((-1) ** (n + 1) / sympy.sqrt(n), 1))
    zeta(1/2) - sqrt(2)*zeta(1/2)
    """
    if a.start > MAX_START:
        return None
    decomposition = waves(_logarithmic_exponents(a.expr))
    if decomposition is None:
        return None
    total = add_known(_wave_sum(wave, rest, a.start) for wave, rest in decomposition.items())
    return None if total is None else sympy.expand(total)


def _logarithmic_exponents(expr: sympy.Expr) -> sympy.Expr:
    """b**(c log(x)) as x**(c log(b))."""

    def swapped(power: sympy.Expr) -> sympy.Expr:
        weight, logarithm = power.exp.as_independent(n, as_Add=False)
        if isinstance(logarithm, log) and power.base.is_positive and not power.base.has(n):
            return logarithm.args[0] ** (weight * log(power.base))
        return power

    return expr.replace(lambda part: part.is_Pow and part.exp.has(log), swapped)


def _wave_sum(wave: Wave, rest: sympy.Expr, start: int) -> sympy.Expr | None:
    """The rational terms by `fourier`, the others one by one; they must converge one by one."""
    found = _read(rest)
    if found is None and rest.has(sympy.Pow):
        found = _read(_rationalised(rest, start))
    if found is None:
        return None
    rational, powers = found
    regular = wave_sum(wave, rational, start) if rational != 0 else sympy.S.Zero
    if wave == ONE:
        return add_known([regular, _plain_powers(powers, start)])
    if wave.ratio == 1 and not _bounded(powers, 0):
        return None
    return add_known([regular, *(_weighted(wave, power, start) for power in powers)])


def _read(rest: sympy.Expr) -> tuple[sympy.Expr, list[Power]] | None:
    """The rational part and the powers of n + a that an expression is the sum of."""
    rational = sympy.S.Zero
    powers: list[Power] = []
    for term in multiplied_out(rest):
        if term.is_rational_function(n):
            rational += term
            continue
        found = _powers(term)
        if found is None:
            return None
        powers += found
    return rational, powers


def _rationalised(rest: sympy.Expr, start: int) -> sympy.Expr:
    """A function of square roots with rational denominators, the factor of sqrt(n + a) by powers of n + a."""
    parts = radicals.read(rest, start)
    if parts is None or any(len(key) > 1 or sympy.degree(key[0], n) != 1 for key in parts if key):
        return rest
    total = parts.pop((), sympy.S.Zero)
    for (radicand,), factor in parts.items():
        slope, offset = sympy.Poly(radicand, n).all_coeffs()
        at_zero = sympy.apart(sympy.cancel(factor.subs(n, (n - offset) / slope)), n)
        total += sympy.Add(
            *((term * sympy.sqrt(n)).subs(n, radicand) for term in sympy.Add.make_args(sympy.expand(at_zero)))
        )
    return total


def _powers(term: sympy.Expr) -> list[Power] | None:
    """The term as a sum of constants times powers of n + a and of its logarithm."""
    constant, rest = term.as_independent(n, as_Add=False)
    shift: sympy.Expr | None = None
    s, k, scale_log = sympy.S.Zero, 0, sympy.S.Zero
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        logarithm = isinstance(base, log)
        argument = base.args[0] if logarithm else base
        if not argument.is_polynomial(n) or not exponent.is_real or exponent.has(n) or exponent.free_symbols:
            return None
        linear = sympy.Poly(argument, n).all_coeffs()
        if len(linear) != 2 or not all(c.is_Rational for c in linear) or linear[0] <= 0:
            return None
        scale, offset = linear
        if shift not in (None, offset / scale) or (logarithm and (k or not 0 < exponent <= MAX_LOG_POWER)):
            return None
        shift = offset / scale
        if logarithm:
            if not exponent.is_Integer:
                return None
            k, scale_log = int(exponent), log_integer(int(scale.p)) - log_integer(int(scale.q))
        else:
            s -= exponent
            constant *= scale**exponent
    if shift is None or abs(shift) > MAX_START:
        return None
    return [
        Power(constant * sympy.binomial(k, j) * scale_log ** (k - j), shift, s, j)
        for j in range(k + 1)
        if j == k or scale_log != 0
    ]


def _plain_powers(powers: list[Power], start: int) -> sympy.Expr | None:
    """The sum without weights: each exponent above 1, or powers below 1 whose growing parts cancel.

    sum_{n<N} (n+a)**-s = zeta(s, a) - zeta(s, N+a), and the expansion of the last in N has no constant for s
    that are no integers, so a convergent combination is the sum of its zeta values.
    """
    total = sympy.S.Zero
    for power in powers:
        if power.s <= 1 and (power.k or power.s.is_Integer):
            return None
        part = _zeta(power, power.a + start)
        if part is None:
            return None
        total += power.constant * part
    return total if _bounded([power for power in powers if power.s < 1], 1) else None


def _bounded(powers: list[Power], order: int) -> bool:
    """Whether a combination of (n+a)**-s is o(n**-order): the coefficients of n**-s with s <= order vanish."""
    growing = [power for power in powers if power.s <= order]
    if any(power.k for power in growing):
        return False
    x = sympy.Dummy("x")
    for fraction in {power.s % 1 for power in growing}:
        same = [power for power in growing if power.s % 1 == fraction]
        lowest = min(power.s for power in same)
        terms = int(sympy.floor(order - lowest)) + 1
        series = sympy.Add(
            *(
                power.constant * x ** (power.s - lowest + j) * sympy.binomial(-power.s, j) * power.a**j
                for power in same
                for j in range(terms)
            )
        )
        if any(sympy.expand(sympy.expand(series).coeff(x, j)) != 0 for j in range(terms)):
            return False
    return True


def _zeta(power: Power, begin: sympy.Rational) -> sympy.Expr | None:
    """The sum of (begin + j)**-s log(begin + j)**k for j >= 0, continued in s; None at a pole or for log of x <= 0."""
    if begin == 0 and power.s < 0 and power.k == 0:
        return hurwitz(power.s, sympy.S.One)
    if begin <= 0:
        return None
    if power.k == 0:
        return hurwitz(power.s, begin)
    base, shift = _fraction(begin)
    prefix = sympy.Add(*((base + j) ** -power.s * log(base + j) ** power.k for j in range(shift)))
    return (-1) ** power.k * zeta_derivative(power.k, power.s, base) - prefix


def _fraction(begin: sympy.Rational) -> tuple[sympy.Rational, int]:
    shift = int(sympy.ceiling(begin)) - 1
    return begin - shift, shift


def zeta_derivative(k: int, s: sympy.Expr, a: sympy.Rational = _ONE) -> sympy.Expr:
    """The derivative of order k of zeta(s, a) in s, for 0 < a <= 1; zeta'(0) and a = 1/2 are simplified.

    >>> zeta_derivative(1, sympy.S.Zero)
    -log(pi)/2 - log(2)/2
    """
    if k == 0:
        return hurwitz(s, a)
    if a == Rational(1, 2):
        # (2**s - 1) zeta(s), by Leibniz's rule.
        return sympy.expand(
            sympy.Add(
                *(
                    sympy.binomial(k, j) * (2**s * log(2) ** j - (1 if j == 0 else 0)) * zeta_derivative(k - j, s)
                    for j in range(k + 1)
                )
            )
        )
    if a == 1 and s == 0 and k == 1:
        return -(log(2) + log(pi)) / 2
    if a < 1 and s == -1 and k == 1 and (a > Rational(1, 2) or a.q in (3, 4, 6)):
        return _first_derivative_at_minus_one(a)
    x = sympy.Symbol("s")
    inner = sympy.zeta(x) if a == 1 else sympy.zeta(x, a)
    return Subs(Derivative(inner, (x, k)), x, s)


def _first_derivative_at_minus_one(a: sympy.Rational) -> sympy.Expr:
    """zeta'(-1, a) by reflection to a < 1/2, and by distribution for thirds, quarters and sixths.

    zeta'(-1, a) - zeta'(-1, 1 - a) = Cl_2(2 pi a)/(2 pi), from Hurwitz's formula; the sum over a = r/q is that of
    q**s zeta(s). Source: Adamchik, "Polygamma functions of negative order" (1998).
    """

    def at(b: sympy.Rational) -> sympy.Expr:
        return zeta_derivative(1, -_ONE, b)

    clausen = parts(sympy.Integer(2), _ONE, 2 * pi * a)
    difference = sympy.expand(clausen[1] / (2 * pi)) if clausen else sympy.S.Zero
    if a.q not in (3, 4, 6):
        return at(1 - a) + difference
    known = [Rational(r, a.q) for r in range(1, int(a.q) + 1) if Rational(r, a.q).q != a.q]
    whole = (log_integer(int(a.q)) * sympy.zeta(-1) + at(_ONE)) / a.q
    return sympy.expand((whole - sympy.Add(*map(at, known)) + difference) / 2)


def _weighted(wave: Wave, power: Power, start: int) -> sympy.Expr | None:
    """The sum of the power times a wave that is not constant."""
    if wave.ratio != 1:
        return _with_exponential(wave, power, start)
    turns = wave.angle / (2 * pi)
    if not turns.is_Rational:
        return None
    if power.a + start == 0 and power.s < 0 and power.k == 0:
        start += 1
    q = int(turns.q)
    if power.k == 0 and power.a.is_Integer and power.s.is_Integer is False and power.a + start >= 1:
        return _shifted_parts(wave, power, start)
    value = sympy.sin if wave.odd else sympy.cos
    weights = [value(wave.angle * (start + r)) for r in range(q)]
    points = [(power.a + start + r) / q for r in range(q)]
    if points[0] <= 0:
        return None
    # log(n + a) = log q + log((n + a)/q) in each residue class.
    total = sympy.S.Zero
    for weight, point in zip(weights, points, strict=True):
        for j in range(power.k + 1):
            part = _regular(Power(sympy.S.One, power.a, power.s, j), point)
            total += weight * sympy.binomial(power.k, j) * log_integer(q) ** (power.k - j) * part
    return sympy.expand(power.constant * sympy.Integer(q) ** (-power.s) * sympy.expand(total))


def _regular(power: Power, point: sympy.Rational) -> sympy.Expr:
    """The constant of the sum of (point + j)**-s log**k; at s = 1 a Stieltjes constant takes the place of zeta."""
    if power.s != 1:
        return _zeta(power, point) or sympy.S.Zero
    base, shift = _fraction(point)
    prefix = sympy.Add(*(log(base + j) ** power.k / (base + j) for j in range(shift)))
    return stieltjes_constant(power.k, base) - prefix


def stieltjes_constant(k: int, a: sympy.Rational) -> sympy.Expr:
    """The constant of sum log(j+a)**k/(j+a) - log(N)**(k+1)/(k+1), for 0 < a <= 1.

    At a = 1/2 from (2**s - 1) zeta(s): the Laurent coefficients of the product at s = 1.
    """
    if k == 0:
        return -psi(a)
    if a == 1:
        return stieltjes(k)
    if a == Rational(1, 2):
        e = sympy.Dummy("e")
        gammas = [EulerGamma, *(stieltjes(j) for j in range(1, k + 1))]
        zeta = 1 / e + sympy.Add(*((-1) ** j * g * e**j / sympy.factorial(j) for j, g in enumerate(gammas)))
        factor = sympy.Add(*(2 * log(2) ** j * e**j / sympy.factorial(j) for j in range(k + 2))) - 1
        return sympy.expand((-1) ** k * sympy.factorial(k) * sympy.expand(zeta * factor).coeff(e, k))
    return stieltjes(k, a)


def _shifted_parts(wave: Wave, power: Power, start: int) -> sympy.Expr | None:
    """A whole shift a: m = n + a from a + start on, by the polylogarithm on the unit circle."""
    pair = parts(power.s, wave.ratio, wave.angle)
    if pair is None:
        return None
    a, t = int(power.a), wave.angle
    c, d = sympy.cos(a * t), sympy.sin(a * t)
    value = (c * pair[1] - d * pair[0]) if wave.odd else (c * pair[0] + d * pair[1])
    trig = sympy.sin if wave.odd else sympy.cos
    prefix = sympy.Add(*(trig((m - a) * t) * sympy.Integer(m) ** (-power.s) for m in range(1, a + start)))
    return sympy.expand(power.constant * (value - prefix))


def _with_exponential(wave: Wave, power: Power, start: int) -> sympy.Expr | None:
    """x**n/(n+a)**s with real |x| < 1 and no logarithm: a polylogarithm, or Lerch's function."""
    if power.k or wave.angle not in (0, pi) or not wave.ratio.evalf(30) < 1 or power.a + start <= 0:
        return None
    z = wave.ratio * (1 if wave.angle == 0 else -1)
    if power.a.is_Integer:
        prefix = sympy.Add(*(z**m * sympy.Integer(m) ** (-power.s) for m in range(1, int(power.a) + start)))
        return power.constant * z ** (-power.a) * (real_polylog(power.s, z) - prefix)
    return power.constant * z**start * sympy.lerchphi(z, power.s, power.a + start)
