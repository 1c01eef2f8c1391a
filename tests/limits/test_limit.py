"""Limits, what remains before them, and how many steps are enough."""

from fractions import Fraction

import pytest
import sympy
from flint import fmpq
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from infinitesimal.errors import Diverges, InputError, Undecided
from infinitesimal.limits.enough import enough
from infinitesimal.limits.exponential_limits import all_roots_inside
from infinitesimal.limits.limit import limit
from infinitesimal.limits.remainders import partial_sum, remainder
from infinitesimal.limits.values import at, steps, values
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.races import race
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from tests.strategies.recurrences import Affine, affine_processes, in_sympy, rationals

F = Fraction
inside = rationals(8, 9).filter(lambda r: abs(r) < 1)


def ratio_text(r: Fraction) -> str:
    return f"const({r})"


@settings(deadline=None, max_examples=80)
@given(inside, rationals(), rationals())
def test_an_affine_process_that_contracts_goes_to_its_fixed_point(r: Fraction, c: Fraction, x: Fraction) -> None:
    found = limit(recurrence({"x": f"{ratio_text(r)}*x + {ratio_text(c)}"}, {"x": x}))
    assert found == r * found + c == c / (1 - r) and type(found) is Fraction


@pytest.mark.parametrize("ratio", [1, -1, 2, -2, F(3, 2), F(-3, 2), F(10**20 + 1, 10**20), F(-(10**20) - 1, 10**20)])
def test_a_geometric_series_diverges_on_and_outside_the_unit_circle(ratio: Fraction) -> None:
    with pytest.raises(Diverges, match="no limit"):
        limit(geometric(1, ratio))
    assert limit(geometric(0, ratio)) == 0


@pytest.mark.parametrize("ratio", [F(10**20 - 1, 10**20), F(1 - 10**20, 10**20), F(0)])
def test_a_geometric_series_converges_inside(ratio: Fraction) -> None:
    assert limit(geometric(3, ratio)) == 3 / (1 - ratio)


@pytest.mark.parametrize(
    ("step", "start", "manner"),
    [
        ({"x": "-x"}, {"x": 1}, "oscillates without settling"),
        ({"x": "-x + 1"}, {"x": 1}, "oscillates without settling"),
        ({"x": "-2*x"}, {"x": 1}, "growing"),
        ({"x": "2*x"}, {"x": 1}, "+oo"),
        ({"x": "2*x"}, {"x": -1}, "-oo"),
        ({"x": "x + 1"}, {"x": 0}, "+oo"),
        ({"x": "x - 1/10**9"}, {"x": 0}, "-oo"),
        ({"x": "x/2 + n"}, {"x": 0}, "+oo"),
        ({"x": "-x + n"}, {"x": 0}, "no limit"),
        ({"x": "3/5*x - 4/5*y", "y": "4/5*x + 3/5*y"}, {"x": 1, "y": 0}, "unit circle"),
        ({"x": "y", "y": "x + y"}, {"x": 0, "y": 1}, "unit circle"),
        ({"x": "y", "y": "-x"}, {"x": 1, "y": 0}, "unit circle"),
        ({"x": "y", "y": "-x - y"}, {"x": 1, "y": 0}, "unit circle"),
        ({"x": "x + y", "y": "y"}, {"x": 0, "y": 1}, "+oo"),
        ({"x": "y", "y": "4*x"}, {"x": 1, "y": 0}, "oscillates"),
        ({"x": "y", "y": "z", "z": "x + y + z"}, {"x": 0, "y": 0, "z": 1}, "unit circle"),
        ({"x": "-x", "y": "2*y"}, {"x": 1, "y": 1}, "+oo"),  # what grows is named before what swings
        (
            {"x": "y", "y": "-x + z", "z": "w", "w": "-z"},
            {"x": 0, "y": 0, "z": 1, "w": 0},
            "grows without bound: the start excites a multiple eigenvalue",
        ),
    ],
)
def test_what_has_no_limit_diverges_and_says_how(step: dict, start: dict, manner: str) -> None:
    with pytest.raises(Diverges) as caught:
        limit(recurrence(step, start))
    assert manner in str(caught.value)


