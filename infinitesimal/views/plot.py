"""Pictures of processes: `plot`, and the kinds of pictures there are."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from infinitesimal.contrasts.contrast import Contrast, contrast, contrast_of
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import Descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.recurrences.recurrence import Process
from infinitesimal.runs.trajectory import Trajectory
from infinitesimal.views.distances import draw_distances
from infinitesimal.views.figures import picture_path, write_figure


def plot(x: object, path: str | os.PathLike[str] | None = None, *, kind: str = "distance") -> Any:
    """The figure of a contrast (or of a run, or a process on the default machines), a matplotlib `Figure`.

    Kinds:

    - "distance": distance to the limit against the step number, on a logarithmic scale; where no limit is known
      the size of the change at each step. A machine that is exactly at the limit is drawn at the foot;
    - "loss", for a descent: the loss above its smallest value against the step number, on a logarithmic scale;
    - "path", for a descent in one variable: the loss curve with the steps on it; in two: the landscape with the path;
    - "rates", for a descent or a quadratic loss: the learning rate axis with its regimes, and three walks, with a
      rate that is too small, the best one, and one that overshoots, each exact and on the machines (bfloat16);
    - "ulps": the error of each machine in ulps over the run, on a logarithmic scale;
    - "basins", for an atlas: every start in the order of the values, coloured by the cycle that it ends in;
    - "tails", for an atlas or a census: how many starts take how many steps to their cycle;
    - "graph", for an atlas of a small format: every state, and the one that follows it.

    Positions are exact, and rounded only to be drawn. With `path` the figure is written there as PNG, SVG or PDF,
    whole or not at all. Raises `InputError` for another ending or kind, `MissingExtra` without matplotlib.
    """
    if kind not in _KINDS:
        raise InputError(f"kind {kind!r} is not a picture: give one of {', '.join(_KINDS)}")
    target = None if path is None else picture_path(path)
    figure = _KINDS[kind](x)
    if target is not None:
        write_figure(figure, target)
    return figure


def _distances(x: object) -> Any:
    return draw_distances(_as_contrast(x))


def _loss(x: object) -> Any:
    from infinitesimal.views.descent_pictures import draw_losses

    return draw_losses(_of_descent(x, "loss"))


def _path(x: object) -> Any:
    from infinitesimal.views.descent_pictures import draw_path

    return draw_path(_of_descent(x, "path"))


def _rates(x: object) -> Any:
    from infinitesimal.views.rate_pictures import draw_rates

    loss = x if isinstance(x, Loss) else x.loss if isinstance(x, Descent) else None
    if loss is None and isinstance(x, Contrast) and isinstance(x.process, Descent):
        loss = x.process.loss
    if loss is None:
        raise InputError(f"{type(x).__name__}: rates belong to losses and descents; give one of them")
    machines = tuple(t.arithmetic for t in x.machines) if isinstance(x, Contrast) else ()
    return draw_rates(loss, machines) if machines else draw_rates(loss)


def _ulps(x: object) -> Any:
    from infinitesimal.views.ulps import draw_ulps

    return draw_ulps(_as_contrast(x))


def _basins(x: object) -> Any:
    from infinitesimal.views.atlas_pictures import draw_basins

    return draw_basins(_as_atlas(x, "basins"))


def _tails(x: object) -> Any:
    from infinitesimal.runs.starts.census import Census
    from infinitesimal.views.atlas_pictures import draw_tails

    return draw_tails(x if isinstance(x, Census) else _as_atlas(x, "tails"))


def _graph(x: object) -> Any:
    from infinitesimal.views.atlas_pictures import draw_graph

    return draw_graph(_as_atlas(x, "graph"))


def _as_atlas(x: object, kind: str) -> Any:
    from infinitesimal.runs.starts.atlas import Atlas

    if not isinstance(x, Atlas):
        raise InputError(f"{type(x).__name__} has no {kind}: give an atlas, as by atlas(process, bfloat16)")
    return x


_KINDS: Mapping[str, Callable[[object], Any]] = {
    "distance": _distances,
    "loss": _loss,
    "path": _path,
    "rates": _rates,
    "ulps": _ulps,
    "basins": _basins,
    "tails": _tails,
    "graph": _graph,
}


def _as_contrast(x: object) -> Contrast:
    if isinstance(x, Contrast):
        return x
    if isinstance(x, Trajectory):
        return contrast_of(x)
    if isinstance(x, Process):
        return contrast(x)
    raise InputError(f"{type(x).__name__} cannot be plotted: give a contrast, a run or a process")


def _of_descent(x: object, kind: str) -> Contrast:
    picture = _as_contrast(x)
    if not isinstance(picture.process, Descent):
        raise InputError(f"{picture.process} is not a descent: the picture {kind!r} shows a loss; take kind='distance'")
    return picture
