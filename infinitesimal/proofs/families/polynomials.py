"""Polynomials as coefficients, the constant one first, and what is decided about them at every natural number.

The decisions are those of `Polynomials.v`: from an index on by the signs of shifted coefficients, before it by values.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import zip_longest
from math import comb

from infinitesimal.proofs.printing import rational
from infinitesimal.proofs.wording import factor, number

Polynomial = tuple[Fraction, ...]

MAX_EARLY = 256
"""The most values that are computed one by one before coefficients decide."""


def value(p: Polynomial, x: Fraction | int) -> Fraction:
    """The value at x.

    >>> value((Fraction(1), Fraction(2), Fraction(3)), 10)
    Fraction(321, 1)
    """
    found = Fraction(0)
    for a in reversed(p):
        found = found * x + a
    return found


def added(p: Polynomial, q: Polynomial, by: Fraction | int = 1) -> Polynomial:
    """The polynomial p + by*q, without zeros at the end."""
    return _trimmed(tuple(a + by * b for a, b in zip_longest(p, q, fillvalue=Fraction(0))))


def product(p: Polynomial, q: Polynomial) -> Polynomial:
    """The product of two."""
    found = [Fraction(0)] * (len(p) + len(q))
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            found[i + j] += a * b
    return _trimmed(tuple(found))


def shifted(p: Polynomial, c: Fraction | int) -> Polynomial:
    """The polynomial at x + c.

    >>> [int(a) for a in shifted((Fraction(0), Fraction(0), Fraction(1)), 3)]
    [9, 6, 1]
    """
    found = [Fraction(0)] * len(p)
    for k, a in enumerate(p):
        for i in range(k + 1):
            found[i] += a * comb(k, i) * Fraction(c) ** (k - i)
    return _trimmed(tuple(found))


def _trimmed(p: Polynomial) -> Polynomial:
    while p and not p[-1]:
        p = p[:-1]
    return p


def positive(p: Polynomial) -> bool:
    """Whether the coefficients show that p > 0 on the numbers that are not negative."""
    return bool(p) and p[0] > 0 and nonnegative(p)


def nonnegative(p: Polynomial) -> bool:
    """Whether no coefficient is negative."""
    return all(a >= 0 for a in p)


def never_zero(early: int, p: Polynomial) -> bool:
    """Whether p is shown to be other than 0 at every natural number: by signs from `early` on, by values before."""
    late = shifted(p, early)
    return (positive(late) or positive(added((), late, -1))) and all(value(p, i) for i in range(early))


def below(early: int, p: Polynomial, q: Polynomial) -> bool:
    """Whether |p| <= |q| is shown at every natural number, q positive from `early` on."""
    late = nonnegative(shifted(added(q, p, -1), early)) and nonnegative(shifted(added(q, p), early))
    return late and all(abs(value(p, i)) <= abs(value(q, i)) for i in range(early))


def least_early(check: Callable[[int], bool]) -> int | None:
    """A small index at which a check succeeds that goes on to succeed; None where there is none up to `MAX_EARLY`."""
    return next((early for early in (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, MAX_EARLY) if check(early)), None)


def polynomial_text(p: Polynomial) -> str:
    """The coefficients as a list of Rocq."""
    return f"[{'; '.join(map(rational, p))}]"


def sentence(p: Polynomial, x: str) -> str:
    r"""A polynomial in sentences.

    >>> print(sentence((Fraction(-1), Fraction(0), Fraction(3)), "n"))
    3 \cdot n^{2} - 1
    """
    written = ""
    for k, a in reversed(list(enumerate(p))):
        if not a:
            continue
        power = "" if k == 0 else x if k == 1 else f"{x}^{{{k}}}"
        size = abs(a)
        body = number(size) if not power else power if size == 1 else rf"{factor(size)} \cdot {power}"
        sign = ("-" if a < 0 else "") if not written else " - " if a < 0 else " + "
        written += sign + body
    return written or "0"
