"""Proofs: a claim with its proof for a reader and its certificate for Rocq."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from infinitesimal.errors import Undecided
from infinitesimal.proofs import prose
from infinitesimal.proofs.argument import Argument, argument
from infinitesimal.proofs.batch import Proofs
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import certificate
from infinitesimal.proofs.mirror import hypotheses
from infinitesimal.proofs.recognise import claim as claim_of
from infinitesimal.truth import Truth


@dataclass(frozen=True)
class Proof:
    """A claim whose hypotheses hold, with its proof in four forms. `check` asks Rocq's kernel."""

    claim: Claim

    @cached_property
    def argument(self) -> Argument:
        """The theorem and the steps of its proof."""
        return argument(self.claim)

    def text(self) -> str:
        """Statement and numbered steps, each with its reason, as plain text."""
        return prose.text(self.argument)

    def markdown(self) -> str:
        """The same in Markdown, with mathematics between dollar signs."""
        return prose.markdown(self.argument)

    def latex(self, document: bool = True) -> str:
        """The same in LaTeX (amsthm): a whole document, or the theorem and proof alone."""
        return prose.latex(self.argument, document)

    def json(self, verdict: dict[str, Any] | None = None) -> str:
        """Family, theorem, steps and certificate as one JSON object, with a verdict if `CheckResult.data` gave one."""
        content = {"family": type(self.claim).__name__, **prose.data(self.argument), "certificate": self.rocq()}
        return prose.as_json("proof", {**content, "verdict": verdict})

    def rocq(self, path: str | Path | None = None, *, standalone: bool = False) -> str:
        """The certificate; it is also written to `path`, if that is given.

        It needs the support library, unless it is `standalone`.
        """
        written = certificate([self.claim], [self.argument.title], standalone)
        if path is not None:
            Path(path).write_text(written, encoding="utf-8")
        return written

    def __str__(self) -> str:
        return self.text()


@overload
def prove(result: list[Any] | tuple[Any, ...]) -> Proofs: ...


@overload
def prove(result: Any) -> Proof: ...


def prove(result: Any) -> Proof | Proofs:
    """The proof of what `result` claims: a series, a race, a descent, a run, a contrast of one machine, or a `Claim`.

    A list or tuple of such results gives `Proofs`, which share one certificate. Every hypothesis has been decided
    exactly. Raises `Undecided` where one is false, which it names, or where no family of theorems has the claim.

    >>> from infinitesimal.recurrences.series import zeno
    >>> print(prove(zeno()).text())  # doctest: +NORMALIZE_WHITESPACE
    Theorem (A geometric series with the limit 1). Let s_0 = 0 and s_(n+1) = s_n + (1/2) * (1/2)^n. Then:
      - s_n = 1 * (1 - (1/2)^n) for all n.
      - s_n != 1 for all n.
      - s_n -> 1; for every m, |s_n - 1| <= 2^(-m) for all n >= m.
    Proof.
      1. s_n = 1 * (1 - (1/2)^n).
         Reason: induction: both sides are 0 for n = 0, and
         1 * ((1/2)^n - (1/2)^(n+1)) = 1 * (1 - 1/2) * (1/2)^n = (1/2) * (1/2)^n.
      2. s_n != 1.
         Reason: by step 1 the distance is 1 * (1/2)^n, a product of numbers other than 0.
      3. (1/2)^1 <= 1/2 and 1 <= 2^0.
         Reason: both are comparisons of numbers; the power is bounded from above by repeated squaring.
      4. for n >= m the distance 1 * (1/2)^n is at most 2^(-m).
         Reason: the powers of 1/2 do not grow, and every factor halves them at least, by the step before.
    QED
    """
    if isinstance(result, list | tuple):
        return Proofs(tuple(_prove(each) for each in result))
    return _prove(result)


def _prove(result: Any) -> Proof:
    claimed = claim_of(result)
    for hypothesis in hypotheses(claimed):
        if hypothesis.truth is not Truth.TRUE:
            raise Undecided(f"no proof: this hypothesis fails: {hypothesis.text} ({hypothesis.evidence})")
    return Proof(claimed)
