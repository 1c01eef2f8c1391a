"""Tables and their writers: one table, many media.

Cells are exact values or text; each writer escapes for its own medium, in one place.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.interval import Interval
from infinitesimal.rational import brief, scientific, show

WIDEST_FRACTION = 24
"""An exact number with more characters is shown in a shorter form; CSV and JSON have all of it."""


class Grid(NamedTuple):
    """A rectangle of cells under its column heads."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    title: str = ""


class Near(NamedTuple):
    """An exact value close to `limit`, shown as the limit and the exact rest to it."""

    limit: Fraction
    rest: Fraction

    def __str__(self) -> str:
        return f"{show(self.limit)} {'-' if self.rest > 0 else '+'} {brief(abs(self.rest))}"


@dataclass(frozen=True)
class Table:
    """A caption, facts, grids and notes, with writers for every medium.

    `records` and `data` make the machine-readable form when it is asked for: exact numbers as text
    `num/den`, machine numbers as hexadecimal and decimal.
    """

    caption: str
    facts: tuple[tuple[str, Any], ...]
    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()
    records: Callable[[], Grid] = field(default=lambda: Grid((), ()), compare=False, repr=False)
    data: Callable[[], dict[str, Any]] = field(default=dict, compare=False, repr=False)

    def text(self) -> str:
        """Plain text, columns aligned."""
        lines = [self.caption, ""] if self.caption else []
        width = max((len(label) for label, _ in self.facts), default=0)
        lines += [f"{label.ljust(width)}  {cell_text(value)}" for label, value in self.facts]
        for grid in self.grids:
            lines += ["", *([grid.title] if grid.title else []), *_aligned(grid)]
        lines += ["", *self.notes] if self.notes else []
        return "\n".join(_clean(line).rstrip() for line in lines) + "\n"

    def markdown(self) -> str:
        """GitHub-flavoured Markdown."""
        lines = [f"**{_markdown(self.caption)}**", ""] if self.caption else []
        lines += [f"- {_markdown(label)}: {_markdown(cell_text(value))}" for label, value in self.facts]
        for grid in self.grids:
            lines += ["", *([f"{_markdown(grid.title)}", ""] if grid.title else [])]
            lines += [_markdown_row(grid.columns), _markdown_row(["---:"] * len(grid.columns), escape=False)]
            lines += [_markdown_row([cell_text(cell) for cell in row]) for row in grid.rows]
        lines += ["", *(f"- {_markdown(note)}" for note in self.notes)] if self.notes else []
        return "\n".join(lines) + "\n"

    def latex(self) -> str:
        r"""LaTeX with booktabs rules; it needs `\usepackage{booktabs}` and nothing else."""
        lines = [r"\begin{table}", r"\centering\footnotesize\setlength{\tabcolsep}{4pt}"]
        lines += [rf"\caption{{{_latex(self.caption)}}}"]
        if self.facts:
            facts = r" \quad ".join(rf"{_latex(label)}: {cell_latex(value)}" for label, value in self.facts)
            lines += [rf"\par\smallskip {facts}\par\smallskip"]
        for grid in self.grids:
            lines += _latex_grid(grid)
        lines += [rf"\par\smallskip {_latex(note)}" for note in self.notes]
        return "\n".join([*lines, r"\end{table}"]) + "\n"

    def html(self) -> str:
        """A self-contained fragment of HTML: tables with heads and captions, no script."""
        parts = []
        facts = "".join(f"<dt>{_html(label)}</dt><dd>{_html(cell_text(value))}</dd>" for label, value in self.facts)
        for i, grid in enumerate(self.grids):
            head = "".join(f'<th scope="col">{_html(c)}</th>' for c in grid.columns)
            body = "".join(f"<tr>{''.join(f'<td>{_html(cell_text(c))}</td>' for c in row)}</tr>" for row in grid.rows)
            caption = self.caption if i == 0 else grid.title
            parts.append(
                f"<table><caption>{_html(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            )
        notes = "".join(f"<li>{_html(note)}</li>" for note in self.notes)
        before = f"<dl>{facts}</dl>" if facts else ""
        after = f"<ul>{notes}</ul>" if notes else ""
        return f"<section>{before}{''.join(parts)}{after}</section>\n"

    def csv(self) -> str:
        """The records as CSV with a head; exact numbers are text, so nothing is rounded on reading."""
        import csv
        import io

        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        records = self.records()
        writer.writerow(records.columns)
        writer.writerows([_csv(cell) for cell in row] for row in records.rows)
        return stream.getvalue()

    def json(self) -> str:
        """The data as one JSON object; exact numbers are text, floats have hex and decimal."""
        import json

        return json.dumps(self.data(), indent=2, default=json_value, ensure_ascii=False) + "\n"

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_latex_(self) -> str:
        return self.latex()


def cell_text(value: Any) -> str:
    """A cell in plain text. A long exact number is shortened and marked with `~` where it is rounded."""
    if value is None:
        return ""
    if isinstance(value, Fraction):
        small = value.numerator.bit_length() + value.denominator.bit_length() <= 4 * WIDEST_FRACTION
        if small and len(text := show(value)) <= WIDEST_FRACTION:
            return text
        nearest = Fraction(round(value))
        near_integer = 0 < abs(nearest) < 1_000_000 and 0 < abs(value - nearest) < Fraction(1, 100_000)
        return str(Near(nearest, nearest - value)) if near_integer else brief(value)
    if isinstance(value, Interval):
        return f"[{scientific(value.lower, 8)}, {scientific(value.upper, 8)}]"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {cell_text(v)}" for name, v in value.items())
    return str(value)


def cell_latex(value: Any) -> str:
    """A cell in LaTeX: exact numbers and formulas in mathematics, everything else escaped.

    Fractions are written with a slash, so that every row of a table has the same height.
    """
    if isinstance(value, Fraction):
        text = cell_text(value)
        return f"${text}$" if "**" not in text and "~" not in text else _latex(text)
    if isinstance(value, Near):
        sign = "-" if value.rest > 0 else "+"
        return f"${show(value.limit)}$ ${sign}$ {_latex(brief(abs(value.rest)))}"
    if hasattr(value, "_repr_latex_"):
        return str(value._repr_latex_())
    return _latex(cell_text(value))


def json_value(value: Any) -> Any:
    """The JSON form of a boundary value."""
    if isinstance(value, Fraction):
        return show(value)
    if isinstance(value, Float):
        return {"decimal": str(value), "hex": value.hex(), "bits": f"0x{value.bits:x}", "format": repr(value.format)}
    if isinstance(value, Interval):
        return {"lower": show(value.lower), "upper": show(value.upper)}
    return str(value)


_NUMBER = re.compile(r"[+-]?(?:0x)?[0-9a-f]+(?:\.[0-9a-f]*)?(?:[ep][+-]?\d+)?(?:/\d+)?|[+-]inf")


def _csv(cell: Any) -> str:
    if cell is None:
        return ""
    text = show(cell) if isinstance(cell, Fraction) else str(cell)
    harmless = text[:1] not in "=+-@\t\r" or _NUMBER.fullmatch(text)
    return text if harmless else "'" + text  # a spreadsheet would run a cell that starts like a formula


def _aligned(grid: Grid) -> list[str]:
    cells = [list(grid.columns), *([cell_text(cell) for cell in row] for row in grid.rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(grid.columns))]
    left = [_is_prose(grid, i) for i in range(len(grid.columns))]
    lines = [
        "  ".join(c.ljust(w) if flush else c.rjust(w) for c, w, flush in zip(row, widths, left, strict=True))
        for row in cells
    ]
    return [lines[0], "-" * sum(widths, 2 * (len(widths) - 1)), *lines[1:]]


def _is_prose(grid: Grid, column: int) -> bool:
    """Whether a column holds words, which are set flush left."""
    return all(isinstance(row[column], str) for row in grid.rows) and any(
        " " in row[column] or column == 0 for row in grid.rows
    )


def _clean(text: str) -> str:
    """Text without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _markdown(text: str) -> str:
    for c in "\\`*_[]<>|":
        text = text.replace(c, "\\" + c)
    return _clean(text)


def _markdown_row(cells: Sequence[str], escape: bool = True) -> str:
    convert: Callable[[str], str] = _markdown if escape else str
    return "| " + " | ".join(convert(cell) for cell in cells) + " |"


def _html(text: str) -> str:
    from html import escape

    return escape(_clean(text))


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"$\sim$",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
}
_LATEX |= {c: "\\" + c for c in "{}$&#_%"}


_POWER = re.compile(r"(?<!\w)(?:(\d++)\*)?(\d++)\*\*(-?\d++)")
"""A power of a number, of any length: from inside a word or a number none begins."""


def _latex(text: str) -> str:
    escaped = "".join(_LATEX.get(c, c) for c in _clean(text))
    return _POWER.sub(_power, escaped)


def _power(match: re.Match[str]) -> str:
    factor = rf"{match[1]} \cdot " if match[1] else ""
    return f"${factor}{match[2]}^{{{match[3]}}}$"


def _latex_grid(grid: Grid) -> list[str]:
    """A tabular with booktabs rules. Words after the first column are broken into lines."""
    prose = [_is_prose(grid, i) for i in range(len(grid.columns))]
    kinds = "".join(_column(i, flush) for i, flush in enumerate(prose))
    title = rf"\par\medskip {_latex(grid.title)}\par" if grid.title else r"\par\medskip"
    lines = [title, rf"\begin{{tabular}}{{{kinds}}}", r"\toprule"]
    lines += [" & ".join(_latex(c) for c in grid.columns) + r" \\", r"\midrule"]
    lines += [" & ".join(cell_latex(c) for c in row) + r" \\" for row in grid.rows]
    return [*lines, r"\bottomrule", r"\end{tabular}"]


def _column(position: int, prose: bool) -> str:
    if not prose:
        return "r"
    return r"p{0.25\linewidth}" if position else "l"
