"""The table of a series by itself: verdict with its evidence, sum, partial sums, rest and enclosure."""

from collections.abc import Callable
from typing import Any

from infinitesimal.errors import BudgetSpent, Diverges, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.limit import converges, limit
from infinitesimal.limits.remainders import partial_sum, remainder
from infinitesimal.recurrences.series import Series
from infinitesimal.truth import Verdict
from infinitesimal.views.table import Grid, Table, json_value

SCHEMA = "infinitesimal/series"
VERSION = 1
DIGITS = 30


def table_of_series(series: Series) -> Table:
    """What is known of a series, as facts, with the hypotheses of the deciding test as a grid.

    A fact that theory does not decide is not left out: it says so.
    """
    from infinitesimal.arithmetics.symbolic import n

    verdict = converges(series)
    facts: dict[str, Any] = {"verdict": str(verdict).splitlines()[0]}
    if verdict.kind != "divergent":
        facts["sum"] = _asked(lambda: limit(series))
    facts["sum of the first n terms"] = _asked(lambda: partial_sum(series, n))
    if verdict.kind in ("absolute", "conditional"):
        facts["rest after n terms"] = _asked(lambda: remainder(series, n))
        facts["enclosure"] = _asked(lambda: enclose(series, DIGITS))
    shown = {name: _decimal(value) if isinstance(value, Interval) else value for name, value in facts.items()}
    evidence = Grid(("hypothesis", "evidence", "truth"), _hypotheses(verdict), f"the {verdict.test}")
    return Table(
        str(series),
        tuple(shown.items()),
        (evidence,) if verdict.hypotheses else (),
        ("exact, or enclosed; nothing here is rounded",),
        lambda: Grid(("fact", "value"), tuple(facts.items())),
        lambda: _data(series, verdict, facts),
    )


def _asked(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except (Undecided, Diverges, BudgetSpent, InputError) as error:
        return f"not known: {error}"


def _hypotheses(verdict: Verdict) -> tuple[tuple[str, str, str], ...]:
    return tuple((h.text, h.evidence, h.truth.value) for h in verdict.hypotheses)


def _decimal(enclosure: Interval) -> str:
    """The digits of the middle, as many as the width of the enclosure leaves certain, but for the last."""
    middle = (enclosure.lower + enclosure.upper) / 2
    scaled = round(abs(middle) * 10**DIGITS)
    whole, rest = divmod(scaled, 10**DIGITS)
    sign = "-" if middle < 0 else ""
    return f"{sign}{whole}.{rest:0{DIGITS}d} within 10**-{DIGITS}"


def _data(series: Series, verdict: Verdict, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "series": str(series),
        "kind": verdict.kind,
        "test": verdict.test,
        "reason": verdict.reason,
        "manner": verdict.manner,
        "hypotheses": [str(h) for h in verdict.hypotheses],
        **{name.replace(" ", "_"): json_value(value) for name, value in facts.items()},
    }
