"""Many theorems in one file, and their table."""

import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

import infinitesimal as inf
from infinitesimal.proofs.batch import Proofs


def _hundred() -> Proofs:
    ratios = [Fraction(k, 101) for k in range(1, 100)]
    return inf.prove([*(inf.geometric(1, ratio) for ratio in ratios), inf.run(inf.zeno(), inf.binary64)])


def test_a_hundred_claims_with_one_question(rocq: None, tmp_path: Path) -> None:
    proofs = _hundred()
    text = proofs.rocq(tmp_path / "all.v")
    assert len(proofs) == 100 and text.count("Print Assumptions") == 1 and text.count("Theorem proved") == 100
    result = inf.check(*proofs, file=tmp_path / "all.v")
    assert result.truth is inf.Truth.TRUE and not result.axioms, result
    single, *_ = proofs
    assert inf.check(single, file=tmp_path / "all.v").truth is inf.Truth.FALSE


def test_the_table_names_where_each_proof_is() -> None:
    table, proofs = _hundred().table("some/where/all_claims.v"), _hundred()
    plain = table.replace(r"\allowbreak{}", "").replace(r"\_", "_")
    assert re.findall(r"all_claims\.v, claim_(\d+)\.proved", plain) == [str(n) for n in range(1, 101)]
    assert proofs.text().count("QED") == proofs.markdown().count("∎") == 100


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("what", ["table", "proofs"])
def test_latex_of_a_batch_compiles(tmp_path: Path, what: str) -> None:
    proofs = inf.prove([inf.zeno(), inf.contrast(inf.descent("9/2*x**2", "5/9", "0.1"), inf.floats("binary16", "up"))])
    text = proofs.table("a_b-c&d.v") if what == "table" else proofs.latex()
    (tmp_path / "all.tex").write_text(text, encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout[-1500:]


def test_what_is_no_batch() -> None:
    with pytest.raises(inf.InputError):
        inf.check()
    with pytest.raises(inf.Undecided, match="ratio 0"):
        inf.prove([inf.zeno(), inf.geometric(1, 0)])
