"""CSV files read exactly, as a stream of blocks of rows.

A decimal in a file is the rational that it writes. Nothing is skipped, filled in or guessed: what is not a number is
an error that names its row and column.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from os import PathLike, fspath

from infinitesimal.errors import InputError
from infinitesimal.regression.columns import BadCell, Column, column_of_text
from infinitesimal.regression.datasets import DataSet
from infinitesimal.regression.names import checked_names, names_of, position_of

BLOCK_CELLS = 65_536
"""A block has about so many cells: what is in memory at a time, however long the file."""

Path = str | PathLike[str]


def read_blocks(
    path: Path,
    label: object,
    *,
    names: Sequence[str] | str | None = None,
    columns: Sequence[str] | None = None,
    separator: str = ",",
    encoding: str = "utf-8-sig",
) -> Iterator[DataSet]:
    """The rows of a CSV file in blocks of about 65,536 cells, each exact; the memory does not grow with the file.

    The first line has the titles of the columns. `label` is the title of the labels, `columns` those of the
    features (all others, if it is None; what is not among them is not read), `names` what to call them instead.
    Cells may be quoted; a mark of byte order is skipped. Rows are counted from 1 on, after the titles.

    Raises `InputError` for a file that cannot be read or decoded; for titles that come twice or are missing; for a
    label or a column that is not there; for a file without rows, a row with too few or too many cells or none; and
    for a cell that is missing, NaN, infinite or no number: with row, column and value.
    """
    shown = repr(fspath(path))
    if not isinstance(separator, str) or len(separator) != 1 or separator in '"\r\n':
        raise InputError(f"separator {separator!r}: give one character, such as ',' or ';'")
    try:
        with open(path, encoding=encoding, newline="") as stream:
            lines = csv.reader(stream, delimiter=separator, strict=True, skipinitialspace=True)
            try:
                yield from _Table(shown, lines, separator, label, columns, names).blocks(lines)
            except csv.Error as error:
                raise InputError(f"{shown}, line {lines.line_num}: {error}: check its quotes") from None
    except UnicodeError as error:
        raise InputError(f"{shown}{_place(path, encoding)}: not {encoding} ({error}): give its encoding") from None
    except LookupError:
        raise InputError(f"encoding {encoding!r} is not known: give one such as 'utf-8' or 'latin-1'") from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{shown} cannot be read: {reason}") from None


class _Table:
    """The titles of a file, and which of its columns are wanted."""

    def __init__(
        self,
        shown: str,
        lines: Iterator[list[str]],
        separator: str,
        label: object,
        columns: Sequence[str] | None,
        names: Sequence[str] | str | None,
    ) -> None:
        self.shown = shown
        self.titles = self._titles(next(lines, []), separator)
        if not isinstance(label, str):
            raise InputError(f"labels {label!r}: give the title of their column; {shown} has {', '.join(self.titles)}")
        self.target = position_of(label, self.titles, f"{shown}: the label")
        if columns is None:
            self.places = [j for j in range(len(self.titles)) if j != self.target]
        else:
            self.places = [position_of(title, self.titles, f"{shown}: the feature") for title in columns]
            if self.target in self.places or len(set(self.places)) < len(self.places):
                raise InputError(f"{shown}: a column is chosen twice: give each once, and the label apart")
        if not self.places:
            raise InputError(f"{shown} has no column besides {label!r}: there are no features")
        self.chosen = tuple(self.titles[j] for j in self.places)
        if unnamed := [j + 1 for j in (*self.places, self.target) if not self.titles[j]]:
            raise InputError(f"{shown}: column {unnamed[0]} has no title: give it one, or choose columns without it")
        self.names = names_of(self.chosen) if names is None else checked_names(names, len(self.places))

    def _titles(self, cells: list[str], separator: str) -> list[str]:
        titles = [cell.strip() for cell in cells]
        if not titles:
            raise InputError(f"{self.shown} has no first line with the titles of its columns: give it one")
        twice = next((j for j, title in enumerate(titles) if title and title in titles[:j]), None)
        if twice is not None:
            first = titles.index(titles[twice])
            raise InputError(
                f"{self.shown}: columns {first + 1} and {twice + 1} are both called {titles[twice]!r}: "
                "give each a title of its own"
            )
        if len(titles) == 1 and (other := next((c for c in ",;\t|" if c != separator and c in titles[0]), None)):
            raise InputError(f"{self.shown} has one column when split at {separator!r}: give separator={other!r}")
        try:
            column_of_text(titles)
        except BadCell:
            return titles
        raise InputError(f"{self.shown}: the first line has numbers only: put the titles of the columns before it")

    def blocks(self, lines: Iterator[list[str]]) -> Iterator[DataSet]:
        size = max(1, BLOCK_CELLS // len(self.titles))
        done, empty = 0, None
        while rows := list(islice(lines, size)):
            first = done + 1
            done += len(rows)
            if empty is None and not all(rows):
                empty = first + next(i for i, row in enumerate(rows) if not row)
            if empty is not None:  # nothing may follow an empty line but more of them
                if any(rows[max(0, empty - first) :]):
                    raise InputError(f"{self.shown}, row {empty}: the line is empty: remove it, or fill it in")
                rows = rows[: max(0, empty - first)]
            if rows:
                yield self._block(rows, first)
        if not done or empty == 1:
            raise InputError(f"{self.shown} has no rows after its titles: there is nothing to fit")

    def _block(self, rows: list[list[str]], first: int) -> DataSet:
        width = len(self.titles)
        for i, row in enumerate(rows):
            if len(row) != width:
                raise InputError(
                    f"{self.shown}, row {first + i} has {len(row)} cells, and there are {width} columns: "
                    "give a cell for each; quote one that has the separator in it"
                )
        cells = list(zip(*rows, strict=True))
        columns, faults = [], []
        for j in (*self.places, self.target):
            try:
                columns.append(column_of_text(cells[j]))
            except BadCell as fault:
                faults.append((fault.index, j, str(fault)))
                columns.append(Column(()))
        if faults:
            index, j, reason = min(faults)
            raise InputError(f"{self.shown}, row {first + index}, column {self.titles[j]!r}: {reason}")
        *features, labels = columns
        return DataSet(self.names, tuple(features), labels, self.titles[self.target], self.chosen)


def _place(path: Path, encoding: str) -> str:
    """The first line that cannot be decoded, where lines can be told apart before they are."""
    try:
        with open(path, "rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    line.decode("utf-8" if encoding == "utf-8-sig" else encoding)
                except UnicodeError:
                    return f", line {number}" if not encoding.lower().replace("_", "-").startswith("utf-16") else ""
    except OSError:
        pass
    return ""
