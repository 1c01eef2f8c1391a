"""Exact values of a process: the first ones, the steps between them, and the n-th by a jump."""

import sys
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, pairwise
from math import gcd, lcm
from numbers import Integral
from typing import Any

from flint import fmpq

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.limits.closed_form import solve
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.linear.jumps import TooManyBits
from infinitesimal.rational import lowest_terms
from infinitesimal.recurrences.cost import too_many_bits
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Process, as_process
from infinitesimal.recurrences.series import Series
from infinitesimal.terms.term import functions, variables

State = tuple[Any, ...]

BLOCK = 64
SMALL_BITS = 100_000
"""Numbers of so many bits take no time that counts."""
FAR = 1000
"""Beyond so many updates it is worth while to look for a descent that rests, or goes around a cycle."""
TOTAL_TO_SINGLE = 64
"""All the values handed back together may take this many times the bits of one."""


def values(process: Process, count: int, budget: Budget = DEFAULT_BUDGET) -> list[Any]:
    """The first `count` values, the start included, exact.

    A value is a `Fraction` where one component is watched (also for a descent in one variable, whose
    `at` and `limit` name it), and a dict from names to fractions where there are several. Raises
    `BudgetSpent`, with the step that would cross it, before numbers are computed that would not
    fit the budget, and `Undefined`, with the update, where a step divides by zero.

    >>> from infinitesimal.recurrences.series import zeno
    >>> values(zeno(), 4)
    [Fraction(0, 1), Fraction(1, 2), Fraction(3, 4), Fraction(7, 8)]
    """
    chosen = as_process(process)
    _check_count(count)
    if isinstance(chosen, Series) and (chosen.recurrence.parameters or functions(chosen.term)):
        from infinitesimal.limits.infinite import partial_sums

        return partial_sums(chosen, count)
    if has_symbols(chosen):
        from infinitesimal.limits.symbolic_descent import symbolic_values

        return symbolic_values(chosen, count, budget)
    mapping = affine_map(chosen)
    if mapping is not None and mapping.is_scalar:
        return _scalar_list(mapping, count, budget)
    return [_watched(chosen, state) for state in states(chosen, count, budget)]


def steps(process: Process, count: int, budget: Budget = DEFAULT_BUDGET) -> tuple[Fraction, ...]:
    """The sizes of the first `count` changes of the watched value, exact.

    With several components watched, the size is the largest of theirs.

    >>> from infinitesimal.recurrences.descents import descent
    >>> steps(descent("9/2*x**2", {"x": "5/9"}, "0.1"), 3)
    (Fraction(1, 2), Fraction(1, 20), Fraction(1, 200))
    """
    chosen = as_process(process)
    _check_count(count)
    if has_symbols(chosen) or not _has_start(chosen):
        chosen.recurrence.start_values()  # says what is missing
    if isinstance(chosen, Series) and functions(chosen.term):
        sums = values(chosen, count + 1, budget)
        return tuple(abs(b - a) for a, b in pairwise(sums))
    watched = _watched_places(chosen)
    found = []
    previous: State | None = None
    for state in states(chosen, count + 1, budget):
        if previous is not None:
            found.append(QQ.export(max(abs(_fmpq(state[i]) - _fmpq(previous[i])) for i in watched)))
        previous = state
    return tuple(found)


def at(process: Process, n: object, budget: Budget = DEFAULT_BUDGET) -> Any:
    """The value after `n` updates, exact: for an integer n a number, for the symbol `n` a formula.

    An affine process jumps there, whatever n; others are iterated within the budget. A descent
    gives a dict from names to values, as does a process with several watched components.

    >>> from infinitesimal.recurrences.series import zeno
    >>> at(zeno(), 10)
    Fraction(1023, 1024)
    """
    chosen = as_process(process)
    count = step_number(n)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import partial_sum_at, partial_sum_formula

        return partial_sum_at(chosen, count) if count is not None else substituted(partial_sum_formula(chosen), n)
    if has_symbols(chosen):
        from infinitesimal.limits.symbolic_descent import symbolic_at

        return _by_name(chosen, symbolic_at(chosen, n, count, budget))
    if count is None:
        return _by_name(chosen, substituted(solve(chosen).expression, n))
    if count > FAR and isinstance(chosen, Descent) and (known := _of_exact_orbit(chosen, count)) is not None:
        return known
    return _by_name(chosen, _watched(chosen, _state_at(chosen, count, budget)))


