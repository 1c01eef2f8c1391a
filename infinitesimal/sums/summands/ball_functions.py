"""The functions of SymPy over the balls of Arb: one line for each, by its name in SymPy.

Every entry encloses the function for all points of its argument balls, on SymPy's branch; a ball
that meets a pole becomes infinite or NaN, never wrong.
"""

from collections.abc import Callable

import sympy
from flint import acb, arb, ctx, fmpq, fmpq_poly

from infinitesimal.errors import Undecided

CONSTANTS: dict[sympy.Expr, Callable[[], acb]] = {
    sympy.pi: lambda: acb(arb.pi()),
    sympy.E: lambda: acb(arb.const_e()),
    sympy.EulerGamma: lambda: acb(arb.const_euler()),
    sympy.Catalan: lambda: acb(arb.const_catalan()),
    sympy.GoldenRatio: lambda: acb((1 + arb(5).sqrt()) / 2),
    sympy.I: lambda: acb(0, 1),
}


def power(base: acb, exponent: acb) -> acb:
    """The principal power, with 0**0 = 1 and 0**x = 0 for x > 0; reals stay real where they are."""
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None:
        return base**whole
    if base.is_zero() and exponent.imag.is_zero() and exponent.real > 0:
        return acb(0)
    if base.imag.is_zero() and exponent.imag.is_zero() and base.real > 0:
        return acb(base.real**exponent.real)
    return base.pow(exponent)


def binomial(x: acb, y: acb) -> acb:
    """The binomial coefficient Gamma(x+1)/(Gamma(y+1) Gamma(x-y+1)); a polynomial in x for integer y."""
    whole = y.unique_fmpz() if y.is_exact() else None
    if whole is not None and 0 <= whole <= 1000:
        return (x - y + 1).rising(acb(whole)) * (y + 1).rgamma()
    if whole is not None and whole < 0:
        return acb(0)
    return (x + 1).gamma() * (y + 1).rgamma() * (x - y + 1).rgamma()


def rising(x: acb, k: acb) -> acb:
    """The rising factorial Gamma(x+k)/Gamma(x); a polynomial in x for an integer k >= 0."""
    return x.rising(k)


def harmonic(x: acb, order: acb | None = None) -> acb:
    """The harmonic number, of an order; by digamma and the Hurwitz zeta function."""
    if order is None or (order.is_exact() and order == 1):
        return (x + 1).digamma() + acb(arb.const_euler())
    return order.zeta() - order.zeta(x + 1)


def fibonacci(k: acb) -> acb:
    """The Fibonacci number of an integer index, F(-k) = (-1)**(k+1) F(k); `Undecided` elsewhere."""
    whole = _integer(k, "fibonacci")
    if whole < 0:
        return acb(arb.fib(-whole)) * (1 if whole % 2 else -1)
    return acb(arb.fib(whole))


def lucas(k: acb) -> acb:
    """The Lucas number of an integer index: F(k-1) + F(k+1)."""
    return fibonacci(k - 1) + fibonacci(k + 1)


def _integer(x: acb, name: str) -> int:
    whole = x.unique_fmpz() if x.is_exact() else None
    if whole is None:
        raise Undecided(f"{name} is enclosed at integers only")
    return int(whole)


def polygamma(order: acb, x: acb) -> acb:
    """The polygamma function of an integer order: psi^(m)(x)."""
    return x.digamma() if order == 0 else x.polygamma(order)


def zeta(s: acb, a: acb | None = None) -> acb:
    """The zeta function of Riemann or Hurwitz."""
    return s.zeta() if a is None else s.zeta(a)


def stieltjes(k: acb, a: acb | None = None) -> acb:
    """The generalised Stieltjes constant."""
    return acb.stieltjes(_integer(k, "stieltjes"), a if a is not None else acb(1))


def zeta_derivative(order: int, s: acb, a: acb | None = None) -> acb:
    """A derivative of the zeta function in s: a coefficient of its Taylor series."""
    from flint import acb_series

    cap = ctx.cap
    try:
        ctx.cap = order + 1
        series = acb_series([s, 1], prec=order + 1).zeta(a if a is not None else acb(1))
        return acb(series[order]) * acb(order + 1).gamma()
    finally:
        ctx.cap = cap


def sum_over_roots(poly: sympy.Poly, function: Callable[[acb], acb]) -> acb:
    """The sum of the function over the distinct roots of a rational polynomial, each enclosed."""
    return sum((function(root) for root in isolated_roots(poly)), acb(0))


def isolated_roots(poly: sympy.Poly) -> list[acb]:
    """Disjoint balls, one around each distinct complex root of a rational polynomial."""
    coefficients = [fmpq(int(c.p), int(c.q)) for c in reversed(poly.set_domain("QQ").all_coeffs())]
    return [root for root, _ in fmpq_poly(coefficients).complex_roots()]


def _fixed_real(function: Callable[[arb], arb]) -> Callable[[acb], acb]:
    def value(x: acb) -> acb:
        if not x.imag.is_zero():
            raise Undecided("a real argument is expected for floor, ceiling, sign and the like")
        return acb(function(x.real))

    return value


