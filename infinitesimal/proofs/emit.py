"""Certificates: from a claim to a theorem in plain Rocq with a short proof over the support library."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch
from importlib.resources import files

from infinitesimal.proofs.claims import (
    Claim,
    DescentDivergence,
    DescentLimit,
    GeometricDivergence,
    GeometricLimit,
    RaceMeeting,
    ToleranceStop,
)
from infinitesimal.proofs.machine_claims import Arrival, ContrastClaim, Cycle, Machine
from infinitesimal.proofs.moduli import Modulus
from infinitesimal.proofs.printing import (
    OverFloats,
    OverRationals,
    comment,
    format_name,
    rational,
    spec_float,
    variables_of,
)
from infinitesimal.terms.term import Term

LIBRARY = ("Limits", "Series", "Descents", "Races", "Machines")
"""The files of the support library, each after those it uses."""

_STANDARD = "Require Import QArith Qabs NArith ZArith Lia Lqa Setoid Bool SpecFloat."


@dataclass(frozen=True)
class Theorem:
    """The definitions a statement uses, the statement, and its proof, as Rocq text."""

    definitions: tuple[str, ...]
    statement: str
    proof: str


@singledispatch
def theorem(claim: Claim) -> Theorem:
    """The theorem that says `claim`, with a proof that succeeds if and only if the kernel agrees with the witnesses."""
    raise NotImplementedError(type(claim).__name__)


def certificate(claims: Sequence[Claim], titles: Sequence[str], standalone: bool = False) -> str:
    """One file with a theorem for each claim, and one question for the axioms of all of them.

    With `standalone` the support library stands in the file, which then needs nothing but Coq.
    """
    blocks = [_block(claim, title, i) for i, (claim, title) in enumerate(zip(claims, titles, strict=True), 1)]
    names = ", ".join(f"claim_{i}.proved" for i in range(1, len(blocks) + 1))
    last = f"Definition all_proved := ({names}).\nPrint Assumptions all_proved.\n"
    return "\n".join([_inlined() if standalone else _imports(), "Open Scope Q_scope.\n", *blocks, last])


def source(name: str) -> str:
    """The text of a file of the support library."""
    return (files("infinitesimal.proofs") / "rocq" / f"{name}.v").read_text(encoding="utf-8")


def _imports() -> str:
    return f"{_STANDARD}\nFrom Infinitesimal Require Import {' '.join(LIBRARY)}."


def _inlined() -> str:
    parts = [_STANDARD]
    for name in LIBRARY:
        own = [line for line in source(name).splitlines() if "Require Import" not in line]
        parts += [f"Module {name}.", *own, f"End {name}.", f"Import {name}."]
    return "\n".join(parts)


def _block(claim: Claim, title: str, number: int) -> str:
    made = theorem(claim)
    body = [*made.definitions, f"Theorem proved :\n  {made.statement}.", f"Proof. {made.proof}. Qed."]
    return "\n".join([comment(title), f"Module claim_{number}.", *body, f"End claim_{number}.\n"])


def _modulus(modulus: Modulus) -> str:
    return f"(fun m => Pos.to_nat {modulus.halving} * (m + {modulus.shift}))%nat"


_COMPUTE = "vm_compute; reflexivity"


@theorem.register
def _(claim: GeometricLimit) -> Theorem:
    limit, ratio = rational(claim.limit), rational(claim.ratio)
    return Theorem(
        (f"Definition s := partial_sum (fun i => {rational(claim.first)} * power {ratio} i).",),
        f"(forall n, s n == {limit} * (1 - power {ratio} n)) /\\\n"
        f"  (forall n, ~ s n == {limit}) /\\\n"
        f"  converges s {limit} {_modulus(claim.modulus)}",
        f"apply geometric_sound; {_COMPUTE}",
    )


@theorem.register
def _(claim: GeometricDivergence) -> Theorem:
    return Theorem(
        (f"Definition s := partial_sum (fun i => {rational(claim.first)} * power {rational(claim.ratio)} i).",),
        "forall L, ~ tends_to s L",
        f"apply geometric_diverges_sound; {_COMPUTE}",
    )


def _exact_step(name: str, step: Term, start: Fraction) -> tuple[str, ...]:
    return (
        f"Definition step (x : Q) : Q := {OverRationals().term(step, [name])}.",
        f"Definition x (n : nat) : Q := Nat.iter n step {rational(start)}.",
    )


@theorem.register
def _(claim: DescentLimit) -> Theorem:
    limit, ratio, start = rational(claim.limit), rational(claim.ratio), rational(claim.start)
    return Theorem(
        _exact_step(claim.name, claim.step, claim.start),
        f"(forall n, x n == {limit} + power {ratio} n * ({start} - {limit})) /\\\n"
        f"  (forall n, ~ x n == {limit}) /\\\n"
        f"  converges x {limit} {_modulus(claim.modulus)}",
        f"apply affine_sound; [affine_step step|{_COMPUTE}]",
    )


@theorem.register
def _(claim: DescentDivergence) -> Theorem:
    return Theorem(
        _exact_step(claim.name, claim.step, claim.start),
        "forall L, ~ tends_to x L",
        f"apply (affine_diverges_sound step {rational(claim.centre)} {rational(claim.ratio)}); "
        f"[affine_step step|{_COMPUTE}]",
    )


@theorem.register
def _(claim: RaceMeeting) -> Theorem:
    achilles, tortoise, head_start = map(rational, (claim.achilles, claim.tortoise, claim.head_start))
    time, place = rational(claim.time), rational(claim.place)
    return Theorem(
        (
            "(* A stage takes (the place of Achilles, the gap to the tortoise) to the next one. *)",
            f"Definition stage : Q * Q -> Q * Q := fun '(x, gap) => (x + gap, gap * {tortoise} / {achilles}).",
            f"Definition place (n : nat) : Q := fst (Nat.iter n stage (0, {head_start})).",
            f"Definition gap (n : nat) : Q := snd (Nat.iter n stage (0, {head_start})).",
        ),
        f"(forall n, 0 < gap n /\\ gap n == {head_start} * power ({tortoise} / {achilles}) n) /\\\n"
        f"  (forall t, t < {time} -> {achilles} * t < {head_start} + {tortoise} * t) /\\\n"
        f"  {achilles} * {time} == {place} /\\ {head_start} + {tortoise} * {time} == {place} /\\\n"
        f"  (forall n, place n < {place}) /\\\n"
        f"  converges place {place} {_modulus(claim.modulus)}",
        f"apply race_sound; {_COMPUTE}",
    )


@theorem.register
def _(claim: ToleranceStop) -> Theorem:
    tolerance = rational(claim.tolerance)
    return Theorem(
        _exact_step(claim.name, claim.step, claim.start),
        f"(forall n, (n < Pos.to_nat {claim.steps})%nat -> {tolerance} < Qabs (x (S n) - x n)) /\\\n"
        f"  (forall n, (Pos.to_nat {claim.steps} <= n)%nat -> Qabs (x (S n) - x n) <= {tolerance})",
        f"apply (tolerance_sound step {rational(claim.limit)} {rational(claim.ratio)}); [affine_step step|{_COMPUTE}]",
    )


def _tuple(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def _update(machine: Machine) -> tuple[str, ...]:
    """The definitions of the constants, the update and the start of a machine."""
    recurrence, over = machine.recurrence, OverFloats(machine.format)
    names = variables_of(recurrence.names)
    bodies = [over.term(term, recurrence.names) for _, term in recurrence.step]
    state = " * ".join(["spec_float"] * len(names))
    head = f"(x : {state})" if len(names) == 1 else f"(state : {state})"
    taken = "" if len(names) == 1 else f"let '({', '.join(names)}) := state in "
    values = recurrence.start_values()
    return (
        *(f"Definition {c} : spec_float := {over.read(value)}." for value, c in over.constants.items()),
        f"Definition update {head} : {state} := {taken}{_tuple(bodies)}.",
        f"Definition start : {state} := {_tuple([over.read(values[name]) for name in recurrence.names])}.",
    )


def _equality(size: int) -> tuple[str, str]:
    """How states of so many floats are compared, and the proof that this decides equality."""
    eqb, proof = "float_eqb", "float_decides"
    for _ in range(size - 1):
        eqb, proof = f"(pair_eqb {eqb} float_eqb)", f"(pair_decides _ _ {proof} float_decides)"
    return eqb, proof


@theorem.register
def _(claim: Arrival) -> Theorem:
    names = variables_of(claim.machine.recurrence.names)
    eqb, decides = _equality(len(names))
    value = _tuple([spec_float(pair) for pair in claim.value])
    if claim.watch is None:
        watch = "(fun state => state)"
        proof = f"apply (halts_sound _ {eqb}); [exact {decides}|{_COMPUTE}]"
    else:
        watch = f"(fun '({', '.join(names)}) => {names[claim.watch]})"
        proof = (
            f"apply (arrives_sound _ {eqb} float_eqb _ _ _ {claim.settling}); "
            f"[exact {decides}|exact float_decides|{_COMPUTE}]"
        )
    return Theorem(_update(claim.machine), f"arrives update {watch} start {claim.arrival} {value}", proof)


@theorem.register
def _(claim: Cycle) -> Theorem:
    eqb, decides = _equality(len(claim.machine.recurrence.names))
    return Theorem(
        _update(claim.machine),
        f"cycles update start {claim.tail} {claim.period}",
        f"apply (cycles_sound _ {eqb}); [exact {decides}|{_COMPUTE}]",
    )


@theorem.register
def _(claim: ContrastClaim) -> Theorem:
    exact, machine = theorem(claim.exact), theorem(claim.machine)
    parts, proofs = [exact.statement, machine.statement], [exact.proof, machine.proof]
    if claim.value is not None and isinstance(claim.machine, Arrival):
        value = rational(claim.value)
        parts.append(f"value {spec_float(claim.machine.value[0])} = Some {value}")
        proofs.append(_COMPUTE)
        if isinstance(claim.exact, GeometricLimit | DescentLimit):
            arrives = claim.value == claim.exact.limit
            parts.append(f"{'' if arrives else '~ '}{value} == {rational(claim.exact.limit)}")
            proofs.append("compare")
    *first, together = proofs
    for proof in reversed(first):
        together = f"split; [{proof}|{together}]"
    return Theorem(
        (
            f"(* The machine is {format_name(claim.machine.machine.format)}. *)",
            *exact.definitions,
            *machine.definitions,
        ),
        " /\\\n  ".join(f"({part})" for part in parts),
        together,
    )
