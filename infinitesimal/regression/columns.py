"""Columns of exact numbers over one denominator, from text and from Python's numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from numbers import Integral, Rational

from infinitesimal.errors import InputError
from infinitesimal.rational import exact, numeral, rational

MAX_BITS = 20_000
"""The most bits of a number in a table, and of the common denominator of a column."""

FLOATS = (None, "decimal", "exact")
"""What a float in a table stands for: nothing, it is refused; the decimal that it is written as; its own value."""

_PLAIN = re.compile(r"(?:[+-]?\d+(?:\.\d+)?\n)+", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?", re.ASCII)
_HINT = "For a whole table of floats give floats='decimal' or floats='exact'."
_SIZELESS = re.compile(r"[+-]?[\d.]+[eE][+-]?\d+", re.ASCII)
_TOO_LARGE = f"takes more than {MAX_BITS} bits: at most so many are read from a table"
_MISSING = {"", "na", "n/a", "null", "none", "?", "-", "missing"}
_WITHOUT_VALUE = {"nan", "inf", "infinity"}


@dataclass(frozen=True)
class Column:
    """The exact numbers `numbers[i]/denominator`; the denominator is positive and need not be the smallest."""

    numbers: tuple[int, ...]
    denominator: int = 1

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, i: int) -> Fraction:
        return Fraction(self.numbers[i], self.denominator)

    def chosen(self, rows: Sequence[int]) -> "Column":
        """The column of these rows."""
        return Column(tuple(self.numbers[i] for i in rows), self.denominator)


class BadCell(InputError):
    """The cell number `index` of a column, from 0 on, is no exact number; the message says why."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


def column_of_text(cells: Sequence[str]) -> Column:
    """The column written by `cells`: integers, decimals and quotients, exact.

    Raises `BadCell` for the first that is missing, NaN, infinite, or no number.

    >>> column_of_text(["0.5", "-12", "1e-3"])
    Column(numbers=(500, -12000, 1), denominator=1000)
    """
    text = "\n".join(cells) + "\n"
    if _PLAIN.fullmatch(text) and text.count("\n") == len(cells) and max(map(len, cells)) < 4000:
        if "." not in text:
            return Column(tuple(map(int, cells)))
        tails = [len(cell.partition(".")[2]) for cell in cells]
        places = max(tails)
        whole = map(int, text.replace(".", "").split("\n")[:-1])
        if min(tails) == places:
            return Column(tuple(whole), 10**places)
        powers = [10**k for k in range(places + 1)]
        return Column(tuple(x * powers[places - k] for x, k in zip(whole, tails, strict=True)), 10**places)
    return _of_pairs([_pair_of_text(cell, i) for i, cell in enumerate(cells)])


def column_of_values(values: Sequence[object], floats: str | None = None) -> Column:
    """The column of Python's numbers, exact; floats as `floats` says.

    Raises `BadCell` for the first that is no exact number, and for a float while `floats` is None.

    >>> column_of_values([1, "1/3", Fraction(1, 2)])
    Column(numbers=(6, 2, 3), denominator=6)
    >>> column_of_values([0.5, 0.1], floats="decimal")
    Column(numbers=(5, 1), denominator=10)
    """
    if all(type(value) is int for value in values):
        return Column(tuple(values))  # type: ignore[arg-type]
    if floats == "decimal" and all(type(value) is float for value in values):
        return column_of_text([repr(value) for value in values])
    return _of_pairs([_pair_of_value(value, i, floats) for i, value in enumerate(values)])


def as_floats(floats: object) -> str | None:
    """The option `floats`, checked."""
    if floats not in FLOATS:
        raise InputError(f"floats {floats!r}: give None (floats are refused), 'decimal' or 'exact'")
    return floats if isinstance(floats, str) else None


def _of_pairs(pairs: list[tuple[int, int]]) -> Column:
    denominator = 1
    for i, (_, below) in enumerate(pairs):
        if denominator % below:
            denominator = lcm(denominator, below)
            if denominator.bit_length() > MAX_BITS:
                raise BadCell(i, f"with it the common denominator of the column has more than {MAX_BITS} bits")
    return Column(tuple(above * (denominator // below) for above, below in pairs), denominator)


def _pair_of_text(cell: str, index: int) -> tuple[int, int]:
    """Numerator and positive denominator of a cell, not necessarily in lowest terms."""
    plain = _DECIMAL.fullmatch(cell)
    if plain and len(cell) < 4000:
        sign, whole, decimals, exponent = plain[1], plain[2], plain[3] or "", int(plain[4] or "0")
        power = exponent - len(decimals)
        value = int(sign + whole + decimals)
        pair = (value * 10**power, 1) if power >= 0 else (value, 10**-power)
    else:
        pair = _exact_pair(cell, index, f"{_shown(cell)} {_fault(cell)}")
    return _bounded(pair, index, cell)


def _exact_pair(cell: str, index: int, fault: str) -> tuple[int, int]:
    try:
        value = numeral(cell)
    except InputError:
        raise BadCell(index, fault) from None
    return value.numerator, value.denominator


def _fault(cell: str) -> str:
    """What is wrong with a cell that is no numeral, and what to do."""
    word = cell.strip().lower()
    if word in _MISSING:
        return "is a missing value: leave the row out, or write the number that is meant"
    if word.lstrip("+-") in _WITHOUT_VALUE:
        return "has no exact value: leave the row out, or write a number"
    if _SIZELESS.fullmatch(word):
        return _TOO_LARGE
    if "," in word and _is_numeral(word.replace(",", ".", 1)):
        return "is not a number here: write a decimal point, and no marks between thousands"
    return "is not a number: write digits, such as '12', '0.1', '1e-6' or '5/9', or leave the column out"


def _is_numeral(text: str) -> bool:
    try:
        numeral(text)
    except InputError:
        return False
    return True


def _pair_of_value(value: object, index: int, floats: str | None) -> tuple[int, int]:
    if isinstance(value, str):
        return _pair_of_text(value, index)
    if floats == "decimal" and not isinstance(value, Integral | Rational | Decimal) and hasattr(value, "__float__"):
        return _pair_of_text(str(value), index)
    try:
        found = exact(value) if floats == "exact" else rational(value)
    except InputError as error:
        hint = f" {_HINT}" if " is a float" in str(error) else ""
        raise BadCell(index, f"{error}{hint}") from None
    return _bounded((found.numerator, found.denominator), index, value)


def _bounded(pair: tuple[int, int], index: int, value: object) -> tuple[int, int]:
    if max(part.bit_length() for part in pair) > MAX_BITS:
        raise BadCell(index, f"{_shown(value)} {_TOO_LARGE}")
    return pair


def _shown(value: object) -> str:
    if isinstance(value, int | Fraction):
        return "a number"
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:36]}...{shown[-1]}"
