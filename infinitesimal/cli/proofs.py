"""The command `prove`: a process exactly, or, with --in, the contrast with one machine, or the run on it alone."""

import argparse
import sys
from types import SimpleNamespace
from typing import Any

from infinitesimal.cli.options import add_output, deliver, machine
from infinitesimal.cli.processes import add_kinds, process_of


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    for sub in add_kinds(parser, ("zeno", "series", "race", "descent", "run")).values():
        sub.add_argument("--in", dest="machine", metavar="NAME", help="a format: prove the run in it as well")
        sub.add_argument(
            "--alone", action="store_true", help="prove the run in the format alone, without the exact half"
        )
        sub.add_argument("--rocq", metavar="FILE", help="write the certificate there")
        sub.add_argument("--standalone", action="store_true", help="a certificate that needs nothing but Coq")
        sub.add_argument("--check", action="store_true", help="ask Rocq's kernel, by coqc")
        sub.add_argument(
            "--file", metavar="FILE", help="check that this file is the certificate, and that it is accepted"
        )
        sub.add_argument("--paranoid", action="store_true", help="check the compiled files again, by coqchk")
        add_output(sub, ("text", "markdown", "latex", "json", "rocq"))
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    from infinitesimal.proofs.check import check
    from infinitesimal.truth import Truth

    proof = _proof(options)
    if options.format != "json":
        deliver(options, lambda _: proof)
    found = None
    if options.check or options.paranoid or options.file:
        found = check(proof, file=options.file or options.rocq, paranoid=options.paranoid)
        print(found, file=sys.stderr)
    if options.format == "json":  # the verdict is a part of it
        verdict = found.data() if found is not None else None
        deliver(options, lambda _: SimpleNamespace(json=lambda: proof.json(verdict)))
    return 0 if found is None else {Truth.TRUE: 0, Truth.FALSE: 2, Truth.UNKNOWN: 3}[found.truth]


def _proof(options: argparse.Namespace) -> Any:
    """The proof; its certificate is written on the way. Raises `InputError` for options that do not go together."""
    from infinitesimal.errors import InputError
    from infinitesimal.proofs.proof import prove
    from infinitesimal.views.files import write_whole

    if options.alone and options.machine is None:
        raise InputError("--alone belongs to --in NAME: the format of the run")
    if options.file is not None and options.rocq is not None:
        raise InputError("--rocq writes a certificate and --file checks one that is there: give one of them")
    process: Any = process_of(options)
    if options.machine is not None:
        process = _on_machine(process, machine(options.machine), options.alone)
    proof = prove(process)
    if options.rocq is not None:
        write_whole(options.rocq, proof.rocq(standalone=options.standalone))
    return proof


def _on_machine(process: Any, arithmetic: Any, alone: bool) -> Any:
    """The run of a process, or its contrast with the exact process."""
    if alone:
        from infinitesimal.runs.run import run

        return run(process, arithmetic)
    from infinitesimal.contrasts.contrast import contrast

    return contrast(process, arithmetic)
