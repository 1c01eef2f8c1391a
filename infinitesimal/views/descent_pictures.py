"""Pictures of descents: the loss step by step, the curve or the landscape with the path on it.

The exact path and those of machines stand in one picture. Positions are exact; a loss of an exact position is
exact where it is a polynomial, and a ball of 256 bits elsewhere; both are rounded only to be drawn.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.contrasts.contrast import Contrast
from infinitesimal.errors import InputError
from infinitesimal.interval import Interval
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.terms.term import KINKED, fold, functions
from infinitesimal.views.distances import exact_values, log10
from infinitesimal.views.figures import COLOURS, decades, figure_and_axes, integer_ticks, shortened

Point = dict[str, Fraction]
Path = tuple[str, list[tuple[int, Point]], dict[str, Any]]
"""Who walks, where after which update, and the style of the line."""

MOST_STEPS = 60
"""The most steps of a path; later ones would lie on one another."""
MOST_POINTS = 240
_EXACT = balls(256)
_GRID = 160
_MARKS = {"lw": 0.8, "marker": "o", "ms": 3}
_HOLLOW = {"ms": 7, "mfc": "none"}
"""A machine's marks are rings around the exact ones."""


def draw_losses(picture: Contrast) -> Any:
    """The loss above its smallest value against the step number; above 0 where the smallest is not known."""
    loss, smallest = _loss_of(picture), _smallest(picture)
    figure, axes = figure_and_axes()
    for i, (name, line) in enumerate(lines_of(picture, _longest(picture))):
        heights = [(n, log10(max(value - smallest, Fraction(0)))) for n, p in line for value in [_value(loss, p)]]
        shown = [(n, y) for n, y in heights if y is not None]
        style = {"color": "black", "lw": 1.2, "zorder": 3} if name == "exact" else _machine_style(i)
        axes.plot([n for n, _ in shown], [y for _, y in shown], label=name + _floor_note(heights), **style)
    axes.set_xlabel("step n")
    axes.set_ylabel("loss above its smallest value" if picture.limit is not None else "loss")
    integer_ticks(axes.xaxis)
    decades(axes.yaxis)
    return _finished(figure, axes, picture)


def draw_path(picture: Contrast) -> Any:
    """The steps on the loss curve of one variable, or on the landscape of two. Raises `InputError` for more."""
    loss = _loss_of(picture)
    if len(loss.names) > 2:
        raise InputError(
            f"the path of {len(loss.names)} variables cannot be drawn: take kind='loss' or kind='distance'"
        )
    figure, axes = figure_and_axes(8, 4.6 if len(loss.names) == 1 else 6)
    paths = styled(lines_of(picture, min(_longest(picture), MOST_STEPS)))
    lowest = picture.limit if picture.limit is not None and _smallest_known(picture) else None
    draw_paths(axes, loss, paths, lowest)
    axes.set_xlabel(loss.names[0])
    axes.set_ylabel("loss" if len(loss.names) == 1 else loss.names[1])
    return _finished(figure, axes, picture)


def styled(lines: list[tuple[str, list[tuple[int, Point]]]]) -> list[Path]:
    """The exact line in black, and those of machines in colours, with rings."""
    return [
        (who, line, {"color": "black", "zorder": 3} if who == "exact" else _machine_style(i) | _HOLLOW)
        for i, (who, line) in enumerate(lines)
    ]


def draw_paths(axes: Any, loss: Loss, paths: list[Path], lowest: Point | None) -> None:
    """Paths on the curve of a loss in one variable, or on the contour lines of one in two."""
    (_draw_curve if len(loss.names) == 1 else _draw_landscape)(axes, loss, paths, lowest)


def on_grid(loss: Loss, grids: Mapping[str, Any]) -> Any:
    """The loss at arrays of floats, for curves and contour lines only."""
    with np.errstate(all="ignore"):
        value = fold(loss.term, _Arrays(), grids.__getitem__)
    return np.broadcast_to(value, np.broadcast_shapes(*(g.shape for g in grids.values())))


def _draw_curve(axes: Any, loss: Loss, paths: list[Path], lowest: Point | None) -> None:
    (name,) = loss.names
    xs = [float(p[name]) for _, line, _ in paths for _, p in line]
    if lowest is not None:
        xs += [float(2 * lowest[name]) - x for x in xs]
    grid = np.linspace(*_widened(min(xs), max(xs)), 400)
    axes.plot(grid, on_grid(loss, {name: grid}), color="0.6", lw=1.2, label="loss")
    for who, line, style in paths:
        heights = [float(_value(loss, p)) for _, p in line]
        axes.plot([float(p[name]) for _, p in line], heights, label=who, **_MARKS | style)


