"""The n-th state of an affine process in balls: rigorous at any n, and as narrow as is asked for.

One component by one power of the multiplier; several by repeated squaring of the matrix, each power applied to the
state at once. The cost grows with log n and the digits, not with the digits of the exact value.
Source: Johansson, *Arb: efficient arbitrary-precision midpoint-radius interval arithmetic*, IEEE TC 66, 2017.
"""

import time
from collections.abc import Iterator
from math import inf

from flint import arb, arb_mat, fmpz

from infinitesimal.errors import BudgetSpent
from infinitesimal.linear.affine import AffineMap

MOST_BITS = 1 << 22
"""The highest precision that is tried."""


def state_balls(mapping: AffineMap, n: int, seconds: float = inf) -> list[arb]:
    """Every component after n updates, at the working precision. Raises `BudgetSpent` after so many seconds."""
    deadline = time.monotonic() + seconds
    if mapping.is_scalar:
        return [_scalar_ball(mapping, n)]
    column = arb_mat(mapping.extended_start())
    base, rest = arb_mat(mapping.extended()), n
    while rest:
        if rest & 1:
            column = base * column
        rest >>= 1
        if rest:
            base = base * base
            if time.monotonic() > deadline:
                raise BudgetSpent(
                    f"the state of {mapping.dimension} components after {n} updates takes more than {seconds} seconds: "
                    "give Budget(seconds=...)"
                )
    return [column[i, 0] for i in range(mapping.dimension)]


def _scalar_ball(mapping: AffineMap, n: int) -> arb:
    if mapping.matrix[0, 0] == 1:
        return arb(mapping.start[0] + n * mapping.forcing[0][0])
    r, fixed, error = mapping.scalar_parts
    return fixed + error * arb(r) ** fmpz(n)


def precisions(n: int, bits: int, seconds: float) -> Iterator[int]:
    """Rising precisions for a state after n updates with about `bits` good bits: a power loses about log2(n) of them.

    Raises `BudgetSpent` when the time or the precision are spent.
    """
    deadline = time.monotonic() + seconds
    bits += n.bit_length() + 24
    while bits <= MOST_BITS and time.monotonic() <= deadline:
        yield bits
        bits *= 2
    raise BudgetSpent(
        f"the value after {n} updates is not known well enough at {bits // 2} bits of precision: "
        "ask for fewer digits, or give Budget(seconds=...)"
    )
