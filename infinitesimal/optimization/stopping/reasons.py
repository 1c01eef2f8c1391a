"""Why a stopping rule never fires, in one line, for processes with one multiplier."""

from flint import fmpq

from infinitesimal.optimization.stopping.rules import Condition, Patience
from infinitesimal.optimization.stopping.single import SingleMode


def why_never(mode: SingleMode, conditions: list[Condition]) -> str:
    """The reason where none of the conditions, or not all of them together, are ever met."""
    r = mode.ratio
    if mode.at_rest:
        return "the process is at rest: nothing changes, and nothing is below the tolerance"
    if r == 1:
        return "a constant drift: every step is the same" + _relative(conditions)
    if r == -1:
        return "the multiplier -1 swaps two points for ever, and nothing shrinks"
    if abs(r) > 1:
        return f"it diverges: the multiplier {_shown(r)} is outside the unit circle, so everything grows at each step"
    if r == 0:
        return "it arrives in one step, and the rule is not met then or later"
    if all(c.tolerance == 0 for c in conditions):
        return f"it approaches with the multiplier {_shown(r)} and never arrives: what is looked at is never 0"
    if any(c.quantity == "rel_dx" for c in conditions) and not any(mode.final):
        return f"the limit is 0 and the multiplier {_shown(r)}: every relative step has the same size"
    return f"with the multiplier {_shown(r)} the sizes are known at every step, and the rule is met at none"


def why_patience_never(mode: SingleMode, rule: Patience) -> str:
    """The reason where every wait ends with an improvement."""
    if mode.ratio == 1:
        return f"a constant drift: the loss falls by the same amount at each step, so {rule.steps} steps are enough"
    if abs(mode.ratio) > 1:
        return f"it runs down a concave loss with the multiplier {_shown(mode.ratio)}: improvements only grow"
    return "the loss falls at every step, for ever, and any fall counts as an improvement"


def _relative(conditions: list[Condition]) -> str:
    return ", and its size relative to x is never small enough" if conditions[0].quantity == "rel_dx" else ""


def _shown(value: fmpq) -> str:
    text = str(value)
    return text if len(text) <= 40 else "of many digits"
