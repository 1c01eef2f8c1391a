"""Descents with the step x - r (x - c)^3: they fall to c, never reach it, and only like 1/sqrt n."""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.descents import step_definitions
from infinitesimal.proofs.families.polynomials import Polynomial, shifted
from infinitesimal.proofs.families.steps import polynomial_step
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import factor, iteration, minus, number, sequence_name
from infinitesimal.rational import brief, show
from infinitesimal.terms.term import Term
from infinitesimal.truth import Hypothesis


@dataclass(frozen=True)
class SublinearLimit(Claim):
    """The iterates of `step`, which is x - rate*(x - limit)**3, fall to the limit and never reach it.

    From scale * 4**m on they are within 2**-m of it.
    """

    name: str
    step: Term
    start: Fraction
    limit: Fraction
    rate: Fraction
    scale: int


def sublinear_descent(name: str, step: Term, start: Fraction) -> SublinearLimit | None:
    """The claim of a cubic step; None where the step is no such cubic. Raises `Undecided` for a start too far out."""
    p = polynomial_step(name, step)
    if p is None or len(p) != 4 or not p[3]:
        return None
    limit, rate = -p[2] / (3 * p[3]), -p[3]
    if shifted(p, limit) != _shape(limit, rate):
        return None
    size = rate * (start - limit) ** 2
    if rate <= 0 or not 0 < size < 1:
        raise Undecided(
            f"no proof: {show(rate)}*(start - {show(limit)})**2 is {brief(size)}; between 0 and 1 the descent is proved"
        )
    return SublinearLimit(name, step, start, limit, rate, -((-1) // (2 * rate)))


def _shape(limit: Fraction, rate: Fraction) -> Polynomial:
    """The step as a polynomial in x - limit."""
    return (limit, Fraction(1), Fraction(0), -rate)


@argument.register
def _(claim: SublinearLimit) -> Argument:
    x, y = sequence_name(claim.name), "u" if claim.name == "y" else "y"
    away, r, limit = f"{x}_n{minus(claim.limit)}", factor(claim.rate), number(claim.limit)
    first = (claim.start - claim.limit) ** 2
    growth = rf"\left(1 + {factor(2 * claim.rate * first)} \cdot n\right)"
    enough = f"{claim.scale} \\cdot 4^{{m}}" if claim.scale > 1 else "4^{m}"
    return Argument(
        f"A descent that falls to {show(claim.limit)} like the inverse of a square root",
        iteration(claim.name, claim.step, claim.start),
        (
            rf"$|{x}_{{n+1}}{minus(claim.limit)}| < |{away}|$ for all $n$",
            rf"${x}_n \ne {limit}$ for all $n$",
            rf"$\left({away}\right)^2 \cdot {growth} \le {number(first)}$ for all $n$",
            rf"${x}_n \to {limit}$; for every $m$, $|{away}| \le 2^{{-m}}$ for all $n \ge {enough}$",
        ),
        (
            Step(
                rf"with ${y}_n = {away}$ and $z_n = {r} \cdot {y}_n^2$, ${y}_{{n+1}} = {y}_n \cdot (1 - z_n)$",
                "expand both sides: they are the same polynomial",
            ),
            Step(
                rf"$0 < z_n < 1$, ${y}_n \ne 0$ and $|{y}_{{n+1}}| < |{y}_n|$ for all $n$",
                rf"induction from $z_0 = {number(claim.rate * first)}$: the factor $1 - z_n$ is between 0 and 1, "
                "so the next distance is not 0 and is smaller, and so is the next $z$",
            ),
            Step(
                r"$(1 - z)^2 \cdot (1 + 2 \cdot z) \le 1$ for $0 \le z \le 1$", r"1 minus it is $z^2 (3 - 2 \cdot z)$"
            ),
            Step(
                rf"${y}_n^2 \cdot {growth} \le {number(first)}$",
                rf"induction from ${y}_0^2 = {number(first)}$: with $n + 1$ the left side is $(1 - z_n)^2$ times "
                rf"the one with $n$, plus $(1 - z_n)^2 \cdot 2 \cdot z_n \cdot {number(first)}$; "
                rf"both together are at most $(1 - z_n)^2 \cdot (1 + 2 \cdot z_n) \cdot {factor(first)}$, then step 3",
            ),
            Step(
                rf"${factor(2 * claim.rate)} \cdot n \cdot {y}_n^2 \le 1$",
                rf"step 4 without the 1 in the bracket, divided by ${number(first)}$",
            ),
            Step(
                rf"for $n \ge {enough}$, $|{y}_n| \le 2^{{-m}}$",
                rf"then ${factor(2 * claim.rate)} \cdot n \ge {number(2 * claim.rate * claim.scale)} \cdot 4^{{m}}$, "
                rf"which is at least $4^{{m}}$, so ${y}_n^2 \le 4^{{-m}}$ by step 5",
            ),
        ),
    )


@theorem.register
def _(claim: SublinearLimit) -> Theorem:
    limit, rate, start = rational(claim.limit), rational(claim.rate), rational(claim.start)
    first = f"(({start} - {limit}) * ({start} - {limit}))"
    return Theorem(
        step_definitions(claim.name, claim.step, claim.start),
        f"(forall n, Qabs (x (S n) - {limit}) < Qabs (x n - {limit})) /\\\n"
        f"  (forall n, ~ x n == {limit}) /\\\n"
        f"  (forall n, (x n - {limit}) * (x n - {limit}) * (1 + 2 * {rate} * number n * {first}) <= {first}) /\\\n"
        f"  converges x {limit} (fun m => Pos.to_nat {claim.scale} * 4 ^ m)%nat",
        f"apply sublinear_sound; [cubic_step step|{COMPUTE}]",
        ("Sublinear",),
    )


@hypotheses.register
def _(claim: SublinearLimit) -> tuple[Hypothesis, ...]:
    p = polynomial_step(claim.name, claim.step)
    shape = p is not None and shifted(p, claim.limit) == _shape(claim.limit, claim.rate)
    size = claim.rate * (claim.start - claim.limit) ** 2
    return (
        condition("the step is x - rate*(x - limit)**3", shape, f"rate {brief(claim.rate)}"),
        condition("the rate is positive", claim.rate > 0, brief(claim.rate)),
        condition("the start is not the limit", claim.start != claim.limit, brief(claim.start)),
        condition("rate*(start - limit)**2 < 1", size < 1, brief(size)),
        condition("1 <= 2*rate*scale", claim.scale >= 1 and 2 * claim.rate * claim.scale >= 1),
    )
