"""Tables of what becomes of every start: fates, with bounds of their basins, and Markov chains."""

from typing import Any

from infinitesimal.errors import InfinitesimalError, Undecided
from infinitesimal.rational import show
from infinitesimal.runs.chains.chain import Chain
from infinitesimal.runs.starts.box_fate import BoxFate
from infinitesimal.runs.starts.census import state_text
from infinitesimal.runs.starts.fate import Fate
from infinitesimal.views.table import Grid, Table

MOST_CYCLES = 24
"""The rows of a table of cycles; the data have all of them."""
MOST_VALUES = 4
"""The values of a cycle that are written out."""
VERSION = 1


def table_of_starts(x: object) -> Table | None:
    """The table of a fate or a chain; None for anything else."""
    if isinstance(x, Fate | BoxFate):
        return table_of_fate(x)
    return table_of_chain(x) if isinstance(x, Chain) else None


def table_of_fate(x: Fate | BoxFate) -> Table:
    """The fixed points and cycles, with bounds of how many finite starts end there where these are known."""
    ends: list[tuple[str, str]] = [(repr(r), "1") for r in x.fixed_points]
    ends += [(_cycle_text(cycle), str(len(cycle))) for cycle in x.cycles]
    basins = [(f"{b.least:,}", f"{b.most:,}") for b in x.basins] if isinstance(x, Fate) else []
    columns = ("ends at", "period", *(("starts at least", "at most") if basins else ()))
    rows = tuple((*end, *(basins[i] if basins else ())) for i, end in enumerate(ends))
    facts = (
        ("machine", x.machine.name),
        ("states on cycles", f"{x.recurrent:,}"),
        ("fixed points", f"{x.fixed_count:,}"),
        ("undecided", f"{x.undecided:,}"),
    )
    left = len(rows) - MOST_CYCLES
    notes = [f"{left:,} more are left out"] if left > 0 else []
    others = "every other start" if x.decided else "what is neither listed nor undecided"
    notes.append(f"{others} is transient: the certificate proves it, and a small checker verifies it")
    return Table(
        str(x.process),
        facts,
        (Grid(columns, rows[:MOST_CYCLES]),),
        tuple(notes),
        lambda: Grid(columns, rows),
        lambda: {
            "schema": "infinitesimal/fate",
            "version": VERSION,
            "process": str(x.process),
            "machine": x.machine.name,
            "decided": x.decided,
            "undecided": x.undecided,
            "recurrent": x.recurrent,
            "ends": [dict(zip(columns, row, strict=True)) for row in rows],
            "certificate": x.certificate.as_dict(),
        },
    )


def _cycle_text(cycle: tuple[Any, ...]) -> str:
    shown = ", ".join(map(state_text, cycle[:MOST_VALUES]))
    return f"{{{shown}, ...}}" if len(cycle) > MOST_VALUES else f"{{{shown}}}"


def table_of_chain(x: Chain) -> Table:
    """Where stochastic rounding leads from the start of the process, with exact probabilities."""
    try:
        steps = show(x.expected_steps())
    except Undecided as error:
        steps = f"not decided: {error}"
    except InfinitesimalError as error:
        raise type(error)(f"{error}. A table of a chain begins at the start of its process") from None
    chances = tuple(
        ("{" + ", ".join(map(show, group)) + "}" if len(group) <= MOST_VALUES else f"{len(group)} values", chance)
        for group, chance in sorted(x.absorption().items())
    )
    grid = Grid(("ends in", "probability"), chances)
    facts = (("format", repr(x.format)), ("states", f"{len(x):,}"), ("expected updates", steps))
    return Table(
        f"{x.process}, rounded stochastically",
        facts,
        (grid,),
        ("one exact step, then one rounding to a neighbour by its nearness; all probabilities are exact",),
        lambda: grid,
        lambda: {
            "schema": "infinitesimal/chain",
            "version": VERSION,
            "process": str(x.process),
            "format": repr(x.format),
            "states": len(x),
            "expected_updates": steps,
            "ends": [{"values": name, "probability": show(chance)} for name, chance in chances],
        },
    )
