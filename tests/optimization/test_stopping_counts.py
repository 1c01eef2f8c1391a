"""Every count is that of plain iteration over fractions, at equality too, for every method and every rule."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import pytest

from infinitesimal.arithmetic import Budget
from infinitesimal.errors import InfinitesimalError
from infinitesimal.interval import Interval
from infinitesimal.limits.stopping import StoppingTime, steps_until
from infinitesimal.optimization.stopping.rules import all_of, any_of
from infinitesimal.recurrences.descents import Descent, descent
from infinitesimal.truth import Truth
from tests.oracles.stopping import Bowl, Vector, count, iterates, patient, quantity, solved

RULES = ("abs_dx", "rel_dx", "grad", "loss_diff", "patience")
METHODS = ("gradient", "gradient", "momentum", "nesterov", "coordinate", "newton", "steepest")
MOST = 40
STEEPEST = 9
"""Steps looked at; the digits of steepest descent multiply."""
SHORT = Budget(seconds=0.25)


@dataclass(frozen=True)
class Case:
    bowl: Bowl
    descent: Descent
    points: list[Vector]


def small(draw: random.Random, size: int = 4, bottom: int = 4) -> Fraction:
    """0, 1 and -1 often: those are where formulas change shape."""
    general = Fraction(draw.randint(-size, size), draw.randint(1, bottom))
    return draw.choice([Fraction(0), Fraction(1), Fraction(-1), general, general, general])


def draw_case(draw: random.Random, dimension: int) -> Case | None:
    names = "xyz"[:dimension]
    hessian = [[Fraction(0)] * dimension for _ in names]
    for i in range(dimension):
        hessian[i][i] = small(draw) if draw.random() < 0.4 else abs(small(draw)) + Fraction(1, 2)
        for j in range(i):
            hessian[i][j] = hessian[j][i] = small(draw, 1, 3) if draw.random() < 0.6 else Fraction(0)
    bowl = Bowl(hessian, [small(draw) for _ in names])
    method = draw.choice(METHODS)
    rate = Fraction(draw.randint(1, 9), draw.choice([2, 3, 4, 5, 10]))
    general = Fraction(draw.randint(-3, 5), 4)
    beta = draw.choice([Fraction(0), Fraction(1, 4), Fraction(9, 10), Fraction(1), Fraction(-1, 2), general])
    start = [small(draw) for _ in names]
    options: dict[str, object] = {} if method == "steepest" else {"rate": rate}
    if method in ("momentum", "nesterov"):
        options["beta"] = beta
    try:
        made = descent(bowl.text(names), dict(zip(names, start, strict=True)), method=method, **options)  # type: ignore[arg-type]
        steps = STEEPEST if method == "steepest" else MOST
        points = list(islice(iterates(bowl, start, method, rate, beta), steps + 1))
    except (InfinitesimalError, ZeroDivisionError, StopIteration, RuntimeError):
        return None  # a loss without one of its variables, or a Hessian or a line without a minimum
    return Case(bowl, made, points) if made.loss.names == tuple(names) else None


def cases(seed: int, dimension: int, number: int) -> Iterator[tuple[random.Random, Case]]:
    draw = random.Random(seed)
    while number:
        case = draw_case(draw, dimension)
        if case is not None:
            number -= 1
            yield draw, case


def draw_tolerance(draw: random.Random, rule: str, case: Case) -> Fraction:
    """Half of them meet the quantity of some step exactly."""
    if draw.random() < 0.1:
        return Fraction(0)
    if draw.random() < 0.5:
        return Fraction(draw.randint(1, 9), draw.choice([1, 10, 100, 10**4, 10**6]))
    i = draw.randint(1, len(case.points) - 1)
    before, x = case.points[i - 1], case.points[i]
    if rule == "patience":
        other = case.points[min(len(case.points) - 1, i + draw.randint(1, 3))]
        return abs(case.bowl.value(x) - case.bowl.value(other))
    size = quantity(rule, case.bowl, before, x)
    assert size is not None
    length = max(map(abs, x))
    return size if rule != "rel_dx" else size / length if length else Fraction(1)


def check(found: StoppingTime, expected: int | None, case: Case) -> bool:
    """Whether the count agrees; and what remains with it. Returns whether it is decided."""
    most = len(case.points) - 1
    if found.never is Truth.UNKNOWN:
        assert found.steps is None
        assert expected is None or found.not_before <= expected
        return False
    if found.never is Truth.TRUE:
        assert found.steps is None and expected is None and found.reason
        return True
    assert found.steps is not None
    assert found.steps == expected if expected is not None else found.steps > most
    if found.remaining is not None and found.steps <= most:
        center = solved(case.bowl.hessian, case.bowl.slope) if _regular(case.bowl) else None
        if center is not None:
            left = max(abs(a - b) for a, b in zip(case.points[found.steps], center, strict=True))
            assert left in found.remaining if isinstance(found.remaining, Interval) else left == found.remaining
    return True


def _regular(bowl: Bowl) -> bool:
    try:
        solved(bowl.hessian, bowl.slope)
    except (StopIteration, RuntimeError):
        return False
    return True


def compare(rule: str, draw: random.Random, case: Case) -> bool:
    tolerance = draw_tolerance(draw, rule, case)
    most = len(case.points) - 1
    if rule == "patience":
        patience = draw.randint(1, 4)
        expected = patient((case.bowl.value(x) for x in case.points), patience, tolerance, most)
        return check(steps_until(case.descent, rule, tolerance, patience=patience, budget=SHORT), expected, case)
    strict = draw.random() < 0.5
    norm = "euclidean" if rule in ("abs_dx", "grad") and draw.random() < 0.3 else "max"
    expected = count(iter(case.points), rule, case.bowl, tolerance, strict, most, norm)
    return check(steps_until(case.descent, rule, tolerance, strict, norm=norm, budget=SHORT), expected, case)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("dimension", "number"), [(1, 400), (2, 60), (3, 30)])
def test_a_count_is_that_of_plain_iteration(rule: str, dimension: int, number: int) -> None:
    decided = [compare(rule, draw, case) for draw, case in cases(RULES.index(rule), dimension, number)]
    assert sum(decided) > 0.8 * number


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("dimension", "number"), [(1, 10_000), (2, 3_000), (3, 1_000)])
def test_ten_thousand_counts_are_those_of_plain_iteration(rule: str, dimension: int, number: int) -> None:
    decided = [compare(rule, draw, case) for draw, case in cases(100 + RULES.index(rule), dimension, number)]
    assert sum(decided) > 0.8 * number


@pytest.mark.parametrize("dimension", [1, 2])
def test_combined_rules_are_those_of_plain_iteration(dimension: int) -> None:
    decided = []
    for draw, case in cases(7, dimension, 150):
        names = draw.sample(RULES[:4], 2)
        bounds = [draw_tolerance(draw, name, case) for name in names]
        texts = [f"{name}<={bound}" for name, bound in zip(names, bounds, strict=True)]
        held = [
            {n for n in range(len(case.points)) if _holds(name, bound, case, n)}
            for name, bound in zip(names, bounds, strict=True)
        ]
        first = min(held[0] | held[1], default=None)
        decided.append(check(steps_until(case.descent, any_of(*texts), budget=SHORT), first, case))
        both = min(held[0] & held[1], default=None)
        decided.append(check(steps_until(case.descent, all_of(*texts), budget=SHORT), both, case))
        patience = draw.randint(1, 3)
        wait = patient((case.bowl.value(x) for x in case.points), patience, bounds[0], len(case.points) - 1)
        either = min((n for n in (wait, min(held[1], default=None)) if n is not None), default=None)
        rule = f"patience({patience})<={bounds[0]} | {texts[1]}"
        decided.append(check(steps_until(case.descent, rule, budget=SHORT), either, case))
    assert sum(decided) > 0.9 * len(decided)


def _holds(name: str, bound: Fraction, case: Case, n: int) -> bool:
    points = iter(case.points[max(n - 1, 0) : n + 1])
    found = count(points, name, case.bowl, bound, False, 1)
    before = next(iter(case.points[max(n - 1, 0) : n]), None)
    if name == "grad" or before is None:
        return count(iter([case.points[n]]), name, case.bowl, bound, False, 0) == 0
    return found == 1
