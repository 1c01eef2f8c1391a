"""Finite sums of rational functions, and of hypergeometric terms times harmonic numbers.

Summation by parts in the tower Q(k)[H, H2, H3, ...] with H(k + 1) = H(k) + 1/(k + 1): the coefficient of
each monomial is split into a difference and simple fractions c/(k + 1)**m, which are differences of
harmonic numbers in turn. Sources: Graham, Knuth, Patashnik, *Concrete Mathematics*, 2.6 and 6.3;
M. Karr, J. ACM 28 (1981), in the simplest case.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import sympy
from sympy import Integer, Rational

from infinitesimal.sums.finite.gosper import gosper
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import normal_form, tidy

Remainder = Callable[[Expr], Expr | None]
"""The sum of a hypergeometric term over the range of the problem."""

MAX_PARTS = 30
"""How often a sum is summed by parts."""

MAX_SHIFT = 60
"""The largest distance of a pole from the index."""

MAX_ORDER = 6

MAX_POLES = 60
"""The largest number of factors, with their multiplicities, of a denominator that is split."""

MAX_PARAMETERS = 3
"""The largest number of parameters in a denominator that is split."""

SECONDS = 4.0
"""The time for a summation by parts."""


def rational_sum(term: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of a rational function, by harmonic numbers and polygamma values.

    >>> n, k = sympy.symbols("n k")
    >>> rational_sum(1 / (k + 1), k, Integer(1), n)
    harmonic(n) - 1 + 1/(n + 1)
    """
    return harmonic_sum(term, k, first, last, lambda _: None)


def alternating_sum(rational: Expr, k: sympy.Symbol, first: Expr, last: Expr) -> Expr | None:
    """The sum of (-1)**k times a rational function with poles at integers before the range, or None.

    The sum of (-1)**j/j**m for 1 <= j <= n is 2**(1 - m) H(floor(n/2), m) - H(n, m): twice the even fractions.

    >>> n, k = sympy.symbols("n k", integer=True)
    >>> alternating_sum(1 / k, k, Integer(1), n)
    -harmonic(n) + harmonic(floor(n/2))
    """
    if last is sympy.oo or not first.is_Integer:
        return None
    total, whole = Integer(0), Integer(0)
    for part in sympy.Add.make_args(sympy.apart(rational, k)):
        top, bottom = sympy.fraction(sympy.factor(part))
        if not bottom.has(k):
            whole += part
            continue
        constant, powered = bottom.as_independent(k, as_Add=False)
        base, exponent = powered.as_base_exp()
        slope = sympy.expand(base).coeff(k)
        place = sympy.cancel(base / slope - k) if slope != 0 else sympy.nan
        if top.has(k) or not (place.is_Integer and first + place > 0 and exponent.is_Integer):
            return None
        sums = _alternating(sympy.expand(last + place), int(exponent)) - _alternating(first + place - 1, int(exponent))
        total += top / (constant * slope**exponent) * (-1) ** place * sums
    if whole != 0:
        certificate = gosper((-1) ** k * whole, k)
        if certificate is None:
            return None
        upper, lower = (certificate.antidifference.at(k, place) for place in (last + 1, first))
        if upper is None or lower is None:
            return None
        total += upper - lower
    return total


def _alternating(count: Expr, m: int) -> Expr:
    """The sum of (-1)**j/j**m for 1 <= j <= count, by that to the count without its constant."""
    shift = count.as_coeff_Add()[0]
    if not count.free_symbols or abs(shift) > MAX_SHIFT:
        core, shift = count, Integer(0)
    else:
        core = count - shift
    places = range(1, int(shift) + 1) if shift > 0 else range(int(shift) + 1, 1)
    moved = sympy.Add(*((-1) ** (core + i) / (core + i) ** m for i in places))
    even = Rational(2) ** (1 - m) * _harmonic(sympy.floor(core / 2), m)
    return even - _harmonic(core, m) + (moved if shift > 0 else -moved)


def harmonic_sum(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, remainder: Remainder) -> Expr | None:
    """The sum of a polynomial in harmonic numbers of k + c with hypergeometric coefficients, or None.

    What is left without a harmonic number goes to `remainder`.
    """
    opened, numbers = _open(expr, k)
    if opened is None:
        return None
    parts = _similar_parts(opened, k, tuple(numbers.values()))
    if parts is None:
        return None
    sums = [_Tower(k, numbers, multiplier).sum(part, first, last, remainder) for multiplier, part in parts]
    return None if any(s is None for s in sums) else sympy.Add(*sums)


