"""The word `steps_until`: what it takes, what it says, and processes other than quadratic descents."""

import time
from fractions import Fraction

import mpmath
import pytest

import infinitesimal as inf
from infinitesimal.arithmetic import Budget
from infinitesimal.errors import InputError, Undefined
from infinitesimal.limits.stopping import steps_until
from infinitesimal.optimization.stopping.rules import all_of, any_of, as_rule
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.races import race
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.truth import Truth


def test_the_worked_example() -> None:
    made = descent("9/2*(x-1)**2", start={"x": "14/9"}, rate="0.1")
    found = steps_until(made, "abs_dx", "1e-9")
    assert (found.steps, found.never, found.remaining) == (10, Truth.FALSE, Fraction(5, 9 * 10**10))
    assert found.not_before == 10 and found.hypotheses
    assert str(found) == "abs_dx<=1/1000000000 at step 10; 1/18000000000 remains"


NEVER = {
    "two points for ever": (descent("x**2", 1, 1), "abs_dx<=1e-9"),
    "diverges": (descent("x**2", 1, 2), "grad<=1e-9"),
    "constant drift": (descent("x", 1, 1), "abs_dx<1"),
    "less than 0": (descent("x**2", 0, "0.1"), "abs_dx<0"),
    "never arrives": (descent("x**2", 1, "0.1"), "grad<=0"),
    "limit is 0": (descent("x**2", 1, "0.1"), "rel_dx<=1/5"),
    "any fall": (descent("x**2", 1, "0.1"), "patience(3)"),
    "falls by the same": (descent("x", 1, 1), "patience(3)<=2"),
    "concave": (descent("-x**2", 1, 1), "patience(3)<=2"),
    "the largest multiplier all later ones": (descent("x**2 + y**2/2", 1, 1), "abs_dx<=1e-9"),
    "at every step, for ever": (descent("x**2 + y**2/2", 1, "0.1"), "patience(3)"),
    "repeat": (descent("x**4/4 - x**2 + 2*x", 0, method="newton"), "grad<=1e-9"),
}


@pytest.mark.parametrize("words", NEVER)
def test_never_has_a_reason(words: str) -> None:
    process, rule = NEVER[words]
    found = steps_until(process, rule)
    assert (found.steps, found.never, found.remaining) == (None, Truth.TRUE, None)
    assert words in found.reason
    assert "never" in str(found)


def test_a_constant_component_meets_its_tolerance_exactly() -> None:
    made = descent("x/3 + y**2", {"x": 0, "y": 1}, "3/10")  # steps of 1/10 in x; y = (2/5)**n, steps 3/2 y
    assert steps_until(made, "abs_dx", "1/10").steps == 3
    assert steps_until(made, "grad", "1/3").steps == 2
    for rule in ("abs_dx", "grad"):
        strict = steps_until(made, rule, "1/10" if rule == "abs_dx" else "1/3", strict=True)
        assert strict.never is Truth.TRUE
    assert steps_until(made, "grad", Fraction(1, 3) + Fraction(1, 10**40)).steps == 2


def test_what_is_met_at_once() -> None:
    assert steps_until(descent("x**2", 0, "0.1"), "abs_dx<=0").steps == 1
    assert steps_until(descent("x**2", 0, "0.1"), "grad<=0").steps == 0
    assert steps_until(descent("x**2", 0, "0.1"), "patience(4)").steps == 4
    assert steps_until(descent("x", 1, 1), "abs_dx<=1").steps == 1
    assert steps_until(descent("x**2", 5, "1/2"), "grad<=0").steps == 1
    assert steps_until(descent("x**2 + y**2", 5, method="steepest"), "grad<=0").steps == 1


def test_a_spent_budget_is_unknown_and_says_how_far_it_got() -> None:
    made = descent("x**2", 1, "1/(n+1)**3")  # it stops short of the minimum
    found = steps_until(made, "grad<=1e-9", budget=Budget(seconds=0.2))
    assert found.steps is None and found.never is Truth.UNKNOWN and found.not_before > 10
    assert "not decided" in str(found)
    growing = steps_until(descent("x**2/2", 3, "3/4", method="momentum", beta="5/4"), "abs_dx<=1e-12")
    assert growing.never is Truth.UNKNOWN and growing.not_before > 10**30


def test_no_search_is_longer_than_its_budget() -> None:
    made = descent("x**2/2 - x", 3, "0.1", method="momentum", beta="0.99999999")
    began = time.perf_counter()
    assert steps_until(made, "loss_diff<=1e-9", budget=Budget(seconds=0.3)).never is Truth.UNKNOWN
    assert time.perf_counter() - began < 3


def test_series_races_and_recurrences_have_steps() -> None:
    assert steps_until(zeno(), "abs_dx", Fraction(1, 2**20)).steps == 20
    assert steps_until(zeno(), "abs_dx", Fraction(1, 2**20), strict=True).steps == 21
    assert steps_until(geometric(1, "-1/3"), "abs_dx<=1").steps == 1
    assert steps_until(race(10, 1, 100), "abs_dx<=1e-6").steps == 9
    assert steps_until(race(10, 1, 100), "abs_dx<=1e-6").remaining == Fraction(1, 9 * 10**6) * 1
    assert steps_until(race(1, 1, 100), "abs_dx<=1e-6").never is Truth.TRUE
    # Fibonacci: |F(n+1) - F(n)| <= F(n+1)*2/5 first at 2 - 1 <= ... that is 1/3 of 3
    pair = recurrence({"a": "b", "b": "a + b"}, {"a": 1, "b": 1}, watch="b")
    assert steps_until(pair, "rel_dx<=2/5").steps == 2
    assert steps_until(pair, "abs_dx<1").never is Truth.TRUE


