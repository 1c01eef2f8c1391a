"""A regime is what plain exact iteration shows, on many random small cases and on every border."""

import random
from fractions import Fraction as F
from itertools import pairwise
from math import inf, log2

import pytest

from infinitesimal import Truth, at, descent, regime
from infinitesimal.errors import BudgetSpent, InputError
from infinitesimal.interval import Interval
from infinitesimal.linear.iterations import iteration
from infinitesimal.linear.quadratics import quadratic_of
from infinitesimal.optimization.regimes.modes import Law
from infinitesimal.optimization.regimes.partitions import CONVERGENT
from infinitesimal.optimization.regimes.regimes import Regime
from infinitesimal.optimization.spectra import annihilator, spectrum
from infinitesimal.recurrences.descents import Descent
from tests.optimization.plain_descents import Plain, bits

STEPS = 48
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))]
"""Eight seeds are more than ten thousand cases, of which the first is in every run of the tests."""


def made(case: Plain) -> Descent:
    start = dict(zip("xyz", case.start, strict=False))
    beta = case.beta if case.method in ("momentum", "nesterov") else None
    rate = "exact" if case.rate is None else case.rate
    return descent(case.text, start, rate, case.method, beta=beta)


def size_of(found: Regime) -> float:
    r = found.radius
    return float(r.upper if isinstance(r, Interval) else r)


