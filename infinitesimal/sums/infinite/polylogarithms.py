"""Real and imaginary part of Li_s(r exp(i t)): the sums of r**n cos(n t)/n**s and r**n sin(n t)/n**s.

Bernoulli polynomials where the parity fits, logarithms and arctangents for s = 1, finite Hurwitz sums
for rational parts of a turn, the known values at 1/2 (Lewin, *Polylogarithms and Associated Functions*);
what is left stays a polylogarithm.
"""

import sympy
from sympy import I, Rational, atan, cos, log, pi, polylog, sin

from infinitesimal.sums.infinite.digamma import GOLDEN_LOG, hurwitz, log_integer, log_sine
from infinitesimal.sums.summands.waves import turn

Pair = tuple[sympy.Expr, sympy.Expr]

MAX_DENOMINATOR = 60


def parts(s: sympy.Expr, ratio: sympy.Expr, angle: sympy.Expr) -> Pair | None:
    """Cosine sum and sine sum over n >= 1, for 0 < ratio <= 1; None where they diverge (s = 1 at 1).

    >>> parts(sympy.Integer(2), sympy.S.One, pi / 2)
    (-pi**2/48, Catalan)
    """
    angle = turn(angle)
    if ratio == 1:
        return _on_circle(s, angle)
    if s == 1:
        return _logarithm(ratio, angle)
    if angle in (0, pi):
        return real_polylog(s, ratio if angle == 0 else -ratio), sympy.S.Zero
    if not s.is_Integer:
        return None
    up, down = polylog(s, ratio * sympy.exp(I * angle)), polylog(s, ratio * sympy.exp(-I * angle))
    return (up + down) / 2, (up - down) / (2 * I)


def real_polylog(s: sympy.Expr, z: sympy.Expr) -> sympy.Expr:
    """Li_s(z) for real -1 <= z < 1, by its known values where there are some.

    >>> real_polylog(sympy.Integer(3), Rational(1, 2))
    -pi**2*log(2)/12 + log(2)**3/6 + 7*zeta(3)/8
    """
    if s == 1:
        return -tidy_log(1 - z)
    if z == -1:
        return -eta(s)
    golden = (sympy.sqrt(5) - 1) / 2
    known = {
        (2, Rational(1, 2)): pi**2 / 12 - log(2) ** 2 / 2,
        (3, Rational(1, 2)): 7 * sympy.zeta(3) / 8 - pi**2 * log(2) / 12 + log(2) ** 3 / 6,
        (2, golden): pi**2 / 10 - GOLDEN_LOG**2,
        (2, -golden): -(pi**2) / 15 + GOLDEN_LOG**2 / 2,
        (2, 1 - golden): pi**2 / 15 - GOLDEN_LOG**2,
    }
    for (order, point), value in known.items():
        if s == order and sympy.expand(sympy.radsimp(z) - point) == 0:
            return value
    return polylog(s, z, evaluate=False)


def eta(s: sympy.Expr) -> sympy.Expr:
    """Dirichlet's eta function, the sum of (-1)**(n+1)/n**s, for real s > 0."""
    return log(2) if s == 1 else sympy.expand((1 - 2 ** (1 - s)) * sympy.zeta(s))


def tidy_log(x: sympy.Expr) -> sympy.Expr:
    """log(x) of a positive constant, over the primes where it is rational."""
    if x.is_Rational:
        return log_integer(int(x.p)) - log_integer(int(x.q))
    return log(sympy.radsimp(x))


def _logarithm(ratio: sympy.Expr, angle: sympy.Expr) -> Pair:
    """-log(1 - z) in its two parts."""
    if angle in (0, pi):
        return -tidy_log(1 - ratio * cos(angle)), sympy.S.Zero
    x, y = ratio * cos(angle), ratio * sin(angle)
    return -tidy_log(sympy.expand(1 - 2 * x + ratio**2)) / 2, atan(sympy.radsimp(y / (1 - x)))


