"""Descents: recurrences that walk down a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from infinitesimal.errors import InputError
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.losses import loss as as_loss
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence, coefficient, recurrence
from infinitesimal.terms.term import Term, Var, variables

METHODS = ("gradient",)


@dataclass(frozen=True)
class Descent:
    """Gradient descent x_n = x_(n-1) - rate*gradient(x_(n-1)), all variables together.

    The step of each variable is computed as `x - rate*(derivative)`, with the derivative as
    `differentiate` writes it. Source of the method: Cauchy 1847.
    """

    loss: Loss
    start: tuple[tuple[str, Term], ...]
    rate: Term
    method: str = "gradient"

    by_name = True

    @cached_property
    def recurrence(self) -> Recurrence:
        steps = {name: Var(name) - self.rate * slope for name, slope in self.loss.gradient.items()}
        return recurrence(steps, dict(self.start))

    def __str__(self) -> str:
        return f"descent on {self.loss}: {self.recurrence}"

    __repr__ = __str__


def descent(
    loss: object,
    start: Mapping[str, object] | object,
    rate: object,
    method: str = "gradient",
    *,
    parameters: tuple[str, ...] | list[str] = (),
) -> Descent:
    """Gradient descent on a loss from `start` with a fixed `rate`.

    `loss` is text, a term or a `Loss`; `start` maps every variable to an exact number, or is one
    number for all of them. Names listed in `parameters` stay symbols. Raises `InputError` for a
    variable without start, a start without variable, a rate that is not a number, a float.

    >>> descent("9/2*x**2", start={"x": "5/9"}, rate="0.1")
    descent on 9/2*x**2: x = x - 0.1*(9/2*(2*x)) from x = 5/9
    """
    if method not in METHODS:
        raise InputError(f"method {method!r} is not one of {', '.join(METHODS)}")
    parameters = tuple(parameters)
    chosen = as_loss(loss, parameters)
    given = start if isinstance(start, Mapping) else dict.fromkeys(chosen.names, start)
    for name in chosen.names:
        if name not in given:
            raise InputError(
                f"start has no value for {name!r}: the loss {chosen} has the variables {', '.join(chosen.names)}"
                + (f"; it has values for {', '.join(map(str, given))}" if given else "")
            )
    for name in given:
        if name not in chosen.names:
            raise InputError(
                f"start has a value for {name!r}, which the loss {chosen} does not have: "
                f"it has {', '.join(chosen.names)}"
            )
    starts = tuple((name, _known(given[name], f"start of {name}", parameters, chosen)) for name in chosen.names)
    return Descent(chosen, starts, _known(rate, "rate", parameters, chosen), method)


def _known(value: object, what: str, parameters: tuple[str, ...], loss: Loss) -> Term:
    """A number as a constant; a SymPy symbol or a declared parameter stays a symbol."""
    built = coefficient(value, what)
    symbols = (*parameters, *(str(s) for s in getattr(value, "free_symbols", ())))
    moving = {*loss.names, STEP_NUMBER}
    unknown = [name for name in variables(built) if name not in symbols or name in moving]
    if unknown:
        raise InputError(
            f"{what}: {value!r} is not a number: write one, such as '0.1' or '5/9', "
            f"or name {unknown[0]!r} among the parameters"
        )
    return built
