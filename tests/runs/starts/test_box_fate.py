"""The fate of every start in two variables, against exhaustion through the soft core, and against single orbits."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import NAN, Format, Pair
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.floating.soft import Floats, floats
from infinitesimal.errors import InputError, Unverified
from infinitesimal.recurrences.recurrence import Recurrence
from infinitesimal.runs.starts.atlas import atlas
from infinitesimal.runs.starts.box_certificate import BoxCertificate
from infinitesimal.runs.starts.box_check import check_boxes
from infinitesimal.runs.starts.box_fate import BoxFate
from infinitesimal.runs.starts.contraction import contraction
from infinitesimal.runs.starts.fate import fate
from infinitesimal.runs.starts.fate_certificate import RECURRENT, TRANSIENT
from infinitesimal.runs.starts.ordinals import index_of, pair_of, top_of
from infinitesimal.terms.parse import read_loss
from tests.strategies.formats import roundings, small_formats

State = tuple[int, ...]


def of(v: str, x: str) -> Recurrence:
    return inf.recurrence({"v": read_loss(v), "x": read_loss(x)}, {"v": 0, "x": 1})


def heavy_ball(rate: object, friction: object, centre: object = 0) -> Recurrence:
    """v = friction*v - rate*(x - centre), then x = x + v with the new v; a = 1 is multiplied as it would be."""
    gradient = f"1*(x - ({centre}))" if centre else "1*x"
    v = f"({friction})*v - ({rate})*({gradient})"
    return of(v, f"x + ({v})")


def in_boxes(process: object, machine: object, **options: inf.Budget) -> BoxFate:
    found = fate(process, machine, **options)
    assert isinstance(found, BoxFate)
    return found


def table(step: Recurrence, machine: Floats) -> dict[State, State]:
    """Every pair with its successor, op by op through the soft core; NaN is the index behind infinity."""
    format = machine.format
    last = top_of(format) + format.has_infinity

    def pair(index: int) -> Pair:
        return NAN if index > last else pair_of(format, index)

    def after(state: State) -> State:
        found = step.program.execute(machine, [*map(pair, state), machine.integer(0)])
        return tuple(last + 1 if p == NAN else index_of(format, p) for p in found)

    return {state: after(state) for state in product(range(-last, last + 2), repeat=2)}


def cycles_of(successors: dict[State, State]) -> Iterator[frozenset[State]]:
    colour: dict[State, State] = {}
    for start in successors:
        path, at = [], start
        while at not in colour:
            colour[at] = start
            path.append(at)
            at = successors[at]
        if colour[at] == start:
            yield frozenset(path[path.index(at) :])


def index_box(found: BoxFate, state: dict[str, inf.Float]) -> State:
    order = found.map.machine.order
    gone = [x.is_nan for x in state.values()]
    return tuple(found.map.lost if g else int(order(float(x.exact))) for x, g in zip(state.values(), gone, strict=True))


def listed(found: BoxFate) -> set[frozenset[State]]:
    cycles = {frozenset(index_box(found, state) for state in cycle) for cycle in found.cycles}
    for r in found.fixed_points:
        sides = zip(index_box(found, r.low), index_box(found, r.high), strict=True)
        cycles |= {frozenset([state]) for state in product(*(range(a, b + 1) for a, b in sides))}
    return cycles


def compare(step: Recurrence, machine: Floats) -> BoxFate:
    found = in_boxes(step, machine)
    top = found.map.machine.top
    cycles = set(cycles_of(table(step, machine)))
    expected = {c for c in cycles if any(all(abs(i) <= top for i in state) for state in c)}
    assert found.decided
    assert listed(found) == expected
    assert found.recurrent == sum(all(abs(i) <= top for i in state) for c in expected for state in c)
    if not found.certificate.proof:  # then the states that are not finite are among its boxes
        boxes = zip(found.certificate.boxes(), found.certificate.status, strict=True)
        states = {
            s for (_, box), status in boxes if status == RECURRENT for s in product(*(range(a, b + 1) for a, b in box))
        }
        assert states == {state for cycle in cycles for state in cycle}
    assert found.check()
    return found


STEPS = st.sampled_from(
    [
        ("{b}*v - {a}*x", "x + ({b}*v - {a}*x)"), ("v - {a}*(v + {b}*x)", "x - {a}*({b}*v + 2*x)"), ("x", "v"),
        ("{a}*x", "{b}*v"), ("v - {a}*x", "x + {a}*v"), ("x", "{a}*x - {b}*v"), ("v + x", "v"), ("v*x", "x - {a}*v"),
        ("{a} - v*v", "x - {b}*v"), ("v", "x"), ("v", "x - {a}*v"), ("x", "1 - {a}*x*x + {b}*v"), ("{a}", "v"),
        ("v - {a}*(v*v*v - x)", "x - {a}*(x - v)"), ("v/2 + {b}", "x/(2 + v*v) - {a}"), ("-x", "v"), ("{a}*v", "x"),
        ("tanh(x + {b}*v)", "v - {a}*x"), ("v - {a}*sin(x)", "x + {a}*v"), ("Abs(v) - {a}", "relu(x) - {b}*v"),
        ("{b}*v - {a}*(x - {b})", "x + ({b}*v - {a}*(x - {b}))"), ("(v + x)/2", "(x - v)/{a}"), ("x*x - {a}", "v*v"),
    ]
)  # fmt: skip
NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=40) | st.sampled_from([-2, 1, 2, 3])


@settings(max_examples=60, deadline=None)
@given(STEPS, NUMBERS, NUMBERS, small_formats(), roundings())
@example(("{b}*v - {a}*x", "x + ({b}*v - {a}*x)"), Fraction(1, 10), Fraction(9, 10), Format(4, -3, 3), Rounding.UP)
@example(
    ("{b}*v - {a}*x", "x + ({b}*v - {a}*x)"), Fraction(1, 10), Fraction(1, 2), Format(4, -2, 3), Rounding.NEAREST_EVEN
)
@example(("{a}", "v"), -2, 1, Format(1, -1, 0, False), Rounding.NEAREST_EVEN)
def test_fate_is_exhaustion(step: tuple[str, str], a: object, b: object, format: Format, rounding: Rounding) -> None:
    assume(top_of(format) <= 24)
    machine = floats(format, rounding)
    try:
        compare(of(*(text.format(a=f"({a})", b=f"({b})") for text in step)), machine)
    except InputError as error:
        assume("-0 or +0" not in str(error))
        assume("const(" not in str(error))
        raise


@pytest.mark.parametrize("format", [inf.e4m3fn, inf.e5m2], ids=repr)
@pytest.mark.parametrize(
    ("v", "x"),
    [
        ("0.9*v - 0.1*(1*x)", "x + (0.9*v - 0.1*(1*x))"),
        ("v - 0.1*(2*v + x)", "x - 0.1*(v + 2*x)"),
        ("v/2 - 0.25*x", "x - v*v"),
    ],
)
def test_pairs_of_8_bits(format: Format, v: str, x: str) -> None:
    """All 65,536 pairs, against the atlas."""
    step = of(v, x)
    found, whole = in_boxes(step, format, budget=inf.Budget(seconds=100)), atlas(step, format)
    space = whole.space
    on_cycles = {tuple(row) for row in _indices(whole) if max(map(abs, row)) <= space.machine.top}
    assert found.decided
    assert {state for cycle in listed(found) for state in cycle} == on_cycles
    assert found.check()


def _indices(whole: object) -> Iterator[State]:
    assert isinstance(whole, inf.Atlas)
    side, offset = whole.space.side, whole.space.offset
    for state in (whole.tail == 0).nonzero()[0].tolist():
        yield state // side - offset, state % side - offset


BALLS = [("0.1", "0.9", 19, 14_076), ("0.01", "0.9", 60, 14_057), ("1", "0.9", 6, 14_109), ("3", "0.9", 3, 14_128)]


@pytest.mark.parametrize(("rate", "friction", "period", "tail"), BALLS)
def test_the_heavy_ball_in_binary64(rate: str, friction: str, period: int, tail: int) -> None:
    """All 2**128 starts. The cycle of the start (0, 1), found by walking, is one of those listed."""
    found = in_boxes(heavy_ball(rate, friction), inf.binary64)
    assert found.decided
    b, r, v, x = float(friction), float(rate), 0.0, 1.0
    orbit = set()
    for n in range(tail + period):
        if n >= tail:
            orbit.add((v, x))
        v = b * v - r * (1.0 * x)
        x = x + v
    assert len(orbit) == period
    assert orbit in [{(float(s["v"]), float(s["x"])) for s in cycle} for cycle in found.cycles]
    if len(found.certificate) < 6_000:
        assert found.check()
    if rate == "0.1":
        assert (found.recurrent, found.fixed_count, len(found.cycles)) == (297, 9, 15)


def test_every_recurrent_state_of_the_heavy_ball_comes_back() -> None:
    """By plain Python; and no other of a box three times as wide does, nor do 200 far ones end elsewhere."""
    found = in_boxes(heavy_ball("0.1", "0.9"), inf.binary64)
    tiny = 5e-324
    cyclic = {tuple(i * tiny for i in state) for cycle in listed(found) for state in cycle}

    def step(v: float, x: float) -> tuple[float, float]:
        v = 0.9 * v - 0.1 * (1.0 * x)
        return v, x + v

    assert {step(*state) for state in cyclic} == cyclic
    seen: set[tuple[float, float]] = set(cyclic)
    for start in product(range(-95, 96, 2), range(-275, 276, 5)):
        state, path = (start[0] * tiny, start[1] * tiny), []
        while state not in seen:
            seen.add(state)
            path.append(state)
            state = step(*state)
        assert state in cyclic or state not in path
    for k in range(40):
        v, x = 1.7**k * (-1) ** k, 3.1 ** (20 - k)
        for _ in range(16_000):
            v, x = step(v, x)
        assert (v, x) in cyclic


def test_the_heavy_ball_around_a_third_comes_to_rest() -> None:
    found = in_boxes(heavy_ball("0.1", "0.9", "1/3"), inf.binary64, budget=inf.Budget(seconds=100))
    assert found.decided
    assert (found.recurrent, found.fixed_count, found.cycles) == (11, 11, ())
    assert {float(r.low["x"]) for r in found.fixed_points} == {1 / 3}
    for r in found.fixed_points:
        v, x = float(r.low["v"]), float(r.low["x"])
        new = 0.9 * v - 0.1 * (1.0 * (x - 1 / 3))
        assert (new, x + new) == (v, x)


def test_a_gradient_of_two_variables() -> None:
    process = inf.descent("x**2 + x*y + y**2", rate="0.1")
    found = in_boxes(process, inf.binary64)
    assert found.decided
    assert found.check()
    step = process.recurrence.program
    machine = floats("binary64")
    for r in found.fixed_points:
        for end in (r.low, r.high):
            state = [machine.embed(x) for x in end.values()]
            assert list(step.execute(machine, [*state, machine.integer(0)])) == state


@pytest.mark.parametrize(
    "step", [of("x/2", "v/4"), of("x/2 + 3", "1/3 - v/4"), heavy_ball(Fraction(1, 2), Fraction(1, 4), Fraction(1, 3))]
)
@pytest.mark.parametrize("format", [Format(3, -7, 3), Format(4, -3, 3), Format(3, -5, 3, subnormals=False)], ids=repr)
def test_regions_hold_all_finite_cycles(step: Recurrence, format: Format) -> None:
    """The norm argument by itself, against exhaustion."""
    machine, top = floats(format), top_of(format)
    found = contraction(step.program.lowered(), machine)
    for cycle in cycles_of(table(step, machine)):
        if found is not None and all(abs(i) <= top for state in cycle for i in state):
            assert all(low <= i <= high for state in cycle for i, (low, high) in zip(state, found[0], strict=True))


def test_coarse_rounding_shrinks_no_norm() -> None:
    """With 6 bits the errors of the heavy ball outweigh what a step gains, and with 8 they do not."""
    ball = heavy_ball("0.1", "0.9").program.lowered()
    found = [contraction(ball, floats(Format(p, -40, 40))) is not None for p in (4, 6, 8, 24)]
    assert found == [False, False, True, True]
    assert contraction(heavy_ball("0.1", 1).program.lowered(), floats("binary64")) is None
    assert contraction(ball, floats("binary64", "up")) is None


def test_a_map_without_friction_says_how_much_is_open() -> None:
    found = in_boxes(heavy_ball("0.1", 1), inf.binary64, budget=inf.Budget(seconds=0.5))
    assert not found.decided
    assert found.undecided > 2**100
    assert "undecided" in str(found)


def test_the_check_rejects_a_tampered_certificate() -> None:
    chosen, machine = heavy_ball("0.1", "0.9"), floats(Format(2, -2, 2))
    for step in (chosen, of("x", "1 - 1.5*x*x + 0.3*v")):
        c = in_boxes(step, machine).certificate
        assert check_boxes(BoxCertificate.from_dict(json.loads(json.dumps(c.as_dict()))), step, machine)
        bad = [replace(c, root=((c.root[0][0] + 1, c.root[0][1]), c.root[1]))]
        for i in range(0, len(c), max(1, len(c) // 40)):
            image = c.image[i]
            for k in range(2):
                shrunk = list(image)
                shrunk[2 * k + 1] -= 1
                bad.append(_changed(c, "image", i, tuple(shrunk)))
            if c.status[i] == TRANSIENT:
                bad.append(_changed(c, "status", i, RECURRENT))
                bad.append(_changed(c, "sign", i, 0o44))
            elif c.status[i] == RECURRENT:
                bad.append(_changed(c, "status", i, TRANSIENT))
            bad.append(_changed(c, "status", i, 3))
            if c.sign[i] & 7 and c.sign[i] >> 3:  # a single state: its signs are exact
                bad.append(_changed(c, "sign", i, c.sign[i] ^ (3 if c.sign[i] & 3 else 5)))
        inner = [node for node, axis in enumerate(c.axis) if axis >= 0]
        for node in inner[:: max(1, len(inner) // 20)]:
            bad.append(_changed(c, "child", node, c.child[node] + 2))
            bad.append(_changed(c, "child", node, 0))
            bad.append(_changed(c, "cut", node, 10**6))
        reached = max(range(len(c)), key=lambda i: (c.status[i] == TRANSIENT, -c.rank[i]))
        bad.append(_changed(c, "rank", reached, -5))
        for other in bad:
            with pytest.raises(Unverified):
                check_boxes(other, step, machine)
        with pytest.raises(Unverified):
            check_boxes(c, of("x - 0.7*v", "v/2"), machine)


def test_the_check_rejects_a_root_that_leaves_something_out() -> None:
    step, machine = heavy_ball("0.1", "0.9"), floats("binary64")
    c = in_boxes(step, machine).certificate
    (low, high), other = c.root
    for root in (((low + 1, high), other), ((low, high - 1), other)):
        with pytest.raises(Unverified):
            check_boxes(replace(c, root=root), step, machine)
    with pytest.raises(Unverified):
        check_boxes(replace(c, proof=()), step, machine)
    *rows, _ = c.proof
    with pytest.raises(Unverified):
        check_boxes(replace(c, proof=(*rows, ((1, 2),))), step, machine)


def _changed(c: BoxCertificate, name: str, place: int, value: object) -> BoxCertificate:
    column = list(getattr(c, name))
    column[place] = value
    return replace(c, **{name: tuple(column)})


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (
            lambda: fate(inf.recurrence({"x": "y", "y": "z", "z": "x"}, {"x": 1, "y": 2, "z": 3}), inf.binary16),
            "x, y, z",
        ),
        (lambda: fate(of("v/x", "v"), inf.binary16), "-0 or \\+0"),
        (lambda: fate(of("v + n", "v"), inf.binary16), "step number"),
        (lambda: fate(of("x", "v"), inf.binary128), "binary64"),
        (lambda: fate(of("tan(x)", "v"), inf.binary16), "tan"),
    ],
)
def test_refusals(make: Callable[[], object], what: str) -> None:
    with pytest.raises(InputError, match=what):
        make()
