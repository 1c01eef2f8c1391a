"""Summation as an oracle: terms read from their text, sums by textbook numerics at high precision.

Nothing here knows the package or SymPy. A text is read by Python's own parser and computed with
`Fraction` (exactly) or with mpmath. An infinite sum is taken by a method that is named, because an
automatic choice is where the known numerical summers go wrong silently:

- `direct`       adds the terms; for terms that decrease at least geometrically
- `alternating`  Cohen, Rodriguez Villegas and Zagier (2000): (-1)**n f(n), f close to completely monotone
- `levin`        Levin's u transform: terms z**n n**(-s) (c0 + c1/n + ...), |z| <= 1, s arbitrary
- `period q`     blocks of q terms, then `levin`
- `plana`        the Abel-Plana formula at midpoints: f analytic to the right of the start; also with logarithms
- `plana 2`      the same with one exponential more in the substitution: 1/(n log(n)**2) and its like

Every method runs twice with different parameters, and the two must agree: a value that comes
back has the digits asked for as far as a second computation can tell.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
from mpmath import mp

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@lru_cache(maxsize=1 << 16)
def _fibonacci(index: int) -> int:
    if index < 0:
        return (-1) ** (index + 1) * _fibonacci(-index)
    a, b = 0, 1
    for _ in range(index):
        a, b = b, a + b
    return a


@lru_cache(maxsize=1 << 16)
def _harmonic(index: int) -> Fraction:
    return sum((Fraction(1, k) for k in range(1, index + 1)), Fraction(0))


def _integer(value: Any) -> int:
    if value != int(value):
        raise ValueError(f"{value} is not an integer")
    return int(value)


def _rising(x: Fraction, count: Any) -> Fraction:
    return math.prod((x + i for i in range(_integer(count))), start=Fraction(1))


def _binomial(x: Fraction, k: Any) -> Fraction:
    k = _integer(k)
    if k < 0:
        return Fraction(0)
    return math.prod((x - i for i in range(k)), start=Fraction(1)) / math.factorial(k)


EXACT: Mapping[str, Any] = {
    "factorial": lambda x: Fraction(math.factorial(_integer(x))),
    "gamma": lambda x: Fraction(math.factorial(_integer(x) - 1)),
    "binomial": _binomial,
    "rf": _rising,
    "harmonic": lambda x: _harmonic(_integer(x)),
    "fibonacci": lambda x: Fraction(_fibonacci(_integer(x))),
    "lucas": lambda x: Fraction(_fibonacci(_integer(x) - 1) + _fibonacci(_integer(x) + 1)),
    "floor": lambda x: Fraction(math.floor(x)),
    "Abs": abs,
}
"""The functions that stay in the rationals."""


def _binet(index: Any, sign: int) -> Any:
    """phi**index plus or minus (-1/phi)**index: Binet's formula, for an integer index of any size."""
    power = mp.phi**index
    return power + sign * (-1) ** index / power


def _real(name: str) -> Any:
    """The mpmath function of a SymPy name."""
    named = {
        "Abs": abs,
        "rf": mp.rf,
        "factorial2": mp.fac2,
        "harmonic": lambda x, m=1: mp.harmonic(x) if m == 1 else mp.zeta(m) - mp.zeta(m, x + 1),
        "fibonacci": lambda x: _binet(x, -1) / mp.sqrt(5),
        "lucas": lambda x: _binet(x, 1),
        "polygamma": mp.psi,
        "elliptic_k": mp.ellipk,
        "dirichlet_eta": mp.altzeta,
        "uppergamma": lambda s, x: mp.gammainc(s, x),
        "expint": mp.expint,
        "Ei": mp.ei,
        "Si": mp.si,
        "Ci": mp.ci,
        "pi": +mp.pi,
        "E": +mp.e,
        "I": mp.j,
        "EulerGamma": +mp.euler,
        "Catalan": +mp.catalan,
        "GoldenRatio": +mp.phi,
    }
    return named[name] if name in named else getattr(mp, name)


