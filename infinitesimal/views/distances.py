"""The distance to the limit, exact and on machines, with the halts marked.

Distances are measured exactly and only their logarithms are rounded, for the picture: 2**-1075 has
its place on the axis although no binary64 number is that small.
"""

import math
from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.contrasts.contrast import Contrast
from infinitesimal.rational import log2_floor
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.views.figures import COLOURS, decades, figure_and_axes, integer_ticks, shortened

MOST_POINTS = 240
_AT_FOOT, _HALT = "v", "X"
Line = list[tuple[int, float | None]]


def draw_distances(picture: Contrast) -> Any:
    """The figure: distance to the limit (or size of the change) against the step number."""
    return _Picture(picture).draw()


class _Picture:
    def __init__(self, picture: Contrast) -> None:
        self.x = picture
        self.limits = self._limits()
        finite = [t.steps for t in picture.trajectories]
        self.last = max(finite, default=20)

    def _limits(self) -> dict[str, Fraction] | None:
        names = self.x.process.recurrence.watch
        found = self.x.limit if isinstance(self.x.limit, dict) else {names[0]: self.x.limit}
        return found if all(isinstance(v, Fraction) for v in found.values()) else None

    def draw(self) -> Any:
        figure, axes = figure_and_axes()
        exact = self._exact_line()
        runs = [(t, self._machine_line(t)) for t in self.x.machines]
        floor = min(
            (y for line in (exact, *(line for _, line in runs)) for _, y in line if y is not None), default=-1.0
        )
        floor -= 0.04 * (1 + abs(floor))
        if exact:
            axes.plot(
                [n for n, _ in exact],
                [floor if y is None else y for _, y in exact],
                color="black",
                lw=1.2,
                label="exact",
                zorder=3,
            )
        for i, (trajectory, line) in enumerate(runs):
            self._draw_machine(axes, trajectory, line, floor, COLOURS[i % len(COLOURS)])
        self._explain_marks(axes, [line for _, line in runs])
        axes.set_xlabel("step n")
        axes.set_ylabel("distance to the limit" if self.limits is not None else "size of the change")
        integer_ticks(axes.xaxis)
        decades(axes.yaxis)
        axes.set_title(shortened(str(self.x.process)), fontsize=10)
        axes.grid(alpha=0.25)
        axes.legend(fontsize=8)
        return figure

    def _draw_machine(self, axes: Any, trajectory: Trajectory, line: Line, floor: float, colour: str) -> None:
        halt = trajectory.halt
        label = f"{trajectory.arithmetic.name}: {halt.reason} at step {halt.step}"
        steps, heights = [n for n, _ in line], [floor if y is None else y for _, y in line]
        axes.plot(
            steps, heights, color=colour, lw=1, alpha=0.8, marker="o" if len(line) < 60 else "", ms=2.5, label=label
        )
        if line:
            shape = _AT_FOOT if line[-1][1] is None else _HALT
            axes.plot(steps[-1:], heights[-1:], color=colour, marker=shape, ms=9, mec="white", mew=0.8, zorder=4)

    def _explain_marks(self, axes: Any, lines: list[Line]) -> None:
        """Legend entries for the shapes that occur."""
        ends = {line[-1][1] is None for line in lines if line}
        meaning = "exactly at the limit: gap 0" if self.limits is not None else "no change"
        for at_foot, shape, text in ((True, _AT_FOOT, meaning), (False, _HALT, "last value of the run")):
            if at_foot in ends:
                axes.plot([], [], color="grey", ls="", marker=shape, ms=7, label=text)

    def _points(self, last: int) -> list[int]:
        stride = max(1, last // MOST_POINTS)
        return sorted({*range(0, last + 1, stride), last})

    def _exact_line(self) -> Line:
        points = self._points(self.last)
        if self.limits is None:
            exact = self.x.exact([*points, *(n + 1 for n in points)])
            pairs = [(n, exact[n], exact[n + 1]) for n in points if n in exact and n + 1 in exact]
        else:
            exact = self.x.exact(points)
            pairs = [(n, exact[n], self.limits) for n in points if n in exact]
        return [(n, log10(largest_difference(a, b))) for n, a, b in pairs]

    def _machine_line(self, trajectory: Trajectory) -> Line:
        points = self._points(trajectory.steps)
        if self.limits is None:
            return self._changes(trajectory, points)
        line: Line = []
        for n, value in self.x.machine_values(trajectory, points):
            known = exact_values(value)
            if known is None:
                break
            line.append((n, log10(largest_difference(known, self.limits))))
        return line

    def _changes(self, trajectory: Trajectory, points: list[int]) -> Line:
        """The sizes of the changes from each of the points to the next value."""
        line: Line = []
        chosen, previous = set(points), None
        for n, value in self.x.machine_values(trajectory, sorted(chosen | {n + 1 for n in points})):
            known = exact_values(value)
            if known is None:
                break
            if previous is not None and n - 1 in chosen:
                line.append((n - 1, log10(largest_difference(known, previous))))
            previous = known
        return line


def log10(value: Fraction) -> float | None:
    """The decimal logarithm of a nonnegative rational as a float, of any size; None for 0."""
    if not value:
        return None
    e = log2_floor(value)
    scaled = value / (Fraction(2) ** e)
    return (e + math.log2(scaled.numerator / scaled.denominator)) * math.log10(2)


def exact_values(values: dict[str, Any]) -> dict[str, Fraction] | None:
    """The exact values; None if one of them has none."""
    found: dict[str, Any] = {name: v.exact if isinstance(v, Float) else v for name, v in values.items()}
    return found if all(isinstance(v, Fraction) for v in found.values()) else None


def largest_difference(a: dict[str, Fraction], b: dict[str, Fraction]) -> Fraction:
    return max(abs(a[name] - b[name]) for name in a)
