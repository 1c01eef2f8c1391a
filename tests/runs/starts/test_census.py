"""Censuses in slices: equal to the atlas of small formats, on every executor, and taken up again after a break."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary16, binary32, e4m3fn, e5m2
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.arithmetics.rationals import QQ
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs.starts.atlas import atlas
from infinitesimal.runs.starts.atlas_binary32 import census
from infinitesimal.runs.starts.census import Census
from infinitesimal.runs.starts.slices import Plan, follow_slice, is_odd, release

pytest.importorskip("numba", reason="all starts of a large format are walked in compiled code")

WIDE = Format(12, -30, 31, name="19 bits")
ROUNDINGS = ["nearest_even", "nearest_away", "toward_zero", "up", "down", "away", "odd"]


def step(text: str) -> Recurrence:
    return recurrence({"x": text}, {"x": 1})


def summary(found: Census) -> tuple[Any, ...]:
    cycles = sorted((c.period, c.basin, [str(v) for v in c.values]) for c in found.cycles)
    return found.starts, found.tails, found.deepest.bits, found.checksum, cycles


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("x - 0.1*(9*x)", bfloat16),
        ("x - 1.9*x", WIDE),
        ("x - 1.2*(x**3 - x)", WIDE),
        ("x - 0.1*(x - 1/3)", WIDE),
        ("1 - 1.8*x*x", binary16),
    ],
)
def test_a_census_is_the_atlas_in_numbers(text: str, format: Format) -> None:
    expected = summary(atlas(step(text), format).census)
    for options in ({"slice": 9_999}, {"fold": False}):
        assert summary(census(step(text), format, most_cycles=65_535, **options)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("format", "rounding"),
    [(e4m3fn, r) for r in ROUNDINGS]
    + [(Format(5, -9, 8, subnormals=False), r) for r in ("nearest_even", "down", "odd")]
    + [(Format(6, -7, 7, overflow="saturate"), r) for r in ("nearest_even", "up", "nearest_away")],
    ids=str,
)
def test_the_table_of_every_rounding(format: Format, rounding: str) -> None:
    process = step("(x + 3/(x*x + 1))/2")
    expected = atlas(process, floats(format, rounding))
    plan = Plan(process, format, Rounding(rounding), 65_535, False)
    counts = follow_slice(plan, 0, plan.states)
    release(plan)
    assert counts.tails == {k: c for k, c in enumerate(np.bincount(expected.tail).tolist()) if c}
    assert counts.basins == {k: c for k, c in enumerate(np.bincount(expected.root).tolist()) if c}
    assert summary(census(process, floats(format, rounding))) == summary(expected.census)


@pytest.mark.parametrize("text", ["x - 0.5*x", "x - 0.1*(x**3 - x)", "x*x*x/3", "-x + x**5", "x - 2"])
def test_odd_steps_are_odd(text: str) -> None:
    process = step(text)
    assert is_odd(process, Rounding.NEAREST_EVEN) is (text != "x - 2")
    assert not is_odd(process, Rounding.UP)
    space = atlas(process, binary16).space
    table = atlas(process, binary16).successors
    mirrored = np.append(2 * space.offset - np.arange(space.count - 1), space.count - 1)
    assert np.array_equal(table[mirrored], mirrored[table]) is (text != "x - 2")


@pytest.mark.parametrize("text", ["x/(x - x)", "1/x", "x + x*x", "x**-1"])
def test_what_is_not_known_to_be_odd(text: str) -> None:
    assert not is_odd(step(text), Rounding.NEAREST_EVEN)


# Executors


def executors() -> dict[str, Callable[[], Executor]]:
    return {
        "threads": lambda: ThreadPoolExecutor(3),
        "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    }


@pytest.mark.parametrize("kind", executors())
def test_every_executor_gives_the_same(kind: str) -> None:
    process = step("x - 0.9*(x - 0.3)")
    with executors()[kind]() as executor:
        found = census(process, bfloat16, executor=executor, slice=4_000)
    assert summary(found) == summary(atlas(process, bfloat16).census)


def test_a_plan_can_be_sent_away() -> None:
    plan = Plan(step("x - 0.9*(x - 0.3)"), e5m2, Rounding.NEAREST_EVEN, 255, False)
    assert plan.offset
    again = pickle.loads(pickle.dumps(plan))
    assert (again, again.states) == (plan, plan.states)


@pytest.mark.long
def test_dask_over_tcp_with_a_worker_killed() -> None:
    distributed = pytest.importorskip("distributed")
    process = step("x - 0.01*(x - 0.3)")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, protocol="tcp://", dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        executor = client.get_executor()
        assert isinstance(executor, Executor)
        killed = []

        class Killing(Executor):
            def submit(self, f: Any, *args: Any, **named: Any) -> Future[Any]:
                future: Future[Any] = executor.submit(f, *args, **named)
                if not killed:
                    future.add_done_callback(lambda _: killed.append(os.kill(victim, signal.SIGKILL)))
                return future

        found = census(process, WIDE, executor=Killing(), slice=2_000, most_cycles=65_535)
    assert killed
    assert summary(found) == summary(atlas(process, WIDE).census)


# Checkpoints


class Breaking(Executor):
    """Runs everything at once, and is interrupted when so many tasks are done."""

    def __init__(self, tasks: int) -> None:
        self.left = tasks

    def submit(self, f: Any, *args: Any, **named: Any) -> Future[Any]:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        future: Future[Any] = Future()
        future.set_result(f(*args, **named))
        return future


def test_an_interrupted_census_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process, path = step("x - 0.01*(x - 0.3)"), tmp_path / "kept"
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            census(process, bfloat16, executor=Breaking(4), checkpoint=path, slice=4_000)
        assert "the same call goes on" in capsys.readouterr().err
    counter = Breaking(1_000)
    found = census(process, bfloat16, executor=counter, checkpoint=path, slice=4_000)
    assert 1_000 - counter.left == -(-atlas(process, bfloat16).space.count // 4_000) - 12
    assert summary(found) == summary(atlas(process, bfloat16).census)
    again = census(process, bfloat16, executor=Breaking(0), checkpoint=path, slice=4_000)
    assert summary(again) == summary(found)
    assert os.listdir(tmp_path) == ["kept"]


def test_an_interrupt_without_a_checkpoint_says_that_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        census(step("x/2"), bfloat16, executor=Breaking(2), slice=4_000)
    assert "nothing is kept without checkpoint" in capsys.readouterr().err


def test_a_foreign_or_damaged_checkpoint_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    census(step("x/2"), e5m2, checkpoint=path)
    whole = path.read_bytes()
    other: list[tuple[Any, ...]] = [
        (step("x/4"), e5m2, {}),
        (step("x/2"), e4m3fn, {}),
        (step("x/2"), floats(e5m2, "odd"), {}),
        (step("x/2"), e5m2, {"slice": 100}),
        (step("x/2"), e5m2, {"fold": False}),
    ]
    for process, machine, options in other:
        with pytest.raises(InputError, match="something else"):
            census(process, machine, checkpoint=path, **options)
    for damaged in (b"", whole[:-1], whole[: len(whole) // 2], whole.replace(b"1", b"2", 1), b"\xff\x00", whole + b"x"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="no whole checkpoint"):
            census(step("x/2"), e5m2, checkpoint=path)
        assert path.read_bytes() == damaged
    with pytest.raises(InputError, match="folder"):
        census(step("x/2"), e5m2, checkpoint=tmp_path / "none" / "kept")


KILLED = """
import sys, time
import infinitesimal as inf
from concurrent.futures import ThreadPoolExecutor
import infinitesimal.runs.starts.atlas_binary32 as module
module.SAVED_EVERY = 1
class Slow(ThreadPoolExecutor):
    def submit(self, f, *args):
        def slow():
            time.sleep(0.05)
            return f(*args)
        return super().submit(slow)
