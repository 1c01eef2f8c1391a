"""Tables and pictures of atlases, orders and halts."""

import json
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary64, e4m3fn, e5m2
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import zeno
from infinitesimal.runs.halts_across import halts
from infinitesimal.runs.run import run
from infinitesimal.runs.starts.atlas import atlas
from infinitesimal.runs.starts.orders import compare_orders
from infinitesimal.views.plot import plot
from infinitesimal.views.tabulate import tabulate

WELL = recurrence({"x": "x - 0.1*(x**3 - x)"}, {"x": 1})


def test_the_table_of_an_atlas_has_every_basin() -> None:
    found = atlas(WELL, e4m3fn)
    table = tabulate(found)
    data = json.loads(table.json())
    assert sum(c["basin"] for c in data["cycles"]) == sum(data["tails"]) == data["starts"] == 256
    assert data == json.loads(tabulate(found.census).json())
    facts = dict(table.facts)
    assert facts["finite fixed points"] == str(len(found.fixed_points))
    assert len(table.grids[0].rows) == len(found.cycles)
    assert table.csv().splitlines()[1:] == [f"{k},{count}" for k, count in enumerate(found.census.tails)]


def test_the_table_of_orders() -> None:
    table = tabulate(compare_orders("x/2", "x - 0.25*(2*x)", start=1, machine=bfloat16))
    (first, second) = table.grids[0].rows
    assert first[:3] == ("x/2", "135 underflow", "")
    assert second[1:] == ("134 underflow", "update 134: 0.0 and 9e-41", "3", "0", "259", "514")
    assert "514" in table.text()


def test_halts_across_formats_and_roundings_are_those_of_runs() -> None:
    formats, roundings = [binary64, bfloat16, e5m2], ["nearest_even", "toward_zero"]
    found = halts(zeno(), formats, roundings)
    for f in formats:
        for r in roundings:
            assert str(found.of(f, r)) == str(run(zeno(), floats(f, r)).halt)
    table = tabulate(found)
    assert table.grids[0].rows[0] == ("binary64", "55 absorbed", "54 absorbed")
    assert len(json.loads(table.json())["halts"]) == 6
    with pytest.raises(InputError, match="lists"):
        halts(zeno(), binary64)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["basins", "tails", "graph"])
def test_pictures_of_an_atlas(kind: str, tmp_path: Path) -> None:
    figure = plot(atlas(WELL, e4m3fn), tmp_path / "a.png", kind=kind)
    assert isinstance(figure, Figure)
    assert (tmp_path / "a.png").stat().st_size > 5_000


def test_the_picture_of_tails_counts_every_start() -> None:
    axes = plot(atlas(WELL, bfloat16), kind="tails").axes[0]
    assert sum(bar.get_height() for bar in axes.patches) == 65_536


def test_the_picture_of_basins_has_every_state() -> None:
    found = atlas(WELL, binary16)
    axes = plot(found, kind="basins").axes[0]
    assert sum(len(c.get_offsets()) for c in axes.collections) == found.space.count - 1
    two = atlas(descent("x**2", rate="0.3", method="momentum", beta="0.5"), Format(3, -2, 2))
    assert plot(two, kind="basins").axes[0].images[0].get_array().shape[:2] == (two.space.side - 1,) * 2


def test_the_graph_has_a_line_for_each_state_that_moves() -> None:
    found = atlas(WELL, e5m2)
    lines, rest, cycles = plot(found, kind="graph").axes[0].collections
    moving = int((found.successors != range(found.space.count)).sum())
    assert len(lines.get_segments()) == moving
    assert len(rest.get_offsets()) + len(cycles.get_offsets()) == found.space.count
    assert (
        len({(round(x, 9), round(y, 9)) for c in (rest, cycles) for x, y in c.get_offsets().tolist()})
        == found.space.count
    )
    with pytest.raises(InputError, match="cannot be seen"):
        plot(atlas(WELL, binary16), kind="graph")


def test_errors_in_ulps_over_the_run() -> None:
    process = descent("9/2*x**2", "5/9", "0.1")
    axes = plot(run(process, bfloat16), kind="ulps").axes[0]
    (line,) = [x for x in axes.lines if x.get_label() == "bfloat16"]
    assert len(line.get_xdata()) == run(process, bfloat16).steps + 1
    with pytest.raises(InputError, match="ulps"):
        plot(run(recurrence({"x": "x/2"}, {"x": 1}), QQ, 5), kind="ulps")


def test_what_has_no_such_picture() -> None:
    for kind in ("basins", "tails", "graph"):
        with pytest.raises(InputError, match="give an atlas"):
            plot(zeno(), kind=kind)
