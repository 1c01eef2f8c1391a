"""What an exact run will cost, before it is paid.

A polynomial step of degree p over a common denominator D of the state gives at most the common
denominator q D**p: the digits of an exact number multiply by p at every step. The law needs no run,
so the step that crosses a budget is known at once.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm, log2
from typing import NamedTuple

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.sizes import Degree, Degrees, NotPolynomial, Size, Sizes
from infinitesimal.errors import BudgetSpent
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import fold

_LARGEST_STEP_NUMBER = 1 << 40


class Law(NamedTuple):
    """How sizes grow in one update: the degree p, log2 of q, and log2 of the weight s.

    `counter_bits` are those of the step number where it counts as a part of the state.
    """

    degree: int
    denominator_bits: float
    weight_bits: float
    counter_bits: float = 0.0

    def after(self, size: Size) -> Size:
        """The bound after one more update, over a common denominator D; the step number is (n D)/D."""
        p = self.degree
        largest = max(size.numerator, size.denominator + self.counter_bits)
        return Size(self.weight_bits + p * largest, self.denominator_bits + p * size.denominator)


@lru_cache(maxsize=256)
def growth_law(recurrence: Recurrence) -> Law | None:
    """The law of growth of a polynomial recurrence; None if a step divides by a variable.

    The step number counts as a part of the state where the law is linear then, and as a large
    integer coefficient otherwise.
    """
    if not recurrence.counts_steps:
        return _law(recurrence, Degree(1, 1, 1, True), 0.0)
    law = _law(recurrence, Degree(1, 1, 1, True), _log2(_LARGEST_STEP_NUMBER))
    if law is not None and law.degree <= 1:
        return law
    return _law(recurrence, Degree(0, 1, _LARGEST_STEP_NUMBER), 0.0)


def _law(recurrence: Recurrence, number: Degree, counter_bits: float) -> Law | None:
    degrees = Degrees()
    variable = Degree(1, 1, 1, True)
    try:
        found = [fold(t, degrees, lambda name: number if name == STEP_NUMBER else variable) for _, t in recurrence.step]
    except NotPolynomial:
        return None
    q = lcm(*(d.denominator for d in found))
    weight = max(d.weight * (q // d.denominator) for d in found)
    return Law(max(d.degree for d in found), _log2(q), _log2(weight), counter_bits)


def sizes(recurrence: Recurrence, state: Sequence[Fraction]) -> Iterator[Size]:
    """Bounds for the largest number of the state after 0, 1, 2, ... updates from `state`.

    For a polynomial recurrence the whole sequence; otherwise only the first two, since nothing
    is known about later ones.
    """
    common = lcm(*(value.denominator for value in state))
    largest = max(abs(value.numerator) * (common // value.denominator) for value in state)
    size = Size(_log2(largest), _log2(common))
    yield size
    law = growth_law(recurrence)
    if law is None:
        yield one_step(recurrence, state)
        return
    while True:
        size = law.after(size)
        yield size


def one_step(recurrence: Recurrence, state: Sequence[Fraction]) -> Size:
    """A bound for the largest number after one update, by the sizes of every operation."""
    arithmetic = Sizes()
    known = {name: arithmetic.const(value) for name, value in zip(recurrence.names, state, strict=True)}
    known[STEP_NUMBER] = Size(40, 1)
    found: list[Size] = [fold(t, arithmetic, known.__getitem__) for _, t in recurrence.step]
    return max(found, key=lambda size: size.bits)


def affordable(recurrence: Recurrence, state: Sequence[Fraction], steps: int, budget: Budget) -> tuple[int, float]:
    """How many of `steps` updates stay within the budget, and the bits at the first that does not.

    The second value is 0 when all of them do, or when nothing is foreseen beyond one update.
    """
    law = growth_law(recurrence)
    if law is not None and law.degree <= 1:
        return _affordable_linear(law, next(sizes(recurrence, state)), steps, budget)
    count = -1
    for size in sizes(recurrence, state):
        if size.bits > budget.nonlinear_bits and count >= 0:
            return count, size.bits
        count += 1
        if count >= steps:
            break
    return min(count, steps), 0.0


def _affordable_linear(law: Law, size: Size, steps: int, budget: Budget) -> tuple[int, float]:
    """Linear growth: at most max(a, b) + c more bits in each of the two parts per update."""
    start = 2 * max(size.numerator, size.denominator + law.counter_bits)
    each = max(law.weight_bits, law.denominator_bits) + law.denominator_bits
    if start + each * steps <= budget.linear_bits:
        return steps, 0.0
    count = max(0, int((budget.linear_bits - start) / each))
    return count, start + each * (count + 1)


def refusal(recurrence: Recurrence, step: int, bits: float, budget: Budget) -> BudgetSpent:
    """The error that names the step whose numbers would cross the budget, and the ways round it."""
    law = growth_law(recurrence)
    if law is not None and law.degree <= 1:
        return too_many_bits(step, bits, budget.linear_bits)
    return too_many_bits(step, bits, budget.nonlinear_bits, law.degree if law is not None else 0)


def too_many_bits(step: int, bits: float, allowed: float, degree: int = 0) -> BudgetSpent:
    """The error that names the step and its bits; `degree` is by how much each update multiplies them, 0 if unknown."""
    why = f": each update multiplies the digits by about {degree}" if degree > 1 else ""
    return BudgetSpent(
        f"step {step} would need numbers of up to {bits:.3g} bits, and the budget is {allowed}{why}. "
        "Ask for fewer steps, run it in balls(128) or in a machine format, or give Budget(bits=...)"
    )


def _log2(value: int) -> float:
    """An upper bound of log2 of a nonnegative integer, of any size."""
    if value <= 1:
        return 0.0
    shift = max(0, value.bit_length() - 53)
    return log2((value >> shift) + (shift > 0)) + shift
