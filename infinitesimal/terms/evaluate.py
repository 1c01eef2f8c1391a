"""The value of a term in an arithmetic, from boundary values to a boundary value."""

from collections.abc import Mapping
from typing import Any

from infinitesimal.arithmetic import resolve
from infinitesimal.errors import InputError
from infinitesimal.terms.parse import read
from infinitesimal.terms.term import fold, term, variables


def evaluate(root: object, values: Mapping[str, object], arithmetic: object) -> Any:
    """The value of the term `root` in an arithmetic, as a boundary value.

    `values` gives each variable a number, or an element or a value of the arithmetic. The result
    is a `Fraction` in QQ, an `Interval` in balls, a `Float` on a machine, a SymPy expression in
    symbols. Text is read by `read` first. Raises `InputError` for a variable without a value and
    `Undefined` for 1/0 in an arithmetic that has no such value.

    >>> from infinitesimal.arithmetics.rationals import QQ
    >>> evaluate("x - 0.1*(9*x)", {"x": "5/9"}, QQ)
    Fraction(1, 18)
    """
    chosen = resolve(arithmetic)
    whole = read(root) if isinstance(root, str) else term(root)
    missing = [name for name in variables(whole) if name not in values]
    if missing:
        raise InputError(f"no value for {', '.join(missing)}: give values for {', '.join(variables(whole))}")
    return chosen.export(fold(whole, chosen, lambda name: chosen.embed(values[name])))
