"""The update at which an exact descent of one variable meets a tolerance."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.descents import affine_sentence, affine_step, step_definitions
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import factor, iteration, number
from infinitesimal.rational import brief
from infinitesimal.terms.pretty import latex_name
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis


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


@argument.register
def _(claim: ToleranceStop) -> Argument:
    x, r, n = latex_name(claim.name), factor(abs(claim.ratio)), claim.steps
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
                "a comparison of numbers; the lengths fall with $n$",
            ),
        ),
    )


@theorem.register
def _(claim: ToleranceStop) -> Theorem:
    tolerance = rational(claim.tolerance)
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        f"(forall n, (n < Pos.to_nat {claim.steps})%nat -> {tolerance} < Qabs (x (S n) - x n)) /\\\n"
        f"  (forall n, (Pos.to_nat {claim.steps} <= n)%nat -> Qabs (x (S n) - x n) <= {tolerance})",
        f"apply (tolerance_sound step {rational(claim.limit)} {rational(claim.ratio)}); [affine_step step|{COMPUTE}]",
    )


@hypotheses.register
def _(claim: ToleranceStop) -> tuple[Hypothesis, ...]:
    r, n = claim.ratio, claim.steps
    first = abs((claim.start - claim.limit) * (r - 1))
    tried = n >= 1 and abs(r) <= 1
    return (
        affine_step(claim.name, claim.step, claim.limit, r),
        condition("the ratio is at most 1 in size", abs(r) <= 1, brief(r)),
        condition(f"update {n + 1} is at most the tolerance", tried and first * abs(r) ** n <= claim.tolerance),
        condition(f"update {n} is larger", tried and first * abs(r) ** (n - 1) > claim.tolerance),
    )
