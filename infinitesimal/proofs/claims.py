"""Claims of exact mathematics: one frozen record for each family of theorems, made of exact numbers only.

A record says what is claimed and with which witnesses. It proves nothing: `mirror` looks at its hypotheses, `argument`
writes its proof for a reader, and `emit` the certificate that Rocq checks.
"""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.proofs.moduli import Modulus
from infinitesimal.terms.term import Term


@dataclass(frozen=True)
class Claim:
    """What is claimed."""


@dataclass(frozen=True)
class GeometricLimit(Claim):
    """The sums s(n) of first*ratio**k over k < n are limit*(1 - ratio**n): never the limit, to which they converge."""

    first: Fraction
    ratio: Fraction
    limit: Fraction
    modulus: Modulus


@dataclass(frozen=True)
class GeometricDivergence(Claim):
    """The sums of first*ratio**k have no limit."""

    first: Fraction
    ratio: Fraction


@dataclass(frozen=True)
class DescentLimit(Claim):
    """The iterates of `step`, a term in `name`, are limit + ratio**n*(start - limit): never it, but they tend to it."""

    name: str
    step: Term
    start: Fraction
    limit: Fraction
    ratio: Fraction
    modulus: Modulus


@dataclass(frozen=True)
class DescentDivergence(Claim):
    """The iterates of `step`, which multiplies the distance to `centre` by `ratio`, have no limit."""

    name: str
    step: Term
    start: Fraction
    centre: Fraction
    ratio: Fraction


@dataclass(frozen=True)
class RaceMeeting(Claim):
    """Achilles is behind at every stage and every time before `time`, and level with the tortoise then, at `place`."""

    achilles: Fraction
    tortoise: Fraction
    head_start: Fraction
    time: Fraction
    place: Fraction
    modulus: Modulus


@dataclass(frozen=True)
class ToleranceStop(Claim):
    """The first update of `step` that moves by at most `tolerance` is number `steps` + 1; so are all later ones.

    `limit` and `ratio` are those of the step, as in `DescentLimit`.
    """

    name: str
    step: Term
    start: Fraction
    limit: Fraction
    ratio: Fraction
    tolerance: Fraction
    steps: int
