"""Multiple zeta values with signs, reduced to a few constants by the double shuffle relations.

Two nested sums are multiplied in two ways, as sums and as iterated integrals (`nested_sums`). That both give the same,
and that sums over even indices are half of those over all signs (doubling), are linear equations over the rationals;
they are solved exactly, so every value is proved. Sources: Ihara, Kaneko, Zagier, "Derivation and double shuffle
relations" (2006); Bluemlein, Broadhurst, Vermaseren, "The multiple zeta value data mine" (2010).
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement, product

import sympy
from flint import fmpq, fmpq_mat
from sympy import Rational, log, pi, polylog, zeta

from infinitesimal.sums.infinite.nested_sums import (
    Combination,
    Index,
    at_one_half,
    converges,
    difference,
    shuffled,
    stuffle,
    weight,
)

Monomial = tuple[int, ...]
"""The numbers of the constants of `_CONSTANTS` in a product, in order."""

Value = dict[Monomial, fmpq]
"""A number as a combination of products of constants."""

MAX_WEIGHT = 9
MAX_WEIGHT_WITH_SIGNS = 6
"""The constants of `_CONSTANTS` are enough but at the weights 8, and 6 with signs: there some indices have no value."""

_CONSTANTS: tuple[tuple[int, sympy.Expr, bool], ...] = (
    (1, log(2), True),
    (2, pi**2, False),
    (3, zeta(3), False),
    (4, polylog(4, Rational(1, 2)), True),
    (5, zeta(5), False),
    (5, polylog(5, Rational(1, 2)), True),
    (6, polylog(6, Rational(1, 2)), True),
    (7, zeta(7), False),
    (9, zeta(9), False),
)
"""Weight, constant, and whether only sums with signs need it."""


def evaluate(combination: Combination) -> sympy.Expr | None:
    """The value of a combination of convergent indices; None where a weight is too high.

    >>> evaluate({(-2, 1): fmpq(1)})
    zeta(3)/8
    """
    total: Value = defaultdict(fmpq)
    for index, c in combination.items():
        value = reduced(index)
        if value is None:
            return None
        for monomial, d in value.items():
            total[monomial] += c * d
    return sympy.Add(
        *(Rational(int(c.p), int(c.q)) * sympy.Mul(*(_CONSTANTS[i][1] for i in m)) for m, c in total.items() if c)
    )


def reduced(index: Index) -> Value | None:
    """A convergent index in the constants, or None where that is out of reach.

    >>> reduced((2, 1))
    {(2,): 1}
    """
    if not index:
        return {(): fmpq(1)}
    if not converges(index):
        raise ValueError(f"the sum of index {index} diverges")
    signs = any(s < 0 for s in index)
    if weight(index) > (MAX_WEIGHT_WITH_SIGNS if signs else MAX_WEIGHT):
        return None
    return _table(weight(index), signs).get(index)


# The linear system


@cache
def _table(size: int, signs: bool) -> dict[Index, Value]:
    """The values of all convergent indices of a weight that the relations determine."""
    indices = [index for index in _indices(size, signs) if converges(index)]
    monomials = list(_monomials(size, signs))
    place: dict[Index | tuple[str, Monomial], int] = {index: i for i, index in enumerate(indices)}
    place |= {("constant", m): len(indices) + i for i, m in enumerate(monomials)}
    rows: list[list[fmpq]] = []
    for combination, value in _relations(size, signs):
        row = [fmpq(0)] * len(place)
        for index, c in combination.items():
            if c:
                row[place[index]] += c
        for monomial, c in value.items():
            row[place["constant", monomial]] -= c
        if any(row):
            rows.append(row)
    if not rows:
        return {}
    solved, rank = fmpq_mat(rows).rref()
    found: dict[Index, Value] = {}
    for i in range(rank):
        row = [solved[i, j] for j in range(len(place))]
        first = next(j for j, c in enumerate(row) if c)
        if first < len(indices) and not any(row[first + 1 : len(indices)]):
            found[indices[first]] = {m: -c for m, c in zip(monomials, row[len(indices) :], strict=True) if c}
    return found


def _indices(size: int, signs: bool) -> Iterator[Index]:
    """All indices of a weight."""
    if size == 0:
        yield ()
    for first in range(1, size + 1):
        for rest in _indices(size - first, signs):
            yield (first, *rest)
            if signs:
                yield (-first, *rest)


def _monomials(size: int, signs: bool) -> Iterator[Monomial]:
    allowed = [i for i, (_, _, needs_signs) in enumerate(_CONSTANTS) if signs or not needs_signs]
    for count in range(1, size + 1):
        for choice in combinations_with_replacement(allowed, count):
            if sum(_CONSTANTS[i][0] for i in choice) == size:
                yield choice


def _relations(size: int, signs: bool) -> Iterator[tuple[Combination, Value]]:
    """Equations between indices of a weight and constants: the combination is the value."""
    yield from _definitions(size, signs)
    for k in range(1, size // 2 + 1):
        for (u, first), (v, second) in product(_table(k, signs).items(), _table(size - k, signs).items()):
            value = _product(first, second)
            yield stuffle(u, v), value
            yield shuffled(u, v), value
    for v in _indices(size - 1, signs):
        if v and converges(v):
            yield difference(stuffle((1,), v), shuffled((1,), v)), {}
    if signs:
        for index in _indices(size, signs=False):
            if converges(index):
                yield _doubled(index), {}


def _definitions(size: int, signs: bool) -> Iterator[tuple[Combination, Value]]:
    """What the constants are: log 2, zeta values, polylogarithms at 1/2."""
    for i, (own, constant, needs_signs) in enumerate(_CONSTANTS):
        if own != size or (needs_signs and not signs):
            continue
        if size == 1:
            yield {(-1,): fmpq(1)}, {(i,): fmpq(-1)}
        elif size == 2:
            yield {(2,): fmpq(6)}, {(i,): fmpq(1)}
        elif isinstance(constant, polylog):
            yield at_one_half((size,)), {(i,): fmpq(1)}
        else:
            yield {(size,): fmpq(1)}, {(i,): fmpq(1)}


def _doubled(index: Index) -> Combination:
    """The sum over all signs is 2**depth times the sum over even n, which is 2**-weight times the index itself."""
    found: Combination = defaultdict(fmpq)
    for chosen in product((1, -1), repeat=len(index)):
        found[tuple(s * sign for s, sign in zip(index, chosen, strict=True))] += 1
    found[index] -= fmpq(2) ** (len(index) - weight(index))
    return dict(found)


def _product(a: Value, b: Value) -> Value:
    found: Value = defaultdict(fmpq)
    for (m, c), (k, d) in product(a.items(), b.items()):
        found[tuple(sorted((*m, *k)))] += c * d
    return dict(found)
