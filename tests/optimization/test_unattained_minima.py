"""Losses without a minimum that are no polynomials, and sums of losses in one variable each."""

from fractions import Fraction as F
from itertools import pairwise

import mpmath
import pytest

from infinitesimal import loss, minimum
from infinitesimal.optimization.convergence.interval_newton import CertifiedMinimum
from infinitesimal.optimization.convergence.minima import Minimum, NoMinimum
from infinitesimal.optimization.convergence.monotone_losses import falling_direction
from infinitesimal.optimization.convergence.separable import parts_of

RISING = {
    "exp(x)": lambda x: mpmath.exp(x),
    "tanh(x)": lambda x: mpmath.tanh(x),
    "-softplus(2*x)": lambda x: -mpmath.log(1 + mpmath.exp(2 * x)),
    "logistic(x)/(1 + exp(-x))": lambda x: (1 / (1 + mpmath.exp(-x))) ** 2,
    "1/(1 + exp(x))": lambda x: 1 / (1 + mpmath.exp(x)),
    "exp(-x) - x**3": lambda x: mpmath.exp(-x) - x**3,
    "sqrt(1 + exp(x)) + atan(x)": lambda x: mpmath.sqrt(1 + mpmath.exp(x)) + mpmath.atan(x),
    "log(2 + exp(-x))": lambda x: mpmath.log(2 + mpmath.exp(-x)),
    "sinh(x)*exp(3)": lambda x: mpmath.sinh(x) * mpmath.exp(3),
}


@pytest.mark.parametrize("text", RISING)
def test_what_falls_strictly_has_no_minimum(text: str) -> None:
    """The direction is that of the falling values, at points in order."""
    with pytest.raises(NoMinimum, match="falls") as caught:
        minimum(text)
    (side,) = caught.value.direction.values()
    with mpmath.workdps(80):
        values = [RISING[text](mpmath.mpf(k) / 3) for k in range(-60, 61)]
    pairs = list(pairwise(values))
    assert all(b < a for a, b in pairs) if side > 0 else all(b > a for a, b in pairs)


@pytest.mark.parametrize(
    "text", ["exp(x) - x", "cosh(x)", "exp(x)*x", "x*exp(-x**2)", "exp(x*y)", "1/(1 + x**2)", "sin(x) + x", "tanh(x)*y"]
)
def test_what_turns_or_may_turn_is_not_claimed_to_fall(text: str) -> None:
    assert falling_direction(loss(text)) is None


def test_sums_of_losses_in_one_variable_have_the_minima_of_their_parts() -> None:
    assert minimum("x**4 + (y - 1)**6 - 2") == Minimum({"x": F(0), "y": F(1)}, F(-2))
    found = minimum("abs(x - 1/3) + abs(y) + 1 + y**2")
    assert isinstance(found, CertifiedMinimum)
    assert F(1, 3) in found.place["x"] and F(0) in found.place["y"] and F(1) in found.value
    mixed = minimum("exp(x) - 2*x + (y - 1)**4", digits=30)
    assert F(1) in mixed.place["y"] and mixed.place["x"].width <= F(1, 10**30)
    with mpmath.workdps(40):
        assert (
            abs(mpmath.mpf(mixed.place["x"].middle.numerator) / mixed.place["x"].middle.denominator - mpmath.log(2))
            < 1e-30
        )


def test_a_part_without_minimum_is_named() -> None:
    with pytest.raises(NoMinimum, match=r"part of exp\(x\) \+ y\*\*4") as caught:
        minimum("exp(x) + y**4")
    assert caught.value.direction == {"x": F(-1)}


def test_what_is_no_sum_has_no_parts() -> None:
    assert parts_of(loss("abs(x) + abs(x + y)")) is None and parts_of(loss("x**4")) is None
    assert str(parts_of(loss("-(abs(x) - y**4) + x"))) == "[-Abs(x) + x, y**4]"
