"""How fast a series approaches its sum: the rate, and the asymptotic order of what is left."""

from dataclasses import dataclass

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.germs_of_terms import germ
from infinitesimal.sums.monomials import INDEX, Monomial, as_expression
from infinitesimal.sums.summand import Summand, shift


@dataclass(frozen=True)
class Rate:
    """How the rest R(n) falls.

    "superlinear": R(n + 1)/R(n) tends to 0; "linear": its size tends to `ratio`, between 0 and 1;
    "sublinear": its size tends to 1, and R(n) falls like n**-`exponent` up to slower factors (None for
    falls that no power describes). `order` is an expression in n: R(n) is at most of that size, and
    R(n) ~ order where `sharp`.
    """

    kind: str
    ratio: sympy.Expr | None
    exponent: sympy.Expr | None
    order: sympy.Expr
    sharp: bool

    def __str__(self) -> str:
        detail = {
            "linear": f" with ratio {self.ratio}",
            "sublinear": f" with exponent {self.exponent}" if self.exponent is not None else "",
        }
        relation = "~" if self.sharp else "is at most of the order of"
        return f"{self.kind}{detail.get(self.kind, '')}: the rest {relation} {self.order}"

    __repr__ = __str__


def rate_of_series(a: Summand) -> Rate:
    """The rate of a convergent series, from the leading term of its terms.

    Raises `Undecided` where no single leading term is found.

    >>> rate_of_series(Summand(1 / n**2))
    sublinear with exponent 1: the rest ~ 1/n
    >>> rate_of_series(Summand(n / 3**n))
    linear with ratio 1/3: the rest ~ n/(2*3**n)
    """
    leading = germ(a.expr).leading()
    sizes = {m.size for m, _ in leading}
    if len(sizes) != 1:
        raise Undecided(f"the {a} has no single leading term: its rate is not decided here")
    size = sizes.pop()
    weight = leading[0][1] if len(leading) == 1 else sympy.Integer(1)
    phase = leading[0][0].phase if len(leading) == 1 else None
    if size.exponent:
        return _exponential(a, size, weight, phase)
    if phase == ():
        return _algebraic(size, weight)
    return Rate("sublinear", None, -size.powers[0], as_expression(size), False)


def _exponential(a: Summand, size: Monomial, weight: sympy.Expr, phase: object) -> Rate:
    growth, c = size.exponent[0]
    plain = in_powers(weight * as_expression(size))
    if growth != INDEX:
        faster = growth.powers[0] > 1 or (growth.powers[0] == 1 and growth.powers[1] > 0) or bool(growth.exponent)
        if faster:
            return Rate("superlinear", sympy.Integer(0), None, shift(a.expr, 1), phase == ())
        return Rate("sublinear", None, None, plain, False)
    ratio = sympy.exp(c)
    sharp = phase == ()
    return Rate("linear", ratio, None, plain * ratio / (1 - ratio) if sharp else plain, sharp)


def in_powers(expr: sympy.Expr) -> sympy.Expr:
    """The same with exp(n*log(r)) written as r**n.

    >>> in_powers(sympy.exp(-n * sympy.log(3)) / n)
    1/(3**n*n)
    """
    return expr.replace(lambda e: isinstance(e, sympy.exp), lambda e: _product_of_powers(sympy.expand(e.args[0])))


def _product_of_powers(exponent: sympy.Expr) -> sympy.Expr:
    product: sympy.Expr = sympy.Integer(1)
    for part in sympy.Add.make_args(exponent):
        logs = [f for f in sympy.Mul.make_args(part) if isinstance(f, sympy.log) and not f.has(n)]
        product *= logs[0].args[0] ** (part / logs[0]) if len(logs) == 1 else sympy.exp(part)
    return product


def _algebraic(size: Monomial, weight: sympy.Expr) -> Rate:
    """The integral of c*n**p*log(n)**q*..., which is of one sign in the end, by its leading term."""
    p, *logs = size.powers
    if p != -1:
        return Rate("sublinear", None, -p - 1, weight * as_expression(size) * n / (-p - 1), True)
    level = next(k for k, q in enumerate(logs) if q != -1)
    q = logs[level]
    slower = sympy.Mul(*(_iterated_log(k) ** power for k, power in enumerate(logs) if k > level))
    order = weight * _iterated_log(level) ** (q + 1) / -(q + 1) * slower
    return Rate("sublinear", None, sympy.Integer(0), order, True)


def _iterated_log(level: int) -> sympy.Expr:
    """Log n for level 0, log log n for level 1, and so on."""
    result: sympy.Expr = n
    for _ in range(level + 1):
        result = sympy.log(result)
    return result
