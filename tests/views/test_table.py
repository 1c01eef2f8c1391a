"""The writers: escaping for each medium, and no number that is rounded without a sign of it."""

import csv
import io
import json
import random
import shutil
import subprocess
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import binary64
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.interval import Interval
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.races import race
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.views.table import Grid, Near, Table, cell_latex, cell_text
from infinitesimal.views.tabulate import tabulate
from tests.strategies import rationals

HOSTILE = "a|b*c_d<script>&\"'`$%#^~\\{}[]\x1b[31m\n\u202e"


def hostile() -> Table:
    grid = Grid(("n", HOSTILE), (("1", HOSTILE), ("2", Fraction(1, 3))), HOSTILE)
    records = Grid(("n", "text"), ((1, "=1+1"), (2, "-x"), (3, Fraction(-1, 3)), (4, HOSTILE)))
    return Table(HOSTILE, ((HOSTILE, HOSTILE),), (grid,), (HOSTILE,), lambda: records, lambda: {"x": HOSTILE})


def value_of(text: str) -> Fraction:
    """The number that a cell in plain text stands for: a fraction, m*2**k, or an integer and the rest to it."""
    text = text.replace("$", "").replace("^{", "**").replace("}", "").replace(" \\cdot ", "*")
    for sign_text, sign in ((" - ", -1), (" + ", 1)):
        if sign_text in text:
            whole, _, rest = text.partition(sign_text)
            return Fraction(whole) + sign * value_of(rest)
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    factor, star, power = text.partition("2**") if "2**" in text else (text, "", "")
    scale = Fraction(2) ** int(power) if star else Fraction(1)
    return sign * scale * Fraction(factor.rstrip("*") or "1")


@given(rationals())
def test_a_cell_is_exact_or_marked(value: Fraction) -> None:
    text = cell_text(value)
    assert len(text) <= 32
    if "~" not in text:
        assert value_of(text) == value
    else:
        whole, _, rest = text.rpartition("~")
        assert abs(abs(Fraction(rest)) - abs(value - (value_of(whole[:-3]) if whole else 0))) <= abs(value) / 10**5


@pytest.mark.parametrize("k", [54, 60, 300, 1075, 5000])
def test_one_minus_a_little_is_never_shown_as_one(k: int) -> None:
    value = 1 - Fraction(1, 2**k)
    for text in (cell_text(value), cell_latex(value)):
        assert text.strip("$") not in ("1", "1.0")
        assert "~" in text or "sim" in text or value_of(text) == value


@given(st.text(max_size=60))
def test_plain_text_has_no_control_characters(text: str) -> None:
    written = Table(text, ((text, text),), (Grid((text,), ((text,),)),), (text,)).text()
    assert all(c.isprintable() or c == "\n" for c in written)


def test_hostile_text_stays_text_in_markdown() -> None:
    for line in hostile().markdown().splitlines():
        if line.startswith("| 1"):
            assert line.replace("\\|", "").count("|") == 3
    assert "<script" not in hostile().markdown().replace("\\<", "")
    assert "\x1b" not in hostile().markdown()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_hostile_text_stays_text_in_html() -> None:
    reader = _Reader()
    reader.feed(hostile().html())
    assert reader.open == []
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert {"section", "table", "caption", "th", "td", "ul", "li"} <= reader.tags
    assert "\x1b" not in hostile().html()


def test_a_spreadsheet_runs_no_cell_of_a_csv() -> None:
    rows = list(csv.reader(io.StringIO(hostile().csv())))
    assert rows[0] == ["n", "text"]
    assert [row[1] for row in rows[1:4]] == ["'=1+1", "'-x", "-1/3"]


def test_json_carries_every_character() -> None:
    assert json.loads(hostile().json()) == {"x": HOSTILE}


