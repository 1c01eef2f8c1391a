"""Asking Rocq's kernel: is the certificate of a claim accepted, and on which axioms?"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infinitesimal.errors import InputError, Undecided
from infinitesimal.proofs.axioms import assumptions, is_known
from infinitesimal.proofs.batch import Proofs
from infinitesimal.proofs.coq import HOW_TO_INSTALL, Outcome, coqc, coqchk, execute, library
from infinitesimal.proofs.emit import certificate, theorem
from infinitesimal.proofs.proof import Proof
from infinitesimal.truth import Truth

SECONDS = 120.0
FORBIDDEN = re.compile(
    r"\b(Admitted|admit|Abort|Axioms?|Parameters?|Conjectures?|Variables?|Hypothes[ei]s|Context|Unset|bypass_check|"
    r"Notation|Infix|Redirect|Load|Declare|Extraction)\b"
)
"""Words that no certificate of ours has: they assume something, hide something, or act on files."""


@dataclass(frozen=True)
class CheckResult:
    """What the kernel said.

    `truth` is TRUE when every theorem was accepted, with no axioms but those its family names; FALSE when a certificate
    was rejected or is not the one that the claim prints; UNKNOWN when nothing was checked: no coqc, or its time or
    memory was up. `axioms` is what the theorems rest on, as Rocq prints it; empty for none. `seconds` are those of the
    processor.
    """

    truth: Truth
    message: str
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.truth)

    @property
    def word(self) -> str:
        """accepted, rejected, or not checked."""
        return {Truth.TRUE: "accepted", Truth.FALSE: "rejected", Truth.UNKNOWN: "not checked"}[self.truth]

    def data(self) -> dict[str, Any]:
        """The verdict in parts, as the JSON of a proof has it."""
        return {"verdict": self.word, "message": self.message, "axioms": list(self.axioms), "seconds": self.seconds}

    def __str__(self) -> str:
        return f"{self.word}: {self.message}" + (f" ({self.seconds:.1f} s)" if self.seconds else "")


def check(
    *proofs: Proof | Proofs, file: str | Path | None = None, seconds: float = SECONDS, paranoid: bool = False
) -> CheckResult:
    """Whether Rocq accepts the certificates of `proofs`, all in one file.

    The text that is compiled is printed afresh from the claims. A `file` is believed only when it is byte for byte that
    text, or the standalone one; otherwise the answer is FALSE and says where it differs. coqc runs in an empty folder,
    for at most `seconds` and with at most 4 GiB. With `paranoid` the compiled certificate, and the compiled part of the
    support library that it uses, are checked again by coqchk, a smaller program; it trusts only Coq's standard library.
    """
    every = [proof for given in proofs for proof in _single(given)]
    if not every:
        raise InputError("check takes proofs, as prove makes them")
    claims, titles = [p.claim for p in every], [p.argument.title for p in every]
    text = certificate(claims, titles)
    if FORBIDDEN.search(_without_comments(text)):
        raise AssertionError("a certificate that assumes something was printed")
    if file is not None:
        given = Path(file).read_bytes()
        standalone = certificate(claims, titles, standalone=True)
        if given not in (text.encode(), standalone.encode()):
            return CheckResult(Truth.FALSE, _edited(str(file), given, text, standalone))
        text = given.decode()
    lists = {name for claim in claims for name in theorem(claim).axioms}
    return compiled(text, seconds, tuple(sorted(lists)), paranoid)


def _single(given: object) -> Iterator[Proof]:
    if isinstance(given, Proof):
        yield given
    elif isinstance(given, Proofs):
        yield from given.proofs
    else:
        raise InputError(f"check takes proofs, as prove makes them, and not {given!r}")


def _edited(name: str, given: bytes, text: str, standalone: str) -> str:
    """How a file differs from what it has to be: in which line first, and in which words that are never there."""
    found = given.decode(errors="replace")
    fresh = text if "From Infinitesimal" in found else standalone
    pairs = enumerate(zip(found.split("\n"), fresh.split("\n"), strict=False), 1)
    line = next(((i, a, b) for i, (a, b) in pairs if a != b), None)
    where = f"line {line[0]} is {line[1][:80]!r}, not {line[2][:80]!r}" if line else "it is longer or shorter"
    words = sorted(set(FORBIDDEN.findall(_without_comments(found)))) if fresh is text else []
    return f"{name} is not what the claim prints: {where}" + (f"; it has the word {', '.join(words)}" if words else "")


def _without_comments(text: str) -> str:
    return re.sub(r"\(\*.*?\*\)", " ", text, flags=re.DOTALL)


def compiled(text: str, seconds: float = SECONDS, allowed: tuple[str, ...] = (), paranoid: bool = False) -> CheckResult:
    """What coqc says of a text. It has to come from `certificate`: nothing here looks at its statement.

    `allowed` names the lists of axioms that it may rest on (`axioms.KNOWN`).
    """
    program = coqc()
    if program is None:
        return CheckResult(Truth.UNKNOWN, HOW_TO_INSTALL)
    try:
        support = library(program)
    except Undecided as error:
        return CheckResult(Truth.UNKNOWN, str(error))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "certificate.v").write_text(text, encoding="utf-8")
        load = ["-Q", str(support), "Infinitesimal"]
        outcome = execute([program, "-q", *load, "certificate.v"], folder, seconds)
        result = _judged(outcome, seconds, allowed)
        if paranoid and result.truth is Truth.TRUE:
            loaded = re.findall(r"From Infinitesimal Require Import ([^.]*)\.", text)
            files = [name for line in loaded for name in line.split()]
            result = _again(result, folder, load, files, seconds)
    return result


def _judged(outcome: Outcome, seconds: float, allowed: Sequence[str]) -> CheckResult:
    """The verdict on a run of coqc: its exit code alone proves nothing."""
    if outcome.code is None:
        return CheckResult(Truth.UNKNOWN, f"coqc was ended after {seconds:g} s", (), outcome.seconds)
    if outcome.code != 0:
        said = outcome.errors.strip()[:2000]
        if outcome.code < 0 or "Out of memory" in said:
            return CheckResult(Truth.UNKNOWN, f"coqc ended by itself: {said or 'no reason'}", (), outcome.seconds)
        return CheckResult(Truth.FALSE, said or "coqc failed", (), outcome.seconds)
    found = assumptions(outcome.output)
    if found is None:
        return CheckResult(Truth.FALSE, f"no answer on axioms: {outcome.output[:500]!r}", (), outcome.seconds)
    axioms = tuple(str(axiom) for axiom in found)
    strange = [axiom for axiom in found if not is_known(axiom, tuple(allowed))]
    if strange:
        said = "; ".join(map(str, strange))[:1000]
        return CheckResult(Truth.FALSE, f"it rests on axioms: {said}", axioms, outcome.seconds)
    rest = f"; it rests on {_named([axiom.name for axiom in found])}" if found else ", with no axioms"
    return CheckResult(Truth.TRUE, f"Rocq's kernel accepts it{rest}", axioms, outcome.seconds)


def _named(names: Sequence[str]) -> str:
    """Axioms in a sentence: the primitives of the kernel are only counted."""
    primitive = [name for name in names if name.startswith("Prim")]
    stated = sorted(set(names) - set(primitive))
    return ", ".join(stated) + (f" and {len(primitive)} primitives of the kernel" if primitive else "")


def _again(result: CheckResult, folder: Path, load: list[str], files: list[str], seconds: float) -> CheckResult:
    """The verdict after coqchk has looked at the compiled certificate, too, and at the files of the library in use."""
    program = coqchk()
    if program is None:
        return CheckResult(Truth.UNKNOWN, "coqchk is not installed", result.axioms, result.seconds)
    every = [*(f"Infinitesimal.{name}" for name in files), "certificate"]
    names = [part for name in every for part in ("-norec", name)]
    outcome = execute([program, "-silent", *load, *names], folder, seconds)
    used = result.seconds + outcome.seconds
    if outcome.code is None:
        return CheckResult(Truth.UNKNOWN, f"coqchk was ended after {seconds:g} s", result.axioms, used)
    if outcome.code != 0:
        said = (outcome.errors or outcome.output).strip()[:2000]
        return CheckResult(Truth.FALSE, f"coqchk rejects it: {said}", result.axioms, used)
    return CheckResult(Truth.TRUE, f"{result.message}; coqchk agrees", result.axioms, used)
