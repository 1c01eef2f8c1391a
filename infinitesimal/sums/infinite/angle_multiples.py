"""Sums that telescope by multiplication of an angle: tan(x/2**n)/2**n, 3**n sin(x/3**n)**3, log cos(x/2**n).

Products of sines are written as sums; tan, 1/sin and log cos go by cot and sin of half and double angles. After that
the term is a sum of c w**n h(x b**n) with one h; parts that differ by a power of b in x are shifts of one sequence,
and they telescope when their weights cancel. Sources: Knopp, *Theory and Application of Infinite Series*, 59;
Bromwich, *An Introduction to the Theory of Infinite Series*.
"""

from collections import defaultdict
from collections.abc import Callable
from itertools import permutations

import sympy
from sympy import S
from sympy.simplify.fu import TR8

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.geometric import below_one, tidy
from infinitesimal.sums.summands.summand import Summand

MAX_SHIFT = 8
_ANGULAR = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.csc, sympy.sec)
_HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.csch, sympy.sech)
_SINC = sympy.Function("log_sinc")
_VERSINE = sympy.Function("versine")
_CSC2 = sympy.Function("squared_cosecant")
_SINHC = sympy.Function("log_sinhc")
_THIRD = sympy.Function("log_third")
_LOGARITHMS: dict[type[sympy.Function], Callable[[sympy.Expr], sympy.Expr]] = {
    _SINC: lambda t: sympy.log(sympy.sin(t) / t),
    _SINHC: lambda t: sympy.log(sympy.sinh(t) / t),
    _THIRD: lambda t: sympy.log((1 + 2 * sympy.cos(t)) / 3),
}
"""Functions that are O(t**2) at t = 0."""

_KINDS: tuple[type[sympy.Basic], ...] = (*_ANGULAR, *_HYPERBOLIC, *_LOGARITHMS, _VERSINE, _CSC2)