def test_a_process_that_would_diverge_from_elsewhere_may_rest() -> None:
    assert limit(recurrence({"x": "2*x - 3"}, {"x": 3})) == 3
    assert limit(recurrence({"x": "x"}, {"x": "2/3"})) == F(2, 3)
    assert limit(recurrence({"x": "y", "y": "x + y"}, {"x": 0, "y": 0})) == {"x": 0, "y": 0}
    assert limit(recurrence({"x": "x/2", "y": "3*y"}, {"x": 1, "y": 1}, watch="x")) == 0
    assert limit(recurrence({"x": "-x + 1"}, {"x": "1/2"})) == F(1, 2)


def test_a_process_with_irrational_multipliers_may_converge() -> None:
    made = recurrence({"x": "(x + y)/3 + 1", "y": "x/3 - y/5"}, {"x": 0, "y": 5})
    found = limit(made)
    assert found["x"] == (found["x"] + found["y"]) / 3 + 1 and found["y"] == found["x"] / 3 - found["y"] / 5
    cubic = recurrence({"x": "y", "y": "z", "z": "(x + y + z)/4 + 1"}, {"x": 0, "y": 0, "z": 0})
    assert limit(cubic) == {"x": 4, "y": 4, "z": 4}


@pytest.mark.parametrize("text", ["x**2/2", "x/x", "1/(x + 1)", "x + 1/n**2"])
def test_no_limit_is_claimed_without_a_closed_form(text: str) -> None:
    with pytest.raises(Undecided):
        limit(recurrence({"x": text}, {"x": "1/2"}))


def test_the_limit_of_a_race_is_the_meeting_place() -> None:
    assert limit(race(10, 1, 100)) == F(1000, 9) == race(10, 1, 100).meeting_place
    for tortoise in (1, 2):
        with pytest.raises(Diverges):
            limit(race(1, tortoise, 1))


@settings(deadline=None, max_examples=60)
@given(
    st.integers(-4, 6),
    st.integers(-4, 4),
    st.integers(-4, 6),
    rationals(),
    rationals(),
    st.sampled_from([F(1, 10), F(1, 20), F(1, 3)]),
)
def test_a_descent_on_a_quadratic_goes_to_its_minimum_or_says_that_it_does_not(
    a: int, b: int, c: int, p: Fraction, q: Fraction, rate: Fraction
) -> None:
    made = descent(
        f"{a}/2*x**2 + {b}*x*y + {c}/2*y**2 - {ratio_text(p)}*x - {ratio_text(q)}*y", {"x": 1, "y": -2}, rate
    )
    x, y = sympy.symbols("x y")
    loss = in_sympy(made.loss.term)
    hessian = sympy.hessian(loss, (x, y))
    multipliers = [
        1 - sympy.Rational(rate.numerator, rate.denominator) * h for h in sympy.Matrix(hessian).eigenvals(multiple=True)
    ]
    if all(bool(abs(m) < 1) for m in multipliers):
        (minimiser,) = sympy.solve([sympy.diff(loss, x), sympy.diff(loss, y)], [x, y], dict=True)
        assert limit(made) == {
            "x": F(int(minimiser[x].p), int(minimiser[x].q)),
            "y": F(int(minimiser[y].p), int(minimiser[y].q)),
        }
        return
    try:
        found = limit(made)
    except Diverges:
        return
    fixed = {x: sympy.Rational(str(found["x"])), y: sympy.Rational(str(found["y"]))}
    assert sympy.diff(loss, x).subs(fixed) == 0 == sympy.diff(loss, y).subs(fixed)


@pytest.mark.parametrize("centre", [0, 5, "-7/3"])
def test_a_descent_goes_to_its_minimum_wherever_that_is(centre: object) -> None:
    made = descent(f"9/2*(x - const({centre}))**2", {"x": "11/4"}, "0.1")
    assert limit(made) == {"x": F(centre)}
    assert at(made, 12)["x"] + remainder(made, 12)["x"] == F(centre)


@settings(deadline=None, max_examples=80)
@given(affine_processes(dimensions=(1, 3), degree=1))
def test_a_limit_is_where_the_values_stay(process: Affine) -> None:
    made = process.recurrence()
    try:
        found = limit(made)
    except Diverges:
        return
    point = tuple(found[name] for name in process.names) if isinstance(found, dict) else (found,)
    ahead = at(made, 3000)
    near = tuple(ahead[name] for name in process.names) if isinstance(ahead, dict) else (ahead,)
    assert all(abs(a - b) < F(1, 10**6) for a, b in zip(point, near, strict=True))


