"""Enclosed and rounded values beside exact ones."""

import time
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.arithmetics.floating.format import FORMATS, Format, binary16, binary64, e4m3, e4m3fn
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.interval import Interval
from infinitesimal.limits.enclosures import enclose
from infinitesimal.limits.far_values import nearest
from infinitesimal.limits.values import at
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import series, zeno
from tests.strategies.recurrences import Affine, affine_processes, rationals

F = Fraction
FLUSHING = Format(8, -6, 7, subnormals=False)


def scalar(r: object, c: object, x: object) -> object:
    return recurrence({"x": f"const({F(r)})*x + const({F(c)})"}, {"x": F(x)})


def same(found: object, expected: object) -> bool:
    return found.bits == expected.bits  # type: ignore[attr-defined]


@settings(deadline=None, max_examples=300)
@given(rationals(), rationals(), rationals(), st.integers(0, 60), st.sampled_from([*FORMATS.values(), FLUSHING]))
@example(F(1, 2), F(0), F(1), 25, binary16)  # half of the smallest number: a tie that goes to zero
@example(F(1, 2), F(0), F(3), 25, binary16)  # a tie that goes to even
@example(F(-1, 2), F(0), F(-1), 27, binary16)  # a small negative number
@example(F(1, 2), F(1), F(1), 11, binary16)  # 2 - 2**-11, a tie
@example(F(2), F(1), F(0), 5, e4m3)
@example(F(4, 3), F(0), F(1), 60, e4m3fn)
@example(F(0), F(0), F(-1), 1, binary64)
@example(F(-1), F(0), F(1), 7, binary64)
@example(F(1), F(1, 3), F(0), 3, binary64)
def test_a_rounded_value_is_the_exact_one(r: Fraction, c: Fraction, x: Fraction, n: int, format: Format) -> None:
    made = scalar(r, c, x)
    assert same(nearest(made, n, format), format(at(made, n)))


@settings(deadline=None, max_examples=100)
@given(affine_processes(dimensions=(2, 4), degree=1), st.integers(0, 30), st.sampled_from([binary16, binary64]))
def test_several_components_are_rounded_alike(process: Affine, n: int, format: Format) -> None:
    made = process.recurrence()
    exact, found = at(made, n), nearest(made, n, format)
    assert set(found) == set(exact)
    assert all(same(found[name], format(value)) for name, value in exact.items())


@settings(deadline=None, max_examples=100)
@given(affine_processes(dimensions=(1, 4), degree=1), st.integers(0, 30), st.integers(1, 40))
def test_an_enclosure_contains_the_value_and_is_narrow(process: Affine, n: int, digits: int) -> None:
    made = process.recurrence()
    exact, found = at(made, n), enclose(made, digits, n)
    for name in made.names:
        value, interval = (exact[name], found[name]) if len(made.names) > 1 else (exact, found)
        assert value in interval and interval.width <= F(1, 10**digits)


def test_far_values_are_those_of_independent_formulas() -> None:
    n = 10**12
    made = descent("17*x**2/2 + x", "3/7", "2/17 - 1e-13")  # r = -1 + 17e-13
    found = enclose(made, 40, n)["x"]
    with mpmath.workdps(80):
        r, rest = mpmath.mpf(1) - mpmath.mpf(17) / 10**13, -mpmath.mpf(1) / 17
        value = rest + (mpmath.mpf(3) / 7 - rest) * mpmath.exp(n * mpmath.log(r))  # n is even
        shown = sympy.Rational(mpmath.nstr(value, 60))
    assert abs(F(int(shown.p), int(shown.q)) - found.middle) < F(1, 10**39)
    assert nearest(made, n) == {"x": binary64(found.middle)}
    grown = enclose(recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, "x"), 5, 1000)
    assert grown.width <= F(1, 10**5) and int(sympy.fibonacci(1000)) in grown


def test_the_boundary_is_decided_at_any_distance() -> None:
    """1 + 2**-53 is a tie; ever so little beside it decides."""
    tie = 1 + F(1, 2**53)
    assert same(nearest(scalar(F(1, 3), tie * F(2, 3), tie), 10**9), binary64(1))
    above = nearest(scalar(F(1, 3), tie * F(2, 3), tie + F(1, 7)), 10**4)
    below = nearest(scalar(F(1, 3), tie * F(2, 3), tie - F(1, 7)), 10**4)
    assert above.exact == 1 + F(1, 2**52) and below.exact == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 40), st.sampled_from([F(1, 7), F(-5, 3)]), st.sampled_from([F(1, 3), F(-3, 5), F(7, 3)]))
def test_a_tie_met_on_the_way_is_seen(n: int, rest: Fraction, r: Fraction) -> None:
    """x* + e r**n is a tie at this n, though neither part is a number that balls have exactly."""
    tie = 1 + F(3, 2**53)
    made = scalar(r, rest * (1 - r), rest + (tie - rest) / r**n)
    assert at(made, n) == tie and nearest(made, n).exact == 1 + F(1, 2**51)
    far = scalar(r, rest * (1 - r), rest + (F(1, 2**1075) - rest) / r**n)
    assert nearest(far, n).hex() == "0x0.0p+0" and nearest(far, n).exact == 0


