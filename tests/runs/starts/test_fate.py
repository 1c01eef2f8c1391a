"""The fate of every start, against exhaustion through the soft core, and against published counts."""

import json
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import NAN, Format
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import InputError, Unverified
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.starts.cells import CellMap, twice
from infinitesimal.runs.starts.fate import Fate, certified, explore, fate
from infinitesimal.runs.starts.fate_certificate import RECURRENT, STAYS, TRANSIENT, FateCertificate
from infinitesimal.runs.starts.fate_check import check
from infinitesimal.runs.starts.ordinals import index_of, pair_of
from infinitesimal.terms.parse import read_loss
from tests.strategies.formats import roundings, small_formats

WELL = "x - {}*(x**3 - x)"


def of(step: str) -> Recurrence:
    return inf.recurrence({"x": read_loss(step)}, {"x": 1})


def table(step: Recurrence, machine: Floats) -> dict[int, int | None]:
    """Every state with its successor, None for NaN: one soft operation after the other."""
    format = machine.format
    top = index_of(format, (format.largest_significand, format.qmax)) + format.has_infinity
    found: dict[int, int | None] = {}
    for index in range(-top, top + 1):
        (after,) = step.program.execute(machine, [pair_of(format, index), machine.integer(0)])
        found[index] = None if after == NAN else index_of(format, after)
    return found


def cycles_of(successors: dict[int, int | None]) -> set[frozenset[int]]:
    """All cycles, by colouring."""
    colour: dict[int, int] = {}
    cycles = set()
    for start in successors:
        path, at = [], start
        while at is not None and at not in colour:
            colour[at] = start
            path.append(at)
            at = successors[at]
        if at is not None and colour[at] == start:
            cycles.add(frozenset(path[path.index(at) :]))
    return cycles


def listed(found: Fate) -> set[frozenset[int]]:
    """The cycles that a fate lists, as sets of indices."""
    order = found.map.machine.order

    def index(x: inf.Float) -> int:
        return int(order(float(x.exact)))

    fixed = {frozenset([i]) for r in found.fixed_points for i in range(index(r.low), index(r.high) + 1)}
    return fixed | {frozenset(map(index, cycle)) for cycle in found.cycles}


def in_one(process: object, machine: object, **options: inf.Budget) -> Fate:
    found = fate(process, machine, **options)
    assert isinstance(found, Fate)
    return found


def compare(step: Recurrence, machine: Floats) -> Fate:
    found, successors = in_one(step, machine), table(step, machine)
    top = found.map.machine.top
    cycles = cycles_of(successors)
    assert found.decided
    assert listed(found) == {c for c in cycles if any(abs(i) <= top for i in c)}
    assert found.recurrent == sum(abs(i) <= top for c in cycles for i in c)
    assert floats_on_cycles(found.certificate) == set().union(*cycles)
    assert found.check()
    return found


def ends_of(successors: dict[int, int | None], top: int) -> tuple[int, int]:
    """The finite starts that end at finite floats, and the others."""
    kept = {i for c in cycles_of(successors) for i in c if all(abs(j) <= top for j in c)}
    fine = gone = 0
    for start in range(-top, top + 1):
        at: int | None = start
        for _ in range(len(successors)):
            at = None if at is None else successors[at]
        fine, gone = (fine + 1, gone) if at in kept else (fine, gone + 1)
    return fine, gone


STEPS = st.sampled_from(
    [
        "x - {a}*x", "x - {a}*({b}*x)", "x - {a}*(x - {b})", "x + {a}*({b} - x)", "{a}*x", "{a}*x*({b} - x)",
        "x*x - {a}", WELL, "x - {a}*(x**3 - {b}*x)", "{a}*x + {b}", "x/({b} + x*x)", "x - x/({a} + x*x)", "-x", "x",
        "{a}", "sqrt(x + {a})", "sqrt(x*x + {b})", "x/{a} - {b}", "{a}*x + x", "(x - {a}) - {b}*x", "{a} - x",
        "({b} + x)/({a} + x)", "x - ({a}*x)*x", "x*({a}*x)", "{a}*exp(x) - {b}", "log(x + {a})", "x - {a}*tanh({b}*x)",
        "{a}*Abs(x) - {b}", "relu(x - {a}) + {b}*x", "x - {a}*sin(x)", "{b} + {a}*cos({b}*x)", "{a}*sin(x*x + {b})",
        "x - {a}*(logistic(x) - {b})", "softplus(x)*{a} - atan(x)", "x - {a}*sign(x)", "cosh({a}*x) - sinh({b}*x)",
        "{a}*heaviside(x - {b}) - x", "log(x*x)*{a}",
    ]
)  # fmt: skip
NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=40) | st.sampled_from([-2, 1, 2, 3])


