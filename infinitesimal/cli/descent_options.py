"""The options of a descent, on a formula or on data, and the descent that they name."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from infinitesimal.cli.options import assignments

if TYPE_CHECKING:
    from infinitesimal.recurrences.descents import Descent


def add_descent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("loss", nargs="?", help="a formula, such as 9/2*x**2, unless there is --data")
    parser.add_argument(
        "--start", action="append", default=[], metavar="NAME=NUMBER", help="once for each variable; or one number (0)"
    )
    parser.add_argument("--rate", metavar="NUMBER", help="the rate: a number, a term in n, exact, or best")
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


def descent_of(options: argparse.Namespace) -> "Descent":
    from infinitesimal.errors import InputError
    from infinitesimal.recurrences.descents import descent

    start: object = _start(options.start)
    if start is None and options.data is None:
        raise InputError("no start: give --start NAME=NUMBER once for each variable, or --start 0 for all of them")
    loss = options.loss if options.data is None else _fit(options)
    rate = _best(loss, options.method) if options.rate == "best" else options.rate
    return descent(loss, 0 if start is None else start, rate, options.method, beta=options.beta)


_SHORT = 60
"""Up to so many characters an irrational rate is shown in full: on data it takes thousands."""


def _best(loss: object, method: str) -> object:
    """The rate 2/(mu + L) of gradient descent, where it is a fraction."""
    from fractions import Fraction

    from infinitesimal.errors import InputError
    from infinitesimal.optimization.regimes.rates import best_rate

    if method != "gradient":
        raise InputError(f"--rate best is known for gradient descent, not for {method}: give a number")
    found = best_rate(loss).rate
    if not isinstance(found, Fraction):
        shown = str(found) if len(str(found)) <= _SHORT else "2/(mu + L)"
        raise InputError(
            f"the best rate {shown} is irrational: give a fraction near it, such as --rate {float(found):.6g}"
        )
    return found


def _start(texts: Sequence[str]) -> object:
    """Assignments, or one number for all variables; None where nothing is given."""
    if not texts:
        return None
    return texts[0] if len(texts) == 1 and "=" not in texts[0] else assignments(texts, "--start")


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


def check_data_options(options: argparse.Namespace) -> None:
    """Refuses options of data and of a formula together, before anything is computed."""
    from infinitesimal.errors import InputError

    if (options.loss is None) == (options.data is None):
        raise InputError("give either a loss, such as '9/2*x**2', or --data FILE with --label TITLE")
    alone = ["intercept"] * options.intercept + [name for name in _OF_DATA if getattr(options, name) is not None]
    if options.data is None and alone:
        raise InputError(f"--{alone[0].replace('_', '-')} belongs to --data FILE")
