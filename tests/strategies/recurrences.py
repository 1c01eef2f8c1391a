"""Terms, rationals and recurrences to draw from, each with a meaning that owes nothing to the package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy
from hypothesis import strategies as st

from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.terms.term import Apply, Const, Term, Var

NAMES = ("x", "y", "z", "u")


def rationals(size: int = 6, bottom: int = 6) -> st.SearchStrategy[Fraction]:
    """Small rationals, with 0, 1 and -1 drawn often: those are where formulas change shape."""
    general = st.builds(Fraction, st.integers(-size, size), st.integers(1, bottom))
    return st.one_of(st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]), general)


def _powers(base: st.SearchStrategy[Term], least: int, most: int) -> st.SearchStrategy[Term]:
    return st.builds(lambda a, k: Apply("pow", (a, Const(Fraction(k)))), base, st.integers(least, most))


def terms(
    names: tuple[str, ...] = ("x", "y", "a_1", "n"),
    *,
    division: bool = True,
    exponents: tuple[int, int] = (-3, 4),
    leaves: int = 8,
) -> st.SearchStrategy[Term]:
    """Random terms; without `division` and with exponents from 0 on, polynomials."""
    constants = st.builds(Const, st.builds(Fraction, st.integers(-12, 12), st.sampled_from([1, 2, 3, 7, 8, 10, 1000])))
    leaf = st.one_of(st.builds(Var, st.sampled_from(names)), constants) if names else constants
    binary = ["add", "sub", "mul", *(["div"] if division else [])]

    def bigger(smaller: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        pair = st.tuples(smaller, smaller)
        return st.one_of(
            st.builds(lambda operation, ab: Apply(operation, ab), st.sampled_from(binary), pair),
            st.builds(lambda a: Apply("neg", (a,)), smaller),
            _powers(smaller, *exponents),
        )

    return st.recursive(leaf, bigger, max_leaves=leaves)


def meaning(term: Term, values: Mapping[str, Fraction]) -> Fraction:
    """The value of a term over the fractions of Python, by plain recursion; 1/0 raises."""
    if isinstance(term, Var):
        return values[term.name]
    if isinstance(term, Const):
        return term.value
    assert isinstance(term, Apply)
    a = meaning(term.args[0], values)
    if term.operation == "neg":
        return -a
    b = meaning(term.args[1], values)
    if term.operation == "pow":
        return a ** int(b)
    if term.operation == "div":
        return a / b
    return {"add": a + b, "sub": a - b, "mul": a * b}[term.operation]


def in_sympy(term: Term) -> sympy.Expr:
    """A term in SymPy, by plain recursion; `n` is a plain symbol here."""
    if isinstance(term, Var):
        return sympy.Symbol(term.name)
    if isinstance(term, Const):
        return sympy.Rational(term.value.numerator, term.value.denominator)
    assert isinstance(term, Apply)
    a = in_sympy(term.args[0])
    if term.operation == "neg":
        return -a
    b = in_sympy(term.args[1])
    return {
        "add": lambda: a + b,
        "sub": lambda: a - b,
        "mul": lambda: a * b,
        "div": lambda: a / b,
        "pow": lambda: a**b,
    }[term.operation]()


@dataclass(frozen=True)
class Affine:
    """x(n) = matrix x(n-1) + sum of forcing[k] n**k, as numbers."""

    matrix: tuple[tuple[Fraction, ...], ...]
    forcing: tuple[tuple[Fraction, ...], ...]
    start: tuple[Fraction, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[: len(self.start)]

    def recurrence(self) -> Recurrence:
        """The same process as the package reads it, from text."""
        step = {}
        for name, row, forces in zip(self.names, self.matrix, self.forcing, strict=True):
            parts = [f"const({c})*{other}" for c, other in zip(row, self.names, strict=True)]
            parts += [f"const({b})*n**{k}" for k, b in enumerate(forces)]
            step[name] = " + ".join(parts)
        return recurrence(step, dict(zip(self.names, self.start, strict=True)))

    def iterate(self, count: int) -> list[tuple[Fraction, ...]]:
        """The first `count` states, the start included, over the fractions of Python."""
        state, found = self.start, [self.start]
        for n in range(1, count):
            state = tuple(
                sum((c * x for c, x in zip(row, state, strict=True)), start=Fraction(0))
                + sum((b * n**k for k, b in enumerate(forces)), start=Fraction(0))
                for row, forces in zip(self.matrix, self.forcing, strict=True)
            )
            found.append(state)
        return found[:count]


@st.composite
def affine_processes(draw: st.DrawFn, dimensions: tuple[int, int] = (1, 4), degree: int = 3) -> Affine:
    """Random affine processes, and among them nilpotent, triangular and Jordan matrices."""
    d = draw(st.integers(*dimensions))
    shape = draw(st.sampled_from(["full", "full", "nilpotent", "triangular", "jordan"]))
    entry = rationals(4, 3)
    bases = draw(st.lists(entry, min_size=d, max_size=d))
    one = bases[0]

    def cell(i: int, j: int) -> Fraction:
        if shape == "full" or (shape != "jordan" and i < j):
            return draw(entry)
        if shape == "jordan":
            return one if i == j else Fraction(int(j == i + 1))
        return bases[i] if i == j and shape == "triangular" else Fraction(0)

    matrix = tuple(tuple(cell(i, j) for j in range(d)) for i in range(d))
    width = draw(st.integers(0, degree)) + 1
    forcing = tuple(tuple(draw(st.one_of(st.just(Fraction(0)), entry)) for _ in range(width)) for _ in range(d))
    return Affine(matrix, forcing, tuple(draw(entry) for _ in range(d)))


@st.composite
def polynomial_processes(draw: st.DrawFn) -> Recurrence:
    """Random polynomial recurrences in one or two variables, with or without `n`, of degree 2 to 4 at most."""
    names = ("x", "y")[: draw(st.integers(1, 2))]
    body = terms((*names, "n"), division=False, exponents=(0, 2), leaves=4)
    small = st.builds(Fraction, st.integers(-9, 9), st.sampled_from([1, 2, 3, 5, 8]))
    scale = st.sampled_from(["", "/2", "/3", "/10"])
    step = {name: f"{name}{draw(scale)} + ({draw(body)}){draw(scale)}" for name in names}
    return recurrence(step, {name: draw(small) for name in names})


def iterate(
    step: Callable[..., tuple[Fraction, ...]], start: tuple[Fraction, ...], count: int
) -> list[tuple[Fraction, ...]]:
    """The first `count` states of `state -> step(n, *state)`, the start included."""
    found = [start]
    for n in range(1, count):
        found.append(step(n, *found[-1]))
    return found[:count]
