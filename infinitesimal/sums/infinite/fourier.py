"""Sums of rational functions times r**n cos(n t) and r**n sin(n t).

Poles at rational numbers lead to polylogarithms by roots of unity, pairs of poles symmetric about an
integer or half an integer to the expansions of cosh(b(pi-t))/sinh(pi b) and its kin, polynomials to
geometric series. Sources: Abramowitz & Stegun 27.8; Gradshteyn & Ryzhik 1.44-1.45; Bromwich,
*An Introduction to the Theory of Infinite Series*.
"""

from dataclasses import dataclass, field

import sympy
from sympy import Rational, cos, cosh, pi, sin, sinh, sqrt

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.digamma import hurwitz
from infinitesimal.sums.infinite.polylogarithms import Pair, parts, real_polylog, tidy
from infinitesimal.sums.infinite.rational_sums import add_known, rational_sum
from infinitesimal.sums.summands.partial_fractions import Fraction, decompose
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.sums.summands.waves import Wave, waves

MAX_SHIFT = 2000
MAX_DEGREE = 8
MAX_DENOMINATOR = 60


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of rational functions times r**n cos(n t), r**n sin(n t), with 1/n! allowed; or None.

    >>> closed_form(Summand(sympy.cos(n) / n**2, 1))
    -pi/2 + 1/4 + pi**2/6
    """
    decomposition = waves(a.expr)
    if decomposition is None:
        return None
    total = add_known(wave_sum(wave, rest, a.start) for wave, rest in decomposition.items())
    return None if total is None else _pythagorean(total)


def _pythagorean(value: sympy.Expr) -> sympy.Expr:
    """sin(c)**2 + cos(c)**2 = 1 where that makes the value shorter."""
    for sine in value.atoms(sin):
        shorter = sympy.expand(value.subs(sine**2, 1 - cos(sine.args[0]) ** 2))
        value = min(value, shorter, key=sympy.count_ops)
    return value


def wave_sum(wave: Wave, rest: sympy.Expr, start: int) -> sympy.Expr | None:
    """The sum of `rest` times the wave from `start`; None where it diverges or is not of the class."""
    if rest.has(sympy.factorial):
        return _exponential_sum(wave, rest, start)
    if wave.ratio == 1 and wave.angle in (0, pi):
        return rational_sum(rest, start, wave.angle == pi)
    if wave.ratio != 1 and not wave.ratio.evalf(30) < 1:
        return None
    found = decompose(rest)
    if found is None or (found[0] and (wave.ratio == 1 or start > MAX_SHIFT)):
        return None
    polynomials, fractions = found
    if wave.angle not in (0, pi) and any(p.degree() > MAX_DEGREE for p in polynomials.values()):
        return None
    total = sympy.Add(*(c * _polynomial_sum(wave, p, start) for c, p in polynomials.items()))
    symmetric = _Symmetric(wave, start)
    if not all(symmetric.add(c, f) for c, f in fractions if f.factor.degree() > 1):
        return None
    rational = [_linear_sum(wave, c, f, start) for c, f in fractions if f.factor.degree() == 1]
    fractional = add_known([*rational, symmetric.value()])
    return None if fractional is None else tidy(total + sympy.expand(fractional))


def _value(wave: Wave, k: sympy.Expr) -> sympy.Expr:
    return wave.ratio**k * (sin if wave.odd else cos)(k * wave.angle)


def _polynomial_sum(wave: Wave, polynomial: sympy.Poly, start: int) -> sympy.Expr:
    """The sum of p(n) z**n: in falling factorials, sum of n(n-1)..(n-j+1) z**n = j! z**j/(1-z)**(j+1)."""
    shifted = polynomial.compose(sympy.Poly(n + start, n, domain="QQ"))
    r, c, s = wave.ratio, sympy.Dummy("c"), sympy.Dummy("s")
    if wave.angle in (0, pi):
        z = r * cos(wave.angle)
        real = sympy.Add(*(v * sympy.factorial(j) * z**j / (1 - z) ** (j + 1) for j, v in enumerate(_falling(shifted))))
        return _shortened(z**start * real)
    inverse: Pair = ((1 - r * c), r * s)
    norm = 1 - 2 * r * c + r**2
    power = inverse
    total: Pair = (sympy.S.Zero, sympy.S.Zero)
    for j, coefficient in enumerate(_falling(shifted)):
        scale = coefficient * sympy.factorial(j) / norm ** (j + 1)
        total = (total[0] + scale * power[0], total[1] + scale * power[1])
        power = _multiply(power, _multiply((r * c, r * s), inverse))
    for _ in range(start):
        total = _multiply(total, (r * c, r * s))
    top, bottom = sympy.fraction(sympy.together(total[1 if wave.odd else 0]))
    # s**2 = 1 - c**2, so that what is left is at most linear in s and common factors are seen.
    top = sympy.Poly(sympy.expand(top), s).rem(sympy.Poly(s**2 + c**2 - 1, s)).as_expr()
    value = sympy.factor(top / bottom)
    return _shortened(value.subs({c: cos(wave.angle), s: sin(wave.angle)}))


def _shortened(value: sympy.Expr) -> sympy.Expr:
    """An algebraic number with a rational denominator; anything else as one fraction."""
    if value.is_algebraic:
        return sympy.radsimp(sympy.expand(sympy.radsimp(value)))
    return sympy.factor(value)


def _falling(polynomial: sympy.Poly) -> list[sympy.Expr]:
    """The coefficients in the basis of falling factorials, by synthetic division at 0, 1, 2, ..."""
    result = []
    k = 0
    while not polynomial.is_zero:
        polynomial, remainder = divmod(polynomial, sympy.Poly(n - k, n, domain="QQ"))
        result.append(remainder.as_expr())
        k += 1
    return result


def _multiply(a: Pair, b: Pair) -> Pair:
    return sympy.expand(a[0] * b[0] - a[1] * b[1]), sympy.expand(a[0] * b[1] + a[1] * b[0])


def _linear_sum(wave: Wave, constant: sympy.Expr, fraction: Fraction, start: int) -> sympy.Expr | None:
    """A pole at -p/q of order s: with m = q n + p the sum runs over m = p modulo q, by roots of unity."""
    if not fraction.centre.is_Rational:
        return None
    p, q, s = int(-fraction.centre.p), int(fraction.centre.q), fraction.power
    first = q * start + p
    if (q == 1 and first <= 0) or abs(first) > MAX_SHIFT or q > MAX_DENOMINATOR:
        return None
    if s > 1 and q > 1:
        value = _hurwitz_sum(wave, s, first, q, start) if wave.ratio == 1 else _lerch_sum(wave, s, first, q, start)
        if value is not None or wave.ratio != 1:
            return None if value is None else sympy.expand(constant * fraction.numerator.as_expr() * value)
    y, angle = wave.ratio ** Rational(1, q), wave.angle / q
    even = odd = sympy.S.Zero
    for j in range(q):
        pair = parts(sympy.Integer(s), y, angle + 2 * pi * Rational(j, q))
        if pair is None:
            return None
        c, d = cos(2 * pi * Rational(j * p, q)) / q, sin(2 * pi * Rational(j * p, q)) / q
        even += c * pair[0] + d * pair[1]
        odd += c * pair[1] - d * pair[0]
    # sum of y**m cos(m angle)/m**s over m = p mod q, m >= 1; from m - p back to n.
    c, d = cos(p * angle), sin(p * angle)
    value = (c * odd - d * even) if wave.odd else (c * even + d * odd)
    value = y ** (-p) * value
    members = range(first, 1, q) if first <= 0 else range(p % q or q, first, q)
    sign = 1 if first <= 0 else -1
    for m in members:
        value += sign * _value(wave, Rational(m - p, q)) / sympy.Integer(m) ** s
    return sympy.expand(constant * fraction.numerator.as_expr() * q**s * value)


def _hurwitz_sum(wave: Wave, s: int, first: int, q: int, start: int) -> sympy.Expr | None:
    """Terms with power s > 1 of n + first/q - start by the residue classes of n, where the angle has a period."""
    turns = wave.angle / (2 * pi)
    if not turns.is_Rational:
        return None
    period = int(turns.q)
    classes = (
        _value(wave, sympy.Integer(start + r)) * hurwitz(sympy.Integer(s), Rational(first + q * r, q * period))
        for r in range(period)
    )
    return sympy.expand(sympy.Add(*classes) / sympy.Integer(period) ** s)


def _lerch_sum(wave: Wave, s: int, first: int, q: int, start: int) -> sympy.Expr | None:
    """The same for a decaying real wave: two polylogarithms for halves, else Lerch's function."""
    if wave.angle not in (0, pi):
        return None
    if first <= 0:
        rest = _lerch_sum(wave, s, first + q, q, start + 1)
        return None if rest is None else rest + _value(wave, sympy.Integer(start)) / Rational(first, q) ** s
    z = wave.ratio * cos(wave.angle)
    if q == 2 and z.is_positive:
        y = sqrt(z)
        odd = (real_polylog(sympy.Integer(s), y) - real_polylog(sympy.Integer(s), -y)) / 2
        prefix = sympy.Add(*(y**m / sympy.Integer(m) ** s for m in range(1, first, 2)))
        return 2**s * y ** (2 * start - first) * (odd - prefix)
    return z**start * sympy.lerchphi(z, s, Rational(first, q))


