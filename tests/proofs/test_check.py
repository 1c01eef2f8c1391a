"""What `check` believes and what it does not."""

import re
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

import infinitesimal as inf
from infinitesimal.proofs import coq
from infinitesimal.proofs.check import compiled
from infinitesimal.proofs.printing import comment
from infinitesimal.proofs.support import LIBRARY, source

_HEAD = "Require Import QArith.\nOpen Scope Q_scope.\n"
_END = "Print Assumptions lie.\n"


@pytest.mark.parametrize(
    "lie",
    [
        "Lemma lie : 1 == 2. Admitted.\n",
        "Axiom lie : 1 == 2.\n",
        "Parameter lie : 1 == 2.\n",
        "Unset Universe Checking.\nUniverse u.\nDefinition lie : Type@{u} := Type@{u}.\n",
        "Unset Positivity Checking.\nInductive bad := B : (bad -> 1 == 2) -> bad.\n"
        "Lemma lie : 1 == 2. Proof. assert (bad -> 1 == 2) as f by (intros [g]; apply g; constructor; exact g). "
        "apply f. constructor. exact f. Qed.\n",
        "Unset Guard Checking.\nFixpoint f (n : nat) : 1 == 2 := f n.\nDefinition lie := f 0.\n",
        "Module M. Axiom sub_spec : False. End M.\nImport M.\nLemma lie : 1 == 2. Proof. destruct sub_spec. Qed.\n",
    ],
)
def test_assumptions_are_seen(rocq: None, lie: str) -> None:
    """Each of these compiles with exit code 0."""
    result = compiled(_HEAD + lie + _END)
    assert result.truth is inf.Truth.FALSE and result.axioms, result


@pytest.mark.parametrize(
    "forged",
    [
        "Module FloatAxioms. Axiom sub_spec : False. End FloatAxioms.\nLemma lie : 1 == 2.\n"
        "Proof. destruct FloatAxioms.sub_spec. Qed.\n",
        "Axiom sub_spec : forall x y : nat, x = y.\nLemma lie : 1 == 2. Proof. discriminate (sub_spec 0 1). Qed.\n",
        "Axiom sig_not_dec : forall P : Prop, P.\nLemma lie : 1 == 2. Proof. apply sig_not_dec. Qed.\n",
    ],
)
def test_an_axiom_is_known_by_its_type(rocq: None, forged: str) -> None:
    result = compiled(_HEAD + forged + _END, allowed=("hardware", "reals"))
    assert result.truth is inf.Truth.FALSE and result.axioms, result


def test_axioms_of_the_reals(rocq: None) -> None:
    """What the lists say is what Rocq prints; and classical logic is not among them."""
    text = "Require Import Reals.\nDefinition lie := (completeness, Rtotal_order).\n" + _END
    found = compiled(text, allowed=("reals",))
    assert found.truth is inf.Truth.TRUE and any("sig_forall_dec" in axiom for axiom in found.axioms), found
    assert compiled(text).truth is inf.Truth.FALSE
    classical = "Require Import Classical.\nDefinition lie := classic.\n" + _END
    assert compiled(classical, allowed=("reals",)).truth is inf.Truth.FALSE


@pytest.mark.parametrize("end", ["Lemma lie : 1 == 2. Abort.\n" + _END, "Lemma lie : 1 == 2. Proof.\n", ""])
def test_no_answer_is_no_proof(rocq: None, end: str) -> None:
    assert compiled(_HEAD + end).truth is inf.Truth.FALSE


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


def test_a_verdict_names_what_an_edit_has_brought(tmp_path: Path) -> None:
    """Nothing of the file is run: `Redirect` would write another one."""
    proof, path = inf.prove(inf.zeno()), tmp_path / "zeno.v"
    path.write_text(proof.rocq() + f'Redirect "{tmp_path}/gone" Print nat.\nAxiom more : False.\n')
    result = inf.check(proof, file=path)
    assert result.truth is inf.Truth.FALSE and "Axiom, Redirect" in result.message
    assert [file.name for file in tmp_path.iterdir()] == ["zeno.v"]
    path.write_text(proof.rocq().replace("(1 # 1)", "(1 # 3)", 1))
    message = inf.check(proof, file=path).message
    assert "line 9 is" in message and "(1 # 3)" in message


