"""Profiles of hypothesis and the marker `long`.

`pytest tests` runs the default profile, the same examples every time. `pytest tests --long` adds
the campaigns marked `long` and draws twenty times as many examples.
"""

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, derandomize=True, max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the campaigns marked `long`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a campaign of minutes, run with --long")
    settings.load_profile("long" if config.getoption("--long") else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the campaigns, aloud, unless they were asked for."""
    if config.getoption("--long") or config.getoption("markexpr"):
        return
    campaigns = [item for item in items if item.get_closest_marker("long")]
    if campaigns:
        config.hook.pytest_deselected(items=campaigns)
        items[:] = [item for item in items if item not in campaigns]
