"""Closed forms of affine recurrences whose coefficients or start have parameters.

The general formula divides by differences of characteristic roots, so it fails where two of them
meet, and it forgets the start where one is zero. Each such condition on the parameters is solved as a
recurrence of its own, and the answer lists the cases: no `zoo`, no `nan`.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import sympy

from infinitesimal.arithmetics.rational_functions import Quotient
from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.arithmetics.symbolic import n, number, symbol
from infinitesimal.errors import Undecided, Unverified
from infinitesimal.linear.affine import affine_form
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence

MAX_DIMENSION = 4
MAX_SECONDS = 20

_t = sympy.Dummy("t")


@dataclass(frozen=True)
class Sequence:
    """n -> sum of coefficients[root, i] * n**i * root**n, with its first values where they differ."""

    coefficients: Mapping[tuple[Any, int], sympy.Expr]
    first: tuple[sympy.Expr, ...] = ()

    @cached_property
    def expression(self) -> sympy.Expr:
        total = sympy.Add(*(sympy.factor_terms(c) * n**i * root**n for (root, i), c in self.coefficients.items()))
        cases = [(value, sympy.Eq(n, i)) for i, value in enumerate(self.first)]
        return sympy.Piecewise(*cases, (total, True)) if cases else total


@dataclass(frozen=True)
class Case:
    """The solution under `conditions`, expressions in parameters that are zero; the general case has none.

    It holds as long as none of `excluded` is zero: those cases could not be solved.
    """

    conditions: tuple[sympy.Expr, ...]
    components: Mapping[str, Sequence]
    excluded: tuple[sympy.Expr, ...] = ()


@dataclass(frozen=True)
class ParametricForm:
    """The n-th state of a recurrence with parameters, case by case, exact.

    The cases are tried in order. The process has no values where one of `divisors` is zero.
    """

    recurrence: Recurrence
    cases: tuple[Case, ...]
    divisors: tuple[sympy.Expr, ...] = ()

    @property
    def excluded(self) -> tuple[sympy.Expr, ...]:
        """The conditions on the parameters under which no case is written out."""
        return tuple(dict.fromkeys(e for case in self.cases for e in case.excluded))

    @cached_property
    def expression(self) -> Any:
        """The watched value at n as one SymPy expression; a dict of them when several are watched."""
        found = {
            name: self._piecewise(lambda case, name=name: case.components[name].expression)
            for name in self.recurrence.watch
        }
        return found if len(found) > 1 else next(iter(found.values()))

    def _piecewise(self, value: Any) -> sympy.Expr:
        pieces = [(value(case), self._condition(case)) for case in self.cases]
        return sympy.Piecewise(*pieces) if len(pieces) > 1 or pieces[0][1] is not sympy.true else pieces[0][0]

    def _condition(self, case: Case) -> Any:
        equations = [_equation(c) for c in case.conditions]
        guards = [sympy.Ne(e, 0) for e in (*case.excluded, *self.divisors)]
        return sympy.And(*equations, *guards)

    def limit(self) -> Any:
        """The limit as n grows, with the condition on the parameters under which it exists."""
        found = {name: self._limit(name) for name in self.recurrence.watch}
        return found if len(found) > 1 else next(iter(found.values()))

    def _limit(self, name: str) -> sympy.Expr:
        pieces = []
        for case in self.cases:
            terms = case.components[name].coefficients
            if any(root == 1 and i for root, i in terms):
                continue
            shrinking = [abs(root) < 1 for root, _ in terms if root != 1]
            value = sympy.Add(*(c for (root, _), c in terms.items() if root == 1))
            pieces.append((sympy.factor(value), sympy.And(self._condition(case), *shrinking)))
        if not pieces:
            raise Undecided(f"no case of {self.recurrence} has a limit for symbolic parameters: give them values")
        return pieces[0][0] if pieces[0][1] is sympy.true else sympy.Piecewise(*pieces)

    def __str__(self) -> str:
        return str(self.expression)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"${sympy.latex(self.expression)}$"


def solve_with_parameters(recurrence: Recurrence) -> ParametricForm:
    """The closed form of an affine recurrence with parameters, each case verified by substitution.

    Raises `Undecided` when the step is not affine, or the characteristic polynomial has an
    irreducible factor of degree 3 or more.
    """
    form = affine_form(recurrence)
    if form is None:
        raise Undecided(
            f"no closed form for {recurrence}: its step is not affine with constant coefficients. "
            "Tried: reading the step as a rational function of the state, n and the parameters"
        )
    names = (*form.names, STEP_NUMBER, *form.parameters)
    matrix = sympy.Matrix([[_expression(c, names) for c in row] for row in form.matrix])
    forcing = [[_expression(c, names) for c in row] for row in form.forcing]
    start = [_expression(c, names) for c in form.start]
    if all(b == 0 for row in forcing for b in row):
        forcing = [[] for _ in forcing]  # without forcing there is no root 1 to look after
    if len(start) + len(forcing[0]) > MAX_DIMENSION + 2:
        raise Undecided(f"no closed form with parameters beyond {MAX_DIMENSION} components: give the parameters values")
    system = _System(recurrence.names, matrix, forcing, start)
    divisors = tuple(dict.fromkeys(_expression(d, names) for d in form.divisors))
    return ParametricForm(recurrence, tuple(_Cases().of(system, ())), divisors)


@dataclass(frozen=True)
class _System:
    """A recurrence by its coefficients and start, expressions in the parameters."""

    names: tuple[str, ...]
    matrix: Any
    forcing: list[list[Any]]
    start: list[Any]

    def put(self, parameter: Any, value: Any) -> "_System":
        """The same with a parameter replaced."""

        def put(e: Any) -> Any:
            return sympy.cancel(e.subs(parameter, value)) if e.has(parameter) else e

        forcing = [[put(e) for e in row] for row in self.forcing]
        return _System(self.names, self.matrix.applyfunc(put), forcing, [put(e) for e in self.start])

    def has_poles(self) -> bool:
        """Whether a coefficient has no value: where a*eta = 1 is followed by eta = 0, or a divisor is zero."""
        entries = (*self.matrix, *(e for row in self.forcing for e in row), *self.start)
        return any(e.has(sympy.zoo, sympy.nan) for e in entries)

    def key(self) -> str:
        """What tells systems apart; the order in which conditions were met does not matter."""
        return str((self.matrix, self.forcing, self.start))


class _Cases:
    """The cases of a system: the special ones, each once, then the general one."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.deadline = time.monotonic() + MAX_SECONDS

    def of(self, system: _System, conditions: tuple[Any, ...]) -> list[Case]:
        """The cases of `system`, which holds under `conditions`; none where these contradict one another."""
        if system.key() in self.seen or system.has_poles():
            return []
        self.seen.add(system.key())
        if time.monotonic() > self.deadline:
            raise Undecided(f"more special cases than {MAX_SECONDS} seconds allow: give some of the parameters values")
        roots = _roots(_extended(system.matrix, system.forcing))
        _check_surds(roots)
        found: list[Case] = []
        excluded: list[Any] = []
        for condition, meets in _special(roots):
            solution = _isolate(condition)
            if solution is not None:
                found.extend(self.of(system.put(*solution), (*conditions, condition)))
            elif meets:  # where a root is zero the general formula holds, with 0**0 = 1
                excluded.append(condition)
        found.append(Case(conditions, _solve(system, roots), tuple(excluded)))
        return found


