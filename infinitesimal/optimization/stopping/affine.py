"""Stopping rules of affine processes with several multipliers, by enclosures of their modes.

The steps, the points and the gradients of the process are linear sequences. Their modes enclose them on whole ranges
of steps, so that a rule is refuted for all of them at once, and for ever after, where the largest mode decides. A
single step is decided by balls of rising precision, and exactly where they do not separate.
"""

from collections.abc import Callable, Iterable, Mapping
from math import lcm

from flint import arb, ctx, fmpq

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.linear.affine import TooManyBits
from infinitesimal.optimization.stopping.comparisons import at_most, at_most_beside, dot, relatively_at_most
from infinitesimal.optimization.stopping.modes import Modes, TooCoarse, scaled_bound
from infinitesimal.optimization.stopping.problem import holds_exactly
from infinitesimal.optimization.stopping.rotation import needed_bits, next_candidate
from infinitesimal.optimization.stopping.rules import Condition, Rule, combined
from infinitesimal.optimization.stopping.sequences import Sequences
from infinitesimal.truth import Truth

EXACT_BITS = 2_000_000
"""Exact points of at most so many bits decide what balls leave open."""
LOOKED_AT = {
    "abs_dx": ("step",),
    "rel_dx": ("step", "point"),
    "grad": ("gradient",),
    "loss_diff": ("step", "mean_gradient"),
}
"""The sequences that a condition is about."""


class AffineQuestion:
    """Whether a rule holds at a step of an affine process. A `Question` of `stopping_search`."""

    def __init__(self, sequences: Sequences, rule: Rule) -> None:
        self.sequences, self.rule = sequences, rule
        self.offset = sequences.offset
        self.names = tuple({name for c in _conditions(rule) for name in LOOKED_AT[c.quantity]})
        self.bits = sequences.bits_for(self.names)
        self.period = lcm(*(sequences.modes(name, self.bits).period for name in self.names))

    def on(self, low: int, high: int) -> Truth:
        if low < self.offset:
            return Truth.UNKNOWN
        residues = range(min(self.period, high - low + 1))
        return _unanimous(self._on(low, high, low + r, self.bits) for r in residues)

    def _on(self, low: int, high: int, step: int, bits: int) -> Truth:
        """On the steps that are congruent to `step` modulo the period."""
        a, b, residue = low - self.offset, high - self.offset, step - self.offset
        with ctx.workprec(bits):
            known: dict[str, list[arb]] = {}

            def values(name: str) -> list[arb]:
                if name not in known:
                    known[name] = self.sequences.modes(name, bits).on(a, b, residue)
                return known[name]

            def constants(name: str) -> Mapping[int, fmpq]:
                return self.sequences.modes(name, bits).constants

            return self._truth(lambda c: _condition(c, values, constants))

    def _truth(self, answer: Callable[[Condition], Truth]) -> Truth:
        found: Truth = combined(self.rule, answer, Truth.__or__, Truth.__and__)
        return found

    def at(self, step: int) -> Truth:
        if step < self.offset:
            return self._exactly(step)
        bits = self.bits
        for tries in range(6):
            try:
                found = self._on(step, step, step, bits)
            except TooCoarse:
                found = Truth.UNKNOWN
            if found is not Truth.UNKNOWN:
                return found
            if tries == 1 and (exact := self._exactly(step)) is not Truth.UNKNOWN:
                return exact
            bits *= 2
        return Truth.UNKNOWN

    def _exactly(self, step: int) -> Truth:
        try:
            return Truth.of(holds_exactly(self.sequences.problem, self.rule, step, EXACT_BITS))
        except TooManyBits:
            return Truth.UNKNOWN

    def after(self, low: int) -> Truth:
        if low <= self.offset:
            return Truth.UNKNOWN
        return _unanimous(self._after(low, low + r) for r in range(self.period))

    def next(self, low: int, high: int) -> int | None:
        rule = self.rule
        if low < self.offset or not isinstance(rule, Condition) or rule.quantity == "loss_diff":
            return None
        a, b = low - self.offset, high - self.offset
        bits = needed_bits(b, self.bits)
        try:
            modes = [self.sequences.modes(name, bits) for name in LOOKED_AT[rule.quantity]]
        except TooCoarse:
            return None
        with ctx.workprec(bits):
            ceiling = arb(to_fmpq(rule.tolerance))
            if rule.quantity == "rel_dx":
                lengths = [abs(x).upper() for r in range(modes[1].period) for x in modes[1].on(a, b, r)]
                ceiling *= max(lengths)
            found = next_candidate(modes[0], ceiling, a, b)
        return None if found is None else found + self.offset

    def _after(self, low: int, step: int) -> Truth:
        a, residue = low - self.offset, step - self.offset
        with ctx.workprec(self.bits):
            return self._truth(lambda c: self._condition_after(c, a, residue))

    def _condition_after(self, condition: Condition, low: int, residue: int) -> Truth:
        if condition.is_impossible:
            return Truth.FALSE
        modes = [self.sequences.modes(name, self.bits) for name in LOOKED_AT[condition.quantity]]
        if condition.quantity == "rel_dx" and condition.tolerance == 0:
            modes = modes[:1]
        elif condition.quantity == "rel_dx":
            scale = modes[1].scale() or modes[0].scale()
            if scale is None:
                return relatively_at_most(condition, [arb(0)], [arb(0)])
            step, point = (m.after(low, residue, scale) for m in modes)
            return Truth.UNKNOWN if step is None or point is None else relatively_at_most(condition, step, point)
        found = after_product(modes, low, residue, to_fmpq(condition.tolerance))
        constants = modes[0].constants if len(modes) == 1 else {}
        if found is None:
            zero = arb(0)  # a constant may still decide
            found = [arb.nan()] * modes[0].rows, zero, zero
        return at_most_beside(condition, found[0], constants, found[1], found[2])


