"""Why a value that stays now stays for ever: the addends only get smaller.

A machine's rounding is monotone. If `w + u` rounds to w, and every later addend has the same sign
and is no larger, then every later sum lies between w + 0 and w + u, and rounds to w as well. This
module proves "the same sign and no larger" by reading the addend in an arithmetic of trends.
"""

from collections.abc import Mapping
from typing import Any

from infinitesimal.arithmetic import Element
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.runs.factors import component
from infinitesimal.runs.trends import Trend, Trends
from infinitesimal.terms.term import Apply, Term, Var, exponent_of, fold, functions, postorder, variables
from infinitesimal.truth import Truth


def stays_for_ever(recurrence: Recurrence, machine: Any, state: Mapping[str, Element], n: int) -> str | None:
    """An argument that the watched values of a state that no longer moves never move again.

    `state` is the one before update `n`, which changed nothing watched. None when this argument
    does not apply, which proves nothing.
    """
    if _number_is_final(machine, n) and _repeats(recurrence, machine, state, n):
        return "the number of the update no longer changes on the machine, and the update gives the whole state again"
    steps, trends = dict(recurrence.step), Trends(machine)
    # By induction: as long as nothing watched has moved, its values are constants.
    known = {STEP_NUMBER: trends.trend(False, True, machine.integer(n))}
    known |= {name: trends.trend(True, True, state[name]) for name in recurrence.watch}
    for name in recurrence.names:
        if name not in recurrence.watch:
            known[name] = component(name, steps[name], trends, known, state[name])
    arguments = []
    for name in recurrence.watch:
        found = _stays(name, steps[name], trends, known, state[name])
        if found is None:
            return None
        arguments.append(found)
    return "; ".join(arguments)


def _stays(name: str, step: Term, trends: Trends, known: Mapping[str, Trend], value: Element) -> str | None:
    """Why a value stays that did so once; None if it may not."""
    machine = trends.machine
    if machine.equal(value, value) is not Truth.TRUE:
        spreads = name in variables(step) and not functions(step)
        powers = [x for x in postorder(step) if isinstance(x, Apply) and x.operation == "pow"]
        return (
            f"{name} is nan, and NaN spreads to every later value"
            if spreads and all(map(exponent_of, powers))
            else None
        )
    if any(v not in known for v in variables(step)):
        return None
    whole = fold(step, trends, known.__getitem__)
    if trends.is_infinite(value):
        stays = whole.rises and not whole.mixed and machine.equal(whole.now, value) is Truth.TRUE
        return (
            f"{name} is {machine.export(value)}, and nothing that comes later makes it finite or NaN" if stays else None
        )
    if whole.constant and machine.equal(whole.now, value) is Truth.TRUE:
        return f"every operation that gives {name} has constant operands"
    return _sum_stays(name, step, trends, known, value)


def _sum_stays(name: str, step: Term, trends: Trends, known: Mapping[str, Trend], value: Element) -> str | None:
    """Why a sum that stood still once stays for ever; None if it may not."""
    addend = _addend(name, step)
    if addend is None:
        return None
    trend = fold(addend, trends, known.__getitem__)
    if not trend.falls:
        return None
    if not trend.mixed:
        return f"the addends {addend} of {name} keep their sign and never grow, and rounding is monotone"
    machine = trends.machine
    both = (machine.add(value, trend.now), machine.sub(value, trend.now))
    if any(machine.equal(value, after) is not Truth.TRUE for after in both):
        return None
    return f"the addends {addend} of {name} never grow, are absorbed with either sign, and rounding is monotone"


LARGE = 1 << 15
"""Whether a step number is too large for a format is not asked where the format reaches beyond 2**LARGE."""


def _number_is_final(machine: Any, n: int) -> bool:
    """Whether n is beyond the largest value, so that it and all later numbers are read as the same element."""
    top = max(machine.format.emax + 2, 1)
    if n.bit_length() < top or top > LARGE:
        return False
    return bool(machine.key(machine.integer(n)) == machine.key(machine.integer(1 << top)))


def _repeats(recurrence: Recurrence, machine: Any, state: Mapping[str, Element], n: int) -> bool:
    before = [state[name] for name in recurrence.names]
    after = recurrence.program.execute(machine, [*before, machine.integer(n)])
    return all(machine.key(a) == machine.key(b) for a, b in zip(before, after, strict=True))


def _addend(name: str, step: Term) -> Term | None:
    """The term u of a step `name + u`, `u + name` or `name - u`; it may depend on `name`."""
    if not isinstance(step, Apply) or step.operation not in ("add", "sub"):
        return None
    a, b = step.args
    if a == Var(name):
        return b
    return a if step.operation == "add" and b == Var(name) else None
