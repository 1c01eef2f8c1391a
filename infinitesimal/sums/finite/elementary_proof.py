"""Finite sums of trigonometric, logarithmic, arctangent and radical terms, proved by S(n) - S(n - 1) = term.

The difference and the first value are identities between elementary functions. They are decided by `formal_identities`
after logarithms and arctangents are taken apart:

- the c log R with R > 0 on the range are sums of c e log |p| over the irreducible factors p of R, and of logarithms of
  factorials and powers; the coefficient of every logarithm has to vanish;
- sum m atan R is a multiple of pi when the product of ((1 + i R)/(1 - i R))**m is 1. Where no R has a pole the sum is
  continuous, so that it is the same multiple everywhere, and one value decides which.

The test is one-sided: not proved is not refuted.
"""

from __future__ import annotations

from math import lcm

import sympy
from sympy import Integer

from infinitesimal.sums.finite.check import poles
from infinitesimal.sums.finite.formal_identities import vanishes
from infinitesimal.sums.finite.induction import Case, Induction, cases
from infinitesimal.sums.finite.telescopes import positive_from
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import normal_form


def proved(expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol) -> bool:
    """Whether the closed form is the sum for every range that is not empty, by induction on the step.

    >>> n, k = sympy.symbols("n k")
    >>> proved(sympy.log(1 + 1 / k), k, Integer(1), n, sympy.log(n + 1), n)
    True
    >>> proved(sympy.log(1 + 1 / k), k, Integer(1), n, sympy.log(n + 2), n)
    False
    """
    induction = Induction.of(expr, k, first, last, step)
    if induction is None:
        return False
    whole = frozenset((first.free_symbols | last.free_symbols | {step}) - {k})
    return all(_holds(induction, case, step, whole) for case in cases(result))


def _holds(induction: Induction, case: Case, step: sympy.Symbol, whole: frozenset[sympy.Symbol]) -> bool:
    """Whether the value of the case is the sum where its equations hold."""
    value, equations, nonzero = case
    here = {eq.lhs: eq.rhs for eq in equations if eq.lhs.is_Symbol}
    if step in here:
        return False
    value, base, added = (part.subs(here) for part in (value, induction.base, induction.added))
    start, left = induction.start, tuple(eq for eq in equations if not eq.lhs.is_Symbol)
    if start.is_Integer and any(place.is_Integer and place > start for place in poles(value, step)):
        return False  # beyond an undefined value there is nothing to start from
    # In the difference the step is beyond the start.
    least = int(start) + 1 if start.is_Integer else None
    return all(
        not part.has(sympy.nan, sympy.zoo, sympy.oo) and identically_zero(part, step, least, whole, left, nonzero)
        for part in (value.subs(step, start) - base, value - value.subs(step, step - 1) - added)
    )


def identically_zero(
    expr: Expr,
    step: sympy.Symbol,
    least: int | None,
    whole: frozenset[sympy.Symbol],
    equations: tuple[Expr, ...] = (),
    nonzero: tuple[Expr, ...] = (),
) -> bool:
    """Whether an elementary expression vanishes for all steps >= least, and for other symbols where it is defined.

    >>> n = sympy.Symbol("n")
    >>> identically_zero(sympy.log(n * (n + 1)) - sympy.log(n) - sympy.log(n + 1), n, 1, frozenset([n]))
    True
    """
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
    """The coefficients of logarithms of irreducible factors, and the rest; None where an argument may be negative."""
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
    result: list[tuple[Expr, Expr]] = [
        (sympy.Function("factorial")(core), Integer(e)) for core, e in form.factorials.items()
    ]
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
