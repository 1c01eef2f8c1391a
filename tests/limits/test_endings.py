"""How descents on other losses end: at rest, on a cycle, far away, or slowly at a flat minimum."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest

from infinitesimal.errors import Diverges, Undecided
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.exact_orbits import exact_orbit
from infinitesimal.limits.far_values import enclose_at, nearest
from infinitesimal.limits.limit import converges, limit
from infinitesimal.limits.shrinking_descents import shrinking_limit
from infinitesimal.limits.values import at, values
from infinitesimal.recurrences.descents import descent
from infinitesimal.truth import Truth

F = Fraction


def plain(slope: object, start: Fraction, rate: Fraction, count: int) -> list[Fraction]:
    found = [start]
    for _ in range(count):
        found.append(found[-1] - rate * slope(found[-1]))
    return found


def sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


@pytest.mark.parametrize(("start", "rate"), [("1/4", "1/2"), ("1/3", "1/10"), ("-7/3", "2/5"), ("1/2", "1/10")])
def test_steps_of_one_size_rest_or_turn_back_for_ever(start: str, rate: str) -> None:
    made = descent("abs(x)", start, rate)
    found = plain(sign, F(start), F(rate), 2999)
    orbit = exact_orbit(made)
    assert [orbit.at(n)["x"] for n in range(3000)] == found
    assert at(made, 2999) == {"x": found[2999]} and at(made, 10**15 + 1) == {"x": found[2999]}
    assert nearest(made, 10**15 + 1)["x"] == float(found[2999])
    if found[-1] == found[-2]:
        assert limit(made) == {"x": found[-1]} and enclose(made, 20)["x"].width == 0
        assert converges(made).truth is Truth.TRUE
        return
    for word in (limit, lambda d: enclose(d, 20)):
        with pytest.raises(Diverges, match="same 2 points"):
            word(made)
    assert converges(made).truth is Truth.FALSE


def test_a_start_that_is_stationary_stays() -> None:
    for method, more in (
        ("gradient", {}),
        ("momentum", {"beta": "1/2"}),
        ("nesterov", {"beta": "1/2"}),
        ("newton", {}),
    ):
        made = descent("x**4/4 - x**2/2", 0, "1/2", method, **more)
        assert limit(made) == {"x": 0} and at(made, 10**12) == {"x": 0}
    assert limit(descent("(x**2 - y)**2 + y**2", 0, "1/3")) == {"x": 0, "y": 0}


@pytest.mark.parametrize(
    ("text", "start", "rate", "period"),
    [
        ("x**4/4 - x**2/2", "1/2", "21/20", 2),
        ("x**4/4 - x**2/2", "1/3", "5/4", 4),
        ("log(cosh(x))", "2", "3", 2),
        ("abs(x) + x**2", "1", "1/10", 2),
    ],
)
def test_a_cycle_that_attracts_is_proved(text: str, start: str, rate: str, period: int) -> None:
    made = descent(text, start, rate)
    with pytest.raises(Diverges, match=f"cycle of {period} points"):
        limit(made)
    with pytest.raises(Diverges, match="cycle"):
        enclose(made, 30)
    slopes = {
        "x**4/4 - x**2/2": lambda x: x**3 - x,
        "log(cosh(x))": mpmath.tanh,
        "abs(x) + x**2": lambda x: mpmath.sign(x) + 2 * x,
    }
    with mpmath.workdps(60):
        x, step, orbit = mpmath.mpf(F(start).numerator) / F(start).denominator, F(rate), []
        for _ in range(4000):
            x -= mpmath.mpf(step.numerator) / step.denominator * slopes[text](x)
            orbit.append(x)
        gaps = [abs(orbit[-1] - orbit[-1 - k]) for k in range(1, period + 1)]
        assert gaps[-1] < mpmath.mpf(10) ** -20 < min(gaps[:-1])


@pytest.mark.parametrize(
    ("text", "slope", "start", "rate", "manner"),
    [
        ("x**4/4 - x**2/2", lambda x: x**3 - x, "3", "1", "oscillates"),
        ("x**3", lambda x: 3 * x**2, "-1/10", "1/10", "-oo"),
        ("x**2 - x**4", lambda x: 2 * x - 4 * x**3, "1", "1/10", r"\+oo"),
        ("-x**4", lambda x: -4 * x**3, "-1/2", "1/3", "-oo"),
    ],
)
def test_an_escape_is_proved_with_its_manner(text: str, slope: object, start: str, rate: str, manner: str) -> None:
    with pytest.raises(Diverges, match=manner):
        limit(descent(text, start, rate))
    x, turns, last = F(start), 0, 0
    for _ in range(200):
        x = (x - F(rate) * slope(x)).limit_denominator(10**12)
        turns, last = turns + (sign(x) != last), sign(x)
        if abs(x) > 10**6:
            break
    assert abs(x) > 10**6
    assert {"oscillates": turns > 1, "-oo": x < 0, r"\+oo": x > 0}[manner]


@pytest.mark.parametrize(
    ("text", "start", "rate", "place"),
    [
        ("x**4", "1", "1/10", 0),
        ("x**4", "1", "2/5", 0),  # it changes sides, and shrinks
        ("x**3", "1", "1/10", 0),  # an inflection, from above
        ("(x - 1/3)**6", "-1/2", "1/9", F(1, 3)),
        ("x**4/4 - x**3/3", "3/2", "1/5", 1),
        ("x**2 - x**4/10", "1/5", "1", 0),  # the rate 2/f''(0): the linear part alone would not decide
    ],
)
def test_a_flat_minimum_is_reached_in_the_limit(text: str, start: str, rate: str, place: Fraction) -> None:
    made = descent(text, start, rate)
    assert limit(made) == {"x": place} and converges(made).truth is Truth.TRUE
    near = values(made, 6)
    assert all(abs(b - place) < abs(a - place) for a, b in pairwise(near))


def test_what_the_theorem_of_shrinking_does_not_cover_is_not_claimed() -> None:
    assert shrinking_limit(descent("x**4", 1, "1/2")) is None  # 1 and -1 take turns
    assert shrinking_limit(descent("x**3", -1, "1/10")) is None
    assert shrinking_limit(descent("x**4", 1, "3/5")) is None
    assert shrinking_limit(descent("x**4", 1, "1/10", "momentum", beta="1/2")) is None
    with pytest.raises(Diverges, match="same 2 points"):
        limit(descent("x**4", 1, "1/2"))


def test_numbers_that_explode_or_vanish_are_answered_at_once() -> None:
    """Newton's method reaches 2**-(3**300), momentum on a quartic 2**(3**300): neither can be written down."""
    small = descent("x**4/4 - x**2/2", "1/3", method="newton")
    for n in (10, 300, 5000):
        side = enclose_at(small, n, 25)["x"]
        assert 0 < side.width <= F(1, 10**25) and side.lower <= 0 <= side.upper + F(1, 10**25)
    assert limit(small) == {"x": 0}
    large = descent("(x**2 - 4/3)**2 + (y - x)**2", {"x": "1/2", "y": -3}, "7/5", "nesterov", beta="9/10")
    exact = at(large, 8)
    far = nearest(large, 9)
    assert {float(x) for x in far.values()} <= {float("inf"), float("-inf")}
    assert all(abs(value) > 10**50 for value in exact.values())
    for word in (limit, lambda d: enclose_at(d, 300, 20)):
        with pytest.raises(Undecided):
            word(large)


def test_an_exact_value_of_many_digits_is_enclosed_by_short_ends() -> None:
    made = descent("x**4/4 - x**2/2", "1/3", "1/10")
    exact = at(made, 10)["x"]
    side = enclose_at(made, 10, 20)["x"]
    assert exact in side and side.width <= F(1, 10**20) and side.upper.denominator.bit_length() < 100
    assert exact.denominator.bit_length() > 20_000
