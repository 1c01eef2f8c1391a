"""What a proof of contraction says, and how its numbers are worded."""

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from infinitesimal.errors import InputError
from infinitesimal.interval import Interval
from infinitesimal.rational import brief
from infinitesimal.truth import Hypothesis, Truth


@dataclass(frozen=True)
class Contraction:
    """A certificate that a descent converges to a stationary point, or UNKNOWN with what was tried; never FALSE.

    From step `entered` on the distance to `limit`, in the norm that `norm` names, shrinks at least by `factor` (an
    exact upper bound below 1) at each step. `box` is the region of the proof: it holds all the iterates from then on.
    In the maximum norm |x_n - x*| is at most `constant` * factor**(n - entered). All this holds for the start of the
    descent, or for every start in a box that was given.
    """

    truth: Truth
    reason: str
    factor: Fraction | None = None
    entered: int = 0
    constant: Fraction | None = None
    limit: dict[str, Interval] | None = None
    box: dict[str, Interval] | None = None
    norm: str = ""
    hypotheses: tuple[Hypothesis, ...] = ()

    def __str__(self) -> str:
        head = "unknown" if self.truth is Truth.UNKNOWN else "contracts"
        return "\n".join([f"{head}: {self.reason}", *(f"  {i}. {h}" for i, h in enumerate(self.hypotheses, 1))])

    __repr__ = __str__

    def bound(self, n: int) -> Fraction:
        """An upper bound of |x_n - x*| in the maximum norm, exact, for n >= `entered`."""
        if self.factor is None or self.constant is None or n < self.entered:
            raise InputError(f"no bound at n = {n}: the certificate holds from n = {self.entered} on, if at all")
        return self.constant * self.factor ** (n - self.entered)


def hypothesis(holds: bool, text: str, evidence: str) -> Hypothesis:
    """A hypothesis that was checked; one that was not shown is UNKNOWN."""
    return Hypothesis(text, evidence, Truth.TRUE if holds else Truth.UNKNOWN)


def short(x: arb) -> str:
    """The middle of a ball in six digits."""
    return str(x.str(6, radius=False))


def decimal(value: Fraction) -> str:
    """A fraction in eight digits."""
    return brief(value, 8)
