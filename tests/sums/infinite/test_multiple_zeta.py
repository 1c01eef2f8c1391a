"""Multiple zeta values against relations that are not among those solved, and against sums of harmonic numbers."""

from collections import defaultdict
from itertools import product

import pytest
import sympy
from flint import arb, ctx, fmpq
from mpmath import mp

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.multiple_zeta import Value, evaluate, reduced
from infinitesimal.sums.infinite.nested_sums import (
    Index,
    at_one_half,
    converges,
    euler_sum,
    index_of,
    regularised,
    weight,
    word,
)
from infinitesimal.sums.summands.evaluation import real_ball
from infinitesimal.sums.summands.summand import Summand
from tests.sums.closed_form_checks import meets_enclosure


def indices(size: int, signs: bool) -> list[Index]:
    """All indices of a weight whose sum converges."""
    found: list[Index] = [()]
    layers: dict[int, list[Index]] = {0: found}
    for total in range(1, size + 1):
        layers[total] = [
            (sign * first, *rest)
            for first in range(1, total + 1)
            for sign in ((1, -1) if signs else (1,))
            for rest in layers[total - first]
        ]
    return [index for index in layers[size] if converges(index)]


def value_of(combination: dict[Index, fmpq]) -> dict[tuple[int, ...], fmpq]:
    """The value in the constants, without vanishing parts."""
    total: Value = defaultdict(fmpq)
    for index, c in combination.items():
        known = reduced(index)
        assert known is not None, index
        for monomial, d in known.items():
            total[monomial] += c * d
    return {monomial: c for monomial, c in total.items() if c}


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 7, 9])
def test_duality(size: int) -> None:
    """t -> 1 - t reverses a word and exchanges dt/t and dt/(1 - t)."""
    for index in indices(size, signs=False):
        dual = index_of(tuple(1 - letter for letter in reversed(word(index))))
        assert value_of({index: fmpq(1)}) == value_of({dual: fmpq(1)})


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7, 9])
def test_the_sum_theorem(size: int) -> None:
    """The sum of all indices of one weight and depth is the zeta value of the weight (Granville 1997)."""
    for depth in range(1, size):
        same = {index: fmpq(1) for index in indices(size, signs=False) if len(index) == depth}
        assert value_of(same) == value_of({(size,): fmpq(1)})


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_involution_of_signed_words(size: int) -> None:
    """t -> (1 - t)/(1 + t): dt/t becomes the difference of the other two forms, and each of those follows."""
    image = {0: {-1: 1, 1: -1}, 1: {0: -1, -1: -1}, -1: {-1: -1}}
    for index in indices(size, signs=True):
        total: dict[Index, fmpq] = defaultdict(fmpq)
        for letters in product(*(image[letter].items() for letter in reversed(word(index)))):
            sign = (-1) ** size
            for _, c in letters:
                sign *= c
            total[index_of(tuple(letter for letter, _ in letters))] += sign
        assert value_of({index: fmpq(1)}) == value_of(total)


def nested(index: Index) -> object:
    """A signed double sum by mpmath: the inner sums by zeta values, the outer by the alternating transform."""
    outer, inner = index

    def partial(m: object) -> object:
        if inner > 0:
            return mp.harmonic(m - 1) if inner == 1 else mp.zeta(inner) - mp.zeta(inner, m)
        tail = mp.lerchphi(-1, -inner, m)
        return -mp.altzeta(-inner) - (-1) ** int(m) * tail

    return mp.nsum(lambda m: (-1) ** int(m) * partial(m) / m ** abs(outer), [1, mp.inf], method="alternating")


@pytest.mark.parametrize("index", [(-2, 1), (-1, 1), (-3, 1), (-1, 2), (-2, 3)])
def test_double_sums_as_numbers(index: Index) -> None:
    value = evaluate({index: fmpq(1)})
    with mp.workdps(40):
        number = mp.nstr(nested(index), 32)
    with ctx.workprec(160):
        assert abs(real_ball(value, 140) - arb(number)) < arb("1e-28")


@pytest.mark.parametrize(
    ("orders", "s", "sign"),
    [((1, 1), 2, -1), ((2,), 3, -1), ((1, 1, 1), 2, 1), ((2, 2), 2, 1), ((1, 1, 2), 2, 1), ((1, 2), 2, -1)],
)
def test_euler_sums_meet_enclosures(orders: tuple[int, ...], s: int, sign: int) -> None:
    term = sympy.Mul(*(sympy.harmonic(n, p) if p > 1 else sympy.harmonic(n) for p in orders)) * sign**n / n**s
    value = evaluate(euler_sum(orders, s, sign))
    assert value is not None and meets_enclosure(Summand(term, 1), value)


@pytest.mark.parametrize("index", [(2,), (1, 1), (3,), (2, 1), (1, 1, 1), (4,), (3, 1), (2, 1, 1)])
def test_the_points_one_half(index: Index) -> None:
    """By nested sums added up: after 200 terms the rest is far below 10**-40."""
    with mp.workdps(50):
        rows = [mp.mpf(1)] * 201
        for s in reversed(index[1:]):
            partial, inner = mp.mpf(0), []
            for m in range(1, 202):
                inner.append(partial)
                partial += rows[m - 1] / mp.mpf(m) ** s
            rows = inner
        total = mp.fsum(rows[m - 1] / mp.mpf(m) ** index[0] / mp.mpf(2) ** m for m in range(1, 202))
        value = evaluate(at_one_half(index))
        number = mp.nstr(total, 45)
    with ctx.workprec(200):
        assert abs(real_ball(value, 180) - arb(number)) < arb("1e-40")


def test_divergent_sums_are_polynomials_in_the_harmonic_number() -> None:
    """The sum over n1 > n2 >= 1 up to N of 1/(n1 n2) is (H_N**2 - H_N^(2))/2, and so on; exact at every N."""
    assert regularised((1, 1)) == {2: {(): fmpq(1, 2)}, 0: {(2,): fmpq(-1, 2)}}
    found = regularised((1, 1, 1))
    assert found[3] == {(): fmpq(1, 6)} and found[1] == {(2,): fmpq(-1, 2)} and found[0] == {(3,): fmpq(1, 3)}
    assert regularised((1, 2))[1] == {(2,): fmpq(1)}


def test_out_of_reach() -> None:
    assert reduced((6, 2)) is None
    assert reduced((-5, 1)) is None
    with pytest.raises(ValueError, match="diverges"):
        reduced((1, 2))
    assert weight((-3, 2)) == 5
