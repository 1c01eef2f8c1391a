"""Every example is a theorem: what it computes is what the theorem says."""

import importlib
import inspect
import pkgutil

import pytest

import examples

MODULES = [module.name for module in pkgutil.iter_modules(examples.__path__)]


def _theorems(name: str) -> list[object]:
    module = importlib.import_module(f"examples.{name}")
    functions = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    return [f for f in functions if not inspect.signature(f).parameters]


@pytest.mark.parametrize("name", MODULES)
def test_computed_equals_theoretical(name: str) -> None:
    theorems = _theorems(name)
    assert theorems
    for theorem in theorems:
        computed, theoretical = theorem()
        assert computed == theoretical


@pytest.mark.parametrize("name", MODULES)
def test_docstring_states_the_theorem(name: str) -> None:
    text = importlib.import_module(f"examples.{name}").__doc__ or ""
    assert all(f"\n{part}\n" in text for part in ("Setting", "Algorithm", "Guarantee", "Reference"))
