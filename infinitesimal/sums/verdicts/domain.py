"""Where a term has no real value: poles, logarithms and roots of negative numbers, 0**0."""

import time
from collections.abc import Callable, Iterator
from math import ceil, floor

import sympy
from flint import arb

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import InputError, Undecided
from infinitesimal.sums.asymptotics.signs import sign_from
from infinitesimal.sums.summands.evaluation import rational_at, value_ball
from infinitesimal.sums.summands.summand import Summand

CHECKED = 48
"""How many terms are looked at one by one where no theorem covers all of them."""

MOST_CHECKED = 20_000
"""How many are looked at, while there is time, where a theorem covers those after them."""

LONGEST = 4096
"""Numbers of more bits are not written out to see whether a term is exactly 0."""

NEAR_ROOT = 3
"""So many indices up to the threshold are looked at first."""

SECONDS = 1.0
"""When this time is over what is left is taken to be harmless."""

Condition = Callable[[sympy.Expr, int], bool | None]


def check_domain(a: Summand) -> None:
    """Nothing, when the term has a real value at every index from the start on, as far as this can be told.

    Raises `InputError` that names the first bad index found in `SECONDS`. Rational subexpressions are checked for all
    indices, by their exact roots; others up to an index from which on their sign is proved, or for the first
    `CHECKED` indices where that is not seen. Parameters are taken to be harmless.

    >>> check_domain(Summand(1 / (n - 3), 1))
    Traceback (most recent call last):
        ...
    infinitesimal.errors.InputError: the term 1/(n - 3) has a pole at n = 3: start after it
    """
    deadline = time.monotonic() + SECONDS
    for part in sympy.preorder_traversal(a.expr):
        if part.is_number and part.is_real is False:
            raise InputError(f"the term {a.expr} is not real: {part} is not; a series of real terms is expected")
        if part.free_symbols != {n} or not part.args:
            continue
        for inside, holds, complaint in _conditions(part):
            k = _first_failure(inside, holds, a.start, deadline)
            if k is not None:
                raise InputError(f"the term {a.expr} {complaint} at n = {k}: start after it")


def _conditions(part: sympy.Expr) -> Iterator[tuple[sympy.Expr, Condition, str]]:
    """What has to hold for the arguments of one operation, as (expression, condition, complaint)."""
    name = part.func.__name__
    if part.is_Pow and part.base != sympy.E:
        yield from _power_conditions(part.base, part.exp)
    elif name == "log":
        yield part.args[0], _positive, "takes the logarithm of a number that is not positive"
    elif name in {"gamma", "loggamma", "digamma"}:
        yield part.args[0], _no_pole_of_gamma, "has a pole of gamma"
    elif name == "polygamma":
        yield part.args[1], _no_pole_of_gamma, "has a pole of polygamma"
    elif name in {"factorial", "harmonic"}:
        yield part.args[0] + 1, _no_pole_of_gamma, f"takes the {name} of a negative integer"
    elif name in {"tan", "sec"}:
        yield sympy.cos(part.args[0]), _nonzero, f"has a pole of {name}"
    elif name in {"cot", "csc", "coth", "csch"}:
        inside = part.args[0] if name.endswith("h") else sympy.sin(part.args[0])
        yield inside, _nonzero, f"has a pole of {name}"
    elif name in {"asin", "acos", "atanh"}:
        complaint = f"takes the {name} of a number outside its domain"
        bound = _positive if name == "atanh" else _not_negative
        yield 1 - part.args[0] ** 2, bound, complaint
    elif name == "acosh":
        yield part.args[0] - 1, _not_negative, "takes the acosh of a number below 1"
    elif name == "Mod":
        yield part.args[1], _nonzero, "divides by 0 in a remainder"


def _power_conditions(base: sympy.Expr, exponent: sympy.Expr) -> Iterator[tuple[sympy.Expr, Condition, str]]:
    if exponent.has(n):
        if base.has(n) or not base.is_positive:
            yield sympy.Tuple(base, exponent), _power_is_real, "has a power without a real value"
    elif exponent.is_integer is False:
        complaint = (
            "takes a root of a negative number" if exponent.is_positive else "has a pole or a root of a negative number"
        )
        yield base, _not_negative if exponent.is_positive else _positive, complaint
    elif exponent.is_negative:
        yield base, _nonzero, "has a pole"


# Conditions on the value at an index: True, False, or None where it is not decided.


def _sign_at(expr: sympy.Expr, k: int) -> int | None:
    """The sign at n = k: by a ball, which is cheap for large values, else exactly."""
    try:
        enclosure = value_ball(expr, k, 30)
    except Undecided:
        return _exact_sign(expr, k)
    if enclosure.contains(0):
        return _exact_sign(expr, k)
    if not enclosure.imag.is_zero():
        return None
    return 1 if enclosure.real > 0 else -1


