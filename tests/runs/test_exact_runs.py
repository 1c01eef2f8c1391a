"""Exact runs: they halt at true fixed points and true cycles only, and refuse what would not fit."""

from fractions import Fraction

import pytest

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.floating.format import binary16, binary64
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.arithmetics.symbolic import symbolic
from infinitesimal.errors import InputError, Undefined
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import geometric, series, zeno
from infinitesimal.runs.halting import Reason
from infinitesimal.runs.rules import tolerance
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth


def test_zeno_never_halts_in_exact_arithmetic() -> None:
    trajectory = run(zeno(), QQ)
    halt = trajectory.halt
    assert (halt.reason, halt.forever, halt.step) == (Reason.BUDGET, Truth.UNKNOWN, 10_000)
    assert halt.value == halt.exact_value == 1 - Fraction(1, 2**10_000)
    assert halt.gap == Fraction(1, 2**10_000)


def test_a_descent_never_arrives_in_exact_arithmetic() -> None:
    halt = run(descent("9/2*x**2", {"x": "5/9"}, "0.1"), QQ, steps=400).halt
    assert halt.reason is Reason.BUDGET
    assert halt.gap == Fraction(5, 9 * 10**400)


@pytest.mark.parametrize(
    ("step", "start", "arrival", "value"),
    [
        ("x", "7/3", 0, Fraction(7, 3)),
        ("x/2", 0, 0, 0),
        ("(x + 1)/2", 1, 0, 1),
        ("x - 1*(x - 2/3)", 5, 1, Fraction(2, 3)),
        ("x*(3 - x)/2", 2, 1, 1),
        ("x*x - 2*x + 2", 2, 0, 2),
    ],
)
def test_an_exact_fixed_point_is_a_halt(step: str, start: object, arrival: int, value: object) -> None:
    process = recurrence({"x": step}, {"x": start})
    halt = run(process, QQ, steps=20).halt
    assert (halt.reason, halt.arrival, halt.step, halt.value) == (Reason.EXACT, arrival, arrival + 1, value)
    assert halt.forever is halt.halted is Truth.TRUE


def test_newtons_method_for_a_rational_root_goes_on_for_ever_unless_it_starts_there() -> None:
    process = recurrence({"x": "(x + 4/x)/2"}, {"x": 2})
    assert run(process, QQ).halt.arrival == 0
    halt = run(recurrence({"x": "(x + 4/x)/2"}, {"x": 1}), QQ, steps=8).halt
    assert halt.reason is Reason.BUDGET
    assert halt.value > 2


def test_an_exact_two_cycle_is_found() -> None:
    halt = run(recurrence({"x": "3 - x"}, {"x": "1/3"}), QQ).halt
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, 2, 0)
    assert halt.witness.states == (Fraction(1, 3), Fraction(8, 3))
    halt = run(recurrence({"x": "x*x - 1"}, {"x": 1}), QQ).halt
    assert (halt.period, halt.tail, halt.value) == (2, 1, 0)


def test_a_divergent_geometric_series_has_no_gap() -> None:
    assert run(geometric(1, 2), QQ, steps=5).halt.gap is None
    assert run(geometric(1, -1), QQ, steps=50).halt.gap is None
    assert run(geometric(1, 2), binary16).halt.gap is None


@pytest.mark.parametrize(("first", "ratio"), [(1, "1/3"), ("2/7", "-1/2"), (-5, "9/10"), (3, "-0.99")])
def test_the_gap_is_the_exact_distance_to_the_limit(first: object, ratio: str) -> None:
    a, r = Fraction(first), Fraction(ratio)  # type: ignore[arg-type]
    for arithmetic in (binary64, binary16):
        halt = run(geometric(first, ratio), arithmetic).halt
        assert halt.gap == abs(a / (1 - r) - halt.exact_value)
        assert halt.gap == abs(a / (1 - r) - halt.value.exact)


def test_the_gap_of_several_components_is_the_largest() -> None:
    process = recurrence({"x": "x/2 + 1", "y": "y/3 + 1"}, {"x": 0, "y": 0})
    halt = run(process, binary16, steps=3).halt
    x, y = halt.exact_value["x"], halt.exact_value["y"]
    assert halt.gap == max(abs(2 - x), abs(Fraction(3, 2) - y))


def test_no_gap_where_the_limit_is_not_known_or_the_value_not_finite() -> None:
    assert run(series("1/n"), binary16).halt.gap is None
    assert run(recurrence({"x": "x/x"}, {"x": 0}), binary64).halt.gap is None


def test_a_blow_up_is_refused_by_naming_the_step() -> None:
    process = recurrence({"x": "x*x + 1"}, {"x": 2})
    halt = run(process, QQ, budget=Budget(bits=10_000)).halt
    assert halt.reason is Reason.BUDGET
    assert f"step {halt.step + 1} would need" in str(halt)
    x = Fraction(2)
    for _ in range(halt.step):
        x = x * x + 1
    assert halt.value == x
    assert (x * x + 1).numerator.bit_length() * 2 > 10_000 / 4
    assert x.numerator.bit_length() <= 10_000


def test_the_blow_up_of_the_logistic_map_is_foreseen_at_once() -> None:
    halt = run(recurrence({"x": "4*x*(1 - x)"}, {"x": "1/3"}), QQ, budget=Budget(bits=100_000)).halt
    assert halt.reason is Reason.BUDGET
    assert halt.step < 20


@pytest.mark.parametrize(
    ("step", "start", "update"),
    [("1/x", 0, 1), ("1/(x - 1)", 2, 2), ("x/(n - 3)", 1, 3), ("x**(-2)", 0, 1), ("1/(x - 9)", 8, None)],
)
def test_a_division_by_zero_raises_and_names_the_update(step: str, start: object, update: int | None) -> None:
    process = recurrence({"x": step}, {"x": start})
    if update is None:
        assert run(process, QQ, steps=3).steps == 3
        return
    with pytest.raises(Undefined, match=f"update {update} of"):
        run(process, QQ)


def test_the_exact_run_before_a_division_by_zero_is_there() -> None:
    assert run(recurrence({"x": "1/(x - 1)"}, {"x": 2}), QQ, steps=1).values[1] == 1


def test_division_by_zero_has_results_on_machines() -> None:
    values = run(recurrence({"x": "1/(x - 1)"}, {"x": 2}), binary64, steps=3).values
    assert [str(v) for v in values] == ["2.0", "1.0", "inf", "0.0"]


def test_a_run_in_balls_contains_the_exact_one() -> None:
    process = recurrence({"x": "x - 0.1*(9*x)"}, {"x": "5/9"})
    for exact, ball in zip(run(process, QQ, steps=50).values, run(process, balls(40), steps=50).values, strict=True):
        assert exact in ball


def test_an_exact_run_stops_by_a_rule_where_the_theory_says() -> None:
    halt = run(zeno(), QQ, stop=tolerance("1e-6")).halt
    assert (halt.reason, halt.step, halt.forever) == (Reason.TOLERANCE, 20, Truth.FALSE)


def test_symbols_do_not_run() -> None:
    with pytest.raises(InputError, match="does not run"):
        run(zeno(), symbolic)
    with pytest.raises(InputError, match="no value for"):
        run(geometric("a", "1/2"), QQ)
