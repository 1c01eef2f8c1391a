"""Proofs of contraction: every claim is tried at the corners of its box, against plain iteration at many digits."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
from flint import arb, arb_mat, ctx

from infinitesimal.errors import InputError
from infinitesimal.optimization.convergence.contraction import contraction
from infinitesimal.optimization.convergence.contraction_regions import _largest
from infinitesimal.optimization.convergence.interval_newton import certified_minimum, certified_stationary
from infinitesimal.optimization.dyadics import LARGEST_EXPONENT, fraction, interval
from infinitesimal.recurrences.descents import Descent, descent
from infinitesimal.recurrences.losses import loss
from infinitesimal.truth import Truth

SLOPES = {
    "x**4/4 - x**2/2": lambda x: [x[0] ** 3 - x[0]],
    "exp(x) - 2*x": lambda x: [mpmath.exp(x[0]) - 2],
    "softplus(-3*x) + x**2/4": lambda x: [-3 / (1 + mpmath.exp(3 * x[0])) + x[0] / 2],
    "exp(x) + exp(y) + exp(-x - y)": lambda x: [mpmath.exp(t) - mpmath.exp(-x[0] - x[1]) for t in x],
    "x**2 + 10*y**2 + (x - y)**4": lambda x: [2 * x[0] + 4 * (x[0] - x[1]) ** 3, 20 * x[1] - 4 * (x[0] - x[1]) ** 3],
}
"""Gradients written by hand."""


def number(value: Fraction) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


def walk(made: Descent, text: str, start: list[Fraction], steps: int) -> list[list[mpmath.mpf]]:
    """The points of a descent, by the definitions of the methods."""
    slope, rate, beta = SLOPES[text], number(made.fixed_rate), number(made.fixed_beta or Fraction(0))
    x = [number(c) for c in start]
    before, speed, points = list(x), [mpmath.mpf(0)] * len(x), [list(x)]
    for _ in range(steps):
        if made.method == "momentum":
            speed = [beta * v - rate * g for v, g in zip(speed, slope(x), strict=True)]
            x = [a + v for a, v in zip(x, speed, strict=True)]
        elif made.method == "nesterov":
            y = [a + beta * (a - b) for a, b in zip(x, before, strict=True)]
            before, x = x, [a - rate * g for a, g in zip(y, slope(y), strict=True)]
        elif made.method == "coordinate":
            x = list(x)
            for i in range(len(x)):
                x[i] -= rate * slope(x)[i]
        else:
            x = [a - rate * g for a, g in zip(x, slope(x), strict=True)]
        points.append(list(x))
    return points


@pytest.mark.parametrize(
    ("text", "method", "rate", "beta", "box", "truth"),
    [
        ("exp(x) - 2*x", "gradient", "1/4", None, {"x": (-1, 2)}, Truth.TRUE),
        ("exp(x) - 2*x", "gradient", "4/5", None, {"x": ("1/2", "9/10")}, Truth.TRUE),
        ("exp(x) - 2*x", "momentum", "1/10", "1/4", {"x": ("3/5", "9/10")}, None),
        ("softplus(-3*x) + x**2/4", "gradient", "2/5", None, {"x": ("1/5", "9/5")}, Truth.TRUE),
        ("softplus(-3*x) + x**2/4", "nesterov", "1/5", "1/4", {"x": ("1/2", "4/5")}, None),
        ("x**4/4 - x**2/2", "coordinate", "1/5", None, {"x": ("9/10", "11/10")}, Truth.TRUE),
        ("x**4/4 - x**2/2", "coordinate", "1/2", None, {"x": ("-3/5", "11/10")}, Truth.UNKNOWN),  # -3/5 goes to -1
        ("x**4/4 - x**2/2", "gradient", "1/10", None, {"x": (-2, 2)}, Truth.UNKNOWN),
        ("exp(x) + exp(y) + exp(-x - y)", "gradient", "1/10", None, {"x": ("-1/2", "1/4"), "y": (0, "1/2")}, None),
        ("x**2 + 10*y**2 + (x - y)**4", "gradient", "1/20", None, {"x": ("-1/5", "1/3"), "y": (0, "1/4")}, None),
        ("x**2 + 10*y**2 + (x - y)**4", "coordinate", "1/30", None, {"x": (-1, 0), "y": ("-1/4", "1/9")}, None),
        ("x**2 + 10*y**2 + (x - y)**4", "momentum", "1/40", "1/2", {"x": (-1, 0), "y": ("-1/9", "1/9")}, None),
    ],
)
def test_a_certificate_holds_for_every_start_in_the_box(
    text: str, method: str, rate: str, beta: str | None, box: dict, truth: Truth | None
) -> None:
    made = descent(text, rate=rate, method=method, beta=beta)
    found = contraction(made, box)
    assert truth is None or found.truth is truth
    if found.truth is not Truth.TRUE:
        return
    sides = [[Fraction(a), (Fraction(a) + Fraction(b)) / 2, Fraction(b)] for a, b in box.values()]
    with mpmath.workdps(40):
        for start in product(*sides):
            for k, point in enumerate(walk(made, text, list(start), 25)):
                away = max(abs(c - number(side.middle)) for c, side in zip(point, found.limit.values(), strict=True))
                assert away <= number(found.bound(k)) + mpmath.mpf(10) ** -19


def test_some_boxes_in_several_variables_are_proved() -> None:
    made = descent("x**2 + 10*y**2 + (x - y)**4", rate="1/20")
    assert contraction(made, {"x": ("-1/9", "1/10"), "y": ("-1/9", "1/10")}).truth is Truth.TRUE
    inner = contraction(descent("exp(x) - 2*x", rate="1/10", method="coordinate"), {"x": ("1/2", 5)})
    assert inner.truth is Truth.UNKNOWN and "give such a box" in inner.reason


def test_a_box_has_two_ends_for_each_variable_and_no_others() -> None:
    made = descent("exp(x) - 2*x", rate="1/10")
    for box, words in (
        ({"x": (2, 0)}, "smaller end"),
        ({"z": (0, 1)}, "no side"),
        ({"x": (0, 1), "z": (0, 1)}, "no var"),
    ):
        with pytest.raises(InputError, match=words):
            contraction(made, box)


@pytest.mark.parametrize(
    ("text", "start", "rate", "method", "place"),
    [
        ("cos(x)*2/5 - x/8", "3/4", "1/4", "gradient", "3.45941"),  # a search from the start ends in another valley
        ("x**4/4 - x**2/2", "1/2", "1/2", "newton", "0"),  # Newton's method goes to the maximum
        ("x**4/4 - x**2/2 + y**2/2 + x*y/10", {"x": 2, "y": "1/2"}, "2/5", "gradient", "-1.00498"),
    ],
)
def test_a_walk_is_followed_to_where_it_goes(text: str, start: object, rate: str, method: str, place: str) -> None:
    found = contraction(descent(text, start, rate, method))
    assert found.truth is Truth.TRUE
    assert abs(found.limit["x"].middle - Fraction(place)) < Fraction(1, 10**5)


def test_a_long_valley_is_walked_to_its_end() -> None:
    """Rosenbrock's function from its usual start: after 10,000 steps the walk is still outside the proved region."""
    made = descent("(1 - x)**2 + 100*(y - x**2)**2", {"x": "-6/5", "y": 1}, "1/1000")
    found = contraction(made)
    assert found.truth is Truth.TRUE and found.entered == 30_000
    x, y = -1.2, 1.0  # binary64 follows the valley, and contracts
    for _ in range(found.entered):
        a = y - x * x
        x, y = x - 0.001 * (2 * (x - 1) - 400 * a * x), y - 0.001 * (200 * a)
    assert max(abs(x - 1), abs(y - 1)) <= float(found.bound(found.entered)) + 1e-9
    assert all(1 in side for side in found.limit.values())


