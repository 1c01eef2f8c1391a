"""The command `doctor`: which optional programs are there."""

import argparse
from dataclasses import asdict, dataclass
from typing import Any

from infinitesimal.cli.options import add_output, deliver


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    add_output(parser, ("text", "json"))
    parser.set_defaults(do=_do)


@dataclass(frozen=True)
class _Program:
    """An optional program: where it is and which version (None where it is not there or does not say), and its use."""

    name: str
    path: str | None
    version: str | None
    usable: bool
    note: str


@dataclass(frozen=True)
class _Report:
    programs: tuple[_Program, ...]

    def text(self) -> str:
        """A line for each program."""
        return "".join(f"{program.note}\n" for program in self.programs)

    def json(self) -> str:
        """The same as one JSON object."""
        from infinitesimal.proofs.prose import as_json

        return as_json("doctor", {"programs": [asdict(program) for program in self.programs]})


def _do(options: argparse.Namespace) -> int:
    deliver(options, _report)
    return 0


def _report(options: Any) -> _Report:
    from infinitesimal.proofs.coq import HOW_TO_INSTALL, TESTED, coqc, coqchk, version

    program, checker = coqc(), coqchk()
    if program is None:
        return _Report((_Program("coqc", None, None, False, HOW_TO_INSTALL),))
    found = version(program)
    recent = tuple(map(int, found.split(".")[:2] if found else ())) >= TESTED
    usable = "proofs can be checked" if recent else f"proofs need {'.'.join(map(str, TESTED))} or later"
    note = f"coqc {found or 'of an unknown version'} at {program}: {usable}"
    again = f"coqchk at {checker}: and checked again" if checker else "coqchk is not there: it comes with coq"
    return _Report(
        (
            _Program("coqc", program, found or None, recent, note),
            _Program("coqchk", checker, None, checker is not None, again),
        )
    )
