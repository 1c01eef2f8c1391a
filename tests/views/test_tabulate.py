"""Tables of contrasts: what a machine reads back is what was computed, to the last bit."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest

from infinitesimal.arithmetics.floating.format import bfloat16, binary16, binary32, binary64, x87
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.run import run
from infinitesimal.terms.term import Var
from infinitesimal.views.table import Near
from infinitesimal.views.tabulate import tabulate

PROCESSES = {
    "zeno": zeno(),
    "a third": geometric(1, "-1/3"),
    "harmonic": series("1/n"),
    "descent": descent("9/2*x**2", {"x": "5/9"}, "0.1"),
    "two variables": descent("x**2 + x*y + y**2", {"x": 1, "y": "1/3"}, "0.1"),
    "cycle": recurrence({"x": "1 - x"}, {"x": "1/3"}),
    "overflow": geometric(1, 3),
}
ARITHMETICS = (binary64, binary16, floats(bfloat16, "toward_zero"))


def contrasted(name: str) -> Any:
    return contrast(PROCESSES[name], *ARITHMETICS, steps=60)


def fraction_or_none(text: str | None) -> Fraction | None:
    return Fraction(text) if text else None


@pytest.mark.parametrize("name", PROCESSES)
def test_csv_reads_back_to_equal_numbers(name: str) -> None:
    found = contrasted(name)
    lines = list(csv.DictReader(io.StringIO(tabulate(found).csv())))
    rows = list(found.rows())
    assert len(lines) == len(rows)
    halts = {t.arithmetic.name: t.halt for t in found.trajectories}
    for line, row in zip(lines, rows, strict=True):
        assert (int(line["n"]), line["name"], line["arithmetic"]) == (row.n, row.name, row.arithmetic)
        assert fraction_or_none(line["exact"]) == row.exact
        assert fraction_or_none(line["error_ulps"]) == row.ulps
        assert fraction_or_none(line["relative_error"]) == row.relative
        assert float.fromhex(line["hex"]) == row.value.exact
        assert row.value.format(Fraction(line["decimal"])) == row.value if row.value.is_finite else True
        assert int(line["halt_step"]) == halts[row.arithmetic].step
        assert line["halt_reason"] == halts[row.arithmetic].reason


@pytest.mark.parametrize("name", PROCESSES)
def test_json_reads_back_to_equal_numbers(name: str) -> None:
    found = contrasted(name)
    data = json.loads(tabulate(found).json())
    assert (data["schema"], data["version"]) == ("infinitesimal/contrast", 1)
    for entry, row in zip(data["rows"], found.rows(), strict=True):
        assert (entry["n"], entry["name"], entry["arithmetic"]) == (row.n, row.name, row.arithmetic)
        assert fraction_or_none(entry["exact"]) == row.exact
        assert fraction_or_none(entry["error_ulps"]) == row.ulps
        assert fraction_or_none(entry["relative_error"]) == row.relative
        assert float.fromhex(entry["value"]["hex"]) == row.value.exact
        assert int(entry["value"]["bits"], 16) == row.value.bits
        if row.arithmetic == "binary64":
            assert float(entry["value"]["decimal"]) == float.fromhex(entry["value"]["hex"])
    for entry, trajectory in zip(data["machines"], found.trajectories, strict=True):
        halt = trajectory.halt
        assert entry["reason"] == halt.reason
        assert [entry[k] for k in ("arrival", "step", "period", "tail")] == [
            halt.arrival,
            halt.step,
            halt.period,
            halt.tail,
        ]
        assert fraction_or_none(entry["gap"]) == halt.gap
        assert entry["forever"] == halt.forever.value
        exact = entry["exact_value"]
        if not isinstance(exact, dict) and halt.value.is_finite:
            assert Fraction(exact) == halt.exact_value


def test_the_table_of_zeno_says_where_each_machine_halts() -> None:
    table = tabulate(contrast(zeno()))
    halts = {row[0]: row for row in table.grids[1].rows}
    assert [halts[m][1:3] for m in ("bfloat16", "binary16", "binary32", "binary64")] == [
        ("9", "10"),
        ("12", "13"),
        ("25", "26"),
        ("54", "55"),
    ]
    assert all(row[4] == "absorbed" and row[6] == 0 and row[7] == "true" for row in halts.values())
    values = {row[0]: row for row in table.grids[0].rows}
    assert values["54"][-1] == "1.0*"
    assert values["55"][-1] == "1.0"
    assert str(values["54"][1]) == "1 - 2**-54"


def test_a_long_exact_value_is_the_limit_and_the_exact_rest() -> None:
    text = tabulate(contrast(zeno(), x87)).text()
    assert "1 - 2**-65" in text
    assert "1 - 2**-66" in text
    exact = [line.split("  ")[1:] for line in text.splitlines() if line.startswith(("65", "66"))]
    assert exact


def test_no_exact_column_shows_the_limit_itself() -> None:
    """Zeno's exact value is never 1, however many updates are shown."""
    for row in tabulate(contrast(zeno(), binary64, steps=300)).grids[0].rows:
        assert str(row[1]) not in ("1", "1.0")
    for row in contrast(zeno(), binary64).rows([300, 2000]):
        assert row.exact != 1


