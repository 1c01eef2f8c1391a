"""Losses: what a descent makes smaller."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import STEP_NUMBER, as_term
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.parse import read_loss
from infinitesimal.terms.pretty import as_computed, latex
from infinitesimal.terms.term import Term, variables


class Loss:
    """A function of named variables that a descent makes smaller.

    `term` is its formula, `names` its variables, sorted, and `gradient` its partial derivatives by name, each
    written as it will be computed. `parameters` are the names in it that are not descended on.
    """

    if TYPE_CHECKING:  # declared and not defined: the kinds of losses have fields and cached properties of these names

        @property
        def term(self) -> Term: ...
        @property
        def parameters(self) -> tuple[str, ...]: ...
        @property
        def names(self) -> tuple[str, ...]: ...
        @property
        def gradient(self) -> dict[str, Term]: ...


@dataclass(frozen=True, repr=False)
class Formula(Loss):
    """A loss given by a term; the names in it that are not parameters are its variables."""

    term: Term
    parameters: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in variables(self.term) if name not in self.parameters)

    @cached_property
    def gradient(self) -> dict[str, Term]:
        return {name: differentiate(self.term, name) for name in self.names}

    def __str__(self) -> str:
        return as_computed(self.term)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"${latex(self.term)}$"


def loss(value: object, parameters: tuple[str, ...] | list[str] = ()) -> Loss:
    """The loss written by `value` (text or a term); `parameters` are names that are not descended on.

    Besides + - * / and integer powers a loss may have exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh, atan,
    softplus, logistic, and, with kinks, abs, relu, sign, heaviside. A loss that is one already stays as it is.
    Raises `InputError` for text that is not a term, and for a loss without variables.

    >>> loss("(x - 1)**2 + y**2").gradient
    {'x': 2*(x - 1), 'y': 2*y}
    >>> loss("softplus(-3*w)").gradient
    {'w': logistic(-3*w)*(-3)}
    """
    if isinstance(value, Loss):
        return value
    built = Formula(_as_loss_term(value), tuple(parameters))
    if not built.names:
        raise InputError(f"loss {built} has no variable: there is nothing to descend on")
    if STEP_NUMBER in built.names:
        raise InputError("loss: n is the number of the step and cannot be a variable: choose another name")
    return built


def _as_loss_term(value: object) -> Term:
    if not isinstance(value, str):
        return as_term(value, "loss")
    try:
        return read_loss(value)
    except InputError as error:
        raise InputError(f"loss: {error}") from None
