"""What is summed: an expression in the index `n`, and where the sum begins."""

from dataclasses import dataclass
from functools import cached_property

import sympy

from infinitesimal.arithmetics.symbolic import n


@dataclass(frozen=True)
class Summand:
    """The term `expr` of a sum over n = `start`, `start` + 1, ...

    `expr` is a SymPy expression in the symbol `n` of this package (an integer, not negative) and
    perhaps in parameters. `start` is not negative: `summand` shifts the index where it has to.
    The expression is mathematics, not a computation: its parts may be reordered.
    """

    expr: sympy.Expr
    start: int = 1

    @cached_property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The free symbols other than the index, sorted by name."""
        return tuple(sorted(self.expr.free_symbols - {n}, key=str))

    def value(self, index: int) -> sympy.Expr:
        """The term at an index, exact."""
        return self.expr.subs(n, index)

    def times(self, factor: sympy.Expr) -> "Summand":
        """The sum of the terms times a factor that does not depend on the index."""
        return Summand(self.expr * factor, self.start)

    def shifted(self, by: int) -> "Summand":
        """The same sum with its index moved: the new start is the old one minus `by`."""
        return Summand(self.expr.subs(n, n + by), self.start - by)

    def __str__(self) -> str:
        return f"sum of {self.expr} for n = {self.start}, {self.start + 1}, ..."


def shift(expr: sympy.Expr, by: int) -> sympy.Expr:
    """The expression with n + `by` in the place of n."""
    return expr.subs(n, n + by)
