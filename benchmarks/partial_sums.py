"""Exact partial sums and fast constants beside flint's own: harmonic numbers, 1/k!, zeta(3)."""

from collections.abc import Iterator
from itertools import count

import sympy
from flint import arb, ctx, fmpq

from benchmarks.ratio import Ratio, ratio
from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.enclosures.partial_sums import exact_partial_sum, zeta_three
from infinitesimal.sums.summands.summand import Summand


def harmonic(last: int = 10**5) -> Ratio:
    """The sum of 1/n beside `fmpq.harmonic`."""
    series = Summand(1 / n, 1)
    assert exact_partial_sum(series, last) == fmpq.harmonic(last)
    what = f"sum of 1/n to {last} / fmpq.harmonic"
    return ratio(what, lambda: exact_partial_sum(series, last), lambda: fmpq.harmonic(last), "<= 1.5")


def inverse_factorials(last: int = 10**4) -> Ratio:
    """The sum of 1/n! beside a loop over fractions."""
    series = Summand(1 / sympy.factorial(n), 0)

    def loop(last: int) -> fmpq:
        total = term = fmpq(1)
        for k in range(1, last + 1):
            term /= k
            total += term
        return total

    assert exact_partial_sum(series, 1000) == loop(1000)

    what = f"sum of 1/n! to {last} / fmpq loop"
    return ratio(what, lambda: exact_partial_sum(series, last), lambda: loop(last), "<= 0.01", rounds=1)


def zeta(digits: int = 10**5) -> Ratio:
    """zeta(3) by its series beside arb's; arb keeps a constant, so every call asks for a few more bits."""
    bits = int(digits * 3.3219281) + 10
    wanted = count(bits, 256)

    def series() -> arb:
        top, bottom = zeta_three(bits // 10 + 2)
        with ctx.workprec(bits):
            return arb(top) / arb(bottom)

    def peer() -> arb:
        with ctx.workprec(next(wanted)):
            return arb(3).zeta()

    with ctx.workprec(bits):
        assert abs(series() - peer()) < arb(10) ** -digits
    return ratio(f"zeta(3) to {digits} digits / arb", series, peer, "<= 5", rounds=3)


def main() -> None:
    """Prints every ratio."""
    for found in ratios():
        print(found)


def ratios() -> Iterator[Ratio]:
    """All ratios of this module."""
    yield harmonic()
    yield inverse_factorials()
    yield zeta()


if __name__ == "__main__":
    main()
