"""Irrational constants of a term as new symbols, so that its coefficients are rational functions.

A power with an irrational base, such as sqrt(2)**k, becomes a power of a symbol. The symbols are independent: what is
proved for them holds for the constants, but relations such as sqrt(2)**2 = 2 are not used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from infinitesimal.sums.summands.factorial_products import Expr


@dataclass
class Constants:
    """The symbols of one question, each with the constant that it stands for.

    >>> k, n = sympy.symbols("k n")
    >>> constants = Constants()
    >>> constants.rational(sympy.pi * sympy.sqrt(2) ** k, k, n).xreplace(constants.values)
    2**(k/2)*pi
    """

    values: dict[sympy.Dummy, Expr] = field(default_factory=dict)

    def rational(self, expr: Expr, k: sympy.Symbol, step: sympy.Symbol) -> Expr:
        """The expression with irrational constants, and functions of parameters, as new symbols."""
        if expr.is_Rational or expr.is_Symbol:
            return expr
        if expr.has(k) and not (expr.is_Add or expr.is_Mul or expr.is_Pow or isinstance(expr, sympy.exp)):
            return expr
        if not expr.has(k, step) and not (expr.is_Add or expr.is_Mul or (expr.is_Pow and expr.exp.is_Integer)):
            return self._generator(expr)
        power = expr.as_base_exp() if isinstance(expr, sympy.exp) or expr.is_Pow else None
        if power is not None and power[1].has(k, step) and not power[0].has(k, step):
            base, exponent = power
            return self._power(base, exponent, k, step)
        return expr.func(*(self.rational(arg, k, step) for arg in expr.args)) if expr.args else expr

    def _power(self, base: Expr, exponent: Expr, k: sympy.Symbol, step: sympy.Symbol) -> Expr:
        if base == -1:
            return base**exponent
        parts = []
        for part in sympy.Add.make_args(sympy.expand(exponent)):
            c, symbols = part.as_independent(k, step)
            if c.is_Integer or part.is_Integer:
                parts.append(self.rational(base, k, step) ** part)
            elif not part.has(k, step):
                parts.append(self.rational(base**part, k, step))
            elif c.is_Rational:
                parts.append(self._generator(base ** sympy.Rational(1, c.q)) ** (c.p * symbols))
            else:
                sign = -1 if c.could_extract_minus_sign() else 1
                parts.append(self._generator(base ** (sign * c)) ** (sign * symbols))
        return sympy.Mul(*parts)

    def _generator(self, value: Expr) -> Expr:
        for symbol, known in self.values.items():
            if known == value:
                return symbol
        symbol = sympy.Dummy(f"c{len(self.values)}")
        self.values[symbol] = value
        return symbol
