"""Machines: a recurrence in a format, its states, and how sentences and theorems speak of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infinitesimal.arithmetics.floating.format import INFINITY, NEGATIVE_INFINITY, NEGATIVE_ZERO, Format, Pair
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.proofs.mirror import condition
from infinitesimal.proofs.printing import OverFloats, format_name, variables_of
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.compile import loops
from infinitesimal.terms.pretty import latex, latex_name, latex_number
from infinitesimal.truth import Hypothesis


@dataclass(frozen=True)
class Machine:
    """A recurrence in a format, rounded to nearest, ties to even: constants once, then every operation."""

    recurrence: Recurrence
    format: Format


State = tuple[Pair, ...]


def states(machine: Machine) -> Iterator[State]:
    """The states of a machine, the start first, without end; as pairs, so that +0 and -0 differ, as they do in Rocq."""
    engine = floats(machine.format)
    update = loops(machine.recurrence, engine, None).update
    start = machine.recurrence.start_values()
    state = tuple(engine.const(start[name]) for name in machine.recurrence.names)
    while True:
        yield state
        state = tuple(update(1, *state))


def readable(machine: Machine) -> Hypothesis:
    """That the machine is one the specification has. Raises `Undecided` with the reason where it is not."""
    format_name(machine.format)
    free = not machine.recurrence.counts_steps and not machine.recurrence.parameters
    return condition("the update depends on the state alone", free, str(machine.recurrence))


def float_text(format: Format, pair: Pair) -> str:
    if format.is_finite(pair):
        return "-0" if pair == NEGATIVE_ZERO else latex_number(format.value(pair))
    return {INFINITY: r"\infty", NEGATIVE_INFINITY: r"-\infty"}.get(pair, r"\mathrm{NaN}")


def machine_setting(machine: Machine) -> str:
    recurrence = machine.recurrence
    start = recurrence.start_values()
    updates = ", ".join(rf"${latex_name(name)} \to {latex(term, computed=True)}$" for name, term in recurrence.step)
    starts = ", ".join(f"${latex_name(name)} = {latex_number(start[name])}$" for name in recurrence.names)
    return (
        f"Let a machine with the format {format_name(machine.format)} repeat the update {updates} from {starts}: "
        "every constant is rounded once, and every operation is the exact one rounded to nearest, ties to even"
    )


def tuple_text(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def update_definitions(machine: Machine) -> tuple[str, ...]:
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
        f"Definition update {head} : {state} := {taken}{tuple_text(bodies)}.",
        f"Definition start : {state} := {tuple_text([over.read(values[name]) for name in recurrence.names])}.",
    )


def equality(size: int) -> tuple[str, str]:
    """How states of so many floats are compared, and the proof that this decides equality."""
    eqb, proof = "float_eqb", "float_decides"
    for _ in range(size - 1):
        eqb, proof = f"(pair_eqb {eqb} float_eqb)", f"(pair_decides _ _ {proof} float_decides)"
    return eqb, proof
