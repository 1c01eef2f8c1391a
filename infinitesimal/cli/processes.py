"""The processes that the command line knows: the options of each, and what they mean."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from infinitesimal.cli.options import assignments

if TYPE_CHECKING:
    from infinitesimal.recurrences.recurrence import Process


class Kind(NamedTuple):
    """A kind of process: what adds its options to a parser, and what makes it of them."""

    add: Callable[[argparse.ArgumentParser], None]
    make: Callable[[argparse.Namespace], "Process"]


def add_kinds(parser: argparse.ArgumentParser, names: tuple[str, ...]) -> dict[str, argparse.ArgumentParser]:
    """A command that takes a process of one of these kinds: the parser of each, with the options of the process."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="process", parser_class=type(parser))
    found = {}
    for name in names:
        found[name] = kinds.add_parser(name, allow_abbrev=False)
        KINDS[name].add(found[name])
    return found


def process_of(options: argparse.Namespace) -> "Process":
    """The process that the options name, by its kind or by the command itself."""
    return KINDS[getattr(options, "kind", options.command)].make(options)


def _add_nothing(parser: argparse.ArgumentParser) -> None:
    """Zeno's dichotomy is what it is."""


def add_term(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", help="a term in n, such as 1/n**2 or (-1)**n*binomial(2*n,n)/4**n")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="the first index (1)")


def _add_race(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--achilles", required=True, metavar="SPEED")
    parser.add_argument("--tortoise", required=True, metavar="SPEED")
    parser.add_argument("--head-start", required=True, metavar="LENGTH")


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--step", action="append", default=[], required=True, metavar="NAME=TERM", help="once for each component"
    )
    parser.add_argument(
        "--start", action="append", default=[], required=True, metavar="NAME=NUMBER", help="once for each component"
    )
    parser.add_argument("--watch", action="append", metavar="NAME", help="the component whose change matters (all)")


def _zeno(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.series import zeno

    return zeno()


def _series(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.series import series

    return series(options.term, options.first)


def _race(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.races import race

    return race(options.achilles, options.tortoise, options.head_start)


def _run(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.recurrence import recurrence

    process = recurrence(assignments(options.step, "--step"), assignments(options.start, "--start"), options.watch)
    process.start_values()
    return process


def _add_descent(parser: argparse.ArgumentParser) -> None:
    from infinitesimal.cli.descent_options import add_descent

    add_descent(parser)


def _descent(options: argparse.Namespace) -> "Process":
    from infinitesimal.cli.descent_options import descent_of

    return descent_of(options)


KINDS = {
    "zeno": Kind(_add_nothing, _zeno),
    "series": Kind(add_term, _series),
    "race": Kind(_add_race, _race),
    "descent": Kind(_add_descent, _descent),
    "run": Kind(_add_run, _run),
}
