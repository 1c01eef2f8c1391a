"""Sums with Fibonacci and Lucas numbers: C-finite terms by Binet's formula, reciprocals that telescope, arctangents.

For reciprocals the term is a rational function of a = F(mn), b = F(mn+1) and s = (-1)**n with b**2 = a b + a**2 + s for
m odd; a telescoping rational function of the three is found by linear algebra. Plain sums of 1/F(n) have no such form.
Sources: Koshy, *Fibonacci and Lucas Numbers with Applications*; Hoggatt and Bicknell, "A reciprocal series of Fibonacci
numbers with subscripts 2**n k" (*Fibonacci Quarterly* 14, 1976).
"""

from itertools import product

import sympy
from sympy import S

from infinitesimal.arithmetics.symbolic import n
from infinitesimal.sums.infinite import geometric, hypergeometric
from infinitesimal.sums.infinite.difference_ansatz import solve_columns
from infinitesimal.sums.summands.summand import Summand

MAX_DEGREE = 8
MAX_STEP = 4
MAX_INDEX = 20
_A, _B, _S = sympy.symbols("a b s")
_PHI = (1 + sympy.sqrt(5)) / 2


def closed_form(a: Summand) -> sympy.Expr | None:
    """The sum of a term with Fibonacci or Lucas numbers, exact; None where none is known.

    >>> closed_form(Summand(sympy.fibonacci(n) / 2**n, 0))
    2
    >>> closed_form(Summand(1 / (sympy.fibonacci(n) * sympy.fibonacci(n + 2)), 1))
    1
    """
    if not a.expr.has(sympy.fibonacci, sympy.lucas):
        return None
    for family in (_c_finite, _with_factorials, _arctangent, _with_constant, _telescoping):
        value = family(a)
        if value is not None:
            return value
    return None


def _c_finite(a: Summand) -> sympy.Expr | None:
    """Polynomials in n and in Fibonacci numbers times exponentials: a sum over powers of the golden ratio."""
    value = geometric.closed_form(a)
    return None if value is None else sympy.radsimp(value)


def _with_factorials(a: Summand) -> sympy.Expr | None:
    """Fibonacci numbers times a hypergeometric term: the generating function at both powers of the golden ratio."""
    numbers, rest = S.One, S.One
    for factor in sympy.Mul.make_args(a.expr):
        if factor.has(sympy.fibonacci, sympy.lucas):
            numbers *= factor
        else:
            rest *= factor
    waves = geometric.read(numbers)
    if waves is None:
        return None
    values = []
    for (base, _), factor in waves.items():
        value = hypergeometric.closed_form(Summand(base**n * rest, a.start))
        if value is None:
            return None
        values.append((factor, value))
    return joined(sympy.Add(*(sympy.expand(f * v) for f, v in values)))


def joined(value: sympy.Expr) -> sympy.Expr:
    """The sum with its logarithms of quadratic numbers put into one where their factors agree up to sign."""
    logs: dict[sympy.Expr, sympy.Expr] = {}
    rest = S.Zero
    for term in sympy.Add.make_args(sympy.expand(value)):
        found = [f for f in sympy.Mul.make_args(term) if isinstance(f, sympy.log)]
        if len(found) != 1:
            rest += term
            continue
        c = sympy.radsimp(term / found[0])
        sign = -1 if c.could_extract_minus_sign() else 1
        logs[sign * c] = logs.get(sign * c, S.One) * found[0].args[0] ** sign
    for c, x in logs.items():
        number = sympy.radsimp(sympy.expand(sympy.radsimp(x)))
        power = next((k for k in range(1, 13) if sympy.expand(_PHI**k - number) == 0), None)
        rest += c * (power * sympy.log(_PHI) if power else sympy.log(number))
    return rest if rest.has(sympy.sqrt(5)) else sympy.logcombine(rest, force=True)


def _arctangent(a: Summand) -> sympy.Expr | None:
    """atan(1/F(2n+c)) for odd c: atan(1/F(2k)) = atan(1/F(2k+1)) + atan(1/F(2k+2))."""
    c, function = a.expr.as_independent(n, as_Add=False)
    if not isinstance(function, sympy.atan) or not isinstance(1 / function.args[0], sympy.fibonacci):
        return None
    index = (1 / function.args[0]).args[0]
    shift = sympy.expand(index - 2 * n)
    if not (shift.is_Integer and shift % 2):
        return None
    before = sympy.fibonacci(2 * a.start + shift - 1)
    return c * (sympy.pi / 2 if before == 0 else sympy.atan(1 / before)) if before >= 0 else None