def _exact_sign(expr: sympy.Expr, k: int) -> int | None:
    exact = rational_at(expr, k)
    if exact is not None:
        return int(exact > 0) - int(exact < 0)
    if not _is_short(expr, k):
        return None
    return 0 if expr.subs(n, k).is_zero else None


def _is_short(expr: sympy.Expr, k: int) -> bool:
    """Whether no part of the term is a number of more than `LONGEST` bits at n = k, so that it may be written out."""
    for part in sympy.preorder_traversal(expr):
        if part.has(n) and (part.is_Pow or isinstance(part, sympy.Function)):
            try:
                value = abs(value_ball(part, k, 10))
            except Undecided:
                return False
            if not value < arb(2) ** LONGEST:
                return False
    return True


def _positive(expr: sympy.Expr, k: int) -> bool | None:
    found = _sign_at(expr, k)
    return None if found is None else found > 0


def _not_negative(expr: sympy.Expr, k: int) -> bool | None:
    found = _sign_at(expr, k)
    return None if found is None else found >= 0


def _nonzero(expr: sympy.Expr, k: int) -> bool | None:
    found = _sign_at(expr, k)
    return None if found is None else found != 0


def _no_pole_of_gamma(expr: sympy.Expr, k: int) -> bool | None:
    exact = rational_at(expr, k)
    return exact is None or exact.q != 1 or exact > 0


def _power_is_real(pair: sympy.Expr, k: int) -> bool | None:
    base, exponent = pair.args
    below = _sign_at(base, k)
    if below is None or below > 0:
        return None if below is None else True
    if below == 0:
        return _positive(exponent, k)
    exact = rational_at(exponent, k)
    return None if exact is None else bool(exact.q == 1)


# Where a condition fails first.


def _first_failure(inside: sympy.Expr, holds: Condition, start: int, deadline: float) -> int | None:
    """The first bad index, as far as there is time; it is looked for at the largest root before the smaller ones."""
    found: int | None = None
    for k in _indices(inside, holds, start):
        if time.monotonic() > deadline:
            break
        if (found is None or k < found) and holds(inside, k) is False:
            found = k
    return found


def _indices(inside: sympy.Expr, holds: Condition, start: int) -> list[int]:
    """Indices to look at: all that matter for a rational expression, the first ones for another."""
    first = list(range(start, start + CHECKED))
    if not isinstance(inside, sympy.Expr) or holds is _no_pole_of_gamma:
        return first
    if not inside.is_rational_function(n):
        last = _settled_from(inside)
        if last is None:
            return first
        near = range(max(start, last - NEAR_ROOT), last + 1)  # the largest root, which is the likeliest bad index
        return [*near, *reversed(range(start, min(max(last, start) + 1, start + MOST_CHECKED)))]
    parts = [part.as_poly(n) for part in sympy.fraction(sympy.together(inside))]
    if any(p is None or (not p.domain.is_ZZ and not p.domain.is_QQ) for p in parts):
        return first
    found = {start}
    for polynomial in parts:
        if polynomial.degree() == 0:
            continue
        if polynomial.degree() > 1 and _without_large_roots(polynomial, start):
            continue
        for (low, high), _ in polynomial.intervals(eps=sympy.Rational(1, 4)) if polynomial.degree() > 0 else []:
            found.update(range(max(start, floor(low) - 1), max(start, ceil(high) + 2)))
    return sorted(found)


def _settled_from(expr: sympy.Expr) -> int | None:
    """From where on the sign is proved; a floor lies between x - 1 and x, a ceiling between x and x + 1."""
    steps = [f for f in expr.atoms(sympy.floor, sympy.ceiling) if f.has(n)]
    if not steps:
        settled = sign_from(expr)
        return None if settled is None else settled[1]
    symbols = {f: sympy.Dummy() for f in steps}
    linear = sympy.expand(expr).xreplace(symbols)
    low = high = linear.xreplace(dict.fromkeys(symbols.values(), sympy.S.Zero))
    for f, x in symbols.items():
        slope = linear.diff(x)
        if not (slope.is_number and slope.is_real) or f.args[0].has(sympy.floor, sympy.ceiling):
            return None
        below, above = (f.args[0] - 1, f.args[0]) if isinstance(f, sympy.floor) else (f.args[0], f.args[0] + 1)
        low += slope * (below if slope > 0 else above)
        high += slope * (above if slope > 0 else below)
    for bound, side in ((low, 1), (high, -1)):
        settled = sign_from(sympy.expand(bound))
        if settled is not None and settled[0] == side:
            return settled[1]
    return None


def _without_large_roots(polynomial: sympy.Poly, start: int) -> bool:
    """Whether all coefficients in n - start have one sign: no root is at or beyond the start."""
    shifted = polynomial.compose(sympy.Poly(n + start, n))
    return shifted.eval(0) != 0 and len({bool(c > 0) for c in shifted.coeffs()}) == 1