def _of_exact_orbit(descent: Descent, n: int) -> dict[str, Fraction] | None:
    """The value of a descent that comes back to a state exactly, and so is known for ever."""
    from infinitesimal.limits.certified_descents import is_certifiable
    from infinitesimal.limits.exact_orbits import exact_orbit

    orbit = exact_orbit(descent) if is_certifiable(descent) else None
    return None if orbit is None else orbit.at(n)


def has_symbols(process: Process) -> bool:
    """Whether a process has parameters; a descent on data is not asked for its terms."""
    if isinstance(process, Descent):
        given = [t for _, t in process.start] + [t for t in (process.rate, process.beta) if t is not None]
        return bool(process.loss.parameters or set(variables(*given)) - {STEP_NUMBER})
    return bool(process.recurrence.parameters)


def watched_names(process: Process) -> tuple[str, ...]:
    """The components of a process that are looked at; no term is built for them."""
    return process.loss.names if isinstance(process, Descent) else process.recurrence.watch


def _has_start(process: Process) -> bool:
    return bool(process.start) if isinstance(process, Descent) else bool(process.recurrence.start)


def _watched_places(process: Process) -> list[int]:
    names = process.components if isinstance(process, Descent) else process.recurrence.names
    return [names.index(name) for name in watched_names(process)]


def step_number(n: object) -> int | None:
    """The number of steps that `n` stands for; None for an expression with symbols.

    Raises `InputError` for anything else.
    """
    if not isinstance(n, bool) and (isinstance(n, Integral) or getattr(n, "is_Integer", False)):
        count = int(n)  # type: ignore[call-overload]
        if count >= 0:
            return int(count)
    elif getattr(n, "free_symbols", ()):
        return None
    raise InputError(f"n = {n!r} is not a number of updates: give an integer from 0 on, or the symbol n")


def substituted(expression: Any, n: Any) -> Any:
    """The expression, or each of a dict of them, with `n` in the place of the step number."""
    from infinitesimal.arithmetics.symbolic import n as number

    if isinstance(expression, Mapping):
        return {name: e.subs(number, n) for name, e in expression.items()}
    return expression.subs(number, n)


def _by_name(process: Process, value: Any) -> Any:
    if process.by_name and not isinstance(value, Mapping):
        return {watched_names(process)[0]: value}
    return value


def _state_at(process: Process, n: int, budget: Budget) -> State:
    mapping = affine_map(process)
    if mapping is None:
        state: State = ()
        for state in states(process, n + 1, budget, keep=False):  # noqa: B007 (the last one counts)
            pass
        return state
    try:
        return mapping.at(n, budget.linear_bits, budget.seconds)
    except TooManyBits as error:
        raise too_many_bits(error.step, error.bits, budget.linear_bits) from None


def states(process: Process, count: int, budget: Budget = DEFAULT_BUDGET, keep: bool = True) -> Iterator[State]:
    """The first `count` states, exact, each as soon as it is known.

    With `keep`, the budget also bounds the bits of all of them together. A number is an `fmpq`, or another pair of
    `p` and `q` in lowest terms.
    """
    mapping = affine_map(process)
    purse = _Purse(budget, keep)
    if mapping is not None:
        walk = _affine_walk(mapping)
    else:
        from infinitesimal.limits.bent_walks import bent_walk

        walk = bent_walk(process, count, budget)
    for state in islice(walk, min(count, sys.maxsize)):
        purse.pay(sum(x.p.height_bits() + x.q.height_bits() for x in state))
        yield state


