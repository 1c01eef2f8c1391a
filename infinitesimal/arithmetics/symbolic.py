"""Symbolic arithmetic, on SymPy, which is imported only when this module is."""

from dataclasses import dataclass
from fractions import Fraction

import sympy

from infinitesimal.errors import BudgetSpent, InputError, Undefined
from infinitesimal.rational import rational
from infinitesimal.truth import Truth

n = sympy.Symbol("n", integer=True, nonnegative=True)
"""The symbol for the number of the step: 0 for the start, 1 after the first update."""


MAX_BITS = 1 << 26
"""The most bits of a numeric power; SymPy would go on for ever."""


def symbol(name: str) -> sympy.Symbol:
    """The SymPy symbol for a variable or parameter; `n` is the step number."""
    return n if name == "n" else sympy.Symbol(name)


def number(value: Fraction) -> sympy.Rational:
    """An exact rational in SymPy."""
    return sympy.Rational(value.numerator, value.denominator)


_FUNCTIONS = {
    "power": sympy.Pow,
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "logistic": lambda x: 1 / (1 + sympy.exp(-x)),
    "relu": lambda x: sympy.Max(x, 0),
    "heaviside": lambda x: sympy.Heaviside(x, 0),
}


@dataclass(frozen=True, slots=True)
class Symbolic:
    """Expressions of SymPy. Exact; SymPy's own rules reorder sums and products.

    >>> symbolic.mul(symbolic.embed("x"), symbolic.const(Fraction(1, 2)))
    x/2
    """

    name = "symbolic"

    def const(self, value: Fraction) -> sympy.Expr:
        return number(value)

    def embed(self, value: object) -> sympy.Expr:
        """Expressions stay, a name becomes a symbol, numbers become rationals."""
        if isinstance(value, sympy.Expr):
            return value
        if isinstance(value, str) and value.isidentifier():
            return symbol(value)
        return number(rational(value))

    def export(self, element: sympy.Expr) -> sympy.Expr:
        return element

    def add(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a + b

    def sub(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a - b

    def mul(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        return a * b

    def div(self, a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
        if b.is_zero:
            raise Undefined(f"({a})/0 has no value: no symbol for infinity stands in for it")
        return a / b

    def neg(self, a: sympy.Expr) -> sympy.Expr:
        return -a

    def pow(self, a: sympy.Expr, k: int) -> sympy.Expr:
        if k < 0 and a.is_zero:
            raise Undefined(f"0**{k} has no value: no symbol for infinity stands in for it")
        if a.is_Rational and (int(a.p).bit_length() + int(a.q).bit_length()) * abs(k) > MAX_BITS:
            raise BudgetSpent(f"a power with up to {MAX_BITS} bits and more: take balls(128) or a machine")
        return a ** sympy.Integer(k)

    def function(self, name: str, *args: sympy.Expr) -> sympy.Expr:
        """A function of terms of series; see `FUNCTIONS` of terms.

        >>> symbolic.function("factorial", n)
        factorial(n)
        """
        if name == "power" and args[0].is_number and args[0].is_zero and not args[1].is_positive:
            raise Undefined(f"0**({args[1]}) has no value where the exponent is not positive: start later or write 1")
        found = _FUNCTIONS[name] if name in _FUNCTIONS else getattr(sympy, name)
        value = found(*args) if args else found
        if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            raise Undefined(f"{name}({', '.join(map(str, args))}) has no value")
        return value

    def equal(self, a: sympy.Expr, b: sympy.Expr) -> Truth:
        """Equality as rational functions of the symbols; UNKNOWN where that does not decide it."""
        difference = sympy.together(sympy.expand(a - b))
        if difference == 0:
            return Truth.TRUE
        known = difference.is_zero
        return Truth.UNKNOWN if known is None else Truth.of(known)

    def less(self, a: sympy.Expr, b: sympy.Expr) -> Truth:
        known = sympy.expand(b - a).is_positive
        return Truth.UNKNOWN if known is None else Truth.of(known)

    def __repr__(self) -> str:
        return "symbolic"


symbolic = Symbolic()


def to_fraction(value: sympy.Expr) -> Fraction:
    """The rational value of an expression; raises `InputError` if it is not rational."""
    if not value.is_Rational:
        raise InputError(f"{value} is not a rational number")
    return Fraction(int(value.p), int(value.q))
