"""Questions about machines that need no run: `predict` one halt, `fate` and `atlas` of every start, `chain`."""

import argparse
from typing import TYPE_CHECKING

from infinitesimal.cli.options import add_output, deliver
from infinitesimal.cli.processes import KINDS, add_kinds, process_of

if TYPE_CHECKING:
    from infinitesimal.views.table import Table

_MACHINE = {
    "predict": "formats separated by commas, each with an optional rounding: binary32,binary64:up",
    "fate": "a format with an optional rounding, such as binary64 or binary16:up",
    "atlas": "a format with an optional rounding, such as bfloat16 or binary32:up",
    "chain": "a format of at most 16 bits, such as e5m2",
}


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    kinds = tuple(KINDS) if command == "predict" else ("descent", "run")
    for sub in add_kinds(parser, kinds).values():
        sub.add_argument("--in", dest="machine", required=True, metavar="NAME", help=_MACHINE[command])
        add_output(sub)
        if command == "atlas":
            sub.add_argument("--checkpoint", metavar="FILE", help="keep what is done there, and go on from it")
    parser.set_defaults(do=_do)


def _do(options: argparse.Namespace) -> int:
    deliver(options, _predicted if options.command == "predict" else _of_every_start)
    return 0


def _predicted(options: argparse.Namespace) -> "Table":
    from infinitesimal.runs.forecasts.prediction import predict
    from infinitesimal.views.halts import table_of_predictions

    process = process_of(options)
    names = [name.strip() for name in options.machine.split(",")]
    return table_of_predictions(process, {name: predict(process, name) for name in names})


def _of_every_start(options: argparse.Namespace) -> "Table":
    from infinitesimal.views.tabulate import tabulate

    process = process_of(options)
    if options.command == "fate":
        from infinitesimal.runs.starts.fate import fate

        return tabulate(fate(process, options.machine))
    if options.command == "chain":
        from infinitesimal.runs.chains.chain import chain

        return tabulate(chain(process, options.machine))
    from infinitesimal.runs.starts.every_start import atlas

    return tabulate(atlas(process, options.machine, checkpoint=options.checkpoint))
