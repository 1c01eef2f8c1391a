"""The error of machines in ulps over a run.

Errors are exact; only their logarithms are rounded, for the picture. A machine that is exactly right is drawn at the
foot of the axis.
"""

from typing import Any

from infinitesimal.contrasts.contrast import Contrast
from infinitesimal.errors import InputError
from infinitesimal.views.distances import log10
from infinitesimal.views.figures import COLOURS, decades, figure_and_axes, integer_ticks, shortened

MOST_POINTS = 240


def draw_ulps(x: Contrast) -> Any:
    """The figure: the error against the exact run, in units of the spacing there, for each machine.

    Raises `InputError` where no exact value of the run is known.
    """
    last = max((t.steps for t in x.trajectories), default=0)
    stride = max(1, last // MOST_POINTS)
    steps = sorted({*range(0, last + 1, stride), last})
    names = x.process.recurrence.watch
    lines: dict[tuple[str, str], list[tuple[int, Any]]] = {}
    ends = {t.arithmetic.name: t.steps for t in x.trajectories}
    for row in x.rows(sorted({*steps, *ends.values()})):
        if row.ulps is not None and row.n <= ends[row.arithmetic]:
            lines.setdefault((row.arithmetic, row.name), []).append((row.n, row.ulps))
    if not lines:
        raise InputError(f"{x.process}: no error in ulps is known, since no exact value is, or no machine rounds")
    found = [log10(ulps) for line in lines.values() for _, ulps in line if ulps]
    foot = min([-1.0, *(y for y in found if y is not None)]) - 0.3
    figure, axes = figure_and_axes()
    machines = list(dict.fromkeys(machine for machine, _ in lines))
    for (machine, name), line in lines.items():
        colour = COLOURS[machines.index(machine) % len(COLOURS)]
        label = machine if len(names) == 1 else f"{machine}, {name}"
        style = ("-", "--", ":", "-.")[names.index(name) % 4]
        heights = [log10(ulps) if ulps else foot for _, ulps in line]
        axes.plot([n for n, _ in line], heights, style, color=colour, lw=1.2, label=label)
        zeros = [n for n, ulps in line if not ulps]
        axes.plot(zeros, [foot] * len(zeros), "v", color=colour, ms=4)
    axes.axhline(log10_half(), color="black", lw=0.6, ls=":", label="half an ulp")
    decades(axes.yaxis)
    integer_ticks(axes.xaxis)
    axes.set_xlabel("step n")
    axes.set_ylabel("error in ulps (\u25bc none)")
    axes.legend(fontsize=8)
    axes.set_title(shortened(str(x.process)), fontsize=10)
    return figure


def log10_half() -> float:
    """The height of half an ulp."""
    from fractions import Fraction

    found = log10(Fraction(1, 2))
    assert found is not None
    return found
