"""Tables of fates, chains and predictions say what their objects say."""

import json

import pytest

from infinitesimal.arithmetics.floating.format import binary16, binary64, e5m2
from infinitesimal.cli import main
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import series
from infinitesimal.runs.chains.chain import chain
from infinitesimal.runs.forecasts.prediction import predict
from infinitesimal.runs.run import run
from infinitesimal.runs.starts.every_start import atlas
from infinitesimal.runs.starts.fate import fate
from infinitesimal.views.halts import halt_data, table_of_predictions
from infinitesimal.views.tabulate import tabulate


def test_the_table_of_a_fate_bounds_the_basins_of_the_atlas() -> None:
    process = recurrence({"x": "x - 1.9*x"}, {"x": 1})
    data = json.loads(tabulate(fate(process, binary16)).json())
    counted = {str(c): b for c, b in zip(atlas(process, binary16).cycles, atlas(process, binary16).basins, strict=True)}
    assert data["decided"]
    assert len(data["ends"]) >= 2
    for end in data["ends"]:
        name = end["ends at"] if end["ends at"].startswith("{") else f"{{{end['ends at']}}}"
        least, most = (int(end[bound].replace(",", "")) for bound in ("starts at least", "at most"))
        zeros = name == "{0.0}"  # -0 and +0 are one start of a fate, and two encodings of an atlas
        assert least <= counted[name] - zeros <= most


def test_the_table_of_a_fate_in_two_variables_lists_every_cycle() -> None:
    found = fate(descent("x**2/2", {"x": 1}, "0.1", "momentum", beta="0.9"), binary64)
    data = json.loads(tabulate(found).json())
    assert len(data["ends"]) == len(found.fixed_points) + len(found.cycles)
    assert sum(int(end["period"]) for end in data["ends"]) == found.recurrent


def test_the_table_of_a_chain_has_its_exact_numbers() -> None:
    table = tabulate(chain(recurrence({"x": "x - 0.1*x"}, {"x": 1}), e5m2))
    assert dict(table.facts)["expected updates"] == "329/3"
    assert "{0}" in table.text()


def test_predictions_are_the_halts_of_the_runs() -> None:
    process = series("1/n")
    table = table_of_predictions(process, {"binary16": predict(process, binary16)})
    assert json.loads(table.json())["machines"] == json.loads(
        json.dumps([halt_data("binary16", run(process, binary16).halt)])
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["predict", "series", "1/n", "--in", "binary16,bfloat16:up"], "binary16"),
        (["fate", "descent", "9/2*x**2", "--start", "0", "--rate", "0.1", "--in", "binary64"], "every other start"),
        (["atlas", "run", "--step", "x = x - 0.1*x", "--start", "x=1", "--in", "bfloat16"], "1,699 steps"),
        (["chain", "run", "--step", "x = x - 0.1*x", "--start", "x=1", "--in", "e5m2"], "329/3"),
    ],
)
def test_the_commands_print_the_tables(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert expected in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", ["predict", "fate", "atlas", "chain"])
def test_an_unknown_format_is_one_clear_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "run", "--step", "x = x/2", "--start", "x=1", "--in", "float12"]) == 2
    assert "binary16" in capsys.readouterr().err
