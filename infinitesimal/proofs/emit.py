"""Certificates: from a claim to a theorem in plain Rocq with a short proof over the support library."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import comment
from infinitesimal.proofs.support import imports, inlined

LIGHT = ("Series", "Descents", "Races", "Machines")
"""The files of the support library that are loaded where a theorem does not say which it needs."""


@dataclass(frozen=True)
class Theorem:
    """The definitions a statement uses, the statement, and its proof, as Rocq text.

    `files` are those of the support library that it uses; `axioms` names the list in `axioms` that it may rest on.
    """

    definitions: tuple[str, ...]
    statement: str
    proof: str
    files: tuple[str, ...] = LIGHT
    axioms: tuple[str, ...] = ()


@singledispatch
def theorem(claim: Claim) -> Theorem:
    """The theorem that says `claim`, with a proof that succeeds if and only if the kernel agrees with the witnesses."""
    raise NotImplementedError(type(claim).__name__)


def certificate(claims: Sequence[Claim], titles: Sequence[str], standalone: bool = False) -> str:
    """One file with a theorem for each claim, and one question for the axioms of all of them.

    With `standalone` the support library stands in the file, which then needs nothing but Coq.
    """
    made = [theorem(claim) for claim in claims]
    blocks = [_block(each, title, i) for i, (each, title) in enumerate(zip(made, titles, strict=True), 1)]
    names = ", ".join(f"claim_{i}.proved" for i in range(1, len(blocks) + 1))
    last = f"Definition all_proved := ({names}).\nPrint Assumptions all_proved.\n"
    used = [name for each in made for name in each.files]
    return "\n".join([inlined(used) if standalone else imports(used), "Open Scope Q_scope.\n", *blocks, last])


def _block(made: Theorem, title: str, number: int) -> str:
    body = [*made.definitions, f"Theorem proved :\n  {made.statement}.", f"Proof. {made.proof}. Qed."]
    return "\n".join([comment(title), f"Module claim_{number}.", *body, f"End claim_{number}.\n"])


def modulus_text(modulus: Modulus) -> str:
    """A modulus as a function of Rocq."""
    return f"(fun m => Pos.to_nat {modulus.halving} * (m + {modulus.shift}))%nat"


COMPUTE = "vm_compute; reflexivity"
"""The proof of a check: both sides are computed."""
