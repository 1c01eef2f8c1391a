"""What is left after n terms: in closed form, or between two bounds that are proved."""

from collections import defaultdict
from dataclasses import dataclass

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.signs import Sign, convex_from, decreasing_from, sign_from
from infinitesimal.sums.summands.partial_fractions import decompose
from infinitesimal.sums.summands.ratios import symbolic_ratio
from infinitesimal.sums.summands.summand import Summand, shift


@dataclass(frozen=True)
class RemainderBounds:
    """lower <= sign*R(n) <= upper for every n >= `first`, where R(n) is the sum of the terms after the n-th.

    The bounds are expressions in n, and `test` names the theorem they come from.
    """

    lower: sympy.Expr
    upper: sympy.Expr
    sign: sympy.Expr
    first: int
    test: str

    def shifted(self, by: int) -> "RemainderBounds":
        """The bounds with n + `by` in the place of n."""
        lower, upper, sign = (shift(x, by) for x in (self.lower, self.upper, self.sign))
        return RemainderBounds(lower, upper, sign, max(self.first - by, 0), self.test)

    def at(self, index: int) -> tuple[sympy.Expr, sympy.Expr]:
        """The lower and the upper bound of R(index), with its sign."""
        sign = self.sign.subs(n, index)
        ends = (sign * self.lower.subs(n, index), sign * self.upper.subs(n, index))
        return ends if sign > 0 else (ends[1], ends[0])

    def __str__(self) -> str:
        middle = "R(n)" if self.sign == 1 else f"({self.sign})*R(n)"
        return f"{self.lower} <= {middle} <= {self.upper} for n >= {self.first} ({self.test})"

    __repr__ = __str__


def rational_remainder(a: Summand) -> sympy.Expr | None:
    """The sum of a rational term, plain or alternating, over all indices above n, in polygamma functions; else None.

    By partial fractions over Q: the sum of c/(k + b)**m over k > n is c*(-1)**m*psi^(m-1)(n + 1 + b)/(m - 1)!,
    also for m = 1, where the c add up to 0 (Abramowitz and Stegun, 6.4.10). Alternating sums are two of those, over
    every other index. Only rational poles.

    >>> rational_remainder(Summand(1 / n**2))
    polygamma(1, n + 1)
    >>> rational_remainder(Summand((-1) ** n / n))
    -(-1)**n*(polygamma(0, n/2 + 1) - polygamma(0, (n + 1)/2))/2
    """
    sign, size = alternating_part(a.expr)
    weights = None if a.parameters else _partial_fractions(size)
    if weights is None:
        return None
    return _in_polygammas(weights) if sign is None else _alternating_in_polygammas(weights, sign)


Weights = dict[tuple[sympy.Rational, int], sympy.Rational]
"""c by (b, m) for the sum of c/(n + b)**m."""


def _partial_fractions(expr: sympy.Expr) -> Weights | None:
    """The partial fractions of a rational function without polynomial part and with rational poles."""
    found = decompose(expr) if expr.is_rational_function(n) else None
    if found is None or found[0]:
        return None
    weights: Weights = defaultdict(lambda: sympy.Integer(0))
    for constant, fraction in found[1]:
        if fraction.factor.degree() != 1:
            return None
        lead, shift_of_pole = fraction.factor.all_coeffs()
        scale = constant * fraction.numerator.as_expr() / lead**fraction.power
        weights[shift_of_pole / lead, fraction.power] += scale
    return weights


def _alternating_in_polygammas(weights: Weights, sign: sympy.Expr) -> sympy.Expr:
    """The sum of sign(k)*c/(k + b)**m over k > n, as the difference of the sums over every other index."""
    total: sympy.Expr = sympy.Integer(0)
    for (b, m), weight in weights.items():
        near, far = (sympy.polygamma(m - 1, (n + i + b) / 2) for i in (1, 2))
        total += weight * (-1) ** m * (near - far) / (2**m * sympy.factorial(m - 1))
    offset = sympy.expand(sign.exp - n) + 1
    return sympy.factor_terms((-1) ** (n + offset % 2) * total)


