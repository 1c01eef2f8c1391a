"""Rigorous walks, certified minima, ranges of Hessians and contractions, beside mpmath at high precision."""

from fractions import Fraction
from itertools import islice
from typing import Any

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from infinitesimal.errors import BudgetSpent, InputError, Undecided
from infinitesimal.interval import Interval
from infinitesimal.limits.values import at
from infinitesimal.optimization.convergence.contraction import contraction
from infinitesimal.optimization.convergence.descent_enclosures import convergence_of, descent_enclosure
from infinitesimal.optimization.convergence.hessians import hessian_range, shape
from infinitesimal.optimization.convergence.interval_newton import certified_minimum
from infinitesimal.optimization.convergence.kinks import affine_kinks, kinks_at
from infinitesimal.optimization.convergence.mean_value import enclosure_at, walk
from infinitesimal.optimization.convergence.minima import Minimum, NoMinimum, minimum
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.losses import loss
from infinitesimal.truth import Truth


def contains(side: Interval, value: Any) -> bool:
    """Whether a value of mpmath is in an interval, with the last digits of mpmath left out of account."""
    slack = mpmath.mpf(10) ** (-mpmath.mp.dps + 8)
    lower, upper = (mpmath.mpf(x.numerator) / x.denominator for x in (side.lower, side.upper))
    return bool(lower - slack <= value <= upper + slack)


GRADIENTS = {
    "softplus(-3*x) + x**2/4": lambda x: -3 / (1 + mpmath.exp(3 * x)) + x / 2,
    "log(cosh(x)) + x**2/10": lambda x: mpmath.tanh(x) + x / 5,
    "exp(x) - 2*x": lambda x: mpmath.exp(x) - 2,
    "-cos(x)": mpmath.sin,
    "sqrt(1 + x**2)": lambda x: x / mpmath.sqrt(1 + x**2),
    "x*atan(x)": lambda x: mpmath.atan(x) + x / (1 + x**2),
    "abs(x - 1/3) + x**2/10": lambda x: mpmath.sign(x - mpmath.mpf(1) / 3) + x / 5,
    "relu(x - 1/2)**2 + x**2/2": lambda x: 2 * max(x - 0.5, 0) + x,
}


@pytest.mark.parametrize("text", GRADIENTS)
@pytest.mark.parametrize("steps", [0, 1, 2, 17, 150])
def test_a_walk_contains_what_many_digits_show(text: str, steps: int) -> None:
    found = enclosure_at(descent(text, {"x": "7/5"}, "1/5").recurrence, steps, 25)["x"]
    with mpmath.workdps(80):
        x = mpmath.mpf(7) / 5
        for _ in range(steps):
            x -= GRADIENTS[text](x) / 5
        assert contains(found, x)
    assert found.width <= Fraction(1, 10**25)


@settings(deadline=None, max_examples=40)
@given(st.fractions(-2, 2, max_denominator=20), st.fractions(-2, 2, max_denominator=20), st.integers(0, 12))
def test_walks_of_polynomials_contain_the_exact_values(a: Fraction, b: Fraction, steps: int) -> None:
    for method, more in (("gradient", {}), ("momentum", {"beta": "1/2"}), ("nesterov", {"beta": "1/3"})):
        made = descent("x**2*y**2/8 + (x - y)**2 + y**2", {"x": a, "y": b}, "1/10", method, **more)
        exact = at(made, min(steps, 5))
        found = enclosure_at(made.recurrence, min(steps, 5), 20)
        assert all(exact[name] in found[name] for name in exact)


def test_a_box_across_a_jump_is_taken_as_a_whole() -> None:
    made = descent("abs(x - 1/3) + x**2/10", {"x": "1/3"}, "1/5")  # no binary number is 1/3: the box lies on both sides
    with ctx.workprec(64):
        for n, (x,) in zip(range(12), walk(made.recurrence), strict=False):
            exact = at(made, n)["x"]
            assert x.overlaps(arb(exact.numerator) / exact.denominator)


def test_a_walk_keeps_its_precision_and_a_naive_ball_does_not() -> None:
    made = descent("softplus(-3*x) + x**2/4", 3, "0.4")
    with ctx.workprec(64):
        state = next(islice(walk(made.recurrence), 2000, None))
    assert state[0].rel_accuracy_bits() > 50
    from infinitesimal.arithmetics.balls import balls
    from infinitesimal.runs.run import run

    naive = run(made, balls(64), steps=2000).halt.value
    assert not isinstance(naive, Interval) or naive.width > 1


