"""The exact rational value of a term at an integer, as a function compiled from the expression."""

from collections.abc import Callable
from functools import lru_cache

import sympy
from flint import arb, ctx, fmpq, fmpz

from infinitesimal.arithmetics.symbolic import n

ExactFunction = Callable[[int], fmpq]

MAX_HARMONIC = 2_000_000
"""Harmonic numbers of larger indices are not computed: they take about 2.9 bits for each unit of the index."""

MAX_BITS = 1 << 24
"""Values of more bits than this are not computed."""


class NotRational(ValueError):
    """The value is irrational, or its rationality is not known here."""


@lru_cache(maxsize=4096)
def exact(expr: sympy.Expr) -> ExactFunction:
    """The function from an integer k to the rational value of the term at n = k.

    It raises `NotRational`, or `ZeroDivisionError` at a pole. What is known: rational operations,
    perfect powers, factorials and their kin, harmonic, Fibonacci and Lucas numbers, floor, absolute value.
    """
    if expr == n:
        index: ExactFunction = fmpq
        return index
    if expr.is_Rational:
        value = fmpq(int(expr.p), int(expr.q))
        return lambda k: value
    parts = [exact(arg) for arg in expr.args]
    if expr.is_Add:
        return lambda k: sum([part(k) for part in parts[1:]], parts[0](k))
    if expr.is_Mul:
        return lambda k: _product(parts, k)
    if expr.is_Pow:
        base, exponent = parts
        return lambda k: power(base(k), exponent(k))
    if isinstance(expr, sympy.floor | sympy.ceiling):
        return _rounded(expr)
    rule = _RULES.get(expr.func.__name__)
    if rule is None or not parts:
        return _refuse(expr)
    return lambda k: rule(*[part(k) for part in parts])


def _refuse(expr: sympy.Expr) -> ExactFunction:
    def refuse(k: int) -> fmpq:
        raise NotRational(str(expr))

    return refuse


def _product(parts: list[ExactFunction], k: int) -> fmpq:
    result = parts[0](k)
    for part in parts[1:]:
        result *= part(k)
    return result


def power(base: fmpq, exponent: fmpq) -> fmpq:
    """The real power when it is rational: integer exponents, or roots that come out even."""
    if exponent.q != 1:
        base, exponent = _root(base, int(exponent.q)), fmpq(exponent.p)
    k = int(exponent.p)
    if base == 0:
        if k < 0:
            raise ZeroDivisionError("0 to a negative power")
        return fmpq(k == 0)
    if abs(base.p) == 1 and base.q == 1:
        return base if k % 2 else fmpq(1)
    if max(abs(base.p).bit_length(), base.q.bit_length()) * abs(k) > MAX_BITS:
        raise NotRational("too many bits")
    return base**k


def _root(base: fmpq, degree: int) -> fmpq:
    if base < 0 or degree > 1000:
        raise NotRational("the principal root of a negative number is not real")
    p, q = base.p.root(degree), base.q.root(degree)
    if p**degree != base.p or q**degree != base.q:
        raise NotRational("an irrational root")
    return fmpq(p, q)


def _rounded(expr: sympy.Expr) -> ExactFunction:
    """Floor and ceiling: exact for rationals, by a ball that holds one candidate for the rest."""
    inside, upwards = expr.args[0], isinstance(expr, sympy.ceiling)
    argument = exact(inside)

    def value(k: int) -> fmpq:
        try:
            number = argument(k)
        except NotRational:
            return fmpq(_rounded_ball(inside, k, upwards))
        return fmpq(number.ceil() if upwards else number.floor())

    return value


def _rounded_ball(expr: sympy.Expr, k: int, upwards: bool) -> fmpz:
    from infinitesimal.errors import Undecided
    from infinitesimal.sums.summands.evaluation import value_ball

    try:
        enclosure = value_ball(expr, k, 128)
    except Undecided as error:
        raise NotRational(str(error)) from error
    with ctx.workprec(256):
        whole = (arb.ceil if upwards else arb.floor)(enclosure.real).unique_fmpz()
    if whole is None or not enclosure.imag.is_zero():
        raise NotRational("too close to an integer")
    return whole


def _integer(x: fmpq) -> int:
    if x.q != 1:
        raise NotRational(f"{x} is not an integer")
    return int(x.p)


