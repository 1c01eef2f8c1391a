"""The fast path through MPFR has the bits of the soft core, whatever context the caller has."""

from typing import Any

import numpy as np
import pytest

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import (
    FORMATS,
    Format,
    bfloat16,
    binary16,
    binary32,
    binary64,
    binary128,
    e3m4,
    e4m3,
    e5m2,
    interchange,
    tf32,
    x87,
)
from infinitesimal.arithmetics.floating.functions import BALLS, KINKED
from infinitesimal.arithmetics.floating.multiprecision import Multiprecision, multiprecision
from infinitesimal.arithmetics.floating.native import native
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.runs.compile import loops
from tests.arithmetics.test_soft_floats import drawn_pairs
from tests.oracles.rounding import OPERATIONS, ROUNDINGS

gmpy2: Any = pytest.importorskip("gmpy2")

MODES = ("nearest_even", "toward_zero", "up", "down", "away")
HERE = [e5m2, e4m3, e3m4, bfloat16, tf32, binary16, binary32, binary64, x87, binary128, interchange(256)]


def fast(format: Format, rounding: str) -> Multiprecision:
    found = multiprecision(floats(format, rounding))
    assert found is not None
    return found


@pytest.mark.parametrize("rounding", MODES)
@pytest.mark.parametrize("format", HERE, ids=repr)
def test_operations_have_the_bits_of_the_soft_core(format: Format, rounding: str) -> None:
    """By its methods, under a context of the caller's that is much coarser, and by the operators in its own."""
    quick, soft = fast(format, rounding), floats(format, rounding)
    a, b = drawn_pairs(format, np.random.default_rng(53), 300)
    numbers = {x: quick.from_pair(x) for x in {*a, *b}}
    with gmpy2.context(precision=3, round=gmpy2.RoundUp):
        for x, y in zip(a, b, strict=True):
            g, h = numbers[x], numbers[y]
            assert quick.to_pair(g) == quick.key(g) == x
            for operation in OPERATIONS:
                found = quick.to_pair(getattr(quick, operation)(g, h))
                assert found == getattr(soft, operation)(x, y), (operation, x, y)
            assert quick.to_pair(quick.neg(g)) == soft.neg(x)
            assert quick.to_pair(quick.sqrt(g)) == soft.sqrt(x)
            assert quick.equal(g, h) is soft.equal(x, y)
            assert quick.less(g, h) is soft.less(x, y)
    with quick.local():
        for x, y in zip(a, b, strict=True):
            g, h = numbers[x], numbers[y]
            found = [quick.to_pair(z) for z in (g + h, g - h, g * h, -g)]
            assert found == [soft.add(x, y), soft.sub(x, y), soft.mul(x, y), soft.neg(x)]


@pytest.mark.parametrize("rounding", MODES)
@pytest.mark.parametrize("format", [e4m3, e3m4, bfloat16, binary64], ids=repr)
def test_numbers_and_functions(format: Format, rounding: str) -> None:
    quick, soft = fast(format, rounding), floats(format, rounding)
    for k in [*range(70), 255, 256, 257, 2**53 - 1, 2**53 + 1, 10**40, -3]:
        assert quick.to_pair(quick.integer(k)) == soft.integer(k), k
    for x in drawn_pairs(format, np.random.default_rng(59), 20)[0]:
        for name in (*BALLS, *KINKED, "sqrt"):
            if x[0] and abs(x[1]) < 60:
                found = quick.to_pair(quick.function(name, quick.from_pair(x)))
                assert found == soft.function(name, x), (name, x)


def test_it_is_taken_where_mpfr_has_the_arithmetic_and_nowhere_else() -> None:
    for format in FORMATS.values():
        for rounding in ROUNDINGS:
            has = rounding in MODES and format.overflow == "infinity"
            assert (multiprecision(floats(format, rounding)) is not None) is has
            if has and (rounding != "nearest_even" or format not in (binary16, binary32, binary64)):
                assert isinstance(native(floats(format, rounding)), Multiprecision)
    for other in (Format(11, -14, 15, subnormals=False), Format(1, -4, 4), Format(8, -126, 127, overflow="nan")):
        assert multiprecision(floats(other)) is None


def test_without_gmpy2_there_is_no_such_path(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "gmpy2", None)
    assert multiprecision.__wrapped__(floats(bfloat16)) is None


@pytest.mark.parametrize("rounding", MODES)
@pytest.mark.parametrize("format", [bfloat16, x87, binary128, e3m4], ids=repr)
def test_loops_have_the_bits_of_soft_loops(format: Format, rounding: str) -> None:
    """With constants, powers, divisions and step numbers, in a coarse context of the caller's."""
    recurrence = inf.recurrence({"x": "3.9*(x*(1 - x)) - 1/n", "s": "s + x**3/(n*n)"}, {"x": "0.3", "s": 0})
    soft, quick = floats(format, rounding), fast(format, rounding)
    start = tuple(map(soft.embed, ("0.3", 0)))
    with gmpy2.context(precision=4):
        *_, expected = loops(recurrence, soft, None).scan(0, 300, start, start)
        begin = tuple(map(quick.from_pair, start))
        *_, found = loops(recurrence, quick, None).scan(0, 300, begin, begin)
    assert tuple(map(quick.to_pair, found)) == expected


@pytest.mark.parametrize("rounding", ["nearest_even", "down"])
def test_a_long_run_goes_over_to_mpfr_and_halts_where_the_soft_run_does(rounding: str) -> None:
    process = inf.recurrence({"x": "x - 0.0001*x"}, {"x": 1})
    machine = floats(tf32, rounding)
    found = inf.run(process, machine)
    scan = loops(process, machine, None).scan
    n, event, _, after = scan(0, found.halt.step + 10, (machine.embed(1),), (machine.embed(9),))
    assert (n, event) == (found.halt.step, "still")
    assert found.halt.value.pair == after[0]
