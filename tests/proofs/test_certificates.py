"""Every family: true claims are accepted, broken ones rejected, by the kernel and by its mirror alike."""

import re
from dataclasses import fields
from fractions import Fraction

import pytest

import infinitesimal as inf
from infinitesimal.proofs.check import compiled
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import certificate, theorem
from infinitesimal.proofs.families.systems import SystemLimit
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.contrasts import ContrastClaim
from infinitesimal.proofs.mirror import holds
from infinitesimal.proofs.printing import OverRationals
from infinitesimal.proofs.proof import Proof
from tests.proofs.families import broken, random_claims, samples


def _rejections(claims: list[Claim]) -> str:
    """A certificate that compiles when, and only when, the proof of every one of these claims fails."""
    text = certificate([inf.claim(inf.zeno()), *claims], ["", *("" for _ in claims)])
    head, *blocks = re.split(r"(?=\(\*  \*\)\nModule claim_)", text)
    failing = [
        re.sub(
            r"Theorem proved :(.*?)\.\nProof\. (.*)\. Qed\.", r"Goal\1.\nProof. Fail (\2). Abort.", block, flags=re.S
        )
        for block in blocks[1:]
    ]
    failing[-1] = failing[-1].partition("Definition all_proved")[0]
    return head + blocks[0] + "".join(failing) + "Print Assumptions claim_1.proved.\n"


def _agree(claims: list[Claim], stride: int = 1) -> None:
    """True claims are accepted; of every `stride`-th broken one, those that the mirror believes, and no others."""
    assert all(map(holds, claims))
    mutants = [m for c in claims for m in broken(c)][::stride]
    true = [m for m in mutants if holds(m)]
    false = [m for m in mutants if not holds(m)]
    assert len(false) > len(claims) // stride
    accepted = inf.check(*map(Proof, [*claims, *true]))
    assert accepted.truth is inf.Truth.TRUE, accepted
    assert bool(accepted.axioms) == any(theorem(claim).axioms for claim in claims), accepted
    rejected = compiled(_rejections(false))
    assert rejected.truth is inf.Truth.TRUE, rejected


def test_every_family_with_broken_claims(rocq: None) -> None:
    """A third of the broken claims; the campaign has all of them."""
    _agree(samples(), stride=3)


@pytest.mark.long
def test_every_broken_claim(rocq: None) -> None:
    _agree(samples())


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_random_claims(rocq: None, seed: int) -> None:
    claims = list(random_claims(seed, 25))
    assert len(claims) > 100
    for start in range(0, len(claims), 50):
        _agree(claims[start : start + 50])


def test_a_true_claim_among_those_to_fail_is_noticed(rocq: None) -> None:
    """The test above would see a broken claim that is accepted."""
    assert compiled(_rejections([inf.claim(inf.zeno())])).truth is inf.Truth.FALSE


def test_known_arrivals() -> None:
    halving = inf.recurrence({"x": "x/2"}, {"x": 1})
    steps = {inf.binary16: 25, inf.bfloat16: 134, inf.tf32: 137, inf.binary32: 150, inf.binary64: 1075, inf.e5m2: 17}
    for format, expected in steps.items():
        found = inf.claim(inf.run(halving, format))
        assert isinstance(found, Arrival) and found.arrival == expected
    zeno = inf.claim(inf.run(inf.zeno(), inf.binary64))
    assert isinstance(zeno, Arrival) and zeno.arrival == 54 and inf.binary64.value(zeno.value[0]) == 1


def test_a_tolerance_stop() -> None:
    """The sixth update of the worked example is 5e-6, the seventh 5e-7."""
    run = inf.run(inf.descent("9/2*x**2", "5/9", "0.1"), inf.QQ, stop=inf.tolerance("1e-6"))
    assert getattr(inf.prove(run).claim, "steps", None) == 6


def test_the_contrast_names_both_halves() -> None:
    d = inf.descent("1/2*(x - 3)**2", 5, "3/100")
    claim = inf.prove(inf.contrast(d, inf.binary64)).claim
    assert isinstance(claim, ContrastClaim) and isinstance(claim.machine, Arrival)
    assert claim.machine.arrival == 1088 and claim.value == 3 + Fraction(1, 2**47)
    statement = theorem(claim).statement
    assert "~ x n == (3 # 1)" in statement and "arrives update" in statement and "1088" in statement


STATED = {"first", "ratio", "start", "limit", "time", "place", "achilles", "tortoise", "head_start", "tolerance"}
STATED |= {"difference", "top", "bottom", "closed_top", "closed_bottom", "polynomial", "antidifference", "low", "high"}
STATED |= {"factor"}
"""The numbers of claims that are in their statements; other numbers are witnesses."""


@pytest.mark.parametrize("claim", samples(), ids=lambda c: type(c).__name__)
def test_the_statement_reads_back(claim: Claim) -> None:
    """The numbers of the statement and of its definitions are those of the claim, read by other means."""
    made = theorem(claim)
    text = " ".join((*made.definitions, made.statement))
    printed = {Fraction(int(p.strip("()")), int(q)) for p, q in re.findall(r"\((\(-\d+\)|\d+) # (\d+)\)", text)}
    parts = [claim.exact, claim.machine] if isinstance(claim, ContrastClaim) else [getattr(claim, "exact", claim)]
    for part in parts:
        hidden = {"ToleranceStop": {"ratio", "limit"}, "DescentDivergence": {"ratio"}}.get(type(part).__name__, set())
        for name in {field.name for field in fields(part)} & STATED - hidden:
            value = getattr(part, name)
            assert set(value if isinstance(value, tuple) else (value,)) <= printed, name
        for name in ("arrival", "tail", "period", "steps"):
            assert str(getattr(part, name, "")) in made.statement
        if hasattr(part, "modulus"):
            m = "2 * m" if isinstance(part, SystemLimit) else "m"
            assert f"Pos.to_nat {part.modulus.halving} * ({m} + {part.modulus.shift})" in made.statement
        if isinstance(part, Arrival):
            for m, q in part.value:
                assert not m or f"{str(m < 0).lower()} {abs(m)} {q if q >= 0 else f'({q})'}" in made.statement


@pytest.mark.parametrize("step", ["x - 0.1*(9*x)", "-(x - 1)/3", "(x + 1)**2 - x**2 - 1/2", "x - 1/7*(2*(x - (-5/9)))"])
def test_a_printed_step_computes_the_same(step: str) -> None:
    """The text, read as Python with its own numbers, has the values of the term."""
    printed = OverRationals().term(inf.read(step), ["x"])
    python = re.sub(r"\((\(-\d+\)|\d+) # (\d+)\)", r"Fraction(\1, \2)", printed)
    for x in (Fraction(0), Fraction(-7, 3), Fraction(10**20, 9)):
        assert eval(python, {"Fraction": Fraction, "x": x}) == inf.evaluate(step, {"x": x}, inf.QQ)