def test_inertia_does_not_widen_a_box_for_ever() -> None:
    made = descent("softplus(y - 3*x) + x**2/4 + x**2*y**2 + y**2", {"x": 3, "y": 1}, "1/10", "momentum", beta="9/10")
    with ctx.workprec(96):
        last = next(islice(walk(made.recurrence), 1000, None))
    assert all(x.rad() < arb(2) ** -70 for x in last)


MINIMA = {
    "exp(x) - 2*x": lambda: mpmath.log(2),
    "x**2 - 2*x + 5": lambda: mpmath.mpf(1),
    "x - log(x)": lambda: mpmath.mpf(1),
    "softplus(x) - x/3": lambda: -mpmath.log(2),
    "cosh(x - 1/7)": lambda: mpmath.mpf(1) / 7,
    "-cos(x) + x/2": lambda: -mpmath.pi / 6,
}


@pytest.mark.parametrize("text", MINIMA)
@pytest.mark.parametrize("digits", [5, 60, 1000])
def test_certified_minima_are_those_known_in_closed_form(text: str, digits: int) -> None:
    found = certified_minimum(loss(text), {"x": Fraction(1, 2)}, digits)
    with mpmath.workdps(digits + 30):
        assert contains(found.place["x"], MINIMA[text]())
    assert found.place["x"].width <= Fraction(1, 10**digits)
    assert found.unique_in["x"].lower < found.place["x"].middle < found.unique_in["x"].upper


def test_a_minimum_in_two_variables() -> None:
    found = certified_minimum(loss("(1 - x)**2 + 100*(y - x**2)**2"), {"x": Fraction(-1), "y": Fraction(2)}, 50)
    assert all(Fraction(1) in side for side in found.place.values())
    assert Fraction(0) in found.value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("abs(x - 1/3) + x**2/10", Fraction(1, 3)),
        ("x**2 + abs(x)", Fraction(0)),
        ("3*relu(1/2 - x) + x", Fraction(1, 2)),
    ],
)
def test_a_minimum_at_a_kink_is_exact(text: str, place: Fraction) -> None:
    assert certified_minimum(loss(text), {"x": Fraction(2)}).place["x"] == Interval(place, place)
    assert place in affine_kinks(loss(text), "x") and kinks_at(loss(text), {"x": place})


@pytest.mark.parametrize("text", ["x**4", "x", "x**2 - abs(x)", "log(x)", "x**3", "relu(x)", "sin(x)**4"])
def test_what_is_no_strict_regular_minimum_is_not_certified(text: str) -> None:
    with pytest.raises(Undecided):
        certified_minimum(loss(text), {"x": Fraction(0)})


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(GRADIENTS)[1:]), st.fractions(-3, 3, max_denominator=8), st.fractions(0, 2), st.floats(0, 1)
)
def test_the_range_of_the_second_derivative_contains_its_values(
    text: str, low: Fraction, width: Fraction, share: float
) -> None:
    found = hessian_range(loss(text), {"x": (low, low + width)})
    if found is None:
        assert affine_kinks(loss(text), "x")
        return
    x = mpmath.mpf(low.numerator) / low.denominator + mpmath.mpf(share) * width.numerator / width.denominator
    second = mpmath.diff(GRADIENTS[text], x)
    assert float(found.lower) - 1e-6 <= second <= float(found.upper) + 1e-6


CONVEX = [
    "x**4/4",
    "softplus(1 - 3*x) + y**2/20",
    "log(exp(x) + exp(-x))",
    "log(cosh(x))",
    "-log(x)",
    "abs(x - 1) + relu(y)",
    "(x - y)**2 + (x + y)**4",
    "exp(x) - 2*x",
    "x**4 - 4*x**3 + 6*x**2",
    "-sqrt(1 + x)",
    "relu(x)**2",
]
NOT_CONVEX = [
    "x*y",
    "x**3",
    "x**4 - x**2",
    "x**2 + sin(3*x)**2/8",
    "-cos(x)",
    "x**2*y**2 + x**2 + y**2",
    "x**2 - 3*x*y + y**2",
]