def check(case: Plain, found: Regime) -> None:
    """Everything that a finite number of exact steps can show about a regime."""
    steps = case.changes(STEPS)
    moved = [any(step) for step in steps]
    last = max((i + 1 for i, m in enumerate(moved) if m), default=0)
    if found.name in ("at rest", "one step", "finite"):
        assert last == found.arrival, case
        assert found.converges is Truth.TRUE and (found.name == "finite") == (last > 1)
        return
    assert all(a or b for a, b in pairwise(moved)), case  # every other regime never arrives
    assert found.arrival is None
    radius = size_of(found)
    assert (found.converges is Truth.TRUE) == (radius < 1) == (found.name in CONVERGENT), case
    late, early = (max(bits(step) for step in steps[k - 8 : k]) for k in (STEPS, STEPS // 2))
    assert abs((late - early) / (STEPS // 2) - log2(radius)) < 0.4, (case, radius)
    if found.name == "two-cycle" and all(abs(t) == 1 for t in found.multipliers):
        assert all(a == [-x for x in b] for a, b in pairwise(steps)), case
    if found.name == "bounded" and found.period is not None:
        p = found.period
        if p < STEPS // 2 and all(abs(complex(t)) > 0.999 for t in found.multipliers):
            assert steps[p:] == steps[:-p] and all(steps[k:] != steps[:-k] for k in range(1, p)), case
    if found.name == "constant drift":
        turns = [[a - b for a, b in zip(x, y, strict=True)] for x, y in pairwise(steps)]
        late, early = (max(abs(c) for turn in turns[k - 8 : k] for c in turn) for k in (len(turns), len(turns) // 2))
        assert late < early or not late, case  # the steps tend to a constant


def alone(case: Plain, found: Regime) -> None:
    """In one variable with a curvature: the signs of the error."""
    a, b = case.hessian[0][0], case.slope[0]
    errors = [F(x[0], q) - b / a for x, q in case.points(STEPS)]
    if found.name == "monotone":
        assert all(0 < y / x < 1 for x, y in pairwise(errors)), case
    if found.name == "two-cycle" and case.method == "gradient":
        assert all(y == -x for x, y in pairwise(errors))
    if found.name == "oscillating" and (case.beta == 0 or case.method == "gradient"):
        assert all(y / x < 0 for x, y in pairwise(errors))
    if found.name == "divergent" and found.manner == "monotone":
        # a combination of powers of two positive numbers vanishes at most once
        assert sum((x > 0) != (y > 0) for x, y in pairwise(errors)) <= 1, case


def by_the_whole_matrix(case: Plain, found: Regime) -> None:
    """A second derivation: the annihilator of the first step under the matrix of the whole state."""
    d = made(case)
    mapping = iteration(d)
    assert mapping is not None
    matrix, column = mapping
    recurrence = d.recurrence
    values = recurrence.start_values()
    from flint import fmpq, fmpq_mat

    state = fmpq_mat([[fmpq(values[n].numerator, values[n].denominator)] for n in recurrence.names])
    place = spectrum(annihilator(matrix, matrix * state + column - state))
    stable = not place.outside and not place.on
    assert (found.converges is Truth.TRUE) == stable, case
    if found.radius is not None and found.name not in ("at rest", "one step", "finite"):
        exact = place.radius
        if not isinstance(exact, Interval):
            assert abs(float(exact.ball(64)) - size_of(found)) < 1e-12, case
    if stable and found.name in ("monotone", "oscillating"):
        assert (found.name == "monotone") == place.is_real_and_not_negative, case


RATES = [F(k, m) for m in (1, 2, 3, 4, 5) for k in range(1, 9)]
BETAS = [F(k, m) for m in (1, 2, 3, 4) for k in range(-5, 6)]


def borders(method: str, beta: F, a: F) -> list[F]:
    """The rates on the borders, from the formulas of the theory."""
    if a <= 0:
        return []
    found = [1 / a, 2 / a]
    if method == "momentum":
        found += [2 * (1 + beta) / a]
    if method == "nesterov" and beta not in (-1, F(-1, 2), 0):
        found += [((1 - beta) / (1 + beta)) ** 2 / a, (2 + 2 * beta) / (1 + 2 * beta) / a, (1 - 1 / beta) / a]
    return [r for r in found if r > 0]


def drawn(random_: random.Random, dimension: int) -> Plain:
    method = random_.choice(["gradient", "momentum", "nesterov"])
    beta = random_.choice(BETAS) if method != "gradient" else F(0)
    small = [F(k, m) for m in (1, 2, 3) for k in range(-4, 5)]
    if dimension == 1:
        hessian = [[random_.choice([*small, F(1), F(2), F(9)])]]
    else:
        # eigenvectors (3, 4)/5 and (-4, 3)/5 with rational eigenvalues, or any symmetric matrix
        a, b = (random_.choice([F(k) for k in range(-1, 5)]) for _ in range(2))
        hessian = [[(9 * a + 16 * b) / 25, 12 * (a - b) / 25], [12 * (a - b) / 25, (16 * a + 9 * b) / 25]]
        if random_.random() < 0.4:
            off = random_.choice(small)
            hessian = [[random_.choice(small), off], [off, random_.choice(small)]]
    d = range(dimension)
    start = [random_.choice(small) for _ in d]
    slope = [random_.choice(small) for _ in d]
    if dimension == 2 and random_.random() < 0.3:  # a start on an eigenvector
        start = random_.choice([[F(3), F(4)], [F(-4), F(3)]])
        slope = [F(0), F(0)]
    rates = [*RATES, *(r for a in (hessian[0][0], F(2), F(3), F(4)) for r in borders(method, beta, a))]
    return Plain(tuple(map(tuple, hessian)), tuple(slope), tuple(start), method, random_.choice(rates), beta)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_variable(seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(800):
        case = drawn(random_, 1)
        found = regime(made(case))
        check(case, found)
        if case.hessian[0][0]:
            alone(case, found)
        by_the_whole_matrix(case, found)
        assert case.rate is not None and (found.interval is None or case.rate in found.interval)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_variables(seed: int) -> None:
    random_ = random.Random(100 + seed)
    for _ in range(400):
        case = drawn(random_, 2)
        found = regime(made(case))
        check(case, found)
        by_the_whole_matrix(case, found)


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_sweeps(seed: int) -> None:
    random_ = random.Random(200 + seed)
    small = [F(k, m) for m in (1, 2) for k in range(-3, 4)]
    done = 0
    while done < 150:
        d = random_.choice([1, 2, 2, 3])
        rows = [[random_.choice(small) for _ in range(d)] for _ in range(d)]
        hessian = [[(rows[i][j] + rows[j][i]) / 2 for j in range(d)] for i in range(d)]
        rate = random_.choice([None, *RATES])
        if rate is None and not all(hessian[i][i] for i in range(d)):
            continue
        start, slope = ([random_.choice(small) for _ in range(d)] for _ in range(2))
        case = Plain(tuple(map(tuple, hessian)), tuple(slope), tuple(start), "coordinate", rate)
        if len(quadratic_of(made(case).loss).names) < d:  # type: ignore[union-attr]
            continue
        found = regime(made(case))
        try:
            check(case, found)
        except AssertionError:
            if found.radius is not None and 0.8 < size_of(found) < 1.25:
                continue  # slow: forty steps do not show it
            raise
        by_the_whole_matrix(case, found)
        done += 1


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_is_where_the_name_stays(seed: int) -> None:
    """Inside the interval the name is the same; just outside it is another."""
    random_ = random.Random(300 + seed)
    for _ in range(60):
        case = drawn(random_, random_.choice([1, 2]))
        d = made(case)
        found = regime(d)
        if found.interval is None or found.name == "at rest":
            continue
        i, near = found.interval, F(1, 10**12)
        low = _rational(i.low)
        high = None if i.high is None else _rational(i.high)
        inside = [low + near, F(2) * low + 10**6 if high is None else high - near] if not i.is_point else []
        for rate in inside:
            assert regime(_at(case, rate)).name == found.name, (case, i, rate)
        for end, border, included, way in ((i.low, low, i.includes_lower, -1), (i.high, high, i.includes_upper, 1)):
            if border is None or end is None or (not included and end.rational is None):
                continue
            rate = border + way * near if included else border
            if rate > 0:
                assert regime(_at(case, rate)).name != found.name, (case, i, rate)


def _rational(end: object) -> F:
    if end.rational is not None:  # type: ignore[attr-defined]
        return end.rational  # type: ignore[attr-defined,no-any-return]
    value = end.ball(128).mid().fmpq()  # type: ignore[attr-defined]
    return F(int(value.p), int(value.q))


def _at(case: Plain, rate: F) -> Descent:
    return made(Plain(case.hessian, case.slope, case.start, case.method, rate, case.beta))


def test_names_of_marked_cases() -> None:
    def name(loss: str, start: object, rate: object, method: str = "gradient", **more: object) -> str:
        return regime(descent(loss, start, rate, method, **more)).name  # type: ignore[arg-type]

    assert name("x**2", 1, "1/4") == "monotone" and name("x**2", 1, "1/2") == "one step"
    assert name("x**2", 1, "3/4") == "oscillating" and name("x**2", 1, 1) == "two-cycle"
    assert name("x**2", 1, 2) == "divergent" and name("x**2", 0, 2) == "at rest"
    assert name("3*x", 0, 2) == "constant drift"
    assert name("-x**2", 1, 2) == "divergent" and name("x**2 - y**2", {"x": 1, "y": 0}, "1/4") == "monotone"
    assert name("x**2 - y**2", 1, "1/4") == "saddle" and name("x**2 - y**2", 1, 2) == "divergent"
    assert (
        name("x**2 + y**2", 1, None, "steepest") == "one step"
        and name("x**2 + 2*y**2", 1, None, "steepest") == "zigzag"
    )
    assert name("x**2 + y**2", 1, None, "newton") == "one step" and name("x**2", 1, "1/2", "newton") == "monotone"
    assert name("x**2", 1, 1, "momentum", beta=1) == "bounded" and name("x**4", 1, "1/9") == "monotone"
    assert name("x**2 + x*y + y**2", 1, "1/(n+1)") == "monotone"
    assert str(regime(descent("x**2", 1, "1/4"))).startswith("monotone")


def test_the_sweep_that_arrives_after_some_steps() -> None:
    """Exact coordinate descent on (1, 2, 1): the multipliers are cos(k*pi/(d+1))**2 and zeros."""
    loss = "x**2 + y**2 + z**2 + x*y + y*z"
    found = regime(descent(loss, {"x": 1, "y": 3, "z": 5}, "exact", "coordinate"))
    assert found.radius == F(1, 2) and found.name == "monotone"
    assert regime(descent("x**2 + y**2 + z**2", 1, "exact", "coordinate")).name == "one step"
    nilpotent = regime(descent("x**2 + 2*x*y + 2*y**2 + z**2/2", {"x": 1, "y": 0, "z": 0}, "1/2", "coordinate"))
    assert nilpotent.converges is not Truth.UNKNOWN


def test_momentum_is_stable_up_to_the_formula() -> None:
    for beta in (F(0), F(1, 4), F(1, 2), F(9, 10), F(-1, 2)):
        for a in (F(1), F(7, 3)):
            edge = 2 * (1 + beta) / a
            names = [Law("momentum", beta).mode(a * r).name for r in (edge - F(1, 999), edge, edge + F(1, 999))]
            assert names == ["OSCILLATING", "ALTERNATING", "DIVERGENT"]


def test_a_method_without_a_step_says_so() -> None:
    with pytest.raises(InputError, match="singular"):
        regime(descent("x**2 + 2*x*y + y**2", 1, None, "newton"))
    with pytest.raises(InputError, match="curvature along"):
        regime(descent("x*y + x**2", 1, "exact", "coordinate"))


def test_many_variables_are_quick() -> None:
    import time

    names = [f"w{i:02}" for i in range(24)]
    terms = [f"{i + 1}*{v}**2/2" for i, v in enumerate(names)] + [f"{a}*{b}" for a, b in pairwise(names)]
    d = descent(" + ".join(terms), 1, "1/40")
    began = time.perf_counter()
    assert regime(d).name == "monotone"
    assert time.perf_counter() - began < 20
    assert inf > size_of(regime(d)) > 0


def test_what_cannot_be_decided_says_why() -> None:
    with pytest.raises(InputError, match="not a descent"):
        regime(5)  # type: ignore[arg-type]
    symbolic = regime(descent("c*x**2", 1, "1/4", parameters=["c"]))
    assert symbolic.name == "unknown" and "symbols" in symbolic.reason and symbolic.converges is Truth.UNKNOWN
    assert "is not quadratic" in regime(descent("x**4", None, "1/4")).reason
    assert regime(descent("x**4", 0, "1/4")).name == "at rest"
    many = " + ".join(f"v{i}**2" for i in range(130))
    with pytest.raises(BudgetSpent, match="130 variables"):
        regime(descent(many, 1, "1/4"))


def test_a_double_multiplier_beyond_one_grows_without_swinging() -> None:
    """Momentum with beta = 4 and h = 1 has the double multiplier 2: the error is 2**n*(1 - n)."""
    walk = descent("x**2/2", 1, 1, "momentum", beta=4)
    found = regime(walk)
    assert (found.name, found.manner, found.multipliers) == ("divergent", "monotone", (F(2),))
    assert [at(walk, k)["x"] for k in range(6)] == [2**k * (1 - k) for k in range(6)]