Part = tuple[sympy.Expr, sympy.Expr, sympy.Expr]
"""A coefficient c, a weight w and an angle x: the part c w**n h(x b**n)."""


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term in an angle x b**n that telescopes, exact; None for other terms.

    >>> closed_form(Summand(sympy.tan(2**(-n)) / 2**n, 1))
    1 - cot(1)
    """
    return _sum(a.expr, S(a.start), None)


def partial_sum(expr: sympy.Expr, first: sympy.Expr, last: sympy.Expr) -> sympy.Expr | None:
    """The sum of such a term over first <= n <= last, exact; None for other terms.

    >>> m = sympy.Symbol("m", integer=True)
    >>> partial_sum(sympy.tan(2**(-n)) / 2**n, S(1), m)
    -cot(1) + cot((1/2)**m)/2**m
    """
    return _sum(expr, first, last)


def _sum(expr: sympy.Expr, start: sympy.Expr, last: sympy.Expr | None) -> sympy.Expr | None:
    base = _base(expr)
    if base is None:
        return None
    expr = _by_sums(expr, base)
    groups: dict[object, list[Part]] = defaultdict(list)
    for term in sympy.Add.make_args(expr):
        part = _part(term, base)
        if part is None:
            return None
        groups[part[0]].append(part[1])
    total = S.Zero
    for kind, parts in groups.items():
        value = _telescoped(kind, parts, base, start, last)
        if value is None:
            return None
        total += value
    return None if total.has(sympy.zoo, sympy.nan, sympy.oo) else _short(total)


def _short(total: sympy.Expr) -> sympy.Expr:
    return (
        sympy.expand(total)
        if not total.has(sympy.log)
        else sympy.logcombine(sympy.expand(total, log=False), force=True)
    )


def _base(expr: sympy.Expr) -> sympy.Expr | None:
    """The b of the angles x b**n, the same in all of them."""
    found = set()
    for f in expr.atoms(*_ANGULAR, *_HYPERBOLIC):
        if not f.has(n):
            continue
        base = _geometric(f.args[0])
        if base is None or base[1] <= 0:
            return None
        found.add(base[1])
    return found.pop() if len(found) == 1 else None


def _geometric(expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """C and b of c b**n, b rational."""
    c, rest = sympy.expand_power_exp(expr).as_independent(n, as_Add=False)
    b = S.One
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        slope = exponent.coeff(n, 1)
        if base.has(n) or sympy.expand(exponent - slope * n) != 0:
            return None
        b *= base**slope
    return (c, b) if b.is_Rational else None


def _by_sums(expr: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    """Products of sines and cosines as sums; tan, 1/sin and log cos by the angle b times or 1/b times as large."""
    half = S.Half
    if b == half:
        # 1/cos(t)**2 = 4/sin(2t)**2 - 1/sin(t)**2
        expr = expr.replace(sympy.sec, lambda t: 1 / sympy.cos(t)).replace(_squared_cosine, _by_squared_sines)
        # tan(t)**2 tan(2t) = tan 2t - 2 tan t, else tan t = cot t - 2 cot 2t; tanh t = 2 coth 2t - coth t
        opened = _tangents_opened(expr)
        expr = opened if opened != expr else expr.replace(sympy.tan, lambda t: sympy.cot(t) - 2 * sympy.cot(2 * t))
        expr = expr.replace(sympy.tanh, lambda t: 2 * sympy.coth(2 * t) - sympy.coth(t))
        expr = expr.replace(sympy.log, _log_doubled)
    elif b == sympy.Rational(1, 3):
        expr = expr.replace(sympy.log, _log_tripled)
    elif b == 2:
        expr = expr.replace(sympy.tan, lambda t: sympy.cot(t) - 2 * sympy.cot(2 * t))
        # 1/sin t = cot(t/2) - cot t, 1/sinh t = coth(t/2) - coth t
        expr = expr.replace(sympy.csc, lambda t: 1 / sympy.sin(t)).replace(sympy.csch, lambda t: 1 / sympy.sinh(t))
        expr = expr.replace(_inverse_of(sympy.sin), lambda e: sympy.cot(e.base.args[0] / 2) - sympy.cot(e.base.args[0]))
        expr = expr.replace(
            _inverse_of(sympy.sinh), lambda e: sympy.coth(e.base.args[0] / 2) - sympy.coth(e.base.args[0])
        )
    for _ in range(MAX_SHIFT):
        linear = sympy.expand(TR8(expr), power_exp=False, power_base=False, log=False)
        if linear == expr:
            break
        expr = linear
    if b < 1:
        # cos t is 1 at t = 0: the constants must cancel by themselves
        expr = expr.replace(sympy.cos, lambda t: 1 - _VERSINE(t) if t.has(n) else sympy.cos(t))
    return sympy.expand(expr, power_exp=False, power_base=False, log=False, trig=False)


def _log_doubled(x: sympy.Expr) -> sympy.Expr:
    """The log of cos t = sinc 2t/sinc t, sinc t = sin(t)/t, and of cosh."""
    for kind, quotient in ((sympy.cos, _SINC), (sympy.cosh, _SINHC)):
        if isinstance(x, kind):
            return quotient(2 * x.args[0]) - quotient(x.args[0])
    for f in x.atoms(sympy.cos):
        if sympy.expand(x + 1 - 2 * f) == 0:
            # (2 cos t - 1)(2 cos t + 1) = 2 cos 2t + 1
            return _THIRD(2 * f.args[0]) - _THIRD(f.args[0])
    return sympy.log(x)


def _tangents_opened(expr: sympy.Expr) -> sympy.Expr:
    """Products with tan(t)**2 tan(2t) as differences of tangents."""

    def opened(product: sympy.Expr) -> sympy.Expr:
        angles = [f.args[0] for f in product.atoms(sympy.tan)]
        for t, double in permutations(angles, 2):
            rest = product / (sympy.tan(t) ** 2 * sympy.tan(double))
            if not rest.has(sympy.tan) and sympy.powsimp(double / t) == 2:
                return rest * (sympy.tan(double) - 2 * sympy.tan(t))
        return product

    return sympy.Add(*(opened(term) for term in sympy.Add.make_args(expr)))


def _log_tripled(x: sympy.Expr) -> sympy.Expr:
    """The log of (1 + 2 cos 2t)/3 = sinc 3t/sinc t, and of the same with cosh."""
    for kind, quotient in ((sympy.cos, _SINC), (sympy.cosh, _SINHC)):
        for f in x.atoms(kind):
            if sympy.expand(3 * x - 1 - 2 * f) == 0:
                return quotient(3 * f.args[0] / 2) - quotient(f.args[0] / 2)
    return sympy.log(x)


def _squared_cosine(e: sympy.Expr) -> bool:
    return bool(e.is_Pow and e.exp == -2 and isinstance(e.base, sympy.cos))


def _by_squared_sines(e: sympy.Expr) -> sympy.Expr:
    return 4 * _CSC2(2 * e.base.args[0]) - _CSC2(e.base.args[0])


def _inverse_of(kind: type[sympy.Function]):  # type: ignore[no-untyped-def]
    return lambda e: e.is_Pow and e.exp == -1 and isinstance(e.base, kind)


def _part(term: sympy.Expr, b: sympy.Expr) -> tuple[object, Part] | None:
    """The kind h of a term c w**n h(x b**n), and c, w, x; the kind of a constant times w**n is None."""
    kind: object = None
    angle = S.Zero
    rest = S.One
    for factor in sympy.Mul.make_args(term):
        if not (factor.has(n) and isinstance(factor, _KINDS)):
            rest *= factor
            continue
        found = _geometric(factor.args[0])
        if kind is not None or found is None or found[1] != b:
            return None
        kind = factor.func
        angle = found[0]
    weight = _geometric(rest) if rest.has(n) else (rest, S.One)
    return None if weight is None else (kind, (weight[0], weight[1], angle))


def _telescoped(
    kind: object, parts: list[Part], b: sympy.Expr, start: sympy.Expr, last: sympy.Expr | None
) -> sympy.Expr | None:
    """The sum of the parts of one kind: those whose angles differ by powers of b, moved to one place, cancel."""
    if kind is None:
        constants: dict[sympy.Expr, sympy.Expr] = defaultdict(lambda: S.Zero)
        for c, w, _ in parts:
            constants[w] += c
        left = {w: c for w, c in constants.items() if sympy.expand(c) != 0}
        if last is not None:
            counts = (c * (last - start + 1) for w, c in left.items() if w == 1)
            return sympy.Add(*counts, *(c * (w ** (last + 1) - w**start) / (w - 1) for w, c in left.items() if w != 1))
        return (
            tidy(sympy.Add(*(c * w**start / (1 - w) for w, c in left.items()))) if all(map(below_one, left)) else None
        )
    total = S.Zero
    while parts:
        _, weight, angle = parts[0]
        group: dict[int, sympy.Expr] = defaultdict(lambda: S.Zero)
        rest = []
        for c, w, x in parts:
            k = next(
                (k for k in range(-MAX_SHIFT, MAX_SHIFT + 1) if w == weight and sympy.expand(x - angle * b**k) == 0),
                None,
            )
            if k is None:
                rest.append((c, w, x))
            else:
                group[k] += c
        value = _group_sum(kind, dict(group), weight, angle, b, start, last)
        if value is None:
            return None
        total += value
        parts = rest
    return total


def _group_sum(
    kind: object,
    group: dict[int, sympy.Expr],
    w: sympy.Expr,
    x: sympy.Expr,
    b: sympy.Expr,
    start: sympy.Expr,
    last: sympy.Expr | None,
) -> sympy.Expr | None:
    """The sum of c_k w**n h(x b**(n+k)) = d_k g(n+k), g(m) = w**m h(x b**m), where the d_k = c_k w**-k cancel."""
    low = min(group)
    weights = {k - low: c * w ** (-k) for k, c in group.items()}
    if sympy.cancel(sympy.Add(*weights.values())) != 0:
        return None

    def h(m: sympy.Expr) -> sympy.Expr:
        angle = x * b**m
        if kind is _CSC2:
            return w**m / sympy.sin(angle) ** 2
        if kind is _VERSINE:
            return w**m * (1 - sympy.cos(angle))
        if kind in _LOGARITHMS:
            return w**m * _LOGARITHMS[kind](angle)
        return w**m * kind(angle)  # type: ignore[operator]

    ends = [(d, j) for k, d in weights.items() for j in range(k)]
    if last is not None:
        return sympy.Add(*(d * (h(last + 1 + low + j) - h(start + low + j)) for d, j in ends))
    limit = _limit(kind, w, x, b, ends)
    if limit is None:
        return None
    return limit - sympy.Add(*(d * h(start + low + j) for d, j in ends))


def _limit(
    kind: object, w: sympy.Expr, x: sympy.Expr, b: sympy.Expr, ends: list[tuple[sympy.Expr, int]]
) -> sympy.Expr | None:
    """The limit of the sum of d g(N + j); for b < 1 by the first Taylor coefficient of h at 0."""
    weight = sympy.Add(*(d for d, _ in ends))
    if kind in _LOGARITHMS:
        return S.Zero if b < 1 and below_one(w * b**2) else None
    bounded = kind in (sympy.sin, sympy.cos, sympy.tanh)
    if b > 1:
        if kind is sympy.coth and w == 1 and x.is_positive:
            return weight
        return S.Zero if bounded and below_one(w) else None
    first = {
        _VERSINE: (2, x**2 / 2),
        _CSC2: (-2, 1 / x**2),
        sympy.sin: (1, x),
        sympy.sinh: (1, x),
        sympy.tan: (1, x),
        sympy.tanh: (1, x),
        sympy.cot: (-1, 1 / x),
        sympy.coth: (-1, 1 / x),
    }
    if kind in first:
        order, coefficient = first[kind]
        ratio = w * b**order
        return weight * coefficient if ratio == 1 else S.Zero if below_one(ratio) else None
    return None