def evaluate(text: str, names: Mapping[str, Any], exact: bool = False) -> Any:
    """The value of a text in SymPy's spelling: exact in `Fraction`, or at the precision of mpmath now set.

    >>> evaluate("binomial(n, 2)/3", {"n": Fraction(5)}, exact=True)
    Fraction(10, 3)
    """
    return _walk(_parsed(text), names, exact)


@lru_cache(maxsize=1 << 12)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _walk(node: ast.expr, names: Mapping[str, Any], exact: bool) -> Any:
    match node:
        case ast.Constant(value=int() as value):
            return Fraction(value) if exact else mp.mpf(value)
        case ast.Name(id=name):
            return names[name] if name in names else _real(name)
        case ast.Tuple(elts=parts):
            return [_walk(part, names, exact) for part in parts]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_walk(operand, names, exact)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_walk(left, names, exact), _walk(right, names, exact))
        case ast.Call(func=ast.Name(id="Subs"), args=[ast.Call(args=[body, order]), ast.Name(id=name), point]):
            # SymPy writes a derivative at a point as Subs(Derivative(f(s), s), s, point) or with (s, order)
            count = order.elts[1].value if isinstance(order, ast.Tuple) else 1
            return mp.diff(lambda s: _walk(body, {**names, name: s}, exact), _walk(point, names, exact), count)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            function = EXACT[name] if exact else _real(name)
            return function(*(_walk(argument, names, exact) for argument in arguments))
    raise ValueError(f"cannot read {ast.unparse(node)}")


class Disagreement(ArithmeticError):
    """Two computations of one sum differ: the oracle has no value to offer."""


def infinite_sum(term: str, start: int, method: str, digits: int = 50) -> Any:
    """The sum of `term` for n = start, start + 1, ..., to about `digits` digits, by the named method.

    Raises `Disagreement` where the two runs differ by more than 10**-digits.

    >>> print(mpmath.nstr(infinite_sum("1/n**2", 1, "levin", 20), 15))
    1.64493406684823
    """
    name, _, parameter = method.partition(" ")
    values = []
    for attempt in range(2):
        with mp.workdps(4 * digits + 20 * attempt if name in ("levin", "period") else 2 * digits + 10 * attempt):

            def value(x: Any) -> Any:
                return evaluate(term, {"n": x})

            values.append(_METHODS[name](value, start, parameter, digits, attempt))
    with mp.workdps(digits + 10):
        if abs(values[0] - values[1]) > mp.mpf(10) ** -digits:
            raise Disagreement(f"{term}: {mpmath.nstr(values[0], 30)} and {mpmath.nstr(values[1], 30)} by {method}")
        return +values[1]


def _prefix(value: Callable[[Any], Any], start: int, count: int) -> Any:
    return mp.fsum(value(mp.mpf(i)) for i in range(start, start + count))


def _direct(value: Callable[[Any], Any], start: int, _: str, digits: int, attempt: int) -> Any:
    """Adds until the last 20 terms together are negligible; both attempts differ in the precision."""
    small = mp.mpf(10) ** -(digits + 15 + 5 * attempt)
    total, quiet, index = mp.mpf(0), 0, start
    while quiet < 20:
        term = value(mp.mpf(index))
        total, index = total + term, index + 1
        quiet = quiet + 1 if abs(term) < small else 0
        if index > start + 60_000:
            raise Disagreement("too many terms")
    return total


def _alternating(value: Callable[[Any], Any], start: int, _: str, digits: int, attempt: int) -> Any:
    head = 20 + 10 * attempt
    count = int(1.4 * digits) + 5
    d = (3 + mp.sqrt(8)) ** count
    d = (d + 1 / d) / 2
    b, c, total = mp.mpf(-1), -d, mp.mpf(0)
    for k in range(count):
        c = b - c
        total += c * (-1) ** k * value(mp.mpf(start + head + k))
        b = b * (k + count) * (k - count) / ((k + mp.mpf(1) / 2) * (k + 1))
    return _prefix(value, start, head) + total / d


