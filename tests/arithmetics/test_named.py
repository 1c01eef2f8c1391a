"""Arithmetics by their names, wherever a public function takes one."""

from collections.abc import Callable
from typing import Any

import pytest

import infinitesimal as inf
from infinitesimal.arithmetics.floating.format import FORMATS
from infinitesimal.arithmetics.floating.rounding import Rounding
from infinitesimal.arithmetics.named import arithmetic_of, format_of
from infinitesimal.errors import InputError

HALVING = inf.recurrence({"x": "x/2"}, {"x": 1})
TAKES: dict[str, Callable[[Any], Any]] = {
    "run": lambda m: inf.run(HALVING, m).halt,
    "predict": lambda m: inf.predict(HALVING, m),
    "contrast": lambda m: list(inf.contrast(HALVING, m).rows()),
    "atlas": lambda m: inf.atlas(HALVING, m).basins,
    "fate": lambda m: str(inf.fate(HALVING, m)),
    "compare_orders": lambda m: inf.compare_orders("x/2", "0.5*x", start=1, machine=m).differences,
    "halts": lambda m: inf.halts(HALVING, [m], ["up"]).halts,
    "chain": lambda m: inf.chain(HALVING, m).expected_steps(),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("rounding", Rounding)
def test_every_machine_goes_by_its_name(name: str, rounding: Rounding) -> None:
    machine = inf.floats(FORMATS[name], rounding)
    assert arithmetic_of(machine.name) is machine
    assert arithmetic_of(f"{name}:{rounding}") is machine
    assert arithmetic_of(machine) is machine


def test_formats_and_exact_numbers_go_by_their_names() -> None:
    assert arithmetic_of("QQ") is arithmetic_of("exact") is inf.QQ
    assert arithmetic_of("binary256").format == format_of("binary256") == inf.interchange(256)
    assert format_of(inf.e5m2) is inf.e5m2
    assert inf.run(HALVING, "QQ", 3).halt == inf.run(HALVING, inf.QQ, 3).halt


@pytest.mark.parametrize("function", TAKES)
def test_a_function_that_takes_an_arithmetic_takes_its_name(function: str) -> None:
    assert TAKES[function]("e5m2") == TAKES[function](inf.e5m2)


@pytest.mark.parametrize("function", TAKES)
def test_an_unknown_name_is_refused_with_those_there_are(function: str) -> None:
    with pytest.raises(InputError, match=r"'bfloat61' is not a format: there are binary16, .* Did you mean bfloat16\?"):
        TAKES[function]("bfloat61")


def test_exact_arithmetic_has_no_rounding_and_a_machine_no_unknown_one() -> None:
    with pytest.raises(InputError, match="rounds nothing"):
        arithmetic_of("QQ:up")
    with pytest.raises(InputError, match="'upwards' is not a rounding: give one of nearest_even"):
        arithmetic_of("binary32:upwards")
    with pytest.raises(InputError, match="is not a format"):
        format_of(64)
