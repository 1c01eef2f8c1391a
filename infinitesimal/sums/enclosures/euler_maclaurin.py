"""Sums of members of the scale over n >= N by Euler-Maclaurin, with an exact integral and a proved rest.

    sum_{n>=N} f(n) = integral_N^oo f + f(N)/2 - sum_{k=1..K} B_2k/(2k) c_{2k-1} + R,
    |R| <= 2 zeta(2K)/(2 pi)^(2K) * integral_N^oo |f^(2K)|,

where c_j are the Taylor coefficients of f at N (Olver, *Asymptotics and Special Functions*, ch. 8). For
f = x**-s L**-a log(L)**-b the integral is elementary or an incomplete gamma function, and Cauchy's
estimate on the discs |z - x| <= rho x bounds the derivative.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from flint import acb, arb, arb_series, ctx, fmpq

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.scale import Monomial, Scale
from infinitesimal.sums.summands.coefficients import BOUND_BITS, Coefficient, ball, exact, size

MOST_DERIVATIVES = 800


def converges(m: Monomial, scale: Scale, offset: arb) -> bool:
    """Whether the sum of a monomial without oscillation converges: (s, a, b) > (1, 1, 1) at the first difference."""
    one = scale.mesh
    s = fmpq(m.s, one) + offset
    if not offset.is_zero():
        return bool(s > 1)
    return m[1:] > (one, one, one)


def tail(terms: Mapping[Monomial, Coefficient], scale: Scale, offset: arb, bits: int) -> arb:
    """The sum over n >= N of the real parts of terms with angle 0, at the precision in scope.

    Raises `Undecided` for a term that is not summable.

    >>> from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE
    >>> square = {Monomial(ZERO_ANGLE, 2, 0, 0): fmpq(1)}
    >>> tail(square, Scale(10), arb(0), 53).str(10, radius=False)
    '0.1051663357'
    """
    for m in terms:
        if not converges(m, scale, offset):
            raise Undecided(f"the part n^-{fmpq(m.s, scale.mesh)} of the term is not shown to be summable")
    if not terms:
        return arb(0)
    order, rest = truncation(terms, scale, offset, bits, _factor, MOST_DERIVATIVES)
    total = arb(0, rest)
    values = integrals(terms, scale, offset)
    for m, c in terms.items():
        total += ball(c).real * values[m]
    series = taylor_series(terms, scale, offset, order)
    total += series[0] / 2
    for k in range(1, order // 2 + 1):
        total -= series[2 * k - 1] * fmpq.bernoulli(2 * k) / (2 * k)
    return total


def taylor_series(terms: Mapping[Monomial, Coefficient], scale: Scale, offset: arb, length: int) -> arb_series:
    """The Taylor series of the sum of the terms at N; terms of one power of n share a product."""
    cap, ctx.cap = ctx.cap, length
    try:
        log_x = arb_series([scale.first, 1], prec=length).log()
        log = log_x + ball(exact(scale.shift)).real
        log_of_log = log.log() if any(m.b for m in terms) else None
        powers: dict[tuple[int, int], arb_series] = {}
        by_power: dict[int, arb_series] = {}
        for m, c in terms.items():
            factor = _power(log, m.a, scale, powers, 0)
            if m.b:
                factor = factor * _power(log_of_log, m.b, scale, powers, 1)
            by_power[m.s] = by_power.get(m.s, arb_series([0], prec=length)) + factor * ball(c).real
        total = arb_series([0], prec=length)
        for s, factor in by_power.items():
            total += factor * (log_x * -(arb(fmpq(s, scale.mesh)) + offset)).exp()
        return total
    finally:
        ctx.cap = cap


def _power(base: arb_series, a: int, scale: Scale, known: dict[tuple[int, int], arb_series], level: int) -> arb_series:
    """base**(-a/mesh)."""
    if (level, a) not in known:
        if a == 0:
            known[level, a] = arb_series([1], prec=base.prec)
        else:
            known[level, a] = (base.log() * arb(fmpq(-a, scale.mesh))).exp()
    return known[level, a]


def _factor(order: int) -> arb:
    return 4 / (2 * arb.pi()) ** order * arb(order + 1).gamma()


def truncation(
    terms: Mapping[Monomial, Coefficient],
    scale: Scale,
    offset: arb,
    bits: int,
    factor: Callable[[int], arb],
    most: int,
) -> tuple[int, arb]:
    """(J, a bound of the rest): the first even J <= `most` that gives the accuracy 2**-bits, or the best one.

    The rest is at most factor(J) times the sum, or the integral, of |f^(J)|/J! from N on.
    """
    best: tuple[int, arb] | None = None
    goal = arb(2) ** -bits
    sizes = {m: size(c) for m, c in terms.items()}
    order = max(4, bits // 24) * 2
    while order <= most:
        with ctx.workprec(BOUND_BITS):
            scaled = factor(order)
            rest = sum((scaled * sizes[m] * derivative_bound(m, scale, offset, order) for m in terms), arb(0)).upper()
        if best is None or rest < best[1]:
            best = (order, rest)
        elif rest.is_finite():
            break
        if rest < goal:
            break
        order += 2 * max(2, order // 10)
    assert best is not None
    return best


def derivative_bound(m: Monomial, scale: Scale, offset: arb, order: int) -> arb:
    """A bound of the sum over n >= N, and of the integral from N, of |f^(order)(x)|/order! for a monomial f.

    Cauchy: at most C rho**-order x**-(s + order) L**-a log(L)**-b with C the largest ratio of |f| on the
    disc to f(x); the best of a few rho is taken. Two powers of x are kept for the sum.
    """
    whole = int((offset * scale.mesh).lower().floor().unique_fmpz())
    s = fmpq(m.s + whole, scale.mesh)
    best = None
    for rho in _radii(s, order):
        constant = _disc_ratio(m, scale, offset, rho)
        if constant is None:
            continue
        decay = scale.sup(m.s + whole + (order - 2) * scale.mesh, m.a, m.b)
        bound = constant / arb(rho) ** order * decay
        best = bound if best is None or bound < best else best
    if best is None:
        return arb.pos_inf()
    return best * (arb(1) / scale.first + arb(1) / scale.first**2)


def _radii(s: fmpq, order: int) -> list[fmpq]:
    balanced = fmpq(order) / (order + abs(s) + 1)
    return [min(balanced, fmpq(19, 20)), fmpq(3, 4), fmpq(1, 2)]


def _disc_ratio(m: Monomial, scale: Scale, offset: arb, rho: fmpq) -> arb | None:
    """The largest |f(z)| / f(x) over |z - x| <= rho x, x >= N; None if a logarithm may vanish there."""
    r = arb(rho)
    s = arb(fmpq(m.s, scale.mesh)) + offset
    ratio = ((1 - r).log() * -s).exp().max(((1 + r).log() * -s).exp())
    if not m.a and not m.b:
        return ratio
    log, turn = scale.log_first, r.asin()
    low, high = (log + (1 - r).log()) / log, (log + (1 + r).log() + turn) / log
    if not low > 0:
        return None
    ratio *= (low if m.a > 0 else high) ** arb(fmpq(-m.a, scale.mesh))
    if m.b:
        second = scale.loglog_first
        low_two = (second + low.log()) / second
        high_two = (second + high.log() + turn / (log * low)) / second
        if not low_two > 0:
            return None
        ratio *= (low_two if m.b > 0 else high_two) ** arb(fmpq(-m.b, scale.mesh))
    return ratio


def integral(m: Monomial, scale: Scale, offset: arb) -> arb:
    """The integral of a summable monomial from N to infinity.

    With u = L it is the integral of e^(-(s-1)(u - shift)) u^-a log(u)^-b from L(N): elementary for s = 1
    and a = 1, else an incomplete gamma function, one logarithm further if s = 1; only s > 1 with b != 0
    is integrated numerically.
    """
    shift = ball(exact(scale.shift)).real
    s, a, b = (arb(fmpq(e, scale.mesh)) for e in m[1:])
    s += offset
    start = arb(scale.first).log() + shift
    if m.s == scale.mesh and offset.is_zero():
        if m.a == scale.mesh:
            return start.log() ** (1 - b) / (b - 1)
        if m.b == 0:
            return start ** (1 - a) / (a - 1)
        return exponential_integral(a - 1, b, start.log())
    front = ((s - 1) * shift).exp()
    if m.b == 0:
        return front * exponential_integral(s - 1, a, start)
    return front * _numeric(s - 1, a, b, start)


def integrals(terms: Iterable[Monomial], scale: Scale, offset: arb) -> dict[Monomial, arb]:
    """`integral` of every monomial; powers of one logarithm that differ by integers share one incomplete gamma.

    By parts E(a) = integral of e^(-rate u) u^-a satisfies a E(a+1) = e^(-rate u) u^-a - rate E(a). Upwards the
    absolute errors grow at most by e^rate altogether, as rate^k/k! does, which the precision allows for.
    """
    values: dict[Monomial, arb] = {}
    for m in sorted(terms, key=lambda m: m[1:]):
        scale.check_time()
        below = m._replace(a=m.a - scale.mesh)
        if m.b == 0 and below.a > 0 and below in values and (m.s > scale.mesh or not offset.is_zero()):
            values[m] = _next_integral(values[below], below, scale, offset)
        else:
            s = max(0, int(float(offset)) + m.s // scale.mesh)
            with ctx.workprec(ctx.prec + 2 * s + 16):
                values[m] = integral(m, scale, offset)
    return values


def _next_integral(known: arb, m: Monomial, scale: Scale, offset: arb) -> arb:
    """The integral of the monomial with one logarithm more in the denominator."""
    rate = arb(fmpq(m.s, scale.mesh)) + offset - 1
    a = fmpq(m.a, scale.mesh)
    with ctx.workprec(ctx.prec + 2 * max(0, int(float(rate))) + 16):
        log_x = arb(scale.first).log()
        log = log_x + ball(exact(scale.shift)).real
        return ((-rate * log_x).exp() * log ** arb(-a) - rate * known) / a


def exponential_integral(rate: arb, a: arb, start: arb) -> arb:
    """The integral of e^(-rate u) u^-a from `start` > 0 to infinity, rate > 0: rate^(a-1) Gamma(1-a, rate start)."""
    if a.is_zero():
        return (-rate * start).exp() / rate
    return rate ** (a - 1) * (rate * start).gamma_upper(1 - a)


def _numeric(rate: arb, a: arb, b: arb, start: arb) -> arb:
    """The integral of e^(-rate u) u^-a log(u)^-b from `start`, cut where the rest is below the precision.

    Beyond the cut U the integrand is at most e^(-rate u/2) times its bound at U, if u^-a log(u)^-b
    grows more slowly than e^(rate u/2) there.
    """
    length = (ctx.prec + 10) * arb.const_log2() / rate + 2 * (abs(a) + abs(b) + 1) / rate + 1
    end = start + length.upper()
    if not (abs(a) + abs(b)) / end < rate / 2:
        raise Undecided("the cut of an integral is too early")
    integrand = partial(_integrand, acb(rate), acb(a), acb(b))
    goal = arb(2) ** -ctx.prec
    value = acb.integral(
        integrand, acb(start), acb(end), rel_tol=goal, abs_tol=goal * (-rate * start).exp(), eval_limit=10**6
    )
    at_end = (-rate * end).exp() * end**-a * end.log() ** -b
    return value.real + arb(0, (at_end * 2 / rate).upper())


def _integrand(rate: acb, a: acb, b: acb, u: acb, analytic: bool) -> acb:
    log = u.log(analytic=analytic)
    return (-rate * u - a * log - b * log.log(analytic=analytic)).exp()
