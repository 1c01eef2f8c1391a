"""The parser of the command line. Only the command that is given gets its options: a short table should start fast."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

COMMANDS = {
    "zeno": ("contrasts", "1/2 + 1/4 + 1/8 + ... exactly and on machines"),
    "series": ("contrasts", "the series of a term in n"),
    "sum": ("sums", "what is known of a series: verdict, sum, partial sums, rest, enclosure"),
    "race": ("contrasts", "Achilles and the tortoise, stage by stage"),
    "descent": ("descents", "a descent on a loss, or on a least squares fit of data"),
    "run": ("contrasts", "any recurrence, given by its steps"),
    "contrast": ("contrasts", "any of these processes, exactly and on machines"),
    "predict": ("machines", "where a machine halts, without making its updates one by one"),
    "fate": ("machines", "what becomes of every start in a format: its cycles, and the proof that there are no others"),
    "atlas": ("machines", "what becomes of every start in a format, by exhaustion"),
    "chain": ("machines", "stochastic rounding as an exact Markov chain"),
    "prove": ("proofs", "a theorem with its proof, for a reader and for Rocq's kernel"),
    "repl": ("repl", "Python with the words of this package"),
    "doctor": ("doctor", "which optional programs are there, and how to get them"),
}
"""Each command with the module that has its `add_options(parser, command)`, and a summary."""

USAGE = 2


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: error: {_first_line(message)} (see {self.prog} --help)\n")


def parser(arguments: Sequence[str]) -> Parser:
    """The parser for these arguments; its result has `do`, which does it and returns an exit code."""
    from infinitesimal import __version__

    top = Parser(prog="infinitesimal", description="Exact processes beside machines that halt.", allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="command", parser_class=Parser)
    given = next((a for a in arguments if not a.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if name == given:
            import_module(f"infinitesimal.cli.{module}").add_options(sub, name)
    return top


def _first_line(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= 300 else f"{shown[:297]}..."
