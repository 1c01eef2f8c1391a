"""What `check` believes and what it does not."""

import stat
from pathlib import Path

import pytest

import infinitesimal as inf
from infinitesimal.proofs import coq
from infinitesimal.proofs.check import compiled
from infinitesimal.proofs.support import LIBRARY, source
from infinitesimal.proofs.printing import comment

_HEAD = "Require Import QArith.\nOpen Scope Q_scope.\n"
_END = "Print Assumptions lie.\n"


@pytest.mark.parametrize(
    "lie",
    [
        "Lemma lie : 1 == 2. Admitted.\n",
        "Axiom lie : 1 == 2.\n",
        "Parameter lie : 1 == 2.\n",
        "Unset Guard Checking.\nFixpoint f (n : nat) : 1 == 2 := f n.\nDefinition lie := f 0.\n",
        "Module M. Axiom sub_spec : False. End M.\nImport M.\nLemma lie : 1 == 2. Proof. destruct sub_spec. Qed.\n",
    ],
)
def test_assumptions_are_seen(rocq: None, lie: str) -> None:
    """Each of these compiles with exit code 0."""
    result = compiled(_HEAD + lie + _END)
    assert result.truth is inf.Truth.FALSE and result.axioms, result


def test_a_shadowed_notation_passes_the_kernel_and_not_the_comparison(rocq: None, tmp_path: Path) -> None:
    lie = 'Local Notation "x == y" := (True).\nLemma lie : 1 == 2. Proof. exact I. Qed.\n'
    assert compiled(_HEAD + lie + _END).truth is inf.Truth.TRUE  # nothing in the output shows it
    proof = inf.prove(inf.zeno())
    path = tmp_path / "zeno.v"
    path.write_text(lie + proof.rocq())
    assert inf.check(proof, file=path).truth is inf.Truth.FALSE


def test_edits_show(tmp_path: Path) -> None:
    proof = inf.prove(inf.zeno())
    path = tmp_path / "zeno.v"
    text = proof.rocq(path)
    for edited in (
        text.replace("(1 # 1)", "(2 # 1)", 1),
        text + "\n",
        text[:-5],
        text + '\nRedirect "gone" Print nat.',
    ):
        path.write_text(edited)
        result = inf.check(proof, file=path)
        assert result.truth is inf.Truth.FALSE and "not what the claim prints" in result.message


def test_files_that_are_the_certificate(rocq: None, tmp_path: Path) -> None:
    proof = inf.prove(inf.zeno())
    proof.rocq(tmp_path / "short.v")
    whole = proof.rocq(tmp_path / "whole.v", standalone=True)
    assert inf.check(proof, file=tmp_path / "short.v").truth is inf.Truth.TRUE
    assert inf.check(proof, file=tmp_path / "whole.v").truth is inf.Truth.TRUE
    assert "From Infinitesimal" not in whole
    assert compiled(whole).truth is inf.Truth.TRUE


def test_without_coqc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    result = inf.check(inf.prove(inf.zeno()))
    assert result.truth is inf.Truth.UNKNOWN and "apt-get install" in result.message


def test_a_checker_past_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "coqc"
    program.write_text("#!/bin/sh\nsleep 60 & echo $! > child; wait\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    outcome = coq.execute([str(program)], tmp_path, 0.5)
    assert outcome.code is None
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")  # a dead child that nobody has waited for is a zombie
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_library_that_does_not_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "coqc"
    program.write_text('#!/bin/sh\ntest "$1" = --version && echo "version 7.0" && exit 0\necho "too old" >&2; exit 1\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    result = inf.check(inf.prove(inf.zeno()))
    assert result.truth is inf.Truth.UNKNOWN and "7.0" in result.message
    assert not list((tmp_path / "cache" / "infinitesimal" / "rocq").iterdir())


def test_the_library_builds_once(rocq: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = coq.coqc()
    assert program is not None
    folder = coq.library(program)
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert coq.library(program) == folder and before == {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert all((folder / f"{name}.vo").exists() for name in LIBRARY)


def test_the_library_has_no_axioms_of_its_own() -> None:
    for name in LIBRARY:
        words = set(source(name).replace(".", " ").split())
        assert not words & {"Admitted", "Axiom", "Parameter", "Conjecture", "Abort", "Unset"}


@pytest.mark.parametrize(
    "title", ['a "quoted" title', "ends *) Axiom a : False. (*", "((**))", "back\\slash", "naïve ∞\n", "*", "("]
)
def test_titles_cannot_leave_their_comment(title: str) -> None:
    made = comment(title)
    assert made.startswith("(* ") and made.endswith(" *)")
    inner = made[2:-2]
    assert "*)" not in made[1:-2] and "(*" not in inner and '"' not in inner and "\n" not in inner