def _extended(matrix: Any, forcing: list[list[Any]]) -> Any:
    d, width = matrix.rows, len(forcing[0])
    extended = sympy.zeros(d + width, d + width)
    extended[:d, :d] = matrix
    for i in range(d):
        for k, b in enumerate(forcing[i]):
            for j in range(k + 1):
                extended[i, d + j] += b * sympy.binomial(k, j)
    for k in range(width):
        for j in range(k + 1):
            extended[d + k, d + j] = sympy.binomial(k, j)
    return extended


def _roots(matrix: Any) -> dict[Any, int]:
    """The characteristic roots with their multiplicities for general parameters."""
    polynomial = matrix.charpoly().as_expr(_t)
    roots: dict[Any, int] = {}
    for factor, multiplicity in sympy.factor_list(sympy.numer(sympy.together(polynomial)))[1]:
        for root in _roots_of_factor(sympy.Poly(factor, _t)):
            roots[root] = roots.get(root, 0) + multiplicity
    return roots


def _roots_of_factor(factor: Any) -> list[Any]:
    if factor.degree() == 1:
        a, b = factor.all_coeffs()
        return [sympy.cancel(-b / a)]
    if factor.degree() == 2:
        a, b, c = factor.all_coeffs()
        half, spread = sympy.cancel(-b / (2 * a)), _square_root((b**2 - 4 * a * c) / (4 * a**2))
        return [half + spread, half - spread]
    if factor.degree() == 0:
        return []
    raise Undecided(
        f"the characteristic polynomial has the irreducible factor {factor.as_expr()} of degree {factor.degree()} "
        "in t: give the parameters values"
    )


