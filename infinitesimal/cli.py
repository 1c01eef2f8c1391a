"""The command line: `infinitesimal zeno | series | sum | race | descent | run | prove | doctor`.

Exit codes: 0 done, 2 wrong usage or bad input, 3 a limit of the budget was reached or
coqc is not installed, 130 interrupted.
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
_PROVE = "a theorem with its proof, for a reader and for Rocq's kernel"
_DOCTOR = "which optional programs are there, and how to get them"
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
    return int(getattr(options, "code", DONE))


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
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= 300 else f"{shown[:297]}..."


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
    _add_race(command("race", _race, "Achilles and the tortoise, stage by stage"))
    descent = command("descent", _descent, "a descent on a loss, or on a least squares fit of data")
    descent.set_defaults(show=_descent_table)
    _add_descent(descent)
    _add_run(command("run", _run, "any recurrence, given by its steps"))
    _add_prove(commands)
    doctor = commands.add_parser("doctor", help=_DOCTOR, description=_DOCTOR, allow_abbrev=False)
    doctor.set_defaults(show=_doctor, format="text", output=None)
    return parser


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


def _add_prove(commands: Any) -> None:
    """The command that proves: a process exactly, or, with --in, the contrast with one machine."""
    prove = commands.add_parser("prove", help=_PROVE, description=_PROVE, allow_abbrev=False)
    kinds = prove.add_subparsers(dest="kind", required=True, metavar="process", parser_class=_Parser)
    made: tuple[tuple[str, Any, Any], ...] = (
        ("zeno", _zeno, None),
        ("race", _race, _add_race),
        ("descent", _descent, _add_descent),
        ("run", _run, _add_run),
    )
    for name, make, add in made:
        kind = kinds.add_parser(name, allow_abbrev=False)
        if add is not None:
            add(kind)
        kind.add_argument("--in", dest="machine", metavar="NAME", help="a format: prove the run in it as well")
        kind.add_argument("--rocq", metavar="FILE", help="write the certificate there")
        kind.add_argument("--standalone", action="store_true", help="a certificate that needs nothing but Coq")
        kind.add_argument("--check", action="store_true", help="ask Rocq's kernel, by coqc")
        kind.add_argument("--format", choices=("text", "markdown", "latex", "rocq"), default="text")
        kind.add_argument("--output", metavar="FILE", help="write the proof there instead of to standard output")
        kind.set_defaults(make=make, show=_proof)


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


def _add_descent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("loss", nargs="?", help="a formula, such as 9/2*x**2, unless there is --data")
    parser.add_argument(
        "--start", action="append", default=[], metavar="NAME=NUMBER", help="once for each variable; or one number (0)"
    )
    parser.add_argument("--rate", metavar="NUMBER", help="the rate: a number, a term in n, or exact")
    parser.add_argument("--method", default="gradient", metavar="NAME", help="gradient, momentum, nesterov, ...")
    parser.add_argument("--beta", metavar="NUMBER", help="the inertia of momentum and of Nesterov's method")
    parser.add_argument("--until", metavar="RULE", help="count the steps exactly, such as grad<=1e-6 or patience(9)<=0")
    parser.add_argument("--norm", choices=("max", "euclidean"), default="max", help="the norm of --until (max)")
    data = parser.add_argument_group("data", "least squares of a column of a CSV file on the others, read exactly")
    data.add_argument("--data", metavar="FILE", help="a CSV file with the titles of its columns in the first line")
    data.add_argument("--label", metavar="TITLE", help="the column that is to be fitted")
    data.add_argument("--columns", metavar="TITLES", help="the columns to fit it by, separated by commas (all others)")
    data.add_argument("--intercept", action="store_true", help="add a column of ones")
    data.add_argument("--ridge", metavar="NUMBER", help="add NUMBER*|w|**2/2, without the intercept (0)")
    data.add_argument("--degree", type=int, metavar="K", help="add all products of at most K columns (1)")
    data.add_argument("--hold-out", type=int, metavar="K", help="hold each K-th row back, and show the loss on them")
    data.add_argument("--separator", metavar="C", help="what stands between two cells (,)")
    data.add_argument("--encoding", metavar="NAME", help="how the file is encoded (utf-8)")


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
    from infinitesimal.errors import InputError
    from infinitesimal.recurrences.descents import descent

    start: object = _start(options.start)
    if start is None and options.data is None:
        raise InputError("no start: give --start NAME=NUMBER once for each variable, or --start 0 for all of them")
    loss = options.loss if options.data is None else _fit(options)
    return descent(loss, 0 if start is None else start, options.rate, options.method, beta=options.beta)


def _start(texts: Sequence[str]) -> object:
    """Assignments, or one number for all variables; None where nothing is given."""
    if not texts:
        return None
    return texts[0] if len(texts) == 1 and "=" not in texts[0] else _assignments(texts, "--start")


_OF_DATA = ("label", "columns", "ridge", "degree", "hold_out", "separator", "encoding")


def _fit(options: argparse.Namespace) -> object:
    """The least squares fit of the data that the options name."""
    from infinitesimal.errors import InputError
    from infinitesimal.regression.least_squares import least_squares

    if options.label is None:
        raise InputError("no --label: name the column of the data that is to be fitted")
    columns = None if options.columns is None else [title.strip() for title in options.columns.split(",")]
    given = {name: getattr(options, name) for name in ("ridge", "degree", "separator", "encoding")}
    return least_squares(
        options.data,
        options.label,
        intercept=options.intercept,
        columns=columns,
        test=options.hold_out,
        **{name: value for name, value in given.items() if value is not None},
    )


def _check_descent(options: argparse.Namespace) -> None:
    """Refuses options that do not go together, before anything is computed."""
    from infinitesimal.errors import InputError

    if (options.loss is None) == (options.data is None):
        raise InputError("give either a loss, such as '9/2*x**2', or --data FILE with --label TITLE")
    alone = ["intercept"] * options.intercept + [name for name in _OF_DATA if getattr(options, name) is not None]
    if options.data is None and alone:
        raise InputError(f"--{alone[0].replace('_', '-')} belongs to --data FILE")
    machine = [name for name in ("machines", "steps", "tolerance", "plot") if getattr(options, name) is not None]
    if options.until is not None and (machine or options.explain):
        word = {"machines": "in"}.get(machine[0], machine[0]) if machine else "explain"
        raise InputError(f"--until counts the exact steps, and --{word} is for machine runs: give one of them")


def _descent_table(options: argparse.Namespace) -> "Table":
    """The exact table of a descent on data or with --until; beside its machines otherwise."""
    _check_descent(options)
    on_machines = any(getattr(options, name) is not None for name in ("machines", "steps", "tolerance", "plot"))
    if options.until is None and (options.data is None or on_machines or options.explain):
        return _table_beside(options)
    from infinitesimal.views.descents import table_of_descent

    return table_of_descent(options.make(options), options.until, options.norm)


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


def _proof(options: argparse.Namespace) -> Any:
    """The proof; its certificate is written and checked on the way, and the exit code kept in the options."""
    from infinitesimal.proofs.check import check
    from infinitesimal.proofs.proof import prove
    from infinitesimal.truth import Truth
    from infinitesimal.views.files import write_whole

    process: Any = options.make(options)
    if options.machine is not None:
        from infinitesimal.contrasts.contrast import contrast

        process = contrast(process, _machine(options.machine))
    proof = prove(process)
    if options.rocq is not None:
        write_whole(options.rocq, proof.rocq(standalone=options.standalone))
    if options.check:
        found = check(proof)
        print(found, file=sys.stderr)
        options.code = {Truth.TRUE: DONE, Truth.FALSE: USAGE, Truth.UNKNOWN: LIMIT}[found.truth]
    return proof


def _doctor(options: argparse.Namespace) -> Any:
    from types import SimpleNamespace

    from infinitesimal.proofs.coq import HOW_TO_INSTALL, coqc, version

    program = coqc()
    found = f"coqc {version(program)} at {program}: proofs can be checked" if program else HOW_TO_INSTALL
    return SimpleNamespace(text=lambda: f"{found}\n")


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
