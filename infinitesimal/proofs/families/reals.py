"""The bridge to real analysis: what converges over the rationals with a modulus converges as real numbers do."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import Theorem, theorem
from infinitesimal.proofs.families.contractions import IntervalContraction
from infinitesimal.proofs.families.descents import DescentLimit
from infinitesimal.proofs.families.geometric import GeometricLimit
from infinitesimal.proofs.families.hypergeometric import HypergeometricLimit
from infinitesimal.proofs.families.races import RaceMeeting
from infinitesimal.proofs.families.sublinear import SublinearLimit
from infinitesimal.proofs.families.telescoping import TelescopingSum
from infinitesimal.proofs.mirror import hypotheses
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import number, sequence_name
from infinitesimal.truth import Hypothesis

Sums = GeometricLimit | TelescopingSum | HypergeometricLimit
Iterations = DescentLimit | SublinearLimit | IntervalContraction
Convergent = Sums | Iterations | RaceMeeting
"""The claims of one sequence that converges."""


@dataclass(frozen=True)
class RealLimit(Claim):
    """What `exact` claims, and that its sequence converges as a sequence of real numbers.

    The theorem rests on the axioms that the standard library builds its real numbers on; without this last part there
    are none.
    """

    exact: Convergent

    @property
    def target(self) -> Fraction:
        """The limit of the sequence."""
        return self.exact.place if isinstance(self.exact, RaceMeeting) else self.exact.limit


def real_claim(claim: Claim) -> RealLimit:
    """The claim with its real limit. Raises `Undecided` where it is not about one sequence that converges."""
    if not isinstance(claim, Convergent):
        raise Undecided(f"no proof: {type(claim).__name__} is not about one sequence of numbers that converges")
    return RealLimit(claim)


@argument.register
def _(claim: RealLimit) -> Argument:
    exact = argument(claim.exact)
    sequence = f"{sequence_name(claim.exact.name)}_n" if isinstance(claim.exact, Iterations) else "x_n"
    sequence = "s_n" if isinstance(claim.exact, Sums) else sequence
    last = Step(
        rf"${sequence} \to {number(claim.target)}$ as real numbers",
        r"below any positive real number there is a power $2^{-m}$; then the last part of the statement before",
    )
    return Argument(
        f"{exact.title}, over the real numbers",
        exact.setting,
        (*exact.statement, rf"as real numbers, ${sequence} \to {number(claim.target)}$"),
        (*exact.steps, last),
    )


@theorem.register
def _(claim: RealLimit) -> Theorem:
    exact = theorem(claim.exact)
    name = "place" if isinstance(claim.exact, RaceMeeting) else "s" if isinstance(claim.exact, Sums) else "x"
    limit = rational(claim.target)
    return Theorem(
        exact.definitions,
        f"({exact.statement}) /\\\n  Rseries.Un_cv (fun n => Rdefinitions.Q2R ({name} n)) (Rdefinitions.Q2R {limit})",
        f"with_real_limit ltac:({exact.proof})",
        (*exact.files, "RealLimits"),
        ("reals",),
    )


@hypotheses.register
def _(claim: RealLimit) -> tuple[Hypothesis, ...]:
    return hypotheses(claim.exact)
