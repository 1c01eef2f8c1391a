"""Nested sums over n1 > n2 > ... and iterated integrals: two ways to write multiple zeta values, and two products.

The index (s1, ..., sk) of integers stands for the sum of sign(s1)**n1/n1**|s1| ... sign(sk)**nk/nk**|sk| over
n1 > ... > nk >= 1; its word is the same number as an iterated integral in dt/t, dt/(1-t), dt/(-1-t). Sums are
multiplied by the stuffle product, integrals by the shuffle product.
Sources: Hoffman, "The algebra of multiple harmonic series" (1997), "Quasi-shuffle products" (2000).
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from flint import fmpq

Index = tuple[int, ...]

Word = tuple[int, ...]
"""The poles 0, 1, -1 of an iterated integral, the outermost first: 0 stands for dt/t, a for dt/(a - t)."""

Combination = dict[Index, fmpq]


def weight(index: Index) -> int:
    """The sum of the moduli."""
    return sum(map(abs, index))


def converges(index: Index) -> bool:
    """Whether the outermost sum is not that of 1/n."""
    return not index or index[0] != 1


def stuffle(u: Index, v: Index) -> Combination:
    """The product of two nested sums: the outer indices apart, or equal.

    >>> stuffle((2,), (-3,))
    {(2, -3): 1, (-3, 2): 1, (-5,): 1}
    """
    if not u or not v:
        return {u or v: fmpq(1)}
    found: Combination = defaultdict(fmpq)
    together = (abs(u[0]) + abs(v[0])) * (1 if (u[0] > 0) == (v[0] > 0) else -1)
    for head, rest in ((u[0], (u[1:], v)), (v[0], (u, v[1:])), (together, (u[1:], v[1:]))):
        for tail, c in stuffle(*rest).items():
            found[(head, *tail)] += c
    return dict(found)


def shuffle(u: Word, v: Word) -> Combination:
    """The product of two iterated integrals: every order of the letters that keeps the order in each word."""
    if not u or not v:
        return {u or v: fmpq(1)}
    found: Combination = defaultdict(fmpq)
    for head, rest in ((u[0], (u[1:], v)), (v[0], (u, v[1:]))):
        for tail, c in shuffle(*rest).items():
            found[(head, *tail)] += c
    return dict(found)


def word(index: Index) -> Word:
    """The iterated integral of an index: the poles are the products of the signs so far.

    >>> word((-2, 1, -1))
    (0, -1, -1, 1)
    """
    letters: list[int] = []
    pole = 1
    for s in index:
        pole *= 1 if s > 0 else -1
        letters += [*[0] * (abs(s) - 1), pole]
    return tuple(letters)


def index_of(letters: Word) -> Index:
    """The index of a word that does not end in 0."""
    found, zeros, pole = [], 0, 1
    for letter in letters:
        if letter == 0:
            zeros += 1
        else:
            found.append((zeros + 1) * letter * pole)
            zeros, pole = 0, letter
    return tuple(found)


def at_one_half(index: Index) -> Combination:
    """The sum of 2**-n1/n1**s1 ... for an index without signs, n1 the outermost: t = u/(1 + u) in the integral.

    dt/t = du/u - du/(1+u) and dt/(1-t) = du/(1+u), and t = 1/2 is u = 1.
    """
    found: Combination = defaultdict(fmpq)
    for letters in product(*(((0, -1) if letter == 0 else (-1,)) for letter in word(index))):
        found[index_of(letters)] += (-1) ** len(index)
    return dict(found)


def regularised(index: Index) -> dict[int, Combination]:
    """The sum cut off at N, without what vanishes for N -> oo, by powers of the harmonic number H_N.

    For leading ones by the stuffle product with (1): H_N times the rest contains the index as often as it has ones.
    Only indices that start with 1 and have no sign there are divergent.

    >>> regularised((1, 1))
    {2: {(): 1/2}, 0: {(2,): -1/2}}
    """
    if converges(index):
        return {0: {index: fmpq(1)}}
    products = stuffle((1,), index[1:])
    count = products.pop(index)
    found: dict[int, Combination] = defaultdict(lambda: defaultdict(fmpq))
    for power, combination in regularised(index[1:]).items():
        add(found[power + 1], combination, 1 / count)
    for other, c in products.items():
        for power, combination in regularised(other).items():
            add(found[power], combination, -c / count)
    without_zeros = {power: {i: c for i, c in part.items() if c} for power, part in found.items()}
    return {power: part for power, part in without_zeros.items() if part}


def add(total: Combination, combination: Combination, factor: fmpq) -> None:
    """Adds a multiple of a combination to the total."""
    for index, c in combination.items():
        total[index] = total.get(index, fmpq(0)) + factor * c


def shuffled(u: Index, v: Index) -> Combination:
    """The product of two indices as iterated integrals."""
    found: Combination = defaultdict(fmpq)
    for letters, c in shuffle(word(u), word(v)).items():
        found[index_of(letters)] += c
    return dict(found)


def difference(a: Combination, b: Combination) -> Combination:
    """The first combination less the second."""
    found: Combination = defaultdict(fmpq, a)
    add(found, b, fmpq(-1))
    return {index: c for index, c in found.items() if c}


def harmonic_product(orders: Iterable[int]) -> Combination:
    """The product of harmonic numbers H_n of these orders as nested sums with n >= n1 > n2 > ..."""
    found: Combination = {(): fmpq(1)}
    for p in orders:
        following: Combination = defaultdict(fmpq)
        for index, c in found.items():
            add(following, stuffle(index, (p,)), c)
        found = dict(following)
    return found


def euler_sum(orders: tuple[int, ...], s: int, sign: int = 1) -> Combination:
    """The sum of sign**n/n**s times harmonic numbers H_n of these orders, as indices; n1 < n or n1 = n.

    >>> euler_sum((1,), 2)
    {(2, 1): 1, (3,): 1}
    """
    found: Combination = defaultdict(fmpq)
    for index, c in harmonic_product(orders).items():
        found[(sign * s, *index)] += c
        if index:
            found[(sign * (s + index[0]), *index[1:])] += c
    return dict(found)
