"""Sums of arctangents of rational functions.

atan(p/q) = arg(q + i p); with q + i p = c * product of (n + alpha_j), c > 0, the sum from N on is
-sum of Im logGamma(N + alpha_j) as soon as the args add up to less than pi/2. Where the alpha_j meet their
conjugates modulo the integers this is a finite sum of args; roots in pairs alpha, -alpha go by the reflection formula.
Source: Boros and Moll, "Sums of arctangents and some formulas of Ramanujan" (2005); Glasser and Klamkin (1976).
"""

import sympy
from flint import acb, arb, ctx
from sympy import I, S, pi

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.evaluation import ball
from infinitesimal.sums.summands.summand import Summand

MAX_PREFIX = 60
MAX_DEGREE = 8
_BITS = 200


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a constant times atan of a rational function of n, perhaps with alternating signs; None for others.

    >>> closed_form(Summand(sympy.atan(2 / n**2), 1))
    3*pi/4
    """
    read = _read(a)
    if read is None:
        return None
    factor, terms = read
    # the product of q + i p over the terms has the sum of their args
    polynomial, pieces = S.One, []
    for sign, argument in terms:
        p, q = sympy.fraction(sympy.cancel(argument))
        polynomial *= q + sign * I * p
        pieces.append((sign, p, q))
    roots = _roots(sympy.expand(polynomial))
    if roots is None:
        return None
    start = a.start if len(terms) == 1 else 0
    first = _principal_from(roots, start)
    if first is None or first - start > MAX_PREFIX:
        return None
    angle = sympy.Add(*(sign * _angle(p, q, k) for k in range(start, first) for sign, p, q in pieces))
    tail = _tail(roots, first)
    return None if tail is None else sympy.expand(factor * combined(angle + tail))


def _read(a: Summand) -> tuple[sympy.Expr, list[tuple[int, sympy.Expr]]] | None:
    """The constant and the signed arguments of the arctangents; alternating terms by pairs from the start on."""
    factor, function = sympy.expand_power_exp(a.expr).as_independent(n, as_Add=False)
    sign = S.NegativeOne**n
    alternating = sign in sympy.Mul.make_args(function)
    if alternating:
        function /= sign
    if not isinstance(function, sympy.atan) or not function.args[0].is_rational_function(n) or a.parameters:
        return None
    x = function.args[0]
    if not alternating:
        return factor, [(1, x)]
    pair = [(1, x.subs(n, 2 * n + a.start)), (-1, x.subs(n, 2 * n + 1 + a.start))]
    return factor * S.NegativeOne**a.start, pair


def _angle(p: sympy.Expr, q: sympy.Expr, k: int) -> sympy.Expr:
    """The value of atan(p/q) at k, a pole counting as the right angle."""
    above, below = p.subs(n, k), q.subs(n, k)
    return pi / 2 * sympy.sign(above) if below == 0 else sympy.atan(sympy.Rational(above, below))


def differences(term: sympy.Expr, x: sympy.Symbol, power: sympy.Expr) -> sympy.Expr | None:
    """A constant times atan(p/q) as a sum of atan(a x), x = `power` > 0: q + i p = c * product of (1 + i a x), q > 0.

    >>> x = sympy.Symbol("x")
    >>> differences(sympy.atan(x / (1 + 2 * x**2)), x, 2**n)
    -atan(2**n) + atan(2**(n + 1))
    """
    factor, function = term.as_independent(x, as_Add=False)
    if not isinstance(function, sympy.atan) or not function.args[0].is_rational_function(x):
        return None
    p, q = sympy.fraction(sympy.cancel(function.args[0]))
    if not all(c.is_nonnegative for c in sympy.Poly(q, x).all_coeffs()) or p.subs(x, 0) != 0 or q.subs(x, 0) == 0:
        return None
    total = S.Zero
    for f, m in sympy.factor_list(sympy.expand(q + I * p), x, gaussian=True)[1]:
        if sympy.degree(f, x) != 1:
            return None
        one, zero = sympy.Poly(f, x, gaussian=True).all_coeffs()
        slope = sympy.expand(sympy.sympify(one) / sympy.sympify(zero) / I, complex=True)
        if not slope.is_Rational:
            return None
        total += m * sympy.atan(sympy.powsimp(slope * power))
    return factor * total


def _roots(polynomial: sympy.Expr) -> list[sympy.Expr] | None:
    """The alpha_j of the monic polynomial product of (n + alpha_j); exact, from factors of degree 1 and 2."""
    if sympy.degree(polynomial, n) > MAX_DEGREE:
        return None
    constant, factors = sympy.factor_list(polynomial, n, gaussian=True)
    lead = sympy.expand(constant * sympy.Mul(*(sympy.LC(f, n) ** m for f, m in factors)))
    if not lead.is_positive:
        return None
    alphas = []
    for f, m in factors:
        monic = [sympy.nsimplify(c) for c in sympy.Poly(f, n, gaussian=True).monic().all_coeffs()]
        if len(monic) == 2:
            alphas += [monic[1]] * m
        elif len(monic) == 3 and monic[1].is_Rational:
            middle = monic[1] / 2
            root = _square_root(middle**2 - monic[2])
            alphas += [middle + root, middle - root] * m
        else:
            return None
    return alphas


def _square_root(w: sympy.Expr) -> sympy.Expr:
    """A square root of a Gaussian number, by real square roots."""
    u, v = w.as_real_imag()
    if v == 0:
        return sympy.sqrt(u)
    modulus = sympy.sqrt(u**2 + v**2)
    return sympy.sqrt((modulus + u) / 2) + I * sympy.sign(v) * sympy.sqrt((modulus - u) / 2)


def _principal_from(roots: list[sympy.Expr], start: int) -> int | None:
    """From which n on the real parts are positive and the args add up to less than pi/2, so that atan is their sum."""
    for first in range(start, start + MAX_PREFIX):
        total = arb(0)
        for alpha in roots:
            value = ball(first + alpha, 64)
            if not value.real > 0:
                break
            total += abs(value.imag) / value.real
        else:
            if total < 1:
                return first
    return None


def _tail(roots: list[sympy.Expr], first: int) -> sympy.Expr | None:
    """-sum of Im logGamma(first + alpha), in elementary form up to a multiple of pi that a ball decides."""
    shape = _matched(roots, first)
    if shape is None:
        shape = _reflected(roots, first)
    if shape is None:
        return None
    try:
        with ctx.workprec(_BITS):
            value = -sum(((first + ball(alpha, _BITS)).lgamma().imag for alpha in roots), arb(0))
            turns = ((value - ball(shape, _BITS).real) / arb.pi() * 2).unique_fmpz()
    except Undecided:
        return None
    return None if turns is None or turns % 2 else shape + pi * int(turns) / 2


def _matched(roots: list[sympy.Expr], first: int) -> sympy.Expr | None:
    """The alphas in pairs alpha, conjugate + k: Im of the log of product of (conjugate + j), j < k."""
    left = list(roots)
    total = S.Zero
    while left:
        alpha = left.pop()
        if sympy.im(alpha) == 0:
            continue
        partner = next((b for b in left if sympy.expand(b - sympy.conjugate(alpha)).is_Integer), None)
        if partner is None:
            return None
        left.remove(partner)
        low, high = sorted((sympy.re(alpha), sympy.re(partner)))
        base = alpha if sympy.re(alpha) == high else partner
        for j in range(int(high - low)):
            total -= sympy.atan(sympy.im(base) / (low + j + first))
    return total


def _reflected(roots: list[sympy.Expr], first: int) -> sympy.Expr | None:
    """Pairs alpha, k - alpha with an integer k: Gamma(alpha) Gamma(1 - alpha) = pi/sin(pi alpha).

    The tail from 0 on is arg sin(pi alpha), less the args of the factors before, up to a multiple of pi.
    """
    left = list(roots)
    total = S.Zero
    while left:
        alpha = left.pop()
        partner = next((b for b in left if sympy.expand(alpha + b).is_Integer), None)
        if partner is None:
            return None
        left.remove(partner)
        k = int(sympy.expand(alpha + partner))
        alpha = max(alpha, partner, key=sympy.re)
        x, y = (sympy.expand(f(alpha)) for f in (sympy.re, sympy.im))
        if x == 0 or y == 0:
            return None
        total += sympy.atan(sympy.tanh(pi * y) / sympy.tan(pi * x))
        before = [x + j for j in range(first)]
        after = [1 - x + j for j in range(first + k - 1)]
        total -= sympy.Add(*(_argument(c, y) for c in before), *(_argument(c, -y) for c in after))
    return total


def _argument(x: sympy.Expr, y: sympy.Expr) -> sympy.Expr:
    """The arg of x + i y, up to a multiple of pi."""
    return pi / 2 if x == 0 else sympy.atan(sympy.radsimp(y / x))


def combined(angle: sympy.Expr) -> sympy.Expr:
    """A sum of integer multiples of atan of algebraic numbers and of pi, the atans put into one if that is shorter.

    >>> combined(sympy.atan(S(1)/2) + sympy.atan(S(1)/3))
    pi/4
    """
    product, rest, count = S.One, S.Zero, 0
    exact = S.Zero
    for term in sympy.Add.make_args(sympy.expand(angle)):
        c, f = term.as_coeff_Mul()
        if isinstance(f, sympy.atan) and f.args[0].is_algebraic and c.is_Integer and abs(c) <= MAX_PREFIX:
            above, below = sympy.fraction(f.args[0])
            base = below + I * above * sympy.sign(c)
            product = sympy.expand(product * sympy.expand(base ** abs(c)))
            exact += term
            count += 1
        else:
            rest += term
    if count < 2:
        return angle
    x, y = product.as_real_imag()
    tangent = sympy.radsimp(y / x) if x != 0 else S.Zero
    short = sympy.atan(tangent) if x != 0 else pi / 2
    if not (tangent.is_Rational or short.count_ops() < exact.count_ops() / 2):
        return angle
    with ctx.workprec(_BITS):
        turns = ((ball(exact, _BITS) - ball(short, _BITS)).real / acb.pi().real).unique_fmpz()
    return angle if turns is None else rest + short + int(turns) * pi
