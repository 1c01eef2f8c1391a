"""Series of 1/(a + b k): no limit, as each time the number of terms doubles the sum grows by a fixed amount.

The argument is Oresme's, of about 1350, for the harmonic series.
"""

from dataclasses import dataclass
from fractions import Fraction

from infinitesimal.errors import Undecided
from infinitesimal.proofs.argument import Argument, Step, argument
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import COMPUTE, Theorem, theorem
from infinitesimal.proofs.families.polynomials import Polynomial, sentence
from infinitesimal.proofs.mirror import condition, hypotheses
from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import factor, number
from infinitesimal.rational import brief
from infinitesimal.truth import Hypothesis


@dataclass(frozen=True)
class HarmonicDivergence(Claim):
    """The sums s(n) of 1/(first + difference*k) over k < n have no limit: s(2**m) >= m/(2*(first + difference))."""

    first: Fraction
    difference: Fraction


def harmonic_divergence(top: Polynomial, bottom: Polynomial) -> HarmonicDivergence | None:
    """The claim of a constant over a line; None for other terms. Raises `Undecided` where the terms change sign."""
    if len(top) != 1 or len(bottom) != 2:
        return None
    first, difference = (a / top[0] for a in bottom)
    if first <= 0 or difference <= 0:
        raise Undecided("no proof: of the sums of 1/(a + b*k), those with positive a and b are proved")
    return HarmonicDivergence(first, difference)


@argument.register
def _(claim: HarmonicDivergence) -> Argument:
    a, b = claim.first, claim.difference
    total, growth = factor(a + b), 1 / (2 * (a + b))
    bottom = sentence((a, b), "k")
    return Argument(
        "A harmonic series without a limit",
        rf"Let $s_0 = 0$ and $s_{{k+1}} = s_k + \frac{{1}}{{{bottom}}}$",
        (
            rf"$s_{{2^{{m}}}} \ge {factor(growth)} \cdot m$ for all $m$",
            "no number is the limit of $s_n$",
        ),
        (
            Step(
                rf"for $1 \le n \le k \le 2 \cdot n$, $\frac{{1}}{{{bottom}}} \ge "
                rf"\frac{{1}}{{2 \cdot n \cdot {total}}}$",
                rf"${bottom} \le {factor(a)} \cdot 2 \cdot n + {factor(b)} \cdot 2 \cdot n$",
            ),
            Step(
                rf"$s_{{2 \cdot n}} - s_n \ge {number(growth)}$ for $n \ge 1$",
                "the difference has $n$ terms, by step 1 each at least so large",
            ),
            Step(
                rf"$s_{{2^{{m}}}} \ge {factor(growth)} \cdot m$",
                "induction: $s_1$ is positive, and step 2 with $n = 2^{m}$",
            ),
            Step(
                "$s_n$ has no limit",
                rf"near a limit $s_n$ and $s_{{2 \cdot n}}$ differ by less than ${number(growth)}$, against step 2",
            ),
        ),
    )


@theorem.register
def _(claim: HarmonicDivergence) -> Theorem:
    a, b = rational(claim.first), rational(claim.difference)
    return Theorem(
        (f"Definition s := partial_sum (fun k => 1 / ({a} + {b} * number k)).",),
        f"(forall m, number m * (1 / (2 * ({a} + {b}))) <= s (2 ^ m)%nat) /\\\n  (forall L, ~ tends_to s L)",
        f"apply harmonic_sound; {COMPUTE}",
        ("Harmonic",),
    )


@hypotheses.register
def _(claim: HarmonicDivergence) -> tuple[Hypothesis, ...]:
    return (
        condition("the first denominator is positive", claim.first > 0, brief(claim.first)),
        condition("the denominators grow", claim.difference > 0, brief(claim.difference)),
    )
