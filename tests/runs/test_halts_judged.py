"""Several hundred classic halts, found by a judge that shares nothing with the package: step, bits, reason, cycle."""

from fractions import Fraction
from itertools import product

import pytest

from infinitesimal.arithmetic import Budget
from infinitesimal.arithmetics.floating.format import FORMATS, Format
from infinitesimal.arithmetics.floating.soft import floats
from infinitesimal.recurrences.recurrence import recurrence
from infinitesimal.runs.halting import Halt
from infinitesimal.runs.run import run
from tests.oracles.halt_judge import BeyondJudging, Judged, Machine, Recipe, Value, judge
from tests.oracles.halt_recipes import RECIPES

SHAPES: dict[str, tuple[int, int, int]] = {
    "binary16": (11, -14, 15),
    "bfloat16": (8, -126, 127),
    "tf32": (11, -126, 127),
    "binary32": (24, -126, 127),
    "binary64": (53, -1022, 1023),
    "x87": (64, -16382, 16383),
    "binary128": (113, -16382, 16383),
    "e5m2": (3, -14, 15),
    "e4m3": (4, -6, 7),
    "e3m4": (5, -2, 3),
}
MACHINES = {name: Machine(*shape) for name, shape in SHAPES.items()}
MACHINES["e4m3fn"] = Machine(4, -6, 8, beyond="nan", top=Fraction(448))
MACHINES["e3m2"] = Machine(3, -2, 4, beyond="saturate")
MACHINES["e2m3"] = Machine(4, 0, 2, beyond="saturate")
MACHINES["e2m1"] = Machine(2, 0, 2, beyond="saturate")
MACHINES["flushing"] = Machine(6, -9, 9, subnormals=False)
CUSTOM = {"flushing": Format(6, -9, 9, subnormals=False)}
ROUNDINGS = ("nearest_even", "nearest_away", "toward_zero", "up", "down", "odd")
NEAR, FAR = 400, 3_000
COMBINATIONS = list(product(RECIPES, MACHINES, ROUNDINGS))


def machine_of(name: str, rounding: str) -> Machine:
    m = MACHINES[name]
    return Machine(m.p, m.emin, m.emax, rounding, m.beyond, m.top, m.subnormals)


def of_package(recipe: Recipe, name: str, rounding: str, most: int) -> Halt:
    process = recurrence(recipe.step, recipe.start, recipe.watched)
    machine = floats(CUSTOM.get(name) or FORMATS[name], rounding)
    return run(process, machine, budget=Budget(steps=most, seconds=60)).halt


def seen(recipe: Recipe, halt: Halt) -> Judged:
    """The package's halt in the judge's words."""
    values = halt.value if isinstance(halt.value, dict) else {recipe.watched[0]: halt.value}
    words = {name: word(v) for name, v in values.items()}
    return Judged(halt.step, words, str(halt.reason), halt.period, halt.tail)


def word(v: object) -> Value:
    exact = v.exact  # type: ignore[attr-defined]
    if isinstance(exact, Fraction):
        return "-0" if not exact and str(v).startswith("-") else exact
    return str(v)


def check(recipe: Recipe, name: str, rounding: str, limit: int) -> int:
    """1 if there was something to compare, and the two agree; 0 where the judge came to no end."""
    try:
        expected = judge(recipe, machine_of(name, rounding), limit)
    except BeyondJudging:
        return 0
    if expected is None:
        return 0
    halt = of_package(recipe, name, rounding, 40 * limit)
    assert seen(recipe, halt) == expected, f"{recipe.name} in {name}, {rounding}"
    return 1


PARTS, EVERY = 16, 37
"""The default run looks at every 37th case, in 16 parts; the long one at one in twelve, further."""


@pytest.mark.parametrize("part", range(PARTS))
def test_classic_halts_are_those_of_the_judge(part: int) -> None:
    mine = COMBINATIONS[EVERY * part :: PARTS * EVERY]
    assert sum(check(*each, NEAR) for each in mine) > len(mine) // 3


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(RECIPES)), ids=lambda i: RECIPES[i].name.replace(" ", "-"))
def test_classic_halts_far_away_are_those_of_the_judge(number: int) -> None:
    """Every second format for each recipe, each with the next rounding; all of them would take two hours."""
    pairs = enumerate(MACHINES, start=number)
    chosen = [(name, ROUNDINGS[place // 2 % len(ROUNDINGS)]) for place, name in pairs if place % 2]
    assert sum(check(RECIPES[number], name, rounding, FAR) for name, rounding in chosen)


def test_the_judge_sees_a_difference() -> None:
    """One ulp, one step or another reason would be seen."""
    recipe = next(r for r in RECIPES if r.name == "sum 1/n")
    found = judge(recipe, machine_of("binary16", "nearest_even"), FAR)
    assert found is not None
    assert found == Judged(513, {"x": Fraction(7.0859375)}, "absorbed")
    assert found == seen(recipe, of_package(recipe, "binary16", "nearest_even", 1_000))
    for name, rounding in (("binary16", "up"), ("tf32", "odd"), ("bfloat16", "nearest_even")):
        assert found != seen(recipe, of_package(recipe, name, rounding, 20_000))
