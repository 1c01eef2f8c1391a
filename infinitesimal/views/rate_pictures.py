"""The learning rate axis: which rates are too small, just right, overshooting, and where a walk no longer converges."""

from fractions import Fraction
from typing import Any

from infinitesimal.arithmetics.floating.format import bfloat16
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.optimization.convergence.minima import minimum
from infinitesimal.optimization.regimes.rates import BestRate, Rates, best_rate, rates
from infinitesimal.rational import brief
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.losses import Loss
from infinitesimal.views.descent_pictures import draw_paths, lines_of, styled
from infinitesimal.views.figures import COLOURS, empty_figure, shortened

STEPS = 12
"""The steps of each of the three walks."""
_SHADES = {"monotone": "#d9f0d3", "oscillating": "#fee8c8", "zigzag": "#fdd49e", "divergent": "#f4c7c3"}
_SHARES = (("too small", Fraction(1, 10)), ("just right", Fraction(1)), ("overshooting", Fraction(7, 4)))
"""The three rates: up to 1 a share of the best one, beyond it of the way from there to the last that converges."""


def draw_rates(loss: Loss, machines: tuple[Any, ...] = (bfloat16,)) -> Any:
    """Three walks, for losses in one or two variables, above the axis of rates with its regimes.

    The walks start at distance 1 from the minimum in every variable; each is drawn exactly, and as the `machines` go
    it, in rings. Raises `InputError` where a loss has no minimum, or is not quadratic: its critical rates are not known
    then.
    """
    found, best = rates(loss), best_rate(loss)
    walks = len(loss.names) <= 2
    figure = empty_figure(9, 6.2 if walks else 3)
    if walks:
        grid = figure.add_gridspec(2, 3, height_ratios=(1.2, 1))
        for i, (what, share) in enumerate(_SHARES):
            rate = _walked(best, found, share)
            title = f"{what}: rate {brief(rate, 8)}"
            _draw_walk(figure.add_subplot(grid[0, i]), loss, rate, machines, title, with_legend=i == 0)
    axes = figure.add_subplot(grid[1, :]) if walks else figure.add_subplot()
    _draw_axis(axes, found, best)
    figure.suptitle(shortened(f"rates of gradient descent on {loss}"), fontsize=10)
    return figure


def _walked(best: BestRate, found: Rates, share: Fraction) -> Fraction:
    """A rational rate between 0 (share 0), the best one (1) and the last that converges (2)."""
    just, last = _rational(best.rate), _rational(found.critical[-1])
    return just * share if share <= 1 else just + (last - just) * (share - 1)


def _rational(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(float(value)).limit_denominator(10_000)


def _draw_walk(axes: Any, loss: Loss, rate: Fraction, machines: tuple[Any, ...], title: str, with_legend: bool) -> None:
    lowest = minimum(loss).point
    walk = descent(loss, {name: value + 1 for name, value in lowest.items()}, rate)
    axes.set_title(title, fontsize=9)
    axes.tick_params(labelsize=7)
    draw_paths(axes, loss, styled(lines_of(contrast(walk, *machines, steps=STEPS), STEPS)), lowest)
    if with_legend:
        axes.legend(fontsize=7)


def _draw_axis(axes: Any, found: Rates, best: BestRate) -> None:
    small, large, last = float(found.smallest), float(found.largest), float(found.critical[-1])
    end = 1.15 * last
    for piece, name in found.regions:
        if piece.is_point:
            axes.axvline(float(piece.lower), color="0.4", lw=0.8, ls=":")
            continue
        low, high = float(piece.lower), min(end, float(piece.upper) if piece.upper is not None else end)
        axes.axvspan(low, high, color=_SHADES.get(name, "0.93"), lw=0)
        if high - low > 0.08 * end:
            axes.text((low + high) / 2, 0.06, name, ha="center", fontsize=8)
    across = sorted({*(end * k / 400 for k in range(401)), 1 / large, float(best.rate), last})
    radius = [max(abs(1 - x * small), abs(1 - x * large)) for x in across]
    axes.plot(across, radius, color="black", lw=1.2, label="distance after a step / before it, worst start")
    axes.axhline(1, color="0.4", lw=0.8)
    named = [(1 / large, "1/L"), (last, "2/L")]
    if small != large:
        named.append((float(best.rate), r"2/($\mu$+L)"))
    for value, name in named:
        axes.annotate(name, (value, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8)
        axes.axvline(value, color="0.4", lw=0.8, ls=":")
    axes.plot([float(best.rate)], [float(best.factor)], "o", color=COLOURS[0], label="best rate", clip_on=False)
    axes.set_xlim(0, end)
    axes.set_ylim(0, None)
    axes.set_xlabel("rate")
    axes.set_ylabel("factor per step")
    axes.legend(fontsize=8, loc="upper center")