def _on_circle(s: sympy.Expr, angle: sympy.Expr) -> Pair | None:
    turns = angle / (2 * pi)
    if angle == 0:
        return None if (s - 1).is_positive is not True else (sympy.zeta(s), sympy.S.Zero)
    if angle == pi:
        return -eta(s), sympy.S.Zero
    if s.is_Integer and s >= 1:
        return _by_bernoulli(int(s), angle)
    if not turns.is_Rational or turns.q > MAX_DENOMINATOR:
        return None
    return _by_hurwitz(s, turns)


def _by_bernoulli(m: int, angle: sympy.Expr) -> Pair:
    """The part with the parity of m from the Fourier series of a Bernoulli polynomial, 0 < angle < 2 pi."""
    turns = angle / (2 * pi)
    x = sympy.Dummy("x")
    polynomial = sympy.bernoulli(m, x).subs(x, turns)
    regular = sympy.expand(-((-1) ** (m // 2)) * (2 * pi) ** m / (2 * sympy.factorial(m)) * polynomial)
    if m == 1:
        if turns.is_Rational:
            return -log(2) - log_sine(int(turns.p), int(turns.q)), regular
        return -log(2 * sin(angle / 2)), regular
    if turns.is_Rational and turns.q <= MAX_DENOMINATOR:
        irregular = _by_hurwitz(sympy.Integer(m), turns)[0 if m % 2 else 1]
    else:
        up, down = polylog(m, sympy.exp(I * angle)), polylog(m, sympy.exp(-I * angle))
        irregular = (up + down) / 2 if m % 2 else (up - down) / (2 * I)
    return (irregular, regular) if m % 2 else (regular, irregular)


def _by_hurwitz(s: sympy.Expr, turns: sympy.Rational) -> Pair:
    """Split n by its residue modulo the denominator q: q**-s sum of cos(2 pi p r/q) zeta(s, r/q)."""
    p, q = int(turns.p), int(turns.q)
    # For s < 1 the zeta function is continued: the weights have the sum 0, and this is the conditional sum.
    values = [(r, hurwitz(s, Rational(r, q))) for r in range(1, q + 1)]
    scale = sympy.Integer(q) ** (-s)
    even = sympy.Add(*(cos(2 * pi * Rational(p * r, q)) * value for r, value in values))
    odd = sympy.Add(*(sin(2 * pi * Rational(p * r, q)) * value for r, value in values))
    return sympy.expand(scale * even), sympy.expand(scale * odd)


def tidy(value: sympy.Expr) -> sympy.Expr:
    """The sum with logarithms of irrational numbers and arctangents of equal weight joined.

    >>> tidy(2 * atan(Rational(1, 2)) + 2 * atan(Rational(1, 3)))
    pi/2
    """
    rest = sympy.S.Zero
    logs: dict[sympy.Expr, sympy.Expr] = {}
    tangents: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(value):
        factor = next((f for f in sympy.Mul.make_args(term) if isinstance(f, log | atan)), None)
        argument = None if factor is None else factor.args[0]
        if argument is None or argument.is_algebraic is not True or (isinstance(factor, log) and argument.is_Rational):
            rest += term
            continue
        weight = term / factor
        if isinstance(factor, atan):
            if weight.could_extract_minus_sign():
                weight, argument = -weight, -argument
            rest += weight * pi * _join(tangents, weight, argument)
        elif -weight in logs:
            logs[-weight] = sympy.radsimp(logs[-weight] / argument)
        else:
            logs[weight] = sympy.radsimp(sympy.expand(logs.get(weight, sympy.S.One) * argument))
    joined = [w * tidy_log(x) for w, x in logs.items()] + [w * atan(x) for w, x in tangents.items()]
    return rest + sympy.expand(sympy.Add(*joined))


def _join(tangents: dict[sympy.Expr, sympy.Expr], weight: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    """Adds atan(y) to the one already there; the multiple of pi that the addition theorem leaves over."""
    x = tangents.pop(weight, sympy.S.Zero)
    product = sympy.radsimp(sympy.expand(x * y))
    if product == 1:
        return Rational(1, 2) if x.is_positive else Rational(-1, 2)
    tangents[weight] = sympy.radsimp((x + y) / (1 - product))
    if (product - 1).is_positive:
        return sympy.S.One if x.is_positive else sympy.Integer(-1)
    return sympy.S.Zero
