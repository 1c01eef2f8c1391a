"""Quotients of polynomials in many generators, and polynomials modulo relations between the generators."""

from __future__ import annotations

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly, fmpz_poly

MAX_EXPONENT = 200
"""Larger powers are not multiplied out."""

MAX_TERMS = 20_000
"""Larger polynomials are given up."""

Fraction = tuple[fmpq_mpoly, fmpq_mpoly]
"""The numerator and the denominator."""


class TooLarge(ValueError):
    """A polynomial has more terms than are worth the time."""


def shortened(value: Fraction) -> Fraction:
    """The quotient without common factors; raises `TooLarge` and `ZeroDivisionError`."""
    top, bottom = value
    if bottom == 0:
        raise ZeroDivisionError("a denominator vanishes identically")
    if max(len(top), len(bottom)) > MAX_TERMS:
        raise TooLarge(f"{len(top)} and {len(bottom)} terms")
    if bottom == 1:
        return value
    common = top.gcd(bottom)
    return top / common, bottom / common


def added(context: fmpq_mpoly_ctx, parts: list[Fraction]) -> Fraction:
    """The sum of quotients."""
    total: Fraction = (context.constant(0), context.constant(1))
    for top, bottom in parts:
        common = total[1].gcd(bottom)
        left, right = bottom / common, total[1] / common
        total = shortened((total[0] * left + top * right, total[1] * left))
    return total


def multiplied(context: fmpq_mpoly_ctx, parts: list[Fraction]) -> Fraction:
    """The product of quotients."""
    total: Fraction = (context.constant(1), context.constant(1))
    for top, bottom in parts:
        total = shortened((total[0] * top, total[1] * bottom))
    return total


def whole_power(value: Fraction, exponent: int) -> Fraction:
    """A power with an integer exponent; raises `TooLarge` and `ZeroDivisionError`."""
    size = max(len(value[0]), len(value[1]))
    if abs(exponent) > MAX_EXPONENT or (size > 1 and size * abs(exponent) > MAX_TERMS):
        raise TooLarge(f"the power {exponent} of {size} terms")
    top, bottom = value if exponent >= 0 else (value[1], value[0])
    if bottom == 0:
        raise ZeroDivisionError("a power of zero")
    return top ** abs(exponent), bottom ** abs(exponent)


def with_relation(polynomial: fmpq_mpoly, place: int, order: int, top: fmpq_mpoly, bottom: fmpq_mpoly) -> fmpq_mpoly:
    """The polynomial with top/bottom for the power `order` of a generator, times a power of `bottom`.

    >>> context = fmpq_mpoly_ctx.get(("y", "n"))
    >>> y, n = context.gens()
    >>> with_relation(y**5 + 1, 0, 2, n, context.constant(1))
    y*n^2 + 1
    """
    context, powers = polynomial.context(), polynomial.to_dict()
    most = max((exponents[place] // order for exponents in powers), default=0)
    if most == 0:
        return polynomial
    groups: dict[int, dict[tuple[int, ...], fmpq]] = {}
    for exponents, c in powers.items():
        times, rest = divmod(exponents[place], order)
        groups.setdefault(times, {})[(*exponents[:place], rest, *exponents[place + 1 :])] = c
    total = context.constant(0)
    for times, group in groups.items():
        total += context.from_dict(group) * top**times * bottom ** (most - times)
    return total


def modulo_cyclotomic(polynomial: fmpq_mpoly, place: int, order: int) -> fmpq_mpoly:
    """The polynomial with a primitive root of unity of the given order for a generator, in lowest powers.

    >>> (w,) = fmpq_mpoly_ctx.get(("w",)).gens()
    >>> modulo_cyclotomic(w**2 - w, 0, 6)
    -1
    """
    context, modulus = polynomial.context(), fmpq_poly(fmpz_poly.cyclotomic(order))
    groups: dict[tuple[int, ...], dict[int, fmpq]] = {}
    for exponents, c in polynomial.to_dict().items():
        groups.setdefault((*exponents[:place], 0, *exponents[place + 1 :]), {})[exponents[place]] = c
    total = context.constant(0)
    for others, powers in groups.items():
        dense = [fmpq(0)] * (max(powers) + 1)
        for e, c in powers.items():
            dense[e] = c
        rest = fmpq_poly(dense) % modulus
        terms = {(*others[:place], e, *others[place + 1 :]): c for e, c in enumerate(rest.coeffs()) if c != 0}
        total += context.from_dict(terms)
    return total
