"""Closed forms as SymPy expressions. Imported only when an expression is asked for."""

from functools import cmp_to_key, lru_cache
from typing import Any

import sympy
from flint import fmpq, fmpq_mpoly, fmpq_poly
from sympy.core.basic import ordering_of_classes

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.arithmetics.symbolic import n, number, symbol
from infinitesimal.limits.exponential import ExponentialPolynomial, Key


def expression(sequence: ExponentialPolynomial, first: tuple[fmpq, ...] = ()) -> sympy.Expr:
    """The sequence at n: powers of rational bases, radicals of quadratic ones, and for the others a
    `RootSum` over the roots of their polynomial. First values that differ make a `Piecewise`.
    """
    total = sympy.Add(*(_term(key, coefficients) for key, coefficients in sequence.parts.items()))
    if not first:
        return total
    cases = [(_rational(value), sympy.Eq(n, i)) for i, value in enumerate(first)]
    return sympy.Piecewise(*cases, (total, True))


def polynomial_expression(polynomial: fmpq_mpoly) -> sympy.Expr:
    """A polynomial as the expanded sum of its terms; its generators are the symbols of their names.

    The sum, and terms with one power, are made in SymPy's canonical form, number first, without its constructors: these
    would look for like terms, and take most of the time.
    """
    symbols = [symbol(name) for name in polynomial.context().names()]
    terms, constants = [], []
    for exponents, c in polynomial.to_dict().items():
        powers = [_power(s, int(e)) for s, e in zip(symbols, exponents, strict=True) if e]
        if not powers:
            constants.append(_coefficient(c))
        elif len(powers) == 1:
            terms.append(powers[0] if c == 1 else sympy.Mul._from_args((_coefficient(c), powers[0]), True))
        else:
            terms.append(sympy.Mul(_coefficient(c), *powers))
    terms.sort(key=_place)
    return sympy.Add._from_args((*constants, *terms), True)


_by_compare = cmp_to_key(sympy.Basic.compare)
_RANKS = {name: i for i, name in enumerate(ordering_of_classes)}


def _place(term: sympy.Expr) -> Any:
    """A key in the order of `Basic.compare`; numbers times powers are compared by their numbers, mostly without a call.

    That order is by class, by the number of parts, and by the parts in turn.
    """
    if term.__class__ is not sympy.Mul:
        return _RANKS[term.__class__.__name__], 0, 0, 0, 0, _by_compare(term)
    first, size = term.args[0], len(term.args)
    top, bottom = (first.p, first.q) if first.is_Rational else (0, 0)
    return _RANKS["Mul"], size, _RANKS[first.__class__.__name__], top, bottom, _by_compare(term)


@lru_cache(maxsize=4096)
def _power(base: sympy.Symbol, exponent: int) -> sympy.Expr:
    return base**exponent


def _coefficient(value: fmpq) -> sympy.Rational:
    top, bottom = int(value.p), int(value.q)
    return sympy.Integer(top) if bottom == 1 else sympy.Rational.from_coprime_ints(top, bottom)


def _term(key: Key, coefficients: tuple[fmpq_poly, ...]) -> sympy.Expr:
    if len(key) == 2:
        base = _rational(-key[0])
        return sympy.Add(*(_rational(c[0]) * n**i for i, c in enumerate(coefficients))) * base**n
    if len(key) == 3:
        return sympy.Add(*(_weight(coefficients, root) * root**n for root in _quadratic_roots(key)))
    t = sympy.Dummy("t")
    polynomial = sympy.Poly([_rational(c) for c in reversed(key)], t)
    return sympy.RootSum(polynomial, sympy.Lambda(t, _weight(coefficients, t) * t**n), auto=False)


def _weight(coefficients: tuple[fmpq_poly, ...], t: sympy.Expr) -> sympy.Expr:
    parts = []
    for i, c in enumerate(coefficients):
        value = sympy.Add(*(_rational(a) * t**j for j, a in enumerate(c.coeffs())))
        parts.append(sympy.radsimp(sympy.expand(value)) * n**i if not t.is_Dummy else value * n**i)
    return sympy.Add(*parts)


def _quadratic_roots(key: Key) -> tuple[sympy.Expr, sympy.Expr]:
    half = _rational(-key[1]) / 2
    spread = sympy.sqrt(half**2 - _rational(key[0]))
    return half + spread, half - spread


def _rational(value: fmpq) -> sympy.Rational:
    return number(to_fraction(value))
