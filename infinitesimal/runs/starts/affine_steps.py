"""Affine steps with the bounds of their rounding errors, exact; and where a component falls or rises by them.

For a component k the step over the reals is c*z + b, and the rounded one is off by at most e*|z| + e_0: what each
operation adds is at most a unit roundoff of its result, and less than the least number where that is subnormal. So on
a box of states z_k falls where the greatest value of c*z + b - z_k is less than minus the greatest error.
Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), 2.1 and 3.1.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.terms.program import Program

Array = Any

NEAREST = (Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY)


class Form(NamedTuple):
    """A register over the reals, as coefficients of the state and a constant, and the bound of its error, likewise."""

    exact: tuple[Fraction, ...]
    error: tuple[Fraction, ...]


def forms(program: Program, machine: Floats) -> list[Form] | None:
    """The components of an affine step with the bounds of their errors; None for any other step.

    The bounds hold where no operation overflows.
    """
    format, near = machine.format, machine.rounding in NEAREST
    count, zero = len(program.outputs), Fraction(0)
    unit = Fraction(1, 1 << format.precision - near)
    least = format.smallest / (2 if near and format.subnormals else 1)
    nothing = (zero,) * (count + 1)
    found = [Form(tuple(Fraction(i == j) for j in range(count + 1)), nothing) for i in range(count)]
    found.append(Form(nothing, nothing))  # the number of the step, which no step here reads
    for value in program.constants:
        pair = machine.const(value)
        if not format.is_finite(pair):
            return None
        found.append(Form((*nothing[1:], format.value(pair)), nothing))
    for operation, operands, _ in program.instructions:
        args = [found[i] for i in operands]
        if operation == "neg":
            found.append(_scaled(args[0], Fraction(-1)))
            continue
        form = _combined(operation, args)
        if form is None:
            return None
        # A sum of two numbers of the format that is subnormal is a number of the format.
        lost = zero if operation in ("add", "sub") and format.subnormals else least
        error = [e + unit * (abs(c) + e) for c, e in zip(form.exact, form.error, strict=True)]
        found.append(Form(form.exact, (*error[:-1], error[-1] + lost)))
    return [found[i] for i in program.outputs]


def _combined(operation: str, args: Sequence[Form]) -> Form | None:
    if operation in ("add", "sub"):
        second = args[1] if operation == "add" else _scaled(args[1], Fraction(-1))
        return Form(*(tuple(a + b for a, b in zip(*both, strict=True)) for both in zip(args[0], second, strict=True)))
    if operation == "mul":
        for factor, other in (args, args[::-1]):
            if not any((*factor.exact[:-1], *factor.error)):
                return _scaled(other, factor.exact[-1])
    if operation == "div" and args[1].exact[-1] and not any((*args[1].exact[:-1], *args[1].error)):
        return _scaled(args[0], 1 / args[1].exact[-1])
    return None


def _scaled(form: Form, factor: Fraction) -> Form:
    return Form(tuple(factor * c for c in form.exact), tuple(abs(factor) * e for e in form.error))


def exact_sign(form: Form, k: int, box: Sequence[tuple[Fraction, Fraction]]) -> int:
    """-1 where component k, which goes by `form`, falls on a whole box of values, 1 where it rises, 0 if not known."""
    low = high = form.exact[-1]
    error = form.error[-1]
    for j, (a, b) in enumerate(box):
        ends = [(form.exact[j] - (j == k)) * end for end in (a, b)]
        low, high = low + min(ends), high + max(ends)
        error += form.error[j] * max(abs(a), abs(b))
    return -1 if high < -error else 1 if low > error else 0


def signs(form: Form, k: int, box: Sequence[tuple[Array, Array]]) -> Array:
    """`exact_sign` on arrays, in binary64 with every end moved outward by one float."""
    low, high = _float_ends(form.exact[-1])
    error = _float_ends(form.error[-1])[1]
    with np.errstate(all="ignore"):
        for j, (a, b) in enumerate(box):
            ends = [c * end for c in _float_ends(form.exact[j] - (j == k)) for end in (a, b)]
            low = _down(low + _down(np.minimum.reduce(ends)))
            high = _up(high + _up(np.maximum.reduce(ends)))
            size = np.maximum(np.abs(a), np.abs(b))
            error = _up(error + _up(_float_ends(form.error[j])[1] * size))
        return np.where(high < -error, -1, np.where(low > error, 1, 0))


def _float_ends(value: Fraction) -> tuple[float, float]:
    """Floats around a fraction, no larger than the inverse of the least."""
    near = float(value)
    return (near, near) if near == value else (float(np.nextafter(near, -np.inf)), float(np.nextafter(near, np.inf)))


def _down(x: Array) -> Array:
    return np.nextafter(x, -np.inf)


def _up(x: Array) -> Array:
    return np.nextafter(x, np.inf)
