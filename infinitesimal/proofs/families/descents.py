"""Descents of one variable with an affine step: closed form, never at the minimum, a modulus; or no limit."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.linear.affine import affine_map
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, modulus_text, theorem
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import OverRationals, rational
from infinitesimal.proofs.wording import decay, factor, iteration, minus, no_limit, number, plus, sequence_name, within
from infinitesimal.rational import brief, show
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis


def affine_sentence(name: str, limit: Fraction, ratio: Fraction) -> str:
    x = sequence_name(name)
    return rf"{x}_{{n+1}}{minus(limit)} = {factor(ratio)} \cdot ({x}_n{minus(limit)})"


def step_definitions(name: str, step: Term, start: Fraction) -> tuple[str, ...]:
    return (
        f"Definition step (x : Q) : Q := {OverRationals().term(step, [name])}.",
        f"Definition x (n : nat) : Q := Nat.iter n step {rational(start)}.",
    )


def affine_step(name: str, step: Term, centre: Fraction, ratio: Fraction) -> Hypothesis:
    """That the step is centre + ratio*(x - centre), from its coefficients."""
    found = affine_map(recurrence({name: step}, {name: 0}))
    truth = False
    if found is not None and found.is_scalar:
        r = to_fmpq(ratio)
        c = to_fmpq(centre)
        truth = found.matrix[0, 0] == r and found.forcing[0][0] == c * (1 - r)
    return condition("the step multiplies the distance to the limit by the ratio", truth, f"ratio {brief(ratio)}")


@dataclass(frozen=True)
class DescentLimit(Claim):
    """The iterates of `step`, a term in `name`, are limit + ratio**n*(start - limit): never it, but they tend to it."""

    name: str
    step: Term
    start: Fraction
    limit: Fraction
    ratio: Fraction
    modulus: Modulus


@argument.register
def _(claim: DescentLimit) -> Argument:
    x, limit, r = sequence_name(claim.name), claim.limit, factor(claim.ratio)
    away = claim.start - limit
    closed = f"{x}_n = " + plus(limit, rf"{factor(away)} \cdot {r}^{{n}}")
    return Argument(
        f"A descent with the limit {show(limit)}",
        iteration(claim.name, claim.step, claim.start),
        (
            f"${closed}$ for all $n$",
            rf"${x}_n \ne {number(limit)}$ for all $n$",
            within(f"{x}_n", limit, claim.modulus),
        ),
        (
            Step(
                f"${affine_sentence(claim.name, limit, claim.ratio)}$",
                "expand both sides: they are the same polynomial",
            ),
            Step(f"${closed}$", rf"induction with step 1, from ${x}_0{minus(limit)} = {number(away)}$"),
            Step(
                rf"${x}_n \ne {number(limit)}$",
                rf"by step 2 the difference is ${factor(away)} \cdot {r}^{{n}}$, a product of numbers other than 0",
            ),
            *decay(abs(away), claim.ratio, claim.modulus),
        ),
    )


@theorem.register
def _(claim: DescentLimit) -> Theorem:
    limit, ratio, start = rational(claim.limit), rational(claim.ratio), rational(claim.start)
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        f"(forall n, x n == {limit} + power {ratio} n * ({start} - {limit})) /\\\n"
        f"  (forall n, ~ x n == {limit}) /\\\n"
        f"  converges x {limit} {modulus_text(claim.modulus)}",
        f"apply affine_sound; [affine_step step|{COMPUTE}]",
        ("Descents",),
    )


@hypotheses.register
def _(claim: DescentLimit) -> tuple[Hypothesis, ...]:
    return (
        affine_step(claim.name, claim.step, claim.limit, claim.ratio),
        condition("the ratio is not 0", claim.ratio != 0, brief(claim.ratio)),
        condition("the start is not the limit", claim.start != claim.limit, brief(claim.start)),
        *decays(abs(claim.start - claim.limit), claim.ratio, claim.modulus),
    )


@dataclass(frozen=True)
class DescentDivergence(Claim):
    """The iterates of `step`, which multiplies the distance to `centre` by `ratio`, have no limit."""

    name: str
    step: Term
    start: Fraction
    centre: Fraction
    ratio: Fraction


@argument.register
def _(claim: DescentDivergence) -> Argument:
    x = sequence_name(claim.name)
    size = abs((claim.start - claim.centre) * (claim.ratio - 1))
    return Argument(
        "A descent without a limit",
        iteration(claim.name, claim.step, claim.start),
        (f"no number is the limit of ${x}_n$",),
        (
            Step(
                rf"$|{x}_{{n+1}} - {x}_n| \ge {number(size)}$ for all $n$",
                rf"${affine_sentence(claim.name, claim.centre, claim.ratio)}$, the same polynomial on both sides; "
                rf"so the difference is ${factor(size)} \cdot {factor(abs(claim.ratio))}^{{n}}$ in size, "
                rf"and $|{number(claim.ratio)}| \ge 1$",
            ),
            no_limit(x, size),
        ),
    )


@theorem.register
def _(claim: DescentDivergence) -> Theorem:
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        "forall L, ~ tends_to x L",
        f"apply (affine_diverges_sound step {rational(claim.centre)} {rational(claim.ratio)}); "
        f"[affine_step step|{COMPUTE}]",
        ("Descents",),
    )


@hypotheses.register
def _(claim: DescentDivergence) -> tuple[Hypothesis, ...]:
    return (
        affine_step(claim.name, claim.step, claim.centre, claim.ratio),
        condition("the ratio is at least 1 in size", abs(claim.ratio) >= 1, brief(claim.ratio)),
        condition("the ratio is not 1", claim.ratio != 1, brief(claim.ratio)),
        condition("the start is not the fixed point", claim.start != claim.centre, brief(claim.start)),
    )
