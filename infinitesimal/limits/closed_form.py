"""Closed forms of affine recurrences with constant coefficients, found and verified exactly.

The n-th state of such a recurrence is an exponential polynomial whose bases are the roots of the
characteristic polynomial. Its coefficients solve a linear system over the rationals, from the first
values. Before a closed form is returned it is substituted, as a sequence, into the term that it
claims to solve.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from infinitesimal.arithmetics.rationals import to_fraction
from infinitesimal.errors import Undecided, Unverified
from infinitesimal.limits.exponential import (
    ExponentialPolynomial,
    ExponentialPolynomials,
    Key,
    NotClosed,
    from_parts,
    power_sums,
    text,
)
from infinitesimal.linear.affine import AffineMap, affine_map
from infinitesimal.rational import show
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Process, Recurrence, as_process
from infinitesimal.terms.pretty import latex_name, latex_number
from infinitesimal.terms.term import fold


@dataclass(frozen=True)
class ClosedForm:
    """The n-th state of a recurrence as a formula in n, exact.

    `components` maps every name to its sequence, which holds from n = `start` on; before that the
    values are those of `first` (where the multiplier 0 forgets the start). `expression` gives
    SymPy's form of the watched value, a dict of them where there are several.
    """

    process: Process
    components: dict[str, ExponentialPolynomial]
    first: dict[str, tuple[fmpq, ...]]

    @property
    def recurrence(self) -> Recurrence:
        return self.process.recurrence

    @property
    def watch(self) -> tuple[str, ...]:
        """The components that are looked at."""
        return self.process.loss.names if isinstance(self.process, Descent) else self.process.recurrence.watch

    @property
    def start(self) -> int:
        """The index from which the formulas hold."""
        return max(len(values) for values in self.first.values())

    def value(self, name: str, n: int) -> Fraction:
        """The exact value of one component at the integer n >= 0."""
        first = self.first[name]
        value = first[n] if n < len(first) else self.components[name](n)
        return to_fraction(value)

    @cached_property
    def expression(self) -> Any:
        """The watched value at n as a SymPy expression; a dict of them when several are watched."""
        from infinitesimal.limits.expressions import expression

        found = {name: expression(self.components[name], self.first[name]) for name in self.watch}
        return found if len(found) > 1 else next(iter(found.values()))

    def __str__(self) -> str:
        shown = {name: self._text(name) for name in self.watch}
        if len(shown) == 1:
            return next(iter(shown.values()))
        return ", ".join(f"{name}(n) = {formula}" for name, formula in shown.items())

    __repr__ = __str__

    def _text(self, name: str) -> str:
        formula = text(self.components[name])
        first = self.first[name]
        if not first:
            return formula
        values = ", ".join(show(to_fraction(v)) for v in first)
        return f"{values} at first, then {formula} from n = {len(first)}"

    def latex(self) -> str:
        """The formulas in LaTeX, without dollar signs; first values that differ are listed."""
        formulas = []
        for name in self.watch:
            formula = self._formula_latex(name)
            first = ", ".join(latex_number(to_fraction(v)) for v in self.first[name])
            head = f"{latex_name(name)}(n) = " if len(self.watch) > 1 else ""
            formulas.append(head + (rf"{first}; \; {formula} \; (n \ge {len(self.first[name])})" if first else formula))
        return r", \quad ".join(formulas)

    def _formula_latex(self, name: str) -> str:
        import sympy

        from infinitesimal.limits.expressions import expression

        try:
            return str(sympy.latex(expression(self.components[name])))
        except ValueError:  # SymPy writes integers by `str`, which stops at 4300 digits
            return rf"\mbox{{{text(self.components[name])}}}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def solve(process: Process) -> Any:
    """The closed form of an affine recurrence with constant coefficients, verified by substitution.

    Returns a `ClosedForm`, or for a recurrence with parameters a `ParametricForm`, whose special
    cases (multiplier 1 or 0, and the like) are written out. Raises `Undecided` for a recurrence
    that is not affine, since no closed form is known for it here.

    >>> from infinitesimal.recurrences.series import zeno
    >>> solve(zeno())
    1 - 2**(-n)
    """
    chosen = as_process(process)
    found = closed_form(chosen)
    if found is not None:
        return found
    recurrence = chosen.recurrence
    if recurrence.parameters:
        return _with_parameters(recurrence)
    raise Undecided(
        f"no closed form for {recurrence}: its step is not affine with constant coefficients. "
        "Tried: reading the step as a rational function of the state and n. Values and runs still work"
    )


@lru_cache(maxsize=64)
def _with_parameters(recurrence: Recurrence) -> Any:
    from infinitesimal.limits.parametric import solve_with_parameters

    return solve_with_parameters(recurrence)


FEW = 4
MOST_WORK = 20_000
"""Of more than a few components, the most that the square of their number times the bits of the coefficients may be:
what is larger would fill pages, and take as long to find as to read."""


def closed_form(process: Process) -> ClosedForm | None:
    """The closed form of a process without parameters; None if it is not affine.

    Raises `Undecided` where it is too large to be written, as for a fit to data with many columns.
    """
    mapping = affine_map(process)
    if mapping is None:
        return None
    height = max(entry.height_bits() for entry in mapping.integers[0].entries())
    if mapping.dimension > FEW and mapping.dimension**2 * height > MOST_WORK:
        raise Undecided(
            f"a closed form for {mapping.dimension} components with such coefficients is too large to be written: "
            "take at, limit, enclose(process, digits, n) or nearest(process, n), which do without"
        )
    kept = vars(mapping)  # on the map: a process with data is dear to hash
    if _KEPT not in kept:
        found = _solve(process, mapping)
        _verify(found, mapping)
        kept[_KEPT] = found
    known: ClosedForm = kept[_KEPT]
    return known


_KEPT = "_closed_form"


def _solve(process: Process, mapping: AffineMap) -> ClosedForm:
    matrix = mapping.extended()
    size = matrix.nrows()
    factors = [(tuple(_monic(f).coeffs()), k) for f, k in matrix.charpoly().factor()[1]]
    nilpotent = next((k for key, k in factors if key == (fmpq(0), fmpq(1))), 0)
    factors = [(key, k) for key, k in factors if key != (fmpq(0), fmpq(1))]
    states = [mapping.extended_start()]
    for _ in range(size - 1):
        states.append(matrix * states[-1])
    count = size - nilpotent
    rows = states[nilpotent:] if count else []
    basis = fmpq_mat(_basis(factors, nilpotent, size))
    values = fmpq_mat([[row[i, 0] for i in range(mapping.dimension)] for row in rows])
    solution = basis.solve(values)
    components, first = {}, {}
    for i, name in enumerate(mapping.names):
        components[name] = _assemble(factors, [solution[j, i] for j in range(count)])
        exceptional = [states[n][i, 0] for n in range(nilpotent)]
        while exceptional and exceptional[-1] == components[name](len(exceptional) - 1):
            exceptional.pop()
        first[name] = tuple(exceptional)
    return ClosedForm(process, components, first)


def _monic(f: fmpq_poly) -> fmpq_poly:
    return f / f.leading_coefficient()


def _basis(factors: list[tuple[Key, int]], start: int, stop: int) -> list[list[fmpq]]:
    """The values of the basis, n**i times the sum of t**(n + j) over the roots t, one row for each n."""
    sums = [power_sums(key, stop + len(key) - 1) for key, _ in factors]
    return [
        [
            fmpq(n**i) * of_key[n + j]
            for (key, multiplicity), of_key in zip(factors, sums, strict=True)
            for i in range(multiplicity)
            for j in range(len(key) - 1)
        ]
        for n in range(start, stop)
    ]


def _assemble(factors: list[tuple[Key, int]], solution: list[fmpq]) -> ExponentialPolynomial:
    parts, position = {}, 0
    for key, multiplicity in factors:
        degree = len(key) - 1
        parts[key] = tuple(
            fmpq_poly(solution[position + i * degree : position + (i + 1) * degree]) for i in range(multiplicity)
        )
        position += multiplicity * degree
    return from_parts(parts)


def _verify(found: ClosedForm, mapping: AffineMap) -> None:
    """Substitutes the sequences into the step, and checks the first values against it.

    Where a step multiplies sequences with irrational bases before they cancel, its affine form is
    substituted instead; the two are equal as rational functions. So it is for a loss that is known by its Hessian.
    """
    if isinstance(found.process, Descent) and getattr(found.process.loss, "quadratic", None) is not None:
        _verify_by_map(found, mapping)
        return
    recurrence = found.recurrence
    sequences = ExponentialPolynomials()
    for name, term in recurrence.step:
        expected = found.components[name].shifted()
        try:
            actual = fold(term, sequences, lambda v: sequences.number() if v == STEP_NUMBER else found.components[v])
        except NotClosed:
            actual = _affine_image(found, mapping, name)
        if actual != expected:
            raise Unverified(f"the closed form of {recurrence} fails its own step in {name}")
    _verify_first(found)


def _affine_image(found: ClosedForm, mapping: AffineMap, name: str) -> ExponentialPolynomial:
    sequences = ExponentialPolynomials()
    i = mapping.names.index(name)
    total = sequences.const(Fraction(0))
    for j, other in enumerate(mapping.names):
        weight = sequences.const(to_fraction(mapping.matrix[i, j]))
        total = sequences.add(total, sequences.mul(weight, found.components[other]))
    for k, value in enumerate(mapping.forcing[i]):
        power = sequences.pow(sequences.number(), k)
        total = sequences.add(total, sequences.mul(sequences.const(to_fraction(value)), power))
    return total


def _verify_by_map(found: ClosedForm, mapping: AffineMap) -> None:
    for i, name in enumerate(mapping.names):
        if _affine_image(found, mapping, name) != found.components[name].shifted():
            raise Unverified(f"the closed form of the descent fails its own step in {name}")
        for n in range(found.start + 1):
            if found.value(name, n) != to_fraction(mapping.at(n)[i]):
                raise Unverified(f"the closed form of the descent fails at n = {n}")


def _verify_first(found: ClosedForm) -> None:
    """The start, and each update up to where the formulas hold, in exact arithmetic."""
    from infinitesimal.arithmetics.rationals import QQ

    recurrence = found.recurrence
    state = recurrence.start_values()
    for n in range(found.start + 1):
        if any(found.value(name, n) != state[name] for name in recurrence.names):
            raise Unverified(f"the closed form of {recurrence} fails at n = {n}")
        inputs = [*(QQ.const(state[name]) for name in recurrence.names), QQ.integer(n + 1)]
        outputs = recurrence.program.execute(QQ, inputs)
        state = {name: QQ.export(value) for name, value in zip(recurrence.names, outputs, strict=True)}
