"""Log-gamma, digamma and the Hurwitz zeta function of expansions that grow: Stirling's series.

For a positive argument the rest of each series is at most the first term left out (DLMF 5.11(ii) and
25.11.43; the functions summed by Euler-Maclaurin are completely monotone).
"""

from collections.abc import Callable

import sympy
from flint import fmpq
from sympy import S

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.elementary_expansions import exponential, logarithm, power, require_positive
from infinitesimal.sums.asymptotics.expansion import Expansion, add, constant, factored, multiply, negative, scaled
from infinitesimal.sums.summands.coefficients import exact


def log_gamma(y: Expansion) -> Expansion:
    """log(gamma(y)) for y -> +oo by Stirling's series."""
    scale = y.scale
    c, m, _ = factored(y)
    require_positive(c)
    if m.s >= 0:
        raise Undecided("log-gamma of an argument that does not grow like a power")
    half = constant(scale, fmpq(-1, 2))
    head = add(multiply(add(y, half), logarithm(y)), negative(y))
    head = add(head, constant(scale, exact(sympy.log(2 * sympy.pi) / 2)))
    return add(head, _stirling(y, lambda k: fmpq.bernoulli(2 * k) / (2 * k * (2 * k - 1)), 1))


def _stirling(y: Expansion, coefficient: Callable[[int], fmpq], first: int) -> Expansion:
    """The sum of coefficient(k) y**(first - 2k), k >= 1, ... with the first term left out as the rest."""
    scale = y.scale
    depth = scale.depth * scale.mesh
    one = power(y, S.NegativeOne)
    square = multiply(one, one)
    term = multiply(one, constant(scale, fmpq(1))) if first == 1 else power(one, sympy.Integer(2 - first))
    total = constant(scale, fmpq(0))
    k = 1
    while term.lead < depth + one.lead:
        total = add(total, scaled(term, coefficient(k)))
        term = multiply(term, square)
        k += 1
    s, growth, bound = scaled(term, coefficient(k)).majorant()
    return add(total, Expansion(scale, {}, s, growth, bound))


def digamma(y: Expansion, half: fmpq) -> Expansion:
    """log(y) + half/y - sum B_2k/(2k y^2k): psi(y) for half = -1/2, psi(y + 1) for 1/2."""
    head = add(logarithm(y), scaled(power(y, S.NegativeOne), half))
    return add(head, _stirling(y, lambda k: -fmpq.bernoulli(2 * k) / (2 * k), 0))


def hurwitz(s: sympy.Expr, y: Expansion) -> Expansion:
    """zeta(s, y) for rational s > 1 and y -> +oo by Euler-Maclaurin, whose rest is below the first term left out."""
    if not s.is_Rational or s <= 1:
        raise Undecided(f"zeta({s}, .) has no expansion here")
    p = fmpq(int(s.p), int(s.q))
    head = add(scaled(power(y, 1 - s), 1 / (p - 1)), scaled(power(y, -s), fmpq(1, 2)))

    def coefficient(k: int) -> fmpq:
        rising = fmpq(1)
        for j in range(2 * k - 1):
            rising *= (p + j) / (j + 1)
        return fmpq.bernoulli(2 * k) / (2 * k) * rising

    tail = _stirling(y, coefficient, 1)
    return add(head, multiply(tail, power(y, -s)))


def zeta_of(y: Expansion) -> Expansion:
    """zeta(y) = 1 + rest for y -> +oo: 0 < zeta(y) - 1 <= 2**(1 - y) for y >= 3."""
    decays = exponential(scaled(y, exact(-sympy.log(2))))
    if decays.terms:
        raise Undecided("zeta of an argument that grows like a logarithm")
    return add(constant(y.scale, fmpq(1)), Expansion(y.scale, {}, decays.order, decays.growth, 2 * decays.bound))
