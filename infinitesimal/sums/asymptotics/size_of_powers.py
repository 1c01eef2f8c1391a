"""The size of powers: fixed exponents, c**u(n) by the step of its exponent, and u(n)**v(n)."""

from collections.abc import Callable

import sympy
from flint import arb, fmpq

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.asymptotics.sizes import UNKNOWN, Rate, Size, bounded
from infinitesimal.sums.asymptotics.steps import real_at

SizeOf = Callable[[sympy.Expr, int], Size]
"""The size of a term from an index on, for the parts of a power or of a function."""


def power_size(base: sympy.Expr, exponent: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    if exponent.is_Rational:
        size = size_of(base, start)
        q = fmpq(int(exponent.p), int(exponent.q))
        return size.power(q) if q.q == 1 or size.sign == 1 else UNKNOWN
    if not base.has(n):
        value = real_at(base, start)
        if not (value > 0 or exponent.is_integer):
            return UNKNOWN
        return exponential_size(abs(value), exponent, start, 1 if value > 0 else 0, size_of)
    if exponent.could_extract_minus_sign():
        return power_size(base, -exponent, start, size_of).power(fmpq(-1))
    size, up = size_of(base, start), size_of(exponent, start)
    if up.sign != 1 or not (size.sign == 1 or exponent.is_integer):
        return UNKNOWN
    # c <= u implies c**v <= u**v for v > 0
    sign = 1 if size.sign == 1 else 0
    lower = exponential_size(size.at_least, exponent, start, 1, size_of).lower if size.at_least is not None else None
    upper = exponential_size(size.at_most, exponent, start, 1, size_of).upper if size.at_most is not None else None
    if size.sign == 1 and base.is_rational_function(n) and exponent.is_rational_function(n):
        # 1 - 1/u <= log u <= u - 1
        e, near = arb.const_e(), exponent * (base - 1)
        lower = lower or exponential_size(e, sympy.cancel(near / base), start, 1, size_of).lower
        close = exponential_size(e, sympy.cancel(near), start, 1, size_of).upper
        if upper is None or (close is not None and close.step < upper.step):
            upper = close
    return Size(lower, upper, sign)


def exponential_size(base: arb, exponent: sympy.Expr, start: int, sign: int, size_of: SizeOf) -> Size:
    """The size of base**u(n) from the step u(n+1) - u(n), which is bounded by its own size."""
    if not base > 0:
        return UNKNOWN
    floors = exponent.atoms(sympy.floor)
    if floors:
        return _without_floors(base, exponent, floors, start, sign, size_of)
    rate = base.log()
    value = (rate * real_at(exponent, start)).exp()
    lower, upper = Rate(arb(value.lower()), arb(1)), Rate(arb(value.upper()), arb(1))
    if rate.is_zero():
        return Size(lower, upper, sign)
    step = step_size(exponent, start, size_of)
    least, most = step.at_least, step.at_most
    fast = (abs(rate) * most).exp() if most is not None else None
    slow = (abs(rate) * least).exp() if least is not None else arb(1)
    direction = step.sign * (1 if rate > 0 else -1 if rate < 0 else 0)
    if direction > 0:
        return Size(Rate(lower.scale, slow), Rate(upper.scale, fast) if fast is not None else None, sign)
    if direction < 0:
        return Size(Rate(lower.scale, 1 / fast) if fast is not None else None, Rate(upper.scale, 1 / slow), sign)
    if fast is None:
        return UNKNOWN
    return Size(Rate(lower.scale, 1 / fast), Rate(upper.scale, fast), sign)


def _without_floors(
    base: arb, exponent: sympy.Expr, floors: set[sympy.Expr], start: int, sign: int, size_of: SizeOf
) -> Size:
    """base**u with floor(x) replaced by x in u: the exponent moves by less than the coefficients."""
    moved = sympy.Integer(0)
    for floor in floors:
        coefficient = sympy.expand(exponent).coeff(floor)
        if coefficient.has(n) or sympy.expand(exponent - coefficient * floor).has(floor):
            return UNKNOWN
        moved += abs(coefficient)
    smooth = exponent.xreplace({floor: floor.args[0] for floor in floors})
    spread = (abs(base.log()) * real_at(moved, start)).exp()
    return exponential_size(base, smooth, start, sign, size_of).scaled(1 / spread, spread)


def step_size(exponent: sympy.Expr, start: int, size_of: SizeOf) -> Size:
    """The size of u(n+1) - u(n)."""
    coefficient, power = exponent.as_independent(n)
    if power.is_Pow and power.base == n and power.exp.is_Rational and 0 < power.exp < 1:
        # the mean value theorem: 0 < (n+1)**q - n**q <= q n**(q-1)
        most = real_at(power.exp * power / n, start)
        return bounded(None, most, 1) * size_of(coefficient, start)
    return size_of(sympy.expand(exponent.subs(n, n + 1) - exponent), start)