def harmonic_shift(expr: Expr, k: sympy.Symbol) -> Expr:
    """The s, with a parameter in it, for which the harmonic numbers of the index are those of k + s; 0 without one.

    >>> from sympy.abc import k, m
    >>> harmonic_shift(k * sympy.harmonic(k + m + 1), k)
    m
    """
    for h in sorted(expr.atoms(sympy.harmonic), key=str):
        rest = sympy.expand(h.args[0] - k)
        if h.has(k) and not rest.has(k):
            return rest - rest.as_coeff_Add()[0]
    return Integer(0)


def _open(expr: Expr, k: sympy.Symbol) -> tuple[Expr | None, dict[int, sympy.Symbol]]:
    """The expression with symbols for the harmonic numbers at k, by their order."""
    numbers = {m: sympy.Dummy(f"H{m}") for m in range(1, MAX_ORDER + 1)}
    replacements = {}
    for h in expr.atoms(sympy.harmonic):
        order = h.args[1] if len(h.args) > 1 else Integer(1)
        if not h.has(k):
            continue
        shift = sympy.expand(h.args[0] - k)
        if not (shift.is_Integer and abs(shift) <= MAX_SHIFT and order.is_Integer and 1 <= order <= MAX_ORDER):
            return None, numbers
        m = int(order)
        terms = [1 / (k + i) ** m for i in range(1, int(shift) + 1)]
        terms += [-1 / (k - i) ** m for i in range(int(-shift))]
        replacements[h] = numbers[m] + sympy.Add(*terms)
    return expr.xreplace(replacements), numbers


def _similar_parts(
    expr: Expr, k: sympy.Symbol, numbers: tuple[sympy.Symbol, ...]
) -> list[tuple[Expr, sympy.Poly]] | None:
    """Pairs of a hypergeometric multiplier and a polynomial in harmonic numbers over the rational functions."""
    groups: dict[object, tuple[Expr, Expr]] = {}
    used = tuple(h for h in numbers if expr.has(h))
    try:
        terms = sympy.Poly(expr, *(used or numbers[:1])).terms()
    except sympy.PolynomialError:
        return None
    for monomial, coefficient in terms:
        product = sympy.Mul(*(h**e for h, e in zip(used, monomial, strict=False)))
        for piece in sympy.Add.make_args(coefficient):
            form = normal_form(piece, (k,))
            if form is None:
                return None
            rational, form.rational = form.rational, Integer(1)
            multiplier, total = groups.get(form.key, (form.expr(), Integer(0)))
            groups[form.key] = (multiplier, total + rational * product)
    return [(multiplier, total) for multiplier, total in groups.values()]


