"""Infinite series, as recurrences of their partial sums."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice

from infinitesimal.errors import InputError
from infinitesimal.rational import show
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence, as_term, coefficient, recurrence
from infinitesimal.terms.parse import read_summand
from infinitesimal.terms.pretty import as_mathematics
from infinitesimal.terms.term import Const, Term, Var, substitute, variables

MAX_START = 10**6


@dataclass(frozen=True)
class Geometric:
    """first + first*ratio + first*ratio**2 + ..., summed term by term.

    As a recurrence: s = s + d, then d = d*ratio, from s = 0 and d = first; s is watched, so that
    the value after n updates is the sum of the first n terms.
    """

    first: Term
    ratio: Term

    by_name = False

    @cached_property
    def recurrence(self) -> Recurrence:
        s, d = Var("s"), Var("d")
        return recurrence({"s": s + d, "d": d * self.ratio}, {"s": 0, "d": self.first}, watch="s")

    def __str__(self) -> str:
        if isinstance(self.first, Const) and isinstance(self.ratio, Const):
            return _sum_text([self.first.value * self.ratio.value**k for k in range(4)])
        a, r = as_mathematics(self.first), as_mathematics(self.ratio)
        r = r if r.isidentifier() else f"({r})"
        return f"{a} + {a}*{r} + {a}*{r}**2 + ..."

    __repr__ = __str__


@dataclass(frozen=True)
class Series:
    """The series with the general term `term` in `n`, summed from n = `start`.

    As a recurrence: s = s + term, from s = 0 (`total` where the term has a parameter s). Exact words take
    every term; a machine takes those made of + - * / and integer powers.
    """

    term: Term
    start: int = 1

    by_name = False

    @cached_property
    def recurrence(self) -> Recurrence:
        number: Term = Var(STEP_NUMBER)
        if self.start > 1:
            number = number + (self.start - 1)
        elif self.start < 1:
            number = number - (1 - self.start)
        name = "s" if "s" not in variables(self.term) else "total"
        return recurrence({name: Var(name) + substitute(self.term, {STEP_NUMBER: number})}, {name: 0})

    def __str__(self) -> str:
        return f"sum of {as_mathematics(self.term)} for n = {self.start}, {self.start + 1}, ..."

    __repr__ = __str__


def geometric(first: object, ratio: object) -> Geometric:
    """The geometric series first + first*ratio + first*ratio**2 + ...

    Both are exact numbers, or text with parameters, which stay symbols.

    >>> geometric(1, "-1/3")
    1 - 1/3 + 1/9 - 1/27 + ...
    """
    return Geometric(_free_of_n(first, "first"), _free_of_n(ratio, "ratio"))


def zeno() -> Geometric:
    """Zeno's dichotomy: half the way, then half of what is left, and so on.

    >>> zeno()
    1/2 + 1/4 + 1/8 + 1/16 + ...
    """
    return geometric(Fraction(1, 2), Fraction(1, 2))


def series(term: object, start: int = 1) -> Series:
    """The series of `term`, a term in `n`, from n = `start`.

    The term is text, a term, or a SymPy expression, in SymPy's spelling: + - * / **, factorial,
    binomial, gamma, rf, harmonic, fibonacci, lucas, exp, log, sqrt, the circular and hyperbolic functions,
    floor, abs, pi, E. Other names are parameters. Raises `InputError` for anything else.

    >>> series("1/n**2")
    sum of 1/n**2 for n = 1, 2, ...
    >>> series("x**n/factorial(n)", start=0)
    sum of x**n/factorial(n) for n = 0, 1, ...
    """
    if not isinstance(start, int) or isinstance(start, bool):
        raise InputError(f"start {start!r} is not an integer: the index of a series is one, such as 1")
    if abs(start) > MAX_START:
        raise InputError(f"start {start}: at most {MAX_START} in size; write the term with n + {start} and start at 0")
    built = as_summand(term, "term of the series")
    if {"s", "total"} <= set(variables(built)):
        raise InputError(f"term {built} uses both s and total, the names of the sum: give one parameter another name")
    return Series(built, start)


def as_summand(value: object, what: str) -> Term:
    """A term of a sum from text, a term, an exact number or a SymPy expression (by its printed form)."""
    if hasattr(value, "free_symbols") and not isinstance(value, Term):
        value = str(value)
    if not isinstance(value, str):
        return as_term(value, what)
    try:
        return read_summand(value)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None


def _free_of_n(value: object, what: str) -> Term:
    built = coefficient(value, what)
    if {"n", "s", "d"} & set(variables(built)):
        raise InputError(
            f"{what}: {built} uses a name of the series itself (n, s, d): "
            "give a number, or another name for the parameter"
        )
    return built


def _sum_text(terms: list[Fraction]) -> str:
    text = show(terms[0])
    for value in islice(terms, 1, None):
        text += f" {'-' if value < 0 else '+'} {show(abs(value))}"
    return text + " + ..." if terms[-1] >= 0 or terms[0] >= 0 else text + " - ..."