def _levin(value: Callable[[Any], Any], start: int, _: str, digits: int, attempt: int) -> Any:
    head = 10 + 7 * attempt
    order = int(1.5 * digits) + 10 * attempt
    total = _prefix(value, start, head)
    above, below, sign = mp.mpf(0), mp.mpf(0), 1
    for j in range(order + 1):
        position = mp.mpf(start + head + j)
        term = value(position)
        weight = sign * mp.binomial(order, j) * (position + 1) ** (order - 1) / ((position + 1) * term)
        total += term
        above, below, sign = above + weight * total, below + weight, -sign
    return above / below


def _period(value: Callable[[Any], Any], start: int, parameter: str, digits: int, attempt: int) -> Any:
    length = int(parameter)

    def block(m: Any) -> Any:
        return mp.fsum(value(start + length * m + r) for r in range(length))

    return _levin(block, 0, "", digits, attempt)


def _plana(value: Callable[[Any], Any], start: int, parameter: str, digits: int, attempt: int) -> Any:
    """sum_{n >= N} f(n) = integral_M^oo f - i integral_0^oo (f(M + iy) - f(M - iy))/(exp(2 pi y) + 1) dy, M = N - 1/2.

    (Henrici, Applied and Computational Complex Analysis, 1.) The first integral is taken in u with
    x = M e**u, or with the exponential repeated `parameter` times, up to where x f(x) dx/du is negligible.
    """
    levels = int(parameter or 1)
    head = (30 if levels == 1 else 20) + 6 * attempt
    half = mp.mpf(start + head) - mp.mpf(1) / 2
    first = half
    for _ in range(levels):
        first = mp.log(first)

    def integrand(u: Any) -> Any:
        # x = e**u is large, where a difference of close terms loses as many digits as x has
        with mp.workdps(2 * mp.dps + 40 + int(abs(u))):
            slope, x = mp.mpf(1), +u
            for _ in range(levels):
                x = mp.exp(x)
                slope *= x
            return value(x) * slope

    small = mp.mpf(10) ** -(digits + 8)
    last = first + 8
    while abs(integrand(last)) > small or abs(integrand(last + 1)) > small:
        last += 8
        if last > first + 3000:
            raise Disagreement("the integrand does not decrease")
    with mp.workdps(digits + 20):
        pieces = max(4, int((last - first) / 4))
        main = mp.quad(integrand, mp.linspace(first, last, pieces + 1), method="gauss-legendre")

        def correction(y: Any) -> Any:
            return (value(mp.mpc(half, y)) - value(mp.mpc(half, -y))) / (mp.exp(2 * mp.pi * y) + 1)

        top = (digits + 20) * mp.log(10) / (2 * mp.pi)
        rest = mp.quad(correction, mp.linspace(0, top, 9), method="gauss-legendre")
    return _prefix(value, start, head) + mp.re(main - mp.j * rest)


_METHODS: Mapping[str, Callable[..., Any]] = {
    "direct": _direct,
    "alternating": _alternating,
    "levin": _levin,
    "period": _period,
    "plana": _plana,
}


def oscillating_sum(parts: str, start: int, digits: int = 50) -> Any:
    """The real part of the sum of complex terms z**n f(n), separated by ";", each by Levin's transform."""
    sums = [infinite_sum(part.strip(), start, "levin", digits) for part in parts.split(";")]
    with mp.workdps(digits + 10):
        return mp.re(mp.fsum(sums))


def partial_sum(term: str, first: int, last: int, names: Mapping[str, Any], exact: bool) -> Any:
    """The finite sum over k = first, ..., last, term by term; 0 where last = first - 1."""
    number = Fraction if exact else mp.mpf
    return sum((evaluate(term, {**names, "k": number(k)}, exact) for k in range(first, last + 1)), number(0))
