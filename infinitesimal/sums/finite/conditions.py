"""Where a closed form of a finite sum holds: the conditions on bounds and parameters, beside the value.

A term with a pole in the range makes the sum undefined, though a telescoped form may stay finite there: the sum of
1/((k - 5)*(k - 6)) from 1 to n is n/(5*(5 - n)) for n < 5 only. Poles of linear factors are read from the term;
what else restricts a form (a lower index of a binomial coefficient that has to be a natural number) is found by
comparing it with the sum on a grid of parameters, and then stated as the weakest condition of a short list.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import sympy
from sympy import And, Eq, Integer, Ne, Or, Rational
from sympy.logic.boolalg import Boolean

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.finite.check import add_up, close, meets, poles
from infinitesimal.sums.summands.factorial_products import Expr, read
from infinitesimal.sums.summands.tidy_products import counted_symbols

SECONDS = 10.0
"""The time for comparisons on the grid. When it is spent, all parameters that count have to be natural numbers."""

_WHOLE = tuple(map(Integer, (0, 1, -1, 2, -2, 3, -3, 5, -5)))
_BROKEN = (Rational(1, 2), Rational(-5, 3))
_CORNERS = (Integer(0), Integer(-2), Rational(1, 2))
_UPPER = (0, 1, 2, 4)

Cases = list[tuple[Expr, Boolean]]


def conditioned(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> Expr:
    """The closed form with the conditions under which it is the sum; itself where it always is.

    Outside of them the `Piecewise` has no value, because a term is not defined or no form was found. Raises `Undecided`
    when the form fails on the grid for a reason not known here.

    >>> from sympy.abc import k, n
    >>> conditioned(1 / ((k - 5) * (k - 6)), k, Integer(1), n, n / (5 * (5 - n)), n)
    Piecewise((n/(25 - 5*n), n < 5))
    """
    cases = _cases(poles(expr, k), first, last, result)
    grid = _Grid(expr, k, first, last, step)
    cases = grid.restricted(cases) if grid.parameters else cases
    cases = [(value, condition) for value, condition in cases if condition != sympy.false]
    if not cases:
        raise Undecided(f"the sum of {expr} over {k} from {first} to {last} has a term that is not defined")
    if cases == [(result, sympy.true)]:
        return result
    branches = [branch for case in cases for branch in _flat(*case)]
    return sympy.Piecewise(*((value, condition) for value, condition in branches if condition != sympy.false))


def _cases(places: tuple[Expr, ...], first: Expr, last: Expr, result: Expr) -> Cases:
    """The result where no pole is in the range, with polygamma values reflected where the pole is after the range."""
    cases: Cases = [(result, sympy.true)]
    for place in places:
        before, after, broken = _less(place, first), _less(last, place), _broken(place)
        below = sympy.fraction(place)[1]
        # Where the factor is free of the index there is no pole, and the place cannot be compared.
        inside: Cases = [(value, And(condition, Eq(below, 0))) for value, condition in cases if below.free_symbols]
        for value, condition in cases:
            turned = _reflected(value, place)
            if turned == value:
                inside.append((value, joined(condition, Or(before, after, broken))))
            else:
                inside.append((value, joined(condition, Or(before, broken))))
                inside.append((turned, joined(condition, after)))
        cases = inside
    return cases


def _reflected(expr: Expr, place: Expr) -> Expr:
    """Differences of polygamma(m, z) with z + place an integer, by their values at 1 - z.

    polygamma(m, z) - (-1)**m polygamma(m, 1 - z) has the period 1, so that it cancels.
    """
    if not place.free_symbols:
        return expr

    def whole(z: Expr) -> bool:
        return bool(sympy.expand(z + place).is_integer)

    return expr.replace(
        lambda e: isinstance(e, sympy.polygamma) and whole(e.args[1]),
        lambda e: (-1) ** e.args[0] * sympy.polygamma(e.args[0], 1 - e.args[1]),
    )


def _flat(value: Expr, condition: Boolean) -> Iterator[tuple[Expr, Boolean]]:
    if not isinstance(value, sympy.Piecewise):
        yield value, condition
        return
    for inner, its in value.args:
        outer = condition.subs(its.lhs, its.rhs) if isinstance(its, Eq) and its.lhs.is_Symbol else condition
        yield from _flat(inner, joined(its, outer))


def joined(*conditions: Boolean) -> Boolean:
    """The conjunction without bounds that follow from others, and false where bounds of a symbol exclude each other.

    >>> from sympy.abc import m
    >>> joined(m > -1, m > 0), joined(m > 2, m < 1), joined(m > 0, Or(m > -1, Ne(sympy.floor(m), m)))
    (m > 0, False, m > 0)
    """
    parts = list(And.make_args(And(*conditions)))
    bounds = [part for part in parts if _bound(part) is not None]
    if any(_exclude(a, b) for a, b in combinations(bounds, 2)):
        return sympy.false
    kept = []
    for part in parts:
        weaker = Or.make_args(part)
        if not any(_implies(bound, w) for bound in bounds for w in weaker):
            kept.append(part)
    return And(*kept)


def _bound(part: Boolean) -> tuple[sympy.Symbol, int, Expr] | None:
    """(symbol, 1, end) for symbol > end, (symbol, -1, end) for symbol < end."""
    if isinstance(part, sympy.StrictGreaterThan | sympy.StrictLessThan) and part.lhs.is_Symbol:
        return part.lhs, 1 if isinstance(part, sympy.StrictGreaterThan) else -1, part.rhs
    return None


def _implies(a: Boolean, b: Boolean) -> bool:
    """Whether a bound implies another bound, and is not the same."""
    p, q = _bound(a), _bound(b)
    return bool(p and q and p[:2] == q[:2] and a != b and (p[1] * (p[2] - q[2])).is_nonnegative)


def _exclude(a: Boolean, b: Boolean) -> bool:
    """Whether two bounds leave nothing between them."""
    p, q = _bound(a), _bound(b)
    return bool(p and q and p[0] == q[0] and p[1] == -q[1] and (p[1] * (p[2] - q[2])).is_nonnegative)


def _less(a: Expr, b: Expr) -> Boolean:
    """A < b, solved for the symbol where it has one."""
    if isinstance(a, sympy.floor) and b.is_integer:
        return _less(a.args[0], b)
    difference = sympy.expand(b - a)
    if difference.is_positive:
        return sympy.true
    if difference.is_nonpositive:
        return sympy.false
    for symbol in sorted(difference.free_symbols, key=lambda s: (s == n, str(s))):
        slope = difference.coeff(symbol)
        if slope.is_Rational and slope != 0 and not (difference - slope * symbol).has(symbol):
            end = sympy.expand((slope * symbol - difference) / slope)
            return symbol > end if slope > 0 else symbol < end
    return a < b


def _broken(place: Expr) -> Boolean:
    """That the place is not an integer."""
    if place.is_integer:
        return sympy.false
    core = sympy.Add(*(part for part in sympy.Add.make_args(sympy.expand(place)) if not part.is_integer))
    core = -core if core.could_extract_minus_sign() else core
    return Ne(sympy.floor(core), core)


@dataclass
class _Grid:
    """The sum at small values of the parameters and of the step, against closed forms."""

    expr: Expr
    k: sympy.Symbol
    first: Expr
    last: Expr
    step: sympy.Symbol

    def __post_init__(self) -> None:
        ends = self.first.free_symbols | self.last.free_symbols
        self.bounds = sorted(ends - {self.step}, key=str)
        self.parameters = sorted((self.expr.free_symbols | ends) - {self.k, self.step}, key=str)
        # Fibonacci numbers of other places are not real
        places = (f.args[0] for f in self.expr.atoms(sympy.fibonacci, sympy.lucas))
        self.whole = {*self.bounds, *(s for place in places for s in place.free_symbols)}
        self.deadline = time.monotonic() + SECONDS
        self.complete = True
        self.places = poles(self.expr, self.k)

    def restricted(self, cases: Cases) -> Cases:
        """The cases under the weakest further condition that leaves no failure; raises `Undecided`."""
        bad: list[dict[sympy.Symbol, Expr]] = []
        good: list[dict[sympy.Symbol, Expr]] = []
        for point, total in self._sums():
            value = _value(cases, point)
            if value is None:
                continue  # refused
            undefined = value.has(sympy.nan, sympy.zoo, sympy.oo)
            if undefined and total is None:
                continue
            right = total is not None and not undefined and close(value, total)
            (good if right else bad).append(point)
        if not self.complete:
            counted = (*self.bounds, *counted_symbols(self.expr))
            natural = And(*(And(p >= 0, Eq(sympy.floor(p), p)) for p in self.parameters if p in counted))
            cases = [(value, joined(condition, natural)) for value, condition in cases]
            bad = [point for point in bad if _value(cases, point) is not None]
        if not bad:
            return cases
        candidates = self._candidates()
        for size in (1, 2, len(candidates)):
            sets = [And(*chosen) for chosen in combinations(candidates, size)]
            fitting = [c for c in sets if not any(_holds(c, point) for point in bad)]
            kept = [sum(_holds(c, point) for point in good) for c in fitting]
            if kept and max(kept) >= 3:
                best = fitting[kept.index(max(kept))]
                return [(value, joined(condition, best)) for value, condition in cases]
        place = ", ".join(f"{s} = {v}" for s, v in bad[0].items())
        raise Undecided(
            f"a closed form of the sum of {self.expr} over {self.k} from {self.first} to {self.last} was found, "
            f"but at {place} it is not the sum, and the condition under which it is was not: give the parameters values"
        )

    def _sums(self) -> Iterator[tuple[dict[sympy.Symbol, Expr], Expr | None]]:
        """The points with a range that is not empty, and the sum there; None where a term is not defined."""
        for sample in self._samples():
            for upper in _UPPER:
                if time.monotonic() > self.deadline:
                    self.complete = False
                    return
                point = {**sample, self.step: Integer(upper)}
                low, high = self.first.subs(point), self.last.subs(point)
                if not (low.is_Integer and high.is_Integer and low <= high <= low + 40):
                    continue
                if meets(self.places, point, low, high):
                    yield point, None
                    continue
                try:
                    yield point, add_up(self.expr.subs(point), self.k, int(low), int(high))
                except ZeroDivisionError:
                    yield point, None

    def _samples(self) -> Iterator[dict[sympy.Symbol, Expr]]:
        """Every value of each parameter beside two values of the others, and the corners."""
        seen = set()
        for p in self.parameters:
            for value in _WHOLE if p in self.whole else (*_WHOLE, *_BROKEN):
                for other in (Integer(2), Integer(3)):
                    seen.add(tuple(value if q == p else other for q in self.parameters))
                    yield {q: value if q == p else other for q in self.parameters}
        corners = [_CORNERS[:-1] if p in self.whole else _CORNERS for p in self.parameters[:3]]
        rest = [Integer(1)] * len(self.parameters[3:])
        for numbers in product(*corners):
            if (*numbers, *rest) not in seen:
                yield dict(zip(self.parameters, (*numbers, *rest), strict=True))

    def _candidates(self) -> list[Boolean]:
        """Conditions in the order from weak to strong, for each parameter and each factorial."""
        result: list[Boolean] = []
        term = read(self.expr, (self.k, self.step))
        for argument, exponent in term.factorials if term is not None else ():
            slope = argument.coeff(self.k)
            if exponent > 0 and slope.is_Integer:
                least = sympy.expand(argument.subs(self.k, self.last if slope < 0 else self.first))
                if not least.is_nonnegative:
                    result += [Or(_less(Integer(-1), least), _broken(least)), _less(Integer(-1), least)]
        for p in self.parameters:
            whole = Eq(sympy.floor(p), p)
            result += [Ne(p, 1), And(Ne(p, 1), Ne(p, -1)), Ne(p, 0)]
            result += [Or(p >= 0, Ne(sympy.floor(p), p)), p >= 0, whole, And(p >= 0, whole), And(p > 0, whole), p > 0]
        return [c for c in result if c not in (sympy.true, sympy.false)]


def _value(cases: Cases, point: dict[sympy.Symbol, Expr]) -> Expr | None:
    """The value of the first case that holds at the point, None if none does."""
    for value, condition in cases:
        if _holds(condition, point):
            if isinstance(value, sympy.Piecewise):
                return _value([(inner, its) for inner, its in value.args], point)
            try:
                return value.subs(point)
            except (TypeError, ValueError, ZeroDivisionError):
                return sympy.nan
    return None


def _holds(condition: Boolean, point: dict[sympy.Symbol, Expr]) -> bool:
    return bool(condition.subs(point) == sympy.true)
