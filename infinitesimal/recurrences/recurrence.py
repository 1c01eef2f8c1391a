"""A recurrence: a state of named scalars and the terms that update all of them at once.

Everything that approaches a limit step by step, a series, a race, a descent, is a recurrence; its
other words live in the modules beside this one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from inspect import signature
from typing import Any, Protocol, runtime_checkable

from infinitesimal.errors import InputError
from infinitesimal.rational import show
from infinitesimal.terms.parse import check_name, constant, read, read_loss
from infinitesimal.terms.program import Program, compile_terms
from infinitesimal.terms.term import Const, Term, Var, term, variables

STEP_NUMBER = "n"
"""The variable that stands for the number of the update in a step: 1 for the first."""


@runtime_checkable
class Process(Protocol):
    """Anything that is a recurrence underneath.

    `by_name` says that a value of the process is a point whose coordinates are always named, even
    when there is only one.
    """

    @property
    def recurrence(self) -> "Recurrence": ...
    @property
    def by_name(self) -> bool: ...


@dataclass(frozen=True)
class Recurrence:
    """A state, the terms that update it, its start, and the components that are watched.

    The terms read the old state and the step number `n`; all components are updated together.
    Names that are neither are parameters. A start is an exact rational or a term in parameters; it is empty
    where every start is looked at.
    """

    step: tuple[tuple[str, Term], ...]
    start: tuple[tuple[str, Term], ...]
    watch: tuple[str, ...]

    by_name = False

    @property
    def recurrence(self) -> "Recurrence":
        return self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The components of the state, in the order given."""
        return tuple(name for name, _ in self.step)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names that have no value: neither components nor the step number."""
        used = variables(*(t for _, t in self.step), *(t for _, t in self.start))
        return tuple(name for name in used if name not in self.names and name != STEP_NUMBER)

    @cached_property
    def counts_steps(self) -> bool:
        """Whether an update depends on its own number."""
        return STEP_NUMBER in variables(*(t for _, t in self.step))

    @cached_property
    def program(self) -> Program:
        """The updates as a straight-line program; its inputs are the components, then `n`."""
        return compile_terms([t for _, t in self.step], (*self.names, STEP_NUMBER))

    def start_values(self) -> dict[str, Fraction]:
        """The start in numbers. Raises `InputError` without a start, and while parameters have no value."""
        if not self.start:
            raise InputError(f"{self} has no start: give each of {', '.join(self.names)} its first value")
        if self.parameters:
            raise InputError(
                f"no value for {', '.join(self.parameters)}: it is neither a component of the state "
                f"({', '.join(self.names)}) nor the step number n. Write its value into the recurrence, "
                "or use solve, at and limit, which keep symbols"
            )
        return {name: constant(t) for name, t in self.start}

    def __str__(self) -> str:
        steps = ", ".join(f"{name} = {t}" for name, t in self.step)
        starts = ", ".join(f"{name} = {show(t.value) if isinstance(t, Const) else t}" for name, t in self.start)
        return f"{steps} from {starts or 'any start'}"

    __repr__ = __str__


def recurrence(
    step: Mapping[str, object] | Callable[..., Mapping[str, object]],
    start: Mapping[str, object],
    watch: str | tuple[str, ...] | list[str] | None = None,
) -> Recurrence:
    """The recurrence that updates the state `start` by `step`, all components together.

    `step` maps each name to a term or its text, or is a function `step(n, **state)` that receives
    variables and returns such a map. Text may have the functions of losses, such as sqrt, exp, cos and
    abs. In a step `n` is the number of the update, 1 for the first.
    `start` maps each name to an exact number, or to text with parameters. `watch` names the
    component (or components) whose change matters; all of them when it is None. Raises
    `InputError` for a component without start or step, a reserved name, or a float.

    >>> recurrence({"s": "s + d", "d": "d/2"}, {"s": 0, "d": "1/2"}, watch="s")
    s = s + d, d = d/2 from s = 0, d = 1/2
    """
    if not isinstance(start, Mapping) or not start:
        raise InputError(f"start {start!r} is not a state: give each name its first value, such as {{'x': '5/9'}}")
    names = [check_name(name, "component") for name in start]
    if STEP_NUMBER in names:
        raise InputError("n is the number of the update and cannot be a component: choose another name")
    given = _called(step, names) if callable(step) else step
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"step {given!r} is not a map from names to terms, such as {{'x': 'x - 0.1*(9*x)'}}")
    for name in given:
        if name not in names:
            raise InputError(
                f"the step updates {name!r}, which has no start: add {name!r} to start ({', '.join(names)})"
            )
    for name in names:
        if name not in given:
            raise InputError(f"start has {name!r}, which no step updates: add a step for it, such as '{name}'")
    return Recurrence(
        tuple((name, _step_term(given[name], f"step of {name}")) for name in names),
        tuple((name, _start_term(start[name], f"start of {name}", names)) for name in names),
        _watched(watch, names),
    )


def as_term(value: object, what: str) -> Term:
    """A term from text, a term, a symbol or an exact number; `what` names it in errors."""
    try:
        return read(value) if isinstance(value, str) else term(value)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None


def _step_term(value: object, what: str) -> Term:
    """A term that may have functions: text is read as that of a loss is."""
    try:
        return read_loss(value) if isinstance(value, str) else as_term(value, what)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None


def coefficient(value: object, what: str) -> Term:
    """A term without state: an exact constant where it is a number, else a term in parameters."""
    built = as_term(value, what)
    if variables(built):
        return built
    return Const(constant(built, what))


def _called(step: Callable[..., Mapping[str, object]], names: list[str]) -> object:
    """What `step` returns for variables. Errors of its own are left alone."""
    state = {name: Var(name) for name in names}
    try:
        signature(step).bind(Var(STEP_NUMBER), **state)
    except TypeError as error:
        raise InputError(f"the step is called as step(n, {', '.join(f'{n}={n}' for n in names)}): {error}") from None
    return step(Var(STEP_NUMBER), **state)


def _start_term(value: object, what: str, names: list[str]) -> Term:
    built = coefficient(value, what)
    used = [name for name in variables(built) if name in names or name == STEP_NUMBER]
    if used:
        raise InputError(f"{what}: {built} depends on {', '.join(used)}: a start is a number or a term in parameters")
    return built


def _watched(watch: object, names: list[str]) -> tuple[str, ...]:
    if watch is None:
        return tuple(names)
    chosen = [watch] if isinstance(watch, str) else list(watch) if isinstance(watch, tuple | list) else []
    if not chosen or any(name not in names for name in chosen):
        raise InputError(f"watch {watch!r} names no component: give one of {', '.join(names)}")
    return tuple(name for name in names if name in chosen)


def as_process(value: object) -> Process:
    """`value` if it is a process; raises `InputError` otherwise."""
    kind: Any = type(value)  # its class is asked first: looking at the recurrence of a value builds its terms
    if hasattr(kind, "recurrence") and hasattr(kind, "by_name"):
        return value  # type: ignore[return-value]
    if not isinstance(value, Process):
        raise InputError(
            f"{value!r} is not a process: make one with zeno, geometric, series, race, descent or recurrence"
        )
    return value
