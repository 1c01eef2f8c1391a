"""How many steps are enough: the smallest N from which on the rest stays below a tolerance."""

import time
from fractions import Fraction

from flint import arb, ctx, fmpq

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import InputError, Undecided
from infinitesimal.limits.closed_form import ClosedForm, solve
from infinitesimal.limits.exponential import ONE, text
from infinitesimal.limits.exponential_limits import limit_of_sequence
from infinitesimal.limits.limit import limit
from infinitesimal.rational import rational, show
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.recurrences.series import Series


def enough(process: Process, tolerance: object, budget: Budget = DEFAULT_BUDGET) -> int:
    """The smallest N such that the rest |limit - value(n)| is below `tolerance` for every n >= N.

    Exact, also where the rest meets the tolerance: it has to be smaller. With several watched
    components the largest rest counts. Raises `Diverges` where there is no limit, `Undecided`
    where the closed form has irrational bases, or the search takes longer than `budget` allows.

    >>> from infinitesimal.recurrences.series import zeno
    >>> enough(zeno(), "1e-6")
    20
    """
    bound = rational(tolerance, "tolerance")
    if bound <= 0:
        raise InputError(f"tolerance {show(bound)}: the rest never gets below it; give a positive number")
    chosen = as_process(process)
    if isinstance(chosen, Series):
        from infinitesimal.limits.infinite import enough_terms_of

        return enough_terms_of(chosen, bound, budget.seconds)
    limit(chosen)
    form = solve(chosen)
    if not isinstance(form, ClosedForm):
        raise Undecided("enough needs numbers: give the parameters values")
    deadline = time.monotonic() + budget.seconds
    return max(_enough(form, name, bound, deadline) for name in form.watch)


def _enough(form: ClosedForm, name: str, bound: Fraction, deadline: float) -> int:
    rest = form.components[name].without(ONE)
    if not rest.is_rational:
        raise Undecided(
            f"the rest of {name} has irrational bases ({text(rest)}); how many steps are enough is not decided here"
        )
    final = limit_of_sequence(form.components[name], name)
    first = form.first[name]
    terms = rest.terms()
    n = max(_settled(terms, bound), len(first))

    def small(k: int) -> bool:
        if k < len(first):
            return bool(abs(first[k] - to_fmpq(final)) < to_fmpq(bound))
        return _is_below(terms, bound, k, signed=True)

    while n and small(n - 1):
        n -= 1
        if time.monotonic() > deadline:
            raise Undecided(
                f"the rest of {name} is small from step {n} on; whether an earlier step is enough took too long"
            )
    return n


def _settled(terms: list[tuple[Fraction, int, Fraction]], bound: Fraction) -> int:
    """The least N from which on the sizes of the terms together are below `bound` for ever, once
    they decrease: n**i r**n does from n >= i/(1 - r) on, since (1 + 1/n)**i <= 1/(1 - i/n) there.
    """
    decreasing = max((int(i / (1 - abs(r))) + 1 for _, i, r in terms if i), default=0)
    if _is_below(terms, bound, decreasing):
        return decreasing
    low, high = decreasing, 2 * decreasing + 1
    while not _is_below(terms, bound, high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _is_below(terms, bound, middle) else (middle, high)
    return high


def _is_below(terms: list[tuple[Fraction, int, Fraction]], bound: Fraction, n: int, signed: bool = False) -> bool:
    """Whether the sum of the terms at n (of their sizes, or the size of their sum) is below `bound`:
    by enclosures of rising precision, then exactly.
    """
    chosen = [(to_fmpq(c), i, to_fmpq(r)) if signed else (to_fmpq(abs(c)), i, to_fmpq(abs(r))) for c, i, r in terms]
    goal = to_fmpq(bound)
    for bits in (64, 256, 1024):
        with ctx.workprec(bits):
            value = abs(sum((arb(c) * arb(n) ** i * arb(r) ** n for c, i, r in chosen), start=arb(0)))
            if value < goal:
                return True
            if value >= goal:
                return False
    return bool(abs(sum((c * n**i * r**n for c, i, r in chosen), start=fmpq(0))) < goal)
