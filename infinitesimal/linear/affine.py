"""Affine recurrences with constant coefficients: x(n) = A x(n-1) + b(n), b a polynomial in n.

They are recognised from the step itself, by reading it as a rational function: a step may be
written in any way, such as (x+1)**2 - x**2, and still be affine.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb, inf, log2
from typing import NamedTuple

from flint import fmpq, fmpq_mat, fmpz_mat

from infinitesimal.arithmetics.rational_functions import Quotient, RationalFunctions, split
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import InfinitesimalError, Undefined
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import fold

Coefficients = tuple[tuple[Quotient, ...], ...]


class AffineForm(NamedTuple):
    """The coefficients of an affine recurrence as rational functions of its parameters.

    `matrix[i][j]` multiplies component j in the update of component i; `forcing[i][k]` multiplies
    n**k, with n the number of the update. `divisors` are what the terms divide by, as written: the
    process has no values where one of them is zero.
    """

    names: tuple[str, ...]
    parameters: tuple[str, ...]
    matrix: Coefficients
    forcing: Coefficients
    start: tuple[Quotient, ...]
    divisors: tuple[Quotient, ...]


@lru_cache(maxsize=256)
def affine_form(recurrence: Recurrence) -> AffineForm | None:
    """The affine form of a recurrence; None if it has none, or is too large to be looked at."""
    names = recurrence.names
    functions = RationalFunctions((*names, STEP_NUMBER, *recurrence.parameters), recurrence.parameters)
    matrix, forcing = [], []
    for _, term in recurrence.step:
        try:
            whole = fold(term, functions, functions.variable)
        except (NotPolynomial, Undefined):  # what divides by zero has no values, so no form
            return None
        row = _affine_row(whole, functions, names)
        if row is None:
            return None
        matrix.append(row[0])
        forcing.append(row[1])
    width = max(len(row) for row in forcing)
    zero = functions.const(Fraction(0))
    padded = tuple(row + (zero,) * (width - len(row)) for row in forcing)
    start = tuple(fold(term, functions, functions.variable) for _, term in recurrence.start)
    return AffineForm(names, recurrence.parameters, tuple(matrix), padded, start, tuple(functions.divisors))


def _affine_row(
    whole: Quotient, functions: RationalFunctions, names: tuple[str, ...]
) -> tuple[tuple[Quotient, ...], tuple[Quotient, ...]] | None:
    parts = split(whole, functions.names, (*names, STEP_NUMBER))
    zero = functions.const(Fraction(0))
    row, forcing = [zero] * len(names), [zero]
    for exponents, coefficient in parts.items():
        *state, number = exponents
        if sum(state) > 1 or (sum(state) == 1 and number):
            return None
        if sum(state) == 1:
            row[state.index(1)] = coefficient
        else:
            forcing.extend([zero] * (number + 1 - len(forcing)))
            forcing[number] = coefficient
    return tuple(row), tuple(forcing)


@dataclass(frozen=True, eq=False)
class AffineMap:
    """An affine recurrence in numbers, with its start.

    The state is extended by 1, t, ..., t**m, with t the number of updates done, so that one
    constant matrix carries it on.
    """

    names: tuple[str, ...]
    matrix: fmpq_mat
    forcing: tuple[tuple[fmpq, ...], ...]
    start: tuple[fmpq, ...]

    @property
    def dimension(self) -> int:
        return len(self.names)

    @property
    def is_scalar(self) -> bool:
        """One component, with a constant forcing: x = r x + c."""
        return self.dimension == 1 and len(self.forcing[0]) == 1

    def extended(self) -> fmpq_mat:
        """The constant matrix of the extended state (x, 1, t, ..., t**m)."""
        d, width = self.dimension, len(self.forcing[0])
        rows = [[fmpq(0)] * (d + width) for _ in range(d + width)]
        for i in range(d):
            for j in range(d):
                rows[i][j] = self.matrix[i, j]
            for k, b in enumerate(self.forcing[i]):  # b*(t + 1)**k
                for j in range(k + 1):
                    rows[i][d + j] += b * comb(k, j)
        for k in range(width):
            for j in range(k + 1):
                rows[d + k][d + j] = fmpq(comb(k, j))
        return fmpq_mat(rows)

    def extended_start(self) -> fmpq_mat:
        width = len(self.forcing[0])
        return fmpq_mat([[x] for x in self.start] + [[fmpq(int(k == 0))] for k in range(width)])

    def at(self, n: int, bits: float = inf) -> tuple[fmpq, ...]:
        """The state after n updates, by a power: of the multiplier, or of an integer matrix.

        Raises `TooManyBits`, with the step that would cross them, before numbers of more than
        `bits` bits are made.
        """
        if self.is_scalar:
            return (self._scalar_at(n, bits),)
        integers, q = self.extended().numer_denom()
        start, q0 = self.extended_start().numer_denom()
        if q != 1:
            _check_power(int(q), n, bits)
        column = _power(integers, n, bits) * start
        bottom = q**n * q0
        return tuple(fmpq(column[i, 0], bottom) for i in range(self.dimension))

    def _scalar_at(self, n: int, bits: float) -> fmpq:
        r, c, x = self.matrix[0, 0], self.forcing[0][0], self.start[0]
        if r == 1:
            return x + n * c
        _check_power(max(abs(int(r.p)), int(r.q)), n, bits)
        rest = c / (1 - r)
        return rest + (x - rest) * r**n


class TooManyBits(InfinitesimalError):
    """A power would have more bits than allowed; `step` is the first that would, `bits` how many."""

    def __init__(self, step: int, bits: float) -> None:
        super().__init__(f"step {step} needs {bits:.3g} bits")
        self.step, self.bits = step, bits


def _check_power(base: int, n: int, bits: float) -> None:
    """Raises `TooManyBits` if base**n has more than `bits` bits, up to rounding of the logarithm."""
    each = log2(base) if base > 1 else 0.0
    if n * each > bits:
        step = int(bits / each) + 1
        raise TooManyBits(step, step * each)


def _power(matrix: fmpz_mat, n: int, bits: float) -> fmpz_mat:
    """matrix**n by repeated squaring, as long as its entries stay within `bits`."""
    result: fmpz_mat | None = None
    base, covered, rest = matrix, 1, n
    while rest:
        if rest & 1:
            result = base if result is None else result * base
        rest >>= 1
        if rest:
            height = max(entry.height_bits() for entry in base.entries())
            if 2 * height > bits and 2 * height > 64:
                step = int(bits / height * covered) + 1
                raise TooManyBits(step, step * height / covered)
            base, covered = base * base, 2 * covered
    if result is None:
        return matrix**0
    return result


@lru_cache(maxsize=64)
def affine_map(recurrence: Recurrence) -> AffineMap | None:
    """The affine map of a recurrence without parameters; None if it is not affine."""
    form = affine_form(recurrence)
    if form is None or form.parameters:
        return None
    start = recurrence.start_values()
    return AffineMap(
        form.names,
        fmpq_mat([[_number(c) for c in row] for row in form.matrix]),
        tuple(tuple(_number(c) for c in row) for row in form.forcing),
        tuple(fmpq(start[name].numerator, start[name].denominator) for name in form.names),
    )


def _number(coefficient: Quotient) -> fmpq:
    """The value of a coefficient that has no variables."""
    terms = coefficient.top.to_dict()
    return next(iter(terms.values())) if terms else fmpq(0)