def _sign(x: arb) -> arb:
    if x.is_zero():
        return arb(0)
    return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0, 1)


def _modulo(x: acb, m: acb) -> acb:
    return x - m * _fixed_real(arb.floor)(x / m)


def _largest(*values: acb) -> acb:
    result = values[0].real
    for value in values[1:]:
        result = result.max(value.real)
    return result


def _smallest(*values: acb) -> acb:
    return -_largest(*[-value for value in values])


def _absolute(x: acb) -> acb:
    return acb(abs(x.real)) if x.imag.is_zero() else acb(abs(x))


def _falling(x: acb, k: acb) -> acb:
    return rising(x - k + 1, k)


FUNCTIONS: dict[str, Callable[..., acb]] = {
    "exp": acb.exp,
    "log": lambda x, b=None: x.log() if b is None else x.log() / b.log(),
    "sin": acb.sin,
    "cos": acb.cos,
    "tan": acb.tan,
    "cot": acb.cot,
    "sec": acb.sec,
    "csc": acb.csc,
    "asin": acb.asin,
    "acos": acb.acos,
    "atan": acb.atan,
    "acot": lambda x: (1 / x).atan(),
    "asec": lambda x: (1 / x).acos(),
    "acsc": lambda x: (1 / x).asin(),
    "sinh": acb.sinh,
    "cosh": acb.cosh,
    "tanh": acb.tanh,
    "coth": acb.coth,
    "sech": acb.sech,
    "csch": acb.csch,
    "asinh": acb.asinh,
    "acosh": acb.acosh,
    "atanh": acb.atanh,
    "acoth": lambda x: (1 / x).atanh(),
    "asech": lambda x: (1 / x).acosh(),
    "acsch": lambda x: (1 / x).asinh(),
    "sinc": acb.sinc,
    "atan2": lambda y, x: acb(arb.atan2(y.real, x.real)),
    "Abs": _absolute,
    "re": lambda x: acb(x.real),
    "im": lambda x: acb(x.imag),
    "conjugate": acb.conjugate,
    "arg": lambda x: acb(x.arg()),
    "sign": _fixed_real(_sign),
    "floor": _fixed_real(arb.floor),
    "ceiling": _fixed_real(arb.ceil),
    "frac": lambda x: _modulo(x, acb(1)),
    "Mod": _modulo,
    "Max": _largest,
    "Min": _smallest,
    "factorial": lambda x: (x + 1).gamma(),
    "factorial2": lambda x: acb(_double_factorial(_integer(x, "factorial2"))),
    "gamma": acb.gamma,
    "loggamma": acb.lgamma,
    "beta": lambda x, y: x.gamma() * y.gamma() * (x + y).rgamma(),
    "binomial": binomial,
    "RisingFactorial": rising,
    "FallingFactorial": _falling,
    "catalan": lambda k: binomial(2 * k, k) / (k + 1),
    "harmonic": harmonic,
    "fibonacci": fibonacci,
    "lucas": lucas,
    "digamma": acb.digamma,
    "trigamma": lambda x: polygamma(acb(1), x),
    "polygamma": polygamma,
    "zeta": zeta,
    "dirichlet_eta": acb.dirichlet_eta,
    "stieltjes": stieltjes,
    "polylog": lambda s, z: z.polylog(s),
    "lerchphi": lambda z, s, a: z.lerch_phi(s, a),
    "Ei": acb.ei,
    "E1": lambda x: x.expint(acb(1)),
    "expint": lambda order, x: x.expint(order),
    "Si": acb.si,
    "Ci": acb.ci,
    "Shi": acb.shi,
    "Chi": acb.chi,
    "li": acb.li,
    "erf": acb.erf,
    "erfc": acb.erfc,
    "erfi": acb.erfi,
    "fresnels": acb.fresnel_s,
    "fresnelc": acb.fresnel_c,
    "uppergamma": lambda s, x: x.gamma_upper(s),
    "lowergamma": lambda s, x: x.gamma_lower(s),
    "besselj": lambda order, x: x.bessel_j(order),
    "bessely": lambda order, x: x.bessel_y(order),
    "besseli": lambda order, x: x.bessel_i(order),
    "besselk": lambda order, x: x.bessel_k(order),
    "airyai": acb.airy_ai,
    "airybi": acb.airy_bi,
    "elliptic_k": acb.elliptic_k,
    "elliptic_e": lambda m: m.elliptic_e(),
    "LambertW": lambda x, branch=None: x.lambertw(0 if branch is None else _integer(branch, "LambertW")),
    "bernoulli": lambda k, x=None: _bernoulli(k, x),
}


def _double_factorial(k: int) -> int:
    result = 1
    for factor in range(k, 1, -2):
        result *= factor
    return result


def _bernoulli(k: acb, x: acb | None) -> acb:
    order = _integer(k, "bernoulli")
    if x is not None:
        return x.bernoulli_poly(order)
    return acb(arb.bernoulli(order)) * (-1 if order == 1 else 1)  # B(1) = +1/2 in SymPy