@dataclass
class _Tower:
    """Sums of multiplier * (polynomial in harmonic numbers over the rational functions of k)."""

    k: sympy.Symbol
    numbers: dict[int, sympy.Symbol]
    multiplier: Expr
    found: Expr = field(default_factory=lambda: Integer(0))
    rest: Expr = field(default_factory=lambda: Integer(0))
    fractions: list[tuple[Expr, Expr, int]] = field(default_factory=list)

    def sum(self, expr: Expr, first: Expr, last: Expr, remainder: Remainder) -> Expr | None:
        if not self._solve(expr):
            return None
        parts = [self._at(last + 1, last), -self._at(first, first - 1)]
        parts += [c * _fraction_sum(a, m, first, last) for c, a, m in self.fractions]
        if self.rest != 0:
            parts.append(remainder(self.multiplier * self.rest))
        return None if any(part is None for part in parts) else sympy.Add(*parts)

    def _poly(self, expr: Expr) -> sympy.Poly:
        return sympy.Poly(sympy.expand(expr), *self.numbers.values())

    def _difference(self, expr: Expr) -> Expr:
        """The difference of multiplier * expr, over the multiplier."""
        moved = {self.k: self.k + 1}
        moved.update({h: h + 1 / (self.k + 1) ** m for m, h in self.numbers.items()})
        ratio = sympy.combsimp(self.multiplier.subs(self.k, self.k + 1) / self.multiplier)
        return ratio * expr.subs(moved, simultaneous=True) - expr

    def _solve(self, expr: Expr) -> bool:
        """`found` with multiplier * expr = difference of multiplier * found, up to `rest` and `fractions`."""
        work = expr
        deadline = time.monotonic() + SECONDS
        for _ in range(MAX_PARTS):
            if time.monotonic() > deadline:
                return False
            terms = [(mon, sympy.cancel(c)) for mon, c in self._poly(work).terms()]
            terms = [(mon, c) for mon, c in terms if c != 0]
            if not terms:
                return True
            monomial, coefficient = max(terms, key=lambda term: (sum(term[0]), term[0]))
            product = sympy.Mul(*(h**e for h, e in zip(self.numbers.values(), monomial, strict=True)))
            step = self._summed(coefficient, product, dict(zip(self.numbers, monomial, strict=True)))
            if step is None:
                return False
            known = sympy.Add(*(c * p for (mon, c) in terms for p in [self._product(mon)]))
            work = known - self._difference(step) - (self._left_over if product == 1 else 0)
            self.found += step
        return False

    def _product(self, monomial: tuple[int, ...]) -> Expr:
        return sympy.Mul(*(h**e for h, e in zip(self.numbers.values(), monomial, strict=True)))

    def _summed(self, coefficient: Expr, product: Expr, powers: dict[int, int]) -> Expr | None:
        """A part of `found` whose difference has coefficient * product as its leading term."""
        self._left_over: Expr = Integer(0)
        if self.multiplier != 1:
            certificate = gosper(self.multiplier * coefficient, self.k)
            if certificate is not None:
                return certificate.factor * coefficient * product
            if product != 1:
                return None
            self.rest += coefficient
            self._left_over = coefficient
            return Integer(0)
        split = split_rational(coefficient, self.k)
        if split is None:
            certificate = gosper(coefficient, self.k)
            return None if certificate is None else certificate.factor * coefficient * product
        step = split.difference * product
        for c, a, m in split.fractions:
            if a == 1 and m in self.numbers:
                step += c * product * self.numbers[m] / (powers[m] + 1)
            elif product == 1:
                self.fractions.append((c, a, m))
                self._left_over += c / (self.k + a) ** m
            else:
                return None
        return step

    def _at(self, place: Expr, below: Expr) -> Expr:
        """Multiplier * found at `place`, in harmonic numbers of `below` = place - 1."""
        values = {self.k: place}
        values.update({h: h + 1 / place**m for m, h in self.numbers.items()} if place != 0 else {})
        found = sympy.Add(*(sympy.cancel(c) * self._product(mon) for mon, c in self._poly(self.found).terms()))
        result = found.subs(values, simultaneous=True)
        if place == 0 or below == -1:
            result = found.subs(dict.fromkeys(self.numbers.values(), 0)).subs(self.k, place)
        harmonic = {h: _harmonic(below, m) for m, h in self.numbers.items()}
        factor = self.multiplier.subs(self.k, place)
        terms = self._poly(result).terms()
        parts = []
        for monomial, c in terms:
            coefficient = sympy.factor(sympy.together(c))
            product = self._product(monomial).subs(harmonic)
            parts.append((tidy(factor * coefficient) if factor != 1 else coefficient) * product)
        return sympy.Add(*parts)


@dataclass(frozen=True)
class SplitRational:
    """f(k) = difference(k + 1) - difference(k) + sum of c/(k + a)**m over the fractions (c, a, m)."""

    difference: Expr
    fractions: tuple[tuple[Expr, Expr, int], ...]


