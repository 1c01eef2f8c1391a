"""Tables of contrasts and runs."""

from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.contrasts.contrast import Contrast, Row, contrast_of
from infinitesimal.errors import InputError
from infinitesimal.rational import show
from infinitesimal.recurrences.series import Series
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.views.halts import COLUMNS, halt_data, halt_row, plain
from infinitesimal.views.table import WIDEST_FRACTION, Grid, Near, Table, cell_text

SCHEMA = "infinitesimal/contrast"
VERSION = 1
MOST_ROWS = 16


def tabulate(x: object) -> Table:
    """The table of a contrast, or of a run: exact values, closed form, limit, and for each machine
    where it halts, at which value, why, and the exact gap that is left; of a series by itself, its
    verdict with the evidence, its sum, partial sums, rest and enclosure; of an atlas or a census, its
    cycles and basins; of a fate, its cycles; of a chain, where it ends; of the orders of a step, and of halts
    across formats and roundings, what each does.

    Raises `InputError` for anything else.

    >>> from infinitesimal.contrasts.contrast import contrast
    >>> from infinitesimal.recurrences.series import zeno
    >>> print(tabulate(contrast(zeno())).text().splitlines()[0])
    1/2 + 1/4 + 1/8 + 1/16 + ...
    """
    if isinstance(x, Series):
        from infinitesimal.views.sums import table_of_series

        return table_of_series(x)
    if isinstance(x, Trajectory):
        x = contrast_of(x)
    if type(x).__module__.startswith("infinitesimal.runs."):  # numpy is imported for these only
        from infinitesimal.views.machines import table_of_machines
        from infinitesimal.views.starts import table_of_starts

        found = table_of_machines(x) or table_of_starts(x)
        if found is not None:
            return found
    if not isinstance(x, Contrast):
        raise InputError(
            f"{type(x).__name__} is not a contrast, a run or a series: give contrast(process, ...) or "
            "run(process, arithmetic)"
        )
    rows = list(x.rows())
    return Table(
        _caption(x),
        _facts(x),
        (_values(x, rows), _halts(x)),
        _notes(x),
        lambda: _records(x, rows),
        lambda: _data(x, rows),
    )


def _caption(x: Contrast) -> str:
    return str(x.process)


def _facts(x: Contrast) -> tuple[tuple[str, Any], ...]:
    facts: list[tuple[str, Any]] = []
    if x.closed_form is not None:
        facts.append(("closed form", x.closed_form))
    facts.append(("limit", x.limit if x.limit is not None else x.limit_note))
    return tuple(facts)


def _values(x: Contrast, rows: list[Row]) -> Grid:
    """Step numbers down, exact values and machines across; `*` marks the arrival of a machine.

    An exact run has the values of the exact column, and gets no other.
    """
    names = x.process.recurrence.watch
    machines = [t.arithmetic.name for t in x.machines]
    arrivals = {t.arithmetic.name: t.halt.arrival for t in x.trajectories if t.halt.settles}
    found = {(row.n, row.name, row.arithmetic): row for row in rows}
    steps = _thinned(sorted({row.n for row in rows}))
    exact = x.exact(steps)
    lines = []
    for n in steps:
        for name in names:
            cells: list[Any] = [
                str(n),
                *([name] if len(names) > 1 else []),
                _exact_cell(x, name, exact[n][name] if n in exact else None),
            ]
            for machine in machines:
                row = found.get((n, name, machine))
                mark = "*" if arrivals.get(machine) == n else ""
                cells.append(f"{cell_text(row.value)}{mark}" if row is not None else "")
            lines.append(tuple(cells))
    head = ("n", *(["name"] if len(names) > 1 else []), "exact", *machines)
    return Grid(head, tuple(lines))


def _thinned(steps: list[int]) -> list[int]:
    """The first few steps and the last ones, when there are too many to show."""
    return steps if len(steps) <= MOST_ROWS else [*steps[:6], *steps[-(MOST_ROWS - 6) :]]


def _exact_cell(x: Contrast, name: str, value: Fraction | None) -> Any:
    """An exact value; a long one as the limit and what is left to it."""
    if value is None:
        return "no exact value"
    limit = x.limit.get(name) if isinstance(x.limit, dict) else x.limit
    if (
        isinstance(limit, Fraction)
        and limit
        and value.numerator.bit_length() + value.denominator.bit_length() > 3 * WIDEST_FRACTION
    ):
        rest = limit - value
        if rest and len(show(limit)) <= WIDEST_FRACTION:
            return Near(limit, rest)
    return value


def _halts(x: Contrast) -> Grid:
    return Grid(COLUMNS, tuple(halt_row(t.arithmetic.name, t.halt) for t in x.trajectories))


def _notes(x: Contrast) -> tuple[str, ...]:
    marked = any(t.halt.settles for t in x.trajectories)
    notes = ["* the machine has arrived: this value is its last"] if marked else []
    return (*notes, "exact values and gaps are exact; a ~ marks one that is shown rounded")


def _records(x: Contrast, rows: list[Row]) -> Grid:
    halts = {t.arithmetic.name: t.halt for t in x.trajectories}
    columns = (
        "n",
        "name",
        "exact",
        "arithmetic",
        "decimal",
        "hex",
        "error_ulps",
        "relative_error",
        "halt_step",
        "halt_reason",
    )
    lines = []
    for row in rows:
        halt = halts[row.arithmetic]
        machine = row.value.hex() if isinstance(row.value, Float) else None
        lines.append(
            (
                row.n,
                row.name,
                row.exact,
                row.arithmetic,
                row.value,
                machine,
                row.ulps,
                row.relative,
                halt.step,
                str(halt.reason),
            )
        )
    return Grid(columns, tuple(lines))


def _data(x: Contrast, rows: list[Row]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "process": str(x.process),
        "recurrence": str(x.process.recurrence),
        "closed_form": None if x.closed_form is None else str(x.closed_form),
        "limit": plain(x.limit),
        "limit_note": x.limit_note,
        "machines": [halt_data(t.arithmetic.name, t.halt) for t in x.trajectories],
        "rows": [
            {
                "n": row.n,
                "name": row.name,
                "exact": plain(row.exact),
                "arithmetic": row.arithmetic,
                "value": plain(row.value),
                "error_ulps": plain(row.ulps),
                "relative_error": plain(row.relative),
            }
            for row in rows
        ],
    }
