"""The command line: `infinitesimal zeno | series | sum | race | descent | run`.

Exit codes: 0 done, 2 wrong usage or bad input, 3 a limit of the budget was reached, 130 interrupted.
Everything that is computed goes to standard output, everything said about it to standard error.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from infinitesimal.contrasts.contrast import Contrast
    from infinitesimal.recurrences.recurrence import Process
    from infinitesimal.views.table import Table

DONE, USAGE, LIMIT, INTERRUPTED = 0, 2, 3, 130
_SUM = "what is known of a series: verdict, sum, partial sums, rest, enclosure"
FORMATS = ("text", "markdown", "latex", "csv", "json", "html")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    from infinitesimal.errors import BudgetSpent, InfinitesimalError

    try:
        options = _parser().parse_args(arguments)
        _deliver(options)
        sys.stdout.flush()
    except BudgetSpent as error:
        return _complain(error, LIMIT)
    except InfinitesimalError as error:
        return _complain(error, USAGE)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a closed pipe is no error
            return DONE
        return _complain(error, USAGE)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    return DONE


def entry() -> NoReturn:
    """The console script."""
    sys.exit(main())


def _complain(error: object, code: int) -> int:
    text = "".join(c if c.isprintable() else "?" for c in str(error))
    print(f"infinitesimal: error: {text}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: error: {_first_line(message)} (see {self.prog} --help)\n")


def _first_line(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _parser() -> argparse.ArgumentParser:
    from infinitesimal import __version__

    parser = _Parser(prog="infinitesimal", description="Exact processes beside machines that halt.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command", parser_class=_Parser)

    def command(name: str, make: Callable[[argparse.Namespace], "Process"], summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        sub.set_defaults(make=make, show=_table_beside)
        _add_common(sub)
        return sub

    command("zeno", _zeno, "1/2 + 1/4 + 1/8 + ... exactly and on machines")
    series = command("series", _series, "the series of a term in n")
    series.add_argument("term", help="a term in n, such as 1/n**2")
    series.add_argument("--first", type=int, default=1, metavar="N", help="the first index (1)")
    total = commands.add_parser("sum", help=_SUM, description=_SUM, allow_abbrev=False)
    total.add_argument("term", help="a term in n, such as 1/n**2 or (-1)**n*binomial(2*n,n)/4**n")
    total.add_argument("--first", type=int, default=1, metavar="N", help="the first index (1)")
    _add_output(total)
    total.set_defaults(show=_sum_table)
    race = command("race", _race, "Achilles and the tortoise, stage by stage")
    race.add_argument("--achilles", required=True, metavar="SPEED")
    race.add_argument("--tortoise", required=True, metavar="SPEED")
    race.add_argument("--head-start", required=True, metavar="LENGTH")
    descent = command("descent", _descent, "gradient descent with a fixed rate")
    descent.add_argument("loss", help="a polynomial, such as 9/2*x**2")
    descent.add_argument(
        "--start", action="append", default=[], required=True, metavar="NAME=NUMBER", help="once for each variable"
    )
    descent.add_argument("--rate", required=True, metavar="NUMBER")
    run = command("run", _run, "any recurrence, given by its steps")
    run.add_argument(
        "--step", action="append", default=[], required=True, metavar="NAME=TERM", help="once for each component"
    )
    run.add_argument(
        "--start", action="append", default=[], required=True, metavar="NAME=NUMBER", help="once for each component"
    )
    run.add_argument("--watch", action="append", metavar="NAME", help="the component whose change matters (all)")
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
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
    _add_output(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="text", help="how the table is written (text)")
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    parser.add_argument("--output", metavar="FILE", help="write the table there instead of to standard output")


def _zeno(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.series import zeno

    return zeno()


def _series(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.series import series

    return series(options.term, options.first)


def _race(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.races import race

    return race(options.achilles, options.tortoise, options.head_start)


def _descent(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.descents import descent

    return descent(options.loss, _assignments(options.start, "--start"), options.rate)


def _run(options: argparse.Namespace) -> "Process":
    from infinitesimal.recurrences.recurrence import recurrence

    process = recurrence(_assignments(options.step, "--step"), _assignments(options.start, "--start"), options.watch)
    process.start_values()
    return process


def _assignments(texts: Sequence[str], option: str) -> dict[str, str]:
    """The parts of `name=value` options; raises `InputError` for one without `=`, or a name given twice."""
    from infinitesimal.errors import InputError

    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or not value:
            raise InputError(f"{option} {text!r} is not of the form name=value, such as x=5/9")
        if name in found:
            raise InputError(f"{option} gives {name!r} twice: once is enough")
        found[name] = value
    return found


def _machine(text: str) -> Any:
    """The arithmetic called `text`: a format, a format with a rounding, or exact."""
    name, _, rounding = text.strip().partition(":")
    if name in ("exact", "QQ"):
        if rounding:
            from infinitesimal.errors import InputError

            raise InputError(f"{text.strip()!r}: exact arithmetic rounds nothing: write exact")
        from infinitesimal.arithmetics.rationals import QQ

        return QQ
    from infinitesimal.arithmetics.floating.soft import floats

    return floats(name, rounding or "nearest_even")


def _deliver(options: argparse.Namespace) -> None:
    """Writes the table of a command; its target is looked at before anything is computed."""
    if options.output is not None:
        from infinitesimal.views.files import target_path

        target_path(options.output)
    text = getattr(options.show(options), options.format)()
    if options.output is not None:
        from infinitesimal.views.files import write_whole

        write_whole(options.output, text)
    else:
        sys.stdout.write(text)


def _sum_table(options: argparse.Namespace) -> "Table":
    from infinitesimal.recurrences.series import series
    from infinitesimal.views.tabulate import tabulate

    return tabulate(series(options.term, options.first))


def _table_beside(options: argparse.Namespace) -> "Table":
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

    process = options.make(options)
    machines = [_machine(name) for name in options.machines.split(",")] if options.machines is not None else []
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


if __name__ == "__main__":
    entry()