def test_a_standalone_file_needs_nothing_but_coq(rocq: None, tmp_path: Path) -> None:
    """Compiled in an empty folder, without the support library: an exact claim, roundings, hardware, all starts."""
    halving = inf.recurrence({"x": "x/2"}, {"x": 1})
    fast = replace(inf.claim(inf.run(halving, inf.binary64)), by_hardware=True)  # type: ignore[call-arg]
    results = [inf.zeno(), inf.run(halving, inf.floats("e4m3fn", "up")), fast, inf.atlas(halving, inf.e5m2)]
    proofs = inf.prove(results)
    text = proofs.rocq(tmp_path / "alone.v", standalone=True)
    assert "From Infinitesimal" not in text
    made = subprocess.run(["coqc", "-q", "alone.v"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0 and "FloatAxioms.div_spec" in made.stdout and "Error" not in made.stderr, made
    assert inf.check(proofs, file=tmp_path / "alone.v").truth is inf.Truth.TRUE


def test_coqchk_is_asked_on_demand(rocq: None, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = inf.prove(inf.zeno())
    assert "coqchk agrees" in inf.check(proof, paranoid=True).message
    monkeypatch.setattr("infinitesimal.proofs.check.coqchk", lambda: None)
    assert inf.check(proof, paranoid=True).truth is inf.Truth.UNKNOWN
    monkeypatch.setattr("infinitesimal.proofs.check.coqchk", lambda: shutil.which("false"))
    assert inf.check(proof, paranoid=True).truth is inf.Truth.FALSE


def test_limits_of_time_and_memory(rocq: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both end it, are no verdict, and leave nothing behind."""
    proof = inf.prove(inf.zeno())
    assert inf.check(proof)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    late = inf.check(proof, seconds=0.01)
    assert late.truth is inf.Truth.UNKNOWN and "ended after 0.01 s" in late.message
    hungry = "Definition lie := Eval vm_compute in List.length (List.repeat tt (Nat.pow 2 27)).\n"
    monkeypatch.setattr(coq, "MEMORY", 1 << 29)
    starved = compiled(_HEAD + hungry + _END)
    assert starved.truth is inf.Truth.UNKNOWN and not list(tmp_path.iterdir()), starved


def test_a_cache_that_cannot_be_written(rocq: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    result = inf.check(inf.prove(inf.zeno()))
    assert result.truth is inf.Truth.UNKNOWN and "XDG_CACHE_HOME" in result.message


def test_files_that_are_the_certificate(rocq: None, tmp_path: Path) -> None:
    proof = inf.prove(inf.zeno())
    proof.rocq(tmp_path / "short.v")
    whole = proof.rocq(tmp_path / "whole.v", standalone=True)
    assert inf.check(proof, file=tmp_path / "short.v").truth is inf.Truth.TRUE
    assert inf.check(proof, file=tmp_path / "whole.v").truth is inf.Truth.TRUE
    assert "From Infinitesimal" not in whole


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
    deadline = time.monotonic() + 20
    while not _is_dead(child):
        assert time.monotonic() < deadline


def _is_dead(process: int) -> bool:
    """A dead child that nobody has waited for is a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


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
    """Two files of it, which the first check of all has built with the others where the cache was empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(coq, "LIBRARY", LIBRARY[:2])
    program = coq.coqc()
    assert program is not None
    folder = coq.library(program)
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert coq.library(program) == folder and before == {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert all((folder / f"{name}.vo").exists() for name in LIBRARY[:2])


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


def test_the_name_of_a_format_cannot_leave_its_comment(rocq: None, tmp_path: Path) -> None:
    """The text that is printed is believed, so nothing that a user named may be a command in it."""
    named = inf.Format(11, -14, 15, name='$ ^\\b*) Definition arrives := True. (* "')
    proof = inf.prove(inf.contrast(inf.descent("x**2", 1, "1/10"), named))
    plain = inf.prove(inf.contrast(inf.descent("x**2", 1, "1/10"), inf.binary16))
    hidden, usual = (re.sub(r"\(\*.*?\*\)", "", p.rocq(), flags=re.S) for p in (proof, plain))
    assert hidden == usual and inf.check(proof)
    assert "Definition arrives" not in hidden and "\\b*" not in proof.latex()