ROOTS_INSIDE = {
    (-1, -1, 1): False,
    (1, 0, 1): False,
    (1, 1, 1): False,
    (1, F(-6, 5), 1): False,
    (F(1, 3), 0, 1): True,
    (F(-1, 2), 0, 1): True,
    (2, 0, 1): False,
    (F(-1, 2), 0, 0, 1): True,
    (-2, 0, 0, 1): False,
    (F(10**30 - 1, 10**30), F(1, 7), 1): True,
    (F(10**30 + 1, 10**30), F(1, 7), 1): False,
    (1, F(1, 2), F(1, 3), F(1, 2), 1): False,
    (1, -1, -1, -1, 1): False,
    (F(1, 5), F(1, 7), F(1, 3), F(1, 9), 1): True,
}


@pytest.mark.parametrize("coefficients", ROOTS_INSIDE, ids=str)
def test_the_roots_are_placed_exactly(coefficients: tuple) -> None:
    assert (
        all_roots_inside(tuple(fmpq(F(c).numerator, F(c).denominator) for c in coefficients))
        is ROOTS_INSIDE[coefficients]
    )


def brute_enough(rest: list[Fraction], bound: Fraction) -> int:
    """The least N from which on all the given rests are below the bound."""
    last = max((k for k, value in enumerate(rest) if abs(value) >= bound), default=-1)
    assert last < len(rest) - 40, "the list is too short to tell"
    return last + 1


@settings(deadline=None, max_examples=120)
@given(
    inside,
    rationals(),
    rationals().filter(bool),
    st.fractions(F(1, 10**6), 3, max_denominator=10**6).filter(bool),
    st.integers(0, 30),
)
@example(F(1, 2), F(0), F(1), F(1, 8), 3)
@example(F(-1, 2), F(0), F(1), F(1, 8), 3)
@example(F(0), F(1), F(5), F(1), 0)
@example(F(0), F(1), F(2), F(1), 0)
def test_enough_is_the_smallest_number_for_a_geometric_rest(
    r: Fraction, c: Fraction, x: Fraction, bound: Fraction, meeting: int
) -> None:
    made = recurrence({"x": f"{ratio_text(r)}*x + {ratio_text(c)}"}, {"x": x})
    final = c / (1 - r)
    rest = [(x - final) * r**k for k in range(400)]
    met = abs(rest[meeting])
    for tolerance in (bound, met, met * F(10**9 + 1, 10**9), met * F(10**9 - 1, 10**9)):
        if tolerance:
            assert enough(made, tolerance) == brute_enough(rest, tolerance)


@settings(deadline=None, max_examples=80)
@given(
    inside.filter(lambda r: abs(r) <= F(4, 5)),
    inside.filter(lambda r: abs(r) <= F(4, 5)),
    rationals(),
    rationals(),
    st.integers(0, 25),
)
@example(F(1, 2), F(1, 2), F(1), F(3), 4)
@example(F(1, 2), F(-1, 2), F(1), F(3), 4)
@example(F(4, 5), F(4, 5), F(-6), F(1), 2)
@example(F(4, 5), F(4, 5), F(0), F(1), 1)
@example(F(0), F(0), F(3), F(5), 1)
def test_enough_is_the_smallest_number_for_an_arithmetic_geometric_rest(
    r: Fraction, s: Fraction, x: Fraction, y: Fraction, meeting: int
) -> None:
    """With r = s the rest is (x + n y/r) r**n, which may grow and change sign before it falls."""
    made = recurrence({"x": f"{ratio_text(r)}*x + y", "y": f"{ratio_text(s)}*y"}, {"x": x, "y": y}, watch="x")
    rest, a, b = [], x, y
    for _ in range(500):
        rest.append(a)
        a, b = r * a + b, s * b
    met = abs(rest[meeting])
    for tolerance in (F(1, 1000), met, met * F(10**9 + 1, 10**9), met * F(10**9 - 1, 10**9)):
        if tolerance:
            assert enough(made, tolerance) == brute_enough(rest, tolerance)


def test_meeting_the_tolerance_is_not_enough() -> None:
    for k in (1, 7, 300):
        assert enough(zeno(), F(1, 2**k)) == k + 1
        assert enough(zeno(), F(1, 2**k) + F(1, 2 ** (k + 900))) == k
        assert enough(zeno(), F(1, 2**k) - F(1, 2 ** (k + 900))) == k + 1
    assert enough(zeno(), "1e-6") == 20
    assert enough(zeno(), 2) == 0 and enough(zeno(), 1) == 1
    assert enough(descent("9/2*x**2", {"x": "5/9"}, "0.1"), "5/9") == 1


