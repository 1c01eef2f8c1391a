"""How fast a series approaches its sum: the rate, and the asymptotic order of what is left."""

from dataclasses import dataclass
from functools import cmp_to_key

import sympy

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.errors import Undecided
from infinitesimal.sums.asymptotics.germs import Germ
from infinitesimal.sums.asymptotics.germs_of_terms import germ
from infinitesimal.sums.asymptotics.monomials import INDEX, LEVEL, Monomial, as_expression, compare, times, to_power
from infinitesimal.sums.summands.summand import Summand, shift


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
    found = germ(a.expr)
    leading = found.leading()
    size = leading[0][0].size
    if size.exponent and compare(size.exponent[0][0], INDEX) >= 0:
        weight = leading[0][1] if len(leading) == 1 and not leading[0][0].phase else None
        return _exponential(a, size, weight)
    if any(phase != INDEX for m, _ in found.terms for phase, _ in m.phase):
        raise Undecided(f"the terms of the {a} oscillate slowly: the rate of their sum is not decided here")
    return _sublinear(a, found)


def _exponential(a: Summand, size: Monomial, weight: sympy.Expr | None) -> Rate:
    """Sizes that fall at least like r**n: the rest is of the size of its first terms."""
    growth, c = size.exponent[0]
    if growth != INDEX:
        return Rate("superlinear", sympy.Integer(0), None, shift(a.expr, 1), weight is not None)
    ratio = in_powers(sympy.exp(c))
    plain = in_powers(as_expression(size))
    if weight is None:
        return Rate("linear", ratio, None, plain, False)
    return Rate("linear", ratio, None, in_powers(weight * as_expression(size)) * ratio / (1 - ratio), True)


def _sublinear(a: Summand, found: Germ) -> Rate:
    """The larger one of two rests: of the plain part, by its integral, and of the oscillating part, by its size."""
    plain = max((t for t in found.terms if not t[0].phase), key=cmp_to_key(_compare_terms), default=None)
    waves = max((m.size for m, _ in found.terms if m.phase), key=cmp_to_key(compare), default=None)
    unknown = None if found.error is None else _order_of_rest(found.error.size)
    rest = None if plain is None else _order_of_rest(plain[0])
    if rest is not None and all(other is None or compare(rest, other) > 0 for other in (waves, unknown)):
        assert plain is not None
        return Rate("sublinear", None, _exponent(rest), plain[1] * _rest(plain[0]), True)
    if waves is not None and (unknown is None or compare(waves, unknown) >= 0):
        return Rate("sublinear", None, _exponent(waves), in_powers(as_expression(waves)), False)
    raise Undecided(f"the leading term of the rest of the {a} is not decided by the expansion of its terms")


def _compare_terms(s: tuple[Monomial, sympy.Expr], t: tuple[Monomial, sympy.Expr]) -> int:
    return compare(s[0], t[0])


def _exponent(size: Monomial) -> sympy.Expr | None:
    return None if size.exponent else -size.powers[0]


def _order_of_rest(size: Monomial) -> Monomial:
    """The monomial of the sum of a summable size over all indices above n, without its constant."""
    if size.exponent:
        growth = size.exponent[0][0]
        slope = times(growth, to_power(INDEX, sympy.Integer(-1)))
        steep = size.powers[0] == -1 or compare(growth, LEVEL[1]) > 0
        return times(size, to_power(slope, sympy.Integer(-1))) if steep else times(size, INDEX)
    level = next(k for k, p in enumerate(size.powers) if p != -1)
    return Monomial((), tuple(p + 1 if k == level else p if k > level else p * 0 for k, p in enumerate(size.powers)))


def _rest(size: Monomial) -> sympy.Expr:
    """The leading term of the integral of a plain size from n to infinity."""
    if not size.exponent:
        return _algebraic(size)
    growth, c = size.exponent[0]
    plain = in_powers(as_expression(size))
    if size.powers[0] == -1 or compare(growth, LEVEL[1]) > 0:
        return plain / -(c * sympy.diff(as_expression(growth), n))
    return plain * n / (-size.powers[0] - 1)


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


def _algebraic(size: Monomial) -> sympy.Expr:
    """The same for n**p*log(n)**q*..., where the first exponent other than -1 decides."""
    p, *logs = size.powers
    if p != -1:
        return as_expression(size) * n / (-p - 1)
    level = next(k for k, q in enumerate(logs) if q != -1)
    q = logs[level]
    slower = sympy.Mul(*(_iterated_log(k) ** power for k, power in enumerate(logs) if k > level))
    return _iterated_log(level) ** (q + 1) / -(q + 1) * slower


def _iterated_log(level: int) -> sympy.Expr:
    """Log n for level 0, log log n for level 1, and so on."""
    result: sympy.Expr = n
    for _ in range(level + 1):
        result = sympy.log(result)
    return result
