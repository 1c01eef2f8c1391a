"""Correctly rounded functions: exp, log, sin, ... of machine numbers, by balls at rising precision.

A ball around f(x) whose two ends round to the same value of the format gives that value, since every rounding is
monotone; otherwise the precision is doubled (Ziv 1991). The loop ends because f(x) is never a dyadic number, apart
from the exact cases seen to beforehand: for a rational x other than 0 (log: other than 1) each of these values is
transcendental (Lindemann and Weierstrass; for log(1 + exp(x)) = y because exp(y) - exp(x) = exp(0) is impossible).

Where a value lies closer to a simple number than the format can see - sin x to x, cosh x to 1, tanh x to 1 - or out
of range, its side is known without a ball.
"""

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any

from infinitesimal.arithmetics.floating.format import (
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    ZEROS,
    Format,
    Pair,
)
from infinitesimal.arithmetics.floating.rounding import Rounding, shifter
from infinitesimal.errors import BudgetSpent, InputError

if TYPE_CHECKING:
    from infinitesimal.arithmetics.floating.soft import Floats

Round = Callable[[int, int], Pair]

MOST_BITS = 1 << 20
"""The greatest precision of a ball: sine and its kin need as many bits as a huge argument has before the point."""

ODD = frozenset(("sin", "tan", "sinh", "tanh", "atan"))
"""The functions with f(-x) = -f(x), whose zeros keep their signs."""

CLOSER_TO_ZERO = frozenset(("sin", "tanh", "atan"))
"""Those of them with |f(x)| < |x|; the others have |f(x)| > |x| near 0."""

BALLS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "softplus", "logistic")
KINKED = ("Abs", "relu", "sign", "heaviside")


def correctly_rounded(machine: "Floats", name: str, *args: Pair) -> Pair:
    """The value of a function of losses at a pair, rounded once.

    Outside the domain it is NaN, and log(0) is what the format has for minus infinity. relu, sign and heaviside are
    max(x, 0), the sign of x, and 1 above 0; at zeros they are +0. Raises `InputError` for another name, and
    `BudgetSpent` where an argument is too large to be reduced by a multiple of pi.

    >>> from infinitesimal.arithmetics.floating.format import binary64
    >>> binary64.arithmetic.export(correctly_rounded(binary64.arithmetic, "exp", (1, 0)))
    2.718281828459045
    """
    if name == "power" and len(args) == 2:
        from infinitesimal.arithmetics.floating.powers import correctly_rounded_power

        return correctly_rounded_power(machine, *args)
    if name not in (*BALLS, *KINKED) or len(args) != 1:
        known = ", ".join(("sqrt", *BALLS, *KINKED, "power"))
        raise InputError(f"{name} has no correctly rounded value on machines here: the functions are {known}")
    (x,) = args
    if name in KINKED:
        return _kinked(machine, name, x)
    if not x[0]:
        return _special(machine, name, x)
    return rounded_function(machine.format, machine.round, name, x)


def rounded_function(format: Format, round: Round, name: str, x: Pair, extra: int = 0) -> Pair:
    """The transcendental value of `name` at a nonzero finite `x` under any monotone rounding `round`, which breaks
    at values and midpoints of the format, or at numbers of `extra` bits more.
    """
    m, e = x
    if name == "log" and m < 0:
        return NAN
    if name == "log" and e <= 0 and m == 1 << -e:
        return POSITIVE_ZERO
    near = _beside(format, name, m, e, extra)
    return round(*near) if near is not None else _by_balls(format, round, name, m, e)


def result(machine: "Floats", name: str, *args: Pair, extra: int = 64) -> Fraction | None:
    """The result of a function before it is rounded: exact where it is rational, and None where there is no real one.

    A transcendental result is given to `extra` bits beyond the format, with an odd last bit, so that it lies on its
    side of all numbers with fewer bits. (Of exp(2**20) and more only a bound is given, beyond every number.)
    """
    format, x = machine.format, args[0]
    m, e = x

    def odd(m: int, e: int) -> Pair:
        d = m.bit_length() - format.precision - extra
        return (shifter(Rounding.ODD)(m, d), e + d) if d > 0 else (m << -d, e + d)

    if name == "power":
        from infinitesimal.arithmetics.floating.powers import real_power

        found = real_power(machine, odd, x, args[1], extra)
        return None if found is None else format.value(found)
    if not m and x not in ZEROS:
        return None
    if name in KINKED or (name in BALLS and not m and name not in ("log", "softplus")):
        known = _kinked(machine, name, x) if name in KINKED else _special(machine, name, x)
        return format.value(known)
    if name == "sqrt":
        return _root(format.value(x), format.precision + extra) if m >= 0 else None
    if name == "log" and (m <= 0 or format.value(x) == 1):
        return None if m <= 0 else Fraction(0)
    moderate = name in ("exp", "sinh", "cosh", "softplus", "logistic") and not _exceeds(m, e, 1 << 20)
    return format.value(
        _by_balls(format, odd, name, m, e) if moderate else rounded_function(format, odd, name, x, extra)
    )