def test_stationary_points_are_certified_whatever_their_kind() -> None:
    saddle = certified_stationary(loss("x*y + x**4"), {"x": Fraction(1, 5), "y": Fraction(1, 7)}, 50)
    assert all(0 in side and side.width <= Fraction(1, 10**50) for side in saddle.place.values())
    assert "a stationary point at" in str(saddle)
    assert "a strict minimum at" in str(certified_minimum(loss("x**2 + x**4"), {"x": Fraction(1)}))


def test_the_largest_bound_is_found_exactly() -> None:
    """Two row sums may agree in their first sixteen digits; the smaller one is no bound."""
    with ctx.workprec(160):
        small = arb(1) / 2
        large = small + arb((1, -100))
        assert float(small) == float(large)
        assert _largest([small.upper(), large.upper()]) >= large
        assert _largest([small, arb.pos_inf()]) > 10**9
        assert arb_mat([[small]])[0, 0] == small


def test_ends_that_no_computer_writes_are_rounded_outward() -> None:
    tiny = arb((1, -(10**40)))
    assert fraction(tiny) == Fraction(1, 1 << LARGEST_EXPONENT) and fraction(tiny, up=False) == 0
    assert fraction(-tiny) == 0 and fraction(-tiny, up=False) == -Fraction(1, 1 << LARGEST_EXPONENT)
    for x in (tiny, -tiny, arb(0, tiny), arb(1, tiny)):
        side = interval(x)
        assert side.lower <= fraction(x.mid(), up=False) and fraction(x.mid()) <= side.upper and side.lower < side.upper
    assert interval(arb(3, 0.5)) == interval(arb(3, 0.5)) and interval(arb(3)).lower == interval(arb(3)).upper == 3
