"""The harmonic series: it diverges, and on a machine it stops.

Setting
    s_n = s_(n-1) + 1/n from s_0 = 0, in a small binary format, round to nearest, ties to even.
Algorithm
    1/n is rounded, then the sum.
Guarantee
    It stops at step 513 with 7.0859375 in binary16, and at step 65 with 5.0625 in bfloat16, for ever:
    the terms decrease and rounding is monotone.
Reference
    N. Higham, quoted by M. Kloewer (2019).
"""

from fractions import Fraction

import infinitesimal as inf

HARMONIC = inf.series("1/n")
KNOWN = {inf.binary16: (513, Fraction("7.0859375")), inf.bfloat16: (65, Fraction("5.0625"))}


def stops() -> tuple[list[object], list[object]]:
    """Halting step, value, and that it is for ever; computed by running, and as published."""
    halts = [inf.run(HARMONIC, machine).halt for machine in KNOWN]
    computed: list[object] = [(halt.step, halt.exact_value, halt.forever) for halt in halts]
    theoretical: list[object] = [(*known, inf.Truth.TRUE) for known in KNOWN.values()]
    return computed, theoretical


if __name__ == "__main__":
    print(inf.tabulate(inf.contrast(HARMONIC, *KNOWN)))