def _root(value: Fraction, bits: int) -> Fraction:
    """The square root: exact, or with an odd last bit at `bits` bits or more."""
    shift = 2 * bits + 2 * value.denominator.bit_length()
    square = (value.numerator << shift) // value.denominator  # the denominator is a power of two below 2**shift
    root = isqrt(square)
    return Fraction(root if root * root == square else root | 1, 1 << shift // 2)


def _by_balls(format: Format, round: Round, name: str, m: int, e: int) -> Pair:
    from flint import arb

    from infinitesimal.arithmetics.balls import NARROW

    point = arb((m, e))
    bits = max(0, m.bit_length() + e) if name in ("sin", "cos", "tan") else 0
    return ziv(lambda: NARROW[name](point), round, format.precision + 16 + bits)


def ziv(f: Callable[[], Any], round: Round, bits: int) -> Pair:
    """The rounded value of the number that `f` encloses, at a precision from `bits` on."""
    from flint import ctx

    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            ball = f()
            ends = [tuple(map(int, end.man_exp())) for end in (ball.lower(), ball.upper())] if ball.is_finite() else []
        if ends and all(m for m, _ in ends):
            low, high = (round(m, e) for m, e in ends)
            if low == high:
                return low
        bits *= 2
    raise BudgetSpent(f"a function needs balls of more than {MOST_BITS} bits: the argument is too large to be reduced")


def _beside(format: Format, name: str, m: int, e: int, extra: int) -> Pair | None:
    """A number on the same side of every break of a rounding as f(m * 2**e), where a short argument gives one.

    It is a value of the format with one bit more, `reach` places further, that stands for all that follows. Both it
    and f(x) are nearer to the value than the next break is, which is a quarter of an ulp or more away.
    """
    p, size = format.precision + extra, m.bit_length() + e  # 2**(size - 1) <= |x| < 2**size
    reach, sign = p + 4, 1 if m > 0 else -1
    one = 1 << reach
    if size <= -reach:
        # |f(x) - x| < |x|**3; |cos x - 1|, |cosh x - 1| < x**2; |exp(x) - 1| < 2*|x|; |logistic(x) - 1/2| < |x|.
        if name in ODD:
            return (m << reach) + (-sign if name in CLOSER_TO_ZERO else sign), e - reach
        if name in ("cos", "cosh"):
            return one + (-1 if name == "cos" else 1), -reach
        if name in ("exp", "logistic"):
            return one + sign, -reach - (name == "logistic")
        return None
    beyond = farthest(format, extra)
    if _exceeds(m, e, beyond):
        # exp(|x|) > 2**|x| is beyond every number of the format; exp(-|x|) is below all of them.
        if name in ("sinh", "cosh") or (name == "exp" and m > 0):
            return (sign if name == "sinh" else 1), beyond
        if m < 0 and name in ("exp", "softplus", "logistic"):
            return 1, -beyond
    if _exceeds(m, e, 2 * reach):
        # softplus(x) - x, 1 - logistic(x) and 1 - tanh(x) are positive and below 2**-x for these x > 0.
        if name == "tanh":
            return sign * (one - 1), -reach
        if m > 0 and name in ("softplus", "logistic"):
            return ((m << reach) + 1, e - reach) if name == "softplus" else (one - 1, -reach)
    return None


def farthest(format: Format, extra: int) -> int:
    """The exponent of a power of two beyond every number of the format, whose inverse is below all of them."""
    return max(abs(format.emax), abs(format.qmin)) + format.precision + extra + 8


def _exceeds(m: int, e: int, bound: int) -> bool:
    """Whether |m * 2**e| > bound."""
    if e >= 0:
        return abs(m) > bound >> e
    return m.bit_length() + e > 0 and abs(m) > bound << -e


def _special(machine: "Floats", name: str, x: Pair) -> Pair:
    """The values at zeros, infinities and NaN (IEEE 754-2019, 9.2.1)."""
    if x == NAN:
        return NAN
    if x in ZEROS:
        if name in ODD:
            return x
        if name == "log":
            return machine.div((-machine.format.largest_significand, machine.format.qmax), POSITIVE_ZERO)
        if name == "softplus":
            return _by_balls(machine.format, machine.round, name, 0, 0)
        return machine.const(Fraction(1, 2) if name == "logistic" else Fraction(1))
    if name in ("sin", "cos", "tan") or (name == "log" and x == NEGATIVE_INFINITY):
        return NAN
    if name == "cosh":
        return INFINITY
    if name == "tanh" or (name == "logistic" and x == INFINITY):
        return machine.const(Fraction(1 if x == INFINITY else -1))
    if name == "atan":
        return _half_pi(machine, x == NEGATIVE_INFINITY)
    if x == NEGATIVE_INFINITY and name != "sinh":
        return POSITIVE_ZERO
    return x


def _half_pi(machine: "Floats", negative: bool) -> Pair:
    from flint import arb

    return ziv(lambda: (-arb.pi() if negative else arb.pi()) / 2, machine.round, machine.format.precision + 16)


def _kinked(machine: "Floats", name: str, x: Pair) -> Pair:
    m, _ = x
    negative = m < 0 or x in (NEGATIVE_ZERO, NEGATIVE_INFINITY)
    if x == NAN:
        return NAN
    if name == "Abs":
        return machine.neg(x) if negative else x
    if x in ZEROS:
        return POSITIVE_ZERO
    if name == "relu":
        return POSITIVE_ZERO if negative else x
    if name == "sign":
        return machine.const(Fraction(-1 if negative else 1))
    return POSITIVE_ZERO if negative else machine.const(Fraction(1))
