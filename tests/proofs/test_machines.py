"""Machines in all formats and roundings: Rocq's definitions beside the soft core, its verdicts beside the mirror's."""

import random
from dataclasses import replace

import pytest

import infinitesimal as inf
from infinitesimal.proofs.check import compiled
from infinitesimal.proofs.claims import Claim
from infinitesimal.proofs.emit import certificate, theorem
from infinitesimal.proofs.machines.arrivals import Arrival
from infinitesimal.proofs.machines.cycles import Cycle
from infinitesimal.proofs.machines.fates import Fates, all_floats
from infinitesimal.proofs.machines.machine import Machine
from infinitesimal.proofs.mirror import holds
from infinitesimal.proofs.printing import arithmetic_name, spec_float
from infinitesimal.proofs.proof import Proof
from infinitesimal.proofs.support import imports
from tests.proofs.machine_families import (
    BENT,
    FORMATS,
    HALVING,
    MOMENTUM,
    ROUNDINGS,
    broken_machine,
    hardware_samples,
    machine_samples,
    random_machine_claims,
)
from tests.proofs.test_certificates import _rejections


def _agree(claims: list[Claim], free: bool = True) -> None:
    assert all(map(holds, claims))
    mutants = [mutant for claim in claims for mutant in broken_machine(claim)]
    true, false = [m for m in mutants if holds(m)], [m for m in mutants if not holds(m)]
    assert len(false) > len(claims)
    accepted = inf.check(*map(Proof, [*claims, *true]))
    assert accepted.truth is inf.Truth.TRUE and bool(accepted.axioms) is not free, accepted
    rejected = compiled(_rejections(false))
    assert rejected.truth is inf.Truth.TRUE, rejected


def test_every_machine_family_with_broken_claims(rocq: None) -> None:
    _agree(machine_samples())


def test_runs_by_hardware_with_broken_claims(rocq: None) -> None:
    claims = hardware_samples()
    assert isinstance(claims[0], Arrival) and claims[0].arrival > 10**6
    assert isinstance(claims[1], Cycle) and (claims[1].tail, claims[1].period) == (14_076, 19)
    _agree(claims, free=False)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_random_machines(rocq: None, seed: int) -> None:
    _agree(list(random_machine_claims(seed, 60)))


def test_the_axioms_of_hardware_are_named(rocq: None) -> None:
    fast = replace(inf.claim(inf.run(HALVING, inf.binary64)), by_hardware=True)  # type: ignore[call-arg]
    result = inf.check(inf.prove(fast))
    names = {axiom.split(" : ")[0] for axiom in result.axioms if not axiom.startswith("Prim")}
    assert names == {"FloatAxioms.div_spec", "FloatAxioms.SF2Prim_Prim2SF"} and "div_spec" in result.message
    assert compiled(certificate([fast], [""])).truth is inf.Truth.FALSE  # where they are not allowed
    assert theorem(fast).statement == theorem(replace(fast, by_hardware=False)).statement  # type: ignore[call-arg]


_DIGEST = """
Definition code (x : spec_float) : Z :=
  match x with
  | S754_zero s => if s then 1 else 0
  | S754_infinity s => if s then 3 else 2
  | S754_nan => 4
  | S754_finite s m e => 5 + (if s then 1 else 0) + 2 * (Zpos m * 65536 + e + 32768)
  end.
Definition digest (l : list spec_float) : Z := fold_left (fun h x => (h * 1000003 + code x) mod (2 ^ 61 - 1)) l 0.
"""


def _digest(values: list[tuple[int, int]]) -> int:
    """A number that tells lists of floats apart, as Rocq computes it above."""
    special = {(0, 0): 0, (0, -1): 1, (0, 1): 2, (0, -2): 3, (0, 2): 4}
    h = 0
    for m, e in values:
        code = 5 + (m < 0) + 2 * (abs(m) * 65536 + e + 32768) if m else special[m, e]
        h = (h * 1000003 + code) % (2**61 - 1)
    return h


def _table(format: inf.Format, rounding: str, some: slice) -> str:
    """A theorem that says what the operations give on all pairs of some floats."""
    core = inf.floats(format, rounding)
    chosen, rng = all_floats(Machine(HALVING, format))[some], random.Random(f"{format}{rounding}")
    rows = []
    for operation in ("add", "sub", "mul", "div"):
        values = [getattr(core, operation)(x, y) for x in chosen for y in chosen]
        rows.append(f"digest (flat_map (fun x => map ({operation}_in A x) all) all) = {_digest(values)}")
    quotients = [inf.exact(f"{rng.randint(-999, 999)}/{rng.randint(1, 999)}") for _ in range(99)]
    given = "; ".join(f"({q.numerator} # {q.denominator})%Q" for q in quotients)
    rows.append(f"digest (map (round_in A) [{given}]) = {_digest([core.const(q) for q in quotients])}")
    goal, listed = " /\\ ".join(rows), "; ".join(map(spec_float, chosen))
    return (
        f"Definition A := {arithmetic_name(format, core.rounding)}.\nDefinition all := [{listed}].\n"
        f"Goal {goal}.\nProof. vm_compute. repeat split. Qed.\n"
    )


