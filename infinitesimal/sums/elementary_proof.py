"""Finite sums of trigonometric, logarithmic, arctangent and radical terms, proved by S(n) - S(n - 1) = term and a first value.

The difference and the first value are identities between elementary functions. They are decided by `formal_identities`
after logarithms and arctangents are taken apart:

- the c log R with R > 0 on the range are sums of c e log |p| over the irreducible factors p of R, and of logarithms of
  factorials and powers; the coefficient of every logarithm has to vanish;
- sum m atan R is a multiple of pi when the product of ((1 + i R)/(1 - i R))**m is 1. Where no R has a pole the sum is
  continuous, so that it is the same multiple everywhere, and one value decides which.

The test is one-sided: not proved is not refuted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import lcm

import sympy
from sympy import Eq, Integer

from infinitesimal.sums.factorial_products import Expr
from infinitesimal.sums.formal_identities import vanishes
from infinitesimal.sums.tidy_products import normal_form

MAX_ADDED = 12
"""The largest number of terms that one step of the bound adds."""


def proved(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> bool:
    """Whether the closed form is the sum for every range that is not empty, by induction on the step.

    >>> n, k = sympy.symbols("n k")
    >>> proved(sympy.log(1 + 1 / k), k, Integer(1), n, sympy.log(n + 1), n)
    True
    >>> proved(sympy.log(1 + 1 / k), k, Integer(1), n, sympy.log(n + 2), n)
    False
    """
    induction = _Induction.of(expr, k, first, last, step)
    return induction is not None and all(induction.holds(*case) for case in cases(result))


Case = tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]]
"""A value, the equations under which it is taken, and expressions that do not vanish then."""


def cases(result: Expr) -> Iterator[Case]:
    """The values of an expression with a `Piecewise`, or of a sum of several, without choices that exclude each other.

    >>> x = sympy.Symbol("x")
    >>> one = sympy.Piecewise((1, Eq(sympy.sin(x), 0)), (2, True))
    >>> [value for value, _, _ in cases(one + sympy.Piecewise((10, Eq(sympy.sin(2 * x), 0)), (20, True)))]
    [11, 12, 22]
    """
    constant: list[Expr] = []
    choices: list[list[Case]] = []
    for part in sympy.Add.make_args(result):
        if isinstance(part, sympy.Piecewise):
            choices.append(list(_branches(part)))
        else:
            constant.append(part)
    if result.has(sympy.Piecewise) and any(part.has(sympy.Piecewise) for part in constant):
        constant, choices = [], [list(_branches(sympy.piecewise_fold(result)))]
    for chosen in product(*choices):
        equations = tuple(dict.fromkeys(eq for _, eqs, _ in chosen for eq in eqs))
        nonzero = tuple(dict.fromkeys(part for _, _, parts in chosen for part in parts))
        if not any(_implied(part, equations) for part in nonzero):
            yield sympy.Add(*constant, *(value for value, _, _ in chosen)), equations, nonzero


def _branches(result: Expr) -> Iterator[Case]:
    earlier: list[Expr] = []
    for value, condition in result.args if isinstance(result, sympy.Piecewise) else ((result, sympy.true),):
        for case in sympy.Or.make_args(condition):
            # A condition that is not an equation only takes places away.
            yield value, tuple(part for part in sympy.And.make_args(case) if isinstance(part, Eq)), tuple(earlier)
        if isinstance(condition, Eq) and condition.rhs == 0:
            earlier.append(condition.lhs)


def _implied(wave: Expr, equations: tuple[Expr, ...]) -> bool:
    """Whether the expression vanishes by one of the equations: sin(x) = 0 is sin(3 x) = 0, and cos(x) = 0 cos(3 x) = 0."""
    for equation in equations:
        if equation.lhs == wave and equation.rhs == 0:
            return True
        if isinstance(wave, sympy.sin | sympy.cos) and equation.lhs.func == wave.func and equation.rhs == 0:
            times = sympy.cancel(wave.args[0] / equation.lhs.args[0])
            if times.is_Integer and (times % 2 or isinstance(wave, sympy.sin)):
                return True
    return False


class _Induction:
    """The base and the step of a proof by induction on the symbol in the bounds."""

    def __init__(self, start: Expr, least: int | None, whole: frozenset[sympy.Symbol], step: sympy.Symbol) -> None:
        self.start, self.least, self.whole, self.step = start, least, whole, step
        self.added: Expr = Integer(0)
        self.base: Expr = Integer(0)

    @classmethod
    def of(cls, expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, step: sympy.Symbol) -> _Induction | None:
        """For terms free of the step, and bounds linear in it; None for others."""
        if expr.has(step):
            expr = sympy.expand(expr.subs(k, first + last - k)) if not first.has(step) else expr
            if expr.has(step):
                return None
        up, down = (sympy.expand(bound - bound.subs(step, step - 1)) for bound in (last, first))
        if not (up.is_Integer and down.is_Integer and 0 <= up <= MAX_ADDED and abs(down) <= MAX_ADDED and up > down):
            return None
        width = sympy.expand(last - first)
        slope = up - down
        # the first value of the step at which the range is not empty
        start = sympy.ceiling(-width.subs(step, 0) / slope) if width.free_symbols <= {step} else None
        if start is None and slope == 1:
            start = sympy.expand(step - width)
        if start is None:
            return None
        whole = frozenset((first.free_symbols | last.free_symbols | {step}) - {k})
        proof = cls(start, int(start) if start.is_Integer else None, whole, step)
        before = (last.subs(step, step - 1), first.subs(step, step - 1))
        proof.added = sympy.Add(*(expr.subs(k, before[0] + i) for i in range(1, int(up) + 1)))
        proof.added -= sympy.Add(*(expr.subs(k, before[1] + i) for i in range(int(down))))
        proof.added += sympy.Add(*(expr.subs(k, before[1] - i) for i in range(1, int(-down) + 1)))
        low, count = first.subs(step, start), sympy.expand(width.subs(step, start)) + 1
        if not (count.is_Integer and 0 < count <= MAX_ADDED):
            return None
        proof.base = sympy.Add(*(expr.subs(k, low + i) for i in range(int(count))))
        return proof

    def holds(self, value: Expr, equations: tuple[Expr, ...], nonzero: tuple[Expr, ...]) -> bool:
        """Whether the value is the sum where the equations hold and the other expressions do not vanish."""
        here = {eq.lhs: eq.rhs for eq in equations if eq.lhs.is_Symbol}
        if self.step in here:
            place = here.pop(self.step)
            if here or not (place.is_Integer and self.start == place):
                return False
            return self._zero(value.subs(self.step, place) - self.base, (), ())
        value = value.subs(here)
        left = tuple(eq for eq in equations if not eq.lhs.is_Symbol)
        difference = value - value.subs(self.step, self.step - 1) - self.added.subs(here)
        first = value.subs(self.step, self.start) - self.base.subs(here)
        return self._zero(first, left, nonzero) and self._zero(difference, left, nonzero)

    def _zero(self, expr: Expr, equations: tuple[Expr, ...], nonzero: tuple[Expr, ...]) -> bool:
        if expr.has(sympy.nan, sympy.zoo, sympy.oo):
            return False
        # In the difference the sum up to the place before has terms as well.
        return identically_zero(expr, self.step, self.least, self.whole, equations, nonzero)


def identically_zero(
    expr: Expr,
    step: sympy.Symbol,
    least: int | None,
    whole: frozenset[sympy.Symbol],
    equations: tuple[Expr, ...] = (),
    nonzero: tuple[Expr, ...] = (),
) -> bool:
    """Whether an elementary expression vanishes for all steps >= least + 1, and for other symbols where it is defined.

    >>> n = sympy.Symbol("n")
    >>> identically_zero(sympy.log(n * (n + 1)) - sympy.log(n) - sympy.log(n + 1), n, 0, frozenset([n]))
    True
    """
    least = None if least is None else least + 1
    if expr.has(sympy.log):
        parts = _without_logarithms(expr, step, least)
        return parts is not None and all(vanishes(part, step, least, whole, equations, nonzero) for part in parts)
    if expr.has(sympy.atan):
        rest = _without_arctangents(expr, step, least, whole)
        return rest is not None and vanishes(rest, step, least, whole, equations, nonzero)
    return vanishes(expr, step, least, whole, equations, nonzero)


def _linear(expr: Expr, kind: type[sympy.Function]) -> tuple[dict[Expr, Expr], Expr] | None:
    """The coefficients c with expr = sum of c f(argument) + rest, by the argument, and the rest."""
    names = {f: sympy.Dummy() for f in expr.atoms(kind)}
    opened = sympy.expand(expr.xreplace(names))
    coefficients = {f.args[0]: opened.coeff(name) for f, name in names.items()}
    rest = opened.subs(dict.fromkeys(names.values(), 0))
    symbols = set(names.values())
    if any(part.free_symbols & symbols for part in (rest, *coefficients.values())) or rest.has(kind):
        return None
    known = sympy.Add(rest, *(c * names[kind(argument)] for argument, c in coefficients.items()))
    return (coefficients, rest) if sympy.expand(opened - known) == 0 else None


def _without_logarithms(expr: Expr, step: sympy.Symbol, least: int | None) -> list[Expr] | None:
    """The coefficients of the logarithms of irreducible factors, and the rest; None where an argument may be negative."""
    found = _linear(expr, sympy.log)
    if found is None:
        return None
    total: dict[Expr, Expr] = {}
    for argument, c in found[0].items():
        factors = _positive_factors(argument, step, least)
        if factors is None:
            return None
        for p, e in factors:
            total[p] = total.get(p, Integer(0)) + c * e
    return [found[1], *total.values()]


def _positive_factors(argument: Expr, step: sympy.Symbol, least: int | None) -> list[tuple[Expr, Expr]] | None:
    """Pairs (p, e) with log(argument) = sum of e log |p|; None where the argument is not positive for sure."""
    form = normal_form(argument, (step,))
    if form is None or argument.free_symbols - {step}:
        return None
    if least is None:
        return None
    start = least
    if not all((core.subs(step, start) + 1).is_positive and core.coeff(step) >= 0 for core in form.factorials):
        return None
    if not positive_from(form.rational, step, start) or not all(b.is_positive for b in form.powers):
        return None
    result: list[tuple[Expr, Expr]] = [(sympy.Function("factorial")(core), Integer(e)) for core, e in form.factorials.items()]
    bases = [(b, x) for b, x in form.powers.items()]
    constant = Integer(1)
    for part, sign in zip(sympy.fraction(sympy.together(form.rational)), (1, -1), strict=True):
        c, factors = sympy.factor_list(part, step)
        constant *= c**sign
        # p and -p have one absolute value
        result += [(p if sympy.LC(p, step) > 0 else sympy.expand(-p), Integer(sign * e)) for p, e in factors]
    for base, exponent in (*bases, (abs(constant), Integer(1))):
        if not base.is_Rational:
            return None
        for number, sign in ((base.p, 1), (base.q, -1)):
            result += [(Integer(p), sign * e * exponent) for p, e in sympy.factorint(number).items()]
    return result


def positive_from(rational: Expr, k: sympy.Symbol, first: int) -> bool:
    """Whether a rational function over the rationals is positive at all reals >= first."""
    if rational.free_symbols - {k} or not rational.subs(k, first).is_positive:
        return False
    parts = [sympy.Poly(part, k, domain="QQ") for part in sympy.fraction(sympy.together(rational))]
    return all(part.degree() <= 0 or part.count_roots(first, None) == 0 for part in parts)


def _without_arctangents(
    expr: Expr, step: sympy.Symbol, least: int | None, whole: frozenset[sympy.Symbol]
) -> Expr | None:
    """The part without arctangents and multiples of pi, if these add up to zero; else None."""
    found = _linear(expr, sympy.atan)
    if found is None or not all(c.is_Rational for c in found[0].values()):
        return None
    turns = found[1].coeff(sympy.pi)
    if not turns.is_Rational:
        return None
    start = 0 if least is None else least
    common = lcm(int(turns.q), *(int(c.q) for c in found[0].values()))
    turned = Integer(1)
    for argument, c in found[0].items():
        if argument.free_symbols - {step} or not _continuous_from(argument, step, start):
            return None
        turned *= ((1 + sympy.I * argument) / (1 - sympy.I * argument)) ** int(c * common)
    if not vanishes(turned - 1, step, least, whole):
        return None
    value = sympy.Add(turns * sympy.pi, *(c * sympy.atan(argument) for argument, c in found[0].items()))
    if not abs(sympy.N(value.subs(step, start), 30)) * 4 * common < 1:  # the multiples of pi/common are farther away
        return None
    return found[1] - turns * sympy.pi


def _continuous_from(argument: Expr, step: sympy.Symbol, start: int) -> bool:
    """Whether a rational function has no pole at a real >= start."""
    if not argument.has(step):
        return bool(argument.is_number)
    if not argument.is_rational_function(step):
        return False
    below = sympy.Poly(sympy.fraction(sympy.together(argument))[1], step)
    return not below.free_symbols_in_domain and (below.degree() == 0 or below.count_roots(start, None) == 0)
