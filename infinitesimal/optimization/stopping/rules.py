"""Rules that end a descent, as data: conditions on one step, patience, and combinations of them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from infinitesimal.errors import InputError
from infinitesimal.rational import rational, show

QUANTITIES = {
    "abs_dx": "|x_n - x_(n-1)|",
    "rel_dx": "|x_n - x_(n-1)|/|x_n|",
    "grad": "|gradient(x_n)|",
    "loss_diff": "|f(x_n) - f(x_(n-1))|",
}
"""What a condition looks at."""
NORMS = ("max", "euclidean")
OF_LOSSES = ("grad", "loss_diff")
"""The conditions that need a loss; the others only need a process."""

_CONDITION = re.compile(r"\s*(\w+)\s*(?:\(\s*(\d+)\s*\))?\s*(?:(<=|<)\s*([^=\s].*?))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """A quantity of one step is at most `tolerance` (below it, when strict); the norm is of vectors.

    "abs_dx" and "loss_diff" look at n >= 1; "rel_dx" means |x_n - x_(n-1)| <= tolerance*|x_n|, n >= 1; "grad"
    looks at n >= 0.
    """

    quantity: str
    tolerance: Fraction
    strict: bool = False
    norm: str = "max"

    @property
    def first(self) -> int:
        """The first n that is looked at."""
        return 0 if self.quantity == "grad" else 1

    @property
    def is_impossible(self) -> bool:
        """Whether it asks for less than 0."""
        return self.strict and self.tolerance == 0

    def __str__(self) -> str:
        name = self.quantity if self.norm == "max" else f"{self.norm} {self.quantity}"
        return f"{name}{'<' if self.strict else '<='}{show(self.tolerance)}"


@dataclass(frozen=True, slots=True)
class Patience:
    """No improvement of the loss for `steps` steps. An improvement is f(x_n) < best - `improvement`.

    best = f(x_0) at first. At n >= 1 an improvement makes f(x_n) the new best and the wait 0; otherwise
    the wait grows by 1, and the rule fires when it reaches `steps`. Source: the callback EarlyStopping of Keras,
    but that its first best is the loss at the start.
    """

    steps: int
    improvement: Fraction = Fraction(0)

    def __str__(self) -> str:
        return f"patience({self.steps})<={show(self.improvement)}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The rule that fires with the first of `rules`."""

    rules: tuple["Rule", ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.rules))


@dataclass(frozen=True, slots=True)
class AllOf:
    """The rule that fires at the first step where every one of `rules` holds. Patience, which is no property of one
    step, is not among them.
    """

    rules: tuple["Rule", ...]

    def __str__(self) -> str:
        return " & ".join(f"({rule})" if isinstance(rule, AnyOf) else str(rule) for rule in self.rules)


Rule = Condition | Patience | AnyOf | AllOf
T = TypeVar("T")


def any_of(*rules: object, norm: str = "max") -> AnyOf:
    """The rule that fires as soon as one of `rules` does; each is a rule or its text, which is read in `norm`.

    >>> print(any_of("abs_dx<=1e-9", "grad<1/100"))
    abs_dx<=1/1000000000 | grad<1/100
    """
    return AnyOf(_members(rules, "any_of", norm))


def all_of(*rules: object, norm: str = "max") -> AllOf:
    """The rule that fires at the first step where all of `rules` hold; each is a rule or its text, read in `norm`.

    Raises `InputError` for patience, which waits for steps and does not hold at one.

    >>> print(all_of("abs_dx<=1e-9", "grad<=1/100"))
    abs_dx<=1/1000000000 & grad<=1/100
    """
    members = _members(rules, "all_of", norm)
    if any(isinstance(rule, Patience) for rule in leaves(AllOf(members))):
        raise InputError("patience is no property of one step and cannot be joined with '&': join it with '|'")
    return AllOf(members)


def _members(rules: Iterable[object], what: str, norm: str) -> tuple[Rule, ...]:
    members = tuple(as_rule(rule, norm=norm if isinstance(rule, str) else "max") for rule in rules)
    if not members:
        raise InputError(f"{what}() has no rule: give some, such as {what}('abs_dx<=1e-9', 'grad<=1e-6')")
    return members


