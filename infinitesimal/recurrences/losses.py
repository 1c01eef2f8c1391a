"""Losses: what a descent makes smaller."""

from dataclasses import dataclass
from functools import cached_property

from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import STEP_NUMBER, as_term
from infinitesimal.terms.differentiate import differentiate
from infinitesimal.terms.pretty import as_computed, latex
from infinitesimal.terms.term import Term, variables


@dataclass(frozen=True)
class Loss:
    """A term to be minimised; the names in it that are not parameters are its variables."""

    term: Term
    parameters: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables, sorted."""
        return tuple(name for name in variables(self.term) if name not in self.parameters)

    @cached_property
    def gradient(self) -> dict[str, Term]:
        """The partial derivatives, by name, each printed as it will be computed."""
        return {name: differentiate(self.term, name) for name in self.names}

    def __str__(self) -> str:
        return as_computed(self.term)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"${latex(self.term)}$"


def loss(value: object, parameters: tuple[str, ...] | list[str] = ()) -> Loss:
    """The loss written by `value` (text or a term); `parameters` are names that are not descended on.

    Raises `InputError` for text that is not a term, and for a loss without variables.

    >>> loss("(x - 1)**2 + y**2").gradient
    {'x': 2*(x - 1), 'y': 2*y}
    """
    if isinstance(value, Loss):
        return value
    built = Loss(as_term(value, "loss"), tuple(parameters))
    if not built.names:
        raise InputError(f"loss {built} has no variable: there is nothing to descend on")
    if STEP_NUMBER in built.names:
        raise InputError("loss: n is the number of the step and cannot be a variable: choose another name")
    return built
