"""The finer words for a halt, and what keeps one for ever."""

from fractions import Fraction
from typing import Any

import pytest

from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary64
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import series
from infinitesimal.runs.forecasts.prediction import predict
from infinitesimal.runs.halting import Kind
from infinitesimal.runs.run import run
from infinitesimal.truth import Truth


def step(text: str, start: object) -> Any:
    return recurrence({"x": text}, {"x": start})


KINDS = [
    (Kind.ABSORBED, series("1/n"), binary16),
    (Kind.TIE, step("x + 1", 0), bfloat16),
    (Kind.UNDERFLOW, step("x/2", 1), binary64),
    (Kind.SUBNORMAL, step("x/2", 1), floats(binary64, "up")),
    (Kind.SUBNORMAL, step("x - 0.1*x", 1), binary16),
    (Kind.ZERO_UPDATE, step("x - x**3", "0.001"), binary16),
    (Kind.ZERO_UPDATE, descent("(x**2 - 2)**2", 1, "0.1"), binary16),
    (Kind.EXACT, step("x - 0.5*(x - 1)", 3), binary16),
    (Kind.SATURATED, step("2*x", 1), Format(4, -6, 7, overflow="saturate")),
    (Kind.OVERFLOW, step("2*x", 1), binary16),
    (Kind.NAN, step("x*x - x", 3), binary16),
    (Kind.CYCLE, step("x - 1.9*x", 1), binary16),
]


@pytest.mark.parametrize(("kind", "process", "machine"), KINDS, ids=lambda x: str(x))
def test_every_kind_of_halt(kind: Kind, process: Any, machine: Any) -> None:
    halt = run(process, machine).halt
    assert (halt.kind, halt.forever) == (kind, Truth.TRUE)


def test_an_update_that_rounds_to_zero_is_not_zero_exactly() -> None:
    """At the halt of the descent the exact update is not 0, and the machine's is."""
    halt = run(descent("(x**2 - 2)**2", 1, "0.1"), binary16).halt
    x = halt.exact_value
    assert (x * x - 2) * x != 0
    m = floats(binary16)
    square = m.mul(m.const(x), m.const(x))
    assert m.format.value(square) == 2


def test_a_difference_in_which_the_greater_rises_keeps_its_sign() -> None:
    for term in ("1/(2*n - 1)", "1/(n*n - 0.5)"):
        halt = run(series(term), binary16).halt
        assert halt.forever is Truth.TRUE, term


def test_an_infinite_sum_stays_and_nan_does() -> None:
    sums = predict(series("n"), floats(Format(5, -9, 9), "nearest_even"))
    assert (sums.kind, sums.forever) == (Kind.OVERFLOW, Truth.TRUE)
    assert sums == run(series("n"), Format(5, -9, 9)).halt


def test_a_number_beyond_the_format_no_longer_counts() -> None:
    """In a saturating format n stays at the largest value, and a step that reads it is a fixed map from then on."""
    halt = predict(recurrence({"s": "s + 1/n"}, {"s": 0}), Format(4, -6, 4, overflow="saturate"))
    assert halt.forever is Truth.TRUE
    assert halt.exact_value < Fraction(32)