@settings(max_examples=150, deadline=None)
@given(STEPS, NUMBERS, NUMBERS, small_formats(), roundings())
@example("x - {a}*x", 2, 1, Format(3, -2, 2), Rounding.UP)
@example("x - x/({a} + x*x)", -2, 1, Format(3, 0, 0, False), Rounding.NEAREST_EVEN)
@example("{a}", 2, 1, Format(3, 0, 0, overflow="nan"), Rounding.NEAREST_EVEN)
@example("x - {a}*x", -2, 1, Format(3, 0, 0, False, "nan"), Rounding.NEAREST_EVEN)
@example("x - {a}*x", 1, 1, Format(3, -2, 2, subnormals=False), Rounding.NEAREST_EVEN)
@example("softplus(x)*{a} - atan(x)", -2, 1, Format(1, 0, 1, False), Rounding.NEAREST_EVEN)  # a cycle through -inf
def test_fate_is_exhaustion(step: str, a: object, b: object, format: Format, rounding: Rounding) -> None:
    text = step.format(f"({a})", b=f"({b})") if step == WELL else step.format(a=f"({a})", b=f"({b})")
    machine = floats(format, rounding)
    try:
        chosen = of(text)
        found = compare(chosen, machine)
    except InputError as error:
        assume("-0 and +0" not in str(error))
        raise
    fine, gone = ends_of(table(chosen, machine), found.map.machine.top)
    ends = found.ends
    assert ends.finite <= fine
    assert ends.escaping <= gone
    assert ends.finite + ends.escaping + ends.open == fine + gone
    check_basins(found, table(chosen, machine))


def check_basins(found: Fate, successors: dict[int, int | None]) -> None:
    """The bounds hold for the true numbers of starts."""
    order, top = found.map.machine.order, found.map.machine.top
    ends: dict[int, frozenset[int]] = {i: cycle for cycle in cycles_of(successors) for i in cycle}
    for basin in found.basins:
        single = not isinstance(basin.end, tuple)
        marks = (basin.end.low, basin.end.high) if single else basin.end[:2]
        first, last = (int(order(float(x.exact))) for x in marks)
        there = set(range(first, last + 1)) if single else set(ends[first])
        count = 0
        for start in range(-top, top + 1):
            at: int | None = start
            while at is not None and at not in ends:
                at = successors[at]
            count += at in there
        assert basin.least <= count <= basin.most


def test_basins_are_those_of_the_complete_atlas_of_binary32() -> None:
    """4,224,130,162 starts of x - 0.1*(9*x) end at 0, the two zeros among them; x - 1.9*x has five cycles."""
    (zero,) = in_one(of("x - 0.1*(9*x)"), inf.binary32).basins
    assert zero.least == zero.most == 4_224_130_162 - 1
    basins = in_one(of("x - 1.9*x"), inf.binary32).basins
    counts = [1, 4_262_295_868, 2, 2, 2]
    assert [b.least <= n <= b.most for b, n in zip(basins, counts, strict=True)] == [True] * 5
    assert max(b.most - b.least for b in basins) == 2


def test_every_start_of_binary64_is_in_the_basin_of_zero() -> None:
    found = in_one(of("x/2"), inf.binary64)
    (zero,) = found.basins
    assert zero.least == zero.most == 2**64 - 2**53 - 1


@pytest.mark.parametrize(
    ("step", "recurrent"),
    [
        ("x - 0.1*(9*x)", 1), ("x - 0.5*x", 3), ("x - 1.9*x", 11), ("x - 2*x", 61_439), ("x - 0.1*x", 11),
        ("x - 0.01*(x - 1/3)", 99), ("x - 1.99*(x - 0.3)", 101), (WELL.format(0.1), 23), (WELL.format(0.9), 7),
        (WELL.format(1.2), 11),
    ],
)  # fmt: skip
def test_binary16(step: str, recurrent: int) -> None:
    assert compare(of(step), floats("binary16")).recurrent == recurrent


