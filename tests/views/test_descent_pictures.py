"""Pictures of descents: what is drawn is where the exact and the machine paths are."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.floating.format import bfloat16, binary16, binary32
from infinitesimal.contrasts.contrast import contrast
from infinitesimal.errors import InputError
from infinitesimal.limits.values import values
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.losses import loss
from infinitesimal.recurrences.series import zeno
from infinitesimal.runs.run import run
from infinitesimal.terms.term import KINKED, SMOOTH
from infinitesimal.views.descent_pictures import on_grid
from infinitesimal.views.plot import plot

PARABOLA = descent("9/2*(x - 1)**2", {"x": "14/9"}, "0.19")
VALLEY = descent("x**2/2 + 5*y**2 - x*y", {"x": 3, "y": 1}, "0.15")


def lines(figure: Figure) -> dict[str, tuple[list[float], list[float]]]:
    return {str(line.get_label()): (list(line.get_xdata()), list(line.get_ydata())) for line in figure.axes[0].lines}


def test_the_path_in_one_variable_is_that_of_the_values() -> None:
    found = lines(plot(contrast(PARABOLA, bfloat16, binary32), kind="path"))
    exact = values(PARABOLA, len(found["exact"][0]))
    assert found["exact"][0] == [float(x) for x in exact]
    assert found["exact"][1] == [float(Fraction(9, 2) * (x - 1) ** 2) for x in exact]
    assert {"bfloat16", "binary32", "loss"} <= set(found)


def test_the_path_in_two_variables_is_that_of_the_values() -> None:
    found = lines(plot(contrast(VALLEY, binary16), kind="path"))
    exact = values(VALLEY, len(found["exact"][0]))
    assert found["exact"] == ([float(p["x"]) for p in exact], [float(p["y"]) for p in exact])


def test_the_loss_falls_by_the_square_of_the_multiplier() -> None:
    found = lines(plot(contrast(PARABOLA, binary32), kind="loss"))["exact"]
    drops = np.diff(found[1])
    assert np.allclose(drops, 2 * np.log10(0.71))


def test_a_machine_at_the_smallest_loss_leaves_the_axis() -> None:
    assert any("smallest from step" in label for label in lines(plot(contrast(PARABOLA, bfloat16), kind="loss")))


def test_walks_in_balls_are_drawn_by_their_middles() -> None:
    made = contrast(descent("softplus(-3*x) + x**2/4", 3, "0.4"), balls(64), steps=10)
    assert len(lines(plot(made, kind="path"))["balls(64)"][0]) == 11


@pytest.mark.parametrize("text", ["9/2*(x - 1)**2", "x**2/2 + 5*y**2 - x*y", "x**2 + 2*y**2 + 7*z**2"])
def test_the_axis_of_rates_has_its_critical_ones(text: str, tmp_path: Path) -> None:
    figure = plot(loss(text), tmp_path / "rates.svg", kind="rates")
    names = {t.get_text() for axes in figure.axes for t in axes.texts}
    assert {"monotone", "1/L", "2/L"} <= names and (tmp_path / "rates.svg").stat().st_size > 1000
    assert len(figure.axes) == (4 if text.count("z") == 0 else 1)


def test_the_walks_of_the_rates_are_exact_and_those_of_machines() -> None:
    """The rings of a machine are where its run goes."""
    made = descent("x**2/2 + 5*y**2 - x*y", 1, "1/10")
    for figure, machine in (
        (plot(made, kind="rates"), bfloat16),
        (plot(contrast(made, binary16), kind="rates"), binary16),
    ):
        for axes, rate in zip(figure.axes[:3], ("1/55", "2/11", None), strict=True):
            lines = {line.get_label(): line.get_xydata() for line in axes.get_lines()}
            assert {"exact", machine.name} <= set(lines)
            if rate is not None:
                last = run(descent(made.loss, 1, rate), machine, 12).values[-1]
                assert tuple(lines[machine.name][-1]) == (float(last["x"]), float(last["y"]))


@pytest.mark.parametrize("name", [*SMOOTH, *KINKED])
def test_curves_are_those_of_the_balls(name: str) -> None:
    made, machine = loss(f"{name}(x)*x"), balls(80)
    from infinitesimal.terms.term import fold

    grid = np.linspace(0.25, 2.5, 7)
    drawn = on_grid(made, {"x": grid})
    for x, y in zip(grid, drawn, strict=True):
        exact = fold(made.term, machine, lambda _, x=x: machine.const(Fraction(float(x))))
        assert float(exact.mid()) == pytest.approx(float(y), rel=1e-12)


def test_what_cannot_be_drawn_is_refused_by_name() -> None:
    for x, kind, match in (
        (zeno(), "path", "not a descent"),
        (zeno(), "rates", "rates belong"),
        (contrast(descent("x**2 + y**2 + z**2", 1, "0.1"), binary16), "path", "3 variables"),
        (loss("x**4"), "rates", "quadratic"),
        (zeno(), "pie", "'pie'"),
    ):
        with pytest.raises(InputError, match=match):
            plot(x, kind=kind)
