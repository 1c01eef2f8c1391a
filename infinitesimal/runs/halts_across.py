"""One process on many machines: where and why it halts in each format and rounding."""

from collections.abc import Iterable
from dataclasses import dataclass

from infinitesimal.arithmetic import DEFAULT_BUDGET, Budget
from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary32, binary64, e4m3fn, e5m2
from infinitesimal.arithmetics.floating.rounding import Rounding, rounding_of
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import Process, as_process
from infinitesimal.runs.halting import Halt
from infinitesimal.runs.run import run

FORMATS = (binary64, binary32, binary16, bfloat16, e5m2, e4m3fn)
ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", "up", "down")


@dataclass(frozen=True)
class Halts:
    """The halts of a process: `halts[i][j]` is the one in `formats[i]` under `roundings[j]`."""

    process: Process
    formats: tuple[Format, ...]
    roundings: tuple[Rounding, ...]
    halts: tuple[tuple[Halt, ...], ...]

    def of(self, format: Format, rounding: object = Rounding.NEAREST_EVEN) -> Halt:
        """The halt in one format and rounding."""
        return self.halts[self.formats.index(format)][self.roundings.index(rounding_of(rounding))]


def halts(
    process: object,
    formats: Iterable[Format | str] = FORMATS,
    roundings: Iterable[object] = ROUNDINGS,
    *,
    budget: Budget = DEFAULT_BUDGET,
) -> Halts:
    """Where a process halts in each of `formats` under each of `roundings`; `budget` is for every single run.

    >>> from infinitesimal.recurrences.series import zeno
    >>> found = halts(zeno(), [bfloat16, e5m2], ["nearest_even", "toward_zero"])
    >>> [[halt.step for halt in row] for row in found.halts]
    [[10, 9], [5, 4]]
    """
    chosen = as_process(process)
    if isinstance(formats, str | Format) or isinstance(roundings, str):
        raise InputError("formats and roundings are lists: halts(process, [binary64, bfloat16], ['up', 'down'])")
    modes = tuple(rounding_of(r) for r in roundings)
    kinds = tuple(floats(f).format for f in formats)
    found = tuple(tuple(run(chosen, floats(f, r), budget=budget).halt for r in modes) for f in kinds)
    return Halts(chosen, kinds, modes, found)