@pytest.mark.parametrize("rounding", ["up", "toward_zero", "odd"])
def test_bfloat16_in_other_roundings(rounding: str) -> None:
    compare(of("x - 0.1*x"), floats("bfloat16", rounding))


@settings(max_examples=40, deadline=None)
@given(STEPS, NUMBERS, NUMBERS, small_formats(), roundings())
def test_two_steps_have_the_same_recurrent_floats(
    step: str, a: object, b: object, format: Format, rounding: Rounding
) -> None:
    text = step.format(f"({a})", b=f"({b})") if step == WELL else step.format(a=f"({a})", b=f"({b})")
    machine, chosen = floats(format, rounding), of(text)
    try:
        one = in_one(chosen, machine)
    except InputError:
        assume(False)
    two = certified(2, explore(CellMap(one.map.machine, twice(one.map.program)), 10**6, time.monotonic() + 100))
    assert check(two, chosen, machine)
    assert floats_on_cycles(two) == floats_on_cycles(one.certificate)


def floats_on_cycles(c: FateCertificate) -> set[int]:
    return {i for p in c.positions(RECURRENT) for i in range(c.low[p], c.high[p] + 1)}


BINARY64 = [
    ("x - 0.1*(9*x)", 1, 1, (1,), 1), ("x - 0.5*x", 3, 3, (1,), 1), ("x - 0.1*x", 9, 9, (1,), 1),
    ("x - 1.9*x", 9, 5, (1, 2), 1), ("x - 0.01*(x - 1/3)", 99, 99, (1,), 1),
    ("x - 0.001*(x - 0.3)", 999, 999, (1,), 5), ("x - 0.0001*(x - 0.3)", 9_999, 9_999, (1,), 5),
    ("x - 0.00001*(x - 0.3)", 99_999, 99_999, (1,), 5), ("x - 0.000001*(x - 0.3)", 999_999, 999_999, (1,), 30),
    ("x - 1.99*(x - 0.3)", 99, 50, (1, 2), 30), (WELL.format(0.1), 19, 19, (1,), 1),
    (WELL.format(0.9), 7, 5, (1, 2), 1), (WELL.format(1.2), 9, 6, (1, 2), 1),
]  # fmt: skip


@pytest.mark.parametrize(("step", "recurrent", "cycles", "periods", "seconds"), BINARY64)
def test_binary64(step: str, recurrent: int, cycles: int, periods: tuple[int, ...], seconds: float) -> None:
    began = time.process_time()
    found = in_one(of(step), inf.binary64, budget=inf.Budget(seconds=60))
    assert time.process_time() - began < 4 * seconds  # wide: the machine may be busy
    assert found.decided
    assert (found.recurrent, found.fixed_count + len(found.cycles), found.periods) == (recurrent, cycles, periods)
    if len(found.certificate) < 6_000:
        assert found.check()


def test_binary32_counts() -> None:
    assert in_one(of("x - 0.001*(x - 0.3)"), inf.binary32).recurrent == 1_001
    assert in_one(of("x - 0.00001*(x - 0.3)"), inf.binary32).recurrent == 100_001
    assert [in_one(of(s), inf.binary32).recurrent for s in ("x - 0.1*(9*x)", "x - 0.5*x", "x - 1.9*x")] == [1, 3, 9]


def test_directed_binary64_through_the_soft_core() -> None:
    machine, step = floats("binary64", "toward_zero"), of("x - 0.1*(9*x)")
    found = in_one(step, machine, budget=inf.Budget(seconds=60))
    assert found.decided
    assert listed(found) == {frozenset([-1]), frozenset([0]), frozenset([1])}
    for start in (1, -3, 10**300, inf.binary64.smallest):
        at = machine.const(Fraction(start))
        for _ in range(1_200):
            (at,) = step.program.execute(machine, [at, machine.integer(0)])
        assert index_of(machine.format, at) in (-1, 0, 1)


