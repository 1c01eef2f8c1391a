"""The value of an expression: a ball that contains it, or the exact rational where there is one.

An expression is translated once into a Python function over the balls of Arb (Johansson, *Arb:
efficient arbitrary-precision midpoint-radius interval arithmetic*, 2017) or over exact rationals;
after that a value costs a few microseconds for every operation. The precision is always a scope:
`flint.ctx` is restored on the way out.
"""

from collections.abc import Callable
from functools import lru_cache

import sympy
from flint import acb, arb, ctx, fmpq, fmpz
from sympy.core.function import AppliedUndef

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.summands.ball_functions import (
    CONSTANTS,
    FUNCTIONS,
    isolated_roots,
    power,
    sum_over_roots,
    zeta_derivative,
)
from infinitesimal.sums.summands.exact_values import exact
from infinitesimal.sums.summands.separation import separation_bits
from infinitesimal.sums.summands.summand import Summand
from infinitesimal.truth import Truth

BallFunction = Callable[[acb], acb]

EXTRA_BITS = 24
"""Guard bits of the first attempt; every further attempt doubles the precision."""

ATTEMPTS = 5

ZERO_TEST_BITS = (64, 256, 1024)
"""A number that balls of so many bits do not tell from zero is examined algebraically."""

MOST_SEPARATION_BITS = 20_000


def ball(expr: sympy.Expr, bits: int) -> acb:
    """A ball that contains the value of a constant expression, good to about `bits` bits.

    The precision is raised until the relative accuracy is `bits`, or, for a value that cannot be told
    from zero, until the radius is below 2**-bits. Raises `Undecided` for a function that cannot be
    enclosed, and when no precision tried was enough.

    >>> import sympy
    >>> ball(sympy.zeta(3) + sympy.log(2), 100).real.str(20, radius=False)
    '1.8952040837195395948'
    """
    return _refined(expr, 0, bits)


def value_ball(expr: sympy.Expr, k: int, bits: int) -> acb:
    """A ball that contains the value of the term `expr` at n = `k`; see `ball`.

    >>> value_ball(sympy.sqrt(n), 2, 53).real.str(10, radius=False)
    '1.414213562'
    """
    return _refined(expr, k, bits)


def real_ball(expr: sympy.Expr, bits: int) -> arb:
    """The ball of a constant that is known to be real; `Undecided` if the enclosure says it is not."""
    value = ball(expr, bits)
    if not value.imag.contains(0):
        raise Undecided(f"{expr} is not real: a real value is expected here")
    return value.real


def rational_at(expr: sympy.Expr, k: int) -> fmpq | None:
    """The exact value of the term at n = `k` when it is rational and this module can tell; else None.

    Poles and values of more than some ten million bits are None as well.

    >>> rational_at(sympy.binomial(2 * n, n) / 4**n, 3)
    5/16
    """
    try:
        value: fmpq = exact(expr)(k)
    except (ArithmeticError, ValueError, OverflowError):
        return None
    return value


def is_zero(expr: sympy.Expr) -> Truth:
    """Whether a constant is zero: by exact arithmetic, by a ball that keeps clear of zero, by a separation bound.

    UNKNOWN when balls of a thousand bits contain zero, expanding does not cancel, and the number is not
    known to be algebraic.

    >>> import sympy
    >>> is_zero(sympy.sqrt(5 + 2 * sympy.sqrt(6)) - sympy.sqrt(2) - sympy.sqrt(3))
    Truth.TRUE
    """
    if expr.free_symbols:
        return Truth.UNKNOWN
    value = rational_at(expr, 0)
    if value is not None:
        return Truth.of(value == 0)
    try:
        function = compiled(expr)
    except Undecided:
        return Truth.UNKNOWN
    for bits in ZERO_TEST_BITS:
        if _keeps_clear_of_zero(function, bits):
            return Truth.FALSE
    separation = separation_bits(expr)
    if separation is not None and separation <= MOST_SEPARATION_BITS:
        with ctx.workprec(2 * separation + 64):
            value = function(acb(0))
            if value.is_finite() and abs(value) < arb(2) ** -separation:
                return Truth.TRUE
            if not value.contains(0):
                return Truth.FALSE
    expanded = sympy.expand(sympy.expand_log(expr, factor=True))
    return Truth.TRUE if expanded == 0 else Truth.UNKNOWN


def _keeps_clear_of_zero(function: BallFunction, bits: int) -> bool:
    with ctx.workprec(bits):
        try:
            return not function(acb(0)).contains(0)
        except Undecided:
            return False


def _refined(expr: sympy.Expr, k: int, bits: int) -> acb:
    evaluate = compiled(expr)
    precision = bits + EXTRA_BITS
    for _ in range(ATTEMPTS):
        with ctx.workprec(precision):
            value = evaluate(acb(k))
        if value.is_finite() and (value.is_exact() or value.rel_accuracy_bits() >= bits):
            return value
        precision *= 2
    with ctx.workprec(bits):
        if value.is_finite() and value.rad() < arb(2) ** -bits:
            return value
    raise Undecided(f"no enclosure of {expr} at n = {k} to {bits} bits: {precision // 2} bits were not enough")