def _operations(formats: list[inf.Format], some: slice) -> None:
    """All rounded operations of the support library, and what it lists as floats, are the soft core's."""
    parts = [imports(["Fates"]), "Require Import List. Import ListNotations. Open Scope Z_scope.", _DIGEST]
    for i, format in enumerate(formats):
        for j, rounding in enumerate(ROUNDINGS):
            parts += [f"Module M_{i}_{j}.", _table(format, rounding, some)]
            if format.width <= 8:
                parts.append(
                    f"Goal length (floats A) = {len(all_floats(Machine(HALVING, format)))}%nat. reflexivity. Qed."
                )
            parts.append(f"End M_{i}_{j}.")
    result = compiled("\n".join([*parts, "Print Assumptions fates_sound."]), seconds=600)
    assert result.truth is inf.Truth.TRUE, result


def test_operations_are_those_of_the_soft_core(rocq: None) -> None:
    _operations([inf.e4m3fn, inf.e5m2, inf.Format(4, -6, 7)], slice(None, None, 13))


@pytest.mark.long
def test_operations_at_length(rocq: None) -> None:
    _operations([inf.e4m3fn, inf.e5m2], slice(None, None, 9))
    _operations([inf.binary16, inf.bfloat16], slice(None, None, 2999))


@pytest.mark.parametrize(("format", "arrival"), [(f, 1 - f.qmin) for f in FORMATS])
def test_halving_arrives(format: inf.Format, arrival: int) -> None:
    """Half of the least number is a tie, and 0 is even."""
    claim = inf.prove(inf.run(HALVING, format)).claim
    assert isinstance(claim, Arrival) and claim.arrival == arrival and claim.value == ((0, 0),)


def test_fates_count_what_the_atlas_counts() -> None:
    """+0 and -0 are one state of an atlas, and its starts are encodings: NaN has several."""
    for machine in (inf.e5m2, inf.e4m3fn, inf.floats(inf.e5m2, "down")):
        atlas = inf.atlas(BENT, machine)
        claim = inf.claim(atlas)
        assert isinstance(claim, Fates)
        assert atlas.longest_tail <= claim.longest < atlas.longest_tail + max(e.period for e in claim.endings)
        format = claim.machine.format
        nans = sum(format.decode(bits) == (0, 2) for bits in range(1 << format.width))
        ours = [(e.period, e.floats + (nans - 1) * (e.state == (0, 2))) for e in claim.endings]
        assert sorted(ours) == sorted((c.period, b) for c, b in zip(atlas.cycles, atlas.basins, strict=True))


def test_what_no_machine_theorem_is_about() -> None:
    process = inf.recurrence({"x": "sqrt(x)"}, {"x": 2})
    with pytest.raises(inf.Undecided, match="sqrt"):
        inf.prove(inf.run(process, inf.binary16))
    with pytest.raises(inf.Undecided, match="rounding odd"):
        inf.prove(inf.run(HALVING, inf.floats(inf.binary16, "odd")))
    with pytest.raises(inf.Undecided, match="at most 8 bits"):
        inf.prove(inf.atlas(BENT, inf.binary16))
    slow = inf.run(inf.descent("1/2*(x - 3)**2", 5, "1/100000"), inf.binary32)
    with pytest.raises(inf.Undecided, match="at most 400000"):
        inf.prove(replace_steps(slow))


def replace_steps(trajectory: object) -> object:
    """A run in binary32 that would be too long for the specification, as if it had been found."""
    halt = replace(trajectory.halt, arrival=10**6)  # type: ignore[attr-defined]
    return replace(trajectory, halt=halt)  # type: ignore[type-var]


def test_the_momentum_cycle_by_the_specification_alone(rocq: None) -> None:
    """The same theorem without axioms; binary16 by default, since binary64 takes the kernel several seconds."""
    result = inf.check(inf.prove(inf.run(MOMENTUM, inf.binary16)))
    assert result.truth is inf.Truth.TRUE and not result.axioms


@pytest.mark.parametrize("format", [inf.e5m2, inf.binary64], ids=repr)
def test_a_value_that_stays_beside_zeros_of_changing_sign_is_refused_at_once(format: inf.Format) -> None:
    """The addend of a sum of ratio -1/2 ends as -0, +0, -0, ...: the state never rests, though the sum does."""
    with pytest.raises(inf.Undecided, match="goes round a cycle of 2"):
        inf.claim(inf.run(inf.geometric(1, "-1/2"), format))
