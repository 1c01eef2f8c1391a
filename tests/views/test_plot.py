"""Plots: written whole as PNG, SVG and PDF, with a place for distances that no float has."""

import math
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from infinitesimal.arithmetics.floating.format import bfloat16, binary16, binary64
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.run import run
from infinitesimal.views.distances import log10
from infinitesimal.views.plot import plot

MAGIC = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}


@pytest.mark.parametrize("ending", MAGIC)
def test_a_picture_is_a_file_of_its_kind(tmp_path: Path, ending: str) -> None:
    figure = plot(contrast(zeno()), tmp_path / f"zeno{ending}")
    assert isinstance(figure, Figure)
    assert (tmp_path / f"zeno{ending}").read_bytes().startswith(MAGIC[ending])
    assert os.listdir(tmp_path) == [f"zeno{ending}"]


def test_a_notebook_shows_the_picture() -> None:
    assert plot(zeno())._repr_png_().startswith(MAGIC[".png"])


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(plot(zeno()), Figure)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.gif", "a", "a.txt", ".png", "a.png.zip", "none/a.png", "folder.png"])
def test_bad_endings_and_folders_are_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(InputError):
        plot(contrast(zeno(), binary16), tmp_path / name)
    assert os.listdir(tmp_path) == ["folder.png"]


def test_an_exception_while_drawing_the_file_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Figure, name: str, **_: Any) -> None:
        Path(name).write_bytes(b"half a picture")
        raise OSError("no space left on device")

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match="no space"):
        plot(contrast(zeno(), binary16), tmp_path / "zeno.png")
    assert os.listdir(tmp_path) == []


def lines(x: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in plot(x).axes[0].get_lines()}


def test_a_distance_below_every_float_has_its_place() -> None:
    """The exact halving at update 1075 is 2**-1075, and the axis is in powers of ten."""
    halving = recurrence({"x": "x/2"}, {"x": 1})
    exact = lines(contrast(halving, binary64))["exact"]
    assert float(Fraction(1, 2**1075)) == 0.0
    heights = dict(zip(exact.get_xdata(), exact.get_ydata(), strict=True))
    assert heights[1076] == pytest.approx(-1076 * math.log10(2), rel=1e-12)
    assert min(heights.values()) == heights[1076] < math.log10(math.ulp(0.0))


@pytest.mark.parametrize("k", [1, 10, 1074, 1075, 5000])
def test_logarithms_of_any_size(k: int) -> None:
    assert log10(Fraction(10) ** k) == pytest.approx(k, rel=1e-12)
    assert log10(Fraction(1, 10**k)) == pytest.approx(-k, rel=1e-12)
    assert log10(Fraction(0)) is None


def test_each_machine_has_a_line_with_its_halt_in_the_legend() -> None:
    labels = lines(contrast(zeno(), bfloat16, binary64))
    assert {"exact", "bfloat16: absorbed at step 10", "binary64: absorbed at step 55"} <= set(labels)


@pytest.mark.parametrize(
    "x",
    [
        run(zeno(), binary16),
        run(series("1/n"), bfloat16),
        run(geometric(1, 2), binary16),
        run(recurrence({"x": "1 - x"}, {"x": 0}), binary16),
        run(recurrence({"x": "1/x"}, {"x": 0}), binary16),
        run(recurrence({"x": "x/x"}, {"x": 0}), binary16),
        run(recurrence({"x": "x"}, {"x": 3}), binary16),
        run(zeno(), QQ, steps=0),
        run(recurrence({"x": "x/2", "y": "y/3"}, {"x": 1, "y": 1}), binary16),
        run(recurrence({"x": "4*x*(1 - x)"}, {"x": "1/3"}), binary64, steps=14),
    ],
    ids=lambda t: str(t.process),
)
def test_everything_that_runs_can_be_drawn(x: Any, tmp_path: Path) -> None:
    plot(x, tmp_path / "x.svg")
    assert (tmp_path / "x.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("x", [None, 3, "zeno", [1, 2]])
def test_what_cannot_be_drawn_is_refused(x: object) -> None:
    with pytest.raises(InputError, match="cannot be plotted"):
        plot(x)
