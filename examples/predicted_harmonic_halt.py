"""The harmonic series in binary64: its halt, found without making 281,474,976,710,657 additions.

Setting
    s_n = s_(n-1) + 1/n from s_0 = 0 in binary64, round to nearest, ties to even (and toward zero).
Algorithm
    Inside a binade with ulp u every update adds the nearest integer to 1/(n*u) ulps, so whole blocks of equal
    increments are one product. The only tie in the binade is at n = 2/u, where the parity of the sum decides.
Guarantee
    It stops for ever at step 2**48 + 1 with 34.1220356680478715816207113675773143768310546875, since the sum is odd at
    the tie n = 2**48 and moves up once more. Rounded toward zero, where an addend below one ulp is lost, it stops at
    step 2**47 + 1.
Reference
    Higham, Accuracy and Stability of Numerical Algorithms, 4.2 (the sum converges on a machine); folklore says "about
    2**48".
"""

from fractions import Fraction

import infinitesimal as inf

HARMONIC = inf.series("1/n")
VALUE = Fraction("34.1220356680478715816207113675773143768310546875")


def halts() -> tuple[list[object], list[object]]:
    """The steps and the value of the halts; predicted, and as the theorem has them."""
    budget = inf.Budget(seconds=60)
    nearest = inf.predict(HARMONIC, inf.binary64, budget=budget)
    chopped = inf.predict(HARMONIC, inf.floats("binary64", inf.toward_zero), budget=budget)
    computed: list[object] = [nearest.step, nearest.exact_value, nearest.forever, chopped.step]
    return computed, [2**48 + 1, VALUE, inf.Truth.TRUE, 2**47 + 1]


if __name__ == "__main__":
    print(inf.predict(HARMONIC, inf.binary64, budget=inf.Budget(seconds=60)).explain())
