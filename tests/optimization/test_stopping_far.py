"""Counts too far for plain fractions: rotations, near and far, against iteration in fixed point, and at any n."""

import random
import time
from fractions import Fraction

import mpmath
import pytest
from flint import fmpq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infinitesimal.interval import Interval
from infinitesimal.limits.stopping import steps_until
from infinitesimal.optimization.integer_logarithm import steps_below
from infinitesimal.optimization.stopping.patience import fires_at
from infinitesimal.optimization.stopping.rotation import first_in_interval
from infinitesimal.recurrences.descents import descent
from infinitesimal.truth import Truth

BITS = 256
CLEAR = 1 << 60
"""Sizes of the fixed-point iteration this close to the tolerance, in its last places, would prove nothing."""


def fixed_point_count(beta: Fraction, rate: Fraction, tolerance: Fraction, rule: str) -> int:
    """Momentum on (x - 1)**2/2 from 3, in integers over 2**BITS, rounded down at every step."""
    x, v, goal = 2 << BITS, 0, int(tolerance * 2**BITS)
    n = 0
    while True:
        size = abs(x) if rule == "grad" else abs(v)
        if n or rule == "grad":
            assert abs(size - goal) > CLEAR
            if size < goal:
                return n
        v = v * beta.numerator // beta.denominator - x * rate.numerator // rate.denominator
        x, n = x + v, n + 1


@pytest.mark.parametrize("rule", ["abs_dx", "grad"])
@pytest.mark.parametrize(
    ("beta", "rate", "tolerance"),
    [("0.999", "0.1", "1e-9"), ("0.9999", "0.1", "1e-9"), ("1", "1/5", "1e-5"), ("0.99999", "1.7", "1e-6")],
)
def test_a_rotation_that_shrinks_slowly_is_counted_as_it_is_in_fixed_point(
    beta: str, rate: str, tolerance: str, rule: str
) -> None:
    made = descent("x**2/2 - x", 3, rate, method="momentum", beta=beta)
    found = steps_until(made, rule, tolerance)
    assert found.steps == fixed_point_count(Fraction(beta), Fraction(rate), Fraction(tolerance), rule)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 300).flatmap(lambda m: st.tuples(*[st.integers(0, m - 1)] * 3, st.just(m))))
def test_the_first_multiple_in_an_interval_is_that_of_a_search(drawn: tuple[int, int, int, int]) -> None:
    step, a, b, modulus = drawn
    low, high = min(a, b), max(a, b)
    expected = next((k for k in range(modulus) if low <= k * step % modulus <= high), None)
    assert first_in_interval(step, modulus, low, high) == expected


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 40), st.integers(-1, 1), st.booleans())
@example(1, 1, 7, 0, True)
def test_an_integer_logarithm_is_that_of_repeated_products(p: int, more: int, k: int, off: int, strict: bool) -> None:
    ratio = fmpq(p, p + more)
    bound = ratio**k * (1 + fmpq(off, 10**9))
    power, expected = fmpq(1), 0
    while not (power < bound or (power == bound and not strict)):
        power, expected = power * ratio, expected + 1
    assert steps_below(ratio, bound, strict) == expected


def test_patience_by_thresholds_is_that_of_following_the_records() -> None:
    draw = random.Random(3)
    for _ in range(2000):
        patience = draw.randint(1, 6)
        thresholds = sorted(draw.randint(0, 30) for _ in range(patience))
        m, fired = 0, None
        while fired is None:
            gap = next((g for g in range(1, patience + 1) if m < thresholds[g - 1]), None)
            m, fired = (m, m + patience) if gap is None else (m + gap, None)
        assert fires_at(lambda g, t=thresholds: t[g - 1], patience, time.monotonic() + 9) == fired  # type: ignore[misc]


def test_a_count_of_ten_million_million_steps_is_the_logarithm() -> None:
    made = descent("x**2", 1, "1e-12")
    mpmath.mp.dps = 60
    try:
        exact = mpmath.log(mpmath.mpf(5) / 10**10) / mpmath.log(1 - mpmath.mpf(2) / 10**12)
        expected = int(mpmath.ceil(exact))
    finally:
        mpmath.mp.dps = 15
    began = time.perf_counter()
    found = steps_until(made, "grad", "1e-9")
    assert found.steps == expected == 10708206508743
    assert time.perf_counter() - began < 0.5
    assert steps_until(made, "grad", found_at(found.steps // 10**9)).steps == found.steps // 10**9


def found_at(n: int) -> Fraction:
    """The gradient 2 (1 - 2e-12)**n: met with equality at n, and at n + 1 when strict."""
    return 2 * (1 - Fraction(2, 10**12)) ** n


@pytest.mark.parametrize("n", [1, 17, 5000])
def test_equality_far_out_is_exact(n: int) -> None:
    made = descent("x**2", 1, "1e-12")
    assert steps_until(made, "grad", found_at(n)).steps == n
    assert steps_until(made, "grad", found_at(n), strict=True).steps == n + 1
    assert steps_until(made, "grad", found_at(n) * (1 - Fraction(1, 10**300))).steps == n + 1


def test_equality_in_two_dimensions_is_exact() -> None:
    made = descent("x**2/2 + y**2", {"x": 7, "y": 3}, "1/3")
    # the gradient is (7 (2/3)**n, 6 (1/3)**n)
    for n in (0, 1, 5, 40):
        assert steps_until(made, "grad", 7 * Fraction(2, 3) ** n).steps == n
        assert steps_until(made, "grad", 7 * Fraction(2, 3) ** n, strict=True).steps == n + 1


def test_an_immense_count_in_two_dimensions_is_the_logarithm() -> None:
    found = steps_until(descent("x**2 + 3*y**2", {"x": 1, "y": 5}, "1e-15"), "grad", "1e-9")
    assert found.steps is not None and found.never is Truth.FALSE
    slow = steps_until(descent("x**2", 1, "1e-15"), "grad", "1e-9")
    assert found.steps == slow.steps  # long after y has vanished


def test_what_remains_far_out_is_enclosed() -> None:
    for made in (descent("x**2", 1, "1e-12"), descent("x**2 + 3*y**2", {"x": 1, "y": 5}, "1e-12")):
        found = steps_until(made, "grad", "1e-9")
        left = found.remaining
        assert isinstance(left, Interval) and found.steps is not None
        with mpmath.workdps(60):
            exact = (1 - mpmath.mpf(2) / 10**12) ** found.steps
            assert abs(mpmath.mpf(left.lower.numerator) / left.lower.denominator / exact - 1) < mpmath.mpf(10) ** -17
            assert abs(mpmath.mpf(left.upper.numerator) / left.upper.denominator / exact - 1) < mpmath.mpf(10) ** -17
        assert left.lower < left.upper
