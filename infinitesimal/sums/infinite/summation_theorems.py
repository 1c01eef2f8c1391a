"""Sums of hypergeometric terms at z = 1, -1 and 1/2 as quotients of gamma values: the classical theorems.

Each theorem is tried at integer shifts of the parameters of a family; two that hold, with `contiguous`, give all.
Sources: Bailey, *Generalized Hypergeometric Series* (1935); Andrews, Askey, Roy, *Special Functions*, ch. 2-3; DLMF
15.4 and 16.4.
"""

from collections.abc import Callable, Iterator
from itertools import permutations, product

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite.contiguous import Known
from infinitesimal.sums.summands.hypergeometric_terms import Family

MAX_FOUND = 3

Parameters = tuple[sympy.Expr, ...]
Theorem = Callable[[Parameters, Parameters], sympy.Expr | None]
"""From the parameters above and below, the 1 of n! left out, to the sum, or None where the theorem does not apply."""


def theorem_values(family: Family, poles: frozenset[sympy.Expr]) -> list[Known]:
    """The sums of a family, with shifted parameters, that a theorem gives.

    >>> theorem_values(Family(S.One, ((S.Half, 2), (S.One, -2))), frozenset())[0]
    Known(rational=1/(n + 1), value=4/pi, start=0)
    """
    above, below = family.numerator(), family.denominator()
    if family.balance or family.z not in (1, -1, S.Half) or family.exponent.free_symbols:
        return []
    found: list[Known] = []
    for extra in [(), *((p,) for p in sorted(poles)), *([(S.One,)] if S.One not in poles else [])]:
        upper, lower = [*above, *extra], [*below, *extra]
        if S.One not in lower or len(upper) > 4:
            continue
        lower.remove(S.One)
        if (family.z, len(upper)) in ((S.One, 4), (S.NegativeOne, 3)):
            found += _very_well_poised(family.z, tuple(upper), tuple(lower))
        else:
            found += _search(family.z, tuple(upper), tuple(lower))
    return found


def _search(z: sympy.Expr, above: Parameters, below: Parameters) -> list[Known]:
    theorems = _THEOREMS.get((z, len(above)), ())
    found = []
    for theorem, spread in theorems:
        count = 0
        for up, down in _shifts(len(above), len(below), spread):
            upper = tuple(a + i for a, i in zip(above, up, strict=True))
            lower = tuple(b + i for b, i in zip(below, down, strict=True))
            if any(x.is_Integer and x <= 0 for x in (*upper, *lower)):
                continue
            value = _first(theorem, upper, lower)
            if value is not None:
                found.append(Known(_shifted(above, up) / _shifted(below, down), value))
                count += 1
                if count == MAX_FOUND:
                    break
    return found


