"""The command `sum`: what is known of a series."""

import argparse
from typing import TYPE_CHECKING

from infinitesimal.cli.options import add_output, deliver
from infinitesimal.cli.processes import add_term

if TYPE_CHECKING:
    from infinitesimal.views.table import Table


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    add_term(parser)
    add_output(parser)
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    deliver(options, _table)
    return 0


def _table(options: argparse.Namespace) -> "Table":
    from infinitesimal.recurrences.series import series
    from infinitesimal.views.tabulate import tabulate

    return tabulate(series(options.term, options.first))
