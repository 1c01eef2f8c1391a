"""The checks that Rocq makes, made in Python first: the hypotheses of a claim's theorem, each with its evidence.

A claim whose hypotheses all hold here is accepted by the kernel, and one with a false hypothesis is rejected; tests
hold the two together on claims that were broken on purpose. Here nothing is proved: that is the kernel's work.
"""

from fractions import Fraction
from functools import singledispatch

from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.moduli import Modulus, halves
from infinitesimal.rational import brief
from infinitesimal.truth import Hypothesis, Truth


def condition(text: str, truth: bool, evidence: str = "computed exactly") -> Hypothesis:
    """A hypothesis that was decided."""
    return Hypothesis(text, evidence, Truth.of(truth))


@singledispatch
def hypotheses(claim: Claim) -> tuple[Hypothesis, ...]:
    """The conditions under which the theorem of `claim` holds, each decided by exact computation."""
    raise NotImplementedError(type(claim).__name__)


def holds(claim: Claim) -> bool:
    """Whether every hypothesis of the claim holds."""
    return all(h.truth is Truth.TRUE for h in hypotheses(claim))


def decays(size: Fraction, ratio: Fraction, modulus: Modulus) -> tuple[Hypothesis, ...]:
    """The conditions under which size*|ratio|**n has the modulus."""
    k, j = modulus.halving, modulus.shift
    return (
        condition("the ratio is at most 1 in size", abs(ratio) <= 1, brief(ratio)),
        condition(f"|ratio|**{k} <= 1/2", halves(ratio, k), "repeated squaring, rounded up"),
        condition(f"the first distance is at most 2**{j}", size <= 1 << j, brief(size)),
    )