def as_rule(
    rule: object, tolerance: object = None, strict: bool = False, patience: object = None, norm: str = "max"
) -> Rule:
    """The rule meant by a name with its tolerance, by text such as "grad<=1e-6 | patience(10)<=1e-9", or by a rule.

    A list of rules means whichever fires first. In text "&" binds tighter than "|". Raises `InputError` for an
    unknown name, a tolerance that is missing, negative or not exact, or patience that is not a positive integer.

    >>> as_rule("abs_dx", "1e-9")
    Condition(quantity='abs_dx', tolerance=Fraction(1, 1000000000), strict=False, norm='max')
    >>> as_rule("patience(10)<=1e-3")
    Patience(steps=10, improvement=Fraction(1, 1000))
    """
    if norm not in NORMS:
        raise InputError(f"norm {norm!r} is not one of {', '.join(NORMS)}")
    if isinstance(rule, Condition | Patience | AnyOf | AllOf):
        _nothing_more(rule, tolerance, strict, patience)
        if norm != "max":
            raise InputError(
                f"rule {rule!s} says its norm itself: give any_of(..., norm={norm!r}), or the rule as text"
            )
        return rule
    if isinstance(rule, list | tuple):
        _nothing_more(rule, tolerance, strict, patience)
        return any_of(*(as_rule(r, norm=norm) for r in rule))
    if not isinstance(rule, str):
        raise InputError(f"rule {rule!r}: give its text, such as 'grad<=1e-6', a name with a tolerance, or any_of(...)")
    if not re.search(r"[<|&()]", rule):
        return _atom(rule.strip(), tolerance, strict, patience, norm)
    _nothing_more(rule, tolerance, strict, patience)
    options = [[_read(text, norm) for text in option.split("&")] for option in rule.split("|")]
    joined = [option[0] if len(option) == 1 else all_of(*option) for option in options]
    return joined[0] if len(joined) == 1 else any_of(*joined)


def _nothing_more(rule: object, tolerance: object, strict: bool, patience: object) -> None:
    if tolerance is not None or strict or patience is not None:
        raise InputError(f"rule {rule!s} says its tolerance itself: leave tolerance, strict and patience out")


def _read(text: str, norm: str) -> Rule:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise InputError(f"rule {text.strip()!r} is not read: write it like 'grad<=1e-6' or 'patience(10)<=1e-9'")
    name, steps, sign, bound = match.groups()
    if name == "patience":
        if sign == "<":
            raise InputError("patience has no strict form: an improvement is always f(x_n) < best - tolerance")
        return _atom(name, bound, False, None if steps is None else int(steps), norm)
    if steps is not None:
        raise InputError(f"rule {text.strip()!r}: only patience has a number in brackets")
    return _atom(name, bound, sign == "<", None, norm)


def _atom(name: str, tolerance: object, strict: bool, patience: object, norm: str) -> Rule:
    if name == "patience":
        if not isinstance(patience, int) or isinstance(patience, bool) or patience < 1:
            raise InputError(f"patience {patience!r} is not a number of steps: give an integer from 1 on, such as 10")
        if strict:
            raise InputError("patience has no strict form: an improvement is always f(x_n) < best - tolerance")
        return Patience(patience, _tolerance(Fraction(0) if tolerance is None else tolerance, "least improvement"))
    if name not in QUANTITIES:
        raise InputError(f"rule {name!r} is not one of {', '.join(QUANTITIES)}, patience")
    if patience is not None:
        raise InputError(f"patience={patience!r} belongs to the rule 'patience'; {name} has none")
    if tolerance is None:
        raise InputError(f"no tolerance: {name} takes one, such as '1e-6'")
    if norm != "max" and name not in ("abs_dx", "grad"):
        raise InputError(f"norm {norm!r} is for abs_dx and grad; {name} takes the maximum norm")
    return Condition(name, _tolerance(tolerance, "tolerance"), strict, norm)


def _tolerance(given: object, what: str) -> Fraction:
    value = rational(given, what)
    if value < 0:
        raise InputError(f"{what} {show(value)} is negative: nothing is that small; give 0 or more, such as '1e-6'")
    return value


def leaves(rule: Rule) -> list[Condition | Patience]:
    """The conditions and patiences of a rule, in the order written."""
    if isinstance(rule, AnyOf | AllOf):
        return [leaf for member in rule.rules for leaf in leaves(member)]
    return [rule]


def combined(rule: Rule, answer: Callable[[Condition], T], either: Callable[[T, T], T], both: Callable[[T, T], T]) -> T:
    """The answer to a rule without patience, from those to its conditions."""
    if isinstance(rule, Condition):
        return answer(rule)
    if isinstance(rule, Patience):
        raise TypeError("patience is not decided step by step")
    total: T | None = None
    for member in rule.rules:
        found = combined(member, answer, either, both)
        join = either if isinstance(rule, AnyOf) else both
        total = found if total is None else join(total, found)
    assert total is not None
    return total


def separated(rule: Rule) -> tuple[Rule | None, tuple[Patience, ...]]:
    """The part of a rule that is decided step by step, and the patiences; whichever fires first counts."""
    if isinstance(rule, Patience):
        return None, (rule,)
    if not isinstance(rule, AnyOf):
        return rule, ()
    parts = [separated(member) for member in rule.rules]
    steps = tuple(part for part, _ in parts if part is not None)
    waits = tuple(wait for _, some in parts for wait in some)
    return (steps[0] if len(steps) == 1 else AnyOf(steps)) if steps else None, waits
