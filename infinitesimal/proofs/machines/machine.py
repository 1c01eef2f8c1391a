"""Machines: a recurrence in a format, its states, and how sentences and theorems speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from infinitesimal.arithmetics.floating.format import INFINITY, NEGATIVE_INFINITY, NEGATIVE_ZERO, Format, Pair, binary64
from infinitesimal.arithmetics.floating.native import native
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.proofs.mirror import condition
from infinitesimal.proofs.printing import format_name
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.compile import STILL, loops
from infinitesimal.terms.pretty import latex, latex_name, latex_number
from infinitesimal.truth import Hypothesis

_ROUNDED = {
    Rounding.NEAREST_EVEN: "rounded to nearest, ties to even",
    Rounding.NEAREST_AWAY: "rounded to nearest, ties away from zero",
    Rounding.TOWARD_ZERO: "rounded toward zero",
    Rounding.UP: "rounded upward",
    Rounding.DOWN: "rounded downward",
}


@dataclass(frozen=True)
class Machine:
    """A recurrence in a format and a rounding: constants are rounded once, then the result of every operation."""

    recurrence: Recurrence
    format: Format
    rounding: Rounding = Rounding.NEAREST_EVEN

    @property
    def name(self) -> str:
        """The format, and the rounding where it is not to nearest, ties to even."""
        usual = self.rounding is Rounding.NEAREST_EVEN
        return format_text(self.format) + ("" if usual else f", {_ROUNDED[self.rounding]},")

    @property
    def is_binary64(self) -> bool:
        """Whether the processor's own floats are this machine's."""
        return self.format == binary64 and self.rounding is Rounding.NEAREST_EVEN


State = tuple[Pair, ...]


def states(machine: Machine) -> Iterator[State]:
    """The states of a machine, the start first, without end; as pairs, so that +0 and -0 differ, as they do in Rocq."""
    engine = floats(machine.format, machine.rounding)
    start = machine.recurrence.start_values()
    return states_from(machine, tuple(engine.const(start[name]) for name in machine.recurrence.names))


def states_from(machine: Machine, state: State) -> Iterator[State]:
    """The states of a machine from a given one on, which is the first."""
    update = loops(machine.recurrence, floats(machine.format, machine.rounding), None).update
    while True:
        yield state
        state = tuple(update(1, *state))


def states_after(machine: Machine, n: int) -> Iterator[State]:
    """The states from number `n` on. The processor makes the first `n` updates of a run in binary64.

    >>> from infinitesimal.recurrences.recurrence import recurrence
    >>> halving = Machine(recurrence({"x": "x/2"}, {"x": 1}), binary64)
    >>> next(states_after(halving, 1074)), next(states_after(halving, 10**9))
    (((1, -1074),), ((0, 0),))
    """
    engine: Any = native(floats(machine.format, machine.rounding)) if machine.is_binary64 else None
    if engine is None:
        return islice(states(machine), n, None)
    loop = loops(machine.recurrence, engine, None)
    start = machine.recurrence.start_values()
    state = tuple(engine.const(start[name]) for name in machine.recurrence.names)
    done = 0
    while done < n:
        # A scan ends where nothing watched changes; from there on single updates, until the pairs are the same, too.
        done, event, _, state = loop.scan(done, n, state, (float("nan"),) * len(state))
        if event == STILL:
            following = loop.update(1, *state)
            if [*map(engine.to_pair, following)] == [*map(engine.to_pair, state)]:
                break
    return states_from(machine, tuple(map(engine.to_pair, state)))


def readable(machine: Machine, by_hardware: bool) -> tuple[Hypothesis, ...]:
    """That the machine is one the specification has. Raises `Undecided` with the reason where it is not."""
    format_name(machine.format, machine.rounding)
    free = not machine.recurrence.counts_steps and not machine.recurrence.parameters
    return (
        condition("the update depends on the state alone", free, str(machine.recurrence)),
        condition("the processor has the format", machine.is_binary64 or not by_hardware, machine.name),
    )


def carried_out(steps: int, by_hardware: bool) -> str:
    """The reason for what is found by repeating a run."""
    hardware = ", by the processor's binary64, which is taken to do what IEEE 754 says" if by_hardware else ""
    return f"the {steps} updates are carried out, operation by operation{hardware}"


def format_text(format: Format) -> str:
    """The name of a format in sentences. What would be a mark of LaTeX there, or is no ASCII, is replaced."""
    return "".join(c if c.isascii() and c.isprintable() and c not in "$\\^" else "." for c in repr(format))


def float_text(format: Format, pair: Pair) -> str:
    """A float in LaTeX, exact."""
    if format.is_finite(pair):
        return "-0" if pair == NEGATIVE_ZERO else latex_number(format.value(pair))
    return {INFINITY: r"\infty", NEGATIVE_INFINITY: r"-\infty"}.get(pair, r"\mathrm{NaN}")


def machine_setting(machine: Machine) -> str:
    """The machine in a sentence, with its start."""
    start = machine.recurrence.start_values()
    starts = ", ".join(f"${latex_name(name)} = {latex_number(start[name])}$" for name in machine.recurrence.names)
    return f"{machine_update(machine)}, from {starts}"


def machine_update(machine: Machine) -> str:
    """The machine in a sentence, without its start."""
    updates = ", ".join(
        rf"${latex_name(name)} \to {latex(term, computed=True)}$" for name, term in machine.recurrence.step
    )
    return (
        f"Let a machine with the format {format_text(machine.format)}, in which every constant is rounded once, "
        f"and every operation is the exact one {_ROUNDED[machine.rounding]}, repeat the update {updates}"
    )
