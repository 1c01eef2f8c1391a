"""Exact values of a process: the first ones, the steps between them, and the n-th by a jump."""

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
from infinitesimal.errors import BudgetSpent, InputError, Undefined
from infinitesimal.limits.closed_form import solve
from infinitesimal.linear.affine import AffineMap, TooManyBits, affine_map
from infinitesimal.rational import lowest_terms
from infinitesimal.recurrences.cost import affordable, one_step, refusal
from infinitesimal.recurrences.recurrence import Process, Recurrence, as_process
from infinitesimal.recurrences.series import Series
from infinitesimal.terms.program import source
from infinitesimal.terms.term import functions

State = tuple[fmpq, ...]

BLOCK = 64
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
    recurrence = as_process(process).recurrence
    _check_count(count)
    if isinstance(process, Series) and (recurrence.parameters or functions(process.term)):
        from infinitesimal.limits.infinite import partial_sums

        return partial_sums(process, count)
    if recurrence.parameters:
        return [at(process, k) for k in range(count)]
    mapping = affine_map(recurrence)
    if mapping is not None and mapping.is_scalar:
        return _scalar_list(recurrence, mapping, count, budget)
    return [_watched(recurrence, state) for state in states(recurrence, count, budget)]


def steps(process: Process, count: int, budget: Budget = DEFAULT_BUDGET) -> tuple[Fraction, ...]:
    """The sizes of the first `count` changes of the watched value, exact.

    With several components watched, the size is the largest of theirs.

    >>> from infinitesimal.recurrences.descents import descent
    >>> steps(descent("9/2*x**2", {"x": "5/9"}, "0.1"), 3)
    (Fraction(1, 2), Fraction(1, 20), Fraction(1, 200))
    """
    recurrence = as_process(process).recurrence
    _check_count(count)
    recurrence.start_values()
    if isinstance(process, Series) and functions(process.term):
        sums = values(process, count + 1, budget)
        return tuple(abs(b - a) for a, b in pairwise(sums))
    watched = [recurrence.names.index(name) for name in recurrence.watch]
    found = []
    previous: State | None = None
    for state in states(recurrence, count + 1, budget):
        if previous is not None:
            found.append(QQ.export(max(abs(state[i] - previous[i]) for i in watched)))
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
    recurrence = chosen.recurrence
    count = step_number(n)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import partial_sum_at, partial_sum_formula

        return partial_sum_at(chosen, count) if count is not None else substituted(partial_sum_formula(chosen), n)
    if count is None or recurrence.parameters:
        return _by_name(chosen, substituted(solve(chosen).expression, n))
    state = _state_at(recurrence, count, budget)
    return _by_name(chosen, _watched(recurrence, state))


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
        return {process.recurrence.watch[0]: value}
    return value


def _state_at(recurrence: Recurrence, n: int, budget: Budget) -> State:
    mapping = affine_map(recurrence)
    if mapping is None:
        state: State = ()
        for state in states(recurrence, n + 1, budget, keep=False):  # noqa: B007 (the last one counts)
            pass
        return state
    try:
        return mapping.at(n, budget.linear_bits)
    except TooManyBits as error:
        raise refusal(recurrence, error.step, error.bits, budget) from None


def states(recurrence: Recurrence, count: int, budget: Budget = DEFAULT_BUDGET, keep: bool = True) -> Iterator[State]:
    """The first `count` states, exact, each as soon as it is known.

    With `keep`, the budget also bounds the bits of all of them together.
    """
    mapping = affine_map(recurrence)
    start = recurrence.start_values()
    if mapping is not None:
        walk = _affine_walk(mapping)
    else:
        exact_start = [start[name] for name in recurrence.names]
        reached, bits = affordable(recurrence, exact_start, count - 1, budget)
        if bits and reached < count - 1:
            raise refusal(recurrence, reached + 1, bits, budget)
        walk = _walk(recurrence, exact_start, budget)
    purse = _Purse(recurrence, budget, keep)
    for state in islice(walk, count):
        purse.pay(sum(x.p.height_bits() + x.q.height_bits() for x in state))
        yield state


