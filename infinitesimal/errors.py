"""The exceptions of `infinitesimal`: one for each kind of thing that can go wrong.

Every message names the value, says what was expected, and offers a way out.
"""


class InfinitesimalError(Exception):
    """Any error that this package raises on purpose."""


class InputError(InfinitesimalError, ValueError):
    """What was given is not what the word takes: text, a name, a number, a format."""


class Undefined(InfinitesimalError, ZeroDivisionError):
    """The operation has no value in this arithmetic, such as 1/0 over the rationals.

    In a run `update` is the number of the update that has no value; 0 where that is not known.
    """

    def __init__(self, message: str, update: int = 0) -> None:
        super().__init__(message)
        self.update = update


class BudgetSpent(InfinitesimalError, RuntimeError):
    """The work asked for is larger than the budget. It proves nothing about the answer."""


class Diverges(InfinitesimalError, ArithmeticError):
    """A limit was asked for where there is none; `manner` says how the process diverges."""

    def __init__(self, message: str, manner: str = "") -> None:
        super().__init__(message)
        self.manner = manner or message


class Undecided(InfinitesimalError, RuntimeError):
    """The theory built in does not decide the question; the message says what was tried."""


class NoClosedForm(Undecided):
    """It is proved that a sum has no closed form of the kind that the message names."""


class Unverified(InfinitesimalError, AssertionError):
    """A result failed its own verification. It is not handed out; please report it."""


class MissingExtra(InfinitesimalError, ImportError):
    """An optional package is not installed; the message has the line that installs it."""
