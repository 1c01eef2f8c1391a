"""Options that several commands share, what their texts mean, and where the result of a command goes."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

FORMATS = ("text", "markdown", "latex", "csv", "json", "html")


def add_output(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    """The options of a result: how it is written, and where."""
    parser.add_argument("--format", choices=formats, default="text", help="how the result is written (text)")
    if "json" in formats:
        parser.add_argument("--json", dest="format", action="store_const", const="json", help="like --format json")
    parser.add_argument("--output", metavar="FILE", help="write the result there instead of to standard output")


def deliver(options: argparse.Namespace, make: Any) -> None:
    """Writes what `make(options)` gives; its target is looked at before anything is computed."""
    if options.output is not None:
        from infinitesimal.views.files import target_path

        target_path(options.output)
    text = getattr(make(options), options.format)()
    if options.output is not None:
        from infinitesimal.views.files import write_whole

        write_whole(options.output, text)
    else:
        sys.stdout.write(text)


def assignments(texts: Sequence[str], option: str) -> dict[str, str]:
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


def machine(text: str) -> Any:
    """The arithmetic called `text`: a format, a format with a rounding, or exact."""
    from infinitesimal.arithmetics.named import arithmetic_of

    return arithmetic_of(text)