EXAMPLES = {
    "zeno": lambda: tabulate(contrast(zeno())),
    "race": lambda: tabulate(contrast(race(10, 1, 100))),
    "descent": lambda: tabulate(contrast(descent("9/2*x**2", {"x": "5/9"}, "0.1"))),
    "two variables": lambda: tabulate(contrast(descent("x**2 + x*y_1 + y_1**2", {"x": 1, "y_1": "1/3"}, "0.1"))),
    "harmonic": lambda: tabulate(contrast(series("1/n"), binary64, steps=20)),
    "growing": lambda: tabulate(contrast(geometric(1, 3))),
    "cycle": lambda: tabulate(contrast(recurrence({"x": "1/x"}, {"x": 0}))),
    "hostile": hostile,
}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    """All examples in one document, with booktabs and nothing else."""
    tables = "\n".join(make().latex() for make in EXAMPLES.values())
    source = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n" + tables + "\\end{document}\n"
    (tmp_path / "tables.tex").write_text(source)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "tables.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_medium_can_be_written(name: str) -> None:
    table = EXAMPLES[name]()
    assert table.text().endswith("\n")
    assert all(line == line.rstrip() for line in table.text().splitlines())
    assert table.latex().count(r"\begin{") == table.latex().count(r"\end{")
    assert table.markdown().endswith("\n")
    assert json.loads(table.json())
    assert str(table) == repr(table) == table.text()


def test_an_interval_is_shown_by_its_ends() -> None:
    assert cell_text(Interval(Fraction(1, 4), Fraction(1, 2))) == "[2.5000000e-01, 5.0000000e-01]"


def test_an_integer_of_any_length_is_written_in_full_where_machines_read() -> None:
    """CPython's own conversion stops at 4300 digits."""
    digits = random.Random(1).getrandbits(20_000) | 1 << 19_999
    table = Table("", (), (), (), lambda: Grid(("x",), ((Fraction(digits),),)), lambda: {"x": Fraction(digits, 3)})
    assert table.csv().splitlines()[1] == show(Fraction(digits))
    assert json.loads(table.json())["x"] == show(Fraction(digits, 3))
    assert cell_text(Fraction(digits)).startswith("~")


def test_text_is_escaped_in_latex_and_numbers_are_mathematics() -> None:
    assert cell_latex("a_b & 5%") == r"a\_b \& 5\%"
    assert cell_latex(Fraction(1, 3)) == "$1/3$"
    assert cell_latex(Near(Fraction(1), Fraction(1, 2**60))) == "$1$ $-$ $2^{-60}$"
    assert cell_latex(Near(Fraction(1), Fraction(-1, 2**60))) == "$1$ $+$ $2^{-60}$"
    assert cell_latex(Fraction(1, 2**200)) == "$2^{-200}$"


def test_a_value_near_an_integer_below_a_million_is_that_integer_and_the_rest() -> None:
    rest = Fraction(1, 2**90)
    assert cell_text(999_999 + rest) == "999999 + 2**-90"
    assert cell_text(999_999 - rest) == "999999 - 2**-90"
    assert cell_text(1_000_000 + rest) == "~1.00000e+06"
    assert cell_text(1 + Fraction(1, 100_000) + rest) == "~1.00001"


def test_words_stand_flush_left_and_numbers_flush_right() -> None:
    grid = Grid(
        ("first", "words", "word", "number"), (("a", "two words", "one", "1"), ("bbbbbbb", "x", "three", Fraction(12)))
    )
    assert Table("caption", (("fact", "1"), ("longer", "2")), (grid,)).text().splitlines() == [
        "caption",
        "",
        "fact    1",
        "longer  2",
        "",
        "first    words       word  number",
        "---------------------------------",
        "a        two words    one       1",
        "bbbbbbb  x          three      12",
    ]
    assert Table("", (), (grid,)).text().splitlines()[1] == "first    words       word  number"


def test_a_long_number_is_written_in_linear_time() -> None:
    text = "1" * 200_000
    assert cell_latex(text) == text
    assert cell_latex(f"{text}*2**-3 + x_1**2 + a1**2") == rf"${text} \cdot 2^{{-3}}$ + x\_1**2 + a1**2"
