"""Exact iterates of polynomial steps on integers, without a gcd of large numbers.

A step of degree p takes a state N/D to (sum of c N**e D**(p - |e|))/(q D**p), with c and q integers. The primes of the
denominators are those of D at the start and of the q of each step, a small number m: whether a fraction is in lowest
terms is seen from N modulo m, and common factors are divided out by powers. The sizes multiply by p at each step, and
gcds of such numbers would be nearly the whole cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from flint import fmpq, fmpq_mpoly, fmpz

from infinitesimal.arithmetics.rational_functions import RationalFunctions
from infinitesimal.arithmetics.sizes import NotPolynomial
from infinitesimal.errors import Undefined
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence
from infinitesimal.terms.term import fold

Terms = dict[tuple[int, ...], fmpz]
"""Exponents of the components, and of the common denominator last, with their coefficients."""


@dataclass(frozen=True, eq=False)
class PolynomialStep:
    """A step of degree `degree` >= 2: component i becomes tops[i]/bottom, polynomials in the state and the number n.

    The tops have integer coefficients and `bottom` depends on n alone; `divisors` are what the terms divide by.
    """

    names: tuple[str, ...]
    tops: tuple[fmpq_mpoly, ...]
    bottom: fmpq_mpoly
    divisors: tuple[fmpq_mpoly, ...]
    degree: int
    counts_steps: bool

    def at(self, n: int) -> tuple[list[Terms], fmpz]:
        """The homogeneous tops of the n-th step, and its q. Raises `Undefined` where a term divides by zero."""
        if any(_value(d, n) == 0 for d in self.divisors):
            raise Undefined(f"update {n} divides by zero: start elsewhere, or run it on a machine format", n)
        rows: list[Terms] = []
        for top in self.tops:
            terms: Terms = {}
            for (*state, power), c in top.to_dict().items():
                key = (*state, self.degree - sum(state))
                terms[key] = terms.get(key, fmpz(0)) + c.p * fmpz(n) ** power
            rows.append({key: c for key, c in terms.items() if c != 0})
        q = _value(self.bottom, n)
        return rows, q.p


@lru_cache(maxsize=64)
def polynomial_step(recurrence: Recurrence) -> PolynomialStep | None:
    """The step of a recurrence as polynomials of degree at least 2; None where it is none, or has parameters."""
    if recurrence.parameters:
        return None
    functions = RationalFunctions((*recurrence.names, STEP_NUMBER), (STEP_NUMBER,))
    try:
        found = [fold(term, functions, functions.variable) for _, term in recurrence.step]
    except (NotPolynomial, Undefined):
        return None
    bottom = functions.context.constant(1)
    for quotient in found:
        bottom = bottom * quotient.bottom / bottom.gcd(quotient.bottom)
    tops = [quotient.top * (bottom / quotient.bottom) for quotient in found]
    scale = fmpz(1)
    for polynomial in (*tops, bottom):
        for c in polynomial.coeffs():
            scale = scale.lcm(c.q)
    degree = max((sum(key[:-1]) for top in tops for key in top.to_dict()), default=0)
    if degree < 2:
        return None
    divisors = tuple(d.top for d in functions.divisors)
    whole = tuple(top * scale for top in tops)
    return PolynomialStep(recurrence.names, whole, bottom * scale, divisors, degree, recurrence.counts_steps)


class Reduced(NamedTuple):
    """The rational p/q in lowest terms, q > 0. An `fmpq` would compute the gcd again."""

    p: fmpz
    q: fmpz


def walk(step: PolynomialStep, start: Sequence[fmpq]) -> Iterator[tuple[Reduced, ...]]:
    """The states of a polynomial step from `start`, each number in lowest terms.

    >>> from itertools import islice
    >>> from infinitesimal.recurrences.recurrence import recurrence
    >>> step = polynomial_step(recurrence({"x": "x - x**3/10"}, {"x": "1/2"}))
    >>> [f"{x.p}/{x.q}" for x, in islice(walk(step, [fmpq(1, 2)]), 3)]
    ['1/2', '39/80', '2436681/5120000']
    """
    bottom = fmpz(1)
    for x in start:
        bottom = bottom.lcm(x.q)
    tops = [x.p * (bottom // x.q) for x in start]
    primes = bottom
    rows, q = step.at(1)
    for k in count(1):
        yield tuple(_lowest(top, bottom, primes) for top in tops)
        if step.counts_steps and k > 1:
            rows, q = step.at(k)
        tops, bottom = _updated(rows, q, tops, bottom, step.degree)
        primes = primes.lcm(abs(q))
        tops, bottom = _stripped(tops, bottom, primes)


def _updated(rows: list[Terms], q: fmpz, tops: list[fmpz], bottom: fmpz, degree: int) -> tuple[list[fmpz], fmpz]:
    powers = [{0: fmpz(1), 1: x} for x in (*tops, bottom)]
    found = [_value_of(row, 0, powers) for row in rows]
    new = q * _power(powers[-1], degree)
    return ([-x for x in found], -new) if new < 0 else (found, new)


def _value_of(terms: Terms, i: int, powers: list[dict[int, fmpz]]) -> fmpz:
    """The value of a polynomial by Horner's rule in component i, over the gaps between its exponents."""
    if i == len(powers):
        return next(iter(terms.values()))
    by_exponent: dict[int, Terms] = {}
    for key, c in terms.items():
        by_exponent.setdefault(key[i], {})[key] = c
    total, last = fmpz(0), 0
    for exponent in sorted(by_exponent, reverse=True):
        if total != 0:
            total *= _power(powers[i], last - exponent)
        total += _value_of(by_exponent[exponent], i + 1, powers)
        last = exponent
    return total * _power(powers[i], last) if last else total


def _power(known: dict[int, fmpz], k: int) -> fmpz:
    """The k-th power of known[1], from those that are known already."""
    if k not in known:
        half = max((e for e in known if k <= 2 * e < 2 * k), default=k // 2) if k % 2 else k // 2
        known[k] = _power(known, half) * _power(known, k - half)
    return known[k]


def _stripped(tops: list[fmpz], bottom: fmpz, primes: fmpz) -> tuple[list[fmpz], fmpz]:
    """All numbers without their common factors, whose primes are among those of `primes`."""
    while True:
        common = primes.gcd(bottom % primes)
        for top in tops:
            if common == 1:
                return tops, bottom
            common = common.gcd(top % common)
        if common == 1:
            return tops, bottom
        power = common
        while power.height_bits() * 2 <= bottom.height_bits() and not any(
            x % (square := power * power) for x in (bottom, *tops)
        ):
            power = square
        tops, bottom = [x // power for x in tops], bottom // power


def _lowest(top: fmpz, bottom: fmpz, primes: fmpz) -> Reduced:
    (top,), bottom = _stripped([top], bottom, primes)
    return Reduced(top, bottom)


def _value(polynomial: fmpq_mpoly, n: int) -> fmpq:
    """The value of a polynomial in n alone."""
    return sum((c * fmpz(n) ** key[-1] for key, c in polynomial.to_dict().items()), start=fmpq(0))