@lru_cache(maxsize=4096)
def compiled(expr: sympy.Expr, index: sympy.Symbol = n) -> BallFunction:
    """The function from the ball of the index to the ball of the expression, at the precision in scope.

    Raises `Undecided` for free symbols other than the index and for functions without an enclosure.
    """
    if expr == index:
        return lambda x: x
    if expr.is_Rational:
        return _rational(fmpq(int(expr.p), int(expr.q)))
    if expr in CONSTANTS:
        constant = CONSTANTS[expr]
        return lambda x: constant()
    if isinstance(expr, sympy.polys.rootoftools.RootSum):
        function = compiled(expr.fun.expr, expr.fun.variables[0])
        return lambda x: sum_over_roots(expr.poly, function)
    if isinstance(expr, sympy.polys.rootoftools.ComplexRootOf):
        return _root(expr)
    if isinstance(expr, sympy.Subs):
        return _derivative(expr, index)
    if isinstance(expr, sympy.Piecewise):
        return _piecewise(expr, index)
    if isinstance(expr, sympy.Float | AppliedUndef) or expr.is_Symbol:
        raise Undecided(f"{expr} has no exact value: a constant expression is expected")
    if isinstance(expr, sympy.hyper):
        return _hyper(expr, index)
    parts = [compiled(arg, index) for arg in expr.args]
    if expr.is_Add:
        return _sum(parts)
    if expr.is_Mul:
        return _product(parts)
    if expr.is_Pow:
        return _power(expr, parts)
    rule = FUNCTIONS.get(expr.func.__name__)
    if rule is None or not parts:
        raise Undecided(f"no enclosure of {expr.func.__name__} is built in")
    if isinstance(expr, sympy.floor | sympy.ceiling | sympy.frac | sympy.Mod) and index == n:
        return _step_function(expr, lambda x: rule(*[part(x) for part in parts]))
    return lambda x: rule(*[part(x) for part in parts])


def _rational(value: fmpq) -> BallFunction:
    return lambda x: acb(value)


def _sum(parts: list[BallFunction]) -> BallFunction:
    def total(x: acb) -> acb:
        result = parts[0](x)
        for part in parts[1:]:
            result += part(x)
        return result

    return total


def _product(parts: list[BallFunction]) -> BallFunction:
    def product(x: acb) -> acb:
        result = parts[0](x)
        for part in parts[1:]:
            result *= part(x)
        return result

    return product


def _power(expr: sympy.Expr, parts: list[BallFunction]) -> BallFunction:
    base, exponent = parts
    if expr.exp.is_Integer:
        whole = fmpz(int(expr.exp))
        return lambda x: base(x) ** whole
    if expr.exp == sympy.S.Half:
        return lambda x: base(x).sqrt()
    if expr.base == sympy.E:
        return lambda x: exponent(x).exp()
    return lambda x: power(base(x), exponent(x))


def _hyper(expr: sympy.hyper, index: sympy.Symbol) -> BallFunction:
    if abs(expr.argument) == 1 and len(expr.ap) == len(expr.bq) + 1 > 2 and not expr.has(index):
        return lambda x: _hyper_on_the_circle(expr)
    above = [compiled(a, index) for a in expr.ap]
    below = [compiled(b, index) for b in expr.bq]
    argument = compiled(expr.argument, index)

    def value(x: acb) -> acb:
        if len(above) == 2 and len(below) == 1:
            return argument(x).hypgeom_2f1(above[0](x), above[1](x), below[0](x))
        return argument(x).hypgeom([a(x) for a in above], [b(x) for b in below])

    return value


def _root(expr: sympy.Expr) -> BallFunction:
    """A root of an irreducible polynomial: SymPy counts the real ones first, in their order."""

    def value(x: acb) -> acb:
        real = sorted((root.real for root in isolated_roots(expr.poly) if root.imag.is_zero()), key=float)
        if expr.index >= len(real):
            raise Undecided(f"{expr} is not one of the real roots")
        return acb(real[expr.index])

    return value


def _derivative(expr: sympy.Subs, index: sympy.Symbol) -> BallFunction:
    """zeta'(s), zeta''(s), ...: the shape in which SymPy writes a derivative at a point."""
    inner, variables, point = expr.expr, expr.variables, expr.point
    if not (isinstance(inner, sympy.Derivative) and isinstance(inner.expr, sympy.zeta) and len(variables) == 1):
        raise Undecided(f"no enclosure of {expr} is built in")
    variable, order = inner.variable_count[0]
    arguments = inner.expr.args
    if variable != variables[0] or arguments[0] != variable or any(variable in a.free_symbols for a in arguments[1:]):
        raise Undecided(f"no enclosure of {expr} is built in")
    at = compiled(point[0], index)
    rest = [compiled(a, index) for a in arguments[1:]]
    return lambda x: zeta_derivative(int(order), at(x), *[a(x) for a in rest])


def _hyper_on_the_circle(expr: sympy.hyper) -> acb:
    """A generalised hypergeometric function at 1 or -1, where Arb has no algorithm: by its series."""
    from infinitesimal.sums.summands.hypergeometric_enclosure import enclose_hypergeometric

    above = sympy.Mul(*[sympy.rf(a, n) for a in expr.ap])
    below = sympy.Mul(*[sympy.rf(b, n) for b in expr.bq], sympy.factorial(n))
    value = enclose_hypergeometric(Summand(above / below * expr.argument**n, 0), ctx.prec)
    if value is None:
        raise Undecided(f"no enclosure of {expr}: it may diverge")
    return acb(value)


def _step_function(expr: sympy.Expr, rule: BallFunction) -> BallFunction:
    """Floors are exact at an integer index: a ball around an integer has no floor."""
    value = exact(expr)

    def at(x: acb) -> acb:
        whole = x.unique_fmpz() if x.is_exact() else None
        if whole is not None:
            try:
                return acb(value(int(whole)))
            except (ArithmeticError, ValueError):
                pass
        return rule(x)

    return at


def _piecewise(expr: sympy.Piecewise, index: sympy.Symbol) -> BallFunction:
    for value, condition in expr.args:
        if condition == sympy.true:
            return compiled(value, index)
        if condition != sympy.false:
            break
    raise Undecided(f"the case of {expr} is not decided")
