"""Trajectories: a sequence of values that is made again on demand, in little memory."""

import tracemalloc
from collections import deque
from fractions import Fraction
from typing import Any

import pytest

from infinitesimal.arithmetics.balls import balls
from infinitesimal.arithmetics.floating.format import binary16, binary32, binary64
from infinitesimal.arithmetics.floating.number import Float
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import InputError
from infinitesimal.recurrences.descents import descent
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.recurrences.series import series, zeno
from infinitesimal.runs.run import run

MEGABYTE = 1 << 20


@pytest.mark.parametrize("store", [False, True])
@pytest.mark.parametrize("arithmetic", [QQ, binary64, binary32, floats(binary16, "up")], ids=repr)
def test_values_are_a_sequence_from_the_start_on(arithmetic: object, store: bool) -> None:
    values = run(zeno(), arithmetic, steps=5, store=store).values
    expected = [Fraction(2**n - 1, 2**n) for n in range(6)]
    assert values[0] == 0
    assert len(values) == 6
    assert list(values) == list(values) == expected
    assert [values[k] for k in range(-6, 6)] == expected * 2
    assert values[-1] == expected[-1]
    for piece in (slice(2, 4), slice(None), slice(-2, None), slice(None, None, 2), slice(4, 1, -1), slice(3, 3)):
        assert values[piece] == expected[piece]
    for index in (6, -7, 100):
        with pytest.raises(IndexError):
            values[index]
    assert expected[3] in values
    assert values.index(expected[3]) == 3


@pytest.mark.parametrize("store", [False, True])
def test_a_long_run_is_indexed_like_a_list(store: bool) -> None:
    values = run(recurrence({"x": "x + 1"}, {"x": 0}), binary64, steps=6_000, store=store).values
    assert len(values) == 6_001
    for k in (0, 1, 255, 256, 257, 4_095, 4_096, 6_000, -1, -6_001):
        assert values[k] == range(6_001)[k]
    assert values[5_990:] == list(range(5_990, 6_001))
    assert values[:-5_990:1_000] == [0]
    assert values[10:4:-2] == [10, 8, 6]


def test_two_walks_at_once_do_not_disturb_each_other() -> None:
    values = run(recurrence({"x": "x + 1"}, {"x": 0}), binary32, steps=5_000).values
    first, second = iter(values), iter(values)
    assert [next(first).exact for _ in range(400)] == list(range(400))
    assert next(second) == 0
    assert next(first) == 400


def test_a_run_ends_with_the_first_update_that_changes_nothing() -> None:
    trajectory = run(zeno(), binary64)
    assert (trajectory.steps, len(trajectory.values)) == (55, 56)
    assert trajectory.values[54] == trajectory.values[55] == 1
    assert trajectory.values[53] == 1 - Fraction(1, 2**53)


def test_no_update_leaves_the_start_alone() -> None:
    trajectory = run(zeno(), binary64, steps=0)
    assert list(trajectory.values) == [0]
    assert trajectory.steps == 0


def test_values_are_boundary_numbers() -> None:
    assert isinstance(run(zeno(), binary32, steps=3).values[1], Float)
    assert isinstance(run(zeno(), binary64, steps=3).values[1], Float)
    assert isinstance(run(zeno(), QQ, steps=3).values[1], Fraction)
    assert Fraction(3, 4) in run(zeno(), balls(64), steps=3).values[2]


def test_a_value_of_several_components_is_a_dict_in_their_order() -> None:
    trajectory = run(descent("x**2 + y**2/2", {"x": 1, "y": 1}, "0.5"), QQ, steps=2)
    assert list(trajectory.values) == [
        {"x": 1, "y": 1},
        {"x": 0, "y": Fraction(1, 2)},
        {"x": 0, "y": Fraction(1, 4)},
    ]
    assert list(trajectory.halt.value) == ["x", "y"]


def test_the_values_of_a_run_on_the_fast_path_are_those_of_the_soft_core() -> None:
    process = series("1/n")
    fast = run(process, binary16, steps=513).values
    total = binary16(0)
    for n in range(1, 514):
        machine = floats(binary16)
        total = machine.export(machine.add(total.pair, machine.div(machine.integer(1), machine.integer(n))))
        assert fast[n].bits == total.bits


def peak(action: Any) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_many_updates_are_made_and_walked_in_flat_memory() -> None:
    """Kept, so many values of 24 bytes and their places would be six megabytes."""
    count = 200_000
    process = recurrence({"x": "x + 1"}, {"x": 0})
    made: list[Any] = []
    assert peak(lambda: made.append(run(process, binary64, steps=count))) < MEGABYTE
    trajectory = made[0]
    assert (trajectory.steps, len(trajectory.values)) == (count, count + 1)
    states = trajectory.values.states()
    assert peak(lambda: deque(states, maxlen=0)) < MEGABYTE
    assert peak(lambda: repr(trajectory.values)) < MEGABYTE


def test_walking_through_the_values_of_a_long_run_keeps_none() -> None:
    values = run(recurrence({"x": "x + 1"}, {"x": 0}), binary64, steps=10_000).values
    assert peak(lambda: deque(values, maxlen=0)) < MEGABYTE
    assert peak(lambda: deque(values, maxlen=0)) < MEGABYTE


@pytest.mark.parametrize("steps", [-1, 1.5, "5", True, None.__class__])
def test_a_number_of_steps_that_is_none_is_refused(steps: Any) -> None:
    with pytest.raises(InputError, match="not a number of updates"):
        run(zeno(), binary64, steps=steps)


@pytest.mark.parametrize("arithmetic", [None, 64, "binary65", "bfloat61", object(), float])
def test_what_is_no_arithmetic_is_refused(arithmetic: object) -> None:
    with pytest.raises(InputError):
        run(zeno(), arithmetic, steps=3)


@pytest.mark.parametrize("process", [None, "zeno", 3, {"x": "x/2"}])
def test_what_is_no_process_is_refused(process: Any) -> None:
    with pytest.raises(InputError, match="not a process"):
        run(process, binary64)