def test_terms_of_series_are_looked_at_without_summing() -> None:
    assert steps_until(series("1/n**2"), "abs_dx<=1e-12").steps == 10**6
    assert steps_until(series("1/n**2"), "abs_dx<1e-12").steps == 10**6 + 1
    assert steps_until(series("1/n**2", start=3), "abs_dx<=1e-12").steps == 10**6 - 2
    assert steps_until(series("1/factorial(n)"), "abs_dx<=1e-30").steps == 29
    assert steps_until(series("sin(n)"), "abs_dx<=1e-3").steps == 355
    assert steps_until(series("1/n**2"), "rel_dx<=1e-4").steps == next(
        n for n in range(1, 200) if Fraction(1, n * n) <= sum(Fraction(1, k * k) for k in range(1, n + 1)) / 10**4
    )
    with pytest.raises(Undefined, match="term 5"):
        steps_until(series("1/(n-5)"), "abs_dx<=1e-10")


def mp_count(step, gradient, loss, x, rule, tolerance) -> int:  # type: ignore[no-untyped-def]
    with mpmath.workdps(80):
        tolerance, x = mpmath.mpf(tolerance), mpmath.mpf(x)
        n, before = 0, None
        while True:
            if rule == "grad":
                size = abs(gradient(x))
            elif n:
                size = abs(loss(x) - loss(before)) if rule == "loss_diff" else abs(x - before)
                size = size / abs(x) if rule == "rel_dx" else size
            if (n or rule == "grad") and size <= tolerance:
                return n
            n, before = n + 1, x
            x = step(x, n)


LOSSES = {
    "exp(x) - 2*x": (lambda x: mpmath.exp(x) - 2, lambda x: mpmath.exp(x) - 2 * x),
    "softplus(-3*x) + x**2/4": (
        lambda x: -3 / (1 + mpmath.exp(3 * x)) + x / 2,
        lambda x: mpmath.log1p(mpmath.exp(-3 * x)) + x * x / 4,
    ),
    "x**4/4 - x": (lambda x: x**3 - 1, lambda x: x**4 / 4 - x),
}


@pytest.mark.parametrize("rule", ["grad", "abs_dx", "rel_dx", "loss_diff"])
@pytest.mark.parametrize("text", LOSSES)
@pytest.mark.parametrize("rate", ["1/10", "1/(n+3)", "1/n**2"])
def test_other_losses_and_rates_are_walked(text: str, rate: str, rule: str) -> None:
    gradient, loss = LOSSES[text]
    rates = {"1/10": lambda n: mpmath.mpf(1) / 10, "1/(n+3)": lambda n: mpmath.mpf(1) / (n + 3)}
    at = rates.get(rate, lambda n: mpmath.mpf(1) / n**2)
    tolerance = "1e-2" if rate == "1/n**2" and rule == "grad" else "1e-6"
    if rate == "1/n**2" and rule == "grad":
        tolerance = "1.5"  # it need not reach the minimum
    expected = mp_count(lambda x, n: x - at(n) * gradient(x), gradient, loss, "0.5", rule, tolerance)
    assert steps_until(descent(text, "0.5", rate), rule, tolerance).steps == expected


def test_combinations_and_their_text() -> None:
    made = descent("x**2", 1, "1/4")  # x = 2**-n, gradient 2**(1-n), steps 2**-n
    both = all_of("grad<=1e-3", "abs_dx<=1e-6")
    assert steps_until(made, both).steps == 20
    assert steps_until(made, any_of("grad<=1e-3", "abs_dx<=1e-6")).steps == 11
    assert steps_until(made, ["grad<=1e-3", "abs_dx<=1e-6"]).steps == 11
    assert steps_until(made, "grad<=1e-3 & abs_dx<=1e-6 | patience(2)<=1/100").steps == 6
    assert str(as_rule("grad<1 | abs_dx<=2 & rel_dx<=1/3")) == "grad<1 | abs_dx<=2 & rel_dx<=1/3"
    assert inf.steps_until(made, "grad<=1e-3") == steps_until(made, "grad", "1e-3")


WRONG = {
    "not one of": ("speed", "1"),
    "no tolerance": ("grad", None),
    "negative": ("grad", "-1"),
    "float": ("grad", 0.5),
    "not read": ("grad<=", None),
    "says its tolerance itself": ("grad<=1", "1"),
    "only patience has": ("grad(3)<=1", None),
    "strict form": ("patience(3)<1", None),
    "number of steps": ("patience", "1"),
    "cannot be joined": ("patience(3)<=1 & grad<=1", None),
    "give its text": (3, None),
}


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_rule_is_one_clear_error(words: str) -> None:
    rule, tolerance = WRONG[words]
    with pytest.raises(InputError, match=words):
        steps_until(descent("x**2", 1, "0.1"), rule, tolerance)


def test_rules_about_losses_need_a_loss_and_numbers() -> None:
    with pytest.raises(InputError, match="looks at a loss"):
        steps_until(zeno(), "grad<=1e-3")
    with pytest.raises(InputError, match="norm"):
        steps_until(descent("x**2", 1, "0.1"), "rel_dx<=1", norm="euclidean")
    with pytest.raises(InputError):
        steps_until(descent("a*x**2", 1, "0.1", parameters=["a"]), "grad<=1")
    with pytest.raises(InputError, match="start"):
        steps_until(descent("x**2", None, "0.1"), "grad<=1")
