"""Rump's expression: three formats agree on seven digits, and not even the sign is right.

Setting
    f(a, b) = (333.75 - a**2)*b**6 + a**2*(11*a**2*b**2 - 121*b**4 - 2) + 5.5*b**8 + a/(2*b) at a = 77617, b = 33096,
    its powers by repeated squaring: b**4 = (b*b)*(b*b), b**6 = b**4*b**2, b**8 = b**4*b**4.
Algorithm
    Every operation rounded to nearest, ties to even, in IEEE 754's binary32, binary64 and binary128.
Guarantee
    Exactly, f = a/(2*b) - 2 = -54767/66192 = -0.827...; everything but a/(2*b) and -2 cancels, from terms of size
    8*10**36. The machines keep a/(2*b) alone and answer 1.1726039400531786...; binary256 has bits enough.
Reference
    S. M. Rump, Algorithms for verified inclusions, 1988; E. Loh and G. W. Walster, Rump's example revisited, Reliable
    Computing 8 (2002), 245-248, whose rearrangement and table these are.
"""

from fractions import Fraction

import infinitesimal as inf

B2, B4 = "(b*b)", "((b*b)*(b*b))"
EXPRESSION = f"(333.75 - a*a)*({B4}*{B2}) + (a*a)*(11*(a*a)*{B2} - 121*{B4} - 2) + 5.5*({B4}*{B4}) + a/(2*b)"
RUMP = inf.recurrence({"f": EXPRESSION, "a": "a", "b": "b"}, {"f": 0, "a": 77617, "b": 33096}, watch="f")


def table() -> tuple[list[str], list[str]]:
    """The value in each format beside the published one."""
    names = ("binary32", "binary64", "binary128")
    return [str(inf.run(RUMP, name).halt.value) for name in names], [
        "1.172604",
        str(float("1.1726039400531786")),
        "1.1726039400531786318588349045201838",
    ]


def exact() -> tuple[Fraction, Fraction]:
    """The exact value, computed, and by a/(2*b) - 2."""
    return inf.run(RUMP, "QQ").halt.value, Fraction(77617, 2 * 33096) - 2


def enough_bits() -> tuple[bool, bool]:
    """In binary256 the value is the exact one, rounded."""
    return inf.run(RUMP, "binary256").halt.value == inf.interchange(256)(exact()[0]), True


if __name__ == "__main__":
    print(inf.tabulate(inf.contrast(RUMP, "binary32", "binary64", "binary128", "binary256")))
