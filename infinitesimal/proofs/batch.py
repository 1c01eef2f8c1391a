"""Many theorems together: one text, one certificate with one question for axioms, and a table in LaTeX."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinitesimal.proofs import prose
from infinitesimal.proofs.emit import certificate

if TYPE_CHECKING:
    from infinitesimal.proofs.proof import Proof


@dataclass(frozen=True)
class Proofs:
    """Several proofs in their order, as `prove` makes them from a list. `check` asks Rocq's kernel once for all.

    >>> from infinitesimal.proofs.proof import prove
    >>> from infinitesimal.recurrences.series import geometric, zeno
    >>> both = prove([zeno(), geometric(1, "-1/3")])
    >>> len(both), both.rocq().count("Theorem proved"), both.rocq().count("Print Assumptions")
    (2, 2, 1)
    """

    proofs: tuple["Proof", ...]

    def __len__(self) -> int:
        return len(self.proofs)

    def __iter__(self) -> Iterator["Proof"]:
        return iter(self.proofs)

    def text(self) -> str:
        """All theorems with their proofs, as plain text."""
        return "\n".join(proof.text() for proof in self.proofs)

    def markdown(self) -> str:
        """The same in Markdown."""
        return "\n".join(proof.markdown() for proof in self.proofs)

    def latex(self, document: bool = True) -> str:
        """The same in LaTeX: a whole document, or the theorems and proofs alone."""
        body = "\n".join(proof.latex(document=False) for proof in self.proofs)
        return prose.whole_document(body) if document else body

    def json(self, verdict: dict[str, Any] | None = None) -> str:
        """All theorems and their one certificate as one JSON object, with a verdict if `CheckResult.data` gave one."""
        theorems = [{"family": type(each.claim).__name__, **prose.data(each.argument)} for each in self.proofs]
        return prose.as_json("proofs", {"theorems": theorems, "certificate": self.rocq(), "verdict": verdict})

    def rocq(self, path: str | Path | None = None, *, standalone: bool = False) -> str:
        """One certificate; theorem i of the table is `claim_i.proved` in it. It is also written to `path`, if given."""
        titles = [proof.argument.title for proof in self.proofs]
        written = certificate([proof.claim for proof in self.proofs], titles, standalone)
        if path is not None:
            Path(path).write_text(written, encoding="utf-8")
        return written

    def table(self, file: str | Path, document: bool = True) -> str:
        """A table of the theorems in LaTeX: number, title, statement, and where in `file` the proof is."""
        rows = [
            (proof.argument, f"{Path(file).name}, claim_{number}.proved") for number, proof in enumerate(self.proofs, 1)
        ]
        return prose.table(rows, document)

    def __str__(self) -> str:
        return self.text()
