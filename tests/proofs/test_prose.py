"""The three renderings of an argument."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import infinitesimal as inf
from infinitesimal.proofs.moduli import halves, modulus, power_above
from infinitesimal.proofs.proof import Proof
from tests.proofs.families import samples


@pytest.mark.parametrize("claim", samples(), ids=lambda c: type(c).__name__)
def test_the_renderings_say_the_same(claim: inf.Claim) -> None:
    proof = Proof(claim)
    text, markdown, latex = proof.text(), proof.markdown(), proof.latex()
    assert "\\" not in text and "$" not in text and "clearly" not in text.lower()
    steps = len(proof.argument.steps)
    assert text.count("Reason:") == markdown.count("*Reason:*") == latex.count(r"\emph{Reason:}") == steps
    for rendering in (markdown, latex):
        for part in proof.argument.statement:
            assert all(formula in rendering for formula in re.findall(r"\$[^$]*\$", part))


def _subscripts() -> list[object]:
    """One variable whose name has a subscript: the sequence has an index beside it."""
    contracting = inf.recurrence({"x_1": "x_1*(2 - 3*x_1)"}, {"x_1": "1/4"})
    falling = inf.recurrence({"x_1": "x_1*(1 - x_1**2/7)"}, {"x_1": 2})
    halving, growing = (inf.recurrence({"x_1": f"x_1*{factor}"}, {"x_1": 1}) for factor in ("1/2", "2"))
    stop = inf.steps_until(inf.descent("x_1**2", 1, "1e-9"), "abs_dx", "1e-15")
    return [contracting, inf.over_reals(falling), growing, inf.contrast(halving, inf.bfloat16), stop]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    """All families in one document, since starting pdflatex is what costs."""
    proofs = [Proof(claim) for claim in samples()] + [inf.prove(result) for result in _subscripts()]
    head, _, _ = proofs[0].latex().partition(r"\begin{theorem}")
    body = "\n".join(proof.latex(document=False) for proof in proofs)
    (tmp_path / "all.tex").write_text(f"{head}{body}\\end{{document}}\n", encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout[-1500:]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: inf.geometric(1, 0), "ratio 0"),
        (lambda: inf.geometric(0, "1/2"), "first term 0"),
        (lambda: inf.descent("x**2", 0, "0.1"), "fixed point"),
        (lambda: inf.descent("x**2/2", 1, 1), "ratio is 0"),
        (lambda: inf.descent("x**6", 1, "0.1"), "none of the families"),
        (lambda: inf.race(1, 2, 3), "Achilles"),
        (lambda: inf.run(inf.zeno(), inf.e2m1), "not a format"),
        (lambda: inf.run(inf.zeno(), inf.floats("binary64", "odd")), "the rounding odd"),
        (lambda: inf.run(inf.zeno(), inf.binary64, steps=3), "budget"),
        (lambda: inf.contrast(inf.zeno()), "one"),
    ],
)
def test_refusals_name_the_hypothesis(make, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(inf.Undecided, match=reason):
        inf.prove(make())


def test_what_is_no_result() -> None:
    with pytest.raises(inf.InputError):
        inf.prove("zeno")
    with pytest.raises(inf.InputError):
        inf.check("zeno")  # type: ignore[arg-type]


def test_moduli() -> None:
    from fractions import Fraction as F

    for ratio, size in ((F(1, 2), F(1)), (F(97, 100), F(2)), (F(1, 10), F(5, 9)), (F(2999, 3000), F(3000))):
        found = modulus(size, ratio)
        assert ratio**found.halving <= F(1, 2) < ratio ** (found.halving - 1)
        assert size <= 2**found.shift and (not found.shift or size > 2 ** (found.shift - 1))
        for m in (0, 1, 5):
            assert size * ratio ** found(m) <= F(1, 2**m)
        assert ratio**7 <= power_above(ratio, 7) <= ratio**7 + F(1, 2**120)
    assert not halves(F(1), 10**9)
    with pytest.raises(inf.Undecided):
        modulus(F(1), 1 - F(1, 2**200))
    with pytest.raises(inf.Undecided):
        modulus(F(2) ** 5000, F(1, 2))


def test_json_has_the_theorem_the_steps_and_the_certificate() -> None:
    proof, both = inf.prove(inf.zeno()), inf.prove([inf.zeno(), inf.geometric(1, "-1/3")])
    found = json.loads(proof.json())
    assert (found["schema"], found["version"], found["family"]) == ("infinitesimal/proof", 1, "GeometricLimit")
    assert found["statement"] == list(proof.argument.statement) and len(found["steps"]) == len(proof.argument.steps)
    assert found["certificate"] == proof.rocq() and found["verdict"] is None
    many = json.loads(both.json())
    assert [each["title"] for each in many["theorems"]] == [each.argument.title for each in both]
    assert many["certificate"] == both.rocq()
