"""Integer logarithms: how often a ratio below 1 is multiplied until a power of it is small enough, exact."""

from flint import arb, ctx, fmpq


def steps_below(ratio: fmpq, bound: fmpq, strict: bool = False) -> int:
    """The smallest k >= 0 with ratio**k <= bound (with < when strict), for 0 < ratio < 1 and bound > 0.

    Exact, equality included, at a cost that does not depend on k. The real solution v = log(bound)/log(ratio) is
    enclosed at rising precision until no integer is left in doubt. While an integer k stays in the ball, v may be
    k itself: then bound = ratio**k in lowest terms, so den(ratio)**k = den(bound), and as den(ratio) >= 2 that
    needs k <= log2(den(bound)): such a power is small, and is compared exactly. Raises `ValueError` outside the
    range.

    >>> from flint import fmpq
    >>> steps_below(fmpq(1, 2), fmpq(1, 1000))
    10
    >>> steps_below(fmpq(10**12 - 1, 10**12), fmpq(1, 10**30))
    69077552789787
    >>> steps_below(fmpq(1, 2), fmpq(1, 8)), steps_below(fmpq(1, 2), fmpq(1, 8), strict=True)
    (3, 4)
    """
    if not 0 < ratio < 1 or bound <= 0:
        raise ValueError(f"an integer logarithm takes a ratio between 0 and 1 and a positive bound: {ratio}, {bound}")
    if bound >= 1:
        return int(strict and bound == 1)
    bits = 64
    while True:
        with ctx.workprec(bits):
            exponent = arb(bound).log() / arb(ratio).log()
            nearest = exponent.mid().floor() if exponent.is_finite() else None
            if nearest is not None:
                k = int(nearest.unique_fmpz())
                for candidate in (k, k + 1):
                    if candidate < exponent < candidate + 1:
                        return candidate + 1
                if k - 1 < exponent < k + 2 and exponent.rad() < 0.25:
                    close = k if exponent < k + 0.5 else k + 1
                    if _is_power(ratio, close, bound):
                        return close + int(strict)
        bits *= 2


def _is_power(ratio: fmpq, k: int, bound: fmpq) -> bool:
    """Whether ratio**k == bound, without making a power that is longer than the bound."""
    return k <= bound.q.height_bits() and bool(ratio**k == bound)