def _shifts(p: int, q: int, spread: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    every = sorted(product(spread, repeat=p + q), key=lambda s: sum(map(abs, s)))
    return ((s[:p], s[p:]) for s in every)


def _shifted(parameters: Parameters, shifts: tuple[int, ...]) -> sympy.Expr:
    """The product of (c + i)_n/(c)_n over the parameters c and their shifts i, a rational function of n."""
    result = S.One
    for c, i in zip(parameters, shifts, strict=True):
        if i > 0:
            result *= sympy.rf(n + c, i) / sympy.rf(c, i)
        elif i < 0:
            result *= sympy.rf(c + i, -i) / sympy.rf(n + c + i, -i)
    return sympy.factor(sympy.expand_func(result))


def _first(theorem: Theorem, upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    for a in sorted(set(permutations(upper)), key=str):
        for b in sorted(set(permutations(lower)), key=str):
            value = theorem(a, b)
            if value is not None and not value.has(sympy.zoo, sympy.nan):
                return value
    return None


def _quotient(above: Parameters, below: Parameters) -> sympy.Expr | None:
    """The product of gamma values over others; None at a pole above, 0 at a pole below."""
    if any(x.is_Integer and x <= 0 for x in above):
        return None
    if any(x.is_Integer and x <= 0 for x in below):
        return S.Zero
    return sympy.Mul(*map(sympy.gamma, above)) / sympy.Mul(*map(sympy.gamma, below))


def _gauss(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b), (c,) = upper, lower
    return _quotient((c, c - a - b), (c - a, c - b)) if c - a - b > 0 else None


def _kummer(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b), (c,) = upper, lower
    if c != 1 + a - b or b >= 1:
        return None
    return _quotient((c, 1 + a / 2), (1 + a, 1 + a / 2 - b))


def _gauss_second(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b), (c,) = upper, lower
    return _quotient((S.Half, c), ((a + 1) / 2, (b + 1) / 2)) if c == (a + b + 1) / 2 else None


def _bailey(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b), (c,) = upper, lower
    return _quotient((c / 2, (c + 1) / 2), ((c + a) / 2, (c + 1 - a) / 2)) if a + b == 1 else None


def _dixon(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b, c), (d, e) = upper, lower
    if d != 1 + a - b or e != 1 + a - c or 1 + a / 2 - b - c <= 0:
        return None
    return _quotient((1 + a / 2, 1 + a / 2 - b - c, d, e), (1 + a, 1 + a - b - c, 1 + a / 2 - b, 1 + a / 2 - c))


def _watson(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b, c), (d, e) = upper, lower
    if d != (a + b + 1) / 2 or e != 2 * c or 2 * c - a - b <= -1:
        return None
    half = S.Half
    return _quotient(
        (half, c + half, d, c + (1 - a - b) / 2), ((a + 1) / 2, (b + 1) / 2, c + (1 - a) / 2, c + (1 - b) / 2)
    )


def _whipple(upper: Parameters, lower: Parameters) -> sympy.Expr | None:
    (a, b, c), (e, f) = upper, lower
    if a + b != 1 or e + f != 2 * c + 1 or c <= 0:
        return None
    value = _quotient((e, f), ((a + e) / 2, (a + f) / 2, (b + e) / 2, (b + f) / 2))
    return None if value is None else sympy.pi * S(2) ** (1 - 2 * c) * value


def _very_well_poised(z: sympy.Expr, above: Parameters, below: Parameters) -> list[Known]:
    """The sums of (a + 2n)/a times a, b, c, .. over 1+a-b, 1+a-c, ..: Dougall's 5F4 at 1 and the 4F3 at -1."""
    found: list[Known] = []
    for order in sorted(set(permutations(above)), key=str):
        for up in sorted(product(_NEAR, repeat=len(order)), key=lambda s: sum(map(abs, s))):
            upper = tuple(x + i for x, i in zip(order, up, strict=True))
            a, others = upper[0], upper[1:]
            lower = tuple(1 + a - x for x in others)
            down = _matching(lower, below)
            if (
                down is None
                or any(x.is_Integer and x <= 0 for x in (*upper, *lower))
                or not _poised_converges(z, a, others)
            ):
                continue
            value = _poised_value(a, others)
            if value is not None:
                factor = (1 + 2 * n / a) * _shifted(order, up) / _shifted(*down)
                found.append(Known(sympy.factor(factor), value))
                if len(found) == MAX_FOUND:
                    return found
    return found


def _matching(lower: Parameters, below: Parameters) -> tuple[Parameters, tuple[int, ...]] | None:
    """The classes below in the order of the parameters wanted, and the shifts between them."""
    left, homes, shifts = list(below), [], []
    for x in lower:
        home = next((b for b in left if (x - b).is_Integer), None)
        if home is None:
            return None
        left.remove(home)
        homes.append(home)
        shifts.append(int(x - home))
    return tuple(homes), tuple(shifts)


def _poised_converges(z: sympy.Expr, a: sympy.Expr, others: Parameters) -> bool:
    if z == 1:
        return len(others) == 3 and 1 + a - sympy.Add(*others) > 0
    # at -1 the terms n**(1 + 2b + 2c - 2 - a) have to vanish
    return len(others) == 2 and 1 + a - 2 * sympy.Add(*others) > -1 and a - 2 * sympy.Add(*others) + 1 > 0


def _poised_value(a: sympy.Expr, others: Parameters) -> sympy.Expr | None:
    if len(others) == 2:
        b, c = others
        return _quotient((1 + a - b, 1 + a - c), (1 + a, 1 + a - b - c))
    b, c, d = others
    return _quotient(
        (1 + a - b, 1 + a - c, 1 + a - d, 1 + a - b - c - d), (1 + a, 1 + a - b - c, 1 + a - b - d, 1 + a - c - d)
    )


_NEAR = (0, 1, -1)

_THEOREMS: dict[tuple[sympy.Expr, int], tuple[tuple[Theorem, tuple[int, ...]], ...]] = {
    (S.One, 2): ((_gauss, (0, 1, 2, -1)),),
    (S.NegativeOne, 2): ((_kummer, (0, 1, 2, -1)),),
    (S.Half, 2): ((_gauss_second, (0, 1, 2, -1)), (_bailey, (0, 1, 2, -1))),
    (S.One, 3): ((_dixon, _NEAR), (_watson, _NEAR), (_whipple, _NEAR)),
}