@pytest.mark.parametrize("text", CONVEX)
def test_convex_losses_are_proved_convex(text: str) -> None:
    assert shape(loss(text)).truth is Truth.TRUE


@pytest.mark.parametrize("text", NOT_CONVEX)
def test_losses_that_bend_down_have_a_witness(text: str) -> None:
    found = shape(loss(text))
    assert found.truth is Truth.FALSE and found.witness is not None
    whole = {name: mpmath.mpf(v.numerator) / v.denominator for name, v in found.witness.items()}
    f = mpmath_function(text)
    names = sorted(whole)
    with mpmath.workdps(60):
        point = tuple(whole[name] for name in names)
        size = len(names)
        matrix = mpmath.matrix(size, size)
        for i in range(size):
            for j in range(size):
                orders = [0] * size
                orders[i] += 1
                orders[j] += 1
                matrix[i, j] = mpmath.diff(f, point, tuple(orders))
        assert min(mpmath.eigsy(matrix, eigvals_only=True)) < 0


def mpmath_function(text: str) -> Any:
    """A loss as a function of mpmath numbers, in the sorted order of its variables."""
    from infinitesimal.terms.term import fold

    made = loss(text)

    class Numbers:
        const = staticmethod(lambda v: mpmath.mpf(v.numerator) / v.denominator)
        add = staticmethod(lambda a, b: a + b)
        sub = staticmethod(lambda a, b: a - b)
        mul = staticmethod(lambda a, b: a * b)
        div = staticmethod(lambda a, b: a / b)
        neg = staticmethod(lambda a: -a)
        pow = staticmethod(lambda a, k: a**k)
        function = staticmethod(lambda name, a: getattr(mpmath, name)(a))

    return lambda *xs: fold(made.term, Numbers(), dict(zip(made.names, xs, strict=True)).__getitem__)


def test_convexity_on_a_box() -> None:
    assert shape(loss("-cos(x)"), {"x": (Fraction(-1), Fraction(1))}).truth is Truth.TRUE
    assert shape(loss("-cos(x)"), {"x": (Fraction(0), Fraction(3))}).truth is Truth.FALSE
    with pytest.raises(InputError, match="no side"):
        shape(loss("x*y"), {"x": (Fraction(0), Fraction(1))})


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("softplus(-3*x) + x**2/4", 3, "2/5"),
        ("exp(x) - 2*x", 0, "1/10"),
        ("-cos(x)", 1, "1/2"),
        ("log(cosh(x)) + x**2/10", 5, 1),
    ],
)
def test_a_contraction_bounds_the_distance_that_is_left(text: str, start: int, rate: str) -> None:
    made = descent(text, start, rate)
    found = contraction(made)
    assert found.truth is Truth.TRUE and found.factor < 1
    limit = certified_minimum(made.loss, {"x": Fraction(start)}, 40).place["x"]
    for n in (found.entered, found.entered + 1, found.entered + 7, found.entered + 40):
        here = enclosure_at(made.recurrence, n, 40)["x"]
        away = max(here.upper - limit.lower, limit.upper - here.lower)
        assert away <= found.bound(n) + Fraction(1, 10**39)


@pytest.mark.parametrize(
    ("rate", "truth"), [("1/10", Truth.TRUE), ("1/4", Truth.TRUE), ("1/2", Truth.UNKNOWN), ("5", Truth.UNKNOWN)]
)
def test_the_contraction_lemma_on_an_interval(rate: str, truth: Truth) -> None:
    found = contraction(descent("exp(x) - 2*x", rate=rate), {"x": (-1, 2)})
    assert found.truth is truth
    assert all(str(h) for h in found.hypotheses)
    if truth is Truth.TRUE:  # every start in the region gets closer by the factor
        for start in (Fraction(-1), Fraction(1, 3), Fraction(2)):
            x, step = mpmath.mpf(start.numerator) / start.denominator, float(Fraction(rate))
            if abs(x - mpmath.log(2)) > float(found.constant):
                continue
            for _ in range(5):
                new = x - step * (mpmath.exp(x) - 2)
                assert abs(new - mpmath.log(2)) <= float(found.factor) * abs(x - mpmath.log(2)) + 1e-12
                x = new


@pytest.mark.parametrize("text", ["x**4", "x**2/2 - cos(x)*0 + x**4*0 - x**2/2 + x**6", "abs(x) + x**2"])
def test_slow_or_kinked_minima_are_unknown_not_false(text: str) -> None:
    assert contraction(descent(text, 1, "1/10")).truth is Truth.UNKNOWN


