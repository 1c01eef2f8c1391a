"""One word for all starts of a machine by exhaustion: a table of every state where it fits, else the totals."""

import os
from concurrent.futures import Executor

from infinitesimal.arithmetics.floating.arrays import arrays
from infinitesimal.arithmetics.floating.soft import Floats
from infinitesimal.arithmetics.named import arithmetic_of
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import as_process
from infinitesimal.runs.starts import atlas as tables
from infinitesimal.runs.starts.atlas import MEMORY, Atlas, bytes_needed
from infinitesimal.runs.starts.atlas_binary32 import census
from infinitesimal.runs.starts.census import Census
from infinitesimal.runs.starts.state_spaces import StateSpace


def atlas(
    process: object,
    machine: object,
    *,
    memory: int | None = None,
    executor: Executor | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Atlas | Census:
    """The fate of every start of a process in a format (nearest-even) or `floats(format, rounding)`, by exhaustion.

    An `Atlas`, with an entry for each state, where its tables fit into `memory` bytes (2 GiB unless said): 8 and 16
    bits, and pairs in 8 bits. For one variable in more, up to binary32, and wherever `executor`, `checkpoint` or
    `progress` is given, the `Census`: the totals, counted in slices by compiled code, which can be broken off and taken
    up again. `memory` then bounds its table; see `census`. Both have `cycles`, `basins`, `longest_tail`, `escapes`, and
    the totals as `census`. The start of the process plays no part.

    Raises `InputError` for a step that depends on its number or can tell -0 from +0, for too many states (the message
    says how much memory they would take; `fate` needs none), and for an arithmetic that is no machine's.

    >>> from infinitesimal.arithmetics.floating.format import Format, e4m3fn
    >>> from infinitesimal.recurrences.descents import descent
    >>> halving = descent("x**2/2", rate="1/2")
    >>> found = atlas(halving, e4m3fn)
    >>> found.longest_tail, [str(cycle) for cycle in found.cycles], found.basins
    (16, ['{-0.001953125}', '{0.001953125}', '{nan}', '{0.0}'], (118, 118, 18, 2))
    >>> wide = Format(13, -126, 127, name="21 bits")
    >>> atlas(halving, wide, memory=10**8).longest_tail == atlas(halving, wide).longest_tail
    True
    """
    if memory is not None and (not isinstance(memory, int) or isinstance(memory, bool) or memory < 1):
        raise InputError(f"memory {memory!r} is not a number of bytes: give an integer from 1 on")
    if executor is None and checkpoint is None and progress is None and not _too_wide(process, machine, memory):
        return tables.atlas(process, machine, memory=MEMORY if memory is None else memory)
    return census(process, machine, executor=executor, checkpoint=checkpoint, progress=progress, memory=memory)


def _too_wide(process: object, machine: object, memory: int | None) -> bool:
    """Whether a process of one variable has too many states for tables of all of them."""
    recurrence, soft = as_process(process).recurrence, arithmetic_of(machine)
    if not isinstance(soft, Floats) or len(recurrence.names) != 1:
        return False
    return bytes_needed(StateSpace(arrays(soft), recurrence.names)) > (MEMORY if memory is None else memory)
