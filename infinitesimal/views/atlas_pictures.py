"""Pictures of all starts of a machine: basins, tails, and the graph of a small format.

The order index of the values is the horizontal axis: every value of the format takes the same place, so the least
numbers are seen as well as the largest ones.
"""

from typing import Any

import numpy as np

from infinitesimal.errors import InputError
from infinitesimal.runs.starts.atlas import Atlas
from infinitesimal.runs.starts.census import Census, state_text
from infinitesimal.views.figures import COLOURS, empty_figure, figure_and_axes, integer_ticks, shortened

OTHER = "#9e9e9e"
LARGEST_GRAPH = 1_100
"""The states of a graph that is drawn: those of every 8-bit format, and a little more."""
BARS = 120
BACKGROUND = "#f4f4f4"


def draw_basins(x: Atlas) -> Any:
    """Each start of one variable at its place, coloured by the cycle it ends in, as high as its tail is long."""
    if len(x.space.names) > 1:
        return _draw_plane(x)
    figure, axes = figure_and_axes()
    index = np.arange(x.space.count - 1) - x.space.offset
    shown = _shown_cycles(x)
    tails, roots = x.tail[:-1], x.root[:-1]
    others = ~np.isin(roots, [root for root, _ in shown])
    size = 6 if len(index) < 2_000 else 1.2
    if others.any():
        axes.scatter(index[others], tails[others], s=size, color=OTHER, lw=0, label="other cycles")
    for (root, label), colour in zip(shown, COLOURS, strict=False):
        chosen = roots == root
        axes.scatter(index[chosen], tails[chosen], s=size, color=colour, lw=0, label=label)
    _value_ticks(axes, x)
    axes.set_ylabel("steps to the cycle")
    integer_ticks(axes.yaxis)
    _legend(axes, "ends in")
    axes.set_title(shortened(f"{x.census.step} in {x.machine.name}: basins"), fontsize=10)
    return figure


