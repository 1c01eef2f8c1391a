"""The command `descent`: beside machines, or exactly, with the regime and the count of steps."""

import argparse
from typing import TYPE_CHECKING

from infinitesimal.cli.contrasts import add_contrast, table_beside
from infinitesimal.cli.descent_options import add_descent, check_data_options, descent_of
from infinitesimal.cli.options import deliver

if TYPE_CHECKING:
    from infinitesimal.views.table import Table


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    add_contrast(parser)
    add_descent(parser)
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    _check(options)
    deliver(options, _table)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuses options that do not go together, before anything is computed."""
    from infinitesimal.errors import InputError

    check_data_options(options)
    machine = [name for name in ("machines", "steps", "tolerance", "plot") if getattr(options, name) is not None]
    if options.until is not None and (machine or options.explain):
        word = {"machines": "in"}.get(machine[0], machine[0]) if machine else "explain"
        raise InputError(f"--until counts the exact steps, and --{word} is for machine runs: give one of them")


def _table(options: argparse.Namespace) -> "Table":
    """The exact table of a descent on data or with --until; beside its machines otherwise."""
    on_machines = any(getattr(options, name) is not None for name in ("machines", "steps", "tolerance", "plot"))
    if options.until is None and (options.data is None or on_machines or options.explain):
        return table_beside(options)
    from infinitesimal.views.descents import table_of_descent

    return table_of_descent(descent_of(options), options.until, options.norm)
