"""Halving: exactly it never reaches zero; a machine reaches it at a step known beforehand.

Setting
    x_n = x_(n-1)/2 from x_0 = 1, in binary floating point with smallest positive value 2**q.
Algorithm
    Round to nearest, ties to even, with subnormal numbers.
Guarantee
    Exactly, x_n = 2**-n > 0 for every n. On the machine every halving is exact down to 2**q; half of
    that is a tie between 2**q and 0, and 0 is even: zero arrives at update 1 - q.
Reference
    IEEE 754-2019, 4.3.1 and 7.5.
"""

import infinitesimal as inf

MACHINES = (
    inf.e5m2,
    inf.e4m3,
    inf.binary16,
    inf.bfloat16,
    inf.tf32,
    inf.binary32,
    inf.binary64,
    inf.x87,
    inf.binary128,
)
HALVING = inf.recurrence({"x": "x/2"}, start={"x": 1})


def arrivals() -> tuple[list[tuple[int | None, str]], list[tuple[int | None, str]]]:
    """The arrival at zero and its reason on each machine; computed by running, and by the theorem."""
    halts = [inf.run(HALVING, machine).halt for machine in MACHINES]
    computed = [(halt.arrival, str(halt.reason)) for halt in halts]
    theoretical = [(1 - machine.qmin, "underflow") for machine in MACHINES]
    return computed, theoretical


if __name__ == "__main__":
    print(inf.tabulate(inf.contrast(HALVING, *MACHINES)))
