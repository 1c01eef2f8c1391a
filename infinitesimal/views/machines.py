"""Tables of machines: all starts of one, several orders of one step, one process in many formats."""

from typing import Any

from infinitesimal.rational import show
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.halts_across import Halts
from infinitesimal.runs.starts.atlas import Atlas
from infinitesimal.runs.starts.census import Census, EndCycle, state_text
from infinitesimal.runs.starts.orders import Orders
from infinitesimal.views.table import Grid, Table, cell_text

MOST_CYCLES = 24
"""The rows of a table of cycles; the data have all of them."""
VERSION = 1


def table_of_machines(x: object) -> Table | None:
    """The table of an atlas, a census, orders of a step, or halts; None for anything else."""
    if isinstance(x, Atlas | Census):
        return table_of_census(x)
    if isinstance(x, Orders):
        return table_of_orders(x)
    return table_of_halts(x) if isinstance(x, Halts) else None


def table_of_census(x: Atlas | Census) -> Table:
    """The cycles of a machine with their basins, and what is known of the tails."""
    totals = x.census if isinstance(x, Atlas) else x
    facts: list[tuple[str, Any]] = [
        ("machine", totals.machine.name),
        ("starts", f"{totals.starts:,}"),
        ("finite fixed points", str(len(totals.fixed_points))),
        ("longer cycles", str(len(totals.longer_cycles))),
        ("longest tail", f"{totals.longest_tail:,} steps, from {state_text(totals.deepest)}"),
        ("mean tail", f"~{float(totals.mean_tail):.6g} steps"),
    ]
    facts += [(f"ends at {where}", f"{count:,}") for where, count in totals.escapes.items()]
    rows = tuple(
        (str(c), str(c.period), f"{c.basin:,}", f"~{100 * c.basin / totals.starts:.4g} %")
        for c in totals.cycles[:MOST_CYCLES]
    )
    left = len(totals.cycles) - MOST_CYCLES
    notes = ([f"{left:,} more cycles are left out"] if left > 0 else []) + [totals.note]
    tails = tuple(enumerate(totals.tails))
    return Table(
        totals.step,
        tuple(facts),
        (Grid(("cycle", "period", "basin", "share"), rows),),
        tuple(notes),
        lambda: Grid(("tail", "starts"), tails),
        lambda: {
            "schema": "infinitesimal/census",
            "version": VERSION,
            "step": totals.step,
            "machine": totals.machine.name,
            "starts": totals.starts,
            "tails": list(totals.tails),
            "checksum": totals.checksum,
            "mean_tail": show(totals.mean_tail),
            "deepest": str(totals.deepest),
            "cycles": [_cycle(c) for c in totals.cycles],
        },
    )


def _cycle(c: EndCycle) -> dict[str, Any]:
    return {"values": [str(v) for v in c.values], "period": c.period, "basin": c.basin, "kind": c.kind}


def table_of_orders(x: Orders) -> Table:
    """The orders of one step, with the halt of each and what is different from the first."""
    columns = ["order"]
    columns += ["halt", "first difference"] if x.runs else []
    columns += ["fixed points", "longer cycles", "longest tail", "starts with another successor"] if x.atlases else []
    rows = []
    for i, name in enumerate(x.names):
        cells = [name]
        if x.runs:
            difference = x.differences[i]
            cells += [brief_halt(x.runs[i].halt), "" if not i else str(difference or "none found")]
        if x.atlases:
            totals = x.atlases[i].census
            cells += [str(len(totals.fixed_points)), str(len(totals.longer_cycles)), f"{totals.longest_tail:,}"]
            cells += [f"{x.changed[i]:,}" if i else ""]
        rows.append(tuple(cells))
    grid = Grid(tuple(columns), tuple(rows))
    notes = (
        "the steps are equal as polynomials, which was checked exactly; differences are those from the first order",
    )
    return Table(
        f"{len(rows)} orders of one step in {x.machine.name}",
        (),
        (grid,),
        notes,
        lambda: grid,
        lambda: {
            "schema": "infinitesimal/orders",
            "version": VERSION,
            "machine": x.machine.name,
            "orders": [dict(zip(grid.columns, row, strict=True)) for row in grid.rows],
        },
    )


def table_of_halts(x: Halts) -> Table:
    """Formats down, roundings across: step and reason of each halt, and its value."""
    rows = tuple((repr(f), *map(brief_halt, line)) for f, line in zip(x.formats, x.halts, strict=True))
    values = tuple((repr(f), *(cell_text(h.value) for h in line)) for f, line in zip(x.formats, x.halts, strict=True))
    head = ("format", *map(str, x.roundings))
    records = tuple(
        (repr(f), str(r), halt.step, str(halt.reason), cell_text(halt.value), halt.forever.value)
        for f, line in zip(x.formats, x.halts, strict=True)
        for r, halt in zip(x.roundings, line, strict=True)
    )
    columns = ("format", "rounding", "step", "reason", "value", "for_ever")
    return Table(
        str(x.process),
        (),
        (Grid(head, rows, "step and reason"), Grid(head, values, "final value")),
        (),
        lambda: Grid(columns, records),
        lambda: {
            "schema": "infinitesimal/halts",
            "version": VERSION,
            "process": str(x.process),
            "halts": [dict(zip(columns, row, strict=True)) for row in records],
        },
    )


def brief_halt(halt: Halt) -> str:
    """A halt in a few words: its step and its reason."""
    if halt.reason is Reason.CYCLE:
        return f"{halt.tail:,} cycle of {halt.period:,}"
    return f"{halt.step:,} {halt.reason}"
