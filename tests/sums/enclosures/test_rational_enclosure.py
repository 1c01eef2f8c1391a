"""Rational terms by partial fractions, against Hurwitz zeta functions and the telescoping engine."""

import pytest
from flint import acb, arb, ctx

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.enclosure import enclose_ball
from infinitesimal.sums.enclosures.rational_enclosure import enclose_rational
from infinitesimal.sums.summands.hypergeometric_enclosure import enclose_hypergeometric
from infinitesimal.sums.summands.summand import Summand


@pytest.mark.parametrize("shift", [1, 10**6, 10**12])
@pytest.mark.parametrize("power", [2, 3, 5])
def test_powers_far_from_the_root_are_hurwitz_zeta_functions(shift: int, power: int) -> None:
    for found in (
        enclose_rational(Summand((n + shift) ** -power), 120),
        enclose_ball(Summand((n + shift) ** -power), 120),
    ):
        with ctx.workprec(300):
            assert found is not None and found.overlaps(acb(power).zeta(acb(shift + 1)).real)
        assert found.rel_accuracy_bits() >= 119


@pytest.mark.parametrize(
    "term",
    [
        1 / (n**2 + 1), (n + 3) / (n**2 + n + 7) ** 2, 1 / ((n + 1) ** 3 * (2 * n + 1)), 1 / (n**4 - n + 5),
        (n**2 - 2) / ((n**2 + 3) ** 2 * (n + 5) ** 2), 5 / (3 * n**2 - 7),
    ],
    ids=str,
)  # fmt: skip
def test_the_two_engines_agree(term) -> None:
    one, other = enclose_rational(Summand(term), 150), enclose_hypergeometric(Summand(term), 150)
    assert one is not None and other is not None and one.overlaps(other)
    assert one.rad() < arb(2) ** -140


@pytest.mark.parametrize("term", [1 / n, n / (n**2 + 1), 1 / (n**2 * 2**n), 1 / (n**2 + 1) ** 30])
def test_other_terms_are_left(term) -> None:
    assert enclose_rational(Summand(term), 60) is None
