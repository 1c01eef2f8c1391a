"""The command `prove`: a process exactly, or, with --in, the contrast with one machine."""

import argparse
import sys
from typing import Any

from infinitesimal.cli.options import add_output, deliver, machine
from infinitesimal.cli.processes import add_kinds, process_of


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    for sub in add_kinds(parser, ("zeno", "race", "descent", "run")).values():
        sub.add_argument("--in", dest="machine", metavar="NAME", help="a format: prove the run in it as well")
        sub.add_argument("--rocq", metavar="FILE", help="write the certificate there")
        sub.add_argument("--standalone", action="store_true", help="a certificate that needs nothing but Coq")
        sub.add_argument("--check", action="store_true", help="ask Rocq's kernel, by coqc")
        add_output(sub, ("text", "markdown", "latex", "rocq"))
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    from infinitesimal.proofs.check import check
    from infinitesimal.truth import Truth

    proof = _proof(options)
    deliver(options, lambda _: proof)
    if not options.check:
        return 0
    found = check(proof)
    print(found, file=sys.stderr)
    return {Truth.TRUE: 0, Truth.FALSE: 2, Truth.UNKNOWN: 3}[found.truth]


def _proof(options: argparse.Namespace) -> Any:
    """The proof; its certificate is written on the way."""
    from infinitesimal.proofs.proof import prove
    from infinitesimal.views.files import write_whole

    process: Any = process_of(options)
    if options.machine is not None:
        from infinitesimal.contrasts.contrast import contrast

        process = contrast(process, machine(options.machine))
    proof = prove(process)
    if options.rocq is not None:
        write_whole(options.rocq, proof.rocq(standalone=options.standalone))
    return proof
