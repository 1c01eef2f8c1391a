"""Claims about runs in a floating-point format, and the contrast of one with the exact process."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.arithmetics.floating.format import Format, Pair
from infinitesimal.proofs.claims import Claim, DescentDivergence, DescentLimit, GeometricDivergence, GeometricLimit
from infinitesimal.recurrences.recurrence import Recurrence


@dataclass(frozen=True)
class Machine:
    """A recurrence in a format, rounded to nearest, ties to even: constants once, then every operation."""

    recurrence: Recurrence
    format: Format


@dataclass(frozen=True)
class Arrival(Claim):
    """What is watched is `value` from step `arrival` on, and never before.

    `watch` is the position of the watched component, None for the whole state; `value` has one pair for each component
    that is watched. `settling` is a witness: the state no longer moves so many steps after the arrival (0 for a
    whole state).
    """

    machine: Machine
    watch: int | None
    arrival: int
    value: tuple[Pair, ...]
    settling: int = 0


@dataclass(frozen=True)
class Cycle(Claim):
    """The states repeat with the period `period` from step `tail` on; neither can be smaller.

    A run with a period greater than 1 never halts.
    """

    machine: Machine
    tail: int
    period: int


@dataclass(frozen=True)
class ContrastClaim(Claim):
    """What holds exactly, and what holds on a machine for the same recurrence.

    For an arrival at a finite value, `value` is its exact rational, and the theorem says whether it is the limit.
    """

    exact: GeometricLimit | GeometricDivergence | DescentLimit | DescentDivergence
    machine: Arrival | Cycle
    value: Fraction | None
