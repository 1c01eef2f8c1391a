"""Limits of descents on losses that are not quadratic: proved, and exact where they are rational."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinitesimal.errors import Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.certified_descents import certified_limit, is_certifiable, simplest_in
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.limit import converges, limit
from infinitesimal.limits.values import values
from infinitesimal.recurrences.descents import descent
from infinitesimal.truth import Truth


@pytest.mark.parametrize(
    ("text", "start", "place"),
    [
        ("(x**2 - 1)**2", "1/2", Fraction(1)),
        ("(x**2 - 1)**2", "-1/2", Fraction(-1)),
        ("x**4/4 - 8*x", "3/2", Fraction(2)),
        ("x**4/4 + x**2/2 - 10*x", 1, Fraction(2)),
        ("abs(3*x - 1) + 5*x**2", 1, Fraction(3, 10)),
        ("abs(3*x - 1) + x**2", 1, None),
        ("x + 1/x", "3/2", Fraction(1)),
        ("(3*x - 2)**2 + (3*x - 2)**4", 1, Fraction(2, 3)),
    ],
)
def test_a_rational_limit_is_exact(text: str, start: object, place: Fraction | None) -> None:
    made = descent(text, start, "1/50")
    if place is None:  # a kink: the step jumps about it, and no contraction is claimed
        with pytest.raises(Undecided):
            limit(made)
        return
    assert limit(made) == {"x": place}
    assert converges(made).truth is Truth.TRUE
    near = values(descent(text, start, "1/50"), 5)
    assert abs(near[-1] - place) < abs(near[0] - place)


def test_an_irrational_limit_is_enclosed_and_says_so() -> None:
    made = descent("exp(x) - 2*x", 0, "1/10")
    with pytest.raises(Undecided, match=r"converges.*0\.69314718"):
        limit(made)
    found = enclose(made, 40)["x"]
    with mpmath.workdps(60):
        assert mpmath.mpf(found.lower.numerator) / found.lower.denominator <= mpmath.log(2)
        assert mpmath.log(2) <= mpmath.mpf(found.upper.numerator) / found.upper.denominator
    assert found.width <= Fraction(1, 10**40)
    assert enclose(made, 40, n=10**12)["x"].width <= Fraction(1, 10**40)


def test_what_is_not_proved_is_unknown() -> None:
    assert converges(descent("x**2*y**2 + x**4 + y**4", 1, "1/10")).truth is Truth.UNKNOWN
    assert not is_certifiable(descent("x**2", 1, "1/10"))
    assert not is_certifiable(descent("x**4", rate="1/10"))
    assert not is_certifiable(descent("x**4", 1, "1/n"))


def test_two_variables() -> None:
    made = descent("(x - 1)**2 + (x - 1)**4 + (x - y)**2", {"x": 2, "y": 0}, "1/50")
    assert certified_limit(made) == {"x": 1, "y": 1}


@given(st.fractions(-5, 5, max_denominator=60), st.fractions(0, 2, max_denominator=60))
def test_the_simplest_fraction_of_an_interval(low: Fraction, width: Fraction) -> None:
    found = simplest_in(Interval(low, low + width))
    assert low <= found <= low + width
    for bottom in range(1, found.denominator):
        assert low.numerator * bottom // low.denominator == (low + width) * bottom // 1 and (low * bottom) % 1
