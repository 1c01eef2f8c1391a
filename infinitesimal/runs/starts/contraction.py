"""Where the cycles of a rounded contraction can be: a box around its fixed point, by a norm that every step shrinks.

Let S(z) = A*z + b over the reals, with fixed point z*, and let the rounded step be off by at most
E_k(z) = sum_j e_kj*|z_j| + e_k0 in component k, which follows from the operations one by one. With the norm
|w| = sqrt(w'*P*w) and q < 1 such that q**2*P - A'*P*A is positive definite, the rounded step takes w = z - z* to a
vector of norm at most q*|w| + sum_k sqrt(P_kk)*E_k(z), and |w_j| <= sqrt(inverse(P)_jj)*|w|. So the norm is at most
g*|w| + d for numbers g and d, and the largest norm on a cycle is at most d/(1 - g). All of it is exact rational
arithmetic; only the choice of P is made in binary64. Source: Lyapunov's equation; Higham, Accuracy and Stability, 2.
"""

from fractions import Fraction
from math import exp, inf, isqrt, log

from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.runs.starts.affine_steps import NEAREST, Form, forms
from infinitesimal.runs.starts.box_certificate import IndexBox
from infinitesimal.runs.starts.ordinals import index_of
from infinitesimal.terms.program import Program

Matrix = list[list[Fraction]]
Proof = tuple[tuple[tuple[int, int], ...], ...]
"""The entries of P by rows, and then q, as numerators and denominators."""

_ITERATIONS, _SQUARINGS = 20_000, 24
_SHARES = (0.1, 0.25, 0.5, 0.75)
"""How far q lies from the spectral radius towards 1: candidates."""


def region(program: Program, machine: Floats, proof: Proof) -> IndexBox | None:
    """The box of indices outside of which no finite state is on a cycle, shown by P and q; None if they do not."""
    step = _forms(program, machine)
    if step is None or [len(row) for row in proof] != [len(step)] * len(step) + [1]:
        return None
    *rows, (rate,) = [[Fraction(*entry) for entry in row] for row in proof]
    count = len(step)
    a = [list(form.exact[:-1]) for form in step]
    symmetric = all(rows[i][j] == rows[j][i] for i in range(count) for j in range(count))
    shrunk = _product(_transposed(a), _product(rows, a))
    gap = [[rate**2 * rows[i][j] - shrunk[i][j] for j in range(count)] for i in range(count)]
    if not (symmetric and 0 < rate < 1 and _positive(rows) and _positive(gap)):
        return None
    identity = [[Fraction(i == j) for j in range(count)] for i in range(count)]
    centre = [
        row[0]
        for row in _solved(
            [[identity[i][j] - a[i][j] for j in range(count)] for i in range(count)], [[f.exact[-1]] for f in step]
        )
    ]
    inverse = _solved(rows, identity)
    unit = [_root(rows[k][k]) for k in range(count)]
    side = [_root(inverse[k][k]) for k in range(count)]
    growth, offset = rate, Fraction(0)
    for k, form in enumerate(step):
        offset += unit[k] * form.error[-1]
        for j in range(count):
            growth += unit[k] * form.error[j] * side[j]
            offset += unit[k] * form.error[j] * abs(centre[j])
    if growth >= 1:
        return None
    radius = offset / (1 - growth)
    ends = [(centre[k] - side[k] * radius, centre[k] + side[k] * radius) for k in range(count)]
    if any(max(abs(end) for end in pair) >= machine.format.largest for pair in ends):
        return None
    return tuple((_index(machine, low, Rounding.DOWN), _index(machine, high, Rounding.UP)) for low, high in ends)


def _forms(program: Program, machine: Floats) -> list[Form] | None:
    """The affine components of a step, where an overflow cannot be on a cycle of finite states.

    To nearest it goes to an infinity or NaN, and so does, for ever, all that is computed from it.
    """
    if machine.rounding not in NEAREST or machine.format.overflow == "saturate":
        return None
    read = {i for out in program.outputs for i in _inputs(program, out)}
    return forms(program, machine) if read >= set(range(len(program.outputs))) else None


