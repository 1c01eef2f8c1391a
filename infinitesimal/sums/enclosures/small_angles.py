"""Sums of e^(i theta n) times members of the scale over n >= N for an angle near 0, where Euler's transform is slow.

    sum_{n>=N} e^(i theta n) f(n) = integral_N^oo e^(i theta x) f(x) dx + e^(i theta N) sum_{j<J} r_j f^(j)(N) + R,
    1/(1 - e^(t + i theta)) + 1/(t + i theta) = sum r_j t^j,
    |R| <= 4 (2 pi - |theta|)^-J integral_N^oo |f^(J)|,

for |theta| <= pi: Poisson's formula, and J integrations by parts of every term but the one that is kept as an
integral (Olver, *Asymptotics and Special Functions*, ch. 8). With theta = 0 this is the formula of Euler and Maclaurin.
The integral is taken along x = N + i t/theta, where e^(i theta x) decreases like e^-t.
"""

from collections.abc import Mapping
from functools import partial

from flint import acb, acb_series, arb, ctx, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.scale import Monomial, Scale
from infinitesimal.sums.enclosures.euler_maclaurin import taylor_series, truncation
from infinitesimal.sums.summands.coefficients import Coefficient, ball, exact

MOST_DERIVATIVES = 400


def tail(theta: arb, terms: Mapping[Monomial, Coefficient], scale: Scale, offset: arb, bits: int) -> acb:
    """The sum over n >= N of terms that tend to 0, for a real theta that is not 0, at the precision in scope.

    >>> import sympy
    >>> inverse = {Monomial(sympy.S.One / 1000, 1, 0, 0): fmpq(1)}
    >>> tail(arb(1) / 1000, inverse, Scale(40), arb(0), 53).real.str(10, radius=False)
    '2.654602256'
    """
    distance = 2 * arb.pi() - abs(theta)
    count, rest = truncation(terms, scale, offset, bits, partial(_factor, distance), MOST_DERIVATIVES)
    weights = _weights(theta, count)
    parts = (
        {m: acb(ball(c).real) for m, c in terms.items()},
        {m: acb(ball(c).imag) for m, c in terms.items()},
    )
    real, imag = (taylor_series(part, scale, offset, count) for part in parts)
    boundary, factorial = acb(0, 0), arb(1)
    for j, weight in enumerate(weights):
        factorial *= max(j, 1)
        boundary += weight * factorial * acb(real[j], imag[j])
    total = sum((ball(c) * _integral(m, theta, scale, offset) for m, c in terms.items()), acb(0))
    return (total + boundary + acb(arb(0, rest), arb(0, rest))) * acb(0, theta * scale.first).exp()


def _factor(distance: arb, order: int) -> arb:
    return 4 * arb(order + 1).gamma() / distance**order


def _weights(theta: arb, count: int) -> list[acb]:
    """The numbers r_j, j < `count`; their two parts cancel, which costs log(1/theta) for every j.

    They are taken at the middle of theta: r_j has the derivative i (j + 1) r_(j+1) in theta, and r_j for j >= 1 is at
    most 4 (2 pi - |theta|)**-(j + 1), being a sum of (2 pi k + theta)**-(j + 1) over k != 0.
    """
    middle, radius, distance = theta.mid(), theta.rad(), 2 * arb.pi() - abs(theta)
    lost = max(0, -int(float(abs(middle).log()) * 1.4427)) + 4
    cap, ctx.cap = ctx.cap, count
    try:
        with ctx.workprec(ctx.prec + count * lost + 64):
            turn = acb(0, middle)
            pole = 1 / (1 - acb_series([0, 1], prec=count).exp() * turn.exp())
            weights = [pole[j] + (-1) ** j / turn ** (j + 1) for j in range(count)]
    finally:
        ctx.cap = cap
    errors = [(4 * radius * (j + 1) / distance ** (j + 2)).upper() for j in range(count)]
    return [weight + acb(arb(0, e), arb(0, e)) for weight, e in zip(weights, errors, strict=True)]


def _integral(m: Monomial, theta: arb, scale: Scale, offset: arb) -> acb:
    """The integral of e^(i theta (x - N)) x^-s L^-a log(L)^-b from N to infinity."""
    s = arb(fmpq(m.s, scale.mesh)) + offset
    first = arb(scale.first)
    if not m.a and not m.b:
        turn = acb(0, -theta * scale.first)
        return first ** (1 - s) * turn.expint(acb(s)) * turn.exp()
    a, b = (arb(fmpq(x, scale.mesh)) for x in (m.a, m.b))
    shift = ball(exact(scale.shift)).real
    side = acb(0, 1 / theta)
    growth = int(max(0, -m.a) + max(0, -m.b)) // scale.mesh + 1
    end = (ctx.prec + 20) * arb.const_log2() + 40 * growth

    def integrand(t: acb, analytic: bool) -> acb:
        z = first + side * t
        log_z = z.log(analytic=analytic)
        log = log_z + shift
        exponent = -t - s * log_z - a * log.log(analytic=analytic)
        if m.b:
            exponent -= b * log.log(analytic=analytic).log(analytic=analytic)
        return exponent.exp()

    goal = arb(2) ** -ctx.prec
    value = acb.integral(integrand, acb(0), acb(end), rel_tol=goal, abs_tol=goal, eval_limit=10**6)
    # |L| and |log(L)| are at most |z| + |shift| + 4; their lower bounds are those at N.
    reach = first + end / abs(theta) + abs(shift) + 4
    if not reach * abs(theta) > 2 * growth:
        raise Undecided("the cut of an integral is too early")
    cut = 2 * (-end).exp() * reach**growth * max(arb(1), scale.log_first ** -a.max(arb(0))) * _largest(scale, b)
    return side * (value + acb(arb(0, cut.upper()), arb(0, cut.upper())))


def _largest(scale: Scale, b: arb) -> arb:
    return arb(1) if not b > 0 else (scale.loglog_first**-b).max(arb(1))