def test_enclosures_for_any_number_of_updates() -> None:
    made = descent("exp(x) - 2*x", 0, "1/10")
    with mpmath.workdps(80):
        for n in (20_000, 20_001, 10**12, None):
            found = descent_enclosure(made, 50, n)["x"]
            assert contains(found, mpmath.log(2)) and found.width <= Fraction(1, 10**50)
    verdict = convergence_of(made)
    assert verdict.truth is Truth.TRUE and verdict.test == "contraction theorem"
    assert convergence_of(descent("x**4", 1, "1/10")).truth is Truth.UNKNOWN
    with pytest.raises(Undecided):
        descent_enclosure(descent("x**4", 1, "1/10"), 10, 10**9)


def test_an_enclosure_far_out_has_room_for_the_way_that_is_left() -> None:
    made = descent("exp(x) - 2*x", 0, "1/2000")
    found = descent_enclosure(made, 4, 20_001)["x"]
    with mpmath.workdps(30):
        x = mpmath.mpf(0)
        for _ in range(20_001):
            x -= (mpmath.exp(x) - 2) / 2000
        assert contains(found, x) and mpmath.log(2) - x > mpmath.mpf(10) ** -10
    with pytest.raises(BudgetSpent, match="20000"):
        descent_enclosure(descent("exp(x) - 2*x", 0, "1/1000000"), 8, 20_001)


def test_a_step_that_overshoots_may_stay_in_the_interval_all_the_same() -> None:
    found = contraction(descent("exp(x) - 2*x", rate="1/4"), {"x": (-1, 2)})
    assert Fraction(169314, 10**5) < found.constant < Fraction(169315, 10**5)  # 1 + log 2, the farthest start


def test_several_variables_and_inertia_contract() -> None:
    for method, more in (("gradient", {}), ("momentum", {"beta": "9/10"}), ("nesterov", {"beta": "1/2"})):
        made = descent("softplus(y - 3*x) + x**2/4 + x**2*y**2 + y**2", {"x": 3, "y": 1}, "1/10", method, **more)
        found = contraction(made)
        assert found.truth is Truth.TRUE
        a, b = descent_enclosure(made, 20, 1_500), descent_enclosure(made, 20, 10**9)
        assert all(abs(a[name].middle - b[name].middle) <= Fraction(2, 10**20) for name in a)


def test_parameters_and_changing_rates_are_refused() -> None:
    with pytest.raises(InputError, match="parameters"):
        contraction(descent("a*x**2", 1, "1/10", parameters=("a",)))
    with pytest.raises(InputError, match="depends on n"):
        contraction(descent("x**2 + exp(x)", 1, "1/n"))


@pytest.mark.parametrize(
    "text", ["x*log(x)", "x*log(x) - x", "x*log(x) + y*log(y)", "sqrt(1 + x**2)", "sqrt(x**2 + 2*y**2)"]
)
def test_convexity_is_that_of_the_domain(text: str) -> None:
    assert shape(loss(text)).truth is Truth.TRUE


@pytest.mark.parametrize(("text", "name"), [("log(x)", "x"), ("x*log(y)", "y"), ("sqrt(x)", "x")])
def test_a_witness_is_where_the_loss_has_a_value(text: str, name: str) -> None:
    found = shape(loss(text))
    assert found.truth is not Truth.TRUE
    assert found.witness is None or found.witness[name] > 0


def test_there_is_no_minimum_where_the_loss_has_no_value() -> None:
    """The slope 1 - 1/x of x - log(x) has values at negative x, and the loss has none."""
    with pytest.raises(Undecided):
        certified_minimum(loss("-x - log(x)"), {"x": Fraction(-1)})


def test_polynomials_that_turn_once_have_exact_minima() -> None:
    assert minimum("(x - 1/3)**4 + 2") == Minimum({"x": Fraction(1, 3)}, Fraction(2))
    assert minimum("x**4/4 - 8*x").point == {"x": Fraction(2)}
    for text, side in (("x**3", -1), ("-2*x**5", 1), ("x**2 - x**4", 1)):
        with pytest.raises(NoMinimum) as caught:
            minimum(text)
        assert caught.value.direction == {"x": side}
