"""Values after n updates, however large n is: enclosed to so many digits, or rounded to a machine format.

Balls of rising precision give both. Where they do not come to lie on one side of a rounding boundary, the value may be
on it: that is decided exactly.
"""

import time
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, log2
from typing import Any

from flint import arb, ctx

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.format import POSITIVE_ZERO, Format, Pair, binary64, format_named
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.certified_descents import is_certifiable
from infinitesimal.limits.exact_orbits import exact_orbit
from infinitesimal.limits.values import at, has_symbols, step_number, watched_names
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.linear.ball_jumps import precisions, state_balls
from infinitesimal.linear.jumps import TooManyBits
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.convergence.descent_enclosures import WALKED, descent_enclosure
from infinitesimal.optimization.convergence.mean_value import GUARD, LARGEST_PRECISION, enclosure_at, state_at
from infinitesimal.optimization.dyadics import grid_bits, interval_of
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Series
from infinitesimal.terms.term import KINKED, functions

CHEAP_BITS = 20_000
"""An exact value of so many bits is made rather than enclosed more narrowly."""
MOST_UPDATES = 1_000_000
"""No value is made by more updates than that, one after the other, where an enclosure is asked for."""
WALKED_DIGITS = (25, 50, 100, 200, 400)
"""The digits to which a value that only a walk gives is enclosed, one after the other."""
PATIENCE = 4
"""After so many precisions a value is looked at for being on a boundary for ever."""


def enclose_at(process: Process, n: object, digits: int, budget: Budget = DEFAULT_BUDGET) -> Any:
    """The value after n updates in an `Interval` no wider than 10**-digits; a dict of them as `at` has one.

    >>> from infinitesimal.recurrences.descents import descent
    >>> found = enclose_at(descent("9/2*(x-1)**2", "14/9", "0.1"), 10**12, 30)["x"]
    >>> 1 in found, found.width <= Fraction(1, 10**30)
    (True, True)
    """
    chosen, count, mapping = _asked(process, n)
    if mapping is None:
        exact = _exact_if_affordable(chosen, count, budget)
        if exact is None:
            boxes = _walked(chosen, count, digits, budget)
            return boxes if len(boxes) > 1 or chosen.by_name else next(iter(boxes.values()))
        return _each(exact, lambda value: _short(value, digits), chosen)
    scale = grid_bits(digits)
    for bits in precisions(count, scale, budget.seconds):
        with ctx.workprec(bits):
            state = state_balls(mapping, count, budget.seconds)
            balls = [state[i] for i in mapping.watched]
            large = max(_magnitude(ball) for ball in balls)
            if large > budget.linear_bits:
                raise BudgetSpent(
                    f"the value after {count} updates has about {large:.3g} bits before the point, and the budget is "
                    f"{budget.linear_bits}: take nearest, or fewer updates"
                )
            if large + scale > bits:  # it takes at least as many bits as the value has
                continue
            found = [interval_of(ball, digits) for ball in balls]
        if None not in found:
            break
    return _named(chosen, mapping, found)


def nearest(process: Process, n: object, format: Format | str = binary64, budget: Budget = DEFAULT_BUDGET) -> Any:
    """The value after n updates, correctly rounded to `format`: the nearest number of it, ties to even.

    A `Float`, or a dict of them where `at` gives a dict. It does not depend on how the value was found: no step is
    rounded, the exact value is, once. Raises `Undecided` where a value of several components that is too large to be
    made exactly lies so near a boundary between two numbers that no precision within the budget tells on which side.

    >>> from infinitesimal.recurrences.descents import descent
    >>> nearest(descent("9/2*x**2", "5/9", "0.1"), 300)
    {'x': 5.555555555555556e-301}
    >>> from infinitesimal.recurrences.series import zeno
    >>> nearest(zeno(), 10**12)
    1.0
    """
    chosen, count, mapping = _asked(process, n)
    target = format_named(format) if isinstance(format, str) else format
    if not isinstance(target, Format):
        raise InputError(f"format {format!r} is not one: give binary64, another format, or its name")
    if mapping is None:
        exact = _exact_if_affordable(chosen, count, budget)
        return _nearest_walked(chosen, count, target, budget) if exact is None else _each(exact, target, chosen)
    if mapping.is_scalar:
        return _named(chosen, mapping, [_nearest_scalar(mapping, count, target, budget)])
    return _named(chosen, mapping, _nearest_of_several(mapping, count, target, budget))


