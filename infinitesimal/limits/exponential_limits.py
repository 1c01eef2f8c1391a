"""Limits of exponential polynomials, read off their bases exactly."""

from fractions import Fraction

from flint import acb, ctx, fmpq_poly, fmpz_poly

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import Diverges
from infinitesimal.limits.exponential import ONE, ExponentialPolynomial, Key, polynomial_text, text

SWINGS = "it oscillates without settling"
"""How a sequence that stays bounded fails to settle."""


def limit_of_sequence(sequence: ExponentialPolynomial, what: str) -> Fraction:
    """The limit of an exponential polynomial; raises `Diverges` with the manner if it has none."""
    for key in sequence.parts:
        if len(key) > 2 and not all_roots_inside(key):
            polynomial = polynomial_text([to_fraction(c) for c in key], "t")
            manner = f"its closed form has bases on or outside the unit circle, the roots t of {polynomial}"
            raise Diverges(f"{what} has no limit: {manner}", manner)
    leading = [
        term for term in sequence.terms() if abs(term[2]) > 1 or (abs(term[2]) == 1 and (term[1] or term[2] < 0))
    ]
    if leading:
        manner = _manner(leading)
        raise Diverges(f"{what} has no limit: {manner}; its closed form is {text(sequence)}", manner)
    constant = sequence.parts.get(ONE)
    return to_fraction(constant[0][0]) if constant else Fraction(0)


def _manner(leading: list[tuple[Fraction, int, Fraction]]) -> str:
    c, i, r = leading[0]
    opposite = any(abs(s) == abs(r) and s != r and j == i for _, j, s in leading[1:])
    if r < 0 or opposite:
        return SWINGS if abs(r) == 1 and not i else "it oscillates with growing size"
    return "it grows to +oo" if c > 0 else "it falls to -oo"


def all_roots_inside(key: Key) -> bool:
    """Whether all roots of an irreducible polynomial of degree 2 or more lie inside the unit circle.

    Decided exactly: a root on the circle would make the polynomial equal to its reverse up to a
    factor (its conjugate is its inverse), and such a polynomial has roots on or outside it. All
    other roots are enclosed at rising precision until they are on one side.
    """
    reverse = [c / key[0] for c in reversed(key)]
    if all(a == b for a, b in zip(key, reverse, strict=True)):
        return False
    polynomial = fmpz_poly(list(fmpq_poly(list(key)).numer()))
    bits = 64
    while True:
        with ctx.workprec(bits):
            sizes = [abs(acb(root)) for root, _ in polynomial.complex_roots()]
        if any(size > 1 for size in sizes):
            return False
        if all(size < 1 for size in sizes):
            return True
        bits *= 2