def _factorial(x: fmpq) -> fmpq:
    k = _integer(x)
    if k < 0:
        raise ZeroDivisionError("factorial of a negative integer")
    if k * max(k, 2).bit_length() > MAX_BITS:
        raise NotRational("too many bits")
    return fmpq(fmpz.fac_ui(k))


def _binomial(x: fmpq, y: fmpq) -> fmpq:
    k = _integer(y)
    if k < 0:
        return fmpq(0)
    if x.q == 1 and x.p >= 0:
        top = int(x.p)
        if min(k, top) * max(top, 2).bit_length() > MAX_BITS:
            raise NotRational("too many bits")
        return fmpq(fmpz.bin_uiui(top, k))
    return _rising(x - k + 1, y) / _factorial(y)


def _rising(x: fmpq, y: fmpq) -> fmpq:
    k = _integer(y)
    if k < 0:
        return 1 / _rising(x + k, fmpq(-k))
    if k * (max(k, 2).bit_length() + abs(x.p).bit_length() + x.q.bit_length()) > MAX_BITS:
        raise NotRational("too many bits")
    p, q = x.p, x.q
    return fmpq(_spaced_product(p, q, 0, k), q**k)


def _spaced_product(p: fmpz, q: fmpz, first: int, last: int) -> fmpz:
    """The product of p + j q for first <= j < last, halved again and again."""
    if last - first <= 8:
        result = fmpz(1)
        for j in range(first, last):
            result *= p + j * q
        return result
    middle = (first + last) // 2
    return _spaced_product(p, q, first, middle) * _spaced_product(p, q, middle, last)


def _double_factorial(x: fmpq) -> fmpq:
    k = _integer(x)
    if k < -1:
        raise NotRational("double factorial of a negative number")
    if k % 2:
        return _rising(fmpq(1, 2), fmpq((k + 1) // 2)) * fmpq(2) ** ((k + 1) // 2)
    return _factorial(fmpq(k // 2)) * fmpq(2) ** (k // 2)


def _harmonic(x: fmpq, order: fmpq | None = None) -> fmpq:
    k = _integer(x)
    if k < 0:
        raise NotRational("harmonic number of a negative index")
    if k > MAX_HARMONIC:
        raise NotRational("too many bits")
    if order is None or order == 1:
        return fmpq.harmonic(k)
    if k > 2000:
        raise NotRational("too many terms")
    return sum((power(fmpq(j), -order) for j in range(1, k + 1)), fmpq(0))


def _fibonacci(x: fmpq) -> fmpq:
    k = _integer(x)
    if abs(k) > MAX_BITS:
        raise NotRational("too many bits")
    value = fmpq(fmpz.fib_ui(abs(k)))
    return -value if k < 0 and k % 2 == 0 else value


def _sign(x: fmpq) -> fmpq:
    return fmpq((x > 0) - (x < 0))


def _at(point: int, value: int) -> Callable[[fmpq], fmpq]:
    """The one rational value an elementary function is known to take, exp(0) = 1 and its kin."""

    def rule(x: fmpq) -> fmpq:
        if x != point:
            raise NotRational("an elementary function of a rational")
        return fmpq(value)

    return rule


_RULES: dict[str, Callable[..., fmpq]] = {
    "factorial": _factorial,
    "factorial2": _double_factorial,
    "gamma": lambda x: _factorial(x - 1),
    "binomial": _binomial,
    "RisingFactorial": _rising,
    "FallingFactorial": lambda x, k: _rising(x - k + 1, k),
    "catalan": lambda k: _binomial(2 * k, k) / (k + 1),
    "harmonic": _harmonic,
    "fibonacci": _fibonacci,
    "lucas": lambda k: _fibonacci(k - 1) + _fibonacci(k + 1),
    "bernoulli": lambda k: fmpq(1, 2) if k == 1 else fmpq.bernoulli(_integer(k)),
    "Abs": abs,
    "sign": _sign,
    "Mod": lambda x, m: x - m * fmpq((x / m).floor()),
    "frac": lambda x: x - fmpq(x.floor()),
    "Max": max,
    "Min": min,
    "exp": _at(0, 1),
    "log": _at(1, 0),
    "sin": _at(0, 0),
    "cos": _at(0, 1),
    "tan": _at(0, 0),
    "sinh": _at(0, 0),
    "cosh": _at(0, 1),
    "tanh": _at(0, 0),
    "atan": _at(0, 0),
}
