"""Whether a hyperplane separates two classes: an exact linear program, with a certificate for either answer."""

import time
from collections.abc import Sequence

from flint import fmpq, fmpz

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.errors import BudgetSpent

Row = list[fmpq]


def separating_direction(rows: Sequence[Sequence[fmpz]], budget: Budget = DEFAULT_BUDGET) -> Row | None:
    """A direction v with z.v >= 0 for all rows z, and z.v > 0 for one of them; None if there is none. Exact.

    By Stiemke's theorem there is none if and only if some positive multiples of the rows add up to zero, which is
    looked for by the first phase of the simplex method over the rationals; what proves that there are none is v.
    Raises `BudgetSpent` after `budget.seconds`. Source: Schrijver, *Theory of Linear and Integer Programming*, 7.8
    and 11.

    >>> separating_direction([[fmpz(1), fmpz(2)], [fmpz(-1), fmpz(1)]])
    [-1, 1]
    >>> separating_direction([[fmpz(1)], [fmpz(-2)]]) is None
    True
    """
    # Find t >= 0 with sum(t_i z_i) = -sum(z_i), so that 1 + t_i are the multiples: one equation for each column.
    d, m = len(rows[0]), len(rows)
    totals = [-sum((row[j] for row in rows), fmpz(0)) for j in range(d)]
    signs = [1 if total >= 0 else -1 for total in totals]
    tableau = [
        [*(fmpq(s * row[j]) for row in rows), *(fmpq(int(j == k)) for k in range(d)), fmpq(s * totals[j])]
        for j, s in enumerate(signs)
    ]
    # The row of costs: each artificial variable costs 1, and is in the basis.
    costs = [-sum((line[i] for line in tableau), fmpq(0)) for i in range(m)] + [fmpq(0)] * d
    costs.append(-sum((line[-1] for line in tableau), fmpq(0)))
    basis = list(range(m, m + d))
    _minimise(tableau, costs, basis, m, time.monotonic() + budget.seconds)
    if costs[-1] == 0:
        return None
    # Reduced costs of the artificial variables are 1 - y; then y.z <= 0 for all z, and y.(-sum z) > 0.
    direction = [(costs[m + j] - 1) * s for j, s in enumerate(signs)]
    values = [sum((z * v for z, v in zip(row, direction, strict=True)), fmpq(0)) for row in rows]
    assert min(values) >= 0
    assert max(values) > 0
    return direction


def _minimise(tableau: list[Row], costs: Row, basis: list[int], width: int, deadline: float) -> None:
    """Pivots until no cost is negative: the most negative first, and by Bland's rule, which ends, after many."""
    pivots = 0
    while True:
        candidates = [i for i in range(width) if costs[i] < 0]
        if not candidates:
            return
        enter = min(candidates, key=lambda i: costs[i]) if pivots < 10 * len(basis) else candidates[0]
        ratios = [(line[-1] / line[enter], basis[k], k) for k, line in enumerate(tableau) if line[enter] > 0]
        leave = min(ratios)[2]  # costs are bounded below by zero, so some entry is positive
        _pivot(tableau, costs, leave, enter)
        basis[leave] = enter
        pivots += 1
        if time.monotonic() > deadline:
            raise BudgetSpent(
                f"whether the classes can be separated is not decided after {pivots} steps of the simplex method: "
                "take fewer columns, or give Budget(seconds=...)"
            )


def _pivot(tableau: list[Row], costs: Row, leave: int, enter: int) -> None:
    pivot = tableau[leave][enter]
    line = tableau[leave] = [x / pivot for x in tableau[leave]]
    for other in (*(row for k, row in enumerate(tableau) if k != leave), costs):
        if (factor := other[enter]) != 0:
            other[:] = [x - factor * y if y != 0 else x for x, y in zip(other, line, strict=True)]