def _with_constant(a: Summand) -> sympy.Expr | None:
    """1/(F(mn+c) + F(s)) with odd indices, 1/(L(mn+c) + L(s)) with even ones, and these with the constant taken away.

    y + 1/y + phi**s + phi**-s factors at y = phi**(mn+c), so the term is a constant times the difference of
    t(mn+c-s) and t(mn+c+s), t(k) = 1/(1 + phi**k): they telescope where m divides 2s (Backstrom 1981).
    """
    factor, bottom = (1 / a.expr).as_independent(n, as_Add=False)
    constant, rest = bottom.as_independent(n, as_Add=True)
    scale, number = rest.as_independent(n, as_Add=False)
    if constant == 0 or not isinstance(number, sympy.fibonacci | sympy.lucas) or len(number.args) > 1:
        return None
    index = sympy.expand(number.args[0])
    m, c = index.coeff(n, 1), index.coeff(n, 0)
    root = sympy.sqrt(5) if isinstance(number, sympy.fibonacci) else S.One
    odd = int(isinstance(number, sympy.fibonacci))
    if index != m * n + c or not (m.is_Integer and 0 < m <= MAX_STEP and m % 2 == 0 and c.is_Integer and c % 2 == odd):
        return None
    wanted = sympy.expand(root * constant / scale)
    sign = -1 if wanted.is_negative else 1
    s = next((k for k in range(1, MAX_INDEX) if sympy.expand(_PHI**k + (_PHI - 1) ** k - sign * wanted) == 0), None)
    if s is None or 2 * s % m:
        return None
    first = m * a.start + c - s
    parts = (1 / (1 + sign * _power(first + m * j)) for j in range(2 * s // m))
    whole = (
        sign * root / (factor * scale) / (_power(s) - _power(-s)) * sympy.Add(*(sympy.radsimp(part) for part in parts))
    )
    return sympy.expand(sympy.radsimp(whole))


def _power(k: int) -> sympy.Expr:
    """phi**k as a + b sqrt(5)."""
    return sympy.expand((_PHI if k >= 0 else _PHI - 1) ** abs(k))


def _telescoping(a: Summand) -> sympy.Expr | None:
    """A rational function of Fibonacci and Lucas numbers that is a difference of another one."""
    found = _difference(a.expr)
    if found is None:
        return None
    r, step = found
    values = [_at(sympy.fraction(r)[1], step, k) for k in range(a.start, a.start + 2 * MAX_DEGREE)]
    limit = _limit(r)
    if limit is None or 0 in values:
        return None
    return sympy.expand(sympy.radsimp(limit - _at(r, step, a.start)))


def antidifference(expr: sympy.Expr) -> sympy.Expr | None:
    """A rational function of F(m n), F(m n + 1) and (-1)**n with the term as its difference, or None.

    >>> antidifference(1 / (sympy.fibonacci(2 * n - 1) * sympy.fibonacci(2 * n + 1)))
    fibonacci(2*n + 1)/(-fibonacci(2*n) + fibonacci(2*n + 1))
    """
    found = _difference(expr)
    if found is None:
        return None
    r, step = found
    state = {_A: sympy.fibonacci(step * n), _B: sympy.fibonacci(step * n + 1), _S: S.NegativeOne**n}
    return r.subs(state, simultaneous=True)


def _difference(expr: sympy.Expr) -> tuple[sympy.Expr, int] | None:
    """The rational function of the state of which the term is a difference, and the step of the indices."""
    step = _step(expr) if expr.has(sympy.fibonacci, sympy.lucas) else None
    term = None if step is None else _in_state(expr, step)
    if step is None or term is None:
        return None
    top, bottom = sympy.fraction(sympy.cancel(term))
    trial = _denominator(expr, step)
    if trial is None or trial == 1 or sympy.total_degree(trial, _A, _B) > MAX_DEGREE:
        return None
    r = _solve(top, bottom, trial, step)
    return None if r is None else (r, step)


def _step(expr: sympy.Expr) -> int | None:
    """The m of the indices m n + k, the same in all Fibonacci and Lucas numbers."""
    slopes = {sympy.expand(f.args[0]).coeff(n, 1) for f in expr.atoms(sympy.fibonacci, sympy.lucas)}
    slope = min(slopes, key=sympy.default_sort_key)
    if not slopes <= {slope, 2 * slope}:
        return None
    return int(slope) if slope.is_Integer and 0 < slope <= MAX_STEP else None


def _form(f: sympy.Expr, step: int, by: int = 0) -> sympy.Expr | None:
    """F(mn + k + by) or the Lucas number as a linear form in a = F(mn), b = F(mn+1)."""
    k = sympy.expand(f.args[0] - step * n)
    if sympy.expand(k - step * n).is_Integer and len(f.args) == 1:
        return _doubled(f, sympy.expand(k - step * n))
    if not k.is_Integer or len(f.args) > 1:
        return None
    k += by
    if isinstance(f, sympy.fibonacci):
        return sympy.fibonacci(k) * _B + sympy.fibonacci(k - 1) * _A
    return sympy.lucas(k) * _B + sympy.lucas(k - 1) * _A


def _doubled(f: sympy.Expr, k: sympy.Integer) -> sympy.Expr:
    """F(2mn + k) or L(2mn + k), by F(p+q) = F(p) F(q+1) + F(p-1) F(q) with p = mn."""
    even, odd = _A * (2 * _B - _A), _A**2 + _B**2
    if isinstance(f, sympy.fibonacci):
        return sympy.fibonacci(k) * odd + sympy.fibonacci(k - 1) * even
    return sympy.lucas(k) * odd + sympy.lucas(k - 1) * even


def _in_state(expr: sympy.Expr, step: int) -> sympy.Expr | None:
    replacement = {}
    for f in expr.atoms(sympy.fibonacci, sympy.lucas):
        form = _form(f, step)
        if form is None:
            return None
        replacement[f] = form
    term = sympy.powsimp(expr).xreplace(replacement).replace(_is_sign, _sign)
    return None if term.has(n) else term


def _is_sign(e: sympy.Expr) -> bool:
    return bool(e.is_Pow and e.base == -1 and sympy.expand(e.exp).coeff(n, 1) in (1, -1))


def _sign(e: sympy.Expr) -> sympy.Expr:
    exponent = sympy.expand(e.exp)
    return _S * S.NegativeOne ** (exponent - exponent.coeff(n, 1) * n)


def _denominator(expr: sympy.Expr, step: int) -> sympy.Expr | None:
    """For each chain of indices in the denominator, by steps of m, all places but the last."""
    below = sympy.fraction(sympy.together(expr))[1]
    chains: dict[tuple[type, int], list[tuple[int, int, sympy.Expr]]] = {}
    for factor in sympy.Mul.make_args(below):
        base, power = factor.as_base_exp()
        if base.has(n) and not sympy.expand(base.args[0] - step * n).is_Integer:
            return None
        if not isinstance(base, sympy.fibonacci | sympy.lucas):
            if base.has(n):
                return None
            continue
        k = int(sympy.expand(base.args[0] - step * n))
        chains.setdefault((type(base), k % step), []).append((k, int(power), base))
    result = S.One
    for members in chains.values():
        low, high = min(members)[0], max(members)[0]
        first = min(members)[2]
        order = max(power for _, power, _ in members)
        for by in range(0, high - low, step):
            form = _form(first, step, by)
            if form is None:
                return None
            result *= form**order
    return result


def _solve(top: sympy.Expr, bottom: sympy.Expr, trial: sympy.Expr, step: int) -> sympy.Expr | None:
    degree = int(sympy.total_degree(trial, _A, _B))
    monomials = [_A**i * _B**j * _S**k for i, j, k in product(range(degree + 1), (0, 1), (0, 1)) if i + j <= degree]
    image = {
        _A: sympy.fibonacci(step) * _B + sympy.fibonacci(step - 1) * _A,
        _B: sympy.fibonacci(step + 1) * _B + sympy.fibonacci(step) * _A,
        _S: -_S,
    }
    moved = trial.subs(image, simultaneous=True)
    columns = [_reduced((u.subs(image, simultaneous=True) * trial - u * moved) * bottom, step) for u in monomials]
    columns.append(_reduced(top * trial * moved, step))
    keys = sorted({m for c in columns for m in c.monoms()})
    x = sympy.Dummy("x")
    line = [sympy.Poly(sympy.Add(*(c.coeff_monomial(m) * x**i for i, m in enumerate(keys))), x) for c in columns]
    weights = solve_columns(line, x)
    if weights is None:
        return None
    return sympy.Add(*(w * u for w, u in zip(weights, monomials, strict=True))) / trial


def _reduced(expr: sympy.Expr, step: int) -> sympy.Poly:
    """The normal form by s**2 = 1 and b**2 = a b + a**2 + e, e = (-1)**(mn) (Cassini)."""
    sign = _S if step % 2 else S.One
    polynomial = sympy.rem(sympy.expand(expr), _B**2 - _A * _B - _A**2 - sign, _B)
    return sympy.Poly(sympy.rem(sympy.expand(polynomial), _S**2 - 1, _S), _A, _B, _S)


def _at(r: sympy.Expr, step: int, k: int) -> sympy.Expr:
    values = {_A: sympy.fibonacci(step * k), _B: sympy.fibonacci(step * k + 1), _S: S.NegativeOne**k}
    return r.subs(values, simultaneous=True)


def _limit(r: sympy.Expr) -> sympy.Expr | None:
    """The limit of r for n -> oo, where b/a tends to the golden ratio; None if it depends on the sign."""
    t = sympy.Dummy("t")
    top, bottom = (
        sympy.expand(p.subs({_A: t, _B: t * _PHI}, simultaneous=True)) for p in sympy.fraction(sympy.together(r))
    )
    degree = sympy.degree(bottom, t)
    lead = sympy.radsimp(top.coeff(t, degree) / bottom.coeff(t, degree))
    higher = any(sympy.expand(top.coeff(t, k)) != 0 for k in range(degree + 1, 3 * MAX_DEGREE))
    return None if higher or lead.has(_S) else lead