def _draw_plane(x: Atlas) -> Any:
    """The basins of two variables: one cell for each pair of values."""
    if len(x.space.names) != 2:
        raise InputError(f"basins of {len(x.space.names)} variables have no picture: there are those of one and two")
    figure, axes = figure_and_axes(7, 6)
    shown = _shown_cycles(x)
    colours = np.array([_rgb(c) for c in (*COLOURS[: len(shown)], OTHER)])
    place = np.full(x.space.count, len(shown))
    for i, (root, _) in enumerate(shown):
        place[x.root == root] = i
    side, offset = x.space.side, x.space.offset
    picture = colours[place.reshape(side, side)[:-1, :-1]].transpose(1, 0, 2)
    edge = offset + 0.5
    axes.imshow(picture, origin="lower", extent=(-edge, edge, -edge, edge), interpolation="nearest", aspect="auto")
    for (_, label), colour in zip(shown, COLOURS, strict=False):
        axes.plot([], [], "s", color=colour, label=label)
    if (place == len(shown)).any():
        axes.plot([], [], "s", color=OTHER, label="other cycles")
    _value_ticks(axes, x)
    axes.set_yticks(axes.get_xticks(), [t.get_text() for t in axes.get_xticklabels()])
    axes.set_xlabel(x.space.names[0])
    axes.set_ylabel(x.space.names[1])
    axes.set_xlim(-edge, edge)
    axes.set_ylim(-edge, edge)
    axes.legend(title="ends in", fontsize=8, title_fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_title(shortened(f"{x.census.step} in {x.machine.name}: basins"), fontsize=9)
    return figure


def draw_tails(x: Atlas | Census) -> Any:
    """How many starts take how many steps to their cycle."""
    totals = x.census if isinstance(x, Atlas) else x
    figure, axes = figure_and_axes()
    counts = np.array(totals.tails, dtype=np.float64)
    width = -(-len(counts) // BARS)
    first = np.arange(0, len(counts), width)
    heights = np.add.reduceat(counts, first)
    axes.bar(first, heights, width=0.9 * width, align="edge" if width > 1 else "center", color=COLOURS[3])
    mean = float(totals.mean_tail)
    axes.axvline(mean, color=COLOURS[0], lw=1.2, label=f"mean {mean:.4g}")
    axes.plot([], [], " ", label=f"longest {totals.longest_tail:,}, from {state_text(totals.deepest)}")
    if heights.max() > 200 * max(1.0, float(np.median(heights))):
        axes.set_yscale("log")
    axes.set_xlabel("steps to the cycle" + (f", {width} to a bar" if width > 1 else ""))
    axes.set_ylabel("starts")
    axes.legend(fontsize=8)
    axes.set_title(shortened(f"{totals.step} in {totals.machine.name}: tails"), fontsize=10)
    return figure


def draw_graph(x: Atlas) -> Any:
    """The graph of the map of a small format: each state a dot, with a line to the one that follows.

    The states of cycles are drawn as squares on the innermost ring, of their own or around one middle; those of
    the same tail are on one ring. Raises `InputError` for more states than can be seen.
    """
    if x.space.count > LARGEST_GRAPH:
        raise InputError(
            f"a graph of {x.space.count:,} states cannot be seen: take a format of 8 bits, or kind='basins'"
        )
    figure = empty_figure(9, 9)
    axes = figure.add_subplot()
    angles, radii = _layout(x)
    horizontal, vertical = radii * np.cos(angles), radii * np.sin(angles)
    shown = _shown_cycles(x)
    colours = {root: colour for (root, _), colour in zip(shown, COLOURS, strict=False)}
    lines, tints = [], []
    for state in range(x.space.count):
        following = x.successors[state]
        if following != state:
            ends = (state, following)
            lines.append([(horizontal[i], vertical[i]) for i in ends])
            tints.append(colours.get(int(x.root[state]), OTHER))
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(lines, colors=tints, linewidths=0.6, alpha=0.6, zorder=1))
    each = np.array([colours.get(int(root), OTHER) for root in x.root])
    on_cycle = x.tail == 0
    axes.scatter(horizontal[~on_cycle], vertical[~on_cycle], s=9, c=each[~on_cycle], lw=0, zorder=2)
    axes.scatter(
        horizontal[on_cycle], vertical[on_cycle], s=30, marker="s", c=each[on_cycle], ec="black", lw=0.6, zorder=3
    )
    for (_, label), colour in zip(shown, COLOURS, strict=False):
        axes.plot([], [], "o", color=colour, label=label)
    if len(x.cycles) > len(shown):
        axes.plot([], [], "o", color=OTHER, label=f"{len(x.cycles) - len(shown)} other cycles")
    axes.legend(title="ends in", fontsize=8, title_fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    axes.set_aspect("equal")
    axes.margins(0.04)
    axes.axis("off")
    axes.set_title(shortened(f"{x.census.step} in {x.machine.name}: every state and the one that follows"), fontsize=10)
    return figure


def _layout(x: Atlas) -> tuple[Any, Any]:
    """Angle and radius of each state. A state has the sector of those that lead to it, one share for each of them and
    one for itself; the radius grows with the root of the tail, so that long tails leave room for the rest.
    """
    count = x.space.count
    before: list[list[int]] = [[] for _ in range(count)]
    for state in np.flatnonzero(x.tail).tolist():
        before[int(x.successors[state])].append(state)
    sizes = np.ones(count)
    outermost_first = np.argsort(-x.tail, kind="stable").tolist()
    for state in outermost_first:
        sizes[state] += sum(sizes[b] for b in before[state])
    on_cycles = np.flatnonzero(x.tail == 0)
    order = sorted(on_cycles.tolist(), key=lambda s: (int(x.root[s]), _turns(x, s)))
    angles, first = np.zeros(count), np.zeros(count)
    share, at = 2 * np.pi / sizes[on_cycles].sum(), 0.0
    for state in order:
        first[state], at = at, at + sizes[state]
    for state in reversed(outermost_first):
        angles[state] = share * (first[state] + sizes[state] / 2)
        at = first[state]
        for b in before[state]:
            first[b], at = at, at + sizes[b]
    inner = 0.0 if len(on_cycles) == 1 else 0.6 + 0.1 * x.longest_tail**0.5
    return angles, inner + np.sqrt(x.tail)


def _turns(x: Atlas, state: int) -> int:
    """The steps from the root of a cycle to a state on it."""
    at, steps = int(x.root[state]), 0
    while at != state:
        at, steps = int(x.successors[at]), steps + 1
    return steps


def _shown_cycles(x: Atlas) -> list[tuple[int, str]]:
    """The cycles with the largest basins, as many as there are colours: their roots and their names."""
    shown = []
    for cycle in x.cycles[: len(COLOURS)]:
        values = cycle.values[0]
        arguments = values if isinstance(values, dict) else {x.space.names[0]: values}
        machine = x.space.machine
        state = int(x.space.numbers([np.atleast_1d(machine.embed(arguments[name])) for name in x.space.names])[0])
        label = str(cycle) if cycle.period < 3 and len(x.space.names) == 1 else f"{_start_of(cycle)}"
        shown.append((state, label))
    return shown


def _start_of(cycle: Any) -> str:
    first = cycle.values[0]
    text = ", ".join(f"{k} = {v}" for k, v in first.items()) if isinstance(first, dict) else str(first)
    return text if cycle.period == 1 else f"{text}, ... (period {cycle.period})"


def _value_ticks(axes: Any, x: Atlas) -> None:
    """Values of the format at places of the axis of order indices."""
    offset, machine = x.space.offset, x.space.machine
    reach = machine.top
    places = np.unique(np.array([-1.0, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1.0]) * reach).astype(int)
    values = machine.from_order(places).tolist()
    axes.set_xticks(places, [f"{v:.3g}" for v in values])
    axes.set_xlim(-offset - 0.02 * offset, offset + 0.02 * offset)
    axes.set_xlabel("start, every value of the format taking the same place")


def _legend(axes: Any, title: str) -> None:
    legend = axes.legend(title=title, fontsize=8, title_fontsize=8)
    for handle in legend.legend_handles:
        handle.set_sizes([24])


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
