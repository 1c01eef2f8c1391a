"""Telescoping with a residual: sums against Hurwitz zeta functions, the rest against its theorem."""

import pytest
from flint import acb, arb, ctx, fmpq, fmpq_poly

from infinitesimal.sums.summands.approximate_telescoping import RADII, Telescope, telescoped_sum


def ratio_of_power(power: int, shift: int) -> tuple[fmpq_poly, fmpq_poly]:
    """t(n) for a(n) = (n + shift)**-power."""
    return fmpq_poly([shift, 1]) ** power, fmpq_poly([shift + 1, 1]) ** power


@pytest.mark.parametrize("shift", [0, 3, 10**6, 10**12])
@pytest.mark.parametrize("power", [2, 3])
def test_sums_far_from_the_roots(power: int, shift: int) -> None:
    found = telescoped_sum(*ratio_of_power(power, shift), 1, 120)
    assert found is not None
    with ctx.workprec(400):
        assert found.overlaps(acb(power).zeta(acb(shift + 1)).real * arb(shift + 1) ** power)
    assert found.rel_accuracy_bits() > 110


@pytest.mark.parametrize("terms", [3, 8])
@pytest.mark.parametrize("first", [20, 100])
def test_the_rest_is_the_one_of_the_theorem(terms: int, first: int) -> None:
    """K (rho N)**-order (1 + N/(order - 1)), with K from a sampled circle: never more than the bound."""
    p, q = ratio_of_power(2, 0)
    with ctx.workprec(200):
        telescope = Telescope.of(p, q, fmpq(1), terms)
        found = telescope.rest(first, arb(1))
        sizes = [abs(c) for c in telescope.coefficients]
        bounds = []
        for i in range(1, RADII):
            rho = arb(fmpq(int(0.9 * 2**20) * i, RADII << 20))
            if rho * first > 1:
                points = [rho * acb(0, 2 * arb.pi() * k / 200).exp() for k in range(200)]
                ratio = max((abs((1 + w) / (1 + w) ** 2) for w in points), key=float)
                outer, inner = (sum(c * x**j for j, c in enumerate(sizes)) for x in (rho, rho / (1 - rho)))
                largest = 1 + (outer + ratio * inner) / rho
                bounds.append(largest * (rho * first) ** -telescope.order * (1 + arb(first) / (telescope.order - 1)))
        least = min(bounds, key=float)
        assert found is not None and least * (1 - arb(2) ** -20) < found < 10 * least
        true = acb(2).zeta(acb(first)).real * arb(first) ** 2 - telescope.at(first)
        assert abs(true) < found
