"""Values of processes with parameters, as expanded polynomials in them.

The steps are made on flint's polynomials; SymPy sees the values that are asked for, and nothing between them. Far
values of affine processes come from the closed form, which stays short.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.rationals import to_fmpq
from infinitesimal.errors import BudgetSpent, Undecided, Undefined
from infinitesimal.limits.closed_form import solve
from infinitesimal.limits.expressions import polynomial_expression
from infinitesimal.linear.affine import affine_form
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Process, Recurrence
from infinitesimal.terms.program import compile_terms, source
from infinitesimal.terms.term import Term, fold

EXPANDED = 100
"""Up to so many updates a value is expanded; after that it is a closed form with powers, where there is one."""
MOST_PRODUCTS = 5_000_000
"""The most products of terms that one product of two polynomials may take."""


class _NotPolynomial(Exception):
    """A division by something with parameters, or a function: the value is not a polynomial in the parameters."""


def symbolic_values(process: Process, count: int, budget: Budget) -> list[Any]:
    """The first `count` values of a process with parameters, as SymPy expressions.

    >>> from infinitesimal.recurrences.descents import descent
    >>> symbolic_values(descent("x**2/2", 1, "eta", parameters=["eta"]), 3, Budget())
    [1, 1 - eta, eta**2 - 2*eta + 1]
    """
    try:
        walk = _walk(process.recurrence, budget)
        return [_expressions(process, state) for state in islice(walk, min(count, sys.maxsize))]
    except _NotPolynomial:
        return [_from_closed_form(process, k) for k in range(count)]


def symbolic_at(process: Process, n: Any, count: int | None, budget: Budget) -> Any:
    """The value after `count` updates of a process with parameters; a formula in `n` where `count` is None."""
    if count is None:
        return _from_closed_form(process, n)
    if count > EXPANDED:
        try:
            return _from_closed_form(process, count)
        except Undecided:  # no closed form: the steps are made, as far as the budget reaches
            pass
    try:
        far = _by_a_power(process.recurrence, count)
        walk = _walk(process.recurrence, budget)
        return _expressions(process, far or next(islice(walk, min(count, sys.maxsize), None)))
    except _NotPolynomial:
        return _from_closed_form(process, count)


def _from_closed_form(process: Process, n: Any) -> Any:
    from infinitesimal.limits.values import substituted

    return substituted(solve(process).expression, n)


def _expressions(process: Process, state: tuple[fmpq_mpoly, ...]) -> Any:
    recurrence = process.recurrence
    found = {
        name: polynomial_expression(value)
        for name, value in zip(recurrence.names, state, strict=True)
        if name in recurrence.watch
    }
    return found if len(found) > 1 else next(iter(found.values()))


def _by_a_power(recurrence: Recurrence, count: int) -> tuple[fmpq_mpoly, ...] | None:
    """The value of x = r x + c by one power of r, where the fixed point c/(1 - r) is a polynomial; None elsewhere."""
    scalar = _scalar(recurrence)
    if scalar is None:
        return None
    r, c, x = scalar
    if r == 1:
        return (x + c * count,)
    fixed, rest = divmod(c, 1 - r)
    return None if rest != 0 else (fixed + (x - fixed) * r**count,)


@lru_cache(maxsize=64)
def _scalar(recurrence: Recurrence) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly] | None:
    """The polynomials r, c and the start of x = r x + c; None for another step, and with divisions by parameters."""
    form = affine_form(recurrence) if len(recurrence.names) == 1 and recurrence.start else None
    if form is None or form.divisors or len(form.forcing[0]) > 1:
        return None
    context = _Polynomials(recurrence.parameters).context
    found = (form.matrix[0][0], form.forcing[0][0], form.start[0])
    if any(not quotient.bottom.is_constant() for quotient in found):
        return None
    r, c, x = (quotient.top.project_to_context(context) for quotient in found)
    return r, c, x


def _walk(recurrence: Recurrence, budget: Budget) -> Iterator[tuple[fmpq_mpoly, ...]]:
    """The states as polynomials in the parameters."""
    if not recurrence.start:
        recurrence.start_values()  # says what is missing
    scalar = _scalar(recurrence)
    if scalar is not None:
        yield from _scalar_walk(*scalar)
    arithmetic = _Polynomials(recurrence.parameters)
    start = dict(recurrence.start)
    state = tuple(arithmetic.of(start[name]) for name in recurrence.names)
    update, k = _compiled(recurrence), 0
    while True:
        yield state
        k += 1
        try:
            state = update(arithmetic.context.constant(k), *state)
        except BudgetSpent as error:
            raise BudgetSpent(f"step {k}: {error}") from None


def _scalar_walk(r: fmpq_mpoly, c: fmpq_mpoly, x: fmpq_mpoly) -> Iterator[tuple[fmpq_mpoly, ...]]:
    while True:
        yield (x,)
        x = r * x + c


@lru_cache(maxsize=64)
def _compiled(recurrence: Recurrence) -> Any:
    """The update as a Python function of the step number and the state, over polynomials in the parameters."""
    arithmetic = _Polynomials(recurrence.parameters)
    names = {name: f"x{i}" for i, name in enumerate(recurrence.names)}
    inputs = (*recurrence.names, STEP_NUMBER, *recurrence.parameters)
    arguments = [*names.values(), "n", *(f"p{i}" for i in range(len(recurrence.parameters)))]
    program = compile_terms([t for _, t in recurrence.step], inputs)
    lines, outputs = source(program, arguments, {"add": "+", "sub": "-", "neg": "-"}, "    ")
    text = "\n".join([f"def update(n, {', '.join(names.values())}):", *lines, f"    return ({', '.join(outputs)},)"])
    scope: dict[str, Any] = {f"c{i}": arithmetic.const(value) for i, value in enumerate(program.constants)}
    scope |= {f"p{i}": arithmetic.variable(name) for i, name in enumerate(recurrence.parameters)}
    scope |= {"mul": arithmetic.mul, "div": arithmetic.div, "pow": arithmetic.pow, "function": arithmetic.function}
    exec(compile(text, "<generated update>", "exec"), scope)
    return scope["update"]


class _Polynomials:
    """The arithmetic of polynomials in the parameters, with a bound on the work of one product."""

    def __init__(self, parameters: tuple[str, ...]) -> None:
        self.parameters = parameters
        self.context = fmpq_mpoly_ctx.get(list(parameters), "lex")

    def of(self, term: Term) -> fmpq_mpoly:
        return fold(term, self, self.variable)

    def variable(self, name: str) -> fmpq_mpoly:
        return self.context.gen(self.parameters.index(name))

    def const(self, value: Fraction) -> fmpq_mpoly:
        return self.context.constant(to_fmpq(value))

    def add(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        return a + b

    def sub(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        return a - b

    def neg(self, a: fmpq_mpoly) -> fmpq_mpoly:
        return -a

    def mul(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        if len(a) * len(b) > MOST_PRODUCTS:
            raise BudgetSpent(
                f"a product of polynomials with {len(a)} and {len(b)} terms: ask for fewer steps, or give some of "
                f"the parameters {', '.join(self.parameters)} values"
            )
        return a * b

    def div(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        if b == 0:
            raise Undefined("the term divides by zero whatever the parameters: it has no value")
        if not b.is_constant():
            raise _NotPolynomial
        return a / b.leading_coefficient()

    def pow(self, a: fmpq_mpoly, k: int) -> fmpq_mpoly:
        if k < 0:
            return self.div(self.const(Fraction(1)), self.pow(a, -k))
        result = self.const(Fraction(1))
        for _ in range(k):
            result = self.mul(result, a)
        return result

    def function(self, name: str, *args: fmpq_mpoly) -> fmpq_mpoly:
        raise _NotPolynomial
