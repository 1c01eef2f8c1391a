"""Halts: where a run ends, why, and whether that is for ever."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.errors import Diverges, Undecided, Undefined
from infinitesimal.limits.limit import limit
from infinitesimal.limits.remainders import distance_to_constant
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.truth import Truth


class Reason(StrEnum):
    """Why a run halts. Each one is a claim, derived from the exact operands of the last update."""

    ABSORBED = "absorbed"
    UNDERFLOW = "underflow"
    EXACT = "exact"
    OVERFLOW = "overflow"
    NAN = "nan"
    SATURATED = "saturated"
    CYCLE = "cycle"
    TOLERANCE = "tolerance"
    BUDGET = "budget"


class Kind(StrEnum):
    """The reason of a halt in finer words.

    An absorption may be a tie. A number that nothing moves may be a subnormal one, where an underflow keeps it, or any
    other whose update, rate times gradient, is rounded to zero, though exactly it is not.
    """

    ABSORBED = "absorbed"
    TIE = "tie"
    ZERO_UPDATE = "update rounds to zero"
    UNDERFLOW = "underflow"
    SUBNORMAL = "subnormal fixed point"
    EXACT = "reached exactly"
    OVERFLOW = "overflow"
    NAN = "nan"
    SATURATED = "saturated"
    CYCLE = "cycle"
    TOLERANCE = "tolerance"
    BUDGET = "budget"


@dataclass(frozen=True)
class Halt:
    """Where and why a run stopped.

    `arrival` is the number of the update that first produced the final value (0 for the start), and
    `step` = `arrival` + 1 the first update that changes nothing watched. For a cycle `arrival` is
    its tail and `step` the update at which its first state comes again; for a rule or a budget
    `step` is the last update made. `value` is what is watched (a dict for several components),
    `exact_value` the same in fractions. `witness` is the evidence, `forever` says whether the value
    stays for ever, and `argument` why. `period` and `tail` belong to a cycle.
    """

    reason: Reason
    arrival: int | None
    step: int
    value: Any
    witness: Any
    forever: Truth
    argument: str
    period: int | None = None
    tail: int | None = None
    process: Process | None = field(default=None, repr=False, compare=False)

    @cached_property
    def exact_value(self) -> Any:
        """The final value as a `Fraction` (`math.inf` or NaN where it is none); a dict for several."""
        if isinstance(self.value, dict):
            return {name: _exact(value) for name, value in self.value.items()}
        return _exact(self.value)

    @property
    def kind(self) -> Kind:
        """The reason in finer words, read off the witness."""
        if self.reason in (Reason.ABSORBED, Reason.UNDERFLOW):
            values = self.value.values() if isinstance(self.value, dict) else [self.value]
            if self.reason is Reason.UNDERFLOW and any(map(_is_subnormal, values)):
                return Kind.SUBNORMAL
            if self.witness.zero_update:
                return Kind.ZERO_UPDATE
            if self.reason is Reason.ABSORBED and self.witness.is_tie_of_nearest:
                return Kind.TIE
        return Kind[self.reason.name]

    @cached_property
    def gap(self) -> Any:
        """The exact distance from the final value to the limit of the exact process.

        With several components the largest one; to an irrational limit a SymPy expression. None
        where no limit is known or there is none, or the value is not finite.
        """
        if self.process is None:
            return None
        try:
            final = limit(self.process)
        except (Diverges, Undecided, Undefined):
            return None
        names = self.process.recurrence.watch
        values = self.exact_value if isinstance(self.exact_value, dict) else {names[0]: self.exact_value}
        limits = final if isinstance(final, dict) else {names[0]: final}
        gaps = [_distance(values[name], limits[name]) for name in names]
        return None if any(gap is None for gap in gaps) else max(gaps)

    @property
    def settles(self) -> bool:
        """Whether the run ended because its value no longer changed, as far as it was seen."""
        return self.reason not in (Reason.CYCLE, Reason.TOLERANCE, Reason.BUDGET)

    @property
    def halted(self) -> Truth:
        """Whether the run has stopped changing for ever: no for a cycle, unknown for a budget."""
        if self.reason is Reason.CYCLE:
            return Truth.FALSE
        return self.forever

    def __str__(self) -> str:
        if self.reason is Reason.CYCLE:
            return f"cycle of period {self.period} after {self.tail} steps: {self.witness}"
        if self.reason in (Reason.TOLERANCE, Reason.BUDGET):
            return f"{self.reason} at step {self.step}: {self.witness}"
        arrived = f"(it arrived at step {self.arrival})" if self.arrival else "(it started there)"
        suffix = "" if self.forever is Truth.TRUE else ", unchanged so far"
        return f"{self.reason} at step {self.step}{suffix}: {self.witness} {arrived}"

    __repr__ = __str__

    def explain(self) -> str:
        """The halt, its witness in full, and why it is for ever (or that this is not known)."""
        lines = [str(self), f"witness: {self.witness.explain()}"]
        if self.argument:
            lines.append(f"for ever: {self.forever.value}, {self.argument}")
        return "\n".join(lines)


def _is_subnormal(value: Float) -> bool:
    return 0 < abs(value.pair[0]) < 1 << value.format.precision - 1


def _exact(value: Any) -> Any:
    if isinstance(value, Float):
        return value.exact
    return value


def _distance(value: Any, final: Any) -> Any:
    if not isinstance(value, Fraction):
        return None
    if isinstance(final, Fraction):
        return abs(final - value)
    return distance_to_constant(final, value)
