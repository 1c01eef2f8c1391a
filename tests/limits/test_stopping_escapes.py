"""Walks that run away: a rule that is never met has its proof, beside plain iteration with fractions."""

import random
from fractions import Fraction

import mpmath
import pytest

from infinitesimal import converges, descent, limit, regime, steps_until
from infinitesimal.errors import Diverges
from infinitesimal.optimization.convergence.monotone_losses import sign_of_slope
from infinitesimal.recurrences.losses import loss as as_loss
from infinitesimal.truth import Truth

FAR = 10**40


def first_step(
    coefficients: tuple[int, ...], start: Fraction, rate: Fraction, quantity: str, tolerance: Fraction
) -> int | None:
    """The step by plain iteration; None where the walk is far away before."""

    def loss(x: Fraction) -> Fraction:
        return sum((c * x**i for i, c in enumerate(coefficients)), Fraction(0))

    def slope(x: Fraction) -> Fraction:
        return sum((i * c * x ** (i - 1) for i, c in enumerate(coefficients) if i), Fraction(0))

    x, n = start, 0
    while abs(x) < FAR:
        if quantity == "grad" and abs(slope(x)) <= tolerance:
            return n
        y, n = x - rate * slope(x), n + 1
        small = {"abs_dx": abs(y - x), "rel_dx": abs(y - x), "loss_diff": abs(loss(y) - loss(x))}
        scale = abs(y) if quantity == "rel_dx" else 1
        if quantity != "grad" and small[quantity] <= tolerance * scale:
            return n
        x = y
    return None


def test_the_stops_of_walks_that_run_away_are_those_of_iteration() -> None:
    draw, never, fired = random.Random(4), 0, 0
    for _ in range(150):
        degree = draw.choice((3, 4, 5))
        numbers = (*(draw.randint(-4, 4) for _ in range(degree)), draw.choice((-2, -1, 1, 2)))
        start = Fraction(draw.choice((-1, 1)) * draw.randint(8, 40), 2)
        rate = Fraction(1, draw.choice((1, 2, 3)))
        quantity = draw.choice(("abs_dx", "rel_dx", "grad", "loss_diff"))
        tolerance = draw.choice((Fraction(1, 1000), Fraction(1, 3), Fraction(10), Fraction(400), Fraction(10**6)))
        if quantity == "rel_dx":
            tolerance = min(tolerance, Fraction(1, 3))
        text = " + ".join(f"({c})*x**{i}" for i, c in enumerate(numbers))
        found = steps_until(descent(text, start, rate), quantity, tolerance)
        expected = first_step(numbers, start, rate, quantity, tolerance)
        assert found.steps == expected, (text, start, rate, quantity, tolerance, found)
        assert found.never is Truth.of(expected is None)
        never, fired = never + (expected is None), fired + (expected is not None)
    assert never > 60
    assert fired > 15


def test_a_rule_that_may_still_be_met_is_not_excluded() -> None:
    walk = descent("x**4", 2, "1/2")
    assert steps_until(walk, "rel_dx<=9/10").never is Truth.UNKNOWN  # the proof knows 1/2 only
    assert steps_until(walk, "rel_dx<=9/10 | grad<=1").never is Truth.UNKNOWN
    assert steps_until(walk, ["rel_dx<=1/3", "grad<=1"]).never is Truth.TRUE
    assert steps_until(walk, "rel_dx<=9/10 & grad<=1").never is Truth.TRUE
    assert steps_until(walk, "patience(5)<=0").steps == 5


@pytest.mark.parametrize(
    ("loss", "method", "beta", "manner"),
    [
        ("exp(x)", "gradient", None, "it falls to -oo"),
        ("softplus(-x)", "momentum", "1/2", "it grows to +oo"),
        ("exp(x) + softplus(3*x) + x", "nesterov", "9/10", "it falls to -oo"),
    ],
)
def test_a_slope_of_one_sign_on_the_whole_line_leads_away(
    loss: str, method: str, beta: str | None, manner: str
) -> None:
    walk = descent(loss, 0, 1, method, beta=beta)
    found = regime(walk)
    assert (found.name, found.reason, found.converges) == ("divergent", manner, Truth.FALSE)
    assert (converges(walk).truth, converges(walk).reason) == (Truth.FALSE, manner)
    with pytest.raises(Diverges, match=manner[-3:].replace("+", r"\+")):
        limit(walk)


@pytest.mark.parametrize(
    ("loss", "start", "method", "beta"),
    [
        ("x**3", 1, "gradient", None),
        ("exp(x) - x", 1, "gradient", None),
        ("x**3 + x**5", 1, "gradient", None),
    ],
)
def test_a_rising_loss_with_a_place_of_slope_zero_is_no_slide(
    loss: str, start: int, method: str, beta: str | None
) -> None:
    assert converges(descent(loss, start, "1/10", method, beta=beta)).truth is Truth.TRUE


@pytest.mark.parametrize(
    ("text", "slope", "expected"),
    [
        ("exp(-x)", lambda x: -mpmath.exp(-x), -1),
        ("softplus(2*x) + 3*x", lambda x: 2 / (1 + mpmath.exp(-2 * x)) + 3, 1),
        ("(1 + exp(x))**2", lambda x: 2 * mpmath.exp(x) * (1 + mpmath.exp(x)), 1),
        ("-(1 + exp(x))**3", lambda x: -3 * mpmath.exp(x) * (1 + mpmath.exp(x)) ** 2, -1),
        ("x**3", lambda x: 3 * x**2, 0),
        ("x**3 + x", lambda x: 3 * x**2 + 1, 0),  # not seen, and nothing is claimed
        ("exp(x) - x", lambda x: mpmath.exp(x) - 1, 0),
        ("exp(x**2)", lambda x: 2 * x * mpmath.exp(x**2), 0),
        ("log(x)", lambda x: 1 / x, 0),
    ],
)
def test_the_sign_of_a_slope_is_that_of_its_values(text: str, slope: object, expected: int) -> None:
    assert sign_of_slope(as_loss(text)) == expected
    if expected:
        assert {mpmath.sign(slope(mpmath.mpf(k) / 8)) for k in range(-64, 65)} == {expected}
