"""Elementary functions of expansions at infinity.

Functions analytic at the limit of their argument are composed with it. Logarithm, powers and arctangent
are followed to infinity. An exponential of i theta n is a frequency, one of c log(n) a power, and one that
decays faster than every power goes into the rest.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_series
from sympy import S

from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.expansion import (
    NO_REST,
    Expansion,
    add,
    compose,
    constant,
    factored,
    monomial,
    multiply,
    negative,
    restart_later,
    scaled,
    split,
    total_of,
)
from infinitesimal.sums.asymptotics.scale import ZERO_ANGLE, Monomial, Restart, Scale, turned
from infinitesimal.sums.summands.coefficients import (
    BOUND_BITS,
    Coefficient,
    ball,
    exact,
    expression,
    is_zero,
    size,
    times,
)


def power(x: Expansion, exponent: sympy.Expr) -> Expansion:
    """x**exponent for a constant real exponent; the leading coefficient is positive or the exponent an integer."""
    scale = x.scale
    c, m, v = factored(x)
    require_positive(c, integer=bool(exponent.is_Integer))
    value = exact(sympy.Pow(expression(c), exponent)) if expression(c) is not None else _ball_power(c, exponent)
    if exponent.is_Rational:
        p = fmpq(int(exponent.p), int(exponent.q))
        exponents = [fmpq(e) * p for e in m[1:]]
        if any(e.q != 1 for e in exponents):
            raise Restart(finer(scale, max(int(e.q) for e in exponents)), "roots of n")
        lead = monomial(scale, Monomial(ZERO_ANGLE, *(int(e.p) for e in exponents)), value)
        outside = S.Zero
    else:
        if m.a or m.b or not exponent.is_real:
            raise Undecided(f"an irrational power {exponent} of a logarithm")
        lead, outside = constant(scale, value), sympy.expand(exponent * sympy.Rational(m.s, scale.mesh))
        p = None
    series = partial(_binomials, exponent, p)
    magnitude = abs(ball(exact(exponent))).upper()
    factor = compose(v, series, radius_one(lambda r: ((1 - r).log() * -magnitude).exp()))
    result = multiply(lead, factor)
    return Expansion(
        scale, result.terms, result.order, result.growth, result.bound, sympy.expand(x.offset * exponent + outside)
    )


def _binomials(exponent: sympy.Expr, p: fmpq | None, count: int) -> list[Coefficient]:
    """The coefficients of (1 + z)**exponent."""
    out: list[Coefficient] = [fmpq(1)]
    q = p if p is not None else ball(exact(exponent))
    for k in range(1, count):
        out.append(times(out[-1], (q - (k - 1)) / k))
    return out


def _ball_power(c: Coefficient, exponent: sympy.Expr) -> acb:
    return ball(c) ** ball(exact(exponent))


FINEST_MESH = 5040
"""The largest common denominator of powers of n."""


def finer(scale: Scale, by: int) -> Scale:
    if scale.mesh * by > FINEST_MESH:
        raise Undecided("roots of n of too high an order")
    return replace(scale, mesh=scale.mesh * by)


def require_positive(c: Coefficient, integer: bool = False) -> None:
    value = ball(c)
    real_positive = value.real > 0 and (type(c) is not acb or value.imag.contains(0))
    if not (real_positive or integer):
        raise Undecided("a root or logarithm of something that is not positive in the end")


def logarithm(x: Expansion) -> Expansion:
    """log(x) for an expansion that is positive in the end."""
    scale = x.scale
    c, m, v = factored(x)
    require_positive(c)
    if m.b:
        raise Undecided("a logarithm iterated three times")
    value = exact(sympy.log(expression(c))) if expression(c) is not None else ball(c).log()
    power_of_n = sympy.Rational(-m.s, scale.mesh) - x.offset
    parts = [
        constant(scale, value),
        scaled(add(_log_n(scale), constant(scale, exact(-scale.shift))), exact(power_of_n)),
        compose(v, _logarithm_series, radius_one(lambda r: -(1 - r).log())),
    ]
    if m.a:
        parts.append(monomial(scale, Monomial(ZERO_ANGLE, 0, 0, -scale.mesh), fmpq(-m.a, scale.mesh)))
    return total_of(scale, parts)


def _logarithm_series(count: int) -> list[Coefficient]:
    return [fmpq(0), *(fmpq((-1) ** (k + 1), k) for k in range(1, count))]


def _log_n(scale: Scale) -> Expansion:
    """L, which is log(n) + shift."""
    return monomial(scale, Monomial(ZERO_ANGLE, 0, -scale.mesh, 0))


def exponential(y: Expansion) -> Expansion:
    """exp(y): powers and frequencies come out of the growing part of y, the rest is composed."""
    scale, mesh = y.scale, y.scale.mesh
    if y.offset != 0:
        raise Undecided("the exponential of an irrational power of n")
    growing = {m: c for m, c in y.terms.items() if m.s < 0 or (m.s == 0 and m[1:] != (0, 0, 0))}
    if y.order <= 0:
        raise Undecided("an exponential whose argument is not known to the order 1")
    factor, offset = constant(scale, fmpq(1)), S.Zero
    for m, c in list(growing.items()):
        value = expression(c)
        if value is None or m.angle != ZERO_ANGLE:
            continue
        if m[1:] == (-mesh, 0, 0) and sympy.re(value) == 0:
            angle = turned(ZERO_ANGLE, sympy.expand(value / sympy.I))
            factor = multiply(factor, monomial(scale, Monomial(angle, 0, 0, 0)))
        elif m[1:] == (0, -mesh, 0) and value.is_Rational:
            units = sympy.Rational(value) * mesh
            if units.q != 1:
                raise Restart(finer(scale, int(units.q)), "roots of n")
            factor = multiply(
                factor, monomial(scale, Monomial(ZERO_ANGLE, -int(units), 0, 0), exact(sympy.exp(value * scale.shift)))
            )
        elif m[1:] == (0, -mesh, 0) and value.is_real:
            factor = scaled(factor, exact(sympy.exp(value * scale.shift)))
            offset -= value
        elif m[1:] == (0, 0, -mesh) and value.is_Rational and (value * mesh).is_Integer:
            factor = multiply(factor, monomial(scale, Monomial(ZERO_ANGLE, 0, -int(value * mesh), 0)))
        else:
            continue
        del growing[m]
    if growing:
        return _negligible(y)
    limit, v = split(
        Expansion(
            scale, {m: c for m, c in y.terms.items() if m.s > 0 or m[1:] == (0, 0, 0)}, y.order, y.growth, y.bound
        )
    )
    value = expression(limit)
    head = exact(sympy.exp(value)) if value is not None else ball(limit).exp()
    result = multiply(scaled(factor, head), compose(v, _exponential_series, lambda r: arb(r).exp()))
    return replace(result, offset=offset)


def _exponential_series(count: int) -> list[fmpq]:
    out = [fmpq(1)]
    for k in range(1, count):
        out.append(out[-1] / k)
    return out


def _negligible(y: Expansion) -> Expansion:
    """exp(y) for Re y -> -oo faster than every multiple of log(n): all of it goes into the rest.

    With Re y <= -g n^q L^k for n >= N the bound of exp(y) n^p is the maximum of p t - g e^(q t) L^k over
    t = log(n), which is taken where the derivative vanishes, or at N.
    """
    scale, mesh = y.scale, y.scale.mesh
    real = {m: c for m, c in y.terms.items() if not (m[1:] == (-mesh, 0, 0) and _imaginary(c))}
    if any(m.angle != ZERO_ANGLE for m in real if m.s <= 0) or not real:
        raise Undecided("an oscillating exponent")
    lead = min(real, key=lambda m: m[1:])
    order = (scale.depth + 3) * mesh
    with ctx.workprec(BOUND_BITS):
        total = ball(real[lead]).real
        if not total < 0:
            raise Undecided("an exponential that grows, or is not known to decay")
        for m, c in real.items():
            if m != lead:
                total += size(c) * scale.sup(m.s - lead.s, m.a - lead.a, m.b - lead.b)
        total += y.bound * scale.sup(y.order - lead.s, -y.growth - lead.a, -lead.b) if y.order < NO_REST else 0
        if not total < 0:
            restart_later(scale)
        g, q, k = -total.upper(), fmpq(-lead.s, mesh), fmpq(-lead.a, mesh)
        p, u = arb(fmpq(order, mesh)), arb(scale.first).log()
        if lead.b > 0 or (q == 0 and k <= 1) or (q > 0 and k < 0):
            raise Undecided("an exponential near the border of powers")
        g *= scale.loglog_first ** arb(fmpq(-lead.b, mesh)) if lead.b else 1
        if q > 0:
            g *= scale.log_first ** arb(k)
            top = u.max((p / (g * q)).log() / q)
            bound = (p * top - g * (top * q).exp()).exp()
        else:
            low = scale.log_first.max((p / (g * k)) ** (1 / arb(k - 1)))
            bound = (p * (low - scale.shift_ball.real) - g * low ** arb(k)).exp()
        return Expansion(scale, {}, order, 0, bound.upper())


def _imaginary(c: Coefficient) -> bool:
    value = expression(c)
    return value is not None and sympy.re(value) == 0


def absolute(x: Expansion) -> Expansion:
    """|x| for a real expansion: it is of one sign from N on, which is checked."""
    c, _, v = factored(x)
    s, growth, size_of_v = v.majorant()
    if x.scale.sup(s, -growth, 0) * size_of_v >= 1:
        restart_later(x.scale)
    value = ball(c)
    if not value.imag.contains(0) or value.real.contains(0):
        raise Undecided("an absolute value without a sign")
    return x if value.real > 0 else negative(x)


def _sine(y: Expansion) -> Expansion:
    up, down = exponential(scaled(y, exact(sympy.I))), exponential(scaled(y, exact(-sympy.I)))
    return scaled(add(up, negative(down)), exact(-sympy.I / 2))


def _cosine(y: Expansion) -> Expansion:
    up, down = exponential(scaled(y, exact(sympy.I))), exponential(scaled(y, exact(-sympy.I)))
    return scaled(add(up, down), fmpq(1, 2))


def circular(function: type, y: Expansion) -> Expansion:
    """Sin or cos; at a finite limit by addition theorems, which keep rational coefficients rational."""
    if any(m.s <= 0 and m[1:] != (0, 0, 0) for m in y.terms):
        return _sine(y) if function is sympy.sin else _cosine(y)
    limit, v = split(y)
    sine = at_zero(sympy.sin, v)
    cosine = at_zero(sympy.cos, v)
    if is_zero(limit):
        return sine if function is sympy.sin else cosine
    value = expression(limit)
    if value is not None:
        s, c = exact(sympy.sin(value)), exact(sympy.cos(value))
    else:
        s, c = ball(limit).sin(), ball(limit).cos()
    if function is sympy.sin:
        return add(scaled(cosine, s), scaled(sine, c))
    return add(scaled(cosine, c), negative(scaled(sine, s)))


def taylor_coefficients(name: str, count: int) -> list[fmpq]:
    """The Taylor coefficients at 0 of a function that has rational ones."""
    with_cap = ctx.cap
    ctx.cap = count
    try:
        series = getattr(fmpq_series([0, 1], prec=count), name)()
    finally:
        ctx.cap = with_cap
    return [series[k] for k in range(count)]


def at_zero(function: type, y: Expansion) -> Expansion:
    """A function of `AT_ZERO` of an argument that tends to 0."""
    limit, v = split(y)
    if not is_zero(limit):
        raise Undecided(f"{function} of an argument with a limit other than 0")
    return compose(v, lambda count: taylor_coefficients(function.__name__, count), AT_ZERO[function])


def arctangent(y: Expansion) -> Expansion:
    """atan(y): at 0, at infinity by atan(y) = +-pi/2 - atan(1/y), elsewhere by its derivative."""
    scale = y.scale
    if (y.terms and y.lead < 0) or any(m.s == 0 and m.a < 0 for m in y.terms):
        c, _, v = factored(y)
        s, growth, size_of_v = v.majorant()
        if scale.sup(s, -growth, 0) * size_of_v >= 1:
            restart_later(scale)
        require_positive(c if ball(c).real > 0 else times(c, fmpq(-1)))
        sign = 1 if ball(c).real > 0 else -1
        return add(constant(scale, exact(sign * sympy.pi / 2)), negative(arctangent(power(y, S.NegativeOne))))
    limit, v = split(y)
    if is_zero(limit):
        return at_zero(sympy.atan, v)
    value = expression(limit)
    if value is None:
        raise Undecided("atan of an argument whose limit is not exact")
    inner = multiply(v, power(add(constant(scale, exact(1 + value**2)), scaled(v, exact(value))), S.NegativeOne))
    if not ball(limit).real.is_finite() or not ball(limit).imag.contains(0):
        raise Undecided("atan of a complex argument")
    return add(constant(scale, exact(sympy.atan(value))), arctangent(inner))


def radius_one(bound: Callable[[arb], arb]) -> Callable[[fmpq], arb | None]:
    """The bound on discs of a radius below 1, None on others."""
    return lambda r: bound(arb(r)) if r < 1 else None


AT_ZERO: dict[type, Callable[[fmpq], arb | None]] = {
    sympy.sin: lambda r: arb(r).sinh(),
    sympy.cos: lambda r: arb(r).cosh(),
    sympy.sinh: lambda r: arb(r).sinh(),
    sympy.cosh: lambda r: arb(r).cosh(),
    sympy.tanh: lambda r: arb(r).tan() if r <= 1 else None,
    sympy.atan: radius_one(lambda r: r.atanh()),
    sympy.asin: radius_one(lambda r: r.asin()),
    sympy.asinh: radius_one(lambda r: r.asin()),
    sympy.atanh: radius_one(lambda r: r.atanh()),
}
"""Upper bounds of |f| on |z| <= r: the series at 0 with absolute values, for functions with rational coefficients."""
