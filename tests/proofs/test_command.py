"""The commands `prove` and `doctor`."""

import json
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


_HALVING = ["prove", "run", "--step", "x=x/2", "--start", "x=1", "--in", "e4m3fn:up", "--alone"]


def test_a_run_alone_and_its_file(rocq: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--file checks what is there; an edit is named, and the exit code says that it is rejected."""
    path = tmp_path / "alone.v"
    assert main([*_HALVING, "--rocq", str(path), "--standalone"]) == 0
    assert main([*_HALVING, "--file", str(path), "--paranoid"]) == 0
    assert "coqchk agrees" in capsys.readouterr().err
    path.write_text(path.read_text().replace("start 9", "start 8"))
    assert main([*_HALVING, "--file", str(path)]) == 2
    assert "start 8" in capsys.readouterr().err


def test_options_that_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "zeno", "--alone"]) == 2
    assert main([*_HALVING, "--rocq", "a.v", "--file", "b.v"]) == 2
    assert "give one of them" in capsys.readouterr().err


def test_the_doctor_names_what_is_there(rocq: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "proofs can be checked" in said and "coqchk" in said


def test_json_has_the_verdict(rocq: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "zeno", "--json", "--check"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["verdict"] == "accepted"
    assert main(["doctor", "--json"]) == 0
    assert all(program["usable"] for program in json.loads(capsys.readouterr().out)["programs"])
    monkeypatch.setenv("PATH", "/nonexistent")
    assert main(["prove", "zeno", "--json", "--check"]) == 3
    assert json.loads(capsys.readouterr().out)["verdict"]["verdict"] == "not checked"
    assert main(["doctor", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["programs"][0]["usable"]
