"""The update of a machine as Rocq text: over the specification, and by the processor, proved to be the same."""

from infinitesimal.errors import Undecided
from infinitesimal.proofs.emit import COMPUTE, Theorem
from infinitesimal.proofs.machines.machine import Machine
from infinitesimal.proofs.printing import (
    MAX_TERM,
    OverFloats,
    OverHardware,
    format_name,
    is_standard,
    tuple_text,
    variables_of,
)
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.terms.program import Program
from infinitesimal.terms.term import OPERATIONS

SPECIFIED = 40_000
"""The operations that the specification repeats in two or three seconds of the kernel, in binary64."""

MOST_SPECIFIED = 400_000
MOST_ON_HARDWARE = 100_000_000


def wants_hardware(machine: Machine, steps: int) -> bool:
    """Whether the processor's floats are to repeat a run of so many steps, since the specification would be slow.

    Raises `Undecided` for a run that is too long for either.
    """
    operations = steps * max(1, len(program(machine).instructions))
    most = MOST_ON_HARDWARE if machine.is_binary64 else MOST_SPECIFIED
    if operations > most:
        raise Undecided(f"no proof: the run has {steps} updates, {operations} operations; at most {most} are repeated")
    return machine.is_binary64 and operations > SPECIFIED


def run_theorem(
    machine: Machine,
    statement: str,
    check: str,
    arguments: str = "",
    decided: tuple[str, ...] = (),
    hardware: bool = False,
) -> Theorem:
    """The theorem that a run is as `statement` says, which refers to `update` and `start`.

    `check` names the lemmas of the library, one over the specification and one by the hardware; `arguments` follow the
    equality of states in both, and `decided` are proofs that further equalities are decided.
    """
    size = len(machine.recurrence.names)
    equal, decides = nested("pair_eqb", "float_eqb", size), nested("pair_decides _ _", "float_decides", size)
    lemma = f"{check}_by_hardware reading back hardware update same apart" if hardware else f"{check}_sound _"
    goals = "".join(f"exact {proof}|" for proof in (decides, *decided))
    standard = is_standard(machine.format, machine.rounding)
    return Theorem(
        (*update_definitions(machine), *(hardware_definitions(machine) if hardware else ())),
        statement,
        f"apply ({lemma} {equal}{arguments}); [{goals}({COMPUTE})..]",
        ("Hardware",) if hardware else ("Machines",) if standard else ("Roundings",),
        ("hardware",) if hardware else (),
    )


def program(machine: Machine) -> Program:
    """The update as operations in their order, powers as products.

    Raises `Undecided` for one that is too long, or has functions, which the certificates do not specify.
    """
    lowered = machine.recurrence.program.lowered()
    functions = sorted({each.operation for each in lowered.instructions} - set(OPERATIONS))
    if functions:
        raise Undecided(f"no proof: the update has {', '.join(functions)}, which the certificates do not specify")
    if len(lowered.instructions) > MAX_TERM:
        raise Undecided(
            f"no proof: the update has {len(lowered.instructions)} operations; at most {MAX_TERM} are handled"
        )
    return lowered


def update_definitions(machine: Machine, with_start: bool = True) -> tuple[str, ...]:
    """The definitions of the constants, the update and the start of a machine over the specification."""
    recurrence, over, steps = machine.recurrence, OverFloats(machine.format, machine.rounding), program(machine)
    values = recurrence.start_values() if with_start else {}
    start = tuple_text([over.read(values[name]) for name in recurrence.names if with_start] or [""])
    name = format_name(machine.format, machine.rounding)
    return (
        *(() if is_standard(machine.format, machine.rounding) else (f"Definition arithmetic := {name}.",)),
        *(f"Definition c{i} : spec_float := {over.read(value)}." for i, value in enumerate(steps.constants, 1)),
        _update("update", "spec_float", recurrence, over.update(steps, variables_of(recurrence.names))),
        *((f"Definition start : {_states('spec_float', recurrence)} := {start}.",) if with_start else ()),
    )


def hardware_definitions(machine: Machine) -> tuple[str, ...]:
    """The same update by the processor, how its states are read, and the proof that both updates are the same."""
    recurrence, steps = machine.recurrence, program(machine)
    size, constants = len(recurrence.names), range(1, len(steps.constants) + 1)
    body = OverHardware(machine.format).update(steps, variables_of(recurrence.names), "h")
    known = [f"  assert (H{i} : FloatOps.Prim2SF h{i} = c{i}) by (vm_compute; reflexivity)." for i in constants]
    rewritten = f"ltac:(rewrite {', '.join(f'?H{i}' for i in constants)})" if constants else "idtac"
    return (
        "(* The run is repeated by the processor's floats, which do what is specified by the axioms of FloatAxioms. *)",
        *(f"Definition h{i} := Eval vm_compute in FloatOps.SF2Prim c{i}." for i in constants),
        _update("hardware", "PrimFloat.float", recurrence, body),
        f"Definition reading := {nested('both', 'FloatOps.Prim2SF', size)}.",
        f"Definition back := {nested('both', 'FloatOps.SF2Prim', size)}.",
        "Lemma same : forall x, reading (hardware x) = update (reading x).",
        "\n".join(["Proof.", *known, f"  same_update reading hardware update {rewritten}.", "Qed."]),
        f"Lemma apart : injective reading. Proof. exact {nested('both_injective _ _', 'float_injective', size)}. Qed.",
    )


def _states(kind: str, recurrence: Recurrence) -> str:
    return " * ".join([kind] * len(recurrence.names))


def _update(called: str, kind: str, recurrence: Recurrence, body: str) -> str:
    names, state = variables_of(recurrence.names), _states(kind, recurrence)
    if len(names) == 1:
        return f"Definition {called} (x : {state}) : {state} := {body}."
    return f"Definition {called} (state : {state}) : {state} := let '({', '.join(names)}) := state in {body}."


def nested(combine: str, each: str, size: int) -> str:
    """`each` for every component of a state, which is a pair whose first part is the state without the last.

    >>> nested("both", "f", 3)
    '(both (both f f) f)'
    """
    made = each
    for _ in range(size - 1):
        made = f"({combine} {made} {each})"
    return made
