"""The table of a series by itself: every fact there, in every medium, unknown ones said to be unknown."""

import json

import pytest

from infinitesimal.cli import DONE, USAGE, main
from infinitesimal.recurrences.series import series
from infinitesimal.views.tabulate import tabulate


def test_the_table_of_a_series_has_verdict_sum_rest_and_enclosure() -> None:
    text = tabulate(series("1/n**2")).text()
    for part in ("converges absolutely", "pi**2/6", "harmonic(n, 2)", "polygamma(1, n + 1)", "1.644934066848226436"):
        assert part in text


def test_a_divergent_series_has_no_sum_and_no_enclosure() -> None:
    text = tabulate(series("1/n")).text()
    assert "diverges to +oo" in text and "enclosure" not in text and "harmonic(n)" in text


def test_what_is_not_decided_says_so() -> None:
    text = tabulate(series("sin(n**2)/n")).text()
    assert "unknown" in text


@pytest.mark.parametrize("medium", ["text", "markdown", "latex", "html", "csv", "json"])
def test_every_medium_has_the_sum(medium: str) -> None:
    written = getattr(tabulate(series("(-1)**n/n")), medium)()
    assert "log" in written and "Leibniz" in written


def test_json_is_exact() -> None:
    data = json.loads(tabulate(series("n/3**n")).json())
    assert (data["schema"], data["kind"], data["sum"]) == ("infinitesimal/series", "absolute", "3/4")
    assert set(data["enclosure"]) == {"lower", "upper"}
    assert data["hypotheses"]


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sum", "1/n**2"]) == DONE
    assert "pi**2/6" in capsys.readouterr().out
    assert main(["sum", "x**n/factorial(n)", "--first", "0"]) == DONE
    assert "exp(x)" in capsys.readouterr().out
    assert main(["sum", "1/(n-3)"]) == USAGE
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "3" in error
    assert main(["sum", "__import__('os')"]) == USAGE