def _walked(process: Process, n: int, digits: int, budget: Budget) -> dict[str, Interval]:
    """Enclosures of the watched values: a certified contraction stands for updates that are not walked."""
    if isinstance(process, Descent) and is_certifiable(process):
        return descent_enclosure(process, digits, n, budget)
    walked = enclosure_at(process.recurrence, n, digits, budget)
    return {name: walked[name] for name in watched_names(process)}


def _asked(process: Process, n: object) -> tuple[Process, int, AffineMap | None]:
    chosen = as_process(process)
    count = step_number(n)
    if count is None:
        raise InputError(f"n = {n!r} is not a number of updates: give an integer from 0 on")
    if not isinstance(chosen, Series) and has_symbols(chosen):
        raise InputError(f"{chosen} has parameters: give them values, or take at, which keeps symbols")
    return chosen, count, affine_map(chosen)


def _named(process: Process, mapping: AffineMap, found: list[Any]) -> Any:
    if len(found) == 1 and not process.by_name:
        return found[0]
    return dict(zip((mapping.names[i] for i in mapping.watched), found, strict=True))


def _each(value: Any, word: Callable[[Fraction], Any], process: Process) -> Any:
    if isinstance(value, dict):
        return {name: _each(part, word, process) for name, part in value.items()}
    if not isinstance(value, Fraction):
        raise InputError(
            f"the value {value} of {', '.join(watched_names(process))} is not rational: give the parameters values"
        )
    return word(value)


def _magnitude(ball: arb) -> int:
    """An upper bound of log2 of the size, 0 below 1."""
    man, exp = ball.abs_upper().man_exp()
    return max(0, int(man.height_bits()) + int(exp)) if man != 0 else 0


