"""Quadratic forms that fall under a linear map: found in balls, and exact from there on.

A form V with rate*V(y) - V(M y) >= 0 and V(y) >= least*|y|^2 proves that M**n tends to 0. It solves Stein's equation
rate*P - M^T P M = I, which has a positive definite solution exactly when the spectral radius of M squared is less
than the rate; the solution is rounded, and LDL^T shows what is left of both inequalities.
"""

from fractions import Fraction

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from infinitesimal.arithmetics.rationals import to_fmpq, to_fraction

Form = tuple[tuple[Fraction, tuple[Fraction, ...]], ...]
"""A sum of squares of linear forms, each with its weight."""

_SQUARINGS = 40
_BITS = 512
MAX_SIZE = 8


def ldl(matrix: fmpq_mat) -> Form | None:
    """A symmetric matrix as a sum of squares with weights >= 0, by LDL^T; None where it is not nonnegative definite.

    >>> ldl(fmpq_mat([[2, 1], [1, 3]]))
    ((Fraction(2, 1), (Fraction(1, 1), Fraction(1, 2))), (Fraction(5, 2), (Fraction(0, 1), Fraction(1, 1))))
    """
    n = matrix.nrows()
    rest = [[to_fraction(matrix[i, j]) for j in range(n)] for i in range(n)]
    found = []
    for k in range(n):
        pivot = rest[k][k]
        if pivot < 0 or (not pivot and any(rest[k])):
            return None
        if not pivot:
            continue
        form = tuple(rest[k][j] / pivot for j in range(n))
        found.append((pivot, form))
        for i in range(n):
            for j in range(n):
                rest[i][j] -= pivot * form[i] * form[j]
    return tuple(found)


def gram(form: Form, size: int) -> fmpq_mat:
    """The symmetric matrix of a sum of squares."""
    rows = fmpq_mat(size, size)
    for weight, linear in form:
        column = fmpq_mat(size, 1, [to_fmpq(a) for a in linear])
        rows += column * column.transpose() * to_fmpq(weight)
    return rows


def radius_squared(matrix: fmpq_mat) -> Fraction:
    """About the square of the spectral radius, from above: the norm of a very high power, with its root taken."""
    with ctx.workprec(_BITS):
        power, scale = arb_mat(matrix), arb(0)
        for _ in range(_SQUARINGS):
            power = power * power
            size = sum((abs(power[i, j]) for i in range(power.nrows()) for j in range(power.ncols())), arb(0)).mid()
            if not size > 0:
                return Fraction(0)
            power, scale = power / size, 2 * scale + size.log()
        found = (2 * scale / arb(2) ** _SQUARINGS).exp().upper()
        mantissa, exponent = (int(part) for part in found.man_exp())
        return Fraction(mantissa) * Fraction(2) ** exponent


def falling_form(matrix: fmpq_mat, rate: Fraction) -> Form | None:
    """A form that falls at least by `rate`, with coefficients rounded to few bits; None where none was found."""
    n = matrix.nrows()
    system, right = fmpq_mat(n * n, n * n), fmpq_mat(n * n, 1)
    for i in range(n):
        right[i * n + i, 0] = fmpq(1)
        for j in range(n):
            system[i * n + j, i * n + j] += to_fmpq(rate)
            for a in range(n):
                for b in range(n):
                    system[i * n + j, a * n + b] -= matrix[a, i] * matrix[b, j]
    try:
        solved = system.solve(right)
    except ZeroDivisionError:
        return None
    for bits in (8, 16, 32, 64, 128, 256):
        rounded = fmpq_mat(n, n)
        for i in range(n):
            for j in range(i, n):
                rounded[i, j] = rounded[j, i] = fmpq((solved[i * n + j, 0] * (1 << bits)).floor(), 1 << bits)
        form = ldl(rounded)
        if form is not None and len(form) == n and ldl(drop(matrix, rounded, rate)) is not None:
            return form
    return None


def drop(matrix: fmpq_mat, form: fmpq_mat, rate: Fraction) -> fmpq_mat:
    """rate*P - M^T P M."""
    return form * to_fmpq(rate) - matrix.transpose() * form * matrix


def least_value(form: fmpq_mat) -> Fraction:
    """A power of 2 that is at most the least eigenvalue of a positive definite form, as 1/trace(P^-1) is."""
    n = form.nrows()
    inverse = form.inv()
    bound = 1 / to_fraction(sum((inverse[i, i] for i in range(n)), fmpq(0)))
    found = Fraction(1)
    while found > bound:
        found /= 2
    while found * 2 <= bound:
        found *= 2
    return found