def _inputs(program: Program, register: int) -> set[int]:
    """The components that a register is computed from: it is not finite where one of them is not."""
    if register < program.first_result:
        return {register} & set(range(len(program.outputs)))
    return {
        i
        for position in program.cone(register)
        for i in program.instructions[position].operands
        if i < len(program.outputs)
    }


def contraction(program: Program, machine: Floats) -> tuple[IndexBox, Proof] | None:
    """The smallest region found for a step that is an affine contraction, with its proof; None for any other step."""
    step = _forms(program, machine)
    if step is None:
        return None
    a = [[float(c) for c in form.exact[:-1]] for form in step]
    radius = _spectral_radius(a)
    best: tuple[IndexBox, Proof] | None = None
    for share in _SHARES if radius < 1 else ():
        proof = _candidate(a, radius + share * (1 - radius))
        found = None if proof is None else region(program, machine, proof)
        if found is not None and (best is None or _size(found) < _size(best[0])):
            assert proof is not None
            best = found, proof
    return best


def _spectral_radius(a: list[list[float]]) -> float:
    """About the greatest size of an eigenvalue: |A**m| ** (1/m) for a large m, by squaring; rather too large."""
    power, exponent, logarithm = a, 1, 0.0  # A**exponent is exp(logarithm) * power
    for _ in range(_SQUARINGS):
        power = [[sum(x * y for x, y in zip(r, c, strict=True)) for c in zip(*power, strict=True)] for r in power]
        size = max(abs(x) for row in power for x in row)
        exponent, logarithm = 2 * exponent, 2 * logarithm
        if not 0 < size < inf:
            return inf if size else 0.0
        logarithm, power = logarithm + log(size), [[x / size for x in row] for row in power]
    return exp(min(logarithm / exponent, 1.0))


def _candidate(a: list[list[float]], rate: float) -> Proof | None:
    """P with P = 1 + A'*P*A/rate**2, about; so rate**2*P - A'*P*A is about rate**2."""
    count = range(len(a))
    form = [[float(i == j) for j in count] for i in count]
    for _ in range(_ITERATIONS):
        half = [[sum(form[i][k] * a[k][j] for k in count) for j in count] for i in count]
        new = [[float(i == j) + sum(a[k][i] * half[k][j] for k in count) / rate**2 for j in count] for i in count]
        if not all(abs(x) < 1e30 for row in new for x in row):
            return None
        change = max(abs(new[i][j] - form[i][j]) / abs(new[i][j] or 1) for i in count for j in count)
        form = new
        if change < 1e-9:
            break
    entries = [[Fraction(round(form[max(i, j)][min(i, j)] * 2**20), 2**20) for j in count] for i in count]
    limit = Fraction(round(rate * 2**20) + 1, 2**20)
    return (*(tuple(x.as_integer_ratio() for x in row) for row in entries), (limit.as_integer_ratio(),))


def _size(box: IndexBox) -> int:
    product = 1
    for low, high in box:
        product *= high - low + 1
    return product


def _index(machine: Floats, value: Fraction, rounding: Rounding) -> int:
    return index_of(machine.format, floats(machine.format, rounding).const(value))


def _root(value: Fraction) -> Fraction:
    """A fraction not below the square root, to 64 bits."""
    scaled = (value.numerator << 128) // value.denominator + 1
    return Fraction(isqrt(scaled) + 1, 1 << 64)


def _transposed(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = _transposed(b)
    return [[sum((x * y for x, y in zip(row, c, strict=True)), Fraction(0)) for c in columns] for row in a]


def _positive(a: Matrix) -> bool:
    """Whether a symmetric matrix is positive definite: all pivots are positive."""
    rows = [list(row) for row in a]
    for k in range(len(rows)):
        if rows[k][k] <= 0:
            return False
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return True


def _solved(a: Matrix, b: Matrix) -> Matrix:
    """The solution of a*x = b; the matrices here are not singular."""
    rows, n = [[*x, *y] for x, y in zip(a, b, strict=True)], len(a)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k:
                factor = rows[i][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n:] for row in rows]
