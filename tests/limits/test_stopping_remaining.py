"""The distance that remains on walked descents, beside a walk at 120 digits; and rules whose parts share the time."""

import time
from fractions import Fraction as F

import mpmath
import pytest

from infinitesimal.arithmetic import Budget
from infinitesimal.interval import Interval
from infinitesimal.limits.stopping import steps_until
from infinitesimal.recurrences.descents import descent
from infinitesimal.truth import Truth

WALKS = {
    ("exp(x) - 2*x", "0", "1/10", "abs_dx<=1e-9"): (lambda x: mpmath.exp(x) - 2, lambda: mpmath.log(2)),
    ("x**4/4 - 2*x", "1", "1/10", "grad<=1e-30"): (lambda x: x**3 - 2, lambda: mpmath.cbrt(2)),
    ("x**4/4 - x**2/2", "1/2", "1/2", "grad<=1e-6"): (lambda x: x**3 - x, lambda: mpmath.mpf(1)),
    ("x**4", "1", "1/16", "grad<=1e-3"): (lambda x: 4 * x**3, lambda: mpmath.mpf(0)),
    ("log(cosh(x)) + x", "1", "1/4", "loss_diff<=1e-3"): None,
}


@pytest.mark.parametrize("walk", WALKS)
def test_what_remains_is_the_distance_of_a_long_computation(walk: tuple[str, str, str, str]) -> None:
    text, start, rate, rule = walk
    found = steps_until(descent(text, start, rate), rule)
    oracle = WALKS[walk]
    if oracle is None:
        assert found.remaining is None  # it falls for ever
        return
    gradient, goal = oracle
    assert found.steps is not None and isinstance(found.remaining, Interval)
    with mpmath.workdps(120):
        eta = mpmath.mpf(F(rate).numerator) / F(rate).denominator
        x = mpmath.mpf(F(start).numerator) / F(start).denominator
        for _ in range(found.steps):
            x = x - eta * gradient(x)
        left = abs(x - goal())
        low, high = (mpmath.mpf(e.numerator) / e.denominator for e in (found.remaining.lower, found.remaining.upper))
        assert low * (1 - mpmath.mpf(10) ** -50) <= left <= high * (
            1 + mpmath.mpf(10) ** -50
        ) and high <= low * mpmath.mpf("1.001")


def test_what_remains_is_exact_where_the_walk_repeats_itself() -> None:
    found = steps_until(descent("abs(x)", 1, "1/4"), "grad<=0")
    assert (found.steps, found.remaining) == (4, F(0))


def test_patience_is_answered_while_another_rule_takes_all_the_time() -> None:
    """A walk that runs away, swinging: whether its steps are ever small is open, when patience ends is not."""
    loss = "3/2*a**2 + a + 3/2*b**2 - b/2 + 2*c**2 - b*c/2"
    made = descent(loss, {"a": F(-3, 4), "b": 1, "c": 0}, "7/3", "coordinate")
    found = steps_until(made, "patience(9)<=3/10000000 | patience(9)<=0 | abs_dx<3", budget=Budget(seconds=1))
    assert (found.steps, found.never) == (9, Truth.FALSE)


@pytest.mark.parametrize("method", ["momentum", "nesterov", "coordinate"])
@pytest.mark.parametrize(("wait", "least"), [(1, "1e-5"), (4, "1e-6"), (9, "1e-7")])
def test_long_patience_is_that_of_plain_iteration(method: str, wait: int, least: str) -> None:
    """Runs of records are skipped together; here every loss is computed, at 60 digits."""
    beta = {} if method == "coordinate" else {"beta": "1/4"}
    made = descent("x**2/2 + y**2 - x*y + x/1000*y", {"x": 3, "y": -1}, "1/100", method, **beta)  # type: ignore[arg-type]
    began = time.monotonic()
    found = steps_until(made, f"patience({wait})<={least}")
    assert time.monotonic() - began < 5
    with mpmath.workdps(60):
        eta, b, c = mpmath.mpf(1) / 100, mpmath.mpf(1) / 4, mpmath.mpf(-999) / 1000

        def loss(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
            return x**2 / 2 + y**2 + c * x * y

        x, y = px, py = mpmath.mpf(3), mpmath.mpf(-1)
        vx = vy = mpmath.mpf(0)
        best, waited = loss(x, y), 0
        steps = 0
        while waited < wait:
            steps += 1
            if method == "coordinate":
                x = x - eta * (x + c * y)
                y = y - eta * (2 * y + c * x)
            elif method == "momentum":
                vx, vy = b * vx - eta * (x + c * y), b * vy - eta * (2 * y + c * x)
                x, y = x + vx, y + vy
            else:
                u, v = x + b * (x - px), y + b * (y - py)
                px, py = x, y
                x, y = u - eta * (u + c * v), v - eta * (2 * v + c * u)
            if loss(x, y) < best - mpmath.mpf(least):
                best, waited = loss(x, y), 0
            else:
                waited += 1
    assert found.steps == steps > 300