module.census(inf.recurrence({"x": "x - 0.01*(x - 0.3)"}, {"x": 1}), inf.bfloat16,
              executor=Slow(1), checkpoint=sys.argv[1], slice=500)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_census_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    path = tmp_path / "kept"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(how)
    _, errors = child.communicate(timeout=60)
    assert child.returncode not in (0, None)
    assert (b"the same call goes on" in errors) is (how is signal.SIGINT)
    process = step("x - 0.01*(x - 0.3)")
    assert summary(census(process, bfloat16, checkpoint=path, slice=500)) == summary(atlas(process, bfloat16).census)


# What is refused


def test_widths_that_do_not_reach_raise() -> None:
    with pytest.raises(BudgetSpent, match="more than 255 cycles"):
        census(step("x - 2*x"), binary16)
    tall = Format(18, 0, 0, name="tall")  # one spacing for all: counting down takes up to 2**19 steps
    with pytest.raises(BudgetSpent, match="longer than 65,534"):
        census(step("x - const(1/131072)"), tall)
    with pytest.raises(InputError, match="most_cycles"):
        census(step("x/2"), e5m2, most_cycles=0)


def test_what_a_census_refuses() -> None:
    for process, machine, why in [
        (step("1/x"), e5m2, "-0 and"),
        (step("x/n"), e5m2, "step number"),
        (step("x/2"), QQ, "finite set"),
        (recurrence({"x": "x + y", "y": "x"}, {"x": 1, "y": 1}), e5m2, "one"),
    ]:
        with pytest.raises(InputError, match=why):
            census(process, machine)
    with pytest.raises(InputError, match=r"6\.4 GB, and 1\.0 GB"):
        census(step("x/2"), binary32, memory=10**9)
    with pytest.raises(InputError, match="number of states"):
        census(step("x/2"), e5m2, slice=0)


def test_progress_goes_to_stderr_with_the_memory(capsys: pytest.CaptureFixture[str]) -> None:
    census(step("x/2"), bfloat16, progress=True)
    out, err = capsys.readouterr()
    assert not out
    assert "a table of 0.00 GB" in err
    assert "100.0%" in err


BINARY32 = {
    "x - 0.1*(9*x)": (83, 0x7CBB6B52, [4_224_130_162, 70_837_134], "6443b7b4c293a44c"),
    "x - 0.5*x": (276, 0x7F000000, [2_139_095_039, 2_139_095_039, 16_777_216, 2], "ec8c6ec26d46d058"),
    "x - 1.9*x": (1800, 0x7EF5B2F2, [4_262_295_868, 32_671_420, 2, 2, 2, 2], "702493cdce409cfc"),
}


@pytest.mark.long
@pytest.mark.parametrize("text", BINARY32)
def test_all_starts_of_binary32(text: str) -> None:
    longest, deepest, basins, checksum = BINARY32[text]
    found = census(step(text), binary32)
    assert (found.longest_tail, found.deepest.bits, list(found.basins)) == (longest, deepest, basins)
    assert found.checksum == checksum
