"""Errors of the algebra underneath: one place where they become our own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sympy.polys.polyerrors import BasePolynomialError

from infinitesimal.errors import InfinitesimalError, Undecided

FOREIGN = (ArithmeticError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)
"""What SymPy and flint raise on shapes that they do not know."""


@contextmanager
def only_own_errors(what: object) -> Iterator[None]:
    """Turns an error of the algebra into `Undecided`, named and chained; our own errors pass.

    >>> with only_own_errors("the sum of x"):
    ...     raise BasePolynomialError("strange")
    Traceback (most recent call last):
        ...
    infinitesimal.errors.Undecided: the sum of x: the algebra failed (BasePolynomialError: strange)
    """
    try:
        yield
    except InfinitesimalError:
        raise
    except (*FOREIGN, BasePolynomialError) as error:
        raise Undecided(f"{what}: the algebra failed ({type(error).__name__}: {error})") from error
