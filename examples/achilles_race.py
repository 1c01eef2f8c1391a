"""Achilles and the tortoise: a race in infinitely many stages that takes a finite time.

Setting
    Achilles runs at speed 10 after a tortoise at speed 1 that is 100 ahead; in each stage he runs to
    where the tortoise was.
Algorithm
    x_n = x_(n-1) + gap_(n-1), gap_n = gap_(n-1) * 1/10.
Guarantee
    They are level at the place 10*100/(10 - 1) = 1000/9, after the time 100/9; the place after n
    stages is 1000/9 - 1000/(9*10**n), always before it.
Reference
    Aristotle, Physics VI.9.
"""

from fractions import Fraction

import infinitesimal as inf

RACE = inf.race(achilles=10, tortoise=1, head_start=100)


def meeting() -> tuple[tuple[Fraction, list[Fraction]], tuple[Fraction, list[Fraction]]]:
    """The limit of the stages and the first six places; computed as a limit and by stages, and by the
    two lines that meet.
    """
    computed = inf.limit(RACE), inf.values(RACE, 6)
    level = Fraction(10 * 100, 10 - 1)
    theoretical = level, [level - level / 10**n for n in range(6)]
    return computed, theoretical


if __name__ == "__main__":
    print(inf.tabulate(inf.contrast(RACE)))