def test_enough_counts_first_values_that_are_forgotten() -> None:
    assert enough(recurrence({"x": "3"}, {"x": 10}), 1) == 1
    assert enough(recurrence({"x": "3"}, {"x": 10}), 8) == 0
    assert enough(recurrence({"x": "y", "y": "z", "z": "0"}, {"x": 0, "y": 0, "z": 9}, watch="x"), 5) == 3
    assert enough(recurrence({"x": "x"}, {"x": 4}), "1e-99") == 0


def test_enough_is_for_the_largest_rest_of_several() -> None:
    made = recurrence({"x": "x/2", "y": "3/4*y"}, {"x": 1, "y": 1})
    rest = [F(3, 4) ** k for k in range(200)]
    assert enough(made, "1/100") == brute_enough(rest, F(1, 100)) > enough(recurrence({"x": "x/2"}, {"x": 1}), "1/100")


def test_enough_for_a_far_away_tolerance_is_exact() -> None:
    n = enough(zeno(), F(1, 10**5000))
    assert 2**n > 10**5000 >= 2 ** (n - 1)


@pytest.mark.parametrize("tolerance", [0, -1, "-1e-9", "0.0"])
def test_a_tolerance_is_positive(tolerance: object) -> None:
    with pytest.raises(InputError, match="tolerance"):
        enough(zeno(), tolerance)


@pytest.mark.parametrize("tolerance", [1e-6, None, "small", float("nan"), True])
def test_a_tolerance_is_an_exact_number(tolerance: object) -> None:
    with pytest.raises(InputError, match="tolerance"):
        enough(zeno(), tolerance)


def test_enough_needs_a_limit_and_rational_bases() -> None:
    with pytest.raises(Diverges):
        enough(geometric(1, 1), 1)
    with pytest.raises(Undecided):
        enough(recurrence({"x": "y", "y": "x/2"}, {"x": 1, "y": 2}), "1e-3")
    with pytest.raises(Undecided):
        enough(recurrence({"x": "x**2"}, {"x": "1/2"}), "1e-3")
    with pytest.raises(Undecided):
        enough(geometric("a", "1/2"), "1e-3")


def test_what_remains_of_zeno_is_never_zero() -> None:
    from infinitesimal.arithmetics.symbolic import n

    assert remainder(zeno(), n) == sympy.Integer(2) ** (-n)
    assert all(remainder(zeno(), k) == F(1, 2**k) != 0 for k in (0, 1, 10, 2000))


@settings(deadline=None, max_examples=50)
@given(inside, inside, rationals(), rationals(), st.integers(0, 10))
def test_remainders_and_values_add_up_to_the_limit(r: Fraction, s: Fraction, x: Fraction, y: Fraction, k: int) -> None:
    made = recurrence({"x": f"{ratio_text(r)}*x + y", "y": f"{ratio_text(s)}*y + 1"}, {"x": x, "y": y})
    final, rest, value = limit(made), remainder(made, k), at(made, k)
    assert final == {name: rest[name] + value[name] for name in ("x", "y")}
    assert final["y"] == 1 / (1 - s) and final["x"] == final["y"] / (1 - r)


def test_the_worked_example_stops_short_by_five_ninths_of_a_power_of_ten() -> None:
    made = descent("9/2*x**2", {"x": "5/9"}, "0.1")
    assert steps(made, 3) == (F(1, 2), F(1, 20), F(1, 200))
    assert limit(made) == {"x": 0} and values(made, 1)[0] - limit(made)["x"] == F(5, 9)
    assert limit(geometric("1/2", "1/10")) == F(5, 9) == partial_sum(geometric("1/2", "1/10"), 5) + F(5, 9 * 10**5)


@given(rationals())
@settings(deadline=None, max_examples=30)
def test_a_telescoping_sum_of_constants_has_a_limit_only_at_zero(c: Fraction) -> None:
    assume(c != 0)
    with pytest.raises(Diverges):
        limit(series(ratio_text(c)))
    assert limit(series(f"{ratio_text(c)} - {ratio_text(c)}")) == 0