def test_a_tie_that_stays_for_ever_in_coupled_components_is_seen() -> None:
    tie = 1 + F(1, 2**53)
    back = recurrence({"x": "-(x + 2*y)/3", "y": "-(2*x + y)/3"}, {"x": tie, "y": tie}, ["x"])
    began = time.perf_counter()
    assert nearest(back, 10**12).exact == 1 and nearest(back, 10**12 + 1).exact == -1
    assert time.perf_counter() - began < 2


def test_a_tie_that_stays_for_ever_in_several_components_is_seen() -> None:
    tie = 1 + F(1, 2**53)
    made = recurrence({"x": "x", "y": "3/7*y + 1", "z": "y - z"}, {"x": tie, "y": 5, "z": 1}, ["x"])
    assert nearest(made, 10**12).exact == 1
    turn = recurrence({"x": "y", "y": "x", "z": "2/3*z"}, {"x": tie, "y": -3 * tie, "z": 1}, ["x", "y"])
    assert [value.exact for value in nearest(turn, 10**12 + 1).values()] == [binary64(-3 * tie).exact, 1]


def test_zeros_and_infinities_have_their_signs() -> None:
    shrinking = scalar(F(-1, 3), 0, 1)
    assert nearest(shrinking, 10**12 + 1).hex() == "-0x0.0p+0" and nearest(shrinking, 10**12).hex() == "0x0.0p+0"
    growing = scalar(-3, 0, 1)
    assert nearest(growing, 10**12).exact == float("inf") and nearest(growing, 10**12 + 1).exact == -float("inf")
    assert nearest(scalar(F(1, 3), 0, 0), 10**12).hex() == "0x0.0p+0"


def test_the_shape_is_that_of_at() -> None:
    assert nearest(zeno(), 3).exact == F(7, 8)
    assert set(nearest(descent("x**2 + y**2", 1, "1/4"), 3, "binary32")) == {"x", "y"}
    assert set(enclose(descent("x**2", 1, "1/4"), 9, 3)) == {"x"}
    assert isinstance(enclose(zeno(), 9, 3), Interval)


def test_other_processes_are_rounded_from_their_exact_values() -> None:
    made = descent("x**4/4", "1/2", "1/10")
    assert nearest(made, 5) == {"x": binary64(at(made, 5)["x"])}
    assert enclose(made, 5, 5)["x"].width == 0
    assert nearest(series("1/n"), 4) == binary64("25/12")


def test_irrational_steps_and_exploding_digits_are_walked_in_balls() -> None:
    made = descent("softplus(-3*x) + x**2/4", 1, "1/2")
    with mpmath.workdps(60):
        x = mpmath.mpf(1)
        for _ in range(40):
            x = x - (x / 2 - 3 / (1 + mpmath.exp(3 * x))) / 2
        shown = sympy.Rational(mpmath.nstr(x, 50))
        value = F(int(shown.p), int(shown.q))
    found = enclose(made, 30, 40)["x"]
    assert found.width <= F(1, 10**30) and abs(found.middle - value) < F(2, 10**30)
    assert nearest(made, 40) == {"x": binary64(value)}
    steep = descent("x**4/4", "1/2", "1/10")
    exact = at(steep, 10)["x"]
    assert nearest(steep, 10) == {"x": binary64(exact)}
    far, later = nearest(steep, 60)["x"].exact, enclose(steep, 30, 60)["x"]
    assert later.width <= F(1, 10**30) and abs(far - later.middle) < F(1, 2**53)


def test_the_limit_of_a_descent_is_enclosed() -> None:
    assert enclose(descent("(x - 1)**2", 5, "1/4"), 9) == {"x": Interval(F(1), F(1))}
    found = enclose(descent("x**2/2", 1, "1/(2*n**2)"), 40)["x"]
    exact = sympy.Rational(str((sympy.sqrt(2) / sympy.pi * sympy.sin(sympy.pi / sympy.sqrt(2))).evalf(60)))
    assert found.width <= F(1, 10**40) and abs(found.middle - F(int(exact.p), int(exact.q))) < F(1, 10**39)


def test_what_cannot_be_answered_is_refused_at_once() -> None:
    began = time.perf_counter()
    with pytest.raises(BudgetSpent, match="bits before the point"):
        enclose(scalar(3, 0, 1), 5, 10**12)
    for wrong in (-1, "3", 0.5, True, None):
        with pytest.raises(InputError):
            nearest(zeno(), wrong)
    with pytest.raises(InputError, match="format"):
        nearest(zeno(), 3, 64)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="parameters"):
        nearest(recurrence({"x": "r*x"}, {"x": 1}), 3)
    assert time.perf_counter() - began < 2
