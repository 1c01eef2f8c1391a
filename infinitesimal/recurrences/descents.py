"""Descents: recurrences that walk down a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from infinitesimal.errors import InputError
from infinitesimal.rational import show
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.losses import loss as as_loss
from infinitesimal.recurrences.methods import METHODS, Steps, companion
from infinitesimal.recurrences.recurrence import STEP_NUMBER, Recurrence, coefficient
from infinitesimal.terms.parse import constant
from infinitesimal.terms.term import Const, Term, variables

_INERTIAL = {"momentum": "velocity", "nesterov": "previous"}
"""The methods with a beta, and the kind of their further components."""
_RATELESS = ("coordinate", "steepest")
"""The methods that can take the exact minimum along a line instead of a rate."""


@dataclass(frozen=True)
class Descent:
    """A walk down a loss by one of `METHODS`, from `start`; the variables of the loss are watched.

    `rate` is a term in `n` and parameters, None where each step goes to the exact minimum along its line.
    `beta` is the inertia of momentum and Nesterov's method. The start is empty until it is given.
    """

    loss: Loss
    start: tuple[tuple[str, Term], ...]
    rate: Term | None
    method: str = "gradient"
    beta: Term | None = None

    by_name = True

    @cached_property
    def recurrence(self) -> Recurrence:
        steps = self._steps()
        given = dict(self.start)
        starts = {name: self._start_of(name, given) for name in steps} if given else {}
        return Recurrence(tuple(steps.items()), tuple(starts.items()), self.loss.names)

    @cached_property
    def components(self) -> tuple[str, ...]:
        """The names of the state in the order of the recurrence; no term is built for them."""
        kind = _INERTIAL.get(self.method)
        return self.loss.names + (tuple(companion(self.loss, kind, name) for name in self.loss.names) if kind else ())

    def _steps(self) -> Steps:
        step = METHODS[self.method]
        if self.method in _INERTIAL:
            return step(self.loss, self.rate, self.beta)
        return step(self.loss) if self.method == "steepest" else step(self.loss, self.rate)

    def _start_of(self, name: str, given: Mapping[str, Term]) -> Term:
        """Velocities start at 0, and the point before the first is the first."""
        if name in given:
            return given[name]
        kind = _INERTIAL[self.method]
        owner = next(x for x in self.loss.names if companion(self.loss, kind, x) == name)
        return given[owner] if kind == "previous" else Const(Fraction(0))

    @property
    def fixed_rate(self) -> Fraction | None:
        """The rate as a number; None where it is exact line search, symbolic, or depends on n."""
        return None if self.rate is None or variables(self.rate) else constant(self.rate, "rate")

    @property
    def fixed_beta(self) -> Fraction | None:
        """The inertia as a number; None where there is none, or it is symbolic."""
        return None if self.beta is None or variables(self.beta) else constant(self.beta, "beta")

    def __str__(self) -> str:
        method = "" if self.method == "gradient" else f" by {self.method}"
        try:
            steps = None if getattr(self.loss, "quadratic", None) is not None else self.recurrence
        except InputError:  # too large to be written as terms
            steps = None
        rate = "exact" if self.rate is None else self.rate
        return f"descent on {self.loss}{method}{f', rate {rate}' if steps is None else f': {steps}'}"

    __repr__ = __str__


def descent(
    loss: object,
    start: Mapping[str, object] | object = None,
    rate: object = None,
    method: str = "gradient",
    *,
    beta: object = None,
    parameters: tuple[str, ...] | list[str] = (),
) -> Descent:
    """The descent on a loss from `start` by a method; one update is one step of it.

    `loss` is text, a term or a `Loss`; `start` maps every variable to an exact number, or is one number for all
    of them; it may be left out where every start is looked at. `rate` is a positive number, or text in `n` (the
    number of the step, 1 for the first), such as "1/(n+1)". Names listed in `parameters` stay symbols. Methods:

    - "gradient": x - rate*g(x), with g the gradient;
    - "momentum": v = beta*v - rate*g(x), then x = x + v, from v = 0;
    - "nesterov": y = x + beta*(x - previous), then x = y - rate*g(y), from previous = x;
    - "coordinate": one sweep over the variables in sorted order; rate="exact" takes each to the minimum on its axis;
    - "newton": x - rate*H(x)**-1*g(x), with H the Hessian; rate 1 unless given;
    - "steepest": exact line search along the gradient, for quadratic losses; no rate.

    Raises `InputError` for a variable without start, a start without variable, a rate that is not a positive
    number, a float.

    >>> descent("9/2*x**2", start={"x": "5/9"}, rate="0.1")
    descent on 9/2*x**2: x = x - 0.1*(9/2*(2*x)) from x = 5/9
    >>> descent("x**2", 1, "0.1", method="momentum", beta="0.5").recurrence
    x = x + (0.5*velocity_x - 0.1*(2*x)), velocity_x = 0.5*velocity_x - 0.1*(2*x) from x = 1, velocity_x = 0
    """
    if method not in METHODS:
        raise InputError(f"method {method!r} is not one of {', '.join(METHODS)}")
    parameters = tuple(parameters)
    chosen = as_loss(loss, parameters)
    return Descent(
        chosen,
        () if start is None else _starts(start, parameters, chosen),
        _rate(rate, method, parameters, chosen),
        method,
        _beta(beta, method, parameters, chosen),
    )


def _starts(given: object, parameters: tuple[str, ...], loss: Loss) -> tuple[tuple[str, Term], ...]:
    values = given if isinstance(given, Mapping) else dict.fromkeys(loss.names, given)
    for name in loss.names:
        if name not in values:
            raise InputError(
                f"start has no value for {name!r}: the loss {loss} has the variables {', '.join(loss.names)}"
                + (f"; it has values for {', '.join(map(str, values))}" if values else "")
            )
    for name in values:
        if name not in loss.names:
            raise InputError(
                f"start has a value for {name!r}, which the loss {loss} does not have: it has {', '.join(loss.names)}"
            )
    return tuple((name, _known(values[name], f"start of {name}", parameters, loss)) for name in loss.names)


def _rate(given: object, method: str, parameters: tuple[str, ...], loss: Loss) -> Term | None:
    if given == "exact" or (given is None and method == "steepest"):
        if method not in _RATELESS:
            raise InputError(
                f"rate 'exact' belongs to {' and '.join(_RATELESS)}; {method} takes a number, such as '0.1'"
            )
        return None
    if method == "steepest":
        raise InputError(f"rate {given!r}: steepest descent takes the exact minimum along its line and no rate")
    if given is None:
        if method != "newton":
            raise InputError(
                f"no rate: {method} takes a positive number, such as '0.1', or a term in n, such as '1/(n+1)'"
            )
        return Const(Fraction(1))
    rate = _known(given, "rate", parameters, loss, (STEP_NUMBER,))
    if isinstance(rate, Const) and rate.value <= 0:
        raise InputError(f"rate {show(rate.value)}: a descent takes steps against the gradient; give a positive number")
    return rate


def _beta(given: object, method: str, parameters: tuple[str, ...], loss: Loss) -> Term | None:
    if method in _INERTIAL:
        if given is None:
            raise InputError(f"no beta: {method} takes the share of the last move that is kept, such as beta='0.9'")
        return _known(given, "beta", parameters, loss)
    if given is not None:
        raise InputError(f"beta {given!r} belongs to {' and '.join(_INERTIAL)}; {method} has none")
    return None


def _known(value: object, what: str, parameters: tuple[str, ...], loss: Loss, more: tuple[str, ...] = ()) -> Term:
    """A number as a constant; a SymPy symbol, a declared parameter or a name in `more` stays a symbol."""
    built = coefficient(value, what)
    symbols = (*parameters, *(str(s) for s in getattr(value, "free_symbols", ())))
    moving = {*loss.names, STEP_NUMBER}
    unknown = [name for name in variables(built) if name not in more and (name not in symbols or name in moving)]
    if unknown:
        raise InputError(
            f"{what}: {value!r} is not a number: write one, such as '0.1' or '5/9', "
            f"or name {unknown[0]!r} among the parameters"
        )
    return built
