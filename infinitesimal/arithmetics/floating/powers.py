"""x**y of machine numbers with any exponent, correctly rounded, as in the general term of 1/2**n.

For x = o * 2**t with o odd, and y = a/2**j in lowest terms, the power is a dyadic number only if x has a 2**j-th root
and a >= 0 or o = 1; then its odd part is a power of o, which is a value or a midpoint only while it is short. In every
other case balls at rising precision decide (see `functions`).
"""

from math import isqrt
from typing import TYPE_CHECKING

from infinitesimal.arithmetics.floating.format import (
    INFINITIES,
    INFINITY,
    NAN,
    NEGATIVE_INFINITY,
    NEGATIVE_ZERO,
    POSITIVE_ZERO,
    ZEROS,
    Format,
    Pair,
)
from infinitesimal.arithmetics.floating.functions import Round, farthest, ziv

if TYPE_CHECKING:
    from infinitesimal.arithmetics.floating.soft import Floats


def correctly_rounded_power(machine: "Floats", x: Pair, y: Pair) -> Pair:
    """The value x**y, rounded once; special values as in IEEE 754-2019, 9.2.1 (pow).

    >>> from infinitesimal.arithmetics.floating.format import binary32
    >>> machine = binary32.arithmetic
    >>> machine.export(correctly_rounded_power(machine, machine.embed(2), machine.embed("1/2")))
    1.4142135
    """
    special = _special(machine, x, y)
    return rounded_power(machine.format, machine.round, x, y) if special is None else special


def rounded_power(format: Format, round: Round, x: Pair, y: Pair, extra: int = 0) -> Pair:
    """The value x**y of finite nonzero pairs, where it is real, under a monotone rounding; see `rounded_function`."""
    from flint import arb, ctx

    exact = exact_power(format, x, y, extra)
    if exact is not None:
        return round(*exact)
    sign = -1 if x[0] < 0 and _parity(y) == 1 else 1
    base, exponent = arb((abs(x[0]), x[1])), arb(y)
    reach, beyond = format.precision + extra + 4, farthest(format, extra)
    with ctx.workprec(2 * format.precision + extra + 64):
        size, grows = exponent * base.log(), (base > 1) == (y[0] > 0)  # x is not 1, which is exact
        if abs(size) > beyond:
            return round(sign, beyond if grows else -beyond)
        if abs(size) < arb((1, -reach)):
            return round(sign * ((1 << reach) + (1 if grows else -1)), -reach)
    return ziv(lambda: sign * (exponent * base.log()).exp(), round, format.precision + 32)


def real_power(machine: "Floats", round: Round, x: Pair, y: Pair, extra: int) -> Pair | None:
    """The value x**y under another rounding than the machine's; None where it is not a real number."""
    special = _special(machine, x, y)
    if special is None:
        return rounded_power(machine.format, round, x, y, extra)
    return special if machine.format.is_finite(special) else None


def exact_power(format: Format, x: Pair, y: Pair, extra: int = 0) -> Pair | None:
    """The power as m * 2**e where it is dyadic with few enough bits to be a value or midpoint; None elsewhere."""
    (m, t), (a, f) = x, y
    sign = -1 if m < 0 and _parity(y) == 1 else 1
    odd, twos = abs(m), (a & -a).bit_length() - 1
    low = (odd & -odd).bit_length() - 1
    odd, t, a, f = odd >> low, t + low, a >> twos, f + twos
    while f < 0 and t % 2 == 0 and isqrt(odd) ** 2 == odd and (odd > 1 or t):
        odd, t, f = isqrt(odd), t // 2, f + 1
    if odd == 1 and t == 0:
        return sign, 0
    beyond = farthest(format, extra)
    if f < 0 or (odd > 1 and a < 0):
        return None
    if f > beyond.bit_length():
        return (sign, (beyond if (a > 0) == (t >= 0) else -beyond)) if odd == 1 else None
    power = a << f
    if odd == 1:
        return sign, max(-beyond, min(beyond, t * power))
    if power * (odd.bit_length() - 1) > format.precision + extra + 2:
        return None
    return sign * odd**power, t * power


def _parity(y: Pair) -> int | None:
    """0 for an even integer, 1 for an odd one, None for a number that is no integer."""
    m, e = y
    if e > 0:
        return 0
    return m >> -e & 1 if m & (1 << -e) - 1 == 0 else None


def _special(machine: "Floats", x: Pair, y: Pair) -> Pair | None:
    """The power where an operand is zero or not finite, or where there is no real power; None elsewhere."""
    format = machine.format
    one: Pair = machine.integer(1)
    if y in ZEROS or (x == one and format.value(x) == 1):
        return one
    if NAN in (x, y):
        return NAN
    grows = y[0] > 0 or y == INFINITY
    if y in INFINITIES:
        if x in ZEROS or x in INFINITIES:
            return INFINITY if (x in INFINITIES) == grows else POSITIVE_ZERO
        size = abs(format.value(x))
        return one if size == 1 else INFINITY if (size > 1) == grows else POSITIVE_ZERO
    odd = _parity(y) == 1
    if x in INFINITIES:
        negative = x == NEGATIVE_INFINITY and odd
        infinite, zero = (NEGATIVE_INFINITY, NEGATIVE_ZERO) if negative else (INFINITY, POSITIVE_ZERO)
        return infinite if grows else zero
    if x in ZEROS:
        zero = x if odd else POSITIVE_ZERO
        return zero if grows else machine.div((format.largest_significand, format.qmax), zero)
    return NAN if x[0] < 0 and _parity(y) is None else None