class _Purse:
    """Pays for exact values one by one: the bits of each, of all that are kept, and the time."""

    def __init__(self, budget: Budget, keep: bool = True) -> None:
        self.budget, self.keep = budget, keep
        self.count, self.total = 0, 0
        self.deadline = time.monotonic() + budget.seconds

    def pay(self, bits: int, values: int = 1) -> None:
        """Raises `BudgetSpent` when the next `values` of so many bits are too large, or too many."""
        budget = self.budget
        if bits > 2 * budget.linear_bits:
            raise too_many_bits(self.count, bits, budget.linear_bits)
        self.total += bits * values
        if self.keep and self.total > TOTAL_TO_SINGLE * budget.linear_bits:
            raise BudgetSpent(
                f"the first {self.count} values take {self.total} bits together, and the budget for all is "
                f"{TOTAL_TO_SINGLE * budget.linear_bits}: ask for fewer, or for at(process, n)"
            )
        if (self.count % BLOCK == 0 or values > 1 or bits > SMALL_BITS) and time.monotonic() > self.deadline:
            spent = f"{budget.seconds} seconds are spent after {self.count} values"
            raise BudgetSpent(f"{spent}: ask for fewer, or give Budget(seconds=...)")
        self.count += values


def scalar_values(mapping: AffineMap) -> Iterator[Fraction]:
    """The values of x = r x + c in lowest terms, on integers and without a gcd of large numbers.

    With r = R/Q and c = C/Q the next value of N/D is (R N + C D)/(Q D). All primes of the denominators from
    N/D on divide m, at first Q D, so a common factor is found by the gcd of N mod m and m. Once m divides D, and
    both N and R are prime to m, the next numerator R N + C D is too, and so for ever: no gcd is needed any more.
    """
    r, c, x = mapping.matrix[0, 0], mapping.forcing[0][0], mapping.start[0]
    q = lcm(int(r.q), int(c.q))
    scale, shift = int(r.p) * (q // int(r.q)), int(c.p) * (q // int(c.q))
    top, bottom = int(x.p), int(x.q)
    small = q * bottom
    while True:
        yield lowest_terms(top, bottom)
        if gcd(scale, small) == 1 and bottom % small == 0 and gcd(top % small, small) == 1:
            break
        top, bottom = scale * top + shift * bottom, q * bottom
        while (common := gcd(top % small, small)) > 1 and (common := gcd(common, bottom % common)) > 1:
            top, bottom = top // common, bottom // common
            small = gcd(small, q * bottom)
    while True:
        top, bottom = scale * top + shift * bottom, q * bottom
        yield lowest_terms(top, bottom)


def _scalar_list(mapping: AffineMap, count: int, budget: Budget) -> list[Fraction]:
    """The first values, paid for in blocks: at most one block of them is made beyond the budget."""
    purse, walk = _Purse(budget), scalar_values(mapping)
    found: list[Fraction] = []
    while len(found) < count:
        block = list(islice(walk, min(BLOCK, count - len(found))))
        last = block[-1]
        purse.pay(last.numerator.bit_length() + last.denominator.bit_length(), len(block))
        found += block
    return found


def _affine_walk(mapping: AffineMap) -> Iterator[State]:
    """The states by a constant integer matrix over one denominator; one gcd for each number handed on."""
    integers, q, column, bottom = mapping.integers
    while True:
        yield tuple(fmpq(column[i, 0], bottom) for i in range(mapping.dimension))
        column, bottom = integers * column, q * bottom


def _watched(process: Process, state: State) -> Any:
    """The watched value of a state, a dict of them where there are several."""
    places = _watched_places(process)
    found = {name: QQ.export(state[i]) for name, i in zip(watched_names(process), places, strict=True)}
    return found if len(found) > 1 else next(iter(found.values()))


def _fmpq(value: Any) -> fmpq:
    return value if isinstance(value, fmpq) else fmpq(value.p, value.q)


def _check_count(count: object) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise InputError(f"count {count!r} is not a number of values: give an integer from 0 on")