SMALL = [
    ("x - 0.1*(9*x)", (1, 0), (1, 0), (1, 0)), ("x - 0.1*x", (9, 0), (9, 0), (69, 0)),
    ("x - 0.5*x", (3, 0), (3, 0), (3, 0)), ("x - 1.9*x", (1, 8), (1, 8), (1, 238)),
    ("x - 2*x", (1, 65_022), (1, 236), (1, 238)), (WELL.format(0.1), (19, 0), (23, 0), (75, 0)),
    (WELL.format(1.2), (3, 4), (3, 4), (3, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("step", "bfloat16", "e4m3fn", "e5m2"), SMALL)
def test_small_formats(step: str, bfloat16: tuple[int, int], e4m3fn: tuple[int, int], e5m2: tuple[int, int]) -> None:
    """Fixed points and floats on longer cycles; -0 and +0 are one."""
    for format, expected in ((inf.bfloat16, bfloat16), (inf.e4m3fn, e4m3fn), (inf.e5m2, e5m2)):
        found = in_one(of(step), format)
        assert (found.fixed_count, found.recurrent - found.fixed_count) == expected


def test_a_chaotic_map_says_how_much_is_open() -> None:
    found = in_one(of("4*x*(1 - x)"), inf.binary64, budget=inf.Budget(seconds=1))
    assert not found.decided
    assert found.undecided > 10**15
    assert "undecided" in str(found)
    assert found.is_recurrent(2) is False
    assert found.is_recurrent(0) is True
    assert found.is_recurrent("1/2") is None or found.is_recurrent("1/2") is False


def tampered(c: FateCertificate, name: str, place: int, value: int) -> FateCertificate:
    column = list(getattr(c, name))
    column[place] = value
    return replace(c, **{name: tuple(column)})


@pytest.mark.parametrize("step", ["x - 0.1*x", "x - 1.9*x", WELL.format(0.9)])
def test_the_check_rejects_a_tampered_certificate(step: str) -> None:
    machine, chosen = floats("e4m3fn"), of(step)
    found = in_one(chosen, machine)
    c = found.certificate
    assert check(FateCertificate.from_dict(json.loads(json.dumps(c.as_dict()))), chosen, machine)
    bad = []
    for i in range(len(c)):
        if c.image_low[i] <= c.image_high[i]:
            bad.append(tampered(c, "image_high", i, c.image_high[i] - 1))
            bad.append(tampered(c, "image_low", i, c.image_low[i] + 1))
        if c.nan[i]:
            bad.append(tampered(c, "nan", i, 0))
        if c.status[i] == TRANSIENT:
            bad.append(tampered(c, "kind", i, STAYS))
            bad.append(tampered(c, "status", i, RECURRENT))
        if c.status[i] == RECURRENT and c.kind[i] == STAYS:
            bad.append(tampered(c, "status", i, TRANSIENT))
        if c.status[i] == RECURRENT and c.kind[i] != STAYS:
            bad.append(tampered(c, "status", i, TRANSIENT))
        bad.append(tampered(c, "high", i, c.high[i] + 1))
    reached = max(range(len(c)), key=lambda i: (c.status[i] == TRANSIENT, -c.rank[i]))
    bad.append(tampered(c, "rank", reached, -5))
    bad.append(replace(c, **{n: getattr(c, n)[1:] for n in (*c.as_dict(),) if n != "fold"}))
    for other in bad:
        with pytest.raises(Unverified):
            check(other, chosen, machine)
    with pytest.raises(Unverified):
        check(c, of("x - 0.7*x"), machine)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: in_one(of("tan(x)"), inf.binary64), "tan"),
        (lambda: fate(of("1/x"), inf.binary16), "-0 and"),
        (lambda: fate(of("x + n"), inf.binary16), "step number"),
        (lambda: fate(of("x/2"), inf.QQ), "finite set"),
        (lambda: fate(of("x/2"), inf.binary128), "binary64"),
        (lambda: fate(of("x/2"), inf.binary64, budget=3), "budget"),  # type: ignore[arg-type]
    ],
)
def test_refusals(make: object, what: str) -> None:
    with pytest.raises(InputError, match=what):
        make()  # type: ignore[operator]
