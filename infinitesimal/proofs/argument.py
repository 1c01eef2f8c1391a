r"""Arguments: what a proof says, once, for all renderings.

An argument is a title, the parts of the statement, and numbered steps, each with its reason. Sentences are written with
mathematics between dollar signs, in the LaTeX that `prose` can also write as plain text.
"""

from dataclasses import dataclass
from functools import singledispatch

from infinitesimal.proofs.claims import Claim


@dataclass(frozen=True)
class Step:
    """One step of a proof and its reason."""

    text: str
    reason: str


@dataclass(frozen=True)
class Argument:
    """A theorem and its proof in sentences: the setting, the parts of the statement, the steps."""

    title: str
    setting: str
    statement: tuple[str, ...]
    steps: tuple[Step, ...]


@singledispatch
def argument(claim: Claim) -> Argument:
    """The theorem of a claim with its proof, all numbers in place."""
    raise NotImplementedError(type(claim).__name__)