def _draw_landscape(axes: Any, loss: Loss, paths: list[Path], lowest: Point | None) -> None:
    a, b = loss.names
    points = [p for _, line, _ in paths for _, p in line] + ([] if lowest is None else [lowest])
    across = np.linspace(*_widened(*_ends(points, a)), _GRID)
    up = np.linspace(*_widened(*_ends(points, b)), _GRID)
    heights = on_grid(loss, {a: across[None, :], b: up[:, None]})
    low = float(np.nanmin(heights))
    levels = low + (np.nanmax(heights) - low) * np.linspace(0, 1, 18) ** 2.5
    axes.contour(across, up, heights, levels=np.unique(levels), colors="0.75", linewidths=0.7)
    for who, line, style in paths:
        xs, ys = [float(p[a]) for _, p in line], [float(p[b]) for _, p in line]
        axes.plot(xs, ys, label=who, **_MARKS | style)


def lines_of(picture: Contrast, last: int) -> list[tuple[str, list[tuple[int, Point]]]]:
    """The exact path and that of every machine, up to a step number; a machine's ends where it has no exact value."""
    stride = max(1, last // MOST_POINTS)
    wanted = sorted({*range(0, last + 1, stride), last})
    exact = picture.exact(wanted)
    found = [("exact", [(n, exact[n]) for n in wanted if n in exact])] if exact else []
    for trajectory in picture.machines:
        line: list[tuple[int, Point]] = []
        for n, value in picture.machine_values(trajectory, [n for n in wanted if n <= trajectory.steps]):
            known = _position(value)
            if known is None:
                break
            line.append((n, known))
        found.append((trajectory.arithmetic.name, line))
    return [(name, line) for name, line in found if line]


def _position(value: dict[str, Any]) -> Point | None:
    """The exact values, or the middles of the intervals of balls; None if one is infinite or no number."""
    return exact_values({name: v.middle if isinstance(v, Interval) else v for name, v in value.items()})


def _longest(picture: Contrast) -> int:
    return max((t.steps for t in picture.trajectories), default=20)


def _loss_of(picture: Contrast) -> Loss:
    assert isinstance(picture.process, Descent)
    return picture.process.loss


def _smallest_known(picture: Contrast) -> bool:
    return isinstance(picture.limit, dict) and all(isinstance(v, Fraction) for v in picture.limit.values())


def _smallest(picture: Contrast) -> Fraction:
    return _value(_loss_of(picture), picture.limit) if _smallest_known(picture) else Fraction(0)


def _value(loss: Loss, point: Point) -> Fraction:
    """The loss at an exact point: exact for rational terms, the middle of a ball of 256 bits otherwise."""
    machine: Any = QQ if set(functions(loss.term)) <= set(KINKED) else _EXACT
    value = machine.export(fold(loss.term, machine, lambda name: machine.const(point[name])))
    return value if isinstance(value, Fraction) else value.middle


def _ends(points: list[Point], name: str) -> tuple[float, float]:
    return float(min(p[name] for p in points)), float(max(p[name] for p in points))


def _widened(low: float, high: float) -> tuple[float, float]:
    """A range with a margin, and one of length 2 where it would be a point."""
    margin = 0.15 * (high - low) or 1.0
    return low - margin, high + margin


def _machine_style(i: int) -> dict[str, Any]:
    return {"color": COLOURS[i % len(COLOURS)], "lw": 1, "alpha": 0.8}


def _floor_note(heights: list[tuple[int, float | None]]) -> str:
    """Where a line leaves a logarithmic axis."""
    first = next((n for n, y in heights if y is None), None)
    return "" if first is None else f" (smallest from step {first} on)"


def _finished(figure: Any, axes: Any, picture: Contrast) -> Any:
    axes.set_title(shortened(str(picture.process)), fontsize=10)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8)
    return figure


class _Arrays:
    """Arrays of floats, elementwise."""

    const = staticmethod(float)
    add = staticmethod(np.add)
    sub = staticmethod(np.subtract)
    mul = staticmethod(np.multiply)
    div = staticmethod(np.divide)
    neg = staticmethod(np.negative)

    @staticmethod
    def pow(a: Any, k: int) -> Any:
        return np.asarray(a, dtype=float) ** k

    @staticmethod
    def function(name: str, x: Any) -> Any:
        return _FUNCTIONS[name](x)


_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
        "atan": np.arctan,
        "softplus": lambda x: np.logaddexp(0, x),
        "logistic": lambda x: np.exp(-np.logaddexp(0, -x)),
        "Abs": np.abs,
        "relu": lambda x: np.maximum(x, 0),
        "sign": np.sign,
        "heaviside": lambda x: np.heaviside(x, 0),
    }
)
