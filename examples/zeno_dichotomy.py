"""Zeno's dichotomy: half the way, then half of what is left, and so on.

Setting
    s_n = 1/2 + 1/4 + ... + 1/2**n, summed from left to right.
Algorithm
    Exactly, and in binary floating point with p bits, round to nearest, ties to even.
Guarantee
    Exactly, s_n = 1 - 2**-n and the limit 1 is never reached. A machine is exact up to n = p; at
    n = p + 1 the sum lies halfway between 1 - 2**-p and 1, and the tie goes to the even one: it has
    arrived, at step p + 1, and the update p + 2 is the first that changes nothing.
Reference
    Aristotle, Physics VI.9; IEEE 754-2019, 4.3.1.
"""

from fractions import Fraction

import infinitesimal as inf

MACHINES = (inf.e4m3, inf.bfloat16, inf.binary16, inf.binary32, inf.binary64, inf.x87, inf.binary128)


def dichotomy() -> tuple[list[tuple[int, int, Fraction]], list[tuple[int, int, Fraction]]]:
    """Arrival, halting step and final value on each machine; computed by running, and by the theorem."""
    halts = [inf.run(inf.zeno(), machine).halt for machine in MACHINES]
    computed = [(halt.arrival, halt.step, halt.exact_value) for halt in halts]
    theoretical = [(machine.precision + 1, machine.precision + 2, Fraction(1)) for machine in MACHINES]
    return computed, theoretical


if __name__ == "__main__":
    print(inf.tabulate(inf.contrast(inf.zeno(), *MACHINES)))