def split_rational(f: Expr, k: sympy.Symbol) -> SplitRational | None:
    """The rational function split so that no two poles differ by an integer; None if one is not rational.

    >>> k = sympy.Symbol("k")
    >>> split_rational(1 / (k * (k + 1)), k)
    SplitRational(difference=-1/k, fractions=())
    """
    difference: Expr = Integer(0)
    fractions: dict[tuple[Expr, int], Expr] = {}
    whole: Expr = Integer(0)
    below = sympy.fraction(sympy.together(f))[1]
    if len(below.free_symbols - {k}) > MAX_PARAMETERS or sympy.degree(below, k) > MAX_POLES:
        return None
    for part in sympy.Add.make_args(sympy.apart(f, k) if f.has(k) else f):
        top, bottom = sympy.fraction(sympy.factor(part))
        if not bottom.has(k):
            whole += part
            continue
        if top.has(k):
            return None
        constant, powered = bottom.as_independent(k, as_Add=False)
        base, exponent = powered.as_base_exp()
        slope = sympy.expand(base).coeff(k)
        if not exponent.is_Integer or sympy.degree(base, k) != 1:
            return None
        m, a = int(exponent), sympy.cancel((base - slope * k) / slope)
        c = top / constant / slope**m
        number = a.as_independent(*a.free_symbols, as_Add=True)[0] if a.free_symbols else a
        if not number.is_Rational:
            return None
        # A rational pole moves to a number in (0, 1], so that every index k >= 0 avoids it; one with a parameter to
        # the first of its class, which is a pole of the term itself.
        shift = int(sympy.ceiling(number)) - 1
        if a.free_symbols:
            distances = [sympy.expand(a - known) for known, _ in fractions]
            shift = next((int(d) for d in distances if d.is_Integer), 0)
        if abs(shift) > MAX_SHIFT:
            return None
        low = a - shift
        difference += sympy.Add(*(c / (k + low + j) ** m for j in range(shift)))
        difference -= sympy.Add(*(c / (k + a + j) ** m for j in range(-shift)))
        fractions[low, m] = fractions.get((low, m), Integer(0)) + c
    if whole != 0:
        certificate = gosper(whole, k)
        if certificate is None:
            return None
        difference += sympy.cancel(certificate.factor * whole)
    left = tuple((sympy.cancel(c), a, m) for (a, m), c in fractions.items())
    return SplitRational(sympy.cancel(difference), tuple(entry for entry in left if entry[0] != 0))


def _fraction_sum(a: Expr, m: int, first: Expr, last: Expr) -> Expr:
    """The sum of 1/(k + a)**m over the range, for a in (0, 1) or with parameters."""
    if a == Rational(1, 2):
        return _odd(last + 1, m) - _odd(first, m)
    low, high = sympy.expand(first + a), sympy.expand(last + a)
    if a.is_integer and low.is_positive:
        return _harmonic(high, m) - _harmonic(low - 1, m)
    if a.is_integer and high.is_nonpositive:
        # 1/(k + a)**m = (-1)**m/(-k - a)**m, with -k - a from -high up to -low
        return (-1) ** m * (_harmonic(-low, m) - _harmonic(-high - 1, m))
    if m == 1:
        return sympy.digamma(last + 1 + a) - sympy.digamma(first + a)
    scale = Rational((-1) ** m) / sympy.factorial(m - 1)
    return scale * (sympy.polygamma(m - 1, first + a) - sympy.polygamma(m - 1, last + 1 + a))


def _harmonic(place: Expr, m: int) -> Expr:
    return sympy.harmonic(place) if m == 1 else sympy.harmonic(place, m)


def _odd(count: Expr, m: int) -> Expr:
    """The sum of 1/(k + 1/2)**m for 0 <= k < count: twice the odd fractions of a harmonic number."""
    if m == 1:
        return 2 * sympy.harmonic(2 * count) - sympy.harmonic(count)
    return 2**m * sympy.harmonic(2 * count, m) - sympy.harmonic(count, m)


def settled(expr: Expr) -> Expr:
    """The expression with harmonic numbers of n + c as those of n, collected.

    >>> n = sympy.Symbol("n")
    >>> settled(sympy.harmonic(n + 1) - 1 / (n + 1))
    harmonic(n)
    """
    replacements: dict[Expr, Expr] = {}
    for h in expr.atoms(sympy.harmonic):
        place, m = h.args[0], h.args[1] if len(h.args) > 1 else Integer(1)
        shift = place.as_independent(*place.free_symbols, as_Add=True)[0] if place.free_symbols else Integer(0)
        if shift.is_Integer and 0 < abs(shift) <= MAX_SHIFT:
            core = place - shift
            terms = [1 / (core + i) ** m for i in range(1, int(shift) + 1)]
            terms += [-1 / (core - i) ** m for i in range(int(-shift))]
            replacements[h] = (sympy.harmonic(core) if m == 1 else sympy.harmonic(core, m)) + sympy.Add(*terms)
    expr = expr.xreplace(replacements)
    numbers = sorted(expr.atoms(sympy.harmonic), key=str)
    if not numbers:
        return expr
    try:
        terms = sympy.Poly(expr, *numbers).terms()
    except sympy.PolynomialError:
        return expr
    products = [sympy.Mul(*(h**e for h, e in zip(numbers, mon, strict=True))) for mon, _ in terms]
    return sympy.Add(*(tidy(sympy.factor(c)) * p for (_, c), p in zip(terms, products, strict=True)))
