"""The command `doctor`: which optional programs are there."""

import argparse


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The command takes no options."""
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    from infinitesimal.proofs.coq import HOW_TO_INSTALL, TESTED, coqc, coqchk, version

    program = coqc()
    if program is None:
        print(HOW_TO_INSTALL)
        return 0
    found = version(program)
    recent = tuple(int(part) for part in found.split(".")[:2] if part) >= TESTED
    usable = "proofs can be checked" if recent else f"proofs need {'.'.join(map(str, TESTED))} or later"
    print(f"coqc {found or 'of an unknown version'} at {program}: {usable}")
    checker = coqchk()
    print(f"coqchk at {checker}: and checked again" if checker else "coqchk is not there: it comes with coq")
    return 0
