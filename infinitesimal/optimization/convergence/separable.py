"""Losses that are sums of losses in one variable each: a minimum of every part is one of the whole, kinks included."""

from functools import reduce

from infinitesimal.recurrences.losses import Formula, Loss
from infinitesimal.terms.term import Apply, Term, variables


def parts_of(loss: Loss) -> list[Formula] | None:
    """The losses in one variable each whose sum a loss in several is; None where it is no such sum.

    >>> from infinitesimal.recurrences.losses import loss
    >>> parts_of(loss("abs(x) + y**2 - x + 1"))
    [Abs(x) - x + 1, y**2]
    """
    if len(loss.names) < 2 or loss.parameters or getattr(loss, "quadratic", None) is not None:
        return None
    found: dict[str, list[tuple[Term, int]]] = {name: [] for name in loss.names}
    for term, sign in _summands(loss.term):
        names = variables(term)
        if len(names) > 1:
            return None
        found[names[0] if names else loss.names[0]].append((term, sign))
    return [Formula(reduce(_plus, summands[1:], _first(*summands[0]))) for summands in found.values()]


def _summands(term: Term) -> list[tuple[Term, int]]:
    """The terms of a sum with their signs, in the order written."""
    found: list[tuple[Term, int]] = []
    left = [(term, 1)]
    while left:
        node, sign = left.pop()
        if isinstance(node, Apply) and node.operation in ("add", "sub"):
            left += [(node.args[1], sign if node.operation == "add" else -sign), (node.args[0], sign)]
        elif isinstance(node, Apply) and node.operation == "neg":
            left.append((node.args[0], -sign))
        else:
            found.append((node, sign))
    return found


def _first(term: Term, sign: int) -> Term:
    return term if sign > 0 else -term


def _plus(total: Term, summand: tuple[Term, int]) -> Term:
    term, sign = summand
    return total + term if sign > 0 else total - term
