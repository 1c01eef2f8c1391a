"""Scale invariance: in the normal range a homogeneous machine step commutes with powers of two.

Halving, geometric decay, descents to a minimum at 0, momentum: if the state comes again as 2**s times what it was, the
updates in between come again too, scaled, until a number leaves the normal range.
"""

from collections.abc import Sequence
from typing import Any

from infinitesimal.arithmetics.floating.format import Format, Pair
from infinitesimal.terms.program import Program

State = tuple[Any, ...]


def degrees(program: Program, variables: Sequence[int]) -> list[int] | None:
    """The degree of every register when those of the input registers `variables` count 1 and constants 0.

    None when a sum adds different degrees, or a function or another input is read: the program is not homogeneous.
    """
    found: list[int | None] = [1 if i in variables else None for i in range(len(program.inputs))]
    found += [0] * len(program.constants)
    for instruction in program.instructions:
        args = [found[i] for i in instruction.operands]
        if any(a is None for a in args):
            found.append(None)
            continue
        known = [a for a in args if a is not None]
        if instruction.operation in ("add", "sub"):
            found.append(known[0] if known[0] == known[1] else None)
        elif instruction.operation == "neg":
            found.append(known[0])
        elif instruction.operation == "pow":
            found.append(known[0] * instruction.exponent)
        elif instruction.operation in ("mul", "div"):
            found.append(known[0] + known[1] if instruction.operation == "mul" else known[0] - known[1])
        else:
            found.append(None)
    needed = {program.first_result + position for output in program.outputs for position in program.cone(output)}
    needed |= set(program.outputs)
    if any(found[i] is None for i in needed) or any(found[i] != 1 for i in program.outputs):
        return None
    return [0 if g is None else g for g in found]


def scaled(pair: Pair, shift: int) -> Pair:
    """2**shift times a finite pair, in the normal range."""
    return (pair[0], pair[1] + shift) if pair[0] else pair


def shift_between(before: Sequence[Pair], after: Sequence[Pair]) -> int | None:
    """The s with after = 2**s * before, for states with a number that is not zero; None if there is none."""
    shifts = set()
    for (m, q), (k, e) in zip(before, after, strict=True):
        if m != k or (not m and q != e):
            return None
        if m:
            shifts.add(e - q)
    return shifts.pop() if len(shifts) == 1 else None


def reach(format: Format, program: Program, degree: Sequence[int], registers: Sequence[Pair], shift: int) -> int | None:
    """How often one update may be repeated, its registers multiplied by 2**(shift * degree) each time.

    None where nothing bounds it. Lemma: an exact result v and its multiple 2**t * v are rounded to the same significand
    in every mode, if both rounded results are normal, above 2**emin and below the top binade: there the grid itself
    scales by 2**t, parity, ties and directions included. Zeros scale too when they are exact. So by induction over the
    instructions all registers scale, for as long as each of them stays inside. The bound is 0 when a register is
    subnormal, not finite, or a zero made by underflow. `program` has no powers (see `Program.lowered`).
    """
    least: int | None = None
    for i, (m, q) in enumerate(registers):
        per_round = shift * degree[i]
        if not m:
            if not _exact_zero(program, registers, i):
                return 0
            continue
        if not per_round:
            continue  # the same every time
        if m.bit_length() < format.precision or not format.qmin < q < format.qmax:
            return 0
        room = (format.qmax - 1 - q) // per_round if per_round > 0 else (q - format.qmin - 1) // -per_round
        least = room if least is None else min(least, room)
    return least


def _exact_zero(program: Program, registers: Sequence[Pair], i: int) -> bool:
    """Whether a register that is no nonzero number is a zero, and not made by an underflow."""
    if registers[i][1] not in (0, -1):
        return False
    if i < program.first_result:
        return True
    instruction = program.instructions[i - program.first_result]
    args = [registers[k] for k in instruction.operands]
    if instruction.operation == "mul":
        return any(not m for m, _ in args)
    if instruction.operation in ("div", "neg"):
        return not args[0][0]
    (m, q), (k, e) = args
    return (not m and not k) or (abs(m) == abs(k) and q == e)