class _Purse:
    """Pays for exact values one by one: the bits of each, of all that are kept, and the time."""

    def __init__(self, recurrence: Recurrence, budget: Budget, keep: bool = True) -> None:
        self.recurrence, self.budget, self.keep = recurrence, budget, keep
        self.count, self.total = 0, 0
        self.deadline = time.monotonic() + budget.seconds

    def pay(self, bits: int, values: int = 1) -> None:
        """Raises `BudgetSpent` when the next `values` of so many bits are too large, or too many."""
        budget = self.budget
        if bits > 2 * budget.linear_bits:
            raise refusal(self.recurrence, self.count, bits, budget)
        self.total += bits * values
        if self.keep and self.total > TOTAL_TO_SINGLE * budget.linear_bits:
            raise BudgetSpent(
                f"the first {self.count} values take {self.total} bits together, and the budget for all is "
                f"{TOTAL_TO_SINGLE * budget.linear_bits}: ask for fewer, or for at(process, n)"
            )
        if (self.count % BLOCK == 0 or values > 1) and time.monotonic() > self.deadline:
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


def _scalar_list(recurrence: Recurrence, mapping: AffineMap, count: int, budget: Budget) -> list[Fraction]:
    """The first values, paid for in blocks: at most one block of them is made beyond the budget."""
    purse, walk = _Purse(recurrence, budget), scalar_values(mapping)
    found: list[Fraction] = []
    while len(found) < count:
        block = list(islice(walk, min(BLOCK, count - len(found))))
        last = block[-1]
        purse.pay(last.numerator.bit_length() + last.denominator.bit_length(), len(block))
        found += block
    return found


def _affine_walk(mapping: AffineMap) -> Iterator[State]:
    """The states by a constant integer matrix over one denominator; one gcd for each number handed on."""
    integers, q = mapping.extended().numer_denom()
    column, bottom = mapping.extended_start().numer_denom()
    while True:
        yield tuple(fmpq(column[i, 0], bottom) for i in range(mapping.dimension))
        column, bottom = integers * column, q * bottom


def _walk(recurrence: Recurrence, start: list[Fraction], budget: Budget) -> Iterator[State]:
    """The states by the step as written, each update priced before it is made."""
    update = compiled(recurrence)
    state = tuple(QQ.const(x) for x in start)
    k = 0
    while True:
        yield state
        k += 1
        if sum(x.p.height_bits() + x.q.height_bits() for x in state) > 10_000:
            size = one_step(recurrence, [QQ.export(x) for x in state])
            if size.bits / 2 > budget.nonlinear_bits:
                raise refusal(recurrence, k, size.bits, budget)
        try:
            state = update(QQ.integer(k), *state)
        except Undefined as error:
            raise Undefined(f"update {k} of {recurrence}: {error}", k) from None


def compiled(recurrence: Recurrence) -> Any:
    """The update as a Python function of the step number and the state, over the rationals."""
    names = [f"x{i}" for i in range(len(recurrence.names))]
    lines, outputs = source(recurrence.program, [*names, "n"], QQ.infix, "    ")
    text = "\n".join([f"def update(n, {', '.join(names)}):", *lines, f"    return ({', '.join(outputs)},)"])
    scope: dict[str, Any] = {f"c{i}": QQ.const(value) for i, value in enumerate(recurrence.program.constants)}
    scope |= {"div": QQ.div, "pow": QQ.pow, "function": QQ.function}
    exec(compile(text, "<generated update>", "exec"), scope)
    return scope["update"]


def _watched(recurrence: Recurrence, state: State) -> Any:
    found = {name: QQ.export(x) for name, x in zip(recurrence.names, state, strict=True) if name in recurrence.watch}
    return found if len(found) > 1 else next(iter(found.values()))


def _check_count(count: object) -> None:
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise InputError(f"count {count!r} is not a number of values: give an integer from 0 on")
