"""Asking Rocq's kernel: is the certificate of a claim accepted, and on which axioms?"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from infinitesimal.errors import InputError, Undecided
from infinitesimal.proofs.coq import HOW_TO_INSTALL, coqc, execute, library
from infinitesimal.proofs.emit import certificate
from infinitesimal.proofs.proof import Proof
from infinitesimal.truth import Truth

CLOSED = "Closed under the global context"
SECONDS = 120.0


@dataclass(frozen=True)
class CheckResult:
    """What the kernel said.

    `truth` is TRUE when every theorem was accepted without axioms, FALSE when a certificate was rejected or is not
    the one that the claim prints, UNKNOWN when nothing was checked: no coqc, or its time was up. `axioms` is what the
    theorems rest on, as Rocq prints it; empty for none. `seconds` are those of the processor.
    """

    truth: Truth
    message: str
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.truth)

    def __str__(self) -> str:
        word = {Truth.TRUE: "accepted", Truth.FALSE: "rejected", Truth.UNKNOWN: "not checked"}[self.truth]
        return f"{word}: {self.message}" + (f" ({self.seconds:.1f} s)" if self.seconds else "")


def check(*proofs: Proof, file: str | Path | None = None, seconds: float = SECONDS) -> CheckResult:
    """Whether Rocq accepts the certificates of `proofs`, all in one file.

    The text that is compiled is printed afresh from the claims. A `file` is believed only when it is byte for byte that
    text, or the standalone one; otherwise the answer is FALSE and says where it differs. coqc runs in an empty folder,
    for at most `seconds`.
    """
    if not proofs or not all(isinstance(proof, Proof) for proof in proofs):
        raise InputError("check takes proofs, as prove makes them")
    claims, titles = [p.claim for p in proofs], [p.argument.title for p in proofs]
    fresh = certificate(claims, titles)
    if file is not None:
        given = Path(file).read_bytes()
        standalone = certificate(claims, titles, standalone=True)
        if given not in (fresh.encode(), standalone.encode()):
            return CheckResult(
                Truth.FALSE, f"{file} is not what the claim prints: {_difference(given, fresh.encode())}"
            )
        fresh = given.decode()
    return compiled(fresh, seconds)


def _difference(given: bytes, fresh: bytes) -> str:
    pairs = zip(given.split(b"\n"), fresh.split(b"\n"), strict=False)
    line = next((i for i, (a, b) in enumerate(pairs, 1) if a != b), None)
    return f"line {line} differs" if line else "it is longer or shorter"


def compiled(text: str, seconds: float = SECONDS) -> CheckResult:
    """What coqc says of a text. It has to come from `certificate`: nothing here looks at its statement."""
    program = coqc()
    if program is None:
        return CheckResult(Truth.UNKNOWN, HOW_TO_INSTALL)
    try:
        support = library(program)
    except Undecided as error:
        return CheckResult(Truth.UNKNOWN, str(error))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "certificate.v").write_text(text, encoding="utf-8")
        command = [program, "-q", "-Q", str(support), "Infinitesimal", "certificate.v"]
        outcome = execute(command, Path(folder), seconds)
    if outcome.code is None:
        return CheckResult(Truth.UNKNOWN, f"coqc was ended after {seconds:g} s", (), outcome.seconds)
    if outcome.code != 0:
        return CheckResult(Truth.FALSE, outcome.errors.strip()[:2000] or "coqc failed", (), outcome.seconds)
    if outcome.output.strip() != CLOSED:
        axioms = tuple(line for line in outcome.output.splitlines() if line.strip() and line.strip() != "Axioms:")
        return CheckResult(Truth.FALSE, "it rests on axioms: " + "; ".join(axioms)[:1000], axioms, outcome.seconds)
    return CheckResult(Truth.TRUE, "Rocq's kernel accepts it, with no axioms", (), outcome.seconds)
