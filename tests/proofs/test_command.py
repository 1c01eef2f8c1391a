"""The commands `prove` and `doctor`."""

from pathlib import Path

import pytest

import infinitesimal as inf
from infinitesimal.cli import main

_DESCENT = ["prove", "descent", "9/2*(x-1)**2", "--start", "x=14/9", "--rate", "0.1", "--in", "binary64"]


def _proof() -> inf.Proof:
    return inf.prove(inf.contrast(inf.descent("9/2*(x-1)**2", {"x": "14/9"}, "0.1"), inf.binary64))


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "rocq"])
def test_every_form(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_DESCENT, "--format", form]) == 0
    assert capsys.readouterr().out == getattr(_proof(), form)()


def test_a_certificate_is_written_and_checked(rocq: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.v"
    assert main([*_DESCENT, "--rocq", str(path), "--check"]) == 0
    assert "accepted" in capsys.readouterr().err
    assert path.read_text() == _proof().rocq()


def test_without_coqc_the_file_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    path = tmp_path / "out.v"
    assert main([*_DESCENT, "--rocq", str(path), "--standalone", "--check"]) == 3
    assert "not checked" in capsys.readouterr().err
    assert path.read_text() == _proof().rocq(standalone=True)
    assert main(["doctor"]) == 0
    assert "apt-get install" in capsys.readouterr().out


def test_what_is_not_proved_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.v"
    assert main(["prove", "descent", "x**2", "--start", "0", "--rate", "0.1", "--rocq", str(path)]) == 2
    said = capsys.readouterr()
    assert "no proof" in said.err and not said.out and not path.exists()