@dataclass
class _Symmetric:
    """Sums of (A + B x)/(x**2 + beta) times cos(x t) and sin(x t), by groups that differ by a shift of the index.

    With x = n - h and 2 h whole only the parts even in x have a closed form; the others have to cancel.
    """

    wave: Wave
    start: int
    total: sympy.Expr = sympy.S.Zero
    groups: dict[tuple[sympy.Rational, bool], list[sympy.Expr]] = field(default_factory=dict)

    def add(self, constant: sympy.Expr, fraction: Fraction) -> bool:
        h, t = fraction.centre, self.wave.angle
        if self.wave.ratio != 1 or fraction.factor.degree() != 2 or fraction.power != 1 or not (2 * h).is_Integer:
            return False
        numerator, factor = fraction.centred()
        half = h.q == 2
        first = Rational(1, 2) if half else sympy.S.One
        begin = self.start - h
        if abs(begin) > MAX_SHIFT:
            return False
        term = constant * numerator.as_expr() / factor.as_expr()
        for j in range(int(min(begin - first, 0)), int(max(begin - first, 0))):
            value = term.subs(n, first + j) * _value(self.wave, first + j + h)
            self.total += value if begin < first else -value
        # cos((x+h)t) = cos(ht) cos(xt) - sin(ht) sin(xt), and so for the sine.
        cosine, sine = (sin(h * t), cos(h * t)) if self.wave.odd else (cos(h * t), -sin(h * t))
        group = self.groups.setdefault((factor.nth(0), half), [sympy.S.Zero] * 4)
        a, b = constant * numerator.nth(0), constant * numerator.nth(1)
        for i, part in enumerate((a * cosine, b * sine, a * sine, b * cosine)):
            group[i] += part
        return True

    def value(self) -> sympy.Expr | None:
        total = self.total
        for (beta, half), (even, odd, *open_parts) in self.groups.items():
            if any(sympy.expand(part) != 0 for part in open_parts):
                return None
            x = sympy.Dummy("x")
            kernel = _kernel(beta, half, x)
            bilateral = even * kernel.subs(x, self.wave.angle) - odd * kernel.diff(x).subs(x, self.wave.angle)
            total += (bilateral - (0 if half else even / beta)) / 2
        return total


