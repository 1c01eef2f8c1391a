"""The identity S(n) - S(n - 1) = term(n) of a closed form, decided by algebra: with one value it proves the sum.

Harmonic numbers and polygamma values at n + c are brought to those at n, Fibonacci and Lucas numbers to two neighbours
with the identity of Cassini between them. What is left is a polynomial in these with hypergeometric coefficients, and
it vanishes when similar terms add up to zero. The test is one-sided: not proved is not refuted.
"""

from __future__ import annotations

import sympy
from sympy import Integer
from sympy.polys.polyerrors import PolynomialError

from infinitesimal.sums.finite.induction import Induction, cases, classes_of_steps
from infinitesimal.sums.summands.factorial_products import Expr
from infinitesimal.sums.summands.tidy_products import combine, counted_symbols

MAX_SHIFT = 60
"""The largest distance between two places that is bridged."""

MAX_SLOPE = 12
"""Fibonacci numbers of larger multiples of the step are not opened."""


def proved_by_difference(
    expr: Expr, k: sympy.Symbol, first: Expr, last: Expr, result: Expr, step: sympy.Symbol
) -> bool:
    """Whether result(step) - result(step - 1) is what a step adds, as an identity in the step and the parameters.

    Only sums whose terms do not depend on the step have this difference. Branches for single values of the step are
    left to a comparison of values, as is the first value.

    >>> n, k = sympy.symbols("n k")
    >>> proved_by_difference(sympy.harmonic(k), k, Integer(1), n, (n + 1) * sympy.harmonic(n) - n, n)
    True
    """
    induction = Induction.of(expr, k, first, last, step)
    if induction is None or not _only_equations(result):
        return False
    for value, equations, _ in cases(result):
        here = {eq.lhs: eq.rhs for eq in equations}
        if step in here:
            continue
        difference = (value - value.subs(step, step - 1) - induction.added).subs(here)
        if not all(_vanishes(part, step) for part in classes_of_steps(difference, step)):
            return False
    return True


def _only_equations(result: Expr) -> bool:
    """Whether the branches are for values of symbols, and not for ranges, of which samples would say too little."""
    conditions = [its for piecewise in result.atoms(sympy.Piecewise) for _, its in piecewise.args]
    parts = [part for its in conditions for case in sympy.Or.make_args(its) for part in sympy.And.make_args(case)]
    return all(part == sympy.true or (isinstance(part, sympy.Eq) and part.lhs.is_Symbol) for part in parts)


def _vanishes(expr: Expr, step: sympy.Symbol) -> bool:
    """Whether the expression is zero by the relations of this module; False does not say that it is not."""
    expr = expr.replace(
        lambda e: isinstance(e, sympy.RisingFactorial) and e.args[0].is_Rational, lambda e: e.rewrite(sympy.gamma)
    )
    root = sympy.Dummy("c", positive=True)
    expr = expr.subs(sympy.sqrt(sympy.pi), root)  # gamma(1/2), a factor of all terms or of none
    opened, numbers = _opened(expr, step)
    if opened is None:
        return False
    try:
        coefficients = sympy.Poly(opened, *numbers).coeffs() if numbers else [opened]
    except PolynomialError:
        return False
    return all(_cancels(c, step) for c in coefficients)


def _cancels(expr: Expr, step: sympy.Symbol) -> bool:
    """Whether the hypergeometric terms of a sum add up to zero, similar ones together."""
    symbols = counted_symbols(expr) or (step,)
    for parts in (expr, sympy.expand(expr)):
        try:
            if combine(list(sympy.Add.make_args(parts)), symbols) == []:
                return True
        except (PolynomialError, ValueError):
            continue
    return False


def _opened(expr: Expr, step: sympy.Symbol) -> tuple[Expr | None, list[sympy.Symbol]]:
    """The expression with symbols for its special numbers at one place each, and the symbols."""
    symbols: dict[Expr, sympy.Symbol] = {}

    def name(value: Expr) -> sympy.Symbol:
        return symbols.setdefault(value, sympy.Dummy(f"N{len(symbols)}"))

    replacements: dict[Expr, Expr] = {}
    squares: dict[sympy.Symbol, Expr] = {}
    for f in sorted(expr.atoms(sympy.harmonic, sympy.polygamma, sympy.fibonacci, sympy.lucas), key=str):
        place = f.args[1] if isinstance(f, sympy.polygamma) else f.args[0]
        core, shift = _core(place)
        if abs(shift) > MAX_SHIFT:
            return None, []
        if isinstance(f, sympy.harmonic):
            m = f.args[1] if len(f.args) > 1 else Integer(1)
            replacements[f] = name(sympy.harmonic(core, m, evaluate=False)) + _steps(core + 1, shift, m)
        elif isinstance(f, sympy.polygamma):
            m = f.args[0]
            if not m.is_Integer:
                return None, []
            scale = Integer(-1) ** m * sympy.factorial(m)
            replacements[f] = name(sympy.polygamma(m, core, evaluate=False)) + scale * _steps(core, shift, m + 1)
        else:
            slope, base = core.as_content_primitive()
            if not (slope.is_Integer and 0 < slope <= MAX_SLOPE):
                return None, []
            u, v = name(sympy.fibonacci(base, evaluate=False)), name(sympy.fibonacci(base + 1, evaluate=False))
            squares[v] = u * v + u**2 + (-1) ** base
            low, high = _multiple(u, v, int(slope))
            # F(c + j) = F(j) F(c + 1) + F(j - 1) F(c), and L(a) = F(a + 1) + F(a - 1)
            places = (shift,) if isinstance(f, sympy.fibonacci) else (shift + 1, shift - 1)
            replacements[f] = sympy.Add(*(sympy.fibonacci(j) * high + sympy.fibonacci(j - 1) * low for j in places))
    opened = expr.xreplace(replacements)
    if squares:
        opened = sympy.fraction(sympy.together(opened))[0]
    for v, square in squares.items():
        opened = sympy.rem(sympy.expand(opened), v**2 - square, v)
    return opened, list(symbols.values())


def _multiple(u: Expr, v: Expr, slope: int) -> tuple[Expr, Expr]:
    """F(slope * base) and its successor as polynomials in u = F(base) and v = F(base + 1)."""
    low, high = u, v
    for _ in range(slope - 1):
        # F(a + b) = F(a) F(b + 1) + F(a - 1) F(b)
        low, high = sympy.expand(low * v + (high - low) * u), sympy.expand(high * v + low * u)
    return low, high


def _core(place: Expr) -> tuple[Expr, int]:
    """The place without its integer part, and that part."""
    constant = place.as_coeff_Add()[0]
    whole = int(sympy.floor(constant)) if constant.is_Rational else 0
    return sympy.expand(place - whole), whole


def _steps(low: Expr, count: int, m: Expr) -> Expr:
    """The sum of 1/(low + i)**m for 0 <= i < count; with a minus over the places below when count < 0."""
    if count >= 0:
        return sympy.Add(*(1 / (low + i) ** m for i in range(count)))
    return -sympy.Add(*(1 / (low - i) ** m for i in range(1, -count + 1)))
