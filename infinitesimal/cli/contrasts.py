"""Processes beside their machines: `zeno`, `series`, `race`, `run`, and `contrast` with any of them."""

import argparse
from typing import TYPE_CHECKING

from infinitesimal.cli.options import add_output, deliver, machine
from infinitesimal.cli.processes import KINDS, add_kinds, process_of

if TYPE_CHECKING:
    from infinitesimal.contrasts.contrast import Contrast
    from infinitesimal.views.table import Table


def add_options(parser: argparse.ArgumentParser, command: str) -> None:
    """The options of the command, and what it does."""
    if command == "contrast":
        for sub in add_kinds(parser, tuple(KINDS)).values():
            add_contrast(sub)
    else:
        KINDS[command].add(parser)
        add_contrast(parser)
    parser.set_defaults(do=_do)


def add_contrast(parser: argparse.ArgumentParser) -> None:
    """The options of a process beside machines."""
    parser.add_argument(
        "--in",
        dest="machines",
        metavar="NAMES",
        help="formats separated by commas, each with an optional rounding: bfloat16,binary64:toward_zero,exact",
    )
    parser.add_argument("--steps", type=int, metavar="N", help="make at most N updates")
    parser.add_argument("--tolerance", metavar="NUMBER", help="stop when a change is at most this")
    parser.add_argument("--plot", metavar="FILE", help="draw the distance to the limit: .png, .svg or .pdf")
    parser.add_argument("--explain", action="store_true", help="add the witness of every halt in full")
    add_output(parser)


def _do(options: argparse.Namespace) -> int:
    deliver(options, table_beside)
    return 0


def table_beside(options: argparse.Namespace) -> "Table":
    """The table of a process beside its machines; the picture is drawn on the way, its target looked at first."""
    if options.plot is not None:
        from infinitesimal.views.figures import picture_path

        picture_path(options.plot)
    picture = _contrast(options)
    table = _tabulated(picture, options)
    if options.plot is not None:
        from infinitesimal.views.plot import plot

        plot(picture, options.plot)
    return table


def _contrast(options: argparse.Namespace) -> "Contrast":
    from infinitesimal.contrasts.contrast import contrast
    from infinitesimal.runs.rules import tolerance

    process = process_of(options)
    machines = [machine(name) for name in options.machines.split(",")] if options.machines is not None else []
    stop = tolerance(options.tolerance) if options.tolerance is not None else None
    return contrast(process, *machines, steps=options.steps, stop=stop)


def _tabulated(picture: "Contrast", options: argparse.Namespace) -> "Table":
    from dataclasses import replace

    from infinitesimal.views.tabulate import tabulate

    table = tabulate(picture)
    if not options.explain:
        return table
    more = tuple(f"{t.arithmetic.name}: {line}" for t in picture.trajectories for line in t.halt.explain().splitlines())
    return replace(table, notes=(*table.notes, *more))
