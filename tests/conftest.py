"""Profiles of hypothesis, and the marker `long`.

The default profile draws the same examples every time. `pytest -m long` runs the campaigns that take
minutes, and draws twenty times as many examples.
"""

import re

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, derandomize=True, max_examples=2000)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a campaign that takes minutes; run with -m long")
    settings.load_profile("long" if config.getoption("markexpr") == "long" else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuses the name of a test that differs from process to process, which parallel runs cannot match."""
    unstable = [item.nodeid for item in items if re.search(r" at 0x[0-9a-f]{6,}", item.nodeid)]
    if unstable:
        raise pytest.UsageError(f"an address in the name of a test: {unstable[0]}: give the parameters their ids")
