"""Worst cases against performance estimation (PEPit), and against the functions that attain them."""

from fractions import Fraction as F
from typing import Any

import pytest

from infinitesimal import worst_case
from infinitesimal.errors import InputError

CASES = [
    ("value", "distance", F(1), F(0), F(1), 3),
    ("value", "distance", F(2), F(0), F(9, 10), 2),
    ("value", "distance", F(1), F(0), F(19, 10), 5),
    ("value", "distance", F(1), F(1, 10), F(3, 2), 2),
    ("value", "distance", F(3), F(1, 2), F(1, 4), 3),
    ("distance", "distance", F(1), F(1, 10), F(3, 2), 2),
    ("distance", "distance", F(3), F(1, 2), F(1, 4), 2),
    ("gradient", "gradient", F(3), F(1, 2), F(1, 4), 2),
    ("value", "value", F(3), F(1, 2), F(5, 9), 2),
]


def estimated(measure: str, start: str, smoothness: F, convexity: F, rate: F, steps: int) -> float:
    """The worst case by a semidefinite program: a float of five to nine digits."""
    pepit = pytest.importorskip("PEPit")
    functions: Any = pytest.importorskip("PEPit.functions")
    problem = pepit.PEP()
    f = problem.declare_function(functions.SmoothStronglyConvexFunction, mu=float(convexity), L=float(smoothness))
    best = f.stationary_point()
    first = problem.set_initial_point()

    def measured(x: Any, which: str) -> Any:
        if which == "distance":
            return (x - best) ** 2
        return f(x) - f(best) if which == "value" else f.gradient(x) ** 2

    problem.set_initial_condition(measured(first, start) <= 1)
    x = first
    for _ in range(steps):
        x = x - float(rate) * f.gradient(x)
    problem.set_performance_metric(measured(x, measure))
    return float(problem.solve(verbose=0))


@pytest.mark.parametrize("case", CASES)
def test_performance_estimation_agrees(case: tuple[str, str, F, F, F, int]) -> None:
    """The tolerance is that of the solver of the semidefinite program, a relative 1e-4, and not one of ours."""
    measure, start, smoothness, convexity, rate, steps = case
    ours = worst_case(rate, steps, smoothness=smoothness, convexity=convexity, measure=measure, start=start)
    assert estimated(*case) == pytest.approx(float(ours), rel=1e-4)


@pytest.mark.parametrize("convexity", [F(0), F(1, 10), F(1, 2), F(1)])
@pytest.mark.parametrize("rate", [F(1, 3), F(2, 3), F(1), F(3, 2), F(9, 5)])
def test_some_function_attains_it(convexity: F, rate: F) -> None:
    """The value from the distance 1: of the quadratic of curvature 1, or of a function that bends less far out."""
    for steps in range(6):
        quadratic = (1 - rate) ** (2 * steps) / 2
        worst = worst_case(rate, steps, smoothness=1, convexity=convexity)
        assert worst == max(quadratic, _walked(convexity, rate, steps))


def _walked(mu: F, rate: F, steps: int) -> F:
    """The largest last value on a function with curvature 1 up to a place t and mu beyond it, walked step by step.

    As long as x >= t the last point is p - q*t, and the value is quadratic in t: this t makes it largest.
    """
    rest, k = 1 - mu, 1 - rate * mu
    p, q = k**steps, rest * rate * sum((k**j for j in range(steps)), start=F(0))
    t = p * (rest - mu * q) / (rest + 2 * rest * q - mu * q * q) if mu != 1 else F(0)
    x = F(1)
    for _ in range(steps):
        x -= rate * (x if abs(x) <= t else mu * x + rest * (t if x > 0 else -t))
    return x * x / 2 if abs(x) <= t else mu * x * x / 2 + rest * t * (abs(x) - t / 2)


def test_known_values() -> None:
    assert worst_case(F(19, 10), 5, smoothness=1) == F(3486784401, 20000000000)
    assert worst_case("1/3", 0, smoothness=3) == F(3, 2)
    assert worst_case("1/5", 1, smoothness=9, convexity=1, measure="distance") == F(16, 25)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 2, "steps": 1, "smoothness": 1}, "between 0 and 2/smoothness = 2"),
        ({"rate": 0, "steps": 1, "smoothness": 1}, "between 0"),
        ({"rate": 1, "steps": -1, "smoothness": 1}, "steps -1"),
        ({"rate": 1, "steps": 1, "smoothness": 1, "convexity": 2}, "0 <= convexity <= smoothness"),
        ({"rate": 1, "steps": 1, "smoothness": 1, "measure": "speed"}, "not one of"),
        ({"rate": 1, "steps": 1, "smoothness": 1, "measure": "gradient"}, "not known here"),
        ({"rate": 0.5, "steps": 1, "smoothness": 1}, "float"),
    ],
)
def test_bad_input(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        worst_case(**arguments)
