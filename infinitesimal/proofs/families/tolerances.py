"""The update at which an exact descent of one variable meets a tolerance."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.descents import DescentLimit, affine_sentence, affine_step, step_definitions
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.moduli import power_above, power_below
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import factor, iteration, number, sequence_name
from infinitesimal.rational import brief
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis

MAX_BITS = 1 << 14


@dataclass(frozen=True)
class ToleranceStop(Claim):
    """The first update of `step` that moves by at most `tolerance` is number `steps` + 1; so are all later ones.

    `limit` and `ratio` are those of the step, as in `DescentLimit`. Powers are enclosed with `bits` bits after the
    point, so that there may be millions of steps.
    """

    name: str
    step: Term
    start: Fraction
    limit: Fraction
    ratio: Fraction
    tolerance: Fraction
    steps: int
    bits: int

    def decided(self) -> tuple[bool, bool]:
        """Whether update `steps` + 1 is shown to be at most the tolerance, and whether the one before is above it."""
        first, r, n = abs((self.start - self.limit) * (self.ratio - 1)), abs(self.ratio), self.steps
        if n < 1 or r > 1:
            return False, False
        before = power_below(r, n - 1, self.bits) if n > 1 else Fraction(1)
        return first * power_above(r, n, self.bits) <= self.tolerance, first * before > self.tolerance


def tolerance_claim(exact: DescentLimit, tolerance: Fraction, steps: int) -> ToleranceStop:
    """The claim that a descent makes `steps` updates of more than the tolerance, and then none.

    Raises `Undecided` where no bits that are tried tell the two updates apart from the tolerance.
    """
    bits = 64
    while bits <= MAX_BITS:
        made = ToleranceStop(exact.name, exact.step, exact.start, exact.limit, exact.ratio, tolerance, steps, bits)
        if all(made.decided()):
            return made
        bits *= 2
    raise Undecided(f"no proof: powers of {MAX_BITS} bits do not show the tolerance to be met at update {steps + 1}")


@argument.register
def _(claim: ToleranceStop) -> Argument:
    x, r, n = sequence_name(claim.name), factor(abs(claim.ratio)), claim.steps
    first, bound = abs((claim.start - claim.limit) * (claim.ratio - 1)), number(claim.tolerance)
    length = rf"|{x}_{{n+1}} - {x}_n| = {factor(first)} \cdot {r}^{{n}}"
    return Argument(
        f"A tolerance is met at update {n + 1}",
        iteration(claim.name, claim.step, claim.start),
        (
            rf"$|{x}_{{n+1}} - {x}_n| > {bound}$ for all $n < {n}$",
            rf"$|{x}_{{n+1}} - {x}_n| \le {bound}$ for all $n \ge {n}$",
        ),
        (
            Step(
                f"${affine_sentence(claim.name, claim.limit, claim.ratio)}$",
                "expand both sides: they are the same polynomial",
            ),
            Step(f"${length}$", "induction with step 1"),
            Step(
                rf"${factor(first)} \cdot {r}^{{{n - 1}}} > {bound} \ge {factor(first)} \cdot {r}^{{{n}}}$",
                "a comparison of numbers, with powers bounded by repeated squaring; the lengths fall with $n$",
            ),
        ),
    )


@theorem.register
def _(claim: ToleranceStop) -> Theorem:
    tolerance, limit, ratio = map(rational, (claim.tolerance, claim.limit, claim.ratio))
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        f"(forall n, (n < Pos.to_nat {claim.steps})%nat -> {tolerance} < Qabs (x (S n) - x n)) /\\\n"
        f"  (forall n, (Pos.to_nat {claim.steps} <= n)%nat -> Qabs (x (S n) - x n) <= {tolerance})",
        f"apply (tolerance_sound step {claim.bits} {limit} {ratio}); [affine_step step|{COMPUTE}]",
    )


@hypotheses.register
def _(claim: ToleranceStop) -> tuple[Hypothesis, ...]:
    r, n = claim.ratio, claim.steps
    met, before = claim.decided()
    return (
        affine_step(claim.name, claim.step, claim.limit, r),
        condition("the ratio is at most 1 in size", abs(r) <= 1, brief(r)),
        condition(f"update {n + 1} is at most the tolerance", met, "powers enclosed"),
        condition(f"update {n} is larger", before, "powers enclosed"),
    )
