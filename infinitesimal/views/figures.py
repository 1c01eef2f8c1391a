"""What all pictures share: a figure without global state, colours, ticks, and how a figure gets into a file."""

import io
import os
from pathlib import Path
from typing import Any

from infinitesimal.errors import InputError, MissingExtra
from infinitesimal.views.files import replace_whole, target_path

FORMATS = (".png", ".svg", ".pdf")
COLOURS = ("#c1272d", "#e08214", "#1b7837", "#2166ac", "#762a83", "#01665e", "#8c510a")


def figure_and_axes(width: float = 8, height: float = 4.6) -> tuple[Any, Any]:
    """A new figure with one pair of axes; raises `MissingExtra` without matplotlib."""
    figure = empty_figure(width, height)
    return figure, figure.add_subplot()


def empty_figure(width: float, height: float) -> Any:
    """A new figure, in inches, that a notebook shows by itself."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra("plots need matplotlib: pip install 'infinitesimal[plot]'") from None
    figure = Figure(figsize=(width, height), layout="constrained")
    figure._repr_png_ = lambda: _png(figure)  # type: ignore[attr-defined] # a notebook shows only figures of pyplot
    return figure


def integer_ticks(axis: Any) -> None:
    """Only whole numbers on an axis."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))


def decades(axis: Any) -> None:
    """An axis of decimal logarithms, with powers of ten written at its ticks."""
    integer_ticks(axis)
    axis.set_major_formatter(lambda value, _: f"$10^{{{value:.0f}}}$")


def picture_path(path: str | os.PathLike[str]) -> Path:
    """The path of a picture to be written; raises `InputError` for another ending or folder."""
    if Path(path).suffix.lower() not in FORMATS:
        raise InputError(f"{str(path)!r} has no ending of a picture: give one of {', '.join(FORMATS)}")
    return target_path(path)


def write_figure(figure: Any, target: Path) -> None:
    """Writes a figure, whole or not at all."""
    metadata = {"Date": None} if target.suffix.lower() == ".svg" else None
    replace_whole(target, lambda name: figure.savefig(name, dpi=160, metadata=metadata))


def shortened(text: str) -> str:
    """A title that fits over a picture."""
    return text if len(text) <= 90 else text[:87] + "..."


def _png(figure: Any) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=100)
    return target.getvalue()
