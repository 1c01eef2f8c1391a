"""Why a value no longer changes, read off the exact operands of the last updates."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from infinitesimal.arithmetics.floating.format import INFINITIES, NAN, Pair, power_of_two
from infinitesimal.arithmetics.floating.functions import result
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.rational import brief
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.witness import Absorption, FixedPoint, Invalid, Overflow, Underflow
from infinitesimal.terms.program import Program
from infinitesimal.terms.term import OPERATIONS

_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_SEVERITY = (Reason.NAN, Reason.OVERFLOW, Reason.SATURATED, Reason.ABSORBED, Reason.UNDERFLOW, Reason.EXACT)


class Traced(NamedTuple):
    """One operation of an update: its operands and result in the machine, and its exact result
    (None when an operand is not finite, or where there is none, as for a division by zero; that of a
    function to 64 bits more than the machine has).
    """

    operation: str
    operands: tuple[Float, ...]
    exact: Fraction | None
    result: Float

    @property
    def rounds(self) -> bool:
        return self.exact is not None and self.result.exact != self.exact

    def __str__(self) -> str:
        texts = [_show(x) for x in self.operands]
        if self.operation not in OPERATIONS:
            return f"{self.operation}({', '.join(texts)})"
        if len(texts) == 1:
            return f"-{texts[0]}"
        second = f"({texts[1]})" if texts[1].startswith("-") else texts[1]
        return f"{texts[0]} {_SIGNS[self.operation]} {second}"


def explain(
    recurrence: Recurrence, machine: Floats, before: Sequence[Pair], n: int, earlier: Sequence[Pair] | None
) -> tuple[Reason, Any]:
    """The reason and the witness of a state `before` that update `n` leaves as it is, as far as it
    is watched. `earlier` is the state one update before the value arrived; None if it started there.
    """
    program = recurrence.program.lowered()
    now = _trace(program, machine, before, n)
    then = None if earlier is None else _trace(program, machine, earlier, n - 1)
    found = []
    for name in recurrence.watch:
        i = recurrence.names.index(name)
        cone = program.cone(program.outputs[i])
        last = [now[k] for k in cone]
        arrival = [then[k] for k in cone] if then is not None else []
        found.append(_classify(machine, machine.export(before[i]), last, arrival, program))
    return min(found, key=lambda item: _SEVERITY.index(item[0]))


def _classify(
    machine: Floats, value: Float, last: list[Traced], arrival: list[Traced], program: Program
) -> tuple[Reason, Any]:
    format = machine.format
    if not value.is_finite:
        return _not_finite(machine, value, arrival or last)
    rounding = [op for op in last if op.rounds]
    if not rounding:
        tiny = [op for op in arrival if op.rounds and _is_tiny(machine, op)]
        if not value and tiny:
            return Reason.UNDERFLOW, _underflow(machine, tiny[-1])
        rounded = tuple(c for c in program.constants if machine.element_exact(machine.const(c)) != c)
        return Reason.EXACT, FixedPoint(value, rounded)
    final = last[-1]
    decisive = final if final.rounds else rounding[-1]
    assert decisive.exact is not None
    if not decisive.result.is_finite:
        return Reason.OVERFLOW, Overflow(str(decisive), decisive.exact, decisive.result, format.largest)
    if _is_tiny(machine, decisive) and (not decisive.result or decisive is final):
        return Reason.UNDERFLOW, _underflow(machine, decisive)._replace(zero_update=_adds_zero(final))
    absorption = _absorption(machine, decisive)._replace(zero_update=_adds_zero(final))
    if abs(decisive.exact) > format.largest and not absorption.holds:
        return Reason.SATURATED, Overflow(str(decisive), decisive.exact, decisive.result, format.largest)
    return Reason.ABSORBED, absorption


def _not_finite(machine: Floats, value: Float, operations: list[Traced]) -> tuple[Reason, Any]:
    """The operation that first left the finite numbers in the update that produced the value."""
    for op in operations:
        inputs_finite = all(x.is_finite for x in op.operands)
        pole = op.operation == "log" and not op.operands[0]
        divided = pole or (op.operation == "div" and any(op.operands))
        if not op.result.is_finite and inputs_finite and (op.exact is not None or divided):
            cause = "a nonzero number is divided by zero" if not pole else "the logarithm has a pole at 0"
            cause = "its result is too large" if op.exact is not None else cause
            return Reason.OVERFLOW, Overflow(str(op), op.exact, op.result, machine.format.largest, cause)
        if op.result.is_nan and not any(x.is_nan for x in op.operands):
            return Reason.NAN, Invalid(str(op))
    if value.is_nan:
        return Reason.NAN, Invalid("an operation on NaN")
    final = operations[-1] if operations else None
    name = str(final) if final is not None else "the start"
    return Reason.OVERFLOW, Overflow(name, None, value, machine.format.largest, "an operand is infinite already")


def _adds_zero(final: Traced) -> bool:
    """Whether the last operation adds or subtracts a zero: what comes before it is the update."""
    return final.operation in ("add", "sub") and not all(final.operands) and bool(final.result)


def _is_tiny(machine: Floats, op: Traced) -> bool:
    return op.exact is not None and 0 < abs(op.exact) < power_of_two(machine.format.emin)


def _underflow(machine: Floats, op: Traced) -> Underflow:
    assert op.exact is not None
    return Underflow(str(op), op.exact, op.result, machine.format.smallest)


def _absorption(machine: Floats, op: Traced) -> Absorption:
    assert op.exact is not None
    assert isinstance(op.result.exact, Fraction)
    update = op.exact - op.result.exact
    m, q = op.result.pair
    edge = abs(m) == 1 << machine.format.precision - 1 and (q > machine.format.qmin or not machine.format.subnormals)
    toward_zero = (update > 0) != (m > 0)
    gap = op.result.rounding_gap(1 if update > 0 else -1)
    at_edge = edge and toward_zero
    even = m % 2 == 0 or at_edge  # below the edge the significand is 2**p, even also for one bit
    return Absorption(str(op), op.result, update, gap, even, at_edge, machine.rounding)


def _trace(program: Program, machine: Floats, state: Sequence[Pair], n: int) -> list[Traced]:
    """Every operation of update `n` from a state, with exact results beside the rounded ones."""
    registers = program.registers(machine, [*state, machine.integer(n)])
    traced = []
    for position, instruction in enumerate(program.instructions):
        operands = [registers[i] for i in instruction.operands]
        exact = _exactly(machine, instruction.operation, operands)
        result = machine.export(registers[program.first_result + position])
        traced.append(Traced(instruction.operation, tuple(machine.export(x) for x in operands), exact, result))
    return traced


def _exactly(machine: Floats, operation: str, operands: list[Pair]) -> Fraction | None:
    if any(x == NAN or x in INFINITIES for x in operands):
        return None
    if operation not in OPERATIONS:
        return result(machine, operation, *operands)
    values = [machine.format.value(x) for x in operands]
    if operation == "neg":
        return -values[0]
    a, b = values
    if operation == "div":
        return a / b if b else None
    return a + b if operation == "add" else a - b if operation == "sub" else a * b


def _show(x: Float) -> str:
    """Small numbers as multiples of a power of two where that is short; others as decimals."""
    value = x.exact
    if isinstance(value, Fraction) and value and abs(value) < Fraction(1, 1000):
        text = brief(value)
        if not text.startswith("~") and len(text) < len(str(x)) + 4:
            return text
    return str(x)