def _in_polygammas(weights: Weights) -> sympy.Expr:
    """The sum of c/(k + b)**m over k > n, the b of each class modulo 1 brought to its least member."""
    least: dict[sympy.Rational, sympy.Rational] = {}
    for b, _ in weights:
        least[b % 1] = min(b, least.get(b % 1, b))
    total: sympy.Expr = sympy.Integer(0)
    coefficients: Weights = defaultdict(lambda: sympy.Integer(0))
    for (b, m), weight in weights.items():
        base = least[b % 1]
        coefficients[base, m] += weight
        total -= sympy.Add(*(weight / (n + 1 + base + i) ** m for i in range(b - base)))
    for (b, m), weight in coefficients.items():
        total += weight * (-1) ** m * sympy.polygamma(m - 1, n + 1 + b) / sympy.factorial(m - 1)
    return total


def remainder_bounds(a: Summand) -> RemainderBounds | None:
    """Two-sided bounds of the remainder of a convergent series: between geometric series for terms with a
    monotone ratio, by the integral test for decreasing terms, by Leibniz for alternating ones (sharper where
    the terms are convex: Calabrese 1962), by Dirichlet for a cosine or sine times decreasing sizes.

    None where the monotonicity is not seen from the structure of the term.

    >>> remainder_bounds(Summand(1 / n**sympy.Rational(3, 2)))
    2/sqrt(n + 1) <= R(n) <= 2/sqrt(n) for n >= 1 (integral test)
    >>> remainder_bounds(Summand((-1) ** n / n))
    1/(2*(n + 1)) <= ((-1)**(n + 1))*R(n) <= 1/(2*n) for n >= 1 (Leibniz test, convex terms)
    """
    sign, size = alternating_part(a.expr)
    if sign is not None:
        return _leibniz(a, sign, size)
    direction = sign_from(a.expr)
    if direction is None or not direction[0]:
        return _dirichlet(a)
    by_ratio = _by_ratio(a, direction)
    if by_ratio is not None:
        return by_ratio
    size = a.expr * direction[0]
    start = decreasing_from(size)
    primitive = _rest_of_integral(size)
    if start is None:
        return None
    first = max(start, a.start)
    return RemainderBounds(shift(primitive, 1), primitive, sympy.Integer(direction[0]), first, "integral test")


def alternating_part(expr: sympy.Expr) -> tuple[sympy.Expr | None, sympy.Expr]:
    """The factor (-1)**(n + c), if there is one, and the rest of the term."""
    factors = sympy.Mul.make_args(expr)
    for i, factor in enumerate(factors):
        base, exponent = factor.as_base_exp()
        if base == -1 and sympy.expand(exponent - n).is_Integer:
            return factor, sympy.Mul(*factors[:i], *factors[i + 1 :])
    return None, expr


def _by_ratio(a: Summand, direction: Sign) -> RemainderBounds | None:
    """Between geometric series, for terms of one sign whose ratio t(n) = a(n+1)/a(n) is monotone with limit below 1.

    With u = a(n+1) the rest is between u/(1 - t) for the least and the greatest ratio from n + 1 on: t(n+1)
    and the limit, one way or the other.
    """
    ratio = symbolic_ratio(a.expr, n)
    if ratio is None or ratio.free_symbols - {n}:
        return None
    final = _limit_of_ratio(ratio)
    falls = sign_from(sympy.together(ratio - shift(ratio, 1)))
    below = sign_from(sympy.together(1 - ratio))
    if final is None or falls is None or below is None or below[0] <= 0:
        return None
    size = shift(a.expr * direction[0], 1)
    ends = [size / (1 - final), sympy.cancel(1 / (1 - shift(ratio, 1))) * size]
    lower, upper = ends if falls[0] >= 0 else reversed(ends)
    first = max(falls[1], below[1], direction[1], a.start)
    return RemainderBounds(lower, upper, sympy.Integer(direction[0]), first, "ratio test")


