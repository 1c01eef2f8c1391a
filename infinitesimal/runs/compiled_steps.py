"""Steps compiled by numba: one update of one variable in one arithmetic, with the bits of the soft core.

binary64 and binary32 under nearest-even are the processor's own. Every other format that `arrays` has, in any
rounding, is computed in binary64 and rounded by the formulas of `array_rounding`, here for one number at a time; the
theorem is stated in `arrays`. numba contracts no product and sum into one operation and reorders nothing unless it
is told to ("fastmath"), so an operation written is an operation made.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from infinitesimal.arithmetics.floating.arrays import arrays
from infinitesimal.arithmetics.floating.format import binary32, binary64
from infinitesimal.arithmetics.floating.native import float_of_pair
from infinitesimal.arithmetics.floating.rounding import Rounding, overflows_to_largest
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.errors import InputError, MissingExtra
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.terms.program import source
from infinitesimal.terms.term import OPERATIONS

NATIVE = {"add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-"}
OPTIONS = {"nogil": True, "error_model": "numpy", "boundscheck": False}


def numba() -> Any:
    """The module numba; raises `MissingExtra` without it."""
    try:
        import numba as module
    except ImportError:
        raise MissingExtra(
            "walking through all starts of so large a format takes compiled code: pip install 'infinitesimal[fast]'"
        ) from None
    return module


def has_numba() -> bool:
    """Whether numba is installed; it is not imported for that."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def is_native(machine: Floats) -> bool:
    """Whether the processor itself has the arithmetic."""
    return machine.rounding is Rounding.NEAREST_EVEN and machine.format in (binary32, binary64)


def refuse_functions(recurrence: Recurrence) -> None:
    """Raises `InputError` for a step with functions, which compiled code does not have correctly rounded."""
    used = {i.operation for i in recurrence.program.instructions} - set(OPERATIONS)
    if used:
        raise InputError(f"the step uses {', '.join(sorted(used))}: compiled code has + - * / and powers only")


def step_scope(recurrence: Recurrence, machine: Floats) -> dict[str, Any]:
    """What the source of a step refers to: its constants, rounded, and the operations that are not infix."""
    kind = np.float32 if machine.format == binary32 and is_native(machine) else np.float64
    constants = recurrence.program.lowered().constants
    scope = {f"c{i}": kind(float_of_pair(machine.const(value))) for i, value in enumerate(constants)}
    return scope if is_native(machine) else scope | _operations(machine)


def step_source(
    recurrence: Recurrence, machine: Floats, names: Sequence[str], indent: str, number: str = "n"
) -> tuple[list[str], list[str]]:
    """Lines that make the step from variables called `names` and `number`, and the expressions of the new state."""
    infix = NATIVE if is_native(machine) else {"neg": "-"}
    return source(recurrence.program.lowered(), [*names, number], infix, indent)


def compiled(name: str, text: str, scope: dict[str, Any]) -> Any:
    """The function called `name` in a generated text, compiled when it is first called. No text of a user is in it."""
    known = dict(scope)
    exec(compile(text, f"<generated {name}>", "exec"), known)
    return numba().njit(**OPTIONS)(known[name])


@lru_cache(maxsize=32)
def _operations(machine: Floats) -> dict[str, Any]:
    """add, sub, mul and div on binary64 numbers that hold values of the format."""
    arrays(machine)  # raises for what binary64 cannot hold
    jit = numba().njit(**OPTIONS)
    format, rounding = machine.format, machine.rounding
    round = jit(_rounding(machine, jit))
    down, nearest = rounding is Rounding.DOWN, rounding is Rounding.NEAREST_EVEN
    plain_division = format.overflow == "infinity"
    policy = float(format.largest) if format.overflow == "saturate" else np.nan

    def add(a, b):  # type: ignore[no-untyped-def]
        s = a + b
        if nearest:
            return round(s)
        part = s - a
        error = (a - (s - part)) + (b - part)
        bits = np.float64(s).view(np.int64)
        if (error > 0 or error < 0) and bits & 1 == 0:
            s = np.int64(bits + (1 if (error > 0) == (s > 0) else -1)).view(np.float64)
        if down and s == 0 and (np.signbit(a) or np.signbit(b)):
            s = -0.0
        return round(s)

    compiled_add = jit(add)

    def sub(a, b):  # type: ignore[no-untyped-def]
        return compiled_add(a, -b)

    def mul(a, b):  # type: ignore[no-untyped-def]
        return round(a * b)

    def div(a, b):  # type: ignore[no-untyped-def]
        quotient = a / b
        if not plain_division and np.isinf(quotient) and not np.isinf(a):
            quotient = np.copysign(policy, quotient)
        return round(quotient)

    return {"add": compiled_add, "sub": jit(sub), "mul": jit(mul), "div": jit(div)}


def _rounding(machine: Floats, jit: Any) -> Callable[[Any], Any]:
    """The rounding of one binary64 number into the format: `array_rounding.rounder`, for scalars."""
    format, rounding = machine.format, machine.rounding
    least = format.emin if format.subnormals else format.emin - 2
    low, high = least + 1023 << 52, format.emax + 1 + 1023 << 52
    drop, magic, exponent = format.precision - 1 << 52, 1.5 * 2.0**52, 0x7FF << 52
    gradual, smallest, largest = format.subnormals, 2.0**format.emin, float(format.largest)
    policy = {"infinity": np.inf, "saturate": largest, "nan": np.nan}[format.overflow]
    above, below = (largest if overflows_to_largest(rounding, negative) else policy for negative in (False, True))
    adjust = jit(_ADJUSTMENTS[rounding])

    def round(x):  # type: ignore[no-untyped-def]
        field: Any = np.float64(x).view(np.int64) & exponent
        field = low if field < low else high if field > high else field
        quantum = np.int64(field - drop).view(np.float64)
        shift = quantum * magic
        shifted = x + shift
        nearest = adjust(x, shifted - shift, quantum, shifted)
        if not gradual and abs(nearest) < smallest:
            nearest = 0.0
        nearest = np.copysign(nearest, x)
        if abs(nearest) > largest and abs(x) < np.inf:
            return above if x > 0 else -below
        return nearest

    return round


def _nearest_even(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    return nearest


def _nearest_away(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    left = abs(x) - abs(nearest)
    return nearest + np.copysign(quantum, x) if left + left == quantum else nearest


def _toward_zero(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    return nearest - np.copysign(quantum, x) if abs(nearest) > abs(x) else nearest


def _away(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    return nearest + np.copysign(quantum, x) if abs(nearest) < abs(x) else nearest


def _down(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    return nearest - quantum if nearest > x else nearest


def _up(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    return nearest + quantum if nearest < x else nearest


def _odd(x, nearest, quantum, shifted):  # type: ignore[no-untyped-def]
    if nearest != x and np.float64(shifted).view(np.int64) & 1 == 0:
        return nearest + quantum if x > nearest else nearest - quantum
    return nearest


_ADJUSTMENTS: dict[Rounding, Callable[..., Any]] = {
    Rounding.NEAREST_EVEN: _nearest_even,
    Rounding.NEAREST_AWAY: _nearest_away,
    Rounding.TOWARD_ZERO: _toward_zero,
    Rounding.AWAY: _away,
    Rounding.DOWN: _down,
    Rounding.UP: _up,
    Rounding.ODD: _odd,
}