def _kernel(beta: sympy.Rational, half: bool, t: sympy.Expr) -> sympy.Expr:
    """The sum of cos(x t)/(x**2 + beta) over all integers x, or all x + 1/2, for 0 <= t <= 2 pi."""
    root = sqrt(abs(beta))
    if beta > 0:
        up, down = (sinh, cosh) if half else (cosh, sinh)
        return pi * up(root * (pi - t)) / (root * down(pi * root))
    if half:
        return pi * sin(root * (pi - t)) / (root * cos(pi * root))
    return -pi * cos(root * (pi - t)) / (root * sin(pi * root))


def _exponential_sum(wave: Wave, rest: sympy.Expr, start: int) -> sympy.Expr | None:
    """p(n) z**n/n! by falling factorials: the sum from 0 is exp(z) sum of c_j z**j."""
    polynomial = (rest * sympy.factorial(n)).as_poly(n)
    if start > MAX_SHIFT or polynomial is None or any(c.has(sympy.factorial) for c in polynomial.coeffs()):
        return None
    x, y = wave.ratio * cos(wave.angle), wave.ratio * sin(wave.angle)
    scale = sympy.exp(x)
    power: Pair = (scale * cos(y), scale * sin(y))
    total = sympy.S.Zero
    falling = polynomial
    k = 0
    while not falling.is_zero:
        falling, remainder = sympy.div(falling, sympy.Poly(n - k, n))
        total += remainder.as_expr() * power[1 if wave.odd else 0]
        power = _multiply(power, (x, y))
        k += 1
    prefix = sympy.Add(*(rest.subs(n, j) * _value(wave, sympy.Integer(j)) for j in range(start)))
    return sympy.expand(total - prefix)