def after_product(modes: list[Modes], low: int, residue: int, bound: fmpq) -> tuple[list[arb], arb, arb] | None:
    """A sequence, or the product of two, for all t >= low of a residue, and `bound` from below and above.

    All are measured in the scales of the modes; None if nothing is known.
    """
    scales = [s for m in modes if (s := m.scale()) is not None]
    if len(scales) < len(modes):
        return [arb(0)], arb(bound), arb(bound)
    balls = [m.after(low, residue, s) for m, s in zip(modes, scales, strict=True)]
    bounds = scaled_bound(bound, low, scales)
    known = [b for b in balls if b is not None]
    if bounds is None or len(known) < len(balls):
        return None
    return (known[0] if len(known) == 1 else [dot(*known)]), *bounds


def _conditions(rule: Rule) -> list[Condition]:
    return combined(rule, lambda c: [c], lambda a, b: a + b, lambda a, b: a + b)


def _unanimous(answers: Iterable[Truth]) -> Truth:
    """The answer that all give; UNKNOWN where they differ."""
    first: Truth | None = None
    for answer in answers:
        if answer is Truth.UNKNOWN or (first is not None and answer is not first):
            return Truth.UNKNOWN
        first = answer
    return Truth.UNKNOWN if first is None else first


def _condition(
    condition: Condition, values: Callable[[str], list[arb]], constants: Callable[[str], Mapping[int, fmpq]]
) -> Truth:
    if condition.is_impossible:
        return Truth.FALSE
    names = LOOKED_AT[condition.quantity]
    if condition.quantity == "rel_dx":
        return relatively_at_most(condition, values(names[0]), values(names[1]))
    bound = arb(to_fmpq(condition.tolerance))
    if len(names) == 1:
        return at_most_beside(condition, values(names[0]), constants(names[0]), bound)
    return at_most(condition, [dot(*map(values, names))], bound)