def _limit_of_ratio(ratio: sympy.Expr) -> sympy.Expr | None:
    """The limit of a rational function at infinity, if it is below 1."""
    top, bottom = (sympy.Poly(x, n) for x in sympy.fraction(sympy.together(ratio)))
    if top.degree() > bottom.degree():
        return None
    final = top.LC() / bottom.LC() if top.degree() == bottom.degree() else sympy.Integer(0)
    below = sign_from(1 - final)
    return final if below is not None and below[0] > 0 else None


def _leibniz(a: Summand, sign: sympy.Expr, size: sympy.Expr) -> RemainderBounds | None:
    direction = sign_from(size)
    if direction is None or not direction[0]:
        return None
    size = size * direction[0]
    start = decreasing_from(size)
    if start is None:
        return None
    offset = sympy.expand(sign.exp - n) + 1 + (0 if direction[0] > 0 else 1)
    next_sign = (-1) ** (n + offset % 2)
    convex = convex_from(size)
    if convex is not None:
        first = max(convex, a.start)
        return RemainderBounds(shift(size, 1) / 2, size / 2, next_sign, first, "Leibniz test, convex terms")
    first = max(start, a.start)
    return RemainderBounds(sympy.Integer(0), shift(size, 1), next_sign, first, "Leibniz test")


def _dirichlet(a: Summand) -> RemainderBounds | None:
    """For a cosine or sine of a linear angle times b(n) that decreases: abs(R(n)) <= b(n+1)/abs(sin(theta/2)).

    The block sums of e^(i theta n) are at most 1/abs(sin(theta/2)), from any start (Knopp, section 43).
    """
    factors = sympy.Mul.make_args(a.expr)
    waves = [f for f in factors if isinstance(f, sympy.sin | sympy.cos) and f.has(n)]
    if len(waves) != 1:
        return None
    angle = sympy.expand(waves[0].args[0]).coeff(n)
    size = sympy.Mul(*(f for f in factors if f is not waves[0]))
    direction = sign_from(size)
    block = sign_from(sympy.sin(angle / 2))
    linear = not (sympy.expand(waves[0].args[0]) - angle * n).has(n)
    if direction is None or not direction[0] or block is None or not block[0] or not linear:
        return None
    start = decreasing_from(size * direction[0])
    if start is None:
        return None
    bound = shift(size * direction[0], 1) / (block[0] * sympy.sin(angle / 2))
    return RemainderBounds(-bound, bound, sympy.Integer(1), max(start, a.start), "Dirichlet test")


def _rest_of_integral(f: sympy.Expr) -> sympy.Expr:
    """The integral of f from n to infinity: powers of n, powers of log n over n and exponentials in
    closed form, others as an unevaluated integral.
    """
    coefficient, shape = f.as_independent(n)
    power = log_power = sympy.Integer(0)
    for factor in sympy.Mul.make_args(shape):
        base, exponent = factor.as_base_exp()
        if base == n:
            power = exponent
        elif base == sympy.log(n):
            log_power = exponent
        else:
            rate = sympy.cancel(f.diff(n) / f)
            return f / -rate if not rate.has(n) else _integral(f)
    if log_power == 0 and (power + 1).is_negative:
        return coefficient * n ** (power + 1) / -(power + 1)
    if power == -1 and (log_power + 1).is_negative:
        return coefficient * sympy.log(n) ** (log_power + 1) / -(log_power + 1)
    return _integral(f)


def _integral(f: sympy.Expr) -> sympy.Expr:
    t = sympy.Symbol("t", positive=True)
    return sympy.Integral(f.subs(n, t), (t, n, sympy.oo))