def test_the_table_of_a_run_is_that_of_its_contrast() -> None:
    assert tabulate(run(zeno(), binary32)).text() == tabulate(contrast(zeno(), binary32)).text()


def test_a_cycle_shows_its_period_and_no_arrival_mark() -> None:
    text = tabulate(contrast(recurrence({"x": "1 - x"}, {"x": 0}), binary16)).text()
    assert "cycle, period 2" in text
    assert "1.0*" not in text
    assert "0.0*" not in text


def test_an_exact_run_with_numbers_of_any_length_can_be_shown() -> None:
    """(3/2)**(2**20) has more digits than CPython writes; the cell says that it is shortened."""
    table = tabulate(contrast(recurrence({"x": "x*x"}, {"x": "3/2"}), QQ, steps=20))
    assert "~" in table.text()
    assert len(table.text()) < 10_000
    assert table.csv().splitlines()[2].startswith("1,x,9/4,exact,9/4,")


def test_an_exact_value_that_does_not_exist_is_not_called_expensive() -> None:
    """1/0 has no value; that is no question of a budget."""
    rows = tabulate(contrast(recurrence({"x": "1/x"}, {"x": 0}), binary16)).grids[0].rows
    assert "budget" not in str(rows[1][1])


def test_a_table_in_which_all_steps_would_be_too_many_is_thinned() -> None:
    formats = ("binary16", "binary32", "binary64", "binary128")
    found = contrast(zeno(), *(floats(name, r) for name in formats for r in ("nearest_even", "down", "odd")))
    assert len(tabulate(found).grids[0].rows) <= 16
    assert len({row.n for row in found.rows()}) > 16


@pytest.mark.parametrize("x", [None, 3, "zeno", zeno()])
def test_what_is_no_contrast_is_refused(x: object) -> None:
    with pytest.raises(InputError, match="not a contrast"):
        tabulate(x)


def test_the_facts_are_the_closed_form_and_the_limit_or_why_there_is_none() -> None:
    facts = dict(tabulate(contrast(zeno(), binary16)).facts)
    assert {label: str(value) for label, value in facts.items()} == {"closed form": "1 - 2**(-n)", "limit": "1"}
    assert dict(tabulate(contrast(geometric(1, 3), binary16)).facts)["limit"].startswith("none: ")


def test_a_machine_that_has_not_arrived_has_no_arrival() -> None:
    halts = tabulate(contrast(zeno(), binary16, binary64, steps=20)).grids[1]
    assert [row[1:3] for row in halts.rows] == [("12", "13"), ("", "20")]


NOTE = "* the machine has arrived: this value is its last"


def test_the_star_is_explained_where_there_is_one() -> None:
    assert NOTE in tabulate(contrast(zeno(), binary16)).notes
    assert NOTE not in tabulate(contrast(PROCESSES["cycle"], binary16)).notes
    assert NOTE not in tabulate(contrast(zeno(), binary16, steps=3)).notes


def test_a_long_exact_value_is_shown_by_its_own_limit() -> None:
    """Also where the limits have names; not where the limit is as long as the value."""
    near = contrast(descent("(x - 3)**2/2", {"x": 4}, "1/2"), binary64)
    halt = near.trajectories[0].halt
    assert [row[1] for row in tabulate(near).grids[0].rows][-1] == Near(Fraction(3), -Fraction(1, 2**halt.step))
    limit = Fraction(10**30 + 1, 10**30 - 1)
    long = contrast(recurrence({"x": Var("x") / 2 + limit / 2}, {"x": 0}), binary64, steps=99)
    assert long.limit == limit
    step, shown = tabulate(long).grids[0].rows[-1][:2]
    assert shown == limit - limit / 2 ** int(step)


def test_an_exact_run_gets_no_second_column_of_exact_values() -> None:
    table = tabulate(contrast(zeno(), QQ, bfloat16))
    assert table.grids[0].columns == ("n", "exact", "bfloat16")
    assert [row[0] for row in table.grids[1].rows] == ["exact", "bfloat16"]