def _short(value: Fraction, digits: int) -> Interval:
    """The point, or where its digits would fill pages the smallest interval around it on the grid of `interval_of`."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= CHEAP_BITS:
        return Interval(value, value)
    grid = 1 << grid_bits(digits)
    return Interval(Fraction(floor(value * grid), grid), Fraction(ceil(value * grid), grid))


def _nearest_scalar(mapping: AffineMap, n: int, format: Format, budget: Budget) -> Float:
    """By balls; after the first of them that does not decide it is settled whether the value can be on a boundary.

    The value x* + e r**n is on a boundary t only if r**n = (t - x*)/e. In lowest terms the left side has n times the
    bits of r, the right side no more than t, x* and e together: for larger n it is not, and some precision decides.
    """
    for bits in precisions(n, format.precision, budget.seconds):
        with ctx.workprec(bits):
            found = _rounded(state_balls(mapping, n)[0], format)
        if found is not None:
            return found
        if mapping.matrix[0, 0] == 1:
            break
        r, fixed, error = mapping.scalar_parts
        if (abs(r) <= 1 and r.q == 1) or error == 0:
            break
        sizes = sum(x.height_bits() for x in (fixed.p, fixed.q, error.p, error.q))
        room = sizes + 2 * (format.precision + max(format.emax, -format.qmin)) + 8
        if n * log2(max(abs(int(r.p)), int(r.q))) <= room + CHEAP_BITS:
            break
    return format(QQ.export(mapping.at(n)[0]))


def _exact_if_affordable(process: Process, n: int, budget: Budget) -> Any:
    """The exact value; None where the step has irrational functions, or the digits explode."""
    if isinstance(process, Series) or (isinstance(process, Descent) and quadratic_of(process.loss) is not None):
        return at(process, n, budget)
    if set(functions(*(t for _, t in process.recurrence.step))) - set(KINKED):
        return None
    if n > MOST_UPDATES and isinstance(process, Descent) and is_certifiable(process):
        orbit = exact_orbit(process)
        return None if orbit is None else orbit.at(n)
    try:
        return at(process, n, budget)
    except BudgetSpent:
        return None


def _nearest_walked(process: Process, n: int, format: Format, budget: Budget) -> Any:
    """From enclosures by the mean-value step, as narrow as it takes until both ends round to the same number."""
    if n > WALKED and isinstance(process, Descent) and is_certifiable(process):
        return _nearest_enclosed(process, n, format, budget)
    names, deadline = watched_names(process), time.monotonic() + budget.seconds
    places = [process.recurrence.names.index(name) for name in names]
    bits = format.precision + GUARD
    while bits <= LARGEST_PRECISION:
        with ctx.workprec(bits):
            state = state_at(process.recurrence, n, deadline)
            found = {name: _rounded(state[i], format) for name, i in zip(names, places, strict=True)}
        if None not in found.values():
            return found if len(found) > 1 or process.by_name else next(iter(found.values()))
        bits *= 2
    raise _too_near(n, format, f"{LARGEST_PRECISION} bits")


def _nearest_enclosed(process: Descent, n: int, format: Format, budget: Budget) -> dict[str, Float]:
    """From enclosures by a proof of contraction."""
    for digits in WALKED_DIGITS:
        boxes = descent_enclosure(process, digits, n, budget)
        found = {name: format(box.lower) for name, box in boxes.items()}
        if all(value.bits == format(boxes[name].upper).bits for name, value in found.items()):
            return found
    raise _too_near(n, format, f"{WALKED_DIGITS[-1]} digits")


def _too_near(n: int, format: Format, effort: str) -> Undecided:
    return Undecided(
        f"the value after {n} updates is so near a boundary between two numbers of {format!r}, or zero, that {effort} "
        "do not tell on which side: take enclose"
    )


def _nearest_of_several(mapping: AffineMap, n: int, format: Format, budget: Budget) -> list[Float]:
    each = log2(mapping.integers[1]) if mapping.integers[1] > 1 else 0.0
    found: dict[int, Float] = {}
    tried = 0
    try:
        for bits in precisions(n, format.precision, budget.seconds):
            with ctx.workprec(bits):
                state = state_balls(mapping, n, budget.seconds)
                for i in mapping.watched:
                    if i not in found and (value := _rounded(state[i], format)) is not None:
                        found[i] = value
            if len(found) == len(mapping.watched):
                return [found[i] for i in mapping.watched]
            tried += 1
            if n * each <= CHEAP_BITS or (tried == PATIENCE and _settle(mapping, n, format, found)):
                break
    except BudgetSpent:
        pass
    missing = [i for i in mapping.watched if i not in found]
    if missing:
        try:
            exact = mapping.at(n, budget.linear_bits, budget.seconds)
        except (TooManyBits, BudgetSpent) as error:
            names = ", ".join(mapping.names[i] for i in missing)
            raise Undecided(
                f"the value of {names} after {n} updates is too near a boundary between two numbers of {format!r} for "
                "balls, and too large to be made exactly: take enclose, or give Budget(bits=..., seconds=...)"
            ) from error
        found |= {i: format(QQ.export(exact[i])) for i in missing}
    return [found[i] for i in mapping.watched]


def _settle(mapping: AffineMap, n: int, format: Format, found: dict[int, Float]) -> bool:
    """Finds the components that have two values in turn for ever, after the first few; whether all are found now.

    Each component obeys a linear recurrence whose order is the size m of the extended state, and from index m on one
    without the root 0. If m values in a row repeat those two before them, all later ones do.
    """
    size = mapping.integers[0].nrows()
    if n < 3 * size + 2:
        return False
    states = [mapping.at(k) for k in range(size, 2 * size + 2)]
    for i in mapping.watched:
        values = [state[i] for state in states]
        if i not in found and all(a == b for a, b in zip(values, values[2:], strict=False)):
            found[i] = format(QQ.export(values[(n - size) % 2]))
    return len(found) == len(mapping.watched)


def _rounded(ball: arb, format: Format) -> Float | None:
    """The number that every point of a ball rounds to; None if there are several."""
    round = format.arithmetic.round
    low = _pair(ball.lower(), format, round)
    return Float(format, format.encode(low)) if low == _pair(ball.upper(), format, round) else None


def _pair(end: arb, format: Format, round: Callable[[int, int], Pair]) -> Pair:
    """The pair that an exact number m * 2**e rounds to; e may be anything."""
    man, exp = end.man_exp()
    m, e = int(man), int(exp)
    if not m:
        return POSITIVE_ZERO
    top = e + m.bit_length()
    if top < format.emin - format.precision:  # less than half of the smallest number
        return round(1 if m > 0 else -1, format.qmin - 3)
    return round(m, e) if top <= format.emax + 2 else round(1 if m > 0 else -1, format.emax + 2)
