"""Affine recurrences with constant coefficients: x(n) = A x(n-1) + b(n), b a polynomial in n.

Descents on quadratic losses have their maps from the Hessian. Other recurrences are recognised from the step
itself, by reading it as a rational function: a step may be written in any way, such as (x+1)**2 - x**2, and still be
affine.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import comb, inf
from typing import NamedTuple

from flint import fmpq, fmpq_mat, fmpz_mat

from infinitesimal.arithmetics.rational_functions import Quotient, RationalFunctions, split
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import InputError, Undefined
from infinitesimal.linear.iterations import iteration
from infinitesimal.linear.jumps import Allowance, TooManyBits, jump, scalar
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Process, Recurrence
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import fold, variables

__all__ = ["AffineForm", "AffineMap", "TooManyBits", "affine_form", "affine_map"]

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
    constant matrix carries it on. `watch` names the components that are looked at.
    """

    names: tuple[str, ...]
    matrix: fmpq_mat
    forcing: tuple[tuple[fmpq, ...], ...]
    start: tuple[fmpq, ...]
    watch: tuple[str, ...] = ()

    @property
    def dimension(self) -> int:
        return len(self.names)

    @cached_property
    def is_scalar(self) -> bool:
        """One component, with a constant forcing: x = r x + c."""
        return self.dimension == 1 and len(self.forcing[0]) == 1

    @cached_property
    def watched(self) -> tuple[int, ...]:
        """The positions of the components that are looked at; all of them where none is named."""
        return tuple(i for i, name in enumerate(self.names) if name in (self.watch or self.names))

    @cached_property
    def scalar_parts(self) -> tuple[fmpq, fmpq, fmpq]:
        """(r, x*, e) of one component with a multiplier r other than 1: its n-th value is x* + e r**n."""
        r = self.matrix[0, 0]
        fixed = self.forcing[0][0] / (1 - r)
        return r, fixed, self.start[0] - fixed

    def extended(self) -> fmpq_mat:
        """The constant matrix of the extended state (x, 1, t, ..., t**m)."""
        d, width = self.dimension, len(self.forcing[0])
        rows = [[*row, *[fmpq(0)] * width] for row in self.matrix.tolist()]
        rows += [[fmpq(0)] * (d + width) for _ in range(width)]
        for i in range(d):
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

    @cached_property
    def integers(self) -> tuple[fmpz_mat, int, fmpz_mat, int]:
        """(B, q, z, q0): the extended matrix is B/q and the extended start z/q0, all of integers."""
        matrix, q = self.extended().numer_denom()
        start, q0 = self.extended_start().numer_denom()
        return matrix, int(q), start, int(q0)

    def at(self, n: int, bits: float = inf, seconds: float = inf) -> tuple[fmpq, ...]:
        """The state after n updates by a jump: a power of the multiplier, or one of the engines of `jumps`.

        Raises `TooManyBits`, with the step that would cross them, before numbers of more than `bits` bits are made,
        and `BudgetSpent` before it takes much longer than `seconds`.
        """
        allowance = Allowance(bits, seconds)
        if self.is_scalar:
            return (scalar(self.matrix[0, 0], self.forcing[0][0], self.start[0], n, allowance),)
        matrix, q, start, q0 = self.integers
        if q != 1:
            allowance.check_power(q, n)
        column = jump(matrix, start, n, allowance)
        bottom = q**n * q0
        return tuple(fmpq(column[i, 0], bottom) for i in range(self.dimension))


_KEPT = "_affine_map"


def affine_map(process: Process) -> AffineMap | None:
    """The affine map of a process without parameters; None if it is not affine.

    That of a descent on a quadratic loss comes from its Hessian, and no term is built. Raises `InputError` where
    there is no start.
    """
    if not isinstance(process, Descent):
        return _recognised(process.recurrence)
    kept = vars(process)  # on the descent itself: it may be hit often, and hashing it is dear where data are large
    if _KEPT not in kept:
        kept[_KEPT] = _of_descent(process)
    found: AffineMap | None = kept[_KEPT]
    return found


def _of_descent(descent: Descent) -> AffineMap | None:
    given = dict(descent.start)
    if not given:
        names = ", ".join(descent.loss.names)
        raise InputError(f"the descent on {descent.loss} has no start: give each of {names} its first value")
    if any(variables(term) for term in given.values()):
        return None
    found = iteration(descent)
    if found is None:
        has_terms = getattr(descent.loss, "quadratic", None) is None
        return _recognised(descent.recurrence) if has_terms else None
    matrix, forcing = found
    point = [to_fmpq(constant(given[name])) for name in descent.loss.names]
    beyond = {"momentum": [fmpq(0)] * len(point), "nesterov": point}.get(descent.method, [])
    return AffineMap(
        descent.components,
        matrix,
        tuple((forcing[i, 0],) for i in range(len(descent.components))),
        (*point, *beyond),
        descent.loss.names,
    )


@lru_cache(maxsize=64)
def _recognised(recurrence: Recurrence) -> AffineMap | None:
    """The affine map read off the terms."""
    form = affine_form(recurrence)
    if form is None or form.parameters:
        return None
    start = recurrence.start_values()
    return AffineMap(
        form.names,
        fmpq_mat([[_number(c) for c in row] for row in form.matrix]),
        tuple(tuple(_number(c) for c in row) for row in form.forcing),
        tuple(to_fmpq(start[name]) for name in form.names),
        recurrence.watch,
    )


def _number(coefficient: Quotient) -> fmpq:
    """The value of a coefficient that has no variables."""
    terms = coefficient.top.to_dict()
    return next(iter(terms.values())) if terms else fmpq(0)
