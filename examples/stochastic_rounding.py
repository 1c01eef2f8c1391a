"""Stochastic rounding halts where round to nearest stalls: expected steps, exactly.

Setting
    x - x/10 from x = 1 in the 8-bit format e5m2, and the chain of all its 247 values.
Algorithm
    One exact step, then one stochastic rounding: to each neighbour with the probability of its nearness.
Guarantee
    0 is the only value that is never left, so the run halts there with probability 1, after 329/3 updates on average.
    x - 1.9*x is the mirror image and takes as long. Under round to nearest nothing moves any more from 3/4 on, after
    two updates: the third, 1/16, is a tie, and 3/4 is even.
Reference
    Kemeny and Snell, Finite Markov Chains, 3.2; Gupta et al. 2015 for stochastic rounding in training.
"""

from fractions import Fraction

import infinitesimal as inf

DECAY = inf.recurrence({"x": "x - 0.1*x"}, start={"x": 1})
MIRROR = inf.recurrence({"x": "x - 1.9*x"}, start={"x": 1})


def absorption() -> tuple[list[object], list[object]]:
    """The class that is never left, its probability and the expected steps; and the halt under round to nearest."""
    chain = inf.chain(DECAY, inf.e5m2)
    stalled = inf.run(DECAY, inf.e5m2).halt
    zero = (Fraction(0),)
    computed: list[object] = [chain.recurrent, chain.absorption(), chain.expected_steps()]
    computed += [inf.chain(MIRROR, inf.e5m2).expected_steps(), stalled.exact_value, stalled.step]
    return computed, [((Fraction(0),),), {zero: 1}, Fraction(329, 3), Fraction(329, 3), Fraction(3, 4), 3]


if __name__ == "__main__":
    chain = inf.chain(DECAY, inf.e5m2)
    print(chain)
    print(f"expected updates from 1 to the halt at 0: {chain.expected_steps()}")
    print(chain.agreement(runs=1000, steps=110))
