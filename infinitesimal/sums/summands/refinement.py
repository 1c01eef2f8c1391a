"""From absolute to relative accuracy: the sum is enclosed again with the bits that cancelled."""

from collections.abc import Callable

from flint import arb

ATTEMPTS = 5


def refined(enclosure: Callable[[int], arb | None], bits: int) -> arb | None:
    """The first of ever better enclosures with relative accuracy `bits`; None when one of them is None.

    `enclosure` takes the bits to work with. A value that still cannot be told from zero with twice the bits
    and a hundred more is returned as it is: it may be zero.
    """
    work = bits + 8
    for _ in range(ATTEMPTS):
        value = enclosure(work)
        if value is None or value.rel_accuracy_bits() >= bits:
            return value
        if value.contains(0) and work > 2 * bits + 100:
            return value
        missing = bits - value.rel_accuracy_bits()
        work += min(max(missing, bits // 2), bits + 100) + 16
    return None
