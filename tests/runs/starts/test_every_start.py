"""One word for all starts: tables where they fit, totals in slices where they do not, and the same figures."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import Format, bfloat16, binary32, binary64, e4m3fn
from infinitesimal.errors import InputError
from infinitesimal.recurrences.recurrence import Recurrence, recurrence
from infinitesimal.runs.starts.atlas import Atlas
from infinitesimal.runs.starts.census import Census
from infinitesimal.runs.starts.every_start import atlas

WIDE = Format(13, -126, 127, name="21 bits")


def step(text: str) -> Recurrence:
    return recurrence({"x": text}, {"x": 1})


def test_the_public_word_is_this_one() -> None:
    assert inf.atlas is atlas


def test_small_formats_have_tables() -> None:
    assert isinstance(atlas(step("x/2"), bfloat16), Atlas)
    assert isinstance(atlas(recurrence({"x": "y", "y": "x"}, {"x": 1, "y": 2}), e4m3fn), Atlas)


@pytest.mark.parametrize("text", ["x - 0.1*(9*x)", "x - 1.9*x", "x - 0.1*(x - 1/3)"])
def test_what_does_not_fit_is_counted(text: str) -> None:
    """The same totals from numpy's pointer doubling and from compiled walks."""
    pytest.importorskip("numba")
    whole, totals = atlas(step(text), WIDE), atlas(step(text), WIDE, memory=10**8)
    assert isinstance(whole, Atlas)
    assert isinstance(totals, Census)
    assert totals.census is totals
    assert (totals.longest_tail, totals.basins, totals.escapes) == (whole.longest_tail, whole.basins, whole.escapes)
    assert totals.checksum == whole.census.checksum


def test_options_of_long_counts_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("numba")
    path = tmp_path / "kept"
    with ThreadPoolExecutor(2) as threads:
        found = atlas(step("x/2"), bfloat16, executor=threads, checkpoint=path, progress=True)
    assert isinstance(found, Census)
    assert path.exists()
    assert "a table of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("process", "machine", "memory", "what"),
    [
        (step("x/2"), binary32, 10**9, r"6\.4 GB"),
        (step("x/2"), binary64, None, "fate"),
        (recurrence({"x": "y", "y": "x"}, {"x": 1, "y": 2}), binary32, None, "GiB"),
        (step("x/2"), inf.QQ, None, "finite set"),
        (step("x/2"), bfloat16, 0, "number of bytes"),
        (step("x/2"), bfloat16, "much", "number of bytes"),
        (step("x/n"), bfloat16, None, "step number"),
        (step("1/x"), bfloat16, None, "-0 and"),
    ],
)
def test_refusals(process: Recurrence, machine: object, memory: object, what: str) -> None:
    with pytest.raises(InputError, match=what):
        atlas(process, machine, memory=memory)  # type: ignore[arg-type]


def test_the_complete_logistic_map_of_binary16() -> None:
    """All 15,361 starts of [0, 1] under 4*x*(1 - x): the table by numpy's float16, the cycles by colouring."""
    whole = atlas(step("4*x*(1 - x)"), inf.binary16)
    assert isinstance(whole, Atlas)
    starts = np.arange(0x3C00 + 1, dtype=np.uint16).view(np.float16)
    after = np.float16(4) * starts * (np.float16(1) - starts)
    table = after.view(np.uint16).astype(int).tolist()
    offset = whole.space.offset
    assert (whole.successors[offset : offset + len(starts)] - offset).tolist() == table
    colour: dict[int, int] = {}
    cycles: dict[int, int] = {}  # the least state of each cycle and its period
    end: dict[int, int] = {}
    for start in range(len(table)):
        path, at = [], start
        while at not in colour:
            colour[at] = start
            path.append(at)
            at = table[at]
        if colour[at] == start and at in path:
            cycle = path[path.index(at) :]
            cycles[min(cycle)] = len(cycle)
            end |= dict.fromkeys(cycle, min(cycle))
        for state in path:
            end.setdefault(state, end.get(at, -1))
    part = slice(offset, offset + len(starts))
    assert (whole.root[part] - offset).tolist() == [end[s] for s in range(len(table))]
    assert whole.period[part].tolist() == [cycles[end[s]] for s in range(len(table))]
    assert cycles == {0: 1, 0x1DFE: 40, 0x3A00: 1}  # 0, a cycle of 40, and 3/4
    assert whole.tail[part].max() == 83
