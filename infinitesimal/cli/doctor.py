"""The command `doctor`: which optional programs are there."""

import argparse


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The command takes no options."""
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    from infinitesimal.proofs.coq import HOW_TO_INSTALL, coqc, version

    program = coqc()
    print(f"coqc {version(program)} at {program}: proofs can be checked" if program else HOW_TO_INSTALL)
    return 0
