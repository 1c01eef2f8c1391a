"""Compiled loops against the generated Python ones, bit by bit; the periods of momentum in binary64."""

import random
import struct
import time

import pytest

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.format import bfloat16, binary32, binary64
from infinitesimal.arithmetics.floating.native import Native, float_of_pair, native
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs import run as runs
from infinitesimal.runs.compile import loops
from infinitesimal.runs.compiled_loops import compiled_loops
from infinitesimal.runs.compiled_steps import compiled, step_scope, step_source
from infinitesimal.runs.halting import Halt, Reason
from infinitesimal.runs.run import run
from infinitesimal.runs.trajectory import start_state

numba = pytest.importorskip("numba", reason="the compiled loops are those of numba")


def heavy_ball(rate: str, beta: str, watch: str | None = None) -> Recurrence:
    velocity = f"({beta}*v - {rate}*(1*x))"
    return recurrence({"x": f"x + {velocity}", "v": velocity}, {"x": 1, "v": 0}, watch=watch)


def engine(format: object) -> Native:
    found = native(floats(format))  # type: ignore[arg-type]
    assert found is not None
    return found


def bits(state: tuple[float, ...]) -> list[bytes]:
    return [struct.pack("<d", x) for x in state]


@pytest.mark.parametrize("format", [binary64, binary32], ids=repr)
@pytest.mark.parametrize(
    "process",
    [
        heavy_ball("0.1", "0.9"),
        recurrence({"x": "4*x*(1 - x)"}, {"x": "0.1"}),
        recurrence({"x": "x/3 + 1/(n*x + 2)"}, {"x": "0.1"}),
        recurrence({"x": "(x + 2/x)/2", "y": "-y**3 + x**-2"}, {"x": 1, "y": "0.3"}),
        recurrence({"x": "x*x"}, {"x": "1.5"}),
        recurrence({"s": "s + 1/n"}, {"s": 0}),
    ],
    ids=str,
)
def test_the_same_events_and_bits(process: Recurrence, format: object) -> None:
    machine = engine(format)
    plain, fast = loops(process, machine, None), compiled_loops(process, machine)
    assert fast is not None
    n, state = 0, start_state(process, machine)
    mark = state
    for k in range(60):
        which = "rest" if k % 7 == 6 else "scan"
        expected = getattr(plain, which)(n, n + 50, state, mark)
        found = getattr(fast, which)(n, n + 50, state, mark)
        assert found[:2] == expected[:2]
        assert [*map(bits, found[2:])] == [*map(bits, expected[2:])]
        assert type(found[3][0]) is type(expected[3][0])
        n, _, _, state = expected
        if k % 3 == 0:
            mark = state
    assert bits(fast.update(n + 1, *state)) == bits(plain.update(n + 1, *state))


@pytest.mark.parametrize(
    "process", [heavy_ball("0.5", "0.9"), recurrence({"x": "3.7*x*(1 - x)"}, {"x": "0.1"})], ids=str
)
def test_a_run_has_the_same_halt_with_compiled_loops(process: Recurrence, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(process, binary32).halt
    for number in (1, 300, 5_000):
        monkeypatch.setattr(runs, "COMPILED_FROM", number)
        assert run(process, binary32).halt == expected


def test_a_division_by_zero_and_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "COMPILED_FROM", 1)
    process = recurrence({"x": "x - 1", "y": "1/x - 1/x"}, {"x": 100, "y": 0}, watch="y")
    halt = run(process, binary64, 1_000).halt
    monkeypatch.setattr(runs, "COMPILED_FROM", 10**9)
    assert str(run(process, binary64, 1_000).halt) == str(halt)


def test_where_two_walkers_meet() -> None:
    process = heavy_ball("0.1", "0.9")
    fast = compiled_loops(process, engine(binary64))
    assert fast is not None
    tail, behind, ahead = fast.meeting((1.0, 0.0), 19)
    assert tail == 14_076
    assert bits(behind) == bits(ahead)


@pytest.mark.parametrize("rounding", ["nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd"])
def test_compiled_sums_of_numbers_far_apart(rounding: str) -> None:
    machine = floats(bfloat16, rounding)
    process = recurrence({"x": "x + y", "y": "x - y"}, {"x": 1, "y": 1})
    lines, results = step_source(process, machine, ["x", "y"], "    ")
    text = "\n".join(["def both(x, y):", *lines, f"    return {', '.join(results)}"])
    both = compiled("both", text, step_scope(process, machine))
    generator = random.Random(1)
    for _ in range(3_000):
        a, b = (machine.round(generator.choice([-1, 1]) * generator.randrange(1, 256), e) for e in exponents(generator))
        x, y = float_of_pair(a), float_of_pair(b)
        assert both(x, y) == (float_of_pair(machine.add(a, b)), float_of_pair(machine.sub(a, b)))


def exponents(generator: random.Random) -> tuple[int, int]:
    """Two exponents, often more than 53 apart."""
    return generator.randrange(-130, 110), generator.randrange(-130, 110)


MOMENTUM = {
    ("0.1", "0.9"): (19, 14_076),
    ("0.01", "0.9"): (60, 14_057),
    ("0.5", "0.99"): (252, 147_307),
    ("1", "0.9"): (6, 14_109),
    ("3", "0.9"): (3, 14_128),
    ("0.1", "0.999"): (2_196, 1_475_418),
}


@pytest.mark.parametrize(("rate", "beta"), MOMENTUM)
def test_the_periods_of_momentum(rate: str, beta: str) -> None:
    halt = run(heavy_ball(rate, beta), binary64).halt
    assert (halt.reason, halt.period, halt.tail) == (Reason.CYCLE, *MOMENTUM[rate, beta])


def test_momentum_halts_one_step_short_of_zero() -> None:
    halt: Halt = run(heavy_ball("0.1", "0.5"), binary64).halt
    assert (halt.arrival, halt.value["x"].hex()) == (2_146, "-0x0.0000000000001p-1022")


@pytest.mark.long
@pytest.mark.parametrize("rate", ["0.1", "0.01"])
def test_no_cycle_without_friction_and_the_speed(rate: str) -> None:
    began = time.perf_counter()
    halt = run(heavy_ball(rate, "1"), binary64, budget=Budget(steps=4 * 10**8, seconds=120)).halt
    assert halt.reason is Reason.BUDGET
    assert halt.step / (time.perf_counter() - began) > 5e7