def _square_root(value: Any) -> Any:
    """A square root of a rational function as a rational function times the root of a squarefree polynomial.

    Either sign will do: SymPy's own root of eta**2 is neither eta nor a rational function.
    """
    top, bottom = sympy.fraction(sympy.together(value))
    constant, factors = sympy.factor_list(sympy.expand(top * bottom))
    outside = sympy.Mul(*(factor ** (power // 2) for factor, power in factors))
    inside = sympy.Mul(*(factor for factor, power in factors if power % 2))
    whole, under = sympy.sqrt(abs(constant)).as_coeff_Mul()
    inside = sympy.expand(inside * under**2 * sympy.sign(constant))
    return sympy.cancel(whole * outside / bottom) * sympy.sqrt(inside)


def _check_surds(roots: Mapping[Any, int]) -> None:
    """Raises `Undecided` for roots with several square roots of parameters, which no normal form here reduces."""
    surds = {p for root in roots for p in root.atoms(sympy.Pow) if p.exp == sympy.Rational(1, 2) and p.free_symbols}
    if len(surds) > 1:
        shown = " and ".join(sorted(map(str, surds)))
        raise Undecided(f"the characteristic roots have several square roots, {shown}: give some parameters values")


def _special(roots: Mapping[Any, int]) -> list[tuple[Any, bool]]:
    """The polynomials in the parameters whose zeros change the shape of the solution, and whether two
    roots meet there; otherwise one becomes zero.
    """
    differences = [(root, False) for root in roots if root != 0 and root.free_symbols]
    differences += [(a - b, True) for a, b in combinations(roots, 2) if a != 0 and b != 0]
    found: dict[Any, bool] = {}
    for difference, meets in differences:
        top = sympy.numer(sympy.together(_norm(difference) if _has_root(difference) else difference))
        for factor, _ in sympy.factor_list(top)[1] if top.free_symbols else []:
            known = factor if -factor not in found else -factor
            found[known] = found.get(known, False) or meets
    return list(found.items())


def _has_root(value: Any) -> bool:
    return any(power.exp == sympy.Rational(1, 2) for power in value.atoms(sympy.Pow))


def _norm(value: Any) -> Any:
    """The product of a value and its conjugates, one square root after the other."""
    for root in [power for power in value.atoms(sympy.Pow) if power.exp == sympy.Rational(1, 2)]:
        conjugate = value.subs(root, -root)
        value = sympy.expand(value * conjugate) if value + conjugate != 0 else sympy.expand(value**2)
    return value


def _isolate(condition: Any) -> tuple[Any, Any] | None:
    """A parameter and its value on the zeros of `condition`, if it occurs linearly with a
    coefficient that cannot vanish there.
    """
    for parameter in sorted(condition.free_symbols, key=str):
        polynomial = sympy.Poly(condition, parameter)
        if polynomial.degree() != 1:
            continue
        slope, rest = polynomial.LC(), polynomial.TC()
        if not slope.free_symbols or (rest.is_number and rest != 0):
            return parameter, sympy.cancel(-rest / slope)
    return None


def _solve(system: _System, roots: Mapping[Any, int]) -> dict[str, Sequence]:
    forcing = system.forcing
    extended = _extended(system.matrix, forcing)
    size, zero = extended.rows, roots.get(sympy.S.Zero, 0)
    states = [sympy.Matrix([*system.start, *(int(k == 0) for k in range(len(forcing[0])))])]
    for _ in range(size):
        states.append((extended * states[-1]).applyfunc(sympy.cancel))
    basis = [(root, i) for root, multiplicity in roots.items() if root != 0 for i in range(multiplicity)]
    rows = range(zero, zero + len(basis))
    equations = sympy.Matrix([[sympy.Integer(k) ** i * root**k for root, i in basis] for k in rows])
    found = {}
    for position, name in enumerate(system.names):
        values = sympy.Matrix([states[k][position] for k in rows])
        solution = [_simplify(c) for c in equations.LUsolve(values)] if basis else []
        coefficients = {key: c for key, c in zip(basis, solution, strict=True) if c != 0}
        found[name] = Sequence(coefficients, tuple(states[k][position] for k in range(zero)))
    _verify(system.names, system.matrix, forcing, found)
    return found


def _simplify(value: Any) -> Any:
    """A normal form: 0 is 0. With one square root w of D in it, the form is a + b*w, with a and b
    rational functions, found by remainders modulo w**2 - D and one conjugate.
    """
    surds = [power for power in value.atoms(sympy.Pow) if abs(power.exp) == sympy.Rational(1, 2)]
    squares = {power.base for power in surds}
    if not squares:
        return sympy.factor(sympy.cancel(value))
    if len(squares) > 1:
        return sympy.simplify(sympy.radsimp(value))
    square, w = squares.pop(), sympy.Dummy("w")
    top, bottom = sympy.fraction(sympy.together(value.subs(sympy.sqrt(square), w)))
    (a, b), (c, d) = (_linear(part, w, square) for part in (top, bottom))
    norm = c**2 - d**2 * square
    rational, surd = sympy.cancel((a * c - b * d * square) / norm), sympy.cancel((b * c - a * d) / norm)
    return sympy.factor(rational) + sympy.factor(surd) * sympy.sqrt(square)


def _linear(value: Any, w: Any, square: Any) -> tuple[Any, Any]:
    """A polynomial in w as a + b*w, by w**2 = square."""
    parts: list[Any] = [sympy.S.Zero, sympy.S.Zero]
    for (power,), coefficient in sympy.Poly(value, w).terms():
        parts[power % 2] += coefficient * square ** (power // 2)
    return sympy.expand(parts[0]), sympy.expand(parts[1])


def _verify(names: tuple[str, ...], matrix: Any, forcing: list[list[Any]], found: Mapping[str, Sequence]) -> None:
    """Substitutes the sequences into the affine step: powers root**n become independent symbols, and
    what remains must vanish as a rational function.
    """
    powers = {root: sympy.Dummy() for sequence in found.values() for root, _ in sequence.coefficients}
    now = {
        name: sum((c * n**i * powers[r] for (r, i), c in s.coefficients.items()), sympy.S.Zero)
        for name, s in found.items()
    }
    after = {
        name: sum((c * (n + 1) ** i * r * powers[r] for (r, i), c in s.coefficients.items()), sympy.S.Zero)
        for name, s in found.items()
    }
    for row, name in enumerate(names):
        image = sum((matrix[row, j] * now[other] for j, other in enumerate(names)), sympy.S.Zero)
        image += sum((b * (n + 1) ** k for k, b in enumerate(forcing[row])), sympy.S.Zero)
        difference = sympy.expand(image - after[name]).subs(powers.get(sympy.S.One, sympy.S.One), 1)
        parts = sympy.Poly(difference, *[p for r, p in powers.items() if r != 1], n).coeffs() if difference != 0 else []
        if any(_simplify(part) != 0 for part in parts):
            raise Unverified(f"the closed form of {name} fails its own step")


def _equation(condition: Any) -> Any:
    isolated = _isolate(condition)
    return sympy.Eq(*isolated) if isolated else sympy.Eq(condition, 0)


def _expression(quotient: Quotient, names: tuple[str, ...]) -> Any:
    symbols = [symbol(name) for name in names]

    def polynomial(p: Any) -> Any:
        terms = []
        for exponents, c in p.to_dict().items():
            monomial = sympy.Mul(*(s**e for s, e in zip(symbols, exponents, strict=True)))
            terms.append(number(to_fraction(c)) * monomial)
        return sympy.Add(*terms)

    return polynomial(quotient.top) / polynomial(quotient.bottom)
