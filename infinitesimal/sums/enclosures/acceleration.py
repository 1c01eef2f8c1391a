"""Sequence transformations: estimates of a limit from a few partial sums. They prove nothing.

Each takes exact partial sums and gives exact rationals, so that rounding never spoils the pattern.
Source: A. Sidi, Practical Extrapolation Methods (2003); D. Levin (1973); P. Wynn (1956).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial

from infinitesimal.errors import InputError

Values = list[Fraction]


@dataclass(frozen=True)
class Acceleration:
    """Estimates of a limit, the best guess last: exact transforms of partial sums, and no proof.

    Heuristic transforms also "sum" divergent series; an enclosure is what certifies a digit.
    """

    method: str
    estimates: tuple[Fraction, ...]
    note: str = "an estimate, not a proof: compare it with enclose"

    @property
    def best(self) -> Fraction:
        """The last estimate."""
        return self.estimates[-1]

    def __str__(self) -> str:
        return f"{self.method}: {float(self.best)!r} ({self.note})"

    __repr__ = __str__


def aitken(sums: Sequence[Fraction]) -> Values:
    """Aitken's delta-squared process, once over: s - (ds)**2/dds. Exact on c + a*r**n.

    >>> aitken([Fraction(1, 2), Fraction(3, 4), Fraction(7, 8)])
    [Fraction(1, 1)]
    """
    found = []
    for a, b, c in zip(sums, sums[1:], sums[2:], strict=False):
        bend = (c - b) - (b - a)
        found.append(c if bend == 0 else c - (c - b) ** 2 / bend)
    return found


def shanks(sums: Sequence[Fraction]) -> Values:
    """Shanks' transform of every order by Wynn's epsilon algorithm: the even columns' last entries.

    >>> shanks([Fraction(0), Fraction(1, 2), Fraction(3, 4)])
    [Fraction(3, 4), Fraction(1, 1)]
    """
    before, column = [Fraction(0)] * (len(sums) + 1), list(sums)
    found = [column[-1]]
    even = True
    while len(column) > 1:
        if any(a == b for a, b in pairwise(column)):
            return found
        following = [x + 1 / (b - a) for x, a, b in zip(before[1:], column, column[1:], strict=False)]
        before, column, even = column, following, not even
        if even:
            found.append(column[-1])
    return found


def richardson(sums: Sequence[Fraction]) -> Values:
    """Richardson's extrapolation of a rest in whole powers of 1/n, of every order up to the number given.

    sum_k (-1)**(m-k) k**m s_k / (k! (m-k)!) over k = 1..m removes 1/n, ..., 1/n**(m-1).

    >>> richardson([Fraction(0), Fraction(1, 2), Fraction(2, 3)])[-1]  # 1 - 1/n
    Fraction(1, 1)
    """
    found = []
    for m in range(1, len(sums) + 1):
        total = sum((Fraction((-1) ** (m - k) * comb(m, k) * k**m) * sums[k - 1] for k in range(1, m + 1)), Fraction(0))
        found.append(total / factorial(m))
    return found


def levin(sums: Sequence[Fraction]) -> Values:
    """Levin's u-transform, with the rest taken to be about n times the term.

    >>> float(levin([sum(Fraction((-1) ** k, k + 1) for k in range(m)) for m in range(1, 12)])[-1])  # log 2
    0.6931471805658503
    """
    found: Values = []
    for size in range(2, len(sums)):
        top = bottom = Fraction(0)
        for j in range(size):
            step = (j + 1) * (sums[j + 1] - sums[j])
            if step == 0:
                return found or list(sums[-1:])
            weight = Fraction((-1) ** j * comb(size - 1, j)) * Fraction(j + 1, size) ** (size - 2) / step
            top, bottom = top + weight * sums[j + 1], bottom + weight
        if bottom:
            found.append(top / bottom)
    return found or list(sums[-1:])


METHODS: dict[str, Callable[[Sequence[Fraction]], Values]] = {
    "aitken": aitken,
    "richardson": richardson,
    "shanks": shanks,
    "levin": levin,
}


def transformed(sums: Sequence[Fraction], method: str) -> Acceleration:
    """The estimates that `method` makes from partial sums. Raises `InputError` for another method."""
    if method not in METHODS:
        raise InputError(f"method {method!r} is none of {', '.join(METHODS)}")
    if len(sums) < 3:
        raise InputError(f"{len(sums)} partial sums are too few to extrapolate: give at least 3")
    return Acceleration(method, tuple(METHODS[method](sums)))
