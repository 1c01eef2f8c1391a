"""Tables of descents: the regime, where it leads, when a stopping rule fires and what is left then."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.limit import limit
from infinitesimal.limits.regimes import regime
from infinitesimal.limits.stopping import StoppingTime, steps_until
from infinitesimal.optimization.regimes.regime_records import Regime
from infinitesimal.rational import brief, show, show_integer
from infinitesimal.recurrences.descents import Descent
from infinitesimal.regression.least_squares import LeastSquares
from infinitesimal.terms.term import Const, Term
from infinitesimal.views.table import Grid, Table, json_value

SCHEMA = "infinitesimal/descent"
VERSION = 1


def table_of_descent(descent: Descent, until: object = None, norm: str = "max") -> Table:
    """The table of a descent: its regime and limit, and, with a rule `until`, the step at which it fires.

    Of a least squares fit it has the exact minimiser, its loss, and the loss there on data that was held back.
    Raises what `steps_until` raises.
    """
    stop = None if until is None else steps_until(descent, until, norm=norm)
    kind = _regime(descent)
    point, manner = _limit(descent)
    facts: list[tuple[str, Any]] = [("method", _method(descent)), ("start", _start(descent)), ("regime", kind)]
    facts += [("limit", manner)] if manner else []
    facts += _facts_of_stop(stop)
    notes: list[str] = []
    if isinstance(descent.loss, LeastSquares):
        minimiser, why = _minimiser(descent.loss)
        notes += [f"the minimiser is not unique: {why}"] if why else []
        point = minimiser if minimiser is not None else point
        facts += _facts_of_fit(descent.loss, point)
    notes.append("all numbers are exact; a ~ marks one that is shown rounded")
    titles = _titles(descent)
    grid = _grid(descent, point, titles)
    return Table(
        str(descent.loss),
        tuple(facts),
        grid,
        tuple(notes),
        lambda: Grid(("name", "limit"), tuple((point or {}).items())),
        lambda: _data(descent, kind, point, manner, stop),
    )


def _method(descent: Descent) -> str:
    rate = "the exact minimum along each line" if descent.rate is None else f"rate {_number(descent.rate)}"
    return f"{descent.method}, {rate}" + (f", beta {_number(descent.beta)}" if descent.beta is not None else "")


def _number(term: Term) -> str:
    """A decimal or a fraction as it is usually written, or the term."""
    text = str(term)
    return show(term.value) if isinstance(term, Const) and text.startswith("const(") else text


def _start(descent: Descent) -> str:
    values = [str(value) for _, value in descent.start]
    if len(set(values)) == 1:
        return values[0]
    return ", ".join(f"{name} = {value}" for name, value in descent.start)


def _regime(descent: Descent) -> Regime | str:
    try:
        return regime(descent)
    except (Undecided, InputError) as error:
        return f"not decided: {error}"


def _limit(descent: Descent) -> tuple[dict[str, Any] | None, str]:
    """The limit, or why there is none to show."""
    try:
        return limit(descent), ""
    except Diverges as error:
        return None, f"none: {error.manner}"
    except (Undecided, BudgetSpent):
        return None, "not known in closed form"


def _minimiser(loss: LeastSquares) -> tuple[dict[str, Fraction] | None, str]:
    why = loss.why_singular()
    return (None, why) if why else (loss.minimiser, "")


def _facts_of_stop(stop: StoppingTime | None) -> list[tuple[str, Any]]:
    if stop is None:
        return []
    rule = ("rule", str(stop.rule))
    if stop.steps is None:
        return [rule, ("fires", str(stop).removeprefix(f"{stop.rule} "))]
    left = stop.remaining
    fires = ("fires at step", show_integer(stop.steps))
    if left is None:
        return [rule, fires]
    shown = f"within {brief(left.upper)}" if isinstance(left, Interval) else left
    return [rule, fires, ("remaining distance", shown)]


def _facts_of_fit(loss: LeastSquares, point: dict[str, Any] | None) -> list[tuple[str, Any]]:
    if point is None or not all(isinstance(x, Fraction) for x in point.values()):
        return []
    facts: list[tuple[str, Any]] = [("loss at the minimum", loss.loss_at(point))]
    if loss.held_back is not None:
        facts.append((f"loss there on {loss.held_back.count} rows held back", loss.test_loss(point)))
    return facts


def _titles(descent: Descent) -> dict[str, str]:
    """The titles of columns whose variables are called otherwise."""
    loss = descent.loss
    if not isinstance(loss, LeastSquares):
        return {}
    return {name: title for name, title in zip(loss.design.features, loss.titles, strict=False) if name != title}


def _grid(descent: Descent, point: Mapping[str, Any] | None, titles: dict[str, str]) -> tuple[Grid, ...]:
    if point is None:
        return ()
    head = "minimiser" if isinstance(descent.loss, LeastSquares) else "limit"
    if not titles:
        return (Grid(("name", head), tuple(point.items())),)
    return (Grid(("name", "column", head), tuple((n, titles.get(n, n), x) for n, x in point.items())),)


def _data(
    descent: Descent, kind: Regime | str, point: dict[str, Any] | None, manner: str, stop: StoppingTime | None
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "version": VERSION,
        "loss": str(descent.loss),
        "method": descent.method,
        "rate": None if descent.rate is None else str(descent.rate),
        "beta": None if descent.beta is None else str(descent.beta),
        "start": {name: str(value) for name, value in descent.start},
        "regime": kind if isinstance(kind, str) else kind.name,
        "regime_reason": str(kind),
        "limit": None if point is None else {name: json_value(x) for name, x in point.items()},
        "limit_note": manner,
    }
    if stop is not None:
        data["until"] = {
            "rule": str(stop.rule),
            "steps": stop.steps,
            "never": stop.never.value,
            "reason": stop.reason,
            "remaining": None if stop.remaining is None else json_value(stop.remaining),
        }
    if isinstance(descent.loss, LeastSquares) and point is not None:
        data |= {label.replace(" ", "_"): show(value) for label, value in _facts_of_fit(descent.loss, point)}
    return data
