"""Geometric series: closed form, never at the limit, a modulus; or no limit."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, modulus_text, theorem
from infinitesimal.proofs.mirror import condition, decays, hypotheses
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import decay, factor, minus, no_limit, number, within
from infinitesimal.rational import brief, show
from infinitesimal.truth import Hypothesis


@dataclass(frozen=True)
class GeometricLimit(Claim):
    """The sums s(n) of first*ratio**k over k < n are limit*(1 - ratio**n): never the limit, to which they converge."""

    first: Fraction
    ratio: Fraction
    limit: Fraction
    modulus: Modulus


@argument.register
def _(claim: GeometricLimit) -> Argument:
    a, r, limit = factor(claim.first), factor(claim.ratio), claim.limit
    closed = rf"s_n = {factor(limit)} \cdot (1 - {r}^{{n}})"
    return Argument(
        f"A geometric series with the limit {show(limit)}",
        rf"Let $s_0 = 0$ and $s_{{n+1}} = s_n + {a} \cdot {r}^{{n}}$",
        (
            f"${closed}$ for all $n$",
            rf"$s_n \ne {number(limit)}$ for all $n$",
            within("s_n", limit, claim.modulus),
        ),
        (
            Step(
                f"${closed}$",
                rf"induction: both sides are 0 for $n = 0$, and "
                rf"${factor(limit)} \cdot ({r}^{{n}} - {r}^{{n+1}}) = "
                rf"{factor(limit)} \cdot (1{minus(claim.ratio)}) \cdot {r}^{{n}}"
                rf" = {a} \cdot {r}^{{n}}$",
            ),
            Step(
                rf"$s_n \ne {number(limit)}$",
                rf"by step 1 the distance is ${factor(limit)} \cdot {r}^{{n}}$, a product of numbers other than 0",
            ),
            *decay(abs(limit), claim.ratio, claim.modulus),
        ),
    )


@theorem.register
def _(claim: GeometricLimit) -> Theorem:
    limit, ratio = rational(claim.limit), rational(claim.ratio)
    return Theorem(
        (f"Definition s := partial_sum (fun i => {rational(claim.first)} * power {ratio} i).",),
        f"(forall n, s n == {limit} * (1 - power {ratio} n)) /\\\n"
        f"  (forall n, ~ s n == {limit}) /\\\n"
        f"  converges s {limit} {modulus_text(claim.modulus)}",
        f"apply geometric_sound; {COMPUTE}",
        ("Series",),
    )


@hypotheses.register
def _(claim: GeometricLimit) -> tuple[Hypothesis, ...]:
    return (
        condition("the first term is not 0", claim.first != 0, brief(claim.first)),
        condition("the ratio is not 0", claim.ratio != 0, brief(claim.ratio)),
        condition("limit*(1 - ratio) = first", claim.limit * (1 - claim.ratio) == claim.first, brief(claim.limit)),
        *decays(abs(claim.limit), claim.ratio, claim.modulus),
    )


@dataclass(frozen=True)
class GeometricDivergence(Claim):
    """The sums of first*ratio**k have no limit."""

    first: Fraction
    ratio: Fraction


@argument.register
def _(claim: GeometricDivergence) -> Argument:
    a, r, size = factor(claim.first), factor(claim.ratio), abs(claim.first)
    return Argument(
        "A geometric series without a limit",
        rf"Let $s_0 = 0$ and $s_{{n+1}} = s_n + {a} \cdot {r}^{{n}}$",
        ("no number is the limit of $s_n$",),
        (
            Step(
                rf"$|s_{{n+1}} - s_n| \ge {number(size)}$ for all $n$",
                rf"the difference is ${a} \cdot {r}^{{n}}$, and $|{number(claim.ratio)}| \ge 1$",
            ),
            no_limit("s", size),
        ),
    )


@theorem.register
def _(claim: GeometricDivergence) -> Theorem:
    return Theorem(
        (f"Definition s := partial_sum (fun i => {rational(claim.first)} * power {rational(claim.ratio)} i).",),
        "forall L, ~ tends_to s L",
        f"apply geometric_diverges_sound; {COMPUTE}",
        ("Series",),
    )


@hypotheses.register
def _(claim: GeometricDivergence) -> tuple[Hypothesis, ...]:
    return (
        condition("the first term is not 0", claim.first != 0, brief(claim.first)),
        condition("the ratio is at least 1 in size", abs(claim.ratio) >= 1, brief(claim.ratio)),
    )
