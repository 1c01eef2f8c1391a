"""The command line: a module for each group of commands, which `parser` lists.

Exit codes: 0 done, 2 wrong usage or bad input, 3 a limit of the budget was reached or
coqc is not installed, 130 interrupted.
Everything that is computed goes to standard output, everything said about it to standard error.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

DONE, USAGE, LIMIT, INTERRUPTED = 0, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    from infinitesimal.cli.parser import parser
    from infinitesimal.errors import BudgetSpent, InfinitesimalError

    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser(given).parse_args(given)
        code = options.do(options)
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
    return int(code)


def entry() -> NoReturn:
    """The console script."""
    sys.exit(main())


def _complain(error: object, code: int) -> int:
    text = "".join(c if c.isprintable() else "?" for c in str(error))
    print(f"infinitesimal: error: {text}", file=sys.stderr)
    return code
