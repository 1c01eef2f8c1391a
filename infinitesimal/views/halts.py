"""Halts in tables: the row and the data of one, and halts that were found without a run."""

from collections.abc import Mapping
from typing import Any

from infinitesimal.runs.halting import Halt
from infinitesimal.views.table import Grid, Table, cell_text, json_value

COLUMNS = ("machine", "arrives", "halts", "value", "reason", "witness", "gap to the limit", "for ever")
VERSION = 1


def halt_row(machine: str, halt: Halt) -> tuple[Any, ...]:
    """The cells of a halt under `COLUMNS`."""
    value = halt.value if not isinstance(halt.value, dict) else cell_text(halt.value)
    arrival = "" if halt.arrival is None else str(halt.arrival)
    reason = f"{halt.reason}, period {halt.period}" if halt.period else str(halt.reason)
    gap = f"~{halt.gap.evalf(6)}" if hasattr(halt.gap, "evalf") else halt.gap  # JSON has all of an irrational one
    return (machine, arrival, str(halt.step), value, reason, str(halt.witness), gap, halt.forever.value)


def halt_data(machine: str, halt: Halt) -> dict[str, Any]:
    """A halt in full, exact numbers as text."""
    return {
        "arithmetic": machine,
        "reason": str(halt.reason),
        "arrival": halt.arrival,
        "step": halt.step,
        "period": halt.period,
        "tail": halt.tail,
        "value": plain(halt.value),
        "exact_value": plain(halt.exact_value),
        "gap": plain(halt.gap),
        "forever": halt.forever.value,
        "argument": halt.argument,
        "witness": str(halt.witness),
        "explanation": halt.witness.explain(),
    }


def plain(value: Any) -> Any:
    """A value, or a dict of them, as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(v) for name, v in value.items()}
    return value if value is None else json_value(value)


def table_of_predictions(process: object, halts: Mapping[str, Halt]) -> Table:
    """The halts of one process on several machines, as `predict` finds them."""
    grid = Grid(COLUMNS, tuple(halt_row(machine, halt) for machine, halt in halts.items()))
    return Table(
        str(process),
        (),
        (grid,),
        ("predicted, without making the updates one by one; values and gaps are exact",),
        lambda: grid,
        lambda: {
            "schema": "infinitesimal/predictions",
            "version": VERSION,
            "process": str(process),
            "machines": [halt_data(machine, halt) for machine, halt in halts.items()],
        },
    )
